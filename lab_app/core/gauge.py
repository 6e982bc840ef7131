"""The margin gauge: where value, uncertainty and limit stand on one small scale.

The drawing is 132 units wide, the limit stands at 88; one unit of margin (dB, or the result's own unit) takes 12. What
lies beyond the drawing stops at its edge: the figure beside it is exact. Colour tells the size of the margin against U
(green: at least U; amber: less; red: the verdict is a failure); the verdict's word follows the agreed rule alone.
"""
from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

LIMIT_X = Decimal(88)
PER_UNIT = Decimal(12)
LEFT, RIGHT = Decimal(1), Decimal(131)


@dataclass(frozen=True)
class Gauge:
    """Geometry as SVG attribute texts. `shown` is false while there is no value to draw; the guard band runs from `guard_x` to the
    limit, nothing wide where the rule has none."""

    value_x: str
    low_x: str
    high_x: str
    tone: str
    label: str
    shown: bool
    guard_x: str = "88"

    def as_json(self) -> dict[str, Any]:
        """The same for the live page."""
        return asdict(self)


def _x(margin: Decimal, per_unit: Decimal) -> str:
    place = LIMIT_X - margin * per_unit
    place = min(max(place, LEFT), RIGHT)
    return format(place.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN), "f")


def margin_gauge(
    margin: Decimal | None,
    uncertainty: Decimal | None = None,
    *,
    failed: bool = False,
    label: str = "",
    per_unit: Decimal = PER_UNIT,
    guard_band: Decimal | None = None,
) -> Gauge:
    """Gauge of a margin (room left to the limit, negative beyond it) and an expanded uncertainty in the same unit.

    `margin` None gives an empty scale; `uncertainty` None leaves the whisker out; `failed` is the verdict, not the sign
    of the margin; `label` is the sentence for screen readers; `per_unit` stretches the scale of a whole grid; `guard_band` (w = rU, not
    negative) is drawn before the limit.
    """
    if margin is None:
        at = format(LEFT, "f")
        return Gauge(at, at, at, "hold", label, False)
    value_x = _x(margin, per_unit)
    if uncertainty is None:
        low_x = high_x = value_x
    else:
        low_x, high_x = _x(margin + uncertainty, per_unit), _x(margin - uncertainty, per_unit)
    if failed:
        tone = "bad"
    elif uncertainty is not None and margin < uncertainty:
        tone = "warn"
    else:
        tone = "ok"
    guard_x = _x(guard_band, per_unit) if guard_band is not None and guard_band > 0 else "88"
    return Gauge(value_x, low_x, high_x, tone, label, True, guard_x)
