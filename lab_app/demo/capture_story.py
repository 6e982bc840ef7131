"""Readings from the bench of the demonstration: the receiver asked over SCPI (simulated), a file of the analyser read in a saved
way, conducted emission brought in as a table; one job in the middle of it, with lines left to walk by hand (7.5.1, 7.11)."""
from __future__ import annotations

import math
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import current_app
from sqlalchemy import select

from instruments import scpi
from instruments.models import Instrument, Trace
from instruments.queries.traces import taken
from instruments.services import asking, capture, unfit_reasons
from lab_app.core import clock, files
from lab_app.core.db import db
from lab_app.demo.story import customer, method, room_of, site, step, who
from lab_app.demo.today import working_day_before
from lab_app.quality import services as quality
from lab_app.quality.models import EnvironmentRecord
from lab_app.results import batch
from lab_app.results import services as results
from lab_app.results.models import JobLine, TestJob
from lab_app.results.services import ReadingEntry, importing
from lab_app.samples import services as samples
from test_methods.queries import rule_by_code

RECEIVER, ANALYSER = "EQ-005", "EQ-001"
ADDRESS, IDENTITY = "sim:TCPIP0::192.0.2.15::inst0::INSTR", "NHIEU MAU,ER-7,NM000012,4.11"
SPEAKER: dict[str, Any] = {
    "name": "Loa thông minh có trợ lý giọng nói", "name_en": "Smart speaker", "brand": "CÁNH BUỒM (giả định)", "model": "CB-S10",
    "manufacturer": "Công ty Cổ phần Viễn thông Cánh Buồm Mẫu", "origin": "Việt Nam", "quantity": 1,
    "power": "12 V d.c., bộ nguồn 220 V/50 Hz",
    "supplied": [],
}
#: How the analyser's export is read: semicolons, decimal commas, two lines of heading.
ANALYSER_FILES: dict[str, Any] = {
    "delimiter": ";", "decimal": ",", "frequency_column": 1, "frequency_unit": "MHz", "level_column": 2, "unit": "dBm", "detector": "RMS",
    "data_after": "", "encoding": "cp1252",
}
#: Conducted emission as the technician wrote it down: parameter, condition, frequency, reading, LISN, cable, limiter.
CONDUCTED = (
    ("118-CE-QP", "0.198 MHz, pha L1, 220 V/50 Hz", "0,198", "39,8", "0,12", "0,1", "10,0"),
    ("118-CE-AV", "0.198 MHz, pha L1, 220 V/50 Hz", "0,198", "28,9", "0,12", "0,1", "10,0"),
    ("118-CE-QP", "0.614 MHz, pha L1, 220 V/50 Hz", "0,614", "32,4", "0,10", "0,1", "10,0"),
)


def instrument(code: str) -> Instrument:
    """An instrument of the case."""
    return db.session.scalars(select(Instrument).where(Instrument.code == code)).one()


def tell() -> None:
    """Address and mapping, the analyser's file, then the job of the smart speaker measured yesterday afternoon."""
    at = afternoon()
    with step(at - timedelta(hours=6)):
        capture.set_connection(who("U06"), instrument(RECEIVER), resource=ADDRESS, identity=IDENTITY, simulation=True)
        capture.save_mapping(who("U03"), "Máy phân tích phổ SA-2600, CSV", ANALYSER_FILES,
                             "xuất từ màn hình Trace, cột cách nhau dấu chấm phẩy")
    with step(at - timedelta(hours=3)):
        upload = files.put_bytes(analyser_export(), "SA2600-CH1-hai.csv", files.INSTRUMENT_DATA)
        capture.import_trace(who("U03"), instrument(ANALYSER), upload, {"reader": "delimited", **ANALYSER_FILES})
    job = speaker_job()
    air = environment(at)
    trace = ask_the_receiver(at)
    radiated(job, air, trace, at)
    conducted(job, air, at + timedelta(minutes=40))


def afternoon() -> datetime:
    """Two o'clock on the last working day, or of yesterday where the receiver was checked only then (a load on a Monday)."""
    days = (working_day_before(clock.today(), 1), clock.today() - timedelta(days=1))
    moments = [clock.at_local(day, 14, 0) for day in days]
    row = instrument(RECEIVER)
    return next((at for at in moments if not unfit_reasons(row, at, None, at)), moments[-1])


def analyser_export() -> bytes:
    """A sweep of 2 001 points around a carrier at 2 412 MHz as the analyser writes it: Windows-1252, decimal commas, NUL bytes."""
    lines = ["SA-2600;SG000123", "RBW;100 kHz", "Tan so (MHz);Muc (dBm)"]
    noise = 20_261_121
    for k in range(2001):
        noise = (1_103_515_245 * noise + 12_345) % 2**31
        offset = (k - 1000) * 0.05
        level = -62 + (noise / 2**31 - 0.5) * 3 + 0.0
        carrier = -8.4 - 10 * max(abs(offset) - 8.2, 0.0) if abs(offset) < 13.5 else -80.0
        harmonic = -41.7 - 9 * abs(offset - 31.25) if abs(offset - 31.25) < 2 else -80.0
        level = max(level, carrier + math.sin(k) * 0.6, harmonic)
        lines.append(f"{2412 + offset:.2f}\0;{level:.2f}\0".replace(".", ","))
    return "\r\n".join([*lines, ""]).encode("cp1252")


def speaker_job() -> TestJob:
    """A smart speaker of C02, accepted six working days ago, at the laboratory for three, given to the EMC engineer."""
    asked, arrived = working_day_before(clock.today(), 6), working_day_before(clock.today(), 3)
    with step(clock.at_local(asked, 9, 10)):
        request = samples.register_request(
            who("U05"), customer=customer("C02"), site=site(), requested_on=asked, public_fields=["product", "regulations"],
            items=[{**SPEAKER, "methods": [method("QCVN 118:2018/BTTTT")]}])
        samples.quote(who("U10"), request)
    with step(clock.at_local(asked, 15, 30)):
        review = samples.open_review(who("U02"), request)
        samples.save_review(
            who("U02"), review,
            checks={key: {"answer": "na" if key == "subcontracting" else "yes", "note": ""}
                    for key in ("requirements", "capability", "methods", "decision_rule", "subcontracting")},
            questions=[{"q": "Chế độ làm việc khi thử phát xạ?", "a": "Phát nhạc liên tục qua Wi-Fi, âm lượng 50 %"}],
            rules=[{"method": method("QCVN 118:2018/BTTTT"), "rule": rule_by_code("DR-CISPR"), "parameter_codes": [],
                    "agreed_by": "Bà Trần Ví Dụ", "agreed_on": asked, "evidence": f"phiếu yêu cầu {request.number}, mục 6"}])
        samples.accept_request(who("U02"), review, due_on=None)
    with step(clock.at_local(arrived, 9, 40)):
        sample = samples.receive_sample(
            who("U05"), request.items[0], received_at=clock.at_local(arrived, 9, 35), serial="CBS10-26-0077", hardware="B1",
            firmware="1.2.0", brought_by="Nhân viên của khách hàng", condition="Nguyên hộp, không móp",
            checks={key: {"ok": True, "note": ""} for key in ("intact", "complete", "matches", "documents", "safe")},
            accessories="Bộ nguồn 12 V, dây nguồn", storage="K1-07", storage_conditions="15–30 °C, dưới 75 %RH")
        job = db.session.scalars(select(TestJob).where(TestJob.sample_id == sample.id)).one()
        results.assign_job(who("U02"), job, who("U04"))
    return job


def environment(at: datetime) -> EnvironmentRecord:
    """What the logger of the chamber showed that afternoon."""
    with step(at + timedelta(hours=1, minutes=5)):
        return quality.record_environment(
            who("U04"), room_of("Buồng bán câm 3 m"), from_at=at - timedelta(minutes=30), to_at=at + timedelta(hours=1),
            t_low=Decimal("22.7"), t_high=Decimal("23.4"), rh_low=Decimal("52"), rh_high=Decimal("57"), sensor_code="EQ-015")


def ask_the_receiver(at: datetime) -> Trace:
    """The receiver's trace over SCPI, asked before the transaction that keeps it."""
    with clock.at(at):
        row = instrument(RECEIVER)
        settings = current_app.config["LAB"]
        backend = scpi.Backend(settings.scpi_backend, settings.scpi_timeout_ms, settings.simulated_instruments)
        spoken = scpi.capture(row.resource, [asking.QUESTIONS["trace"]], backend, scpi.TRACE_SETTINGS)
        upload = files.put_bytes(spoken.transcript(), f"{RECEIVER}-scpi.txt", files.INSTRUMENT_DATA)
    with step(at):
        return capture.keep_capture(who("U04"), instrument(RECEIVER), spoken, upload)


def line_of(job: TestJob, code: str, conditions: str) -> JobLine:
    """The planned line of a parameter under a condition."""
    return next(x for x in job.lines if x.parameter.code == code and x.conditions == conditions)


def radiated(job: TestJob, air: EnvironmentRecord, trace: Trace, at: datetime) -> None:
    """The level at 125 MHz taken from the capture, with antenna factor and cable loss as the method wants them."""
    moment = at + timedelta(hours=1, minutes=6)
    with step(moment):
        level = taken(trace, "at", "dBµV", frequency=Decimal(125_000_000))
        entry = ReadingEntry(
            measured_at=trace.captured_at, locale="en", environment=air, late_reason="Ghi sau khi quét xong cả hai phân cực",
            texts={"frequency_mhz": "125", "reading": format(level.level, "f"), "af": "10.9", "cable": "1.6", "preamp": "0"},
            instruments=[instrument(code) for code in (RECEIVER, "EQ-007", "EQ-010")],
            taken={"reading": level.token, "frequency_mhz": level.token})
        results.record_reading(who("U04"), line_of(job, "118-RE-QP-V", "125.0 MHz"), entry)


def conducted(job: TestJob, air: EnvironmentRecord, at: datetime) -> None:
    """Three lines from a table, each by the gates of a typed reading; the table is kept with the job."""
    heads = "chỉ tiêu;điều kiện;frequency_mhz;reading;vdf;cable;limiter"
    upload = files.put_bytes("\r\n".join([heads, *(";".join(row) for row in CONDUCTED), ""]).encode(), "CE-L1.csv", files.INSTRUMENT_DATA)
    with step(at + timedelta(minutes=30)):
        names = batch.names_of(f for line in job.lines for f in line.parameter.fields)
        common = importing.Common("vi", [instrument(RECEIVER), instrument("EQ-006")], air, at)
        importing.import_readings(who("U04"), job, batch.read_table(files.read(upload.sha256), names), common, upload)
