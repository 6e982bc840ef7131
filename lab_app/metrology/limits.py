"""Limits: one-sided, ranges, of the absolute value, lines over frequency, and observations.

A limit is a value object that round-trips through JSON (numbers as strings), because it is frozen
with the job and printed from the snapshot.  Limits are inclusive unless stated otherwise.
Sign of a margin: ``limit - value`` for an upper limit, ``value - limit`` for a lower one;
positive is inside.  All arithmetic is exact on unrounded decimals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, NamedTuple

from lab_app.core.quantity import DEFAULT_TIES, Ties, normalise_unit
from lab_app.metrology.errors import LimitError
from lab_app.metrology.interpolation import Scale, interpolate
from lab_app.metrology.rounding import EXACT, round_half

Values = Decimal | Sequence[Decimal]


class Answer(StrEnum):
    """Allowed answers of an observation: đạt, không đạt, không áp dụng, không thử."""

    PASS = "PASS"
    FAIL = "FAIL"
    NA = "NA"
    NT = "NT"


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


class Segment(NamedTuple):
    """One piece of a limit line: from ``f1`` to ``f2`` the limit runs from ``l1`` to ``l2``."""

    f1: Decimal
    f2: Decimal
    l1: Decimal
    l2: Decimal


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit over frequency, piecewise; ``side`` is ``upper`` (emission) or ``lower``.

    Segments are in rising frequency and do not overlap; a gap between two is not covered.  Where
    two meet at a step the stricter limit holds: the lower one for an upper limit (CISPR 32).
    """

    segments: tuple[Segment, ...]
    scale: Scale = Scale.LOG
    side: str = "upper"
    inclusive: bool = True
    f_unit: str = "MHz"
    unit: str = ""

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "scale", Scale(self.scale))
        except ValueError:
            raise LimitError("unknown", "scale", str(self.scale)[:20]) from None
        object.__setattr__(self, "unit", normalise_unit(self.unit))
        object.__setattr__(self, "f_unit", normalise_unit(self.f_unit))
        if self.side not in ("upper", "lower"):
            raise LimitError("unknown", "side", str(self.side)[:20])
        if not self.segments:
            raise LimitError("missing", "segments")
        end: Decimal | None = None
        for number, segment in enumerate(self.segments, 1):
            if not all(part.is_finite() for part in segment):
                raise LimitError("not_finite", "segments", str(number))
            if segment.f1 < 0 or (self.scale is Scale.LOG and segment.f1 == 0):
                raise LimitError("not_positive", "segments", str(number))
            if segment.f2 <= segment.f1 or (end is not None and segment.f1 < end):
                raise LimitError("frequencies_not_rising", "segments", str(number))
            end = segment.f2

    def at(self, frequency: Decimal) -> Decimal:
        """The limit at a frequency given in ``f_unit``; 12 significant digits between the ends.

        :raises LimitError: ``outside`` where no segment covers the frequency.
        """
        found = [
            interpolate(frequency, segment.f1, segment.l1, segment.f2, segment.l2, self.scale)
            for segment in self.segments
            if segment.f1 <= frequency <= segment.f2
        ]
        if not found:
            raise LimitError("outside", "frequency", str(frequency))
        return min(found) if self.side == "upper" else max(found)

    def limit_at(self, frequency: Decimal) -> Bounds:
        """The limit at a frequency as a one-sided limit, ready for a decision."""
        make = upper if self.side == "upper" else lower
        return make(self.at(frequency), self.unit, self.inclusive)

    def to_dict(self) -> dict[str, Any]:
        """JSON form; :func:`parse_limit` reads it back."""
        return {
            "type": "line",
            "side": self.side,
            "inclusive": self.inclusive,
            "scale": self.scale.value,
            "f_unit": self.f_unit,
            "unit": self.unit,
            "segments": [[str(part) for part in segment] for segment in self.segments],
        }


@dataclass(frozen=True, slots=True)
class ObservationLimit:
    """A requirement judged by observation, with the answers a person may choose from."""

    answers: tuple[Answer, ...] = tuple(Answer)

    def __post_init__(self) -> None:
        if not self.answers or len(set(self.answers)) != len(self.answers):
            raise LimitError("missing" if not self.answers else "duplicate", "answers")

    def to_dict(self) -> dict[str, Any]:
        """JSON form; :func:`parse_limit` reads it back."""
        return {"type": "observation", "answers": [answer.value for answer in self.answers]}


Limit = Bounds | LimitLine | ObservationLimit


def _decimal(data: Mapping[str, Any], key: str) -> Decimal:
    return _to_decimal(data.get(key), key)


def _to_decimal(raw: object, field: str) -> Decimal:
    if raw is None:
        raise LimitError("missing", field)
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise LimitError("not_a_decimal", field)
    try:
        return Decimal(raw)
    except InvalidOperation:
        raise LimitError("not_a_decimal", field, str(raw)[:40]) from None


def _flag(data: Mapping[str, Any], key: str) -> bool:
    flag = data.get(key, True)
    if not isinstance(flag, bool):
        raise LimitError("not_a_flag", key)
    return flag


def parse_limit(data: Mapping[str, Any]) -> Limit:
    """Read a limit from its JSON form.  Numbers are strings or integers, never floats.

    ``{"type": "upper"|"lower"|"abs_upper", "limit": "20", "inclusive": true, "unit": "dBm"}``,
    ``{"type": "range", "low": "2400", "high": "2483.5", ...}``,
    ``{"type": "line", "scale": "log", "segments": [["0.15", "0.5", "66", "56"]], ...}``,
    ``{"type": "observation", "answers": ["PASS", "FAIL"]}``.

    :raises LimitError: naming the field.
    """
    kind = data.get("type")
    unit = str(data.get("unit") or "")
    if kind == "upper":
        return upper(_decimal(data, "limit"), unit, _flag(data, "inclusive"))
    if kind == "lower":
        return lower(_decimal(data, "limit"), unit, _flag(data, "inclusive"))
    if kind == "abs_upper":
        return abs_upper(_decimal(data, "limit"), unit, _flag(data, "inclusive"))
    if kind == "range":
        ends = _flag(data, "low_inclusive"), _flag(data, "high_inclusive")
        return within(_decimal(data, "low"), _decimal(data, "high"), unit, *ends)
    if kind == "line":
        rows = data.get("segments")
        if not isinstance(rows, (list, tuple)):
            raise LimitError("missing", "segments")
        segments = []
        for row in rows:
            if not isinstance(row, (list, tuple)) or len(row) != 4:
                raise LimitError("four_numbers", "segments")
            f1, f2, l1, l2 = (_to_decimal(part, "segments") for part in row)
            segments.append(Segment(f1, f2, l1, l2))
        return LimitLine(
            tuple(segments),
            data.get("scale", Scale.LOG),
            data.get("side", "upper"),
            _flag(data, "inclusive"),
            str(data.get("f_unit") or "MHz"),
            unit,
        )
    if kind == "observation":
        try:
            return ObservationLimit(tuple(Answer(answer) for answer in data.get("answers") or ()))
        except ValueError as error:
            if isinstance(error, LimitError):
                raise
            raise LimitError("unknown", "answers") from None
    raise LimitError("unknown", "type", str(kind)[:20])


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
