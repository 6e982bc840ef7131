"""Evidence for the clause map: each room registers, per clause, where an assessor finds its records."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString
from sqlalchemy import Select

from lab_app.core.counting import Counted, counted, how_many


@dataclass(frozen=True)
class Evidence:
    """`count` says how many records stand behind a clause: a `select` that is always the same (`records`), asked together with all
    the others, or a function that answers one or a number; `endpoint` lists them, and needs no arguments."""

    clause: str
    name: str | LazyString
    endpoint: str
    count: Counted


registry: list[Evidence] = []
#: So far the records behind a clause are counted: the map asks every room at once, and that there are more says enough.
MOST = 1_000


def records(model: Any, *conditions: Any) -> Select[Any]:
    """SQL: how many records of a model stand behind a clause, counted no further than `MOST` + 1."""
    return how_many(model, *conditions, most=MOST)


def offer(clause: str, name: str | LazyString, endpoint: str, count: Counted) -> None:
    """Register records of a room as evidence for a clause; offered again (a second app), it is replaced."""
    registry[:] = [e for e in registry if (e.clause, e.endpoint) != (clause, endpoint)]
    registry.append(Evidence(clause, name, endpoint, count))


def for_clause(clause: str) -> list[Evidence]:
    """What is on offer for a clause, its sub-clauses included."""
    return [e for e in registry if e.clause == clause or e.clause.startswith(clause + ".")]


def with_counts(items: Sequence[Evidence] | None = None) -> list[tuple[Evidence, int]]:
    """Evidence (all of it when none is named) with how many records stand behind each; one statement."""
    asked: list[Any] = list(registry if items is None else items)
    return list(zip(asked, counted([e.count for e in asked]), strict=True))
