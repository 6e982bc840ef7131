"""The reports of the demonstration case as snapshots: first issue, its amendment, a draft. Built from the case's file alone."""

from __future__ import annotations

import copy
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from certificates.snapshot import (
    SCHEMA,
    STANDARD_NOTES,
    STANDARD_VALIDITY,
    TEST_REPORT_LAYOUT,
    derive_summary,
    derive_verdict,
    section_lines,
)

CASE_FILE = Path(__file__).parents[2] / "lab_app" / "demo" / "demo_case.json"
VERIFY = "https://tra-cuu.mayxanh.example/verify/"

SECTIONS = (
    ("54", "QCVN 54:2020/BTTTT", "QCVN 54:2020/BTTTT", "Vô tuyến 2,4 GHz", "2.4 GHz radio"),
    ("65", "QCVN 65:2021/BTTTT", "QCVN 65:2021/BTTTT", "Vô tuyến 5 GHz, DFS", "5 GHz radio, DFS"),
    (
        "118-CE",
        "QCVN 118:2018/BTTTT",
        "QCVN 118:2018/BTTTT, phát xạ dẫn, cổng nguồn AC",
        "Phát xạ dẫn",
        "Conducted emission",
    ),
    (
        "118-RE",
        "QCVN 118:2018/BTTTT",
        "QCVN 118:2018/BTTTT, phát xạ bức xạ, 3 m",
        "Phát xạ bức xạ",
        "Radiated emission",
    ),
)

ENGLISH = {
    "Công suất phát RF (EIRP)": "RF output power (EIRP)",
    "Công suất phát RF (EIRP), điều kiện tới hạn": "RF output power, extreme conditions",
    "Mật độ phổ công suất": "Power spectral density",
    "Băng thông kênh chiếm dụng": "Occupied channel bandwidth",
    "Phát xạ ngoài băng, đoạn BW thứ nhất": "Out-of-band emission, first BW segment",
    "Phát xạ giả máy phát 1–12,75 GHz": "Transmitter spurious emission",
    "Phát xạ giả máy thu 1–12,75 GHz": "Receiver spurious emission",
    "Tính thích nghi: thời gian chiếm kênh tối đa": "Adaptivity: maximum channel occupancy time",
    "Chặn máy thu (PER)": "Receiver blocking (PER)",
    "Sai lệch tần số trung tâm": "Centre frequency error",
    "Băng thông chiếm dụng / danh định": "Occupied / nominal bandwidth",
    "Công suất RF (EIRP)": "RF output power (EIRP)",
    "Mật độ công suất 5150–5350 MHz": "Power density",
    "DFS: thời gian CAC": "DFS: channel availability check time",
    "DFS: thời gian rời kênh": "DFS: channel move time",
    "DFS: thời gian không chiếm dụng": "DFS: non-occupancy period",
    "Phát xạ dẫn cổng nguồn AC": "Conducted emission, AC mains port",
    "Phát xạ bức xạ 3 m": "Radiated emission, 3 m",
    "Phòng RF": "RF room",
    "Buồng bán câm 3 m": "3 m semi-anechoic chamber",
}

BUDGETS = {
    "UB-RF-EIRP": ("Công suất phát EIRP", "EIRP", "1.5"),
    "UB-RF-PSD": ("Mật độ phổ, ngoài băng", "PSD, out-of-band", "3.0"),
    "UB-RF-SPUR-C": ("Phát xạ giả dẫn", "Conducted spurious", "3.0"),
    "UB-RF-FREQ": ("Tần số", "Frequency", None),
    "UB-EMC-CE": ("Phát xạ dẫn 0,15–30 MHz", "Conducted emission", "3.4"),
    "UB-EMC-RE1": ("Phát xạ bức xạ 30–1000 MHz", "Radiated emission", "6.3"),
    "UB-EMC-RE2": ("Phát xạ bức xạ 1–6 GHz", "Radiated emission", "5.2"),
}

VERDICTS = {"P": "pass", "F": "fail"}
OPERATORS = {"<=", ">=", "abs<="}


def load_case() -> dict[str, Any]:
    """The case, its numbers with their written digits."""
    return json.loads(CASE_FILE.read_text("utf-8"), parse_float=str, parse_int=str)


def text(vi: str, en: str = "") -> dict[str, str]:
    return {"vi": vi, "en": en}


def typographic(words: str) -> str:
    """Plain typing as a paper writes it: decimal comma, en dash in ranges, minus sign."""
    words = re.sub(r"(\d)\.(\d+ MHz)", r"\1,\2", words)
    words = re.sub(r"(?<=\d)-(?=\d)", "–", words).replace(" - ", "–")
    words = re.sub(r"(?<![\w\d])-(?=\d)", "\u2212", words)
    return words.replace("4 824", "4824").replace(",0 MHz", " MHz")


def parameter_of(line: dict[str, Any]) -> str:
    name = re.sub(r" \((lần 1|thử lại)\)", "", typographic(line["parameter"]))
    if line["id"].startswith("118-CE"):
        return "Phát xạ dẫn cổng nguồn AC"
    if line["id"].startswith("118-RE"):
        return "Phát xạ bức xạ 3 m"
    return name


def conditions_of(line: dict[str, Any]) -> str:
    words = typographic(line["conditions"])
    found = re.search(r"\((QP|AV|PK)\)|xạ (QP|AV|PK), 3 m, phân cực (V|H)", line["parameter"])
    if found:
        detector = found.group(1) or f"{found.group(2)}, phân cực {found.group(3)}"
        words = f"{words} · {detector}"
    return words


def result_lines(line: dict[str, Any]) -> list[dict[str, Any]]:
    """The printed lines of one line of the case: two for an occupied bandwidth with its two edges."""
    base: dict[str, Any] = {
        "ref": line["id"],
        "number": "",
        "conditions": text(conditions_of(line)),
        "scope": "VS",
        "result": {"value": line["result"]},
        "unit": line["unit"],
        "margin": line["margin"],
        "verdict": VERDICTS[line["verdict"]],
        "retest_of": "54-12-a" if line["id"] == "54-12-b" else None,
    }
    if line["U"] is None:
        base["uncertainty"] = {"exempt": line["U_exempt"]}
    else:
        digits = Decimal(line["U"]).quantize(Decimal("0.01"))
        base["uncertainty"] = {"value": str(digits), "k": line["k"]}
    if Decimal(line["guard_band_used"]):
        base["guard_band"] = line["guard_band_used"]
    if isinstance(line["result"], list):
        (low, high), (lowest, highest) = line["result"], line["limit"]
        first, second = copy.deepcopy(base), copy.deepcopy(base)
        first |= {
            "ref": line["id"] + "-l",
            "conditions": text("HT20 2412 MHz, biên dưới", "lower edge"),
            "result": {"value": low},
            "limit": {"operator": ">=", "value": lowest},
            "margin": str(Decimal(low) - Decimal(lowest)),
        }
        second |= {
            "ref": line["id"] + "-u",
            "conditions": text("HT20 2472 MHz, biên trên", "upper edge"),
            "result": {"value": high},
            "limit": {"operator": "<=", "value": highest},
            "margin": str(Decimal(highest) - Decimal(high)),
        }
        return [first, second]
    if line["op"] == "within":
        base["limit"] = {"operator": "within", "low": line["limit"][0], "high": line["limit"][1]}
    else:
        assert line["op"] in OPERATORS
        base["limit"] = {"operator": line["op"], "value": line["limit"]}
    return [base]


def sections_of(case: dict[str, Any], amended: bool) -> list[dict[str, Any]]:
    lines = {line["id"]: line for line in case["flow"]["test_lines"]}
    chosen = [line for key, line in lines.items() if not key.endswith("-R")]
    if amended:
        chosen = [lines.get(line["id"] + "-R", line) for line in chosen]
    sections, ordinal = [], 0
    for key, regulation, title, vi, en in SECTIONS:
        groups: dict[str, list[dict[str, Any]]] = {}
        for line in chosen:
            if line["id"].startswith(key):
                groups.setdefault(parameter_of(line), []).extend(result_lines(line))
        for members in groups.values():
            for member in members:
                ordinal += 1
                member["number"] = str(ordinal)
        section = {
            "key": key,
            "regulation": regulation,
            "title": title,
            "subtitle": text(vi, en),
            "groups": [
                {"name": text(name, ENGLISH[name]), "lines": members} for name, members in groups.items()
            ],
        }
        if key.startswith("118"):
            section["scope"] = text("Phát xạ dẫn và bức xạ", "Conducted, radiated emission")
        if key == "118-CE":
            section["remarks"] = [
                text(
                    "U = 3,62 dB lớn hơn U của CISPR = 3,4 dB nên cộng w = 0,22 dB vào kết quả trước khi so với giới hạn. "
                    "Biên in ra tính tới giới hạn, chưa trừ w.",
                    "U exceeds the CISPR value by 0.22 dB, so w is added to the result before comparison; the margin shown "
                    "is to the limit, before w.",
                )
            ]
        sections.append(section)
    return sections


def exemptions_of(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each reason without U a key, and point the lines at it."""
    reasons: dict[str, str] = {}
    for section in sections:
        for line in section_lines(section):
            reason = line["uncertainty"].get("exempt")
            if reason:
                line["uncertainty"] = {"exempt": reasons.setdefault(reason, f"e{len(reasons) + 1}")}
    english = {
        "phép đo băng thông": "Bandwidth against the permitted band: an error below 0.1 % of the width cannot change the verdict.",
        "phép thử chức năng": "Functional or time test: the resolution cannot change the verdict (7.6.3).",
        "tỷ số băng thông": "Bandwidth ratio: an error below 0.5 % cannot change the verdict.",
    }
    return [
        {
            "key": key,
            "reason": text(
                reason[0].upper() + reason[1:] + ".",
                next(en for start, en in english.items() if reason.startswith(start)),
            ),
        }
        for reason, key in reasons.items()
    ]


def demo_snapshot(*, amended: bool = False) -> dict[str, Any]:
    """The report of the demonstration case: as first issued, or as amended after the re-measurement."""
    case = load_case()
    lab, flow, people = case["lab"], case["flow"], {person["id"]: person for person in case["people"]}
    customer = next(each for each in case["customers"] if each["id"] == flow["request"]["customer"])
    request, sample, review = flow["request"], flow["sample"], flow["contract_review"]
    sections = sections_of(case, amended)
    exemptions = exemptions_of(sections)
    used = {code for line in flow["test_lines"] for code in line["equipment"]} | {"EQ-014", "EQ-015"}
    report = flow["reports"][1 if amended else 0]
    lines = [line for section in sections for line in section_lines(section)]
    verdict = derive_verdict(lines)
    assert verdict == "pass"
    snapshot: dict[str, Any] = {
        "schema": SCHEMA,
        "layout": TEST_REPORT_LAYOUT,
        "state": "issued",
        "marks": [],
        "title": text("Phiếu kết quả thử nghiệm", "Test report"),
        "number": report["no"],
        "code": "2M8XH4RB" if amended else "7K3FQ9TD",
        "verify_url": VERIFY + ("2M8XH4RB" if amended else "7K3FQ9TD"),
        "issued_on": report["issued"],
        "form": "BM-07.08-01 · LBH 03",
        "laboratory": {
            "name": text(
                lab["name_vi"].replace(" (giả định)", ""), lab["name_en"].replace(" (fictional)", "")
            ),
            "address": lab["address_vi"],
            "place": "TP. Mẫu",
            "phone": lab["phone"],
            "email": lab["email"],
            "tax_code": lab["mst"],
            "remark": text("dữ liệu giả định", "fictional"),
        },
        "accreditation": {
            "number": "VILAS 0000",
            "standard": lab["accreditation"]["standard"],
            "valid_from": lab["accreditation"]["valid_from"],
            "valid_to": lab["accreditation"]["valid_to"],
        },
        "customer": {
            "name": customer["name"],
            "name_en": customer["name_en"],
            "address": customer["address"],
            "tax_code": customer["mst"],
            "contact": customer["contact"],
            "manufacturer": text("Như khách hàng", "Same as customer"),
        },
        "request": {
            "number": request["no"],
            "requested_on": request["date"],
            "contract": review["contract"],
            "review_number": review["no"],
            "reviewed_on": review["date"],
        },
        "items": [
            {
                "code": sample["code"],
                "name": text(sample["name"], "Dual-band Wi-Fi 6 access point"),
                "model": sample["model"],
                "brand": sample["brand"],
                "serial": sample["serial"],
                "hardware": sample["hw"],
                "firmware": text("1.0.3; 1.0.4 từ 14/09/2026", "1.0.4 from 14/09/2026"),
                "quantity": "01",
                "received_at": sample["received"] + ":00+07:00",
                "delivered_by": text("khách hàng gửi", "Sent by the customer"),
                "condition": text("Nguyên vẹn, đủ phụ kiện", "Intact, with accessories"),
                "more": [
                    {
                        "label": text("Độ lợi ăng ten", "Antenna gain"),
                        "value": text("3,0 dBi (2,4 GHz); 3,5 dBi (5 GHz)"),
                        "customer_supplied": True,
                    }
                ],
                "customer_supplied": ["model", "brand", "firmware", "hardware"],
            }
        ],
        "places": [text("Phòng RF", "RF room"), text("Buồng bán câm 3 m", "3 m semi-anechoic chamber")],
        "test_dates": [{"from": "2026-09-11", "to": "2026-09-16"}]
        + ([{"from": "2026-10-06", "to": "2026-10-06"}] if amended else []),
        "conclusion": {
            "verdict": verdict,
            "statement": text(
                "Mẫu thử với firmware 1.0.4 đáp ứng mọi yêu cầu đã thử của QCVN 54:2020/BTTTT, QCVN 65:2021/BTTTT, "
                "QCVN 118:2018/BTTTT theo quy tắc ở mục Quy tắc quyết định. Một phép đo với firmware 1.0.3 không đạt, "
                "giữ ở mục 5.1.",
                "The item with firmware 1.0.4 meets all requirements tested. One measurement with firmware 1.0.3 failed "
                "and is kept in 5.1.",
            ),
            "holds_for": "firmware 1.0.4",
        },
        "summary": derive_summary(sections),
        "methods": [
            {
                "name": "QCVN 54:2020/BTTTT, mục 3",
                "accreditation": "VS",
                "designation": "00/QĐ-BKHCN",
                "sections": ["54"],
            },
            {
                "name": "QCVN 65:2021/BTTTT, mục 3",
                "accreditation": "VS",
                "designation": "00/QĐ-BKHCN",
                "sections": ["65"],
            },
            {
                "name": "QCVN 118:2018/BTTTT, CISPR 32",
                "accreditation": "VS",
                "designation": "00/QĐ-BKHCN",
                "sections": ["118-CE", "118-RE"],
            },
        ],
        "sections": sections,
        "equipment": [
            {
                "code": tool["id"],
                "name": text(typographic(tool["name_vi"]), tool["name_en"]),
                "model": tool["type"],
                "serial": tool["serial"],
                "certificate": tool["calibration"]["certificate_no"],
                "calibrated_by": tool["calibration"]["laboratory"],
                "calibrated_on": tool["calibration"]["date"],
                "valid_through": tool["calibration"]["valid_through"],
            }
            for tool in case["equipment"]
            if tool["id"] in used
        ],
        "traceability": text(
            "Hiệu chuẩn tại Viện Hiệu chuẩn Cầu Vồng (VILAS 0001, giả định); liên kết chuẩn đo lường theo 6.5.2 a).",
            "Traceable to the SI.",
        ),
        "environment": environment_of(flow["environment"], amended),
        "uncertainty": {
            "statement": text(
                "U là độ không đảm bảo đo mở rộng, k = 2, xác suất phủ xấp xỉ 95 %.",
                "U: expanded uncertainty, k = 2, about 95 %.",
            ),
            "budgets": [
                {
                    "quantity": text(vi, en),
                    "combined": str(
                        Decimal(case["uncertainty_budgets"][key]["u_c"]).quantize(Decimal("0.001"))
                    ),
                    "expanded": str(Decimal(case["uncertainty_budgets"][key]["U"]).quantize(Decimal("0.01"))),
                    "k": "2",
                    "permitted": permitted,
                    "unit": case["uncertainty_budgets"][key]["unit"],
                }
                for key, (vi, en, permitted) in BUDGETS.items()
            ],
            "exemptions": exemptions,
        },
        "decision_rules": {
            "agreement": text(
                "Thỏa thuận với khách hàng ngày 05/09/2026 (YC-2026-0117, mục 6).",
                "Agreed with the customer on 05/09/2026.",
            ),
            "rules": [
                {
                    "code": "ETSI",
                    "applies_to": text("Mục 5.1, 5.2: công suất, mật độ phổ, phát xạ"),
                    "rule": text("U ≤ U cho phép: so trực tiếp với giới hạn", "direct comparison"),
                },
                {
                    "code": "SA",
                    "applies_to": text("Mục 5.1, 5.2: tần số, băng thông, thời gian, PER, DFS"),
                    "rule": text(
                        "Chấp nhận đơn giản, w = 0; rủi ro tới 50 % tại giới hạn", "simple acceptance"
                    ),
                },
                {
                    "code": "CISPR",
                    "applies_to": text("Mục 5.3, 5.4"),
                    "rule": text("Phần U vượt U của CISPR được cộng vào kết quả", "CISPR 16-4-2"),
                },
            ],
        },
        "deviations": [
            text(
                "Không có sai khác phương pháp. Khách hàng xác nhận thử thêm QCVN 118:2018/BTTTT; danh mục 36/2026 có thể yêu cầu "
                "quy chuẩn EMC vô tuyến khác (xem xét hợp đồng XX-2026-0117).",
                "None. The customer confirmed QCVN 118 as an additional EMC standard; the product list may require another one.",
            )
        ],
        "sampling": None,
        "external_results": None,
        "notes": [
            *STANDARD_NOTES,
            text(
                "Thời hạn khiếu nại 15 ngày kể từ ngày ban hành. Mẫu lưu đến khi trả khách hàng theo biên bản.",
                "Complaints within 15 days of issue. The sample is kept until returned on record.",
            ),
            text("Kết quả chỉ áp dụng cho mẫu như đã nhận.", "Results apply to the sample as received."),
        ],
        "validity_statement": dict(STANDARD_VALIDITY),
        "amendment": amendment_of(case) if amended else None,
        "authorisation": {
            "testers": [
                {"name": people[code]["name"], "did": text(kind, kind), "confirmed_at": moment}
                for code, kind, moment in (
                    ("U03", "RF", "2026-09-17T16:05:00+07:00"),
                    ("U04", "EMC", "2026-10-06T16:20:00+07:00" if amended else "2026-09-17T16:20:00+07:00"),
                )
            ],
            "reviewer": {
                "name": people["U02"]["name"],
                "office": text("Trưởng phòng thử nghiệm", "Head of testing"),
                "did": text("soát xét", "reviewed"),
                "confirmed_at": "2026-10-07T10:32:00+07:00" if amended else "2026-09-21T10:32:00+07:00",
            },
            "signatory": {
                "name": people["U01"]["name"],
                "office_lines": ["GIÁM ĐỐC"],
                "office": text("Giám đốc", "Director"),
                "means": "electronic",
                "authorised_at": report["issued"] + "T16:42:07+07:00",
            },
        },
        "not_applicable": {
            "k": text("Trung tâm không lấy mẫu; không có kế hoạch lấy mẫu.", "No sampling by the Centre."),
            "p": text(
                "Tất cả phép thử do Trung tâm thực hiện; không sử dụng nhà thầu phụ (không có dòng EX).",
                "All tests were performed by the Centre; no subcontractor (no EX lines).",
            ),
        },
    }
    return snapshot


def environment_of(records: dict[str, Any], amended: bool) -> list[dict[str, Any]]:
    rows = []
    for key, record in records.items():
        if key == "ENV-SAC-1006" and not amended:
            continue
        chamber = key.startswith("ENV-CH")
        place = (
            text("Tủ nhiệt ẩm", "Climatic chamber")
            if chamber
            else text(record["room"], ENGLISH[record["room"]])
        )
        row: dict[str, Any] = {"date": record["from"][:10], "place": place, "sensor": record["sensor"]}
        if "T_C" in record:
            row["temperature"] = {"low": record["T_C"][0], "high": record["T_C"][1]}
        else:
            row["temperature"] = {
                "low": record["deviation_C"][0],
                "high": record["deviation_C"][1],
                "prefix": "lệch",
            }
            row["more"] = text("25, 0, 40 °C")
        if record.get("RH"):
            row["humidity"] = {"low": record["RH"][0], "high": record["RH"][1]}
        if "supply_V" in record:
            row["more"] = text(f"0 °C, {record['supply_V']} V")
        rows.append(row)
    return rows


def amendment_of(case: dict[str, Any]) -> dict[str, Any]:
    lines = {line["id"]: line for line in case["flow"]["test_lines"]}
    return {
        "sequence": "1",
        "replaces_number": case["flow"]["reports"][1]["replaces"],
        "replaces_issued_on": case["flow"]["reports"][0]["issued"],
        "reason": text(
            "kiểm tra giữa kỳ máy thu đo nhiễu EQ-005 ngày 02/10/2026 lệch \u22121,6 dB (chuẩn ±1,0 dB), NCW-2026-003. Ba điểm xấu "
            "nhất được đo lại 06/10/2026; phát xạ dẫn đánh giá lại bằng cách cộng 1,6 dB vẫn đạt.",
            "intermediate check of EMI receiver out by \u22121.6 dB; the three worst radiated points "
            "were measured again on 06/10/2026.",
        ),
        "changes": [
            {
                "what": text("Mục 5.4 · " + conditions_of(line)),
                "was": lines[key.removesuffix("-R")]["result"],
                "now": line["result"],
                "unit": line["unit"],
                "margin": line["margin"],
                "verdict": VERDICTS[line["verdict"]],
            }
            for key, line in lines.items()
            if key.endswith("-R")
        ],
    }


def draft_snapshot() -> dict[str, Any]:
    """The first report before it is issued: no number, no code, no accreditation."""
    return demo_snapshot() | {
        "state": "draft",
        "number": None,
        "code": None,
        "verify_url": None,
        "issued_on": None,
        "accreditation": None,
    }
