"""Marks drawn as shapes, because no text face has them reliably: ticks, crosses, boxes, the laboratory's disc."""

from __future__ import annotations

import math
from functools import lru_cache

from lab_app.core.paper.ink import Ink, Point
from lab_app.core.paper.style import CONDITIONAL, FAIL, INK, NAVY, PASS, SECONDARY, WHITE, Colour


def tick(ink: Ink, x: float, y: float, size: float, colour: Colour = PASS) -> None:
    """A tick standing on the baseline `y`, `size` millimetres wide; its stroke scales with it."""
    points = ((x, y - 0.40 * size), (x + 0.34 * size, y - 0.06 * size), (x + size, y - 0.78 * size))
    ink.path(points, colour, stroke=0.32 * size + 0.12)


def cross(ink: Ink, x: float, y: float, size: float, colour: Colour) -> None:
    """A diagonal cross in the square of `size` millimetres on the baseline `y`."""
    stroke = 0.40 * size + 0.12
    ink.path(((x, y), (x + size, y - size), (x + size, y - size)), colour, stroke)
    ink.path(((x, y - size), (x + size, y), (x + size, y)), colour, stroke)


def checkbox(ink: Ink, x: float, y: float, size: float, *, checked: bool = False) -> None:
    """A box on the baseline `y`, ticked or empty."""
    ink.box(x, y - size, size, size, stroke=INK, weight=0.6)
    if checked:
        tick(ink, x + 0.16 * size, y - 0.16 * size, 0.72 * size, INK)


def verdict(ink: Ink, kind: str, x: float, y: float, size: float) -> None:
    """The mark of a verdict, `size` millimetres wide, on the baseline `y`.

    Every state differs by shape as well as colour: tick, tick in a ring, cross in a ring, white cross on a filled square,
    dash; "no statement" has no mark, only its word.
    """
    if kind == "pass":
        tick(ink, x, y, size)
    elif kind == "conditional_pass":
        ink.circle(x + size / 2, y - 0.38 * size, size / 2, stroke=CONDITIONAL, weight=0.22 * size + 0.1)
        tick(ink, x + 0.24 * size, y - 0.16 * size, 0.54 * size, CONDITIONAL)
    elif kind == "conditional_fail":
        ink.circle(x + size / 2, y - 0.38 * size, size / 2, stroke=CONDITIONAL, weight=0.22 * size + 0.1)
        cross(ink, x + 0.30 * size, y - 0.18 * size, 0.40 * size, CONDITIONAL)
    elif kind == "fail":
        ink.box(x, y - 0.88 * size, size, size, fill=FAIL)
        cross(ink, x + 0.24 * size, y - 0.88 * size + 0.76 * size, 0.52 * size, WHITE)
    elif kind == "not_applicable":
        ink.rule(
            x + 0.1 * size, y - 0.35 * size, x + 0.9 * size, y - 0.35 * size, 0.22 * size + 0.3, SECONDARY
        )


def disc(ink: Ink, x: float, y: float, diameter: float) -> None:
    """The plain mark of a laboratory that has no logo of its own: three carrier waves in a navy disc."""
    radius = diameter / 2
    ink.circle(x + radius, y + radius, radius, fill=NAVY)
    for points in _waves(x, y, diameter):
        ink.path(points, WHITE, stroke=0.9 * diameter / 16 + 0.2)


@lru_cache(maxsize=16)
def _waves(x: float, y: float, diameter: float) -> tuple[tuple[Point, ...], ...]:
    """Three carrier waves in a disc, every letterhead's."""
    radius, scale, steps = diameter / 2, diameter / 16, 24
    return tuple(
        tuple(
            (
                x + radius + (-reach + 2 * reach * step / steps) * scale,
                y + radius + (offset + amplitude * math.sin(2 * math.pi * 2.0 * step / steps)) * scale,
            )
            for step in range(steps + 1)
        )
        for offset, amplitude, reach in ((-2.1, 0.55, 4.9), (0.0, 1.05, 5.4), (2.1, 0.55, 4.9))
    )
