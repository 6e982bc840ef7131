"""Limits by conditions: rows chosen by band, class, distance, port, detector, as a regulation's tables are written.

Exactly one row applies to a line.  None, or several, is a refusal that names the condition: a limit is never picked by guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lab_app.core.quantity import normalise_unit
from lab_app.metrology.bounds import Bounds
from lab_app.metrology.errors import LimitError, MetrologyError
from lab_app.metrology.limit_lines import LimitLine
from lab_app.metrology.masks import Mask
from lab_app.metrology.units import same_quantity

#: What a row may give: one of the other numerical limits.
RowLimit = Bounds | LimitLine | Mask
#: The key under which a line's conditions stand as free text.
FREE_TEXT: Final = ""
#: A row whose condition has no name asks for a piece of the free text.
UNNAMED: Final = "conditions"
MOST_ROWS: Final = 200
#: Usual conditions, each with the words people write for it.
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "band": ("băng tần", "băng", "dải tần"),
    "class": ("cấp", "lớp"),
    "detector": ("bộ tách sóng", "bộ dò"),
    "distance": ("khoảng cách", "cự ly"),
    "port": ("cổng",),
    "mode": ("chế độ",),
    "bandwidth": ("băng thông",),
}
_CANONICAL: Final = {word: name for name, words in NAMES.items() for word in words}

_PIECES = re.compile(r"[;,\n·|/]+(?=\s|$)|\n")
_NAMED = re.compile(r"\s*([^:=]{1,40}?)\s*[:=]\s*(.+)", re.DOTALL)


def fold(text: str) -> str:
    """A condition as it is compared: without case and with single blanks; numbers stay as they are written."""
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split()).casefold()


def canonical(name: str) -> str:
    """The name of a condition as it is compared: ``Cấp`` and ``class`` are one condition."""
    folded = fold(name)
    return _CANONICAL.get(folded, folded)


def read_conditions(text: str) -> tuple[dict[str, str], set[str]]:
    """Free text as named conditions (``lớp: B``, ``class=B``) and the bare pieces between commas and semicolons, folded."""
    named: dict[str, str] = {}
    bare: set[str] = set()
    for piece in _PIECES.split(text):
        if not piece or not piece.strip():
            continue
        bare.add(fold(piece))
        found = _NAMED.fullmatch(piece)
        if found:
            named[canonical(found[1])] = fold(found[2])
    return named, bare


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One row: the conditions under which it applies, by name, and its limit."""

    when: tuple[tuple[str, str], ...]
    limit: RowLimit

    def key(self) -> frozenset[tuple[str, str]]:
        """The conditions as they are compared."""
        return frozenset((canonical(name), fold(value)) for name, value in self.when)


@dataclass(frozen=True, slots=True)
class LimitTable:
    """Limits of one quantity by conditions."""

    rows: tuple[LimitRow, ...]

    def __post_init__(self) -> None:
        if not self.rows:
            raise LimitError("missing", "rows")
        if len(self.rows) > MOST_ROWS:
            raise LimitError("too_many", "rows", str(len(self.rows)))
        seen: set[frozenset[tuple[str, str]]] = set()
        for number, row in enumerate(self.rows, 1):
            if not row.when or any(not fold(name) or not fold(value) for name, value in row.when):
                raise LimitError("missing", "when", str(number))
            if len({canonical(name) for name, _ in row.when}) != len(row.when):
                raise LimitError("duplicate", "when", str(number))
            if row.key() in seen:
                raise LimitError("duplicate", "rows", str(number))
            seen.add(row.key())
            if not _one_quantity(self.rows[0].limit, row.limit):
                raise LimitError("unit_mismatch", "rows", f"{number}: {row.limit.unit} | {self.rows[0].limit.unit}")

    @property
    def unit(self) -> str:
        """The unit of the first row; all rows measure the same quantity."""
        return self.rows[0].limit.unit

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the conditions, in the order in which they first occur."""
        found: dict[str, str] = {}
        for row in self.rows:
            for name, _ in row.when:
                found.setdefault(canonical(name), name)
        return tuple(found.values())

    def row_for(self, conditions: Mapping[str, str]) -> LimitRow:
        """The one row that applies.

        ``conditions`` maps names to values; under the empty name a line's conditions may stand as free text, read by
        :func:`read_conditions`: a named piece counts as that condition, a bare piece as whichever condition has that value.

        :raises LimitError: ``condition_missing`` (field: its name) where a condition was not given; ``no_row`` (field: its name)
            where no row has the value given; ``several_rows`` (field: the condition that would tell them apart).
        """
        given = {canonical(name): fold(value) for name, value in conditions.items() if name != FREE_TEXT and value.strip()}
        named, bare = read_conditions(conditions.get(FREE_TEXT, ""))
        given = named | given
        met = [row for row in self.rows if all(self._meets(name, value, given, bare) for name, value in row.when)]
        if len(met) == 1:
            return met[0]
        if met:
            names = [name for row in met for name, _ in row.when]
            telling = next((name for name in names if names.count(name) < len(met)), None) or next(
                (name for name in names if len({dict(row.when).get(name) for row in met}) > 1), UNNAMED
            )
            raise LimitError("several_rows", telling)
        for name in self.names:
            values = {fold(value) for row in self.rows for other, value in row.when if canonical(other) == canonical(name)}
            if not any(self._meets(name, value, given, bare) for value in values):
                if canonical(name) in given:
                    raise LimitError("no_row", name, given[canonical(name)][:40])
                raise LimitError("condition_missing", name)
        raise LimitError("no_row", self.names[-1])

    @staticmethod
    def _meets(name: str, value: str, given: Mapping[str, str], bare: set[str]) -> bool:
        stated = given.get(canonical(name))
        return stated == fold(value) if stated is not None else fold(value) in bare

    def to_dict(self) -> dict[str, Any]:
        """JSON form; :func:`lab_app.metrology.limits.parse_limit` reads it back."""
        return {"type": "table", "rows": [{"when": dict(row.when), "limit": row.limit.to_dict()} for row in self.rows]}


def _one_quantity(first: RowLimit, other: RowLimit) -> bool:
    if normalise_unit(first.unit) == normalise_unit(other.unit):
        return True
    try:
        return same_quantity(first.unit, other.unit)
    except MetrologyError:
        return False
