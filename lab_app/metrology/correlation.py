"""Correlation coefficients between input quantities: read, checked, and turned into a matrix.

Source: JCGM 100:2008 5.2 and C.3.6: |r| <= 1, and the matrix of all coefficients is positive semidefinite, or the combined
variance of some model would be negative.  Pairs not named are uncorrelated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from lab_app.metrology.errors import BudgetError

Pair = tuple[str, str, Decimal]
# Coefficients are published with two digits; a matrix may be singular by rounding, not negative by more than this.
_TOLERANCE: Final = 1e-9


def checked_pairs(pairs: Iterable[Sequence[object]], names: Iterable[str]) -> tuple[Pair, ...]:
    """Pairs ``(a, b, r)`` over the names given, as they were written.

    :raises BudgetError: field ``correlations``: ``three_parts``, ``unknown_name``, ``same_name``, ``duplicate``,
        ``not_a_decimal``, ``outside`` (\\|r\\| > 1), ``not_positive_semidefinite``.
    """
    known = set(names)
    seen: set[frozenset[str]] = set()
    checked: list[Pair] = []
    for pair in pairs:
        if isinstance(pair, str) or len(pair) != 3:
            raise BudgetError("three_parts", "correlations", str(pair)[:40])
        a, b, r = str(pair[0]), str(pair[1]), pair[2]
        if isinstance(r, (str, int)) and not isinstance(r, bool):
            try:
                r = Decimal(r)
            except ArithmeticError:
                raise BudgetError("not_a_decimal", "correlations", str(r)[:40]) from None
        if not isinstance(r, Decimal) or not r.is_finite():
            raise BudgetError("not_a_decimal", "correlations", f"{a} {b}"[:80])
        for name in (a, b):
            if name not in known:
                raise BudgetError("unknown_name", "correlations", name[:40])
        if a == b:
            raise BudgetError("same_name", "correlations", a)
        if frozenset((a, b)) in seen:
            raise BudgetError("duplicate", "correlations", f"{a} {b}")
        if abs(r) > 1:
            raise BudgetError("outside", "correlations", f"{a} {b} {r}")
        seen.add(frozenset((a, b)))
        checked.append((a, b, r))
    if not is_positive_semidefinite(correlation_matrix(checked, correlated_names(checked))):
        raise BudgetError("not_positive_semidefinite", "correlations")
    return tuple(checked)


def correlated_names(pairs: Iterable[Pair]) -> tuple[str, ...]:
    """The quantities that are correlated with another, in order of appearance; r = 0 correlates nothing."""
    return tuple(dict.fromkeys(name for a, b, r in pairs if r for name in (a, b)))


def correlation_matrix(pairs: Iterable[Pair], names: Sequence[str]) -> list[list[float]]:
    """The matrix of coefficients over ``names``; pairs outside them are left out."""
    place = {name: i for i, name in enumerate(names)}
    matrix = [[1.0 if i == j else 0.0 for j in range(len(names))] for i in range(len(names))]
    for a, b, r in pairs:
        if a in place and b in place:
            matrix[place[a]][place[b]] = matrix[place[b]][place[a]] = float(r)
    return matrix


def is_positive_semidefinite(matrix: Sequence[Sequence[float]]) -> bool:
    """Whether a symmetric matrix with a unit diagonal is positive semidefinite (Cholesky with the largest pivot first)."""
    work = [list(row) for row in matrix]
    left = list(range(len(work)))
    while left:
        pivot = max(left, key=lambda i: work[i][i])
        size = work[pivot][pivot]
        if size <= _TOLERANCE:
            # Nothing but rounding may be left over.
            return all(abs(work[i][j]) <= _TOLERANCE**0.5 for i in left for j in left) and size >= -_TOLERANCE
        left.remove(pivot)
        for i in left:
            share = work[i][pivot] / size
            for j in left:
                work[i][j] -= share * work[pivot][j]
    return True
