"""Which function recomputes which kind of case, and where a case finds its files.

Every number in ``inputs`` arrives as a :class:`~decimal.Decimal`, integers too (``int(inputs["n"])`` for a count); text stays
text.  A function returns the outputs by their names: Decimals, integers, strings, booleans, None, lists and maps of these.
It may return more outputs than a case expects.  It refuses through an exception, whose text becomes the reason printed.
Outputs that may have no value for some inputs, though others have, are given :class:`OnDemand`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Inputs = dict[str, Any]
Outputs = Mapping[str, Any]


class OnDemand(Mapping[str, Any]):
    """Outputs of which some are computed only when a case asks for them.

    A case states the inputs that *its* outputs need: what cannot be computed from them is no failure of the others.
    """

    def __init__(self, ready: Mapping[str, Any], on_demand: Mapping[str, Callable[[], Any]]) -> None:
        self._ready = dict(ready)
        self._on_demand = on_demand

    def __getitem__(self, name: str) -> Any:
        if name not in self._ready:
            self._ready[name] = self._on_demand[name]()
        return self._ready[name]

    def __contains__(self, name: object) -> bool:
        return name in self._ready or name in self._on_demand

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._ready, *self._on_demand]))

    def __len__(self) -> int:
        return len(set(self._ready) | set(self._on_demand))


class Printed(str):
    """A number as it is printed: equal to a text digit by digit, to a number by its value."""

    __slots__ = ()


class CaseFileAbsent(Exception):
    """A file that a case reads does not stand beside the cases: the case is *not run*, which is no pass."""


@dataclass(frozen=True, slots=True)
class Context:
    """``folder``: where the file of cases lies; the paths a case names are relative to it or to its parent."""

    folder: Path

    def file(self, name: str) -> Path:
        """An existing file or folder named by a case.

        :raises CaseFileAbsent: when it does not exist.
        :raises ValueError: for a path that leaves the folder of the cases.
        """
        relative = Path(name)
        if relative.is_absolute() or ".." in relative.parts:
            raise ValueError(f"a case may only name files beside it: {name[:80]}")
        for base in (self.folder, self.folder.parent):
            if (base / relative).exists():
                return base / relative
        raise CaseFileAbsent(name)


Solver = Callable[[Inputs, Context], Outputs]

SOLVERS: dict[str, Solver] = {}


def solves(kind: str) -> Callable[[Solver], Solver]:
    """Register the function that recomputes cases of one kind; a kind has exactly one."""

    def register(solver: Solver) -> Solver:
        if kind in SOLVERS and SOLVERS[kind] is not solver:
            raise ValueError(f"{kind} is solved twice")
        SOLVERS[kind] = solver
        return solver

    return register
