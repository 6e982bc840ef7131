"""What is frozen while nonconforming work is dealt with, and who let it go on (7.10.1 b, f)."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Record, UtcDateTime
from lab_app.quality.models import Nonconformity


@audited("hold", parent=("nonconformity", "nonconformity_id"))
class Hold(Record):
    """One subject frozen under one nonconforming work: method, method-version, parameter, instrument, test-job, request, sample, report.

    `since`: the moment from which work with the subject is in doubt (at most `held_at`): what was measured from then on is withheld.
    `held_at` and the release are moments of the server, never typed, so both axes of time are one here: nobody backdates a release.
    """

    __tablename__ = "hold"
    __table_args__ = (
        Index("ix_hold_subject", "subject_kind", "subject_id"), Index("ix_hold_released", "released_at", "id"),
        Index("ix_hold_nonconformity", "nonconformity_id"),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    nonconformity_id: Mapped[int] = mapped_column(ForeignKey("nonconformity.id"), nullable=False)
    subject_kind: Mapped[str] = mapped_column(String(30), nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    subject_code: Mapped[str] = mapped_column(String(120), nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    since: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    held_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    held_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    held_by_name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    release_basis: Mapped[str] = mapped_column(Text, nullable=False, default="")

    nonconformity: Mapped[Nonconformity] = relationship()
    held_by: Mapped[Person | None] = relationship(foreign_keys=[held_by_id])
    released_by: Mapped[Person | None] = relationship(foreign_keys=[released_by_id])
