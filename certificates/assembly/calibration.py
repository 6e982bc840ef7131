"""What a calibration certificate says beyond a report: the points, the stages, the adjustment, the standards (7.8.4.1)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from certificates import workflow
from certificates.queries import Material
from certificates.snapshot import derive_verdict, standing_lines
from lab_app.core.quantity import canonical_decimal
from lab_app.results.models import JobLine
from lab_app.results.rules import AS_FOUND, AS_LEFT

Text = dict[str, str]

NO_INTERVAL: Text = {
    "vi": "Giấy này không khuyến nghị chu kỳ hoặc ngày hiệu chuẩn tiếp theo.",
    "en": "No calibration interval or next date is recommended.",
}


def _value(raw: Mapping[str, Any], key: str) -> tuple[str, str]:
    """A raw reading as written, with its unit; the mean of several values keeps their digits."""
    found = raw.get(key) or {}
    unit = str(found.get("unit") or "")
    if "value" in found:
        return str(found["value"]), unit
    values = [Decimal(str(value)) for value in found.get("values", ())]
    if not values:
        return "", unit
    finest = min(int(value.as_tuple().exponent) for value in values)
    mean = sum(values, Decimal(0)) / len(values)
    return canonical_decimal(mean.quantize(Decimal(1).scaleb(finest))), unit


def point(line: JobLine) -> dict[str, str]:
    """The calibrated point of a line: what the standard realised and what the item indicated."""
    raw = line.reading.raw if line.reading is not None else {}
    reference, unit = _value(raw, "reference")
    indication, _ = _value(raw, "indicated")
    return {"stage": line.stage, "scale": line.scale, "point": line.point, "reference": reference, "indication": indication,
            "unit": unit}


def final_lines(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines that say how the item leaves: as left where it was measured again, else as found."""
    standing = standing_lines(list(lines))
    left = {_place(line) for line in standing if line["calibrated"]["stage"] == AS_LEFT}
    return [line for line in standing if line["calibrated"]["stage"] == AS_LEFT or _place(line) not in left]


def _place(line: Mapping[str, Any]) -> tuple[str, str]:
    return line["calibrated"]["scale"], line["calibrated"]["point"]


def conclude(lines: Sequence[dict[str, Any]], kind: str) -> dict[str, Any]:
    """How the item leaves the laboratory, from the lines; what it was like before stands beside it in `stages`."""
    final = final_lines(lines)
    verdict = derive_verdict(final)
    own = ", ".join(dict.fromkeys(line["calibrated"]["point"] for line in final if line.get("verdict") == verdict))
    words = {
        "pass": ("Sai số nằm trong sai số cho phép tại mọi điểm đã hiệu chuẩn.",
                 "The errors are within the maximum permissible errors at all points calibrated."),
        "conditional_pass": (f"Sai số nằm trong sai số cho phép; điểm {own} nằm trong dải bảo vệ.",
                             f"The errors are within the maximum permissible errors; within the guard band: {own}."),
        "conditional_fail": (f"Sai số vượt sai số cho phép, không quá dải bảo vệ, tại điểm {own}.",
                             f"The errors exceed the maximum permissible errors by no more than the guard band: {own}."),
        "fail": (f"Sai số vượt sai số cho phép tại điểm {own}.", f"The errors exceed the maximum permissible errors: {own}."),
    }
    vi, en = words.get(verdict, (f"Không kết luận tại điểm {own}." if own else "Không kết luận.", "No statement of conformity."))
    if kind == workflow.PRELIMINARY:
        vi, en = f"{vi} Kết quả sơ bộ.", f"{en} Preliminary."
    if kind == workflow.PARTIAL:
        vi, en = f"{vi} Giấy từng phần: chỉ gồm các điểm liệt kê.", f"{en} Partial: only the points listed."
    return {"verdict": verdict, "statement": {"vi": vi, "en": en}}


def as_calibrated(items: Sequence[dict[str, Any]], own: bool) -> list[dict[str, Any]]:
    """The items as a certificate describes them: what an instrument is called is read from it, pictures stay in the records.

    `own`: what the internal request states comes from the register of the laboratory.
    """
    found = []
    for item in items:
        kept = {key: value for key, value in item.items() if key not in ("photos", "customer_supplied")}
        if own:
            kept["more"] = [{**more, "customer_supplied": False} for more in kept.get("more", [])]
            kept.pop("delivered_by", None)
        found.append(kept)
    return found


NO_SAMPLING: Text = {
    "vi": "Không lấy mẫu: kết quả là của chính phương tiện đo nêu trên.",
    "en": "No sampling: the results are those of the instrument itself.",
}


def _ranges(lines: Sequence[JobLine], alone: bool) -> list[Text]:
    """From where to where each quantity was calibrated, by its reference values. `alone`: the paper says it in English alone."""
    spans: dict[tuple[str, str, str], list[tuple[Decimal, str]]] = {}
    for line in lines:
        told = point(line)
        if told["reference"]:
            key = (line.parameter.name_vi, line.parameter.name_en, told["unit"])
            spans.setdefault(key, []).append((Decimal(told["reference"]), told["point"]))
    found = []
    for (vi, en, _unit), values in spans.items():
        low, high = min(values)[1], max(values)[1]
        span = low if low == high else f"{low} … {high}"
        found.append({"vi": f"{vi}, {span}", "en": f"{en}, {span}" if alone and en else en})
    return found


def block(material: Material, lines: Sequence[JobLine], printed: Sequence[dict[str, Any]], wanted: bool) -> dict[str, Any]:
    """The part of the snapshot that only a certificate has. `wanted`: the customer asked for statements of conformity."""
    standing = standing_lines(list(printed))
    stages = []
    for stage in (AS_FOUND, AS_LEFT):
        own = [line for line in standing if line["calibrated"]["stage"] == stage]
        if own and wanted:
            stages.append({"stage": stage, "verdict": derive_verdict(own)})
    jobs = {line.job.id: line.job for line in lines}.values()
    criterion = "; ".join(dict.fromkeys(job.criterion for job in jobs if job.criterion))
    adjustment = "; ".join(dict.fromkeys(job.adjustment for job in jobs if job.adjustment))
    found: dict[str, Any] = {
        "ranges": _ranges(lines, material.request.language == "en"), "stages": stages, "interval": dict(NO_INTERVAL),
        "specification": {"vi": criterion, "en": ""} if criterion else None,
        "adjustment": {"vi": adjustment, "en": ""} if adjustment else None,
    }
    own_code = next((code for sample in material.samples if (code := own_code_of(sample.item.supplied))), "")
    if own_code and any(sample.instrument_id for sample in material.samples):
        found["own"] = own_code
    return found


def traceability(snapshot: Mapping[str, Any], lines: Sequence[JobLine]) -> Text:
    """The statement of 7.8.4.1 c: by whom the standards were calibrated, by which route of 6.5.2 or 6.5.3 that leads to the SI."""
    found = {
        used.calibration.id: used.calibration for line in lines if line.reading is not None
        for used in line.reading.instruments if used.calibration is not None
    }
    if not found:
        return dict(snapshot["traceability"])
    by = "; ".join(dict.fromkeys(
        f"{row.laboratory} ({row.laboratory_accreditation})" if row.laboratory_accreditation else row.laboratory
        for row in found.values()))
    routes = ", ".join(dict.fromkeys(row.traceability.replace(" ", "\u00a0") for row in found.values() if row.traceability))
    return {
        "vi": f"Kết quả liên kết tới hệ đơn vị SI qua chuỗi hiệu chuẩn không đứt đoạn tại {by}, theo {routes} của ISO/IEC 17025:2017.",
        "en": f"Results are traceable to the SI through an unbroken chain of calibrations at {by}, by {routes} of ISO/IEC 17025:2017.",
    }


def instead(snapshot: Mapping[str, Any], material: Material, lines: Sequence[JobLine]) -> dict[str, Any]:
    """What a certificate says in place of the words of a report: items, sampling (k), no list of budgets (U stands by each result)."""
    own = any(sample.instrument_id for sample in material.samples)
    return {
        "items": as_calibrated(snapshot["items"], own), "sampling": None, "traceability": traceability(snapshot, lines),
        "uncertainty": {**snapshot["uncertainty"], "budgets": []},
        "not_applicable": {"k": dict(NO_SAMPLING), **snapshot["not_applicable"]},
    }


def own_code_of(supplied: Iterable[Mapping[str, Any]]) -> str:
    """The register's code of an own instrument, as the internal request states it."""
    return next((str(fact["value"]) for fact in supplied if fact.get("key") == "instrument"), "")


def missing(snapshot: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """The letters of 7.8.4.1 that a certificate does not fill.

    a) U of every result · b) conditions of the calibration · c) a traceability statement that rests on calibrated standards ·
    d) results before and after an adjustment.
    """
    stages = {line["calibrated"]["stage"] for line in lines}
    adjusted = bool(snapshot["calibration"]["adjustment"])
    filled = {
        "a": bool(lines) and all((line.get("uncertainty") or {}).get("value") for line in lines),
        "b": bool(snapshot["environment"]) or any("môi trường" in note["vi"] for note in snapshot["notes"]),
        "c": any(row["valid_through"] != "–" for row in snapshot["equipment"]),
        "d": adjusted == (AS_LEFT in stages) and (AS_FOUND in stages or not stages),
    }
    return [letter for letter, present in filled.items() if not present]
