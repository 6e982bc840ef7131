"""Jobs, their lines, raw readings with what was computed from them, reviews (7.5, 7.8.1)."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from instruments.models import Calibration, FactorSet, Instrument, Trace
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Kept, UtcDateTime
from lab_app.quality.models import EnvironmentRecord
from lab_app.results.models.jobs import JobLine


@audited("reading", code=lambda row: f"r{row.revision}", parent=("job-line", "line_id"))
class Reading(Kept):
    """Raw values of one line with the result computed from them. Never changed: a correction is the next revision (7.5.2).

    Two times (house): `measured_at` as stated, `recorded_at` the server's. `raw`: `{key: {"text","value"|"values","unit","source"}}`,
    `text` as typed. `computed`: frozen inputs of the computation: formula, budget, limit value, rule, decision, versions.
    `operator`: `<` or `>` where the result lies beyond what was measured or can be told; `value` is then the bound.
    """

    __tablename__ = "reading"
    __table_args__ = (
        Index("uq_reading_line_revision", "line_id", "revision", unique=True),
        Index("ix_reading_measured", "measured_at"),
        Index("ix_reading_person_recorded", "person_id", "recorded_at"),
    )

    line_id: Mapped[int] = mapped_column(ForeignKey("job_line.id"), nullable=False)
    revision: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    measured_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    late_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    correction_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    environment_id: Mapped[int | None] = mapped_column(ForeignKey("environment_record.id"))
    environment_text: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    firmware: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    raw: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    observation: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    operator: Mapped[str] = mapped_column(String(1), nullable=False, default="")
    value: Mapped[Decimal | None] = mapped_column(DecimalText)
    unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    u: Mapped[Decimal | None] = mapped_column(DecimalText)
    k: Mapped[Decimal | None] = mapped_column(DecimalText)
    limit_value: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    margin: Mapped[Decimal | None] = mapped_column(DecimalText)
    guard_band: Mapped[Decimal | None] = mapped_column(DecimalText)
    verdict: Mapped[str] = mapped_column(String(30), nullable=False, default="not_evaluated")
    computed: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)

    line: Mapped[JobLine] = relationship(back_populates="readings")
    person: Mapped[Person] = relationship()
    environment: Mapped[EnvironmentRecord | None] = relationship()
    instruments: Mapped[list[ReadingInstrument]] = relationship(back_populates="reading", order_by="ReadingInstrument.id")
    traces: Mapped[list[ReadingTrace]] = relationship(back_populates="reading", order_by="ReadingTrace.id")


@audited("reading-instrument", code=lambda row: str(row.instrument_id), parent=("reading", "reading_id"))
class ReadingInstrument(Kept):
    """An instrument a reading was made with, and the calibration and factors that counted then (6.4.11, 6.4.13).

    `system_id`: the measuring system it was part of. `measured_at` repeats the reading's, so that what an instrument
    touched in a span of time is one walk of an index.
    """

    __tablename__ = "reading_instrument"
    __table_args__ = (
        Index("ix_reading_instrument_instrument", "instrument_id", "measured_at", "reading_id"),
        Index("ix_reading_instrument_calibration", "calibration_id", "measured_at"),
    )

    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), nullable=False, index=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    calibration_id: Mapped[int | None] = mapped_column(ForeignKey("calibration.id"))
    factor_set_id: Mapped[int | None] = mapped_column(ForeignKey("factor_set.id"))
    system_id: Mapped[int | None] = mapped_column(ForeignKey("instrument.id"))
    measured_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)

    reading: Mapped[Reading] = relationship(back_populates="instruments")
    instrument: Mapped[Instrument] = relationship(foreign_keys=[instrument_id])
    system: Mapped[Instrument | None] = relationship(foreign_keys=[system_id])
    calibration: Mapped[Calibration | None] = relationship()
    factor_set: Mapped[FactorSet | None] = relationship()


@audited("reading-trace", code=lambda row: row.key, parent=("reading", "reading_id"))
class ReadingTrace(Kept):
    """The file or capture that a value of a reading was taken from; `key` names the field."""

    __tablename__ = "reading_trace"

    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), nullable=False, index=True)
    trace_id: Mapped[int] = mapped_column(ForeignKey("trace.id"), nullable=False, index=True)
    key: Mapped[str] = mapped_column(String(60), nullable=False, default="")

    reading: Mapped[Reading] = relationship(back_populates="traces")
    trace: Mapped[Trace] = relationship()
