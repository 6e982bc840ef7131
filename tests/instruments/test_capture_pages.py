"""Pages of files and captures: upload, mapping with its preview, the picture, the raw file, asking an instrument; and who may."""
from __future__ import annotations

import html
import re
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from instruments.models import FileMapping, Trace
from instruments.queries import traces
from instruments.services import capture as services
from lab_app.core import files
from lab_app.core.db import db
from lab_app.core.gates import GateHit
from tests.support import equipment_facts, trace_files
from tests.support.people_facts import make_people

SIMULATED = "sim:TCPIP0::192.0.2.15::inst0::INSTR"


@pytest.fixture
def people(app, frozen_clock):
    return make_people()


@pytest.fixture
def receiver(people):
    row = equipment_facts.register(people.quality_manager, people.site, "EQ-105", type="ER-7", serial="NM000012")
    db.session.commit()
    return row


def count(model: Any) -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def words(response: Any) -> str:
    bare = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return re.sub(r"\s+", " ", html.unescape(bare).replace("\u00a0", " "))


def fields(response: Any) -> dict[str, str]:
    """What the mapping's form holds now, as a browser would send it."""
    text = response.get_data(as_text=True)
    found = {}
    for tag in re.findall(r"<input[^>]*>", text):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ("type=\"radio\"" not in tag or " checked" in tag):
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', text, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', body) or re.search(r'<option value="([^"]*)"[^>]*selected', body)
        found[name] = html.unescape(chosen[1]) if chosen else html.unescape(re.search(r'<option[^>]*value="([^"]*)"', body)[1])
    return {k: v for k, v in found.items() if k not in ("q", "csrf_token", "file")}


def uploaded(client: Any, data: bytes, name: str = "scan.csv") -> Any:
    return client.post("/instruments/EQ-105/traces/new", data={"file": (BytesIO(data), name), "captured_at": ""})


def test_a_table_is_mapped_once_and_the_way_is_offered_again(people, receiver, client_as):
    client = client_as(people.technician)
    look = uploaded(client, trace_files.plain())
    seen, form = words(look), fields(look)
    assert look.status_code == 200 and count(Trace) == 0, "a look keeps nothing"
    assert "Frequency (MHz),Level (dBuV)" in seen and "41 điểm" in seen and "30 MHz 20,00 dBµV" in seen
    assert (form["reader"], form["delimiter"], form["frequency_unit"], form["unit"]) == ("delimited", ",", "MHz", "dBµV")
    again = client.post("/instruments/EQ-105/traces/read", data={**form, "frequency_unit": "kHz", "do": "look"})
    assert "0,03 MHz" in words(again), "the preview follows the mapping"
    taken = client.post("/instruments/EQ-105/traces/read", data={**form, "save_as": "ER-7 quét", "do": "take"})
    assert taken.status_code == 302 and count(Trace) == 1 and count(FileMapping) == 1
    second = uploaded(client, trace_files.plain([(30.0 + k, 20.5) for k in range(5)]))
    assert "ER-7 quét" in words(second)
    used = client.post("/instruments/EQ-105/traces/read", data={**fields(second), "saved": "ER-7 quét", "delimiter": ";", "do": "saved"})
    assert fields(used)["delimiter"] == "," and "5 điểm" in words(used)


@pytest.mark.parametrize(("data", "says"), [
    (trace_files.backward(), "Dòng 6: tần số không tăng dần"), (trace_files.keysight(cut=True), "tệp bị cắt ngang"),
    (b"Frequency (MHz),Level\n", "Không đọc được tệp"), (trace_files.undecided(), "không phân biệt được dấu thập phân"),
    (b"\x01\x02 abc", "không phải là văn bản"),
])
def test_a_file_that_cannot_be_read_says_why_and_is_not_offered(people, receiver, client_as, data, says):
    client = client_as(people.technician)
    look = uploaded(client, data)
    if "chưa rõ đơn vị tần số" in words(look):  # no mapping could be proposed: a person chooses
        look = client.post("/instruments/EQ-105/traces/read", data={**fields(look), "frequency_unit": "MHz", "unit": "dBµV", "do": "look"})
    assert says in words(look) and "Chưa có gì được lưu" in words(look) and 'value="take"' not in look.get_data(as_text=True)
    forced = client.post("/instruments/EQ-105/traces/read", data={**fields(look), "do": "take"})
    assert forced.status_code == 422 and count(Trace) == 0


def test_an_empty_upload_a_picture_and_a_false_ticket_are_refused(people, receiver, client_as):
    client = client_as(people.technician)
    for data in (b"", b"\x89PNG\r\n\x1a\n" + b"\0" * 300):
        assert uploaded(client, data).status_code == 422
    stale = client.post("/instruments/EQ-105/traces/read", data={"ticket": "x", "reader": "known", "do": "take"})
    assert stale.status_code == 422 and "chọn lại tệp" in words(stale)
    other = files.ticket(files.put_bytes(trace_files.plain(), "x.csv", files.INSTRUMENT_DATA), people.reviewer.id)
    assert client.post("/instruments/EQ-105/traces/read", data={"ticket": other, "reader": "known", "do": "take"}).status_code == 422
    assert count(Trace) == 0


def kept(people: Any, receiver: Any) -> Trace:
    upload = files.put_bytes(trace_files.keysight(), "MXE.csv", files.INSTRUMENT_DATA)
    row = services.import_trace(people.technician, receiver, upload)
    db.session.commit()
    return row


def test_the_list_and_one_trace_with_its_span(people, receiver, client_as, statements):
    client = client_as(people.auditor)
    for n in range(30):
        upload = files.put_bytes(trace_files.levels_in_dbm(f"1{n}.5"), f"scan-{n}.csv", files.INSTRUMENT_DATA)
        services.import_trace(people.technician, receiver, upload, trace_files.DBM)
    row = kept(people, receiver)
    client.get("/instruments/EQ-105/traces")
    with statements() as seen:
        listed = client.get("/instruments/EQ-105/traces")
    assert listed.status_code == 200 and len(seen) <= 15 and not seen.repeated(), len(seen)
    assert "MXE.csv · Trace1" in words(listed) and "đầu tệp ghi thiết bị khác" in words(listed)
    with statements() as seen:
        whole = client.get(f"/instruments/EQ-105/traces/{row.id}")
    text = whole.get_data(as_text=True)
    assert len(seen) <= 15 and "<polyline" in text and "138 MHz" in words(whole) and "50,50 dBµV" in words(whole)
    assert row.file_sha256 in text and "N9038A" in words(whole)
    part = words(client.get(f"/instruments/EQ-105/traces/{row.id}?from=150&to=260"))
    assert "4 điểm trong đoạn" in part and "138 MHz" not in part.split("Các đỉnh")[1].split("Thông tin")[0]
    assert "Không có điểm đo nào" in words(client.get(f"/instruments/EQ-105/traces/{row.id}?from=900&to=901"))
    assert client.get(f"/instruments/EQ-105/traces/{row.id}?from=x&to=1e99").status_code == 200


def test_the_raw_file_comes_back_byte_for_byte_and_harmless(people, receiver, client_as):
    row = kept(people, receiver)
    equipment_facts.register(people.quality_manager, people.site, "EQ-106")
    db.session.commit()
    client = client_as(people.auditor)
    answer = client.get(f"/instruments/EQ-105/traces/{row.id}/file")
    assert answer.data == trace_files.keysight() and "attachment" in answer.headers["Content-Disposition"]
    assert "MXE.csv" in answer.headers["Content-Disposition"] and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/instruments/EQ-106/traces/{row.id}/file").status_code == 404
    assert client.get("/instruments/EQ-105/traces/999").status_code == 404


def test_an_instrument_is_asked_and_what_it_says_is_kept(people, receiver, client_as):
    keeper, client = client_as(people.quality_manager), client_as(people.technician)
    assert "chưa ghi địa chỉ VISA" in words(client.post("/instruments/EQ-105/traces/ask", data={"what": "trace"}))
    set_to = {"resource": SIMULATED, "identity": "NHIEU MAU,ER-7,NM000012,4.11"}
    assert keeper.post("/instruments/EQ-105/connection", data={**set_to, "resource": "http://x"}).status_code == 422
    assert keeper.post("/instruments/EQ-105/connection", data=set_to).status_code == 302
    answer = client.post("/instruments/EQ-105/traces/ask", data={"what": "trace"})
    assert answer.status_code == 302
    seen = words(client.get(answer.location))
    assert "NHIEU MAU,ER-7,NM000012,4.11" in seen and '0,"No error"' in seen and "240 MHz 30,60 dBµV" in seen
    for body, says in (({"what": "other", "query": "*RST"}, "không phải câu hỏi"), ({"what": "other", "query": "NOPE?"}, "báo lỗi")):
        refused = client.post("/instruments/EQ-105/traces/ask", data=body)
        assert refused.status_code == 422 and says in words(refused), words(refused)
    assert count(Trace) == 1
    assert [h.gate for h in db.session.scalars(select(GateHit))] == ["capture-error-free"]


def test_who_may_not_is_refused(people, receiver, client_as):
    auditor, technician = client_as(people.auditor), client_as(people.technician)
    for address in ("traces/new", "traces/ask"):
        assert auditor.get(f"/instruments/EQ-105/{address}").status_code == 403
    assert auditor.post("/instruments/EQ-105/traces/read").status_code == 403
    assert technician.get("/instruments/EQ-105/connection").status_code == 403
    assert technician.get("/instruments/EQ-000/traces").status_code == 404


NETWORK = b"""! a cable, 1 m\r\n# MHz S DB R 50\r
100 -30 0 -0.50 -20 -0.50 -20 -28 0\r
200 -29 0 -0.71 -40 -0.71 -40 -27 0\r
300 -27 0 -0.90 -60 -0.90 -60 -26 0\r
"""


def test_a_network_file_is_a_trace_of_one_of_its_parameters(people, receiver, client_as):
    client = client_as(people.technician)
    look = uploaded(client, NETWORK, "cap-1m.s2p")
    form = fields(look)
    assert (form["reader"], form["trace"]) == ("touchstone", "2") and "3 điểm" in words(look)
    assert "ngoài phạm vi của tệp" in words(client.post("/instruments/EQ-105/traces/read", data={**form, "trace": "5", "do": "take"}))
    assert client.post("/instruments/EQ-105/traces/read", data={**form, "do": "take"}).status_code == 302
    assert count(Trace) == 1
    kept = db.session.scalars(select(Trace)).one()
    assert (kept.format, kept.unit, kept.points) == ("Touchstone", "dB", 3) and "S21" in kept.name
    assert traces.points_of(kept).level.round(2).tolist() == [-0.5, -0.71, -0.9]


def test_a_network_file_cut_short_is_refused_with_its_line(people, receiver, client_as):
    cut = uploaded(client_as(people.technician), NETWORK.replace(b" -0.90 -60 -26 0", b""), "cap-1m.s2p")
    assert "Dòng 5" in words(cut) and count(Trace) == 0
