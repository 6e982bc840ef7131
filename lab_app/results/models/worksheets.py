"""Worksheets: open lines of many jobs measured in one session by one method version, with their control rows (7.5.1, 7.7.1)."""
from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person, Site
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Record, UtcDateTime
from lab_app.quality.models import EnvironmentRecord
from lab_app.results.models.jobs import JobLine
from test_methods.models import MethodVersion

if TYPE_CHECKING:
    from lab_app.results.validity.models import Comparison, ControlChart, ControlValue


@audited("worksheet")
class Worksheet(Record):
    """Lines measured together: one method version, one site, one set of instruments, one environment.

    `status` follows from the rows: open, to_review, closed. `instruments` (ids), `environment_id`, `measured_at` hold for every row
    that is recorded next; what a reading was made with stands on the reading itself. `closed_at`: when the last line was reviewed.
    """

    __tablename__ = "worksheet"
    __table_args__ = (Index("ix_worksheet_status", "status", "id"), Index("ix_worksheet_recorded", "recorded_at", "id"))

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    method_version_id: Mapped[int] = mapped_column(ForeignKey("method_version.id"), nullable=False, index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="open")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    instruments: Mapped[list[int]] = mapped_column(JsonText, nullable=False, default=list)
    environment_id: Mapped[int | None] = mapped_column(ForeignKey("environment_record.id"))
    measured_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    late_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    method_version: Mapped[MethodVersion] = relationship(lazy="joined")
    site: Mapped[Site] = relationship()
    person: Mapped[Person] = relationship()
    environment: Mapped[EnvironmentRecord | None] = relationship()
    rows: Mapped[list[WorksheetLine]] = relationship(back_populates="worksheet", order_by="WorksheetLine.position, WorksheetLine.id")


@audited("worksheet-line", code=lambda row: str(row.position), parent=("worksheet", "worksheet_id"))
class WorksheetLine(Record):
    """A row of a worksheet: a line of a job, a value for a control chart, or a second measurement of one of its lines.

    `kind`: line (`line_id`), control (`chart_id`, done once `value_id` stands), duplicate (`line_id` is the original; done once
    `comparison_id` stands; `settings`: `{"criterion","limit"}` it is compared by). A row taken off keeps `removed_at`; the line itself is
    untouched.
    """

    __tablename__ = "worksheet_line"
    __table_args__ = (
        Index("ix_worksheet_line_worksheet", "worksheet_id", "position"), Index("ix_worksheet_line_line", "line_id", "removed_at"),
    )

    worksheet_id: Mapped[int] = mapped_column(ForeignKey("worksheet.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="line")
    line_id: Mapped[int | None] = mapped_column(ForeignKey("job_line.id"))
    chart_id: Mapped[int | None] = mapped_column(ForeignKey("control_chart.id"), index=True)
    value_id: Mapped[int | None] = mapped_column(ForeignKey("control_value.id"))
    comparison_id: Mapped[int | None] = mapped_column(ForeignKey("comparison.id"))
    settings: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    worksheet: Mapped[Worksheet] = relationship(back_populates="rows")
    line: Mapped[JobLine | None] = relationship()
    chart: Mapped[ControlChart | None] = relationship()
    value: Mapped[ControlValue | None] = relationship()
    comparison: Mapped[Comparison | None] = relationship()
