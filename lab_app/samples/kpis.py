"""The room's figures: how long enterprises wait for their results, and whether they come when promised (ISO 9001 6.2, 9.1.1)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, case, func, select

from lab_app.core import kpi
from lab_app.core.db import db
from lab_app.core.kpi import Kpi, Sum
from lab_app.samples import queries, rules
from lab_app.samples.models import TestRequest


def turnaround(spans: Sequence[date]) -> Mapping[date, Sum]:
    """Month of the report → working days from request to report, added up, and how many requests. Requests of the same two days
    are one row, so that a hundred thousand of them cost what the calendar has of such pairs."""
    pairs = db.session.execute(
        select(TestRequest.requested_on, TestRequest.reported_on, func.count()).where(kpi.within(TestRequest.reported_on, spans))
        .group_by(TestRequest.requested_on, TestRequest.reported_on)).all()
    off = queries.holidays() if pairs else frozenset()
    found: dict[date, Sum] = {}
    for asked, reported, n in pairs:
        assert reported is not None  # it falls into one of the months
        before = found.get(kpi.month_of(reported), Sum(Decimal(0), 0))
        days = rules.working_days_left(asked, reported, off)
        found[kpi.month_of(reported)] = Sum(before.total + days * n, before.n + n)
    return found


def on_time(spans: Sequence[date]) -> Select[tuple[int, int, int]]:
    """Of the requests reported in a month that had a promised day: those reported on it or before."""
    kept = case((TestRequest.reported_on <= TestRequest.due_on, 1), else_=0)
    return kpi.by_month(TestRequest.reported_on, spans, kept, TestRequest.due_on.is_not(None))


def register() -> None:
    """Offer them to objectives."""
    kpi.register(Kpi(
        "turnaround", _l("Thời gian trả kết quả"), "mean", "low", turnaround, unit=_l("ngày làm việc"),
        note=_l("Từ ngày yêu cầu tới ngày phát hành phiếu cuối, trừ thứ bảy, chủ nhật và ngày nghỉ của phòng."),
        endpoint="samples.requests", clauses=("7.1", "9001:9.1.1"), order=10,
    ))
    kpi.register(Kpi(
        "on-time", _l("Trả kết quả đúng hẹn"), "rate", "high", on_time, unit="%", note=_l("Phiếu phát hành không sau ngày hẹn."),
        endpoint="samples.requests", clauses=("7.1", "9001:9.1.1"), order=20,
    ))
