"""Results grouped by regulation and parameter, each failed line with its retest beneath it (7.8.2.1 f, m)."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from certificates import printed, rules
from certificates.assembly import calibration
from certificates.assembly.records import override_remark
from certificates.assembly.scope import ACCREDITED, held_on, statuses_on
from certificates.queries import Material
from lab_app.core import clock, figures
from lab_app.results.models import JobLine, Reading
from test_methods.models import Method

Text = dict[str, str]

CONTRADICTION: Text = {
    "vi": "Kết luận của dòng {numbers} dựa trên giá trị chưa làm tròn.",
    "en": "The verdict of line {numbers} rests on unrounded values.",
}


@dataclass
class Table:
    """The sections of a paper with what stands behind each printed line."""

    sections: list[dict[str, Any]] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    lines: list[JobLine] = field(default_factory=list)
    methods: dict[str, Method] = field(default_factory=dict)
    method_of_section: dict[str, str] = field(default_factory=dict)
    marks: dict[str, list[str]] = field(default_factory=dict)
    versions: dict[str, list[int]] = field(default_factory=dict)
    exemptions: dict[str, str] = field(default_factory=dict)
    firmware: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, list[Text]] = field(default_factory=dict)


def reference(line: JobLine) -> str:
    """How a snapshot names a line; the same in every version of the paper."""
    return f"L{line.id}"


def printed_parents(printed: list[JobLine], known: list[JobLine]) -> dict[int, int]:
    """For each printed retest the nearest earlier printed line of its chain; `known` holds every line of the request."""
    by_id = {line.id: line for line in known}
    shown = {line.id for line in printed}
    parents: dict[int, int] = {}
    for line in printed:
        earlier = line.retest_of_id
        while earlier is not None and earlier not in shown:
            earlier = by_id[earlier].retest_of_id if earlier in by_id else None
        if earlier is not None:
            parents[line.id] = earlier
    return parents


def _ordered(lines: list[JobLine], parents: dict[int, int]) -> list[list[JobLine]]:
    """Chains of retests, each beginning with its first printed line, in the order of the first lines."""

    def root(line_id: int) -> int:
        while line_id in parents:
            line_id = parents[line_id]
        return line_id

    chains: dict[int, list[JobLine]] = {}
    for line in sorted(lines, key=lambda each: each.id):
        chains.setdefault(root(line.id), []).append(line)
    firsts = [line for line in lines if line.id not in parents]
    firsts.sort(key=lambda line: (line.job.method_version.method.regulation_id, line.job.method_version.method.id,
                                  line.parameter.position, line.parameter.id, line.job.sample_id, line.position, line.id))
    return [chains[line.id] for line in firsts]


def confirmed(line: JobLine) -> bool:
    """Whether somebody confirmed the line's limit: when it was planned, or since, with the limit unchanged."""
    requirement = line.parameter.requirement
    return line.limit_confirmed or (requirement.confirmed_on is not None and requirement.limit == line.limit)


def read_off_a_curve(limit: Mapping[str, Any]) -> bool:
    """Whether a limit's number was read off a line or a mask, so that it has more digits than the regulation writes."""
    kinds = {limit.get("type"), *(row["limit"].get("type") for row in limit.get("rows", ()))}
    return bool(kinds & {"line", "mask"})


def ruled(line: JobLine) -> bool:
    """Whether a decision rule was agreed, or the requirement itself says what conforms (7.8.6.1)."""
    return line.rule is not None or line.limit.get("type") == "observation"


def _decision_reason(reading: Reading) -> str:
    decision = reading.computed.get("decision")
    return str(decision.get("reason") or "") if isinstance(decision, dict) else str(reading.computed.get("reason") or "")


def _conditions(line: JobLine, several_items: bool, earlier: bool) -> Text:
    """The conditions with the item's code where there are several, and the firmware where it is not the latest one's."""
    parts = [line.conditions]
    if several_items:
        parts.append(line.job.sample.code)
    if earlier and line.reading is not None:
        parts.append(f"firmware {line.reading.firmware}")
    return {"vi": " · ".join(part for part in parts if part), "en": ""}


def _section_title(method: Method, several: bool) -> str:
    return f"{method.regulation.code}, {method.title_vi}" if several else method.regulation.code


def tabulate(material: Material, lines: list[JobLine]) -> Table:
    """Every line with its reading as it will be printed, numbered through the paper."""
    table = Table()
    measured = [line.reading for line in lines if line.reading is not None and line.reading.firmware]
    latest = max(measured, key=lambda reading: reading.measured_at).firmware if measured else ""
    several_items = len({line.job.sample_id for line in lines}) > 1
    parents = printed_parents(lines, material.lines)
    ways: dict[int, set[int]] = {}
    for line in lines:
        method = line.job.method_version.method
        ways.setdefault(method.regulation_id, set()).add(method.id)
    sections: dict[str, dict[str, Any]] = {}
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    contradictions: dict[str, list[str]] = {}
    ordinal = 0
    for chain in _ordered(lines, parents):
        first = chain[0]
        method = first.job.method_version.method
        section = sections.get(method.code)
        if section is None:
            several = len(ways[method.regulation_id]) > 1
            section = {
                "key": method.code, "regulation": method.regulation.code, "title": _section_title(method, several),
                "subtitle": {"vi": method.title_vi, "en": method.title_en}, "groups": [],
            }
            sections[method.code] = section
            table.methods[method.code] = method
            table.method_of_section[method.code] = method.code
        parameter = first.parameter
        group = groups.get((method.code, parameter.code))
        if group is None:
            group = {"name": {"vi": parameter.name_vi, "en": parameter.name_en}, "lines": []}
            groups[method.code, parameter.code] = group
            section["groups"].append(group)
        for line in chain:
            ordinal += 1
            earlier = line.reading is not None and line.reading.firmware not in ("", latest)
            one, contradicts = _line(material, table, line, str(ordinal), several_items, earlier, parents)
            group["lines"].append(one)
            if contradicts:
                contradictions.setdefault(method.code, []).append(str(ordinal))
    for code, numbers in contradictions.items():
        shown = ", ".join(numbers)
        remark = {key: words.format(numbers=shown) for key, words in CONTRADICTION.items()}
        table.remarks[code] = [remark, *table.remarks.get(code, [])]
    for code, remarks in table.remarks.items():
        sections[code]["remarks"] = remarks
    table.sections = list(sections.values())
    return table


def _line(
    material: Material, table: Table, line: JobLine, number: str, several_items: bool, earlier: bool,
    parents: dict[int, int],
) -> tuple[dict[str, Any], bool]:
    parameter, method, reading = line.parameter, line.job.method_version.method, line.reading
    ref = reference(line)
    measured = clock.local(reading.measured_at).date() if reading else clock.today()
    external = (line.job.sample.item_id, method.id) in material.subcontracted
    held = statuses_on(material.scope, method.code, parameter.code, measured, reading)
    mark = rules.scope_mark(held if held_on(material.laboratory, measured) else held - {ACCREDITED}, external)
    table.marks.setdefault(method.code, []).append(mark)
    table.numbers[ref] = number
    table.lines.append(line)
    version = line.job.method_version.number
    if version not in table.versions.setdefault(method.code, []):
        table.versions[method.code].append(version)
    one: dict[str, Any] = {
        "ref": ref, "number": number, "scope": mark, "unit": (reading.unit if reading else "") or parameter.unit or "–",
        "conditions": _conditions(line, several_items, earlier), "result": {},
    }
    if line.id in parents:
        one["retest_of"] = f"L{parents[line.id]}"
    if line.stage:
        one["calibrated"] = calibration.point(line)
    if reading is None:
        return one, False
    table.readings.append(reading)
    if reading.firmware:
        table.firmware[ref] = reading.firmware
    exempt = None
    if reading.u is None and parameter.u_exempt_reason:
        exempt = table.exemptions.setdefault(parameter.u_exempt_reason, f"e{len(table.exemptions) + 1}")
    override = material.records.overrides.get(reading.id)
    if override is not None:
        table.remarks.setdefault(method.code, []).append(override_remark(number, override))
    verdict, why = rules.printed_verdict(
        override.verdict if override else reading.verdict, _decision_reason(reading), reading.note,
        wanted=material.request.wants_statement, ruled=ruled(line), confirmed=confirmed(line),
    )
    judged = verdict in ("pass", "conditional_pass", "conditional_fail", "fail")
    shown = printed.numbers(
        kind=parameter.kind, places=parameter.places, value=reading.value, observation=reading.observation, u=reading.u,
        k=reading.k, unit=reading.unit, limit=reading.limit_value or line.limit, guard_band=reading.guard_band,
        computed=reading.computed, exempt=exempt, judged=judged, read_off=read_off_a_curve(line.limit),
        calibrated=bool(line.stage), style=figures.read(material.laboratory.settings if material.laboratory else {}),
        operator=reading.operator,
    )
    one |= {
        "result": shown.result, "limit": shown.limit, "uncertainty": shown.uncertainty, "margin": shown.margin, "verdict": verdict,
    }
    if shown.guard_band is not None:
        one["guard_band"] = shown.guard_band
    if why is not None:
        one["reason"] = why
    return one, shown.contradicts


def methods(material: Material, table: Table) -> list[dict[str, Any]]:
    """The methods used, with the version, the scope marks of their lines and the designation held on the test dates (f)."""
    days: dict[str, list[date]] = {code: [] for code in table.methods}
    for line in table.lines:
        if line.reading is not None:
            days[line.job.method_version.method.code].append(clock.local(line.reading.measured_at).date())
    found = []
    for code, method in table.methods.items():
        marks = list(dict.fromkeys(table.marks[code]))
        tested = days[code] or [clock.today()]
        decisions = list(dict.fromkeys(
            entry.decision for entry in material.scope
            if entry.method_code == code and entry.status == "designated"
            and any(entry.valid_from <= day <= entry.last_day for day in tested)
        ))
        found.append({
            "name": method.reference or method.title_vi or code,
            "edition": "(" + ", ".join(f"phiên bản {number}" for number in sorted(table.versions[code])) + ")",
            "accreditation": ", ".join(marks), "designation": "; ".join(decisions) or "–", "sections": [code],
        })
    return found
