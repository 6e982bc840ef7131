"""A simulated distribution as bars, and the first order's curve over the same bars: what a picture of JCGM 101 shows.

The bars span the trials between two outer quantiles, so that one trial of a heavy tail does not flatten the rest; what lies
beyond is counted apart.  The curve is the scaled and shifted t-distribution of the first order's ``y ± U`` (normal for infinite ν),
as the number of trials it would put into each bar.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.montecarlo import Sample
from lab_app.metrology.rounding import to_decimal

BARS = 60
# Half a thousandth of the trials on either side is left to the tails.
TAIL = 0.0005
EDGE_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Histogram:
    """``counts`` of trials between neighbouring ``edges`` (one more than counts); ``below`` and ``above`` lie outside them."""

    edges: tuple[Decimal, ...]
    counts: tuple[int, ...]
    below: int = 0
    above: int = 0

    def to_dict(self) -> dict[str, Any]:
        """JSON form, numbers as strings."""
        return {"edges": [str(edge) for edge in self.edges], "counts": list(self.counts), "below": self.below, "above": self.above}


def histogram(sample: Sample, bars: int = BARS) -> Histogram:
    """The trials of a sample in ``bars`` equal bars; a sample of one single value gives one bar.

    :raises MetrologyError: ``outside`` for fewer than 5 or more than 500 bars.
    """
    import numpy as np

    if not 5 <= bars <= 500:
        raise MetrologyError("outside", "bars", str(bars))
    values = sample.ordered
    count = len(values)
    low, high = float(values[int(TAIL * count)]), float(values[min(count - 1, int((1 - TAIL) * count))])
    if high <= low:
        return Histogram((to_decimal(low), to_decimal(low)), (count,))
    counts, edges = np.histogram(values, bins=bars, range=(low, high))
    below = int(np.searchsorted(values, low, "left"))
    above = count - int(np.searchsorted(values, high, "right"))
    return Histogram(
        tuple(_edge(float(edge), high - low) for edge in edges), tuple(int(one) for one in counts), below, above
    )


def _edge(value: float, span: float) -> Decimal:
    """An edge to a fixed share of the span, so that edges about a large value stay apart."""
    digits = EDGE_DIGITS
    if value:
        digits += max(0, math.ceil(math.log10(abs(value) / span)))
    return to_decimal(value, min(digits, 17))


def first_order_curve(
    y: Decimal, u: Decimal, nu_eff: Decimal | None, edges: Sequence[Decimal], trials: int
) -> tuple[tuple[Decimal, Decimal], ...]:
    """``(middle of a bar, trials the first order expects in it)`` for every bar.

    :raises MetrologyError: field ``u``: ``not_positive``.
    """
    if not u.is_finite() or u <= 0:
        raise MetrologyError("not_positive", "u", str(u))
    nu = math.inf if nu_eff is None else float(nu_eff)
    out = []
    for low, high in zip(edges, edges[1:], strict=False):
        middle = (low + high) / 2
        expected = _density(float((middle - y) / u), nu) / float(u) * float(high - low) * trials
        out.append((middle, to_decimal(expected, 6)))
    return tuple(out)


def _density(z: float, nu: float) -> float:
    if math.isinf(nu):
        return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    scale = math.exp(math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2)) / math.sqrt(nu * math.pi)
    return float(scale * (1 + z * z / nu) ** (-(nu + 1) / 2))
