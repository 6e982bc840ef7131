"""The room's own figures: nonconforming work found, suppliers' goods accepted at once (ISO 9001 9.1)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, case

from lab_app.core import kpi
from lab_app.core.kpi import Kpi
from lab_app.quality.models import Nonconformity
from lab_app.quality.purchases.models import IncomingCheck


def nonconformities(spans: Sequence[date]) -> Select[tuple[int, int, int]]:
    """Nonconforming work by the month it was found in."""
    return kpi.by_month(Nonconformity.found_on, spans)


def accepted(spans: Sequence[date]) -> Select[tuple[int, int, int]]:
    """Of what arrived in a month and was decided: what was accepted."""
    good = case((IncomingCheck.status.in_(("accepted", "in_use")), 1), else_=0)
    return kpi.by_month(IncomingCheck.received_on, spans, good, IncomingCheck.decided_at.is_not(None))


def register() -> None:
    """Offer them to objectives."""
    kpi.register(Kpi(
        "nonconformities", _l("Công việc không phù hợp"), "count", "low", nonconformities, unit=_l("vụ"),
        note=_l("Theo ngày phát hiện."), endpoint="quality.nonconformities", clauses=("7.10", "9001:9.1.1"), places=0, order=60,
    ))
    kpi.register(Kpi(
        "incoming-accepted", _l("Hàng, dịch vụ mua ngoài đạt ngay"), "rate", "high", accepted, unit="%",
        note=_l("Phần được chấp nhận ở kiểm tra đầu vào."), endpoint="quality_purchases.incoming", clauses=("6.6.2", "9001:9.1.1"),
        order=70,
    ))
