"""Pictures of calibrations and checks, each with the table behind it: errors over the argument and over the years, control charts."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from instruments import rules, wording
from instruments.models import Calibration, CalibrationPoint, CheckChart, IntermediateCheck
from instruments.rules import charts
from instruments.rules.points import AS_FOUND, AS_LEFT, error_unit
from lab_app.core.i18n import show_date, show_decimal
from lab_app.core.plot import Level, Plot, Point, Series, Tone
from lab_app.core.workflow import State
from lab_app.metrology.control_rules import Standing
from lab_app.metrology.errors import UnitError
from lab_app.metrology.rounding import EXACT, round_half
from lab_app.metrology.units import convert

#: Calibrations drawn beside one another over the argument.
YEARS_SHOWN = 5
VERDICTS: dict[str, tuple[Any, str]] = {
    "PASS": (lambda: gettext("Đạt"), "ok"), "FAIL": (lambda: gettext("Không đạt"), "bad"),
    "CONDITIONAL_PASS": (lambda: gettext("Đạt có điều kiện"), "warn"),
    "CONDITIONAL_FAIL": (lambda: gettext("Không đạt có điều kiện"), "warn"),
}


def verdict_state(verdict: str) -> State:
    """A point's verdict as a badge; not evaluated where there is none."""
    found = VERDICTS.get(verdict)
    return State(verdict, found[0](), found[1]) if found else State("none", gettext("Chưa đánh giá"), "hold")


def states_of(rows: Sequence[Calibration], today: date) -> dict[int, State]:
    """Each calibration's word: waiting, current, failed, run out, or an earlier one; the latest released one is current."""
    released = [c for c in rows if c.released_at is not None and c.done_on <= today]
    latest = max(released, key=lambda c: (c.done_on, c.released_at, c.id), default=None)
    out = {}
    for row in rows:
        if row.released_at is None:
            word = "waiting"
        elif not row.passed:
            word = "failed"
        else:
            word = "over" if row.due_on <= today else "current" if row is latest else "earlier"
        out[row.id] = wording.CALIBRATION_STATES[word]
    return out


def signed(value: Decimal) -> str:
    """A number with its sign, as shown."""
    text = show_decimal(value)
    return text if text.startswith("\u2212") or not value else f"+{text}"


def _scale(arguments: Sequence[Decimal]) -> Any:
    return "log" if min(arguments) > 0 and max(arguments) > 20 * min(arguments) else "number"


def _levels(points: Sequence[CalibrationPoint]) -> tuple[Level, ...]:
    tolerances = {p.tolerance for p in points}
    if len(tolerances) != 1 or None in tolerances:
        return ()
    limit = next(iter(tolerances))
    assert limit is not None
    return Level(limit, f"+{show_decimal(limit)}"), Level(-limit, f"\u2212{show_decimal(limit)}")


def _tone(point: CalibrationPoint, usual: Tone) -> Tone:
    return "bad" if point.tolerance is not None and abs(point.error) > point.tolerance else usual


def _in_order(points: Sequence[CalibrationPoint]) -> list[tuple[Decimal, CalibrationPoint]]:
    """Points with their place in the first point's unit of argument; those in a foreign unit are left to the table."""
    unit, out = points[0].argument_unit, []
    for p in points:
        if p.argument is None:
            continue
        try:
            out.append((convert(p.argument, p.argument_unit, unit), p))
        except UnitError:
            continue
    return sorted(out, key=lambda pair: pair[0])


def over_argument(points: Sequence[CalibrationPoint]) -> list[tuple[str, Plot]]:
    """One calibration: for each quantity the error with its U over the argument, as found and as left, between the tolerances."""
    out = []
    for quantity in dict.fromkeys(p.quantity for p in points):
        mine = [p for p in points if p.quantity == quantity and p.argument is not None]
        if len(mine) < 2:
            continue
        unit = error_unit(mine[0].unit)
        series = []
        tones: tuple[tuple[str, Tone, str], ...] = ((AS_FOUND, "accent", gettext("trước")), (AS_LEFT, "ok", gettext("sau")))
        for stage, tone, word in tones:
            placed = _in_order([p for p in mine if p.stage == stage]) if any(p.stage == stage for p in mine) else []
            if placed:
                series.append(Series([
                    Point(x, p.error, p.u, f"{word}: {show_decimal(x)} {mine[0].argument_unit}: {signed(p.error)} {unit}", _tone(p, tone))
                    for x, p in placed], word, "both", tone))
        name = str(rules.QUANTITIES.get(quantity, quantity))
        plot = Plot(gettext("Sai số của %(quantity)s theo đối số, %(n)s điểm", quantity=name, n=len(mine)), series,
                    gettext("Sai số, %(unit)s", unit=unit), mine[0].argument_unit,
                    _scale([x for s in series for x in [Decimal(str(p.x)) for p in s.points]]), _levels(mine))
        out.append((name, plot))
    return out


@dataclass(frozen=True)
class Course:
    """Errors as found of one quantity over the years: the picture at one argument, the picture over arguments, the table behind both.

    `rows`: (argument as shown, {day: point}); `days`: the calibrations, oldest first; `chosen`: the argument drawn over time.
    """

    quantity: str
    name: str
    unit: str
    argument_unit: str
    days: list[date]
    rows: list[tuple[str, dict[date, CalibrationPoint]]]
    chosen: str
    over_time: Plot
    by_argument: Plot | None


def courses(points: Sequence[CalibrationPoint], asked: str = "") -> list[Course]:
    """What the calibrations found over the years, quantity by quantity; `asked` names the argument to draw over time, else the one
    with the largest error against its tolerance."""
    found = [p for p in points if p.stage == AS_FOUND]
    return [_course(q, [p for p in found if p.quantity == q], asked) for q in dict.fromkeys(p.quantity for p in found)]


def place(p: CalibrationPoint) -> str:
    """Where a point lies, as its row is called: argument and condition, or its nominal value."""
    head = show_decimal(p.argument) if p.argument is not None else f"{show_decimal(p.reference)} {p.unit}"
    return f"{head} · {p.condition}" if p.condition else head


def _ratio(p: CalibrationPoint) -> Decimal:
    return abs(p.error) / p.tolerance if p.tolerance else Decimal(0)


def _course(quantity: str, points: Sequence[CalibrationPoint], asked: str) -> Course:
    unit = error_unit(points[0].unit)
    days = sorted({p.calibration.done_on for p in points})
    ordered = sorted(points, key=lambda p: (p.argument is None, p.argument or p.reference, p.condition))
    rows: dict[str, dict[date, CalibrationPoint]] = {}
    for p in ordered:
        rows.setdefault(place(p), {})[p.calibration.done_on] = p
    worst = max(points, key=_ratio)
    chosen = asked if asked in rows else place(worst)
    line = [rows[chosen][day] for day in days if day in rows[chosen]]
    name = str(rules.QUANTITIES.get(quantity, quantity))
    argument_unit = points[0].argument_unit
    at = f"{chosen} {argument_unit}".strip()
    over_time = Plot(
        gettext("Sai số trước hiệu chỉnh của %(quantity)s tại %(at)s qua %(n)s lần hiệu chuẩn", quantity=name, at=at, n=len(line)),
        [Series([Point(p.calibration.done_on, p.error, p.u, f"{show_date(p.calibration.done_on)}: {signed(p.error)} {unit}",
                       _tone(p, "accent")) for p in line])],
        gettext("Sai số, %(unit)s", unit=unit), "", "date", _levels(line))
    return Course(quantity, name, unit, argument_unit, days, list(rows.items()), chosen, over_time, _by_argument(points, days, name, unit))


def _by_argument(points: Sequence[CalibrationPoint], days: Sequence[date], name: str, unit: str) -> Plot | None:
    """The last calibrations over the argument, the newest in the accent, earlier ones behind it."""
    placed = [p for p in points if p.argument is not None]
    if len({p.argument for p in placed}) < 2:
        return None
    series = []
    for day in days[-YEARS_SHOWN:]:
        newest = day == days[-1]
        mine = _in_order([p for p in placed if p.calibration.done_on == day]) if any(p.calibration.done_on == day for p in placed) else []
        series.append(Series([
            Point(x, p.error, p.u if newest else None, f"{show_date(day)}, {show_decimal(x)}: {signed(p.error)} {unit}",
                  _tone(p, "accent" if newest else "muted")) for x, p in mine],
            show_date(day), "both" if newest else "line", "accent" if newest else "muted"))
    arguments = [Decimal(str(p.x)) for s in series for p in s.points]
    return Plot(gettext("Sai số trước hiệu chỉnh của %(quantity)s theo đối số, %(n)s lần gần nhất", quantity=name, n=len(series)), series,
                gettext("Sai số, %(unit)s", unit=unit), placed[0].argument_unit, _scale(arguments), _levels(placed))


# ---- control charts ---------------------------------------------------------------------------------------------------

STANDING_WORDS: dict[Standing, tuple[Any, str, Tone]] = {
    Standing.IN_CONTROL: (lambda: gettext("Trong kiểm soát"), "ok", "ok"),
    Standing.WARNING: (lambda: gettext("Cảnh báo"), "warn", "warn"),
    Standing.REJECTED: (lambda: gettext("Ngoài kiểm soát"), "bad", "bad"),
    Standing.NOT_EVALUATED: (lambda: gettext("Chưa đánh giá"), "hold", "accent"),
}


@dataclass(frozen=True)
class CheckRow:
    """One check of a series: the row, its deviation, the word of the chart, the tests tripped and those not evaluated."""

    check: IntermediateCheck
    deviation: Decimal
    state: State
    tripped: list[str]
    not_evaluated: list[str]


@dataclass(frozen=True)
class SeriesOfChecks:
    """A check point with its control chart; `chart` is none where no limits are frozen; `few` says that they rest on few points.

    `center`, `sigma`, `lower`, `upper` are shortened to what the spread can tell (two digits of s); judged is by the frozen ones.
    """

    name: str
    unit: str
    rows: list[CheckRow]
    chart: CheckChart | None
    few: bool
    plot: Plot
    lower: Decimal | None = None
    upper: Decimal | None = None
    center: Decimal | None = None
    sigma: Decimal | None = None


def series_of_checks(name: str, checks: Sequence[IntermediateCheck], chart: CheckChart | None) -> SeriesOfChecks:
    """A series of checks (oldest first) judged against its frozen limits, newest row first in the table."""
    unit = error_unit(checks[-1].unit)
    same = [c for c in checks if c.unit == checks[-1].unit]
    usable = chart if chart is not None and chart.unit == checks[-1].unit else None
    deviations = [EXACT.subtract(c.indicated, c.reference) for c in same]
    judged = charts.judge_series(deviations, usable.center if usable else None, usable.sigma if usable else None,
                                 usable.rules if usable else ())
    rows, points = [], []
    for check, deviation, found in zip(same, deviations, judged, strict=True):
        word, tone, dot = STANDING_WORDS[found.standing]
        rows.append(CheckRow(check, deviation, State(found.standing.value, word(), tone), _names(found.tripped),
                             _names(found.not_evaluated)))
        points.append(Point(check.done_on, deviation, None, f"{show_date(check.done_on)}: {signed(deviation)} {unit}, {word()}",
                            dot if check.passed else "bad"))
    levels: list[Level] = []
    shown: list[Decimal | None] = [None] * 4
    if usable is not None:
        places = 1 - usable.sigma.adjusted()
        exact = (EXACT.subtract(usable.center, 3 * usable.sigma), EXACT.add(usable.center, 3 * usable.sigma), usable.center, usable.sigma)
        shown = [round_half(value, places) for value in exact]
        levels = [Level(usable.center, gettext("tâm"), "muted", False), Level(exact[1], "+3s"), Level(exact[0], "\u22123s")]
    tolerance = same[-1].tolerance
    levels += [Level(tolerance, gettext("dung sai"), "warn"), Level(-tolerance, "", "warn")]
    plot = Plot(gettext("Độ lệch qua %(n)s lần kiểm tra", n=len(same)), [Series(points)], gettext("Lệch, %(unit)s", unit=unit), "", "date",
                levels)
    return SeriesOfChecks(name, unit, rows[::-1], usable, usable is not None and usable.n < charts.FEW, plot,
                          *shown)


def _names(tests: Sequence[str]) -> list[str]:
    return [str(charts.RULES.get(name, name)).split(":")[0] if not name.startswith("iso:") else str(charts.RULES[name]) for name in tests]
