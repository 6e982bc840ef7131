"""An answered list as a page of it is shown; the list itself travels packed in the page."""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from certificates.lookups import receipt, wording
from certificates.lookups.table import Table
from certificates.lookups.wording import Shown
from lab_app.core.workflow import State

SIZE = 100


@dataclass(frozen=True)
class ListPage:
    """Rows `first` to `last` of `shown` ones; `only`: those that need attention. `sums`: how many rows say what."""

    rows: Sequence[Shown]
    number: int
    pages: int
    first: int
    last: int
    shown: int
    total: int
    attention: int
    only: bool
    at: str
    packed: str
    sums: Sequence[tuple[State, int]]
    columns: Sequence[tuple[str, Any]] = field(default_factory=list)
    headed: bool = True
    encoding: str = ""
    repeated: int = 0


def page_of(data: Mapping[str, Any], time: str, number: int = 1, only: bool = False, table: Table | None = None) -> ListPage:
    """A page of the rows of a receipt (`data`), made at `time`; a number beyond the last page shows the last one."""
    every = [wording.shown(row) for row in data["rows"]]
    marked = [one for one in every if one.attention]
    chosen = marked if only and marked else every
    pages = max(1, -(-len(chosen) // SIZE))
    number = min(max(1, number), pages)
    rows = chosen[(number - 1) * SIZE:number * SIZE]
    columns = [(name, wording.FIELD_WORDS.get(what, "")) for name, what in table.columns] if table else []
    return ListPage(
        rows, number, pages, (number - 1) * SIZE + 1 if rows else 0, (number - 1) * SIZE + len(rows), len(chosen), len(every),
        len(marked), chosen is marked, wording.moment(time), receipt.packed(data), sums(every), columns,
        table.headed if table else True, table.encoding if table else "", sum(1 for one in every if one.same_as))


def sums(rows: Sequence[Shown]) -> list[tuple[State, int]]:
    """How many rows are in each state, and what their products and files turned out to be; the most frequent first."""
    found: list[tuple[State, int]] = []
    for pick in ("state", "covers", "file"):
        kinds = {one.code: one for row in rows if (one := getattr(row, pick)) is not None}
        counted = Counter(one.code for row in rows if (one := getattr(row, pick)) is not None)
        found += [(kinds[code], count) for code, count in counted.most_common()]
    return found
