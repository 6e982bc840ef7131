"""The calibration of the demonstration case as a certificate's snapshot: ten volts from the case, the other points in its manner."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

from certificates.papers import CERTIFICATE
from certificates.snapshot import CALIBRATION_LAYOUT, minimal_snapshot
from tests.certificates.demo_snapshot import CASE_FILE

VERIFY = "https://tra-cuu.mayxanh.example/verify/4TB9WQ6C"
#: range, point, MPE and U in µV, as found and as left in µV.
POINTS = (
    ("1 V", "0.100000", "10", "1.4", "3", "3"), ("1 V", "0.500000", "30", "5.0", "14", "12"), ("1 V", "1.000000", "55", "9.1", "27", "22"),
    ("10 V", "2.00000", "150", "18", "140", "20"), ("10 V", "5.00000", "300", "42", "310", "60"),
    ("10 V", "10.00000", "550", "84", "610", "120"), ("10 V", "-10.00000", "550", "84", "600", "110"),
)


def verdict(error: str, mpe: str, u: str) -> str:
    """The four levels of a guard band w = U."""
    e, limit, w = abs(Decimal(error)), Decimal(mpe), Decimal(u)
    if e <= limit - w:
        return "pass"
    if e <= limit:
        return "conditional_pass"
    return "conditional_fail" if e <= limit + w else "fail"


def _line(number: int, stage: str, scale: str, reference: str, mpe: str, u: str, error: str) -> dict[str, Any]:
    sign = "-" if reference.startswith("-") else ""
    value = f"{sign}{error}"
    indication = format(Decimal(reference) + Decimal(value) / 1_000_000, f".{len(reference.partition('.')[2])}f")
    point = f"{Decimal(reference).normalize():f}".replace(".", ",").replace("-", "−") + " V"
    words = {"as_found": "trước hiệu chỉnh", "as_left": "sau hiệu chỉnh"}
    return {
        "ref": f"L{number}", "number": str(number), "conditions": {"vi": f"{point}, {words[stage]}", "en": ""}, "scope": "VS",
        "unit": "µV", "result": {"value": value}, "limit": {"operator": "abs<=", "value": mpe}, "uncertainty": {"value": u, "k": "2"},
        "margin": str(Decimal(mpe) - abs(Decimal(error))), "guard_band": u, "verdict": verdict(error, mpe, u),
        "calibrated": {"stage": stage, "scale": scale, "point": point, "reference": reference, "indication": indication, "unit": "V"},
    }


def calibration_snapshot(adjusted: bool = True) -> dict[str, Any]:
    """The certificate GCN-HC-2026-0031; without the adjustment only the results as found."""
    case = json.loads(CASE_FILE.read_text(encoding="utf-8"))
    lab, told = case["lab"], case["calibration_example"]
    customer = next(c for c in case["customers"] if c["id"] == told["customer"])
    standard = next(e for e in case["equipment"] if e["id"] == told["standard_used"])
    lines = [_line(n, "as_found", scale, at, mpe, u, found) for n, (scale, at, mpe, u, found, _) in enumerate(POINTS, 1)]
    if adjusted:
        lines += [_line(n, "as_left", scale, at, mpe, u, left) for n, (scale, at, mpe, u, _, left) in enumerate(POINTS, 8)]
    stages: list[dict[str, str]] = [{"stage": "as_found", "verdict": "conditional_fail"}]
    if adjusted:
        stages.append({"stage": "as_left", "verdict": "pass"})
    snapshot: dict[str, Any] = copy.deepcopy(dict(minimal_snapshot()))
    snapshot |= {
        "layout": CALIBRATION_LAYOUT, "title": dict(CERTIFICATE.title), "number": told["certificate"], "code": "4TB9WQ6C",
        "verify_url": VERIFY, "issued_on": "2026-09-16", "form": "BM-07.08-02 · LBH 02",
        "laboratory": {
            "name": {"vi": lab["name_vi"].replace(" (giả định)", ""), "en": lab["name_en"].replace(" (fictional)", "")},
            "address": lab["address_vi"], "place": "TP. Mẫu", "phone": lab["phone"], "email": lab["email"], "tax_code": lab["mst"],
            "remark": {"vi": "dữ liệu giả định", "en": "fictional"},
        },
        "customer": {
            "name": customer["name"], "name_en": customer["name_en"], "address": customer["address"],
            "tax_code": customer["mst_branch"], "contact": customer["contact"],
        },
        "request": {"number": told["request"], "requested_on": "2026-09-10", "review_number": "XX-HC-2026-0031",
                    "reviewed_on": "2026-09-10"},
        "items": [{
            "code": "MHC26-0031-01", "name": {"vi": "Đồng hồ vạn năng số", "en": "Digital multimeter"}, "model": "DM-45",
            "serial": "HG-0021", "quantity": "01", "received_at": "2026-09-11T09:00:00+07:00",
            "delivered_by": {"vi": "khách hàng gửi", "en": "sent by the customer"},
            "condition": {"vi": "Nguyên vẹn, đủ dây đo", "en": "Intact, with leads"},
        }],
        "places": [{"vi": "Phòng hiệu chuẩn", "en": "Calibration room, at the Centre"}],
        "test_dates": [{"from": "2026-09-15", "to": "2026-09-15"}],
        "conclusion": {
            "verdict": "pass" if adjusted else "conditional_fail",
            "statement": {"vi": "Sai số nằm trong sai số cho phép tại mọi điểm đã hiệu chuẩn.",
                          "en": "The errors are within the maximum permissible errors at all points calibrated."},
        },
        "summary": [],
        "methods": [{"name": "QT-HC-07, đo trực tiếp", "edition": "(phiên bản 1)", "accreditation": "VS", "designation": "–",
                     "sections": ["QT-HC-07"]}],
        "sections": [{
            "key": "QT-HC-07", "regulation": "QT-HC-07:2025", "title": "QT-HC-07:2025",
            "subtitle": {"vi": "Hiệu chuẩn đồng hồ vạn năng số", "en": "Calibration of digital multimeters"},
            "groups": [{"name": {"vi": "Điện áp một chiều", "en": "d.c. voltage"}, "lines": lines}],
        }],
        "equipment": [{
            "code": standard["id"], "name": {"vi": standard["name_vi"], "en": "Calibrator"}, "model": standard["type"],
            "serial": standard["serial"], "certificate": standard["calibration"]["certificate_no"], "calibrated_on": "2026-07-01",
            "calibrated_by": standard["calibration"]["laboratory"], "valid_through": standard["calibration"]["valid_through"],
            "uncertainty": standard["U_k2"],
        }],
        "traceability": {
            "vi": "Kết quả liên kết tới hệ đơn vị SI qua chuỗi hiệu chuẩn không đứt đoạn tại Viện Hiệu chuẩn Cầu Vồng (VILAS 0001, "
            "giả định), theo 6.5.2 a) của ISO/IEC 17025:2017.",
            "en": "Results are traceable to the SI through an unbroken chain of calibrations at an accredited laboratory.",
        },
        "environment": [{
            "date": "2026-09-15", "place": {"vi": "Phòng hiệu chuẩn", "en": "Calibration room"}, "sensor": "EQ-015",
            "temperature": {"low": "22.8", "high": "23.2"}, "humidity": {"low": "48", "high": "52"},
        }],
        "uncertainty": {
            "statement": {"vi": "U: độ không đảm bảo đo mở rộng, xấp xỉ 95 %, không nhỏ hơn CMC.",
                          "en": "U: expanded uncertainty, about 95 %, not less than the CMC."},
            "budgets": [], "exemptions": [],
        },
        "decision_rules": {
            "agreement": {"vi": "Thỏa thuận với khách hàng ngày 10/09/2026 (Ông Lý Đo Lường; YC-HC-2026-0031).",
                          "en": "Agreed with the customer on 10/09/2026."},
            "rules": [{
                "code": "DR-GB-U", "applies_to": {"vi": "QT-HC-07:2025: Điện áp một chiều", "en": "QT-HC-07:2025: d.c. voltage"},
                "rule": {"vi": "Dải bảo vệ w = U (ILAC-G8:09/2019); PFA ≤ 2,5 %", "en": "Guard band w = U; PFA ≤ 2.5 %"},
                "levels": "four",
            }],
        },
        "notes": [], "validity_statement": dict(CERTIFICATE.validity),
        "calibration": {
            "ranges": [{"vi": "Điện áp một chiều, 0,1 V … 10 V", "en": "d.c. voltage"}],
            "specification": {"vi": "MPE: ±(50 µV/V + 5 µV) dải 1 V; ±(50 µV/V + 50 µV) dải 10 V", "en": ""},
            "stages": stages,
            "adjustment": {"vi": "Đã hiệu chỉnh dải 10 V ngày 15/09/2026 theo quy trình của nhà sản xuất.",
                           "en": "The 10 V range was adjusted; data before and after are in section 5."} if adjusted else None,
            "interval": {"vi": "Giấy này không khuyến nghị chu kỳ hoặc ngày hiệu chuẩn tiếp theo.",
                         "en": "No calibration interval or next date is recommended."},
        },
        "not_applicable": {
            "k": {"vi": "Không lấy mẫu: kết quả là của chính phương tiện đo nêu trên.", "en": "No sampling."},
            "n": {"vi": "Không có sai khác so với phương pháp.", "en": "No deviation from the method."},
            "p": {"vi": "Không có kết quả từ nhà cung cấp bên ngoài.", "en": "No results from external providers."},
        },
    }
    snapshot["authorisation"]["testers"] = [
        {"name": "Lê Hữu Giả", "did": {"vi": "QT-HC-07", "en": ""}, "confirmed_at": "2026-09-15T15:20:00+07:00"}]
    snapshot["authorisation"]["reviewer"] |= {"confirmed_at": "2026-09-16T09:10:00+07:00"}
    snapshot["authorisation"]["signatory"] |= {"authorised_at": "2026-09-16T14:05:31+07:00"}
    return snapshot
