"""Results that are only known to lie below or above a bound: `< 10`, `> 20`.

Where an operator may stand in front of a result, two things put it there: a reading typed with one (`<5`), and a working range
(detection limit below, upper end above) that the result leaves.  A bound is passed on through a formula only along a direction
the formula keeps: a sum, a difference, a product with a positive constant.  Everything is exact decimal arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from lab_app.core.quantity import normalise_unit
from lab_app.metrology.decision import Decision, DecisionRule, Verdict
from lab_app.metrology.errors import LimitError, MetrologyError
from lab_app.metrology.expression import Call, Chain, Name, Negative, Node, Number
from lab_app.metrology.limits import Bounds
from lab_app.metrology.units import convert

BELOW: Final = "<"
ABOVE: Final = ">"
OPERATORS: Final = (BELOW, ABOVE)
TURNED: Final = {"": "", BELOW: ABOVE, ABOVE: BELOW}
#: Functions that grow with their argument, so that a bound stays a bound.
RISING: Final = frozenset({"min", "max", "mean", "log10", "sqrt"})


@dataclass(frozen=True, slots=True)
class WorkingRange:
    """From the detection limit `low` to the upper end `high`, each empty by default; `unit` is theirs.

    `manual`: a bound typed with an operator stands as typed (a screening result), else it becomes the end of the range.
    """

    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    manual: bool = False

    def in_unit(self, unit: str) -> WorkingRange:
        """The same range in another unit of the same quantity."""
        if not unit or not self.unit or normalise_unit(unit) == normalise_unit(self.unit):
            return self
        low, high = (None if v is None else convert(v, self.unit, unit) for v in (self.low, self.high))
        return WorkingRange(low, high, unit, self.manual)

    def to_dict(self) -> dict[str, Any]:
        """JSON form, numbers as strings."""
        low, high = (None if v is None else format(v, "f") for v in (self.low, self.high))
        return {"low": low, "high": high, "unit": self.unit, "manual": self.manual}


def parse_range(data: Mapping[str, Any] | None) -> WorkingRange | None:
    """Read a working range; `None` where both ends are empty.

    :raises LimitError: `low`, `high` that are no numbers, reversed ends, `unit` missing beside a number.
    """
    if not data:
        return None
    ends: list[Decimal | None] = []
    for key in ("low", "high"):
        raw = data.get(key)
        if raw in (None, ""):
            ends.append(None)
            continue
        if isinstance(raw, (bool, float)):
            raise LimitError("not_a_decimal", key)
        try:
            number = Decimal(str(raw))
        except InvalidOperation:
            raise LimitError("not_a_decimal", key, str(raw)[:40]) from None
        if not number.is_finite():
            raise LimitError("not_finite", key)
        ends.append(number)
    low, high = ends
    if low is None and high is None:
        return None
    if not str(data.get("unit") or ""):
        raise LimitError("missing", "unit")
    if low is not None and high is not None and low >= high:
        raise LimitError("empty_range", "low", f"{low} | {high}")
    return WorkingRange(low, high, str(data["unit"]), data.get("manual") is True)


@dataclass(frozen=True, slots=True)
class Censored:
    """A result as it stands: `value` (the bound, where an operator stands), the `operator`, and which side was left."""

    value: Decimal
    operator: str = ""

    @property
    def below(self) -> bool:
        """Whether the result is only known to be smaller than `value`."""
        return self.operator == BELOW

    @property
    def above(self) -> bool:
        """Whether the result is only known to be greater than `value`."""
        return self.operator == ABOVE


def censor(value: Decimal, operator: str, working: WorkingRange | None) -> Censored:
    """A computed value with the operator it was read with, put against the working range (in the value's unit).

    Without an operator a value beyond an end becomes that end with its operator; the ends themselves belong to the range.
    With one: the bound as read where the range is `manual` or has no such end, else the end of the range.
    """
    low, high = (working.low, working.high) if working is not None else (None, None)
    if operator == BELOW:
        return Censored(value if low is None or (working is not None and working.manual) else low, BELOW)
    if operator == ABOVE:
        return Censored(value if high is None or (working is not None and working.manual) else high, ABOVE)
    if low is not None and value < low:
        return Censored(low, BELOW)
    if high is not None and value > high:
        return Censored(high, ABOVE)
    return Censored(value)


def direction(node: Node, name: str) -> int | None:
    """How an expression follows a name: 1 with it, -1 against it, 0 not at all; `None` where that cannot be told."""
    if isinstance(node, Number):
        return 0
    if isinstance(node, Name):
        return 1 if node.name == name else 0
    if isinstance(node, Negative):
        inner = direction(node.operand, name)
        return None if inner is None else -inner
    if isinstance(node, Chain):
        return _along(node, name)
    if isinstance(node, Call):
        found = {direction(argument, name) for argument in node.arguments}
        if found <= {0}:
            return 0
        moving = found - {0}
        return moving.pop() if node.function in RISING and len(moving) == 1 and None not in moving else None
    return None


def _along(node: Chain, name: str) -> int | None:
    terms = [("+", node.first), *node.rest]
    found = [direction(term, name) for _sign, term in terms]
    if all(one == 0 for one in found):
        return 0
    if None in found:
        return None
    if all(sign in "+-" for sign, _term in node.rest):
        signed = {one if sign == "+" else -one for (sign, _term), one in zip(terms, found, strict=True) if one}
        return signed.pop() if len(signed) == 1 else None
    turned, moving = 1, 0
    for (sign, term), one in zip(terms, found, strict=True):
        if one:
            if moving or sign == "/":
                return None
            moving = one
            continue
        factor = _constant(term)
        if factor is None or factor == 0:
            return None  # a factor that is itself a reading may have either sign
        turned = turned if factor > 0 else -turned
    return moving * turned


def _constant(node: Node) -> Decimal | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Negative):
        inner = _constant(node.operand)
        return None if inner is None else -inner
    return None


def decide_bound(rule: DecisionRule | None, limit: Bounds, bound: Decimal, operator: str) -> Decision:
    """The verdict of a result that is only known to lie below or above `bound` (in the limit's unit).

    Conforming when everything it can be conforms, not conforming when nothing it can be does; between them nothing is judged
    (reason `bound_beyond_limit`). A rule that needs U finds none here: beyond a working range no uncertainty is stated.
    """
    code = rule.code if rule is not None else ""
    if rule is None:
        return Decision(Verdict.NOT_EVALUATED, reason="no_rule")
    if rule.needs_uncertainty:
        return Decision(Verdict.NOT_EVALUATED, reason="uncertainty_missing", rule=code)
    if operator not in OPERATORS:
        raise MetrologyError("unknown", "operator", operator[:5])
    low = Decimal("-Infinity") if operator == BELOW else bound
    high = bound if operator == BELOW else Decimal("Infinity")
    bottom = limit.low if not limit.absolute or limit.high is None else -limit.high
    inside_above = limit.high is None or high <= limit.high
    inside_below = bottom is None or low >= bottom
    if inside_above and inside_below:
        margins = [limit.high - high] if limit.high is not None and high.is_finite() else []
        margins += [low - bottom] if bottom is not None and low.is_finite() else []
        return Decision(Verdict.PASS, margin=min(margins, default=None), guard_band=Decimal(0), acceptance_limit=limit,
                        value_compared=bound, rule=code)
    if (limit.high is not None and low >= limit.high) or (bottom is not None and high <= bottom):
        edge = limit.high if limit.high is not None and low >= limit.high else bottom
        assert edge is not None
        return Decision(Verdict.FAIL, margin=-abs(bound - edge), guard_band=Decimal(0), acceptance_limit=limit,
                        value_compared=bound, rule=code)
    return Decision(Verdict.NOT_EVALUATED, reason="bound_beyond_limit", rule=code)
