"""What is asked of traces used in jobs: the uses, the factors that may correct one, corrected levels, the frozen picture of a paper."""
from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from instruments.models import Calibration, FactorSet, Instrument, Trace
from instruments.queries.traces import points_in
from instruments.rules.traces import KNOWN
from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.metrology import trace_judging, trace_windows
from lab_app.metrology.interpolation import FactorTable, Scale
from lab_app.metrology.limits import Bounds, LimitLine, parse_limit
from lab_app.metrology.trace_judging import Correction, Levels
from lab_app.metrology.units import convert
from lab_app.results.models import JobLine, TraceUse

HERTZ, MEGAHERTZ = "Hz", "MHz"
#: Columns of a frozen picture: what a printer can show across a page, and a bound on the snapshot's size.
FROZEN_COLUMNS = 1000
#: A span of more than this many times its beginning is drawn over the logarithm of frequency.
WIDE = 8


def trace_uses(job_ids: Iterable[int], *, withdrawn: bool = True) -> list[TraceUse]:
    """The traces used in some jobs, in the order they were taken, with trace, instrument and person."""
    query = select(TraceUse).where(TraceUse.job_id.in_(list(job_ids)))
    if not withdrawn:
        query = query.where(TraceUse.withdrawn_at.is_(None))
    return list(db.session.scalars(query.order_by(TraceUse.job_id, TraceUse.id).options(*_loaded())))


def use_by_id(ident: int) -> TraceUse | None:
    """One use with trace, instrument and person."""
    return db.session.scalar(select(TraceUse).where(TraceUse.id == ident).options(*_loaded()))


def _loaded() -> list[Any]:
    return [
        joinedload(TraceUse.trace).joinedload(Trace.instrument), joinedload(TraceUse.made_by).lazyload(Person.roles),
        joinedload(TraceUse.withdrawn_by).lazyload(Person.roles),
    ]


# ---- factors --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FactorOption:
    """A table of factors that counted on a day, with its instrument and the certificate it came with."""

    factors: FactorSet
    instrument: Instrument
    certificate: str = ""


def factor_options(site_id: int, units: Iterable[str], on: date, known_at: datetime) -> list[FactorOption]:
    """Of every instrument of a site the table of each quantity valid on a day, as known then; in some units, by instrument (6.4.11)."""
    rows = db.session.execute(
        select(FactorSet, Instrument, Calibration.certificate_no)
        .join(Instrument, Instrument.id == FactorSet.instrument_id).outerjoin(Calibration, Calibration.id == FactorSet.calibration_id)
        .where(Instrument.site_id == site_id, FactorSet.unit.in_(sorted(set(units))), FactorSet.valid_from <= on,
               FactorSet.recorded_at <= known_at, or_(FactorSet.calibration_id.is_(None), Calibration.released_at <= known_at))
        .order_by(Instrument.code, FactorSet.quantity, FactorSet.valid_from.desc(), FactorSet.id.desc()).limit(400))
    found: dict[tuple[int, str], FactorOption] = {}
    for factors, instrument, certificate in rows:
        found.setdefault((instrument.id, factors.quantity), FactorOption(factors, instrument, certificate or ""))
    return list(found.values())


def correction_of(row: Mapping[str, Any]) -> Correction:
    """A frozen factor as the arithmetic takes it. Raises `MetrologyError` for a table that does not rise."""
    table = None
    if row.get("points"):
        table = FactorTable(
            tuple((Decimal(str(x)), Decimal(str(y))) for x, y in row["points"]), Scale(row.get("scale") or "lin"),
            str(row.get("f_unit") or MEGAHERTZ), str(row["unit"]))
    constant = None if table is not None else Decimal(str(row["value"]))
    return Correction(str(row["key"]), int(row["sign"]), table, constant, str(row["unit"]))


# ---- levels ---------------------------------------------------------------------------------------------


def levels_from(trace: Trace, factors: Sequence[Mapping[str, Any]], how: Mapping[str, Any]) -> Levels:
    """The corrected levels of a trace: its span, its unit turned into the one of the readings, the factors applied.

    `how`: `reading_unit`, `detector`, `low`, `high` (Hz). The last few are remembered: zooming does not read the file again.
    Raises `MetrologyError`: what the file, the span, the unit or a factor refuses.
    """
    kept = {key: how.get(key) or "" for key in ("reading_unit", "detector", "low", "high")}
    return _levels(
        trace.file_sha256, json.dumps(trace.mapping or KNOWN, sort_keys=True), trace.unit, json.dumps(list(factors), sort_keys=True),
        json.dumps(kept, sort_keys=True))


@lru_cache(maxsize=12)
def _levels(sha256: str, plan: str, unit: str, factors: str, how: str) -> Levels:
    asked = json.loads(how)
    points = points_in(sha256, json.loads(plan))
    low, high = (Decimal(asked[end]) if asked[end] else None for end in ("low", "high"))
    if low is not None or high is not None:
        points = trace_windows.window(points, low, high)
    corrections = [correction_of(row) for row in json.loads(factors)]
    wanted = asked["reading_unit"]
    if wanted and wanted != points.unit:
        corrections = [Correction("unit", 1, None, convert(Decimal(0), points.unit, wanted)), *corrections]
        # Levels of one quantity differ by whole decibels: dBm and dBW, dBmV and dBµV.
        points = trace_windows.called(points, wanted)
    return trace_judging.corrected(points, corrections, asked["detector"])


def levels_of(use: TraceUse) -> Levels:
    """The corrected levels of a use, by the factors frozen with it."""
    return levels_from(use.trace, use.factors, use.correction)


def is_wide(low: Decimal, high: Decimal) -> bool:
    """Whether a span is drawn over the logarithm of frequency."""
    return low > 0 and high > low * WIDE


# ---- for a paper ----------------------------------------------------------------------------------------


def frozen_trace(use: TraceUse, columns: int = FROZEN_COLUMNS) -> dict[str, Any]:
    """A use as plain data for a snapshot: at most `columns` columns of lowest and highest level, limits, smallest margins, and
    what the paper says beside them.

    Every number is a decimal text, frequencies in MHz; nothing else is needed to draw it years later.
    """
    levels = levels_of(use)
    first, last = levels.span
    trace = use.trace
    return {
        "unit": levels.unit, "x": "log" if is_wide(first, last) else "lin", "low": mega(first), "high": mega(last),
        "detector": levels.detector, "rbw": trace.facts.get("rbw") or "", "captured_at": trace.captured_at.isoformat(),
        "instrument": {"code": trace.instrument.code, "name_vi": trace.instrument.name_vi},
        "file": {"name": trace.name, "sha256": trace.file_sha256},
        "columns": [
            [mega(f), format(low, "f"), format(high, "f")]
            for f, low, high in trace_judging.printed_columns(levels, columns, is_wide(first, last))],
        "limits": [_frozen_limit(row) for row in use.lines if row.get("limit") and row.get("why") in ("", "prescan")],
        "lines": [
            {key: row.get(key) for key in ("name_vi", "name_en", "places", "detector", "why", "margin", "line_ids")}
            | {"worst": [{"f": mega(Decimal(point["f"]))} for point in row.get("worst", [])[:1]],
               "gaps": [[mega(Decimal(a)), mega(Decimal(b))] for a, b in row.get("gaps", [])],
               "unmeasured": [[mega(Decimal(a)), mega(Decimal(b))] for a, b in row.get("unmeasured", [])]}
            for row in use.lines],
        "counts": use.correction.get("counts") or {},
        "factors": [
            {key: row.get(key) for key in ("label_vi", "label_en", "set", "certificate", "says")} for row in use.factors],
    }


def _frozen_limit(row: Mapping[str, Any]) -> dict[str, Any]:
    """A limit as straight pieces over MHz; a number holds from end to end of the trace."""
    return {"parameter": row["parameter"], "name_vi": row["name_vi"], "name_en": row["name_en"], "detector": row["detector"],
            **pieces_of(row["limit"])}


def pieces_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is drawn of a limit: `{"x": "log"|"lin", "pieces": [[f1, f2, l1, l2]]}` in MHz, or `{"levels": […]}` for numbers."""
    limit = parse_limit(data)
    if isinstance(limit, Bounds):
        ends = [limit.low, limit.high] if not limit.absolute or limit.high is None else [-limit.high, limit.high]
        return {"x": "lin", "pieces": [], "levels": [format(end, "f") for end in ends if end is not None]}
    assert isinstance(limit, LimitLine)
    return {"x": limit.scale.value, "levels": [], "pieces": [
        [format(convert(s.f1, limit.f_unit, MEGAHERTZ), "f"), format(convert(s.f2, limit.f_unit, MEGAHERTZ), "f"),
         format(s.l1, "f"), format(s.l2, "f")] for s in limit.segments]}


def mega(hertz: Decimal) -> str:
    """Hz as MHz, a plain decimal text without idle zeros."""
    value = (hertz / 1_000_000).normalize()
    return format(value.quantize(Decimal(1)) if value == value.to_integral_value() else value, "f")


# ---- lines ----------------------------------------------------------------------------------------------


def open_lines(job_id: int) -> list[JobLine]:
    """The lines of a job that stand, with their readings, in the order of the bench."""
    return list(db.session.scalars(
        select(JobLine).where(JobLine.job_id == job_id, JobLine.status != "cancelled").options(joinedload(JobLine.readings))
        .order_by(JobLine.position, JobLine.id)).unique())
