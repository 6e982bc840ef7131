"""An earlier result judged once more: against another edition's limit, or by another rule. A record beside the old one (7.5.2)."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Kept, UtcDateTime
from lab_app.results.models.jobs import JobLine
from lab_app.results.models.readings import Reading
from test_methods.models import Requirement


@audited("rejudgement", code="verdict", parent=("job-line", "line_id"))
class Rejudgement(Kept):
    """What a reading would be called by the limit of `requirement` (frozen in `limit`, as confirmed then) and a rule (frozen too).

    The reading and its own verdict stay as they are. `why`: why there is no statement, as a code of the decision or
    `limit_unconfirmed`; `decision` is the whole decision as it was computed.
    """

    __tablename__ = "rejudgement"
    __table_args__ = (
        Index("ix_rejudgement_reading", "reading_id", "id"), Index("ix_rejudgement_line", "line_id", "id"),
        Index("ix_rejudgement_requirement", "requirement_id", "id"),
    )

    line_id: Mapped[int] = mapped_column(ForeignKey("job_line.id"), nullable=False)
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), nullable=False)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"), nullable=False)
    limit: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    limit_confirmed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    limit_value: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    rule_code: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    rule: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    before: Mapped[str] = mapped_column(String(30), nullable=False)
    verdict: Mapped[str] = mapped_column(String(30), nullable=False)
    why: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    margin: Mapped[Decimal | None] = mapped_column(DecimalText)
    unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    decision: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    line: Mapped[JobLine] = relationship()
    reading: Mapped[Reading] = relationship()
    requirement: Mapped[Requirement] = relationship(lazy="joined")
    by: Mapped[Person] = relationship()
