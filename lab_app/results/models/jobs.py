"""Jobs, their lines, raw readings with what was computed from them, reviews (7.5, 7.8.1)."""
from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from lab_app.accounts.models import Person, Site
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Record, UtcDateTime
from lab_app.samples.models import Sample
from test_methods.models import MethodParameter, MethodVersion

if TYPE_CHECKING:
    from lab_app.results.models.readings import Reading
    from lab_app.results.models.reviews import LineReview


@audited("test-job", ignore=("due_key",))
class TestJob(Record):
    """One requested method on one item, pinned to the method version in force when it was planned.

    `status` is derived from the lines and kept for lists: planned, in_progress, submitted, returned, reviewed, cancelled.
    `due_key` repeats `due_on` for lists, which sort by a column that is never empty (`date.max` where nothing is due).
    `superseded_*`: why a version out of force is used, and which person of the customer was told, when and how (7.2.1.3, 7.1.2).
    Of a calibration: `criterion` says where the permissible errors come from (the item's specification); `adjustment`, what was
    adjusted or repaired between the results as found and as left (7.8.4.1 d).
    """

    __tablename__ = "test_job"
    __test__ = False
    __table_args__ = (
        Index("ix_test_job_assignee_status", "assignee_id", "status", "due_key"),
        Index("ix_test_job_status_due", "status", "due_key"),
        Index("ix_test_job_due", "due_key"),
        Index("ix_test_job_status", "status", "id"),
        Index("ix_test_job_version_due", "method_version_id", "due_key"),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), nullable=False, index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("test_request.id"), nullable=False, index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), nullable=False)
    method_version_id: Mapped[int] = mapped_column(ForeignKey("method_version.id"), nullable=False)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None] = mapped_column()
    due_key: Mapped[date] = mapped_column(nullable=False, default=date.max)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="planned")
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    superseded_told_to: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    superseded_told_on: Mapped[date | None] = mapped_column()
    superseded_told_how: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    criterion: Mapped[str] = mapped_column(Text, nullable=False, default="")
    adjustment: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    sample: Mapped[Sample] = relationship(lazy="joined")
    site: Mapped[Site] = relationship()
    method_version: Mapped[MethodVersion] = relationship(lazy="joined")
    assignee: Mapped[Person | None] = relationship()
    lines: Mapped[list[JobLine]] = relationship(back_populates="job", order_by="JobLine.position, JobLine.id")

    @validates("due_on")
    def _repeat_due(self, _name: str, value: date | None) -> date | None:
        self.due_key = value or date.max
        return value


@audited("job-line", code=lambda row: f"{row.position}", parent=("test-job", "job_id"))
class JobLine(Record):
    """One parameter under one condition: the row at the bench and on the report.

    The limit, the decision rule agreed (or inherent) and the parameter are frozen here when the line is planned.
    `status`: planned, recorded, submitted, returned, reviewed, cancelled. A retest is a new line that names the one it repeats
    (`retest_of_id`), linked both ways; the first result stays for ever. A line of a calibration has its `point`, the
    range of the item it lies in (`scale`, as on the item; may be empty) and a `stage`: as_found, as_left.
    """

    __tablename__ = "job_line"
    __table_args__ = (
        Index("ix_job_line_job", "job_id", "position"), Index("ix_job_line_status", "status", "id"),
        Index("ix_job_line_parameter", "parameter_id", "id"),
    )

    job_id: Mapped[int] = mapped_column(ForeignKey("test_job.id"), nullable=False)
    parameter_id: Mapped[int] = mapped_column(ForeignKey("method_parameter.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    conditions: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    point: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    scale: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    stage: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    limit: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    limit_confirmed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    rule_code: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    rule: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="planned")
    retest_of_id: Mapped[int | None] = mapped_column(ForeignKey("job_line.id"), unique=True)
    retest_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    job: Mapped[TestJob] = relationship(back_populates="lines")
    parameter: Mapped[MethodParameter] = relationship(lazy="joined")
    retest_of: Mapped[JobLine | None] = relationship(
        remote_side="JobLine.id", back_populates="retested_by", foreign_keys=[retest_of_id]
    )
    retested_by: Mapped[JobLine | None] = relationship(back_populates="retest_of", uselist=False)
    readings: Mapped[list[Reading]] = relationship(back_populates="line", order_by="Reading.revision")
    reviews: Mapped[list[LineReview]] = relationship(back_populates="line", order_by="LineReview.id")

    @property
    def reading(self) -> Reading | None:
        """The reading that counts: the latest revision."""
        return self.readings[-1] if self.readings else None
