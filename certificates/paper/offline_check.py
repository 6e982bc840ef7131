"""The second symbol of page 1: the signed proof that needs no network, on pure white, with its link for who reads on a screen."""

from __future__ import annotations

from typing import Any

from reportlab.lib.units import mm

from certificates.paper.test_report_v1.words import word
from lab_app.core.paper import style
from lab_app.core.paper.blocks import Block
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.qr import QUIET, draw_qr, modules
from lab_app.core.paper.setting import Run, put, set_lines
from lab_app.core.paper.style import SECONDARY, WHITE
from lab_app.core.paper.tags import link
from lab_app.core.paper.typefaces import ITALIC, REGULAR, width

#: Side in millimetres, quiet zone included.
SIDE = 30.0
LABEL = word("Kiểm tra không cần mạng", "Offline check")
EXPLAINED = word(
    "Hình bên chứa số phiếu, ngày ban hành, kết luận và mã băm của dữ liệu gốc trong tệp, có chữ ký số của phòng thử nghiệm.",
    "The symbol holds number, date of issue, verdict and the hash of the source data in the file, signed by the laboratory.",
)


def put_symbol(ink: Ink, x: float, y: float, payload: str) -> None:
    """The symbol with its upper left corner at (x, y)."""
    with ink.tagged("Link") as whole, ink.tagged("Figure", alt=f"{LABEL['vi']}: {payload}"):
        ink.box(x, y, SIDE, SIDE, fill=WHITE)

        def act(canvas: Any, left: float, upper: float) -> None:
            draw_qr(canvas, payload, left, 0.0, SIDE, upper)
            link(canvas, payload, (left * mm, (upper - SIDE) * mm, (left + SIDE) * mm, upper * mm), payload, whole)

        ink.call(x, y, act)


def flush_right(payload: str, right: float) -> float:
    """Where the symbol begins so that its dark modules, not its quiet zone, end at `right`."""
    return right - SIDE + SIDE * QUIET / modules(payload)


def put_label(ink: Ink, right: float, y: float) -> None:
    """The label on one line, ending at `right`."""
    start = right - width(LABEL["vi"], REGULAR, style.NOTE) - 1.2 - width(LABEL["en"], ITALIC, style.NOTE_EN)
    with ink.tagged("P"):
        end = ink.text(start, y, LABEL["vi"], REGULAR, style.NOTE)
        ink.text(end + 1.2, y, LABEL["en"], ITALIC, style.NOTE_EN, SECONDARY)


def put_label_stacked(ink: Ink, right: float, y: float) -> float:
    """The label under the symbol, one language under the other, ending at `right`; the last baseline."""
    with ink.tagged("P"):
        ink.text(right, y, LABEL["vi"], REGULAR, style.NOTE, align="right")
        if LABEL["en"]:
            y += 3.5
            ink.text(right, y, LABEL["en"], ITALIC, style.NOTE_EN, SECONDARY, "right")
    return y


class OfflineCheck(Block):
    """The symbol in a block of its own, where a paper has no conclusion to stand beside."""

    def __init__(self, payload: str) -> None:
        super().__init__(gap=3.0)
        self.payload = payload

    def compose(self, block_width: float) -> tuple[Ink, float]:
        ink = Ink()
        room = block_width - SIDE - 8.0
        y = put(ink, 0.0, 9.0, set_lines([Run(EXPLAINED["vi"], REGULAR, style.NOTE)], room), 3.8)
        put(ink, 0.0, y + 4.2, set_lines([Run(EXPLAINED["en"], ITALIC, style.NOTE_EN, SECONDARY)], room), 3.4)
        put_symbol(ink, block_width - SIDE, 0.0, self.payload)
        put_label(ink, block_width, SIDE + 3.0)
        return ink, SIDE + 4.5
