"""Control charts of intermediate checks: frozen limits, the tests a laboratory switches on, what they say of each check (6.4.10, 7.7.1)."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from lab_app.metrology.control_charts import ChartLimits, individuals
from lab_app.metrology.control_rules import (
    WARNINGS,
    Pattern,
    Point,
    Standing,
    Statistics,
    at_point,
    run_tests,
    westgard_pattern,
)

#: Tests that may be switched on, with their words; the first warns, the others reject.
RULES: Final[dict[str, Any]] = {
    "1_2s": _l("1-2s: một điểm ngoài ±2s (cảnh báo)"), "1_3s": _l("1-3s: một điểm ngoài ±3s"),
    "2_2s": _l("2-2s: hai điểm liên tiếp ngoài 2s, cùng phía"), "4_1s": _l("4-1s: bốn điểm liên tiếp ngoài 1s, cùng phía"),
    "10_x": _l("10-x: mười điểm liên tiếp cùng phía"), "7_T": _l("7-T: bảy điểm liên tiếp tăng hoặc giảm"),
    "iso:beyond": _l("ISO 7870-2: một điểm ngoài ±3s"), "iso:same_side": _l("ISO 7870-2: chín điểm liên tiếp cùng phía"),
    "iso:trend": _l("ISO 7870-2: sáu điểm liên tiếp tăng hoặc giảm"), "iso:two_of_three": _l("ISO 7870-2: hai trong ba điểm ngoài 2s"),
    "iso:four_of_five": _l("ISO 7870-2: bốn trong năm điểm ngoài 1s"),
}
#: Fewer points than this estimate no limits; below FEW they are provisional.
LEAST, FEW = 6, 20


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """What the tests say of one check: the worst standing, and the names of tests tripped and of those that could not be applied."""

    standing: Standing
    tripped: tuple[str, ...] = ()
    not_evaluated: tuple[str, ...] = ()


def pattern(name: str) -> Pattern:
    """A test by its name; ISO 7870-2 tests carry `iso:`. KeyError for an unknown one."""
    if name not in RULES:
        raise KeyError(name)
    if name.startswith("iso:"):
        return next(p for p in run_tests() if p.name == name.removeprefix("iso:"))
    return westgard_pattern(name)


def freeze(deviations: Sequence[Decimal]) -> ChartLimits:
    """Limits of individuals by the mean moving range, of at least `LEAST` deviations. ValueError with fewer, or when all are equal."""
    if len(deviations) < LEAST:
        raise ValueError("too few")
    limits = individuals(list(deviations)).location
    if limits.sigma <= 0:
        raise ValueError("no spread")
    return limits


def judge_series(deviations: Sequence[Decimal], center: Decimal | None, sigma: Decimal | None, names: Sequence[str]) -> list[ChartPoint]:
    """What each check of a series means; without frozen limits, or without a test switched on, every one is not evaluated."""
    if center is None or sigma is None or not names:
        return [ChartPoint(Standing.NOT_EVALUATED, (), tuple(names)) for _ in deviations]
    statistics = Statistics(center, sigma)
    points = [Point(value, statistics) for value in deviations]
    patterns = [(name, pattern(name)) for name in names]
    out = []
    for index in range(len(points)):
        answers = {name: at_point(points, index, p) for name, p in patterns}
        tripped = tuple(name for name, found in answers.items() if found)
        unknown = tuple(name for name, found in answers.items() if found is None)
        if any(name not in WARNINGS for name in tripped):
            standing = Standing.REJECTED
        elif tripped:
            standing = Standing.WARNING
        else:
            standing = Standing.NOT_EVALUATED if len(unknown) == len(patterns) else Standing.IN_CONTROL
        out.append(ChartPoint(standing, tripped, unknown))
    return out
