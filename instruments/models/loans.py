"""Instruments issued to a person, bench, site or outside body (6.4.2, 6.4.3)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from instruments.models.register import Instrument
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, Record, UtcDateTime


@audited("instrument-loan")
class Loan(Record):
    """One issue and return. `holder_kind`: person, bench, site, outside. Out while `back_at` is empty. `fee` in VND."""

    __tablename__ = "instrument_loan"
    __table_args__ = (
        Index("ix_instrument_loan_instrument", "instrument_id", "id"), Index("ix_instrument_loan_back_due", "back_at", "due_back_on"),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    holder_kind: Mapped[str] = mapped_column(String(20), nullable=False)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    holder: Mapped[str] = mapped_column(String(200), nullable=False)
    purpose: Mapped[str] = mapped_column(Text, nullable=False, default="")
    out_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    due_back_on: Mapped[date] = mapped_column(nullable=False)
    condition_out: Mapped[str] = mapped_column(Text, nullable=False, default="")
    fee: Mapped[Decimal | None] = mapped_column(DecimalText)
    out_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    condition_back: Mapped[str] = mapped_column(Text, nullable=False, default="")
    back_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    instrument: Mapped[Instrument] = relationship()
    holder_person: Mapped[Person | None] = relationship(foreign_keys=[holder_id])
    out_by: Mapped[Person] = relationship(foreign_keys=[out_by_id])
    back_by: Mapped[Person | None] = relationship(foreign_keys=[back_by_id])
