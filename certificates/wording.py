"""What the room's records, fields and states are called in histories and on the clause map."""
from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from certificates import directory, disclosure, papers, rules, setup_wording, workflow
from certificates.delivery import wording as deliveries
from certificates.recall import workflow as recalls
from lab_app.core import history

REPORTS = _l("Phiếu kết quả đã phát hành")
CHANGED = _l("Phiếu đã sửa đổi, tạm dừng hoặc thu hồi")

PAPERS = {papers.TEST: _l("Phiếu kết quả thử nghiệm"), papers.CALIBRATION: _l("Giấy chứng nhận hiệu chuẩn")}


def paper_word(number: str) -> LazyString:
    """What the paper of this number is called: a test report, a calibration certificate."""
    return PAPERS[papers.CALIBRATION if number.startswith(f"{rules.CERTIFICATE_PREFIX}-") else papers.TEST]


#: What a search of the directory may be limited to.
DIRECTORY_FIELDS = {
    directory.ANY: _l("Mọi nội dung"), directory.MODEL: _l("Kiểu"), directory.BRAND: _l("Nhãn hiệu"),
    directory.ENTERPRISE: _l("Doanh nghiệp"), directory.TAX: _l("Mã số thuế"), directory.REGULATION: _l("Quy chuẩn"),
}
_STATES = {state.code: state.word for state in workflow.REPORT.states}


def register() -> None:
    """Tell the history what things are called."""
    setup_wording.register()
    history.say_kinds({
        "report": _l("Phiếu kết quả"), "report-line": _l("Dòng trên phiếu"), "report-status": _l("Quyết định về tình trạng"),
    })
    history.say_fields("report", {
        "number": _l("Số phiếu"), "base_number": _l("Số bản đầu"), "sequence": _l("Lần sửa đổi"), "kind": _l("Loại phiếu"),
        "layout": _l("Mẫu trình bày"), "snapshot_hash": _l("Mã băm dữ liệu"), "published": _l("Nội dung công khai"),
        "decided_on": _l("Ngày quyết định"), "issued_on": _l("Ngày ban hành"), "valid_from": _l("Có hiệu lực từ ngày"),
        "expires_on": _l("Có hiệu lực đến hết ngày"), "amendment_reason": _l("Lý do sửa đổi"), "file_sha256": _l("Mã băm của tệp"),
        "unsigned_sha256": _l("Mã băm của tệp trước khi ký"),
        "libraries": _l("Phiên bản thư viện"), "status_at": _l("Tình trạng từ"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("report-status", {
        "from_status": _l("Trước"), "to_status": _l("Sau"), "public_reason": _l("Lý do công khai"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("report-line", {"position": _l("Vị trí")})
    history.say_kinds({"report-file": _l("Tệp đã ký số"), "signing-certificate": _l("Chứng thư ký số")})
    history.say_fields("report-file", {
        "position": _l("Vị trí"), "kind": _l("Loại"), "level": _l("Mức chữ ký"), "sha256": _l("Mã băm của tệp"), "size": _l("Số byte"),
        "signed_at": _l("Thời điểm ký"), "stamped_at": _l("Dấu thời gian"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("report-file", "kind", {"signed": _l("Ký khi phát hành"), "augmented": _l("Nâng mức chữ ký")})
    history.say_fields("signing-certificate", {
        "fingerprint": _l("Vân tay chứng thư (SHA-256)"), "subject": _l("Chủ chứng thư"), "issuer": _l("Cấp bởi"),
        "self_made": _l("Phòng tự tạo"), "not_before": _l("Có hiệu lực từ"), "not_after": _l("Hết hạn"), "pem": _l("Chứng thư"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("report", "status", _STATES)
    history.say_values("report", "kind", dict(workflow.KINDS))
    history.say_values("report-status", "from_status", _STATES)
    history.say_values("report-status", "to_status", _STATES)
    deliveries.register()
    history.say_kinds({
        "recall": _l("Rà soát ảnh hưởng"), "recall-decision": _l("Quyết định về một kết quả"), "recall-letter": _l("Thư gửi doanh nghiệp"),
    })
    history.say_fields("recall", {
        "cause": _l("Nguyên nhân"), "since": _l("Từ lúc"), "until": _l("Đến trước lúc"), "error": _l("Sai số"),
        "error_unit": _l("Đơn vị của sai số"),
        "depth": _l("Số bước qua chuẩn"), "counts": _l("Khi mở đã thấy"), "conclusion": _l("Kết luận"), "closed_at": _l("Kết luận lúc"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("recall-decision", {"decision": _l("Quyết định"), "recorded_at": _l("Ghi lúc")})
    history.say_fields("recall-letter", {
        "text": _l("Nội dung thư"), "reports": _l("Phiếu nêu trong thư"), "sent_at": _l("Gửi lúc"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_numbers("recall", "error")
    history.say_values("recall", "status", {s.code: s.word for s in recalls.RECALL.states})
    history.say_values("recall", "cause", dict(recalls.CAUSES))
    history.say_values("recall-decision", "decision", {code: s.word for code, s in recalls.DECISIONS.items()})
    history.say_values("recall-letter", "status", {code: s.word for code, s in recalls.LETTERS.items()})
    history.say_kinds({"published-entry": _l("Mục trong danh bạ công khai"), "exhibit": _l("Tài liệu công khai kèm phiếu")})
    agreed = {"agreed_by": _l("Người đồng ý của khách hàng"), "agreed_on": _l("Ngày đồng ý"), "evidence": _l("Nơi lưu thỏa thuận"),
              "recorded_at": _l("Ghi lúc")}
    history.say_fields("published-entry", agreed | {
        "number": _l("Số phiếu"), "products": _l("Sản phẩm"), "customer": _l("Khách hàng"), "customer_en": _l("Tên tiếng Anh"),
        "tax_code": _l("Mã số thuế"), "regulations": _l("Quy chuẩn"), "listed": _l("Có trong danh bạ"),
    })
    history.say_fields("exhibit", agreed | {
        "kind": _l("Loại"), "title_vi": _l("Tên tài liệu"), "title_en": _l("Tên tiếng Anh"), "public_on": _l("Công khai từ ngày"),
        "filename": _l("Tên tệp"), "sha256": _l("Mã băm của tệp"), "checked": _l("Loại tệp"), "taken_back_on": _l("Rút ngày"),
        "taken_back_reason": _l("Lý do rút"),
    })
    history.say_values("exhibit", "kind", dict(disclosure.EXHIBITS))
