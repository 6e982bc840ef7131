"""QR codes as one path of merged runs: pure black modules, four clear modules on every side."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import segno
from reportlab.lib.units import mm

QUIET = 4


@lru_cache(maxsize=64)
def matrix(payload: str, error: str = "m") -> tuple[tuple[int, ...], ...]:
    """The modules of the smallest QR symbol for `payload` at the error level (level never boosted, never a Micro QR)."""
    code = segno.make_qr(payload, error=error, boost_error=False)
    return tuple(tuple(row) for row in code.matrix)


def modules(payload: str) -> int:
    """Side of the symbol in modules with its quiet zone."""
    return len(matrix(payload)) + 2 * QUIET


@lru_cache(maxsize=64)
def _path(payload: str, x: float, top: float, side: float, page_height: float) -> str:
    """The filled path of the dark modules, runs in a row merged, in points."""
    rows = matrix(payload)
    step = side / (len(rows) + 2 * QUIET) * mm
    left = x * mm + QUIET * step
    upper = (page_height - top) * mm - QUIET * step
    path: list[str] = []
    for number, row in enumerate(rows):
        lower = upper - (number + 1) * step
        start = None
        for column, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                path.append(
                    f"{left + start * step:.3f} {lower:.3f} {(column - start) * step:.3f} {step:.3f} re"
                )
                start = None
    return "\n".join(path)


def draw_qr(canvas: Any, payload: str, x: float, top: float, side: float, page_height: float) -> None:
    """Draw the symbol in the square of `side` millimetres, its quiet zone included.

    `x`, `top`: the square's upper left corner from the page's; `page_height` in millimetres too.
    """
    canvas.saveState()
    canvas.setFillColorRGB(0, 0, 0)
    # One path with one fill: a thousand rectangles filled apart show hairlines between them in some viewers.
    canvas._code.append(_path(payload, x, top, side, page_height) + " f")
    canvas.restoreState()
