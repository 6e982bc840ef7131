"""Words of lessons, as histories show them."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import evidence, history
from lab_app.quality import subjects
from lab_app.quality.causes import AREAS
from lab_app.quality.knowledge.models import Lesson


def say() -> None:
    """Name these records and their fields for histories; offer them as evidence."""
    history.say_kinds({"lesson": _l("Bài học")})
    history.say_fields("lesson", {
        "area": _l("Lĩnh vực"), "title": _l("Bài học"), "happened": _l("Chuyện gì đã xảy ra"),
        "learned": _l("Rút ra điều gì, lần sau làm thế nào"), "applies_to": _l("Áp dụng cho"), "aside_on": _l("Bỏ ngày"),
        "aside_reason": _l("Vì sao bỏ"), "recorded_at": _l("Ghi lúc"), "source_kind": _l("Loại hồ sơ liên quan"),
        "source_code": _l("Từ hồ sơ"),
    })
    history.say_values("lesson", "area", AREAS)
    history.say_values("lesson", "source_kind", lambda text: subjects.word(text) or text)
    subjects.register("lesson", subjects.Kind(_l("Bài học"), "quality_knowledge.lesson_page"))
    evidence.offer("8.6.1", _l("Bài học của phòng"), "quality_knowledge.lessons", evidence.records(Lesson))
