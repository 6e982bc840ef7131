"""Words of documents, of the watch and of keeping, as a person reads them in histories and lists."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import history
from lab_app.quality.documents import workflow
from lab_app.quality.retention import workflow as retention
from lab_app.quality.standards import rules as standards


def say() -> None:
    """Name the records and fields."""
    history.say_kinds({
        "document": _l("Tài liệu"), "document-version": _l("Bản tài liệu"), "document-method": _l("Tài liệu của phương pháp"),
        "document-reading": _l("Xác nhận đã đọc"), "document-review": _l("Xem xét tài liệu định kỳ"),
        "external-document": _l("Tài liệu bên ngoài"), "watch-check": _l("Lần xem tài liệu bên ngoài"),
        "retention-rule": _l("Thời hạn lưu hồ sơ"), "disposal": _l("Đề nghị hủy hồ sơ"), "attachment": _l("Tệp đính kèm"),
    })
    history.say_fields("document", {
        "kind": _l("Loại tài liệu"), "title_vi": _l("Tên tài liệu"), "title_en": _l("Tên tiếng Anh"), "clauses": _l("Điều"),
        "process": _l("Quá trình"), "owner_id": _l("Người phụ trách"), "read_by": _l("Người phải đọc"),
        "at_sign_in": _l("Hỏi khi đăng nhập"),
        "review_months": _l("Chu kỳ xem xét (tháng)"), "review_due": _l("Xem xét trước ngày"), "withdrawn_from": _l("Thôi dùng từ ngày"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("document", "kind", dict(workflow.KINDS))
    history.say_fields("document-version", {
        "number": _l("Lần ban hành"), "filename": _l("Tệp"), "sha256": _l("SHA-256 của tệp"), "pages": _l("Số trang"),
        "statement_vi": _l("Nội dung công bố"), "statement_en": _l("Nội dung công bố (tiếng Anh)"),
        "content_sha256": _l("SHA-256 nội dung"),
        "change_summary": _l("Nội dung thay đổi"), "author_id": _l("Người viết"), "written_by": _l("Những người viết"),
        "submitted_at": _l("Trình lúc"), "reviewer_id": _l("Người soát xét"), "reviewed_at": _l("Soát xét lúc"),
        "review_note": _l("Ý kiến soát xét"), "approver_id": _l("Người phê duyệt"), "approved_at": _l("Phê duyệt lúc"),
        "effective_from": _l("Hiệu lực từ ngày"), "obsolete_from": _l("Hết hiệu lực từ ngày"),
        "obsolete_recorded_at": _l("Ghi hết hiệu lực lúc"),
        "obsolete_reason": _l("Lý do hết hiệu lực"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("document-version", "status", {s.code: s.word for s in workflow.VERSION.states})
    history.say_fields("document-method", {"method_code": _l("Phương pháp")})
    history.say_fields("document-reading", {
        "person_id": _l("Người đọc"), "due_on": _l("Hạn đọc"), "read_at": _l("Xác nhận lúc"), "read_sha256": _l("SHA-256 đã đọc"),
        "asked_at": _l("Yêu cầu lúc"), "ended_at": _l("Thôi yêu cầu lúc"),
    })
    history.say_fields("document-review", {"fits": _l("Còn phù hợp"), "note": _l("Nhận xét"), "next_due": _l("Lần sau trước ngày"),
                                           "person_id": _l("Người xem xét"), "recorded_at": _l("Ghi lúc")})
    history.say_fields("external-document", {
        "kind": _l("Loại tài liệu"), "title": _l("Tên tài liệu"), "publisher": _l("Cơ quan ban hành"), "source": _l("Nơi tra cứu"),
        "place": _l("Nơi giữ bản đang dùng"), "owner_id": _l("Người theo dõi"), "watch_months": _l("Chu kỳ xem (tháng)"),
        "last_check": _l("Xem lần cuối"), "next_check": _l("Xem lần tới"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("external-document", "kind", dict(standards.KINDS))
    history.say_values("external-document", "status", {code: state.word for code, state in standards.STATES.items()})
    history.say_fields("watch-check", {
        "checked_on": _l("Ngày xem"), "outcome": _l("Kết quả"), "edition": _l("Bản mới"), "in_force_from": _l("Hiệu lực từ ngày"),
        "what": _l("Nội dung"), "seen_at": _l("Xem ở đâu"), "person_id": _l("Người xem"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("watch-check", "outcome", dict(standards.TOLD))
    history.say_fields("retention-rule", {"kind": _l("Loại hồ sơ"), "months": _l("Số tháng lưu"), "basis": _l("Căn cứ"),
                                          "person_id": _l("Người đặt"), "recorded_at": _l("Ghi lúc")})
    history.say_fields("disposal", {
        "kind": _l("Loại hồ sơ"), "before": _l("Tệp trước ngày"), "way": _l("Cách hủy"), "count": _l("Số tệp"), "size": _l("Dung lượng"),
        "list_sha256": _l("SHA-256 danh sách"), "proposed_by_id": _l("Người đề nghị"), "decided_by_id": _l("Người quyết định"),
        "decided_at": _l("Quyết định lúc"), "decision_note": _l("Ý kiến"), "signature_id": _l("Chữ ký"), "done_by_id": _l("Người hủy"),
        "done_at": _l("Hủy lúc"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("disposal", "status", {s.code: s.word for s in retention.DISPOSAL.states})
