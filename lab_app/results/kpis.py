"""The room's figure: how much of the work is right the first time (ISO 9001 6.2, 9.1.1)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, case, select
from sqlalchemy.orm import aliased

from lab_app.core import kpi
from lab_app.core.kpi import Kpi
from lab_app.results.models import LineReview


def first_pass(spans: Sequence[date]) -> Select[tuple[int, int, int]]:
    """Of the lines reviewed for the first time in a month: those that were not returned."""
    earlier = aliased(LineReview)
    first = ~select(earlier.id).where(earlier.line_id == LineReview.line_id, earlier.id < LineReview.id).exists()
    return kpi.by_month(LineReview.recorded_at, spans, case((LineReview.decision == "approved", 1), else_=0), first)


def register() -> None:
    """Offer it to objectives."""
    kpi.register(Kpi(
        "first-pass", _l("Kết quả được duyệt ngay lần đầu"), "rate", "high", first_pass, unit="%",
        note=_l("Chỉ tiêu không bị trả lại ở lần xem xét kỹ thuật đầu tiên."), endpoint="results.jobs", clauses=("7.7.1", "9001:9.1.1"),
        order=30,
    ))
