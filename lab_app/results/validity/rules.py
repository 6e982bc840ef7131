"""Decisions of 7.7 as pure functions: what a control point means, how two results compare, what a proficiency test says."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from instruments.rules import charts
from lab_app.metrology.control_charts import ChartLimits, PhaseOne, cusum, ewma, individuals, mean_range
from lab_app.metrology.control_rules import Standing
from lab_app.metrology.proficiency import (
    Class,
    RobustResult,
    Score,
    algorithm_a,
    en_score,
    needs_z_prime,
    z_prime_score,
    z_score,
    zeta_score,
)
from lab_app.metrology.rounding import EXACT, round_significant

#: Kinds of charts.
I_MR, XBAR_R, EWMA, CUSUM = "I-MR", "xbar-R", "EWMA", "CUSUM"
KINDS: Final[dict[str, Any]] = {
    I_MR: _l("Giá trị đơn và khoảng chạy (I-MR)"), XBAR_R: _l("Trung bình và khoảng (X̄-R)"),
    EWMA: _l("Trung bình trượt có trọng số (EWMA)"), CUSUM: _l("Tổng tích lũy (CUSUM)"),
}
#: The range of a subgroup, or between neighbours, beyond its own limit.
SPREAD = "spread"
#: Tests that may be switched on: along the values those of `instruments.rules.charts`, and the range's own.
RULES: Final[dict[str, Any]] = {**charts.RULES, SPREAD: _l("Khoảng (hoặc khoảng chạy) vượt giới hạn trên")}
#: Tests that a chart of sums or weighted means carries in itself.
BUILT_IN: Final[dict[str, Any]] = {
    "ewma": _l("EWMA vượt giới hạn của điểm"), "cusum": _l("Tổng tích lũy vượt khoảng quyết định h"),
}
#: Settings of each kind with their usual values: weight λ and width L; allowance k and decision interval h, in standard deviations.
SETTINGS: Final[dict[str, dict[str, str]]] = {EWMA: {"weight": "0.2", "width": "2.7"}, CUSUM: {"allowance": "0.5", "decision": "5"}}
#: Fewer values of phase I than LEAST freeze nothing; below FEW the limits are provisional.
LEAST, FEW = charts.LEAST, charts.FEW
LARGEST_GROUP = 25


@dataclass(frozen=True, slots=True)
class Judged:
    """What a chart says of its last point: standing, tests tripped, what is plotted (None before limits are frozen)."""

    standing: Standing
    tripped: tuple[str, ...] = ()
    plotted: Decimal | None = None


def freeze(kind: str, groups: Sequence[Sequence[Decimal]]) -> PhaseOne:
    """Limits of a phase I: of individuals, or of subgroups of one size. ValueError with fewer than `LEAST` points, or no spread."""
    if len(groups) < LEAST:
        raise ValueError("too few")
    found = mean_range(groups) if kind == XBAR_R else individuals([group[0] for group in groups])
    if found.location.sigma <= 0:
        raise ValueError("no spread")
    return found


def judge(
    kind: str, values: Sequence[Decimal], names: Sequence[str], settings: Mapping[str, str], location: ChartLimits | None,
    spread_limits: ChartLimits | None = None, spread: Decimal | None = None,
) -> Judged:
    """What the last of `values` means. Without frozen limits it is not evaluated, which is never in control.

    `values`: for individuals and means the points up to this one; for EWMA and CUSUM those since the limits were frozen or the chart was
    last released. `spread`: the last point's range or moving range.
    """
    if location is None or not values:
        return Judged(Standing.NOT_EVALUATED)
    if kind == EWMA:
        seen = ewma(values, location.center, location.sigma, Decimal(settings["weight"]), Decimal(settings["width"]))
        out = len(values) in seen.signals
        return Judged(Standing.REJECTED if out else Standing.IN_CONTROL, ("ewma",) if out else (), seen.points[-1])
    if kind == CUSUM:
        sums = cusum(values, location.center, location.sigma, Decimal(settings["allowance"]), Decimal(settings["decision"]))
        out = len(values) in sums.signals
        high, low = sums.high[-1], sums.low[-1]
        return Judged(Standing.REJECTED if out else Standing.IN_CONTROL, ("cusum",) if out else (), high if high >= -low else low)
    along = [name for name in names if name != SPREAD]
    point = charts.judge_series(values, location.center, location.sigma, along)[-1]
    return _with_spread(point, SPREAD in names, spread_limits, spread, values[-1])


def _with_spread(
    point: charts.ChartPoint, asked: bool, limits: ChartLimits | None, spread: Decimal | None, value: Decimal
) -> Judged:
    standing, tripped = point.standing, point.tripped
    if asked and limits is not None and spread is not None:
        if spread > limits.upper:
            standing, tripped = Standing.REJECTED, (*tripped, SPREAD)
        elif standing is Standing.NOT_EVALUATED:
            standing = Standing.IN_CONTROL
    return Judged(standing, tripped, value)


# ---- comparisons -------------------------------------------------------------------------------------------

COMPARISONS: Final[dict[str, Any]] = {
    "replicate": _l("Đo lặp"), "retained": _l("Thử lại mẫu lưu"), "people": _l("Giữa hai người"), "instruments": _l("Giữa hai thiết bị"),
    "methods": _l("Giữa hai phương pháp"),
}
DIFFERENCE, PERCENT, EN, EQUAL = "difference", "percent", "en", "equal"
CRITERIA: Final[dict[str, Any]] = {
    DIFFERENCE: _l("Hiệu không quá giới hạn"), PERCENT: _l("Lệch không quá tỷ lệ của kết quả thứ nhất"), EN: _l("|En| ≤ 1"),
    EQUAL: _l("Hai kết quả giống hệt"),
}
WITHIN, OUTSIDE, UNDECIDED = "within", "outside", "undecided"


@dataclass(frozen=True, slots=True)
class Compared:
    """A verdict, and the difference, percentage or En it rests on."""

    verdict: str
    figure: Decimal | None = None


def allowed(first: Decimal, percent: Decimal) -> tuple[Decimal, Decimal]:
    """The second results that a percentage of the first allows, both ends included: 50 and 10 give 45 to 55."""
    reach = EXACT.divide(EXACT.multiply(abs(first), percent), Decimal(100))
    return EXACT.subtract(first, reach), EXACT.add(first, reach)


def compare(
    criterion: str, first: str, second: str, limit: Decimal | None = None, first_u: Decimal | None = None, second_u: Decimal | None = None,
) -> Compared:
    """Set two results (decimal texts, or answers in words for `equal`) against each other. Undecided while one of them is missing, or
    what the criterion needs. `first_u`, `second_u`: expanded uncertainties of one coverage factor."""
    if not first or not second:
        return Compared(UNDECIDED)
    if criterion == EQUAL:
        return Compared(WITHIN if first.strip().casefold() == second.strip().casefold() else OUTSIDE)
    a, b = Decimal(first), Decimal(second)
    if criterion == EN:
        if first_u is None or second_u is None:
            return Compared(UNDECIDED)
        score = en_score(b, second_u, a, first_u)
        return Compared(WITHIN if score.classified is Class.SATISFACTORY else OUTSIDE, score.value)
    if limit is None:
        return Compared(UNDECIDED)
    off = EXACT.subtract(b, a)
    if criterion == PERCENT:
        low, high = allowed(a, limit)
        share = round_significant(EXACT.multiply(off, Decimal(100)) / abs(a)) if a else None
        return Compared(WITHIN if low <= b <= high else OUTSIDE, share)
    return Compared(WITHIN if abs(off) <= limit else OUTSIDE, off)


# ---- proficiency tests -------------------------------------------------------------------------------------

#: Fewer participants than this give no statistics.
LEAST_PARTICIPANTS = 5
#: Hours before a round closes at which its owner is told.
ALERT_HOURS = (72, 24, 4)
CLASSES: Final[dict[str, Any]] = {
    Class.SATISFACTORY.value: _l("Đạt"), Class.QUESTIONABLE.value: _l("Nghi ngờ"), Class.UNSATISFACTORY.value: _l("Không đạt"),
}
_WORST = (Class.SATISFACTORY, Class.QUESTIONABLE, Class.UNSATISFACTORY)


def consensus(values: Sequence[Decimal]) -> RobustResult:
    """Robust mean and standard deviation of the participants' results (Algorithm A). ProficiencyError below `LEAST_PARTICIPANTS`."""
    return algorithm_a(values, LEAST_PARTICIPANTS)


def scores(
    x: Decimal, assigned: Decimal, sigma_pt: Decimal | None, u: Decimal | None, u_assigned: Decimal | None
) -> tuple[Score, ...]:
    """Every score that what is known allows; `u` and `u_assigned` are *standard* uncertainties.

    A z' takes the place of z where the uncertainty of the assigned value is not negligible (ISO 13528). En is of expanded uncertainties
    with k = 2.
    """
    found: list[Score] = []
    if sigma_pt is not None:
        if u_assigned is not None and needs_z_prime(u_assigned, sigma_pt):
            found.append(z_prime_score(x, assigned, sigma_pt, u_assigned))
        else:
            found.append(z_score(x, assigned, sigma_pt))
    if u is not None and u_assigned is not None:
        found.append(zeta_score(x, u, assigned, u_assigned))
        found.append(en_score(x, EXACT.multiply(u, 2), assigned, EXACT.multiply(u_assigned, 2)))
    return tuple(found)


def worst(found: Sequence[Score]) -> Class:
    """The worst class among scores: |z| ≥ 3 or |En| > 1 is unsatisfactory."""
    return max((s.classified for s in found), key=_WORST.index)


def alert_due(closes_at: datetime, now: datetime) -> int | None:
    """The tightest of `ALERT_HOURS` that has begun before a round closes; None before the first and after the close."""
    if now >= closes_at:
        return None
    return min((h for h in ALERT_HOURS if closes_at - now <= timedelta(hours=h)), default=None)
