"""Regulations with their limits, methods with their versions, budgets, decision rules, scope (7.2, 7.6, 7.8.6, 5.3)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, Kept, UtcDateTime


@audited("scope-entry", code=lambda row: f"{row.method_code} {row.status}")
class ScopeEntry(Kept):
    """A line of the scope register (5.3): method (and parameter, empty = all) × status × decision × days.

    `status`: accredited, designated, registered. The mark of a result line comes from here, never from a tick box. `cmc`: the
    calibration and measurement capability of an accredited calibration: the smallest expanded uncertainty, in `cmc_unit` (`%` of
    the value), over the values from `cmc_low` to `cmc_high` (`cmc_range_unit`); over all of them where no range is stated.
    """

    __tablename__ = "scope_entry"
    __table_args__ = (Index("ix_scope_entry_method_status", "method_code", "status"),)

    method_code: Mapped[str] = mapped_column(String(80), nullable=False)
    parameter_code: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    status: Mapped[str] = mapped_column(String(20), nullable=False)
    decision: Mapped[str] = mapped_column(String(120), nullable=False)
    valid_from: Mapped[date] = mapped_column(nullable=False)
    valid_to: Mapped[date] = mapped_column(nullable=False)
    cmc: Mapped[Decimal | None] = mapped_column(DecimalText)
    cmc_unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    cmc_low: Mapped[Decimal | None] = mapped_column(DecimalText)
    cmc_high: Mapped[Decimal | None] = mapped_column(DecimalText)
    cmc_range_unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    ending: Mapped[ScopeEnd | None] = relationship(back_populates="entry", lazy="joined", uselist=False)

    @property
    def last_day(self) -> date:
        """The last day on which the line holds: its own, or the one on which it was ended."""
        return min(self.valid_to, self.ending.last_day) if self.ending is not None else self.valid_to


@audited("scope-end", code=lambda row: row.entry.method_code if row.entry else "", parent=("scope-entry", "entry_id"))
class ScopeEnd(Kept):
    """A line of the scope register ended before its time (suspended, withdrawn, given up): last day, by which decision, why."""

    __tablename__ = "scope_end"

    entry_id: Mapped[int] = mapped_column(ForeignKey("scope_entry.id"), nullable=False, unique=True)
    last_day: Mapped[date] = mapped_column(nullable=False)
    decision: Mapped[str] = mapped_column(String(120), nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    entry: Mapped[ScopeEntry] = relationship(back_populates="ending")
