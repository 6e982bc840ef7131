"""What nonconforming work touched: named by people, and found anew by rooms further up whenever it is asked."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from lab_app.quality.models import Nonconformity


@dataclass(frozen=True)
class Touched:
    """One touched thing: its kind, id and code, a line that says what it is, whose it is, whether that customer was told by other
    means, and the decision that another room proposes."""

    kind: str
    id: int
    code: str
    title: str = ""
    customer: str = ""
    told: bool = False
    proposed: str = ""
    by_hand: bool = False

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.kind}-{self.id}"


#: Nonconforming work → what of this room it touched.
Provider: TypeAlias = Callable[[Nonconformity], Iterable[Touched]]

_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Ask this too; the same name again (a second app) replaces it."""
    _providers[name] = provider


def found(row: Nonconformity) -> list[Touched]:
    """What the rooms find now, each once."""
    out: dict[tuple[str, int], Touched] = {}
    for _name, provider in sorted(_providers.items()):
        for one in provider(row):
            out.setdefault((one.kind, one.id), one)
    return list(out.values())
