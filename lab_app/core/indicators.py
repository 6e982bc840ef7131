"""Figures a quality manager looks at before an audit. Rooms register them; the overview in `quality` shows every room's
without importing one."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lab_app.core.counting import Counter, counted

#: Text, translated when it is shown (the translation library carries no types).
Words: TypeAlias = Any


def bad_when_any(count: int) -> str:
    """Nothing is right, anything is wrong."""
    return "bad" if count else "ok"


def warn_when_any(count: int) -> str:
    """Nothing is right, anything wants a look."""
    return "warn" if count else "ok"


def plain(_count: int) -> str:
    """A figure without judgement."""
    return "hold"


@dataclass(frozen=True)
class Indicator:
    """One figure: what is counted, how bad it is (`ok`, `warn`, `bad`, `hold`), and the list behind it.

    `clauses` ties it to the clause map: a figure that is bad there shows as a gap. `count` may answer a `select`.
    """

    key: str
    label: Words
    count: Counter
    tone: Callable[[int], str]
    endpoint: str
    values: Mapping[str, Any] = field(default_factory=dict)
    clauses: tuple[str, ...] = ()
    note: Words = ""
    order: int = 100


@dataclass(frozen=True)
class Shown:
    """An indicator with its figure and tone at this moment."""

    indicator: Indicator
    count: int
    tone: str


registry: dict[str, Indicator] = {}


def register(indicator: Indicator) -> None:
    """Add an indicator; registered again (a second app), it is replaced."""
    registry[indicator.key] = indicator


def shown() -> list[Shown]:
    """Every indicator with its present figure, in order; one statement for all that answer a `select`."""
    found = sorted(registry.values(), key=lambda i: (i.order, i.key))
    return [Shown(i, n, i.tone(n)) for i, n in zip(found, counted([i.count for i in found]), strict=True)]
