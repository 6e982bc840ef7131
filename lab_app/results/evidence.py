"""What the room shows an assessor beside its registers: the rule each verdict rests on, and the uncertainty of results (7.6, 7.8.6)."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from lab_app.core import clock, evidence, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, bad_when_any, warn_when_any
from lab_app.results.models import JobDeviation, JobLine, Reading
from lab_app.results.validity.models import (
    Comparison,
    ControlChart,
    ControlValue,
    ParameterStop,
    ProficiencyPlan,
    ProficiencyResult,
    ProficiencyRound,
)
from lab_app.results.validity.rules import ALERT_HOURS


def offer() -> None:
    """Register evidence with the kernel."""
    evidence.offer("7.6.3", _l("Kết quả có độ không đảm bảo đo"), "results.jobs",
                   evidence.records(Reading, Reading.u.is_not(None)))
    evidence.offer(
        "7.8.6.1", _l("Chỉ tiêu mang quy tắc quyết định đã thỏa thuận hoặc có sẵn"), "results.jobs",
        evidence.records(JobLine, JobLine.rule_code != ""))
    evidence.offer(
        "7.2.1.7", _l("Sai khác với phương pháp, đủ bốn phần"), "results.jobs",
        evidence.records(JobDeviation, JobDeviation.customer_accepted_on.is_not(None)))
    offer_validity()


def _unanswered() -> Select[Any]:
    """Rounds that close within three days and have no result yet."""
    soon = clock.now() + timedelta(hours=max(ALERT_HOURS))
    answered = select(ProficiencyResult.id).where(ProficiencyResult.round_id == ProficiencyRound.id).exists()
    return how_many(ProficiencyRound, ProficiencyRound.closes_at > clock.now(), ProficiencyRound.closes_at <= soon, ~answered)


def offer_validity() -> None:
    """Validity of results (7.7): evidence and figures."""
    evidence.offer("7.7.1", _l("Điểm kiểm soát đã đánh giá"), "results.validity_page",
                   evidence.records(ControlValue, ControlValue.limits_id.is_not(None)))
    evidence.offer("7.7.1", _l("So sánh: đo lặp, mẫu lưu, trong phòng"), "results.comparisons_page", evidence.records(Comparison))
    evidence.offer("7.7.2", _l("Kết quả thử nghiệm thành thạo có điểm"), "results.proficiency_page",
                   evidence.records(ProficiencyResult, ProficiencyResult.scored_at.is_not(None)))
    indicators.register(Indicator(
        "parameters-stopped", _l("Chỉ tiêu đang dừng vì kiểm soát hoặc thử nghiệm thành thạo"),
        lambda: how_many(ParameterStop, ParameterStop.released_at.is_(None)), bad_when_any, "results.validity_page",
        clauses=("7.7", "7.10"), order=22))
    indicators.register(Indicator(
        "charts-without-limits", _l("Biểu đồ kiểm soát có điểm gần nhất chưa được đánh giá"),
        lambda: how_many(ControlChart, ControlChart.status == "active", ControlChart.standing == "not_evaluated"), warn_when_any,
        "results.validity_page", {"status": "active"}, clauses=("7.7",), order=23))
    indicators.register(Indicator(
        "comparisons-outside", _l("So sánh ngoài tiêu chí chưa kết luận"),
        lambda: how_many(Comparison, Comparison.verdict == "outside", Comparison.concluded_at.is_(None)), warn_when_any,
        "results.comparisons_page", {"verdict": "open"}, clauses=("7.7",), order=24))
    indicators.register(Indicator(
        "proficiency-closing", _l("Vòng thử nghiệm thành thạo sắp hết hạn nộp, chưa có kết quả"), _unanswered, bad_when_any,
        "results.proficiency_page", clauses=("7.7.2",), order=25))
    indicators.register(Indicator(
        "proficiency-planned", _l("Vòng thử nghiệm thành thạo theo kế hoạch năm chưa đăng ký"), _missing_rounds, warn_when_any,
        "results.proficiency_page", clauses=("7.7.2",), order=26))


def _missing_rounds() -> Select[Any]:
    """Sub-disciplines of this year with fewer rounds entered than planned."""
    year = clock.today().year
    entered = select(func.count()).select_from(ProficiencyRound).where(
        ProficiencyRound.year == ProficiencyPlan.year, ProficiencyRound.discipline == ProficiencyPlan.discipline).scalar_subquery()
    return how_many(ProficiencyPlan, ProficiencyPlan.year == year, entered < ProficiencyPlan.rounds)
