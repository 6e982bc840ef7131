"""Words of buying, as histories show them."""
from __future__ import annotations

import json

from flask_babel import lazy_gettext as _l

from lab_app.core import history
from lab_app.core.i18n import pick
from lab_app.quality import rules as room_rules
from lab_app.quality import subjects
from lab_app.quality.purchases import rules, workflow


def _marks(text: str) -> str:
    return "; ".join(f"{pick(m['vi'], m['en'])}: {m['mark']}/{rules.MOST}" for m in json.loads(text))


def _points(text: str) -> str:
    words = {key: word for of_kind in rules.POINTS.values() for key, word in of_kind.items()}
    signs = {True: "✓", False: "✗", None: "?"}
    return "; ".join(f"{signs[p['ok']]} {words.get(p['key'], p['key'])}" + (f" ({p['says']})" if p["says"] else "")
                     for p in json.loads(text))


def say() -> None:
    """Name these records and their fields for histories, and where their pages are."""
    history.say_kinds({
        "supplier-tie": _l("Quan hệ với nhà cung cấp"), "supplier-criterion": _l("Tiêu chí đánh giá nhà cung cấp"),
        "supplier-evaluation": _l("Đánh giá nhà cung cấp"), "purchase-order": _l("Đơn đặt hàng"), "incoming-check": _l("Kiểm tra đầu vào"),
    })
    history.say_fields("supplier-tie", {"relation": _l("Quan hệ"), "since": _l("Từ ngày"), "ended_on": _l("Kết thúc từ ngày"),
                                        "recorded_at": _l("Ghi lúc")})
    history.say_values("supplier-tie", "relation", rules.RELATIONS)
    history.say_fields("supplier-criterion", {"service": _l("Dịch vụ"), "name_vi": _l("Tiêu chí"), "name_en": _l("Tên tiếng Anh"),
                                              "weight": _l("Trọng số"), "minimum": _l("Điểm tối thiểu"),
                                              "ended_on": _l("Thôi dùng từ ngày"),
                                              "recorded_at": _l("Ghi lúc")})
    history.say_fields("supplier-evaluation", {
        "service": _l("Dịch vụ"), "kind": _l("Loại đánh giá"), "done_on": _l("Ngày đánh giá"), "score": _l("Điểm (%)"),
        "marks": _l("Điểm từng tiêu chí"),
        "outcome": _l("Kết quả"), "conclusion": _l("Kết luận"), "action": _l("Việc làm tiếp với nhà cung cấp"),
        "next_on": _l("Đánh giá lại vào ngày"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("supplier-evaluation", "kind", rules.KINDS)
    history.say_values("supplier-evaluation", "marks", _marks)
    history.say_values("incoming-check", "points", _points)
    for kind in ("purchase-order", "incoming-check"):
        history.say_values(kind, "subject_kind", lambda text: subjects.word(text) or text)
    history.say_values("supplier-evaluation", "outcome", rules.OUTCOMES)
    for kind in ("supplier-criterion", "supplier-evaluation", "purchase-order"):
        history.say_values(kind, "service", room_rules.SUPPLIER_SERVICES)
    history.say_fields("purchase-order", {
        "title": _l("Đặt gì"), "service": _l("Dịch vụ"), "needed_on": _l("Cần có trước ngày"), "sent_on": _l("Gửi ngày"),
        "recorded_at": _l("Ghi lúc"),
        "subject_kind": _l("Loại hồ sơ liên quan"), "subject_code": _l("Cho hồ sơ"),
        **{name: words for name, (_letter, words) in rules.TOLD.items()},
    })
    history.say_values("purchase-order", "status", {s.code: s.word for s in workflow.ORDER.states})
    history.say_fields("incoming-check", {
        "kind": _l("Loại"), "title": _l("Nhận gì"), "mark": _l("Số lô, số máy, số giấy chứng nhận"), "received_on": _l("Ngày nhận"),
        "expires_on": _l("Hạn dùng"), "points": _l("Các mục kiểm tra"), "decision": _l("Kết luận"), "decided_at": _l("Quyết định lúc"),
        "used_from": _l("Dùng từ ngày"), "used_for": _l("Dùng cho việc gì"), "subject_kind": _l("Loại hồ sơ liên quan"),
        "subject_code": _l("Cho hồ sơ"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("incoming-check", "kind", rules.INCOMING)
    history.say_values("incoming-check", "status", {s.code: s.word for s in workflow.CHECK.states})
    subjects.register("purchase-order", subjects.Kind(_l("Đơn đặt hàng"), "quality_purchases.order_page"))
    subjects.register("incoming-check", subjects.Kind(_l("Kiểm tra đầu vào"), "quality_purchases.check_page"))
