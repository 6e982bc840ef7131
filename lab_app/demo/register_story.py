"""The demonstration's register in depth: a radiated emission chain as one measuring system, firmware with its verification, a pool,
a facility, a reference material with its shelf life (6.4.13)."""
from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal

from instruments import queries, services
from instruments.models import Instrument
from instruments.services.dues import refresh_many
from lab_app.core import clock
from lab_app.demo.calibration_story import provider, table
from lab_app.demo.people import person, site
from lab_app.quality.models import Room

STEWARD = "U06"
ENTERED_ON = date(2024, 12, 2)
BUILT_ON = date(2026, 2, 2)
ENOUGH = timedelta(days=30)
LABORATORY = "Viện Hiệu chuẩn Cầu Vồng (giả định)"
#: Path loss of the cable, dB by MHz: as calibrated in January 2026, and the year after.
LOSS = ("1000 3.10", "2000 4.45", "3000 5.52", "4000 6.46", "5000 7.31", "6000 8.10")
NEWER_LOSS = ("1000 3.14", "2000 4.50", "3000 5.58", "4000 6.55", "5000 7.40", "6000 8.21")
#: Parts of the chain in the order of the signal, with what each does there.
CHAIN = (("EQ-008", "ăng ten thu 1 – 18 GHz"), ("EQ-009", "tiền khuếch đại tại ăng ten"), ("EQ-019", "cáp 10 m tới máy thu"),
         ("EQ-005", "máy thu đo, detector CISPR-AV và đỉnh"))
#: Firmware before the present one: instrument, version, day of the change, reason, how the present one was verified.
CHANGED = (
    ("EQ-005", "4.10", date(2025, 6, 16), "Hãng sửa lỗi trọng số detector CISPR-AV dưới 1 MHz",
     "Đo lại máy phát xung CISPR/CAL tại 6 tần số trước và sau: lệch không quá 0,1 dB (biên bản FW-2025-04)"),
    ("EQ-001", "3.40", date(2025, 9, 8), "Bổ sung chế độ đo phổ liên tục theo thời gian",
     "Mười tệp tham chiếu và mức chuẩn 0 dBm tại 1 GHz, 5,5 GHz: như trước (biên bản FW-2025-07)"),
)
PLAIN = ("EQ-002", "EQ-003", "EQ-004", "EQ-012", "EQ-013", "EQ-014", "EQ-015", "EQ-016", "EQ-018")


def _at(day: date, hour: int, minute: int = 0) -> AbstractContextManager[None]:
    return clock.at(clock.at_local(day, hour, minute))


def _by_code(code: str) -> Instrument:
    row = queries.by_code(code)
    if row is None:
        raise LookupError(f"the demonstration has no {code}")
    return row


def _room(code: str) -> Room:
    return next(room for room in queries.rooms() if room.code == code)


def tell() -> None:
    """After the instruments stand in the register with their calibrations."""
    _firmware()
    _groups()
    _cable()
    _system()
    _material()
    # Acts at past dates were written beside what the register knew then; lists show the present.
    refresh_many(queries.in_register())


def _firmware() -> None:
    """What ran when the register was opened, and two changes since, each verified before use."""
    with _at(ENTERED_ON, 10):
        before = {code: version for code, version, *_rest in CHANGED}
        present = {code: _by_code(code).firmware for code in (*before, *PLAIN)}
        for code, version in present.items():
            services.record_firmware(
                person(STEWARD), _by_code(code), before.get(code, version), clock.now(), reason="Mở danh mục",
                verification="Đối chiếu phiên bản trên máy, tự kiểm đạt")
    for code, _version, changed_on, reason, verification in CHANGED:
        with _at(changed_on, 15):
            services.record_firmware(
                person(STEWARD), _by_code(code), present[code], clock.at_local(changed_on, 14), reason=reason, verification=verification)


def _groups() -> None:
    """Analysers that stand in for one another; the chamber is a facility."""
    with _at(date(2025, 1, 6), 9):
        for code in ("EQ-001", "EQ-018"):
            services.change_instrument(
                person(STEWARD), _by_code(code), reason="Hai máy thay thế được cho nhau dưới 13,6 GHz", pool="Máy phân tích phổ")
        services.change_instrument(person(STEWARD), _by_code("EQ-010"), reason="Buồng đo là cơ sở vật chất", kind="facility")


def _cable() -> None:
    """The cable of the chain: bought in January 2026, its path loss from the certificate."""
    bought, done = date(2026, 1, 12), date(2026, 1, 20)
    with _at(bought, 9):
        row = services.register_instrument(
            person(STEWARD), code="EQ-019", name_vi="Cáp RF 10 m, 18 GHz", name_en="RF cable 10 m, 18 GHz", maker="Dây Mẫu", type="LL-18",
            serial="DM000191", range_text="0 – 18 GHz", uncertainty_text="0,2 dB", site=site(), room=_room("SAC"),
            location="Buồng bán câm 3 m", acquired_on=bought,
            ranges=[{"quantity": "path-loss", "low": Decimal(1000), "high": Decimal(6000), "unit": "MHz", "u": Decimal("0.2"),
                     "u_unit": "dB"}])
    _calibrate(row, done, "CV-26-00029", LOSS, "LL-18/2026-01")
    with _at(done + timedelta(days=3), 11):
        services.set_state(
            person(STEWARD), row, "in_service", clock.now(), verification="Đo lại suy hao tại 1 GHz và 6 GHz: lệch dưới 0,1 dB")
    newer = clock.today() - timedelta(days=20)
    if date(done.year + 1, done.month, done.day) - clock.today() < ENOUGH:
        _calibrate(row, newer, f"CV-{newer:%y}-9019", NEWER_LOSS, f"LL-18/{newer:%Y-%m}")


def _calibrate(row: Instrument, done: date, number: str, loss: tuple[str, ...], label: str) -> None:
    steward = person(STEWARD)
    with _at(min(done + timedelta(days=3), clock.today()), 9):
        calibration = services.record_calibration(
            steward, row, done_on=done, interval_months=12, certificate_no=number, laboratory=LABORATORY,
            laboratory_accreditation="VILAS 0001 (giả định)", traceability="6.5.2 a)", provider=provider(LABORATORY),
            evaluation="Suy hao và độ không đảm bảo đo nằm trong yêu cầu của quỹ độ không đảm bảo đo phát xạ bức xạ",
            **table(row.code, done))
        services.add_factor_set(
            steward, row, label=label, quantity="path-loss", argument_unit="MHz", unit="dB", valid_from=done, calibration=calibration,
            points=[(Decimal(x), Decimal(y)) for x, y in (line.split() for line in loss)])
        services.release_calibration(steward, calibration)


def _system() -> None:
    """The chain of 1 – 6 GHz as one measuring system, fit as long as every part is."""
    steward = person(STEWARD)
    with _at(BUILT_ON, 8):
        system = services.register_instrument(
            steward, code="EQ-020", name_vi="Hệ đo phát xạ bức xạ 1 – 6 GHz", name_en="Radiated emission measuring system 1 – 6 GHz",
            maker="", type="", serial="", kind="system", site=site(), room=_room("SAC"), location="Buồng bán câm 3 m",
            range_text="1 – 6 GHz, khoảng cách 3 m", uncertainty_text="5,2 dB", calibration_required=False,
            no_calibration_reason="Từng thành phần được hiệu chuẩn riêng; cả hệ được kiểm tra bằng nguồn chuẩn")
    with _at(BUILT_ON, 9):
        for code, role in CHAIN:
            services.add_member(steward, system, _by_code(code), clock.now(), role=role, reason="Lắp hệ đo phát xạ bức xạ")
    with _at(BUILT_ON, 11):
        services.set_state(
            steward, system, "in_service", clock.now(),
            verification="Đo nguồn chuẩn (comb) tại 1; 2,4; 3,5; 5,5 GHz: lệch không quá 0,8 dB")


def _material() -> None:
    """A tissue simulating liquid: no calibration, but a shelf life and an acceptance criterion (6.4.13 f)."""
    received = clock.today() - timedelta(days=60)
    with _at(received, 9):
        row = services.register_instrument(
            person(STEWARD), code="EQ-021", name_vi="Dung dịch mô phỏng mô đầu 600 – 6000 MHz", name_en="Head tissue simulating liquid",
            maker="Mô Mẫu", type="HBBL-6", serial=f"lô {received:%y%m}-03", kind="reference_material", site=site(), room=_room("RF"),
            location="Tủ hóa chất", acquired_on=received, first_issued_on=received,
            expires_on=received + timedelta(days=365), calibration_required=False,
            no_calibration_reason="Giá trị do nhà sản xuất mẫu chuẩn chứng nhận (6.5.2 b)); đo εr, σ trước mỗi đợt dùng",
            acceptance="εr và σ lệch không quá ±5 % so với giá trị đích tại 900, 2450, 5500 MHz. Khi nhận: lệch lớn nhất 2,1 %.")
    with _at(received, 10):
        services.set_state(
            person(STEWARD), row, "in_service", clock.now(), verification="Đo εr, σ khi nhận: lệch lớn nhất 2,1 %, tiêu chí ±5 %")
