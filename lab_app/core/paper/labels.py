"""Labels of samples: QR of the bare code, the code in figures, the name clipped to fit, the laboratory.

The QR holds the code alone, in an alphabet that a scanner on a Vietnamese keyboard cannot garble. Its modules are whole dots of a
203 dpi label printer, so that no line falls between two dots.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from lab_app.core.paper import style
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.qr import draw_qr, modules
from lab_app.core.paper.setting import Run, clip, put, set_lines, shrink
from lab_app.core.paper.style import SECONDARY
from lab_app.core.paper.typefaces import BOLD, MEDIUM, REGULAR, MissingGlyph, composed, missing_characters

#: Label sizes in millimetres: the A4 sheet of 24, and a roll label.
SIZES = {"63.5x33.9": (63.5, 33.9), "50x25": (50.0, 25.0)}

#: A dot of a 203 dpi printer.
DOT = 25.4 / 203

#: The A4 sheet: columns, rows, left and top margin, pitch.
SHEET_COLUMNS, SHEET_ROWS = 3, 8
SHEET_LEFT, SHEET_TOP = 7.2, 12.9
SHEET_PITCH_X, SHEET_PITCH_Y = 66.05, 33.9


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says. `details` are short lines under the name (model, serial number, date received)."""

    code: str
    name: str
    laboratory: str
    details: Sequence[str] = ()


def draw_label(
    code: str, name: str, laboratory: str, *, details: Sequence[str] = (), size: str = "63.5x33.9"
) -> bytes:
    """One label as a PDF page of its own size. KeyError for an unknown size; MissingGlyph for a character without one."""
    width, height = SIZES[size]
    label = _checked(Label(code, name, laboratory, details))
    buffer = io.BytesIO()
    canvas = _canvas(buffer, width, height, code)
    _draw(canvas, label, 0.0, 0.0, width, height, height)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def draw_label_sheet(labels: Sequence[Label], *, first: int = 1) -> bytes:
    """Labels on A4 sheets of 24 (63.5 × 33.9 mm), from position `first` (1 to 24) so that a begun sheet is used up."""
    places = SHEET_COLUMNS * SHEET_ROWS
    if not labels or not 1 <= first <= places:
        raise ValueError(f"a sheet has places 1 to {places}, and needs a label")
    buffer = io.BytesIO()
    canvas = _canvas(buffer, style.PAGE_WIDTH, style.PAGE_HEIGHT, labels[0].code)
    width, height = SIZES["63.5x33.9"]
    for position, label in enumerate(labels, first - 1):
        if position > first - 1 and position % places == 0:
            canvas.showPage()
        row, column = divmod(position % places, SHEET_COLUMNS)
        x, y = SHEET_LEFT + column * SHEET_PITCH_X, SHEET_TOP + row * SHEET_PITCH_Y
        _draw(canvas, _checked(label), x, y, width, height, style.PAGE_HEIGHT)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _checked(label: Label) -> Label:
    parts = composed([label.code, label.name, label.laboratory, list(label.details)])
    missing = missing_characters(parts)
    if missing:
        raise MissingGlyph(missing)
    return Label(parts[0], parts[1], parts[2], parts[3])


def _canvas(buffer: io.BytesIO, width: float, height: float, title: str) -> Any:
    canvas = Canvas(
        buffer,
        pagesize=(width * mm, height * mm),
        invariant=1,
        pageCompression=1,
        initialFontName=REGULAR,
        lang="vi-VN",
    )
    canvas.setTitle(title)
    return canvas


def qr_side(code: str, room: float) -> float:
    """Side in millimetres, quiet zone included, of the largest symbol in `room` whose modules are whole printer dots."""
    count = modules(code)
    dots = int(room / count / DOT)
    return max(dots, 2) * DOT * count


def _draw(
    canvas: Any, label: Label, x: float, y: float, width: float, height: float, page_height: float
) -> None:
    """One label with its upper left corner at (x, y) millimetres of the page."""
    small = height < 30
    side = qr_side(label.code, height - (3.0 if small else 7.0))
    margin = 0.5 if small else 1.5
    top = (height - side) / 2 - (0.0 if small else 1.2)
    draw_qr(canvas, label.code, x + margin, y + top, side, page_height)
    ink = Ink()
    left = margin + side + (0.0 if small else 0.6)
    room = width - left - 2.0
    code_size = shrink(label.code, BOLD, 10.0 if small else 12.5, room, 6.0)
    line = 5.6 if small else 8.0
    ink.text(left, line, label.code, BOLD, code_size)
    name_size, leading = (7.0, 2.9) if small else (8.5, 3.5)
    lines = set_lines([Run(label.name, MEDIUM, name_size)], room)
    if len(lines) > 2:
        rest = " ".join(run.text for line_ in lines[1:] for _, run in line_)
        lines = [lines[0], [(0.0, Run(clip(rest, MEDIUM, name_size, room), MEDIUM, name_size))]]
    last = put(ink, left, line + (4.1 if small else 5.2), lines, leading)
    detail_size, detail_leading = (6.0, 2.6) if small else (7.25, 3.2)
    floor = height - (3.6 if small else 6.0)
    for detail in label.details:
        if last + detail_leading + 0.4 > floor:
            break
        last += detail_leading + (0.4 if detail is label.details[0] else 0.0)
        ink.text(left, last, clip(detail, REGULAR, detail_size, room), REGULAR, detail_size, SECONDARY)
    if small:
        ink.text(left, height - 1.9, clip(label.laboratory, REGULAR, 5.5, room), REGULAR, 5.5, SECONDARY)
    else:
        ink.rule(2.5, height - 5.2, width - 2.5, height - 5.2, 0.3, SECONDARY)
        ink.text(
            width / 2,
            height - 2.4,
            clip(label.laboratory, REGULAR, 6.5, width - 5.0),
            REGULAR,
            6.5,
            SECONDARY,
            "centre",
        )
    ink.paint(canvas, page_height - y, x, 0.0)
