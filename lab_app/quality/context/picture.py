"""The process map: lanes of boxes and the ways between them, as geometry in the picture's own units. Pure."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab_app.core.i18n import pick
from lab_app.quality.context.models import Process

WIDE, HIGH, GAP, ROW = 166, 62, 26, 4
LEFT, HEAD, BETWEEN = 10, 42, 30
WORDS = 21  # characters of a box's line


@dataclass(frozen=True)
class Box:
    """A process in its place; its name in at most two lines."""

    code: str
    x: int
    y: int
    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Way:
    """What one process hands to another: the corners of the line, and the tip of its arrow."""

    points: tuple[tuple[int, int], ...]
    tip: tuple[tuple[int, int], ...]
    says: str


@dataclass(frozen=True)
class Map:
    """The whole picture."""

    width: int
    height: int
    lanes: tuple[tuple[str, int, int], ...]
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]


def _lines(name: str) -> tuple[str, ...]:
    """A name in at most two lines, cut between words."""
    out: list[str] = []
    for word in name.split():
        if out and len(out[-1]) + 1 + len(word) <= WORDS:
            out[-1] += " " + word
        else:
            out.append(word)
    if len(out) > 2:
        out = [out[0], out[1][: WORDS - 1].rstrip() + "…"]
    return tuple(out)


def _way(a: Box, b: Box) -> Way:
    """Straight to the neighbour; else out at the right, up or down between the columns, in from above."""
    ay, by = a.y + HIGH // 2, b.y + HIGH // 2
    says = f"{a.code} → {b.code}"
    if ay == by and b.x == a.x + WIDE + GAP:
        return Way(((a.x + WIDE, ay), (b.x, by)), ((b.x, by), (b.x - 7, by - 4), (b.x - 7, by + 4)), says)
    lane, roof, cx = a.x + WIDE + GAP // 2, b.y - 10, b.x + WIDE // 2
    corners = ((a.x + WIDE, ay), (lane, ay), (lane, roof), (cx, roof), (cx, b.y))
    return Way(corners, ((cx, b.y), (cx - 4, b.y - 7), (cx + 4, b.y - 7)), says)


def draw(found: Sequence[Process]) -> Map:
    """The map of processes given in the order of their lanes; feeds to processes that are not among them are left out."""
    boxes: dict[str, Box] = {}
    lanes: list[tuple[str, int, int]] = []
    y = 0
    for kind in ("management", "core", "support"):
        mine = [p for p in found if p.kind == kind]
        if not mine:
            continue
        rows = -(-len(mine) // ROW)
        high = HEAD + rows * (HIGH + BETWEEN) - BETWEEN + 16
        lanes.append((kind, y, high))
        for n, p in enumerate(mine):
            at = (LEFT + (n % ROW) * (WIDE + GAP), y + HEAD + (n // ROW) * (HIGH + BETWEEN))
            boxes[p.code] = Box(p.code, at[0], at[1], kind, _lines(pick(p.name_vi, p.name_en)))
        y += high + 12
    ways = [_way(boxes[p.code], boxes[fed]) for p in found for fed in p.feeds if fed in boxes]
    return Map(LEFT * 2 + ROW * (WIDE + GAP), max(y - 12, 1), tuple(lanes), tuple(boxes.values()), tuple(ways))
