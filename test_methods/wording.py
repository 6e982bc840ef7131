"""Words of the room: limits, formulas' fields, rules, and names of its records for histories."""
from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from instruments.rules import MeasurementNeed
from lab_app.core import history
from lab_app.core.i18n import pick, show_decimal
from lab_app.core.quantity import NO_BREAK_SPACE
from test_methods import budget_words, workflow
from test_methods.limit_words import limit_lines
from test_methods.product_words import LANES, condition_text

SOURCES = {"measured": _l("đo"), "customer": _l("khách hàng cung cấp"), "factor": _l("hệ số"), "setting": _l("đặt trước")}
KINDS = {"number": _l("Số đo"), "observation": _l("Quan sát")}
METHOD_KINDS = {"test": _l("Thử nghiệm"), "calibration": _l("Hiệu chuẩn")}
PROOF_KINDS = {"verification": _l("Kiểm tra xác nhận (7.2.1.5)"), "validation": _l("Xác nhận giá trị sử dụng (7.2.2)")}
DOCUMENT_KINDS = {
    "regulation": _l("Quy chuẩn kỹ thuật"), "standard": _l("Tiêu chuẩn"),
    "calibration_document": _l("Văn bản kỹ thuật đo lường (ĐLVN)"), "procedure": _l("Quy trình nội bộ"),
}
RULE_KINDS = {
    "simple": _l("Chấp nhận đơn giản, so trực tiếp (w = 0)"),
    "guarded_binary": _l("Dải bảo vệ w = r·U, hai mức"),
    "guarded_nonbinary": _l("Dải bảo vệ w = r·U, bốn mức"),
    "shared_risk_max_u": _l("So trực tiếp khi U không lớn hơn U lớn nhất của tiêu chuẩn; lớn hơn thì không kết luận"),
    "cispr": _l("Cộng phần U vượt U của CISPR vào kết quả rồi so"),
    "guarded_tur": _l("Dải bảo vệ tính từ TUR, không bao giờ âm"),
}
DISTRIBUTIONS = {
    "normal": _l("chuẩn"), "rectangular": _l("chữ nhật"), "triangular": _l("tam giác"), "u-shape": _l("chữ U"),
}
#: What a sentence of the catalogue says of a limit nobody compared with the official text.
UNCONFIRMED = "unconfirmed"


def seen_words(seen: str) -> str:
    """Where a limit was seen, as the catalogue says; empty where it says only that nobody confirmed it."""
    return "" if seen.startswith(UNCONFIRMED) else seen.removeprefix("source: ")


def environment_lines(environment: Mapping[str, Any]) -> list[str]:
    """A version's environment in words."""
    if environment.get("not_critical"):
        return [gettext("Không ảnh hưởng kết quả: %(reason)s", reason=environment["not_critical"])]
    lines = [_environment(environment)]
    lines += [gettext("khi điều kiện có “%(when)s”: %(limits)s", when=other["when"], limits=_environment(other))
              for other in environment.get("conditions", ())]
    return lines


def _environment(part: Mapping[str, Any]) -> str:
    texts = []
    for key, unit in (("temperature", "°C"), ("humidity", "%RH")):
        if part.get(key):
            low, high = (show_decimal(Decimal(v)) for v in part[key])
            texts.append(f"{low} … {high}{NO_BREAK_SPACE}{unit}")
    return ", ".join(texts)


def need_lines(need: Mapping[str, Any]) -> list[str]:
    """What a parameter needs of instruments, in words: the measuring one first, then what stands beside it."""
    found = MeasurementNeed.from_dict(need)
    if found is None:
        return []
    return [found.words(), *(
        gettext("kèm %(need)s", need=part.words()) if part.required else gettext("có thể kèm %(need)s", need=part.words())
        for part in found.beside
    )]


def _told_limit(stored: str) -> str:
    return "; ".join(limit_lines(json.loads(stored))) or gettext("chưa số hóa")


def _told_fields(stored: str) -> str:
    fields = [(f, pick(f["label_vi"], f.get("label_en")) + (f", {f['unit']}" if f.get("unit") else "")) for f in json.loads(stored)]
    return "; ".join(f"{f['key']} ({label})" for f, label in fields)


def _told_rule(stored: str) -> str:
    data = json.loads(stored)
    numbers = [f"{key} = {data[key]}" for key in ("r", "u_max", "factor") if data.get(key) not in (None, "")]
    return "; ".join([str(RULE_KINDS.get(data.get("kind", ""), data.get("kind", ""))), *numbers])


def _told_list(stored: str) -> str:
    return "; ".join(str(part) for part in json.loads(stored))


def _told_environment(stored: str) -> str:
    return "; ".join(environment_lines(json.loads(stored)))


def _told_need(stored: str) -> str:
    return "; ".join(need_lines(json.loads(stored)))


def say() -> None:
    """Name this room's records and fields for histories."""
    history.say_kinds({
        "regulation": _l("Quy chuẩn"), "requirement": _l("Yêu cầu kỹ thuật"), "method": _l("Phương pháp"),
        "method-version": _l("Phiên bản phương pháp"), "method-parameter": _l("Chỉ tiêu"),
        "uncertainty-budget": _l("Bảng độ không đảm bảo đo"), "decision-rule": _l("Quy tắc ra quyết định"),
        "scope-entry": _l("Phạm vi"), "scope-end": _l("Kết thúc sớm phạm vi"), "method-proof": _l("Hồ sơ xác nhận phương pháp"),
        "test-vector": _l("Véc-tơ thử"), "vector-run": _l("Lần chạy véc-tơ thử"), "plan-rule": _l("Quy tắc đề xuất phép thử"),
    })
    names = {"name_vi": _l("Tên"), "name_en": _l("Tên tiếng Anh"), "title_vi": _l("Tên"), "title_en": _l("Tên tiếng Anh"),
             "recorded_at": _l("Ghi lúc"), "position": _l("Thứ tự"), "unit": _l("Đơn vị"), "conditions": _l("Điều kiện")}
    history.say_fields("plan-rule", {
        **names, "regulation": _l("Quy chuẩn"), "effect": _l("Kết quả"), "reason_vi": _l("Vì sao"), "reason_en": _l("Vì sao, tiếng Anh"),
        "source": _l("Căn cứ"), "confirmed": _l("Đã đối chiếu"), "in_force_from": _l("Hiệu lực từ"), "in_force_to": _l("Hết hiệu lực từ"),
    })
    history.say_values("plan-rule", "effect", {"propose": _l("đề xuất thử"), "exempt": _l("miễn thử")})
    history.say_fields("regulation", {
        **names, "in_force_from": _l("Hiệu lực từ"), "in_force_to": _l("Hết hiệu lực từ"), "replaced_by": _l("Thay bằng"),
        "replaces": _l("Thay thế"), "circular": _l("Văn bản ban hành"),
        "adopts": _l("Chấp nhận tiêu chuẩn"), "products": _l("Sản phẩm"), "legal": _l("Căn cứ pháp lý"),
        "confirmed": _l("Nguồn xác nhận"), "confirmed_fields": _l("Mục đã xác nhận"), "kind": _l("Loại tài liệu"),
    })
    history.say_values("regulation", "kind", DOCUMENT_KINDS)
    history.say_fields("requirement", {
        **names, "clause": _l("Điều"), "limit": _l("Giới hạn"), "seen": _l("Thấy ở"), "confirmed_source": _l("Nguồn xác nhận"),
        "confirmed_on": _l("Ngày xác nhận"), "confirmed_recorded_at": _l("Ghi xác nhận lúc"),
    })
    history.say_values("requirement", "limit", _told_limit)
    _say_limits_and_products(names)
    for name in ("adopts", "products", "confirmed_fields", "replaces"):
        history.say_values("regulation", name, _told_list)
    history.say_fields("method", {
        **names, "reference": _l("Tài liệu"), "standard_method": _l("Phương pháp tiêu chuẩn"), "kind": _l("Phương pháp để"),
    })
    history.say_values("method", "kind", METHOD_KINDS)
    history.say_fields("method-version", {
        "number": _l("Phiên bản"), "effective_from": _l("Hiệu lực từ"), "effective_to": _l("Hiệu lực đến"),
        "ended_recorded_at": _l("Ghi hết hiệu lực lúc"), "approved_at": _l("Phê duyệt lúc"),
        "verification": _l("Kiểm tra xác nhận"),
        "environment": _l("Môi trường"), "change_note": _l("Nội dung thay đổi"), "recorded_at": _l("Ghi lúc"),
    })
    history.say_values("method-version", "status", {s.code: s.word for s in workflow.MACHINE.states})
    history.say_values("method-version", "environment", _told_environment)
    history.say_values("method-parameter", "fields", _told_fields)
    history.say_values("method-parameter", "conditions", _told_list)
    history.say_values("method-parameter", "need", _told_need)
    history.say_fields("method-parameter", {
        **names, "kind": _l("Loại"), "fields": _l("Trường số đọc"), "formula": _l("Công thức"),
        "places": _l("Số chữ số thập phân"), "u_exempt_reason": _l("Lý do miễn U"), "u_max": _l("U lớn nhất"),
        "inherent_rule": _l("Quy tắc sẵn có"), "default_rule": _l("Quy tắc đề xuất"), "need": _l("Yêu cầu thiết bị"),
    })
    history.say_values("method-parameter", "kind", KINDS)
    budget_words.say()
    history.say_values("decision-rule", "definition", _told_rule)
    history.say_fields("decision-rule", {
        **names, "definition": _l("Định nghĩa"), "risk_vi": _l("Rủi ro"), "risk_en": _l("Rủi ro, tiếng Anh"),
        "inherent_in": _l("Có sẵn trong"), "retired_on": _l("Ngừng dùng từ"), "retired_reason": _l("Lý do ngừng dùng"),
    })
    history.say_fields("scope-entry", {
        "method_code": _l("Phương pháp"), "parameter_code": _l("Chỉ tiêu"), "status": _l("Loại"), "decision": _l("Quyết định"),
        "valid_from": _l("Từ ngày"), "valid_to": _l("Đến ngày"), "recorded_at": _l("Ghi lúc"),
        "cmc": _l("CMC (U nhỏ nhất, k = 2)"), "cmc_unit": _l("Đơn vị của CMC"),
    })
    history.say_values("scope-entry", "status", {code: state.word for code, state in workflow.SCOPE.items()})


def _told_conditions(stored: str) -> str:
    return "; ".join(condition_text(c) for c in json.loads(stored))


def _say_limits_and_products(names: dict[str, Any]) -> None:
    history.say_kinds({
        "requirement-limit": _l("Lần ghi giới hạn"), "limit-confirmation": _l("Xác nhận giới hạn"),
        "product-list": _l("Danh mục sản phẩm"), "product-entry": _l("Mục của danh mục"),
    })
    dated = {"in_force_from": _l("Hiệu lực từ"), "in_force_to": _l("Hết hiệu lực từ"), "ended_recorded_at": _l("Ghi hết hiệu lực lúc")}
    confirmed = {"confirmed_source": _l("Nguồn xác nhận"), "confirmed_on": _l("Ngày xác nhận"),
                 "confirmed_recorded_at": _l("Ghi xác nhận lúc"), "source": _l("Nguồn xác nhận")}
    history.say_fields("requirement-limit", {**names, **dated, "limit": _l("Giới hạn"), "reason": _l("Lý do")})
    history.say_values("requirement-limit", "limit", _told_limit)
    history.say_fields("limit-confirmation", {**names, **confirmed})
    history.say_fields("product-list", {
        **names, **dated, "issued_on": _l("Ngày ban hành"), "replaces": _l("Thay thế"), "confirmed": _l("Nguồn xác nhận"),
    })
    history.say_values("product-list", "replaces", _told_list)
    history.say_fields("product-entry", {
        **names, **dated, **confirmed, "annex": _l("Phụ lục"), "item": _l("Mục"), "lane": _l("Cách quản lý"), "hs": _l("Mã HS"),
        "regulations": _l("Quy chuẩn"), "seen": _l("Thấy ở"),
    })
    history.say_values("product-entry", "lane", LANES)
    history.say_values("product-entry", "conditions", _told_conditions)
    for name in ("hs", "regulations"):
        history.say_values("product-entry", name, _told_list)
