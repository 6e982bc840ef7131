"""What stands further up the house and environment asks for: whether a sensor is a fit instrument, and which results a time touches.

Instruments and results lie above this room; they register a function here when the program starts.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Sensor:
    """An instrument of the register as environment sees it: what it is called, and the reasons against using it at the moment asked."""

    code: str
    name: str
    unfit: tuple[Any, ...] = ()


#: (codes, at, known_at) → sensors by code; a code that is not in the register is left out.
Lookup: TypeAlias = Callable[[list[str], datetime, datetime], dict[str, Sensor]]
#: (room id, after, until) → how many standing results were measured in the room after the one moment, up to the other.
Count: TypeAlias = Callable[[int, datetime, datetime], int]

_lookups: list[Lookup] = []
_counts: list[Count] = []


def register_lookup(lookup: Lookup) -> None:
    """Named by the register of instruments; the last registered counts (a second app)."""
    _lookups[:] = [lookup]


def register_results(count: Count) -> None:
    """Named by the room of results; the last registered counts."""
    _counts[:] = [count]


def sensors_at(codes: list[str], at: datetime, known_at: datetime) -> dict[str, Sensor]:
    """Sensors of these codes as they stood at a moment, as known at a time; one statement for all."""
    wanted = sorted({code for code in codes if code})
    return _lookups[0](wanted, at, known_at) if wanted and _lookups else {}


def results_within(room_id: int, after: datetime, until: datetime) -> int | None:
    """How many results were made in a room in a time; None where no room of results is there to ask."""
    return _counts[0](room_id, after, until) if _counts else None
