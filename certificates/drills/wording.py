"""Words of drills, as a person reads them."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from certificates.drills import workflow
from certificates.recall import workflow as recall_workflow
from lab_app.core import history


def say() -> None:
    """Name the records and their fields for histories."""
    history.say_kinds({"recall-drill": _l("Diễn tập thu hồi"), "drill-customer": _l("Doanh nghiệp trong diễn tập")})
    history.say_fields("recall-drill", {
        "since": _l("Giả định sai từ lúc"), "error": _l("Sai số giả định"), "error_unit": _l("Đơn vị của sai số"),
        "scenario": _l("Tình huống"), "target_minutes": _l("Mục tiêu, phút"), "counts": _l("Tìm thấy"), "machine": _l("Chương trình mất"),
        "listed_sha256": _l("SHA-256 của danh sách"), "copy_recall": _l("Số rà soát trong bản sao"), "letters": _l("Thư đã soạn"),
        "recorded_at": _l("Ghi lúc"), "started_at": _l("Bắt đầu"), "finished_at": _l("Đến doanh nghiệp cuối"), "gaps": _l("Khoảng trống"),
        "conclusion": _l("Kết luận"), "filed_at": _l("Lưu lúc"), "evidence": _l("Bằng chứng đã lưu"),
    })
    history.say_values("recall-drill", "status", {s.code: s.word for s in workflow.DRILL.states})
    history.say_fields("drill-customer", {
        "position": _l("Thứ tự"), "customer_code": _l("Mã doanh nghiệp"), "name": _l("Doanh nghiệp"), "contact": _l("Liên hệ trong hồ sơ"),
        "readings": _l("Số đo bị ảnh hưởng"), "reports": _l("Phiếu"), "taken_at": _l("Nhận lúc"), "done_at": _l("Xong lúc"),
        "decision": _l("Quyết định"), "reason": _l("Lý do"), "reached": _l("Đã liên hệ thử"), "gap": _l("Thiếu gì"),
    })
    history.say_values("drill-customer", "decision", {code: s.word for code, s in recall_workflow.DECISIONS.items()})
