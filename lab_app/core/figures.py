"""How the laboratory writes its figures: ties, digits of U, powers of ten. One setting for pages and papers (GUM 7.2.6, ISO 80000-1).

A room that keeps the laboratory's settings provides them; without one, and outside an application, the defaults hold. Verdicts
are taken on unrounded values, whatever stands here.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import g, has_app_context

from lab_app.core.quantity import DEFAULT_TIES, Ties

#: Ways of writing a power of ten (`metrology.notation.Notation`); empty: every number is written out.
NOTATIONS: Final = ("", "e", "x10^", "×10ⁿ", "·10^", "·10ⁿ")
#: Significant digits of U; none: as recorded, a computed one with two on pages and up to three on test reports.
U_DIGITS: Final = (1, 2)


@dataclass(frozen=True, slots=True)
class Figures:
    """`ties`: rule A (even) or B (up) of ISO 80000-1 Annex B. `u_digits`: significant digits of U, None as recorded. `notation`: how a
    number too small or too coarse to be written out is written, empty for always out."""

    ties: Ties = DEFAULT_TIES
    u_digits: int | None = None
    notation: str = ""


DEFAULT: Final = Figures()
_makers: list[Callable[[], Mapping[str, Any]]] = []


def provide(settings: Callable[[], Mapping[str, Any]]) -> None:
    """Name who knows the laboratory's settings; the last one named counts."""
    _makers[:] = [settings]


def read(settings: Mapping[str, Any]) -> Figures:
    """Settings as they are kept (`rounding_ties`, `u_digits`, `notation`); what is not known there is the default."""
    ties, digits, notation = (str(settings.get(key) or "") for key in ("rounding_ties", "u_digits", "notation"))
    return Figures(
        Ties(ties) if ties in set(Ties) else DEFAULT_TIES,
        int(digits) if digits.isdecimal() and int(digits) in U_DIGITS else None,
        notation if notation in NOTATIONS else "",
    )


def figures() -> Figures:
    """What holds now, read once a request."""
    if not _makers or not has_app_context():
        return DEFAULT
    if "figures" not in g:
        g.figures = read(_makers[0]())
    found: Figures = g.figures
    return found
