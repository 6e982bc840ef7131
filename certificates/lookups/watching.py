"""A watch list at a glance: its papers and those of its products with their states, what needs attention first."""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from certificates.lookups import answering, wording
from certificates.models import WatchList
from certificates.queries import watchlists
from lab_app.core import clock
from lab_app.core.workflow import State

SIZE = 50
ATTENTION = "attention"


@dataclass(frozen=True)
class Line:
    """One paper of the list; `watched`: it was put there itself and can be taken off, else its product is watched. `code`: only where
    the reader knows it."""

    base_number: str
    number: str
    state: State
    since: str
    expires_on: str
    products: str
    watched: bool
    code: str = ""

    @property
    def attention(self) -> bool:
        """Whether a person should look at it."""
        return self.state.tone != "ok"


@dataclass(frozen=True)
class Overview:
    """A page of the list, and all of it for files. `sums`: how many papers are in each state."""

    rows: Sequence[Line]
    every: Sequence[Line]
    sums: Sequence[tuple[State, int]]
    number: int
    pages: int
    only: bool
    attention: int


def overview(row: WatchList, page: str = "1", show: str = "") -> Overview:
    """The list as it stands today: three statements, however long it is. Papers that are no longer public say so."""
    today = clock.today()
    states = watchlists.states_of_papers(row.id, today)
    every = [_line(one.base_number, states.get(one.base_number), True, one.by_code) for one in watchlists.papers_of(row.id)]
    named = {one.base_number for one in every}
    found = watchlists.states_of_products(row.products, today)
    every += [_line(one.base_number, one, False, True) for one in found if one.base_number not in named]
    every.sort(key=lambda one: (not one.attention, one.number))
    marked = [one for one in every if one.attention]
    chosen = marked if show == ATTENTION else every
    pages = max(1, -(-len(chosen) // SIZE))
    number = min(max(1, int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1), pages)
    kinds = {one.state.code: one.state for one in every}
    sums = [(kinds[code], count) for code, count in Counter(one.state.code for one in every).most_common()]
    return Overview(chosen[(number - 1) * SIZE:number * SIZE], every, sums, number, pages, show == ATTENTION, len(marked))


def _line(base_number: str, found: watchlists.Standing | None, watched: bool, by_code: bool) -> Line:
    if found is None:
        return Line(base_number, base_number, wording.STATES[answering.NOT_FOUND], "", "", "", watched)
    return Line(
        base_number, found.number, wording.STATES[found.status], wording.moment(found.since.isoformat()),
        wording.moment(found.expires_on.isoformat()) if found.expires_on else "", ", ".join(found.products), watched,
        found.code if by_code else "")


def heads() -> list[str]:
    """The heads of the list as a file."""
    return [gettext("Số phiếu"), gettext("Tình trạng"), gettext("Từ"), gettext("Hết hiệu lực"), gettext("Sản phẩm"), gettext("Theo dõi vì")]


def cells(one: Line) -> list[Any]:
    """A line under `heads`."""
    why = gettext("phiếu") if one.watched else gettext("sản phẩm")
    return [one.number, str(one.state.word), one.since, one.expires_on, one.products, why]
