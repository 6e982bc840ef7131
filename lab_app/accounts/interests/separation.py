"""What other rooms know of duties that met in one person: each registers a watch, the report of segregation shows them all (4.1.1)."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lab_app.core.counting import Counter, counted
from lab_app.core.gates import Words


@dataclass(frozen=True)
class Met:
    """One time that duties met in one person: when, who, in which way (words), the record's code and page (endpoint, arguments)."""

    at: datetime
    who: str
    what: Words
    code: str
    endpoint: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Watch:
    """A kind of meeting. `count` answers a number or a `select`; `rows(limit)` the newest. `expected` says whether the rules let it
    happen: then it is listed to be looked at, otherwise any is wrong."""

    key: str
    title: Words
    clause: str
    count: Counter
    rows: Callable[[int], Sequence[Met]]
    expected: bool = False


@dataclass(frozen=True)
class Seen:
    """A watch with its figure and its newest rows."""

    watch: Watch
    count: int
    rows: Sequence[Met]


_watches: dict[str, Watch] = {}


def offer(watch: Watch) -> None:
    """Register; offered again (a second app), it is replaced."""
    _watches[watch.key] = watch


def seen(limit: int = 10) -> list[Seen]:
    """Every watch with its figure, one statement for all; rows only of those that saw something."""
    found = list(_watches.values())
    counts: Any = counted([watch.count for watch in found])
    return [Seen(watch, count, watch.rows(limit) if count else ()) for watch, count in zip(found, counts, strict=True)]
