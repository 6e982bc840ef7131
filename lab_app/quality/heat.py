"""The clause map: what each clause shows, from records on offer and figures. Pure.

A cell never says that a clause is fulfilled: it says whether records stand behind it and whether a figure shows a gap.
A clause that nothing speaks of is *not evaluated*, never good.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lab_app.quality.clauses import CHAPTERS, belongs


@dataclass(frozen=True)
class Cell:
    """One clause on the map. `tone`: `bad` a figure shows a gap, `warn` something wants a look or nothing was recorded yet,
    `ok` records stand behind it, `hold` not evaluated. `records` counts them; `reasons` are the figures that speak."""

    number: str
    name: Any
    tone: str
    records: int
    evidence: list[tuple[Any, int]] = field(default_factory=list)
    gates: list[Any] = field(default_factory=list)
    reasons: list[Any] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The id of its row on the page of clauses."""
        return "c-" + self.number.replace(".", "-")


def tone_of(counts: Sequence[int], figures: Iterable[str]) -> str:
    """Tone of a cell from its counts of records and the tones of its figures."""
    tones = set(figures)
    if "bad" in tones:
        return "bad"
    if "warn" in tones:
        return "warn"
    if not counts:
        return "hold"
    return "ok" if any(counts) else "warn"


def heat_map(
    evidence: Sequence[tuple[Any, int]], figures: Sequence[Any], gates: Mapping[str, Any]
) -> list[tuple[Any, list[Cell]]]:
    """(chapter, its cells). `evidence` is (offer with `.clause`, count), `figures` have `.tone` and `.indicator.clauses`,
    `gates` name → gate with `.clauses`."""
    out = []
    for chapter in CHAPTERS:
        cells = []
        for clause in chapter.clauses:
            own = [(e, n) for e, n in evidence if belongs(e.clause, clause.number)]
            speaking = [
                f for f in figures
                if f.tone in ("bad", "warn") and any(belongs(c, clause.number) for c in f.indicator.clauses)
            ]
            stops = [g for g in gates.values() if any(belongs(c, clause.number) for c in g.clauses)]
            counts = [n for _e, n in own]
            cells.append(Cell(
                clause.number, clause.name, tone_of(counts, (f.tone for f in speaking)), sum(counts), own, stops, speaking,
            ))
        out.append((chapter, cells))
    return out
