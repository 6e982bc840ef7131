"""Who worked on a job: assigned, conditioned, measured, ticked its steps, departed from the method, overrode, reviewed (7.9.6)."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, select

from lab_app.core import involvement
from lab_app.core.involvement import Deed
from lab_app.results.models import (
    JobConditioning,
    JobDeviation,
    JobLine,
    JobStep,
    LineReview,
    OverrideAnswer,
    Reading,
    Rejudgement,
    StandingDecision,
    TestJob,
    TraceUse,
    VerdictOverride,
)
from lab_app.samples.queries import involved as samples

#: What the audit trail calls the records of the work itself; who only asks about a job is not in them.
TRAIL = ("test-job", "job-line")


def deeds(jobs: Select[Any]) -> list[Deed]:
    """Deeds on the jobs of these keys."""
    lines = select(JobLine.id).where(JobLine.job_id.in_(jobs))
    overrides = select(VerdictOverride.id).where(VerdictOverride.line_id.in_(lines))
    return [
        (gettext("được giao việc"), select(TestJob.assignee_id).where(TestJob.id.in_(jobs))),
        (gettext("đo, ghi kết quả"), select(Reading.person_id).where(Reading.line_id.in_(lines))),
        (gettext("đo, ghi kết quả"), select(TraceUse.made_by_id).where(TraceUse.job_id.in_(jobs))),
        (gettext("ổn định mẫu"), select(JobConditioning.started_by_id).where(JobConditioning.job_id.in_(jobs))),
        (gettext("ổn định mẫu"), select(JobConditioning.ended_by_id).where(JobConditioning.job_id.in_(jobs))),
        (gettext("làm danh mục kiểm tra"), select(JobStep.done_by_id).where(JobStep.job_id.in_(jobs))),
        (gettext("sai lệch so với phương pháp"), select(JobDeviation.raised_by_id).where(JobDeviation.job_id.in_(jobs))),
        (gettext("sai lệch so với phương pháp"), select(JobDeviation.authorised_by_id).where(JobDeviation.job_id.in_(jobs))),
        (gettext("sửa kết luận"), select(VerdictOverride.proposed_by_id).where(VerdictOverride.line_id.in_(lines))),
        (gettext("sửa kết luận"), select(OverrideAnswer.by_id).where(OverrideAnswer.override_id.in_(overrides))),
        (gettext("sửa kết luận"), select(Rejudgement.by_id).where(Rejudgement.line_id.in_(lines))),
        (gettext("quyết định kết quả còn giá trị"), select(StandingDecision.decided_by_id).where(StandingDecision.line_id.in_(lines))),
        (gettext("soát xét kết quả"), select(LineReview.reviewer_id).where(LineReview.line_id.in_(lines))),
        (gettext("giao, sửa hồ sơ việc"), involvement.in_the_trail(TRAIL, "test-job", jobs)),
    ]


def _of_job(job_id: int) -> dict[int, list[str]]:
    own = select(TestJob.sample_id).where(TestJob.id == job_id)
    request = select(TestJob.request_id).where(TestJob.id == job_id)
    return involvement.asked(*samples.deeds(request, own), *deeds(select(TestJob.id).where(TestJob.id == job_id)))


def _of_sample(sample_id: int) -> dict[int, list[str]]:
    return involvement.asked(*deeds(select(TestJob.id).where(TestJob.sample_id == sample_id)))


def _of_request(request_id: int) -> dict[int, list[str]]:
    return involvement.asked(*deeds(select(TestJob.id).where(TestJob.request_id == request_id)))


def register() -> None:
    """Tell the kernel."""
    involvement.register("test-job", "results", _of_job)
    involvement.register("sample", "results", _of_sample)
    involvement.register("request", "results", _of_request)
