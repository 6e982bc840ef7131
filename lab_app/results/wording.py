"""Names of the room's records and fields, for histories."""
from __future__ import annotations

import json

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from lab_app.core import history
from lab_app.results.presenters import VERDICTS, formula_of, limit_text, raw_line, rule_text
from lab_app.results.workflow import JOB, LINE, WORKSHEET
from lab_app.results.workflow.deviations import ANSWERS


def say() -> None:
    """Tell the history what things are called here."""
    history.say_kinds({"reading-trace": _l("Tệp của số đọc"), "trace-use": _l("Đường đo của một việc")})
    history.say_fields("trace-use", {
        "conditions": _l("Điều kiện"), "factors": _l("Hệ số"), "correction": _l("Cách tính"), "lines": _l("Giới hạn và dư địa"),
        "peaks": _l("Đỉnh"), "made_at": _l("Ghi lúc"), "withdrawn_at": _l("Bỏ lúc"), "withdrawn_reason": _l("Lý do bỏ đường đo"),
    })
    for field in ("factors", "correction", "lines", "peaks"):
        history.say_values("trace-use", field, lambda text: ngettext("%(num)s mục", "%(num)s mục", len(json.loads(text))))
    history.say_kinds({"job-deviation": _l("Sai khác với phương pháp"), "job-step": _l("Bước của danh mục")})
    history.say_fields("job-deviation", {
        "what": _l("Sai khác với"), "documented": _l("Đã làm thay bằng cách nào"), "justification": _l("Luận cứ kỹ thuật"),
        "authorised_at": _l("Cho phép lúc"), "customer_accepted_by": _l("Người của khách hàng"),
        "customer_accepted_on": _l("Ngày chấp nhận"), "customer_evidence": _l("Bằng chứng"),
        "customer_recorded_at": _l("Ghi chấp nhận lúc"), "withdrawn_at": _l("Rút lúc"), "withdrawn_reason": _l("Lý do rút"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("job-step", {
        "key": _l("Khóa"), "answer": _l("Trả lời"), "note": _l("Ghi chú"), "done_at": _l("Làm lúc"),
    })
    history.say_values("job-step", "answer", ANSWERS)
    history.say_kinds({"standing-decision": _l("Kết quả sau khi mẫu đổi"), "job-conditioning": _l("Ổn định mẫu")})
    history.say_fields("standing-decision", {"decision": _l("Quyết định"), "recorded_at": _l("Ghi lúc")})
    history.say_values("standing-decision", "decision", {"stands": _l("giữ"), "repeat": _l("đo lại")})
    history.say_fields("job-conditioning", {
        "minutes": _l("Phương pháp cần (phút)"), "place": _l("Nơi ổn định"), "conditions": _l("Điều kiện"), "started_at": _l("Bắt đầu"),
        "ended_at": _l("Kết thúc"), "ended_recorded_at": _l("Ghi kết thúc lúc"), "interrupted": _l("Bị ngắt quãng vì"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_kinds({
        "test-job": _l("Việc thử nghiệm"), "job-line": _l("Chỉ tiêu"), "reading": _l("Số đọc"),
        "reading-instrument": _l("Thiết bị của số đọc"), "line-review": _l("Soát xét"),
    })
    history.say_fields("test-job", {
        "due_on": _l("Hạn"), "started_at": _l("Bắt đầu"), "superseded_reason": _l("Lý do dùng phiên bản cũ"),
        "superseded_told_to": _l("Đã báo cho ai của khách hàng"), "superseded_told_on": _l("Ngày báo"),
        "superseded_told_how": _l("Bằng cách nào"),
        "criterion": _l("Nguồn sai số cho phép"), "adjustment": _l("Đã hiệu chỉnh"),
    })
    history.say_fields("job-line", {
        "conditions": _l("Điều kiện"), "limit": _l("Giới hạn"), "rule_code": _l("Quy tắc quyết định"),
        "rule": _l("Nội dung quy tắc"), "limit_confirmed": _l("Giới hạn đã xác nhận"), "retest_reason": _l("Lý do thử lại"),
        "position": _l("Thứ tự"), "recorded_at": _l("Ghi lúc"), "point": _l("Điểm hiệu chuẩn"), "scale": _l("Dải"),
        "stage": _l("Trước, sau hiệu chỉnh"),
    })
    history.say_values("job-line", "stage", {"as_found": _l("trước hiệu chỉnh"), "as_left": _l("sau hiệu chỉnh")})
    history.say_fields("reading", {
        "measured_at": _l("Đo lúc"), "recorded_at": _l("Ghi lúc"), "late_reason": _l("Lý do ghi muộn"), "revision": _l("Lần ghi"),
        "correction_reason": _l("Lý do sửa"), "raw": _l("Số đọc gốc"), "value": _l("Giá trị"), "unit": _l("Đơn vị"), "u": "U",
        "verdict": _l("Kết luận"), "margin": _l("Biên"), "observation": _l("Quan sát"), "environment_text": _l("Môi trường"),
        "computed": _l("Phép tính"), "limit_value": _l("Giới hạn"), "guard_band": _l("Dải bảo vệ"), "k": "k", "operator": _l("Dấu chặn"),
        "firmware": _l("Firmware khi đo"),
    })
    history.say_kinds({"worksheet": _l("Bảng đo"), "worksheet-line": _l("Dòng của bảng đo")})
    history.say_fields("worksheet", {
        "note": _l("Ghi chú"), "instruments": _l("Thiết bị"), "measured_at": _l("Đo lúc"), "late_reason": _l("Lý do ghi muộn"),
        "closed_at": _l("Đóng lúc"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("worksheet", "status", {s.code: s.word for s in WORKSHEET.states})
    history.say_fields("worksheet-line", {
        "position": _l("Thứ tự"), "kind": _l("Loại"), "settings": _l("Tiêu chí"), "removed_at": _l("Bỏ lúc"), "recorded_at": _l("Ghi lúc")})
    history.say_values("worksheet-line", "kind", {"line": _l("chỉ tiêu"), "control": _l("kiểm soát"), "duplicate": _l("đo lặp")})
    history.say_kinds({
        "verdict-override": _l("Đề nghị sửa kết luận"), "override-answer": _l("Trả lời đề nghị sửa kết luận"),
        "rejudgement": _l("Xét lại kết quả"), "rule-rehearsal": _l("Xem thử quy tắc"),
    })
    history.say_fields("verdict-override", {
        "computed": _l("Kết luận tính được"), "verdict": _l("Kết luận đề nghị"), "reason": _l("Lý do"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("override-answer", {"answer": _l("Trả lời"), "note": _l("Ý kiến"), "recorded_at": _l("Ghi lúc")})
    history.say_values("override-answer", "answer", {
        "confirmed": _l("Đã xác nhận"), "declined": _l("Không đồng ý"), "withdrawn": _l("Đã rút")})
    history.say_fields("rejudgement", {
        "limit": _l("Giới hạn"), "limit_value": _l("Giới hạn"), "limit_confirmed": _l("Giới hạn đã xác nhận"),
        "rule_code": _l("Quy tắc quyết định"), "rule": _l("Nội dung quy tắc"), "before": _l("Kết luận khi đo"),
        "verdict": _l("Kết luận xét lại"), "margin": _l("Biên"), "unit": _l("Đơn vị"), "reason": _l("Lý do"),
        "decision": _l("Phép tính"), "why": _l("Vì sao không kết luận"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("rule-rehearsal", {
        "parameter_code": _l("Chỉ tiêu"), "shown": _l("Nội dung đã xem"), "shown_to": _l("Người xem phía khách hàng"),
        "shown_on": _l("Ngày xem"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("rule-rehearsal", "shown", lambda _text: gettext("xem ở trang của lần xem thử"))
    history.say_values("rejudgement", "rule", lambda text: rule_text(json.loads(text)))
    history.say_values("rejudgement", "decision", lambda _text: gettext("đã ghi"))
    for kind, field in (("verdict-override", "computed"), ("verdict-override", "verdict"), ("rejudgement", "before"),
                        ("rejudgement", "verdict")):
        history.say_values(kind, field, {code: state.word for code, state in VERDICTS.items()})
    for field in ("limit", "limit_value"):
        history.say_values("rejudgement", field, lambda text: limit_text(json.loads(text)))
    history.say_fields("line-review", {"decision": _l("Quyết định"), "recorded_at": _l("Ghi lúc")})
    history.say_values("line-review", "decision", {"approved": _l("Đã duyệt"), "returned": _l("Bị trả lại")})
    history.say_values("test-job", "status", {s.code: s.word for s in JOB.states})
    history.say_values("job-line", "status", {s.code: s.word for s in LINE.states})
    history.say_values("reading", "verdict", {code: state.word for code, state in VERDICTS.items()})
    for kind, field in (("job-line", "limit"), ("reading", "limit_value")):
        history.say_values(kind, field, lambda text: limit_text(json.loads(text)))
    history.say_values("job-line", "rule", lambda text: rule_text(json.loads(text)))
    history.say_values("reading", "raw", lambda text: raw_line(json.loads(text)))
    history.say_values("reading", "computed", lambda text: formula_of(json.loads(text)))
