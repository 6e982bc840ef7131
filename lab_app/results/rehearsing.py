"""What each decision rule would have made of earlier results, and what that says of the risk (7.1.3, JCGM 106). Pure over rows.

The rules judge the values, limits and uncertainties frozen with the readings, through the one function that judges results. The
population is estimated from those results: mean, and the spread that is left when the measurement's own is taken out. Where
the limits differ from result to result (a limit over frequency), the distance to the limit takes the place of the value.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lab_app.metrology.decision import (
    Decision,
    DecisionRule,
    RuleKind,
    Verdict,
    decide,
    guard_band,
    tolerance,
)
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.global_risk import GlobalRisk, Process, global_risk
from lab_app.metrology.limits import Bounds, lower, parse_limit
from lab_app.metrology.rehearsal import PastResult, Rehearsal, rehearse
from lab_app.metrology.risk import specific_risk
from lab_app.metrology.rounding import EXACT, round_significant
from lab_app.results.models import JobLine, Reading
from lab_app.results.risk import values_of

#: Fewer results say nothing of a population: the standard deviation of ten is known to a quarter at best.
FEWEST = 10
TWO = Decimal(2)


@dataclass(frozen=True)
class Past:
    """One earlier result and the row it came from."""

    line: JobLine
    reading: Reading
    limit: Bounds
    result: PastResult

    @property
    def telling(self) -> Decimal:
        """The part that decides."""
        values = self.result.value if isinstance(self.result.value, (tuple, list)) else (self.result.value,)
        return min(values, key=self.limit.margin)  # type: ignore[arg-type]


def past_of(lines: Sequence[JobLine]) -> list[Past]:
    """Results that can be judged again: a number against a numerical limit, of the reading that stands; others fall out."""
    out = []
    for line in lines:
        reading = line.reading
        if reading is None or reading.observation or not reading.limit_value or getattr(reading, "operator", ""):
            continue
        try:
            limit = parse_limit(reading.limit_value)
        except MetrologyError:
            continue
        values = values_of(reading.value, reading.computed or {})
        if not isinstance(limit, Bounds) or not values:
            continue
        u_max = (reading.computed or {}).get("u_max")
        out.append(Past(line, reading, limit, PastResult(
            f"r{reading.id}", limit, values, reading.u, Decimal(str(u_max)) if u_max else None, reading.k or TWO)))
    return out


@dataclass(frozen=True)
class Population:
    """The process behind earlier results. `of_margins`: it is told in distances to the limit, because the limits differ.

    `why` says why there is none: `too_few`, `no_uncertainty`, `no_spread` (no more spread than the measurement brings), `mixed`.
    """

    count: int = 0
    mean: Decimal | None = None
    s_seen: Decimal | None = None
    process: Process | None = None
    u: Decimal | None = None
    limit: Bounds | None = None
    of_margins: bool = False
    why: str = ""


def population_of(past: Sequence[Past]) -> Population:
    """The process estimated from earlier results: one value a result, the variance of the measurement taken out."""
    if len(past) < FEWEST:
        return Population(len(past), why="too_few")
    if any(p.reading.u is None or p.reading.u <= 0 for p in past):
        return Population(len(past), why="no_uncertainty")
    if len({(p.limit.unit, p.reading.unit) for p in past}) > 1:
        return Population(len(past), why="mixed")
    same = len({repr(p.limit.to_dict()) for p in past}) == 1
    if not same and any(tolerance(p.limit) is not None for p in past):
        return Population(len(past), why="mixed")  # two ends that wander have no common middle
    limit = past[0].limit if same else lower(Decimal(0), past[0].limit.unit)
    numbers = [p.telling if same else p.limit.margin(p.telling) for p in past]
    if same and limit.absolute and all(n >= 0 for n in numbers):
        numbers = [n.copy_abs() for n in numbers]
    n = Decimal(len(numbers))
    mean = EXACT.divide(sum(numbers, Decimal(0)), n)
    seen = EXACT.divide(sum(((x - mean) ** 2 for x in numbers), Decimal(0)), n - 1)
    variances = [EXACT.divide(p.reading.u or Decimal(0), p.reading.k or TWO) ** 2 for p in past]
    own = EXACT.divide(sum(variances, Decimal(0)), n)
    told = Population(len(past), round_significant(mean, 6), round_significant(seen.sqrt(), 4) if seen > 0 else Decimal(0),
                      None, round_significant(own.sqrt(), 6), limit, not same)
    if seen <= own:
        return Population(told.count, told.mean, told.s_seen, None, told.u, limit, not same, "no_spread")
    return Population(told.count, told.mean, told.s_seen, Process(told.mean or Decimal(0), round_significant((seen - own).sqrt(), 6)),
                      told.u, limit, not same)


@dataclass(frozen=True)
class RuleSeen:
    """One rule in the rehearsal: how often each verdict, the largest specific risks among the results, the population's risks.

    `pfa`: the largest chance that one of the accepted results does not conform; `pfr`: that one of the rejected conforms; None where
    nothing was accepted (rejected) or U is missing. `risk` is None without a population, or where the rule takes no decision.
    """

    rule: DecisionRule
    counts: Counter[Verdict]
    pfa: Decimal | None
    pfr: Decimal | None
    risk: GlobalRisk | None
    at: Decision | None = None
    at_pfa: Decimal | None = None

    @property
    def accepted(self) -> int:
        """Pass or conditional pass."""
        return self.counts[Verdict.PASS] + self.counts[Verdict.CONDITIONAL_PASS]

    @property
    def rejected(self) -> int:
        """Fail or conditional fail."""
        return self.counts[Verdict.FAIL] + self.counts[Verdict.CONDITIONAL_FAIL]


@dataclass(frozen=True)
class Played:
    """A whole rehearsal."""

    past: Sequence[Past]
    rehearsal: Rehearsal
    rules: Sequence[RuleSeen]
    population: Population
    differing: tuple[int, ...] = ()
    limit: Bounds | None = None
    u: Decimal | None = None
    k: Decimal = TWO
    unit: str = ""
    at: Decimal | None = None
    notes: Sequence[str] = field(default_factory=tuple)

    def verdicts(self, place: int) -> list[Verdict]:
        """What each rule makes of one earlier result, in the order of the rules."""
        return [self.rehearsal.decisions[seen.rule.code][place].verdict for seen in self.rules]


def play(
    past: Sequence[Past], rules: Sequence[DecisionRule], *, limit: Bounds | None = None, u: Decimal | None = None,
    k: Decimal = TWO, u_max: Decimal | None = None, unit: str = "", at: Decimal | None = None,
) -> Played:
    """Replay earlier results under each rule. `limit`, `u`, `k`, `u_max`: those the new product would be judged by, for "what if my
    result lay at `at`"; without a value nothing is asked of them."""
    found = rehearse([p.result for p in past], rules)
    population = population_of(past)
    seen = [_seen(rule, found, past, population, limit, u, k, u_max, at) for rule in rules]
    return Played(past, found, seen, population, found.differing(), limit, u, k, unit, at)


def _seen(
    rule: DecisionRule, found: Rehearsal, past: Sequence[Past], population: Population, limit: Bounds | None, u: Decimal | None,
    k: Decimal, u_max: Decimal | None, at: Decimal | None,
) -> RuleSeen:
    accepted, rejected = [], []
    for decision in found.decisions[rule.code]:
        if decision.pfa is None:
            continue
        if decision.verdict in (Verdict.PASS, Verdict.CONDITIONAL_PASS):
            accepted.append(decision.pfa)
        elif decision.verdict in (Verdict.FAIL, Verdict.CONDITIONAL_FAIL):
            rejected.append(1 - decision.pfa)
    asked = decide(rule, limit, at, u, u_max, k) if limit is not None and at is not None else None
    at_pfa = specific_risk(limit, at, EXACT.divide(u, k)).p_nc if limit is not None and at is not None and u else None
    return RuleSeen(rule, found.counts(rule.code), max(accepted, default=None), max(rejected, default=None),
                    _population_risk(rule, past, population), asked, at_pfa)


def _population_risk(rule: DecisionRule, past: Sequence[Past], population: Population) -> GlobalRisk | None:
    """Global risk of the rule over the estimated process, with the typical U; conditional passes count as accepted."""
    if population.process is None or population.limit is None or population.u is None:
        return None
    expanded = population.u * 2
    maxima = [p.result.u_max for p in past if p.result.u_max is not None]
    top = rule.u_max or (min(maxima) if maxima else None)
    if rule.needs_maximum_uncertainty and top is None:
        return None
    if rule.kind is RuleKind.SHARED_RISK_MAX_U and top is not None and expanded > top:
        return None
    if rule.kind is RuleKind.GUARDED_TUR and tolerance(population.limit) is None:
        return None
    accepts = population.limit
    if rule.kind is not RuleKind.GUARDED_NONBINARY:
        shrunk = population.limit.shrunk(guard_band(rule, population.limit, expanded, top))
        if shrunk is None:
            return None
        accepts = shrunk
    return global_risk(population.limit, population.process, population.u, accepts)


def frozen(played: Played) -> dict[str, Any]:
    """The rehearsal as it is kept: numbers as strings, verdicts as codes, rules as they were."""
    def text(number: Decimal | None) -> str | None:
        return None if number is None else format(number, "f")

    population = played.population
    return {
        "unit": played.unit, "at": text(played.at), "limit": played.limit.to_dict() if played.limit else None, "u": text(played.u),
        "k": text(played.k),
        "population": {"count": population.count, "mean": text(population.mean), "s_seen": text(population.s_seen),
                       "s": text(population.process.s) if population.process else None, "u": text(population.u),
                       "of_margins": population.of_margins, "why": population.why},
        "rules": [{
            "rule": seen.rule.to_dict(), "counts": {v.value: n for v, n in sorted(seen.counts.items())}, "pfa": text(seen.pfa),
            "pfr": text(seen.pfr),
            "risk": None if seen.risk is None else {
                "consumer": text(seen.risk.consumer), "producer": text(seen.risk.producer), "accepted": text(seen.risk.accepted),
                "conforming": text(seen.risk.conforming), "conditional_consumer": text(seen.risk.conditional_consumer)},
            "at": seen.at.verdict.value if seen.at is not None else None, "at_pfa": text(seen.at_pfa),
        } for seen in played.rules],
        "results": [{
            "reading": p.reading.id, "job": p.line.job.code, "conditions": p.line.conditions, "value": text(p.telling),
            "unit": p.reading.unit, "limit": p.limit.to_dict(), "u": text(p.reading.u),
            "verdicts": [v.value for v in played.verdicts(place)],
        } for place, p in enumerate(played.past)],
    }
