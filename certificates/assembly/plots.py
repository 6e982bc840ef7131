"""Traces of the jobs as the plots of a paper: sweeps of one set-up together, with limit lines and the results' own points (7.8.2.1 m)."""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from certificates.assembly.records import both
from certificates.assembly.results import Table, reference
from certificates.queries import Material
from certificates.snapshot import section_lines
from lab_app.core import clock
from lab_app.core.quantity import canonical_decimal, round_half
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import convert
from lab_app.results.computation import FREQUENCY
from lab_app.results.models import JobLine, TraceUse
from lab_app.results.presenters.traces import REASONS
from lab_app.results.queries.traces import MEGAHERTZ, frozen_trace
from test_methods.models import Method

Text = dict[str, str]
READING = "reading"
_CLASS = re.compile(r"\b(?:[Cc]ấp|[Ll]oại|[Cc]lass) ([AB])\b")


def plots(material: Material, table: Table) -> list[dict[str, Any]]:
    """The plots of a paper in the order of its sections. A sweep is printed when it shows a printed result, or judges no line at all."""
    printed = {line.id: line for line in table.lines if line.reading is not None}
    groups: dict[tuple[Any, ...], list[tuple[TraceUse, dict[str, Any]]]] = {}
    for use in material.records.traces:
        named = {ident for row in use.lines for ident in row.get("line_ids") or ()}
        if named and not any(_same_day(use, printed[ident]) for ident in named & printed.keys()):
            continue
        data = frozen_trace(use)
        groups.setdefault((use.job_id, use.conditions, data["low"], data["high"], data["unit"], _day(use)), []).append((use, data))
    rows = {line["ref"]: line for section in table.sections for line in section_lines(section)}
    return [_plot(group, printed, table, rows) for group in groups.values()]


def _day(use: TraceUse) -> str:
    return clock.local(use.trace.captured_at).date().isoformat()


def _same_day(use: TraceUse, line: JobLine) -> bool:
    return line.reading is not None and clock.local(line.reading.measured_at).date().isoformat() == _day(use)


def _text(vi: str, en: str = "") -> Text:
    return {"vi": vi.strip(), "en": en.strip()}


def _moment(text: str) -> str:
    return clock.local(datetime.fromisoformat(text)).isoformat(timespec="seconds")


def _joined(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(name for name in names if name))


def _plot(
    group: Sequence[tuple[TraceUse, dict[str, Any]]], printed: Mapping[int, JobLine], table: Table, rows: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    use, first = group[0]
    method = use.job.method_version.method
    limits = {limit["parameter"]: limit for _, data in group for limit in data["limits"]}
    held = class_of(method)
    return {
        "section": method.code,
        "title": _joined([method.regulation.code, *(line["name_vi"] for _, data in group for line in data["lines"])]),
        "subtitle": _text("", _joined(line["name_en"] for _, data in group for line in data["lines"])),
        "item": use.job.sample.code, "conditions": use.conditions,
        "by": "; ".join(dict.fromkeys(one.made_by.full_name for one, _ in group)), "day": _day(use), "rbw": str(first["rbw"]),
        "unit": first["unit"], "x": first["x"], "low": first["low"], "high": first["high"],
        "instrument": f"{first['instrument']['code']} {first['instrument']['name_vi']}",
        "traces": [
            {"detector": data["detector"], "file": data["file"]["name"], "sha256": data["file"]["sha256"],
             "captured_at": _moment(data["captured_at"]), "columns": data["columns"]}
            for _, data in group],
        "limits": [
            {"detector": limit["detector"], "name": _text(limit["name_vi"], limit["name_en"]), "x": limit["x"],
             "pieces": limit["pieces"], "levels": limit["levels"], **({"equipment_class": held} if held else {})}
            for limit in limits.values()],
        "points": _points(group, printed, table, rows),
        "sweeps": [_sweep(line) for _, data in group for line in data["lines"]],
        "dropped": _dropped(data["counts"] for _, data in group),
        "factors": list({row["label_vi"]: _factor(row) for _, data in group for row in data["factors"] if row.get("label_vi")}.values()),
    }


def class_of(method: Method) -> Text | None:
    """The class of equipment whose limits a method holds results against, where its reference or title names one (`cấp B`)."""
    found = _CLASS.search(" ".join((method.reference or "", method.title_vi or "")))
    return _text(f"loại {found[1]}", f"class {found[1]}") if found else None


def _points(
    group: Sequence[tuple[TraceUse, dict[str, Any]]], printed: Mapping[int, JobLine], table: Table, rows: Mapping[str, Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """The printed results that the sweeps show, each with what a reader needs to compute it again."""
    found = {}
    for use, data in group:
        for row in data["lines"]:
            for ident in row["line_ids"] or ():
                line = printed.get(ident)
                point = _point(line, row, data["unit"], rows) if line is not None and _same_day(use, line) else None
                if point is not None and line is not None:
                    found[ident] = {"number": table.numbers[reference(line)], **point}
    return sorted(found.values(), key=lambda point: int(point["number"]))


def _point(
    line: JobLine, row: Mapping[str, Any], unit: str, rows: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any] | None:
    """A result as a point of the plot; none where it has no frequency or another unit than the sweep."""
    reading = line.reading
    if reading is None or reading.value is None or reading.unit != unit:
        return None
    raw = next((part for key, part in reading.raw.items() if key.startswith(FREQUENCY) and part.get("value")), None)
    if raw is None:
        return None
    try:
        frequency = convert(Decimal(raw["value"]), raw.get("unit") or MEGAHERTZ, MEGAHERTZ)
    except MetrologyError:
        return None
    shown = rows[reference(line)]
    point = {
        "f": canonical_decimal(frequency), "level": canonical_decimal(reading.value), "detector": row["detector"] or "",
        "scope": shown["scope"], "result": shown["result"].get("value", ""), "limit": (shown.get("limit") or {}).get("value", ""),
        "margin": shown.get("margin"), "verdict": shown.get("verdict"), "uncertainty": (shown.get("uncertainty") or {}).get("value", ""),
    }
    if reading.operator:
        point["operator"] = reading.operator
    typed = reading.raw.get(READING, {}).get("value")
    if typed is not None:
        places = max(-int(Decimal(typed).as_tuple().exponent), line.parameter.places, 0)
        point["reading"] = typed
        point["factors"] = format(round_half(reading.value - Decimal(typed), places), "f")
    return point


def _sweep(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a limit line says of its sweep: the smallest margin with its frequency, and the spans nothing was held against."""
    worst = row["worst"][0] if row["worst"] else None
    said: dict[str, Any] = {
        "detector": row["detector"] or "", "name": _text(row["name_vi"] or "", row["name_en"] or ""), "judged": row["why"] == "",
        "gaps": row["gaps"], "unmeasured": row["unmeasured"],
    }
    if worst is not None and row["margin"] is not None:
        said |= {"margin": format(round_half(Decimal(row["margin"]), int(row["places"] or 1)), "f"), "at": worst["f"]}
    return said


def _dropped(counts: Iterable[Mapping[str, int]]) -> list[dict[str, Any]]:
    """How many peaks of the prescan were dropped for which reason."""
    total: dict[str, int] = {}
    for one in counts:
        for code, number in one.items():
            total[code] = total.get(code, 0) + int(number)
    return [{"reason": both(partial(str, REASONS.get(code, code))), "count": str(number)} for code, number in sorted(total.items())]


def _factor(row: Mapping[str, Any]) -> Text:
    """A factor that corrected the level, with where its numbers come from."""
    source = str(row.get("certificate") or row.get("says") or row.get("set") or "")
    return _text(f"{row['label_vi']}" + (f" ({source})" if source else ""), str(row.get("label_en") or ""))
