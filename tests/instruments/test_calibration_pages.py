"""Pages of calibrations, orders, checks and damage: what they show, what their forms refuse and keep, what they ask of the database."""
from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from instruments import queries, services
from instruments.models import Calibration, CalibrationOrder, CalibrationPoint, CheckChart, Instrument
from instruments.rules.points import AS_LEFT, PointIn
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.metrology.decision import DR_SA
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

D = Decimal
LEVEL = PointIn("rf-level", D("-10.0"), D("-9.8"), "dBm", D("0.2"), "dB", D(2), D(100), "MHz", D("1.0"))
COMMON = {"quantity": "rf-level", "unit": "dBm", "u_unit": "dB", "argument_unit": "MHz", "k": "2", "tolerance": "1,0", "rule": "simple",
          "r": "1", "mark": "vi"}
CHECKS = {"check_interval_days": 30, "check_name": "máy phát CAL", "check_criterion": "±1,0 dB"}


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def by(people):
    return people.quality_manager


@pytest.fixture
def row(people, by):
    return equipment.fit_instrument(by, people.site, **CHECKS)


@pytest.fixture
def steward(people, row, client_as):
    return client_as(people.quality_manager)


def certified(by, row, done_on=date(2026, 10, 8), **facts) -> Calibration:
    given = {"certificate_no": f"CV-{done_on:%y%m%d}", "traceability": "6.5.2 a)", "interval_months": 12, "points": [LEVEL], "rule": DR_SA,
             **facts}
    return services.record_calibration(by, row, done_on=done_on, provider=equipment.provider(by), **given)


def place(calibration) -> str:
    return f"/instruments/EQ-101/calibrations/{calibration.id}"


def stored(calibration) -> list[CalibrationPoint]:
    db.session.expire_all()
    return list(db.session.get(Calibration, calibration.id).points)


# ---- points -----------------------------------------------------------------------------------------------------------


def test_a_pasted_table_is_read_row_by_row_and_saved_when_all_is_well(people, by, row, steward):
    calibration = certified(by, row, points=(), rule=None)
    table = "100\t-10,0\t-9,8\t0,2\r\n1000\t-10,0\t-9,6\t\n1000\t-10,0\t-9,5\t0,2\n3000\t-10,0\t1.234\t0,2"
    assert steward.get(f"{place(calibration)}/points").status_code == 200
    early = steward.post(f"{place(calibration)}/points", data={**COMMON, "pasted": table, "do": "save"})
    assert early.status_code == 422 and "chưa đọc" in early.text and not stored(calibration)
    read = steward.post(f"{place(calibration)}/points", data={**COMMON, "pasted": table, "do": "read"})
    assert read.status_code == 200 and not stored(calibration)
    assert "Dòng 2: Thiếu độ không đảm bảo đo U" in read.text and "Dòng 4: “1.234” có thể đọc thành hai số" in read.text
    assert 'value="-9,6"' in read.text and "2 dòng chưa nhận được" in read.text
    rows = {f"rows-{n}-{name}": value for n, cells in enumerate((
        ("100", "-10,0", "-9,8", "0,2"), ("1000", "-10,0", "-9,6", "0,2"), ("3000", "-10,0", "-9,2", "0,2"), ("", "", "", "")))
        for name, value in zip(("argument", "reference", "indicated", "u"), cells, strict=True)}
    assert steward.post(f"{place(calibration)}/points", data={**COMMON, **rows, "do": "save"}).status_code == 302
    assert [(p.argument, p.error, p.verdict) for p in stored(calibration)] == [
        (D(100), D("0.2"), "PASS"), (D(1000), D("0.4"), "PASS"), (D(3000), D("0.8"), "PASS")]
    again = steward.get(f"{place(calibration)}/points").text
    assert 'value="-9,2"' in again and 'value="dBm"' in again


@pytest.mark.parametrize("cells,says", [
    ({"u": ""}, "Dòng 1: Thiếu độ không đảm bảo đo U"), ({"indicated": "chín"}, "không phải là số"), ({"indicated": ""}, "Thiếu chỉ thị"),
    ({"u_unit": "%"}, "cần U bằng dB"), ({"unit": "V", "u_unit": "dB"}, "tuyến tính"), ({"unit": "°C"}, "không hợp với đại lượng"),
    ({"tolerance": "0"}, "Dung sai phải lớn hơn 0"),
])
def test_a_refused_row_says_why_and_nothing_is_saved(people, by, row, steward, cells, says):
    calibration = certified(by, row)
    typed = {"argument": "200", "reference": "-10,0", "indicated": "-9,8", "u": "0,2", **cells}
    data = {**COMMON, **{f"rows-0-{name}": value for name, value in typed.items()}, "do": "save"}
    answer = steward.post(f"{place(calibration)}/points", data=data)
    assert answer.status_code == 422 and says in answer.text and 'value="200"' in answer.text
    assert [p.argument for p in stored(calibration)] == [D(100)]


def test_a_point_without_a_unit_anywhere(people, by, row, steward):
    calibration = certified(by, row)
    cells = {"rows-0-argument": "200", "rows-0-reference": "1", "rows-0-indicated": "1", "rows-0-u": "0,2"}
    data = {**COMMON, **cells, "unit": "", "do": "save"}
    answer = steward.post(f"{place(calibration)}/points", data=data)
    assert answer.status_code == 422 and "Thiếu đơn vị" in answer.text
    twice = {**COMMON, **{f"rows-{n}-{k}": v for n in (0, 1) for k, v in
                          {"argument": "5", "reference": "1", "indicated": "1", "u": "0,2"}.items()}, "do": "save"}
    assert "Trùng điểm với dòng 1" in steward.post(f"{place(calibration)}/points", data=twice).text
    bad = steward.post(f"{place(calibration)}/points", data={**COMMON, "pasted": "Tần số\tMàu\n1\t2", "do": "read"})
    assert bad.status_code == 422 and "Không hiểu tên cột “Màu”" in bad.text and "Tần số" in bad.text
    none = steward.post(f"{place(calibration)}/points", data={**COMMON, "do": "save"})
    assert none.status_code == 422 and "Chưa có điểm nào" in none.text
    said = steward.post(f"{place(calibration)}/points", data={**COMMON, "rule": "", "no_points": "chỉ nêu kết luận", "do": "save"})
    assert said.status_code == 302 and not stored(calibration)
    assert "chỉ nêu kết luận" in steward.get(place(calibration)).text


def test_points_of_another_quantity_stay(people, by, row, steward):
    calibration = certified(by, row)
    data = {**COMMON, "quantity": "frequency", "unit": "MHz", "u_unit": "ppm", "tolerance": "0,01", "rows-0-reference": "1000",
            "rows-0-indicated": "1000,0005", "rows-0-u": "0,2", "do": "save"}
    assert steward.post(f"{place(calibration)}/points", data=data).status_code == 302
    assert [(p.quantity, p.u, p.unit) for p in stored(calibration)] == [("rf-level", D("0.2"), "dBm"), ("frequency", D("0.0002"), "MHz")]


# ---- evaluation, release, factors -----------------------------------------------------------------------------------------


def test_the_page_of_a_calibration_shows_points_picture_and_what_is_missing(people, by, row, steward, statements):
    points = [replace(LEVEL, argument=D(n), indicated=D("-9.9")) for n in range(100, 2100, 100)]
    points += [replace(p, stage=AS_LEFT) for p in points]
    calibration = certified(by, row, points=points)
    steward.get(place(calibration))
    with statements() as seen:
        page = steward.get(place(calibration)).text
    assert len(seen) <= 15 and not seen.repeated(), str(seen)
    assert "<svg" in page and "Sau hiệu chỉnh" in page and "40 điểm, 40 có tiêu chí" in page and "chưa ghi đánh giá" in page
    refused = steward.post(place(calibration), data={"evaluation": " ", "passed": "1", "do": "release"})
    assert refused.status_code == 422 and "6.4.4" in refused.text


def test_factors_are_made_from_points_by_one_click(people, by, row, steward):
    services.add_factor_set(by, row, label="A", quantity="rf-level", argument_unit="MHz", unit="dB", valid_from=date(2026, 1, 8),
                            points=[(D(100), D("0.1")), (D(3000), D("0.2"))])
    calibration = certified(by, row, points=[LEVEL, replace(LEVEL, argument=D(3000), indicated=D("-9.5"))])
    typed = {"evaluation": "trong giới hạn", "passed": "1", "do": "release"}
    refused = steward.post(place(calibration), data=typed)
    assert refused.status_code == 422 and "chưa quyết định hệ số hiệu chính" in refused.text and "6.4.11" in refused.text
    silent = steward.post(place(calibration), data={**typed, "factors_decision": "no_change"})
    assert silent.status_code == 422 and "vì sao hệ số không đổi" in silent.text
    assert steward.get(f"{place(calibration)}/corrections").status_code == 200
    made = {"quantity": "rf-level", "label": "B", "interpolation": "log"}
    assert steward.post(f"{place(calibration)}/corrections", data=made).status_code == 302
    assert steward.post(f"{place(calibration)}/corrections", data=made).status_code == 422
    assert steward.post(place(calibration), data=typed).status_code == 302
    db.session.expire_all()
    assert queries.factor_at(row.id, "rf-level", D(100), "MHz", date(2026, 11, 1), clock.now()).value == D("-0.2")


def test_a_factor_table_with_its_certificate(people, by, row, steward):
    calibration = certified(by, row)
    typed = {"label": "C", "quantity": "rf-level", "argument_unit": "MHz", "unit": "dB", "valid_from": "08/10/2026",
             "interpolation": "log", "calibration_id": str(calibration.id), "points": "100 0,1\n1000 0,2"}
    assert "CV-261008" in steward.get(f"/instruments/EQ-101/factors/new?calibration={calibration.id}").text
    wrong = steward.post("/instruments/EQ-101/factors/new", data={**typed, "points": "0 0,1\n1000 0,2"})
    assert wrong.status_code == 422 and "dòng 1" in wrong.text
    assert steward.post("/instruments/EQ-101/factors/new", data=typed).location.endswith(place(calibration))
    db.session.expire_all()
    assert db.session.get(Calibration, calibration.id).factors_decision == "entered"


def test_errors_over_the_years(people, by, row, steward, statements):
    for year, error in ((2023, "0.1"), (2024, "0.2"), (2025, "0.35")):
        with clock.at(clock.at_local(date(2026, 1, 9), 9)):
            points = [replace(LEVEL, argument=D(n), indicated=D("-10") + D(error) * n / 1000) for n in (100, 1000, 3000)]
            calibration = certified(by, row, date(year, 10, 8), points=points)
            services.evaluate_calibration(by, calibration, evaluation="x", passed=year != 2025)
            services.release_calibration(by, calibration)
    steward.get("/instruments/EQ-101/calibrations")
    with statements() as seen:
        page = steward.get("/instruments/EQ-101/calibrations").text
    assert len(seen) <= 15 and not seen.repeated(), str(seen)
    assert page.count("<svg class=\"plot") == 2 and "+1,05" in page and "CV-231008" in page and "08/10/2024" in page
    other = steward.get("/instruments/EQ-101/calibrations?at=100").text
    assert "Tại 100 MHz" in other and steward.get("/instruments/EQ-101/calibrations?at=nowhere").status_code == 200


# ---- orders -------------------------------------------------------------------------------------------------------------------


def test_an_order_by_its_pages(people, by, row, steward, client_as):
    source = equipment.provider(by)
    typed = {"in_house": "0", "provider_id": str(source.id), "ordered_on": "01/11/2026", "service": "RF, 9 điểm", "cost": "4.500.000",
             "expected_back_on": "20/11/2026"}
    wrong = steward.post("/instruments/EQ-101/orders/new", data={**typed, "expected_back_on": "30/10/2026"})
    assert wrong.status_code == 422 and "RF, 9 điểm" in wrong.text
    nobody = steward.post("/instruments/EQ-101/orders/new", data={**typed, "provider_id": ""})
    assert nobody.status_code == 422 and "6.6.2" in nobody.text
    answer = steward.post("/instruments/EQ-101/orders/new", data=typed)
    order = db.session.query(CalibrationOrder).one()
    assert answer.location.endswith(f"/calibration-orders/{order.code}") and order.cost == D(4500000)
    assert "chưa xong" in steward.post("/instruments/EQ-101/orders/new", data=typed).text
    here = f"/calibration-orders/{order.code}"
    for step in ("send", "arrive", "bring_back"):
        assert steward.get(f"{here}/{step}").status_code == 200
    assert steward.post(f"{here}/send", data={"sent_at": "31/10/2026 09:00"}).status_code == 422
    assert steward.post(f"{here}/send", data={"sent_at": "02/11/2026 09:00"}).status_code == 302
    assert db.session.get(Instrument, row.id).state == "in_calibration"
    assert steward.post(f"{here}/arrive", data={"arrived_on": "01/11/2026"}).status_code == 422
    assert steward.post(f"{here}/arrive", data={"arrived_on": "03/11/2026"}).status_code == 302
    stopped = steward.post(f"{here}/cancel", data={"reason": "thôi"}, follow_redirects=True)
    assert "Không làm được khi hồ sơ ở trạng thái" in stopped.text
    assert steward.post(f"{here}/bring_back", data={"back_at": "15/11/2026 10:00", "condition_back": "nguyên vẹn"}).status_code == 302
    assert "Chờ duyệt dùng lại" in steward.get("/instruments/EQ-101").text
    assert order.code in steward.get("/instruments/EQ-101/calibrations/new").text
    certificate = {"certificate_no": "N-1", "provider_id": str(source.id), "done_on": "05/11/2026", "certificate_date": "06/11/2026",
                   "interval_months": "12", "traceability": "6.5.2 a)", "passed": "y"}
    for change in ({"certificate_date": "17/11/2026"}, {"certificate_date": "04/11/2026"}, {"done_on": "01/11/2026"}):
        assert steward.post("/instruments/EQ-101/calibrations/new", data={**certificate, **change}).status_code == 422, change
    made = steward.post("/instruments/EQ-101/calibrations/new", data=certificate)
    assert made.status_code == 302
    cells = {"rows-0-argument": "100", "rows-0-reference": "-10", "rows-0-indicated": "-9,9", "rows-0-u": "0,2", "do": "save"}
    assert steward.post(f"{made.location}/points", data={**COMMON, **cells}).status_code == 302
    release = {"evaluation": "tốt", "passed": "1", "verification": "đo 3 điểm", "do": "release"}
    overdue = steward.post(made.location, data=release)
    assert overdue.status_code == 422 and "Quá hạn kiểm tra giữa kỳ" in overdue.text, "verified, and yet a check is overdue"
    services.record_check(by, db.session.get(Instrument, row.id), done_on=clock.today(), indicated=D(60), reference=D(60),
                          tolerance=D(1), unit="dBµV")
    assert steward.post(made.location, data=release).status_code == 302
    db.session.expire_all()
    assert db.session.get(CalibrationOrder, order.id).status == "closed"
    assert "Xong" in steward.get(here).text and "N-1" in steward.get(here).text
    assert steward.get("/calibration-orders/NOPE").status_code == 404
    auditor = client_as(people.auditor)
    assert auditor.get(here).status_code == 200 and auditor.get(f"{here}/send").status_code == 403
    assert auditor.get("/instruments/EQ-101/orders/new").status_code == 403


def test_the_list_of_orders(people, by, steward, statements):
    for n in range(12):
        other = equipment.fit_instrument(by, people.site, f"EQ-3{n:02d}")
        order = services.place_order(by, other, ordered_on=date(2026, 10, 1), provider=equipment.provider(by), service=f"việc {n}",
                                     expected_back_on=date(2026, 10, 20 if n < 2 else 30) + timedelta(days=0 if n < 2 else 60))
        if n == 11:
            services.send_order(by, order, sent_at=clock.at_local(date(2026, 10, 2), 9))
            services.return_order(by, order, back_at=clock.at_local(date(2026, 10, 3), 9), condition_back="tốt")
    steward.get("/calibration-orders")
    with statements() as seen:
        page = steward.get("/calibration-orders").text
    assert len(seen) <= 15 and not seen.repeated(), str(seen)
    assert page.count("quá hẹn") >= 2 and "EQ-305" in page
    late = steward.get("/calibration-orders?which=late").text
    assert "EQ-300" in late and "EQ-305" not in late
    assert "EQ-311" in steward.get("/calibration-orders?which=back").text
    assert "EQ-304" in steward.get("/calibration-orders?q=EQ-304").text and "EQ-305" not in steward.get("/calibration-orders?q=EQ-304").text
    assert "EQ-300" in steward.get("/calibration-orders?export=csv").text
    provider = equipment.provider(by)
    assert "EQ-300" in steward.get(f"/calibration-orders?state=ordered&provider={provider.id}").text


# ---- checks and damage ----------------------------------------------------------------------------------------------------------


def checked(by, row, n=10, **facts):
    for k in range(n):
        day = date(2026, 2, 1) + timedelta(days=20 * k)
        with clock.at(clock.at_local(day, 9)):
            services.record_check(by, row, done_on=day, indicated=D("60.0") + D(k % 3) / 10, reference=D("60.0"), tolerance=D("1.0"),
                                  unit="dBµV", check_point="CAL", **facts)


def test_a_control_chart_is_not_evaluated_until_its_limits_are_frozen(people, by, row, steward, statements):
    checked(by, row)
    before = steward.get("/instruments/EQ-101/checks?point=CAL").text
    assert "Chưa đóng băng giới hạn kiểm soát" in before and "Chưa đánh giá" in before
    assert steward.get("/instruments/EQ-101/checks/limits?point=CAL").status_code == 200
    assert steward.get("/instruments/EQ-101/checks/limits?point=khác").status_code == 404
    typed = {"phase_from": "01/02/2026", "phase_to": "01/09/2026", "rules": ["1_2s", "1_3s", "iso:trend"], "reason": "ổn định"}
    for change in ({"phase_from": "01/08/2026"}, {"reason": " "}, {"rules": []}, {"phase_to": "01/01/2026"}):
        answer = steward.post("/instruments/EQ-101/checks/limits?point=CAL", data={**typed, **change})
        assert answer.status_code == 422 and db.session.query(CheckChart).count() == 0, change
    assert steward.post("/instruments/EQ-101/checks/limits?point=CAL", data=typed).status_code == 302
    services.record_check(by, db.session.get(Instrument, row.id), done_on=date(2026, 11, 10), indicated=D("60.9"), reference=D("60.0"),
                          tolerance=D("1.0"), unit="dBµV", check_point="CAL")
    db.session.commit()
    with statements() as seen:
        page = steward.get("/instruments/EQ-101/checks?point=CAL").text
    assert len(seen) <= 15 and not seen.repeated(), str(seen)
    assert "Ngoài kiểm soát" in page and "Trong kiểm soát" in page and "1-3s" in page and "còn tạm thời" in page
    assert "chưa đủ điểm cho" in page and page.count("<svg class=\"plot") == 1
    chart = db.session.query(CheckChart).one()
    assert (chart.n, chart.center, chart.unit) == (10, D("0.09"), "dBµV"), "the check after the phase moves nothing"


def test_readings_make_the_mean_and_a_standard_must_be_fit(people, by, row, steward):
    equipment.fit_instrument(by, people.site, "EQ-102")
    typed = {"done_on": "16/11/2026", "check_point": "CAL", "readings": "60,1\n60,3 60,2", "reference": "60,0", "tolerance": "1,0",
             "unit": "dBµV", "standard_id": "EQ-102"}
    assert steward.get("/instruments/EQ-101/checks/new").status_code == 200
    assert "Lần đọc 2" in steward.post("/instruments/EQ-101/checks/new", data={**typed, "readings": "60,1 abc"}).text
    for change, says in (({"readings": ""}, "Ghi chỉ thị"), ({"indicated": "60,1"}, "không ghi cả hai"),
                         ({"standard_id": "EQ-999"}, "mã này"),
                         ({"standard_id": "EQ-101"}, "chính nó"), ({"unit": "furlong"}, "Không biết đơn vị")):
        answer = steward.post("/instruments/EQ-101/checks/new", data={**typed, **change})
        assert answer.status_code == 422 and says in answer.text, change
    services.set_state(by, queries.by_code("EQ-102"), "out_of_service", clock.now(), reason="rơi")
    db.session.commit()
    unfit = steward.post("/instruments/EQ-101/checks/new", data=typed)
    assert unfit.status_code == 422 and "6.4" in unfit.text and "ngừng sử dụng" in unfit.text
    assert steward.post("/instruments/EQ-101/checks/new", data={**typed, "standard_id": ""}).status_code == 302
    db.session.expire_all()
    newest = queries.checks(row.id)[0]
    assert (newest.indicated, newest.readings, newest.passed) == (D("60.2"), ["60.1", "60.3", "60.2"], True)


def test_damage_takes_the_instrument_out_at_once(people, by, row, client_as):
    from lab_app.core import events

    heard = []

    def listen(sender, **what):
        heard.append((what["cause"], what["found_on"], what["since"], what["error"]))

    events.calibration_failed.connect(listen)
    technician = client_as(people.technician)
    assert technician.get("/instruments/EQ-101/harm").status_code == 200
    assert technician.post("/instruments/EQ-101/harm", data={"kind": "damage", "done_on": "17/11/2026", "what": "rơi"}).status_code == 422
    assert technician.post("/instruments/EQ-101/harm", data={"kind": "party", "done_on": "15/11/2026", "what": "rơi"}).status_code == 422
    answer = technician.post("/instruments/EQ-101/harm", data={"kind": "overload", "done_on": "15/11/2026", "what": "+30 dBm vào cổng RF"},
                             follow_redirects=True)
    events.calibration_failed.disconnect(listen)
    assert "ngừng sử dụng" in answer.text
    db.session.expire_all()
    found = db.session.get(Instrument, row.id)
    assert found.state == "out_of_service" and not queries.maintenance(row.id)[0].verified_before_return
    assert heard == [("damage", date(2026, 11, 15), clock.at_local(date(2026, 1, 8)), None)]
    codes = [r.code for r in services.unfit_reasons(found, clock.now(), None, clock.now())]
    assert "out-of-service" in codes and "maintenance-unverified" in codes
    steward = client_as(people.quality_manager)
    work = {"kind": "repair", "done_on": "16/11/2026", "what": "thay bộ suy hao", "verified_before_return": "1", "cost": "1.200.000"}
    assert steward.post("/instruments/EQ-101/maintenance/new", data=work).status_code == 302
    assert queries.maintenance(row.id)[0].cost == D(1200000)
