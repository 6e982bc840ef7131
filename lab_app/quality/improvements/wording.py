"""Words of improvements, as histories show them, and what they show an assessor."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import evidence, history
from lab_app.quality import subjects
from lab_app.quality.improvements import rules, workflow
from lab_app.quality.improvements.models import Improvement


def say() -> None:
    """Name these records and their fields for histories; offer them as evidence."""
    history.say_kinds({"improvement": _l("Cải tiến")})
    history.say_fields("improvement", {
        "kind": _l("Loại"), "title": _l("Cải tiến gì"), "problem": _l("Hiện nay thế nào"), "idea": _l("Cách làm mới"),
        "figure": _l("Đo bằng gì"), "unit": _l("Đơn vị"), "better": _l("Tốt là"), "before": _l("Giá trị trước cải tiến"),
        "after": _l("Giá trị sau cải tiến"), "benefit": _l("Lợi ích đạt được"), "saved": _l("Tiết kiệm mỗi năm"),
        "due_on": _l("Xong trước ngày"), "done_on": _l("Xong ngày"), "decision": _l("Ý kiến"), "decided_at": _l("Quyết định lúc"),
        "proposed_on": _l("Đề xuất ngày"), "recorded_at": _l("Ghi lúc"), "source_kind": _l("Loại hồ sơ liên quan"),
        "source_code": _l("Từ hồ sơ"),
    })
    history.say_values("improvement", "kind", rules.KINDS)
    history.say_values("improvement", "better", rules.BETTER)
    history.say_values("improvement", "status", {s.code: s.word for s in workflow.IMPROVEMENT.states})
    history.say_numbers("improvement", "before", "after", "saved")
    history.say_values("improvement", "source_kind", lambda text: subjects.word(text) or text)
    subjects.register("improvement", subjects.Kind(_l("Cải tiến"), "quality_improvements.improvement_page"))
    evidence.offer("8.6.1", _l("Cải tiến"), "quality_improvements.improvements", evidence.records(Improvement))
