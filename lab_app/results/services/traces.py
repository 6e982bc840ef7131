"""Traces of a job: taken with the factors that counted, withdrawn with a reason, final points made lines and readings (7.5.1, 6.4.11)."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from instruments.models import Instrument, Trace
from instruments.queries.traces import taken
from lab_app.core import audit, clock, gates
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.i18n import show_decimal
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import convert
from lab_app.quality.models import EnvironmentRecord
from lab_app.results import tracing
from lab_app.results.inputs import stated_frequency
from lab_app.results.loading import instruments_by_id
from lab_app.results.models import JobLine, Reading, TestJob, TraceUse
from lab_app.results.queries import traces as queries
from lab_app.results.services.planning import add_line
from lab_app.results.services.recording import ReadingEntry, record_reading
from lab_app.results.trace_terms import Terms, terms_of
from lab_app.results.workflow.traces import DetectorFact, FinalPointFacts, TraceUseFacts
from test_methods.models import MethodParameter

CLOSED = ("reviewed", "cancelled")


@dataclass(frozen=True)
class FinalPoint:
    """A kept peak: its parameter and frequency in Hz, as the use holds them."""

    parameter_id: int
    frequency: Decimal


@dataclass(frozen=True)
class PointFacts:
    """What stands beside the final points that become readings: instruments besides those of the trace, environment, reasons."""

    instruments: Sequence[Instrument] = ()
    environment: EnvironmentRecord | None = None
    late_reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class Taken:
    """What became of final points: readings recorded, lines added or found that are still to be measured."""

    readings: list[Reading]
    planned: list[JobLine]


def use_trace(actor: Actor, job: TestJob, trace: Trace, setup: tracing.Setup, locale: str = "vi") -> TraceUse:
    """Take a trace into a job and freeze what it showed: factors of the version that counted at its capture, margins, verdicts, peaks.

    Refused by gates *trace-after-reception* and *trace-instrument-fit* (6.4.4, judged at the capture as known now), for a job that is
    reviewed or cancelled, and by the field of a choice that does not hold. Detectors that contradict each other are kept in it and
    said: the person must see both.
    """
    authorize(actor, P.RESULT_WRITE)
    if job.status in CLOSED:
        raise Refused(gettext("Việc này đã soát xét hoặc đã bỏ; không thêm đường đo được nữa."))
    known_at = clock.now()
    others = queries.trace_uses([job.id], withdrawn=False)
    made = tracing.work_out(job, trace, setup, known_at, locale, others)
    facts = TraceUseFacts(job.code, job.sample.code, trace.captured_at, job.sample.received_at,
                          tuple(tracing.unfit(trace, made.factors, known_at)))
    for name in ("trace-after-reception", "trace-instrument-fit"):
        gates.require(name, facts)
    row = TraceUse(
        job_id=job.id, trace_id=trace.id, conditions=setup.conditions.strip()[:200], factors=made.factors, correction=made.correction,
        lines=made.lines, peaks=made.peaks, made_by_id=person_of(actor), made_at=known_at)
    db.session.add(row)
    db.session.flush()
    return row


def withdraw_use(actor: Actor, use: TraceUse, reason: str) -> TraceUse:
    """Take a trace out of a job with a reason; it stays readable (7.5.2). Readings taken from it are not touched: correct them."""
    authorize(actor, P.RESULT_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if use.withdrawn_at is not None:
        raise Refused(gettext("Đường đo này đã bỏ."))
    if use.job.status in CLOSED:
        raise Refused(gettext("Việc này đã soát xét hoặc đã bỏ; hồ sơ của nó không đổi nữa."))
    audit.because(reason)
    use.withdrawn_at, use.withdrawn_by_id, use.withdrawn_reason = clock.now(), person_of(actor), reason.strip()
    db.session.flush()
    return use


def standing_contradictions(use: TraceUse, uses: Iterable[TraceUse]) -> list[dict[str, Any]]:
    """What the use and those of its job say against each other, withdrawn ones left out, whichever of the two was taken later."""
    standing = {other.id for other in uses if other.withdrawn_at is None}
    found = [row for row in use.correction.get("contradictions", []) if row["use"] in standing]
    for other in uses:
        if other.id in standing and other.id != use.id:
            found += [row | {"use": other.id} for row in other.correction.get("contradictions", []) if row["use"] == use.id]
    return found


def final_points(use: TraceUse) -> list[dict[str, Any]]:
    """The points that may become lines: kept peaks; where the method has no rule the worst points of each limit."""
    kept = [p for p in use.peaks if p["kept"]]
    if kept or use.correction.get("rules"):
        return kept
    return [
        {"f": point["f"], "level": point["level"], "margin": point["margin"], "kept": True, "reason": "", "parameter": row["parameter"],
         "parameter_id": row["parameter_id"]}
        for row in use.lines if row["why"] in ("", "prescan") for point in row["worst"]]


def take_points(actor: Actor, use: TraceUse, points: Sequence[FinalPoint], facts: PointFacts) -> Taken:
    """Make final points lines of the job: a planned line at the frequency is filled, else one is added under the use's conditions.

    With the limit's own detector the level becomes a reading through `record_reading`, taken from the trace by its token, every gate
    asked; from a prescan the line stays to be measured. Refused by gate *trace-detectors-ordered*, for a withdrawn use, for a point
    that is none of its own, and where the line has a reading already.
    """
    authorize(actor, P.RESULT_WRITE)
    if use.withdrawn_at is not None:
        raise Refused(gettext("Đường đo này đã bỏ."))
    if not points:
        raise FieldRefused("points", gettext("Chọn ít nhất một điểm."))
    gates.require("trace-detectors-ordered", _point_facts(use))
    known = {(int(p["parameter_id"]), Decimal(p["f"])) for p in final_points(use) if p["parameter_id"]}
    job = use.job
    parameters = {p.id: p for p in job.method_version.parameters}
    out = Taken([], [])
    for point in points:
        if (point.parameter_id, point.frequency) not in known:
            raise FieldRefused("points", gettext("Điểm này không thuộc các điểm cuối của đường đo."))
        parameter = parameters[point.parameter_id]
        line = line_at(use, point, queries.open_lines(job.id)) or add_line(actor, job, parameter, conditions_at(use, point.frequency))
        if line.readings:
            raise FieldRefused("points", gettext(
                "%(conditions)s đã có số đọc; dùng “sửa có lý do” hoặc “thử lại”.", conditions=line.conditions))
        if _prescan(use, parameter):
            out.planned.append(line)
        else:
            out.readings.append(record_reading(actor, line, _entry(use, parameter, line, point, facts)))
    return out


def _point_facts(use: TraceUse) -> FinalPointFacts:
    found = standing_contradictions(use, queries.trace_uses([use.job_id]))
    unit = str(use.correction["unit"])
    return FinalPointFacts(use.job.code, use.id, tuple(
        DetectorFact(f"{show_decimal(Decimal(queries.mega(Decimal(row['f']))))} MHz", row["lower"],
                     f"{show_decimal(Decimal(row['lower_level']), 2)} {unit}", row["upper"],
                     f"{show_decimal(Decimal(row['upper_level']), 2)} {unit}")
        for row in found))


def _prescan(use: TraceUse, parameter: MethodParameter) -> bool:
    return any(row["parameter_id"] == parameter.id and row["why"] == "prescan" for row in use.lines)


def conditions_at(use: TraceUse, frequency: Decimal) -> str:
    """The conditions of a line at a final point: its frequency, then those of the sweep."""
    return ", ".join(part for part in (f"{queries.mega(frequency)} MHz", use.conditions) if part)


def line_at(use: TraceUse, point: FinalPoint, lines: Iterable[JobLine]) -> JobLine | None:
    """The line of the point's parameter that states its frequency and the use's conditions: an open one first."""
    step = _step(use, point.frequency)
    wanted = use.conditions.casefold()
    found = [
        line for line in lines
        if line.parameter_id == point.parameter_id and line.retested_by is None and (not wanted or wanted in line.conditions.casefold())
        and (stated := stated_frequency(line.conditions)) is not None
        and abs(convert(stated[0], stated[1], "Hz") - point.frequency) <= step]
    return min(found, key=lambda line: (bool(line.readings), line.position), default=None)


def _step(use: TraceUse, frequency: Decimal) -> Decimal:
    """Half the distance between the points of the trace there: what a frequency stated on a line may differ by and still be this point."""
    levels = queries.levels_of(use)
    index = levels.place_of(frequency)
    low, high = max(index - 1, 0), min(index + 1, len(levels) - 1)
    return (levels.exact(high)[0] - levels.exact(low)[0]) / 4 if high > low else Decimal(0)


def _entry(use: TraceUse, parameter: MethodParameter, line: JobLine, point: FinalPoint, facts: PointFacts) -> ReadingEntry:
    """What a technician would type for the point: the raw level by the trace's token, each factor by the frozen table."""
    terms = terms_of(parameter.kind, parameter.fields, parameter.formula)
    try:
        level = taken(use.trace, "at", terms.unit, frequency=point.frequency)
        texts = {terms.reading: _plain(level.level)} | _factors_at(use, terms, point.frequency)
    except MetrologyError as error:
        raise FieldRefused("points", gettext("Không lấy được mức tại điểm này: %(why)s.", why=error.code)) from error
    tokens = {terms.reading: level.token}
    if terms.frequency:
        unit = next((str(f.get("unit") or "MHz") for f in parameter.fields if str(f["key"]) == terms.frequency), "MHz")
        texts[terms.frequency] = _plain(convert(point.frequency, "Hz", unit))
        tokens[terms.frequency] = level.token
    tools = {use.trace.instrument_id: use.trace.instrument}
    for row in instruments_by_id(int(f["instrument_id"]) for f in use.factors if f.get("instrument_id")):
        tools[row.id] = row
    tools |= {row.id: row for row in facts.instruments}
    return ReadingEntry(
        measured_at=use.trace.captured_at, texts=texts, locale="en", instruments=list(tools.values()), environment=facts.environment,
        note=facts.note, late_reason=facts.late_reason, taken=tokens)


def _factors_at(use: TraceUse, terms: Terms, frequency: Decimal) -> dict[str, str]:
    by_key = {str(row["key"]): row for row in use.factors}
    return {
        term.key: _plain(queries.correction_of(by_key[term.key]).at(frequency)) for term in terms.corrections
        if term.fixed is None and term.key in by_key}


def _plain(value: Decimal) -> str:
    return format(value, "f")
