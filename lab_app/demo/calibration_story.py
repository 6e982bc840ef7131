"""The demonstration's calibrations in depth: providers, certificates point by point over several years, an order on its way, one
waiting for release, the series of checks behind a control chart (6.4.6, 6.4.10, 6.4.11, 6.6)."""
from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from instruments import queries, services
from instruments.models import Instrument
from instruments.rules.points import AS_FOUND, AS_LEFT, PointIn
from instruments.services.standing import refresh
from lab_app.core import clock
from lab_app.demo.people import person, site
from lab_app.metrology.decision import DR_GB_U, DR_SA, DecisionRule
from lab_app.quality.models import Supplier
from lab_app.quality.queries import all_suppliers
from lab_app.quality.services import approve_supplier, register_supplier

ENTERED_ON = date(2024, 12, 3)
RAINBOW, STAR = "Viện Hiệu chuẩn Cầu Vồng (giả định)", "Trung tâm Đo lường Sao Mai (giả định)"
#: Calibration laboratories from outside: name, English name, accreditation, scope approved.
PROVIDERS = (
    (RAINBOW, "Rainbow Calibration Institute (fictitious)", "VILAS 0001 (giả định)", "RF, vi ba, EMC, điện một chiều, nhiệt độ, độ ẩm"),
    (STAR, "Morning Star Metrology Centre (fictitious)", "VILAS 0002 (giả định)", "Công suất RF, suy hao, tần số, thời gian"),
)
NO_POINTS = "Bảng điểm ở bản giấy kèm hồ sơ; giấy chứng nhận nêu kết luận trong giới hạn"
CONDITIONS = "23 °C ± 1 °C, 50 %RH ± 10 %RH"
CHECK_POINT = "100 MHz, 60 dBµV"

#: What each calibration found, error in dB by argument; a second line is what was left after an adjustment.
RECEIVER = ("0.15", "1", "10", "30", "100", "300", "1000")
RECEIVER_ERRORS: dict[int, tuple[str, ...]] = {
    2022: ("0.10 0.08 0.06 0.05 0.08 0.14 0.22",),
    2023: ("0.12 0.11 0.08 0.09 0.11 0.23 0.41",),
    2024: ("0.15 0.13 0.12 0.12 0.16 0.34 0.63", "0.06 0.05 0.05 0.04 0.07 0.12 0.18"),
    2025: ("0.08 0.07 0.07 0.07 0.10 0.19 0.33",),
    2026: ("0.11 0.09 0.08 0.09 0.13 0.26 0.47",),
}
METER = ("0.05", "1", "2.4", "5.5", "10", "18")
METER_ERRORS: dict[int, tuple[str, ...]] = {
    2023: ("0.01 0.01 0.02 0.02 0.03 0.05",),
    2024: ("0.01 0.02 0.03 0.03 0.05 0.08",),
    2025: ("0.02 0.02 0.03 0.05 0.06 0.10",),
    2026: ("0.02 0.03 0.04 0.06 0.08 0.13",),
}
#: code → quantity, arguments, their unit, reference, unit, U in dB, tolerance in dB, errors by year, rule
TABLES: dict[str, tuple[str, tuple[str, ...], str, str, str, str, str, dict[int, tuple[str, ...]], DecisionRule]] = {
    "EQ-005": ("emi-level", RECEIVER, "MHz", "60.00", "dBµV", "0.40", "1.50", RECEIVER_ERRORS, DR_GB_U),
    "EQ-002": ("rf-power", METER, "GHz", "0.00", "dBm", "0.08", "0.25", METER_ERRORS, DR_GB_U),
}
#: Earlier certificates, entered when the register was opened or as they came: code, day done, certificate, provider.
EARLIER = (
    ("EQ-005", date(2022, 1, 12), "CV-22-00037", RAINBOW), ("EQ-005", date(2023, 1, 10), "CV-23-00044", RAINBOW),
    ("EQ-005", date(2024, 1, 16), "CV-24-00052", RAINBOW), ("EQ-005", date(2025, 1, 14), "CV-25-00047", RAINBOW),
    ("EQ-002", date(2023, 2, 17), "CV-23-00171", RAINBOW), ("EQ-002", date(2024, 2, 19), "CV-24-00183", RAINBOW),
    ("EQ-002", date(2025, 2, 18), "CV-25-00190", RAINBOW),
)
#: Checks of the receiver against its generator between January and the check of 02/09/2026, one a fortnight: indicated, dBµV.
CHECKS = ("60.0", "60.1", "60.2", "60.1", "59.9", "60.1", "60.2", "60.0", "60.1", "60.3", "60.1", "60.0", "60.2", "60.1", "60.2")
FIRST_CHECK = date(2026, 2, 2)

#: Spares that the story sends away: code → register entry, range.
SPARES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "EQ-041": (
        {"name_vi": "Bộ suy hao 20 dB", "name_en": "20 dB attenuator", "maker": "Sóng Giả", "type": "AT-20", "serial": "SG000777"},
        {"quantity": "gain", "low": Decimal(10), "high": Decimal(18000), "unit": "MHz", "u": Decimal("0.10"), "u_unit": "dB"},
    ),
    "EQ-042": (
        {"name_vi": "Đồng hồ vạn năng (dự phòng)", "name_en": "Digital multimeter (spare)", "maker": "Điện Mẫu", "type": "DM-6",
         "serial": "DM000042"},
        {"quantity": "dc-voltage", "low": Decimal(0), "high": Decimal(1000), "unit": "V", "u": Decimal("0.05"), "u_unit": "%"},
    ),
}
#: Reference, indicated, U, tolerance, all in V.
MULTIMETER = (("1.00000", "1.00002", "0.00006", "0.00020"), ("10.0000", "10.0003", "0.0005", "0.0020"),
              ("100.000", "100.004", "0.006", "0.020"), ("1000.00", "1000.05", "0.07", "0.20"))


def _at(day: date, hour: int, minute: int = 0) -> AbstractContextManager[None]:
    """Within the block it is that hour of that day at the laboratory."""
    return clock.at(clock.at_local(day, hour, minute))


def load_providers() -> None:
    """Those who calibrate for the laboratory, approved by the quality manager; judged anew before the first approval ran out."""
    for name, name_en, accreditation, scope in PROVIDERS:
        row = register_supplier(person("U06"), name=name, name_en=name_en, accreditation=accreditation)
        for valid_from, until in ((date(2021, 1, 1), date(2025, 1, 1)), (date(2025, 1, 1), date(2030, 1, 1))):
            approve_supplier(
                person("U06"), row, service="calibration", scope=scope, valid_from=valid_from, until=until,
                basis=f"Phạm vi công nhận {accreditation} phủ đại lượng, dải và U cần; giấy chứng nhận các lần trước đầy đủ")


def provider(laboratory: str) -> Supplier:
    """The supplier that a certificate names."""
    return next(s for s in all_suppliers() if s.name in laboratory)


def table(code: str, done_on: date) -> dict[str, Any]:
    """The points of a calibration done in a year, for the service; or why its certificate has none here."""
    found = TABLES.get(code)
    if found is None or done_on.year not in found[7]:
        return {"no_points": NO_POINTS}
    quantity, arguments, argument_unit, reference, unit, u, tolerance, errors, rule = found
    points = [
        PointIn(quantity, Decimal(reference), Decimal(reference) + Decimal(error), unit, Decimal(u), "dB", Decimal(2), Decimal(argument),
                argument_unit, Decimal(tolerance), stage)
        for stage, line in zip((AS_FOUND, AS_LEFT), errors[done_on.year], strict=False)
        for argument, error in zip(arguments, line.split(), strict=True)
    ]
    return {"points": points, "rule": rule, "conditions": CONDITIONS}


def tell() -> None:
    """Earlier certificates, the series of checks with its chart, an order on its way and one waiting for release."""
    for code, done_on, number, laboratory in EARLIER:
        _earlier(_instrument(code), done_on, number, laboratory)
    _checks(_instrument("EQ-005"))
    _on_its_way(_spare("EQ-041"))
    _waiting(_spare("EQ-042"))
    for code in TABLES:  # what was told late at earlier dates leaves the lists at what counts today
        refresh(_instrument(code))


def _instrument(code: str) -> Instrument:
    found = queries.by_code(code)
    if found is None:
        raise LookupError(f"the demonstration has no instrument {code}")
    return found


def _earlier(row: Instrument, done_on: date, number: str, laboratory: str) -> None:
    steward = person("U06")
    with _at(max(done_on + timedelta(days=6), ENTERED_ON), 10):
        calibration = services.record_calibration(
            steward, row, done_on=done_on, interval_months=12, certificate_no=number, provider=provider(laboratory),
            traceability="6.5.2 a)", certificate_date=done_on + timedelta(days=2),
            evaluation="Sai số và độ không đảm bảo đo nằm trong yêu cầu của các phương pháp đang dùng", **table(row.code, done_on))
        services.release_calibration(steward, calibration)


def _checks(row: Instrument) -> None:
    """A check a fortnight; the limits of the chart were frozen when enough of them stood."""
    for n, indicated in enumerate(CHECKS):
        day = FIRST_CHECK + timedelta(days=14 * n)
        value = Decimal(indicated)
        with _at(day, 8):
            services.record_check(
                person("U04"), row, done_on=day, readings=[value - Decimal("0.1"), value, value + Decimal("0.1")],
                reference=Decimal("60.0"), tolerance=Decimal("1.0"), unit="dBµV", check_point=CHECK_POINT,
                note="Máy phát xung CISPR/CAL 100 MHz")
    last = FIRST_CHECK + timedelta(days=14 * (len(CHECKS) - 1))
    with _at(last, 9):
        services.freeze_chart(
            person("U06"), row, check_point=CHECK_POINT, phase_from=FIRST_CHECK, phase_to=last,
            rules=["1_2s", "1_3s", "2_2s", "10_x"], reason="Đủ số lần kiểm tra trong trạng thái ổn định từ tháng 02/2026")


def _spare(code: str) -> Instrument:
    entry, span = SPARES[code]
    with _at(ENTERED_ON, 14):
        return services.register_instrument(person("U06"), code=code, site=site(), ranges=[span], location="Kho mẫu", **entry)


def _on_its_way(row: Instrument) -> None:
    """Ordered three weeks before loading, sent, at the laboratory; expected back next week."""
    steward, today = person("U06"), clock.today()
    with _at(today - timedelta(days=21), 9):
        order = services.place_order(
            steward, row, ordered_on=clock.today(), provider=provider(STAR), service="Suy hao 10 MHz – 18 GHz, 9 điểm, kèm giấy chứng nhận",
            expected_back_on=today + timedelta(days=7), cost=Decimal(4_500_000))
    with _at(today - timedelta(days=18), 15):
        services.send_order(steward, order, sent_at=clock.now())
    with _at(today - timedelta(days=16), 10):
        services.arrive_order(steward, order, arrived_on=clock.today())


def _waiting(row: Instrument) -> None:
    """Back with its certificate, the points typed, not yet evaluated."""
    steward, today = person("U06"), clock.today()
    with _at(today - timedelta(days=30), 9):
        order = services.place_order(
            steward, row, ordered_on=clock.today(), provider=provider(RAINBOW), service="Điện áp một chiều, 4 điểm",
            expected_back_on=today - timedelta(days=5), cost=Decimal(1_800_000))
    with _at(today - timedelta(days=27), 14):
        services.send_order(steward, order, sent_at=clock.now())
    with _at(today - timedelta(days=26), 9):
        services.arrive_order(steward, order, arrived_on=clock.today())
    with _at(today - timedelta(days=4), 16):
        services.return_order(steward, order, back_at=clock.now(), condition_back="Nguyên vẹn, niêm phong còn")
    done_on = today - timedelta(days=12)
    with _at(today - timedelta(days=3), 9):
        services.record_calibration(
            steward, row, order=order, done_on=done_on, interval_months=12, certificate_no=f"CV-{done_on:%y}-01342",
            traceability="6.5.2 a)", certificate_date=done_on + timedelta(days=1), conditions=CONDITIONS, rule=DR_SA,
            points=[PointIn("dc-voltage", Decimal(r), Decimal(i), "V", Decimal(u), "V", Decimal(2), Decimal(r), "V",
                            Decimal(tolerance)) for r, i, u, tolerance in MULTIMETER])
