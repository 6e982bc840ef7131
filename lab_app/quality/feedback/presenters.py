"""Feedback as pages show it: the trend as a picture with its table, the figures of a year."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import gettext

from lab_app.core import clock, kpi
from lab_app.core.i18n import show_decimal
from lab_app.core.plot import Plot, Point, Series, Tone
from lab_app.quality.feedback import queries
from lab_app.quality.feedback.rules import Tally

MONTHS = 24
WINDOW = 3


@dataclass(frozen=True)
class Month:
    """A month of the table: its own counts, and the figures of the three months that end with it."""

    first: date
    own: Tally
    window: Tally


@dataclass(frozen=True)
class Trend:
    """The last months, the whole of the last twelve, and the two pictures."""

    months: list[Month]
    year: Tally
    satisfied: Plot
    recommend: Plot


def trend(today: date | None = None) -> Trend:
    """Two years to today; one statement."""
    day = today or clock.today()
    spans = kpi.months(day, MONTHS + WINDOW - 1)
    found = queries.by_month(spans[0].strftime("%Y-%m"), spans[-1].strftime("%Y-%m"))
    tallies = [found.get(first.strftime("%Y-%m"), Tally()) for first in spans]
    months = [
        Month(spans[n], tallies[n], sum(tallies[n - WINDOW + 1:n + 1], Tally())) for n in range(WINDOW - 1, len(spans))
    ]
    return Trend(
        months, sum(tallies[-12:], Tally()),
        _picture(gettext("Tỷ lệ hài lòng và đúng hẹn của người trả lời, ba tháng một"), months, (
            (gettext("Hài lòng"), "csat", "accent"), (gettext("Đúng hẹn"), "punctual", "ok")), "0", "100"),
        _picture(gettext("Sẵn lòng giới thiệu (NPS), ba tháng một"), months, ((gettext("NPS"), "nps", "accent"),), "-100", "100"),
    )


def figure(kept: str) -> str:
    """A frozen figure as its reader writes numbers."""
    return show_decimal(Decimal(kept)) if kept else "–"


def _picture(title: str, months: list[Month], lines: tuple[tuple[str, str, Tone], ...], low: str, high: str) -> Plot:
    """Lines of the named figures; a month whose three months hold no answer leaves a gap in the points, not a zero."""
    series = []
    for label, name, tone in lines:
        points = []
        for one in months:
            value = getattr(one.window, name)
            if value is not None:
                points.append(Point(one.first, value, title=gettext(
                    "%(label)s, ba tháng đến %(month)s: %(value)s (%(n)s trả lời)", label=label, month=one.first.strftime("%m/%Y"),
                    value=show_decimal(value), n=one.window.answers)))
        series.append(Series(points, label, "both", tone))
    return Plot(title, series, x_kind="date", y_low=Decimal(low), y_high=Decimal(high))
