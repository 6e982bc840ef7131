"""Traces used in a job: what a swept measurement showed against the limit lines, and the points that became final (7.5.1)."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from instruments.models import Trace
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Record, UtcDateTime
from lab_app.results.models.jobs import TestJob


@audited("trace-use", code=lambda row: str(row.id or ""), parent=("test-job", "job_id"))
class TraceUse(Record):
    """A trace judged for a job. What it showed is frozen with it; only its withdrawal is written later, with a reason.

    `factors`: what corrected the level, `[{"key","sign","unit","source","label",…,"points"}]`, the numbers of the version that
    counted when it was captured (6.4.11). `correction`: how it was judged: unit, detector, span and rule of the reduction, known at.
    `lines`: per limit line `{"line_id","parameter","limit","why","margin","verdict","worst","gaps",…}`; `peaks`: the reduced
    prescan `[{"f","level","margin","kept","reason","line"}]`. Numbers are decimal texts, frequencies in Hz.
    """

    __tablename__ = "trace_use"
    __table_args__ = (Index("ix_trace_use_job", "job_id", "id"), Index("ix_trace_use_trace", "trace_id"))

    job_id: Mapped[int] = mapped_column(ForeignKey("test_job.id"), nullable=False)
    trace_id: Mapped[int] = mapped_column(ForeignKey("trace.id"), nullable=False)
    conditions: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    factors: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    correction: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    peaks: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")

    job: Mapped[TestJob] = relationship()
    trace: Mapped[Trace] = relationship()
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    withdrawn_by: Mapped[Person | None] = relationship(foreign_keys=[withdrawn_by_id])
