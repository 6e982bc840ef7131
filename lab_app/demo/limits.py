"""The demonstration's masks and limits by conditions beside those of the catalogue, and the product lists with their lanes.

Numbers as the field knows them (ETSI EN 300 328, EN 301 893, CISPR 32); the catalogue marks them as not compared with the official
text, and so they stand until somebody confirms them.
"""
from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from lab_app.core import clock
from lab_app.demo.people import HERE, LOADER, person
from test_methods import queries, services
from test_methods.models import Regulation, Requirement
from test_methods.services import products

MASKS_ON, CORRECTED_ON, CONFIRMED_ON, DIGITISED_ON = date(2026, 8, 10), date(2026, 8, 12), date(2026, 9, 1), date(2026, 9, 3)
OLD_LIST_ON, NEW_LIST_ON = date(2025, 12, 15), date(2026, 7, 2)
SOURCE = "xác nhận giả định cho dữ liệu minh họa, không dùng cho phiếu thật"

#: Outside the band, two steps of one channel bandwidth each (ETSI EN 300 328, 4.3.2.8).
OUT_OF_BAND: dict[str, Any] = {
    "type": "mask", "reference": "band_edge", "edges": ["2400", "2483.5"], "offset_unit": "BW", "unit": "dBm/MHz",
    "detector": "RMS", "rbw": "1 MHz", "segments": [["0", "1", "-10", "-10"], ["1", "2", "-20", "-20"]],
}
#: Within the 5 GHz bands, relative to the level in the channel (ETSI EN 301 893, 4.2.4.2).
IN_BAND: dict[str, Any] = {
    "type": "mask", "reference": "carrier", "offset_unit": "BW", "relative": True, "unit": "dBr", "level_unit": "dBm/MHz",
    "floor": "-30", "rbw": "1 MHz", "detector": "RMS",
    "segments": [["0", "0.5", "0", "0"], ["0.5", "0.55", "0", "-20"], ["0.55", "1", "-20", "-28"], ["1", "1.5", "-28", "-40"]],
}


def _line(detector: str, low: str, high: str) -> dict[str, Any]:
    return {"type": "line", "scale": "log", "side": "upper", "f_unit": "MHz", "unit": "dBµV/m", "detector": detector, "rbw": "1 MHz",
            "distance": "3 m", "segments": [["1000", "3000", low, low], ["3000", "6000", high, high]]}


#: Radiated emission of class B above 1 GHz by detector (CISPR 32, table A.5).
ABOVE_1_GHZ: dict[str, Any] = {"type": "table", "rows": [
    {"when": {"bộ tách sóng": "AV"}, "limit": _line("AV", "50", "54")}, {"when": {"bộ tách sóng": "PK"}, "limit": _line("PK", "70", "74")},
]}
#: Radiated emission 30 to 1 000 MHz by class and distance (CISPR 32, tables A.2 and A.4).
BELOW_1_GHZ: dict[str, Any] = {"type": "table", "rows": [
    {"when": {"cấp": klass, "khoảng cách": distance}, "limit": {
        "type": "line", "scale": "log", "side": "upper", "f_unit": "MHz", "unit": "dBµV/m", "detector": "QP", "rbw": "120 kHz",
        "distance": distance, "segments": [["30", "230", low, low], ["230", "1000", high, high]]}}
    for klass, distance, low, high in (("A", "10 m", "40", "47"), ("B", "10 m", "30", "37"), ("B", "3 m", "40", "47"))
]}


def _has(value: str) -> list[dict[str, str]]:
    return [{"property": "radio", "operator": "has", "value": value}]


def _is(value: str) -> list[dict[str, str]]:
    return [{"property": "device", "operator": "is", "value": value}]


#: What the laboratory proposes for the lines of the list, since the source of the catalogue does not print their regulations.
LINKS: dict[tuple[str, str], dict[str, Any]] = {
    ("I", "2.2"): {"name_en": "data transmission equipment (2.4 GHz)",
        "conditions": _has("wifi24"), "regulations": ["QCVN 54", "QCVN 112"]},
    ("I", "2.3"): {"name_en": "access equipment (5 GHz)", "conditions": _has("wifi5"), "regulations": ["QCVN 65", "QCVN 112"]},
    ("I", "2.4"): {"name_en": "access equipment (possibly 6 GHz)", "conditions": _has("wifi6"), "regulations": ["QCVN 47", "QCVN 96"]},
    ("I", "1.1.1-1.1.5"): {"name_en": "base stations", "conditions": _is("base_station"), "regulations": ["QCVN 128", "QCVN 110"]},
    ("I", "1.1.6-1.1.9"): {"name_en": "repeaters", "conditions": _is("repeater"), "regulations": ["QCVN 111"]},
    ("I", "2.1"): {"name_en": "cordless telephones", "conditions": _has("dect"), "regulations": ["QCVN 113", "QCVN 132"]},
    ("I", "2.10"): {"name_en": "wireless headphones", "conditions": _has("wireless_audio"), "regulations": ["QCVN 91", "QCVN 130"]},
    ("II", "5.1, 5.2"): {"name_en": "terminal equipment (mobile)",
        "conditions": _is("phone"), "regulations": ["QCVN 117", "QCVN 86", "QCVN 134", "QCVN 101"]},
    ("II", "1.1"): {"name_en": "desktop personal computers", "conditions": _is("desktop"), "regulations": ["QCVN 118", "QCVN 132"]},
    ("II", "1.2"): {"name_en": "laptop computers", "conditions": _is("laptop"), "regulations": ["QCVN 118", "QCVN 132", "QCVN 101"]},
    ("II", "1.3"): {"name_en": "tablet computers", "conditions": _is("tablet"), "regulations": ["QCVN 118", "QCVN 132", "QCVN 101"]},
    ("II", "6"): {"name_en": "lithium batteries", "conditions": _is("battery"), "regulations": ["QCVN 101"]},
    ("II", "2.1-2.6"): {"name_en": "set-top boxes, television receivers",
        "conditions": _is("stb,tv"), "regulations": ["QCVN 118", "QCVN 63"]},
    ("II", "4.8"): {"name_en": "access equipment"},
    ("II", "4.5"): {"name_en": "wireless chargers", "conditions": _has("wireless_charging"), "regulations": ["QCVN 55"]},
}


def tell() -> None:
    """Product lists at the days they became known; masks and tables entered, one corrected, one confirmed."""
    _lists()
    _limits()


def _lists() -> None:
    data = json.loads((HERE / "catalogue_qcvn.json").read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
    with clock.at(clock.at_local(OLD_LIST_ON, 9)):
        products.add_list(
            LOADER, code="29/2025/TT-BKHCN", title_vi="Danh mục sản phẩm, hàng hóa có khả năng gây mất an toàn",
            title_en="List of products that may be unsafe", issued_on=date(2025, 11, 13), in_force_from=date(2025, 12, 31),
            note="Các mục của danh mục này chưa nhập.")
    with clock.at(clock.at_local(NEW_LIST_ON, 9)):
        products.load_products(LOADER, data, LINKS)


def _regulation(code: str) -> Regulation:
    found = queries.regulation_by_code(code)
    assert found is not None, code
    return found


def _requirement(regulation: Regulation, code: str) -> Requirement:
    found = queries.requirement_by_code(regulation.id, code)
    assert found is not None, code
    return found


def _limits() -> None:
    author, manager = person("U02"), person("U06")
    wideband, rlan, emission = (_regulation(code) for code in ("QCVN 54:2020/BTTTT", "QCVN 65:2021/BTTTT", "QCVN 118:2018/BTTTT"))
    with clock.at(clock.at_local(MASKS_ON, 9)):
        oob = services.add_requirement(
            author, wideband, code="54-OOB", name_vi="Phát xạ ngoài băng, cả mặt nạ", name_en="Out-of-band emissions, whole mask",
            clause="4.3.2.8", unit="dBm/MHz", limit={**OUT_OF_BAND, "segments": [["0", "1", "-10", "-10"], ["1", "2", "-10", "-20"]]})
        services.add_requirement(
            author, emission, code="118-RE-1-6", name_vi="Phát xạ bức xạ 1 – 6 GHz, 3 m", name_en="Radiated emission 1 – 6 GHz, 3 m",
            clause="Table A.5", unit="dBµV/m", limit=ABOVE_1_GHZ)
        services.add_requirement(
            author, emission, code="118-RE-30-1000", name_vi="Phát xạ bức xạ 30 – 1000 MHz theo cấp, khoảng cách",
            name_en="Radiated emission 30 – 1000 MHz by class and distance", clause="Table A.2, A.4", unit="dBµV/m", limit=BELOW_1_GHZ)
    with clock.at(clock.at_local(CORRECTED_ON, 14)):
        services.change_limit(author, oob, OUT_OF_BAND, "Đọc lại điều 4.3.2.8: đoạn thứ hai phẳng ở −20 dBm/MHz, không nghiêng.")
    with clock.at(clock.at_local(CONFIRMED_ON, 15)):
        services.confirm_limit(manager, oob, SOURCE, CONFIRMED_ON)
    with clock.at(clock.at_local(DIGITISED_ON, 9)):
        services.change_limit(author, _requirement(rlan, "65-10"), IN_BAND, "Số hóa mặt nạ trong băng theo điều 4.2.4.2.")
