"""The demonstration's regulations, methods with their versions, budgets, decision rules and scope (7.2, 7.6, 7.8.6, 5.3)."""
from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.demo.method_proofs import SHOWN, Vector, furnish, prove
from lab_app.demo.people import HERE, LOADER, case, person
from lab_app.metrology.decision import STANDARD_RULES
from test_methods import queries, services
from test_methods.models import Method, MethodParameter, MethodVersion

CATALOGUE_ON = date(2025, 5, 5)
FIRST_FROM = date(2025, 6, 1)
SECOND_DRAFTED, SECOND_FROM = date(2026, 8, 24), date(2026, 9, 1)

# ---- reading fields --------------------------------------------------------------------------------------

Field = dict[str, Any]


def _field(key: str, vi: str, en: str, unit: str, source: str = "measured", many: bool = False) -> Field:
    return {"key": key, "label_vi": vi, "label_en": en, "unit": unit, "source": source, "many": many}


CONDUCTED = _field("conducted_sum", "Công suất dẫn (tổng các cổng)", "Conducted power (sum of ports)", "dBm")
DENSITY = _field("conducted_sum", "Mật độ công suất dẫn", "Conducted power density", "dBm/MHz")
GAIN = _field("antenna_gain", "Độ lợi ăng ten", "Antenna gain", "dBi", "customer")
READING = _field("reading", "Số đọc", "Reading", "dBm")
PATH_LOSS = _field("path_loss", "Suy hao đường truyền", "Path loss", "dB", "factor")
FREQUENCY = _field("frequency_mhz", "Tần số", "Frequency", "MHz", "setting")
EMI = _field("reading", "Số đọc máy thu", "Receiver reading", "dBµV")
CABLE = _field("cable", "Suy hao cáp", "Cable loss", "dB", "factor")
CONDUCTED_EMISSION = [
    FREQUENCY, EMI, _field("vdf", "Hệ số phân áp LISN", "LISN voltage division factor", "dB", "factor"), CABLE,
    _field("limiter", "Suy hao bộ hạn chế", "Limiter loss", "dB", "factor"),
]
RADIATED_EMISSION = [
    FREQUENCY, EMI, _field("af", "Hệ số ăng ten", "Antenna factor", "dB/m", "factor"), CABLE,
    _field("preamp", "Độ lợi tiền khuếch đại", "Preamplifier gain", "dB", "factor"),
]
#: How the case names its raw readings → the keys of the reading fields.
RAW_KEYS = {
    "conducted_sum_dBm": "conducted_sum", "conducted_dBm_per_MHz": "conducted_sum", "antenna_gain_dBi": "antenna_gain",
    "reading_dBm": "reading", "path_loss_dB": "path_loss", "reading_dBuV": "reading", "LISN_VDF_dB": "vdf", "cable_dB": "cable",
    "limiter_dB": "limiter", "AF_dB_per_m": "af", "preamp_dB": "preamp", "per_percent": "per", "offset_kHz": "offset_khz",
    "obw_MHz": "obw", "nominal_MHz": "nominal", "f_low_MHz": "f_low", "f_high_MHz": "f_high", "bw99_MHz": "bw99",
    "max_dBm_per_MHz": "density", "max_cot_ms": "occupancy", "cac_s": "duration", "move_s": "duration", "nop_min": "duration",
}

# ---- needs of instruments --------------------------------------------------------------------------------


def _need(quantity: str, low: str, high: str, unit: str = "MHz", u: str | None = None, u_unit: str = "dB",
          required: bool = True, beside: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"quantity": quantity, "low": low, "high": high, "unit": unit, "u": u, "u_unit": u_unit if u else "",
            "required": required, "beside": list(beside)}


SUPPLY = _need("supply-voltage", "198", "242", "V", required=False)
CLIMATE = _need("temperature", "0", "40", "°C", required=False)
EXTREME = _need("temperature", "0", "40", "°C")
POWER_24 = _need("rf-power", "2400", "2483.5", u="0.2", beside=(SUPPLY, CLIMATE))

NO_U_TIME = "phép thử chức năng hoặc thời gian: độ phân giải thiết bị không ảnh hưởng kết luận (7.6.3, miễn trừ có lý do)"


@dataclass(frozen=True)
class Plan:
    """One parameter of a method: how it is measured, and the lines of the case that it stands for.

    `since` is the version from which it is in the method. `conditions` of a new job are those of the case's first measurements.
    """

    requirement: str
    lines: tuple[str, ...] = ()
    code: str = ""
    name: tuple[str, str] = ("", "")
    kind: str = "number"
    fields: list[Field] = field(default_factory=list)
    formula: str = ""
    places: int = 2
    need: dict[str, Any] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()
    since: int = 1


DFS_NEED = _need("rf-level", "5470", "5725", beside=(_need("rf-signal", "5470", "5725"),))
RE1_NEED = _need("emi-level", "30", "1000", u="1.0", beside=(
    _need("antenna-factor", "30", "1000"), _need("test-site", "30", "1000")))
RE2_NEED = _need("emi-level", "1000", "6000", u="1.3", beside=(
    _need("antenna-factor", "1000", "6000"), _need("test-site", "1000", "6000"), _need("gain", "1000", "6000", required=False)))
CE_NEED = _need("emi-level", "0.15", "30", u="1.0", beside=(_need("lisn", "0.15", "30"),))

PLANS: dict[str, tuple[Plan, ...]] = {
    "QCVN 54": (
        Plan("54-01", ("54-01-1", "54-01-7", "54-01-13"), name=("Công suất phát RF (EIRP)", "RF output power (e.i.r.p.)"),
             fields=[CONDUCTED, GAIN], formula="conducted_sum + antenna_gain", need=POWER_24),
        Plan("54-01", ("54-01-X1",), code="54-01-X",
             name=("Công suất phát RF (EIRP), điều kiện tới hạn", "RF output power (e.i.r.p.), extreme conditions"),
             fields=[CONDUCTED, GAIN], formula="conducted_sum + antenna_gain",
             need=_need("rf-power", "2400", "2483.5", u="0.2", beside=(SUPPLY, EXTREME))),
        Plan("54-02", ("54-02-7",), fields=[DENSITY, GAIN], formula="conducted_sum + antenna_gain",
             need=_need("rf-level", "2400", "2483.5", u="0.9")),
        Plan("54-07", ("54-07-1",), fields=[
            _field("f_low", "Biên dưới của kênh thấp nhất", "Lower edge of the lowest channel", "MHz"),
            _field("f_high", "Biên trên của kênh cao nhất", "Upper edge of the highest channel", "MHz"),
            _field("bw99", "Băng thông 99 % công suất", "99 % power bandwidth", "MHz"),
        ], formula="f_low; f_high", need=_need("rf-level", "2400", "2483.5")),
        Plan("54-08", ("54-08-L",),
             name=("Phát xạ ngoài băng, đoạn BW thứ nhất", "Tx unwanted emissions in OOB domain, first BW"),
             fields=[_field("density", "Mật độ lớn nhất", "Greatest density", "dBm/MHz")], formula="density", places=1,
             need=_need("rf-level", "2380", "2504", u="0.9")),
        Plan("54-12", ("54-12-a", "54-12-b"), fields=[READING, PATH_LOSS], formula="reading + path_loss", places=1,
             need=_need("rf-level", "1000", "12750", u="0.9"), conditions=("2412 MHz, hài bậc hai 4 824 MHz",)),
        Plan("54-14", ("54-14",), fields=[READING, PATH_LOSS], formula="reading + path_loss", places=1,
             need=_need("rf-level", "1000", "12750", u="0.9")),
        Plan("54-05", ("54-05",),
             name=("Tính thích nghi: thời gian chiếm kênh tối đa", "Adaptivity: maximum channel occupancy time"),
             fields=[_field("occupancy", "Thời gian chiếm kênh dài nhất", "Longest channel occupancy time", "ms")],
             formula="occupancy",
             need=_need("rf-level", "2400", "2483.5", beside=(
                 _need("rf-signal", "2400", "2483.5"), _need("wlan-link", "2400", "2483.5")))),
        Plan("54-15", ("54-15",),
             fields=[_field("per", "PER tại từng tần số chặn", "PER at each blocking frequency", "%", many=True)],
             formula="max(per)", places=1,
             need=_need("wlan-link", "2400", "2483.5", beside=(_need("rf-signal", "2300", "2584"),)), since=2),
    ),
    "QCVN 65": (
        Plan("65-01", ("65-01",), name=("Sai lệch tần số trung tâm", "Centre frequency error"), fields=[
            _field("channel_mhz", "Tần số kênh danh định", "Nominal channel frequency", "MHz", "setting"),
            _field("offset_khz", "Độ lệch tại từng nhiệt độ", "Offset at each temperature", "kHz", many=True),
        ], formula="worst(offset_khz) * 1000 / channel_mhz",
             need=_need("frequency", "5150", "5850", u="0.2", u_unit="ppm", beside=(CLIMATE,))),
        Plan("65-02", ("65-02",), fields=[
            _field("obw", "Băng thông chiếm dụng", "Occupied bandwidth", "MHz"),
            _field("nominal", "Băng thông danh định", "Nominal bandwidth", "MHz", "setting"),
        ], formula="obw / nominal * 100", places=1, need=_need("rf-level", "5150", "5850")),
        Plan("65-03", ("65-03-36", "65-03-64"),
             name=("Công suất RF (EIRP), 5150-5350 MHz", "RF output power (e.i.r.p.), 5150-5350 MHz"),
             fields=[CONDUCTED, GAIN], formula="conducted_sum + antenna_gain", places=1,
             need=_need("rf-power", "5150", "5350", u="0.2", beside=(SUPPLY, CLIMATE))),
        Plan("65-04", ("65-03-100",),
             name=("Công suất RF (EIRP), 5470-5725 MHz", "RF output power (e.i.r.p.), 5470-5725 MHz"),
             fields=[CONDUCTED, GAIN], formula="conducted_sum + antenna_gain", places=1,
             need=_need("rf-power", "5470", "5725", u="0.2", beside=(SUPPLY, CLIMATE))),
        Plan("65-05", ("65-05",), fields=[DENSITY, GAIN], formula="conducted_sum + antenna_gain", places=1,
             need=_need("rf-level", "5150", "5350", u="0.9")),
        Plan("65-13", ("65-13",), name=("DFS: thời gian CAC", "DFS: channel availability check time"),
             fields=[_field("duration", "Thời gian đo được", "Measured time", "s")], formula="duration", places=1, need=DFS_NEED),
        Plan("65-14", ("65-14",), fields=[_field("duration", "Thời gian đo được", "Measured time", "s")], formula="duration",
             need=DFS_NEED),
        Plan("65-16", ("65-16",), fields=[_field("duration", "Thời gian đo được", "Measured time", "min")], formula="duration",
             places=1, need=DFS_NEED, since=2),
    ),
    "QCVN 118": (
        Plan("118-CE-QP", ("118-CE-0.198-QP", "118-CE-0.614-QP", "118-CE-12.29-QP"), fields=CONDUCTED_EMISSION,
             formula="reading + vdf + cable + limiter", places=1, need=CE_NEED),
        Plan("118-CE-AV", ("118-CE-0.198-AV", "118-CE-12.29-AV"), fields=CONDUCTED_EMISSION,
             formula="reading + vdf + cable + limiter", places=1, need=CE_NEED),
        Plan("118-RE-QP", ("118-RE-125.0-V-QP", "118-RE-125.0-V-QP-R"), code="118-RE-QP-V",
             name=("Phát xạ bức xạ QP, 3 m, phân cực V", "Radiated emission QP, 3 m, vertical"), fields=RADIATED_EMISSION,
             formula="reading + af + cable - preamp", places=1, need=RE1_NEED),
        Plan("118-RE-QP", ("118-RE-240.0-H-QP", "118-RE-500.0-H-QP", "118-RE-240.0-H-QP-R", "118-RE-500.0-H-QP-R"),
             code="118-RE-QP-H", name=("Phát xạ bức xạ QP, 3 m, phân cực H", "Radiated emission QP, 3 m, horizontal"),
             fields=RADIATED_EMISSION, formula="reading + af + cable - preamp", places=1, need=RE1_NEED),
        Plan("118-RE-AV", ("118-RE-2250.0-V-AV",), code="118-RE-AV-V",
             name=("Phát xạ bức xạ AV, 3 m, phân cực V", "Radiated emission AV, 3 m, vertical"), fields=RADIATED_EMISSION,
             formula="reading + af + cable - preamp", places=1, need=RE2_NEED),
        Plan("118-RE-PK", ("118-RE-4824.0-H-PK",), code="118-RE-PK-H",
             name=("Phát xạ bức xạ PK, 3 m, phân cực H", "Radiated emission PK, 3 m, horizontal"), fields=RADIATED_EMISSION,
             formula="reading + af + cable - preamp", places=1, need=RE2_NEED, since=2),
    ),
    "QCVN 101": (
        Plan("101-05", kind="observation", conditions=("3 lần rơi từ 1 m xuống bê tông",)),
        Plan("101-02", kind="observation", conditions=("70 °C trong 7 h",)),
        Plan("101-13", fields=[
            _field("capacity", "Dung lượng đo được", "Measured capacity", "mAh"),
            _field("rated", "Dung lượng danh định", "Rated capacity", "mAh", "customer"),
        ], formula="capacity / rated * 100", places=1, conditions=("phóng 0,2 It, 20 °C",)),
    ),
}
U_EXEMPT = {
    "54-07": "phép đo băng thông so với dải cho phép: sai số nhỏ hơn 0,1 % độ rộng, không ảnh hưởng kết luận",
    "65-02": "tỷ số băng thông: sai số nhỏ hơn 0,5 %, không ảnh hưởng kết luận",
    "101-13": "tỷ số hai dung lượng đo bằng một thiết bị: sai số nhỏ hơn 0,5 %, không ảnh hưởng kết luận",
}

ROOM_RF = {"temperature": ["15", "35"], "humidity": ["20", "75"]}
METHODS: dict[str, dict[str, Any]] = {
    "QCVN 54": {
        "regulation": "QCVN 54:2020/BTTTT",
        "title": ("Thử thiết bị truyền dữ liệu băng rộng 2,4 GHz", "Tests of 2.4 GHz wideband data equipment"),
        "reference": "ETSI EN 300 328 V2.2.2, điều 5", "note": "Thêm chặn máy thu (PER)",
        "environment": {**ROOM_RF, "conditions": [{"when": "0 °C / 198 V", "temperature": ["-2", "2"]}]},
    },
    "QCVN 65": {
        "regulation": "QCVN 65:2021/BTTTT",
        "title": ("Thử thiết bị truy nhập vô tuyến 5 GHz", "Tests of 5 GHz radio access equipment"),
        "reference": "ETSI EN 301 893 V2.1.1, điều 5", "environment": ROOM_RF, "note": "Thêm thời gian không chiếm dụng của DFS",
    },
    "QCVN 118": {
        "regulation": "QCVN 118:2018/BTTTT",
        "title": ("Thử phát xạ của thiết bị đa phương tiện", "Emission tests of multimedia equipment"),
        "reference": "CISPR 32:2015, cấp B; CISPR 16-2-1, CISPR 16-2-3", "note": "Thêm phát xạ bức xạ đỉnh trên 1 GHz",
        "environment": {"temperature": ["15", "35"], "humidity": ["45", "75"]},
    },
    "QCVN 101": {
        "regulation": "QCVN 101:2020/BTTTT", "title": ("Thử an toàn pin lithium", "Safety tests of lithium batteries"),
        "reference": "IEC 62133-2:2017, điều 7", "environment": {"temperature": ["15", "25"]}, "note": "",
        "conditioning": (240, "Để yên ở 20 ± 5 °C, không nối tải, sau khi nạp đầy"),
    },
}

#: Whole limit lines of QCVN 118 (class B), composed of the catalogue's pieces: code → names, clause, unit, segments.
LINES_118: dict[str, tuple[str, str, str, str, tuple[str, ...]]] = {
    "118-CE-QP": ("Phát xạ dẫn cổng nguồn AC (QP)", "AC mains conducted emission (QP)", "Table A.10", "dBµV",
                  ("0.15 0.5 66 56", "0.5 5 56 56", "5 30 60 60")),
    "118-CE-AV": ("Phát xạ dẫn cổng nguồn AC (AV)", "AC mains conducted emission (AV)", "Table A.10", "dBµV",
                  ("0.15 0.5 56 46", "0.5 5 46 46", "5 30 50 50")),
    "118-RE-QP": ("Phát xạ bức xạ QP, 3 m", "Radiated emission QP, 3 m", "Table A.4", "dBµV/m",
                  ("30 230 40 40", "230 1000 47 47")),
    "118-RE-AV": ("Phát xạ bức xạ AV, 3 m", "Radiated emission AV, 3 m", "Table A.5", "dBµV/m",
                  ("1000 3000 50 50", "3000 6000 54 54")),
    "118-RE-PK": ("Phát xạ bức xạ PK, 3 m", "Radiated emission PK, 3 m", "Table A.5", "dBµV/m",
                  ("1000 3000 70 70", "3000 6000 74 74")),
}
#: How a sweep of QCVN 118 is reduced to final points; the turntable's controller is known to radiate at 160 MHz.
TRACE_RULES: dict[str, dict[str, Any]] = {
    "118-CE-QP": {"offset_db": "20", "most": 6, "window": "3", "window_unit": "%"},
    "118-CE-AV": {"offset_db": "20", "most": 6, "window": "3", "window_unit": "%"},
    "118-RE-QP": {"offset_db": "10", "most": 6, "window": "3", "window_unit": "%", "ambient": [
        {"low": "159.5", "high": "160.5", "unit": "MHz", "why": "bộ điều khiển bàn xoay"}]},
    "118-RE-AV": {"offset_db": "10", "most": 6, "window": "3", "window_unit": "%"},
    "118-RE-PK": {"offset_db": "20", "most": 6, "window": "3", "window_unit": "%"},
}
#: The case's confirmations name parameters in words: words → codes of the requirements they mean.
CONFIRMED: dict[str, tuple[str, ...]] = {
    "Công suất phát RF (EIRP)": ("54-01",), "Mật độ phổ công suất": ("54-02",), "Băng thông kênh chiếm dụng": ("54-07",),
    "Phát xạ ngoài băng": ("54-08",), "Phát xạ giả máy phát 1-12": ("54-12",), "Phát xạ giả máy thu 1-12": ("54-14",),
    "Tính thích nghi: thời gian chiếm kênh tối đa": ("54-05",), "Chặn máy thu (PER)": ("54-15",),
    "Sai lệch tần số trung tâm": ("65-01",), "Băng thông chiếm dụng / danh định": ("65-02",),
    "Công suất RF (EIRP)": ("65-03", "65-04"), "Mật độ công suất 5150-5350 MHz": ("65-05",), "DFS: thời gian CAC": ("65-13",),
    "DFS: thời gian rời kênh": ("65-14",), "DFS: thời gian không chiếm dụng": ("65-16",),
    "Phát xạ dẫn cổng nguồn AC (QP)": ("118-CE-QP",), "Phát xạ dẫn cổng nguồn AC (AV)": ("118-CE-AV",),
    "Phát xạ bức xạ QP": ("118-RE-QP",), "Phát xạ bức xạ AV": ("118-RE-AV",), "Phát xạ bức xạ PK": ("118-RE-PK",),
}
#: Results of the case worked out to another digit than the report prints, for the test vectors.
HAND = {"65-02": "94.25"}
#: Calculations that the case has no reading of.
HAND_VECTORS = {"101-13": (Vector("phóng 0,2 It", {"capacity": "2940", "rated": "3000"}, ("98.00",)),)}
RISK_EN = {"DR-SA": "PFA up to 50 % at the limit", "DR-GB-U": "PFA ≤ 2.5 %"}


def load_methods() -> None:
    """The catalogue, decision rules, budgets, methods with two versions each, scope and confirmed limits, at their dates."""
    data = case()
    lines = {line["id"]: line for line in data["flow"]["test_lines"]}
    with clock.at(clock.at_local(CATALOGUE_ON, 9)):
        services.load_catalogue(LOADER, json.loads(
            (HERE / "catalogue_qcvn.json").read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal))
        _whole_lines()
        _rules_and_budgets(data)
    for code in METHODS:
        _method(code, data, lines)
    _confirm(data["limit_confirmations"])
    _scope(data["lab"])


def _whole_lines() -> None:
    regulation = queries.regulation_by_code("QCVN 118:2018/BTTTT")
    assert regulation is not None
    for code, (vi, en, clause, unit, segments) in LINES_118.items():
        services.add_requirement(
            LOADER, regulation, code=code, name_vi=vi, name_en=en, clause=clause, unit=unit,
            limit={"type": "line", "side": "upper", "scale": "log", "f_unit": "MHz", "unit": unit,
                   "segments": [part.split() for part in segments]},
            seen="ghép từ các đoạn của bảng trong danh mục",
        )


def _rules_and_budgets(data: dict[str, Any]) -> None:
    for entry in data["decision_rules"]:
        services.add_rule(
            LOADER, code=entry["id"], name_vi=entry["name_vi"], name_en=entry["name_en"],
            definition=STANDARD_RULES[entry["id"]].to_dict(), risk_vi=entry.get("risk", ""), risk_en=RISK_EN.get(entry["id"], ""),
        )
    for entry in data["uncertainty_budgets"].values():
        services.add_budget(
            LOADER, code=entry["id"], quantity=entry["quantity"], unit=entry["unit"], components=entry["components"],
            k=Decimal(entry["k"]), note=entry["note"],
        )


def _method(code: str, data: dict[str, Any], lines: dict[str, Any]) -> None:
    """A first version in force since June 2025, a second one since September 2026 (the battery method has one)."""
    facts = METHODS[code]
    author, approver = person("U02"), person("U01")
    regulation = queries.regulation_by_code(facts["regulation"])
    assert regulation is not None
    with clock.at(clock.at_local(CATALOGUE_ON + timedelta(days=7), 9)):
        method = services.add_method(
            author, code=code, title_vi=facts["title"][0], title_en=facts["title"][1], reference=facts["reference"],
            regulation=regulation,
        )
        first = services.draft_version(author, method, environment=facts["environment"], change_note="Ban hành lần đầu")
        for plan in PLANS[code]:
            if plan.since == 1:
                _parameter(first, plan, data, lines)
        if "conditioning" in facts:
            minutes, how = facts["conditioning"]
            services.edit_version(
                author, first, environment=facts["environment"], conditioning_minutes=minutes, conditioning=how,
                change_note=first.change_note)
        prove(author, first, CATALOGUE_ON + timedelta(days=2), SHOWN[code], _vectors(code, lines), person("U03"))
    with clock.at(clock.at_local(FIRST_FROM - timedelta(days=5), 10)):
        services.approve_version(approver, first, FIRST_FROM)
    if not facts["note"]:
        return
    with clock.at(clock.at_local(SECOND_DRAFTED, 9)):
        second = services.draft_version(
            author, method, environment=facts["environment"], change_note=facts["note"], copy_from=first)
        for plan in PLANS[code]:
            if plan.since == 2:
                _parameter(second, plan, data, lines)
        furnish(author, second)
        prove(author, second, SECOND_DRAFTED - timedelta(days=4), SHOWN[code], _vectors(code, lines), person("U03"))
    with clock.at(clock.at_local(SECOND_DRAFTED + timedelta(days=2), 10)):
        services.approve_version(approver, second, SECOND_FROM)


def _vectors(method_code: str, lines: dict[str, Any]) -> Callable[[MethodParameter], Sequence[Vector]]:
    """For a parameter: readings of the case with the results that its author worked out by hand."""
    def of(parameter: MethodParameter) -> list[Vector]:
        plan = next(p for p in PLANS[method_code] if (p.code or p.requirement) == parameter.code)
        keys = {str(f["key"]) for f in parameter.fields}
        found = []
        for line in (lines[ident] for ident in plan.lines[:2]):
            inputs = {key: text for key, text in line_texts(line).items() if key in keys}
            result = HAND.get(line["id"]) or line["result"]
            expected = tuple(map(str, result)) if isinstance(result, list) else (str(result),)
            found.append(Vector(line["conditions"][:120], inputs, expected))
        return found or list(HAND_VECTORS[parameter.code])
    return of


def _parameter(version: MethodVersion, plan: Plan, data: dict[str, Any], lines: dict[str, Any]) -> None:
    requirement = queries.requirement_by_code(version.method.regulation_id, plan.requirement)
    assert requirement is not None, plan.requirement
    told = [lines[ident] for ident in plan.lines]
    first = told[0] if told else {}
    budget = queries.budget_by_code(first["budget"]) if first.get("budget") else None
    u_max = data["max_uncertainty"].get(first.get("decision_rule"), {}).get(first.get("budget"))
    again = {line["id"] for line in told if line["id"].endswith("-R")}
    services.add_parameter(
        person("U02"), version, requirement, code=plan.code or plan.requirement, name_vi=plan.name[0] or None,
        name_en=plan.name[1] or None, kind=plan.kind, fields=plan.fields, formula=plan.formula, places=plan.places, budget=budget,
        u_exempt_reason="" if budget or plan.kind != "number" else U_EXEMPT.get(plan.requirement, NO_U_TIME),
        u_max=Decimal(u_max) if u_max else None, default_rule=first.get("decision_rule", "DR-SA" if plan.kind == "number" else ""),
        need=plan.need, conditions=plan.conditions or [line["conditions"] for line in told if line["id"] not in again],
        trace_rule=TRACE_RULES.get(plan.requirement),
    )


def _confirm(entries: list[dict[str, Any]]) -> None:
    for entry in entries:
        on = date.fromisoformat(entry["on"])
        regulation = queries.regulation_by_code(entry["regulation"])
        assert regulation is not None
        with clock.at(clock.at_local(on, 14)):
            for code in CONFIRMED[entry["parameter"]]:
                requirement = queries.requirement_by_code(regulation.id, code)
                assert requirement is not None, code
                services.confirm_limit(person(entry["by"]), requirement, entry["source"], on)


def _scope(lab: dict[str, Any]) -> None:
    accreditation, designation = lab["accreditation"], lab["designation"]
    accredited_from = date.fromisoformat(accreditation["valid_from"])
    director = person("U01")
    with clock.at(clock.at_local(FIRST_FROM, 9)):
        for code in ("QCVN 54", "QCVN 65", "QCVN 118"):
            services.add_scope(
                director, method_code=code, status="accredited", decision=f"{accreditation['number']}, {accreditation['decision']}",
                valid_from=accredited_from, valid_to=date.fromisoformat(accreditation["valid_to"]))
            services.add_scope(
                director, method_code=code, status="designated", decision=designation["decision"], valid_from=FIRST_FROM,
                valid_to=date.fromisoformat(designation["valid_to"]))
        services.add_scope(
            director, method_code="QCVN 101", status="registered", decision="00/GCN-ĐKHĐ (giả định)", valid_from=FIRST_FROM,
            valid_to=date(2030, 5, 31))


# ---- for whoever tells the story -------------------------------------------------------------------------


def parameter_for(line_id: str) -> MethodParameter:
    """The parameter (of the method version in force during the story) that a line of the case was measured by."""
    for method_code, plans in PLANS.items():
        for plan in plans:
            if line_id in plan.lines:
                return _in_second_version(method_code, plan.code or plan.requirement)
    raise LookupError(f"no parameter of the demonstration measures {line_id}")


def _in_second_version(method_code: str, code: str) -> MethodParameter:
    return db.session.scalars(
        select(MethodParameter).join(MethodVersion, MethodParameter.method_version_id == MethodVersion.id)
        .join(Method, MethodVersion.method_id == Method.id)
        .where(Method.code == method_code, MethodParameter.code == code)
        .order_by(MethodVersion.number.desc()).limit(1)
    ).one()


def line_texts(case_line: dict[str, Any]) -> dict[str, str]:
    """What was typed at the bench for a line of the case: field key → text, decimal points, several values parted by semicolons."""
    texts = {}
    for key, value in case_line["raw"].items():
        if key in RAW_KEYS:
            texts[RAW_KEYS[key]] = "; ".join(str(v) for v in value) if isinstance(value, list) else str(value)
    parts = case_line["id"].split("-")
    if parts[0] == "118":
        texts["frequency_mhz"] = parts[2]
    if "offset_khz" in texts:
        texts["channel_mhz"] = case_line["conditions"].split()[0]
    return texts
