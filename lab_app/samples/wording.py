"""Words of the room: checklists, choices, records and fields as a person reads them."""
from __future__ import annotations

import json
from functools import partial

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core import history
from lab_app.core.workflow import State
from lab_app.samples.item_file import TABLE_WORDS, TABLES, cell_text, property_text
from lab_app.samples.workflow import REQUEST, SAMPLE
from test_methods.properties import BY_KEY

#: The five questions of a contract review, and the clauses they come from.
REVIEW_WORDS = {
    "requirements": _l("Yêu cầu của khách hàng rõ ràng, đầy đủ và được hiểu thống nhất?"),
    "capability": _l("Phòng thử nghiệm có đủ năng lực và nguồn lực để thực hiện?"),
    "methods": _l("Phương pháp phù hợp, còn hiệu lực, đáp ứng yêu cầu của khách hàng?"),
    "decision_rule": _l("Quy tắc ra quyết định đã được chọn, báo và thỏa thuận với khách hàng?"),
    "subcontracting": _l("Phần giao nhà thầu phụ đã báo và được khách hàng đồng ý?"),
}
REVIEW_CLAUSES = {
    "requirements": "7.1.1 a", "capability": "7.1.1 b", "methods": "7.1.1 d, 7.1.2", "decision_rule": "7.1.3",
    "subcontracting": "7.1.1 c",
}
ANSWER_WORDS = {"yes": _l("Có"), "no": _l("Không"), "na": _l("Không áp dụng")}

CONDITION_WORDS = {
    "intact": _l("Nguyên vẹn, không hư hỏng"), "complete": _l("Đủ phụ kiện, dây, nguồn"),
    "matches": _l("Đúng với mô tả trong yêu cầu"), "documents": _l("Đủ tài liệu, phần mềm cần để thử"),
    "safe": _l("An toàn để bảo quản và thử"),
}
DECISION_WORDS = {
    "proceed": _l("Vẫn thử, ghi sai lệch vào phiếu"), "replace": _l("Khách hàng đổi mẫu khác"), "withdraw": _l("Khách hàng rút mẫu"),
}
PUBLIC_WORDS = {
    "customer": _l("Tên khách hàng"), "product": _l("Sản phẩm, nhãn hiệu, kiểu"),
    "versions": _l("Phiên bản phần cứng và firmware (cùng với sản phẩm)"), "regulations": _l("Quy chuẩn, tiêu chuẩn"),
    "signatory": _l("Người ký"), "directory": _l("Ghi vào danh bạ công khai, ai cũng tìm được theo các nội dung trên"),
    "code_only": _l("Giữ kín: tra theo số không trả lời, chỉ người có mã trên phiếu tra được"),
}
KIND_WORDS = {"test": _l("Thử nghiệm"), "calibration": _l("Hiệu chuẩn")}
LANGUAGE_WORDS = {"vi": _l("Tiếng Việt"), "vi+en": _l("Song ngữ Việt – Anh"), "en": _l("Tiếng Anh")}
MOVE_WORDS = {
    "received": _l("Tiếp nhận"), "handed_over": _l("Bàn giao"), "taken": _l("Lấy ra"), "stored": _l("Cất giữ"),
    "returned": _l("Trả khách hàng"), "disposed": _l("Thanh lý"),
}
OUTCOMES = {
    "open": State("open", _l("Đang xem xét"), "info"), "accepted": State("accepted", _l("Đã chấp nhận"), "ok"),
    "declined": State("declined", _l("Đã từ chối"), "bad"),
}
SAMPLING_WORDS = {
    "code": _l("Số"), "plan": _l("Kế hoạch lấy mẫu"), "method": _l("Phương pháp lấy mẫu"), "began_at": _l("Bắt đầu lấy mẫu"),
    "ended_at": _l("Lấy mẫu xong"), "identification": _l("Nhận biết và mô tả mẫu"), "lot_size": _l("Cỡ lô"), "taken": _l("Số mẫu đã lấy"),
    "witnesses": _l("Người chứng kiến"), "equipment": _l("Thiết bị, dụng cụ đã dùng"),
    "conditions": _l("Điều kiện môi trường, vận chuyển"), "place": _l("Nơi lấy mẫu"), "location": _l("Vị trí lấy trong nơi đó"),
    "deviations": _l("Sai khác so với phương pháp, kế hoạch"), "seal": _l("Số niêm phong"), "recorded_at": _l("Ghi lúc"),
}
SAMPLING = _l("Biên bản lấy mẫu của phòng thử nghiệm")
REQUESTS, REVIEWS = _l("Yêu cầu thử nghiệm và các lần xem xét"), _l("Yêu cầu đã xem xét")
SAMPLES, CUSTODY, DEVIATING = _l("Mẫu đã tiếp nhận"), _l("Bàn giao mẫu"), _l("Mẫu có sai lệch khi nhận")


def _checks_in_words(stored: str) -> str:
    """The five answers of a review."""
    checks = json.loads(stored)
    parts = []
    for key, clause in REVIEW_CLAUSES.items():
        answer = (checks.get(key) or {}).get("answer", "")
        if answer in ANSWER_WORDS:
            parts.append(gettext("%(clause)s: %(answer)s", clause=clause, answer=ANSWER_WORDS[answer]))
    return "; ".join(parts)


def _questions_in_words(stored: str) -> str:
    return " · ".join(
        gettext("%(question)s %(answer)s", question=q.get("q", ""), answer=q.get("a", "") or gettext("(chưa trả lời)"))
        for q in json.loads(stored)
    )


def _condition_in_words(stored: str) -> str:
    """Points of the condition checklist that were not fine; one word when all were."""
    bad = [key for key, point in json.loads(stored).items() if key in CONDITION_WORDS and not point.get("ok")]
    return "; ".join(gettext("không đạt: %(point)s", point=CONDITION_WORDS[key]) for key in bad) or gettext("tất cả đạt")


def _supplied_in_words(stored: str) -> str:
    return "; ".join(
        gettext("%(label)s: %(value)s %(unit)s", label=f.get("label", ""), value=f.get("value", ""), unit=f.get("unit", "")).strip()
        for f in json.loads(stored)
    )


def _properties_in_words(stored: str) -> str:
    found = json.loads(stored)
    return "; ".join(f"{BY_KEY[key].words}: {property_text(key, value)}" for key, value in found.items() if key in BY_KEY)


def _table_in_words(name: str, stored: str) -> str:
    rows = json.loads(stored)
    return "; ".join(", ".join(cell_text(p, str(row.get(p.key) or "")) for p in TABLES[name] if row.get(p.key)) for row in rows)


def _public_in_words(stored: str) -> str:
    return ", ".join(str(PUBLIC_WORDS.get(name, name)) for name in json.loads(stored)) or gettext("không công khai")


def _parameters_in_words(stored: str) -> str:
    return ", ".join(json.loads(stored)) or gettext("mọi chỉ tiêu")


def say() -> None:
    """Name this room's records, fields and values for histories."""
    history.say_kinds({
        "customer": _l("Khách hàng"), "request": _l("Yêu cầu"), "request-item": _l("Đối tượng thử nghiệm"),
        "requested-test": _l("Phép thử yêu cầu"), "contract-review": _l("Xem xét yêu cầu"),
        "agreed-rule": _l("Quy tắc đã thỏa thuận"), "price": _l("Giá"), "quotation-line": _l("Dòng báo giá"), "sample": _l("Mẫu"),
        "deviation-answer": _l("Trả lời về sai lệch"), "firmware-change": _l("Đổi firmware"), "custody": _l("Bàn giao mẫu"),
        "item-file": _l("Hồ sơ mẫu"), "proposal-answer": _l("Trả lời kế hoạch thử"), "sampling-record": _l("Biên bản lấy mẫu"),
    })
    english = {"name_en": _l("Tên tiếng Anh"), "address_en": _l("Địa chỉ tiếng Anh")}
    history.say_fields("customer", {**english, "contact": _l("Người liên hệ"), "recorded_at": _l("Ghi lúc")})
    history.say_fields("request", {
        "number": _l("Số yêu cầu"), "kind": _l("Loại yêu cầu"), "requested_on": _l("Ngày yêu cầu"), "due_on": _l("Hạn trả kết quả"),
        "wants_statement": _l("Cần kết luận phù hợp"), "language": _l("Ngôn ngữ phiếu"), "copies": _l("Số bản"),
        "return_items": _l("Trả lại mẫu"), "public_fields": _l("Thông tin công khai"), "contract_no": _l("Hợp đồng"),
        "paid_on": _l("Ngày thanh toán"), "vat_percent": _l("Thuế GTGT (%)"), "reported_on": _l("Ngày ra phiếu"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("request", "status", {s.code: s.word for s in REQUEST.states})
    history.say_values("request", "language", LANGUAGE_WORDS)
    history.say_values("request", "kind", KIND_WORDS)
    history.say_values("request", "public_fields", _public_in_words)
    history.say_fields("request-item", {
        **english, "brand": _l("Nhãn hiệu"), "model": _l("Kiểu"), "manufacturer": _l("Nhà sản xuất"), "origin": _l("Xuất xứ"),
        "power": _l("Nguồn cấp"), "supplied": _l("Thông tin khách hàng cung cấp"), "file_revision": _l("Lần sửa hồ sơ"), **TABLE_WORDS,
    })
    history.say_values("request-item", "properties", _properties_in_words)
    history.say_values("request-item", "versions", lambda stored: "; ".join(v for v in json.loads(stored).values() if v))
    for table in TABLES:
        history.say_values("request-item", table, partial(_table_in_words, table))
    history.say_fields("item-file", {
        "number": _l("Lần sửa"), "changed": _l("Phần đã sửa"), "asks": _l("Mẫu đã đổi"), "changed_at": _l("Thay đổi lúc"),
        "content": _l("Nội dung"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("item-file", "changed", lambda stored: ", ".join(str(TABLE_WORDS.get(n, n)) for n in json.loads(stored)))
    history.say_values("item-file", "content", lambda _stored: gettext("xem ở hồ sơ mẫu"))
    history.say_fields("proposal-answer", {
        "decision": _l("Trả lời"), "proposed_because": _l("Vì sao đề xuất"), "recorded_at": _l("Ghi lúc")})
    history.say_values("proposal-answer", "decision", {"accepted": _l("Thử"), "declined": _l("Không thử")})
    history.say_fields("sampling-record", SAMPLING_WORDS)
    history.say_values("request-item", "supplied", _supplied_in_words)
    history.say_fields("requested-test", {"subcontracted": _l("Nhà thầu phụ"), "reason": _l("Vì sao thử")})
    history.say_fields("contract-review", {
        "number": _l("Số"), "checks": _l("Câu hỏi xem xét"), "questions": _l("Trao đổi với khách hàng"), "deviations": _l("Sai khác"),
        "outcome": _l("Kết luận xem xét"), "reviewed_on": _l("Ngày xem xét"), "decided_at": _l("Quyết định lúc"),
        "recorded_at": _l("Mở lúc"),
    })
    history.say_values("contract-review", "outcome", {code: state.word for code, state in OUTCOMES.items()})
    history.say_values("contract-review", "checks", _checks_in_words)
    history.say_values("contract-review", "questions", _questions_in_words)
    history.say_fields("agreed-rule", {
        "parameter_codes": _l("Chỉ tiêu"), "rule_code": _l("Quy tắc"), "rule": _l("Định nghĩa quy tắc"),
        "agreed_by": _l("Người đồng ý phía khách hàng"), "agreed_on": _l("Ngày đồng ý"), "evidence": _l("Bằng chứng"),
    })
    history.say_values("agreed-rule", "parameter_codes", _parameters_in_words)
    history.say_fields("price", {"amount": _l("Giá (đồng)"), "valid_from": _l("Áp dụng từ")})
    history.say_fields("quotation-line", {"text": _l("Nội dung"), "unit_price": _l("Đơn giá (đồng)")})
    history.say_fields("sample", {
        "serial": _l("Số máy"), "hardware": _l("Phần cứng"), "received_at": _l("Nhận lúc"), "brought_by": _l("Người giao"),
        "sampled_by": _l("Người lấy mẫu"), "checks": _l("Kiểm khi nhận"), "accessories": _l("Phụ kiện"), "deviation": _l("Sai lệch"),
        "storage": _l("Nơi giữ"), "storage_conditions": _l("Điều kiện bảo quản"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("sample", "status", {s.code: s.word for s in SAMPLE.states})
    history.say_values("sample", "checks", _condition_in_words)
    history.say_values("sample", "sampled_by", {"customer": _l("khách hàng"), "laboratory": _l("phòng thử nghiệm")})
    history.say_fields("deviation-answer", {
        "decision": _l("Quyết định"), "answered_by": _l("Người trả lời"), "answered_on": _l("Ngày trả lời"), "text": _l("Nội dung"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("deviation-answer", "decision", DECISION_WORDS)
    history.say_fields("firmware-change", {"changed_at": _l("Đổi lúc"), "by": _l("Người đổi"), "recorded_at": _l("Ghi lúc")})
    history.say_fields("custody", {
        "kind": _l("Việc"), "from_text": _l("Từ"), "to_text": _l("Đến"), "at": _l("Lúc"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("custody", "kind", MOVE_WORDS)
