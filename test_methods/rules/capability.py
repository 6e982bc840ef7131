"""Whether a result of a calibration states less uncertainty than the accredited capability allows (ILAC-P14, 7.6.2). Pure."""
from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.uncertainty_table import below_cmc
from lab_app.metrology.units import convert, find_unit

#: A value with its unit.
Measured = tuple[Decimal, str]


@dataclass(frozen=True)
class Capability:
    """A CMC: the smallest U at k = 2, in `unit` or as `%` of the value, for values from `low` to `high` in `range_unit` (None: open)."""

    cmc: Decimal
    unit: str
    low: Decimal | None = None
    high: Decimal | None = None
    range_unit: str = ""

    def covers(self, value: Measured | None) -> bool:
        """Whether it holds for a value; one that states ends holds also where the value is not known, so that nothing slips by."""
        if value is None or (self.low is None and self.high is None):
            return True
        try:
            at = convert(value[0], value[1], self.range_unit)
        except MetrologyError:
            return False
        return (self.low is None or self.low <= at) and (self.high is None or at <= self.high)

    def at(self, value: Measured | None, unit: str) -> Decimal | None:
        """The CMC in the unit of U; None where it cannot be told (a percentage of an unknown value, another quantity)."""
        try:
            if find_unit(self.unit).symbol == "%" and find_unit(unit).symbol != "%":
                return None if value is None else abs(convert(value[0], value[1], unit)) * self.cmc / 100
            return convert(self.cmc, self.unit, unit)
        except MetrologyError:
            return None


def below(U: Decimal, k: Decimal, unit: str, value: Measured | None, capabilities: list[Capability]) -> bool:
    """Whether U (brought to k = 2) is smaller than a capability that covers the value, or cannot be compared with one, or the value
    lies outside every stated range: the scope allows none of them. Without any capability nothing is bounded (scopes of testing)."""
    if not capabilities:
        return False
    covering = [one for one in capabilities if one.covers(value)]
    if not covering:
        return True
    for one in covering:
        least = one.at(value, unit)
        if least is None or (least > 0 and below_cmc(U * 2 / k, least)):
            return True
    return False
