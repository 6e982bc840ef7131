"""Pictures of a cause: the ladder of “why?” and the fishbone, drawn in vectors; the words stand beside them as lists."""
from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext

from lab_app.core.plot import CHARACTER, Drawing
from lab_app.quality.causes import CAUSE_CLASSES

WIDTH = 960.0
LINE = 16.0  # height of a line of words
PAD = 8.0
SPINE_GAP = 26.0
HEAD = 210.0
SLANT = 46.0


@dataclass(frozen=True)
class Picture:
    """A drawing with what it is called; empty when there is nothing to draw."""

    title: str
    drawing: Drawing = field(default_factory=lambda: Drawing(WIDTH, 10.0))

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.drawing.texts


def _wrapped(text: str, width: float, most: int = 3) -> list[str]:
    """The words in lines that fit a width of the drawing; what does not fit ends in “…”."""
    lines = textwrap.wrap(" ".join(text.split()), max(8, int(width / CHARACTER))) or [""]
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], lines[most - 1][:-1].rstrip() + "…"]


def ladder(problem: str, whys: Sequence[str], cause: str) -> Picture:
    """The problem, each answer to “why?” below the one before, the root cause at the foot."""
    out = Picture(gettext("Hỏi “vì sao” %(n)s lần", n=len(whys)), Drawing(WIDTH, 0.0))
    if not whys:
        return out
    d = out.drawing
    rungs = [(gettext("Vấn đề"), problem, "muted")]
    rungs += [(gettext("Vì sao (%(n)s)?", n=n), why, "accent") for n, why in enumerate(whys, 1)]
    if cause:
        rungs.append((gettext("Nguyên nhân gốc rễ"), cause, "bad"))
    y, label_width = 4.0, 150.0
    for n, (label, words, tone) in enumerate(rungs):
        left = 20.0 * n
        lines = _wrapped(words, WIDTH - left - label_width - 3 * PAD)
        height = PAD * 2 + LINE * len(lines) - 3
        d.boxes.append((tone, left, y, WIDTH - left - 2, height))
        d.lines.append((tone, [(left, y), (left, y + height)]))
        d.texts.append(("strong", left + PAD, y + PAD + 11, label, "start"))
        for k, line in enumerate(lines):
            d.texts.append(("words", left + label_width, y + PAD + 11 + LINE * k, line, "start"))
        y += height
        if n + 1 < len(rungs):
            x = left + 10
            d.lines.append(("muted", [(x, y), (x, y + 14), (x - 4, y + 9)]))
            d.lines.append(("muted", [(x, y + 14), (x + 4, y + 9)]))
            y += 16
    d.height = y + 4
    return out


def fishbone(problem: str, bones: Mapping[str, Sequence[str]], cause_class: str = "") -> Picture:
    """Possible causes on bones by class, the effect at the head; the bone of the class that was found stands out."""
    out = Picture(gettext("Biểu đồ xương cá"), Drawing(WIDTH, 0.0))
    shown = [(name, [cause for cause in bones[name] if cause]) for name in CAUSE_CLASSES if any(bones.get(name, ()))]
    if not shown:
        return out
    d = out.drawing
    columns = (len(shown) + 1) // 2
    step = (WIDTH - HEAD - 10) / columns
    room = step - SLANT - 34
    wrapped = {name: [_wrapped(cause, room, 2) for cause in causes] for name, causes in shown}
    heights = {name: sum(LINE * len(lines) + 8 for lines in all_) + 18 for name, all_ in wrapped.items()}
    above = max(heights[name] for name, _ in shown[0::2])
    below = max((heights[name] for name, _ in shown[1::2]), default=0.0)
    label = 26.0
    spine = label + 6 + above + SPINE_GAP / 2
    d.height = spine + (SPINE_GAP / 2 + below + label + 6 if below else 46.0)
    d.lines.append(("ink", [(4.0, spine), (WIDTH - HEAD, spine)]))
    _head(d, problem, spine)
    for n, (name, _causes) in enumerate(shown):
        _bone(d, wrapped[name], str(CAUSE_CLASSES[name]), "bad" if name == cause_class else "accent",
              foot=(step * (n // 2 + 1) - 4, spine), rise=-(above + SPINE_GAP / 2) if n % 2 == 0 else below + SPINE_GAP / 2, room=room)
    return out


def _head(d: Drawing, problem: str, spine: float) -> None:
    lines = _wrapped(problem, (HEAD - 24) * 0.85, 5)  # bold words are wider
    height = LINE * len(lines) + 2 * PAD
    top = spine - height / 2
    d.boxes.append(("bad", WIDTH - HEAD, top, HEAD - 2, height))
    d.lines.append(("bad", [(WIDTH - HEAD, top), (WIDTH - 2, top), (WIDTH - 2, top + height), (WIDTH - HEAD, top + height),
                            (WIDTH - HEAD, top)]))
    for k, line in enumerate(lines):
        d.texts.append(("strong", WIDTH - HEAD + PAD + 4, top + PAD + 12 + LINE * k, line, "start"))


def _bone(
    d: Drawing, causes: Sequence[Sequence[str]], name: str, tone: str, *, foot: tuple[float, float], rise: float, room: float,
) -> None:
    """One bone from the spine outwards, its class at the end, its causes as twigs to the left of it, the first nearest to its end."""
    x, y = foot
    end = (x - SLANT, y + rise)
    d.lines.append((tone, [foot, end]))
    width = CHARACTER * len(name) + 18
    up = rise < 0
    box_top = end[1] - 24 if up else end[1]
    box_left = max(2.0, end[0] - width / 2)
    d.boxes.append((tone, box_left, box_top, width, 24.0))
    d.texts.append(("strong", box_left + width / 2, box_top + 16, name, "middle"))
    at = end[1] + (12 if up else -12)
    for lines in causes:
        height = LINE * len(lines)
        base = at + height if up else at
        along = (base - y) / rise if rise else 0.0
        joint = x - SLANT * along
        d.lines.append((tone, [(max(2.0, joint - room - 14), base + 4), (joint, base + 4)]))
        for k, line in enumerate(lines):
            d.texts.append(("words", max(6.0, joint - room - 12), base - LINE * (len(lines) - 1 - k), line, "start"))
        at = base + 8 if up else base - height - 8
