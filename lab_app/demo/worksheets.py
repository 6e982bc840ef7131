"""The demonstration's worksheets: a lot of wireless sensors whose power was measured together and reviewed (closed), and a second sheet
in the middle of its day, with a control row, a second measurement and text still being typed."""
from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from instruments.models import Instrument
from lab_app.accounts.services import signatures
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.demo.story import customer, method, room_of, site, step, who
from lab_app.demo.today import working_day_before
from lab_app.quality import services as quality
from lab_app.quality.models import EnvironmentRecord
from lab_app.results import services as results
from lab_app.results.models import JobLine, TestJob, Worksheet
from lab_app.results.queries import worksheets as queries
from lab_app.results.services import sheet_recording, worksheets
from lab_app.results.services.sheet_recording import Shared, Typed
from lab_app.results.validity.queries import chart_by_code
from lab_app.samples import services as samples
from lab_app.samples.models import TestRequest
from test_methods.queries import rule_by_code

LOT = 6
SENSOR: dict[str, Any] = {
    "name": "Cảm biến nhiệt độ, độ ẩm Wi-Fi", "name_en": "Wi-Fi temperature and humidity sensor", "brand": "LÚA NƯỚC (giả định)",
    "model": "LN-TH2", "manufacturer": "Công ty TNHH Điện tử Hạt Gạo Ví Dụ", "origin": "Việt Nam", "quantity": LOT,
    "power": "5 V d.c., USB",
    "supplied": [{"key": "antenna_gain", "label": "Độ lợi ăng ten 2,4 GHz", "value": "2.0", "unit": "dBi"}],
}
REGULATION, POWER, OCCUPANCY = "QCVN 54:2020/BTTTT", "54-01", "54-05"
#: Conducted power of the six items, dBm, and the channel occupancy time of the first three, ms.
LEVELS = ("14.62", "14.71", "14.58", "14.66", "14.80", "14.64")
TIMES = ("4.82", "4.79", "4.85")
CHART = "KS-001"


def tell() -> None:
    """The lot asked for, received, measured on two worksheets; each step at its own moment."""
    today = clock.today()
    asked, arrived, measured = (working_day_before(today, n) for n in (6, 4, 2))
    request = _accepted(asked)
    _received(request, arrived)
    _closed(request, clock.at_local(measured, 9, 30))
    with step(clock.at_local(working_day_before(today, 1), 16, 20)):
        _open(request)


def _accepted(day: date) -> TestRequest:
    with step(clock.at_local(day, 9, 5)):
        request = samples.register_request(
            who("U05"), customer=customer("C03"), site=site(), requested_on=day, public_fields=["product", "regulations"],
            items=[{**SENSOR, "methods": [method(REGULATION)]}])
        samples.quote(who("U10"), request)
    with step(clock.at_local(day, 14, 30)):
        review = samples.open_review(who("U02"), request)
        common = {"method": method(REGULATION), "agreed_by": "Ông Lý Đo Lường", "agreed_on": day,
                  "evidence": f"phiếu yêu cầu {request.number}, mục 6"}
        checks = ("requirements", "capability", "methods", "decision_rule", "subcontracting")
        samples.save_review(
            who("U02"), review, checks={key: {"answer": "na" if key == "subcontracting" else "yes", "note": ""} for key in checks},
            rules=[{**common, "rule": rule_by_code("DR-ETSI"), "parameter_codes": []},
                   {**common, "rule": rule_by_code("DR-SA"), "parameter_codes": ["54-07", OCCUPANCY, "54-15"]}])
        samples.accept_request(who("U02"), review, due_on=None)
    return request


def _received(request: TestRequest, day: date) -> None:
    for number in range(1, LOT + 1):
        at = clock.at_local(day, 8, 40 + number)
        with step(at):
            samples.receive_sample(
                who("U05"), request.items[0], received_at=at, serial=f"LN2-26-{number:06d}", hardware="B1", firmware="1.2.0",
                brought_by="Bưu phẩm EV000000001VN", condition="Nguyên hộp",
                checks={key: {"ok": True, "note": ""} for key in ("intact", "complete", "matches", "documents", "safe")},
                accessories="Dây USB", storage="K1-06", storage_conditions="15–30 °C, dưới 75 %RH")


def _jobs(request: TestRequest) -> list[TestJob]:
    return list(db.session.scalars(select(TestJob).where(TestJob.request_id == request.id).order_by(TestJob.id)))


def _lines(request: TestRequest, code: str) -> list[JobLine]:
    """The first open line of a parameter in each job."""
    return [next(line for line in job.lines if line.parameter.code == code and line.status == "planned") for job in _jobs(request)]


def _shared(at: datetime, codes: tuple[str, ...], air: EnvironmentRecord) -> Shared:
    tools = [db.session.scalars(select(Instrument).where(Instrument.code == code)).one() for code in codes]
    return Shared(locale="en", instruments=tools, environment=air, measured_at=at)


def _air(at: datetime) -> EnvironmentRecord:
    return quality.record_environment(
        who("U03"), room_of("Phòng RF"), from_at=at - timedelta(minutes=20), to_at=at, t_low=Decimal("23.1"), t_high=Decimal("23.5"),
        rh_low=Decimal("51"), rh_high=Decimal("54"), sensor_code="EQ-014")


def _closed(request: TestRequest, at: datetime) -> Worksheet:
    """Six power levels measured in one morning, handed in, reviewed by another person: the sheet is closed."""
    tester, reviewer = who("U03"), who("U02")
    with step(at):
        for job in _jobs(request):
            results.assign_job(reviewer, job, tester)
        sheet = worksheets.open_worksheet(tester, _jobs(request)[0].method_version, _lines(request, POWER), "Lô 6 cảm biến, kênh 1")
    with step(at + timedelta(minutes=25)):
        now = at + timedelta(minutes=20)
        typed = {row.id: Typed({"conducted_sum": level}) for row, level in zip(queries.rows_of(sheet).rows, LEVELS, strict=True)}
        sheet_recording.record_rows(tester, sheet, typed, _shared(now, ("EQ-002", "EQ-012"), _air(now)))
        worksheets.answer_steps(tester, sheet, [one["key"] for one in sheet.method_version.steps])
        worksheets.submit_rows(tester, sheet, confirmed=signatures.told(tester))
    with step(at + timedelta(hours=5)):
        for line in queries.rows_of(sheet).lines:
            results.review_line(reviewer, line, "approved", confirmed=signatures.told(reviewer))
    return sheet


def _open(request: TestRequest) -> Worksheet:
    """Channel occupancy: three items done, one being typed, a control value and a second measurement still to be made."""
    tester, now = who("U03"), clock.now()
    sheet = worksheets.open_worksheet(tester, _jobs(request)[0].method_version, _lines(request, OCCUPANCY), "Lô 6 cảm biến, đo tiếp")
    rows = queries.rows_of(sheet).rows
    typed = {row.id: Typed({"occupancy": text}) for row, text in zip(rows, TIMES, strict=False)}
    sheet_recording.record_rows(tester, sheet, typed, _shared(now, ("EQ-001", "EQ-003", "EQ-004"), _air(now)))
    worksheets.add_duplicate(tester, sheet, rows[0], criterion="percent", limit=Decimal(5))
    chart = chart_by_code(CHART)
    if chart is not None:
        worksheets.add_control(tester, sheet, chart)
    worksheets.keep_typed(tester, sheet, {f"c.{rows[3].id}.occupancy.0": "4,81"})
    return sheet
