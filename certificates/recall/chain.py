"""A chain as a picture: boxes in columns, joined by lines. One description, drawn as SVG on pages and as ink on papers."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from lab_app.core.paper.blocks import Block
from lab_app.core.paper.ink import Ink
from lab_app.core.paper.style import (
    CONDITIONAL,
    FAIL,
    HAIRLINE,
    INK,
    MID,
    NAVY,
    PASS,
    SECONDARY,
    TINT,
    Colour,
)
from lab_app.core.paper.typefaces import MEDIUM, REGULAR
from lab_app.core.paper.typefaces import width as text_width

Tone = Literal["accent", "ok", "warn", "bad", "muted"]

BOX_WIDTH, BOX_HEIGHT, GAP_X, GAP_Y, PAD = 236, 62, 40, 14, 6
#: So many characters stand on a line of a box; the whole text is its title and stands in the table.
TITLE_CHARACTERS, LINE_CHARACTERS = 25, 33


@dataclass(frozen=True)
class Node:
    """A box. `column` counts from the left; `title` bold, at most two `lines` under it; `declared`: known from a paper only, not from
    a record of ours (dashed)."""

    key: str
    column: int
    title: str
    lines: tuple[str, ...] = ()
    tone: Tone = "muted"
    href: str = ""
    declared: bool = False


@dataclass(frozen=True)
class Edge:
    """A line from one box to another."""

    source: str
    target: str
    declared: bool = False


@dataclass(frozen=True)
class Chain:
    """What is to be seen; `title` is said by screen readers."""

    title: str
    nodes: Sequence[Node]
    edges: Sequence[Edge]


@dataclass(frozen=True)
class Placed:
    """A box at its place, its words shortened to fit."""

    node: Node
    x: int
    y: int
    title: str
    lines: tuple[str, ...]
    whole: str
    width: int = BOX_WIDTH
    height: int = BOX_HEIGHT


@dataclass
class Picture:
    """A chain as marks in its own units, origin top left. `joins`: (x1, y1, x2, y2, declared)."""

    width: int
    height: int
    boxes: list[Placed] = field(default_factory=list)
    joins: list[tuple[int, int, int, int, bool]] = field(default_factory=list)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def picture(chain: Chain) -> Picture:
    """The chain laid out: every column centred on the tallest."""
    columns: dict[int, list[Node]] = {}
    for node in chain.nodes:
        columns.setdefault(node.column, []).append(node)
    tallest = max((len(nodes) for nodes in columns.values()), default=1)
    height = tallest * (BOX_HEIGHT + GAP_Y) - GAP_Y + 2 * PAD
    last = max(columns, default=0)
    out = Picture(last * (BOX_WIDTH + GAP_X) + BOX_WIDTH + 2 * PAD, height)
    places: dict[str, tuple[int, int]] = {}
    for column, nodes in sorted(columns.items()):
        used = len(nodes) * (BOX_HEIGHT + GAP_Y) - GAP_Y
        top = (height - used) // 2
        for n, node in enumerate(nodes):
            x, y = PAD + column * (BOX_WIDTH + GAP_X), top + n * (BOX_HEIGHT + GAP_Y)
            places[node.key] = (x, y)
            out.boxes.append(Placed(node, x, y, _short(node.title, TITLE_CHARACTERS),
                                    tuple(_short(line, LINE_CHARACTERS) for line in node.lines[:2]), " · ".join((node.title, *node.lines))))
    for edge in chain.edges:
        if edge.source in places and edge.target in places:
            (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
            out.joins.append((x1 + BOX_WIDTH, y1 + BOX_HEIGHT // 2, x2, y2 + BOX_HEIGHT // 2, edge.declared))
    return out


COLOURS: dict[str, Colour] = {"accent": NAVY, "ok": PASS, "warn": CONDITIONAL, "bad": FAIL, "muted": MID}
LARGEST = 0.26  # millimetres a unit: a short chain does not fill the page with its boxes


class ChainBlock(Block):
    """A chain as wide as the text at most, never split."""

    def __init__(self, chain: Chain, gap: float = 3.0, after: float = 3.0) -> None:
        super().__init__(gap, after)
        self.chain = chain

    def compose(self, block_width: float) -> tuple[Ink, float]:
        """Ink for a width in millimetres; the height keeps the proportions."""
        marks = picture(self.chain)
        scale = min(block_width / marks.width, LARGEST)
        ink = Ink()
        for x1, y1, x2, y2, declared in marks.joins:
            middle = (x1 + x2) / 2
            places = ((x1, y1), (middle, y1), (middle, y2), (x2, y2))
            ink.path(tuple((x * scale, y * scale) for x, y in places), HAIRLINE if declared else MID, 0.5)
        for box in marks.boxes:
            ink.box(box.x * scale, box.y * scale, BOX_WIDTH * scale, BOX_HEIGHT * scale, fill=TINT)
            ink.rule(box.x * scale, box.y * scale, box.x * scale, (box.y + BOX_HEIGHT) * scale, 1.6, COLOURS[box.node.tone])
            room = (BOX_WIDTH - 14) * scale
            for n, (words, face, colour) in enumerate(((box.title, MEDIUM, INK), *((w, REGULAR, SECONDARY) for w in box.lines))):
                size = 13 * scale * 72 / 25.4
                while size > 3.5 and text_width(words, face, size) > room:
                    size -= 0.25
                ink.text((box.x + 8) * scale, (box.y + 19 + 17 * n) * scale, words, face, size, colour)
        return ink, marks.height * scale
