"""Performance figures month by month (ISO 9001 6.2, 9.1). Rooms register what they can count; objectives in `quality` set a target to
one and show every room's without importing it.

A figure is kept as a sum and how many it rests on, so that any window of months is the exact figure of that window and not a mean of
means. What answers a `select` is asked for together with all the others: one statement, however many rooms speak.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Literal, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, union_all

from lab_app.core import clock
from lab_app.core.db import UtcDateTime, db

#: Text, translated when it is shown (the translation library carries no types).
Words: TypeAlias = Any


@dataclass(frozen=True)
class Sum:
    """What was added up in a month, and over how many."""

    total: Decimal
    n: int


#: The first days of following months → what was counted in each (a month left out: nothing), or a `select` of
#: (number of the month in the list from 0, sum, how many), one row a month, made with `bucket`.
Series: TypeAlias = Callable[[Sequence[date]], Mapping[date, Sum] | Select[Any]]


@dataclass(frozen=True)
class Kpi:
    """One figure. `kind`: mean (sum over n), rate (sum over n in %), count (sum; a month without rows is 0).

    `better` says which way is good. `places`: decimals shown. `endpoint` lists what stands behind it.
    """

    key: str
    label: Words
    kind: Literal["mean", "rate", "count"]
    better: Literal["low", "high"]
    series: Series
    unit: Words = ""
    note: Words = ""
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    clauses: tuple[str, ...] = ()
    places: int = 1
    order: int = 100

    def of(self, sums: Sequence[Sum]) -> Decimal | None:
        """The figure over some months, unrounded; none where it rests on nothing."""
        total, n = sum((s.total for s in sums), Decimal(0)), sum(s.n for s in sums)
        if self.kind == "count":
            return total
        if n == 0:
            return None
        return total * (100 if self.kind == "rate" else 1) / n

    def rounded(self, value: Decimal | None) -> Decimal | None:
        """As it is shown."""
        return None if value is None else value.quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_EVEN)

    def reaches(self, value: Decimal, target: Decimal) -> bool:
        """Whether a figure is as good as its target; taken on the unrounded value."""
        return value <= target if self.better == "low" else value >= target


@dataclass(frozen=True)
class Figure:
    """The figure of the window that ends with a month; `value` none where it rests on nothing."""

    month: date
    value: Decimal | None
    n: int


registry: dict[str, Kpi] = {}


def register(kpi: Kpi) -> None:
    """Add a figure; registered again (a second app), it is replaced."""
    registry[kpi.key] = kpi


def known() -> list[Kpi]:
    """Every figure, in order."""
    return sorted(registry.values(), key=lambda k: (k.order, k.key))


def month_of(day: date) -> date:
    """The first of a day's month."""
    return day.replace(day=1)


def months_before(first: date, count: int) -> date:
    """The first of the month `count` months earlier (later, where negative)."""
    index = first.year * 12 + first.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def months(last: date, count: int) -> list[date]:
    """The firsts of `count` following months, the last that of `last`."""
    end = month_of(last)
    return [months_before(end, back) for back in range(count - 1, -1, -1)]


def _edge(column: Any, day: date) -> date | datetime:
    """Where a month begins for this column: a moment of the laboratory's clock, or a day."""
    return clock.at_local(day) if isinstance(column.type, UtcDateTime) else day


def within(column: Any, spans: Sequence[date]) -> ColumnElement[bool]:
    """The condition of a column of days or moments that it falls into these months."""
    return and_(column >= _edge(column, spans[0]), column < _edge(column, months_before(spans[-1], -1)))


def bucket(column: Any, spans: Sequence[date]) -> ColumnElement[int]:
    """The number of the month in `spans` that a day or a moment (on the laboratory's clock) falls into; use with `within`."""
    ends = [(column < _edge(column, months_before(first, -1)), literal(n)) for n, first in enumerate(spans[:-1])]
    last = literal(len(spans) - 1)
    return case(*ends, else_=last) if ends else last


def by_month(column: Any, spans: Sequence[date], total: Any = None, *conditions: Any) -> Select[Any]:
    """A `select` of (month, sum, how many) of rows whose `column` falls into `spans`; `total` is what is added up of a row (default: 1)."""
    month = bucket(column, spans).label("month")
    added = func.count() if total is None else func.sum(total)
    rows = select(month, added.label("total"), func.count().label("n")).where(within(column, spans), *conditions)
    return rows.group_by(month)


def series_of(kpis: Sequence[Kpi], spans: Sequence[date]) -> dict[str, list[Sum]]:
    """Key → one `Sum` a month. All that answer a `select` are one statement."""
    nothing = Sum(Decimal(0), 0)
    found: dict[str, list[Sum]] = {kpi.key: [nothing] * len(spans) for kpi in kpis}
    asked: list[Select[Any]] = []
    for number, kpi in enumerate(kpis):
        answer = kpi.series(spans)
        if isinstance(answer, Select):
            part = answer.subquery()
            asked.append(select(literal(number).label("kpi"), *part.c))
            continue
        found[kpi.key] = [answer.get(first, nothing) for first in spans]
    if asked:
        for number, month, total, n in db.session.execute(union_all(*asked)):
            found[kpis[number].key][month] = Sum(Decimal(str(total or 0)), int(n))
    return found


def rolled(kpi: Kpi, sums: Sequence[Sum], spans: Sequence[date], window: int) -> list[Figure]:
    """The figure of the `window` months that end with each month; months without `window - 1` before them are left out."""
    if window < 1:
        raise ValueError("a window is at least one month")
    out = []
    for end in range(window - 1, len(spans)):
        part = sums[end - window + 1:end + 1]
        out.append(Figure(spans[end], kpi.of(part), sum(s.n for s in part)))
    return out
