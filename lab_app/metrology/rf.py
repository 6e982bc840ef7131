"""Mismatch between a source and a load: limits of the error and its standard uncertainty, in decibels.

Sources: ETSI TR 100 028-1 and EA-4/02 S6: with unknown phases the level shifts by ``20 lg |1 - Γs Γl|``, U-shaped between
``20 lg(1 ± |Γs||Γl|)``.  To first order the relative standard uncertainty of the voltage is |Γs||Γl|/√2, of the power
√2 |Γs||Γl|, in decibels the same number either way.  Exact: for a phase uniform on the circle the variance of
``ln|1 + ρ e^(iθ)|`` is ½ Li₂(ρ²).
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple

from lab_app.metrology.coverage import Coverage
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.quantities import ComplexInput
from lab_app.metrology.rounding import to_decimal
from lab_app.metrology.uncertainty import Evaluation, evaluate

_DB_PER_NEPER = 20 / math.log(10)


class Mismatch(NamedTuple):
    """Limits of the mismatch error and its standard uncertainty, dB; ``u`` exact, ``u_first_order`` as in tables."""

    low: Decimal
    high: Decimal
    u: Decimal
    u_first_order: Decimal


def _dilogarithm(x: float) -> float:
    """Li₂(x) for 0 <= x < 1."""
    if x > 0.5:
        return math.pi**2 / 6 - math.log(x) * math.log1p(-x) - _dilogarithm(1 - x)
    total, power = 0.0, 1.0
    for n in range(1, 80):
        power *= x
        total += power / (n * n)
    return total


def reflection_from_vswr(vswr: Decimal) -> Decimal:
    """|Γ| = (VSWR - 1)/(VSWR + 1); a VSWR below one does not exist."""
    if not vswr.is_finite() or vswr < 1:
        raise MetrologyError("outside", "vswr", str(vswr))
    return to_decimal(float((vswr - 1) / (vswr + 1)))


def mismatch(gamma_source: Decimal, gamma_load: Decimal) -> Mismatch:
    """The mismatch of two reflection coefficients known by magnitude, each 0 to 1, their product below 1.

    :raises MetrologyError: ``outside``, naming the coefficient.
    """
    for field, gamma in (("gamma_source", gamma_source), ("gamma_load", gamma_load)):
        if not gamma.is_finite() or not 0 <= gamma <= 1:
            raise MetrologyError("outside", field, str(gamma))
    rho = float(gamma_source * gamma_load)
    if rho >= 1:
        raise MetrologyError("outside", "gamma_load", str(gamma_load))
    return Mismatch(
        low=to_decimal(_DB_PER_NEPER * math.log1p(-rho)),
        high=to_decimal(_DB_PER_NEPER * math.log1p(rho)),
        u=to_decimal(_DB_PER_NEPER * math.sqrt(_dilogarithm(rho * rho) / 2)),
        u_first_order=to_decimal(_DB_PER_NEPER * rho / math.sqrt(2)),
    )


def polar(
    name: str, magnitude: Decimal, degrees: Decimal, u: Decimal, u_degrees: Decimal | None = None, dof: Decimal | None = None
) -> ComplexInput:
    """A complex quantity from magnitude and phase (degrees), as network analysers print a reflection.

    Without ``u_degrees`` the standard uncertainty ``u`` is that of a circle around the value: it stays true where the magnitude is
    nearly nothing and a phase has no meaning.  With it, ``u`` is that of the magnitude.

    :raises MetrologyError: ``negative`` magnitude or uncertainty of the phase.
    """
    if not magnitude.is_finite() or magnitude < 0:
        raise MetrologyError("negative", "magnitude", str(magnitude))
    m, angle = float(magnitude), math.radians(float(degrees))
    c, s = math.cos(angle), math.sin(angle)
    re, im = to_decimal(m * c), to_decimal(m * s)
    if u_degrees is None:
        return ComplexInput(name, re, im, u, u, Decimal(0), dof)
    if not u_degrees.is_finite() or u_degrees < 0:
        raise MetrologyError("negative", "u_phase", str(u_degrees))
    along, across = float(u) ** 2, (m * math.radians(float(u_degrees))) ** 2
    u_re, u_im = math.sqrt(c * c * along + s * s * across), math.sqrt(s * s * along + c * c * across)
    r = c * s * (along - across) / (u_re * u_im) if u_re and u_im else 0.0
    return ComplexInput(name, re, im, to_decimal(u_re), to_decimal(u_im), to_decimal(max(-1.0, min(1.0, r))), dof)


# The level at the load against that of a matched source and load, dB; the names are those of the two quantities.
MISMATCH_MODEL = "20*log10(mag(1 - {source}*{load}))"


def mismatch_correction(
    source: ComplexInput, load: ComplexInput, coverage: Coverage | None = None
) -> Evaluation:
    """The mismatch error in dB, and its uncertainty, where both reflections are known by magnitude and phase.

    Subtract ``y`` from the reading; what is left of the mismatch is ``u``, most often far below that of unknown phases.
    Where the uncertainties are as large as the reflections themselves, check it by simulation of the same model.

    :raises MetrologyError: as :func:`lab_app.metrology.uncertainty.evaluate`.
    """
    model = MISMATCH_MODEL.format(source=source.name, load=load.name)
    return evaluate(model, [source, load], coverage=coverage)
