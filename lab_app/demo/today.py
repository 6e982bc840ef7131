"""What is current relative to the day the demonstration is loaded: one open request to walk by hand, and a job in the middle of its day.

The open request waits for its contract review; the other is accepted, its item received and its job given to the RF technician.
"""
from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.demo.story import customer, method, site, step, who
from lab_app.metrology.periods import is_working_day
from lab_app.results import services as results
from lab_app.results.models import TestJob
from lab_app.samples import services as samples
from lab_app.samples.models import TestRequest
from test_methods.queries import rule_by_code

ROUTER: dict[str, Any] = {
    "name": "Bộ định tuyến Wi-Fi 6 cho hộ gia đình", "name_en": "Home Wi-Fi 6 router", "brand": "CÁNH BUỒM (giả định)",
    "model": "CB-R2400", "manufacturer": "Công ty Cổ phần Viễn thông Cánh Buồm Mẫu", "origin": "Việt Nam", "quantity": 1,
    "power": "12 V d.c., bộ nguồn 220 V/50 Hz",
    "supplied": [{"key": "antenna_gain", "label": "Độ lợi ăng ten 2,4 GHz", "value": "2.5", "unit": "dBi"}],
}
CAMERA: dict[str, Any] = {
    "name": "Camera giám sát không dây trong nhà", "name_en": "Indoor wireless camera", "brand": "HẠT GẠO (giả định)",
    "model": "HG-CAM7", "manufacturer": "Công ty TNHH Điện tử Hạt Gạo Ví Dụ", "origin": "Việt Nam", "quantity": 1, "power": "5 V d.c., USB",
    "supplied": [{"key": "antenna_gain", "label": "Độ lợi ăng ten 2,4 GHz", "value": "1.8", "unit": "dBi"}],
}


def working_day_before(day: date, days: int) -> date:
    """The working day so many working days before `day`."""
    while days > 0:
        day -= timedelta(days=1)
        if is_working_day(day):
            days -= 1
    return day


def load_today() -> None:
    """Both requests."""
    open_request()
    job_in_progress()


def _ask(day: date, customer_code: str, item: dict[str, Any], regulation: str) -> TestRequest:
    return samples.register_request(
        who("U05"), customer=customer(customer_code), site=site(), requested_on=day,
        public_fields=["product", "regulations"], items=[{**item, "methods": [method(regulation)]}],
    )


def open_request() -> None:
    """Registered yesterday, sent to review: waits for the reviewer."""
    day = working_day_before(clock.today(), 1)
    with step(clock.at_local(day, 9, 20)):
        request = _ask(day, "C02", ROUTER, "QCVN 54:2020/BTTTT")
        samples.quote(who("U10"), request)
        samples.open_review(who("U05"), request)


def job_in_progress() -> None:
    """Accepted five working days ago, the item came two days ago, the RF technician has the job."""
    today = clock.today()
    asked, arrived = working_day_before(today, 5), working_day_before(today, 2)
    with step(clock.at_local(asked, 8, 40)):
        request = _ask(asked, "C03", CAMERA, "QCVN 54:2020/BTTTT")
        samples.quote(who("U10"), request)
    with step(clock.at_local(asked, 15, 10)):
        review = samples.open_review(who("U02"), request)
        rule = rule_by_code("DR-ETSI")
        simple = rule_by_code("DR-SA")
        common = {"agreed_by": "Ông Lý Đo Lường", "agreed_on": asked, "evidence": f"phiếu yêu cầu {request.number}, mục 6"}
        samples.save_review(
            who("U02"), review,
            checks={key: {"answer": "na" if key == "subcontracting" else "yes", "note": ""}
                    for key in ("requirements", "capability", "methods", "decision_rule", "subcontracting")},
            questions=[{"q": "Sản phẩm có dùng kênh 12, 13 không?", "a": "Có, kênh 1 đến 13"}],
            rules=[
                {"method": method("QCVN 54:2020/BTTTT"), "rule": rule, "parameter_codes": [], **common},
                {"method": method("QCVN 54:2020/BTTTT"), "rule": simple, "parameter_codes": ["54-07", "54-05", "54-15"], **common},
            ],
        )
        samples.accept_request(who("U02"), review, due_on=None)
    with step(clock.at_local(arrived, 10, 5)):
        sample = samples.receive_sample(
            who("U05"), request.items[0], received_at=clock.at_local(arrived, 10, 0), serial="HGC7-26-000412", hardware="A2",
            firmware="2.4.1", brought_by="Bưu phẩm EV000000000VN", condition="Nguyên hộp, không móp; có dây và giá treo",
            checks={key: {"ok": True, "note": ""} for key in ("intact", "complete", "matches", "documents", "safe")},
            accessories="Dây USB, giá treo tường, phần mềm điều khiển RF", storage="K1-05", storage_conditions="15–30 °C, dưới 75 %RH",
        )
        for job in db.session.scalars(select(TestJob).where(TestJob.sample_id == sample.id)).all():
            results.assign_job(who("U02"), job, who("U03"))
