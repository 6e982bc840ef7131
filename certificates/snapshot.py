"""The snapshot: everything a paper prints, frozen as plain JSON when the paper is issued.

A paper is drawn from its snapshot alone, so the snapshot holds words, not references: names as they were, limits, values as
written, the calibration then valid. Every number is a string that keeps its written digits ("18.42", "-30"); the paper turns it
into Vietnamese writing. Dates are ISO 8601 in the laboratory's own zone ("2026-09-22", "2026-09-22T16:42:07+07:00"). Words for
people are bilingual (`Text`), Vietnamese first; `en` may be empty.

The canonical form is RFC 8785; its SHA-256 names the snapshot for ever. Verdicts are derived here (`derive_verdict`,
`derive_summary`), by whoever builds the snapshot, never by the drawing.

What 7.8.2.1 asks, by letter, and where the snapshot holds it:

a `title` · b `laboratory` name and address · c `places` · d `number` and `code` · e `customer` · f `methods` ·
g `items` (name, code, condition) · h `items[].received_at` · i `test_dates` · j `issued_on` · k `sampling` ·
l `validity_statement` · m `sections` with results and units · n `deviations` · o `authorisation.signatory` ·
p `external_results`.

Items k, n and p may be absent when `not_applicable` gives the reason under the letter; the paper prints that reason.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import rfc8785

from certificates.snapshot_schema import ResultLine, Section, Snapshot, SummaryRow, Text, VerdictCode
from certificates.snapshot_shape import shape_faults
from lab_app.core.paper.typefaces import composed

SCHEMA = "report-snapshot/1"
TEST_REPORT_LAYOUT = "test-report/1"
TEST_REPORT_2 = "test-report/2"
CALIBRATION_LAYOUT = "calibration-certificate/1"
CALIBRATION_2 = "calibration-certificate/2"


class SnapshotFault(ValueError):
    """The snapshot does not have the shape of its schema; `faults` lists what is wrong, by path."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


ITEMS_OF_7_8_2_1: dict[str, Text] = {
    "a": {"vi": "tên gọi của phiếu", "en": "title"},
    "b": {"vi": "tên và địa chỉ phòng thử nghiệm", "en": "name and address of the laboratory"},
    "c": {"vi": "nơi thực hiện", "en": "location of the activities"},
    "d": {"vi": "nhận biết duy nhất của phiếu", "en": "unique identification"},
    "e": {
        "vi": "tên và thông tin liên hệ của khách hàng",
        "en": "name and contact information of the customer",
    },
    "f": {"vi": "phương pháp đã dùng", "en": "identification of the method used"},
    "g": {
        "vi": "mô tả, nhận biết và tình trạng mẫu",
        "en": "description, identification and condition of the item",
    },
    "h": {"vi": "ngày nhận mẫu", "en": "date of receipt of the item"},
    "i": {"vi": "ngày thực hiện", "en": "dates of the activities"},
    "j": {"vi": "ngày ban hành", "en": "date of issue"},
    "k": {"vi": "kế hoạch và phương pháp lấy mẫu", "en": "sampling plan and method"},
    "l": {
        "vi": "tuyên bố kết quả chỉ có giá trị với mẫu thử",
        "en": "statement that results relate only to the items tested",
    },
    "m": {"vi": "kết quả kèm đơn vị", "en": "results with units"},
    "n": {
        "vi": "thêm, bớt, sai khác so với phương pháp",
        "en": "additions, deviations or exclusions from the method",
    },
    "o": {"vi": "người phê duyệt", "en": "person authorising the report"},
    "p": {"vi": "kết quả từ nhà cung cấp bên ngoài", "en": "results from external providers"},
}

#: The letters that a stated reason may stand in for; the others identify the paper and cannot be waived.
WAIVABLE = frozenset("chiknp")

STANDARD_VALIDITY: Text = {
    "vi": "Kết quả chỉ có giá trị với mẫu thử. Không sao chép từng phần nếu không có văn bản đồng ý của phòng thử nghiệm.",
    "en": "Results relate only to the item tested. Not to be reproduced except in full without written approval of the laboratory.",
}

#: Notes that every bilingual test report of this layout carries; a laboratory adds its own after them.
STANDARD_NOTES: tuple[Text, ...] = (
    {
        "vi": "Thông tin có dấu ¹ do khách hàng cung cấp và có thể ảnh hưởng đến hiệu lực của kết quả; phòng thử nghiệm không chịu "
        "trách nhiệm về thông tin này.",
        "en": "Information marked ¹ was supplied by the customer and may affect the validity of results; the laboratory is not "
        "responsible for it.",
    },
    {
        "vi": "Dấu phẩy là dấu thập phân. Phiếu không hàm ý cơ quan công nhận chấp thuận sản phẩm.",
        "en": "The comma is the decimal sign. Accreditation does not imply approval of the product.",
    },
    {
        "vi": "Kết luận: Đạt; Đạt có điều kiện; Không đạt có điều kiện; Không đạt; KAD = không áp dụng.",
        "en": "Verdicts: Pass; Conditional pass; Conditional fail; Fail; N.A. = not applicable.",
    },
)


def canonical_json(snapshot: Mapping[str, Any]) -> bytes:
    """The snapshot in its canonical form (RFC 8785), strings composed (NFC). Numbers must already be strings: a bare number
    raises `SnapshotFault`, because its written digits would be lost."""
    bare = list(_bare_numbers(snapshot, ""))
    if bare:
        raise SnapshotFault([f"{path}: a number must be a string" for path in bare])
    return rfc8785.dumps(composed(snapshot))


def snapshot_hash(snapshot: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form, lower-case hexadecimal."""
    return hashlib.sha256(canonical_json(snapshot)).hexdigest()


def _bare_numbers(value: Any, path: str) -> Iterable[str]:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        yield path
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _bare_numbers(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, (list, tuple)):
        for place, inner in enumerate(value):
            yield from _bare_numbers(inner, f"{path}.{place}" if path else str(place))


def faults(snapshot: Mapping[str, Any]) -> list[str]:
    """Where the snapshot departs from its schema: missing and unknown keys, wrong types, unknown words. Empty when sound."""
    found = shape_faults(snapshot, Snapshot)
    if found:
        return found
    if snapshot["schema"] != SCHEMA:
        found.append(f"schema: {snapshot['schema']!r} is not {SCHEMA!r}")
    if snapshot["state"] == "issued":
        found += [
            f"{key}: an issued paper needs it"
            for key in ("number", "code", "verify_url", "issued_on")
            if not snapshot[key]
        ]
    else:
        found += [f"{key}: a draft has none" for key in ("number", "code", "verify_url") if snapshot[key]]
    known = {exemption["key"] for exemption in snapshot["uncertainty"]["exemptions"]}
    keys = {section["key"] for section in snapshot["sections"]}
    lines = [line for section in snapshot["sections"] for line in section_lines(section)]
    references = [line["ref"] for line in lines]
    found += [
        f"sections: line {ref!r} stands twice"
        for ref in sorted({ref for ref in references if references.count(ref) > 1})
    ]
    for line in lines:
        if line.get("retest_of") and line["retest_of"] not in references:
            found.append(f"sections: line {line['ref']!r} repeats the unknown line {line['retest_of']!r}")
        exempt = (line.get("uncertainty") or {}).get("exempt")
        if exempt and exempt not in known:
            found.append(f"sections: line {line['ref']!r} names the unknown exemption {exempt!r}")
    for method in snapshot["methods"]:
        found += [
            f"methods: {method['name']!r} names the unknown section {key!r}"
            for key in method["sections"]
            if key not in keys
        ]
    certificate = snapshot["layout"].startswith("calibration-certificate/")
    if certificate != ("calibration" in snapshot) or any(("calibrated" in line) != certificate for line in lines):
        found.append("calibration: a certificate says what was calibrated in every line, no other paper does")
    if snapshot["accreditation"] and not any(line["scope"] == "VS" for line in lines):
        found.append("accreditation: no line is in scope, so the paper may not carry it")
    return found


def section_lines(section: Mapping[str, Any]) -> list[Any]:
    """The result lines of a section in printed order."""
    return [line for group in section["groups"] for line in group["lines"]]


def standing_lines(lines: Sequence[Any]) -> list[Any]:
    """The lines that decide: those not repeated by a later retest (a chain of retests counts with its last)."""
    repeated = {line.get("retest_of") for line in lines}
    return [line for line in lines if line["ref"] not in repeated]


#: From the heaviest: the first of these among the standing lines is the verdict of all.
_WEIGHT: tuple[VerdictCode, ...] = (
    "fail",
    "conditional_fail",
    "no_statement",
    "conditional_pass",
    "pass",
    "not_applicable",
)


def derive_verdict(lines: Sequence[Any]) -> VerdictCode:
    """The verdict of several lines: the heaviest of those that stand; `no_statement` when no line carries a verdict."""
    verdicts = {line.get("verdict") for line in standing_lines(lines)}
    for verdict in _WEIGHT:
        if verdict in verdicts:
            return verdict
    return "no_statement"


def derive_summary(sections: Sequence[Any]) -> list[SummaryRow]:
    """One row a regulation, in printed order. The smallest margin is that of the standing lines in decibels; without any, of the
    lines that share the first margin's unit (margins in different units cannot be compared)."""
    regulations = list(dict.fromkeys(section["regulation"] for section in sections))
    rows: list[SummaryRow] = []
    for regulation in regulations:
        own = [section for section in sections if section["regulation"] == regulation]
        lines = [line for section in own for line in section_lines(section)]
        failed = [line for line in lines if line.get("verdict") in ("fail", "conditional_fail")]
        standing = {line["ref"] for line in standing_lines(lines)}
        margin, unit = _smallest_margin([line for line in lines if line["ref"] in standing])
        row: SummaryRow = {
            "regulation": regulation,
            "scope": _joined_text([section.get("scope") or section["subtitle"] for section in own]),
            "results": str(len(lines)),
            "failed": str(len(failed)),
            "failed_then_passed": str(sum(1 for line in failed if line["ref"] not in standing)),
            "smallest_margin": margin,
            "margin_unit": unit,
            "verdict": derive_verdict(lines),
        }
        rows.append(row)
    return rows


def _smallest_margin(lines: Sequence[Any]) -> tuple[str | None, str]:
    measured: list[tuple[Decimal, str, str]] = []
    for line in lines:
        try:
            measured.append(
                (
                    Decimal(line["margin"]),
                    line["margin"],
                    "dB" if line["unit"].startswith("dB") else line["unit"],
                )
            )
        except (KeyError, TypeError, InvalidOperation):
            continue
    if not measured:
        return None, ""
    units = {unit for _, _, unit in measured}
    unit = "dB" if "dB" in units else measured[0][2]
    _, written, unit = min((entry for entry in measured if entry[2] == unit), key=lambda entry: entry[0])
    return written, unit


def _joined_text(texts: Sequence[Any]) -> Text:
    distinct = list({(text["vi"], text["en"]): text for text in texts}.values())
    return {
        "vi": ", ".join(text["vi"] for text in distinct if text["vi"]),
        "en": ", ".join(text["en"] for text in distinct if text["en"]),
    }


def missing_items(snapshot: Mapping[str, Any]) -> list[str]:
    """The letters of ISO/IEC 17025, 7.8.2.1, that the snapshot neither fills nor waives with a stated reason, in order.

    Only items that may not apply (c, h, i, k, n, p) can be waived. `ITEMS_OF_7_8_2_1` names each letter.
    """
    laboratory, customer = snapshot.get("laboratory") or {}, snapshot.get("customer") or {}
    items, methods = snapshot.get("items") or [], snapshot.get("methods") or []
    lines = [line for section in snapshot.get("sections") or [] for line in section_lines(section)]
    signatory = (snapshot.get("authorisation") or {}).get("signatory") or {}
    filled = {
        "a": _said(snapshot.get("title")),
        "b": _said(laboratory.get("name")) and bool(laboratory.get("address")),
        "c": any(_said(place) for place in snapshot.get("places") or []),
        "d": bool(snapshot.get("number")) and bool(snapshot.get("code")),
        "e": bool(customer.get("name")) and bool(customer.get("address")),
        "f": bool(methods) and all(method.get("name") for method in methods),
        "g": bool(items)
        and all(
            item.get("code") and _said(item.get("name")) and _said(item.get("condition")) for item in items
        ),
        "h": bool(items) and all(item.get("received_at") for item in items),
        "i": bool(snapshot.get("test_dates")),
        "j": bool(snapshot.get("issued_on")),
        "k": _said(snapshot.get("sampling")),
        "l": _said(snapshot.get("validity_statement")),
        "m": bool(lines) and all(_has_result(line) for line in lines),
        "n": any(_said(text) for text in snapshot.get("deviations") or []),
        "o": bool(signatory.get("name")),
        "p": _said(snapshot.get("external_results")) or any(line.get("scope") == "EX" for line in lines),
    }
    waived = snapshot.get("not_applicable") or {}
    return [
        letter
        for letter, present in filled.items()
        if not present and not (letter in WAIVABLE and _said(waived.get(letter)))
    ]


def _said(text: Any) -> bool:
    return bool(text) and bool(text.get("vi", "").strip())


def _has_result(line: Mapping[str, Any]) -> bool:
    result = line.get("result") or {}
    if result.get("value") or (result.get("low") and result.get("high")):
        return bool(line.get("unit"))
    return _said(result.get("text")) or (
        line.get("verdict") in ("not_applicable", "no_statement") and _said(line.get("reason"))
    )


def minimal_snapshot() -> Snapshot:
    """A small snapshot that is sound and complete: one item, one method, one result. A pattern for builders and tests."""
    lines: list[ResultLine] = [
        {
            "ref": "1",
            "number": "1",
            "conditions": {"vi": "2412 MHz, 25 °C, 220 V", "en": ""},
            "scope": "VS",
            "result": {"value": "18.42"},
            "limit": {"operator": "<=", "value": "20"},
            "unit": "dBm",
            "uncertainty": {"value": "0.69", "k": "2"},
            "margin": "1.58",
            "verdict": "pass",
        }
    ]
    sections: list[Section] = [
        {
            "key": "54",
            "regulation": "QCVN 54:2020/BTTTT",
            "title": "QCVN 54:2020/BTTTT",
            "subtitle": {"vi": "Vô tuyến 2,4 GHz", "en": "2.4 GHz radio"},
            "groups": [
                {"name": {"vi": "Công suất phát RF (EIRP)", "en": "RF output power (EIRP)"}, "lines": lines}
            ],
        }
    ]
    return {
        "schema": SCHEMA,
        "layout": TEST_REPORT_LAYOUT,
        "state": "issued",
        "marks": [],
        "title": {"vi": "Phiếu kết quả thử nghiệm", "en": "Test report"},
        "number": "PKQ-2026-0001",
        "code": "7K3M-Q9TD",
        "verify_url": "https://tra-cuu.example/verify/7K3M-Q9TD",
        "issued_on": "2026-09-22",
        "form": "BM-07.08-01 · LBH 01",
        "laboratory": {
            "name": {"vi": "Phòng thử nghiệm Ví Dụ", "en": "Example Laboratory"},
            "address": "Số 0, phường Thí Dụ, TP. Mẫu",
            "place": "TP. Mẫu",
            "phone": "024 0000 0000",
            "email": "lab@vi-du.example",
            "tax_code": "9900000016",
        },
        "accreditation": {
            "number": "VILAS 0000",
            "standard": "ISO/IEC 17025:2017",
            "valid_from": "2025-03-10",
            "valid_to": "2028-03-09",
        },
        "customer": {"name": "Công ty TNHH Ví Dụ", "address": "Lô 0, tỉnh Mẫu", "tax_code": "9910000015"},
        "request": {"number": "YC-2026-0001", "requested_on": "2026-09-04"},
        "items": [
            {
                "code": "M26-0001-01",
                "name": {"vi": "Điểm truy cập Wi-Fi", "en": "Wi-Fi access point"},
                "received_at": "2026-09-08T09:15:00+07:00",
                "condition": {"vi": "Nguyên vẹn", "en": "Intact"},
            }
        ],
        "places": [{"vi": "Phòng RF", "en": "RF room"}],
        "test_dates": [{"from": "2026-09-11", "to": "2026-09-11"}],
        "conclusion": {
            "verdict": derive_verdict(lines),
            "statement": {
                "vi": "Mẫu thử đáp ứng mọi yêu cầu đã thử.",
                "en": "The item meets all requirements tested.",
            },
        },
        "summary": derive_summary(sections),
        "methods": [
            {
                "name": "QCVN 54:2020/BTTTT, mục 3",
                "accreditation": "VS",
                "designation": "–",
                "sections": ["54"],
            }
        ],
        "sections": sections,
        "equipment": [
            {
                "code": "EQ-002",
                "name": {"vi": "Máy đo công suất", "en": "Power meter"},
                "model": "PM-8",
                "serial": "SG000456",
                "certificate": "CV-26-00198",
                "valid_through": "2027-02-19",
            }
        ],
        "traceability": {
            "vi": "Liên kết chuẩn đo lường tới hệ SI theo 6.5.2 a).",
            "en": "Traceable to the SI (6.5.2 a).",
        },
        "environment": [
            {
                "date": "2026-09-11",
                "place": {"vi": "Phòng RF", "en": "RF room"},
                "temperature": {"low": "23.1", "high": "23.9"},
                "humidity": {"low": "52", "high": "57"},
                "sensor": "EQ-014",
            }
        ],
        "uncertainty": {
            "statement": {
                "vi": "U là độ không đảm bảo đo mở rộng, k = 2, xác suất phủ xấp xỉ 95 %.",
                "en": "U: expanded uncertainty, k = 2, about 95 %.",
            },
            "budgets": [
                {
                    "quantity": {"vi": "Công suất phát EIRP", "en": "EIRP"},
                    "combined": "0.343",
                    "expanded": "0.69",
                    "k": "2",
                    "permitted": "1.5",
                    "unit": "dB",
                }
            ],
            "exemptions": [],
        },
        "decision_rules": {
            "agreement": {
                "vi": "Thỏa thuận với khách hàng ngày 05/09/2026.",
                "en": "Agreed with the customer on 05/09/2026.",
            },
            "rules": [
                {
                    "code": "ETSI",
                    "applies_to": {"vi": "Mục 5.1", "en": "5.1"},
                    "rule": {
                        "vi": "U ≤ U cho phép: so trực tiếp với giới hạn",
                        "en": "U within the maximum: direct comparison",
                    },
                }
            ],
        },
        "deviations": [],
        "sampling": None,
        "external_results": None,
        "notes": list(STANDARD_NOTES),
        "validity_statement": STANDARD_VALIDITY,
        "amendment": None,
        "authorisation": {
            "testers": [
                {
                    "name": "Lê Hữu Giả",
                    "did": {"vi": "RF", "en": "RF"},
                    "confirmed_at": "2026-09-17T16:05:00+07:00",
                }
            ],
            "reviewer": {
                "name": "Trần Thị Mẫu",
                "office": {"vi": "Trưởng phòng thử nghiệm", "en": "Head of testing"},
                "did": {"vi": "soát xét", "en": "reviewed"},
                "confirmed_at": "2026-09-21T10:32:00+07:00",
            },
            "signatory": {
                "name": "Nguyễn Văn Ví Dụ",
                "office_lines": ["GIÁM ĐỐC"],
                "office": {"vi": "Giám đốc", "en": "Director"},
                "means": "electronic",
                "authorised_at": "2026-09-22T16:42:07+07:00",
            },
        },
        "not_applicable": {
            "k": {"vi": "Phòng thử nghiệm không lấy mẫu.", "en": "No sampling by the laboratory."},
            "n": {"vi": "Không có sai khác so với phương pháp.", "en": "No deviation from the method."},
            "p": {
                "vi": "Không có kết quả từ nhà cung cấp bên ngoài.",
                "en": "No results from external providers.",
            },
        },
    }
