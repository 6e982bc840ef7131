"""Uncertainty of a measurement model to first order: JCGM 100:2008 (GUM), on GTC.

``u_c² = Σ (c_i u_i)² + 2 ΣΣ c_i c_j u_i u_j r_ij`` with sensitivities by exact differentiation (5.1.2, 5.2.2); ν_eff by
Welch-Satterthwaite (G.4.1), for quantities observed together by Willink's extension of it; complex results by the covariance
of their parts (JCGM 102:2011).  GTC does the arithmetic; this face refuses bad input, keeps the option for k with the result,
and says what a reader has to know (:class:`lab_app.metrology.budget.Warned`).
GTC and its libraries are loaded at the first evaluation, never when the application starts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from lab_app.metrology.budget import Warned, distribution_warnings
from lab_app.metrology.correlation import Pair, checked_pairs, correlated_names
from lab_app.metrology.coverage import Coverage
from lab_app.metrology.distributions import Distribution
from lab_app.metrology.errors import BudgetError
from lab_app.metrology.expression import FormulaError
from lab_app.metrology.model import Model, parse_model
from lab_app.metrology.quantities import AnyInput, ComplexInput, Input
from lab_app.metrology.rounding import to_decimal

# An estimate carries more digits than its uncertainty needs: 50 000 838 nm ± 32 nm.
ESTIMATE_DIGITS = 15
# A contribution below this share of the result is what rounding leaves of a slope of zero: sin(pi/2).
_NO_INFLUENCE = Decimal("1e-14")


@dataclass(frozen=True, slots=True)
class Line:
    """One quantity of an evaluated budget.

    ``sensitivity``: ∂f/∂x, None for a complex quantity; ``contribution``: ``|c| u`` in the unit of the result;
    ``index_percent``: its square over u_c squared (with correlations they need not add up to 100).
    """

    name: str
    x: Decimal
    u: Decimal
    distribution: Distribution
    dof: Decimal | None
    sensitivity: Decimal | None
    contribution: Decimal
    index_percent: Decimal


class Evaluation:
    """The result of a real model: ``y``, ``u``, ``nu_eff`` (None: infinite), ``k``, ``U``, the lines and the warnings.

    Numbers are Decimals: 15 significant digits for the estimate, 12 for the rest; nothing is rounded for report.
    """

    def __init__(self, number: Any, table: _Table, used: frozenset[str], coverage: Coverage) -> None:
        self._number = number
        self._table = table
        self._used = used
        self.coverage = coverage

    @cached_property
    def y(self) -> Decimal:
        """The estimate of the result."""
        return to_decimal(float(self._number.x), ESTIMATE_DIGITS)

    @cached_property
    def u(self) -> Decimal:
        """The combined standard uncertainty."""
        return to_decimal(float(self._number.u))

    @cached_property
    def nu_eff(self) -> Decimal | None:
        """Effective degrees of freedom, None for infinite; with mixed correlated inputs the smallest of theirs at most."""
        nu = float(self._number.df) if self.u else math.inf
        nu = min([nu, *(dof for name, dof in self._table.limiting_dof if self._component(name))])
        return None if math.isinf(nu) or math.isnan(nu) else to_decimal(nu)

    @cached_property
    def k(self) -> Decimal:
        """The coverage factor, by the option stated in ``coverage``."""
        return self.coverage.factor(self.nu_eff)

    @cached_property
    def U(self) -> Decimal:
        """The expanded uncertainty ``k u``."""
        return to_decimal(float(self.k) * float(self._number.u))

    def _component(self, name: str) -> float:
        from GTC import reporting

        part = reporting.u_component(self._number, self._table.numbers[name])
        if isinstance(self._table.inputs[name], ComplexInput):
            # A complex input acts through two parts; its contribution is what both add to the variance.
            rr, ri = float(part.rr), float(part.ri)
            r = float(self._table.numbers[name].r)
            return math.sqrt(max(0.0, rr * rr + ri * ri + 2 * r * rr * ri))
        return abs(float(part))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """One line a quantity, in the order given; those without influence stay."""
        from GTC import reporting

        variance = float(self._number.u) ** 2
        found = []
        for name, quantity in self._table.inputs.items():
            contribution = self._component(name)
            share = contribution * contribution / variance * 100 if variance else 0.0
            if isinstance(quantity, Input):
                slope = reporting.sensitivity(self._number, self._table.numbers[name]) if quantity.u else math.nan
                sensitivity = to_decimal(float(slope)) if math.isfinite(slope) else None
                x, u, distribution = quantity.x, quantity.u, quantity.distribution
            else:
                x, u, distribution, sensitivity = quantity.re, quantity.u_re, Distribution.NORMAL, None
            found.append(
                Line(name, x, u, distribution, quantity.dof, sensitivity, to_decimal(contribution), to_decimal(share))
            )
        return tuple(found)

    @cached_property
    def warnings(self) -> tuple[tuple[Warned, str], ...]:
        """What a reader has to know, with the quantity it concerns (empty for the whole result)."""
        nothing = _NO_INFLUENCE * max(abs(self.y), self.u)
        found = [
            (Warned.STATIONARY, line.name)
            for line in self.lines
            if line.name in self._used and line.u and line.contribution <= nothing
        ]
        if not self.u:
            found.append((Warned.ZERO, ""))
        if self._table.tied and self.nu_eff is not None:
            found.append((Warned.CORRELATED_DOF, ""))
        shares = ((line.name, line.distribution, line.index_percent) for line in self.lines)
        return (*found, *distribution_warnings(shares))


class ComplexEvaluation:
    """The result of a complex model: real and imaginary part, their standard uncertainties, correlation and ν_eff."""

    def __init__(self, number: Any) -> None:
        self._number = number
        self.re = to_decimal(float(number.x.real), ESTIMATE_DIGITS)
        self.im = to_decimal(float(number.x.imag), ESTIMATE_DIGITS)
        self.u_re = to_decimal(float(number.u.real))
        self.u_im = to_decimal(float(number.u.imag))
        correlation = float(number.r) if self.u_re and self.u_im else 0.0
        self.r = to_decimal(max(-1.0, min(1.0, correlation)))
        nu = float(number.df)
        self.nu_eff = None if math.isinf(nu) or math.isnan(nu) else to_decimal(nu)


@dataclass(slots=True)
class _Table:
    """The quantities of one evaluation beside their uncertain numbers."""

    inputs: Mapping[str, AnyInput]
    numbers: dict[str, Any]
    tied: tuple[str, ...]
    # Degrees of freedom that GTC cannot carry: correlated quantities of unequal ν.
    limiting_dof: tuple[tuple[str, float], ...]


def _one(quantity: Input, independent: bool, dof: float) -> Any:
    from GTC import core

    return core.ureal(float(quantity.x), float(quantity.u), dof, label=quantity.name, independent=independent)


def _dof(quantity: AnyInput) -> float:
    return math.inf if quantity.dof is None else float(quantity.dof)


def _table(inputs: Sequence[AnyInput], pairs: Sequence[Pair]) -> _Table:
    from GTC import core

    by_name = {quantity.name: quantity for quantity in inputs}
    if len(by_name) != len(inputs):
        raise BudgetError("duplicate", "quantities")
    if not by_name:
        raise BudgetError("empty", "quantities")
    pairs = checked_pairs(pairs, by_name)
    certain = {name for name, quantity in by_name.items() if isinstance(quantity, Input) and not quantity.u}
    pairs = tuple(pair for pair in pairs if not {pair[0], pair[1]} & certain)
    tied = correlated_names(pairs)
    numbers: dict[str, Any] = {}
    limiting: tuple[tuple[str, float], ...] = ()
    if tied:
        together = []
        for name in tied:
            quantity = by_name[name]
            if isinstance(quantity, ComplexInput):
                raise BudgetError("complex_correlated", "correlations", name)
            together.append(quantity)
        dofs = {_dof(quantity) for quantity in together}
        if len(dofs) == 1 and not math.isinf(next(iter(dofs))):
            made = core.multiple_ureal(
                [float(q.x) for q in together], [float(q.u) for q in together], dofs.pop(), [q.name for q in together]
            )
            numbers.update(zip(tied, made, strict=True))
        else:
            numbers.update((q.name, _one(q, False, math.inf)) for q in together)
            limiting = tuple((q.name, _dof(q)) for q in together if q.dof is not None)
        for a, b, r in pairs:
            core.set_correlation(float(r), numbers[a], numbers[b])
    for name, quantity in by_name.items():
        if isinstance(quantity, ComplexInput):
            numbers[name] = _complex(quantity)
        elif name not in numbers:
            numbers[name] = _one(quantity, True, _dof(quantity))
    return _Table(by_name, numbers, tied, limiting)


def _complex(quantity: ComplexInput) -> Any:
    from GTC import core

    re, im = float(quantity.u_re), float(quantity.u_im)
    across = float(quantity.r) * re * im
    covariance = (re * re, across, across, im * im)
    return core.ucomplex(
        complex(float(quantity.re), float(quantity.im)), covariance, _dof(quantity), label=quantity.name
    )


def _result(model: Model, table: _Table, coverage: Coverage) -> Evaluation | ComplexEvaluation:
    from GTC import core
    from GTC.lib import UncertainComplex, UncertainReal

    number = model.uncertain(table.numbers)
    if isinstance(number, (int, float)):
        number = core.constant(float(number))
    elif isinstance(number, complex):
        number = core.constant(number)
    if isinstance(number, UncertainComplex):
        if not any(isinstance(quantity, ComplexInput) for quantity in table.inputs.values()):
            # A root or a power of a negative number: real quantities have no complex result.
            raise FormulaError("domain", field="model")
        parts = (number.x.real, number.x.imag, number.u.real, number.u.imag)
        _refuse_not_finite(parts)
        return ComplexEvaluation(number)
    if not isinstance(number, UncertainReal):
        raise FormulaError("domain", type(number).__name__, field="model")
    _refuse_not_finite((number.x, number.u))
    return Evaluation(number, table, model.names, coverage)


def _refuse_not_finite(numbers: Iterable[float]) -> None:
    if not all(math.isfinite(number) for number in numbers):
        raise FormulaError("overflow", field="model")


def evaluate(
    model: str,
    inputs: Sequence[AnyInput],
    correlations: Sequence[Pair] = (),
    coverage: Coverage | None = None,
) -> Evaluation:
    """Evaluate a model with a real result.

    ``correlations``: pairs ``(a, b, r)`` of real quantities.  ``coverage``: k = 2 unless stated.

    :raises FormulaError: for the model; :raises BudgetError: for the quantities, or ``complex_result``.
    """
    result = evaluate_together({"y": model}, inputs, correlations, coverage).results["y"]
    if isinstance(result, ComplexEvaluation):
        raise BudgetError("complex_result", "model")
    return result


@dataclass(frozen=True, slots=True)
class Joint:
    """Several results of the same quantities (JCGM 100 H.2: resistance, reactance and impedance together)."""

    results: Mapping[str, Evaluation | ComplexEvaluation]

    def correlation(self, a: str, b: str) -> Decimal:
        """The correlation coefficient of two real results; zero where one of them has no uncertainty."""
        from GTC import core

        first, second = self.results[a], self.results[b]
        if isinstance(first, ComplexEvaluation) or isinstance(second, ComplexEvaluation):
            raise BudgetError("complex_result", "correlation")
        if not first.u or not second.u:
            return Decimal(0)
        r = float(core.get_correlation(first._number, second._number))
        return to_decimal(max(-1.0, min(1.0, r)))


def evaluate_together(
    models: Mapping[str, str],
    inputs: Sequence[AnyInput],
    correlations: Sequence[Pair] = (),
    coverage: Coverage | None = None,
) -> Joint:
    """Evaluate several models of the same quantities; their results are correlated through what they share.

    :raises FormulaError: for a model; :raises BudgetError: for the quantities.
    """
    names = [quantity.name for quantity in inputs]
    parsed = {result: parse_model(text, names) for result, text in models.items()}
    if not parsed:
        raise BudgetError("empty", "model")
    table = _table(inputs, correlations)
    option = coverage or Coverage()
    return Joint({result: _result(model, table, option) for result, model in parsed.items()})
