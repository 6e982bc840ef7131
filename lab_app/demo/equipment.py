"""The demonstration's rooms and instruments, with calibrations, checks, maintenance and factors at their own dates (6.3, 6.4)."""
from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from instruments import queries, services
from instruments.models import Calibration, Instrument
from lab_app.core import clock
from lab_app.demo.calibration_story import CHECK_POINT, load_providers, provider, table
from lab_app.demo.people import LOADER, case, person, site
from lab_app.quality.models import Room
from lab_app.quality.services import add_room

REGISTERED_ON = date(2024, 12, 2)
#: A calibration that runs out sooner than this after loading is followed by a newer one.
ENOUGH = timedelta(days=30)
EVALUATION = "Sai số và độ không đảm bảo đo nằm trong yêu cầu của các phương pháp đang dùng"

ROOMS = (
    ("RF", "Phòng RF", "RF room"),
    ("CE", "Phòng phát xạ dẫn", "Conducted emission room"),
    ("SAC", "Buồng bán câm 3 m", "Semi-anechoic chamber 3 m"),
    ("CH", "Buồng khí hậu EQ-011 (trong Phòng RF)", "Climatic chamber EQ-011 (in the RF room)"),
    ("MT", "Phòng môi trường", "Environmental room"),
    ("HC", "Phòng hiệu chuẩn", "Calibration room"),
    ("KHO", "Kho mẫu", "Sample store"),
    ("TN", "Quầy tiếp nhận", "Reception desk"),
)
NO_ROOM = {"Nhà B"}
#: The EMI receiver of the story.
RECEIVER = "EQ-005"

#: What each instrument measures: quantity, low, high, unit, U (k = 2), unit of U.
RANGES: dict[str, tuple[tuple[str, str, str, str, str | None, str], ...]] = {
    "EQ-001": (("rf-level", "0.009", "3000", "MHz", "0.45", "dB"), ("rf-level", "3000", "26500", "MHz", "0.9", "dB"),
               ("frequency", "0.009", "26500", "MHz", "0.13", "ppm")),
    "EQ-002": (("rf-power", "50", "18000", "MHz", "0.12", "dB"),),
    "EQ-003": (("rf-signal", "0.009", "6000", "MHz", "0.6", "dB"),),
    "EQ-004": (("wlan-link", "2400", "2500", "MHz", "0.8", "dB"), ("wlan-link", "5150", "5850", "MHz", "0.8", "dB")),
    "EQ-005": (("emi-level", "0.15", "1000", "MHz", "1.0", "dB"), ("emi-level", "1000", "6000", "MHz", "1.3", "dB")),
    "EQ-006": (("lisn", "0.009", "30", "MHz", "0.3", "dB"),),
    "EQ-007": (("antenna-factor", "30", "1000", "MHz", "1.5", "dB"),),
    "EQ-008": (("antenna-factor", "1000", "18000", "MHz", "1.0", "dB"),),
    "EQ-009": (("gain", "1000", "18000", "MHz", "0.5", "dB"),),
    "EQ-010": (("test-site", "30", "18000", "MHz", None, ""),),
    "EQ-011": (("temperature", "-40", "85", "°C", "0.5", "°C"), ("humidity", "20", "95", "%RH", "2.5", "%RH")),
    "EQ-012": (("supply-voltage", "0", "300", "V", "0.10", "%"),),
    "EQ-013": (("dc-voltage", "0", "1000", "V", None, ""),),
    "EQ-014": (("temperature", "0", "50", "°C", "0.4", "°C"), ("humidity", "10", "95", "%RH", "2.0", "%RH")),
    "EQ-015": (("temperature", "0", "50", "°C", "0.4", "°C"), ("humidity", "10", "95", "%RH", "2.0", "%RH")),
    "EQ-016": (("dc-voltage", "0", "1000", "V", None, ""), ("dc-current", "0", "20", "A", None, "")),
    "EQ-018": (("rf-level", "0.009", "13600", "MHz", "1.2", "dB"),),
}
FACTORS = {"VDF_dB": ("lisn", "MHz", "dB"), "AF_dB_m": ("antenna-factor", "MHz", "dB/m")}

#: A spare that stands out of service and overdue: the reason why it cannot be picked shows on the bench.
SPARE: dict[str, Any] = {
    "id": "EQ-018", "name_vi": "Máy phân tích phổ (dự phòng)", "name_en": "Spectrum analyser (spare)", "maker": "Sóng Giả",
    "type": "SA-1300", "serial": "SG000101", "firmware": "2.07", "range": "9 kHz - 13,6 GHz", "U_k2": "1,2 dB",
    "location": "Phòng RF", "intermediate_check": None, "factors": None,
    "calibration": {
        "date": "2025-09-01", "due": "2026-09-01", "laboratory": "Viện Hiệu chuẩn Cầu Vồng (giả định)",
        "certificate_no": "CV-25-00901", "accreditation": "VILAS 0001 (giả định)", "traceability": "6.5.2 a)",
    },
}


def _at(day: date, hour: int, minute: int = 0) -> AbstractContextManager[None]:
    """Within the block it is that hour of that day at the laboratory."""
    return clock.at(clock.at_local(day, hour, minute))


def load_equipment() -> None:
    """Rooms, providers, instruments and everything dated about them, then what makes them usable today."""
    data = case()
    with _at(REGISTERED_ON, 8):
        places = _rooms()
        load_providers()
    rows = {}
    for entry in (*data["equipment"], SPARE):
        with _at(REGISTERED_ON, 9):
            rows[entry["id"]] = _register(entry, places)
        _calibrated(rows[entry["id"]], entry)
    _receiver_checked(rows[RECEIVER], _receiver_entry()["checks"][:1])
    with _at(date(2026, 9, 1), 8):
        services.set_state(
            person("U06"), rows["EQ-018"], "out_of_service", clock.now(), reason="Đến hạn hiệu chuẩn, chưa gửi; có EQ-001 thay")
    for entry in data["equipment"]:
        _keep_calibrated(rows[entry["id"]], entry)


def _rooms() -> dict[str, Room]:
    where = site()
    return {vi: add_room(LOADER, code, vi, en, where) for code, vi, en in ROOMS}


def _register(entry: dict[str, Any], places: dict[str, Room]) -> Instrument:
    check = entry["intermediate_check"] or {}
    room = places.get(entry["location"])
    if room is None and entry["location"] not in NO_ROOM:
        raise LookupError(f"the demonstration has no room {entry['location']}")
    return services.register_instrument(
        LOADER, code=entry["id"], name_vi=entry["name_vi"], name_en=entry["name_en"], maker=entry["maker"], type=entry["type"],
        serial=entry["serial"], firmware="" if entry["firmware"] == "-" else entry["firmware"], range_text=entry["range"],
        uncertainty_text=entry["U_k2"], site=site(), room=room, location=entry["location"],
        check_interval_days=int(check.get("interval_days", 0)), check_name=check.get("name", ""),
        check_criterion=check.get("criterion", ""),
        ranges=[
            {"quantity": q, "low": Decimal(low), "high": Decimal(high), "unit": unit, "u": None if u is None else Decimal(u),
             "u_unit": u_unit}
            for q, low, high, unit, u, u_unit in RANGES[entry["id"]]
        ],
    )


def _calibrated(row: Instrument, entry: dict[str, Any]) -> None:
    """The case's calibration, recorded and released three days after it was done; then verified and put into service."""
    facts = entry["calibration"]
    done = date.fromisoformat(facts["date"])
    back = done + timedelta(days=3)
    steward = person("U06")

    with _at(back, 9):
        calibration = services.record_calibration(
            steward, row, done_on=done, due_on=date.fromisoformat(facts["due"]), certificate_no=facts["certificate_no"],
            laboratory=facts["laboratory"], laboratory_accreditation=facts["accreditation"], traceability=facts["traceability"],
            evaluation=EVALUATION, provider=provider(facts["laboratory"]), certificate_date=done + timedelta(days=1),
            **table(row.code, done),
        )
        _factors(row, entry, calibration)
        services.release_calibration(steward, calibration)
    if row.check_interval_days:
        with _at(back, 10):
            _check(row, back, "60.1", "Kiểm tra trước khi đưa vào sử dụng")
    with _at(back, 11):
        services.set_state(
            steward, row, "in_service", clock.now(),
            verification=f"Đối chiếu giấy {facts['certificate_no']} với yêu cầu sử dụng, chạy thử đạt")


def _check(row: Instrument, day: date, indicated: str, note: str) -> None:
    """A check of the receiver against its 60 dBµV generator, by the EMC engineer."""
    services.record_check(
        person("U04"), row, done_on=day, indicated=Decimal(indicated), reference=Decimal("60.0"), tolerance=Decimal("1.0"),
        unit="dBµV", check_point=CHECK_POINT, note=note)


def _factors(row: Instrument, entry: dict[str, Any], calibration: Calibration) -> None:
    factors = entry["factors"]
    if not factors:
        return
    for key, (quantity, argument_unit, unit) in FACTORS.items():
        if key in factors:
            services.add_factor_set(
                person("U06"), row, label=factors["version"], quantity=quantity, argument_unit=argument_unit, unit=unit,
                points=[(Decimal(x), Decimal(y)) for x, y in factors[key].items()], valid_from=calibration.done_on,
                calibration=calibration,
            )


def _receiver_entry() -> dict[str, Any]:
    return next(e for e in case()["equipment"] if e["id"] == RECEIVER)


def _receiver_checked(row: Instrument, checks: list[dict[str, Any]]) -> None:
    for check in checks:
        day = date.fromisoformat(check["date"])
        with _at(day, 8):
            _check(row, day, check["indicated_dBuV"], "Máy phát xung CISPR/CAL 100 MHz")


def receiver_found_wrong() -> None:
    """EQ-005 after a month of use: a failed check, maintenance that nobody had written down, repair, back in service.

    Told when the readings of that month are there: the failed check opens the recall of what they touched.
    """
    entry, steward = _receiver_entry(), person("U06")
    row = queries.by_code(RECEIVER)
    assert row is not None
    _receiver_checked(row, entry["checks"][1:])
    for work in entry["maintenance"]:
        with _at(date.fromisoformat(work["recorded"]), 15):
            services.record_maintenance(
                steward, row, done_on=date.fromisoformat(work["date"]), what=work["what"],
                verified_before_return=bool(work["verified_before_return"]), note=work["note"])
    repaired = date(2026, 10, 5)
    with _at(repaired, 9):
        services.record_maintenance(
            steward, row, done_on=repaired, what="thay và siết đầu nối vào bằng cờ lê lực", verified_before_return=True,
            note="NCW-2026-003")
    with _at(repaired, 10):
        _check(row, repaired, "60.1", "Sau khi thay đầu nối")
    with _at(repaired, 11):
        services.set_state(
            steward, row, "in_service", clock.now(), verification="Kiểm tra giữa kỳ 60,1 dBµV đạt sau khi thay đầu nối",
            reason="U02 cho phép làm việc trở lại (NCW-2026-003)")
    _keep_checked(row)


def _keep_calibrated(row: Instrument, entry: dict[str, Any]) -> None:
    """A newer calibration where the case's own is over or nearly so on the day of loading, released when it came back."""
    facts = entry["calibration"]
    done, due = date.fromisoformat(facts["date"]), date.fromisoformat(facts["due"])
    if due - clock.today() >= ENOUGH:
        return
    steward = person("U06")
    newer = clock.today() - timedelta(days=20)
    with _at(newer + timedelta(days=3), 9):
        calibration = services.record_calibration(
            steward, row, done_on=newer, interval_months=(due.year - done.year) * 12 + due.month - done.month,
            certificate_no=f"CV-{newer:%y}-9{row.code[-3:]}", laboratory=facts["laboratory"],
            laboratory_accreditation=facts["accreditation"], traceability=facts["traceability"],
            evaluation=EVALUATION, provider=provider(facts["laboratory"]), **table(row.code, newer),
        )
        if entry["factors"]:
            services.decide_factors(
                steward, calibration, decision="no_change", note="Các điểm lệch không quá 0,05 dB so với bảng đang dùng")
        services.release_calibration(steward, calibration)


def _keep_checked(row: Instrument) -> None:
    """A check passed the day before loading, so that the receiver can be used today."""
    yesterday = clock.today() - timedelta(days=1)
    if any(c.done_on >= yesterday for c in queries.checks(row.id)):
        return
    with _at(yesterday, 8):
        _check(row, yesterday, "59.9", "Kiểm tra giữa kỳ hằng tháng")
