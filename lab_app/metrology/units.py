"""Unit symbols the laboratory uses, what they measure and how they convert.

A small closed table: a unit that is not in it is refused, never guessed.  Linear units convert by
exact decimal factors, levels of one quantity by whole decibels (dBm and dBW, dBµV and dBV).
A level never becomes a linear number, nor the reverse, except through :func:`level_to_linear` and
:func:`linear_to_level`: adding milliwatts to dBm by accident is the classical error of the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from typing import Final

from lab_app.core.quantity import EXACT, normalise_unit
from lab_app.metrology.errors import UnitError
from lab_app.metrology.rounding import round_significant

__all__ = [
    "UNITS",
    "Unit",
    "convert",
    "dbm_to_mw",
    "dbm_to_w",
    "find_unit",
    "level_to_linear",
    "linear_to_level",
    "mw_to_dbm",
    "normalise_unit",
    "same_quantity",
    "w_to_dbm",
]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit.

    ``dimension`` names the quantity.  Linear: one unit is ``scale`` base units.  Level
    (``is_level``): a reading in this unit is ``offset_db`` above the same reading in the base
    level, whose reference is ``reference`` and whose factor is ``decades`` (10 for powers, 20 for
    voltages, currents and fields).  Ratios in decibels (dB, dBi, dBr, dBc, dB/m) are each a
    dimension of their own with no linear reference.  ``qualifier`` is the word after the symbol
    (``rms``, ``peak``): values with different qualifiers are different quantities.
    """

    symbol: str
    dimension: str
    scale: Decimal = Decimal(1)
    is_level: bool = False
    offset_db: Decimal = Decimal(0)
    decades: int = 0
    reference: str = ""
    qualifier: str = ""


_LINEAR: Final = {
    "frequency": {"Hz": "1", "kHz": "1E3", "MHz": "1E6", "GHz": "1E9", "mHz": "1E-3"},
    "time": {"s": "1", "ms": "1E-3", "µs": "1E-6", "ns": "1E-9", "min": "60", "h": "3600", "d": "86400"},
    "voltage": {"V": "1", "kV": "1E3", "mV": "1E-3", "µV": "1E-6", "nV": "1E-9"},
    "current": {"A": "1", "mA": "1E-3", "µA": "1E-6"},
    "power": {"W": "1", "kW": "1E3", "mW": "1E-3", "µW": "1E-6", "nW": "1E-9", "pW": "1E-12"},
    "power_density": {"W/MHz": "1", "mW/MHz": "1E-3", "W/Hz": "1E6", "mW/Hz": "1E3"},
    "electric_field": {"V/m": "1", "mV/m": "1E-3", "µV/m": "1E-6"},
    "magnetic_field": {"A/m": "1", "mA/m": "1E-3", "µA/m": "1E-6"},
    "charge": {"Ah": "1", "mAh": "1E-3"},
    "resistance": {"Ω": "1", "mΩ": "1E-3", "kΩ": "1E3", "MΩ": "1E6", "GΩ": "1E9"},
    "length": {"m": "1", "mm": "1E-3", "cm": "1E-2", "km": "1E3", "µm": "1E-6", "nm": "1E-9"},
    "mass": {"g": "1", "mg": "1E-3", "kg": "1E3"},
    "force": {"N": "1", "kN": "1E3"},
    "pressure": {"Pa": "1", "hPa": "1E2", "kPa": "1E3"},
    "specific_absorption": {"W/kg": "1", "mW/kg": "1E-3"},
    "ratio": {"%": "1E-2", "ppm": "1E-6", "ppb": "1E-9"},
    "bit_rate": {"bit/s": "1", "kbit/s": "1E3", "Mbit/s": "1E6", "Gbit/s": "1E9"},
    "temperature": {"°C": "1"},
    "temperature_difference": {"K": "1", "mK": "1E-3"},
    "temperature_coefficient": {"1/K": "1", "ppm/K": "1E-6"},
    "angle": {"rad": "1", "mrad": "1E-3"},
    "relative_humidity": {"%RH": "1"},
    "number": {"": "1"},
}

# dimension: (factor per decade, linear unit of the base level, {symbol: dB above the base level})
_LEVELS: Final = {
    "power": (10, "mW", {"dBm": "0", "dBW": "30"}),
    "power_density": (10, "mW/MHz", {"dBm/MHz": "0", "dBm/kHz": "30", "dBm/Hz": "60", "dBW/MHz": "30"}),
    "voltage": (20, "µV", {"dBµV": "0", "dBmV": "60", "dBV": "120"}),
    "current": (20, "µA", {"dBµA": "0", "dBmA": "60", "dBA": "120"}),
    "electric_field": (20, "µV/m", {"dBµV/m": "0", "dBmV/m": "60", "dBV/m": "120"}),
    "magnetic_field": (20, "µA/m", {"dBµA/m": "0"}),
}

_DECIBEL_RATIOS: Final = {
    "dB": "level_difference",
    "dBi": "antenna_gain",
    "dBr": "level_to_reference",
    "dBc": "level_to_carrier",
    "dB/m": "antenna_factor",
}

_QUALIFIERS: Final = frozenset({"rms", "peak", "of rated", "throughput"})


def _table() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for dimension, members in _LINEAR.items():
        for symbol, scale in members.items():
            units[symbol] = Unit(symbol, dimension, Decimal(scale))
    for dimension, (decades, reference, levels) in _LEVELS.items():
        for symbol, offset in levels.items():
            units[symbol] = Unit(
                symbol,
                dimension,
                is_level=True,
                offset_db=Decimal(offset),
                decades=decades,
                reference=reference,
            )
    for symbol, dimension in _DECIBEL_RATIOS.items():
        units[symbol] = Unit(symbol, dimension, is_level=True)
    return units


UNITS: Final[dict[str, Unit]] = _table()


def find_unit(text: str) -> Unit:
    """The unit of a symbol such as ``dBµV/m``, ``V rms`` or ``% of rated``.

    :raises UnitError: ``unknown_unit``.
    """
    symbol = normalise_unit(text)
    unit = UNITS.get(symbol)
    if unit is not None:
        return unit
    base, _, qualifier = symbol.partition(" ")
    unit = UNITS.get(base)
    if unit is None or not base or qualifier not in _QUALIFIERS:
        raise UnitError("unknown_unit", "unit", symbol[:40])
    return Unit(
        symbol,
        unit.dimension,
        unit.scale,
        unit.is_level,
        unit.offset_db,
        unit.decades,
        unit.reference,
        qualifier,
    )


def same_quantity(a: str, b: str) -> bool:
    """Whether values in the two units may be compared after :func:`convert`.

    dBm and mW are the same quantity to a physicist, but not here: see :func:`level_to_linear`.
    """
    first, second = find_unit(a), find_unit(b)
    return (first.dimension, first.is_level, first.qualifier) == (
        second.dimension,
        second.is_level,
        second.qualifier,
    )


def convert(value: Decimal, from_unit: str, to_unit: str) -> Decimal:
    """Convert between units of one quantity; exact for decimal prefixes and for levels.

    Only a ratio that is not decimal (seconds to minutes) is shortened, to 28 digits.

    :raises UnitError: ``unknown_unit``; ``not_finite`` value; ``log_linear`` for a level against a linear unit of
        the same dimension; ``different_quantity`` otherwise.
    """
    source, target = find_unit(from_unit), find_unit(to_unit)
    if not value.is_finite():
        raise UnitError("not_finite", "value", str(value))
    if source == target:
        return value
    if not same_quantity(from_unit, to_unit):
        mixed = source.dimension == target.dimension and source.is_level != target.is_level
        raise UnitError(
            "log_linear" if mixed else "different_quantity", "unit", f"{source.symbol} | {target.symbol}"
        )
    if source.is_level:
        return EXACT.add(value, source.offset_db - target.offset_db)
    ratio = EXACT.divide(source.scale, target.scale)
    if ratio >= 1:
        return EXACT.multiply(value, Decimal(format(ratio, "f")))
    inverse = EXACT.divide(target.scale, source.scale)
    if inverse.normalize().as_tuple().digits == (1,):
        return value.scaleb(-inverse.adjusted(), context=EXACT)
    return Context(prec=28).divide(value, inverse)


def _pair(level_unit: str, linear_unit: str) -> tuple[Unit, Unit]:
    level, linear = find_unit(level_unit), find_unit(linear_unit)
    if not level.is_level or linear.is_level or not level.reference:
        raise UnitError("not_a_level", "unit", f"{level.symbol} | {linear.symbol}")
    if (level.dimension, level.qualifier) != (linear.dimension, linear.qualifier):
        raise UnitError("different_quantity", "unit", f"{level.symbol} | {linear.symbol}")
    return level, linear


def level_to_linear(value: Decimal, level_unit: str, linear_unit: str) -> Decimal:
    """A level as a linear value: ``reference * 10**(L/10)`` for powers, ``/20`` for fields.

    12 significant digits.  0 dBm is 1 mW; 60 dBµV/m is 1000 µV/m.
    """
    level, linear = _pair(level_unit, linear_unit)
    exponent = EXACT.add(value, level.offset_db) / level.decades
    if abs(exponent) > 60:
        raise UnitError("out_of_range", "value", str(value))
    with localcontext(Context(prec=40)):
        amount = Decimal(10) ** exponent
    return round_significant(convert(round_significant(amount, 20), level.reference, linear.symbol))


def linear_to_level(value: Decimal, linear_unit: str, level_unit: str) -> Decimal:
    """A linear value as a level: ``10 lg(P/P0)`` or ``20 lg(E/E0)``, 12 significant digits.

    Zero and negative values have no level and are refused (``not_positive``).
    """
    level, linear = _pair(level_unit, linear_unit)
    if not value.is_finite() or value <= 0:
        raise UnitError("not_positive", "value", str(value))
    amount = convert(value, linear.symbol, level.reference)
    with localcontext(Context(prec=40)):
        result = amount.log10() * level.decades - level.offset_db
    return round_significant(result)


def dbm_to_mw(value: Decimal) -> Decimal:
    """Power level in dBm to milliwatts."""
    return level_to_linear(value, "dBm", "mW")


def dbm_to_w(value: Decimal) -> Decimal:
    """Power level in dBm to watts."""
    return level_to_linear(value, "dBm", "W")


def mw_to_dbm(value: Decimal) -> Decimal:
    """Milliwatts to power level in dBm."""
    return linear_to_level(value, "mW", "dBm")


def w_to_dbm(value: Decimal) -> Decimal:
    """Watts to power level in dBm."""
    return linear_to_level(value, "W", "dBm")
