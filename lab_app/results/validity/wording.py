"""Names of the records and fields of 7.7, for histories."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import history
from lab_app.results.validity import pictures, rules


def say() -> None:
    """Tell the history what things are called here."""
    history.say_kinds({
        "control-chart": _l("Biểu đồ kiểm soát"), "control-limits": _l("Giới hạn đã chốt"), "control-value": _l("Điểm kiểm soát"),
        "parameter-stop": _l("Lần dừng chỉ tiêu"), "comparison": _l("So sánh kết quả"),
        "proficiency-plan": _l("Kế hoạch thử nghiệm thành thạo"),
        "proficiency-round": _l("Vòng thử nghiệm thành thạo"), "proficiency-result": _l("Kết quả thử nghiệm thành thạo"),
    })
    common = {"recorded_at": _l("Ghi lúc"), "parameter_code": _l("Chỉ tiêu"), "unit": _l("Đơn vị")}
    history.say_fields("control-chart", common | {
        "name": _l("Tên biểu đồ"), "control_item": _l("Mẫu kiểm soát"), "kind": _l("Loại"), "n": _l("Số giá trị mỗi nhóm"),
        "rules": _l("Phép thử bật"), "settings": _l("Thông số"), "standing": _l("Điểm gần nhất"),
    })
    history.say_fields("control-limits", common | {
        "location": _l("Giới hạn"), "spread": _l("Giới hạn của khoảng"), "points": _l("Số giá trị"), "phase_from": _l("Từ ngày"),
        "phase_to": _l("Đến hết ngày"), "reason": _l("Lý do"),
    })
    history.say_fields("control-value", common | {
        "measured_at": _l("Đo lúc"), "late_reason": _l("Lý do ghi muộn"), "readings": _l("Số đọc gốc"), "value": _l("Giá trị"),
        "spread": _l("Khoảng"),
        "plotted": _l("Giá trị vẽ"), "standing": _l("Đánh giá"), "tripped": _l("Phép thử vi phạm"), "note": _l("Ghi chú"),
    })
    history.say_fields("parameter-stop", common | {
        "source": _l("Nguồn"), "subject_code": _l("Liên quan tới"), "reason": _l("Vì sao"), "since": _l("Từ lúc"),
        "good_since": _l("Lần kiểm soát tốt gần nhất"), "released_at": _l("Cho làm lại lúc"), "cause": _l("Nguyên nhân"),
        "action": _l("Hành động đã làm"),
    })
    history.say_fields("comparison", common | {
        "kind": _l("Loại"), "about": _l("Về"), "first": _l("Kết quả thứ nhất"), "second": _l("Kết quả thứ hai"),
        "first_u": _l("U thứ nhất"), "second_u": _l("U thứ hai"), "criterion": _l("Tiêu chí"), "limit": _l("Giới hạn"),
        "figure": _l("Tìm thấy"), "verdict": _l("Kết luận"),
        "measured_at": _l("Đo lúc"), "conclusion": _l("Kết luận, hành động"), "concluded_at": _l("Kết luận lúc"),
    })
    history.say_fields("proficiency-plan", common | {
        "year": _l("Năm"), "discipline": _l("Lĩnh vực con"), "rounds": _l("Số vòng"), "reason": _l("Lý do")})
    history.say_fields("proficiency-round", common | {
        "name": _l("Tên vòng"), "year": _l("Năm"), "discipline": _l("Lĩnh vực con"), "provider": _l("Nơi tổ chức"),
        "provider_basis": _l("Căn cứ chấp nhận nơi tổ chức"), "closes_at": _l("Hạn nộp kết quả"), "scored_at": _l("Có điểm lúc"),
        "report_no": _l("Số báo cáo của vòng"),
    })
    history.say_fields("proficiency-result", common | {
        "what": _l("Đại lượng, điểm đo"), "reported": _l("Kết quả của phòng"), "u": "U", "k": "k", "assigned": _l("Giá trị ấn định"),
        "u_assigned": _l("U của giá trị ấn định"), "k_assigned": "k", "sigma_pt": "σpt", "participants": _l("Kết quả của các phòng"),
        "scores": _l("Điểm"), "classified": _l("Đánh giá"), "scored_at": _l("Có điểm lúc"),
    })
    history.say_values("control-chart", "status", {"active": _l("Đang dùng"), "closed": _l("Đã đóng")})
    history.say_values("control-chart", "kind", rules.KINDS)
    for kind in ("control-chart", "control-value"):
        history.say_values(kind, "standing", {code: state.word for code, state in pictures.STANDINGS.items()})
    history.say_values("parameter-stop", "source", {"control": _l("Điểm kiểm soát bị loại"), "proficiency": _l("Thử nghiệm thành thạo")})
    history.say_values("comparison", "kind", rules.COMPARISONS)
    history.say_values("comparison", "criterion", rules.CRITERIA)
    history.say_values("comparison", "verdict", {code: state.word for code, state in pictures.VERDICTS.items()})
    history.say_values("proficiency-result", "classified", {code: state.word for code, state in pictures.CLASSES.items()})
