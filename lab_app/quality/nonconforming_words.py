"""What events, holds, dispositions and corrective actions are called, and what they show an assessor and a quality manager."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from lab_app.core import clock, evidence, history, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, bad_when_any, warn_when_any
from lab_app.quality import causes, subjects
from lab_app.quality.corrective import queries as corrective
from lab_app.quality.corrective import workflow as stages
from lab_app.quality.corrective.models import CorrectiveAction, EffectCheck
from lab_app.quality.dispositions import workflow as disposing
from lab_app.quality.dispositions.models import CustomerNotice, Disposition
from lab_app.quality.events import workflow as reporting
from lab_app.quality.events.models import Event
from lab_app.quality.holds import workflow as holding
from lab_app.quality.holds.models import Hold


def say() -> None:
    """Name these records and their fields for histories."""
    history.say_kinds({
        "quality-event": _l("Sự việc"), "hold": _l("Lần giữ lại"), "affected-work": _l("Hồ sơ bị ảnh hưởng"),
        "disposition": _l("Quyết định xử lý"),
        "customer-notice": _l("Lần báo khách hàng"), "corrective-action": _l("Hành động khắc phục"), "corrective-step": _l("Hành động"),
        "effect-check": _l("Đánh giá hiệu lực"), "corrective-link": _l("Gắn với hành động khắc phục"),
    })
    history.say_fields("quality-event", {
        "words": _l("Lời báo"), "subject_code": _l("Liên quan tới"), "outcome": _l("Kết quả"), "outcome_code": _l("Hồ sơ"),
        "outcome_reason": _l("Lý do"), "reported_by_name": _l("Người báo"), "recorded_at": _l("Báo lúc"), "settled_at": _l("Phân loại lúc"),
        "happened_on": _l("Ngày xảy ra"),
    })
    history.say_values("quality-event", "status", {s.code: s.word for s in reporting.EVENT.states})
    history.say_values("quality-event", "outcome", dict(reporting.OUTCOMES))
    history.say_fields("hold", {
        "subject_code": _l("Bị giữ lại"), "since": _l("Nghi ngờ từ"), "held_at": _l("Giữ lại lúc"), "held_by_name": _l("Người giữ lại"),
        "released_at": _l("Cho làm lại lúc"), "release_basis": _l("Căn cứ"),
    })
    for kind in ("affected-work", "disposition"):
        history.say_fields(kind, {"subject_code": _l("Mã"), "decision": _l("Quyết định"), "why": _l("Vì sao"), "recorded_at": _l("Ghi lúc"),
                                  "subject_kind": _l("Loại")})
        history.say_values(kind, "subject_kind", lambda name: subjects.word(name) or name)
    history.say_fields("corrective-link", {"recorded_at": _l("Ghi lúc")})
    history.say_values("disposition", "decision", {code: state.word for code, state in disposing.DECISIONS.items()})
    history.say_fields("customer-notice", {
        "customer": _l("Khách hàng"), "told": _l("Báo cho ai"), "how": _l("Bằng cách nào"), "told_on": _l("Ngày báo"),
        "papers": _l("Về các phiếu"), "answer": _l("Khách hàng trả lời"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("customer-notice", "how", dict(disposing.HOW))
    history.say_fields("nonconformity", {
        "risk_class": _l("Mức rủi ro"), "cause_class": _l("Loại nguyên nhân"), "area": _l("Khâu công việc"),
        "no_corrective_reason": _l("Vì sao không cần hành động khắc phục"),
    })
    for kind, field, words in (
        ("nonconformity", "risk_class", causes.RISK_CLASSES), ("nonconformity", "cause_class", causes.CAUSE_CLASSES),
        ("nonconformity", "area", causes.AREAS), ("corrective-action", "cause_class", causes.CAUSE_CLASSES),
    ):
        history.say_values(kind, field, words)
    history.say_fields("corrective-action", {
        "title": _l("Cần khắc phục"), "source_code": _l("Từ hồ sơ"), "opened_on": _l("Mở ngày"), "due_on": _l("Hạn làm xong"),
        "reaction": _l("Ứng phó"), "consequences": _l("Hậu quả"), "similar": _l("Chỗ khác có việc tương tự"), "whys": _l("Vì sao"),
        "fishbone": _l("Xương cá"), "cause": _l("Nguyên nhân gốc rễ"), "cause_class": _l("Loại nguyên nhân"),
        "criterion": _l("Đánh giá bằng gì"),
        "check_from": _l("Đánh giá sớm nhất"), "check_due": _l("Hạn đánh giá hiệu lực"), "risks_answer": _l("Rủi ro và cơ hội"),
        "documents_answer": _l("Hệ thống quản lý"), "closed_at": _l("Đóng lúc"), "recorded_at": _l("Ghi lúc"), "status": _l("Bước"),
    })
    history.say_values("corrective-action", "status", {s.code: s.word for s in stages.CORRECTIVE.states})
    history.say_fields("corrective-step", {
        "what": _l("Làm gì"), "due_on": _l("Hạn"), "done_on": _l("Xong ngày"), "done_recorded_at": _l("Ghi lúc"),
        "evidence": _l("Bằng chứng"),
        "dropped_reason": _l("Vì sao bỏ"), "round": _l("Vòng"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("effect-check", {
        "effective": _l("Có hiệu lực"), "looked_at": _l("Đã xem"), "finding": _l("Thấy"), "recorded_at": _l("Ghi lúc"),
    })


def _late_steps() -> Select[Any]:
    return select(func.count()).select_from(corrective.overdue_steps(clock.today()).subquery())


def _late_checks() -> Select[Any]:
    return how_many(CorrectiveAction, CorrectiveAction.status == stages.EFFECTIVENESS, CorrectiveAction.check_due < clock.today())


def offer() -> None:
    """Register evidence and figures with the kernel."""
    evidence.offer("7.10.1", _l("Lần giữ lại và cho làm lại"), "quality_holds.holds", evidence.records(Hold))
    evidence.offer("7.10.1", _l("Quyết định về hồ sơ bị ảnh hưởng"), "quality.nonconformities", evidence.records(Disposition))
    evidence.offer("7.10.2", _l("Sự việc được báo"), "quality_events.events", evidence.records(Event))
    evidence.offer("7.10.2", _l("Lần báo khách hàng"), "quality.nonconformities", evidence.records(CustomerNotice))
    evidence.offer("8.7.1", _l("Hành động khắc phục"), "quality_corrective.corrective_actions", evidence.records(CorrectiveAction))
    evidence.offer("8.7.3", _l("Đánh giá hiệu lực"), "quality_corrective.corrective_actions", evidence.records(EffectCheck))
    indicators.register(Indicator(
        "events-unsettled", _l("Sự việc chờ phân loại"),
        lambda: how_many(Event, Event.status.in_(reporting.EVENT.but(reporting.SETTLED))), warn_when_any,
        "quality_events.events", {"status": "unsettled"}, clauses=("7.10.1",), order=19,
    ))
    indicators.register(Indicator(
        "holds-standing", _l("Đang giữ lại"), lambda: how_many(Hold, Hold.released_at.is_(None)), warn_when_any, "quality_holds.holds",
        {"state": holding.STANDING.code}, clauses=("7.10.1",), order=21,
    ))
    indicators.register(Indicator(
        "corrective-open", _l("Hành động khắc phục chưa đóng"),
        lambda: how_many(CorrectiveAction, CorrectiveAction.status.in_(stages.OPEN_STAGES)),
        warn_when_any, "quality_corrective.corrective_actions", {"status": "unclosed"}, clauses=("8.7",), order=22,
    ))
    indicators.register(Indicator(
        "corrective-late", _l("Hành động khắc phục quá hạn"), _late_steps, bad_when_any, "quality_corrective.corrective_actions",
        {"late": "steps"}, clauses=("8.7.1",), order=23,
    ))
    indicators.register(Indicator(
        "effect-checks-late", _l("Đánh giá hiệu lực quá hạn"), _late_checks, bad_when_any, "quality_corrective.corrective_actions",
        {"status": stages.EFFECTIVENESS}, clauses=("8.7.1",), order=24,
    ))
