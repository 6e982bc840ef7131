"""What the item is, beside its measurements: its file, its conditioning, and results that wait for an answer after a change."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from lab_app.core import clock
from lab_app.core.i18n import show_datetime
from lab_app.core.workflow import State
from lab_app.results.models import JobConditioning, JobLine, TestJob
from lab_app.results.queries.conditioning import conditionings, ready_at
from lab_app.results.queries.standing import unanswered
from lab_app.results.workflow.conditioning import duration
from lab_app.samples.file_shown import FileShown, files_shown


@dataclass(frozen=True)
class About:
    """What `results/_about_item.html` draws of a job. `conditioning` None where the method asks for none and none was kept."""

    job: TestJob
    made: FileShown
    waiting: int = 0
    conditioning: State | None = None
    conditionings: list[JobConditioning] = field(default_factory=list)
    asked_for: str = ""


def about_item(job: TestJob, lines: Iterable[JobLine]) -> About:
    """The item of a job; `lines` are all lines of the job with their readings. At most three statements, whatever their number;
    none where the item was never changed and the method asks for no conditioning. Its set-up photos stand on the item's own page."""
    item, version = job.sample.item, job.method_version
    rows = conditionings([job.id]).get(job.id, []) if version.conditioning_minutes else []
    asked = gettext("%(time)s: %(how)s", time=duration(version.conditioning_minutes), how=version.conditioning) \
        if version.conditioning_minutes else ""
    return About(job, files_shown([item], history=False, pictures=False)[item.id], len({q.line.id for q in unanswered(list(lines))}),
                 _state(job, rows) if version.conditioning_minutes else None, rows, asked)


def _state(job: TestJob, rows: list[JobConditioning]) -> State:
    """Where the conditioning stands, in one word."""
    counted: list[Any] = [r for r in rows if not r.interrupted]
    if any(r.ended_at is not None for r in counted):
        last = max(r.ended_at for r in counted if r.ended_at is not None)
        return State("done", gettext("đã ổn định xong %(at)s", at=show_datetime(last)), "ok")
    if counted:
        ready = ready_at(counted[-1])
        if ready <= clock.now():
            return State("ready", gettext("đã đủ thời gian, ghi kết thúc"), "warn")
        return State("running", gettext("đang ổn định, đủ lúc %(at)s", at=show_datetime(ready)), "info")
    return State("missing", gettext("chưa ổn định"), "warn")
