"""The demonstration's plan of upkeep: calibration terms with their lead time and cost, maintenance, electrical safety, validation of the
chamber, a counter of connections, and one extension decided before its day (6.4.3, 6.4.7)."""
from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal

from instruments import queries, services
from instruments.models import Instrument
from instruments.services.dues import refresh_many
from lab_app.core import clock
from lab_app.demo.people import person
from lab_app.metrology.periods import add_months

STEWARD, RF, EMC = "U06", "U03", "U04"
#: The yearly plan was decided on this day.
PLANNED_ON = date(2026, 1, 5)
PLAN = "Kế hoạch hiệu chuẩn, bảo trì 2026 (BM-6.4-03)"

#: Calibration: instrument → months, days to send it before, responsible, đồng, hours of our own work.
TERMS: dict[str, tuple[int, int, str, int, str]] = {
    "EQ-001": (12, 45, RF, 18_500_000, "3"), "EQ-002": (12, 30, RF, 9_200_000, "2"), "EQ-003": (12, 45, RF, 16_800_000, "3"),
    "EQ-004": (12, 45, RF, 14_500_000, "2"), "EQ-005": (12, 60, EMC, 24_000_000, "4"), "EQ-006": (12, 30, EMC, 7_400_000, "2"),
    "EQ-007": (24, 60, EMC, 12_600_000, "2"), "EQ-008": (24, 60, EMC, 12_600_000, "2"), "EQ-009": (12, 30, EMC, 5_800_000, "1.5"),
    "EQ-010": (36, 90, EMC, 85_000_000, "24"), "EQ-011": (12, 30, EMC, 6_900_000, "6"), "EQ-012": (12, 30, EMC, 8_300_000, "3"),
    "EQ-013": (12, 30, RF, 4_700_000, "1"), "EQ-014": (12, 30, RF, 2_100_000, "0.5"), "EQ-015": (12, 30, EMC, 2_400_000, "0.5"),
    "EQ-016": (12, 60, RF, 21_000_000, "3"),
}
#: Other cycles: instrument, kind, months, lead days, responsible, đồng, hours, who does it, what was found.
UPKEEP: tuple[tuple[str, str, int, int, str, int, str, str, str], ...] = (
    ("EQ-010", "site_validation", 12, 45, EMC, 32_000_000, "16", "Viện Hiệu chuẩn Cầu Vồng (giả định)",
     "NSA 30 MHz – 1 GHz lệch tối đa 3,1 dB; SVSWR 1 – 6 GHz tối đa 4,6 dB"),
    ("EQ-011", "maintenance", 6, 14, EMC, 3_200_000, "4", "Hãng Khí Hậu Mẫu (giả định)",
     "Vệ sinh dàn lạnh, thay gioăng cửa, kiểm tra độ ẩm"),
    ("EQ-011", "electrical_safety", 12, 21, EMC, 900_000, "1", "Phạm Thu Tưởng",
     "Điện trở cách điện trên 200 MΩ, dòng rò 0,4 mA"),
    ("EQ-012", "electrical_safety", 12, 21, EMC, 900_000, "1", "Phạm Thu Tưởng", "Điện trở nối đất 0,06 Ω, dòng rò 0,7 mA"),
    ("EQ-016", "electrical_safety", 12, 21, RF, 900_000, "1", "Lê Hữu Giả", "Điện trở cách điện trên 500 MΩ"),
)
#: Connector of the companion tester: connections it is good for, counter readings (day, count).
CONNECTIONS, UNIT = Decimal(500), "lần kết nối"
COUNTED = ((date(2026, 3, 31), 4_118), (date(2026, 6, 30), 4_205), (date(2026, 9, 30), 4_290))


def _at(day: date, hour: int) -> AbstractContextManager[None]:
    return clock.at(clock.at_local(day, hour))


def _by_code(code: str) -> Instrument:
    row = queries.by_code(code)
    if row is None:
        raise LookupError(f"the demonstration has no {code}")
    return row


def tell() -> None:
    """After the register and its calibrations were told."""
    with _at(PLANNED_ON, 9):
        for code, (months, lead, who, cost, hours) in TERMS.items():
            services.set_cycle(
                person(STEWARD), _by_code(code), kind="calibration", effective_from=PLANNED_ON, interval_months=months, lead_days=lead,
                early_days=30, responsible=person(who), cost=Decimal(cost), work_hours=Decimal(hours), reason=PLAN)
    for code, kind, months, lead, who, cost, hours, by_whom, found in UPKEEP:
        _upkeep(_by_code(code), kind, months, lead, who, (cost, hours), (by_whom, found))
    _connections(_by_code("EQ-004"))
    _extension(_by_code("EQ-009"))
    refresh_many(queries.in_register())  # what was told at earlier dates left the lists as they were then


def _upkeep(
    row: Instrument, kind: str, months: int, lead: int, who: str, effort: tuple[int, str], outcome: tuple[str, str],
) -> None:
    """Planned at the year's beginning and done then, and again a few days early each time it came round."""
    day = PLANNED_ON + timedelta(days=2 + row.id % 5)
    with _at(day, 9):
        services.set_cycle(
            person(STEWARD), row, kind=kind, effective_from=day, interval_months=months, lead_days=lead, early_days=21,
            responsible=person(who), cost=Decimal(effort[0]), work_hours=Decimal(effort[1]), reason=PLAN)
    while day <= clock.today():
        with _at(day, 14):
            services.record_cycle_event(
                person(who), row, kind=kind, done_on=day, passed=True, by_whom=outcome[0], note=outcome[1], cost=Decimal(effort[0]))
        day = add_months(day, months) - timedelta(days=6)


def _connections(row: Instrument) -> None:
    """The tester's RF connector wears: changed by use, or yearly, whatever comes first; a change too far would stop it."""
    day = PLANNED_ON + timedelta(days=4)
    with _at(day, 10):
        services.set_cycle(
            person(STEWARD), row, kind="maintenance", effective_from=day, interval_months=12, use_limit=CONNECTIONS, use_unit=UNIT,
            lead_days=14, early_days=14, responsible=person(RF), cost=Decimal(1_800_000), work_hours=Decimal(1),
            reason="Theo hãng: đầu nối N thay sau 500 lần kết nối")
        services.record_cycle_event(
            person(RF), row, kind="maintenance", done_on=day, passed=True, counter=Decimal(4_032), by_whom="Lê Hữu Giả",
            note="Thay bộ chuyển N, kiểm tra tổn hao 0,1 dB")
    for read_on, counter in COUNTED:
        if read_on <= clock.today():
            with _at(read_on, 16):
                services.record_use(person(RF), row, read_on=read_on, counter=Decimal(counter), unit=UNIT)
    last = add_months(day, 12) - timedelta(days=7)
    while last <= clock.today():
        with _at(last, 10):
            services.record_cycle_event(
                person(RF), row, kind="maintenance", done_on=last, passed=True, counter=Decimal(4_310 + (last.year - 2027) * 120),
                by_whom="Lê Hữu Giả", note="Thay bộ chuyển N")
        last = add_months(last, 12) - timedelta(days=7)


def _extension(row: Instrument) -> None:
    """The amplifier's maintenance came due while its maker was away: extended a week before, with what shows it is still right."""
    today = clock.today()
    done_on = add_months(today - timedelta(days=5), -12)
    with _at(done_on, 9):
        services.set_cycle(
            person(STEWARD), row, kind="maintenance", effective_from=done_on, interval_months=12, lead_days=21, responsible=person(EMC),
            cost=Decimal(2_600_000), work_hours=Decimal(2), reason="Theo hãng: kiểm tra nguồn nuôi và đầu nối mỗi năm")
        services.record_cycle_event(
            person(EMC), row, kind="maintenance", done_on=done_on, passed=True, by_whom="Hãng Sóng Giả", note="Nguồn 12,02 V, không rơ")
    due = add_months(done_on, 12)
    with _at(due - timedelta(days=7), 15):
        services.extend(
            person(STEWARD), row, kind="maintenance", until=due + timedelta(days=30),
            reason="Kỹ sư của hãng hẹn lại sau hội chợ; lịch mới đã xác nhận bằng thư",
            evidence="Đo độ lợi tại 1, 6, 12 và 18 GHz: lệch hệ số đang dùng không quá 0,2 dB (dung sai 0,5 dB)")
