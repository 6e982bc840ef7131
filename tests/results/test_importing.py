"""Readings from files, from the instrument and from tables: by the same gates as typed ones, with the source kept, all or none."""
from __future__ import annotations

import hashlib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from instruments.models import Trace
from instruments.services import capture
from lab_app.core import clock, files
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, Refused
from lab_app.core.files import Attachment
from lab_app.core.gates import GateHit
from lab_app.results import batch
from lab_app.results.models import Reading, ReadingTrace
from lab_app.results.preview import preview
from lab_app.results.services import importing, recording
from tests.support import equipment_facts, results_facts, trace_files
from tests.support.results_facts import MEASURED

PEAK = "peak:2400000000:2500000000"


@pytest.fixture
def b(app, frozen_clock):
    return results_facts.make_bench()


def trace_of(b: results_facts.Bench, instrument: Any = None, at: Any = MEASURED, data: bytes | None = None) -> Trace:
    upload = files.put_bytes(data or trace_files.levels_in_dbm(), "carrier.csv", files.INSTRUMENT_DATA)
    return capture.import_trace(b.people.technician, instrument or b.instrument, upload, trace_files.DBM, at)


def count(model: Any) -> int:
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def expired(b: results_facts.Bench) -> Any:
    """Calibrated for six months in January: out of calibration since July."""
    keeper = b.people.quality_manager
    row = equipment_facts.register(keeper, b.people.site, "EQ-900")
    equipment_facts.calibrate(keeper, row, months=6)
    equipment_facts.put_into_service(keeper, row, clock.at_local(date(2026, 1, 9), 9))
    return row


# ---- one value from a trace ------------------------------------------------------------------------------


def test_a_value_from_a_file_is_recorded_with_the_file(b, writing):
    trace = trace_of(b)
    token = f"{trace.id}:{PEAK}"
    reading = b.record(reading="15.4", taken={"reading": token})
    assert reading.value == Decimal("15.9")
    assert reading.raw["reading"] == {"text": "15.4", "unit": "dBm", "source": "file", "value": "15.4", "trace": trace.id,
                                      "sha256": trace.file_sha256, "taken": token}
    assert [(t.trace_id, t.key) for t in reading.traces] == [(trace.id, "reading")]
    assert reading.raw["loss"]["source"] != "file"


def test_a_value_that_was_changed_by_hand_is_not_the_files(b, writing):
    trace = trace_of(b)
    reading = b.record(reading="15.5", taken={"reading": f"{trace.id}:{PEAK}"})
    assert reading.raw["reading"]["source"] == "measured" and not reading.traces and "trace" not in reading.raw["reading"]


def test_a_false_token_gives_nothing(b, writing):
    reading = b.record(reading="15.4", taken={"reading": "99999:peak::", "nothing": "x", "loss": "y" * 500})
    assert reading.raw["reading"]["source"] == "measured" and count(ReadingTrace) == 0


def test_the_trace_must_be_of_a_chosen_instrument_and_of_that_time(b, writing):
    other = equipment_facts.register(b.people.quality_manager, b.people.site, "EQ-333")
    foreign, old = trace_of(b, other), trace_of(b, at=MEASURED - timedelta(hours=3))
    for trace in (foreign, old):
        entry = b.entry("15.4", taken={"reading": f"{trace.id}:{PEAK}"})
        assert preview(b.people.technician, b.line(), entry).stop.gate == "trace-belongs"
        with pytest.raises(GateRefused) as caught:
            recording.record_reading(b.people.technician, b.line(), entry)
        assert caught.value.stop.gate == "trace-belongs"
    assert count(Reading) == 0


def test_an_unfit_instrument_is_refused_from_a_file_too(b, writing):
    row = expired(b)
    trace = trace_of(b, row)
    with pytest.raises(GateRefused) as caught:
        b.record(reading="15.4", instruments=[row], taken={"reading": f"{trace.id}:{PEAK}"})
    assert caught.value.stop.gate == "instrument-fit" and "6.4.6" in caught.value.stop.clauses and count(Reading) == 0


def test_a_trace_of_another_quantity_is_refused_on_its_field(b, writing):
    upload = files.put_bytes(trace_files.plain(), "volts.csv", files.INSTRUMENT_DATA)
    trace = capture.import_trace(b.people.technician, b.instrument, upload, {**trace_files.DBM, "unit": "dBµV"}, MEASURED)
    with pytest.raises(FieldRefused) as caught:
        b.record(reading="47.25", taken={"reading": f"{trace.id}:peak::"})
    assert caught.value.field == "reading" and "đại lượng" in str(caught.value.message)


def test_a_file_that_rotted_is_no_source(b, writing):
    trace = trace_of(b, data=trace_files.levels_in_dbm("16.6"))
    files.path_of(trace.file_sha256).write_bytes(b"MHz,dBm\n2412,99.9\n2413,1.5\n")
    from instruments.queries import traces

    traces._points.cache_clear()
    with pytest.raises(FieldRefused) as caught:
        b.record(reading="16.6", taken={"reading": f"{trace.id}:peak::"})
    assert caught.value.field == "reading" and count(Reading) == 0


def test_a_correction_keeps_what_came_from_the_file(b, writing):
    trace = trace_of(b)
    token = f"{trace.id}:{PEAK}"
    b.record(reading="15.4", taken={"reading": token})
    again = recording.correct_reading(
        b.people.technician, b.line(), b.entry("15.4", note="thêm ghi chú", taken={"reading": token}), "quên ghi chú")
    assert again.revision == 2 and again.raw["reading"]["trace"] == trace.id and count(ReadingTrace) == 2


# ---- a table of readings ---------------------------------------------------------------------------------


def upload(text: str | bytes) -> files.Upload:
    return files.put_bytes(text if isinstance(text, bytes) else text.encode(), "so-doc.csv", files.INSTRUMENT_DATA)


def read(b: results_facts.Bench, text: str | bytes) -> tuple[files.Upload, list[batch.TableRow]]:
    kept = upload(text)
    names = batch.names_of(f for line in b.job.lines for f in line.parameter.fields)
    return kept, batch.read_table(files.read(kept.sha256), names)


def common(b: results_facts.Bench, locale: str = "vi", **facts: Any) -> importing.Common:
    described = {"instruments": [b.instrument], "environment": b.environment, "measured_at": MEASURED, **facts}
    return importing.Common(locale, **described)


GOOD = ("dòng;chỉ tiêu;điều kiện;reading (dBm);loss;quan sát;ghi chú\n"
        "1;P-01;2412 MHz;15,4;0,5;;\n"
        ";P-01;2472 MHz;14,9;0,5;;kênh cao\n"
        ";P-02;;;;đạt;\n")


def test_every_row_becomes_a_reading_with_the_file_it_came_in(b, writing):
    kept, rows = read(b, GOOD)
    planned = importing.plan_rows(b.people.technician, b.job, rows, common(b), kept.sha256)
    assert [p.good for p in planned] == [True] * 3 and [p.number for p in planned] == [2, 3, 4], [p.why for p in planned]
    assert count(Reading) == 0, "a look writes nothing"
    made = importing.import_readings(b.people.technician, b.job, rows, common(b), kept)
    assert [r.value for r in made] == [Decimal("15.9"), Decimal("15.4"), None] and made[2].verdict == "PASS"
    assert made[0].raw["reading"] == {"text": "15,4", "unit": "dBm", "source": "file", "value": "15.4", "sha256": kept.sha256}
    assert made[1].note == "kênh cao" and {r.line.status for r in made} == {"recorded"}
    paper = db.session.scalars(select(Attachment).where(Attachment.subject_kind == "test-job")).one()
    assert paper.sha256 == hashlib.sha256(GOOD.encode()).hexdigest() and paper.subject_id == b.job.id


def test_dirt_of_real_tables_is_read(b, writing):
    dirty = b"\xef\xbb\xbf" + b"line\tparameter\tconditions\tvalue\tloss\r\n\t P-01\0\t2412 MHz\t15.4\t0.5\r\r\n"
    kept, rows = read(b, dirty)
    planned = importing.plan_rows(b.people.technician, b.job, rows, common(b, "en"), kept.sha256)
    assert [p.why for p in planned] == [""] and planned[0].entry.texts == {"reading": "15.4", "loss": "0.5"}


@pytest.mark.parametrize(("row", "says"), [
    ("9;P-01;;15,4;0,5;;", "không có chỉ tiêu “9 · P-01”"),
    (";P-09;;15,4;0,5;;", "không có chỉ tiêu “P-09”"),
    (";P-01;;15,4;0,5;;", "chỉ nhiều chỉ tiêu"),
    (";;;15,4;0,5;;", "không có chỉ tiêu"),
    ("1;P-01;2412 MHz;1.234;0,5;;", "đọc thành hai số"),
    ("1;P-01;2412 MHz;x;0,5;;", "không phải là số"),
    ("1;P-01;2412 MHz;;0,5;;", "còn thiếu"),
    ("1;P-01;2412 MHz;15,4;0,5;lạ;", "không hiểu câu trả lời"),
    ("1;P-01;2412 MHz;15,4", "dòng có 4 ô"),
    ("1;P-01;2412 MHz;15,4;0,5;;;thừa", "dòng có 8 ô"),
    (";P-02;;15,4;;đạt;", "không có ô “reading”"),
])
def test_a_bad_row_is_named_and_nothing_is_saved(b, writing, row, says):
    kept, rows = read(b, GOOD.splitlines()[0] + "\n;P-01;2472 MHz;14,9;0,5;;\n" + row + "\n")
    planned = importing.plan_rows(b.people.technician, b.job, rows, common(b), kept.sha256)
    assert planned[0].good and not planned[1].good and planned[1].number == 3 and says in planned[1].why
    with pytest.raises((Refused, GateRefused)):
        importing.import_readings(b.people.technician, b.job, rows, common(b), kept)
    db.session.rollback()
    database.end_writing()
    assert count(Reading) == 0 and count(Attachment) == 0


def test_the_good_rows_alone_are_saved_when_that_is_asked(b, writing):
    kept, rows = read(b, GOOD + ";P-01;2412 MHz;16,0;0,5;;\n")
    planned = importing.plan_rows(b.people.technician, b.job, rows, common(b), kept.sha256)
    assert [p.why for p in planned][3] == "chỉ tiêu này đã có ở dòng 2 của tệp"
    made = importing.import_readings(b.people.technician, b.job, rows, common(b), kept, only_good=True)
    assert len(made) == 3 and made[0].raw["reading"]["value"] == "15.4"
    db.session.commit()
    with pytest.raises(Refused, match="Không có dòng nào"):
        importing.import_readings(b.people.technician, b.job, rows, common(b), kept, only_good=True)


def test_an_unfit_instrument_is_refused_in_its_row_naming_the_clause(b, writing):
    row = expired(b)
    text = GOOD.replace("ghi chú\n", "ghi chú;thiết bị\n").replace(";0,5;;\n", f";0,5;;;{row.code}\n", 1)
    text = text.replace("kênh cao\n", "kênh cao;\n")
    kept, rows = read(b, text.replace(";đạt;\n", ";đạt;;\n"))
    planned = importing.plan_rows(b.people.technician, b.job, rows, common(b), kept.sha256)
    assert [p.good for p in planned] == [False, True, True] and "6.4.6" in planned[0].why and row.code in planned[0].why
    with pytest.raises(GateRefused) as caught:
        importing.import_readings(b.people.technician, b.job, rows, common(b), kept)
    assert caught.value.stop.gate == "instrument-fit" and "6.4.6" in caught.value.stop.clauses
    db.session.rollback()
    database.end_writing()
    assert count(Reading) == 0


@pytest.mark.parametrize(("text", "says"), [
    ("", "không có số liệu"), ("dòng;giá trị\n", "không có số đọc"), ("dòng;giá trị;lạ\n1;2;3\n", "Dòng 1: không biết cột “lạ”"),
    ("dòng;giá trị;value\n1;2;3\n", "hai lần"), ("giá trị\n15,4\n", "cần cột"), ("\x01\x02\x03", "văn bản"),
    ("dòng;giá trị\n" + "1;15,4\n" * 501, "Dòng 502"),
])
def test_a_table_that_is_none_is_refused(b, text, says):
    with pytest.raises(FieldRefused) as caught:
        batch.read_table(text.encode(), {})
    assert caught.value.field == "file" and says in str(caught.value.message)


def test_the_pattern_has_every_open_line_and_is_understood_again(b, writing):
    b.record()
    heads, rows = importing.pattern(b.job)
    assert heads[:5] == ["dòng", "chỉ tiêu", "điều kiện", "reading (dBm)", "loss (dB)"] and [r[1] for r in rows] == ["P-01", "P-02"]
    names = batch.names_of(f for line in b.job.lines for f in line.parameter.fields)
    assert all(batch.column_of(h, names) for h in heads)


# ---- the pages -------------------------------------------------------------------------------------------


def test_the_capture_page_takes_a_value_to_the_bench_as_a_draft(b, client_as, statements):
    trace = trace_of(b)
    db.session.commit()
    line, client = b.line(), client_as(b.people.technician)
    client.get(f"/jobs/lines/{line.id}/capture")
    with statements() as seen:
        page = client.get(f"/jobs/lines/{line.id}/capture?trace={trace.id}")
    assert page.status_code == 200 and len(seen) <= 15, "\n".join(seen.repeated())
    text = page.get_data(as_text=True)
    assert "<svg" in text and "15,40\u00a0dBm" in text and 'value="2412"' in text, "the frequency of the line's condition is proposed"
    answer = client.post(f"/jobs/lines/{line.id}/capture/use", data={"trace": trace.id, "how": "at", "at": "2412"})
    assert answer.status_code == 302 and answer.location.endswith(f"/jobs/{b.job.code}?line={line.id}")
    bench = client.get(answer.location).get_data(as_text=True)
    assert 'name="raw-reading"' in bench and 'value="15,4"' in bench and f'value="{trace.id}:at:2412000000"' in bench
    assert 'value="16/11/2026 08:50"' in bench
    assert count(Reading) == 0


def test_the_form_records_a_value_with_its_trace(b, client_as):
    trace = trace_of(b)
    db.session.commit()
    line = b.line()
    client_as(b.people.technician).post(f"/lines/{line.id}/record", data={
        "version": str(line.version), "seen_revision": "0", "raw-reading": "15,4", "raw-loss": "0,5",
        "taken-reading": f"{trace.id}:at:2412000000", "instruments": [str(b.instrument.id)], "environment": str(b.environment.id),
        "measured_at": "16/11/2026 08:50", "do": "record"})
    db.session.rollback()
    reading = db.session.scalars(select(Reading)).one()
    assert reading.raw["reading"]["source"] == "file" and reading.traces[0].trace_id == trace.id


def test_a_file_is_uploaded_at_the_bench_or_refused_there(b, client_as):
    from io import BytesIO

    capture.save_mapping(b.people.technician, "SA-1", {k: v for k, v in trace_files.DBM.items() if k != "reader"})
    db.session.commit()
    line, client = b.line(), client_as(b.people.technician)
    body = {"instrument": str(b.instrument.id), "saved": "SA-1", "captured_at": "16/11/2026 08:50"}
    bad = client.post(f"/jobs/lines/{line.id}/capture/file", data={**body, "file": (BytesIO(b"MHz,dBm\n2412,15.4\n2411,1.5\n"), "x.csv")})
    assert bad.status_code == 422 and "Dòng 3: tần số không tăng dần" in bad.get_data(as_text=True)
    unknown = client.post(f"/jobs/lines/{line.id}/capture/file",
                          data={**body, "saved": "", "file": (BytesIO(trace_files.levels_in_dbm()), "x.csv")})
    assert unknown.status_code == 422 and f"/instruments/{b.instrument.code}/traces/new" in unknown.get_data(as_text=True)
    assert count(Trace) == 0
    good = client.post(f"/jobs/lines/{line.id}/capture/file",
                       data={**body, "file": (BytesIO(trace_files.levels_in_dbm()), "x.csv")})
    assert good.status_code == 302 and "trace=" in good.location and count(Trace) == 1


def test_the_instrument_is_asked_at_the_bench(b, client_as):
    keeper = b.people.quality_manager
    resource = "sim:TCPIP0::192.0.2.15::inst0::INSTR"
    capture.set_connection(keeper, b.instrument, resource=resource, identity="NHIEU MAU,ER-7,NM000012,4.11", simulation=True)
    db.session.commit()
    line, client = b.line(), client_as(b.people.technician)
    answer = client.post(f"/jobs/lines/{line.id}/capture/ask", data={"device": str(b.instrument.id), "what": "trace"})
    assert answer.status_code == 302 and "trace=" in answer.location
    db.session.rollback()
    trace = db.session.scalars(select(Trace)).one()
    assert (trace.source, trace.points, trace.unit) == ("scpi", 271, "dBµV")
    assert "ngoài phạm vi" in client.get(answer.location).get_data(as_text=True), "the line's 2412 MHz is not in 30 to 300 MHz"
    page = client.get(answer.location + "&how=peak").get_data(as_text=True)
    assert "không cùng đại lượng" in page, "dBµV is offered to no field in dBm"
    capture.set_connection(keeper, b.instrument, resource=resource, identity="NHIEU MAU,ER-7,NM000013,4.11", simulation=True)
    db.session.commit()
    refused = client.post(f"/jobs/lines/{line.id}/capture/ask", data={"device": str(b.instrument.id), "what": "trace"})
    assert refused.status_code == 422 and "6.4.13" in refused.get_data(as_text=True) and count(Trace) == 1
    assert [h.gate for h in db.session.scalars(select(GateHit))] == ["capture-identity"], "a refused capture is a hit"


def test_the_import_page_shows_each_row_and_records(b, client_as):
    from io import BytesIO

    client, row = client_as(b.people.technician), expired(b)
    db.session.commit()
    body = {"decimal": "vi", "instruments": b.instrument.code, "environment": str(b.environment.id), "measured_at": "16/11/2026 08:50"}
    address = f"/jobs/{b.job.code}/import"
    assert client.get(address).status_code == 200
    pattern = client.get(address + "/pattern.csv")
    assert pattern.status_code == 200 and "P-01" in pattern.get_data(as_text=True)
    seen = client.post(address, data={**body, "do": "look", "file": (BytesIO(GOOD.encode()), "so-doc.csv")})
    page = seen.get_data(as_text=True)
    assert seen.status_code == 200 and page.count("15,90 ± 0,71") == 1 and count(Reading) == 0
    ticket = page.split('name="ticket"')[1].split('value="')[1].split('"')[0]
    refused = client.post(address, data={**body, "instruments": row.code, "ticket": ticket, "do": "all"})
    says = refused.get_data(as_text=True)
    assert refused.status_code == 422 and "Quá hạn hiệu chuẩn" in says and "6.4.6" in says and count(Reading) == 0
    assert "instrument-fit" in [h.gate for h in db.session.scalars(select(GateHit))]
    wrong = client.post(address, data={**body, "instruments": "EQ-000", "ticket": ticket, "do": "all"})
    assert wrong.status_code == 422 and "Danh mục không có thiết bị EQ-000" in wrong.get_data(as_text=True)
    answer = client.post(address, data={**body, "ticket": ticket, "do": "all"})
    assert answer.status_code == 302 and count(Reading) == 3


def test_who_may_not_measure_may_not_import(b, client_as):
    line, client = b.line(), client_as(b.people.auditor)
    for address in (f"/jobs/{b.job.code}/import", f"/jobs/lines/{line.id}/capture", f"/jobs/{b.job.code}/import/pattern.csv"):
        assert client.get(address).status_code == 403
    for what in ("file", "ask", "use"):
        assert client.post(f"/jobs/lines/{line.id}/capture/{what}").status_code == 403


# ---- every door ------------------------------------------------------------------------------------------


def test_an_unfit_instrument_is_refused_by_the_form_the_import_and_the_service(b, client_as):
    """The stop "reading with an unfit instrument", tried at every door: each refuses, names 6.4, and leaves nothing behind."""
    from io import BytesIO

    row = expired(b)
    db.session.commit()
    line, client = b.line(), client_as(b.people.technician)
    typed = {"version": str(line.version), "seen_revision": "0", "raw-reading": "15,4", "raw-loss": "0,5", "instruments": [str(row.id)],
             "environment": str(b.environment.id), "measured_at": "16/11/2026 08:50", "do": "record"}
    form = client.post(f"/lines/{line.id}/record", data=typed)
    live = client.post(f"/lines/{line.id}/record", data=typed, headers={"Accept": "application/json"})
    table = client.post(f"/jobs/{b.job.code}/import", data={
        "decimal": "vi", "instruments": row.code, "environment": str(b.environment.id), "measured_at": "16/11/2026 08:50", "do": "all",
        "file": (BytesIO("dòng;giá trị;loss\n1;15,4;0,5\n".encode()), "so-doc.csv")})
    for answer in (form, live, table):
        assert answer.status_code == 422 and "6.4.6" in answer.get_data(as_text=True) and row.code in answer.get_data(as_text=True)
    assert live.get_json()["refusal"]["gate"] == "instrument-fit"
    with pytest.raises(GateRefused) as caught:
        b.record(instruments=[row])
    assert caught.value.stop.gate == "instrument-fit" and "6.4.6" in caught.value.stop.clauses
    db.session.rollback()
    database.end_writing()
    assert count(Reading) == 0 and [h.gate for h in db.session.scalars(select(GateHit))] == ["instrument-fit"] * 3


def test_no_transaction_waits_for_an_instrument(b, client_as, monkeypatch):
    """The instrument is asked before anything is written: a silent one keeps nobody waiting."""
    from instruments import scpi

    asked = []

    def ask(resource: str, *_: Any) -> Any:
        asked.append(database.writing.get())
        return trace_files.spoken("-3.5,-2.5", unit="DBM", identity="a,b,c,d")

    monkeypatch.setattr(scpi, "capture", ask)
    capture.set_connection(b.people.quality_manager, b.instrument, resource="GPIB0::9::INSTR", identity="a,b,c,d")
    db.session.commit()
    client, line = client_as(b.people.technician), b.line()
    assert client.post(f"/jobs/lines/{line.id}/capture/ask", data={"device": str(b.instrument.id), "what": "trace"}).status_code == 302
    assert client.post(f"/instruments/{b.instrument.code}/traces/ask", data={"what": "trace"}).status_code == 302
    assert asked == [False, False] and count(Trace) == 2


def test_the_story_of_a_result_leads_to_its_file(b, client_as, statements):
    trace = trace_of(b)
    b.record(reading="15.4", taken={"reading": f"{trace.id}:{PEAK}"})
    kept, rows = read(b, "chỉ tiêu;điều kiện;giá trị;loss\nP-01;2472 MHz;14,9;0,5\n")
    importing.import_readings(b.people.technician, b.job, rows, common(b), kept)
    db.session.commit()
    client = client_as(b.people.auditor)
    client.get(f"/lines/{b.line().id}")
    with statements() as seen:
        page = client.get(f"/lines/{b.line().id}").get_data(as_text=True)
    assert f"/instruments/{b.instrument.code}/traces/{trace.id}" in page and "Số đọc lấy từ" in page and len(seen) <= 15
    other = client.get(f"/lines/{b.line(conditions='2472 MHz').id}").get_data(as_text=True)
    link = other.split("Số đọc lấy từ")[-1].split('<a href="')[1].split('"')[0]
    answer = client.get(link)
    assert answer.status_code == 200, (link, answer.get_data(as_text=True)[-600:])
    assert answer.data == files.read(kept.sha256)
