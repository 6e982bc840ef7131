"""Words of risks, as histories show them."""
from __future__ import annotations

import json

from flask_babel import lazy_gettext as _l

from lab_app.core import history
from lab_app.quality import subjects
from lab_app.quality.risks import rules, workflow


def say() -> None:
    """Name these records and their fields for histories, and where their pages are."""
    history.say_kinds({"risk": _l("Rủi ro, cơ hội"), "impartiality-review": _l("Xem xét tính khách quan")})
    history.say_fields("risk", {
        "kind": _l("Loại"), "topic": _l("Lĩnh vực"), "title": _l("Điều có thể xảy ra"),
        "description": _l("Nguyên nhân, hậu quả, đang kiểm soát thế nào"), "found_on": _l("Ngày nhận ra"),
        "likelihood": _l("Khả năng xảy ra"), "consequence": _l("Hậu quả"), "answer": _l("Cách ứng xử"), "treatment": _l("Biện pháp"),
        "due_on": _l("Làm xong trước ngày"), "effect_on": _l("Kiểm tra hiệu lực vào ngày"), "effect": _l("Hiệu lực"),
        "residual_likelihood": _l("Khả năng còn lại"), "residual_consequence": _l("Hậu quả còn lại"), "approved_at": _l("Duyệt lúc"),
        "effect_at": _l("Kiểm tra hiệu lực lúc"), "closed_at": _l("Đóng lúc"), "recorded_at": _l("Ghi lúc"),
        "source_kind": _l("Loại hồ sơ liên quan"), "source_code": _l("Từ hồ sơ"),
    })
    for field, words in (("kind", rules.KINDS), ("topic", rules.TOPICS), ("answer", rules.ANSWERS)):
        history.say_values("risk", field, words)
    history.say_values("risk", "status", {s.code: s.word for s in workflow.RISK.states})
    history.say_fields("impartiality-review", {
        "done_on": _l("Ngày xem xét"), "answers": _l("Đã xem gì"), "conclusion": _l("Kết luận"), "next_on": _l("Lần xem tới"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("impartiality-review", "answers", lambda text: "; ".join(json.loads(text).values()))
    history.say_values("risk", "source_kind", lambda text: subjects.word(text) or text)
    subjects.register("risk", subjects.Kind(_l("Rủi ro, cơ hội"), "quality_risks.risk_page"))
