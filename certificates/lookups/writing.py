"""Whether two writings name the same model, brand or version: by stated rules, never by likeness. Pure.

1. Case does not count, nor the form of a letter (full-width, composed or not), nor blanks at the ends.
2. Signs that part a name (blank, hyphen of any kind, underscore) stand for one another: `SH-AX30`, `SH AX30`, `sh_ax30`.
3. Such a sign may be left out between a letter and anything, not between two digits: `SHAX30` is `SH-AX30`, `A112` is not `A1-12`.
   Where both writings part, they part at the same places: `A1-12` is not `A11-2`.
4. Every other character counts: `AX30+`, `AX3/0` and `AX3.0` are other names.
5. What stands before a version as its label (v, ver, rev, firmware, hardware, hw, fw) does not count; the parts of a version between
   points are compared as written: `v1.0.4` is `1.0.4`, `1.0.04` and `1.0.4.0` are not.

A name that goes on after the other one (`SH-AX30-EU`, `1.0.4 build 7`) is a variant: near, and nobody's to confirm but the maker's.
"""
from __future__ import annotations

import re
import unicodedata
from enum import IntEnum

#: Longer names are no names; they are cut before they are compared.
LONGEST = 200

_PARTING = frozenset(" -_\u2010\u2011\u2012\u2013\u2014\u2212\u00ad\u30fb")
_LABEL = re.compile(
    r"^(?:(?:phiên bản|firmware|hardware|version|revision|rev|ver|fw|hw|f/w|h/w)[ .:_-]*(?:v[ .]*)?(?=\S)|v[ .]*(?=\d))")


class Match(IntEnum):
    """How near two writings are; only `SAME` confirms."""

    OTHER = 0
    ALIKE = 1
    VARIANT = 2
    SAME = 3


def plain(text: str) -> str:
    """Rule 1: letters in one form and case, parting signs as one blank each, none at the ends."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text[:LONGEST]).casefold())
    return " ".join("".join(" " if c in _PARTING or c.isspace() else c for c in folded).split())


def _parted(name: str) -> tuple[str, frozenset[int]]:
    """The characters of a plain name without its parting signs, and after how many characters those stood."""
    bare: list[str] = []
    places: set[int] = set()
    for c in name:
        if c == " ":
            places.add(len(bare))
        else:
            bare.append(c)
    return "".join(bare), frozenset(places)


def _weighs(bare: str, place: int) -> bool:
    """Rule 3: a sign between two digits must be written."""
    return bare[place - 1].isdigit() and bare[place].isdigit()


def same(one: str, other: str) -> bool:
    """Whether two names are the same by rules 1 to 4; an empty one is no name."""
    bare, first = _parted(plain(one))
    again, second = _parted(plain(other))
    if not bare or bare != again:
        return False
    if any(_weighs(bare, place) for place in first ^ second):
        return False
    return first <= second or second <= first


def _goes_on(longer: str, shorter: str, least: int = 2) -> bool:
    """Whether one name is the other with something after it: a suffix of a market, a colour, a revision."""
    long_bare, _ = _parted(plain(longer))
    short_bare, _ = _parted(plain(shorter))
    if len(short_bare) < least or len(long_bare) <= len(short_bare) or not long_bare.startswith(short_bare):
        return False
    rest = long_bare[len(short_bare):]
    # "AX3" and "AX30" are two models: a figure that merely goes on is no suffix.
    return not (short_bare[-1].isdigit() and rest[0].isdigit())


def named(asked: str, stated: str) -> Match:
    """How a name that was asked for stands to one that a paper states."""
    if same(asked, stated):
        return Match.SAME
    if _goes_on(asked, stated) or _goes_on(stated, asked):
        return Match.VARIANT
    return Match.ALIKE if alike(asked, stated) else Match.OTHER


def unlabelled(version: str) -> str:
    """A version without the label before it (rule 5), in plain form."""
    return _LABEL.sub("", plain(version), count=1).strip()


def versioned(asked: str, stated: str) -> Match:
    """How a version that was asked for stands to a stated one."""
    one, other = unlabelled(asked), unlabelled(stated)
    if not one or not other:
        return Match.OTHER
    if same(one, other):
        return Match.SAME
    parts, others = re.split(r"[. ]", one), re.split(r"[. ]", other)
    shared = min(len(parts), len(others))
    if parts[:shared] == others[:shared] or _goes_on(one, other, 1) or _goes_on(other, one, 1):
        return Match.VARIANT
    return Match.ALIKE if [_number(p) for p in parts] == [_number(p) for p in others] else Match.OTHER


def _number(part: str) -> str:
    return part.lstrip("0") or "0" if part.isascii() and part.isdigit() else part


def distance(one: str, other: str, most: int) -> int:
    """How many characters were added, dropped, changed or swapped with their neighbour; `most` + 1 where it is more than `most`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


#: Characters that are taken for one another on a label.
_LOOK = str.maketrans("oilszb", "011528")


def alike(one: str, other: str) -> bool:
    """Whether a name may be the other one mistyped: good enough to be listed as near, never to be confirmed."""
    a, b = _parted(plain(one))[0], _parted(plain(other))[0]
    if len(a) < 3 or len(b) < 3:
        return False
    if a.translate(_LOOK) == b.translate(_LOOK):
        return True
    most = 1 if min(len(a), len(b)) < 6 else 2
    return distance(a, b, most) <= most


def gap(one: str, other: str) -> int:
    """How far two names are from each other, for listing the nearest first; characters that look alike are no distance."""
    return distance(plain(one).translate(_LOOK), plain(other).translate(_LOOK), 9)


def key(name: str) -> str:
    """What a name is found by: its characters without case and parting signs. Two names with one key need not be the same (`same`)."""
    return _parted(plain(name))[0]
