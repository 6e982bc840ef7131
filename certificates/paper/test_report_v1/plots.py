"""Plots of layout test-report/1: one a page, sweeps with limit lines and numbered results, and beneath it how each was computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable

from certificates.paper.test_report_v1 import words
from certificates.paper.test_report_v1.opening import put_verdict
from certificates.paper.test_report_v1.words import word
from lab_app.core.paper import style, wording
from lab_app.core.paper.blocks import (
    Band,
    Block,
    section_heading,
    small_print,
    stacked,
    subsection_heading,
)
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.setting import Run, put, set_lines
from lab_app.core.paper.style import SECONDARY
from lab_app.core.paper.sweep import HEIGHT, Sweeps
from lab_app.core.paper.tables import Cell, Column, RuledTable, row_band
from lab_app.core.paper.typefaces import ITALIC, MEDIUM, REGULAR

#: A plot begins on a new page unless this much (mm) is left.
ROOM = 210.0
#: Left edges (mm) of the strip of conditions over a plot.
STRIP = (0.0, 42.0, 92.0, 112.0)


def plot_pages(snapshot: Mapping[str, Any], number: str) -> list[Flowable]:
    """Every plot with its table; the first brings the heading of the chapter."""
    story: list[Flowable] = []
    for place, plot in enumerate(snapshot["plots"], 1):
        story.append(CondPageBreak(ROOM * mm))
        story.append(PlotBlock(plot, number if place == 1 else "", f"{number}.{place}"))
        if plot["points"]:
            story.append(_table(plot))
        else:
            story.append(_Notes(plot))
    return story


class PlotBlock(Block):
    """Heading, strip of conditions, picture and legend of one plot; never split."""

    def __init__(self, plot: Mapping[str, Any], chapter: str, number: str) -> None:
        super().__init__(gap=style.SECTION_GAP)
        self.plot, self.chapter, self.number = plot, chapter, number

    def compose(self, block_width: float) -> tuple[Ink, float]:
        ink, y, plot = Ink(), 0.0, self.plot
        if self.chapter:
            head = section_heading(self.chapter, words.PLOTS)
            ink.absorb(head.ink)
            y = 6.9
        english = plot["subtitle"]["vi"] if wording.only() == "en" else ""  # a paper in English alone names the test in English
        title = f"{plot['title'].partition(', ')[0]}, {english}" if english else plot["title"]
        head = subsection_heading(self.number, word(title, plot["subtitle"]["en"]))
        ink.absorb(head.ink, 0.0, y)
        y = self._strip(ink, y + head.height + 1.0, block_width)
        sweeps = Sweeps(plot, block_width)
        with ink.tagged("Figure", alt=sweeps.spoken()):
            sweeps.draw(ink, y)
            bottom = sweeps.legend(ink, y + HEIGHT + 4.6)
        return ink, bottom + 1.5

    def _strip(self, ink: Ink, y: float, block_width: float) -> float:
        plot = self.plot
        rbw = f"{wording.number(_kilo(plot['rbw']))} kHz" if plot["rbw"] else "–"
        span = f"{wording.number(plot['low'])}–{wording.number(plot['high'])} MHz"
        facts = (
            (word("Ngày, người đo", "Date, operator"), f"{wording.date(plot['day'])}, {plot['by']}"),
            (word("Dải, điều kiện", "Range, conditions"), ", ".join(part for part in (span, plot["conditions"]) if part)),
            (word("RBW", "RBW"), rbw), (word("Thiết bị thu", "Receiver"), plot["instrument"]),
        )
        bottom = y
        for place, (label, value) in enumerate(facts):
            x = STRIP[place]
            room = (STRIP[place + 1] if place + 1 < len(STRIP) else block_width) - x - 2.0
            with ink.tagged("P"):
                end = ink.text(x, y + 3.2, label["vi"], REGULAR, style.LABEL, SECONDARY)
                if label["en"] != label["vi"]:
                    ink.text(end + 1.0, y + 3.2, label["en"], ITALIC, style.LABEL_EN, SECONDARY)
                bottom = max(bottom, put(ink, x, y + 7.0, set_lines([Run(value, MEDIUM, style.DENSE)], room), 3.5))
        return bottom + 2.2


def _kilo(hertz: str) -> str:
    whole = hertz.split(".")[0]
    thousands, rest = whole[:-3] or "0", whole[-3:].zfill(3).rstrip("0")
    return f"{thousands}.{rest}" if rest else thousands


def _table(plot: Mapping[str, Any]) -> RuledTable:
    """The points of a plot: reading, factors, result, limit, margin, so that a reader can compute each again."""
    unit = plot["unit"]
    columns = [
        Column(word("Điểm", "Point"), 0.0, 9.0),
        Column(word("Tần số", "MHz", "Frequency, MHz"), 27.0, 16.0, "right"),
        Column(word("Bộ tách", "Detector"), 31.0, 13.0),
        Column(word("PV", "Scope"), 46.0, 9.0),
        Column(word("Số đọc", "Reading"), 70.0, 14.0, "right"),
        Column(word("Hệ số", "Factors"), 86.0, 14.0, "right"),
        Column(word("Kết quả", "Result"), 103.0, 15.0, "right"),
        Column(word("Giới hạn", "Limit"), 120.0, 15.0, "right"),
        Column(word("U", "dB", "U, dB"), 131.0, 10.0, "right"),
        Column(word("Biên", "Margin"), 145.0, 13.0, "right"),
        Column(word("Kết luận", "Verdict"), 149.8, 22.0),
    ]
    bands = []
    for point in plot["points"]:
        band = row_band(columns, [
            Cell(point["number"], face=MEDIUM), Cell(wording.number(point["f"])), Cell(point["detector"]), Cell(point["scope"]),
            Cell(_number(point.get("reading"))), Cell(_number(point.get("factors"))),
            Cell(wording.bounded(point.get("operator", ""), _number(point["result"])), face=MEDIUM),
            Cell(_number(point["limit"])), Cell(_number(point["uncertainty"])),
            Cell(wording.number(point["margin"], signed=True) if point.get("margin") else "–"), Cell(),
        ])
        if point.get("verdict"):
            with band.ink.cell(10):
                put_verdict(band.ink, point["verdict"], columns[-1].x, 3.5, style.DENSE)
        bands.append(band)
    empty = Band()
    return RuledTable(
        empty, empty, columns, bands, table_width=style.TEXT_WIDTH, hairlines=1, gap=0.0,
        foot=_foot([_units(unit), *_notes(plot)]),
    )


def _foot(notes: Sequence[words.Word]) -> Band:
    """Notes beneath one another, the first keeping its distance from what stands above."""
    ink, height = stacked([small_print(style.TEXT_WIDTH, note, top=3.9 if place == 0 else 3.3) for place, note in enumerate(notes)])
    return Band(ink, height)


def _number(text: str | None) -> str:
    return wording.number(text) if text else "–"


def _units(unit: str) -> words.Word:
    return word(
        f"Mức tính bằng {unit}, biên và U bằng dB. Kết quả = số đọc + hệ số; số điểm là số thứ tự của dòng kết quả.",
        f"Levels in {unit}, margin and U in dB. Result = reading + factors; points bear the numbers of their result lines.",
    )


def _spans(spans: Sequence[Sequence[str]]) -> str:
    shown = "; ".join(f"{wording.number(low)}–{wording.number(high)} MHz" for low, high in spans[:6])
    return shown + (" …" if len(spans) > 6 else "")


def _notes(plot: Mapping[str, Any]) -> list[words.Word]:
    """What corrected the level, what the limit lines say of the whole sweep, and which peaks were not measured."""
    notes = []
    if plot["factors"]:
        notes.append(word(
            "Hệ số: " + "; ".join(one["vi"] for one in plot["factors"]) + ".",
            "Factors: " + "; ".join(one["en"] or one["vi"] for one in plot["factors"]) + "."))
    for sweep in plot["sweeps"]:
        name = sweep["name"]
        if sweep.get("margin"):
            kind = ("Đường quét", "Sweep") if sweep["judged"] else ("Quét sơ bộ", "Prescan")
            margin = wording.number(sweep["margin"], signed=True)
            notes.append(word(
                f"{kind[0]} so với {name['vi']}: biên nhỏ nhất {margin} dB tại {wording.number(sweep['at'])} MHz.",
                f"{kind[1]} against {name['en'] or name['vi']}: smallest margin {margin} dB at {wording.number(sweep['at'])} MHz."))
        if sweep["gaps"]:
            notes.append(word(f"Không có giới hạn: {_spans(sweep['gaps'])}.", "No limit there.", f"No limit: {_spans(sweep['gaps'])}."))
        if sweep["unmeasured"]:
            notes.append(word(f"Không quét: {_spans(sweep['unmeasured'])}.", "Not swept.", f"Not swept: {_spans(sweep['unmeasured'])}."))
    if plot["dropped"]:
        notes.append(word(
            "Đỉnh không đo điểm cuối: " + "; ".join(f"{one['reason']['vi']} ({one['count']})" for one in plot["dropped"]) + ".",
            "Peaks not measured: " + "; ".join(f"{one['reason']['en'] or one['reason']['vi']} ({one['count']})" for one in plot["dropped"])
            + "."))
    files = "; ".join(f"{one['file']} (SHA-256 {one['sha256'][:16]}…)" for one in plot["traces"])
    notes.append(word(f"Tệp gốc: {files}.", "Original files.", f"Original files: {files}."))
    return notes


class _Notes(Block):
    """The notes of a plot that shows no printed result."""

    def __init__(self, plot: Mapping[str, Any]) -> None:
        super().__init__()
        self.plot = plot

    def compose(self, block_width: float) -> tuple[Ink, float]:
        band = _foot(_notes(self.plot))
        return band.ink, band.height
