"""How an authorisation stands on a day, as known at a moment (6.2.6): pure, over the row's facts."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Protocol

#: Days before its end from which an authorisation is shown as running out.
SOON_DAYS = 60


class AuthorisationFacts(Protocol):
    """What an authorisation says: its days, and when it and its withdrawal were recorded."""

    valid_from: Any
    valid_to: Any
    recorded_at: Any
    withdrawn_from: Any
    withdrawn_recorded_at: Any


def standing(row: AuthorisationFacts, on: date, known_at: datetime, due_on: date | None = None) -> str:
    """`unknown` (not recorded yet then), `withdrawn`, `future`, `expired`, `lapsed`, `ending` or `in_force`.

    The day and the moment of knowledge are two axes: an authorisation recorded later than `known_at` was no
    permission then, and a withdrawal recorded later did not stop anybody then. `due_on`: the last day it holds without further
    monitoring, as known at that moment (6.2.5 f); none where no monitoring was planned.
    """
    if row.recorded_at > known_at:
        return "unknown"
    if (
        row.withdrawn_from is not None and row.withdrawn_from <= on
        and row.withdrawn_recorded_at is not None and row.withdrawn_recorded_at <= known_at
    ):
        return "withdrawn"
    if on < row.valid_from:
        return "future"
    if on > row.valid_to:
        return "expired"
    if due_on is not None and on > due_on:
        return "lapsed"
    return "ending" if (row.valid_to - on).days <= SOON_DAYS else "in_force"


def counts(standings: Iterable[str]) -> int:
    """How many of these let a person work."""
    return sum(1 for s in standings if s in ("in_force", "ending"))


def overlap(first: tuple[date, date], second: tuple[date, date]) -> bool:
    """Whether two periods of days, both ends counted, share a day."""
    return first[0] <= second[1] and second[0] <= first[1]
