"""The matrix of likelihood and consequence as cells of a picture. Pure."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lab_app.quality.risks import rules
from lab_app.quality.risks.models import Risk

LEFT, TOP, WIDE, HIGH, GAP = 34, 6, 84, 44, 4


@dataclass(frozen=True)
class Cell:
    """A field of the matrix: its place in the picture's units, its tone, what stands in it, where it leads."""

    likelihood: int
    consequence: int
    x: int
    y: int
    tone: str
    says: str
    n: int = 0
    url: str = ""


def _cell(likelihood: int, consequence: int, says: str, n: int = 0, url: str = "") -> Cell:
    x, y = LEFT + (consequence - 1) * (WIDE + GAP), TOP + (5 - likelihood) * (HIGH + GAP)
    return Cell(likelihood, consequence, x, y, rules.TONES[rules.level(likelihood, consequence)], says, n, url)


def cells(counted: Mapping[tuple[int, int], int], url: Callable[[int, int], str]) -> list[Cell]:
    """The 25 fields, the likeliest on top, with how many risks stand in each; a field with some leads to them."""
    out = []
    for a in reversed(rules.SCALE):
        for b in rules.SCALE:
            n = counted.get((a, b), 0)
            out.append(_cell(a, b, str(n) if n else "", n, url(a, b) if n else ""))
    return out


def marked(row: Risk) -> list[Cell]:
    """The 25 fields with where one risk stood when it was judged (●) and where it is left (○)."""
    out = []
    for a in reversed(rules.SCALE):
        for b in rules.SCALE:
            now, left = (row.likelihood, row.consequence) == (a, b), (row.residual_likelihood, row.residual_consequence) == (a, b)
            out.append(_cell(a, b, " ".join(sign for sign, here in (("●", now), ("○", left)) if here)))
    return out
