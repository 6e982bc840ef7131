"""Words, states and plots of the pages of 7.7; nothing is decided here."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core import plot
from lab_app.core.i18n import show_datetime, show_decimal
from lab_app.core.workflow import State
from lab_app.metrology.control_charts import ChartLimits, parse_limits
from lab_app.metrology.rounding import EXACT, round_significant
from lab_app.results.validity import rules
from lab_app.results.validity.models import (
    Comparison,
    ControlChart,
    ControlLimits,
    ControlValue,
    ParameterStop,
    ProficiencyPlan,
    ProficiencyResult,
    ProficiencyRound,
)

STANDINGS = {s.code: s for s in (
    State("in_control", _l("Trong kiểm soát"), "ok"), State("warning", _l("Cảnh báo"), "warn"), State("rejected", _l("Bị loại"), "bad"),
    State("not_evaluated", _l("Chưa đánh giá"), "hold"))}
VERDICTS = {s.code: s for s in (
    State("within", _l("Trong tiêu chí"), "ok"), State("outside", _l("Ngoài tiêu chí"), "bad"),
    State("undecided", _l("Chưa quyết được"), "hold"))}
CLASSES = {s.code: s for s in (
    State("satisfactory", _l("Đạt"), "ok"), State("questionable", _l("Nghi ngờ"), "warn"), State("unsatisfactory", _l("Không đạt"), "bad"),
    State("", _l("Chưa có điểm"), "hold"))}
STOPPED = State("stopped", _l("Đang dừng"), "bad", "sign-stop-fill")
RELEASED = State("released", _l("Đã cho làm lại"), "ok")
SCORE_NAMES = {"z": "z", "z_prime": "z′", "zeta": "ζ", "En": "En"}
TONES: dict[str, plot.Tone] = {"warning": "warn", "rejected": "bad", "not_evaluated": "muted"}
#: So many of the newest points are drawn.
DRAWN = 60
#: What a single round is shown in.
AROUND = timedelta(days=180)


def stop_state(stop: ParameterStop) -> State:
    """Whether a stop still counts."""
    return STOPPED if stop.released_at is None else RELEASED


def rule_word(name: str) -> Any:
    """The words of a test."""
    return rules.RULES.get(name) or rules.BUILT_IN.get(name, name)


def shown_score(score: dict[str, Any]) -> str:
    """A score with its sign, two decimals."""
    value = Decimal(score["value"])
    return ("+" if value > 0 else "") + show_decimal(value, 2)


def score_state(score: dict[str, Any]) -> State:
    """The class of a score."""
    return CLASSES[score["class"]]


def result_text(comparison: Comparison, side: str) -> str:
    """One side's result with its unit; empty while there is none."""
    text = getattr(comparison, side)
    if not text or comparison.criterion == rules.EQUAL:
        return str(text)
    return f"{show_decimal(Decimal(text))} {comparison.unit}".strip()


def figure_text(comparison: Comparison) -> str:
    """The difference, percentage or En found."""
    if comparison.figure is None:
        return ""
    units = {rules.DIFFERENCE: comparison.unit, rules.PERCENT: "%"}
    text = show_decimal(comparison.figure if comparison.criterion == rules.DIFFERENCE else round_significant(comparison.figure, 3))
    return f"{text} {units.get(comparison.criterion, '')}".strip()


def criterion_text(comparison: Comparison) -> str:
    """The criterion with its limit."""
    if comparison.limit is None:
        return str(rules.CRITERIA[comparison.criterion])
    unit = "%" if comparison.criterion == rules.PERCENT else comparison.unit
    return f"± {show_decimal(comparison.limit)} {unit}".strip()


# ---- charts ------------------------------------------------------------------------------------------------


def limits_text(limits: ControlLimits) -> dict[str, str]:
    """Frozen limits as a page shows them."""
    location = parse_limits(limits.location)
    return {
        name: show_decimal(round_significant(getattr(location, name), 6)) for name in ("center", "lower", "upper", "sigma")
    } | {"spread": show_decimal(round_significant(parse_limits(limits.spread).upper, 6)) if limits.spread else ""}


def _levels(location: ChartLimits) -> list[plot.Level]:
    two = EXACT.multiply(location.sigma, 2)
    return [
        plot.Level(location.center, "x̄", "muted", dashed=False),
        plot.Level(EXACT.add(location.center, two), "", "warn"), plot.Level(EXACT.subtract(location.center, two), "", "warn"),
        plot.Level(location.upper, "+3s"), plot.Level(location.lower, "−3s"),
    ]


def _title(value: ControlValue, shown: Decimal, unit: str) -> str:
    words = [show_datetime(value.measured_at), f"{show_decimal(shown)} {unit}".strip(), str(STANDINGS[value.standing].word)]
    return " · ".join([*words, *(str(rule_word(name)) for name in value.tripped)])


def chart_plot(chart: ControlChart, values: Sequence[ControlValue], limits: ControlLimits | None) -> plot.Plot:
    """The points over time with the limits now in force; of an EWMA or CUSUM the weighted means or sums that were judged."""
    location = parse_limits(limits.location) if limits else None
    summed = chart.kind in rules.SETTINGS
    points = []
    for value in values[-DRAWN:]:
        y = value.plotted if summed else value.value
        if y is not None:
            points.append(plot.Point(value.measured_at, y, title=_title(value, y, "s" if chart.kind == rules.CUSUM else chart.unit),
                                     tone=TONES.get(value.standing)))
    levels: list[plot.Level] = []
    if location is not None and chart.kind == rules.CUSUM:
        h = Decimal(chart.settings["decision"])
        levels = [plot.Level(Decimal(0), "", "muted", dashed=False), plot.Level(h, "+h"), plot.Level(-h, "−h")]
    elif location is not None and chart.kind == rules.EWMA:
        weight, width = Decimal(chart.settings["weight"]), Decimal(chart.settings["width"])
        reach = width * location.sigma * (weight / (2 - weight)).sqrt()
        levels = [plot.Level(location.center, "x̄", "muted", dashed=False), plot.Level(round_significant(location.center + reach), "+L"),
                  plot.Level(round_significant(location.center - reach), "−L")]
    elif location is not None:
        levels = _levels(location)
    return plot.Plot(
        gettext("Biểu đồ kiểm soát %(code)s, %(n)s điểm", code=chart.code, n=len(points)), [plot.Series(points)], x_kind="date",
        y_label=gettext("số lần s") if chart.kind == rules.CUSUM else chart.unit, levels=levels)


def spread_plot(chart: ControlChart, values: Sequence[ControlValue], limits: ControlLimits | None) -> plot.Plot | None:
    """The ranges (moving ranges) beneath; None for charts of sums and weighted means."""
    if chart.kind in rules.SETTINGS:
        return None
    spread = parse_limits(limits.spread) if limits and limits.spread else None
    points = [
        plot.Point(v.measured_at, v.spread, title=f"{show_datetime(v.measured_at)} · {show_decimal(v.spread)} {chart.unit}",
                   tone="bad" if rules.SPREAD in v.tripped else None)
        for v in values[-DRAWN:] if v.spread is not None
    ]
    levels = [plot.Level(spread.center, "", "muted", dashed=False), plot.Level(spread.upper, gettext("giới hạn trên"))] if spread else []
    name = gettext("Khoảng của nhóm") if chart.kind == rules.XBAR_R else gettext("Khoảng chạy")
    return plot.Plot(f"{name}, {chart.code}", [plot.Series(points)], x_kind="date", y_label=chart.unit, levels=levels, height=150)


# ---- proficiency -------------------------------------------------------------------------------------------


def trend(results: Sequence[ProficiencyResult]) -> plot.Plot:
    """Scores over the rounds: z, z′ and ζ against 2 and 3; En in its own picture (`trend_en`)."""
    return _scores(results, ("z", "z_prime", "zeta"), ((2, "warn"), (3, "bad")), gettext("Điểm z, z′, ζ qua các vòng"), "z")


def trend_en(results: Sequence[ProficiencyResult]) -> plot.Plot:
    """En over the rounds against 1."""
    return _scores(results, ("En",), ((1, "bad"),), gettext("Điểm En qua các vòng"), "En")


def _scores(results: Sequence[ProficiencyResult], kinds: Sequence[str], bounds: Sequence[tuple[int, plot.Tone]], title: str,
            label: str) -> plot.Plot:
    tones: dict[str, plot.Tone] = {"questionable": "warn", "unsatisfactory": "bad"}
    points = []
    for result in results:
        for kind in kinds:
            score = result.scores.get(kind)
            if score and result.scored_at is not None:
                title_of = f"{result.round.name}, {result.what}: {SCORE_NAMES[kind]} = {shown_score(score)}"
                points.append(plot.Point(result.scored_at, Decimal(score["value"]), title=title_of, tone=tones.get(score["class"])))
    days = [result.scored_at for result in results if result.scored_at is not None]
    single = days[0] if len(set(days)) == 1 else None  # one round fills no span of time by itself
    levels = [plot.Level(Decimal(0), "", "muted", dashed=False)]
    for bound, tone in bounds:
        levels += [plot.Level(Decimal(bound), f"+{bound}", tone), plot.Level(Decimal(-bound), f"−{bound}", tone)]
    return plot.Plot(
        title, [plot.Series(points, style="points")], x_kind="date", y_label=label, levels=levels, height=220,
        x_low=single - AROUND if single else None, x_high=single + AROUND if single else None)


@dataclass(frozen=True)
class Coverage:
    """A sub-discipline of a year: rounds planned, entered, scored."""

    plan: ProficiencyPlan | None
    discipline: str
    planned: int
    entered: int
    scored: int

    @property
    def state(self) -> State:
        """Whether what was planned is done."""
        if self.planned and self.scored >= self.planned:
            return State("done", _l("Đã đủ"), "ok")
        if self.entered >= self.planned:
            return State("entered", _l("Đã đăng ký đủ") if self.planned else _l("Ngoài kế hoạch"), "info")
        return State("missing", _l("Còn thiếu"), "warn")


def coverage(plans: Sequence[ProficiencyPlan], rounds: Sequence[ProficiencyRound]) -> list[Coverage]:
    """The year's plan against its rounds; rounds of a sub-discipline without a plan stand behind."""
    by_name: dict[str, list[ProficiencyRound]] = {}
    for one in rounds:
        by_name.setdefault(one.discipline, []).append(one)
    planned = {plan.discipline: plan for plan in plans}
    found = []
    for name in [*planned, *(n for n in sorted(by_name) if n not in planned)]:
        rows, plan = by_name.get(name, []), planned.get(name)
        found.append(Coverage(plan, name, plan.rounds if plan else 0, len(rows), sum(r.scored_at is not None for r in rows)))
    return found
