"""Which version of a limit stands on a day, as known at a moment. Pure."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class LimitFact:
    """One version of a limit as the rule needs it; `ident` its row, `confirmed_at` since when it is known as confirmed."""

    ident: int
    limit: dict[str, Any]
    in_force_from: date | None
    recorded_at: datetime
    confirmed_at: datetime | None = None


@dataclass(frozen=True)
class StandingLimit:
    """The limit in force: as data ({} where nobody has read it off the text), its row, whether it was known to be confirmed."""

    limit: dict[str, Any]
    ident: int | None
    confirmed: bool


def standing_limit(facts: Iterable[LimitFact], on: date, known_at: datetime) -> StandingLimit | None:
    """The limit in force on a day as known at a moment: of those recorded by then the one in force last, of one day the one
    recorded last, which corrects it. `None` where nothing was known yet."""
    known = [f for f in facts if f.recorded_at <= known_at and (f.in_force_from is None or f.in_force_from <= on)]
    if not known:
        return None
    found = max(known, key=lambda f: (f.in_force_from or date.min, f.recorded_at, f.ident))
    confirmed = found.confirmed_at is not None and found.confirmed_at <= known_at
    return StandingLimit(found.limit, found.ident, confirmed)
