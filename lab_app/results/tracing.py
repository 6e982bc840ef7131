"""A trace held against a job's limits: what a person chose, worked out and said, before anything is written. Pure reads.

The method's own formula says which factors correct the reading (`trace_terms`); each is the version of a table that counted on the
day of capture (6.4.11), or a number or table stated with its source. Limits and rules are those frozen on the job's lines.
"""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from instruments.models import Instrument, Trace
from instruments.queries import fitness
from instruments.rules import MeasurementNeed
from lab_app.core import clock
from lab_app.core.errors import FieldRefused
from lab_app.core.i18n import show_decimal
from lab_app.core.quantity import NotANumber, parse_decimal
from lab_app.metrology.decision import decide, parse_rule
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.interpolation import FactorTable, Scale
from lab_app.metrology.limit_tables import FREE_TEXT
from lab_app.metrology.limits import Limit, LimitLine, Mask, ObservationLimit, chosen, parse_limit
from lab_app.metrology.peak_reduction import ReducedPeak, reduce_peaks
from lab_app.metrology.trace_judging import (
    Contradiction,
    Judged,
    Levels,
    Wanted,
    WorstPoint,
    contradictions,
    judge,
)
from lab_app.metrology.units import convert
from lab_app.results.computation import EntryRefused, expanded
from lab_app.results.inputs import spec_of
from lab_app.results.loading import candidates as candidates_for
from lab_app.results.loading import instruments_by_id
from lab_app.results.models import JobLine, TestJob, TraceUse
from lab_app.results.queries import traces as queries
from lab_app.results.trace_terms import NotOverFrequency, Term, Terms, detector_named, terms_of
from test_methods.models import MethodParameter
from test_methods.rules.trace_rules import BadTraceRule, parse_trace_rule

SET, STATED = "set", "stated"
#: Points listed for each limit.
WORST = 6
#: Words for what a trace, a factor or a limit refuses.
WHY: dict[str, Any] = {
    "unit_differs": _l("đơn vị không khớp: %(detail)s"),
    "different_quantity": _l("đơn vị của đường đo không cùng đại lượng với số đọc của phương pháp"),
    "unknown_unit": _l("không biết đơn vị %(detail)s"),
    "detector_differs": _l("bộ tách sóng đã chọn khác với bộ tách sóng ghi trong tệp: %(detail)s"),
    "no_data": _l("không có điểm đo nào trong đoạn này"),
    "frequencies_not_rising": _l("tần số của bảng không tăng dần"),
    "not_positive": _l("tần số của bảng phải dương"),
    "empty": _l("bảng không có điểm nào"),
}


@dataclass(frozen=True)
class FactorChoice:
    """Where a term's numbers come from: a table of the register (`set`), or as typed (`stated`) with the paper it stands on."""

    source: str = ""
    factor_set_id: int | None = None
    text: str = ""
    says: str = ""


@dataclass(frozen=True)
class Setup:
    """What a person chose for a trace. Frequencies in Hz; `reference`, `bandwidth`, `level` place a mask."""

    parameters: tuple[int, ...]
    factors: Mapping[str, FactorChoice] = field(default_factory=dict)
    conditions: str = ""
    detector: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    reference: Decimal | None = None
    bandwidth: Decimal | None = None
    level: Decimal | None = None
    ambient: TraceUse | None = None


@dataclass(frozen=True)
class Candidate:
    """A parameter of the job that a trace can be held against, with the terms of its formula and its lines."""

    parameter: MethodParameter
    terms: Terms
    lines: tuple[JobLine, ...]
    over_frequency: bool

    @property
    def limit(self) -> Mapping[str, Any]:
        """The limit frozen with the lines; the requirement's where no line was planned."""
        return self.lines[0].limit if self.lines else self.parameter.requirement.limit


@dataclass
class Outcome:
    """What a trace says of a job, as it would be frozen."""

    levels: Levels
    factors: list[dict[str, Any]]
    correction: dict[str, Any]
    lines: list[dict[str, Any]]
    peaks: list[dict[str, Any]]


def candidates(job: TestJob, lines: Sequence[JobLine]) -> list[Candidate]:
    """The parameters of a job whose formula corrects a level, those with a limit over frequency first."""
    found = []
    for parameter in job.method_version.parameters:
        own = tuple(line for line in lines if line.parameter_id == parameter.id)
        try:
            terms = terms_of(parameter.kind, parameter.fields, parameter.formula)
            limit = parse_limit(own[0].limit if own else parameter.requirement.limit)
        except (NotOverFrequency, MetrologyError):
            continue
        if isinstance(limit, ObservationLimit):
            continue
        found.append(Candidate(parameter, terms, own, type(limit).__name__ != "Bounds"))
    return sorted(found, key=lambda c: not c.over_frequency)


def tools_of(job: TestJob) -> list[tuple[Instrument, bool]]:
    """Instruments whose files may show the parameters over frequency (any level, where the method has none), with whether something
    speaks against each now; usable ones first."""
    found = candidates(job, queries.open_lines(job.id))
    needs = {json.dumps(c.parameter.need, sort_keys=True): c.parameter.need
             for c in ([c for c in found if c.over_frequency] or found) if c.parameter.need}
    rows: dict[int, Instrument] = {}
    for need in needs.values():
        rows |= {row.id: row for row in candidates_for(MeasurementNeed.from_dict(need), job.site_id)}
    now = clock.now()
    reasons = fitness(rows.values(), now, None, now)
    return sorted(((row, bool(reasons[row.id])) for row in rows.values()), key=lambda pair: (pair[1], pair[0].code))


def corrections_of(found: Sequence[Candidate]) -> list[Term]:
    """The terms of some parameters, each once; refuses parameters whose formulas disagree."""
    terms: dict[str, Term] = {}
    readings = {(c.terms.reading, c.terms.unit) for c in found}
    for candidate in found:
        for term in candidate.terms.corrections:
            other = terms.setdefault(term.key, term)
            if (other.sign, other.unit, other.fixed) != (term.sign, term.unit, term.fixed):
                raise FieldRefused("parameters", gettext("Các chỉ tiêu đã chọn tính khác nhau; hãy xét riêng từng chỉ tiêu."))
    if len(readings) > 1 or any({t.key for t in c.terms.corrections} != set(terms) for c in found):
        raise FieldRefused("parameters", gettext("Các chỉ tiêu đã chọn tính khác nhau; hãy xét riêng từng chỉ tiêu."))
    return list(terms.values())


def work_out(job: TestJob, trace: Trace, setup: Setup, known_at: datetime, locale: str = "vi",
             others: Sequence[TraceUse] = ()) -> Outcome:
    """Correct a trace, hold it against the limits of the chosen parameters, reduce its peaks by their rules.

    `others`: the job's other traces, against which detectors are compared. Refuses (`FieldRefused`) a choice by its field.
    """
    lines = queries.open_lines(job.id)
    found = [c for c in candidates(job, lines) if c.parameter.id in setup.parameters]
    if not found:
        raise FieldRefused("parameters", gettext("Chọn ít nhất một chỉ tiêu để xét."))
    terms = corrections_of(found)
    day = clock.local(trace.captured_at).date()
    options = {o.factors.id: o for o in queries.factor_options(job.site_id, [t.unit for t in terms], day, known_at)} if any(
        choice.source == SET for choice in setup.factors.values()) else {}
    factors = [_frozen_factor(term, setup, options, locale) for term in terms]
    how: dict[str, Any] = {
        "reading_unit": found[0].terms.unit or trace.unit, "detector": setup.detector,
        "low": _text(setup.low), "high": _text(setup.high),
    }
    levels = _levels(trace, factors, how)
    placed = {str(c.parameter.id): _placed(c, setup) for c in found}
    wanted = [_wanted(c, placed[str(c.parameter.id)]) for c in found]
    tools = [trace.instrument, *(options[int(row["factor_set_id"])].instrument for row in factors if row.get("factor_set_id"))]
    judged = judge(levels, wanted, WORST)
    wanted = [_at_worst(c, w, j, tools, trace.captured_at, known_at) for c, w, j in zip(found, wanted, judged, strict=True)]
    judged = tuple(_decided(w, j) for w, j in zip(wanted, judged, strict=True))
    reduced, counts, rules = _reduced(levels, found, placed, judged, setup)
    correction = how | {
        "unit": levels.unit, "detector": levels.detector, "detector_stated": bool(setup.detector), "points": len(levels),
        "known_at": known_at.isoformat(), "captured_on": clock.local(trace.captured_at).date().isoformat(), "sha256": trace.file_sha256,
        "rules": rules, "counts": counts, "ambient_use": setup.ambient.id if setup.ambient else None,
        "reference": _text(setup.reference), "bandwidth": _text(setup.bandwidth), "level": _text(setup.level),
        "contradictions": [_told(c, use) for use in others for c in _against(levels, use, setup.conditions)],
    }
    rows = [_line_row(c, w, j, placed[str(c.parameter.id)]) for c, w, j in zip(found, wanted, judged, strict=True)]
    names = {str(c.parameter.id): c.parameter.code for c in found}
    return Outcome(levels, factors, correction, rows, [_peak_row(p, names) for p in reduced])


# ---- factors --------------------------------------------------------------------------------------------


def _frozen_factor(term: Term, setup: Setup, options: Mapping[int, queries.FactorOption], locale: str) -> dict[str, Any]:
    base: dict[str, Any] = {
        "key": term.key, "sign": term.sign, "unit": term.unit, "label_vi": str(term.field.get("label_vi") or term.key),
        "label_en": str(term.field.get("label_en") or ""),
    }
    if term.fixed is not None:
        return base | {"source": "fixed", "value": format(term.fixed, "f")}
    choice = setup.factors.get(term.key, FactorChoice())
    if choice.source == SET:
        option = options.get(choice.factor_set_id or 0)
        if option is None or option.factors.unit != term.unit:
            raise FieldRefused(f"factor-{term.key}", gettext("Bảng hệ số này không có hiệu lực vào ngày đo."))
        row = option.factors
        return base | {
            "source": SET, "instrument": option.instrument.code, "instrument_id": option.instrument.id, "factor_set_id": row.id,
            "set": row.label, "quantity": row.quantity, "certificate": option.certificate, "valid_from": row.valid_from.isoformat(),
            "f_unit": row.argument_unit, "scale": "log" if row.interpolation == "log" else "lin", "points": row.points}
    if choice.source != STATED:
        raise FieldRefused(f"factor-{term.key}", gettext("Chọn bảng hệ số, hoặc ghi giá trị đã dùng."))
    if not choice.says.strip():
        raise FieldRefused(f"says-{term.key}", gettext("Ghi giá trị này lấy từ đâu."))
    return base | {"source": STATED, "says": choice.says.strip()} | stated(term, choice.text, locale)


def stated(term: Term, text: str, locale: str) -> dict[str, Any]:
    """A typed factor: one number, or rows `MHz value` parted by semicolons or line ends. Refuses with the row."""
    pieces = [p.split() for p in text.replace("\n", ";").split(";") if p.strip()]
    name = f"stated-{term.key}"
    if not pieces:
        raise FieldRefused(name, gettext("Cần điền mục này."))
    try:
        numbers = [[parse_decimal(word, locale) for word in piece] for piece in pieces]
    except NotANumber as error:
        raise FieldRefused(name, gettext("“%(text)s” không phải là số.", text=error.text[:40])) from error
    if len(numbers) == 1 and len(numbers[0]) == 1:
        return {"value": format(numbers[0][0], "f")}
    for n, row in enumerate(numbers, 1):
        if len(row) != 2:
            raise FieldRefused(name, gettext("Bảng hệ số, dòng %(n)s: cần tần số (MHz) và giá trị.", n=n))
    try:
        FactorTable(tuple((f, v) for f, v in numbers), Scale.LIN, "MHz", term.unit)
    except MetrologyError as error:
        why = str(WHY.get(error.code, error.code))
        raise FieldRefused(name, gettext("Bảng hệ số, dòng %(n)s: %(why)s.", n=error.detail, why=why)) from error
    return {"f_unit": "MHz", "scale": "lin", "points": [[format(f, "f"), format(v, "f")] for f, v in numbers]}


def _levels(trace: Trace, factors: Sequence[Mapping[str, Any]], how: Mapping[str, Any]) -> Levels:
    try:
        return queries.levels_from(trace, factors, how)
    except MetrologyError as error:
        keys = {str(row["key"]): row for row in factors}
        if error.code == "outside" and error.field in keys:
            row = keys[error.field]
            raise FieldRefused(f"factor-{error.field}", gettext(
                "%(label)s: bảng không có giá trị tại %(f)s MHz; không ngoại suy. Thu hẹp đoạn xét hoặc chọn bảng khác.",
                label=row["label_vi"], f=show_decimal(Decimal(queries.mega(Decimal(error.detail)))))) from error
        where = {"detector_differs": "detector", "no_data": "low"}.get(
            error.code, f"factor-{error.field}" if error.field in keys else "parameters")
        said = str(WHY.get(error.code, error.code)) % {"detail": error.detail}
        raise FieldRefused(where, said[:1].upper() + said[1:] + ".") from error
    except OSError as error:
        raise FieldRefused("parameters", gettext("Tệp gốc không còn nguyên vẹn; hãy báo quản trị hệ thống.")) from error


# ---- limits ---------------------------------------------------------------------------------------------


def _placed(candidate: Candidate, setup: Setup) -> Limit:
    """The limit as a level over frequency: the row of a table, a mask around its carrier."""
    try:
        limit = chosen(parse_limit(candidate.limit), {FREE_TEXT: setup.conditions})
        if not isinstance(limit, Mask):
            return limit
        reference, bandwidth = (
            None if hertz is None else convert(hertz, "Hz", limit.f_unit) for hertz in (setup.reference, setup.bandwidth))
        return limit.line(reference, bandwidth, setup.level)
    except MetrologyError as error:
        asked = {"reference": "reference", "bandwidth": "bandwidth", "reference_level": "level"}
        if error.field in asked:
            raise FieldRefused(asked[error.field], gettext("Mặt nạ của chỉ tiêu này cần giá trị này.")) from error
        raise FieldRefused("conditions", gettext(
            "Giới hạn của %(code)s đổi theo điều kiện; điều kiện đã ghi chưa đủ để chọn dòng.",
            code=candidate.parameter.code)) from error


def limit_of(candidate: Candidate) -> Limit:
    """The limit as it is written, before a mask or a table is placed."""
    return parse_limit(candidate.limit)


def covers(candidate: Candidate, low: Decimal, high: Decimal) -> bool:
    """Whether a limit over frequency holds over half of a span (Hz) or more; masks and tables, which are placed first, may."""
    limit = limit_of(candidate)
    if not isinstance(limit, LimitLine):
        return True
    held = Decimal(0)
    for segment in limit.segments:
        start, end = (convert(f, limit.f_unit, "Hz") for f in (segment.f1, segment.f2))
        held += max(min(end, high) - max(start, low), Decimal(0))
    return held * 2 >= high - low


def detector_of(candidate: Candidate, limit: Limit) -> str:
    """The detector a limit asks for: its own, else the one its parameter is named after."""
    stated = getattr(getattr(limit, "receiver", None), "detector", "") or str(candidate.limit.get("detector") or "")
    return stated or detector_named(candidate.parameter.code, candidate.parameter.name_vi)


def _wanted(candidate: Candidate, limit: Limit) -> Wanted:
    line = candidate.lines[0] if candidate.lines else None
    rule = parse_rule(line.rule) if line is not None and line.rule else None
    return Wanted(str(candidate.parameter.id), limit, detector_of(candidate, limit), rule)


def _at_worst(
    candidate: Candidate, wanted: Wanted, judged: Judged, tools: Sequence[Instrument], captured_at: datetime, known_at: datetime,
) -> Wanted:
    """The uncertainty that goes with the worst point: a budget may hold for some instruments and frequencies only, and from a day on;
    the one that counted at the capture, as known at `known_at`."""
    if not candidate.lines or not judged.worst:
        return wanted
    worst = judged.worst[0]
    spec = spec_of(candidate.lines[0], tools, (worst.frequency, queries.HERTZ), captured_at, known_at)
    try:
        u = expanded(spec, [worst.level])
    except EntryRefused:
        u = None
    return replace(wanted, U=u, u_max=spec.u_max, k=spec.k if spec.k is not None else wanted.k)


def _decided(wanted: Wanted, judged: Judged) -> Judged:
    """The verdict at the worst point, with that uncertainty."""
    if judged.why or not judged.worst:
        return judged
    worst = judged.worst[0]
    return replace(judged, decision=decide(wanted.rule, worst.limit, worst.level, wanted.U, wanted.u_max, wanted.k))


def _line_row(candidate: Candidate, wanted: Wanted, judged: Judged, limit: Limit) -> dict[str, Any]:
    decision, parameter = judged.decision, candidate.parameter
    line = candidate.lines[0] if candidate.lines else None
    return {
        "line_id": line.id if line else None, "line_ids": [x.id for x in candidate.lines], "parameter_id": parameter.id,
        "parameter": parameter.code, "name_vi": parameter.name_vi, "name_en": parameter.name_en, "places": parameter.places,
        "limit": limit.to_dict(),
        "confirmed": bool(line and line.limit_confirmed), "detector": wanted.detector, "why": judged.why,
        "rule": dict(line.rule) if line is not None and line.rule else None, "U": _text(wanted.U), "k": _text(wanted.k),
        "u_max": _text(wanted.u_max), "margin": _text(judged.margin),
        "verdict": decision.verdict.value if decision else "", "guard_band": _text(decision.guard_band) if decision else None,
        "reason": decision.reason if decision else "", "points": judged.points,
        "worst": [_worst_row(point) for point in judged.worst],
        "gaps": [[_text(a), _text(b)] for a, b in judged.gaps],
        "unmeasured": [[_text(a), _text(b)] for a, b in judged.unmeasured],
    }


def _worst_row(point: WorstPoint) -> dict[str, Any]:
    bounds = point.limit
    nearest = bounds.high if bounds.high is not None and (
        bounds.low is None or bounds.high - point.level <= point.level - bounds.low) else bounds.low
    return {"f": _text(point.frequency), "level": _text(point.level), "limit": _text(nearest), "margin": _text(point.margin)}


# ---- peaks ----------------------------------------------------------------------------------------------


def _reduced(
    levels: Levels, found: Sequence[Candidate], placed: Mapping[str, Limit], judged: Sequence[Judged], setup: Setup
) -> tuple[list[ReducedPeak], dict[str, int], list[dict[str, Any]]]:
    """Peaks reduced by each rule against the limits of the parameters that carry it."""
    groups: dict[str, list[str]] = {}
    rules: dict[str, Any] = {}
    for candidate, one in zip(found, judged, strict=True):
        try:
            rule = parse_trace_rule(candidate.parameter.trace_rule)
        except BadTraceRule as error:
            raise FieldRefused("parameters", gettext(
                "Quy tắc rút gọn đỉnh của %(code)s không dùng được.", code=candidate.parameter.code)) from error
        if rule is None or one.why not in ("", "prescan"):
            continue
        text = repr(rule)
        groups.setdefault(text, []).append(one.key)
        rules[text] = (rule, candidate.parameter.trace_rule)
    ambient = queries.levels_of(setup.ambient) if setup.ambient else None
    peaks: list[ReducedPeak] = []
    counts: dict[str, int] = {}
    for text, keys in groups.items():
        try:
            reduction = reduce_peaks(levels, {key: placed[key] for key in keys}, rules[text][0], ambient)
        except MetrologyError as error:
            if error.field == "ambient":
                raise FieldRefused("ambient", gettext("Đường đo nền không cùng đơn vị với đường đo này.")) from error
            raise FieldRefused("parameters", str(WHY.get(error.code, error.code)) % {"detail": error.detail}) from error
        peaks += [*reduction.kept, *reduction.dropped]
        for reason, count in reduction.counts.items():
            counts[reason] = counts.get(reason, 0) + count
    return (sorted(peaks, key=lambda p: not p.kept), counts,
            [{"parameters": [c.parameter.code for c in found if str(c.parameter.id) in keys], "rule": dict(rules[text][1])}
             for text, keys in groups.items()])


def _peak_row(peak: ReducedPeak, names: Mapping[str, str]) -> dict[str, Any]:
    return {"f": _text(peak.frequency), "level": _text(peak.level), "margin": _text(peak.margin), "kept": peak.kept,
            "reason": peak.reason.value, "parameter": names.get(peak.key, ""), "parameter_id": int(peak.key) if peak.key else None}


# ---- detectors, instruments -----------------------------------------------------------------------------


def _against(levels: Levels, use: TraceUse, conditions: str) -> tuple[Contradiction, ...]:
    """Where this trace and another of the same conditions break PK ≥ QP ≥ AV."""
    if use.withdrawn_at is not None or " ".join(use.conditions.split()).casefold() != " ".join(conditions.split()).casefold():
        return ()
    return contradictions(levels, queries.levels_of(use))


def _told(found: Contradiction, use: TraceUse) -> dict[str, Any]:
    return {"f": _text(found.frequency), "lower": found.lower, "lower_level": _text(found.lower_level), "upper": found.upper,
            "upper_level": _text(found.upper_level), "use": use.id}


def unfit(trace: Trace, factors: Sequence[Mapping[str, Any]], known_at: datetime) -> list[tuple[str, Any, Any]]:
    """Reasons against the instrument of a trace and those whose factors correct it, at its capture: (code, says, do)."""
    wanted = {int(row["instrument_id"]) for row in factors if row.get("instrument_id")} - {trace.instrument_id}
    rows = [trace.instrument, *instruments_by_id(wanted)]
    reasons = fitness(rows, trace.captured_at, None, known_at)
    return [(row.code, reason.says, reason.do) for row in rows for reason in reasons[row.id]]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
