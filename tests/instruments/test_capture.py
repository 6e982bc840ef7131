"""Files and captures become traces: the bytes kept by their hash, what is wrong refused with its line, nothing half-imported."""
from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from instruments import scpi
from instruments.models import FileMapping, Trace
from instruments.queries import traces as queries
from instruments.rules import capture as rules
from instruments.services import capture as services
from lab_app.core import audit, clock, files
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed
from lab_app.core.files import StoredFile
from lab_app.metrology.traces import TraceError
from tests.support import equipment_facts, trace_files
from tests.support.people_facts import make_people
from tests.support.sample_files import SAMPLE_FILES

COLUMNS = {"reader": "delimited", "delimiter": ",", "frequency_column": 1, "level_column": 2, "decimal": "", "frequency_unit": "MHz",
           "unit": "dBµV", "detector": "QP", "data_after": "", "encoding": ""}
TABS = {**COLUMNS, "delimiter": ";"}
SIMULATION = Path("lab_app/demo/simulated_instruments.yaml").resolve()


@pytest.fixture
def people(app, frozen_clock):
    return make_people()


@pytest.fixture
def receiver(people):
    return equipment_facts.register(people.quality_manager, people.site, "EQ-105", type="ER-7", serial="NM000012")


def put(data: bytes, name: str = "scan.csv") -> files.Upload:
    return files.put_bytes(data, name, files.INSTRUMENT_DATA)


def count(model) -> int:
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


# ---- a file ----------------------------------------------------------------------------------------------


def test_a_file_is_kept_as_it_was_with_what_was_read_from_it(people, receiver, writing):
    data = trace_files.plain()
    row = services.import_trace(people.technician, receiver, put(data), COLUMNS)
    assert row.file_sha256 == hashlib.sha256(data).hexdigest() and files.read(row.file_sha256) == data
    assert (row.points, row.unit, row.detector, row.source, row.format) == (41, "dBµV", "QP", "file", "delimited")
    assert (row.facts["f_low"], row.facts["f_high"]) == ("30000000", "230000000")
    assert (row.facts["peak_f"], row.facts["peak"], row.facts["rbw"]) == ("125000000", "47.25", "120000")
    assert (row.facts["model"], row.facts["serial"], row.facts["differs"]) == ("ER-7", "NM000012", False)
    assert row.captured_at == clock.now() and row.person_id == people.technician.id
    assert len(queries.points_of(row)) == 41
    assert audit.history("trace", row.id), "a trace is audited"


def test_a_known_format_needs_no_mapping(people, receiver, writing):
    row = services.import_trace(people.technician, receiver, put(trace_files.keysight(), "MXE.csv"))
    assert (row.format, row.points, row.unit, row.detector) == ("keysight", 11, "dBµV", "Peak")
    assert row.facts["model"] == "N9038A" and row.facts["differs"], "the header names another model than the register"


def test_nul_bytes_mixed_line_ends_and_decimal_commas_are_read(people, receiver, writing):
    row = services.import_trace(people.technician, receiver, put(trace_files.dirty(), "pegel.dat"), TABS)
    first = queries.points_of(row).point(0)
    assert row.points == 6 and (first.frequency, first.level) == (Decimal("30500000"), Decimal("-61.25"))


def test_the_same_file_read_in_the_same_way_is_one_trace(people, receiver, writing):
    first = services.import_trace(people.technician, receiver, put(trace_files.plain()), COLUMNS)
    again = services.import_trace(people.technician, receiver, put(trace_files.plain()), COLUMNS)
    other = services.import_trace(people.technician, receiver, put(trace_files.plain()), {**COLUMNS, "detector": "PK"})
    assert first.id == again.id != other.id and count(StoredFile) == 1


@pytest.mark.parametrize(("data", "plan", "field", "says"), [
    (b"Frequency (MHz),Level\n", COLUMNS, "file", "không có số liệu"),
    (b"\0\0 \r\n", None, "file", "không có số liệu"),
    (trace_files.keysight(cut=True), None, "file", "Dòng 18: tệp bị cắt ngang"),
    (trace_files.backward(), COLUMNS, "file", "Dòng 6: tần số không tăng dần: “31.5”"),
    (trace_files.undecided(), TABS, "decimal", "Dòng 2: không phân biệt được dấu thập phân"),
    (trace_files.plain(), {**COLUMNS, "unit": "furlong"}, "unit", "không biết đơn vị của mức: “furlong”"),
    (trace_files.plain(), {**COLUMNS, "unit": ""}, "unit", "không nêu đơn vị"),
    (trace_files.keysight(), {"reader": "known", "trace": 1, "unit": "dBm"}, "unit", "khác với đơn vị ghi trong tệp"),
    (trace_files.plain(), None, "file", "chưa biết cách đọc"),
    (b"f,L\n30,20.5\n31,x\n", COLUMNS, "file", "Dòng 3: mức: không phải là số"),
    (trace_files.plain(), {**COLUMNS, "frequency_unit": ""}, "frequency_unit", "chưa rõ đơn vị tần số"),
])
def test_what_cannot_be_read_is_refused_with_its_line_and_nothing_is_kept(people, receiver, writing, data, plan, field, says):
    with pytest.raises(FieldRefused) as caught:
        services.import_trace(people.technician, receiver, put(data), plan)
    assert caught.value.field == field and says in str(caught.value.message)
    assert count(Trace) == 0 and count(StoredFile) == 0


def test_a_capture_to_come_and_a_reader_of_no_right_are_refused(people, receiver, writing):
    with pytest.raises(FieldRefused) as caught:
        services.import_trace(people.technician, receiver, put(trace_files.plain()), COLUMNS, clock.now() + timedelta(hours=1))
    assert caught.value.field == "captured_at"
    with pytest.raises(NotAllowed):
        services.import_trace(people.auditor, receiver, put(trace_files.plain()), COLUMNS)


def test_only_files_of_instruments_may_hold_anything(app):
    with pytest.raises(FieldRefused):
        files.put_bytes(trace_files.dirty(), "pegel.dat")
    with pytest.raises(FieldRefused):
        put(b"\x89PNG\r\n\x1a\n" + b"\0" * 300, "scan.csv")


def test_a_ticket_is_good_for_its_person_and_its_file(people, frozen_clock):
    upload = put(trace_files.plain())
    ticket = files.ticket(upload, people.technician.id)
    assert files.by_ticket(ticket, people.technician.id).sha256 == upload.sha256
    for text, person in ((ticket, people.reviewer.id), (ticket + "x", people.technician.id), ("", people.technician.id)):
        with pytest.raises(FieldRefused):
            files.by_ticket(text, person)


# ---- saved mappings --------------------------------------------------------------------------------------


def test_a_mapping_is_kept_by_name_and_replaced_by_the_same_name(people, writing):
    body = {k: v for k, v in COLUMNS.items() if k != "reader"}
    row = services.save_mapping(people.technician, " ER-7 quét ", body)
    again = services.save_mapping(people.reviewer, "ER-7 quét", {**body, "detector": "PK"})
    assert row.id == again.id and row.mapping["detector"] == "PK" and count(FileMapping) == 1
    for wrong in ({**body, "delimiter": "x"}, {**body, "frequency_unit": "rpm"}, {"decimal": ","}, {**body, "hack": 1}):
        with pytest.raises(FieldRefused):
            services.save_mapping(people.technician, "sai", wrong)
    with pytest.raises(FieldRefused):
        services.save_mapping(people.technician, "  ", body)


# ---- values from a trace ---------------------------------------------------------------------------------


def test_a_value_is_the_peak_of_a_span_or_the_point_at_a_frequency(people, receiver, writing):
    row = services.import_trace(people.technician, receiver, put(trace_files.plain()), COLUMNS)
    peak = queries.taken(row, "peak", "dBµV", low=Decimal(30_000_000), high=Decimal(230_000_000))
    assert (peak.frequency, peak.level) == (Decimal(125_000_000), Decimal("47.25"))
    beside = queries.taken(row, "peak", "", low=Decimal(30_000_000), high=Decimal(100_000_000))
    assert beside.level == Decimal("22") and beside.unit == "dBµV"
    at = queries.taken(row, "at", "dBmV", frequency=Decimal(124_000_000))
    assert at.level == Decimal("-12.75"), "the nearest measured point, in the asked unit"
    for one in (peak, beside, at):
        assert queries.taken_by(one.token, one.unit) == one
    for token in ("", "x", "1:peak", f"{row.id}:max:1", "999999:at:1", f"{row.id}:peak:1:2:3"):
        assert queries.taken_by(token, "dBµV") is None
    with pytest.raises(TraceError):
        queries.taken(row, "at", "dBµV", frequency=Decimal(400_000_000))
    with pytest.raises(TraceError):
        queries.taken(row, "peak", "dBµV", low=Decimal(300_000_000), high=Decimal(400_000_000))


# ---- the instrument itself -------------------------------------------------------------------------------


def keep(people, receiver, spoken):
    return services.keep_capture(people.technician, receiver, spoken, put(spoken.transcript(), "EQ-105-scpi.txt"))


def test_a_capture_is_kept_with_the_identity_and_the_error_it_answered(people, receiver, writing):
    spoken = trace_files.spoken()
    row = keep(people, receiver, spoken)
    assert (row.source, row.format, row.points, row.unit) == ("scpi", "scpi", 3, "dBµV")
    assert row.identity == "Sóng Giả,ER-7,NM000012,4.11" and row.system_error == '0,"No error"'
    assert (row.facts["f_low"], row.facts["f_high"], row.facts["peak_f"]) == ("30000000", "230000000", "130000000")
    assert files.read(row.file_sha256).decode().splitlines()[0] == "*IDN?\tSóng Giả,ER-7,NM000012,4.11"


@pytest.mark.parametrize("identity", ["Sóng Giả,ER-7,NM000099,4.11", "Sóng Giả,ER-8,NM000012,4.11", "Khác,ER-7,NM000012,4.11", "ER-7", ""])
def test_another_instrument_is_refused(people, receiver, writing, identity):
    with pytest.raises(GateRefused) as caught:
        keep(people, receiver, trace_files.spoken(identity=identity))
    assert caught.value.stop.gate == "capture-identity" and "6.4.13" in caught.value.stop.clauses
    assert count(Trace) == 0


def test_the_identity_in_the_register_is_compared_word_for_word(people, receiver, writing):
    services.set_connection(people.quality_manager, receiver, resource="", identity="SONG GIA,ER-7,NM000012,4.11")
    assert keep(people, receiver, trace_files.spoken(identity="SONG GIA,ER-7,NM000012,4.11")).points == 3
    with pytest.raises(GateRefused):
        keep(people, receiver, trace_files.spoken(identity="SONG GIA,ER-7,NM000012,4.12"))


@pytest.mark.parametrize("error", ['-113,"Undefined header"', '-350,"Queue overflow" | 0,"No error"', "ERROR", ""])
def test_a_capture_with_an_error_is_refused(people, receiver, writing, error):
    with pytest.raises(GateRefused) as caught:
        keep(people, receiver, trace_files.spoken(error=error))
    assert caught.value.stop.gate == "capture-error-free" and count(Trace) == 0


@pytest.mark.parametrize(("levels", "unit", "says"), [
    ("20.5,x,21.5", "DBUV", "không phải là số"), ("20.5,NAN", "DBUV", "không phải là số"), ("20.5,21.5", "", "không nêu đơn vị"),
    ("20.5,21.5", "SMOOT", "không biết đơn vị"),
])
def test_an_answer_that_is_no_trace_is_refused(people, receiver, writing, levels, unit, says):
    with pytest.raises(FieldRefused) as caught:
        keep(people, receiver, trace_files.spoken(levels, unit=unit))
    assert says in str(caught.value.message) and count(Trace) == 0


def test_an_address_is_a_visa_resource_and_a_simulated_one_only_where_allowed(people, receiver, writing):
    kept = services.set_connection(
        people.quality_manager, receiver, resource=" TCPIP0::192.0.2.15::inst0::INSTR ", identity="a,b,c,d")
    assert kept.resource == "TCPIP0::192.0.2.15::inst0::INSTR"
    for resource in ("http://x", "TCPIP0::h;rm::INSTR", "sim:GPIB0::9::INSTR", "sim:"):
        with pytest.raises(FieldRefused):
            services.set_connection(people.quality_manager, receiver, resource=resource, identity="")
    assert services.set_connection(
        people.quality_manager, receiver, resource="sim:GPIB0::9::INSTR", identity="", simulation=True).resource.startswith("sim:")
    with pytest.raises(FieldRefused):
        services.set_connection(people.quality_manager, receiver, resource="", identity="chỉ một từ")
    with pytest.raises(NotAllowed):
        services.set_connection(people.technician, receiver, resource="", identity="")


def test_only_questions_are_asked():
    assert all(rules.is_query(q) for q in ("READ?", "TRAC:DATA? TRACE1", "*OPC?", ":CALC:MARK1:Y?"))
    assert not any(rules.is_query(q) for q in ("*RST", "READ?;*RST", "READ?\n*RST", "SYST:PRES", "", "TRAC? " + "x" * 200, "READ ?"))


BACKEND = scpi.Backend("@py", 800, SIMULATION)


def test_the_simulated_receiver_answers_with_its_settings(app):
    spoken = scpi.capture("sim:TCPIP0::192.0.2.15::inst0::INSTR", ["TRAC:DATA? TRACE1"], BACKEND, scpi.TRACE_SETTINGS)
    assert spoken.identity == "NHIEU MAU,ER-7,NM000012,4.11" and spoken.system_error == '0,"No error"'
    assert [x.asked for x in spoken.lines] == [*scpi.TRACE_SETTINGS, "TRAC:DATA? TRACE1"]
    assert len(spoken.lines[-1].answer.split(",")) == 271


def test_a_question_the_instrument_does_not_know_leaves_its_error(app):
    spoken = scpi.capture("sim:TCPIP0::192.0.2.15::5025::SOCKET", ["NOPE?"], BACKEND, ("NOT:THIS?", "BAND?"))
    assert "-113" in spoken.system_error and [x.asked for x in spoken.lines] == ["BAND?", "NOPE?"]
    assert not rules.error_free(spoken.system_error)


@pytest.mark.filterwarnings("ignore:read string doesn't end")
@pytest.mark.parametrize(("resource", "question", "field"), [
    ("sim:TCPIP0::192.0.2.99::inst0::INSTR", "READ?", "resource"), ("TCPIP0::127.0.0.1::9::SOCKET", "READ?", "resource"),
    ("không phải địa chỉ", "READ?", "resource"), ("sim:TCPIP0::192.0.2.15::inst0::INSTR", "*RST", "query"),
])
def test_an_instrument_that_is_not_reached_is_refused(app, resource, question, field):
    with pytest.raises(FieldRefused) as caught:
        scpi.capture(resource, [question], BACKEND)
    assert caught.value.field == field


def test_without_a_simulation_or_a_backend_nobody_is_asked(app):
    with pytest.raises(FieldRefused, match="không phải địa chỉ"):
        scpi.capture("sim:TCPIP0::192.0.2.15::inst0::INSTR", ["READ?"], scpi.Backend("@py", 500))
    with pytest.raises(FieldRefused, match="SCPI_BACKEND"):
        scpi.capture("TCPIP0::192.0.2.15::inst0::INSTR", ["READ?"], scpi.Backend("", 500))


def test_a_silent_instrument_is_given_up_in_time(app, tmp_path):
    silent = tmp_path / "silent.yaml"
    silent.write_text(
        'spec: "1.1"\ndevices:\n  d:\n    eom:\n      TCPIP INSTR: {q: "\\n", r: "\\n"}\n    error: ERROR\n    dialogues:\n'
        '      - q: "*IDN?"\nresources:\n  TCPIP0::192.0.2.15::inst0::INSTR: {device: d}\n', encoding="utf-8")
    with pytest.raises(FieldRefused) as caught:
        scpi.capture("sim:TCPIP0::192.0.2.15::inst0::INSTR", ["READ?"], scpi.Backend("@py", 300, silent))
    assert caught.value.field == "resource"


@pytest.mark.parametrize(("name", "trace", "unit", "points", "model"), [
    ("keysight_N9038A_OneTrace.csv", 1, "", 1001, "N9038A"), ("agilent_N9340B.CSV", 1, "", 461, ""),
    ("agilent_E4411DATA.CSV", 1, "dBµV", 401, "E4411B"), ("tektronix_emcvu_example.csv", 1, "", 2401, ""),
    ("tektronix_rsa500_1M-11M.csv", 1, "", 801, ""),
])
def test_files_of_real_instruments_are_imported(people, receiver, writing, name, trace, unit, points, model):
    path = SAMPLE_FILES / "traces" / name
    if not path.exists():
        pytest.skip(f"the sample file {path} is not on this machine: this reader was not tried on a real file")
    plan = {"reader": "known", "trace": trace, "unit": unit}
    row = services.import_trace(people.technician, receiver, put(path.read_bytes(), name), plan)
    assert row.points == points and row.facts["model"] == model and row.facts["differs"] is bool(model)
