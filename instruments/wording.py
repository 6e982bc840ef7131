"""Words of the room: names of its records, fields and choices, for pages and histories."""
from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from instruments import rules, workflow
from instruments.rules.points import POINT_RULES
from lab_app.core import history
from lab_app.core.i18n import show_decimal, show_money
from lab_app.core.workflow import State

OWNERSHIP = rules.OWNERSHIP
KINDS = rules.KINDS
CHECK_STATES = {True: State("passed", _l("Đạt"), "ok"), False: State("failed", _l("Không đạt"), "bad")}
CALIBRATION_STATES = {
    "waiting": State("waiting", _l("Chờ đánh giá, duyệt"), "info"),
    "failed": State("failed", _l("Không đạt"), "bad"),
    "current": State("current", _l("Đang dùng"), "ok"),
    "over": State("over", _l("Đã hết hạn"), "hold"),
    "earlier": State("earlier", _l("Lần trước"), "hold"),
}


FACTOR_DECISIONS = {"entered": _l("đã nhập"), "no_change": _l("không đổi"), "none": _l("không có hệ số")}


MAINTENANCE_KINDS = {
    "maintenance": _l("Bảo trì"), "repair": _l("Sửa chữa"), "adjustment": _l("Hiệu chỉnh"), "damage": _l("Hư hỏng"),
    "overload": _l("Quá tải"),
}


def quantity(key: str) -> str:
    """A quantity's name."""
    return str(rules.QUANTITIES.get(key, key))


def deviation(indicated: object, reference: object) -> str:
    """Deviation of a check with its sign, as shown."""
    text = show_decimal(indicated - reference)  # type: ignore[operator]
    return text if text.startswith("\u2212") else f"+{text}"


def rule_words(rule: Mapping[str, Any] | None) -> str:
    """The decision rule of a table of points in words; empty where there is none."""
    if not rule or "kind" not in rule:
        return ""
    words = str(POINT_RULES.get(rule["kind"], rule["kind"]))
    return words if rule["kind"] == "simple" else f"{words}; r = {show_decimal(Decimal(str(rule.get('r', '1'))))}"


def _rule_told(value: str) -> str:
    """A rule as the trail keeps it, in words; the reason where there is no table."""
    try:
        rule = json.loads(value)
    except ValueError:
        return value
    return (rule_words(rule) or str(rule.get("no_points", ""))) if isinstance(rule, dict) else value


def say() -> None:
    """Name this room's records and fields for histories."""
    _say_traces()
    history.say_kinds({
        "instrument": _l("Thiết bị"), "instrument-range": _l("Dải đo"), "instrument-state": _l("Trạng thái thiết bị"),
        "calibration": _l("Hiệu chuẩn"), "intermediate-check": _l("Kiểm tra giữa kỳ"), "maintenance": _l("Bảo trì"),
        "factor-set": _l("Hệ số hiệu chính"), "calibration-order": _l("Đơn hiệu chuẩn"), "calibration-point": _l("Điểm hiệu chuẩn"),
        "calibration-standard": _l("Chuẩn đã dùng"), "check-chart": _l("Giới hạn kiểm soát"),
    })
    history.say_kinds({"interval-review": _l("Xem xét chu kỳ")})
    history.say_fields("interval-review", {
        "code": _l("Đề nghị"), "kind": _l("Loại"), "method": _l("Phương pháp"), "current_months": _l("Chu kỳ hiện tại, tháng"),
        "proposed_months": _l("Chu kỳ đề nghị, tháng"), "reason": _l("Vì sao xem xét"), "decision": _l("Quyết định"),
        "decided_months": _l("Chu kỳ được quyết định, tháng"),
        "decision_reason": _l("Lý do quyết định"), "decided_at": _l("Quyết định lúc"),
        "history": _l("Số liệu đã xét"), "findings": _l("Kết quả tính"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_kinds({"instrument-loan": _l("Phiếu giao thiết bị")})
    history.say_fields("instrument-loan", {
        "code": _l("Phiếu"), "holder_kind": _l("Giao cho"), "holder": _l("Nơi nhận"), "purpose": _l("Dùng để"), "out_at": _l("Giao lúc"),
        "due_back_on": _l("Hẹn trả"), "condition_out": _l("Tình trạng khi giao"), "fee": _l("Phí"), "back_at": _l("Trả lúc"),
        "condition_back": _l("Tình trạng khi trả"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("instrument", {
        "name_vi": _l("Tên"), "name_en": _l("Tên tiếng Anh"), "maker": _l("Hãng"), "type": _l("Kiểu"), "serial": _l("Số máy"),
        "range_text": _l("Dải đo"), "uncertainty_text": _l("Độ không đảm bảo đo"), "ownership": _l("Sở hữu"),
        "location": _l("Nơi đặt"), "calibration_required": _l("Cần hiệu chuẩn"),
        "no_calibration_reason": _l("Lý do không hiệu chuẩn"), "check_interval_days": _l("Chu kỳ kiểm tra giữa kỳ (ngày)"),
        "check_name": _l("Kiểm tra bằng"), "check_criterion": _l("Tiêu chí đạt"), "checks_from": _l("Kiểm tra giữa kỳ từ ngày"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("instrument", {
        "kind": _l("Loại"), "owner": _l("Chủ sở hữu"), "pool": _l("Nhóm dùng chung"), "acquired_on": _l("Ngày nhận"),
        "first_issued_on": _l("Đưa ra dùng lần đầu"), "expires_on": _l("Hết hạn từ ngày"), "acceptance": _l("Tiêu chí chấp nhận"),
        "resource": _l("Địa chỉ VISA"), "identity": _l("Trả lời *IDN?"), "firmware": _l("Firmware"),
    })
    history.say_values("instrument", "ownership", OWNERSHIP)
    history.say_values("instrument", "kind", KINDS)
    history.say_kinds({"system-member": _l("Thành phần hệ đo"), "instrument-firmware": _l("Firmware")})
    history.say_fields("system-member", {
        "role": _l("Vai trò"), "from_at": _l("Từ lúc"), "until_at": _l("Đến lúc"), "position": _l("Thứ tự"),
        "recorded_at": _l("Ghi lúc"), "until_recorded_at": _l("Ghi kết thúc lúc"),
    })
    history.say_fields("instrument-firmware", {
        "firmware": _l("Firmware"), "effective_at": _l("Từ lúc"), "verification": _l("Kiểm tra xác nhận"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("instrument-range", {
        "quantity": _l("Đại lượng"), "low": _l("Từ"), "high": _l("Đến"), "unit": _l("Đơn vị"), "u": _l("U (k = 2)"),
        "u_unit": _l("Đơn vị của U"),
    })
    history.say_values("instrument-range", "quantity", quantity)
    history.say_fields("instrument-state", {
        "state": _l("Trạng thái"), "effective_at": _l("Từ lúc"), "verification": _l("Kiểm tra xác nhận"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("instrument-state", "state", {s.code: s.word for s in workflow.MACHINE.states})
    history.say_fields("calibration", {
        "done_on": _l("Ngày hiệu chuẩn"), "due_on": _l("Đến hạn"), "certificate_no": _l("Giấy chứng nhận"),
        "laboratory": _l("Phòng hiệu chuẩn"), "laboratory_accreditation": _l("Số công nhận"),
        "traceability": _l("Liên kết chuẩn"), "passed": _l("Đạt"), "evaluation": _l("Đánh giá"), "released_at": _l("Duyệt lúc"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("intermediate-check", {
        "done_on": _l("Ngày"), "indicated": _l("Chỉ thị"), "reference": _l("Giá trị chuẩn"), "tolerance": _l("Dung sai"),
        "unit": _l("Đơn vị"), "passed": _l("Đạt"), "due_on": _l("Hiệu lực đến trước ngày"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("maintenance", {
        "done_on": _l("Ngày"), "what": _l("Đã làm"), "verified_before_return": _l("Kiểm tra xác nhận trước khi dùng lại"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("factor-set", {
        "label": _l("Phiên bản"), "quantity": _l("Đại lượng"), "argument_unit": _l("Đơn vị tần số"), "unit": _l("Đơn vị"),
        "points": _l("Bảng hệ số"), "valid_from": _l("Hiệu lực từ"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("factor-set", "quantity", quantity)
    history.say_numbers("intermediate-check", "indicated", "reference", "tolerance")
    history.say_numbers("instrument-range", "low", "high", "u")
    for kind in ("calibration-order", "maintenance"):
        history.say_values(kind, "cost", lambda text: show_money(Decimal(text)))
    history.say_numbers("calibration-point", "argument", "reference", "indicated", "error", "u", "k", "tolerance")


def _say_traces() -> None:
    history.say_kinds({"trace": _l("Đường đo"), "file-mapping": _l("Cách đọc tệp")})
    history.say_fields("trace", {
        "source": _l("Nguồn"), "format": _l("Đọc theo"), "name": _l("Tệp"), "unit": _l("Đơn vị"), "detector": _l("Bộ tách sóng"),
        "points": _l("Số điểm"), "mapping": _l("Cách đọc"), "facts": _l("Thông tin đọc được"), "identity": _l("Trả lời *IDN?"),
        "system_error": _l("Trả lời SYST:ERR?"), "captured_at": _l("Đo lúc"), "file_sha256": "SHA-256", "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("trace", "facts", _facts_told)
    for kind in ("trace", "file-mapping"):
        history.say_values(kind, "mapping", _mapping_told)
    history.say_values("trace", "source", {"file": _l("từ tệp"), "scpi": _l("từ thiết bị")})
    history.say_fields("file-mapping", {
        "name": _l("Tên"), "mapping": _l("Cách đọc"), "note": _l("Ghi chú"), "recorded_at": _l("Ghi lúc"),
    })
    _say_calibrations()


def _facts_told(text: str) -> str:
    """What was read of a trace in one line: its span and its highest level; nothing where the file said neither."""
    facts = json.loads(text)
    told = []
    if facts.get("f_low") and facts.get("f_high"):
        told.append(f"{_mhz(facts['f_low'])} \u2013 {_mhz(facts['f_high'])} MHz")
    if facts.get("peak") and facts.get("peak_f"):
        told.append(f"{show_decimal(Decimal(facts['peak']))} @ {_mhz(facts['peak_f'])} MHz")
    return "; ".join(told)


def _mhz(hertz: str) -> str:
    return show_decimal((Decimal(hertz) / 1_000_000).normalize() + 0)


def _mapping_told(text: str) -> str:
    """The choices by which a file was read, one after another."""
    return " · ".join(str(value) for value in json.loads(text).values() if value not in (None, "", False))


def _say_calibrations() -> None:
    history.say_fields("calibration", {
        "kind": _l("Loại"), "provider_id": _l("Nhà cung cấp"), "certificate_date": _l("Ngày ghi trên giấy"), "conditions": _l("Điều kiện"),
        "adjusted": _l("Đã hiệu chỉnh"), "rule": _l("Quy tắc quyết định"), "factors_decision": _l("Quyết định về hệ số"),
        "factors_note": _l("Lý do về hệ số"), "evaluated_at": _l("Đánh giá lúc"),
    })
    history.say_values("calibration", "factors_decision", FACTOR_DECISIONS)
    history.say_values("calibration", "rule", _rule_told)
    history.say_fields("calibration-order", {
        "in_house": _l("Nội bộ"), "service": _l("Yêu cầu hiệu chuẩn"), "ordered_on": _l("Ngày đặt"), "sent_on": _l("Ngày gửi"),
        "arrived_on": _l("Phòng hiệu chuẩn nhận"), "back_on": _l("Ngày về"), "expected_back_on": _l("Dự kiến về"),
        "condition_back": _l("Tình trạng khi nhận lại"), "cost": _l("Chi phí"), "cancel_reason": _l("Lý do hủy"),
        "provider_id": _l("Nhà cung cấp"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("calibration-order", "status", {s.code: s.word for s in workflow.ORDERS.states})
    history.say_fields("calibration-point", {
        "stage": _l("Trước, sau hiệu chỉnh"), "quantity": _l("Đại lượng"), "argument": _l("Đối số"), "argument_unit": _l("Đơn vị đối số"),
        "reference": _l("Giá trị chuẩn"), "indicated": _l("Chỉ thị"), "unit": _l("Đơn vị"), "error": _l("Sai số"), "u": _l("U"),
        "k": _l("k"), "tolerance": _l("Dung sai (±)"), "verdict": _l("Kết luận"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("calibration-point", "quantity", quantity)
    history.say_fields("check-chart", {
        "check_point": _l("Điểm kiểm tra"), "center": _l("Tâm"), "sigma": _l("s"), "unit": _l("Đơn vị"), "n": _l("Số lần kiểm tra"),
        "phase_from": _l("Từ ngày"), "phase_to": _l("Đến ngày"), "rules": _l("Phép thử bật"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("intermediate-check", {"check_point": _l("Điểm kiểm tra"), "readings": _l("Các lần đọc")})
    history.say_fields("maintenance", {"kind": _l("Loại việc"), "cost": _l("Chi phí")})
    history.say_values("maintenance", "kind", MAINTENANCE_KINDS)
    history.say_fields("factor-set", {"interpolation": _l("Nội suy")})
    _say_cycles()


def _say_cycles() -> None:
    """Cycles, what was done in them, extensions, counters, calendar addresses."""
    history.say_kinds({
        "instrument-cycle": _l("Chu kỳ của thiết bị"), "cycle-event": _l("Việc theo chu kỳ đã làm"), "due-extension": _l("Gia hạn"),
        "use-reading": _l("Số đếm"), "calendar-feed": _l("Địa chỉ lịch"),
    })
    history.say_fields("instrument-cycle", {
        "kind": _l("Việc"), "interval_months": _l("Chu kỳ (tháng)"), "interval_days": _l("Chu kỳ (ngày)"),
        "use_limit": _l("Giới hạn sử dụng"), "use_unit": _l("Đơn vị số đếm"), "from_first_issue": _l("Tính từ lần dùng đầu"),
        "lead_days": _l("Gửi trước (ngày)"), "early_days": _l("Làm sớm giữ ngày kỷ niệm (ngày)"), "blocks": _l("Quá hạn thì ngừng sử dụng"),
        "active": _l("Còn áp dụng"), "cost": _l("Chi phí mỗi lần"), "work_hours": _l("Công mỗi lần (giờ)"),
        "effective_from": _l("Hiệu lực từ ngày"), "reason": _l("Lý do"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("cycle-event", {
        "kind": _l("Việc"), "done_on": _l("Ngày làm"), "due_on": _l("Đến hạn"), "passed": _l("Đạt"), "by_whom": _l("Ai làm"),
        "cost": _l("Chi phí"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("due-extension", {
        "kind": _l("Việc"), "due_on": _l("Hạn cũ"), "until": _l("Hạn mới"), "reason": _l("Lý do"), "evidence": _l("Bằng chứng"),
        "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("use-reading", {
        "read_on": _l("Ngày đọc"), "counter": _l("Số đếm"), "unit": _l("Đơn vị"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_fields("calendar-feed", {
        "only_mine": _l("Chỉ việc của mình"), "revoked_at": _l("Thu hồi lúc"), "recorded_at": _l("Tạo lúc"),
    })
    for kind in ("instrument-cycle", "cycle-event", "due-extension"):
        history.say_values(kind, "kind", dict(rules.CYCLES))
