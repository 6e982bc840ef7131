"""Words of objectives, as histories show them, and what they show an assessor."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.core import evidence, history, kpi
from lab_app.quality import subjects
from lab_app.quality.objectives.models import Objective, ObjectiveAnswer


def _kpi_word(key: str) -> Any:
    found = kpi.registry.get(key)
    return found.label if found else key


def say() -> None:
    """Name these records and their fields for histories; offer them as evidence."""
    history.say_kinds({
        "objective": _l("Mục tiêu chất lượng"), "objective-step": _l("Việc của mục tiêu"), "objective-answer": _l("Trả lời tháng chưa đạt"),
    })
    history.say_fields("objective", {
        "title": _l("Mục tiêu"), "why": _l("Vì sao đặt mục tiêu này"), "kpi": _l("Chỉ số"), "target": _l("Giá trị cần đạt"),
        "window": _l("Tính trên (tháng)"), "from_on": _l("Từ ngày"), "to_on": _l("Đến ngày"), "resources": _l("Nguồn lực cần"),
        "conclusion": _l("Kết luận"), "ended_at": _l("Kết thúc lúc"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("objective", "kpi", _kpi_word)
    history.say_values("objective", "status", {"running": _l("Đang theo đuổi"), "ended": _l("Đã kết thúc")})
    history.say_numbers("objective", "target")
    history.say_fields("objective-step", {"what": _l("Việc"), "due_on": _l("Xong trước ngày"), "done_on": _l("Xong ngày"),
                                          "shown_by": _l("Bằng chứng"), "recorded_at": _l("Ghi lúc")})
    history.say_fields("objective-answer", {"month": _l("Tháng"), "value": _l("Giá trị"), "target": _l("Giá trị cần đạt"),
                                            "why": _l("Vì sao chưa đạt"), "action": _l("Làm gì tiếp"), "recorded_at": _l("Ghi lúc")})
    history.say_numbers("objective-answer", "value", "target")
    subjects.register("objective", subjects.Kind(_l("Mục tiêu chất lượng"), "quality_objectives.objective_page"))
    evidence.offer("8.2.1", _l("Mục tiêu chất lượng có chỉ số"), "quality_objectives.objectives", evidence.records(Objective))
    evidence.offer("8.9.2", _l("Tháng chưa đạt đã trả lời"), "quality_objectives.objectives", evidence.records(ObjectiveAnswer))
