"""Input quantities of a measurement model: estimate, standard uncertainty, distribution, degrees of freedom.

A quantity is made from a standard uncertainty, a certificate (U and k), a half-width with its distribution, or readings;
never from a number alone: a component without a distribution is refused.  Sources as in
:mod:`lab_app.metrology.distributions`; readings taken together (JCGM 100:2008 5.2.3, H.2) carry their correlations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lab_app.metrology.correlation import Pair
from lab_app.metrology.distributions import (
    WORK,
    Distribution,
    parse_distribution,
    standard_from_half_width,
    type_a,
)
from lab_app.metrology.errors import BudgetError
from lab_app.metrology.rounding import round_significant, within_reason


@dataclass(frozen=True, slots=True)
class Input:
    """A real input quantity.

    ``x`` estimate and ``u`` standard uncertainty in ``unit``; ``dof`` None for infinite; ``half_width`` and ``beta`` where the
    distribution has bounds (Monte Carlo draws between them).
    """

    name: str
    x: Decimal
    u: Decimal
    distribution: Distribution = Distribution.NORMAL
    dof: Decimal | None = None
    half_width: Decimal | None = None
    beta: Decimal | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        for part, number in (("x", self.x), ("u", self.u)):
            if not number.is_finite():
                raise BudgetError("not_finite", part, self.name)
            if not within_reason(number):
                raise BudgetError("outside", part, self.name)
        if self.u < 0:
            raise BudgetError("negative", "u", self.name)
        if self.distribution is not Distribution.NORMAL and self.half_width is None:
            raise BudgetError("missing", "half_width", self.name)
        _check_dof(self.dof, self.name)

    @classmethod
    def standard(
        cls, name: str, x: Decimal, u: Decimal, dof: Decimal | None = None, unit: str = ""
    ) -> Input:
        """A quantity with a standard uncertainty, normally distributed."""
        return cls(name, x, u, Distribution.NORMAL, dof, unit=unit)

    @classmethod
    def expanded(
        cls, name: str, x: Decimal, U: Decimal, k: Decimal, dof: Decimal | None = None, unit: str = ""
    ) -> Input:
        """A quantity from a certificate that states U and k."""
        if not (k.is_finite() and k > 0):
            raise BudgetError("not_positive", "k", name)
        if not U.is_finite():
            raise BudgetError("not_finite", "U", name)
        return cls(name, x, round_significant(WORK.divide(U, k)), Distribution.NORMAL, dof, unit=unit)

    @classmethod
    def bounded(
        cls,
        name: str,
        x: Decimal,
        half_width: Decimal,
        distribution: Distribution,
        dof: Decimal | None = None,
        beta: Decimal | None = None,
        unit: str = "",
    ) -> Input:
        """A quantity known to lie within ``x ± half_width``."""
        u = standard_from_half_width(distribution, half_width, beta)
        return cls(name, x, u, distribution, dof, half_width, beta, unit)

    @classmethod
    def from_readings(cls, name: str, readings: Sequence[Decimal], unit: str = "") -> Input:
        """A quantity observed several times: the mean, s/√n and n - 1."""
        result = type_a(readings)
        return cls(name, result.mean, result.u_mean, Distribution.NORMAL, Decimal(result.nu), unit=unit)


@dataclass(frozen=True, slots=True)
class ComplexInput:
    """A complex input quantity (a reflection coefficient): real and imaginary part, their u and their correlation."""

    name: str
    re: Decimal
    im: Decimal
    u_re: Decimal
    u_im: Decimal
    r: Decimal = Decimal(0)
    dof: Decimal | None = None

    def __post_init__(self) -> None:
        parts = {"re": self.re, "im": self.im, "u_re": self.u_re, "u_im": self.u_im, "r": self.r}
        for part, number in parts.items():
            if not number.is_finite():
                raise BudgetError("not_finite", part, self.name)
            if not within_reason(number):
                raise BudgetError("outside", part, self.name)
        for part in ("u_re", "u_im"):
            if parts[part] < 0:
                raise BudgetError("negative", part, self.name)
        if abs(self.r) > 1:
            raise BudgetError("outside", "r", self.name)
        _check_dof(self.dof, self.name)


AnyInput = Input | ComplexInput


def _check_dof(dof: Decimal | None, name: str) -> None:
    if dof is not None and not (dof.is_finite() and dof >= 1):
        raise BudgetError("below_one", "dof", name)


def readings_together(series: Mapping[str, Sequence[Decimal]]) -> tuple[tuple[Input, ...], tuple[Pair, ...]]:
    """Quantities observed at the same moments: their inputs, and the correlations of their means (JCGM 100 5.2.3, H.2).

    :raises MetrologyError: as :func:`type_a`; :raises BudgetError: field ``readings``: ``unequal`` numbers of readings.
    """
    inputs = tuple(Input.from_readings(name, readings) for name, readings in series.items())
    if len({len(readings) for readings in series.values()}) > 1:
        raise BudgetError("unequal", "readings", ", ".join(series)[:60])
    pairs: list[Pair] = []
    for place, a in enumerate(inputs):
        for b in inputs[place + 1 :]:
            r = _correlation(series[a.name], series[b.name], a, b)
            if r:
                pairs.append((a.name, b.name, r))
    return inputs, tuple(pairs)


def _correlation(first: Sequence[Decimal], second: Sequence[Decimal], a: Input, b: Input) -> Decimal:
    if not a.u or not b.u:
        return Decimal(0)
    n = len(first)
    mean = [WORK.divide(sum(part, Decimal(0)), Decimal(n)) for part in (first, second)]
    total = sum(
        (WORK.multiply(x - mean[0], y - mean[1]) for x, y in zip(first, second, strict=True)), Decimal(0)
    )
    r = WORK.divide(total, WORK.multiply(n * (n - 1) * a.u, b.u))
    return max(Decimal(-1), min(Decimal(1), round_significant(r)))


def _decimal(data: Mapping[str, Any], key: str, name: str) -> Decimal | None:
    raw = data.get(key)
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise BudgetError("not_a_decimal", key, name)
    try:
        return Decimal(raw)
    except InvalidOperation:
        raise BudgetError("not_a_decimal", key, name) from None


def _required(data: Mapping[str, Any], key: str, name: str) -> Decimal:
    number = _decimal(data, key, name)
    if number is None:
        raise BudgetError("missing", key, name)
    return number


def parse_input(name: str, data: Mapping[str, Any]) -> Input:
    """Read a quantity from its JSON form; numbers are strings, integers or Decimals, never floats.

    ``{"x": "0", "distribution": "rectangular", "half_width": "0.05", "dof": "2"}``; normal takes ``u``, or ``U`` with ``k``.

    :raises BudgetError: with the field at fault and the quantity; without a distribution nothing is read.
    """
    distribution = parse_distribution(str(data.get("distribution") or ""), name)
    x, dof, unit = _required(data, "x", name), _decimal(data, "dof", name), str(data.get("unit") or "")
    if distribution is Distribution.NORMAL:
        if data.get("U") is not None:
            return Input.expanded(name, x, _required(data, "U", name), _required(data, "k", name), dof, unit)
        return Input.standard(name, x, _required(data, "u", name), dof, unit)
    beta = _decimal(data, "beta", name)
    return Input.bounded(name, x, _required(data, "half_width", name), distribution, dof, beta, unit)
