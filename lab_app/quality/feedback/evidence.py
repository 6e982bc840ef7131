"""What feedback shows an assessor, and the two figures that are followed month by month (8.6.2)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import evidence, kpi
from lab_app.quality.feedback import queries
from lab_app.quality.feedback.models import Feedback, FeedbackAnalysis, FeedbackRequest

LIST = "quality_feedback.feedback"


def offer() -> None:
    """Register evidence and figures with the kernel."""
    evidence.offer("8.6.2", _l("Phản hồi của khách hàng, lần hỏi và lần phân tích"), LIST, lambda: queries.count_all(
        Feedback, FeedbackRequest, FeedbackAnalysis))
    kpi.register(kpi.Kpi(
        "feedback-satisfied", _l("Khách hàng hài lòng"), "rate", "high", queries.scores, unit="%",
        note=_l("Điểm 4 và 5 trên số người trả lời."), endpoint=LIST, clauses=("8.6.2",), order=70))
    kpi.register(kpi.Kpi(
        "feedback-nps", _l("Sẵn lòng giới thiệu (NPS)"), "rate", "high", queries.net_recommendation,
        note=_l("Người cho 9, 10 trừ người cho 0 đến 6, từ −100 đến 100."), endpoint=LIST, clauses=("8.6.2",), places=0, order=71))
