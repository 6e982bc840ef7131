"""Whether the units of a typed expression fit together, before any number is computed.

The table of :mod:`lab_app.metrology.units` has no algebra of dimensions, and none is guessed: a product of two quantities has a
unit this check does not claim to know, and nothing is said about it.  What it does catch are the errors of the bench:
millivolts added to volts, milliwatts to dBm, two levels added as if they were numbers, a level used as a factor, and a result
that bears another unit than the one declared.  Levels combine as the field does: level ± dB is a level, level - level is dB,
dBµV + dB/m is dBµV/m.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from lab_app.metrology.errors import UnitError
from lab_app.metrology.expression import Call, Chain, Expression, Name, Negative, Node, Number, Power
from lab_app.metrology.units import UNITS, find_unit

#: A pure number, which claims no unit.
_NUMBER: Final = ""
#: A unit this check does not know: None.
Known = str | None

_SAME_UNIT: Final = frozenset({"abs", "mag", "min", "max", "mean", "worst", "real", "imag", "conj"})
_RATIOS: Final = frozenset({"dB", "dBi", "dBr", "dBc"})
# A level, the sign, a factor in decibels per metre, and what comes out.
_FIELDS: Final = {
    ("dBµV", "+", "dB/m"): "dBµV/m",
    ("dBµV/m", "-", "dB/m"): "dBµV",
    ("dBµA", "+", "dB/m"): "dBµA/m",
    ("dBµA/m", "-", "dB/m"): "dBµA",
}


def check_units(expression: Expression, units: Mapping[str, str], result: str | None = None) -> Known:
    """The unit of the expression, empty for a number and None where the check makes no claim.

    ``units``: of every name used (empty for a number).  ``result``: the unit declared for the value.

    :raises UnitError: ``unknown_unit``; ``missing`` unit of a name; ``unit_mismatch`` of two operands or of the result, with
        both units in ``detail``.
    """
    symbols: dict[str, Known] = {}
    for name in expression.names:
        if name not in units:
            raise UnitError("missing", "unit", name)
        symbols[name] = find_unit(units[name]).symbol
    found = _unit(expression.root, symbols)
    if result is not None:
        declared = find_unit(result).symbol
        if found and found != declared and not _converted(expression.root, found, declared):
            raise UnitError("unit_mismatch", "result", f"{found} | {declared}")
    return found


def _converted(root: Node, found: str, declared: str) -> bool:
    """Whether the numbers written in a product turn its unit into the declared one: (indicated - reference) * 1000000 in V is µV."""
    if not isinstance(root, Chain) or root.rest[0][0] not in "*/":
        return False
    unit, wanted = find_unit(found), find_unit(declared)
    if unit.is_level or wanted.is_level or (unit.dimension, unit.qualifier) != (wanted.dimension, wanted.qualifier):
        return False
    return _written_factor(root) * wanted.scale == unit.scale


def _written_factor(node: Chain) -> Decimal:
    """The written numbers of a product, multiplied out; 0 where one of them is."""
    factor = Decimal(1)
    for sign, part in (("*", node.first), *node.rest):
        if isinstance(part, Number):
            if part.value.is_zero():
                return Decimal(0)
            factor = factor * part.value if sign == "*" else factor / part.value
    return factor


def _is_level(unit: Known) -> bool:
    return bool(unit) and find_unit(unit or "").is_level


def _mismatch(first: Known, second: Known) -> UnitError:
    return UnitError("unit_mismatch", "expression", f"{first} | {second}")


def _unit(node: Node, symbols: Mapping[str, Known]) -> Known:
    if isinstance(node, Number):
        return _NUMBER
    if isinstance(node, Name):
        return symbols[node.name]
    if isinstance(node, Negative):
        return _unit(node.operand, symbols)
    if isinstance(node, Power):
        return _power(_unit(node.base, symbols), _unit(node.exponent, symbols))
    if isinstance(node, Call):
        return _call(node, symbols)
    return _chain(node, symbols)


def _chain(node: Chain, symbols: Mapping[str, Known]) -> Known:
    ratio = _ratio(node, symbols)
    if ratio is not None:
        return ratio
    found = _unit(node.first, symbols)
    for sign, part in node.rest:
        other = _unit(part, symbols)
        found = _added(found, sign, other) if sign in "+-" else _multiplied(found, sign, other)
    return found


def _ratio(node: Chain, symbols: Mapping[str, Known]) -> Known:
    """The unit of a product of written numbers with one quantity over another of its kind in another unit: kHz * 1000 / MHz is ppm.

    None where the chain is something else, or where the numbers do not make up for the difference between the units.
    """
    if node.rest[0][0] not in "*/":
        return None
    factor = _written_factor(node)
    units: dict[str, str] = {}
    for sign, part in (("*", node.first), *node.rest):
        if isinstance(part, Number):
            continue
        unit = _unit(part, symbols)
        if not unit or sign in units:
            return None
        units[sign] = unit
    if len(units) < 2 or units["*"] == units["/"] or not factor:
        return None
    above, below = find_unit(units["*"]), find_unit(units["/"])
    if above.is_level or below.is_level or above.dimension != below.dimension:
        return None
    scale = above.scale / (below.scale * factor)
    return next((u.symbol for u in UNITS.values() if u.dimension in ("number", "ratio") and u.scale == scale), None)


def _added(first: Known, sign: str, second: Known) -> Known:
    if first is None or second is None:
        return first or second
    # A written number takes the unit of what it is added to: reading + 0.5.
    if _NUMBER in (first, second):
        return first or second
    if (first, sign, second) in _FIELDS:
        return _FIELDS[first, sign, second]
    if first == second:
        return _same_added(first, sign)
    if _is_level(first) and second in _RATIOS:
        return first
    if _is_level(second) and first in _RATIOS and sign == "+":
        return second
    reversed_field = _FIELDS.get((second, sign, first)) if sign == "+" else None
    if reversed_field is None:
        raise _mismatch(first, second)
    return reversed_field


def _same_added(unit: str, sign: str) -> Known:
    """Two of the same unit: absolute levels subtract to dB, and their sum means nothing; decibels and the rest just add."""
    if not _is_level(unit) or unit in _RATIOS or unit == "dB/m":
        return unit
    if sign == "+":
        raise _mismatch(unit, unit)
    return "dB"


def _multiplied(first: Known, sign: str, second: Known) -> Known:
    if second == _NUMBER:
        return first
    if first == _NUMBER and sign == "*":
        return second
    for unit, other in ((first, second), (second, first)):
        if _is_level(unit):
            raise _mismatch(unit, other)
    if first is None or second is None or first == _NUMBER:
        return None
    if sign == "/" and first == second:
        return _NUMBER
    if sign == "/" and find_unit(first).dimension == find_unit(second).dimension:
        # mV/V is a thousandth, and the number does not show it.
        raise _mismatch(first, second)
    return None


def _power(base: Known, exponent: Known) -> Known:
    if base == _NUMBER and _is_level(exponent):
        # 10**(p/10) is how a level becomes linear; of what, the expression does not say.
        return None
    if _is_level(base) or exponent:
        raise _mismatch(base, exponent)
    return _NUMBER if base == _NUMBER else None


def _call(node: Call, symbols: Mapping[str, Known]) -> Known:
    units = [_unit(argument, symbols) for argument in node.arguments]
    if node.function in _SAME_UNIT:
        known = [unit for unit in units if unit]
        if any(unit != known[0] for unit in known):
            raise _mismatch(known[0], next(unit for unit in known if unit != known[0]))
        return known[0] if known else units[0]
    for unit in units:
        # A root, a logarithm or a sine of a level is a slip: it has to become a linear number first.
        if _is_level(unit):
            raise _mismatch(unit, node.function)
    return _NUMBER if all(unit == _NUMBER for unit in units) else None
