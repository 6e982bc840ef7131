"""What competence shows an assessor, and the figures that must be nought (6.2.2, 6.2.3, 6.2.5)."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from lab_app.accounts.competence import queries
from lab_app.accounts.competence.models import (
    CompetenceCriteria,
    Monitoring,
    Observation,
    Qualification,
    Training,
)
from lab_app.accounts.models import Authorisation
from lab_app.core import clock, evidence, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, bad_when_any, warn_when_any


def _standing(*conditions: Any) -> Select[int]:
    found = queries.standing_authorisations(clock.today()).where(*conditions).subquery()
    return select(func.count()).select_from(found)


def _late_training() -> Select[int]:
    return how_many(Training, Training.status == "planned", Training.planned_on < clock.today())


def offer() -> None:
    """Register evidence and figures with the kernel."""
    evidence.offer("6.2.2", _l("Tiêu chí năng lực đã phê duyệt"), "competence.criteria",
                   evidence.records(CompetenceCriteria, CompetenceCriteria.approved_at.is_not(None)))
    evidence.offer("6.2.2", _l("Bằng cấp, kinh nghiệm trong hồ sơ"), "accounts.people",
                   evidence.records(Qualification, Qualification.struck_at.is_(None)))
    evidence.offer("6.2.3", _l("Lần làm có giám sát, chứng kiến, đánh giá tay nghề"), "competence.due",
                   evidence.records(Observation))
    evidence.offer("6.2.5", _l("Đào tạo, có đánh giá kết quả"), "competence.trainings", evidence.records(Training))
    evidence.offer("6.2.5", _l("Lần theo dõi người được trao quyền"), "competence.due", evidence.records(Monitoring,
                                                                                                       Monitoring.kind == "check"))
    indicators.register(Indicator(
        "monitoring-overdue", _l("Quyền tạm ngưng vì theo dõi quá hạn hoặc chưa đạt"),
        lambda: _standing(Authorisation.monitor_due_on < clock.today()), warn_when_any, "competence.due", values={"state": "overdue"},
        clauses=("6.2.5",), note=_l("người giữ quyền chưa làm việc được"), order=41))
    indicators.register(Indicator(
        "monitoring-unplanned", _l("Quyền chưa có kế hoạch theo dõi"), lambda: _standing(Authorisation.monitor_due_on.is_(None)),
        bad_when_any, "competence.due", values={"state": "none"}, clauses=("6.2.5",), note=_l("trao từ trước khi có kế hoạch"), order=42))
    indicators.register(Indicator(
        "criteria-renewed", _l("Chức năng giao theo tiêu chí đã thay"), lambda: queries.judged_by_older(clock.today()), warn_when_any,
        "competence.criteria", clauses=("6.2.2",), note=_l("cần đánh giá lại theo lần ban hành mới"), order=43))
    indicators.register(Indicator(
        "training-late", _l("Đào tạo quá hạn"), _late_training, warn_when_any, "competence.trainings", values={"late": "late"},
        clauses=("6.2.5",), note=_l("đã lên kế hoạch, chưa học"), order=44))
    indicators.register(Indicator(
        "versions-unanswered", _l("Quyền chưa trả lời với phiên bản phương pháp mới"), queries.unanswered, warn_when_any, "competence.due",
        clauses=("6.2.3", "6.2.5"), note=_l("người giữ quyền chưa làm theo phiên bản đó được"), order=45))
