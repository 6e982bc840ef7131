"""Bars that lie under their words: how much each part of a whole adds. Drawn like any plot, on pages and papers."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lab_app.core.plot import CHARACTER, Drawing, Tone

ROW, BAR, TOP, BASE, SIDE = 36.0, 13.0, 4.0, 6.0, 6.0
LONGEST = 84  # characters of a label that fit above its bar


@dataclass(frozen=True)
class Bar:
    """One part: its name, how long it is (not negative), and what stands behind it."""

    label: str
    value: Decimal
    says: str
    tone: Tone = "accent"


@dataclass(frozen=True)
class Bars:
    """The picture; the longest bar takes the room that the words behind the bars leave."""

    title: str
    bars: Sequence[Bar]
    width: int = 720

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(bar.value > 0 for bar in self.bars)


def drawn_bars(picture: Bars) -> Drawing:
    """The bars as marks, in the order given. Refuses an empty picture."""
    if picture.empty:
        raise ValueError("nothing to draw")
    out = Drawing(float(picture.width), TOP + ROW * len(picture.bars) + BASE)
    room = picture.width - 2 * SIDE - 8 - CHARACTER * max(len(bar.says) for bar in picture.bars)
    longest = max(bar.value for bar in picture.bars)
    for place, bar in enumerate(picture.bars):
        top = TOP + ROW * place
        label = bar.label if len(bar.label) <= LONGEST else bar.label[: LONGEST - 1].rstrip() + "…"
        width = round(room * float(bar.value / longest), 2)
        out.texts.append(("label", SIDE, top + 11, label, "start"))
        out.lines.append(("grid", [(SIDE, top + 16), (SIDE, top + 16 + BAR)]))
        out.bars.append((bar.tone, SIDE, top + 16, width, BAR, f"{bar.label}: {bar.says}"))
        out.texts.append(("label", SIDE + width + 6, top + 16 + BAR - 2.5, bar.says, "start"))
    return out
