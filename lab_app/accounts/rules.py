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


def standing(row: AuthorisationFacts, on: date, known_at: datetime) -> str:
    """`unknown` (not recorded yet then), `withdrawn`, `future`, `expired`, `ending` or `in_force`.

    The day and the moment of knowledge are two axes: an authorisation recorded later than `known_at` was no
    permission then, and a withdrawal recorded later did not stop anybody then.
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
    return "ending" if (row.valid_to - on).days <= SOON_DAYS else "in_force"


def counts(standings: Iterable[str]) -> int:
    """How many of these let a person work."""
    return sum(1 for s in standings if s in ("in_force", "ending"))
