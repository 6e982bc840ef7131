"""Instruments with their calibrations, checks and states, made by services at their own dates."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from instruments import services
from instruments.models import Calibration, Instrument
from lab_app.accounts.models import Person, Site
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.quality import queries as quality_queries
from lab_app.quality import services as quality
from lab_app.quality.models import Supplier
from tests.support.worlds import kept

#: A spectrum analyser's span; enough for any RF need of the tests.
RF_RANGE: dict[str, Any] = {
    "quantity": "rf-level", "low": Decimal("0.009"), "high": Decimal("26500"), "unit": "MHz", "u": Decimal("0.9"), "u_unit": "dB",
}
REGISTERED_ON = date(2026, 1, 5)


def _next(kind: type[Instrument] | type[Calibration]) -> int:
    """A number no row of the kind has yet."""
    return (db.session.scalar(select(func.max(kind.id))) or 0) + 1


def register(by: Person, site: Site, code: str = "EQ-101", *, on: date = REGISTERED_ON, **facts: Any) -> Instrument:
    """An instrument in the register since `on`, not yet in service."""
    described: dict[str, Any] = {
        "name_vi": "Máy phân tích phổ", "name_en": "Spectrum analyser", "maker": "Sóng Giả", "type": "SA-1",
        "serial": f"SG{_next(Instrument):06d}", "ranges": [RF_RANGE], **facts,
    }
    with clock.at(clock.at_local(on, 8)):
        return services.register_instrument(by, site=site, code=code, **described)


def provider(by: Person) -> Supplier:
    """The calibration laboratory of the tests, approved from 2023 to 2027 and known long since."""
    found = next((s for s in quality_queries.all_suppliers() if s.accreditation == "VILAS 0001 (giả định)"), None)
    if found is not None:
        return found
    with clock.at(clock.at_local(date(2023, 1, 1), 8)):
        row = quality.register_supplier(by, name="Viện Hiệu chuẩn Cầu Vồng (giả định)", accreditation="VILAS 0001 (giả định)")
        quality.approve_supplier(by, row, service="calibration", scope="điện, RF, nhiệt ẩm", basis="phạm vi công nhận",
                                 valid_from=date(2023, 1, 1), until=date(2028, 1, 1))
    return row


def calibrate(by: Person, instrument: Instrument, *, done_on: date = date(2026, 1, 8), months: int = 12, passed: bool = True,
              recorded_on: date | None = None, release: bool = True, evaluation: str = "đạt yêu cầu sử dụng",
              certificate_no: str | None = None) -> Calibration:
    """A calibration done on a day, recorded and released on `recorded_on` (the same day unless said)."""
    source = provider(by)
    with clock.at(clock.at_local(recorded_on or done_on, 9)):
        row = services.record_calibration(
            by, instrument, done_on=done_on, interval_months=months, certificate_no=certificate_no or f"CV-{_next(Calibration):05d}",
            provider=source, traceability="6.5.2 a)", passed=passed, evaluation=evaluation,
            no_points="giấy chứng nhận chỉ nêu kết luận phù hợp",
        )
        return services.release_calibration(by, row) if release else row


def check(
    by: Person, instrument: Instrument, done_on: date, indicated: str = "60.2", *, recorded_at: datetime | None = None,
) -> Any:
    """An intermediate check against 60,0 dBµV ± 1,0 dB."""
    with clock.at(recorded_at or clock.at_local(done_on, 9)):
        return services.record_check(
            by, instrument, done_on=done_on, indicated=Decimal(indicated), reference=Decimal("60.0"), tolerance=Decimal("1.0"),
            unit="dBµV",
        )


def put_into_service(by: Person, instrument: Instrument, at: datetime) -> Any:
    """In service from a moment on, recorded then, with its verification."""
    with clock.at(at):
        return services.set_state(by, instrument, "in_service", at, verification="kiểm tra xác nhận: chỉ thị đúng tại 3 điểm")


@kept
def fit_instrument(by: Person, site: Site, code: str = "EQ-101", **facts: Any) -> Instrument:
    """An instrument that may be used from 08/01/2026 10:00 on for a year: registered, calibrated, verified, in service."""
    row = register(by, site, code, **facts)
    calibrate(by, row)
    if row.check_interval_days:
        check(by, row, date(2026, 1, 8))
    put_into_service(by, row, clock.at_local(date(2026, 1, 8), 10))
    return row
