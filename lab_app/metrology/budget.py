"""Uncertainty budgets: components, combined and expanded uncertainty.

First-order law of propagation for inputs whose sensitivities are given (JCGM 100:2008 5.1.2 and 5.2.2, equations 11a and 13):
``u_c**2 = sum((c_i u_i)**2) + 2 sum(c_i c_j u_i u_j r_ij)``, ``U = k u_c``, k fixed or from effective degrees of freedom
(:mod:`lab_app.metrology.coverage`).  A model typed as a function is :mod:`lab_app.metrology.uncertainty`.
Type B divisors (JCGM 100 4.3; EA-4/02): rectangular √3, triangular √6, U-shaped √2, normal the
coverage factor of the certificate (or 1 for a standard uncertainty).
Everything is decimal; results carry 12 significant digits and nothing stored is rounded earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext
from enum import StrEnum
from typing import Any

from lab_app.metrology.correlation import Pair, checked_pairs, correlated_names
from lab_app.metrology.coverage import Coverage, DofRule, effective_dof
from lab_app.metrology.distributions import WORK, Distribution, exact_divisor, parse_distribution
from lab_app.metrology.errors import BudgetError
from lab_app.metrology.rounding import (
    SIGNIFICANT_DIGITS,
    places_of,
    round_half,
    round_significant,
    within_reason,
)

__all__ = ["Budget", "BudgetLine", "BudgetResult", "Component", "Distribution", "Warned", "distribution_warnings",
           "exact_divisor", "parse_budget"]


@dataclass(frozen=True, slots=True)
class Component:
    """One line of a budget.

    ``value``: expanded uncertainty (normal) or half-width (the others), not negative, in the unit
    of the input.  ``divisor``: needed for normal; for the others it may be given as printed
    (1.7321) and must then agree with the exact one, which is what is used.
    ``beta``: of a trapezoid, its top over its base.
    ``sensitivity``: ∂f/∂x in unit of the result per unit of the input.  ``dof``: degrees of
    freedom, ``None`` for infinite.
    """

    source: str
    value: Decimal
    distribution: Distribution
    divisor: Decimal | None = None
    sensitivity: Decimal = Decimal(1)
    dof: Decimal | None = None
    beta: Decimal | None = None

    def __post_init__(self) -> None:
        for name, number in (("value", self.value), ("sensitivity", self.sensitivity)):
            if not number.is_finite():
                raise BudgetError("not_finite", name, self.source)
            if not within_reason(number):
                raise BudgetError("outside", name, self.source)
        if self.value < 0:
            raise BudgetError("negative", "value", self.source)
        if self.dof is not None and not (self.dof.is_finite() and self.dof > 0):
            raise BudgetError("not_positive", "dof", self.source)
        exact = exact_divisor(self.distribution, self.beta)
        if exact is None:
            if self.divisor is None:
                raise BudgetError("missing", "divisor", self.source)
            if not (self.divisor.is_finite() and self.divisor > 0):
                raise BudgetError("not_positive", "divisor", self.source)
            if not within_reason(self.divisor):
                raise BudgetError("outside", "divisor", self.source)
        elif self.divisor is not None and (
            not self.divisor.is_finite()
            or places_of(self.divisor) < 1
            or round_half(exact, places_of(self.divisor)) != self.divisor
        ):
            raise BudgetError("divisor_contradicts_distribution", "divisor", self.source)

    @property
    def standard(self) -> Decimal:
        """Standard uncertainty u_i in the unit of the input, unrounded (40 digits)."""
        exact = exact_divisor(self.distribution, self.beta)
        divisor = exact if exact is not None else self.divisor
        assert divisor is not None
        return WORK.divide(self.value, divisor)

    @property
    def contribution(self) -> Decimal:
        """``|c_i| u_i`` in the unit of the result, unrounded (40 digits)."""
        return WORK.multiply(abs(self.sensitivity), self.standard)


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One evaluated line; ``index_percent`` is its share of u_c squared."""

    component: Component
    u: Decimal
    contribution: Decimal
    index_percent: Decimal


class Warned(StrEnum):
    """What a reader of the result has to know about how it was computed."""

    #: An uncertain input has no influence to first order: the model stands at a turning point, or does not use it.
    STATIONARY = "stationary"
    #: Nothing contributes at all: first order says nothing about this result.
    ZERO = "zero"
    #: Welch-Satterthwaite holds for uncorrelated inputs only.
    CORRELATED_DOF = "correlated_dof"
    #: A U-shaped contribution (mismatch) is large: the result is not normal, and k = 2 covers another share than 95 %.
    U_SHAPED = "u_shaped"
    #: One rectangular or trapezoidal contribution dominates (EA-4/02 S9): the result is not normal.
    DOMINANT = "dominant"


# Share of u_c squared from which a U-shaped contribution shows in the coverage; share from which one contribution dominates:
# EA-4/02 S9.14, the others together at most 0.3 of it, 1/(1 + 0.3²).
_U_SHAPED_PERCENT = Decimal(25)
_DOMINANT_PERCENT = Decimal("91.7")


def distribution_warnings(shares: Iterable[tuple[str, Distribution, Decimal]]) -> tuple[tuple[Warned, str], ...]:
    """Warnings about the shape of the result, from ``(source, distribution, share of u_c squared in percent)``."""
    found: list[tuple[Warned, str]] = []
    for source, distribution, percent in shares:
        if distribution is Distribution.U_SHAPE and percent >= _U_SHAPED_PERCENT:
            found.append((Warned.U_SHAPED, source))
        elif distribution in (Distribution.RECTANGULAR, Distribution.TRAPEZOIDAL) and percent >= _DOMINANT_PERCENT:
            found.append((Warned.DOMINANT, source))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class BudgetResult:
    """u_c, k and U in the unit of the result, 12 significant digits; ``nu_eff`` None = infinite.

    ``warnings``: what was noticed, with the source it concerns (empty for the whole budget).
    """

    lines: tuple[BudgetLine, ...]
    u_c: Decimal
    k: Decimal
    U: Decimal
    nu_eff: Decimal | None
    warnings: tuple[tuple[Warned, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """An uncertainty budget: its components, the coverage factor chosen (2 unless stated), correlations between sources.

    With ``coverage`` the factor is taken from it, and ``k`` is not used.  Correlations name components by their source,
    which must then be unique.
    """

    components: tuple[Component, ...]
    k: Decimal = Decimal(2)
    unit: str = ""
    correlations: tuple[Pair, ...] = ()
    coverage: Coverage | None = None

    def __post_init__(self) -> None:
        if not self.components:
            raise BudgetError("empty", "components")
        if not (self.k.is_finite() and self.k > 0):
            raise BudgetError("not_positive", "k")
        if self.correlations:
            sources = [component.source for component in self.components]
            if len(set(sources)) != len(sources):
                raise BudgetError("duplicate", "source")
            object.__setattr__(self, "correlations", checked_pairs(self.correlations, sources))

    def evaluate(self) -> BudgetResult:
        """Combine the components; lines keep their order, those of zero sensitivity included.

        The share of a line is its own square over u_c squared; with correlations the shares need not add up to 100.

        :raises BudgetError: ``zero`` when nothing contributes: U = 0 is never a measurement.
        """
        with localcontext(WORK):
            squares = [component.contribution**2 for component in self.components]
            total = sum(squares, Decimal(0)) + self._covariance()
            if total <= 0:
                raise BudgetError("zero", "components")
            u_c = total.sqrt()
            nu_eff = self._effective_dof()
            lines = tuple(
                BudgetLine(
                    component,
                    round_significant(component.standard),
                    round_significant(component.contribution),
                    round_significant(square / total * 100, SIGNIFICANT_DIGITS),
                )
                for square, component in zip(squares, self.components, strict=True)
            )
            k = self.k if self.coverage is None else self.coverage.factor(nu_eff)
            expanded = k * u_c
        return BudgetResult(
            lines, round_significant(u_c), k, round_significant(expanded), nu_eff, self._warnings(lines, nu_eff)
        )

    def _covariance(self) -> Decimal:
        signed = {c.source: WORK.multiply(c.sensitivity, c.standard) for c in self.components}
        return sum((2 * r * signed[a] * signed[b] for a, b, r in self.correlations), Decimal(0))

    def _effective_dof(self) -> Decimal | None:
        """Welch-Satterthwaite; among correlated sources the smallest ν stands for the result, which errs on the safe side."""
        tied = set(correlated_names(self.correlations))
        smallest = [c.dof for c in self.components if c.source in tied and c.dof is not None and c.contribution]
        free = effective_dof((component.contribution, component.dof) for component in self.components)
        return free if not smallest or free is None else min(free, *smallest)

    def _warnings(self, lines: tuple[BudgetLine, ...], nu_eff: Decimal | None) -> tuple[tuple[Warned, str], ...]:
        found = [(Warned.STATIONARY, line.component.source) for line in lines if line.u and not line.contribution]
        if correlated_names(self.correlations) and nu_eff is not None:
            found.append((Warned.CORRELATED_DOF, ""))
        shares = ((line.component.source, line.component.distribution, line.index_percent) for line in lines)
        return (*found, *distribution_warnings(shares))

    def to_dict(self) -> dict[str, Any]:
        """JSON form with every number a string; :func:`parse_budget` reads it back."""
        data: dict[str, Any] = {
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
                    **({} if component.beta is None else {"beta": str(component.beta)}),
                }
                for component in self.components
            ],
        }
        if self.correlations:
            data["correlations"] = [[a, b, str(r)] for a, b, r in self.correlations]
        if self.coverage is not None:
            data["coverage_option"] = self.coverage.to_dict()
        return data


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
        if not isinstance(row, Mapping):
            raise BudgetError("missing", "components", str(number))
        source = str(row.get("source") or number)
        distribution = parse_distribution(str(row.get("distribution") or ""), source)
        value = _number(row, "value", source)
        if value is None:
            raise BudgetError("missing", "value", source)
        sensitivity = _number(row, "c_i", source)
        components.append(
            Component(
                source,
                value,
                distribution,
                _number(row, "divisor", source),
                Decimal(1) if sensitivity is None else sensitivity,
                _number(row, "dof", source),
                _number(row, "beta", source),
            )
        )
    k = _number(data, "k", "")
    correlations = data.get("correlations") or ()
    if not isinstance(correlations, (list, tuple)):
        raise BudgetError("three_parts", "correlations")
    return Budget(
        tuple(components),
        Decimal(2) if k is None else k,
        str(data.get("unit") or ""),
        checked_pairs(correlations, (component.source for component in components)),
        _coverage(data.get("coverage_option")),
    )


def _coverage(data: object) -> Coverage | None:
    """The coverage of the JSON form: ``{"p": "0.95", "dof_rule": "truncated"}`` or ``{"k": "2"}``."""
    if data is None:
        return None
    if not isinstance(data, Mapping):
        raise BudgetError("missing", "coverage_option")
    p, k = _number(data, "p", "coverage_option"), _number(data, "k", "coverage_option")
    return Coverage(Decimal(2) if k is None else k, p, data.get("dof_rule") or DofRule.TRUNCATED)
