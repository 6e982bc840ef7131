"""An old reading judged again by the record's own computation: its raw values, its U, another limit or another rule. Writes nothing."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from lab_app.metrology.decision import Verdict
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limits import ObservationLimit, parse_limit
from lab_app.metrology.units import same_quantity
from lab_app.results.computation import EntryRefused, Outcome, Raw, compute
from lab_app.results.inputs import spec_of
from lab_app.results.models import JobLine, Reading

UNCONFIRMED = "limit_unconfirmed"


@dataclass(frozen=True)
class JudgedAgain:
    """What a reading would be called. `why` says why there is no statement; `mismatch` names two units that do not go together."""

    verdict: str
    why: str = ""
    outcome: Outcome | None = None
    mismatch: str = ""


def raw_of(reading: Reading) -> dict[str, Raw]:
    """The raw readings of a record as the computation takes them."""
    found = {}
    for key, part in (reading.raw or {}).items():
        many = part.get("values") is not None
        values = tuple(Decimal(str(v)) for v in (part["values"] if many else [part["value"]]))
        found[key] = Raw(key, str(part.get("text", "")), values, str(part.get("unit") or ""), str(part.get("source") or "measured"), many,
                         str(part.get("origin") or ""), str(part.get("operator") or ""))
    return found


def judge_again(
    line: JobLine, reading: Reading, limit: Mapping[str, Any], confirmed: bool, rule: Mapping[str, Any] | None
) -> JudgedAgain:
    """The reading by another limit and rule, with the U, the k and the maximum U frozen when it was recorded.

    An unconfirmed limit gives no statement (7.8.6.2); one that does not reach the reading's point, or wants a condition that the
    line does not state, is not evaluated, saying which.
    """
    if not limit:
        return JudgedAgain(Verdict.NOT_EVALUATED, "no_limit")
    try:
        parsed = parse_limit(limit)
    except MetrologyError as error:
        return JudgedAgain(Verdict.NOT_EVALUATED, error.code)
    observed = line.parameter.kind == "observation"
    if isinstance(parsed, ObservationLimit) is not observed:
        return JudgedAgain(Verdict.NOT_EVALUATED, "other_kind", mismatch=f"{line.parameter.kind} | {limit.get('type')}")
    if not isinstance(parsed, ObservationLimit) and not _comparable(reading.unit, parsed.unit):
        return JudgedAgain(Verdict.NOT_EVALUATED, "unit_mismatch", mismatch=f"{reading.unit or '1'} | {parsed.unit or '1'}")
    frozen = reading.computed or {}
    u_max = frozen.get("u_max")
    spec = replace(spec_of(line), u=reading.u, k=reading.k, u_unit=reading.unit if reading.u is not None else "", ranges=(),
                   u_max=Decimal(str(u_max)) if u_max else None, unit=reading.unit or line.parameter.unit)
    try:
        outcome = compute(spec, limit, rule, raw_of(reading), reading.observation)
    except EntryRefused as error:
        return JudgedAgain(Verdict.NOT_EVALUATED, error.code)
    if not confirmed and outcome.verdict not in (Verdict.NOT_APPLICABLE, Verdict.NOT_TESTED):
        return JudgedAgain(Verdict.NO_STATEMENT, UNCONFIRMED, outcome)
    return JudgedAgain(outcome.verdict.value, outcome.decision.reason, outcome)


def _comparable(unit: str, other: str) -> bool:
    """Whether both are units of one quantity; a number without a unit goes with nothing but a number without a unit."""
    if not unit or not other:
        return unit == other
    try:
        return same_quantity(unit, other)
    except MetrologyError:
        return unit == other
