"""Intermediate checks, maintenance and repair (6.4.10, 6.4.13 g, h)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Kept, UtcDateTime


@audited("intermediate-check", code=lambda row: "", parent=("instrument", "instrument_id"))
class IntermediateCheck(Kept):
    """A check between calibrations, with its readings and verdict (6.4.10).

    `due_on` is the first day that a passed check no longer covers, by the interval in force when it was done: a later
    change of the interval does not reach back. `check_point` names the series of its control chart; `readings` are the values
    whose mean is `indicated` (as typed); `standard_id` the standard of ours it was checked with.
    """

    __tablename__ = "intermediate_check"
    __table_args__ = (Index("ix_intermediate_check_instrument_done", "instrument_id", "done_on"),)

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    done_on: Mapped[date] = mapped_column(nullable=False)
    indicated: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    reference: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    tolerance: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    unit: Mapped[str] = mapped_column(String(20), nullable=False)
    passed: Mapped[bool] = mapped_column(Boolean, nullable=False)
    due_on: Mapped[date | None] = mapped_column()
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    check_point: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    readings: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    standard_id: Mapped[int | None] = mapped_column(ForeignKey("instrument.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()


@audited("maintenance", code=lambda row: "", parent=("instrument", "instrument_id"))
class Maintenance(Kept):
    """Maintenance or repair (6.4.13 g, h). It may become known later than it was done: two times.

    `kind`: maintenance, repair, adjustment, damage, overload; the last two take the instrument out of service. `cost` in VND.
    """

    __tablename__ = "maintenance"

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False, index=True)
    done_on: Mapped[date] = mapped_column(nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="maintenance")
    what: Mapped[str] = mapped_column(Text, nullable=False)
    cost: Mapped[Decimal | None] = mapped_column(DecimalText)
    verified_before_return: Mapped[bool] = mapped_column(Boolean, nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()


@audited("check-chart", code="check_point", parent=("instrument", "instrument_id"))
class CheckChart(Kept):
    """Frozen limits of the control chart of one check point: `center` ± 3 `sigma` in `unit`, from checks of a phase.

    The latest by `recorded_at` counts; computing them anew is a decision with a reason. `rules` lists the tests switched on.
    """

    __tablename__ = "check_chart"
    __table_args__ = (Index("ix_check_chart_instrument", "instrument_id", "check_point"),)

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    check_point: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    center: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    sigma: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    unit: Mapped[str] = mapped_column(String(20), nullable=False)
    n: Mapped[int] = mapped_column(Integer, nullable=False)
    phase_from: Mapped[date] = mapped_column(nullable=False)
    phase_to: Mapped[date] = mapped_column(nullable=False)
    rules: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()
