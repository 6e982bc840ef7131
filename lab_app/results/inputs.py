"""Where a line's numbers come from before anything is typed: the method's parameter, what the customer supplied, correction factors."""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from instruments.models import Instrument
from instruments.queries import factor_at
from instruments.rules.corrections import FactorValue, Why, Words
from lab_app.core import clock
from lab_app.core.asked import asked
from lab_app.core.quantity import NotANumber, parse_decimal
from lab_app.metrology.units import convert
from lab_app.results.computation import FREQUENCY, Spec
from lab_app.results.models import JobLine
from test_methods.models import MethodVersion
from test_methods.queries.uncertainty import budget_for, frozen_of
from test_methods.rules import BadParameter, EnvironmentLimits, environment_for

_FREQUENCY_TEXT = re.compile(r"([-–…/] ?)?(?<![\d.,])(\d+(?:[ \u00a0\u202f]\d{3})*(?:[.,]\d+)?)[ \u00a0\u202f]?(kHz|MHz|GHz)\b")


def spec_of(
    line: JobLine, instruments: Sequence[Instrument] = (), frequency: tuple[Decimal, str] | None = None, at: datetime | None = None,
    known_at: datetime | None = None,
) -> Spec:
    """A line's parameter as data for the computation, with the budget that applies to these instruments at this frequency
    (value, unit) on the day of `at` (now) as known at a moment; the parameter's own where nothing narrower was chosen."""
    p = line.parameter
    day = clock.local(at or clock.now()).date()
    budget = budget_for(p, [i.id for i in instruments], frequency, on=day, known_at=known_at)
    return Spec(
        code=p.code, kind=p.kind, fields=p.fields, formula=p.formula, unit=p.unit, places=p.places,
        u=budget.u_expanded if budget else None, k=budget.k if budget else None, u_unit=budget.unit if budget else "",
        u_max=p.u_max, u_exempt_reason=p.u_exempt_reason,
        budget=frozen_of(budget) if budget else None, ranges=budget.ranges if budget else (),
        calculations=p.calculations, replicates=p.replicates, operators=p.operators, working=p.working_range,
        conditions=line.conditions,
    )


def frequency_of(line: JobLine, texts: Mapping[str, str], locale: str) -> tuple[Decimal, str] | None:
    """The frequency of an entry with its unit: as typed, else the one that the line's conditions state."""
    return _typed_frequency(line, texts, locale) or stated_frequency(line.conditions)


def defaults_for(
    line: JobLine, instruments: Sequence[Instrument], at: datetime, known_at: datetime, texts: Mapping[str, str], locale: str
) -> dict[str, tuple[Decimal, str]]:
    """Values for fields left empty, with where they come from: supplied by the customer (7.8.2.2), the one frequency that the line's
    conditions state, or the factor valid that day (6.4.11) at the frequency of the reading.

    A field takes a factor when its `quantity` is that of a factor set of a chosen instrument; never beyond the table's ends.
    """
    found: dict[str, tuple[Decimal, str]] = {}
    supplied = {str(s.get("key", "")): s for s in line.job.sample.item.supplied}
    frequency = frequency_of(line, texts, locale)
    for f in line.parameter.fields:
        key, source = str(f["key"]), str(f.get("source") or "measured")
        if source == "customer" and key in supplied:
            try:
                found[key] = (Decimal(str(supplied[key]["value"]).replace(",", ".")), str(supplied[key]["value"]))
            except (InvalidOperation, KeyError):
                continue
        elif key.startswith(FREQUENCY):
            stated = stated_frequency(line.conditions)
            if stated is not None and f.get("unit"):
                found[key] = (convert(stated[0], stated[1], str(f["unit"])), line.conditions)
        elif source == "factor" and f.get("quantity") and frequency is not None:
            value = _factor(str(f["quantity"]), instruments, at, known_at, frequency)
            if value is not None:
                found[key] = value
    return found


def stated_frequency(conditions: str) -> tuple[Decimal, str] | None:
    """The frequency that a line's conditions state (`0.198 MHz, pha L1`); none where they state none or several."""
    found = _FREQUENCY_TEXT.findall(conditions)
    if len(found) != 1 or found[0][0]:  # the end of a span is not a frequency
        return None
    _, number, unit = found[0]
    return Decimal("".join(number.split()).replace(",", ".")), unit


def _typed_frequency(line: JobLine, texts: Mapping[str, str], locale: str) -> tuple[Decimal, str] | None:
    for f in line.parameter.fields:
        key = str(f["key"])
        if key.startswith(FREQUENCY) and texts.get(key, "").strip():
            try:
                return parse_decimal(texts[key], locale), str(f.get("unit") or "MHz")
            except NotANumber:
                return None
    return None


def _factor(
    quantity: str, instruments: Sequence[Instrument], at: datetime, known_at: datetime, frequency: tuple[Decimal, str]
) -> tuple[Decimal, str] | None:
    for found in _factors(quantity, instruments, at, known_at, frequency):
        if isinstance(found, FactorValue):
            return found.value, found.label
    return None  # beyond this table's ends: another of the instruments may reach there


def _factors(
    quantity: str, instruments: Sequence[Instrument], at: datetime, known_at: datetime, frequency: tuple[Decimal, str]
) -> Iterator[FactorValue | Why]:
    day = clock.local(at).date()
    for instrument in instruments:
        yield asked(factor_at, instrument.id, quantity, frequency[0], frequency[1], day, known_at)


def why_no_factor(
    line: JobLine, key: str, instruments: Sequence[Instrument], at: datetime, known_at: datetime, texts: Mapping[str, str], locale: str
) -> Words:
    """Why a field that takes a correction factor found none: beyond the ends of a table, another unit, no table; empty for other fields."""
    f = next((f for f in line.parameter.fields if str(f["key"]) == key and f.get("source") == "factor"), None)
    frequency = frequency_of(line, texts, locale)
    if f is None or not f.get("quantity") or frequency is None:
        return ""
    reasons = [found for found in _factors(str(f["quantity"]), instruments, at, known_at, frequency) if isinstance(found, Why)]
    found_table = next((why for why in reasons if why.code != "missing"), reasons[0] if reasons else None)
    return found_table.says if found_table else ""


def environment_limits(line: JobLine) -> EnvironmentLimits:
    """What the environment of a line must be."""
    return limits_for(line.job.method_version, line.conditions)


def limits_for(version: MethodVersion, conditions: str) -> EnvironmentLimits:
    """What the environment under some conditions must be (6.3.2): their own limits where the version names them (a climatic
    chamber), else the version's; none where it says nothing."""
    try:
        return environment_for(version.environment or {}, conditions)
    except BadParameter:
        return EnvironmentLimits()


def spans(limits: EnvironmentLimits) -> dict[str, tuple[Decimal, Decimal] | None]:
    """Limits as the rules of environment read them."""
    return {"temperature": limits.temperature, "humidity": limits.humidity}
