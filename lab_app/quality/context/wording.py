"""Words of context and processes, as histories show them, and what they show an assessor."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core import evidence, history, kpi
from lab_app.quality import subjects
from lab_app.quality.context import rules
from lab_app.quality.context.models import ContextIssue, ContextReview, Process


def _kpi_word(key: str) -> Any:
    found = kpi.registry.get(key)
    return found.label if found else key


def say() -> None:
    """Name these records and their fields for histories; offer them as evidence."""
    history.say_kinds({
        "context-issue": _l("Vấn đề của bối cảnh"), "interested-party": _l("Bên quan tâm"), "context-review": _l("Xem lại bối cảnh"),
        "process": _l("Quá trình"),
    })
    history.say_fields("context-issue", {
        "side": _l("Ở đâu"), "topic": _l("Về"), "says": _l("Vấn đề"), "effect": _l("Ảnh hưởng"), "answer": _l("Phòng làm gì với nó"),
        "seen_on": _l("Ghi ngày"), "gone_on": _l("Bỏ ngày"), "gone_reason": _l("Vì sao bỏ"), "recorded_at": _l("Ghi lúc"),
    })
    for field, words in (("side", rules.SIDES), ("topic", rules.TOPICS), ("effect", rules.EFFECTS)):
        history.say_values("context-issue", field, words)
    history.say_fields("interested-party", {
        "name": _l("Bên quan tâm"), "needs": _l("Cần, mong đợi gì"), "met_by": _l("Phòng đáp ứng và theo dõi bằng gì"),
        "binding": _l("Nghĩa vụ tuân thủ"), "gone_on": _l("Bỏ ngày"), "gone_reason": _l("Vì sao bỏ"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("context-review", {
        "done_on": _l("Ngày xem lại"), "scope_vi": _l("Phạm vi của hệ thống quản lý"), "scope_en": _l("Phạm vi, tiếng Anh"),
        "conclusion": _l("Kết luận"), "issues": _l("Số vấn đề"), "parties": _l("Số bên quan tâm"), "next_on": _l("Lần xem tới"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("process", {
        "name_vi": _l("Tên quá trình"), "name_en": _l("Tên tiếng Anh"), "kind": _l("Nhóm"), "position": _l("Thứ tự trong nhóm"),
        "purpose": _l("Mục đích"), "inputs": _l("Đầu vào"), "outputs": _l("Đầu ra"), "feeds": _l("Đầu ra đi tới quá trình"),
        "resources": _l("Nguồn lực"), "documents": _l("Tài liệu áp dụng"), "risks": _l("Rủi ro, cơ hội chính"),
        "kpi": _l("Theo dõi bằng chỉ số"), "gone_on": _l("Bỏ ngày"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("process", "kind", rules.LANES)
    history.say_values("process", "kpi", _kpi_word)
    subjects.register("process", subjects.Kind(_l("Quá trình"), "quality_context.process_page"))
    evidence.offer("8.5.1", _l("Vấn đề bên trong, bên ngoài"), "quality_context.context", evidence.records(ContextIssue))
    evidence.offer("8.9.2", _l("Lần xem lại bối cảnh"), "quality_context.context", evidence.records(ContextReview))
    evidence.offer("5.5", _l("Quá trình có người chịu trách nhiệm"), "quality_context.processes", evidence.records(Process))
