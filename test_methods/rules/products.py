"""HS codes and lanes of a product list. Pure."""
from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime

from test_methods.rules.days import in_force

#: High risk: a designated body certifies. Medium risk: the applicant declares on a test report.
CERTIFY, DECLARE = "certify", "declare"
LANES = (CERTIFY, DECLARE)
LANE_OF_RISK = {"high": CERTIFY, "medium": DECLARE}

_FULL = re.compile(r"\d{4}(?:\.\d{2}){0,3}")
_TAIL = re.compile(r"\.\d{2}")
_OPEN = re.compile(r"(\d{4}(?:\.\d{2})*)\.xx", re.IGNORECASE)


_CUT = re.compile(r";?\s*text cut(?: in the source)?")


def line_name(text: str) -> tuple[str, bool]:
    """A catalogue's line without its own remark that the source's text was cut; and whether it was."""
    name = _CUT.sub("", text).replace("probably ", "có thể ").replace("()", "").strip()
    return name, bool(_CUT.search(text))


class BadHs(ValueError):
    """Text that is no HS code; the text itself."""


def hs_codes(text: str) -> list[str]:
    """HS codes as annexes write them, in full: `8518.30.10 .20 .51` gives three codes, `8528.71.xx` its beginning `8528.71`.

    Raises `BadHs` naming the piece that is none.
    """
    found: list[str] = []
    last = ""
    for piece in re.split(r"[\s,;/]+", text.strip()):
        if not piece:
            continue
        opened = _OPEN.fullmatch(piece)
        if opened:
            last = opened[1]
        elif _FULL.fullmatch(piece):
            last = piece
        elif _TAIL.fullmatch(piece) and len(last) >= 7:
            last = last[:-3] + piece
        else:
            raise BadHs(piece[:40])
        if last not in found:
            found.append(last)
    return found


def hs_digits(text: str) -> str:
    """A typed code as digits; empty where it holds anything but digits, points and blanks."""
    digits = re.sub(r"[.\s]", "", text)
    return digits if digits.isdigit() and 4 <= len(digits) <= 10 else ""


def hs_search(codes: Iterable[str]) -> str:
    """Codes as the search column holds them: ` 85176251 852871 `."""
    joined = " ".join(code.replace(".", "") for code in codes)
    return f" {joined} " if joined else ""


def covers(codes: Iterable[str], hs: str) -> bool:
    """Whether one of a line's codes is this code, or its beginning."""
    digits = hs_digits(hs)
    return bool(digits) and any(digits.startswith(code.replace(".", "")) for code in codes)


def counts_on(
    first: date | None, end: date | None, ended_recorded_at: datetime | None, recorded_at: datetime, on: date, known_at: datetime
) -> bool:
    """Whether something counts on a day as known at a moment. `end` is the first day on which it no longer counts; an end that
    was not known yet did not count then."""
    known_end = end if ended_recorded_at is None or ended_recorded_at <= known_at else None
    return recorded_at <= known_at and in_force(first, known_end, on)
