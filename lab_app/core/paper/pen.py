"""Text operators written straight: what a ReportLab text object would write for our faces, without its bookkeeping.

A page of a paper has two hundred strings, each with its own place; the text object formats every one through several layers that
measure, copy and format again. The bytes are the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from reportlab.lib.rl_accel import fp_str
from reportlab.pdfbase import pdfmetrics

from lab_app.core.paper.style import Colour


class _NewCharacter(Exception):
    """A character that has no place yet in the part of the face that the file embeds."""


class _Places(dict[int, int]):
    """Character → its place in the embedded part of a face."""

    def __missing__(self, character: int) -> int:
        raise _NewCharacter


class Pen:
    """Writes strings for one document. Keep one for each canvas: it knows which characters the file embeds."""

    def __init__(self, canvas: Any) -> None:
        self._document, self._escape = canvas._doc, canvas._escape
        self._places: dict[str, _Places] = {}
        self._written: dict[tuple[str, str], list[tuple[int, str]]] = {}
        self._chosen: dict[tuple[str, float, int], str] = {}

    def shown(self, text: str, face: str) -> list[tuple[int, str]]:
        """The text as parts of (embedded part of the face, operator that shows it)."""
        key = (text, face)
        parts = self._written.get(key)
        if parts is None:
            parts = self._written[key] = self._parts(text, face)
        return parts

    def _parts(self, text: str, face: str) -> list[tuple[int, str]]:
        places = self._places.get(face)
        if places is None:
            places = self._places[face] = _Places()
        try:
            return [(0, f"({self._escape(text.translate(places).encode('latin-1'))}) Tj")]
        except (_NewCharacter, UnicodeEncodeError):
            font = pdfmetrics.getFont(face)
            split = font.splitString(text, self._document)
            places.update(font.state[self._document].assignments)
            places[0xA0] = places[0x20]  # a no-break space is drawn as a space
            return [(subset, f"({self._escape(shown)}) Tj") for subset, shown in split]

    def font(self, face: str, size: float, subset: int) -> str:
        """The operators that choose an embedded part of a face at a size."""
        key = (face, size, subset)
        chosen = self._chosen.get(key)
        if chosen is None:
            name = pdfmetrics.getFont(face).getSubsetInternalName(subset, self._document)
            chosen = self._chosen[key] = f"{name} {_size(size)}"
        return chosen


@lru_cache(maxsize=256)
def _size(size: float) -> str:
    return f"{fp_str(size)} Tf {fp_str(size * 1.2)} TL"


@lru_cache(maxsize=256)
def filled(colour: Colour) -> str:
    """The operator that fills with a colour."""
    return f"{fp_str(*colour)} rg"


def pen_of(canvas: Any) -> Pen:
    """The pen of a canvas."""
    pen: Pen | None = getattr(canvas, "_lab_pen", None)
    if pen is None:
        pen = canvas._lab_pen = Pen(canvas)
    return pen
