"""Uncertainty budgets: components, combined and expanded uncertainty.

First-order law of propagation for uncorrelated inputs whose sensitivities are given
(JCGM 100:2008 5.1.2, equation 11a): ``u_c**2 = sum((c_i u_i)**2)``, ``U = k u_c``;
effective degrees of freedom by Welch-Satterthwaite (G.4.1, equation G.2b).
Type B divisors (JCGM 100 4.3; EA-4/02): rectangular √3, triangular √6, U-shaped √2, normal the
coverage factor of the certificate (or 1 for a standard uncertainty).
Everything is decimal; results carry 12 significant digits and nothing stored is rounded earlier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation, localcontext
from enum import StrEnum
from typing import Any

from lab_app.metrology.errors import BudgetError
from lab_app.metrology.rounding import SIGNIFICANT_DIGITS, places_of, round_half, round_significant

_WORK = Context(prec=40)


class Distribution(StrEnum):
    """The assumed distribution of a component; U-shaped is the arcsine distribution."""

    NORMAL = "normal"
    RECTANGULAR = "rectangular"
    TRIANGULAR = "triangular"
    U_SHAPE = "u-shape"


_NAMES = {
    "normal": Distribution.NORMAL,
    "gaussian": Distribution.NORMAL,
    "rectangular": Distribution.RECTANGULAR,
    "uniform": Distribution.RECTANGULAR,
    "triangular": Distribution.TRIANGULAR,
    "u-shape": Distribution.U_SHAPE,
    "u-shaped": Distribution.U_SHAPE,
    "arcsine": Distribution.U_SHAPE,
}

# The divisor is the square root of this number; a half-width is divided by it.
_SQUARED_DIVISOR = {
    Distribution.RECTANGULAR: Decimal(3),
    Distribution.TRIANGULAR: Decimal(6),
    Distribution.U_SHAPE: Decimal(2),
}


def exact_divisor(distribution: Distribution) -> Decimal | None:
    """√3, √6 or √2 to 40 digits; ``None`` for normal, whose divisor the certificate states."""
    squared = _SQUARED_DIVISOR.get(distribution)
    return None if squared is None else squared.sqrt(_WORK)


@dataclass(frozen=True, slots=True)
class Component:
    """One line of a budget.

    ``value``: expanded uncertainty (normal) or half-width (the others), not negative, in the unit
    of the input.  ``divisor``: needed for normal; for the others it may be given as printed
    (1.7321) and must then agree with the exact one, which is what is used.
    ``sensitivity``: ∂f/∂x in unit of the result per unit of the input.  ``dof``: degrees of
    freedom, ``None`` for infinite.
    """

    source: str
    value: Decimal
    distribution: Distribution
    divisor: Decimal | None = None
    sensitivity: Decimal = Decimal(1)
    dof: Decimal | None = None

    def __post_init__(self) -> None:
        for name, number in (("value", self.value), ("sensitivity", self.sensitivity)):
            if not number.is_finite():
                raise BudgetError("not_finite", name, self.source)
        if self.value < 0:
            raise BudgetError("negative", "value", self.source)
        if self.dof is not None and not (self.dof.is_finite() and self.dof > 0):
            raise BudgetError("not_positive", "dof", self.source)
        exact = exact_divisor(self.distribution)
        if exact is None:
            if self.divisor is None:
                raise BudgetError("missing", "divisor", self.source)
            if not (self.divisor.is_finite() and self.divisor > 0):
                raise BudgetError("not_positive", "divisor", self.source)
        elif self.divisor is not None and (
            not self.divisor.is_finite()
            or places_of(self.divisor) < 1
            or round_half(exact, places_of(self.divisor)) != self.divisor
        ):
            raise BudgetError("divisor_contradicts_distribution", "divisor", self.source)

    @property
    def standard(self) -> Decimal:
        """Standard uncertainty u_i in the unit of the input, unrounded (40 digits)."""
        exact = exact_divisor(self.distribution)
        divisor = exact if exact is not None else self.divisor
        assert divisor is not None
        return _WORK.divide(self.value, divisor)

    @property
    def contribution(self) -> Decimal:
        """``|c_i| u_i`` in the unit of the result, unrounded (40 digits)."""
        return _WORK.multiply(abs(self.sensitivity), self.standard)


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One evaluated line; ``index_percent`` is its share of u_c squared."""

    component: Component
    u: Decimal
    contribution: Decimal
    index_percent: Decimal


@dataclass(frozen=True, slots=True)
class BudgetResult:
    """u_c, k and U in the unit of the result, 12 significant digits; ``nu_eff`` None = infinite."""

    lines: tuple[BudgetLine, ...]
    u_c: Decimal
    k: Decimal
    U: Decimal
    nu_eff: Decimal | None


@dataclass(frozen=True, slots=True)
class Budget:
    """An uncertainty budget: its components and the coverage factor chosen (2 unless stated)."""

    components: tuple[Component, ...]
    k: Decimal = Decimal(2)
    unit: str = ""

    def __post_init__(self) -> None:
        if not self.components:
            raise BudgetError("empty", "components")
        if not (self.k.is_finite() and self.k > 0):
            raise BudgetError("not_positive", "k")

    def evaluate(self) -> BudgetResult:
        """Combine the components; lines keep their order, those of zero sensitivity included.

        :raises BudgetError: ``zero`` when nothing contributes: U = 0 is never a measurement.
        """
        with localcontext(_WORK):
            squares = [component.contribution**2 for component in self.components]
            total = sum(squares, Decimal(0))
            if total == 0:
                raise BudgetError("zero", "components")
            u_c = total.sqrt()
            fourth = sum(
                (
                    square**2 / component.dof
                    for square, component in zip(squares, self.components, strict=True)
                    if component.dof is not None
                ),
                Decimal(0),
            )
            nu_eff = round_significant(total**2 / fourth) if fourth else None
            lines = tuple(
                BudgetLine(
                    component,
                    round_significant(component.standard),
                    round_significant(component.contribution),
                    round_significant(square / total * 100, SIGNIFICANT_DIGITS),
                )
                for square, component in zip(squares, self.components, strict=True)
            )
            expanded = self.k * u_c
        return BudgetResult(lines, round_significant(u_c), self.k, round_significant(expanded), nu_eff)

    def to_dict(self) -> dict[str, Any]:
        """JSON form with every number a string; :func:`parse_budget` reads it back."""
        return {
            "k": str(self.k),
            "unit": self.unit,
            "components": [
                {
                    "source": component.source,
                    "value": str(component.value),
                    "distribution": component.distribution.value,
                    "divisor": None if component.divisor is None else str(component.divisor),
                    "c_i": str(component.sensitivity),
                    "dof": None if component.dof is None else str(component.dof),
                }
                for component in self.components
            ],
        }


def _number(data: Mapping[str, Any], key: str, where: str) -> Decimal | None:
    raw = data.get(key)
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
        raise BudgetError("not_a_decimal", key, where)
    try:
        return Decimal(raw)
    except InvalidOperation:
        raise BudgetError("not_a_decimal", key, where) from None


def parse_budget(data: Mapping[str, Any]) -> Budget:
    """Read a budget from its JSON form; numbers are strings, integers or Decimals, never floats.

    :raises BudgetError: with the field at fault and the source of the component.
    """
    components: list[Component] = []
    rows = data.get("components")
    if not isinstance(rows, (list, tuple)):
        raise BudgetError("missing", "components")
    for number, row in enumerate(rows, 1):
        source = str(row.get("source") or number)
        name = str(row.get("distribution") or "").strip().lower()
        if name not in _NAMES:
            raise BudgetError("unknown" if name else "missing", "distribution", source)
        value = _number(row, "value", source)
        if value is None:
            raise BudgetError("missing", "value", source)
        sensitivity = _number(row, "c_i", source)
        components.append(
            Component(
                source,
                value,
                _NAMES[name],
                _number(row, "divisor", source),
                Decimal(1) if sensitivity is None else sensitivity,
                _number(row, "dof", source),
            )
        )
    k = _number(data, "k", "")
    return Budget(tuple(components), Decimal(2) if k is None else k, str(data.get("unit") or ""))
