"""Decimal numbers: reading them as people type them, writing them as people read them.

Every reading, limit and printed value of the program is a :class:`decimal.Decimal` that keeps its
written digits.  This file is the one door in (:func:`parse_decimal`), the one door out
(:func:`format_decimal`, :func:`canonical_decimal`) and holds the one rounding function
(:func:`round_half`), so that a screen, a paper and a calculation can never round differently.

Nothing here guesses: ``1.234`` typed on a Vietnamese page could be 1,234 or 1234, and is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import (
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from enum import StrEnum

MINUS = "\u2212"
NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
MAX_LENGTH = 30
MAX_EXPONENT = 20
# Digits are grouped only from five integer digits on (ISO 80000-1, printing of numbers).
GROUP_FROM = 5
# A plain string longer than this is not a number somebody measured, it is an attack on memory.
MAX_MAGNITUDE = 100

# Wide enough that sums and differences of two parsed numbers are exact: 30 characters before
# the point, 30 after it and the exponents allowed above.
EXACT = Context(prec=120, traps=[InvalidOperation, DivisionByZero, Overflow])

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<int>[0-9]*)(?:(?P<sep>[.,])(?P<frac>[0-9]+))?(?:[eE](?P<exp>[+-]?[0-9]+))?"
)
_ALLOWED = re.compile(r"[0-9.,+\-eE]*")
_GROUP_SPACES = re.compile(r"[0-9][\s'\u2019]+[0-9]")
_NOT_FINITE = re.compile(r"[+-]?(?:s?nan[0-9]*|inf(?:inity)?|\u221e)", re.IGNORECASE)


class Ties(StrEnum):
    """What to do with a number exactly half way (ISO 80000-1:2009 Annex B, rules A and B)."""

    EVEN = "even"
    UP = "up"


# The laboratory's setting decides; rule B is what Vietnamese papers and the demonstration use.
DEFAULT_TIES = Ties.UP


class NotANumber(ValueError):
    """Typed text that is not one number.

    ``code`` is one of ``empty``, ``too_long``, ``characters``, ``form``, ``grouping``,
    ``ambiguous``, ``exponent``, ``not_finite``; forms turn it into a sentence.
    ``text`` is what was typed, shortened to the length a message can carry.
    """

    def __init__(self, code: str, text: str = "") -> None:
        super().__init__(f"{code}: {text[:MAX_LENGTH]!r}")
        self.code = code
        self.text = text[:MAX_LENGTH]


def decimal_mark(locale: str) -> str:
    """The decimal mark of a locale: comma in Vietnamese, point in English; others are refused."""
    language = locale.replace("-", "_").split("_")[0].lower()
    if language == "vi":
        return ","
    if language == "en":
        return "."
    raise ValueError(f"no decimal mark is set for locale {locale!r}")


def parse_decimal(text: str, locale: str) -> Decimal:
    """Read one number as typed on a page in ``locale`` (``vi`` or ``en``), keeping its digits.

    One decimal mark, point or comma, and no grouping.  Text in which the *other* language's mark
    stands before exactly three digits (``1.234`` in vi, ``1,234`` in en) looks like a grouped
    thousand and is refused as ``ambiguous``; ``0.123`` cannot be a thousand and is read.
    U+2212 counts as minus; white space at the ends is dropped.

    :raises NotANumber: with the reason in ``code``.
    """
    mark = decimal_mark(locale)
    if len(text) > 10 * MAX_LENGTH:
        raise NotANumber("too_long", text)
    cleaned = unicodedata.normalize("NFC", text).strip().replace(MINUS, "-")
    if not cleaned:
        raise NotANumber("empty", text)
    if len(cleaned) > MAX_LENGTH:
        raise NotANumber("too_long", cleaned)
    if _NOT_FINITE.fullmatch(cleaned):
        raise NotANumber("not_finite", cleaned)
    if not _ALLOWED.fullmatch(cleaned):
        code = "grouping" if _GROUP_SPACES.search(cleaned) else "characters"
        raise NotANumber(code, cleaned)
    if cleaned.count(".") + cleaned.count(",") > 1:
        raise NotANumber("grouping", cleaned)
    match = _NUMBER.fullmatch(cleaned)
    if match is None or not (match["int"] or match["frac"]):
        raise NotANumber("form", cleaned)
    integer, fraction = match["int"], match["frac"] or ""
    foreign = match["sep"] is not None and match["sep"] != mark
    if foreign and len(fraction) == 3 and len(integer) <= 3 and integer.strip("0"):
        raise NotANumber("ambiguous", cleaned)
    exponent = match["exp"]
    if exponent is not None and (len(exponent) > 4 or abs(int(exponent)) > MAX_EXPONENT):
        raise NotANumber("exponent", cleaned)
    number = Decimal(
        match["sign"]
        + (integer or "0")
        + (f".{fraction}" if fraction else "")
        + (f"E{exponent}" if exponent is not None else "")
    )
    return abs(number) if number.is_zero() else number


def canonical_decimal(value: Decimal) -> str:
    """The plain ASCII form for storage, hashing and machines: written digits kept, no exponent.

    ``Decimal('1.20')`` gives ``1.20``; ``Decimal('1E+3')`` gives ``1000``; minus zero gives zero.
    """
    if not value.is_finite():
        raise ValueError("not a finite number")
    if not value.is_zero() and abs(value.adjusted()) > MAX_MAGNITUDE:
        raise ValueError("magnitude out of range")
    if value.is_zero():
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        value = Decimal((0, (0,), max(-MAX_MAGNITUDE, min(0, exponent))))
    return format(value, "f")


def round_half(value: Decimal, places: int, mode: Ties | str = DEFAULT_TIES) -> Decimal:
    """Round to ``places`` decimal places (negative: tens, hundreds), ties by ``mode``.

    The only rounding of the program.  Ties: ``even`` is rule A, ``up`` (away from zero) is rule B
    of ISO 80000-1:2009 Annex B.  Trailing zeros stay: 1.995 at two places is ``2.00``.
    For ``places < 0`` the result carries the exponent (``Decimal('1.2E+3')``), which says which
    digits are significant; :func:`canonical_decimal` writes it out.
    """
    if not value.is_finite():
        raise ValueError("only a finite number can be rounded")
    rounding = ROUND_HALF_EVEN if Ties(mode) is Ties.EVEN else ROUND_HALF_UP
    rounded = value.quantize(Decimal((0, (1,), -places)), rounding=rounding, context=EXACT)
    return abs(rounded) if rounded.is_zero() else rounded


def _grouped(digits: str, separator: str) -> str:
    head = len(digits) % 3 or 3
    return separator.join([digits[:head], *(digits[i : i + 3] for i in range(head, len(digits), 3))])


def format_decimal(
    value: Decimal,
    locale: str,
    places: int | None = None,
    thousands: bool = False,
    mode: Ties | str = DEFAULT_TIES,
) -> str:
    """Write a number for a reader: decimal comma in Vietnamese, U+2212 as minus.

    Without ``places`` the digits are those of the value.  ``thousands`` groups measured values by
    U+202F from five integer digits on (ISO 80000-1), in both languages, because a point
    or a comma would be taken for the decimal mark.
    """
    if places is not None:
        value = round_half(value, places, mode)
    plain = canonical_decimal(value)
    sign = MINUS if plain.startswith("-") else ""
    integer, _, fraction = plain.lstrip("-").partition(".")
    if thousands and len(integer) >= GROUP_FROM:
        integer = _grouped(integer, NARROW_SPACE)
    return sign + integer + (decimal_mark(locale) + fraction if fraction else "")


def format_money_vnd(amount: Decimal | int, locale: str) -> str:
    """Write a sum in đồng: ``18.600.000 đ`` in Vietnamese, ``18,600,000 VND`` in English.

    The đồng has no subdivision in use: a sum that is not whole is refused.
    """
    number = Decimal(amount)
    if not number.is_finite() or number != number.to_integral_value():
        raise ValueError("a sum in VND is a whole number")
    plain = canonical_decimal(number).partition(".")[0]
    sign = MINUS if plain.startswith("-") else ""
    separator, name = (".", "đ") if decimal_mark(locale) == "," else (",", "VND")
    return f"{sign}{_grouped(plain.lstrip('-'), separator)}{NO_BREAK_SPACE}{name}"


# Symbols that reach us in several spellings; the right side is the one kept.
_UNIT_ALIASES = {
    "dBuV": "dB\u00b5V",
    "dBuV/m": "dB\u00b5V/m",
    "dBuA": "dB\u00b5A",
    "dBuA/m": "dB\u00b5A/m",
    "uV": "\u00b5V",
    "uV/m": "\u00b5V/m",
    "uA": "\u00b5A",
    "uW": "\u00b5W",
    "us": "\u00b5s",
    "um": "\u00b5m",
    "ohm": "\u03a9",
    "\u2103": "\u00b0C",
    "%rh": "%RH",
    "% RH": "%RH",
}


def normalise_unit(text: str) -> str:
    """One spelling of a unit symbol: NFC, U+00B5 for micro (U+03BC arrives too), known aliases.

    NFC already turns the ohm sign U+2126 into Greek capital omega, which is the spelling kept.
    """
    symbol = " ".join(unicodedata.normalize("NFC", text).split()).replace("\u03bc", "\u00b5")
    return _UNIT_ALIASES.get(symbol, symbol)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; the unit is an empty string for a pure number."""

    value: Decimal
    unit: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.value, Decimal) or not self.value.is_finite():
            raise ValueError("a quantity needs a finite Decimal")
        object.__setattr__(self, "unit", normalise_unit(self.unit))

    def text(self, locale: str, places: int | None = None, thousands: bool = True) -> str:
        """The number and its unit for a reader, joined by a space that does not break."""
        number = format_decimal(self.value, locale, places, thousands)
        return f"{number}{NO_BREAK_SPACE}{self.unit}" if self.unit else number
