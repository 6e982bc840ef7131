"""Results of layout calibration-certificate/1: as found and as left side by side, one table for each pair of units (7.8.4.1 a, d)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from certificates.paper.calibration_certificate_v1 import words
from certificates.paper.test_report_v1.words import VERDICTS, word
from lab_app.core.paper import marks, style, wording
from lab_app.core.paper.blocks import Band, Banded, section_heading, small_print, stacked
from lab_app.core.paper.ink import Align, Ink
from lab_app.core.paper.setting import Run, put, set_lines, shrink
from lab_app.core.paper.style import HAIRLINE, INK, SECONDARY
from lab_app.core.paper.tables import decimal_within
from lab_app.core.paper.tags import Element
from lab_app.core.paper.typefaces import BOLD, ITALIC, MEDIUM, REGULAR, width

SIZE = style.TABLE
PITCH = 5.35
STAGES = ("as_found", "as_left")
Line = Mapping[str, Any]

_NUMBER_AND_UNIT = re.compile(r"\s*([+\-−]?\d+(?:[.,]\d+)?)\s*(\S*)")


@dataclass(frozen=True, slots=True)
class Side:
    """The columns of one stage: decimal comma of the indication, right edge of the error, left edge of the verdict, its room."""

    start: float
    indication: float
    error: float
    verdict: float
    room: float


@dataclass(frozen=True, slots=True)
class Places:
    """Where the columns stand (mm from the text block's left edge). `reference`: its decimal comma."""

    reference: float
    sides: Mapping[str, Side]
    mpe: float = 161.0
    u: float = 172.0


BOTH = Places(19.0, {"as_found": Side(35.0, 44.6, 67.5, 71.6, 24.0), "as_left": Side(97.0, 105.6, 128.0, 131.6, 20.0)})
ONE = Places(30.0, {"as_found": Side(54.0, 64.0, 92.0, 98.0, 32.0), "as_left": Side(54.0, 64.0, 92.0, 98.0, 32.0)}, 150.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a point with what was found and what was left; a retest makes a row of its own."""

    group: Mapping[str, str]
    found: Line | None
    left: Line | None

    @property
    def any(self) -> Line:
        """A line of the row, for what both share."""
        line = self.found or self.left
        assert line is not None
        return line

    def of(self, stage: str) -> Line | None:
        """The line of a stage."""
        return self.found if stage == "as_found" else self.left


def rows_of(snapshot: Mapping[str, Any]) -> list[Row]:
    """The lines of all sections paired by parameter, range and point, in printed order."""
    rows = []
    for section in snapshot["sections"]:
        for group in section["groups"]:
            places: dict[tuple[str, str], dict[str, list[Line]]] = {}
            for line in group["lines"]:
                told = line["calibrated"]
                places.setdefault((told["scale"], told["point"]), {stage: [] for stage in STAGES})[told["stage"]].append(line)
            for found in places.values():
                for n in range(max(len(lines) for lines in found.values())):
                    first, last = (found[stage][n] if n < len(found[stage]) else None for stage in STAGES)
                    rows.append(Row(group["name"], first, last))
    return rows


def results_tables(snapshot: Mapping[str, Any], number: str) -> list[Banded]:
    """A table for each pair of units (of the values, of the error); the first carries the heading, the last the small print."""
    rows = rows_of(snapshot)
    units: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        units.setdefault((row.any["calibrated"]["unit"], row.any["unit"]), []).append(row)
    several = len({row.group["vi"] for row in rows}) > 1
    factors = {(line.get("uncertainty") or {}).get("k") for row in rows for line in (row.found, row.left) if line} - {None}
    shared = next(iter(factors)) if len(factors) == 1 else None
    tables = []
    for place, ((unit, error_unit), own) in enumerate(units.items()):
        both = any(row.left for row in own) and any(row.found for row in own)
        places = BOTH if both else ONE
        heading = section_heading(number, words.RESULTS) if place == 0 else Band()
        again = section_heading(number, words.RESULTS, continued=True)
        head = _head(places, both, unit, error_unit, "as_found" if any(row.found for row in own) else "as_left")
        closing = Band(height=0.6)
        closing.ink.rule(0.0, 0.6, style.TEXT_WIDTH, 0.6, style.RULE_TABLE)
        if place == len(units) - 1:
            closing = _joined(closing, _foot(snapshot, rows, shared))
        bands, whole, repeated = list(_bands(own, places, several, shared)), Element("Table"), Band(head.ink.unread(), head.height)
        for part in (head, *bands):
            part.ink.under(whole)
        tables.append(Banded(_joined(heading, head), bands, again=_joined(again, repeated), closing=closing, least=min(len(own), 3)))
    return tables


def _joined(*bands: Band) -> Band:
    ink, height = stacked(bands)
    return Band(ink, height)


def _head(places: Places, both: bool, unit: str, error_unit: str, only: str) -> Band:
    band = Band()
    band.ink.rule(0.0, 0.0, style.TEXT_WIDTH, 0.0, style.RULE_TABLE)
    top = 0.0
    stages = STAGES if both else (only,)
    with band.ink.tagged("TR"):
        over = [band.ink.element("TH", span=2), *(band.ink.element("TH", scope="Column", span=3) for _ in stages)]
        band.ink.element("TH", span=2)
    for place, stage in enumerate(stages, 1):
        side, label = places.sides[stage], words.STAGES[stage]
        end = side.verdict + side.room
        vi, en = width(label["vi"], MEDIUM, style.HEADS + 0.5), width(label["en"], ITALIC, style.HEADS_EN)
        x = (side.start + end - vi - en - 1.2) / 2
        with band.ink.inside(over[place]):
            x = band.ink.text(x, 4.1, label["vi"], MEDIUM, style.HEADS + 0.5)
            band.ink.text(x + 1.2, 4.1, label["en"], ITALIC, style.HEADS_EN, SECONDARY)
        band.ink.rule(side.start, 5.8, end, 5.8, style.RULE_HEAD, SECONDARY)
        top = 5.8
    heads: list[tuple[float, Align, Mapping[str, str], str]] = [
        (0.0, "left", words.RANGE, ""), (places.reference + 11.5, "right", words.REFERENCE, unit),
        (places.mpe, "right", words.MPE, f"±{error_unit}"), (places.u, "right", words.U, error_unit),
    ]
    for stage in stages:
        side = places.sides[stage]
        heads += [
            (side.indication + 11.0, "right", words.INDICATION, unit), (side.error, "right", words.ERROR, error_unit),
            (side.verdict, "left", words.VERDICT, ""),
        ]
    with band.ink.tagged("TR"):
        cells = [band.ink.element("TH", scope="Column") for _ in heads]
    # In reading order the limit and U come last; they are drawn before the stages.
    for (at, align, name, of), cell in zip(heads, [*cells[:2], *cells[-2:], *cells[2:-2]], strict=True):
        with band.ink.inside(cell):
            band.ink.text(at, top + 4.1, name["vi"], MEDIUM, style.HEADS, INK, align)
            band.ink.text(at, top + 7.6, ", ".join(part for part in (name["en"], of) if part), ITALIC, style.HEADS_EN, SECONDARY, align)
    band.ink.rule(0.0, top + 9.5, style.TEXT_WIDTH, top + 9.5, style.RULE_HEAD, SECONDARY)
    band.height = top + 10.3
    return band


def _bands(rows: Sequence[Row], places: Places, several: bool, shared: str | None) -> Iterator[Band]:
    group, scale = "", None
    for row in rows:
        told = row.any["calibrated"]
        fresh = (row.group["vi"], told["scale"]) != (group, scale)
        lead = Band()
        if fresh and group:
            lead.ink.rule(0.0, 0.4, style.TEXT_WIDTH, 0.4, style.RULE_HAIR, HAIRLINE)
            lead.height = 0.4
        if several and row.group["vi"] != group:
            with lead.ink.tagged("TR"), lead.ink.tagged("TH", scope="Row", span=10 if places is BOTH else 7):
                x = lead.ink.text(0.0, lead.height + 4.2, row.group["vi"], MEDIUM, SIZE)
                lead.ink.text(x + 1.2, lead.height + 4.2, row.group["en"], ITALIC, style.TABLE_EN, SECONDARY)
            lead.height += PITCH
        group, scale = row.group["vi"], told["scale"]
        yield _joined(lead, _row(row, places, fresh, shared))


def _row(row: Row, places: Places, fresh: bool, shared: str | None) -> Band:
    band, y = Band(height=PITCH), 4.1
    told = row.any["calibrated"]
    with band.ink.tagged("TR"):
        named = band.ink.element("TH", scope="Row")
        reference = band.ink.element("TD")
        sides = [(stage, [band.ink.element("TD") for _ in range(3)]) for stage in STAGES if places is BOTH or row.of(stage) is not None]
        limit, own = band.ink.element("TD"), band.ink.element("TD")
    if fresh and told["scale"]:
        with band.ink.inside(named):
            band.ink.text(0.0, y, told["scale"], MEDIUM, shrink(told["scale"], MEDIUM, SIZE, 14.0, 6.0))
    left = places.reference - 7.0
    with band.ink.inside(reference):
        decimal_within(band.ink, places.reference, y, wording.number(told["reference"]), REGULAR, SIZE, left, places.reference + 11.5)
    bottom = y
    for stage, cells in sides:
        line = row.of(stage)
        if line is not None:
            bottom = max(bottom, _side(band.ink, y, line, places.sides[stage], cells))
    with band.ink.inside(limit):
        _limit(band.ink, y, row.any, places)
    with band.ink.inside(own):
        _uncertainty(band.ink, y, row.any, places, shared)
    if not same_as_reference(told) and told["point"]:
        room = places.sides["as_found"].start - 1.0
        with band.ink.inside(named):
            bottom = put(band.ink, 0.0, y + 3.4, set_lines([Run(told["point"], REGULAR, style.TABLE_EN, SECONDARY)], room), 3.2)
    band.height = max(PITCH, bottom + 1.4)
    return band


def same_as_reference(told: Mapping[str, str]) -> bool:
    """Whether a point's name says no more than its reference value (`10 V` of 10.00000 V)."""
    found = _NUMBER_AND_UNIT.fullmatch(told["point"])
    if not found or (found[2] and found[2] != told["unit"]):
        return False
    try:
        return Decimal(found[1].replace(",", ".").replace("−", "-")) == Decimal(told["reference"])
    except InvalidOperation:
        return False


def _side(ink: Ink, y: float, line: Line, side: Side, cells: Sequence[Element]) -> float:
    told = line["calibrated"]
    with ink.inside(cells[0]):
        decimal_within(ink, side.indication, y, wording.number(told["indication"]), REGULAR, SIZE, side.start, side.indication + 11.0)
    value = line["result"].get("value")
    with ink.inside(cells[1]):
        if value:
            shown = wording.bounded(line["result"].get("operator", ""), wording.number(value, signed=True))
            ink.text(side.error, y, shown, MEDIUM, shrink(shown, MEDIUM, SIZE, side.error - side.indication - 11.5, 6.0), align="right")
        else:
            ink.text(side.error, y, "–", REGULAR, SIZE, SECONDARY, "right")
    with ink.inside(cells[2]):
        return _verdict(ink, y, line, side)


def _verdict(ink: Ink, y: float, line: Line, side: Side) -> float:
    """Mark and word of a verdict, its reason beneath; the last baseline."""
    verdict = line.get("verdict")
    if not verdict:
        ink.text(side.verdict, y, "–", REGULAR, SIZE, SECONDARY)
        return y
    _, colour = VERDICTS[verdict]
    named = words.NARROW[verdict]
    marks.verdict(ink, verdict, side.verdict, y, 2.6)
    face = BOLD if verdict == "fail" else MEDIUM
    x = side.verdict + 4.1
    end = ink.text(x, y, named["vi"], face, shrink(named["vi"], face, SIZE, side.room - 4.1, 6.0), colour)
    if named["en"] and end + 0.9 + width(named["en"], ITALIC, style.TABLE_EN) <= side.verdict + side.room:
        ink.text(end + 0.9, y, named["en"], ITALIC, style.TABLE_EN, SECONDARY)
    reason = line.get("reason")
    if not reason:
        return y
    runs = [Run(reason["vi"], REGULAR, style.TABLE_EN - 0.4), Run("  " + reason["en"], ITALIC, style.TABLE_EN - 0.4, SECONDARY)]
    return put(ink, side.verdict, y + 3.2, set_lines(runs, side.room), 3.0)


def _limit(ink: Ink, y: float, line: Line, places: Places) -> None:
    limit = line.get("limit")
    shown = wording.number(limit["value"]) if limit and limit.get("value") else "–"
    ink.text(places.mpe, y, shown, REGULAR, shrink(shown, REGULAR, SIZE, 8.0, 6.0), INK if shown != "–" else SECONDARY, "right")


def _uncertainty(ink: Ink, y: float, line: Line, places: Places, shared: str | None) -> None:
    uncertainty = line.get("uncertainty") or {}
    shown = wording.number(uncertainty["value"]) if uncertainty.get("value") else "–"
    if uncertainty.get("unit"):
        shown += f" {uncertainty['unit']}"
    ink.text(places.u, y, shown, REGULAR, shrink(shown, REGULAR, SIZE, 10.0, 6.0), align="right")
    if not shared and uncertainty.get("k"):
        ink.text(places.u, y + 3.0, f"k = {wording.number(uncertainty['k'])}", REGULAR, style.TABLE_EN - 0.4, SECONDARY, "right")


def _foot(snapshot: Mapping[str, Any], rows: Sequence[Row], shared: str | None) -> Band:
    told = [line.get("verdict") or "" for row in rows for line in (row.found, row.left) if line]
    notes = [words.CONDITIONAL_NOTE] if any(verdict.startswith("conditional") for verdict in told) else []
    notes.append(words.ERROR_NOTE)
    if shared:
        notes.append(word(f"k = {wording.number(shared)}.", ""))
    remarks = [remark for section in snapshot["sections"] for remark in section.get("remarks", [])]
    exemptions = [exemption["reason"] for exemption in snapshot["uncertainty"]["exemptions"]]
    return small_print(style.TEXT_WIDTH, *notes, snapshot["uncertainty"]["statement"], *remarks, *exemptions)
