"""Marks on copies of documents that the laboratory did not draw itself: a line at the foot of each page, grey words across it.

The document under the marks stays as it is. What a person cannot open (a password, a damaged file) is refused when it is handed in
(`pages_of`), so that every copy can be marked later.
"""
from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pikepdf
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from lab_app.core.paper.style import FAIL, SECONDARY
from lab_app.core.paper.typefaces import BOLD, MEDIUM, missing_characters, width

MARGIN = 7.0 * mm
LINE = 3.4 * mm
SIZE = 7.5
#: The words across the page let the text beneath be read.
OPACITY = 0.16


class Unreadable(ValueError):
    """The file is no PDF that can be opened and marked."""


def pages_of(data: bytes) -> int:
    """How many pages a PDF has. Raises `Unreadable` for a damaged one, one with a password, and one without a page."""
    try:
        with pikepdf.open(io.BytesIO(data)) as found:
            count = len(found.pages)
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise Unreadable(str(error)) from error
    if not count:
        raise Unreadable("no page")
    return count


def stamp(data: bytes, *, foot: Sequence[str], across: str = "") -> bytes:
    """A copy of a PDF with the lines `foot` at the foot of every page and the words `across` over it. Characters without a glyph are
    written as `?`: a name must not keep a document from being read."""
    lines, words = [_drawable(line) for line in foot], _drawable(across)
    with pikepdf.open(io.BytesIO(data)) as found:
        drawn: dict[tuple[float, float], pikepdf.Pdf] = {}
        for page in found.pages:
            size = _size(page)
            if size not in drawn:
                drawn[size] = pikepdf.open(io.BytesIO(_overlay(size, lines, words)))
            page.add_overlay(drawn[size].pages[0], None)
        out = io.BytesIO()
        found.save(out)
        for overlay in drawn.values():
            overlay.close()
    return out.getvalue()


def _size(page: Any) -> tuple[float, float]:
    """Width and height of a page as it is read, in points."""
    left, bottom, right, top = (float(corner) for corner in page.trimbox)
    wide, high = round(abs(right - left), 1), round(abs(top - bottom), 1)
    turned = int(page.obj.get("/Rotate", 0)) % 180 == 90
    return (high, wide) if turned else (wide, high)


def _drawable(text: str) -> str:
    missing = {character for character, _path in missing_characters(text)}
    return "".join("?" if character in missing else character for character in text)


def _overlay(size: tuple[float, float], lines: Sequence[str], across: str) -> bytes:
    wide, high = size
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    if across:
        canvas.saveState()
        canvas.setFillColorRGB(*FAIL, alpha=OPACITY)
        canvas.translate(wide / 2, high / 2)
        canvas.rotate(52 if high >= wide else 32)
        room = (wide**2 + high**2) ** 0.5 * 0.72
        points = min(96.0, 96.0 * room / width(across, BOLD, 96.0) / mm)
        canvas.setFont(BOLD, points)
        canvas.drawCentredString(0, -points / 3, across)
        canvas.restoreState()
    for place, line in enumerate(reversed(lines)):
        points = min(SIZE, SIZE * (wide - 2 * MARGIN) / max(1.0, width(line, MEDIUM, SIZE) * mm))
        canvas.setFillColorRGB(*(FAIL if across else SECONDARY))
        canvas.setFont(MEDIUM, points)
        canvas.drawCentredString(wide / 2, MARGIN * 0.45 + place * LINE, line)
    canvas.save()
    return out.getvalue()
