"""Coverage factors: fixed, or from effective degrees of freedom; the option is part of the budget and printed with it.

Sources: JCGM 100:2008 G.4.1 (Welch-Satterthwaite, equation G.2b; ν_eff truncated to the next lower integer), G.6.4
(k = t_p(ν_eff)); Table G.2.  The GUM truncates; software of several institutes keeps ν real: both are options here.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from lab_app.metrology.distributions import WORK
from lab_app.metrology.errors import BudgetError, MetrologyError
from lab_app.metrology.quantiles import student_factor
from lab_app.metrology.rounding import Ties, round_half, round_significant, to_decimal

# ν_eff is rounded to this many places before it is cut off: 18.9987 stands for the 19 of JCGM 100 G.4.1.
GUARD_PLACES: Final = 2


class DofRule(StrEnum):
    """What becomes of a ν_eff that is no whole number: cut off as JCGM 100 G.4.1 does, or taken as it is."""

    TRUNCATED = "truncated"
    REAL = "real"


def effective_dof(contributions: Iterable[tuple[Decimal, Decimal | None]]) -> Decimal | None:
    """Welch-Satterthwaite over ``(|c u|, ν)``, ν None for infinite; None when nothing limits the result.

    ``ν_eff = (Σ u²)² / Σ(u⁴/ν)``, for uncorrelated contributions; 12 significant digits.

    :raises BudgetError: field ``dof``: ``not_positive``; field ``u``: ``negative``.
    """
    total = fourth = Decimal(0)
    for u, nu in contributions:
        if not u.is_finite() or u < 0:
            raise BudgetError("negative", "u", str(u))
        square = WORK.multiply(u, u)
        total = WORK.add(total, square)
        if nu is not None:
            if not (nu.is_finite() and nu > 0):
                raise BudgetError("not_positive", "dof", str(nu))
            fourth = WORK.add(fourth, WORK.divide(WORK.multiply(square, square), nu))
    return round_significant(WORK.divide(WORK.multiply(total, total), fourth)) if fourth else None


def truncated(nu: Decimal) -> Decimal:
    """The next lower whole number, guarded: 16.75 gives 16, but 18.9987 gives 19; below one there is none to take.

    :raises BudgetError: field ``dof``: ``below_one``.
    """
    whole = Decimal(math.floor(round_half(nu, GUARD_PLACES, Ties.EVEN)))
    if whole < 1:
        raise BudgetError("below_one", "dof", str(nu))
    return whole


def coverage_factor(p: Decimal, nu: Decimal | None = None, rule: DofRule = DofRule.TRUNCATED) -> Decimal:
    """``k = t_p(ν)``, two-sided, for a coverage probability within 0 and 1; ν None is infinite.

    :raises MetrologyError: ``outside`` for p, ``not_positive`` or ``below_one`` for ν.
    """
    if not (p.is_finite() and 0 < p < 1):
        raise MetrologyError("outside", "p", str(p))
    if nu is None:
        return to_decimal(student_factor(float(p)))
    if not (nu.is_finite() and nu > 0):
        raise MetrologyError("not_positive", "nu", str(nu))
    return to_decimal(student_factor(float(p), float(truncated(nu) if DofRule(rule) is DofRule.TRUNCATED else nu)))


def fixed_probability(k: Decimal) -> Decimal:
    """The share of a normal distribution that ``± k`` standard uncertainties cover: 0.9545 for k = 2; 6 significant digits.

    :raises BudgetError: field ``k``: ``not_positive``.
    """
    if not (k.is_finite() and k > 0):
        raise BudgetError("not_positive", "k")
    return to_decimal(math.erf(float(k) / math.sqrt(2)), 6)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage chosen for a budget: a fixed ``k`` (2 unless stated), or a probability ``p`` with a rule for ν_eff."""

    k: Decimal = Decimal(2)
    p: Decimal | None = None
    rule: DofRule = DofRule.TRUNCATED

    def __post_init__(self) -> None:
        if not (self.k.is_finite() and self.k > 0):
            raise BudgetError("not_positive", "k")
        if self.p is not None and not (self.p.is_finite() and 0 < self.p < 1):
            raise BudgetError("outside", "p", str(self.p))
        try:
            object.__setattr__(self, "rule", DofRule(self.rule))
        except ValueError:
            raise BudgetError("unknown", "dof_rule", str(self.rule)[:20]) from None

    def factor(self, nu_eff: Decimal | None) -> Decimal:
        """The coverage factor for a result with ``nu_eff`` effective degrees of freedom (None: infinite)."""
        return self.k if self.p is None else coverage_factor(self.p, nu_eff, self.rule)

    def to_dict(self) -> dict[str, Any]:
        """JSON form, numbers as strings."""
        if self.p is None:
            return {"k": str(self.k)}
        return {"p": str(self.p), "dof_rule": self.rule.value}
