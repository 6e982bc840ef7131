"""Pages of the room: what they show, what their forms refuse and keep, how much they ask of the database."""
from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pytest

from instruments import queries, services
from instruments.models import Calibration, Instrument
from lab_app.core import clock
from lab_app.core.db import db
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

CHECKS = {"check_interval_days": 30, "check_name": "máy phát CAL", "check_criterion": "±1,0 dB"}
DESCRIBED = {"name_vi": "Máy phân tích phổ", "maker": "Sóng Giả", "type": "SA-9", "serial": "S9", "ownership": "own", "room_id": "",
             "kind": "instrument",
             "calibration_required": "y", "check_interval_days": "0"}
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def steward(people, client_as):
    return client_as(people.quality_manager)


def fit(people, code="EQ-101", **facts) -> Instrument:
    return equipment.fit_instrument(people.quality_manager, people.site, code, **facts)


def again(row: Instrument) -> Instrument:
    db.session.expire_all()
    return db.session.get(Instrument, row.id)


def test_the_list_asks_the_same_of_the_database_however_long(people, client_as, statements):
    for n in range(3):
        fit(people, f"EQ-3{n:02d}")
    client = client_as(people.auditor)
    client.get("/instruments")
    with statements() as few:
        assert client.get("/instruments").status_code == 200
    for n in range(12):
        fit(people, f"EQ-4{n:02d}")
    with statements() as many:
        answer = client.get("/instruments")
    assert len(many) == len(few) <= 15, many
    assert answer.text.count("EQ-4") >= 12 and "Thêm thiết bị" not in answer.text


def test_the_list_filters_finds_and_exports(people, steward, frozen_clock):
    good, old = fit(people), fit(people, "EQ-102", name_vi="Tủ nhiệt ẩm", type="CC-1")
    services.set_state(people.quality_manager, old, "out_of_service", clock.now(), reason="rơi")
    page = steward.get("/instruments?due=out").text
    assert "EQ-102" in page and "EQ-101" not in page and "Ngừng sử dụng" in page
    assert "EQ-102" in (found := steward.get("/instruments?q=tu nhiet").text) and "EQ-101" not in found
    assert "Không có thiết bị nào khớp" in steward.get("/instruments?q=zzz").text
    for state, due in (("in_service", ""), ("", "soon"), ("", "over"), ("", "waiting"), ("retired", "")):
        assert steward.get(f"/instruments?state={state}&due={due}").status_code == 200
    exported = steward.get("/instruments?export=csv").text
    assert "EQ-101" in exported and "2027-01-07" in exported
    assert steward.get("/instruments?export=xlsx").mimetype.endswith("sheet")
    services.set_state(people.quality_manager, good, "retired", clock.now(), reason="hỏng")
    assert "EQ-101" not in steward.get("/instruments").text
    assert "EQ-101" in steward.get("/instruments?state=retired").text


def test_the_record_page_asks_at_most_fifteen_statements(people, client_as, statements):
    row = fit(people, **CHECKS)
    for month in range(2, 12):
        equipment.check(people.quality_manager, row, date(2026, month, 1))
        services.record_maintenance(
            people.quality_manager, row, done_on=date(2026, month, 2), what="vệ sinh", verified_before_return=True)
    client = client_as(people.quality_manager)
    client.get("/instruments/EQ-101")
    with statements() as seen:
        answer = client.get("/instruments/EQ-101")
    assert answer.status_code == 200 and len(seen) <= 15, str(seen)
    assert "Đang dùng" in answer.text and "Dùng được." in answer.text and "<polyline" in answer.text


def test_a_past_moment_has_two_answers(people, client_as):
    row = fit(people, **CHECKS)
    equipment.check(people.quality_manager, row, date(2026, 9, 2))
    with clock.at(clock.at_local(date(2026, 10, 2), 15)):
        services.record_maintenance(
            people.quality_manager, row, done_on=date(2026, 9, 3), what="tháo đầu nối", verified_before_return=False)
    page = client_as(people.auditor).get("/instruments/EQ-101?at=16/09/2026 14:00").text
    assert "Như đã biết khi đó" in page and "Sau bảo trì ngày 03/09/2026" in page
    assert "Chờ kiểm tra xác nhận" not in page.split("</h1>")[0]
    assert client_as(people.auditor).get("/instruments/EQ-101?at=hôm qua").status_code == 200


def test_a_grey_button_says_why(people, steward):
    equipment.register(people.quality_manager, people.site)
    page = steward.get("/instruments/EQ-101").text
    assert 'aria-disabled="true"' in page and "6.4.4" in page and "Chưa có hiệu chuẩn" in page


def test_from_the_form_to_service(people, steward):
    answer = steward.post("/instruments/new", data=DESCRIBED)
    assert answer.status_code == 302 and answer.location.endswith("/instruments/EQ-001")
    row = queries.by_code("EQ-001")
    ranges = {"rows-0-quantity": "rf-level", "rows-0-low": "0,009", "rows-0-high": "3000", "rows-0-unit": "MHz", "rows-0-u": "0,45",
              "rows-0-u_unit": "dB", "rows-1-quantity": "", "reason": "theo hồ sơ máy"}
    assert steward.post("/instruments/EQ-001/ranges", data=ranges).status_code == 302
    assert [str(r.low) for r in again(row).ranges] == ["0.009"]
    source = equipment.provider(people.quality_manager)
    typed = {"certificate_no": "CV-1", "provider_id": str(source.id), "done_on": "08/01/2026", "interval_months": "12",
             "certificate_date": "10/01/2026", "traceability": "6.5.2 a)", "passed": "y", "file": (BytesIO(PDF), "cv-1.pdf")}
    answer = steward.post("/instruments/EQ-001/calibrations/new", data=typed, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    calibration = db.session.query(Calibration).one()
    place = f"/instruments/EQ-001/calibrations/{calibration.id}"
    assert answer.location.endswith(place)
    refused = steward.post(place, data={"evaluation": " ", "passed": "1", "do": "release"})
    assert refused.status_code == 422 and "chưa ghi đánh giá" in refused.text
    refused = steward.post(place, data={"evaluation": "trong giới hạn", "passed": "1", "do": "release"})
    assert refused.status_code == 422 and "chưa ghi kết quả từng điểm" in refused.text
    points = {"quantity": "rf-level", "unit": "dBm", "u_unit": "dB", "argument_unit": "MHz", "k": "2", "tolerance": "1", "rule": "simple",
              "r": "1", "mark": "vi", "rows-0-argument": "100", "rows-0-reference": "-10,0", "rows-0-indicated": "-9,8", "rows-0-u": "0,2",
              "do": "save"}
    assert steward.post(f"{place}/points", data=points).status_code == 302
    assert steward.post(place, data={"evaluation": "trong giới hạn", "passed": "1", "do": "release"}).status_code == 302
    refused = steward.post("/instruments/EQ-001/state/in_service", data={"effective_at": "16/11/2026 08:30", "verification": ""})
    assert refused.status_code == 422 and "chưa ghi việc kiểm tra xác nhận" in refused.text and "16/11/2026 08:30" in refused.text
    assert steward.post("/instruments/EQ-001/state/in_service",
                        data={"effective_at": "16/11/2026 08:30", "verification": "đo 3 điểm"}).status_code == 302
    assert again(row).state == "in_service"
    shown = steward.get("/instruments/EQ-001").text
    assert "cv-1.pdf" in shown and "07/01/2027" in shown
    for form in ("edit", "ranges", "calibrations/new", "checks/new", "maintenance/new", "factors/new", "files",
                 "state/out_of_service"):
        assert steward.get(f"/instruments/EQ-001/{form}").status_code == 200, form


def test_checks_maintenance_and_factors_by_their_forms(people, steward, client_as):
    row = fit(people, **CHECKS)
    technician = client_as(people.technician)
    check = {"done_on": "16/11/2026", "indicated": "58,4", "reference": "60,0", "tolerance": "1,0", "unit": "dBµV"}
    answer = technician.post("/instruments/EQ-101/checks/new", data=check, follow_redirects=True)
    assert "ngừng sử dụng" in answer.text and again(row).state == "out_of_service"
    refused = technician.post("/instruments/EQ-101/checks/new", data={**check, "indicated": "1.234", "tolerance": "0"})
    assert refused.status_code == 422 and "có thể đọc thành hai số" in refused.text and "1.234" in refused.text
    work = {"done_on": "10/11/2026", "what": "thay đầu nối", "verified_before_return": "0"}
    assert steward.post("/instruments/EQ-101/maintenance/new", data=work).status_code == 302
    assert steward.post("/instruments/EQ-101/maintenance/new", data={**work, "done_on": "17/11/2026"}).status_code == 422
    factors = {"label": "A", "quantity": "antenna-factor", "argument_unit": "MHz", "unit": "dB/m", "valid_from": "01/11/2026",
               "points": "30; 18,2\n1000 24,3\n"}
    assert steward.post("/instruments/EQ-101/factors/new", data=factors).status_code == 302
    assert queries.factor_sets(row.id)[0].points == [["30", "18.2"], ["1000", "24.3"]]
    for wrong in ("30", "30 18,2 5", "a b", "1000 1\n30 2"):
        assert steward.post("/instruments/EQ-101/factors/new", data={**factors, "points": wrong}).status_code == 422, wrong


def test_two_people_edit_the_same_record(people, steward):
    row = fit(people)
    data = {**DESCRIBED, "reason": "sửa tên", "version": str(row.version)}
    assert steward.post("/instruments/EQ-101/edit", data={**data, "name_vi": "Một"}).status_code == 302
    stale = steward.post("/instruments/EQ-101/edit", data={**data, "name_vi": "Hai"})
    assert stale.status_code == 409 and "Hai" in stale.text and again(row).name_vi == "Một"


@pytest.mark.parametrize("change,says", [
    ({"name_vi": ""}, "Cần điền mục này."), ({"name_vi": "x" * 201}, "Tối đa 200"), ({"check_interval_days": "30"}, "bằng gì"),
    ({"calibration_required": ""}, "không cần hiệu chuẩn"), ({"check_interval_days": "mười"}, "số nguyên"),
    ({"code": "EQ-101"}, "đã dùng"),
])
def test_a_refused_form_says_why_and_keeps_what_was_typed(people, steward, change, says):
    fit(people)
    data = {**DESCRIBED, **change}
    if change.get("calibration_required") == "":
        del data["calibration_required"]
    answer = steward.post("/instruments/new", data=data)
    assert answer.status_code == 422 and says in answer.text and "SA-9" in answer.text
    assert db.session.query(Instrument).count() == 1


def test_text_typed_decomposed_is_kept_composed(people, steward):
    import unicodedata

    steward.post("/instruments/new", data={**DESCRIBED, "name_vi": unicodedata.normalize("NFD", "Tủ nhiệt ẩm")})
    assert queries.by_code("EQ-001").name_vi == "Tủ nhiệt ẩm"


def test_a_false_certificate_is_refused(people, steward):
    fit(people)
    typed = {"certificate_no": "CV-9", "laboratory": "Viện", "done_on": "08/01/2026", "interval_months": "12",
             "traceability": "6.5.2 a)", "passed": "y"}
    for content, name in ((b"MZ\x90\x00" + b"\0" * 60, "cv.pdf"), (b"", "cv.pdf"), (b"plain text", "cv.pdf")):
        answer = steward.post("/instruments/EQ-101/calibrations/new", data={**typed, "file": (BytesIO(content), name)},
                              content_type="multipart/form-data")
        assert answer.status_code == 422, name
    assert db.session.query(Calibration).filter_by(certificate_no="CV-9").count() == 0


def test_nothing_of_another_instrument_by_a_tampered_address(people, steward):
    fit(people)
    other = fit(people, "EQ-102")
    calibration = queries.calibrations(other.id)[0]
    assert steward.get(f"/instruments/EQ-101/calibrations/{calibration.id}").status_code == 404
    assert steward.get("/instruments/EQ-999").status_code == 404
    assert steward.get("/instruments/EQ-101/state/sideways").status_code == 404


def test_an_auditor_reads_and_changes_nothing(people, client_as):
    fit(people)
    auditor = client_as(people.auditor)
    for path in ("new", "EQ-101/edit", "EQ-101/state/out_of_service", "EQ-101/checks/new", "EQ-101/maintenance/new"):
        assert auditor.get(f"/instruments/{path}").status_code == 403, path
    calibration = db.session.query(Calibration).first()
    assert auditor.get(f"/instruments/EQ-101/calibrations/{calibration.id}").status_code == 200
    assert auditor.post(f"/instruments/EQ-101/calibrations/{calibration.id}",
                        data={"evaluation": "x", "passed": "1", "do": "release"}).status_code == 403


def test_english(people, steward):
    fit(people)
    assert "Spectrum analyser" in steward.get("/instruments/EQ-101?lang=en").text


def test_soon_and_over_in_words(people, steward, frozen_clock):
    fit(people)
    frozen_clock.set(clock.at_local(date(2026, 12, 20), 9))
    assert "Còn 19 ngày" in steward.get("/instruments").text
    frozen_clock.set(clock.at_local(date(2027, 1, 8), 9) + timedelta(days=2))
    page = steward.get("/instruments").text
    assert "Quá hạn 3 ngày" in page and "Quá hạn hiệu chuẩn" in page
