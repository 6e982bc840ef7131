"""What complaints show an assessor and the overview (7.9), and the figure that is followed month by month."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.core import evidence, indicators, kpi
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, bad_when_any, warn_when_any
from lab_app.quality.complaints import queries
from lab_app.quality.complaints.models import Complaint, ComplaintMessage
from lab_app.quality.complaints.workflow import ACKNOWLEDGEMENT

LIST = "quality_complaints.complaints"


def _received(spans: Sequence[date]) -> Select[Any]:
    return kpi.by_month(Complaint.received_at, spans)


def _acknowledgements() -> Select[int]:
    return how_many(ComplaintMessage, ComplaintMessage.kind == ACKNOWLEDGEMENT)


def offer() -> None:
    """Register evidence and figures with the kernel."""
    evidence.offer("7.9.2", _l("Cách giải quyết khiếu nại, trang công khai"), "complaints.process", lambda: 1)
    evidence.offer("7.9.3", _l("Khiếu nại"), LIST, evidence.records(Complaint))
    evidence.offer("7.9.5", _l("Lần báo đã nhận khiếu nại"), LIST, _acknowledgements)
    evidence.offer("7.9.6", _l("Khiếu nại đã quyết định bởi người không tham gia"), LIST,
                   evidence.records(Complaint, Complaint.decided_at.is_not(None)))
    evidence.offer("7.9.7", _l("Khiếu nại đã báo kết thúc"), LIST, evidence.records(Complaint, Complaint.notified_on.is_not(None)))
    evidence.offer("4.2.3", _l("Khiếu nại giữ kín người khiếu nại"), LIST,
                   evidence.records(Complaint, Complaint.confidential.is_(True)))
    indicators.register(Indicator(
        "complaints-open", _l("Khiếu nại chưa kết thúc"), queries.open_count, warn_when_any, LIST, {"status": "unclosed"}, order=24))
    indicators.register(Indicator(
        "complaints-late", _l("Khiếu nại quá hạn báo nhận hoặc quyết định"), queries.late_count, bad_when_any, LIST, {"status": "late"},
        clauses=("7.9",), order=23))
    kpi.register(kpi.Kpi(
        "complaints", _l("Khiếu nại nhận được"), "count", "low", _received, endpoint=LIST, clauses=("7.9",), places=0, order=60))
