"""Decision rules as data, and the one function that turns a value into a verdict.

Sources: ILAC-G8:09/2019 4.2.1 (simple acceptance, w = 0), 4.2.2 (binary with guard band),
4.2.3 (non-binary with guard band, four levels), w = r U; JCGM 106:2012 8.2-8.3;
guard bands from the test uncertainty ratio (Z540.3 and its handbook, w = T (1 - factor));
ETSI shared risk with a maximum measurement uncertainty (a larger U makes the measurement invalid,
not failed); CISPR 16-4-2 (the excess of U over U_CISPR is added to the level).
ISO/IEC 17025:2017 7.1.3 and 7.8.6: the rule is agreed beforehand, frozen with the job and printed.

Values are compared unrounded and in exact decimals; limits are inclusive unless stated.
What cannot be judged is ``NOT_EVALUATED`` or ``NO_STATEMENT`` with a reason, never a pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from lab_app.metrology.errors import LimitError, RuleError
from lab_app.metrology.limits import (
    Answer,
    Bounds,
    Limit,
    LimitLine,
    LimitTable,
    Mask,
    ObservationLimit,
    Values,
    as_values,
)
from lab_app.metrology.risk import GuardFactors, guard_factors, specific_risk, tur
from lab_app.metrology.rounding import EXACT

ZERO = Decimal(0)


class Verdict(StrEnum):
    """What may stand on a report about one line."""

    PASS = "PASS"
    CONDITIONAL_PASS = "CONDITIONAL_PASS"
    CONDITIONAL_FAIL = "CONDITIONAL_FAIL"
    FAIL = "FAIL"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NOT_TESTED = "NOT_TESTED"
    NO_STATEMENT = "NO_STATEMENT"
    NOT_EVALUATED = "NOT_EVALUATED"


# From best to worst: a composite value takes the worst verdict among its parts.
SEVERITY: Final = (Verdict.PASS, Verdict.CONDITIONAL_PASS, Verdict.CONDITIONAL_FAIL, Verdict.FAIL)

_ANSWERS: Final = {
    Answer.PASS: Verdict.PASS,
    Answer.FAIL: Verdict.FAIL,
    Answer.NA: Verdict.NOT_APPLICABLE,
    Answer.NT: Verdict.NOT_TESTED,
}


class RuleKind(StrEnum):
    """The arithmetic of a rule."""

    SIMPLE = "simple"
    GUARDED_BINARY = "guarded_binary"
    GUARDED_NONBINARY = "guarded_nonbinary"
    SHARED_RISK_MAX_U = "shared_risk_max_u"
    CISPR = "cispr"
    GUARDED_TUR = "guarded_tur"


#: Published formulas of a guard factor over the TUR (:func:`lab_app.metrology.risk.guard_factors`).
FACTORS: Final = GuardFactors._fields
_NEEDS_U: Final = frozenset(RuleKind) - {RuleKind.SIMPLE}
_NEEDS_U_MAX: Final = frozenset({RuleKind.SHARED_RISK_MAX_U, RuleKind.CISPR})


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """A decision rule as agreed at contract review and frozen on the job.

    ``r`` scales the guard band ``w = r U`` of the guarded rules.  ``u_max`` is the maximum U of
    the standard (shared risk) or U_CISPR, in the unit of the value; it may be left for the method
    to give to :func:`decide`.  ``factor`` names the formula of a guard band from the TUR.
    """

    code: str
    kind: RuleKind
    version: int = 1
    r: Decimal = Decimal(1)
    u_max: Decimal | None = None
    factor: str = ""

    def __post_init__(self) -> None:
        if not self.code:
            raise RuleError("missing", "code")
        try:
            object.__setattr__(self, "kind", RuleKind(self.kind))
        except ValueError:
            raise RuleError("unknown", "kind", str(self.kind)[:40]) from None
        if isinstance(self.version, bool) or not isinstance(self.version, int) or self.version < 1:
            raise RuleError("not_positive", "version")
        if not self.r.is_finite() or self.r < 0:
            raise RuleError("negative", "r")
        if self.u_max is not None and not (self.u_max.is_finite() and self.u_max > 0):
            raise RuleError("not_positive", "u_max")
        if self.kind is RuleKind.GUARDED_TUR and self.factor not in FACTORS:
            raise RuleError("unknown" if self.factor else "missing", "factor", self.factor[:20])

    @property
    def needs_uncertainty(self) -> bool:
        """Whether no verdict is possible without U."""
        return self.kind in _NEEDS_U

    @property
    def needs_maximum_uncertainty(self) -> bool:
        """Whether the rule compares U with a maximum of the standard."""
        return self.kind in _NEEDS_U_MAX

    def to_dict(self) -> dict[str, Any]:
        """JSON form for freezing on the job; :func:`parse_rule` reads it back."""
        data = {
            "code": self.code,
            "kind": self.kind.value,
            "version": self.version,
            "r": str(self.r),
            "u_max": None if self.u_max is None else str(self.u_max),
        }
        return data | {"factor": self.factor} if self.factor else data


def parse_rule(data: Mapping[str, Any]) -> DecisionRule:
    """Read a rule from its JSON form; numbers are strings or integers, never floats."""
    numbers: dict[str, Decimal] = {}
    for key in ("r", "u_max"):
        raw = data.get(key)
        if raw is None:
            continue
        if isinstance(raw, bool) or not isinstance(raw, (str, int, Decimal)):
            raise RuleError("not_a_decimal", key)
        try:
            numbers[key] = Decimal(raw)
        except InvalidOperation:
            raise RuleError("not_a_decimal", key) from None
    return DecisionRule(
        str(data.get("code") or ""),
        data.get("kind", ""),
        data.get("version", 1),
        numbers.get("r", Decimal(1)),
        numbers.get("u_max"),
        str(data.get("factor") or ""),
    )


DR_SA: Final = DecisionRule("DR-SA", RuleKind.SIMPLE)
DR_GB_U: Final = DecisionRule("DR-GB-U", RuleKind.GUARDED_NONBINARY)
DR_GB_U_BINARY: Final = DecisionRule("DR-GB-U2", RuleKind.GUARDED_BINARY)
DR_ETSI: Final = DecisionRule("DR-ETSI", RuleKind.SHARED_RISK_MAX_U)
DR_CISPR: Final = DecisionRule("DR-CISPR", RuleKind.CISPR)

STANDARD_RULES: Final[Mapping[str, DecisionRule]] = {
    rule.code: rule for rule in (DR_SA, DR_GB_U, DR_GB_U_BINARY, DR_ETSI, DR_CISPR)
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict and everything needed to print and defend it.

    ``margin``: signed distance of the measured value (not of ``value_compared``) to the limit.
    ``guard_band``: what the rule takes off the limit, zero when it compares directly.
    ``acceptance_limit``: the limit moved by it, ``None`` when nothing is left inside.
    ``value_compared``: the value that met the limit: of a composite value the deciding part, with
    the CISPR excess added.  ``pfa``: probability that the true value lies outside the limits
    (JCGM 106 7.4), ``None`` without U.  ``reason``: why there is no verdict;
    ``empty_acceptance_zone`` beside one warns that the rule can accept nothing.
    """

    verdict: Verdict
    margin: Decimal | None = None
    guard_band: Decimal | None = None
    acceptance_limit: Bounds | None = None
    value_compared: Decimal | None = None
    pfa: Decimal | None = None
    reason: str = ""
    rule: str = ""

    def to_dict(self) -> dict[str, Any]:
        """JSON form for the record and the snapshot, numbers as strings."""

        def text(number: Decimal | None) -> str | None:
            return None if number is None else format(number, "f")

        return {
            "verdict": self.verdict.value,
            "margin": text(self.margin),
            "guard_band": text(self.guard_band),
            "acceptance_limit": self.acceptance_limit.to_dict() if self.acceptance_limit else None,
            "value_compared": text(self.value_compared),
            "pfa": text(self.pfa),
            "reason": self.reason,
            "rule": self.rule,
        }


def _not_evaluated(reason: str, rule: DecisionRule | None = None) -> Decision:
    return Decision(Verdict.NOT_EVALUATED, reason=reason, rule=rule.code if rule else "")


def _positive(number: Decimal | None) -> bool:
    return number is not None and number.is_finite() and number > 0


def decide(
    rule: DecisionRule | None,
    limit: Limit | None,
    value: Values | Answer | str | None,
    U: Decimal | None = None,
    u_max: Decimal | None = None,
    k: Decimal = Decimal(2),
) -> Decision:
    """Judge a value against a limit by a rule.

    ``value``, ``U`` and ``u_max`` are in the unit of the limit (convert before; a unit is never
    guessed); ``U`` is the expanded uncertainty at coverage factor ``k``.  A composite value is
    a sequence, and its worst part decides.  An observation takes an :class:`Answer` and needs no
    rule: the requirement itself says which answer conforms (7.8.6.1, rule inherent in the
    specification).  ``u_max`` overrides the rule's own.

    Reasons: ``no_limit``, ``no_value``, ``no_rule``, ``bad_value``, ``answer_not_allowed``,
    ``frequency_needed``, ``reference_needed``, ``conditions_needed``, ``uncertainty_missing``, ``uncertainty_not_positive``,
    ``maximum_uncertainty_missing``, ``two_sided_limit_needed`` (all NOT_EVALUATED);
    ``uncertainty_above_maximum`` (NO_STATEMENT); ``empty_acceptance_zone`` (beside a verdict).
    """
    if limit is None:
        return _not_evaluated("no_limit", rule)
    if value is None or (isinstance(value, (str, Sequence)) and not value):
        return _not_evaluated("no_value", rule)
    if isinstance(limit, ObservationLimit):
        return _observe(rule, limit, value)
    if rule is None:
        return _not_evaluated("no_rule")
    if isinstance(limit, LimitLine):
        return _not_evaluated("frequency_needed", rule)
    if isinstance(limit, Mask):
        return _not_evaluated("reference_needed", rule)
    if isinstance(limit, LimitTable):
        return _not_evaluated("conditions_needed", rule)
    if isinstance(value, str):
        return _not_evaluated("bad_value", rule)
    try:
        values = as_values(value)
    except LimitError:
        return _not_evaluated("bad_value", rule)
    return _judge(rule, limit, values, U, rule.u_max if u_max is None else u_max, k)


def _observe(rule: DecisionRule | None, limit: ObservationLimit, value: object) -> Decision:
    if not isinstance(value, str) or value not in tuple(limit.answers):
        return _not_evaluated("answer_not_allowed", rule)
    answer = Answer(value)
    return Decision(_ANSWERS[answer], rule=rule.code if rule else "")


def _judge(
    rule: DecisionRule,
    limit: Bounds,
    values: tuple[Decimal, ...],
    U: Decimal | None,
    u_max: Decimal | None,
    k: Decimal,
) -> Decision:
    if U is None:
        if rule.needs_uncertainty:
            return _not_evaluated("uncertainty_missing", rule)
    elif not _positive(U) or not _positive(k):
        return _not_evaluated("uncertainty_not_positive", rule)

    margin = min(limit.margin(value) for value in values)
    if rule.needs_maximum_uncertainty:
        if not _positive(u_max):
            return replace(_not_evaluated("maximum_uncertainty_missing", rule), margin=margin)
        assert U is not None and u_max is not None
        if rule.kind is RuleKind.SHARED_RISK_MAX_U and u_max < U:
            return Decision(
                Verdict.NO_STATEMENT, margin=margin, reason="uncertainty_above_maximum", rule=rule.code
            )

    if rule.kind is RuleKind.GUARDED_TUR and tolerance(limit) is None:
        return replace(_not_evaluated("two_sided_limit_needed", rule), margin=margin)
    guard = guard_band(rule, limit, U, u_max)
    acceptance = limit.shrunk(guard)
    graded = [(_grade(rule, limit, acceptance, guard, value), value) for value in values]
    verdict, deciding = max(graded, key=lambda part: (SEVERITY.index(part[0]), -limit.margin(part[1])))
    pfa = None
    if U is not None:
        u = EXACT.divide(U, k)
        pfa = max(specific_risk(limit, value, u).p_nc for value in values)
    return Decision(
        verdict,
        margin=margin,
        guard_band=guard,
        acceptance_limit=acceptance,
        value_compared=_worsened(limit, deciding, guard) if rule.kind is RuleKind.CISPR else deciding,
        pfa=pfa,
        reason="" if acceptance else "empty_acceptance_zone",
        rule=rule.code,
    )


def tolerance(limit: Bounds) -> Decimal | None:
    """Half the span of a two-sided limit, ``None`` for a one-sided one or a span of nought."""
    low = limit.low if not limit.absolute or limit.high is None else -limit.high
    if low is None or limit.high is None or low >= limit.high:
        return None
    return EXACT.divide(EXACT.subtract(limit.high, low), Decimal(2))


def guard_band(rule: DecisionRule, limit: Bounds, U: Decimal | None, u_max: Decimal | None = None) -> Decimal:
    """What the rule takes off the limit, never below nought (a formula over the TUR would turn negative above 4.6).

    ``U`` is there where the rule needs one, and the limit two-sided for a band from the TUR.
    """
    if rule.kind in (RuleKind.GUARDED_BINARY, RuleKind.GUARDED_NONBINARY):
        assert U is not None
        return EXACT.multiply(rule.r, U)
    if rule.kind is RuleKind.CISPR:
        assert U is not None and u_max is not None
        return max(ZERO, EXACT.subtract(U, u_max))
    if rule.kind is RuleKind.GUARDED_TUR:
        half = tolerance(limit)
        assert U is not None and half is not None
        factor: Decimal = getattr(guard_factors(tur(-half, half, U)), rule.factor)
        return max(ZERO, EXACT.multiply(half, EXACT.subtract(Decimal(1), factor)))
    return ZERO


def _grade(
    rule: DecisionRule, limit: Bounds, acceptance: Bounds | None, guard: Decimal, value: Decimal
) -> Verdict:
    if acceptance is not None and acceptance.contains(value):
        return Verdict.PASS
    if rule.kind is not RuleKind.GUARDED_NONBINARY:
        return Verdict.FAIL
    if limit.contains(value):
        return Verdict.CONDITIONAL_PASS
    return Verdict.CONDITIONAL_FAIL if limit.widened(guard).contains(value) else Verdict.FAIL


def _worsened(limit: Bounds, value: Decimal, excess: Decimal) -> Decimal:
    """The value moved by the excess towards its nearest limit.

    CISPR 16-4-2 speaks of disturbance levels under an upper limit, where the excess is added.
    For a lower limit the same caution means subtracting it, and for an absolute value moving it
    away from zero; comparing the result with the limit is comparing the value with
    ``limit.shrunk(excess)``.
    """
    if limit.absolute:
        return EXACT.add(value.copy_abs(), excess)
    to_high = None if limit.high is None else EXACT.subtract(limit.high, value)
    to_low = None if limit.low is None else EXACT.subtract(value, limit.low)
    if to_low is None or (to_high is not None and to_high <= to_low):
        return EXACT.add(value, excess)
    return EXACT.subtract(value, excess)
