"""A plot on a paper: the marks of `core.plot` as ink, in the paper's colours and type."""

from __future__ import annotations

from lab_app.core.paper.blocks import Block
from lab_app.core.paper.ink import Align, Ink
from lab_app.core.paper.style import CONDITIONAL, FAIL, HAIRLINE, MID, NAVY, PASS, SECONDARY, TINT, Colour
from lab_app.core.paper.typefaces import REGULAR
from lab_app.core.plot import Plot, drawn
from lab_app.core.plot_bars import Bars, drawn_bars
from lab_app.core.plot_lanes import Lanes, drawn_lanes

COLOURS: dict[str, Colour] = {
    "accent": NAVY, "ok": PASS, "warn": CONDITIONAL, "bad": FAIL, "muted": MID, "axis": MID, "grid": HAIRLINE, "label": SECONDARY,
}
ALIGN: dict[str, Align] = {"start": "left", "middle": "centre", "end": "right"}
LABEL_SIZE = 7.0
DASH, GAP = 1.6, 1.0  # millimetres


class PlotBlock(Block):
    """A plot as wide as the text, never split. `gap`, `after` in millimetres."""

    def __init__(self, plot: Plot | Lanes | Bars, gap: float = 2.0, after: float = 2.0) -> None:
        super().__init__(gap, after)
        self.plot = plot

    def compose(self, block_width: float) -> tuple[Ink, float]:
        """Ink for a width in millimetres; the height keeps the plot's proportions."""
        marks = (drawn_bars(self.plot) if isinstance(self.plot, Bars)
                 else drawn_lanes(self.plot) if isinstance(self.plot, Lanes) else drawn(self.plot))
        scale = block_width / marks.width
        ink = Ink()
        with ink.tagged("Figure", alt=self.plot.title):
            for _tone, x, y, w, h in marks.boxes:
                ink.box(x * scale, y * scale, w * scale, h * scale, fill=TINT)
            for tone, places in marks.lines:
                weight = 0.25 if tone == "grid" else 0.5 if tone == "axis" else 0.8
                ink.path(tuple((x * scale, y * scale) for x, y in places), COLOURS[tone], weight)
            for tone, ((x1, y1), (x2, y2)) in marks.dashes:
                _dashes(ink, x1 * scale, y1 * scale, x2 * scale, y2 * scale, COLOURS[tone])
            for tone, x, y, w, h, _title in marks.bars:
                ink.box(x * scale, y * scale, w * scale, h * scale, fill=COLOURS[tone])
            for tone, x, y, _title in marks.dots:
                ink.circle(x * scale, y * scale, 0.9 if tone == "bad" else 0.65, fill=COLOURS[tone])
            for tone, x, y, text, anchor in marks.texts:
                ink.text(x * scale, y * scale, text, REGULAR, LABEL_SIZE, COLOURS[tone.removeprefix("t-")], ALIGN[anchor])
        return ink, marks.height * scale


def _dashes(ink: Ink, x1: float, y1: float, x2: float, y2: float, colour: Colour) -> None:
    """A dashed line, level or upright."""
    length = abs(x2 - x1) + abs(y2 - y1)
    done = 0.0
    while done < length:
        part = min(DASH, length - done)
        along_x, along_y = (1.0, 0.0) if y1 == y2 else (0.0, 1.0)
        ink.rule(x1 + done * along_x, y1 + done * along_y, x1 + (done + part) * along_x, y1 + (done + part) * along_y, 0.7, colour)
        done += DASH + GAP
