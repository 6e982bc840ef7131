"""Questions about jobs, lines and readings: a constant number of statements, however many lines a job has."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.core.db import db
from lab_app.quality import rules as environment_rules
from lab_app.quality.queries import conditions
from lab_app.results.inputs import limits_for, spans
from lab_app.results.models import JobLine, Reading, ReadingInstrument, TestJob
from lab_app.results.rules import Seen, exceptional

EXCEPTION_WORDS: dict[str, LazyString] = {
    "late": _l("ghi muộn"), "corrected": _l("đã sửa"), "close": _l("biên nhỏ hơn U"), "near": _l("môi trường gần giới hạn"),
    "retest": _l("thử lại"), "failed": _l("không đạt"),
}


@dataclass(frozen=True)
class ExceptionCount:
    """One figure of the reviewer's strip: which lines it counts."""

    key: str
    label: LazyString
    lines: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many lines."""
        return len(self.lines)


def live_lines(job_id: int) -> list[JobLine]:
    """Lines of a job that were not cancelled, in their order."""
    return list(db.session.scalars(
        select(JobLine).where(JobLine.job_id == job_id, JobLine.status != "cancelled").order_by(JobLine.position, JobLine.id)))


def _with_readings() -> list[object]:
    return [
        selectinload(JobLine.readings).options(
            joinedload(Reading.person), joinedload(Reading.environment),
            selectinload(Reading.instruments).options(
                joinedload(ReadingInstrument.instrument), joinedload(ReadingInstrument.calibration),
                joinedload(ReadingInstrument.factor_set)),
        ),
        selectinload(JobLine.reviews),
    ]


def exceptions(job: TestJob, lines: Sequence[JobLine], late_after: timedelta) -> list[ExceptionCount]:
    """What a reviewer should look at first: every exception of the job's standing readings, counted."""
    found: dict[str, list[int]] = {key: [] for key in EXCEPTION_WORDS}
    for line in lines:
        reading = line.reading
        if reading is None:
            continue
        environment = reading.environment
        near = environment is not None and bool(
            environment_rules.near(conditions(environment), spans(limits_for(job.method_version, line.conditions))))
        first = next(r for r in line.readings if r.measured_at == reading.measured_at)  # a correction is no late entry
        seen = Seen(line.id, reading.measured_at, first.recorded_at, len(line.readings), reading.margin, reading.u,
                    reading.verdict, near, line.retest_of_id is not None)
        for key in exceptional(seen, late_after):
            found[key].append(line.id)
    return [ExceptionCount(key, EXCEPTION_WORDS[key], tuple(ids)) for key, ids in found.items()]


def lines_for_report(request_id: int) -> list[JobLine]:
    """All lines of a request's jobs with their readings, in the order of the bench; a retest directly beneath its first result."""
    lines = list(db.session.scalars(
        select(JobLine).join(TestJob, JobLine.job_id == TestJob.id)
        .where(TestJob.request_id == request_id, JobLine.status != "cancelled")
        .order_by(JobLine.job_id, JobLine.position, JobLine.id).options(*_with_readings())  # type: ignore[arg-type]
    ))
    return lines
