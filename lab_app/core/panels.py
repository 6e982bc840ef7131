"""What other rooms show on a record's page: rooms further up register a panel for a kind, the page asks for all of them.

Most panels have nothing to show on most records. Such a panel registers a probe, a condition in SQL: all probes of a page are answered
in one statement (that of the page's frame, `ask_with`), and only a panel that has something asks for it.
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lab_app.core.access import Actor


@dataclass(frozen=True)
class Panel:
    """A template to include with its context. `side` puts it in the narrow column."""

    template: str
    context: dict[str, Any]
    side: bool = False


Maker = Callable[[Any, Actor], Panel | None]
#: A row → the SQL condition under which its panel has something to show.
Probe = Callable[[Any], Any]
_makers: dict[str, dict[str, tuple[int, Maker, Probe | None]]] = {}
_asker: list[Callable[[Sequence[Any]], Sequence[bool]]] = []


def register_panel(kind: str, name: str, maker: Maker, order: int = 50, probe: Probe | None = None) -> None:
    """Register a function (row, actor) → Panel or None for records of a kind; the same name again replaces it."""
    _makers.setdefault(kind, {})[name] = (order, maker, probe)


def ask_with(asker: Callable[[Sequence[Any]], Sequence[bool]]) -> None:
    """Name who answers conditions in one statement (the page's frame); the same again replaces it."""
    _asker[:] = [asker]


def panels_for(kind: str, row: Any, actor: Actor) -> list[Panel]:
    """The panels other rooms have for this record and reader, in their order."""
    ordered = sorted(_makers.get(kind, {}).items(), key=lambda item: (item[1][0], item[0]))
    probes = {name: probe(row) for name, (_order, _maker, probe) in ordered if probe is not None}
    there = dict(zip(probes, _asker[0](list(probes.values())), strict=True)) if probes else {}
    made = (maker(row, actor) for name, (_order, maker, _probe) in ordered if there.get(name, True))
    return [panel for panel in made if panel is not None]
