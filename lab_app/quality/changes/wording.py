"""Words of planned changes, as histories show them, and what they show an assessor."""
from __future__ import annotations

import json

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from lab_app.core import clock, evidence, history, indicators
from lab_app.core.indicators import Indicator, warn_when_any
from lab_app.quality import subjects
from lab_app.quality.changes import rules, workflow
from lab_app.quality.changes.models import ChangeStep, PlannedChange


def _impacts(text: str) -> str:
    return "; ".join(f"{rules.IMPACTS.get(key, key)}: {said}" for key, said in json.loads(text).items())


def say() -> None:
    """Name these records and their fields for histories; offer them as evidence."""
    history.say_kinds({"planned-change": _l("Thay đổi có kế hoạch"), "change-step": _l("Việc của thay đổi")})
    history.say_fields("planned-change", {
        "kind": _l("Loại thay đổi"), "title": _l("Thay đổi gì"), "purpose": _l("Mục đích"), "planned_on": _l("Dự định bắt đầu"),
        "impacts": _l("Đánh giá tác động"), "decision": _l("Ý kiến duyệt"), "decided_at": _l("Quyết định lúc"),
        "began_on": _l("Bắt đầu ngày"),
        "outcome": _l("Xem lại sau thay đổi"), "closed_at": _l("Đóng lúc"), "recorded_at": _l("Ghi lúc"),
        "source_kind": _l("Loại hồ sơ liên quan"), "source_code": _l("Từ hồ sơ"),
    })
    history.say_values("planned-change", "kind", rules.KINDS)
    history.say_values("planned-change", "status", {s.code: s.word for s in workflow.CHANGE.states})
    history.say_values("planned-change", "impacts", _impacts)
    history.say_fields("change-step", {"what": _l("Việc"), "due_on": _l("Xong trước ngày"), "done_on": _l("Xong ngày"),
                                       "shown_by": _l("Bằng chứng"), "recorded_at": _l("Ghi lúc")})
    history.say_values("planned-change", "source_kind", lambda text: subjects.word(text) or text)
    subjects.register("planned-change", subjects.Kind(_l("Thay đổi có kế hoạch"), "quality_changes.change_page"))
    evidence.offer("5.7", _l("Thay đổi có kế hoạch đã đánh giá tác động"), "quality_changes.changes",
                   evidence.records(PlannedChange, PlannedChange.status.in_(workflow.CHANGE.but("draft"))))
    indicators.register(Indicator(
        "change-steps-late", _l("Việc của thay đổi quá hạn"),
        lambda: select(func.count()).select_from(ChangeStep).join(PlannedChange, PlannedChange.id == ChangeStep.change_id).where(
            ChangeStep.done_on.is_(None), ChangeStep.due_on < clock.today(), PlannedChange.status.in_(workflow.UNDER_WAY)),
        warn_when_any, "quality_changes.changes", {"status": "running"}, clauses=("5.7",), order=66,
    ))
