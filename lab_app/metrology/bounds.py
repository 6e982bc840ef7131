"""One numerical limit: one-sided, a range with closed or open ends, or an upper limit of the absolute value.

Limits are inclusive unless stated otherwise.  Sign of a margin: ``limit - value`` for an upper limit, ``value - limit`` for a
lower one; positive is inside.  All arithmetic is exact on unrounded decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from lab_app.core.quantity import DEFAULT_TIES, Ties, normalise_unit
from lab_app.metrology.errors import LimitError
from lab_app.metrology.rounding import EXACT, round_half

Values = Decimal | Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class Bounds:
    """A numerical limit: upper, lower, a range, or an upper limit of the absolute value."""

    low: Decimal | None = None
    high: Decimal | None = None
    low_inclusive: bool = True
    high_inclusive: bool = True
    absolute: bool = False
    unit: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", normalise_unit(self.unit))
        if self.low is None and self.high is None:
            raise LimitError("missing", "limit")
        for name, number in (("low", self.low), ("high", self.high)):
            if number is not None and not number.is_finite():
                raise LimitError("not_finite", name)
        if self.absolute and (self.low is not None or self.high is None or self.high < 0):
            raise LimitError("absolute_needs_upper", "high")
        if self.low is not None and self.high is not None:
            closed = self.low_inclusive and self.high_inclusive
            if self.low > self.high or (self.low == self.high and not closed):
                raise LimitError("empty_range", "low", f"{self.low} | {self.high}")

    @property
    def kind(self) -> str:
        """``upper``, ``lower``, ``range`` or ``abs_upper``."""
        if self.absolute:
            return "abs_upper"
        if self.low is None:
            return "upper"
        return "lower" if self.high is None else "range"

    def contains(self, value: Decimal) -> bool:
        """Whether the value meets the limit."""
        if self.absolute:
            value = value.copy_abs()
        above = self.low is None or (value >= self.low if self.low_inclusive else value > self.low)
        below = self.high is None or (value <= self.high if self.high_inclusive else value < self.high)
        return above and below

    def margin(self, value: Decimal) -> Decimal:
        """Signed distance to the nearest limit, exact; negative outside."""
        if self.absolute:
            value = value.copy_abs()
        distances = []
        if self.high is not None:
            distances.append(EXACT.subtract(self.high, value))
        if self.low is not None:
            distances.append(EXACT.subtract(value, self.low))
        return min(distances)

    def shrunk(self, w: Decimal) -> Bounds | None:
        """The acceptance limits for a guard band ``w >= 0``; ``None`` when nothing is left."""
        if not w.is_finite() or w < 0:
            raise LimitError("negative", "guard_band", str(w))
        try:
            return self._moved(w)
        except LimitError:
            return None

    def widened(self, w: Decimal) -> Bounds:
        """The limits moved outwards by ``w >= 0``: beyond them lies certain rejection."""
        if not w.is_finite() or w < 0:
            raise LimitError("negative", "guard_band", str(w))
        return self._moved(-w)

    def _moved(self, inwards: Decimal) -> Bounds:
        return Bounds(
            None if self.low is None else EXACT.add(self.low, inwards),
            None if self.high is None else EXACT.subtract(self.high, inwards),
            self.low_inclusive,
            self.high_inclusive,
            self.absolute,
            self.unit,
        )

    def rounded(self, places: int, mode: Ties | str = DEFAULT_TIES) -> Bounds:
        """The limit as printed at ``places`` decimal places; for paper only, never to decide."""
        return Bounds(
            None if self.low is None else round_half(self.low, places, mode),
            None if self.high is None else round_half(self.high, places, mode),
            self.low_inclusive,
            self.high_inclusive,
            self.absolute,
            self.unit,
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON form; :func:`parse_limit` reads it back."""
        data: dict[str, Any] = {"type": self.kind, "unit": self.unit}
        if self.kind == "range":
            data |= {
                "low": str(self.low),
                "high": str(self.high),
                "low_inclusive": self.low_inclusive,
                "high_inclusive": self.high_inclusive,
            }
        elif self.kind == "lower":
            data |= {"limit": str(self.low), "inclusive": self.low_inclusive}
        else:
            data |= {"limit": str(self.high), "inclusive": self.high_inclusive}
        return data


def upper(limit: Decimal, unit: str = "", inclusive: bool = True) -> Bounds:
    """``value <= limit`` (``<`` when not inclusive)."""
    return Bounds(high=limit, high_inclusive=inclusive, unit=unit)


def lower(limit: Decimal, unit: str = "", inclusive: bool = True) -> Bounds:
    """``value >= limit`` (``>`` when not inclusive)."""
    return Bounds(low=limit, low_inclusive=inclusive, unit=unit)


def within(
    low: Decimal, high: Decimal, unit: str = "", low_inclusive: bool = True, high_inclusive: bool = True
) -> Bounds:
    """``low <= value <= high``, either end open on request."""
    return Bounds(low, high, low_inclusive, high_inclusive, unit=unit)


def abs_upper(limit: Decimal, unit: str = "", inclusive: bool = True) -> Bounds:
    """``|value| <= limit``: frequency error, error of indication against ± MPE."""
    return Bounds(high=limit, high_inclusive=inclusive, absolute=True, unit=unit)


def from_operator(operator: str, limit: Decimal | Sequence[Decimal], unit: str = "") -> Bounds:
    """A limit from an operator as catalogues write it: ``<= < >= > within abs<= abs<``."""
    if operator == "within":
        if isinstance(limit, Decimal) or len(limit) != 2:
            raise LimitError("missing", "limit", operator)
        return within(limit[0], limit[1], unit)
    if not isinstance(limit, Decimal):
        raise LimitError("not_a_decimal", "limit", operator)
    if operator in ("<=", "<"):
        return upper(limit, unit, operator == "<=")
    if operator in (">=", ">"):
        return lower(limit, unit, operator == ">=")
    if operator in ("abs<=", "abs<"):
        return abs_upper(limit, unit, operator == "abs<=")
    raise LimitError("unknown", "operator", operator[:20])


def as_values(value: Values) -> tuple[Decimal, ...]:
    """One value or several (two band edges, several antennas) as a tuple; empty is refused."""
    if not isinstance(value, (Decimal, Sequence)):
        raise LimitError("not_a_decimal", "value")
    values = (value,) if isinstance(value, Decimal) else tuple(value)
    if not values:
        raise LimitError("missing", "value")
    for number in values:
        if not isinstance(number, Decimal) or not number.is_finite():
            raise LimitError("not_finite", "value")
    return values


def margin(limit: Bounds, value: Values) -> Decimal:
    """Signed margin; of a composite value the smallest, which is the one that decides."""
    return min(limit.margin(number) for number in as_values(value))


def inside(limit: Bounds, value: Values) -> bool:
    """Whether every part of the value meets the limit."""
    return all(limit.contains(number) for number in as_values(value))


class PrintedMargin(NamedTuple):
    """A margin for paper; ``contradicts`` when the printed numbers suggest the other side."""

    margin: Decimal
    contradicts: bool


def printed_margin(
    limit: Bounds, value: Values, places: int, mode: Ties | str = DEFAULT_TIES
) -> PrintedMargin:
    """The margin between the *printed* limit and the *printed* value, at the same places.

    A reader who subtracts two numbers on the paper must find the third.  The verdict is taken on
    unrounded values; where the printed numbers would lie on the other side of the limit,
    ``contradicts`` is set and the paper has to say so.
    """
    values = as_values(value)
    paper = limit.rounded(places, mode)
    printed = [round_half(number, places, mode) for number in values]
    return PrintedMargin(margin(paper, printed), inside(paper, printed) != inside(limit, values))
