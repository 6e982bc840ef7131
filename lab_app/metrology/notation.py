"""Ways of writing a number and an uncertainty on a report: five notations of powers of ten, three of a pair.

Sources: ISO 80000-1:2009 7.3 (numbers, powers of ten, multiplication cross or half-high dot); JCGM 100:2008 7.2.2 (statement of
a result with its uncertainty, the digits in parentheses) and 7.2.6.  Only digits that are given are written: 2E-8 has one.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Final

from lab_app.core.quantity import MINUS, format_decimal
from lab_app.metrology.rounding import EXACT, ReportPair, places_of

_SUPERSCRIPT: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class Notation(StrEnum):
    """How a power of ten is written: ``2e-08``, ``2x10^-8``, ``2×10⁻⁸``, ``2·10^-8``, ``2·10⁻⁸``."""

    E = "e"
    CARET = "x10^"
    SUPERSCRIPT = "×10ⁿ"
    DOT_CARET = "·10^"
    DOT_SUPERSCRIPT = "·10ⁿ"


def scientific(value: Decimal, notation: Notation | str = Notation.SUPERSCRIPT, locale: str = "vi") -> str:
    """A number as mantissa and power of ten, every digit given and no more; the decimal mark is that of the locale.

    ``e`` is the writing of machines: decimal point, ASCII minus, two digits of exponent at least.

    :raises ValueError: for a number that is not finite.
    """
    notation = Notation(notation)
    if not value.is_finite():
        raise ValueError("not a finite number")
    power = 0 if value.is_zero() else value.adjusted()
    mantissa = value.scaleb(-power, context=EXACT)
    if notation is Notation.E:
        return f"{mantissa:f}e{'-' if power < 0 else '+'}{abs(power):02d}"
    written = format_decimal(mantissa, locale)
    if notation in (Notation.CARET, Notation.DOT_CARET):
        return written + notation.value + str(power)
    return written + notation.value[0] + "10" + str(power).translate(_SUPERSCRIPT)


def readable(
    value: Decimal, notation: Notation | str = Notation.SUPERSCRIPT, locale: str = "vi", *, below: int = -4
) -> str:
    """A number written out where that is honest and short, else with a power of ten.

    With a power of ten: numbers below ``10**below``, and those whose last significant digit stands above the ones (1.2E+3 has
    two digits, and 1200 would claim four).
    """
    if value.is_finite() and (value.is_zero() or (value.adjusted() >= below and places_of(value) >= 0)):
        return format_decimal(value, locale)
    return scientific(value, notation, locale)


def plus_minus(pair: ReportPair, unit: str = "", locale: str = "vi") -> str:
    """``(10,058 ± 0,027) kΩ``: the unit once, behind parentheses; without a unit ``10,058 ± 0,027``."""
    body = f"{format_decimal(pair.y, locale)} ± {format_decimal(pair.U, locale)}"
    return f"({body})\u00a0{unit}" if unit else body


def concise(pair: ReportPair, unit: str = "", locale: str = "vi") -> str:
    """``10,058(27) kΩ``: the digits of U in the last places of the value (JCGM 100 7.2.2 b).

    Where U has a whole part its decimal mark is written, ``10,1(1,2)``, so that nobody reads it a hundredfold.
    """
    if pair.places > 0 and pair.U < 1:
        digits = str(int(pair.U.scaleb(pair.places, context=EXACT)))
    else:
        digits = format_decimal(pair.U, locale)
    body = f"{format_decimal(pair.y, locale)}({digits.replace(MINUS, '')})"
    return f"{body}\u00a0{unit}" if unit else body
