"""Pages of traces: a file dropped, held against the limits, taken, looked at, its points recorded; refusals and rights."""
from __future__ import annotations

import io
import re
from urllib.parse import urlencode

import pytest

from lab_app.core.db import db
from lab_app.results.models import Reading, TraceUse
from tests.support.results_facts import day
from tests.support.trace_facts import PEAKS, make_emission, sweep_file


@pytest.fixture
def world(app, writing, frozen_clock):
    made = make_emission()
    db.session.commit()
    return made


@pytest.fixture
def signed_in(world, client_as):
    return client_as("technician")


def url(world, tail=""):
    return f"/jobs/{world.bench.job.code}/traces{tail}"


def query(world, *detectors, **more):
    pairs = [("do", "look"), *(("parameters", str(world.parameters[d].id)) for d in detectors or ("QP",))]
    pairs += [("factor-af", f"set:{world.factors.id}"), ("factor-cable", "stated"), ("stated-cable", "6"), ("says-cable", "CAB-3"),
              ("factor-preamp", "stated"), ("stated-preamp", "0"), ("says-preamp", "không dùng")]
    return [*((k, v) for k, v in pairs if k not in more), *((k, v) for k, v in more.items() if v)]


def upload(client, world, data, **fields):
    return client.post(url(world, "/file"), data={
        "instrument": str(world.receiver.id), "captured_at": "16/11/2026 08:50", "file": (io.BytesIO(data), "quet.csv"), **fields})


def test_a_dropped_file_goes_to_its_limits_and_is_taken(world, signed_in):
    answer = upload(signed_in, world, sweep_file("QP", PEAKS))
    assert answer.status_code == 302 and "/traces/set-up/" in answer.location
    first = signed_in.get(answer.location)
    # The antenna's table of the day is chosen at once, what nobody can know is asked for.
    chosen = rf'<option (selected value="set:{world.factors.id}"|value="set:{world.factors.id}" selected)'
    assert first.status_code == 200 and re.search(chosen, first.text)
    address = answer.location + "?" + urlencode(query(world))
    shown = signed_in.get(address).text
    assert "43,0" in shown and "−3,0" in shown.replace("-3,0", "−3,0") and "nhiễu nền" in shown and "Chưa có gì được ghi" in shown
    assert db.session.query(TraceUse).count() == 0
    taken = signed_in.post(answer.location, data=dict(query(world, conditions="phân cực H")))
    assert taken.status_code == 302 and re.search(r"/traces/\d+$", taken.location)
    page = signed_in.get(taken.location)
    assert page.status_code == 200 and "HB/2026-01" in page.text and "gần một đỉnh lớn hơn" in page.text and "SHA-256" in page.text
    listed = signed_in.get(url(world)).text
    assert "phân cực H" in listed and "Phát xạ bức xạ QP" in listed


def test_the_pictures_data_is_compact_and_follows_the_span(world, signed_in):
    use = world.use(world.sweep(), "QP")
    db.session.commit()
    data = signed_in.get(url(world, f"/{use.id}/data.json")).get_json()
    assert (data["first"], data["last"], data["points"], data["unit"], data["log"]) == (30_000_000, 1_000_000_000, 971, "dBµV/m", True)
    assert max(data["hi"]) == 4600 and data["limits"][0]["pieces"][0] == [30_000_000, 230_000_000, 4000, 4000]
    assert [(p["n"], p["f"], p["kept"]) for p in data["peaks"]][:2] == [(1, 500_000_000, True), (2, 50_000_000, True)]
    near = signed_in.get(url(world, f"/{use.id}/data.json?from=230000000&to=250000000&columns=100")).get_json()
    assert (near["low"], near["high"], len(near["f"])) == (230_000_000, 250_000_000, 21) and max(near["hi"]) == 4300
    assert signed_in.get(url(world, f"/{use.id}/data.json?from=zzz&to=-1&columns=9999999")).status_code == 200
    setup = signed_in.get(url(world, f"/set-up/{use.trace_id}/data.json?") + urlencode(query(world)))
    assert max(setup.get_json()["hi"]) == 4600


def test_points_are_recorded_from_the_page(world, signed_in):
    use = world.use(world.sweep(), "QP", conditions="phân cực H")
    db.session.commit()
    page = signed_in.get(url(world, f"/{use.id}")).text
    assert page.count('name="points"') == 3
    where = url(world, f"/{use.id}/points")
    value = f"{world.parameters['QP'].id}:240000000"
    refused = signed_in.post(where, data={"points": value})
    assert refused.status_code == 422 and "còn thiếu" in refused.text
    made = signed_in.post(where, data={"points": value, "environment": str(world.bench.environment.id)})
    assert made.status_code == 302 and db.session.query(Reading).count() == 1
    again = signed_in.get(url(world, f"/{use.id}")).text
    assert "đã có số đọc" in again and again.count('name="points"') == 2
    assert signed_in.post(where, data={"points": "9:1"}).status_code == 422
    assert signed_in.post(where, data={}).status_code == 422


def test_a_trace_is_withdrawn_with_a_reason(world, signed_in):
    use = world.use(world.sweep(), "QP")
    db.session.commit()
    signed_in.post(url(world, f"/{use.id}/withdraw"), data={"reason": " "})
    assert "Cần ghi lý do" in signed_in.get(url(world, f"/{use.id}")).text
    signed_in.post(url(world, f"/{use.id}/withdraw"), data={"reason": "nhầm cực tính"})
    page = signed_in.get(url(world, f"/{use.id}")).text
    assert "nhầm cực tính" in page and 'name="points"' not in page


def test_a_file_of_no_known_format_is_read_by_columns(world, signed_in):
    rows = "".join(f"{30 + k},5;{-20 if k == 12 else -60 - k % 7},25\r\n" for k in range(60))
    first = upload(signed_in, world, b"Tan so (MHz);Muc (dBm)\r\n" + rows.encode())
    assert first.status_code == 200 and f"/jobs/{world.bench.job.code}/traces/read/EQ-105" in first.text
    fields = dict(re.findall(r'name="(ticket|reader)" [^>]*?value="([^"]+)"', first.text))
    assert fields["ticket"]
    data = {"ticket": fields["ticket"], "reader": "delimited", "delimiter": ";", "decimal": ",", "encoding": "", "data_after": "",
            "frequency_column": "1", "frequency_unit": "", "level_column": "2", "unit": "dBm", "detector": "", "trace": "1", "do": "look"}
    assert "chưa rõ đơn vị tần số" in signed_in.post(url(world, "/read/EQ-105"), data=data).text
    taken = signed_in.post(url(world, "/read/EQ-105"), data=data | {"frequency_unit": "MHz", "do": "take"})
    assert taken.status_code == 302 and "/traces/set-up/" in taken.location


@pytest.mark.parametrize(("change", "says"), [
    ({"stated-cable": "sáu"}, "không phải là số"), ({"says-cable": ""}, "Ghi giá trị này lấy từ đâu"),
    ({"stated-cable": "40 1; 50 2"}, "không ngoại suy"),
    ({"low": "2000", "high": "3000"}, "Không có điểm đo nào"), ({"detector": "AV"}, "Bộ tách sóng đã chọn khác"),
    ({"factor-af": "set:999"}, "không có hiệu lực"), ({"low": "một"}, "không phải là số"), ({"factor-preamp": ""}, "Chọn bảng hệ số"),
])
def test_a_choice_that_cannot_be_is_said_at_its_field_and_nothing_is_taken(world, signed_in, change, says):
    trace = world.sweep()
    db.session.commit()
    where = url(world, f"/set-up/{trace.id}")
    assert says in signed_in.get(where + "?" + urlencode(query(world, **change))).text
    refused = signed_in.post(where, data=dict(query(world, **change)))
    assert refused.status_code == 422 and says in refused.text and db.session.query(TraceUse).count() == 0


def test_a_gate_is_shown_before_and_refuses_after(world, signed_in):
    trace = world.sweep(at=day(10, 8))
    db.session.commit()
    where = url(world, f"/set-up/{trace.id}")
    assert "mẫu" in (shown := signed_in.get(where + "?" + urlencode(query(world))).text) and "aria-disabled" in shown
    refused = signed_in.post(where, data=dict(query(world)))
    assert refused.status_code == 422 and "nhận lúc" in refused.text and db.session.query(TraceUse).count() == 0


def test_a_file_that_cannot_be_read_and_a_form_that_says_nothing(world, signed_in):
    assert signed_in.post(url(world, "/file"), data={}).status_code == 422
    empty = upload(signed_in, world, b"")
    assert empty.status_code == 422
    future = upload(signed_in, world, sweep_file("QP", PEAKS), captured_at="17/11/2026 09:00")
    assert future.status_code == 422 and "tương lai" in future.text


def test_who_may_only_read_sees_and_changes_nothing(world, client_as):
    use = world.use(world.sweep(), "QP")
    db.session.commit()
    reader = client_as("reviewer")
    page = reader.get(url(world, f"/{use.id}"))
    assert page.status_code == 200
    outsider = client_as("reception")
    for where in (f"/set-up/{use.trace_id}", f"/set-up/{use.trace_id}/data.json"):
        assert outsider.get(url(world, where)).status_code == 403
    for where in ("/file", "/read/EQ-105", f"/set-up/{use.trace_id}", f"/{use.id}/points", f"/{use.id}/withdraw"):
        assert outsider.post(url(world, where), data={}).status_code == 403


def test_what_is_not_there_is_not_found(world, signed_in):
    use = world.use(world.sweep(), "QP")
    db.session.commit()
    for where in (url(world, "/999"), url(world, "/set-up/999"), f"/jobs/T00-0000-01/traces/{use.id}", "/jobs/T00-0000-01/traces"):
        assert signed_in.get(where).status_code == 404


def test_filled_pages_ask_few_statements(world, signed_in, statements):
    for n in range(12):
        world.use(world.sweep(floor=1 + n / 10), "QP", conditions=f"pha {n}")
    use = world.use(world.sweep(), "QP")
    db.session.commit()
    wheres = ("", f"/{use.id}", f"/{use.id}/data.json", f"/set-up/{use.trace_id}?" + urlencode(query(world)))
    for address in [url(world, where) for where in wheres]:
        signed_in.get(address)
        db.session.expunge_all()  # a request of its own finds nothing in memory
        with statements() as seen:
            assert signed_in.get(address).status_code == 200
        assert len(seen) <= 15, (address, len(seen), seen.repeated())
