"""Results of layout test-report/1: one table a section, numbers on the decimal comma, a failing line marked three ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from certificates.paper.test_report_v1 import words
from certificates.paper.test_report_v1.opening import put_verdict
from certificates.paper.test_report_v1.words import word
from lab_app.core.paper import style, wording
from lab_app.core.paper.blocks import Band, section_heading, small_print, stacked, subsection_heading
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.page import key_lines
from lab_app.core.paper.setting import Run, beside, put, set_lines
from lab_app.core.paper.style import FAIL, INK, SECONDARY
from lab_app.core.paper.tables import Column, RuledTable, decimal_within
from lab_app.core.paper.typefaces import BOLD, ITALIC, MEDIUM, REGULAR

SIZE = style.TABLE
FIRST = 4.25
AFTER_LAST = 1.5
EXEMPT = "†"

OPERATORS = {"<=": "≤", ">=": "≥", "<": "<", ">": ">", "=": "=", "abs<=": "±", "abs<": "<±"}


@dataclass(frozen=True, slots=True)
class Places:
    """Where the columns stand (mm from the text block's left edge); `w` only in sections whose rule uses a guard band."""

    scope: float
    result: float
    operator: float
    limit: float
    unit: float
    u: float
    w: float | None
    margin: float = 143.0
    verdict: float = 149.8
    test: float = 8.0

    @property
    def test_room(self) -> float:
        return self.scope - 4.5 - self.test

    @property
    def result_bounds(self) -> tuple[float, float]:
        return self.scope + 3.4, self.operator - 1.6

    @property
    def limit_bounds(self) -> tuple[float, float]:
        return self.operator + 1.5, self.unit - 1.2

    @property
    def u_bounds(self) -> tuple[float, float]:
        right = self.w - 6.0 if self.w is not None else self.margin - 6.0
        return self.unit + 10.5, right

    @property
    def w_bounds(self) -> tuple[float, float]:
        assert self.w is not None
        return self.w - 5.0, self.w + 4.0

    @property
    def margin_bounds(self) -> tuple[float, float]:
        return (self.w + 4.6 if self.w is not None else self.margin - 5.7), self.verdict - 1.2


PLAIN = Places(scope=75.0, result=88.9, operator=97.8, limit=107.3, unit=113.5, u=132.0, w=None)
GUARDED = Places(scope=71.0, result=83.4, operator=91.6, limit=100.4, unit=106.0, u=121.6, w=131.4)


def results_tables(
    snapshot: Mapping[str, Any], number: str, section_numbers: Mapping[str, str]
) -> list[RuledTable]:
    """The tables of all sections; the first brings the heading of the whole chapter."""
    tables = []
    union: dict[str, Mapping[str, str]] = {}
    numbers = {line["ref"]: line["number"] for section in snapshot["sections"] for line in _lines(section)}
    exemptions = _exemption_marks(snapshot)
    for place, section in enumerate(snapshot["sections"]):
        table, entries = _table(
            section, number if place == 0 else "", section_numbers[section["key"]], numbers, exemptions
        )
        if snapshot.get("simplified") and EXEMPT in entries:  # without a section of U the reasons stand with the notes
            entries[EXEMPT] = word("miễn U, lý do ở mục Ghi chú", "U exempt")
        tables.append((table, entries))
        union |= entries
    # A page prints one key for all its tables, so that each table keeps room for the longest there can be.
    lines = len(key_lines(union))
    for table, entries in tables:
        table.keyed(entries, lines)
    return [table for table, _ in tables]


def _lines(section: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [line for group in section["groups"] for line in group["lines"]]


def _exemption_marks(snapshot: Mapping[str, Any]) -> dict[str, str]:
    """Key of an exemption → its mark: one dagger when there is one reason, numbered daggers when there are several."""
    exemptions = snapshot["uncertainty"]["exemptions"]
    if len(exemptions) == 1:
        return {exemptions[0]["key"]: EXEMPT}
    return {exemption["key"]: f"{EXEMPT}{place}" for place, exemption in enumerate(exemptions, 1)}


def exemption_marks(snapshot: Mapping[str, Any]) -> dict[str, str]:
    """The marks under which the uncertainty section gives the reasons."""
    return _exemption_marks(snapshot)


def _table(
    section: Mapping[str, Any],
    chapter: str,
    number: str,
    numbers: Mapping[str, str],
    exemptions: Mapping[str, str],
) -> tuple[ResultsTable, dict[str, Mapping[str, str]]]:
    lines = _lines(section)
    guarded = any(line.get("guard_band") and line["guard_band"].strip("0.") for line in lines)
    places = GUARDED if guarded else PLAIN
    factors = {(line.get("uncertainty") or {}).get("k") for line in lines} - {None}
    shared = factors.pop() if len(factors) == 1 else None
    title = _title(section)
    heading = subsection_heading(number, title)
    if chapter:
        top = section_heading(chapter, words.RESULTS)
        top.height = 6.9
        heading = _stack(top, heading)
    bands = [
        _group_band(group, places, numbers, exemptions, shared, section["key"]) for group in section["groups"]
    ]
    for band in bands[:-1]:
        band.ink.rule(0.0, band.height, style.TEXT_WIDTH, band.height, style.RULE_HAIR, style.HAIRLINE)
    table = ResultsTable(
        heading,
        subsection_heading(number, title, continued=True),
        _columns(places, shared),
        bands,
        table_width=style.TEXT_WIDTH,
        gap=style.SECTION_GAP if chapter else 1.6,
        lead=0.0,
        foot=small_print(style.TEXT_WIDTH, *section.get("remarks", [])) if section.get("remarks") else None,
    )
    return table, _key(lines, guarded)


def _title(section: Mapping[str, Any]) -> words.Word:
    """The section's title, with its Vietnamese subtitle unless the title says it already; English beside."""
    title, subtitle = section["title"], section["subtitle"]
    if subtitle["vi"] and subtitle["vi"].casefold() not in title.casefold():
        title = f"{title} · {subtitle['vi']}" if title else subtitle["vi"]
    return word(title, subtitle["en"])


def _stack(*bands: Band) -> Band:
    ink, height = stacked(bands)
    return Band(ink, height)


class ResultsTable(RuledTable):
    """A ruled table that keeps a line free for the page's key of marks, under its rule on every page it reaches."""

    def keyed(self, entries: Mapping[str, Mapping[str, str]], lines: int) -> None:
        """Put the place of a key of so many lines after the end rule of this table and of each of its parts."""
        self._end, self.closing = (
            _with_key(self._end, entries, lines),
            _with_key(self.closing, entries, lines),
        )


def _with_key(band: Band, entries: Mapping[str, Mapping[str, str]], lines: int) -> Band:
    keyed = Band(height=band.height + 1.6 + 3.4 * max(lines, 1))
    keyed.ink.absorb(band.ink)
    keyed.ink.call(0.0, band.height + 3.7, partial(_put_key, entries=entries))
    return keyed


def _put_key(canvas: Any, x: float, y: float, entries: Mapping[str, Mapping[str, str]]) -> None:
    canvas.put_key(x, y, entries)


def _key(lines: Sequence[Mapping[str, Any]], guarded: bool) -> dict[str, Mapping[str, str]]:
    used = {line["scope"] for line in lines}
    entries: dict[str, Mapping[str, str]] = {
        mark: text for mark, text in words.SCOPE_MARKS.items() if mark in used
    }
    if any((line.get("uncertainty") or {}).get("exempt") for line in lines):
        entries[EXEMPT] = word("miễn U, lý do ở mục Độ không đảm bảo đo", "U exempt")
    if any(line.get("margin") for line in lines):
        entries[words.MARGIN_SIDE["vi"]] = word("phía đạt", "inside the limit")
    if guarded:
        entries["w"] = word("dải bảo vệ", "guard band")
    verdicts = {line.get("verdict") for line in lines}
    if verdicts & {"conditional_pass", "conditional_fail"}:
        entries[words.CONDITIONAL_SHORT["vi"]] = word("có điều kiện", "conditional")
    if "no_statement" in verdicts:
        entries[words.STATEMENT_SHORT["vi"]] = word("kết luận", "statement")
    if "not_applicable" in verdicts:
        entries[words.NOT_APPLICABLE_SHORT["vi"]] = word("không áp dụng", "not applicable")
    return entries


def _columns(places: Places, shared: str | None) -> list[Column]:
    k = f"U (k = {wording.number(shared)})" if shared else "U (k)"
    columns = [
        Column(word("STT", "No."), 0.0, 7.0),
        Column(word("Phép thử, điều kiện", "Test, conditions"), places.test, places.test_room),
        Column(word("PV", "Scope"), places.scope, 8.0, "centre"),
        Column(word("Kết quả", "Result"), places.result, 14.0, "decimal", places.result + 4.1),
        Column(word("Giới hạn", "Limit"), places.limit, 14.0, "decimal", places.limit + 3.7),
        Column(word("Đơn vị", "Unit"), places.unit, 13.0),
        Column(word(k, "Uncert.", k), places.u, 10.0, "decimal", places.u + 3.7),
        Column(word("Biên", "Margin"), places.margin, 10.0, "decimal", places.margin + 3.6),
        Column(word("Kết luận", "Verdict"), places.verdict + 4.1, 18.0),
    ]
    if places.w is not None:
        columns.insert(7, Column(word("w", "Guard"), places.w, 8.0, "decimal", places.w + 3.0))
    return columns


def _group_band(
    group: Mapping[str, Any],
    places: Places,
    numbers: Mapping[str, str],
    exemptions: Mapping[str, str],
    shared: str | None,
    key: str,
) -> Band:
    band = Band()
    name = group["name"]
    runs = beside(name["vi"], name["en"], MEDIUM, SIZE, style.TABLE_EN)
    with band.ink.tagged("TR"), band.ink.tagged("TH", scope="Row", span=9 if places.w is None else 10):
        y = put(band.ink, places.test, FIRST, set_lines(runs, style.TEXT_WIDTH - places.test), 3.9)
    band.ink.call(0.0, 0.0, partial(_note_place, key=key))
    for line in group["lines"]:
        with band.ink.tagged("TR"):
            y = _line(band.ink, y + style.LEADING, line, places, numbers, exemptions, shared)
    band.height = y + AFTER_LAST
    return band


def _note_place(canvas: Any, _x: float, _y: float, key: str) -> None:
    canvas.note_place(key)


def _line(
    ink: Ink,
    y: float,
    line: Mapping[str, Any],
    places: Places,
    numbers: Mapping[str, str],
    exemptions: Mapping[str, str],
    shared: str | None,
) -> float:
    """One result on the baseline `y`; returns the last baseline it used."""
    verdict = line.get("verdict")
    failing = verdict in ("fail", "conditional_fail")
    colour = FAIL if verdict == "fail" else INK
    with ink.tagged("TD"):
        ink.text(0.0, y, line["number"], REGULAR, SIZE, SECONDARY)
    with ink.tagged("TD"):
        last = _conditions(ink, y, line, places, numbers)
    with ink.tagged("TD"):
        ink.text(places.scope, y, line["scope"], REGULAR, SIZE - 0.25, INK, "centre")
    with ink.tagged("TD"):
        last = max(last, _result(ink, y, line, places, BOLD if failing else MEDIUM, colour))
    with ink.tagged("TD"):
        last = max(last, _limit(ink, y, line.get("limit"), places, bool(line["unit"])))
    with ink.tagged("TD"):
        ink.text(places.unit, y, line["unit"], REGULAR, SIZE)
    with ink.tagged("TD"):
        last = max(last, _uncertainty(ink, y, line.get("uncertainty"), places, exemptions, shared))
    guard_band = line.get("guard_band")
    if places.w is not None:
        with ink.tagged("TD"):
            if guard_band:
                decimal_within(ink, places.w, y, wording.number(guard_band), REGULAR, SIZE, *places.w_bounds)
    with ink.tagged("TD"):
        if line.get("margin"):
            margin = wording.number(line["margin"], signed=True)
            face = BOLD if failing else REGULAR
            decimal_within(ink, places.margin, y, margin, face, SIZE, *places.margin_bounds, colour)
    with ink.tagged("TD"):
        if verdict:
            put_verdict(ink, verdict, places.verdict, y, SIZE, narrow=True)
            if verdict in words.NARROW_VERDICTS:
                last = max(last, y + 3.2)
    if failing:
        ink.box(-3.0, y - 3.2, 1.1, last - y + 4.2, fill=FAIL)
    return last


def _conditions(
    ink: Ink, y: float, line: Mapping[str, Any], places: Places, numbers: Mapping[str, str]
) -> float:
    repeats = line.get("retest_of")
    vi, en = line["conditions"]["vi"], line["conditions"]["en"]
    runs = []
    if repeats:
        runs.append(Run(f"{words.RETEST['vi']} {numbers[repeats]}" + (" · " if vi else ""), MEDIUM, SIZE, INK))
    runs.append(Run(vi, REGULAR, SIZE, SECONDARY))
    lines = set_lines(runs, places.test_room)
    if en and en != vi:
        together = set_lines([*runs, Run("  " + en, ITALIC, style.TABLE_EN, SECONDARY)], places.test_room)
        english = [Run(en, ITALIC, style.TABLE_EN, SECONDARY)]
        lines = together if len(together) == 1 else lines + set_lines(english, places.test_room)
    last = put(ink, places.test, y, lines, 3.6)
    reason = line.get("reason")
    if reason:
        lines = set_lines(
            beside(reason["vi"], reason["en"], REGULAR, style.TABLE_EN, style.TABLE_EN), places.test_room
        )
        last = put(ink, places.test, last + 3.4, lines, 3.3)
    return last


def _result(
    ink: Ink, y: float, line: Mapping[str, Any], places: Places, face: str, colour: style.Colour
) -> float:
    result = line["result"]
    left, right = places.result_bounds
    if result.get("value"):
        shown = wording.bounded(result.get("operator", ""), wording.number(result["value"]))
        decimal_within(ink, places.result, y, shown, face, SIZE, left, right, colour)
        return y
    if result.get("low"):
        text = f"{wording.number(result['low'])} … {wording.number(result['high'])}"
        return put(
            ink, left, y, set_lines([Run(text, face, SIZE, colour)], right - left), 3.6, "right", right - left
        )
    observed = result.get("text") or {"vi": "", "en": ""}
    room = (right if line.get("limit") or line["unit"] else places.u - 4.0) - 1.2 - left
    lines = set_lines([Run(observed["vi"], face, SIZE, colour)], room)
    if observed["en"]:
        lines += set_lines([Run(observed["en"], ITALIC, style.TABLE_EN, SECONDARY)], room)
    return put(ink, left + 0.8, y, lines, 3.6)


def _limit(ink: Ink, y: float, limit: Mapping[str, Any] | None, places: Places, has_unit: bool) -> float:
    if not limit:
        ink.text(places.limit, y, "–", REGULAR, SIZE, SECONDARY, "right")
        return y
    if limit["operator"] == "within":
        low = wording.bounded(">" if limit.get("low_open") else "", wording.number(limit["low"]))
        high = wording.bounded("<" if limit.get("high_open") else "", wording.number(limit["high"]))
        text = f"{low} … {high}"
        end = places.limit + 3.7
        room = end - places.operator + 1.5
        return put(ink, end - room, y, set_lines([Run(text, REGULAR, SIZE)], room), 3.6, "right", room)
    if limit["operator"] == "text":
        room = (places.unit if has_unit else places.u - 3.0) - 1.5 - places.operator + 1.2
        words_of_limit = limit["text"]
        lines = set_lines(
            beside(words_of_limit["vi"], words_of_limit["en"], REGULAR, SIZE, style.TABLE_EN), room
        )
        return put(ink, places.operator - 1.2, y, lines, 3.6)
    ink.text(places.operator, y, OPERATORS[limit["operator"]], REGULAR, SIZE, INK, "centre")
    decimal_within(ink, places.limit, y, wording.number(limit["value"]), REGULAR, SIZE, *places.limit_bounds)
    return y


def _uncertainty(
    ink: Ink,
    y: float,
    uncertainty: Mapping[str, Any] | None,
    places: Places,
    exemptions: Mapping[str, str],
    shared: str | None,
) -> float:
    """U, or why there is none; a unit or a coverage factor of its own stands under the value."""
    if not uncertainty:
        ink.text(places.u, y, "–", REGULAR, SIZE, SECONDARY, "centre")
        return y
    if uncertainty.get("exempt"):
        ink.text(places.u, y, f"– {exemptions[uncertainty['exempt']]}", REGULAR, SIZE, INK, "centre")
        return y
    decimal_within(ink, places.u, y, wording.number(uncertainty["value"]), REGULAR, SIZE, *places.u_bounds)
    more = [uncertainty["unit"]] if uncertainty.get("unit") else []
    if not shared and uncertainty.get("k"):
        more.append(f"k = {wording.number(uncertainty['k'])}")
    if not more:
        return y
    ink.text(places.u + 3.7, y + 3.2, ", ".join(more), REGULAR, style.TABLE_EN - 0.3, SECONDARY, "right")
    return y + 3.2
