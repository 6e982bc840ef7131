"""Which function recomputes which kind of case, and where a case finds its files.

Every number in ``inputs`` arrives as a :class:`~decimal.Decimal`, integers too (``int(inputs["n"])`` for a count); text stays
text.  A function returns the outputs by their names: Decimals, integers, strings, booleans, None, lists and maps of these.
It may return more outputs than a case expects.  It refuses through an exception, whose text becomes the reason printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Inputs = dict[str, Any]
Outputs = Mapping[str, Any]


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
