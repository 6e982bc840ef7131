"""Documents of others that the laboratory works by, and the watch over their editions (7.2.1.3, 8.3.1)."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Kept, Record, UtcDateTime


@audited("external-document")
class ExternalDocument(Record):
    """A regulation, standard, law or manual of somebody else. `code` is the edition in use (`QCVN 54:2020/BTTTT`); `status`: current,
    changed (a newer edition was found and is not dealt with), withdrawn. `watch_months`: how often somebody looks; `next_check` the next
    such day. `source`: where its state is looked up; `place`: where the copy in use is kept."""

    __tablename__ = "external_document"
    __table_args__ = (Index("ix_external_document_next_check", "next_check"), Index("ix_external_document_kind", "kind", "code"))

    code: Mapped[str] = mapped_column(String(80), unique=True, nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    title: Mapped[str] = mapped_column(String(400), nullable=False)
    publisher: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    source: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    place: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="current")
    watch_months: Mapped[int] = mapped_column(Integer, nullable=False, default=3)
    last_check: Mapped[date | None] = mapped_column()
    next_check: Mapped[date] = mapped_column(nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    owner: Mapped[Person] = relationship()
    checks: Mapped[list[WatchCheck]] = relationship(back_populates="external", order_by="WatchCheck.id")


@audited("watch-check", code=lambda _row: "", parent=("external-document", "external_id"))
class WatchCheck(Kept):
    """One look at the state of an external document, and what follows a change. `outcome`: unchanged, amended, new_edition,
    withdrawn, handled (what was done about an earlier finding). Written once."""

    __tablename__ = "watch_check"
    __table_args__ = (Index("ix_watch_check_external", "external_id", "id"),)

    external_id: Mapped[int] = mapped_column(ForeignKey("external_document.id"), nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    checked_on: Mapped[date] = mapped_column(nullable=False)
    outcome: Mapped[str] = mapped_column(String(20), nullable=False)
    edition: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    in_force_from: Mapped[date | None] = mapped_column()
    what: Mapped[str] = mapped_column(Text, nullable=False, default="")
    seen_at: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    external: Mapped[ExternalDocument] = relationship(back_populates="checks")
    person: Mapped[Person] = relationship()
