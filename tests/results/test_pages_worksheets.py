"""The worksheet's pages: the list, putting one together, the grid, previews and drafts as data, recording with and without scripts."""
from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from lab_app.core import db as database
from lab_app.core import drafts
from lab_app.core.db import db
from lab_app.results import services as results
from lab_app.results.models import Reading, Worksheet, WorksheetLine
from lab_app.results.services import worksheets
from tests.support.signing import confirmed, typed
from tests.support.validity_facts import make_control
from tests.support.worksheet_facts import make_jobs, make_sheet, power_lines, sheet_of


@pytest.fixture(autouse=True)
def _on_that_monday(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


def head(made) -> dict[str, object]:
    return {"instruments": str(made.bench.instrument.id), "environment": str(made.bench.environment.id), "measured_at": "16/11/2026 08:50"}


def level(row, reading: str, loss: str = "0,5") -> dict[str, str]:
    return {f"c.{row.id}.reading.0": reading, f"c.{row.id}.loss.0": loss}


def count() -> int:
    return int(db.session.scalar(select(func.count()).select_from(Reading)) or 0)


def test_a_worksheet_is_put_together_from_chosen_lines(client_as):
    bench, jobs = make_jobs(3)
    client = client_as(bench.people.technician)
    shown = client.get(f"/worksheets/new?version={bench.tested.version.id}&parameter={bench.tested.power.id}")
    assert shown.status_code == 200 and shown.text.count('name="lines"') == 6
    chosen = [str(line.id) for line in power_lines(jobs)]
    made = client.post("/worksheets/new", data={"version": str(bench.tested.version.id), "lines": chosen, "note": "đợt sáng"})
    assert made.status_code in (302, 303) and made.location.endswith("/worksheets/BG-2026-001")
    sheet = db.session.scalars(select(Worksheet)).one()
    assert sheet.note == "đợt sáng" and db.session.scalar(select(func.count()).select_from(WorksheetLine)) == 3
    assert "BG-2026-001" in client.get("/worksheets").text


@pytest.mark.parametrize("lines", [[], ["999999"], ["x"]])
def test_no_lines_no_worksheet(client_as, lines):
    bench, _jobs = make_jobs(1)
    client = client_as(bench.people.technician)
    answer = client.post("/worksheets/new", data={"version": str(bench.tested.version.id), "lines": lines})
    assert answer.status_code == 422 and db.session.scalar(select(func.count()).select_from(Worksheet)) == 0


def test_the_grid_has_a_cell_for_every_reading_of_every_row(client_as):
    made = make_sheet(3)
    page = client_as(made.bench.people.technician).get(f"/worksheets/{made.sheet.code}")
    assert page.status_code == 200
    for row in made.rows:
        assert f'name="c.{row.id}.reading.0"' in page.text and f'name="c.{row.id}.loss.0"' in page.text
    assert "style=" not in page.text and "bàn phím" in page.text


def test_opening_costs_the_same_for_any_number_of_rows(client_as, statements):
    bench, jobs = make_jobs(12)
    sheets = [sheet_of(bench, jobs[:2]).sheet.code, sheet_of(bench, jobs[2:]).sheet.code]
    client = client_as(bench.people.technician)
    asked = []
    for code in sheets:
        client.get(f"/worksheets/{code}")
        db.session.expunge_all()  # a request of its own finds nothing in memory
        with statements() as seen:
            assert client.get(f"/worksheets/{code}").status_code == 200
        asked.append(len(seen))
    assert asked[0] == asked[1] <= 15, asked
    with statements() as seen:
        assert client.get("/worksheets").status_code == 200
    assert len(seen) <= 15, seen


def test_rows_are_recorded_by_a_plain_post_and_the_refused_one_stays_typed(client_as):
    made = make_sheet(3)
    rows, client = made.rows, client_as(made.bench.people.technician)
    answer = client.post(f"/worksheets/{made.sheet.code}/record",
                         data=head(made) | level(rows[0], "15,4") | level(rows[1], "1.2.3") | level(rows[2], "20,3"))
    assert answer.status_code in (302, 303) and "look=1" in answer.location
    assert count() == 2
    page = client.get(answer.location).text
    assert "1.2.3" in page and 'aria-invalid="true"' in page and "Không đạt" in page
    kept = drafts.load(made.bench.people.technician.id, worksheets.draft_key(made.sheet.id))["cells"]
    assert kept[f"c.{rows[1].id}.reading.0"] == "1.2.3"


def test_nothing_typed_is_said_so(client_as):
    made = make_sheet(1)
    answer = client_as(made.bench.people.technician).post(f"/worksheets/{made.sheet.code}/record", data=head(made))
    assert answer.status_code == 422 and "Chưa có dòng nào được điền" in answer.text


def test_every_row_refused_answers_422_with_the_reasons(client_as):
    made = make_sheet(2, tester=False)
    rows = made.rows
    answer = client_as(made.bench.people.technician).post(
        f"/worksheets/{made.sheet.code}/record", data=head(made) | level(rows[0], "15,4") | level(rows[1], "15,5"))
    assert answer.status_code == 422 and answer.text.count("6.2.6") >= 2 and count() == 0
    assert re.search(r'value="15,4"', answer.text)


def test_the_live_page_tries_rows_out_and_records_them_as_data(client_as):
    made = make_sheet(2)
    rows, client = made.rows, client_as(made.bench.people.technician)
    data = head(made) | level(rows[0], "15,4") | level(rows[1], "abc")
    seen = client.post(f"/worksheets/{made.sheet.code}/preview", data=data, headers={"Accept": "application/json"}).get_json()
    first, second = seen["rows"][str(rows[0].id)], seen["rows"][str(rows[1].id)]
    assert first["value_text"] == "15,90" and first["verdict"] == "PASS" and first["ready"]
    assert list(second["errors"]) == [f"c.{rows[1].id}.reading.0"] and count() == 0
    said = client.post(f"/worksheets/{made.sheet.code}/record", data=data, headers={"Accept": "application/json"}).get_json()
    assert said["rows"][str(rows[0].id)]["done"] and not said["rows"][str(rows[1].id)]["done"] and count() == 1


def test_typing_is_kept_per_person_and_shown_again(client_as):
    made = make_sheet(1)
    row, client = made.rows[0], client_as(made.bench.people.technician)
    assert client.post(f"/worksheets/{made.sheet.code}/draft", data=head(made) | level(row, "15,")).status_code == 204
    page = client.get(f"/worksheets/{made.sheet.code}").text
    assert 'value="15,"' in page and 'value="0,5"' in page
    too_much = {f"c.{row.id}.reading.{n}": "1" * 4000 for n in range(50)}
    assert client.post(f"/worksheets/{made.sheet.code}/draft", data=too_much).status_code == 413


def test_who_only_reads_sees_the_rows_and_types_nothing(client_as):
    made = make_sheet(1)
    client = client_as(made.bench.people.auditor)
    page = client.get(f"/worksheets/{made.sheet.code}")
    assert page.status_code == 200 and 'name="c.' not in page.text
    for path in ("record", "draft", "preview", "submit", "control", "duplicate"):
        assert client.post(f"/worksheets/{made.sheet.code}/{path}").status_code == 403
    assert client.get("/worksheets/new").status_code == 403


def test_rows_are_handed_in_and_an_open_one_taken_off(client_as):
    made = make_sheet(2)
    client = client_as(made.bench.people.technician)
    rows = made.rows
    client.post(f"/worksheets/{made.sheet.code}/record", data=head(made) | level(rows[0], "15,4"))
    client.post(f"/worksheets/{made.sheet.code}/submit", data=typed(client, made.bench.people.technician, f"/worksheets/{made.sheet.code}"))
    client.post(f"/worksheets/{made.sheet.code}/rows/{rows[1].id}/remove")
    sheet = db.session.scalars(select(Worksheet)).one()
    assert sheet.status == "to_review"
    refused = client.post(f"/worksheets/{made.sheet.code}/rows/{rows[0].id}/remove", follow_redirects=True)
    assert "ở lại đây" in refused.text
    assert client.post(f"/worksheets/BG-2026-999/rows/{rows[0].id}/remove").status_code == 404


def test_a_closed_worksheet_says_why_nothing_is_added(client_as):
    made = make_sheet(1)
    made.record({0: "15.4"})
    made.submit()
    results.review_line(made.bench.people.reviewer, made.rows[0].line, "approved", confirmed=confirmed(made.bench.people.reviewer))
    client = client_as(made.bench.people.technician)
    page = client.get(f"/worksheets/{made.sheet.code}").text
    assert "đã đóng vì mọi kết quả" in page and "7.5.2" in page
    line = made.bench.line("P-01", "2472 MHz")
    answer = client.post("/worksheets/new", data={
        "version": str(made.sheet.method_version_id), "lines": [str(line.id)], "to": made.sheet.code})
    assert answer.status_code == 422 and "7.5.2" in answer.text


def test_control_and_duplicate_rows_are_added_and_measured(client_as):
    made = make_sheet(1)
    chart = make_control(tested=made.bench.tested).chart
    client = client_as(made.bench.people.technician)
    row = made.rows[0]
    assert client.post(f"/worksheets/{made.sheet.code}/control", data={"chart": chart.code}).status_code in (302, 303)
    client.post(f"/worksheets/{made.sheet.code}/duplicate", data={"original": str(row.id), "criterion": "difference", "limit": "0,5"})
    rows = made.rows
    assert [r.kind for r in rows] == ["line", "control", "duplicate"]
    answer = client.post(f"/worksheets/{made.sheet.code}/record", data=head(made) | level(row, "15,4") | {
        f"c.{rows[1].id}.value.0": "10,02"} | level(rows[2], "15,5"))
    assert answer.status_code in (302, 303)
    page = client.get(f"/worksheets/{made.sheet.code}").text
    assert "10,02" in page and count() == 1
    bad = client.post(f"/worksheets/{made.sheet.code}/duplicate", data={"original": str(row.id), "criterion": "percent", "limit": "10"},
                      follow_redirects=True)
    assert "dB" in bad.text
    unknown = client.post(f"/worksheets/{made.sheet.code}/control", data={"chart": "X"}, follow_redirects=True)
    assert "Lựa chọn không có trong danh sách" in unknown.text


def test_the_room_log_is_offered_and_its_absence_is_said(client_as, frozen_clock):
    made = make_sheet(1)
    client = client_as(made.bench.people.technician)
    page = client.get(f"/worksheets/{made.sheet.code}").text
    assert re.search(rf'name="environment" value="{made.bench.environment.id}" checked', page)
    frozen_clock.advance(days=1)
    assert "Không có bản ghi nào bao gồm lúc đo" in client.get(f"/worksheets/{made.sheet.code}").text
