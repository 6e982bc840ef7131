"""The risk behind one verdict, shown where the verdict is: at the bench while typing, on the line's page, at review (7.8.6.1).

Pure. The specific risk of a result is the probability, given its value and its uncertainty, that the decision is wrong: that an
accepted item does not conform (PFA), that a rejected one does (PFR) (JCGM 106:2012 clause 7). Without U there is none to state,
and that is said. TUR is the span of a two-sided tolerance over 2 U (Z540.3); a one-sided limit has no span.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lab_app.metrology.decision import Verdict
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limits import Bounds, parse_limit
from lab_app.metrology.risk import specific_risk, tur
from lab_app.metrology.rounding import EXACT
from lab_app.results.computation import Outcome

ACCEPTED = frozenset({Verdict.PASS, Verdict.CONDITIONAL_PASS})
REJECTED = frozenset({Verdict.FAIL, Verdict.CONDITIONAL_FAIL})
#: Which wrong decision is possible: PFA (accepted), PFR (rejected), none (no decision was taken).
PFA, PFR, UNDECIDED = "pfa", "pfr", ""
NO_UNCERTAINTY = "no_uncertainty"


@dataclass(frozen=True)
class RiskShown:
    """`kind`: pfa, pfr or empty; `wrong`: probability (0..1) of that wrong decision, None without U or without a decision.

    `conforming`: probability that the true value lies within the limits, None without U. `sides`: upper, lower, range, abs_upper.
    `guard_band` and `tur` are in the result's unit and without one; None where there is none. `why`: `no_uncertainty` or empty.
    """

    kind: str
    wrong: Decimal | None
    conforming: Decimal | None
    sides: str
    u: Decimal | None = None
    guard_band: Decimal | None = None
    tur: Decimal | None = None
    why: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the live answer: probabilities as strings, the words are the presenter's."""
        def text(number: Decimal | None) -> str | None:
            return None if number is None else format(number, "f")

        return {"kind": self.kind, "wrong": text(self.wrong), "conforming": text(self.conforming), "sides": self.sides,
                "guard_band": text(self.guard_band), "tur": text(self.tur), "why": self.why}


def specific(outcome: Outcome) -> RiskShown | None:
    """The risk of an outcome of the computation; None where nothing numerical was compared with a numerical limit."""
    if not isinstance(outcome.limit, Bounds) or not outcome.values:
        return None
    return risk_of(outcome.limit, outcome.values, outcome.u, outcome.k, outcome.verdict, outcome.decision.guard_band)


def of_reading(reading: Any) -> RiskShown | None:
    """The same of a recorded reading, from what was frozen with it."""
    if reading is None or not reading.limit_value:
        return None
    try:
        limit = parse_limit(reading.limit_value)
    except MetrologyError:
        return None
    values = values_of(reading.value, reading.computed or {})
    if not isinstance(limit, Bounds) or not values:
        return None
    return risk_of(limit, values, reading.u, reading.k, verdict_of(reading.verdict), reading.guard_band)


def verdict_of(code: str) -> Verdict:
    """A stored verdict; an unknown one reads as not evaluated."""
    try:
        return Verdict(code.upper())
    except ValueError:
        return Verdict.NOT_EVALUATED


def values_of(value: Decimal | None, computed: Mapping[str, Any]) -> tuple[Decimal, ...]:
    """The parts of a result as they were frozen; the value itself where there is one part."""
    try:
        parts = tuple(Decimal(str(part)) for part in computed.get("values") or ())
    except InvalidOperation:
        parts = ()
    return parts or (() if value is None else (value,))


def risk_of(
    limit: Bounds, values: Sequence[Decimal], u_expanded: Decimal | None, k: Decimal | None, verdict: Verdict,
    guard_band: Decimal | None = None,
) -> RiskShown:
    """Specific risk of a decision. Of a composite result the part most likely outside counts: the chance that all parts conform is
    no larger than its own. The limit, the values and U stand in one unit."""
    kind = PFA if verdict in ACCEPTED else PFR if verdict in REJECTED else UNDECIDED
    if u_expanded is None or u_expanded <= 0:
        return RiskShown(kind, None, None, limit.kind, None, guard_band, None, NO_UNCERTAINTY)
    u = EXACT.divide(u_expanded, k if k is not None and k > 0 else Decimal(2))
    worst = max((specific_risk(limit, value, u) for value in values), key=lambda risk: risk.p_nc)
    wrong = {PFA: worst.p_nc, PFR: worst.p_c}.get(kind)
    return RiskShown(kind, wrong, worst.p_c, limit.kind, u, guard_band, _tur(limit, u_expanded))


def _tur(limit: Bounds, u_expanded: Decimal) -> Decimal | None:
    low = -limit.high if limit.absolute and limit.high is not None else limit.low
    if low is None or limit.high is None or low >= limit.high:
        return None
    return tur(low, limit.high, u_expanded)
