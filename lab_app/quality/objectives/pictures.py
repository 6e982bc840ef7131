"""Trends of figures with their target, as plots."""
from __future__ import annotations

from decimal import Decimal

from flask_babel import gettext

from lab_app.core.i18n import show_decimal
from lab_app.core.plot import Level, Plot, Point, Series
from lab_app.quality.objectives.queries import Trend


def trend_plot(trend: Trend, *, width: int = 720, height: int = 240) -> Plot:
    """One point a month, red where it misses; the target as a line. Months that rest on nothing have no point."""
    points = []
    for f in trend.figures:
        value = trend.kpi.rounded(f.value)
        if f.value is None or value is None:
            continue
        missed = trend.target is not None and not trend.kpi.reaches(f.value, trend.target)
        says = gettext("%(month)s: %(value)s %(unit)s", month=f"{f.month:%m/%Y}", value=show_decimal(value), unit=trend.kpi.unit)
        points.append(Point(f.month, value, title=says, tone="bad" if missed else None))
    levels = []
    if trend.target is not None:
        word = gettext("không quá %(n)s", n=show_decimal(trend.target)) if trend.kpi.better == "low" else gettext(
            "ít nhất %(n)s", n=show_decimal(trend.target))
        levels.append(Level(trend.target, word, "ok"))
    nought = bool(points) and not levels and all(p.y == 0 for p in points)  # a count of nothing has no scale of its own
    return Plot(
        gettext("%(name)s theo tháng", name=trend.kpi.label), [Series(points, str(trend.kpi.label))], y_label=str(trend.kpi.unit),
        x_kind="date", levels=levels, x_low=trend.figures[0].month, x_high=trend.figures[-1].month, width=width, height=height,
        y_low=Decimal(0) if nought else None, y_high=Decimal(1) if nought else None)
