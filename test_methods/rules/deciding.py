"""What a decision rule makes of every value near a limit: zones, and the largest risk in each (JCGM 106 clause 8, ILAC-G8 4.2)."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lab_app.metrology.decision import DecisionRule, RuleKind, Verdict, decide, guard_band, tolerance
from lab_app.metrology.limits import Bounds, upper, within
from lab_app.metrology.risk import specific_risk
from lab_app.metrology.rounding import EXACT

ACCEPTED = (Verdict.PASS, Verdict.CONDITIONAL_PASS)
REJECTED = (Verdict.FAIL, Verdict.CONDITIONAL_FAIL)
TWO = Decimal(2)


@dataclass(frozen=True)
class Zone:
    """Values from `low` to `high` (None: without end) get one verdict. `risk`: the largest chance within the zone that the decision
    is wrong, PFA where it accepts and PFR where it rejects; None where nothing is decided."""

    low: Decimal | None
    high: Decimal | None
    verdict: Verdict
    reason: str = ""
    risk: Decimal | None = None

    @property
    def accepts(self) -> bool:
        """Whether the zone is on the accepting side."""
        return self.verdict in ACCEPTED

    @property
    def decides(self) -> bool:
        """Whether there is a decision at all."""
        return self.verdict in ACCEPTED or self.verdict in REJECTED


def zones(
    rule: DecisionRule, limit: Bounds, U: Decimal, u_max: Decimal | None = None, k: Decimal = TWO
) -> list[Zone]:
    """The zones of a rule over all values, lowest first, for a limit and an expanded uncertainty in one unit."""
    edges = sorted(_edges(rule, limit, U, u_max))
    pieces: list[Zone] = []
    ends: list[Decimal | None] = [None, *edges, None]
    for low, high in zip(ends, ends[1:], strict=False):
        found = decide(rule, limit, _inside(low, high, U), U, u_max, k)
        if pieces and pieces[-1].verdict is found.verdict:
            pieces[-1] = Zone(pieces[-1].low, high, found.verdict, found.reason)
        else:
            pieces.append(Zone(low, high, found.verdict, found.reason))
    u = EXACT.divide(U, k)
    return [Zone(p.low, p.high, p.verdict, p.reason, _largest(p, limit, u)) for p in pieces]


def _ends(limit: Bounds | None) -> set[Decimal]:
    if limit is None:
        return set()
    low = -limit.high if limit.absolute and limit.high is not None else limit.low
    return {end for end in (low, limit.high) if end is not None}


def _edges(rule: DecisionRule, limit: Bounds, U: Decimal, u_max: Decimal | None) -> set[Decimal]:
    top = rule.u_max if u_max is None else u_max
    unknown = rule.needs_maximum_uncertainty and top is None
    if unknown or (rule.kind is RuleKind.GUARDED_TUR and tolerance(limit) is None):
        return _ends(limit)
    w = guard_band(rule, limit, U, top)
    return _ends(limit) | _ends(limit.shrunk(w)) | _ends(limit.widened(w))


def _inside(low: Decimal | None, high: Decimal | None, U: Decimal) -> Decimal:
    """A value strictly between two edges."""
    if low is None:
        return EXACT.subtract(high, U) if high is not None else Decimal(0)
    return EXACT.add(low, U) if high is None else EXACT.divide(EXACT.add(low, high), TWO)


def _largest(zone: Zone, limit: Bounds, u: Decimal) -> Decimal | None:
    """Accepting is riskiest at an end of its zone, rejecting at the end nearest the limit."""
    if not zone.decides:
        return None
    risks = [specific_risk(limit, end, u) for end in (zone.low, zone.high) if end is not None]
    return max((risk.p_nc if zone.accepts else risk.p_c for risk in risks), default=None)


def worst(pieces: Iterable[Zone]) -> tuple[Decimal | None, Decimal | None]:
    """The largest PFA and the largest PFR among zones; None where nothing is accepted, or rejected."""
    pieces = list(pieces)
    accepted = [p.risk for p in pieces if p.accepts and p.risk is not None]
    rejected = [p.risk for p in pieces if p.decides and not p.accepts and p.risk is not None]
    return max(accepted, default=None), max(rejected, default=None)


def example(rule: DecisionRule) -> tuple[Bounds, Decimal, Decimal | None]:
    """A limit, a U and a maximum U to show a rule by: what the laboratory's own standard writes of most (54 with U = 3), and a
    tolerance with a TUR of 4 for a band that needs one. Where U may not exceed a maximum it is kept just below, or (CISPR) above."""
    if rule.kind is RuleKind.GUARDED_TUR:
        return within(Decimal(-10), Decimal(10)), Decimal("2.5"), None
    top = {RuleKind.SHARED_RISK_MAX_U: Decimal(6), RuleKind.CISPR: Decimal("3.4")}.get(rule.kind)
    if top is not None:
        top = rule.u_max or top
        return upper(Decimal(54)), top + 1 if rule.kind is RuleKind.CISPR else top / 2, top
    return upper(Decimal(54)), Decimal(3), None


def stated_risk(rule: DecisionRule) -> tuple[Decimal | None, Decimal | None]:
    """The largest PFA and PFR a rule allows at k = 2: with U at its maximum where the rule has one, at a TUR of 4 where it needs one."""
    limit, U, top = example(rule)
    return worst(zones(rule, limit, U if top is None else top, top))
