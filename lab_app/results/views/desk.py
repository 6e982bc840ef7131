"""Puts the bench together: which line is in hand, what is typed or recorded, what can be picked, what is refused and why.

Reads only. Rules are asked from `queries` and `preview`; nothing is decided here.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Response
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from lab_app.accounts.competence.wording import why_not
from lab_app.accounts.queries import leave as leave_of
from lab_app.accounts.signing import Box, SignatureFields, box
from lab_app.accounts.workflow import TESTED
from lab_app.core import clock, drafts, gates
from lab_app.core.access import Actor, current_actor
from lab_app.core.asked import asked, one_batch
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Stale
from lab_app.core.gates import Stop
from lab_app.core.i18n import lang, pick, show_datetime, show_time
from lab_app.core.permissions import P
from lab_app.core.web import check_version, page
from lab_app.quality import queries as rooms
from lab_app.quality import services as quality
from lab_app.quality.models import EnvironmentRecord
from lab_app.results import loading, presenters, services, workflow
from lab_app.results import preview as previews
from lab_app.results import risk as risks
from lab_app.results.capability import capability_warning
from lab_app.results.forms import RAW, TAKEN, EntryForm, entry_form
from lab_app.results.models import JobLine, Reading, TestJob
from lab_app.results.presenters import Shown
from lab_app.results.queries.held import held_at_bench
from lab_app.results.queries.signing import submission
from lab_app.results.services import ReadingEntry
from lab_app.results.services.drafting import draft_key
from lab_app.results.services.recording import facts_of, stop_facts
from lab_app.results.services.reviewing import RETESTABLE, SUBMISSION_GATES
from lab_app.results.views import picks as panels
from lab_app.results.views.deviations import OnJob, on_job
from lab_app.results.views.picks import Air, Pick
from lab_app.results.workflow import ReadingFacts, SubmissionFacts
from lab_app.samples.queries.interests import interests_in

#: Fields behind the fold of the row in hand.
MORE = ("measured_at", "late_reason", "firmware", "note")
MEASURE, CORRECT, VIEW = "measure", "correct", "view"
#: Gates that no typing can pass: what they say is shown before anybody measures.
STANDING_GATES = (
    "contract-review-approved", "not-held", "sample-here", "deviation-answered", "method-in-force", "person-authorised",
    "no-declared-interest", "control-not-rejected", "conditioning-finished", "deviation-complete", "rule-agreed",
)
#: Of these, what may stand in the way of a line that is plainly open.
OPEN_GATES = ("not-held", "person-authorised", "no-declared-interest", "control-not-rejected")


@dataclass
class Row:
    """One line of the grid."""

    line: JobLine
    reading: Reading | None
    shown: Shown
    raw: list[dict[str, Any]]


@dataclass
class Bench:
    """Everything the bench's page shows."""

    job: TestJob
    line: JobLine | None
    mode: str
    groups: list[tuple[str, str, list[Row]]]
    form: EntryForm | None = None
    shown: Shown = presenters.NOTHING
    raw: list[dict[str, Any]] = field(default_factory=list)
    more_open: bool = False
    given: list[dict[str, Any]] = field(default_factory=list)
    picks: list[Pick] = field(default_factory=list)
    environments: list[Air] = field(default_factory=list)
    environment_limits: str = ""
    environment_says: str = ""
    beside: dict[str, str] = field(default_factory=dict)
    has_draft: bool = False
    stops: list[Stop | None] = field(default_factory=list)
    by_method: OnJob | None = None
    submit_stop: Stop | None = None
    correct_stop: Stop | None = None
    retest_stop: Stop | None = None
    next_line: JobLine | None = None
    side_text: str = ""
    request_number: str = ""
    done_count: int = 0
    all_count: int = 0
    may_measure: bool = False
    may_submit: bool = False
    may_assign: bool = False
    may_review: bool = False
    may_record_environment: bool = False
    waits_for_review: bool = False
    superseded: bool = False
    may_justify: bool = False
    failed: bool = False
    box: Box | None = None


# ---- the page --------------------------------------------------------------------------------------------


def bench_page(
    code: str, *, line_id: int | None = None, form: EntryForm | None = None, correcting: bool = False,
    signing: SignatureFields | None = None,
) -> Response:
    """The bench of a job. `form` is what was posted (refused, or asked to be tried out); `signing` a signature that was refused."""
    with one_batch():  # what submission and measuring both rest on is read once
        b = bench(code, line_id, form, correcting, signing)
    status = 422 if signing is not None or form is not None and form.refused else 200
    return page(
        "results/bench.html", status, b=b, form=b.form, show=presenters, job_state=workflow.JOB.state,
        line_state=workflow.LINE.state, today=clock.today(),
    )


def bench(
    code: str, line_id: int | None, posted: EntryForm | None, correcting: bool, signing: SignatureFields | None = None
) -> Bench:
    """Everything the page shows. Statements do not grow with the lines of the job."""
    actor = current_actor()
    job = loading.job_or_404(code)
    lines = [line for line in loading.lines_of(job) if line.status != "cancelled"]
    line = _in_hand(lines, line_id)
    may_measure = actor.can(P.RESULT_WRITE)
    b = Bench(
        job, line, _mode(line, may_measure, correcting), [], request_number=job.sample.request.number,
        done_count=sum(1 for x in lines if x.readings), all_count=len(lines), may_measure=may_measure, may_submit=may_measure,
        may_assign=actor.can(P.JOB_ASSIGN), may_review=actor.can(P.RESULT_REVIEW), waits_for_review=job.status == "submitted",
        may_justify=actor.can(P.METHOD_WRITE), superseded=loading.superseded(job, clock.today()) and job.status != "reviewed",
        may_record_environment=actor.can(P.ENVIRONMENT_WRITE),
        next_line=_following(lines, line), by_method=(by_method := on_job(job, actor)),
        submit_stop=_submit_stop(by_method.submission(lines), lines), box=box(actor, TESTED, submission(job, lines), signing),
    )
    b.groups = _grouped(lines, line)
    if line is None:
        return b
    b.shown, b.raw = presenters.shown_reading(line, line.reading), _raw(line, line.reading)
    if line.reading is not None:
        b.beside = beside(risks.of_reading(line.reading), line.reading.computed, b.shown.u_unit)
    b.side_text = presenters.joined([
        line.parameter.code, gettext("quy tắc %(code)s", code=line.rule_code) if line.rule_code else "",
        gettext("U ≤ %(top)s", top=presenters.number(line.parameter.u_max))
        if line.parameter.u_max is not None and (line.rule or {}).get("kind") in presenters.COMPARES_U else ""])
    b.failed = bool(line.reading and line.reading.verdict in ("FAIL", "CONDITIONAL_FAIL"))
    if line.reading is not None:
        loading.instruments_of(line.reading)
        b.correct_stop = workflow.LINE.stop(line, "correct")
        b.retest_stop = retest_stop(line)
    if b.mode != VIEW:
        _prepare_entry(b, actor, line, posted)
    return b


def _in_hand(lines: Sequence[JobLine], asked: int | None) -> JobLine | None:
    """The line asked for, else the first one returned, else the first without a record, else the first."""
    by_id = {line.id: line for line in lines}
    if asked is not None and asked in by_id:
        return by_id[asked]
    for status in ("returned", "planned"):
        found = next((line for line in lines if line.status == status), None)
        if found is not None:
            return found
    return lines[0] if lines else None


def _mode(line: JobLine | None, may_measure: bool, correcting: bool) -> str:
    if line is None or not may_measure:
        return VIEW
    if line.status == "planned":
        return MEASURE
    return CORRECT if correcting and workflow.LINE.allows(line, "correct") else VIEW


def _following(lines: Sequence[JobLine], line: JobLine | None) -> JobLine | None:
    still_open = [x for x in lines if x.status == "planned" and (line is None or x.id != line.id)]
    after = [x for x in still_open if line is not None and (x.position, x.id) > (line.position, line.id)]
    return next(iter(after or still_open), None)


def _grouped(lines: Sequence[JobLine], line: JobLine | None) -> list[tuple[str, str, list[Row]]]:
    """The grid's groups: the line in hand, what is to do, what is recorded."""
    rows = {x.id: Row(x, x.reading, presenters.shown_reading(x, x.reading), _raw(x, x.reading)) for x in lines}
    now = [rows[line.id]] if line is not None else []
    others = [rows[x.id] for x in lines if line is None or x.id != line.id]
    to_do, recorded = [r for r in others if r.reading is None], [r for r in others if r.reading is not None]
    title = gettext("Đang đo") if line is not None and line.reading is None else gettext("Đang xem")
    groups = [(title, "now", now), (gettext("Chưa đo"), "todo", to_do), (gettext("Đã ghi"), "recorded", recorded)]
    return [g for g in groups if g[2]]


def _raw(line: JobLine, reading: Reading | None) -> list[dict[str, Any]]:
    return presenters.raw_parts(reading.raw, line.parameter.fields) if reading is not None else []


def _submit_stop(facts: SubmissionFacts, lines: Sequence[JobLine]) -> Stop | None:
    stop = gates.first_stop(*((name, facts) for name in SUBMISSION_GATES))
    if stop is None and not any(line.status in ("recorded", "returned") for line in lines):
        return Stop(says=gettext("Không có kết quả mới nào để nộp."))
    return stop


def retest_stop(line: JobLine) -> Stop | None:
    """Why a line cannot be tested again now."""
    if line.status in RETESTABLE:
        return None
    return Stop(says=gettext("Chỉ thử lại kết quả đã nộp soát xét; trước đó hãy sửa có lý do."), gate="retest-later")


# ---- the entry -------------------------------------------------------------------------------------------


def form_of(line: JobLine, formdata: Any = None) -> EntryForm:
    """The line's form, with the choices that do not depend on what was typed."""
    kw = {"formdata": formdata} if formdata is not None else {}
    form = entry_form(line.parameter.fields, line.limit, line.parameter.kind, **kw)
    form.room.choices = [("", gettext("chọn phòng")), *((r.code, pick(r.name_vi, r.name_en)) for r in asked(rooms.rooms))]
    return form


def _prepare_entry(b: Bench, actor: Actor, line: JobLine, posted: EntryForm | None) -> None:
    """The form with what was typed, else the draft, else what is known already; then the panels beside it."""
    draft = drafts.load(actor.id, draft_key(line.id)) if posted is None else {}
    fresh = bool(draft) and draft.get("version", [""])[0] == str(line.version)
    if posted is not None:
        form = posted
    elif fresh:
        form = form_of(line, MultiDict([(k, v) for k, values in draft.items() for v in values]))
        form.validate_typed()
        b.has_draft = True
    else:
        form = form_of(line, MultiDict(_known_before(b, line)))
    form.version.data = form.version.data or str(line.version)
    form.seen_revision.data = form.seen_revision.data or str(line.reading.revision if line.reading else 0)
    for key in form.taken:
        form[RAW + key].description = gettext("Lấy từ tệp của thiết bị; sửa tay thì thành số của người đo.")
    b.form = form
    b.given = presenters.fixed_parts(line.parameter.fields)
    stop = form.refusal.gate if form.refusal else ""
    b.more_open = b.mode == CORRECT or line.parameter.kind == "observation" or stop in ("late-entry-reason", "time-plausible") or any(
        form[name].data or form[name].errors for name in MORE if name in form)
    at = form.moment()
    chosen = [i for i in form.instruments.data or [] if i]
    rows = panels.offered(line, chosen)
    b.picks = panels.instruments(line, at, chosen, rows)
    b.environments, b.environment_limits, b.environment_says = panels.environments(line, at, form, [r for r in rows if r.id in chosen])
    if posted is not None:
        found = previewed(actor, line, form)
        b.shown, b.beside = found.shown, found.beside
    else:  # the live page asks what a draft gives as soon as it stands
        b.stops = [standing_stop(actor, line, at)]


def _known_before(b: Bench, line: JobLine) -> list[tuple[str, str]]:
    """What the form opens with: for a correction the reading it corrects; else what the last reading of this parameter (or of the
    job) was made with, and what the customer supplied."""
    made = [(r.line, r.reading) for _title, _kind, group in b.groups for r in group if r.reading is not None]
    recent = max(made, key=lambda pair: (pair[0].parameter_id == line.parameter_id, pair[1].id), default=None)
    source = line.reading if b.mode == CORRECT else (recent[1] if recent else None)
    out: list[tuple[str, str]] = []
    if source is not None:
        used = source.instruments if b.mode == CORRECT else loading.instruments_of(source)
        out += [("instruments", str(u.instrument_id)) for u in used if u.system_id is None]  # a system brings its parts
        if source.environment_id is not None and b.mode == CORRECT:  # a new reading takes what the room's log says of its own moment
            out.append(("environment", str(source.environment_id)))
    supplied = {str(s.get("key")): s for s in line.job.sample.item.supplied}
    same = source is not None and (b.mode == CORRECT or (recent is not None and recent[0].parameter_id == line.parameter_id))
    for f in line.parameter.fields:
        key, kind = str(f["key"]), str(f.get("source") or "measured")
        typed = presenters.typed_again(source.raw.get(key)) if same and source is not None else ""
        if kind == "customer" and b.mode != CORRECT and key in supplied:
            typed = presenters.typed_again(supplied[key])
        if typed and (b.mode == CORRECT or kind in ("customer", "setting", "factor")):
            out.append((RAW + key, typed))
            if b.mode == CORRECT and source is not None and source.raw.get(key, {}).get("taken"):
                out.append((TAKEN + key, str(source.raw[key]["taken"])))
    if b.mode == CORRECT and source is not None:
        out += [("measured_at", show_datetime(source.measured_at)), ("firmware", source.firmware), ("note", source.note),
                ("observation", source.observation), ("late_reason", source.late_reason)]
    return out


def standing_stop(actor: Actor, line: JobLine, at: datetime) -> Stop | None:
    """The first thing that would refuse any reading of this line now, whatever is typed: shown before anybody measures."""
    day, method = clock.local(at).date(), line.job.method_version.method
    if actor.id is not None and loading.plainly_open(line, day):
        leave = leave_of(actor.id, "test", method.code, day, clock.now(), line.job.method_version_id)
        sample = line.job.sample
        facts = ReadingFacts(
            job_code=line.job.code, sample_code=sample.code, request_number=sample.request.number, method_code=method.code,
            person=actor.name, measured_at=at, known_at=at, received_at=sample.received_at, late_after=timedelta(0),
            authorised=leave.row is not None, why_not=why_not(leave),
            parameter=line.parameter.code, stops=stop_facts(line, ReadingEntry(at, {}, lang()), clock.now()),
            holds=held_at_bench(line.job, None, (), at),
            interests=interests_in(actor, sample.request, day, clock.now()))
        return gates.first_stop(*((name, facts) for name in OPEN_GATES))
    facts = facts_of(line, ReadingEntry(at, {}, lang()), actor, (), clock.now())
    return gates.first_stop(*((name, facts) for name in STANDING_GATES))


def entry_of(line: JobLine, form: EntryForm, environment: EnvironmentRecord | None) -> ReadingEntry:
    """What was typed, in the shape the services take."""
    return ReadingEntry(
        measured_at=form.moment(), texts=form.texts, locale=lang(), environment=environment,
        instruments=loading.instruments_by_id(form.instruments.data or []), observation=form.observation.data or "",
        note=form.note.data or "", late_reason=form.late_reason.data or "", firmware=form.firmware.data or None, taken=form.taken,
    )


def _environment(form: EntryForm) -> EnvironmentRecord | None:
    """The record picked; for one still being typed a row that is never stored, so that its limits can be shown."""
    if form.new_environment:
        room = rooms.room_by_code(form.room.data or "")
        facts = form.environment_facts(form.moment())
        return EnvironmentRecord(code=gettext("mới"), room_id=room.id, extra={}, **facts) if room is not None else None
    chosen = form.environment.data or ""
    return db.session.get(EnvironmentRecord, int(chosen)) if chosen.isdecimal() else None


def record(actor: Actor, line: JobLine, form: EntryForm, correcting: bool) -> Reading:
    """One service call, or two when the environment is new: both or neither."""
    environment = _new_environment(actor, form) if form.new_environment else _environment(form)
    entry = entry_of(line, form, environment)
    try:
        if correcting:
            return services.correct_reading(actor, line, entry, form.reason.data or "")
        return services.record_reading(actor, line, entry)
    except FieldRefused as error:
        raise FieldRefused(RAW + error.field if RAW + error.field in form else error.field, error.message) from error


def _new_environment(actor: Actor, form: EntryForm) -> EnvironmentRecord:
    room = rooms.room_by_code(form.room.data or "")
    if room is None:
        raise FieldRefused("room", gettext("Cần chọn phòng."))
    return quality.record_environment(actor, room, **form.environment_facts(form.moment()))


def check_seen(line: JobLine, form: EntryForm) -> None:
    """Refuse (409) when somebody recorded or corrected this line after the page was opened."""
    check_version(line, form.version.data)
    revision = line.reading.revision if line.reading else 0
    if form.seen_revision.data not in (None, "", str(revision)):
        raise Stale(line)


# ---- answers to the live page ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Previewed:
    """What the typed text would give."""

    preview: previews.Preview
    shown: Shown

    @property
    def beside(self) -> dict[str, str]:
        """Risk, guard band and replicates in words."""
        outcome = self.preview.outcome
        if outcome is None:
            return beside(None, {}, "")
        return beside(risks.specific(outcome) if not outcome.operator else None, outcome.frozen, self.shown.u_unit)


def beside(risk: risks.RiskShown | None, frozen: Mapping[str, Any], unit: str) -> dict[str, str]:
    """What stands beside a verdict: its risk, the guard band it kept, mean and s of repeated readings; empty where there is none."""
    band = presenters.decimal_of((frozen.get("decision") or {}).get("guard_band"))
    guard = presenters.with_unit(presenters.number(band), unit) if band is not None and band > 0 else ""
    return {
        "risk_text": presenters.risk_text(risk),
        "guard_text": gettext("dải bảo vệ %(w)s", w=guard) if guard else "",
        "spread_text": presenters.joined(
            gettext("trung bình %(mean)s, n = %(n)s, %(rest)s", n=one.get("n"), rest=presenters.replicate_text(one),
                    mean=presenters.with_unit(presenters.number(presenters.decimal_of(one.get("mean"))), one.get("unit", "")))
            for one in (frozen.get("replicates") or {}).values()),
    }


def previewed(actor: Actor, line: JobLine, form: EntryForm) -> Previewed:
    """Read, compute and ask the gates without writing."""
    entry = entry_of(line, form, _environment(form))
    seen = previews.preview(actor, line, entry)
    shown = presenters.shown_outcome(line, seen.outcome, seen.raw, entry.observation)
    warning = capability_warning(line, seen.outcome, seen.raw, entry.measured_at)
    return Previewed(seen, replace(shown, remark=presenters.joined(filter(None, (str(shown.remark), warning)))) if warning else shown)


def cells(shown: Shown) -> dict[str, Any]:
    """A result as the live page writes it."""
    return {
        "value_text": shown.value or "–", "u_text": shown.u or "–", "pm_text": f"± {shown.u}" if shown.u else "",
        "limit_text": shown.limit, "bound_text": shown.limit_short, "margin_text": shown.margin,
        "margin_label": shown.gauge.label, "formula_text": shown.formula, "remark_text": str(shown.remark),
        "verdict": shown.verdict.code, "verdict_text": str(shown.verdict.word), "tone": shown.verdict.tone,
        "gauge": shown.gauge.as_json(),
    }


def preview_answer(actor: Actor, line: JobLine, form: EntryForm) -> dict[str, Any]:
    """The live page's answer while somebody types. Nothing half-typed is called wrong: a missing piece is no refusal yet."""
    form.validate_typed()
    seen = previewed(actor, line, form)
    typed_wrong = {name: str(form[name].errors[0]) for name in form.data if form[name].errors}
    errors = {RAW + key if RAW + key in form else key: text for key, text in seen.preview.errors.items()} | typed_wrong
    stop = seen.preview.stop
    waiting = stop is not None and stop.gate == "record-complete"
    shown_picks = panels.instruments(line, form.moment(), form.instruments.data or [])
    return cells(seen.shown) | seen.beside | {
        "ok": True, "ready": seen.preview.ready and not errors, "errors": errors,
        "refusal": stop.as_json() if stop is not None and not waiting else None,
        "recorded_text": str(stop.says) if stop is not None and waiting else "",
        "picks": {str(p.id): {"off": p.off, "why": p.why} for p in shown_picks},
    }


def recorded_answer(line: JobLine) -> dict[str, Any]:
    """The live page's answer to a recorded reading."""
    reading = line.reading
    assert reading is not None
    shown = presenters.shown_reading(line, reading)
    return cells(shown) | beside(risks.of_reading(reading), reading.computed, shown.u_unit) | {
        "ok": True, "ready": True, "version": line.version,
        "recorded_text": gettext("Đã ghi lúc %(at)s.", at=show_time(reading.recorded_at)),
    }


def refused_answer(form: EntryForm) -> dict[str, Any]:
    """The live page's answer to a refused record: the stop, and what is wrong with which field."""
    errors = {name: " ".join(str(e) for e in form[name].errors) for name in form.data if form[name].errors}
    return {"ok": False, "errors": errors, "refusal": form.refusal.as_json() if form.refusal else None,
            "recorded_text": " ".join(str(e) for e in form.form_errors)}


def worksheet(code: str) -> tuple[TestJob, list[Row]]:
    """The job with its lines for the printed sheet."""
    job = loading.job_or_404(code)
    lines = [line for line in loading.lines_of(job, with_instruments=True) if line.status != "cancelled"]
    return job, [Row(x, x.reading, presenters.shown_reading(x, x.reading), _raw(x, x.reading)) for x in lines]
