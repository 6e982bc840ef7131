"""The bench by requests: what it shows, what becomes a record, what a refusal keeps, what it costs."""
from __future__ import annotations

import html
import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.drafts import Draft
from lab_app.quality.models import EnvironmentRecord
from lab_app.results import services
from lab_app.results.models import JobLine, Reading
from lab_app.results.services.drafting import draft_key
from tests.support import equipment_facts, results_facts, signing

JSON = {"Accept": "application/json"}


def expired_instrument(b: results_facts.Bench) -> Any:
    """One that measures the quantity and whose calibration ran out in July."""
    keeper = b.people.quality_manager
    row = equipment_facts.register(keeper, b.people.site, "EQ-900")
    equipment_facts.calibrate(keeper, row, months=6)
    equipment_facts.put_into_service(keeper, row, clock.at_local(date(2026, 1, 9), 9))
    return row


@pytest.fixture
def b(app, frozen_clock):
    """A job ready to be measured on Monday 16/11/2026 at 09:00."""
    return results_facts.make_bench()


def text(response: Any) -> str:
    return html.unescape(response.get_data(as_text=True))


def words(response: Any) -> str:
    """What a person reads: no tags, single blanks."""
    bare = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return re.sub(r"\s+", " ", html.unescape(bare).replace("\u00a0", " "))


def typed(b: results_facts.Bench, line: JobLine, **changes: Any) -> dict[str, Any]:
    """What the form of a line sends: a level and a loss in Vietnamese notation, one instrument, the room's record."""
    body = {
        "version": str(line.version), "seen_revision": str(line.reading.revision if line.reading else 0),
        "raw-reading": "15,4", "raw-loss": "0,5", "instruments": [str(b.instrument.id)], "environment": str(b.environment.id),
        "measured_at": "16/11/2026 08:50", "do": "record",
    }
    return {key: value for key, value in (body | changes).items() if value is not None}


def count(model: Any) -> int:
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def newest() -> Reading:
    db.session.rollback()
    found = db.session.scalars(select(Reading).order_by(Reading.id.desc())).first()
    assert found is not None
    return found


# ---- what it shows ---------------------------------------------------------------------------------------


def test_the_bench_shows_the_line_in_hand_the_others_and_what_can_be_picked(b, client_as):
    expired = expired_instrument(b)
    b.record(b.line(conditions="2472 MHz"))
    page = client_as(b.people.technician).get(f"/jobs/{b.job.code}")
    seen = words(page)
    assert page.status_code == 200
    assert "Đang đo Công suất 2412 MHz" in seen and "Chưa đo · 1" in seen and "Đã ghi · 1" in seen
    assert "15,90 ± 0,71 dBm" in seen and "≤ 20" in seen and "4,10" in seen and "Đạt" in seen
    assert re.search(r'name="raw-reading"', text(page)) and 'name="raw-loss"' in text(page)
    assert f'value="{b.instrument.id}" id="eq-{b.instrument.id}" checked' in text(page), "the last reading's instrument is picked again"
    assert f'value="{expired.id}" id="eq-{expired.id}" disabled' in text(page)
    assert "Quá hạn hiệu chuẩn" in seen and "6.4.6" in seen
    assert "Chưa nộp được: còn 2 chỉ tiêu chưa có số đọc gốc. 7.5.1" in seen
    assert re.search(r'<button[^>]*aria-disabled="true"[^>]*>.*?Nộp soát xét', text(page), re.S)


def test_a_person_without_the_authorisation_reads_why_before_measuring(app, frozen_clock, client_as):
    b = results_facts.make_bench(tester=False)
    seen = words(client_as(b.people.technician).get(f"/jobs/{b.job.code}"))
    assert "không có quyền thử PT 1 ngày 16/11/2026" in seen and "6.2.6" in seen


def test_an_unaccepted_request_stops_the_bench(app, frozen_clock, client_as):
    b = results_facts.make_bench(accepted=False)
    assert "chưa được chấp nhận vào lúc đo" in words(client_as(b.people.technician).get(f"/jobs/{b.job.code}"))


def test_an_auditor_reads_and_cannot_write(b, client_as):
    client = client_as(b.people.auditor)
    line = b.line()
    page = client.get(f"/jobs/{b.job.code}")
    assert page.status_code == 200 and 'name="raw-reading"' not in text(page) and "Nộp soát xét" not in text(page)
    for address in (f"/lines/{line.id}/record", f"/lines/{line.id}/preview", f"/lines/{line.id}/draft", f"/jobs/{b.job.code}/submit"):
        assert client.post(address, data=typed(b, line)).status_code == 403
    assert count(Reading) == 0


def test_an_unknown_job_or_line_is_not_found(b, client_as):
    client = client_as(b.people.technician)
    assert client.get("/jobs/T99-0000-01").status_code == 404
    assert client.post("/lines/99999/record", data={}).status_code == 404
    assert client.get("/lines/99999").status_code == 404


# ---- recording -------------------------------------------------------------------------------------------


def test_a_plain_form_records_and_goes_on_to_the_next_line(b, client_as):
    client, line, following = client_as(b.people.technician), b.line(), b.line(conditions="2472 MHz")
    answer = client.post(f"/lines/{line.id}/record", data=typed(b, line, note="ổn định"))
    assert answer.status_code == 302 and answer.location.endswith(f"/jobs/{b.job.code}?line={following.id}")
    reading = newest()
    assert (reading.line_id, reading.value, reading.verdict) == (line.id, Decimal("15.9"), "PASS")
    assert reading.raw["reading"]["text"] == "15,4" and reading.note == "ổn định"
    assert [u.instrument_id for u in reading.instruments] == [b.instrument.id] and reading.environment_id == b.environment.id


def test_the_live_bench_gets_data_and_the_address_of_the_next_line(b, client_as):
    client, line = client_as(b.people.technician), b.line()
    answer = client.post(f"/lines/{line.id}/record", data=typed(b, line), headers=JSON)
    data = answer.get_json()
    assert answer.status_code == 200 and data["ok"] and data["verdict_text"] == "Đạt" and data["value_text"] == "15,90"
    assert data["next_url"].endswith(f"line={b.line(conditions='2472 MHz').id}") and data["gauge"]["shown"]
    assert newest().line_id == line.id


def test_a_preview_computes_asks_the_gates_and_writes_nothing(b, client_as, statements):
    client, line = client_as(b.people.technician), b.line()
    with statements() as seen:
        answer = client.post(f"/lines/{line.id}/preview", data=typed(b, line, **{"raw-reading": "21,3"}), headers=JSON)
    data = answer.get_json()
    assert data["ready"] and data["refusal"] is None
    assert (data["value_text"], data["margin_text"], data["verdict_text"], data["tone"]) == ("21,80", "−1,80", "Không đạt", "bad")
    assert data["formula_text"].replace("\u00a0", " ") == "= 21,3 dBm + 0,5 dB"
    assert not [s for s in seen if not s.lstrip().upper().startswith(("SELECT", "WITH"))]
    assert count(Reading) == 0


def test_a_half_typed_row_is_not_called_wrong(b, client_as):
    line = b.line()
    data = client_as(b.people.technician).post(
        f"/lines/{line.id}/preview", data=typed(b, line, **{"raw-reading": ""}, instruments=[]), headers=JSON).get_json()
    assert not data["ready"] and data["refusal"] is None and data["errors"] == {}
    assert "còn thiếu" in data["recorded_text"]


def test_an_unfit_instrument_is_named_in_the_preview_with_its_clause(b, client_as):
    other = expired_instrument(b)
    line = b.line()
    data = client_as(b.people.technician).post(
        f"/lines/{line.id}/preview", data=typed(b, line, instruments=[str(other.id)]), headers=JSON).get_json()
    assert not data["ready"] and data["refusal"]["gate"] == "instrument-fit" and "EQ-900" in data["refusal"]["says"]
    assert data["picks"][str(other.id)]["off"] and "6.4.6" in data["picks"][str(other.id)]["why"]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"raw-reading": ""}, "còn thiếu reading"),
    ({"raw-reading": "1.234"}, "“1.234” có thể đọc thành hai số"),
    ({"raw-reading": "<5"}, "“<5” không phải là số"),
    ({"raw-reading": "１５"}, "không phải là số"),
    ({"raw-reading": "9" * 60}, "Số quá dài"),
    ({"measured_at": "16/11/2026 09:30"}, "ở tương lai"),
    ({"measured_at": "09/11/2026 09:00"}, "chưa được chấp nhận vào lúc đo"),
    ({"measured_at": "31/02/2026 09:00"}, "không phải thời điểm dạng"),
    ({"measured_at": "16/11/2026 07:30"}, "ghi muộn"),
    ({"instruments": []}, "thiết bị đã dùng"),
    ({"instruments": ["999999"]}, "thiết bị đã dùng"),
    ({"environment": None}, "môi trường lúc đo"),
    ({"environment": "999999"}, "môi trường lúc đo"),
    ({"observation": "NT", "note": " "}, "lý do cho câu trả lời"),
]


@pytest.mark.parametrize(("changes", "why"), BAD)
def test_bad_input_is_refused_and_stays_in_place(b, client_as, changes, why):
    client, line = client_as(b.people.technician), b.line()
    body = typed(b, line, **({"note": "giữ chữ này"} | changes))
    answer = client.post(f"/lines/{line.id}/record", data=body)
    assert answer.status_code == 422 and why in words(answer)
    assert body["note"] in text(answer)
    for name in ("raw-reading", "raw-loss", "measured_at"):
        if body.get(name):
            assert f'value="{body[name]}"' in text(answer)
    live = client.post(f"/lines/{line.id}/record", data=body, headers=JSON)
    assert live.status_code == 422 and why in str(live.get_json())
    assert count(Reading) == 0


def test_a_refusal_by_a_gate_names_its_clause_and_is_kept_as_a_hit(b, client_as):
    from lab_app.core.gates import GateHit

    line = b.line()
    answer = client_as(b.people.technician).post(f"/lines/{line.id}/record", data=typed(b, line, instruments=[]))
    assert answer.status_code == 422 and "7.5.1" in words(answer)
    assert count(GateHit) == 1


def test_a_number_with_a_comma_is_read_by_the_readers_language(b, client_as):
    client, line = client_as(b.people.technician), b.line()
    data = client.post(f"/lines/{line.id}/preview", data=typed(b, line, **{"raw-reading": "1,234"}), headers=JSON).get_json()
    assert data["value_text"] == "1,73" and not data["errors"]
    english = client.post(f"/lines/{line.id}/preview?lang=en", data=typed(b, line, **{"raw-reading": "1,234"}), headers=JSON).get_json()
    assert not english["ready"] and "raw-reading" in english["errors"]


def test_decomposed_text_is_kept_composed(b, client_as):
    line = b.line()
    client_as(b.people.technician).post(
        f"/lines/{line.id}/record", data=typed(b, line, note=unicodedata.normalize("NFD", "ổn định sau 10 phút")))
    assert newest().note == "ổn định sau 10 phút"


def test_zero_is_a_reading(b, client_as):
    line = b.line()
    client_as(b.people.technician).post(f"/lines/{line.id}/record", data=typed(b, line, **{"raw-reading": "0", "raw-loss": "0"}))
    assert newest().value == 0


def test_a_stale_page_is_told_and_keeps_its_text(b, client_as):
    client, line = client_as(b.people.technician), b.line()
    body = typed(b, line, note="chữ của tôi")
    b.record(line, by=b.people.technician)
    answer = client.post(f"/lines/{line.id}/record", data=body)
    assert answer.status_code == 409 and "chữ của tôi" in text(answer) and "15,4" in text(answer)
    assert client.post(f"/lines/{line.id}/record", data=body, headers=JSON).status_code == 409
    assert count(Reading) == 1


def test_another_persons_correction_makes_the_page_stale(b, client_as):
    line = b.line()
    b.record(line)
    body = typed(b, line, do="correct", reason="đọc nhầm")
    services.correct_reading(b.people.technician, line, b.entry("15.5"), "đọc nhầm dòng")
    assert client_as(b.people.technician).post(f"/lines/{line.id}/record", data=body).status_code == 409


def test_what_the_customer_supplies_is_marked_and_prefilled(app, frozen_clock, client_as, writing):
    b = results_facts.make_bench(request_facts={"supplied": [{"key": "loss", "label": "Suy hao", "value": "0.7", "unit": "dB"}]})
    b.tested.power.fields = [{**f, "source": "customer"} if f["key"] == "loss" else f for f in b.tested.power.fields]
    db.session.flush()
    page = client_as(b.people.technician).get(f"/jobs/{b.job.code}")
    assert re.search(r'name="raw-loss"[^>]*value="0,7"', text(page)) and "khách hàng cung cấp" in words(page)


# ---- environment -----------------------------------------------------------------------------------------


def test_a_new_environment_is_recorded_with_the_reading(b, client_as):
    line, before = b.line(), count(EnvironmentRecord)
    client_as(b.people.technician).post(f"/lines/{line.id}/record", data=typed(
        b, line, environment="new", room=b.room.code, t_low="23,5", rh_low="51", sensor_code="EQ-014"))
    reading = newest()
    assert count(EnvironmentRecord) == before + 1
    assert reading.environment is not None and (reading.environment.t_low, reading.environment.t_high) == (Decimal("23.5"),) * 2
    assert reading.environment.from_at == reading.measured_at


@pytest.mark.parametrize(("changes", "why"), [
    ({"t_low": "2.350"}, "có thể đọc thành hai số"),
    ({"t_low": "235"}, "ngoài khoảng có thể xảy ra"),
    ({"room": ""}, "Cần chọn phòng"),
    ({"sensor_code": ""}, "thiết bị đo môi trường"),
    ({"t_low": "14,9"}, "ngoài giới hạn của phương pháp"),
])
def test_a_refused_environment_leaves_nothing_behind(b, client_as, changes, why):
    line, before = b.line(), count(EnvironmentRecord)
    body = typed(b, line, environment="new", **({"room": b.room.code, "t_low": "23,5", "rh_low": "51", "sensor_code": "EQ-014"} | changes))
    answer = client_as(b.people.technician).post(f"/lines/{line.id}/record", data=body)
    assert answer.status_code == 422 and why in words(answer)
    assert 'value="51"' in text(answer) and (count(EnvironmentRecord), count(Reading)) == (before, 0)


# ---- drafts ----------------------------------------------------------------------------------------------


def test_a_draft_comes_back_as_typed_to_its_own_writer_only(b, client_as):
    client, line = client_as(b.people.technician), b.line()
    assert client.post(f"/lines/{line.id}/draft", data=typed(b, line, **{"raw-reading": "1.23"}, note="dở")).status_code == 204
    page = client.get(f"/jobs/{b.job.code}?line={line.id}")
    assert 'value="1.23"' in text(page) and "dở" in text(page) and "Nháp của bạn được mở lại" in text(page)
    other = client_as(b.people.second_technician).get(f"/jobs/{b.job.code}?line={line.id}")
    assert 'value="1.23"' not in text(other)
    assert count(Reading) == 0


def test_recording_ends_the_draft_and_a_late_draft_does_not_bring_it_back(b, client_as):
    client, line = client_as(b.people.technician), b.line()
    body = typed(b, line)
    client.post(f"/lines/{line.id}/draft", data=body)
    client.post(f"/lines/{line.id}/record", data=body)
    assert count(Draft) == 0
    assert client.post(f"/lines/{line.id}/draft", data=body).status_code == 204
    assert count(Draft) == 0


def test_a_draft_larger_than_any_reading_is_refused(b, client_as):
    line = b.line()
    answer = client_as(b.people.technician).post(f"/lines/{line.id}/draft", data=typed(b, line, note="x" * 30_000))
    assert answer.status_code == 413 and count(Draft) == 0
    assert draft_key(line.id) == f"line:{line.id}"


# ---- corrections, observations, retests ------------------------------------------------------------------


def test_a_correction_needs_its_reason_and_keeps_the_first_reading(b, client_as):
    client, line = client_as(b.people.technician), b.line()
    b.record(line)
    page = client.get(f"/jobs/{b.job.code}?line={line.id}&do=correct")
    assert 'value="15.4"' in text(page).replace("15,4", "15.4") and "Lý do sửa" in words(page)
    refused = client.post(f"/lines/{line.id}/record", data=typed(b, line, do="correct", **{"raw-reading": "15,6"}))
    assert refused.status_code == 422 and "7.5.2" in words(refused) and 'value="15,6"' in text(refused)
    client.post(f"/lines/{line.id}/record", data=typed(b, line, do="correct", reason="đọc nhầm cột", **{"raw-reading": "15,6"}))
    reading = newest()
    assert (reading.revision, reading.value, reading.correction_reason) == (2, Decimal("16.1"), "đọc nhầm cột")
    story = client.get(f"/lines/{line.id}")
    assert re.search(r"<del>.*?15,4.*?</del>.*?<ins>.*?15,6.*?</ins>", text(story), re.S) and "đọc nhầm cột" in text(story)


def test_an_observation_offers_the_allowed_answers_and_wants_a_reason_for_others_than_pass(b, client_as):
    client, line = client_as(b.people.technician), b.line("P-02")
    page = text(client.get(f"/jobs/{b.job.code}?line={line.id}"))
    assert [o for o in re.findall(r'<option[^>]*value="(\w+)"', page) if o in ("PASS", "FAIL", "NA", "NT")] == ["PASS", "FAIL", "NA", "NT"]
    body = typed(b, line, observation="NA", **{"raw-reading": None, "raw-loss": None})
    assert client.post(f"/lines/{line.id}/record", data=body).status_code == 422
    assert client.post(f"/lines/{line.id}/record", data=body | {"observation": "MAYBE"}).status_code == 422
    client.post(f"/lines/{line.id}/record", data=body | {"note": "mẫu không có nhãn rời"})
    assert (newest().observation, newest().verdict) == ("NA", "NOT_APPLICABLE")


def test_a_retest_waits_for_submission_and_links_both_ways(b, client_as):
    client, line = client_as(b.people.technician), b.line()
    b.record(line, "21.3")
    assert "Chỉ thử lại kết quả đã nộp soát xét" in words(client.get(f"/lines/{line.id}/retest"))
    assert client.post(f"/lines/{line.id}/retest", data={"reason": "khách hàng sửa mẫu"}).status_code == 422
    b.record_all()
    b.submit()
    refused = client.post(f"/lines/{line.id}/retest", data={"reason": "  "})
    assert refused.status_code == 422 and "Cần điền mục này" in text(refused)
    answer = client.post(f"/lines/{line.id}/retest", data={"reason": "khách hàng sửa mẫu", "conditions": "2412 MHz, firmware 1.0.4"})
    db.session.rollback()
    again = db.session.scalar(select(JobLine).where(JobLine.retest_of_id == line.id))
    assert again is not None and answer.location.endswith(f"line={again.id}") and again.conditions == "2412 MHz, firmware 1.0.4"
    story = text(client.get(f"/lines/{line.id}"))
    assert f'href="/lines/{again.id}"' in story and "khách hàng sửa mẫu" in story
    assert f'href="/lines/{line.id}"' in text(client.get(f"/lines/{again.id}"))


def test_a_further_condition_is_a_line_of_its_own(b, client_as):
    client = client_as(b.people.technician)
    parameter = str(b.tested.power.id)
    refused = client.post(f"/jobs/{b.job.code}/lines/new", data={"parameter": parameter, "conditions": " "})
    assert refused.status_code == 422
    assert client.post(f"/jobs/{b.job.code}/lines/new", data={"parameter": "9999", "conditions": "x"}).status_code == 422
    client.post(f"/jobs/{b.job.code}/lines/new", data={"parameter": parameter, "conditions": "2442 MHz, 0 °C"})
    assert "2442 MHz, 0 °C" in words(client.get(f"/jobs/{b.job.code}"))


def test_submitting_with_open_lines_is_refused_with_the_clause_and_otherwise_waits_for_review(b, client_as):
    client = client_as(b.people.technician)
    bench, technician = f"/jobs/{b.job.code}", b.people.technician
    answer = client.post(f"{bench}/submit", data=signing.typed(client, technician, bench), follow_redirects=True)
    assert "còn 3 chỉ tiêu chưa có số đọc gốc" in words(answer) and "7.5.1" in words(answer)
    b.record_all()
    assert client.post(f"{bench}/submit", data={"version": "0", **signing.typed(client, technician, bench)}).status_code == 409
    client.post(f"{bench}/submit", data=signing.typed(client, technician, bench, f"{bench}/submit"))
    assert "Chờ soát xét" in words(client.get(f"/jobs/{b.job.code}"))


def test_the_worksheet_prints_what_is_recorded_and_leaves_room_for_the_rest(b, client_as):
    b.record()
    sheet = words(client_as(b.people.technician).get(f"/jobs/{b.job.code}/worksheet"))
    assert "PHIẾU GHI KẾT QUẢ THỬ" in sheet and "15,90 ± 0,71 dBm" in sheet and "EQ-101" in sheet and "reading: …………" in sheet


# ---- what it costs ---------------------------------------------------------------------------------------


def test_the_bench_costs_the_same_however_many_lines(b, client_as, statements):
    client = client_as(b.people.technician)
    b.record()
    asked = []
    for more in (0, 12):
        for n in range(more):
            line = services.add_line(b.people.technician, b.job, b.tested.power, f"thêm {n}")
            if n % 2:
                b.record(line)
        with statements() as seen:
            assert client.get(f"/jobs/{b.job.code}").status_code == 200
        asked.append(len(seen))
        with statements() as sheet:
            client.get(f"/jobs/{b.job.code}/worksheet")
        asked.append(len(sheet))
    assert asked[0] == asked[2] <= 15 and asked[1] == asked[3] <= 15


def test_the_address_of_a_refused_entry_leads_back_to_the_bench(b, client_as):
    line = b.job.lines[0]
    answer = client_as(b.people.technician).get(f"/lines/{line.id}/record")
    assert answer.status_code in (302, 303) and f"/jobs/{b.job.code}?line={line.id}" in answer.location
