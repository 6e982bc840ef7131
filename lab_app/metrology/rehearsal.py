"""What each decision rule would have made of results already on record: for the contract review (7.1.3), before one is agreed.

Earlier values, limits and uncertainties are judged again by every rule offered, through the one function that judges results.
Nothing is stored and no verdict on record changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lab_app.metrology.decision import Decision, DecisionRule, Verdict, decide
from lab_app.metrology.errors import RuleError
from lab_app.metrology.limits import Limit, Values


@dataclass(frozen=True, slots=True)
class PastResult:
    """One earlier result: what it was called, its limit, value and U at ``k``, and the maximum U of the standard if any."""

    name: str
    limit: Limit
    value: Values
    U: Decimal | None = None
    u_max: Decimal | None = None
    k: Decimal = Decimal(2)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Decisions by rule code, in the order of ``results``, and how often each verdict was given."""

    results: tuple[PastResult, ...]
    decisions: Mapping[str, tuple[Decision, ...]]

    def counts(self, code: str) -> Counter[Verdict]:
        """How often the rule gave each verdict."""
        return Counter(decision.verdict for decision in self.decisions[code])

    def differing(self) -> tuple[int, ...]:
        """Places of the results about which the rules do not agree: those the customer has to think about."""
        return tuple(
            place
            for place in range(len(self.results))
            if len({decisions[place].verdict for decisions in self.decisions.values()}) > 1
        )


def rehearse(results: Iterable[PastResult], rules: Sequence[DecisionRule]) -> Rehearsal:
    """Judge every result by every rule.

    :raises RuleError: ``empty`` without rules; ``duplicate`` when two bear one code.
    """
    if not rules:
        raise RuleError("empty", "rules")
    if len({rule.code for rule in rules}) != len(rules):
        raise RuleError("duplicate", "rules")
    past = tuple(results)
    return Rehearsal(
        past,
        {
            rule.code: tuple(decide(rule, one.limit, one.value, one.U, one.u_max, one.k) for one in past)
            for rule in rules
        },
    )
