"""Conversions of the EMC bench between levels of unlike quantities: they need an impedance, a distance or free space.

``dBµV = dBm + 90 + 10 lg R`` (106.99 in 50 Ω; the usual 107 is rounded); far field of an isotropic radiator
``E = √(30 EIRP)/d``, that is ``E[dBµV/m] = EIRP[dBm] + 104.77 - 20 lg d``; distance ``20 lg(d2/d1)``, 3 m to 10 m 10.46 dB.
Conversions within one quantity are :mod:`lab_app.metrology.units`; corrected readings :mod:`lab_app.metrology.interpolation`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from lab_app.metrology.distributions import WORK
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.rounding import EXACT, round_significant

_FREE_SPACE: Final = Decimal(30)


def _positive(value: Decimal, field: str) -> Decimal:
    if not value.is_finite() or value <= 0:
        raise MetrologyError("not_positive", field, str(value))
    return value


def _finite(value: Decimal, field: str) -> Decimal:
    if not value.is_finite():
        raise MetrologyError("not_finite", field, str(value))
    return value


def _lg(value: Decimal) -> Decimal:
    return WORK.log10(value)


def dbm_to_dbuv(level: Decimal, resistance: Decimal = Decimal(50)) -> Decimal:
    """The voltage in dBµV that a power in dBm makes across ``resistance`` ohms; 12 significant digits."""
    offset = 90 + 10 * _lg(_positive(resistance, "resistance"))
    return round_significant(EXACT.add(_finite(level, "level"), offset))


def dbuv_to_dbm(level: Decimal, resistance: Decimal = Decimal(50)) -> Decimal:
    """The power in dBm that a voltage in dBµV makes in ``resistance`` ohms; 12 significant digits."""
    offset = 90 + 10 * _lg(_positive(resistance, "resistance"))
    return round_significant(EXACT.subtract(_finite(level, "level"), offset))


def distance_correction(measured_at: Decimal, wanted_at: Decimal) -> Decimal:
    """What a field strength loses from ``measured_at`` to ``wanted_at``, dB, as 1/d: 3 m to 10 m gives 10.46."""
    ratio = WORK.divide(_positive(wanted_at, "wanted_at"), _positive(measured_at, "measured_at"))
    return round_significant(20 * _lg(ratio))


def eirp_to_field(eirp: Decimal, distance: Decimal = Decimal(1)) -> Decimal:
    """Field strength in dBµV/m of an EIRP in dBm at ``distance`` metres in free space; 12 significant digits."""
    # 30 Ω times 1 mW in V²/m² at 1 m, as a level above 1 µV/m.
    offset = 10 * _lg(_FREE_SPACE / 1000) + 120 - 20 * _lg(_positive(distance, "distance"))
    return round_significant(EXACT.add(_finite(eirp, "eirp"), offset))


def field_to_eirp(field: Decimal, distance: Decimal = Decimal(1)) -> Decimal:
    """EIRP in dBm of a field strength in dBµV/m measured at ``distance`` metres in free space; 12 significant digits."""
    offset = 10 * _lg(_FREE_SPACE / 1000) + 120 - 20 * _lg(_positive(distance, "distance"))
    return round_significant(EXACT.subtract(_finite(field, "field"), offset))
