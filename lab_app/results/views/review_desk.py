"""Puts the review page together: exceptions, lines with everything they rest on, who may decide what."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext

from lab_app.accounts.models import Signature
from lab_app.accounts.signing import Box, box
from lab_app.accounts.workflow import REVIEWED
from lab_app.core import gates
from lab_app.core.access import Actor
from lab_app.core.gates import Stop
from lab_app.core.permissions import P
from lab_app.results import loading, presenters, queries
from lab_app.results.forms import ReviewForm
from lab_app.results.models import JobLine, Reading, TestJob, VerdictOverride
from lab_app.results.presenters import Shown
from lab_app.results.queries import signing
from lab_app.results.queries.held import withheld_of_each
from lab_app.results.queries.overrides import overrides_of
from lab_app.results.risk import of_reading as risk_of
from lab_app.results.services.reviewing import review_facts
from lab_app.results.views.deviations import OnJob, on_job
from lab_app.results.views.picks import limits_text
from test_methods.rules import environment_for

REVIEW_GATES = ("reviewer-is-another", "reviewer-authorised", "no-declared-interest", "deviation-complete", "not-held")
TONES = {"failed": "bad", "retest": "ok"}
ICONS = {"late": "clock-history", "corrected": "pencil", "close": "bullseye", "near": "thermometer-half", "retest": "arrow-repeat"}


@dataclass
class Made:
    """One revision of a line's reading, as shown."""

    reading: Reading
    shown: Shown
    raw: list[dict[str, Any]]


@dataclass
class Row:
    """One line under review; `readings` newest first."""

    line: JobLine
    readings: list[Made]
    flags: list[Any]
    waiting: bool
    stop: Stop | None
    environment_limits: str
    risk: list[Any] = field(default_factory=list)
    overrides: list[VerdictOverride] = field(default_factory=list)
    box: Box | None = None


@dataclass
class Desk:
    """Everything the review page shows."""

    job: TestJob
    rows: list[Row]
    exceptions: list[Any]
    may_review: bool
    job_stop: Stop | None
    form: ReviewForm | None = None
    asked: int | str | None = None
    waiting_count: int = 0
    line_stops: list[Stop | None] = field(default_factory=list)
    by_method: OnJob | None = None
    box: Box | None = None
    signatures: list[Signature] = field(default_factory=list)

    @property
    def refused_reason(self) -> bool:
        """Whether it was a reason that was asked for, not a signature."""
        return self.form is not None and self.form.decision.data != "approved"

    def asked_open(self, which: int | str) -> bool:
        """Whether this small form was just refused: it opens again with what was typed."""
        return self.refused_reason and self.asked == which

    def signing_open(self, which: int | str) -> bool:
        """Whether the signature of this line was just refused."""
        return self.form is not None and not self.refused_reason and self.asked == which

    def asked_value(self, which: int | str) -> str:
        """What was typed as the reason."""
        return (self.form.reason.data or "") if self.form is not None and self.asked == which else ""

    def asked_error(self, which: int | str) -> str:
        """What is wrong with it."""
        if self.form is None or self.asked != which:
            return ""
        return " ".join(str(e) for e in self.form.reason.errors)


def made(code: str, actor: Actor, form: ReviewForm | None, asked: int | str | None) -> Desk:
    """The page of a job. Statements do not grow with its lines."""
    job = loading.job_or_404(code)
    lines = [x for x in loading.lines_of(job, with_instruments=True, with_reviews=True) if x.status != "cancelled"]
    may = actor.can(P.RESULT_REVIEW)
    by_method = on_job(job, actor)
    stops = _stops(actor, lines, by_method) if may else {}
    late_after = timedelta(minutes=int(current_app.config["LATE_ENTRY_MINUTES"]))
    counted = queries.exceptions(job, lines, late_after)
    flags = {line.id: [e.label for e in counted if line.id in e.lines] for line in lines}
    said: dict[int, list[VerdictOverride]] = {}
    for override in overrides_of([line.id for line in lines]):
        said.setdefault(override.line_id, []).append(override)
    rows = [_row(line, flags[line.id], stops.get(line.id), said.get(line.id, [])) for line in lines]
    waiting = [row for row in rows if row.waiting]
    for row in waiting if may else ():
        row.box = box(actor, REVIEWED, signing.line_review(job, row.line), form if asked == row.line.id else None)
    return Desk(
        job, [row for row in rows if row.readings], [
            (e.count, e.label, f"#line-{e.lines[0]}", TONES.get(e.key, "warn"), ICONS.get(e.key)) for e in counted if e.count
        ],
        may, _job_stop(code, waiting), form, asked, len(waiting), [row.stop for row in waiting],
        by_method,
        box(actor, REVIEWED, signing.job_review(job, lines), form if asked == "job" else None) if may and waiting else None,
        signing.signatures_of_jobs([job.id], [line.id for line in lines]),
    )


def _row(line: JobLine, flags: list[Any], stop: Stop | None, overrides: list[VerdictOverride]) -> Row:
    fields = line.parameter.fields
    readings = [Made(r, presenters.shown_reading(line, r), presenters.raw_parts(r.raw, fields)) for r in reversed(line.readings)]
    limits = environment_for(line.job.method_version.environment or {"not_critical": "–"}, line.conditions)
    unit = readings[0].shown.u_unit if readings else ""
    risk = presenters.risk_facts(risk_of(line.reading), unit)
    return Row(line, readings, flags, line.status == "submitted", stop, limits_text(limits), risk, overrides)


def _stops(actor: Actor, lines: Sequence[JobLine], by_method: OnJob) -> dict[int, Stop | None]:
    """Why this person may not approve a line: the authorisation and the holds are asked once, who measured line by line."""
    if not lines:
        return {}
    first = replace(review_facts(actor, lines[0]), deviations=by_method.deviation_facts())
    holds = withheld_of_each(lines)
    found = {}
    for line in lines:
        facts = replace(first, testers={r.person_id: r.person.full_name for r in line.readings}, holds=holds[line.id])
        found[line.id] = gates.first_stop(*((name, facts) for name in REVIEW_GATES))
    return found


def _job_stop(code: str, waiting: Sequence[Row]) -> Stop | None:
    if not waiting:
        return Stop(
            says=gettext("Không có kết quả nào chờ soát xét trong việc này."), gate="nothing-waits",
            do=gettext("Người thử nghiệm nộp việc ở bàn đo trước."),
            link_endpoint="results.bench", link_values={"code": code}, link_text=gettext("Mở bàn đo"),
        )
    return next((row.stop for row in waiting if row.stop is not None), None)


def link_to(line: JobLine) -> str:
    """Address of a line on the review page."""
    return url_for("results.review", code=line.job.code, _anchor=f"line-{line.id}")
