"""Expanded uncertainty by range of the value: the table a method states once, read for every result.

A row holds from its lower end up to, not including, its upper end, so that at a shared border the row that *starts* there
applies; the highest end of all belongs to its row.  Outside every row there is no uncertainty, which is not zero.
A row states U in the unit of the value or as a percentage of its magnitude; a percentage of a level in decibels means nothing
and is refused.  Beyond the detection limits there is no value to be uncertain about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lab_app.metrology.errors import BudgetError
from lab_app.metrology.rounding import EXACT
from lab_app.metrology.units import find_unit


@dataclass(frozen=True, slots=True)
class Row:
    """From ``low`` to ``high``: an absolute ``U``, or ``percent`` of the magnitude of the value; exactly one of the two."""

    low: Decimal
    high: Decimal
    U: Decimal | None = None
    percent: Decimal | None = None

    def of(self, value: Decimal) -> Decimal:
        """U of a value in this row, never negative."""
        if self.U is not None:
            return self.U
        assert self.percent is not None
        return EXACT.multiply(abs(value), self.percent.scaleb(-2, context=EXACT))


@dataclass(frozen=True, slots=True)
class UncertaintyTable:
    """Rows in rising order that do not overlap; the unit is that of the value and of U."""

    rows: tuple[Row, ...]
    unit: str = ""

    def __post_init__(self) -> None:
        level = find_unit(self.unit).is_level
        if not self.rows:
            raise BudgetError("empty", "rows")
        end: Decimal | None = None
        for number, row in enumerate(self.rows, 1):
            stated = row.U if row.U is not None else row.percent
            if (row.U is None) is (row.percent is None) or stated is None:
                raise BudgetError("one_of_two", "U", str(number))
            if not all(part.is_finite() for part in (row.low, row.high, stated)):
                raise BudgetError("not_finite", "rows", str(number))
            if stated <= 0:
                raise BudgetError("not_positive", "U" if row.U is not None else "percent", str(number))
            if row.high <= row.low or (end is not None and row.low < end):
                raise BudgetError("not_rising", "rows", str(number))
            if level and row.percent is not None:
                raise BudgetError("percent_of_level", "percent", str(number))
            end = row.high

    def of(self, value: Decimal) -> Decimal | None:
        """U of a value in the unit of the table; None where no row covers it."""
        if not value.is_finite():
            raise BudgetError("not_finite", "value")
        for row in self.rows:
            if row.low <= value < row.high:
                return row.of(value)
        last = self.rows[-1]
        return last.of(value) if value == last.high else None

    def to_dict(self) -> dict[str, Any]:
        """JSON form, numbers as strings; :func:`parse_table` reads it back."""
        return {
            "unit": self.unit,
            "rows": [
                {"low": str(row.low), "high": str(row.high)}
                | ({"U": str(row.U)} if row.U is not None else {"percent": str(row.percent)})
                for row in self.rows
            ],
        }


def parse_table(data: Mapping[str, Any]) -> UncertaintyTable:
    """Read a table from its JSON form; numbers are strings, integers or Decimals, never floats.

    :raises BudgetError: with the field at fault and the number of the row.
    """
    rows = data.get("rows")
    if not isinstance(rows, (list, tuple)):
        raise BudgetError("missing", "rows")
    made = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise BudgetError("missing", "rows", str(number))
        low, high = _number(row, "low", number), _number(row, "high", number)
        if low is None or high is None:
            raise BudgetError("missing", "low" if low is None else "high", str(number))
        made.append(Row(low, high, _number(row, "U", number), _number(row, "percent", number)))
    return UncertaintyTable(tuple(made), str(data.get("unit") or ""))


def _number(row: Mapping[str, Any], key: str, number: int) -> Decimal | None:
    raw = row.get(key)
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise BudgetError("not_a_decimal", key, str(number))
    try:
        return Decimal(raw)
    except InvalidOperation:
        raise BudgetError("not_a_decimal", key, str(number)) from None


def stated_uncertainty(
    value: Decimal,
    table: UncertaintyTable | None,
    *,
    typed: Decimal | None = None,
    lower_detection: Decimal | None = None,
    upper_detection: Decimal | None = None,
) -> Decimal | None:
    """The U that may stand beside a value: typed by hand, else from the table; none beyond a detection limit.

    A value exactly on a detection limit is still a value.  ``typed`` has to be positive.
    """
    if typed is not None and not (typed.is_finite() and typed > 0):
        raise BudgetError("not_positive", "U", str(typed))
    if upper_detection is not None and value > upper_detection:
        return None
    if lower_detection is not None and value < lower_detection:
        return None
    if typed is not None:
        return typed
    return None if table is None else table.of(value)


def below_cmc(U: Decimal, cmc: Decimal | None) -> bool:
    """Whether a U of a calibration is smaller than the scope allows to state (ILAC P14 5.4); same unit, same k.

    Scopes of testing carry no CMC: None bounds nothing.

    :raises BudgetError: field ``U`` or ``cmc``: ``not_positive``.
    """
    for field, number in (("U", U), ("cmc", cmc)):
        if number is not None and not (number.is_finite() and number > 0):
            raise BudgetError("not_positive", field, str(number))
    return cmc is not None and cmc > U
