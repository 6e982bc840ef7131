"""What other rooms show on a record's page: rooms further up register a panel for a kind, the page asks for all of them."""
from __future__ import annotations

from collections.abc import Callable
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
_makers: dict[str, dict[str, tuple[int, Maker]]] = {}


def register_panel(kind: str, name: str, maker: Maker, order: int = 50) -> None:
    """Register a function (row, actor) → Panel or None for records of a kind; the same name again replaces it."""
    _makers.setdefault(kind, {})[name] = (order, maker)


def panels_for(kind: str, row: Any, actor: Actor) -> list[Panel]:
    """The panels other rooms have for this record and reader, in their order."""
    ordered = sorted(_makers.get(kind, {}).items(), key=lambda item: (item[1][0], item[0]))
    made = (maker(row, actor) for _name, (_order, maker) in ordered)
    return [panel for panel in made if panel is not None]
