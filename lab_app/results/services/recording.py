"""A reading becomes a record: read as typed, computed, passed by every gate at its own time, frozen (7.5.1, 7.5.2)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from instruments.models import Instrument
from instruments.queries import calibration_at, factor_set_at, fitness, missing_from_set, parts_at
from instruments.rules import MeasurementNeed
from lab_app.accounts.competence.wording import why_not
from lab_app.accounts.queries import Leave
from lab_app.accounts.queries import leave as leave_of
from lab_app.core import audit, clock, gates
from lab_app.core.access import Actor, authorize
from lab_app.core.asked import asked
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.forms import not_a_number
from lab_app.core.permissions import P
from lab_app.core.quantity import NotANumber
from lab_app.metrology.decision import decide
from lab_app.quality import rules as environment_rules
from lab_app.quality.environment.queries import Logged, logged_at
from lab_app.quality.models import EnvironmentRecord
from lab_app.quality.queries import conditions as environment_conditions
from lab_app.quality.queries import replaced_among
from lab_app.quality.sites.queries import site_faults
from lab_app.results.computation import LEFT_OUT, EntryRefused, Outcome, Raw, compute, understand
from lab_app.results.inputs import (
    defaults_for,
    environment_limits,
    frequency_of,
    spans,
    spec_of,
    why_no_factor,
)
from lab_app.results.models import JobLine, Reading, TestJob
from lab_app.results.queries.conditioning import conditioning_facts
from lab_app.results.queries.deviations import deviation_facts, standing_deviations
from lab_app.results.queries.held import held_at_bench
from lab_app.results.services.overriding import withdraw_on_correction
from lab_app.results.services.taking import from_traces
from lab_app.results.services.worksheet_states import refresh_worksheets
from lab_app.results.services.writing import Judged, Used, settled, write
from lab_app.results.validity.queries import stops_against
from lab_app.results.workflow import LINE, CorrectionFacts, ReadingFacts, StopFact, TraceFact
from lab_app.samples.models import CustodyEvent
from lab_app.samples.queries import accepted_review
from lab_app.samples.queries.interests import interests_in
from test_methods.queries import fact, is_in_force
from test_methods.rules import EnvironmentLimits, retired

GATES = (
    "contract-review-approved", "not-held", "sample-here", "deviation-answered", "time-plausible", "method-in-force",
    "person-authorised", "no-declared-interest",
    "late-entry-reason", "control-not-rejected", "record-complete", "not-its-own-standard", "trace-belongs",
    "instrument-fit", "environment-within-limits", "site-validated", "conditioning-finished", "deviation-complete", "rule-agreed",
)
GONE = ("returned", "disposed")
CODES = {
    "u_unit": _l("bảng độ không đảm bảo đo không cùng đại lượng với kết quả"),
    "missing": _l("chưa điền"), "operator": _l("không nhận dấu so sánh ở chỉ tiêu này"),
    "operator_lost": _l("phép tính không giữ chiều của dấu so sánh: ghi giá trị đo được"),
    "working_range": _l("khoảng làm việc của chỉ tiêu không cùng đại lượng với kết quả"),
    "answer_not_allowed": _l("câu trả lời không thuộc các câu được phép"),
}
#: What is still to be typed rather than wrong: a row in hand waits for it, a record is refused for it.
WAITING = ("missing", "too_few")


@dataclass(frozen=True)
class ReadingEntry:
    """What a technician enters for one line. `texts`: field key → text as typed, read by `locale` (vi or en).

    `measured_at` is when it was measured; `firmware` None takes the item's at that moment. `taken`: field key → token of the trace
    its text was taken from (`instruments.queries.traces.Taken.token`); `source_file`: SHA-256 of the file that a batch came in.
    """

    measured_at: datetime
    texts: Mapping[str, str]
    locale: str
    instruments: Sequence[Instrument] = field(default_factory=tuple)
    environment: EnvironmentRecord | None = None
    observation: str = ""
    note: str = ""
    late_reason: str = ""
    firmware: str | None = None
    taken: Mapping[str, str] = field(default_factory=dict)
    source_file: str = ""


def put_into_words(error: EntryRefused) -> str:
    """What is wrong with a typed value, in the reader's language."""
    if error.code.startswith("formula_"):
        return gettext("Không tính được kết quả từ các số đọc này (%(why)s).", why=error.code.removeprefix("formula_"))
    if error.code in CODES:
        return str(CODES[error.code])
    if error.code == "too_few":
        return too_few(error)
    if error.key.startswith("frequency"):
        return gettext("Tần số nằm ngoài đường giới hạn của quy chuẩn.")
    return not_a_number(NotANumber(error.code, error.text))


def too_few(error: EntryRefused) -> str:
    """How many repeated readings there are, and how many the method asks for."""
    have, want = error.text.split("/")
    return gettext("mới có %(have)s trên %(want)s lần lặp lại", have=have, want=want)


def facts_of(
    line: JobLine, entry: ReadingEntry, actor: Actor, missing: Sequence[Any], known_at: datetime
) -> ReadingFacts:
    """Everything the gates look at, at the entry's `measured_at` as known at `known_at`. A pure read."""
    job, at = line.job, entry.measured_at
    day = clock.local(at).date()
    sample, version = job.sample, job.method_version
    method = version.method
    review = asked(accepted_review, job.request_id, at)  # a review that was opened later does not reach back
    gone = None
    if sample.status in GONE:
        gone = db.session.scalar(
            select(CustodyEvent.at).where(CustodyEvent.sample_id == sample.id, CustodyEvent.kind.in_(GONE))
            .order_by(CustodyEvent.at).limit(1)
        )
    answers = [a for a in sample.answers if a.recorded_at <= min(at, known_at)] if sample.deviation else []
    proceed_at = answers[-1].recorded_at if answers and answers[-1].decision == "proceed" else None
    leave = asked(leave_of, actor.id, "test", method.code, day, known_at, version.id) if actor.id is not None else Leave(None, "none")
    limits = environment_limits(line)
    environment = asked(environment_conditions, entry.environment) if entry.environment is not None else None
    logged = asked(logged_at, entry.environment, at, spans(limits), known_at) if entry.environment is not None else Logged()
    room_id = entry.environment.room_id if entry.environment is not None else None
    return ReadingFacts(
        job_code=job.code, sample_code=sample.code, request_number=sample.request.number, method_code=method.code,
        person=actor.name, measured_at=at, known_at=known_at, received_at=sample.received_at,
        late_after=timedelta(minutes=int(current_app.config["LATE_ENTRY_MINUTES"])),
        accepted_at=review.decided_at if review else None, gone_at=gone, deviation=sample.deviation,
        proceed_at=proceed_at, repeats_at=_first_measured(line),
        method_in_force=asked(is_in_force, version, day, known_at),
        superseded_reason=job.superseded_reason, superseded_told=_told(job, day),
        retired=retired(fact(version), day, known_at),
        deviations=deviation_facts(asked(standing_deviations, job.id), at, known_at),
        authorised=leave.row is not None, why_not=why_not(leave),
        late_reason=entry.late_reason, missing=(*missing, *_missing(line, entry, limits)),
        unfit=tuple(unfit(line, entry, known_at)), environment_code=entry.environment.code if entry.environment else "",
        environment_covers=environment is None or environment_rules.covers(environment, at),
        environment_outside=tuple(environment_rules.outside(environment, spans(limits))) if environment else (),
        environment_unread=tuple(environment_rules.unread(environment, spans(limits))) if environment else (),
        logged_outside=logged.outside, logged_unwatched=logged.unwatched, logged_unfit=logged.unfit, room_code=logged.room_code,
        site_faults=() if entry.observation in LEFT_OUT else tuple(asked(
            site_faults, method.code, room_id, day, known_at, line.parameter.code)),
        wants_statement=sample.request.wants_statement,
        has_rule=line.rule is not None or line.parameter.kind == "observation" or entry.observation in LEFT_OUT,
        itself=next((i.code for i, _system in measured_with(entry, known_at) if i.id == sample.instrument_id), ""),
        traces=tuple(_trace_facts(line, entry, known_at)), parameter=line.parameter.code, stops=stop_facts(line, entry, known_at),
        conditioning_minutes=version.conditioning_minutes, conditionings=asked(conditioning_facts, job, known_at),
        holds=held_at_bench(job, line.parameter_id, tools_of(entry, known_at), at),
        interests=interests_in(actor, sample.request, day, known_at),
    )


def tools_of(entry: ReadingEntry, known_at: datetime) -> set[int]:
    """Keys of everything an entry was measured with: what was chosen, measuring systems and their parts."""
    parts = measured_with(entry, known_at)
    return {i.id for i in entry.instruments} | {i.id for i, _system in parts} | {s.id for _i, s in parts if s is not None}


def _told(job: TestJob, day: date) -> bool:
    """Whether the customer had been told by the day of a reading that a version out of force is used."""
    told_on = job.superseded_told_on
    return bool(job.superseded_told_to and job.superseded_told_how) and told_on is not None and told_on <= day


def stop_facts(line: JobLine, entry: ReadingEntry, known_at: datetime) -> tuple[StopFact, ...]:
    """Stops of the line's parameter at the entry's moment; one of a single instrument counts where that instrument was chosen."""
    found = asked(stops_against, line.job.method_version.method_id, line.parameter.code, entry.measured_at, known_at)
    if any(stop.instrument_id is not None for stop in found):
        used = {i.id for i in entry.instruments} | {i.id for i, _system in measured_with(entry, known_at)}
        found = [stop for stop in found if stop.instrument_id is None or stop.instrument_id in used]
    return tuple(StopFact(stop.code, stop.reason, stop.since) for stop in found)


def _trace_facts(line: JobLine, entry: ReadingEntry, known_at: datetime) -> list[TraceFact]:
    """The traces an entry's values were taken from, against the instruments that were chosen."""
    found = from_traces(line, entry.texts, entry.locale, entry.taken) if entry.taken else []
    if not found:
        return []
    used = {i.id for i in entry.instruments} | {i.id for i, _system in measured_with(entry, known_at)}
    return [TraceFact(one.taken.trace.instrument.code, one.taken.trace.captured_at, one.taken.trace.instrument_id in used)
            for one in found]


def _first_measured(line: JobLine) -> datetime | None:
    """When the result that this line repeats was measured."""
    if line.retest_of_id is None:
        return None
    return db.session.scalar(
        select(Reading.measured_at).where(Reading.line_id == line.retest_of_id).order_by(Reading.revision.desc()).limit(1)
    )


def _missing(line: JobLine, entry: ReadingEntry, limits: EnvironmentLimits) -> list[Any]:
    out: list[Any] = []
    if entry.observation in ("FAIL", *LEFT_OUT) and not entry.note.strip():
        out.append(_l("lý do cho câu trả lời khác “đạt”"))
    if entry.observation in LEFT_OUT:
        return out
    if (line.parameter.need or line.parameter.kind == "number") and not entry.instruments:
        out.append(_l("thiết bị đã dùng"))
    if entry.environment is None and not limits.not_critical:
        out.append(_l("môi trường lúc đo"))
    return out


def missing_words(line: JobLine, entry: ReadingEntry, refused: Iterable[EntryRefused], known_at: datetime) -> list[Any]:
    """What is still empty, by name: replicates with how many there are, a correction factor with why there is none (6.4.11)."""
    out: list[Any] = []
    for error in refused:
        name = field_name(line, error.key)
        if error.code == "too_few":
            out.append(_l("%(field)s (%(why)s)", field=name, why=too_few(error)))
            continue
        if error.text:  # a field of several values that nobody filled
            out.append(_l("%(field)s (cần %(n)s lần lặp lại)", field=name, n=error.text))
            continue
        tools = [tool for tool, _system in measured_with(entry, known_at)]
        why = why_no_factor(line, error.key, tools, entry.measured_at, known_at, entry.texts, entry.locale)
        out.append(_l("%(field)s (%(why)s)", field=name, why=why) if why else name)
    return out


def unfit(line: JobLine, entry: ReadingEntry, known_at: datetime) -> list[tuple[str, Any, Any]]:
    """Reasons against the chosen instruments, and what they lack together: (code, says, do)."""
    if not entry.instruments:
        return []
    need = MeasurementNeed.from_dict(line.parameter.need)
    reasons = asked(fitness, entry.instruments, entry.measured_at, need, known_at)
    by_id = {i.id: i for i in entry.instruments}
    out = [(by_id[ident].code, r.says, r.do) for ident, found in reasons.items() for r in found]
    return out or [("", r.says, r.do) for r in asked(missing_from_set, entry.instruments, need, entry.measured_at, known_at)]


def work_out(line: JobLine, entry: ReadingEntry, known_at: datetime) -> tuple[dict[str, Raw], dict[str, EntryRefused], Outcome | None]:
    """Read and compute one entry: raw readings, what could not be read, the outcome when all could. Shared with the preview."""
    tools = [tool for tool, _system in measured_with(entry, known_at)]
    spec = spec_of(line, tools, frequency_of(line, entry.texts, entry.locale), entry.measured_at, known_at)
    if line.parameter.kind == "observation" or entry.observation:
        return {}, {}, compute(spec, line.limit, line.rule, {}, entry.observation) if entry.observation else None
    defaults = defaults_for(line, tools, entry.measured_at, known_at, entry.texts, entry.locale)
    raw, refused = understand(spec.fields, entry.texts, entry.locale, defaults, spec.replicates, spec.operators)
    return raw, refused, None if refused else compute(spec, line.limit, line.rule, raw)


def record_reading(actor: Actor, line: JobLine, entry: ReadingEntry) -> Reading:
    """Make the first record of a line. Refuses a line that has one (correct it, with a reason), and by the gates of 6.2.6, 6.3.3,
    6.4, 7.1.1, 7.1.3, 7.2.1.3, 7.4.3, 7.5.1, judged at `measured_at` as known now."""
    authorize(actor, P.RESULT_WRITE)
    known_at = clock.now()
    reading = write(actor, [judge(actor, first_of(line), entry, known_at)], known_at)[0]
    LINE.move(line, "record")
    settled(actor, [line])
    return reading


def first_of(line: JobLine) -> JobLine:
    """The line, when it has no record yet."""
    if line.status != "planned" or line.readings:
        raise Refused(gettext("Chỉ tiêu này đã có số đọc; dùng “sửa có lý do” hoặc “thử lại”."))
    return line


def correct_reading(actor: Actor, line: JobLine, entry: ReadingEntry, reason: str) -> Reading:
    """A new revision beside the old one (7.5.2). A submitted line comes back to be submitted again; a reviewed one is not
    corrected but tested again. Refuses a correction that changes nothing."""
    authorize(actor, P.RESULT_WRITE)
    gates.require("correction-has-reason", CorrectionFacts(reason))
    if not line.readings:
        raise Refused(gettext("Chỉ tiêu này chưa có số đọc để sửa."))
    if not LINE.allows(line, "correct"):
        raise Refused(gettext("Kết quả đã được soát xét; hãy thử lại thay vì sửa."))
    audit.because(reason)
    before = line.readings[-1]
    if entry.measured_at == before.measured_at and not entry.late_reason.strip():
        # It was measured when it was: what was late, or not, stays so; why it is written again is said by the reason.
        entry = replace(entry, late_reason=before.late_reason or reason)
    known_at = clock.now()
    judged = judge(actor, line, entry, known_at)
    reading = write(actor, [replace(judged, revision=before.revision + 1, reason=reason.strip())], known_at)[0]
    if _same(before, reading):
        raise Refused(gettext("Không có gì thay đổi so với số đọc trước."))
    withdraw_on_correction(actor, before, reason)
    LINE.move(line, "correct")
    settled(actor, [line])
    refresh_worksheets([line.id])
    return reading


def _same(before: Reading, after: Reading) -> bool:
    """Whether a correction repeats what stood there."""
    kept = ("measured_at", "environment_id", "firmware", "observation", "note", "operator", "value", "unit", "u", "verdict")
    numbers = [{k: (r.get("operator", ""), r.get("values", r.get("value"))) for k, r in row.raw.items()} for row in (before, after)]
    used = [{u.instrument_id for u in row.instruments} for row in (before, after)]
    return numbers[0] == numbers[1] and used[0] == used[1] and all(getattr(before, n) == getattr(after, n) for n in kept)


def judge(actor: Actor, line: JobLine, entry: ReadingEntry, known_at: datetime) -> Judged:
    """Read, compute and ask every gate; what comes back may be written. Raises `FieldRefused` naming the field, `GateRefused`."""
    try:
        raw, refused, outcome = work_out(line, entry, known_at)
    except EntryRefused as error:
        raise FieldRefused(error.key or "raw", put_into_words(error)) from error
    unreadable = next((e for e in refused.values() if e.code not in WAITING), None)
    if unreadable is not None:
        raise FieldRefused(unreadable.key, put_into_words(unreadable))
    if entry.environment is not None and asked(replaced_among, [entry.environment.id]):
        raise FieldRefused("environment", gettext("Bản ghi môi trường này đã được sửa bằng bản mới; hãy chọn bản mới."))
    missing = missing_words(line, entry, refused.values(), known_at)
    if line.parameter.kind == "observation" and outcome is None:
        missing.append(_l("kết quả quan sát"))
    facts = facts_of(line, entry, actor, missing, known_at)
    for name in GATES:
        gates.require(name, facts)
    if outcome is None:  # only when a gate was taken out in a test: a row that an assessor would reject
        outcome = _nothing(line)
    found = from_traces(line, entry.texts, entry.locale, entry.taken) if entry.taken else []
    return Judged(line, entry, raw, outcome, used_for(entry, known_at), found)


def measured_with(entry: ReadingEntry, known_at: datetime) -> list[tuple[Instrument, Instrument | None]]:
    """Everything a reading rests on, each once: what was chosen, and the parts a chosen measuring system had then, with it."""
    parts = {part.id: (part, system) for system, part in asked(parts_at, entry.instruments, entry.measured_at, known_at)}
    return [*((i, None) for i in entry.instruments if i.id not in parts), *parts.values()]


def used_for(entry: ReadingEntry, known_at: datetime) -> Used:
    """Each instrument with the calibration and the factors that counted at the reading, and the system it was part of."""
    at, day = entry.measured_at, clock.local(entry.measured_at).date()
    return [
        (i, asked(calibration_at, i.id, at, known_at), asked(factor_set_at, i.id, day, known_at), system)
        for i, system in measured_with(entry, known_at)
    ]


def _nothing(line: JobLine) -> Outcome:
    return Outcome((), None, line.parameter.unit, None, None, None, decide(None, None, None))


def field_name(line: JobLine, key: str) -> str:
    """The label of a raw reading, for a message."""
    found = next((f for f in line.parameter.fields if f["key"] == key), None)
    return str(found.get("label_vi") or key) if found else key
