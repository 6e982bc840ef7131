"""What a method's own formula does to a level that was read: which fields correct it, added or taken off. Pure.

`reading + af + cable - preamp` says that a trace of receiver readings becomes the result by adding the antenna factor and the cable
loss and taking off the gain: the same terms, frequency by frequency, correct a trace. Only a formula that is a plain sum with a
factor of one can; every other one refuses, and its results are read point by point.
"""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from lab_app.results.computation import FREQUENCY
from test_methods.formula import Formula, FormulaError, parse_formulas

#: Detectors as they stand in codes and names of parameters, where the limit itself names none.
_DETECTOR: Final = re.compile(r"(?<![A-Za-z])(QP|AV|PK|CAV|RAV|RMS)(?![A-Za-z])")
_ONE: Final = Decimal(1)


class NotOverFrequency(ValueError):
    """Why a parameter cannot be judged on a trace: `kind`, `several`, `no_reading`, `not_a_sum`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Term:
    """A field that corrects the level: its sign in the formula, its unit; `fixed` where the method itself gives the number."""

    key: str
    sign: int
    unit: str
    field: Mapping[str, Any]
    fixed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The measured field a trace stands for, its unit, the frequency's field (may be none), and the corrections in their order."""

    reading: str
    unit: str
    frequency: str
    corrections: tuple[Term, ...]


def terms_of(kind: str, fields: Sequence[Mapping[str, Any]], formula: str) -> Terms:
    """How a trace of readings becomes results by a method's formula. Raises `NotOverFrequency`."""
    if kind != "number":
        raise NotOverFrequency("kind")
    if any(f.get("many") for f in fields):
        raise NotOverFrequency("several")
    keys = [str(f["key"]) for f in fields]
    try:
        formulas = parse_formulas(formula, keys, [])
    except FormulaError as error:
        raise NotOverFrequency("not_a_sum") from error
    if len(formulas) != 1:
        raise NotOverFrequency("several")
    used = [f for f in fields if str(f["key"]) in formulas[0].names]
    measured = [f for f in used if str(f.get("source") or "measured") == "measured" and not str(f["key"]).startswith(FREQUENCY)]
    if len(measured) != 1 or measured[0].get("fixed") not in (None, ""):
        raise NotOverFrequency("no_reading")
    signs = _signs(formulas[0], [str(f["key"]) for f in used])
    reading = str(measured[0]["key"])
    if signs[reading] != 1 or any(key.startswith(FREQUENCY) for key in signs):
        raise NotOverFrequency("not_a_sum")
    corrections = tuple(
        Term(str(f["key"]), signs[str(f["key"])], str(f.get("unit") or "dB"), f,
             None if f.get("fixed") in (None, "") else Decimal(str(f["fixed"])))
        for f in used if str(f["key"]) != reading)
    frequency = next((key for key in keys if key.startswith(FREQUENCY)), "")
    return Terms(reading, str(measured[0].get("unit") or ""), frequency, corrections)


def _signs(formula: Formula, keys: Sequence[str]) -> dict[str, int]:
    """+1 or -1 of each field; refuses anything but a sum of the fields themselves."""
    try:
        zero = formula.evaluate(dict.fromkeys(keys, Decimal(0)))
        signs = {key: formula.evaluate({k: _ONE if k == key else Decimal(0) for k in keys}) for key in keys}
        # A sum stays one wherever it is looked at: two unlike places tell it from what only looks so at nought and one.
        places = [{key: Decimal(3 + 7 * n) for n, key in enumerate(keys)}, {key: Decimal(-5 - 2 * n) / 8 for n, key in enumerate(keys)}]
        straight = all(formula.evaluate(place) == sum(signs[k] * place[k] for k in keys) for place in places)
    except FormulaError as error:
        raise NotOverFrequency("not_a_sum") from error
    if zero != 0 or not straight or any(abs(sign) != 1 for sign in signs.values()):
        raise NotOverFrequency("not_a_sum")
    return {key: int(sign) for key, sign in signs.items()}


def detector_named(*texts: str) -> str:
    """The one detector that stands in codes or names (`118-CE-QP`, `(AV)`); empty where none or several do."""
    found = {match for text in texts for match in _DETECTOR.findall(text)}
    return found.pop() if len(found) == 1 else ""
