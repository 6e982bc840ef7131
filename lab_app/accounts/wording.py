"""Words of the room: tasks, roles, rights, as a person reads them."""
from __future__ import annotations

import json

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from lab_app.accounts.workflow import MEANINGS, METHODS
from lab_app.core import history
from lab_app.core.permissions import P
from lab_app.core.workflow import State

TASK_WORDS = {
    "test": _l("Thử nghiệm"), "review": _l("Soát xét"), "conformity": _l("Kết luận sự phù hợp"),
    "opinion": _l("Ý kiến, diễn giải"), "authorise": _l("Ký duyệt phiếu"),
}
#: The same in one letter, for the squares of the matrix.
TASK_LETTERS = {
    "test": _p("task letter", "T"), "review": _p("task letter", "S"), "conformity": _p("task letter", "K"),
    "opinion": _p("task letter", "Y"), "authorise": _p("task letter", "D"),
}

#: How an authorisation stands (accounts.rules.standing).
STANDINGS = {
    "in_force": State("in_force", _l("Còn hiệu lực"), "ok"),
    "ending": State("ending", _l("Sắp hết hạn"), "warn"),
    "lapsed": State("lapsed", _l("Tạm ngưng: quá hạn theo dõi"), "bad"),
    "future": State("future", _l("Chưa bắt đầu"), "info"),
    "expired": State("expired", _l("Hết hạn"), "hold"),
    "withdrawn": State("withdrawn", _l("Đã thu lại"), "bad"),
    "unknown": State("unknown", _l("Chưa được ghi"), "hold"),
}

ACCOUNT_STATES = {
    True: State("active", _l("Đang hoạt động"), "ok"),
    False: State("closed", _l("Đã khóa"), "bad", "lock-fill"),
}

#: Rights in groups, for the one screen of roles.
RIGHT_GROUPS: tuple[tuple[object, tuple[tuple[P, object], ...]], ...] = (
    (_l("Chung"), (
        (P.HOME, _l("Trang việc của tôi")), (P.SEARCH, _l("Tìm và quét mã")), (P.HISTORY_READ, _l("Xem lịch sử hồ sơ")),
        (P.SYSTEM_READ, _l("Xem tình trạng hệ thống")),
    )),
    (_l("Khách hàng và yêu cầu"), (
        (P.CUSTOMER_READ, _l("Xem khách hàng")), (P.CUSTOMER_WRITE, _l("Ghi khách hàng")), (P.REQUEST_READ, _l("Xem yêu cầu")),
        (P.REQUEST_REGISTER, _l("Ghi yêu cầu")), (P.REQUEST_REVIEW, _l("Xem xét yêu cầu (7.1)")),
        (P.PRICE_READ, _l("Xem giá")), (P.PRICE_WRITE, _l("Ghi giá, thanh toán")),
    )),
    (_p("list", "Mẫu"), (
        (P.SAMPLE_READ, _l("Xem mẫu")), (P.SAMPLE_RECEIVE, _l("Nhận mẫu")), (P.SAMPLE_MOVE, _l("Bàn giao mẫu")),
    )),
    (_l("Thử nghiệm"), (
        (P.JOB_READ, _l("Xem việc thử nghiệm")), (P.JOB_ASSIGN, _l("Giao việc")), (P.RESULT_WRITE, _l("Ghi kết quả")),
        (P.RESULT_REVIEW, _l("Soát xét kết quả")), (P.ENVIRONMENT_WRITE, _l("Ghi môi trường")),
        (P.BREAK_GLASS, _l("Vượt chốt chặn khẩn cấp")),
    )),
    (_l("Thiết bị"), (
        (P.INSTRUMENT_READ, _l("Xem thiết bị")), (P.INSTRUMENT_CHECK, _l("Kiểm tra thiết bị (6.4.10)")),
        (P.INSTRUMENT_WRITE, _l("Ghi thiết bị")),
        (P.INSTRUMENT_RELEASE, _l("Đưa thiết bị vào sử dụng")), (P.INSTRUMENT_INTERVAL, _l("Quyết định chu kỳ hiệu chuẩn")),
    )),
    (_p("list", "Phương pháp"), (
        (P.METHOD_READ, _l("Xem phương pháp")), (P.METHOD_WRITE, _l("Soạn phương pháp")),
        (P.METHOD_APPROVE, _l("Phê duyệt phương pháp")),
    )),
    (_p("list", "Phiếu kết quả"), (
        (P.REPORT_READ, _l("Xem phiếu")), (P.REPORT_DRAFT, _l("Soạn phiếu")), (P.REPORT_ISSUE, _l("Phát hành phiếu")),
        (P.REPORT_STATUS, _l("Tạm dừng, thu hồi phiếu")), (P.REPORT_DELIVER, _l("Giao phiếu cho khách hàng")),
    )),
    (_l("Chất lượng"), (
        (P.QUALITY_READ, _l("Xem hồ sơ chất lượng")), (P.QUALITY_WRITE, _l("Ghi hồ sơ chất lượng")),
        (P.HOLD_RELEASE, _l("Cho làm việc trở lại (7.10.1)")),
        (P.CORRECTIVE_VERIFY, _l("Đánh giá hiệu lực hành động khắc phục (8.7.1)")),
        (P.COMPLAINT_DECIDE, _l("Quyết định khiếu nại (7.9.6)")), (P.RISK_APPROVE, _l("Phê duyệt xử lý rủi ro (8.5)")),
        (P.CHANGE_APPROVE, _l("Phê duyệt thay đổi")),
        (P.DOCUMENT_READ, _l("Xem tài liệu")), (P.DOCUMENT_WRITE, _l("Soạn tài liệu")),
        (P.DOCUMENT_APPROVE, _l("Phê duyệt tài liệu (8.3.2)")), (P.RECORD_DISPOSE, _l("Phê duyệt hủy hồ sơ (8.4.2)")),
    )),
    (_l("Con người"), (
        (P.PERSON_READ, _l("Xem nhân sự")), (P.COMPETENCE_WRITE, _l("Ghi hồ sơ năng lực (6.2.5)")),
        (P.PERSON_WRITE, _l("Ghi nhân sự, tài khoản")),
        (P.AUTHORISE_PERSON, _l("Trao quyền (6.2.6)")), (P.ROLE_WRITE, _l("Sửa vai trò")),
        (P.LABORATORY_WRITE, _l("Sửa thông tin phòng thử nghiệm")),
    )),
)


#: A right by its stored name.
RIGHT_WORDS = {right.value: word for _group, rights in RIGHT_GROUPS for right, word in rights}
#: The roles a new installation starts with (accounts.services.ROLES), for histories.
ROLE_WORDS = {
    "administrator": _l("Quản trị viên"), "reception": _l("Tiếp nhận"), "sales": _l("Kinh doanh"),
    "technician": _l("Thử nghiệm viên"), "reviewer": _l("Người soát xét"), "signatory": _l("Người ký duyệt"),
    "quality_manager": _l("Phụ trách chất lượng"), "auditor": _l("Chuyên gia đánh giá"),
}


def _rights_in_words(stored: str) -> str:
    """The rights of a role as the trail keeps them, in words and in the order of the screen."""
    granted = set(json.loads(stored))
    return "; ".join(str(word) for _group, rights in RIGHT_GROUPS for right, word in rights if right.value in granted)


def _roles_in_words(stored: str) -> str:
    return ", ".join(str(ROLE_WORDS.get(name, name)) for name in json.loads(stored))


#: Parts of the laboratory's structured facts, in the order a reader expects.
FACT_WORDS = {
    "scheme": _l("chương trình"), "number": _l("số"), "standard": _l("chuẩn mực"), "decision": _l("quyết định"),
    "scope": _l("phạm vi"), "valid_from": _l("từ"), "valid_to": _l("đến hết"), "short_name": _l("tên ngắn"),
    "field_vi": _l("lĩnh vực"), "field_en": _l("lĩnh vực tiếng Anh"), "website": _l("trang web"),
}


def _facts_in_words(stored: str) -> str:
    """Structured facts as `name: value` in one line; days dd/mm/yyyy."""
    kept = json.loads(stored)
    order = {key: n for n, key in enumerate(FACT_WORDS)}
    parts = []
    for key in sorted(kept, key=lambda k: (order.get(k, len(order)), k)):
        value = kept[key]
        said = ", ".join(str(v) for v in value) if isinstance(value, list) else str(history.value_word(value))
        parts.append(f"{FACT_WORDS.get(key, key)}: {said}")
    return "; ".join(parts)


def say() -> None:
    """Name this room's records and fields for histories."""
    history.say_kinds({
        "person": _l("Nhân sự"), "role": _l("Vai trò"), "authorisation": _l("Trao quyền"),
        "laboratory": _l("Phòng thử nghiệm"),
        "site": _l("Cơ sở"), "attachment": _l("Tệp đính kèm"), "signature": _l("Chữ ký điện tử"),
    })
    history.say_fields("signature", {
        "meaning": _l("Ý nghĩa"), "name": _l("Người ký"), "method": _l("Xác nhận bằng"), "signed_at": _l("Ký lúc"),
        "shown_sha256": _l("SHA-256 của nội dung đã ký"), "title_vi": _l("Chức danh"), "title_en": _l("Chức danh tiếng Anh"),
        "subject_kind": _l("Ký trên"), "subject_id": _l("Hồ sơ số"), "given_with_id": _l("Ký cùng chữ ký số"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("signature", "meaning", MEANINGS)
    history.say_values("signature", "method", METHODS)
    history.say_values("signature", "subject_kind", history.kind_word)
    history.say_fields("person", {
        "full_name": _l("Họ tên"), "title_vi": _l("Chức danh"), "title_en": _l("Chức danh tiếng Anh"), "role_names": _l("Vai trò"),
        "password": _l("Mật khẩu"), "active": _l("Tài khoản hoạt động"),
        "fs_uniquifier": _l("Phiên đăng nhập"), "undertaking_on": _l("Cam kết bảo mật ngày"),
    })
    history.say_fields("role", {"granted": _l("Quyền"), "title_vi": _l("Tên"), "title_en": _l("Tên tiếng Anh")})
    history.say_fields("authorisation", {
        "task": _l("Việc"), "method_code": _l("Phương pháp"), "valid_from": _l("Từ ngày"), "valid_to": _l("Đến ngày"),
        "basis": _l("Căn cứ"), "withdrawn_from": _l("Thu lại từ ngày"), "withdrawn_reason": _l("Lý do thu lại"),
        "recorded_at": _l("Ghi lúc"), "withdrawn_recorded_at": _l("Ghi thu lại lúc"),
    })
    history.say_values("authorisation", "task", TASK_WORDS)
    history.say_fields("laboratory", {
        "name_vi": _l("Tên"), "name_en": _l("Tên tiếng Anh"), "address_vi": _l("Địa chỉ"), "address_en": _l("Địa chỉ tiếng Anh"),
        "place_vi": _l("Nơi ghi trên phiếu"), "disclaimer": _l("Lưu ý trên hồ sơ"), "accreditation": _l("Công nhận"),
        "designation": _l("Chỉ định"), "settings": _l("Thiết lập"),
    })
    history.say_fields("site", {
        "name_vi": _l("Tên"), "name_en": _l("Tên tiếng Anh"), "address_vi": _l("Địa chỉ"), "address_en": _l("Địa chỉ tiếng Anh"),
    })
    for name in ("accreditation", "designation", "settings"):
        history.say_values("laboratory", name, _facts_in_words)
    history.say_values("role", "granted", _rights_in_words)
    history.say_values("person", "role_names", _roles_in_words)
    history.say_values("person", "language", {"vi": "Tiếng Việt", "en": "English"})
    history.say_fields("attachment", {
        "filename": _l("Tên tệp"), "caption": _l("Chú thích"), "purpose": _l("Mục đích"), "sha256": "SHA-256",
    })
