"""Whether a printed result lies within a line of the scope register: its method and parameter, its day, its range (5.3, 7.8.1)."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from lab_app.accounts.models import Laboratory
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.units import convert
from lab_app.results.capability import REFERENCE
from lab_app.results.computation import FREQUENCY
from lab_app.results.models import Reading
from test_methods.models import ScopeEntry

ACCREDITED = "accredited"


def statuses_on(scope: Iterable[ScopeEntry], method_code: str, parameter_code: str, on: date, reading: Reading | None = None) -> set[str]:
    """What the scope register says of a method and parameter on a day, and of a reading: a line that states a range holds only for
    results it can be shown to cover."""
    return {
        entry.status for entry in scope
        if entry.method_code == method_code and entry.parameter_code in ("", parameter_code)
        and entry.valid_from <= on <= entry.last_day and (reading is None or covers(entry, reading))
    }


def covers(entry: ScopeEntry, reading: Reading) -> bool:
    """Whether the range of a scope line covers a reading: by the value the standard gave, the frequency it was taken at, or the result,
    whichever the range speaks of. What cannot be compared is not covered: no mark stands where nobody can show that it may."""
    if entry.cmc_low is None and entry.cmc_high is None:
        return True
    for value, unit in _stated(reading):
        try:
            at = convert(value, unit, entry.cmc_range_unit)
        except MetrologyError:
            continue
        return (entry.cmc_low is None or entry.cmc_low <= at) and (entry.cmc_high is None or at <= entry.cmc_high)
    return False


def _stated(reading: Reading) -> Iterator[tuple[Decimal, str]]:
    raw: Mapping[str, Any] = reading.raw or {}
    for key, part in sorted(raw.items()):
        if (key == REFERENCE or key.startswith(FREQUENCY)) and isinstance(part, Mapping):
            for number in [part.get("value"), *(part.get("values") or ())]:
                try:
                    yield Decimal(str(number)), str(part.get("unit") or "")
                except InvalidOperation:
                    continue
    if reading.value is not None:
        yield reading.value, reading.unit


def held_on(laboratory: Laboratory | None, on: date) -> bool:
    """Whether the laboratory's accreditation covers a day; the scope register decides where the laboratory states no days."""
    facts = laboratory.accreditation if laboratory is not None else {}
    first, last = str(facts.get("valid_from") or ""), str(facts.get("valid_to") or "")
    return (not first or first <= on.isoformat()) and (not last or on.isoformat() <= last)
