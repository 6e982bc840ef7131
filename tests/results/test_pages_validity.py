"""Pages of control charts, stops, comparisons and proficiency tests, by requests."""
from __future__ import annotations

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from lab_app.core import clock
from lab_app.results.services import comparisons, proficiency, validity
from lab_app.results.validity import queries
from tests.support.people_facts import make_people
from tests.support.results_facts import make_bench
from tests.support.validity_facts import answer, make_control, make_round


@pytest.fixture
def control(app, frozen_clock):
    return make_control()


def words(response) -> str:
    bare = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return re.sub(r"\s+", " ", html.unescape(bare).replace(" ", " "))


def test_a_chart_from_its_definition_to_its_release(app, frozen_clock, client_as):
    control = make_control(frozen=False)
    manager, technician = client_as(control.people.quality_manager), client_as(control.people.technician)
    typed = {"parameter": f"{control.tested.method.id}:P-01", "name": "Công suất, biểu đồ hai", "kind": "I-MR", "rules_on": ["1_3s"]}
    refused = manager.post("/validity/charts/new", data={**typed, "rules_on": []})
    assert refused.status_code == 422 and "ít nhất một phép thử" in words(refused)
    assert manager.post("/validity/charts/new", data={**typed, "instrument": "EQ-999"}).status_code == 422
    made = manager.post("/validity/charts/new", data=typed)
    assert made.status_code == 302 and made.location.endswith("/validity/charts/KS-002")
    for value in ("9,9", "10,1", "10,0", "9,95", "10,05", "10,1"):
        assert technician.post("/validity/charts/KS-002/value", data={"readings": value}).status_code == 302
    assert "Chưa đánh giá" in words(technician.get("/validity/charts/KS-002"))
    bad = technician.post("/validity/charts/KS-002/value", data={"readings": "mười"})
    assert bad.status_code == 422 and "mười" in bad.text
    assert technician.post("/validity/charts/KS-002/freeze", data={}).status_code == 403
    today = clock.today().strftime("%d/%m/%Y")
    days = {"phase_from": today, "phase_to": today}
    assert manager.post("/validity/charts/KS-002/freeze", data={**days, "reason": ""}).status_code == 422
    assert manager.post("/validity/charts/KS-002/freeze", data={**days, "reason": "ổn định"}).status_code == 302
    frozen_clock.advance(minutes=5)
    assert technician.post("/validity/charts/KS-002/value", data={"readings": "14"}).status_code == 302
    shown = technician.get("/validity/charts/KS-002")
    assert "đang dừng từ" in words(shown) and "<svg" in shown.text and "Bị loại" in words(shown) and "Tạm thời" in words(shown)
    code = re.search(r"DUNG-\d+-\d+", shown.text).group()
    assert code in words(technician.get("/validity")) and "Đang dừng" in words(technician.get("/validity?status=stopped"))
    told = {"cause": "cáp lỏng", "action": "siết lại"}
    assert technician.post(f"/validity/stops/{code}/release", data=told).status_code == 403
    reviewer = client_as(control.people.reviewer)
    assert reviewer.post(f"/validity/stops/{code}/release", data={**told, "cause": ""}).status_code == 422
    assert reviewer.post(f"/validity/stops/{code}/release", data=told).status_code == 302
    released = words(reviewer.get(f"/validity/stops/{code}"))
    assert "Đã cho làm lại" in released and "cáp lỏng" in released
    assert "KS-002" in reviewer.get("/validity?export=csv").text
    assert manager.post("/validity/charts/KS-002/close", data={"reason": "thay mẫu"}).status_code == 302
    assert "Biểu đồ đã đóng" in words(manager.get("/validity"))


def test_the_bench_says_that_the_parameter_is_stopped_with_one_statement_more(app, frozen_clock, client_as, statements):
    bench = make_bench()
    control = make_control(tested=bench.tested)
    client, url = client_as(bench.people.technician), f"/jobs/{bench.job.code}"
    with statements() as before:
        assert "đang dừng từ" not in words(client.get(url))
    control.measure("11.5")
    with statements() as after:
        assert "đang dừng từ" in words(client.get(url))
    assert len(after) == len(before) <= 15
    assert sum("parameter_stop" in sql for sql in after) == 1


def test_full_lists_and_pages_cost_no_more_than_empty_ones(control, client_as, statements):
    people, tested = control.people, control.tested
    for number in range(30):
        chart = validity.define_chart(
            people.quality_manager, tested.method, "P-01", name=f"Biểu đồ {number}", kind="I-MR", rules_on=["1_3s"])
        comparisons.record_comparison(people.technician, tested.method, "P-01", kind="replicate", criterion="difference", limit=Decimal(1),
                                      first="10", second=str(10 + number % 3))
        assert chart.code
    control.measure("11.5")
    with_result = make_round(people)
    result = answer(people, with_result, tested, "12.0")
    for number in range(28):
        make_round(people, name=f"RF-{number}", supplier=with_result.supplier)
    with clock.at(clock.now() + timedelta(days=2)):
        proficiency.score_result(people.quality_manager, result, assigned=Decimal(10), sigma_pt=Decimal("0.5"))
    stop = queries.open_stops()[0]
    comparison = queries.comparison_by_code("SS-2026-003")
    client = client_as(people.quality_manager)
    for url in ("/validity", "/validity?q=bieu do", f"/validity/charts/{control.chart.code}", f"/validity/stops/{stop.code}",
                "/validity/comparisons", "/validity/comparisons?verdict=open", f"/validity/comparisons/{comparison.code}", "/proficiency",
                f"/proficiency/rounds/{with_result.code}"):
        with statements() as seen:
            assert client.get(url).status_code == 200, url
        assert len(seen) <= 15 and not seen.repeated(), (url, seen)


def test_comparisons_by_requests(app, frozen_clock, client_as):
    bench = make_bench()
    bench.record()
    technician, reviewer = client_as(bench.people.technician), client_as(bench.people.reviewer)
    line = bench.line()
    typed = {"parameter": f"{bench.tested.method.id}:P-01", "kind": "replicate", "criterion": "difference", "limit": "0,5",
             "first_ref": f"{bench.job.code}/{line.position}", "second": "17,2"}
    for change in ({"second": "mười"}, {"first_ref": "T26-9999/1"}, {"limit": ""}, {"parameter": "9:X"}, {"criterion": "percent"}):
        assert technician.post("/validity/comparisons/new", data={**typed, **change}).status_code == 422, change
    made = technician.post("/validity/comparisons/new", data=typed)
    assert made.status_code == 302
    shown = words(technician.get(made.location))
    assert "Ngoài tiêu chí" in shown and "1,3 dBm" in shown and "15,9 dBm" in shown
    assert technician.post(made.location, data={"conclusion": "x"}).status_code == 403
    empty = reviewer.post(made.location, data={"conclusion": ""})
    assert empty.status_code == 422 and "Cần điền mục này" in words(empty)
    assert reviewer.post(made.location, data={"conclusion": "cáp hỏng"}).status_code == 302
    assert "cáp hỏng" in words(reviewer.get(made.location))


def test_proficiency_by_requests(control, client_as, frozen_clock):
    people, tested = control.people, control.tested
    manager = client_as(people.quality_manager)
    assert client_as(people.technician).get("/proficiency/plan").status_code == 403
    plan = {"year": "2026", "discipline": "công suất RF", "rounds": "1", "reason": "rủi ro"}
    assert manager.post("/proficiency/plan", data={**plan, "reason": ""}).status_code == 422
    assert manager.post("/proficiency/plan", data=plan).status_code == 302
    assert manager.post("/proficiency/plan", data=plan).status_code == 422
    assert "Còn thiếu" in words(manager.get("/proficiency"))
    typed = {"name": "RF-26", "discipline": "công suất RF", "provider": "Phòng bạn", "closes_at": "17/11/2026 12:00"}
    refused = manager.post("/proficiency/rounds/new", data=typed)
    assert refused.status_code == 422 and "7.7.2" in words(refused)
    made = manager.post("/proficiency/rounds/new", data={**typed, "provider_basis": "không có nhà cung cấp nào khác"})
    assert made.status_code == 302
    sent = {"parameter": f"{tested.method.id}:P-01", "what": "2 442 MHz", "reported": "12,0", "u": "0,7", "k": "2"}
    assert manager.post(f"{made.location}/result", data={**sent, "k": "0"}).status_code == 422
    assert manager.post(f"{made.location}/result", data=sent).status_code == 302
    ident = queries.round_by_code(made.location.rsplit("/", 1)[1]).results[0].id
    edit = f"{made.location}/results/{ident}/edit"
    assert "12" in manager.get(edit).text
    assert manager.post(edit, data={"reported": "12,1", "u": "0,7", "k": "2", "reason": "nhầm"}).status_code == 302
    score = f"{made.location}/results/{ident}/score"
    report = {"assigned": "10,0", "sigma_pt": "0,5", "u_assigned": "0,2", "k_assigned": "2"}
    early = manager.post(score, data=report)
    assert early.status_code == 422 and "chưa hết hạn" in words(early)
    frozen_clock.advance(minutes=60 * 48)
    assert manager.post(edit, data={"reported": "10", "u": "0,7", "k": "2", "reason": "muộn"}).status_code == 422
    assert manager.post(score, data={**report, "sigma_pt": "0"}).status_code == 422
    four = manager.post(score, data={**report, "assigned": "", "participants": "1; 2; 3; 4"})
    assert four.status_code == 422 and "không có thống kê" in words(four)
    assert manager.post(score, data=report).status_code == 302
    shown = manager.get(made.location)
    assert "+4,20" in words(shown) and "Không đạt" in words(shown) and "DUNG-2026-001" in words(shown) and "<svg" in shown.text
    assert "RF-26" in words(manager.get("/proficiency")) and manager.get(f"{made.location}/results/999/score").status_code == 404
    assert "Thử nghiệm thành thạo không đạt" in words(manager.get("/quality/nonconformities"))
    assert "NCW-2026" in manager.get("/validity/stops/DUNG-2026-001").text


def test_who_may_not_read(app, frozen_clock, client_as):
    people = make_people()
    client = client_as(people.sales)
    for url in ("/validity", "/validity/comparisons", "/proficiency", "/validity/charts/KS-001"):
        assert client.get(url).status_code == 403
    reader = client_as(people.auditor)
    assert reader.get("/validity").status_code == 200 and reader.get("/validity/charts/KS-404").status_code == 404
    assert reader.get("/validity/stops/X").status_code == 404 and reader.get("/proficiency/rounds/X").status_code == 404
    assert "Chưa có biểu đồ" in words(reader.get("/validity")) and reader.post("/validity/charts/new", data={}).status_code == 403
