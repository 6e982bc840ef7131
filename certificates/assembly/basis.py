"""What the results rest on: places, instruments with the calibration then valid, environment, U, rules, people (7.8.3.1, 7.8.6)."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from certificates.assembly.results import Table, ruled
from certificates.papers import CALIBRATION
from certificates.printed import uncertainty_digits
from certificates.queries import Material, approved
from lab_app.core import clock
from lab_app.core.paper.wording import english_date
from lab_app.core.quantity import canonical_decimal
from lab_app.metrology.decision import RuleKind
from lab_app.metrology.rounding import round_uncertainty
from lab_app.quality.models import EnvironmentRecord
from lab_app.results.models import JobLine, Reading

Text = dict[str, str]

NO_CALIBRATION: Text = {"vi": "không cần hiệu chuẩn", "en": "no calibration needed"}
#: Quantities an environment record may carry beside temperature and humidity: key → (prefix, unit).
_EXTRA = {
    "supply_V": ("", "V"), "supply_v": ("", "V"), "pressure_hPa": ("áp suất", "hPa"), "setpoints_C": ("điểm đặt", "°C"),
    "deviation_C": ("lệch", "°C"),
}


def _text(vi: str, en: str = "") -> Text:
    return {"vi": vi.strip(), "en": en.strip()}


def _unique(texts: Iterable[Text]) -> list[Text]:
    return list({(each["vi"], each["en"]): each for each in texts if each["vi"]}.values())


def places(lines: Sequence[JobLine]) -> list[Text]:
    """Where the work was done: the rooms of the environment records, else the sites of the jobs (c)."""
    rooms = [
        _text(record.room.name_vi, record.room.name_en)
        for record in _records(line.reading for line in lines if line.reading is not None)
    ]
    sites = [_text(line.job.site.name_vi, line.job.site.name_en) for line in lines]
    return _unique(rooms) or _unique(sites)


def _records(readings: Iterable[Reading]) -> list[EnvironmentRecord]:
    found = {reading.environment.id: reading.environment for reading in readings if reading.environment is not None}
    return sorted(found.values(), key=lambda record: (record.from_at, record.id))


def equipment(readings: Sequence[Reading], standards: bool = False) -> list[dict[str, Any]]:
    """Every instrument of the readings with the calibration that counted then; twice when that changed in between.

    `standards`: with the uncertainty each reaches, as the register states it.
    """
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for reading in readings:
        for used in reading.instruments:
            tool, calibration = used.instrument, used.calibration
            row: dict[str, Any] = {
                "code": tool.code, "name": _text(tool.name_vi, tool.name_en),
                "model": " ".join(part for part in (tool.maker, tool.type) if part), "serial": tool.serial,
                "certificate": calibration.certificate_no if calibration else NO_CALIBRATION["vi"], "valid_through": "–",
            }
            if calibration is not None:
                row |= {
                    "calibrated_by": calibration.laboratory, "calibrated_on": calibration.done_on.isoformat(),
                    "valid_through": (calibration.due_on - timedelta(days=1)).isoformat(),
                }
            if standards and tool.uncertainty_text:
                row["uncertainty"] = tool.uncertainty_text
            rows[tool.code, calibration.id if calibration else 0] = row
    return [rows[key] for key in sorted(rows)]


def traceability(readings: Sequence[Reading]) -> Text:
    """By whom the instruments were calibrated and by which route of 6.5.2 they lead to the SI."""
    calibrations = {
        used.calibration.id: used.calibration
        for reading in readings for used in reading.instruments if used.calibration is not None
    }
    if not calibrations:
        return _text("Không có thiết bị cần hiệu chuẩn.", "No instrument needed calibration.")
    by = list(dict.fromkeys(
        f"{row.laboratory} ({row.laboratory_accreditation})" if row.laboratory_accreditation else row.laboratory
        for row in calibrations.values()
    ))
    routes = ", ".join(dict.fromkeys(row.traceability for row in calibrations.values() if row.traceability))
    return _text(
        f"Hiệu chuẩn tại {'; '.join(by)}; liên kết chuẩn đo lường tới hệ SI theo {routes}.",
        f"Calibrated by {'; '.join(by)}; metrological traceability to the SI by {routes}.",
    )


def environment(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """The environment records that cover the readings."""
    rows = []
    for record in _records(readings):
        row: dict[str, Any] = {
            "date": clock.local(record.from_at).date().isoformat(),
            "place": _text(record.room.name_vi, record.room.name_en), "sensor": record.sensor_code or "–",
        }
        if record.t_low is not None and record.t_high is not None:
            row["temperature"] = {"low": canonical_decimal(record.t_low), "high": canonical_decimal(record.t_high)}
        if record.rh_low is not None and record.rh_high is not None:
            row["humidity"] = {"low": canonical_decimal(record.rh_low), "high": canonical_decimal(record.rh_high)}
        words = _extra_words(record.extra)
        if words:
            row["more"] = _text(words)
        rows.append(row)
    return rows


def _extra_words(extra: dict[str, Any]) -> str:
    parts = []
    for key, value in extra.items():
        prefix, unit = _EXTRA.get(key, (key, ""))
        shown = ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
        parts.append(" ".join(part for part in (prefix, shown.replace(".", ","), unit) if part))
    return "; ".join(parts)


def environment_notes(lines: Sequence[JobLine]) -> list[Text]:
    """Where a method states that the environment is not critical, its words."""
    found = []
    for line in lines:
        if line.reading is not None and line.reading.environment is None:
            reason = str(line.job.method_version.environment.get("not_critical") or line.reading.environment_text or "")
            if reason:
                method = line.job.method_version.method.code
                found.append(_text(f"{method}: điều kiện môi trường không ảnh hưởng kết quả ({reason.rstrip('.')})."))
    return _unique(found)


def uncertainty(lines: Sequence[JobLine], exemptions: dict[str, str]) -> dict[str, Any]:
    """The budgets behind the printed U, the largest permitted U, and why some results have none (7.6.3, 7.8.3.1 c)."""
    budgets: dict[str, dict[str, Any]] = {}
    for line in lines:
        if line.reading is None or line.reading.u is None:
            continue
        frozen = _budget_of(line, line.reading)
        if frozen is None:
            continue
        row = {
            "quantity": _text(str(frozen["quantity"])), "unit": str(frozen["unit"]), "k": str(frozen["k"]),
            "combined": canonical_decimal(round_uncertainty(Decimal(str(frozen["u_c"])), 3)),
            "expanded": uncertainty_digits(Decimal(str(frozen["U"]))),
        }
        permitted = line.reading.computed.get("u_max") or line.parameter.u_max
        if permitted is not None:
            row["permitted"] = str(permitted)
        budgets.setdefault(str(frozen["code"]), row)
    return {
        "statement": _text(
            "U là độ không đảm bảo đo mở rộng với hệ số phủ k đã nêu, xác suất phủ xấp xỉ 95 %.",
            "U: expanded uncertainty with the coverage factor k stated, coverage probability about 95 %.",
        ),
        "budgets": list(budgets.values()),
        "exemptions": [{"key": key, "reason": _text(reason[:1].upper() + reason[1:])} for reason, key in exemptions.items()],
    }


def _budget_of(line: JobLine, reading: Reading) -> dict[str, Any] | None:
    """The budget as the computation froze it with the reading, else as it stands."""
    frozen = reading.computed.get("budget")
    if isinstance(frozen, dict):
        return frozen
    row = line.parameter.budget
    if row is None:
        return None
    return {
        "code": row.code, "quantity": row.quantity, "unit": row.unit, "u_c": canonical_decimal(row.u_c),
        "k": canonical_decimal(row.k), "U": canonical_decimal(row.u_expanded),
    }


def no_statement() -> dict[str, Any]:
    """What stands in place of the rules when the customer asked for no statement of conformity."""
    return {
        "agreement": _text("Khách hàng không yêu cầu tuyên bố về sự phù hợp.", "No statement of conformity was requested."),
        "rules": [],
    }


def decision_rules(material: Material, table: Table) -> dict[str, Any]:
    """Every rule the printed verdicts rest on, what it applies to, and when, by whom and where it was agreed (7.8.6)."""
    applied: dict[str, dict[str, list[Text]]] = {}
    for line in table.lines:
        if line.reading is None or not ruled(line):
            continue
        code = line.rule_code or (str(line.rule.get("code") or "") if line.rule else "")
        where = line.job.method_version.method.regulation.code
        name = _text(line.parameter.name_vi, line.parameter.name_en)
        applied.setdefault(code, {}).setdefault(where, []).append(name)
    rules = []
    for code, places_ in applied.items():
        row = material.rule_rows.get(code)
        what = _text(
            "; ".join(f"{where}: {', '.join(each['vi'] for each in _unique(names))}" for where, names in places_.items()),
            "; ".join(
                f"{where}: {', '.join(each['en'] or each['vi'] for each in _unique(names))}" for where, names in places_.items()
            ),
        )
        if row is not None:
            said = _text("; ".join(filter(None, [row.name_vi, row.risk_vi])), "; ".join(filter(None, [row.name_en, row.risk_en])))
        else:
            said = _text("Yêu cầu của quy chuẩn tự quy định câu trả lời phù hợp", "The requirement itself states what conforms")
        one: dict[str, Any] = {"code": code or "QC", "applies_to": what, "rule": said}
        if row is not None and material.request.kind == CALIBRATION and row.definition.get("kind") == RuleKind.GUARDED_NONBINARY:
            one["levels"] = "four"
        rules.append(one)
    return {"agreement": _agreement(material), "rules": rules}


def _agreement(material: Material) -> Text:
    agreements = list(dict.fromkeys(
        (rule.agreed_on, rule.agreed_by, rule.evidence) for rule in material.rules
    ))
    if not agreements:
        return _text(
            "Quy tắc do quy chuẩn, tiêu chuẩn quy định.", "The rules are inherent in the requested specification or standard."
        )
    vi, en = [], []
    for day, by, evidence in agreements:
        shown = day.strftime("%d/%m/%Y")
        ground = f"; {evidence}" if evidence else ""
        vi.append(f"ngày {shown} ({by}{ground})")
        en.append(f"on {english_date(day.isoformat())} ({by})")
    return _text(f"Thỏa thuận với khách hàng {'; '.join(vi)}.", f"Agreed with the customer {'; '.join(en)}.")


def testers(readings: Sequence[Reading], lines: Sequence[JobLine]) -> list[dict[str, Any]]:
    """Who measured, which methods, and when the last of their results was recorded."""
    method_of = {line.reading.id: line.job.method_version.method.code for line in lines if line.reading is not None}
    people: dict[int, dict[str, Any]] = {}
    for reading in readings:
        who = people.setdefault(reading.person_id, {"person": reading.person, "methods": [], "at": reading.recorded_at})
        code = method_of.get(reading.id, "")
        if code and code not in who["methods"]:
            who["methods"].append(code)
        who["at"] = max(who["at"], reading.recorded_at)
    return [
        {
            "name": who["person"].full_name, "did": _text(", ".join(who["methods"])),
            "confirmed_at": clock.local(who["at"]).isoformat(timespec="seconds"),
        }
        for who in people.values()
    ]


def reviewer(lines: Sequence[JobLine]) -> dict[str, Any]:
    """Who reviewed (all names where several did) and when the last line was approved."""
    reviews = [review for review in (approved(line) for line in lines) if review is not None]
    if not reviews:
        return {"name": "", "did": _text("soát xét", "reviewed")}
    last = max(reviews, key=lambda review: (review.recorded_at, review.id))
    names = list(dict.fromkeys(review.reviewer.full_name for review in sorted(reviews, key=lambda each: each.id)))
    office = _text(last.reviewer.title_vi, last.reviewer.title_en)
    if len(names) > 1 or not office["vi"]:
        office = _text("Người soát xét")
    return {
        "name": "; ".join(names), "office": office, "did": _text("soát xét", "reviewed"),
        "confirmed_at": clock.local(last.recorded_at).isoformat(timespec="seconds"),
    }
