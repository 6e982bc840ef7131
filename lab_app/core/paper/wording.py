"""How numbers, dates and quantities are written on a Vietnamese paper, from the plain strings of a record.

Numbers arrive as canonical decimals ("-29.2") and keep every written digit; dates as ISO 8601 ("2026-09-22",
"2026-09-22T16:42:07+07:00") in the laboratory's own zone. Anything else is printed as it stands.

A paper in both languages writes as the Vietnamese do. `manner` sets another way for what is drawn within it: one language alone
(English takes the decimal point and months as words), powers of ten for very small and very large numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from lab_app.core.quantity import format_decimal

NO_BREAK = "\u00a0"
NARROW = "\u202f"
MINUS = "\u2212"

_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?\Z")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")
_MOMENT = re.compile(r"(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2})(:\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:\d{2})?\Z")

_BEFORE_NUMBER = re.compile(
    r"\b(QCVN|TCVN|EN|IEC|ISO/IEC|CISPR|VILAS|MST|firmware|[Mm]ục|[Cc]lause|[Bb]ảng|[Kk]hoản|Điều) (?=[\dA-Z])"
)
_BEFORE_UNIT = re.compile(
    r"(?<=[\d)]) (?=(?:dBm/MHz|dBm|dBµV/m|dBµV|dBi|dB|GHz|MHz|kHz|Hz|µV/V|µV|mV|kV|V|mA|A|W|°C|℃|%RH|%|ppm"
    r"|mm|km|m|ms|µs|s|min|h|kg|g|đ)(?![\w/]))"
)
_RELATION = re.compile(r"(?<=\S) ([=≤≥<>±]) (?=\S)")


@dataclass(frozen=True, slots=True)
class Manner:
    """`only`: the one language of the paper (vi, en), empty for both. `power`: what writes a number as a power of ten
    (value, language → text), none for every number written out. `bounds`: what is wider than its room goes on in a further line, and
    labels of a plot keep clear of its lines; layouts that were frozen before say no, since their files are drawn again byte for byte."""

    only: str = ""
    power: Callable[[Decimal, str], str] | None = None
    bounds: bool = False


_USUAL = Manner()
_manner: ContextVar[Manner] = ContextVar("manner", default=_USUAL)


@contextmanager
def manner(only: str = "", power: Callable[[Decimal, str], str] | None = None) -> Iterator[None]:
    """Within the block papers are written in this way."""
    token = _manner.set(Manner(only, power, bounds=True))
    try:
        yield
    finally:
        _manner.reset(token)


def only() -> str:
    """The one language of the paper being drawn; empty for both."""
    return _manner.get().only


def bounds() -> bool:
    """Whether the paper being drawn keeps every heading and label within its room."""
    return _manner.get().bounds


class Words(dict[str, str]):
    """A text in both languages (`vi`, `en`) which a paper in one language says in that language alone, in the place of `vi`.

    `alone`: what a paper in English says where the English beside the Vietnamese leans on it (a mark, a long word)."""

    def __getitem__(self, key: str) -> str:
        alone = _manner.get().only
        if not alone:
            return super().__getitem__(key)
        if key == "en":
            return ""
        if alone == "en":
            return self.get("alone") or self.get("en") or super().__getitem__("vi")
        return super().__getitem__("vi")

    def joined(self, mark: str = "/") -> str:
        """Both languages in one word (`Số/No.`), or the one of the paper."""
        return mark.join(part for part in (self["vi"], self["en"]) if part)


def decimal_mark() -> str:
    """The decimal mark of the paper being drawn."""
    return "." if only() == "en" else ","


def bounded(operator: str, text: str) -> str:
    """A written number behind the sign that makes it a bound (`< 10`); the number alone without one."""
    return f"{operator}{NO_BREAK}{text}" if operator else text


def number(value: str, *, signed: bool = False) -> str:
    """A canonical decimal in Vietnamese writing: decimal comma, U+2212 minus, narrow no-break spaces from five figures on.

    `signed` writes the plus of a margin too. A value that is not a decimal is returned unchanged.
    """
    if not _DECIMAL.match(value):
        return value
    power = _manner.get().power
    if power is not None:
        text = power(Decimal(value), only() or "vi")
        if text != format_decimal(Decimal(value), only() or "vi"):
            return "+" + text if signed and not text.startswith((MINUS, "-")) else text
    negative = value.startswith("-")
    whole, point, fraction = value.lstrip("+-").partition(".")
    if len(whole) >= 5:
        first = len(whole) % 3
        groups = ([whole[:first]] if first else []) + [whole[i : i + 3] for i in range(first, len(whole), 3)]
        whole = NARROW.join(groups)
    text = whole + (decimal_mark() + fraction if point else "")
    if negative:
        return MINUS + text
    return "+" + text if signed else text


def is_number(value: str) -> bool:
    """Whether a string is a canonical decimal ("18.42", "-3")."""
    return bool(_DECIMAL.match(value))


def date(value: str) -> str:
    """An ISO date as dd/mm/yyyy; anything else unchanged."""
    found = _DATE.match(value)
    if not found:
        return value
    return _english_day(*found.groups()) if only() == "en" else "{2}/{1}/{0}".format(*found.groups())


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def _english_day(year: str, month: str, day: str, *, short: bool = True) -> str:
    """`22 Sep 2026`: months as words, since 09/10 is another day in another country."""
    name = _MONTHS[int(month) - 1]
    return f"{int(day)}{NO_BREAK}{name[:3] if short else name}{NO_BREAK}{year}"


def english_date(value: str) -> str:
    """An ISO date in English (`22 Sep 2026`), whatever the language of the paper; anything else unchanged."""
    found = _DATE.match(value)
    return _english_day(*found.groups()) if found else value


def moment(value: str, *, seconds: bool = False) -> str:
    """An ISO moment as `dd/mm/yyyy hh:mm`, as written (no zone arithmetic); with `seconds`, seconds and offset as well."""
    found = _MOMENT.match(value)
    if not found:
        return date(value)
    year, month, day, clock, second, offset = found.groups()
    text = f"{_english_day(year, month, day) if only() == 'en' else f'{day}/{month}/{year}'} {clock}"
    if seconds:
        text += (second or "") + (f" {offset}" if offset else "")
    return text


def day_of(value: str) -> str:
    """The date part of an ISO date or moment as dd/mm/yyyy."""
    return date(value[:10])


def long_date(value: str) -> str:
    """An ISO date in the long form of official papers: `ngày 08 tháng 10 năm 2026`.

    Days below ten and the months January and February carry a zero, so that no figure can be put before them.
    """
    found = _DATE.match(value[:10])
    if not found:
        return value
    year, month, day = found.groups()
    if only() == "en":
        return _english_day(year, month, day, short=False)
    return f"ngày {day} tháng {month if int(month) <= 2 else int(month)} năm {year}"


def periods(spans: list[dict[str, str]]) -> str:
    """Spans of ISO dates as `11/09/2026 – 16/09/2026; 06/10/2026`."""
    return "; ".join(
        date(span["from"]) if span["from"] == span["to"] else f"{date(span['from'])} – {date(span['to'])}"
        for span in spans
    )


@lru_cache(maxsize=4096)
def bind(text: str) -> str:
    """Put no-break spaces where a line may not end: `QCVN 54`, `5 GHz`, `k = 2`."""
    text = _BEFORE_NUMBER.sub(lambda found: found.group(1) + NO_BREAK, text)
    text = _BEFORE_UNIT.sub(NO_BREAK, text)
    return _RELATION.sub(lambda found: NO_BREAK + found.group(1) + NO_BREAK, text)
