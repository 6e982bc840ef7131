"""The register from a spreadsheet: what is understood, what is refused and where, nothing saved unless all is well."""
from __future__ import annotations

import time
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from sqlalchemy import func, select

from instruments import queries, services
from instruments.models import Calibration, Instrument
from instruments.rules.importing import COLUMNS, folded, read_list
from lab_app.core import audit, clock, files
from lab_app.core.db import db
from lab_app.core.errors import NotAllowed, Refused
from tests.core.test_sheets import excel
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

HEADS = "Mã;Tên;Hãng;Kiểu;Số máy;Ngày nhận;Đại lượng;Từ;Đến;Đơn vị;U (k = 2);Đơn vị của U"
GOOD = (
    "EQ-201;Máy phân tích phổ;Sóng Giả;SA-1;A1;05/01/2026;Mức và phổ RF;0,009;3000;MHz;0,45;dB\n"
    "EQ-201;;;;;;Tần số;0,009;3000;MHz;0,13;ppm\n"
    ";Tủ nhiệt;Sóng Giả;CC-1;B1;;;;;;;\n"
)


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def steward(people, client_as):
    return client_as(people.quality_manager)


def csv(*lines: str, heads: str = HEADS) -> bytes:
    return "\n".join([heads, *lines]).encode("utf-8-sig")


def look(people, data: bytes):
    return services.preview_import(people.quality_manager, data, people.site, "vi")


def faults(people, data: bytes) -> list[tuple[int, str]]:
    return [(f.line, f.head) for f in look(people, data).faults]


def count() -> int:
    return int(db.session.scalar(select(func.count()).select_from(Instrument)) or 0)


def test_heads_of_columns_are_told_apart():
    heads = [folded(h) for c in COLUMNS for h in {folded(c.vi): c.vi, folded(c.en): c.en}.values()]
    assert len(heads) == len(set(heads))


def test_a_good_list_is_understood(people):
    seen = look(people, csv(GOOD))
    assert seen.refused is None and not seen.bad and len(seen.good) == 2
    first, second = seen.good
    assert first.facts["acquired_on"] == date(2026, 1, 5) and [r["unit"] for r in first.ranges] == ["MHz", "MHz"]
    assert first.ranges[0]["u"] == Decimal("0.45") and second.facts["code"] == "" and second.ranges == []
    assert count() == 0


def test_the_same_list_in_english_from_excel(people):
    data = excel(
        ["Code", "Equipment name", "Manufacturer", "Model", "Serial no.", "Acquired", "Ownership", "Colour"],
        ["EQ-201", "Spectrum analyser", "Sóng Giả", "SA-1", 4711, date(2026, 1, 5), "own", "grey"])
    seen = look(people, data)
    assert not seen.bad and seen.good[0].facts["serial"] == "4711" and seen.unknown == ["Colour"]
    assert seen.good[0].facts["ownership"] == "own"


@pytest.mark.parametrize(("line", "head"), [
    ("EQ-201;;Sóng Giả;SA-1;A1;;;;;;;", "Tên"),
    ("EQ 201;Máy;Sóng Giả;SA-1;A1;;;;;;;", "Mã"),
    ("EQ-201;Máy;;SA-1;A1;;;;;;;", "Hãng"),
    ("EQ-201;Máy;Sóng Giả;SA-1;A1;32/01/2026;;;;;;", "Ngày nhận"),
    ("EQ-201;Máy;Sóng Giả;SA-1;A1;05/01/2031;;;;;;", "Ngày nhận"),
    ("EQ-201;Máy;Sóng Giả;SA-1;A1;;Mức và phổ RF;9;3;MHz;;", "Đến"),
    ("EQ-201;Máy;Sóng Giả;SA-1;A1;;Mức và phổ RF;1;3;MHz;-1;dB", "U (k = 2)"),
    ("EQ-201;Máy;Sóng Giả;SA-1;A1;;Mức và phổ RF;1;3;km/giờ;;", "Đơn vị"),
    ("EQ-201;Máy;Sóng Giả;SA-1;A1;;Độ cứng;1;3;MHz;;", "Đại lượng"),
    ("EQ-201;Máy;Sóng Giả;SA-1;A1;;Mức và phổ RF;1.234;3000;MHz;;", "Từ"),
    ("EQ-201;Máy;Sóng Giả;SA-1;A1;;Mức và phổ RF;1;;MHz;;", "Đến"),
    (f"EQ-201;{'x' * 201};Sóng Giả;SA-1;A1;;;;;;;", "Tên"),
])
def test_each_fault_names_its_line_and_column(people, line, head):
    assert faults(people, csv(line)) == [(2, head)]


def test_a_reference_material_brings_its_shelf_life(people):
    heads = "Loại;Tên;Hãng;Kiểu;Số máy;Hạn dùng;Tiêu chí chấp nhận"
    data = csv("Mẫu chuẩn;Dung dịch;Mô;H;lô 1;30/06/2027;±5 %", heads=heads)
    assert look(people, data).good[0].facts["expires_on"] == date(2027, 7, 1)
    assert faults(people, csv("Mẫu chuẩn;Dung dịch;Mô;H;lô 1;;", heads=heads)) == [(2, "Hạn dùng")]


def test_every_fault_of_a_row_is_said_at_once(people):
    found = faults(people, csv("EQ-201;;;SA-1;A1;31/02/2026;;;;;;"))
    assert found == [(2, "Ngày nhận"), (2, "Tên"), (2, "Hãng")]


def test_doubles_in_the_file_and_in_the_register(people):
    equipment.register(people.quality_manager, people.site, "EQ-101", serial="S1")
    seen = look(people, csv(
        "EQ-101;Máy;Sóng Giả;SA-1;N1;;;;;;;", "EQ-300;Máy;sóng giả;sa-1;s1;;;;;;;", "EQ-301;Máy;Sóng Giả;SA-1;N2;;;;;;;",
        "EQ-301;Máy;Sóng Giả;SA-1;N3;;;;;;;", "EQ-302;Máy;Sóng Giả;SA-1;n2;;;;;;;"))
    assert [(f.line, f.head) for f in seen.faults] == [(2, "Mã"), (3, "Số máy"), (5, "Mã"), (6, "Số máy")]
    assert "EQ-101" in str(seen.faults[1].says) and "dòng 4" in str(seen.faults[2].says)
    assert [e.line for e in seen.good] == [4]


@pytest.mark.parametrize(("data", "says"), [
    (csv("EQ-1;Hãng", heads="Mã;Hãng"), "Không thấy cột"), (csv("a;b;c", heads="Tên;Mã;Tên thiết bị"), "hai lần"),
    (csv(heads="Mã;Tên"), "Không có dòng nào"), (b"PK\x03\x04xx", "không phải Excel"),
])
def test_a_list_that_cannot_be_read_is_refused_as_a_whole(people, data, says):
    seen = look(people, data)
    assert says in str(seen.refused) and not seen.good and not seen.bad


def test_nothing_is_saved_unless_all_is_well_or_the_person_says_so(people):
    data = csv(GOOD, "EQ-203;;Sóng Giả;SA-1;A9;;;;;;;")
    upload = files.put_bytes(data, "danh-muc.csv", files.SHEETS)
    with pytest.raises(Refused):
        services.import_instruments(people.quality_manager, upload, data, people.site, "vi")
    assert count() == 0
    with pytest.raises(NotAllowed):
        services.import_instruments(people.auditor, upload, data, people.site, "vi", only_good=True)
    made = services.import_instruments(people.quality_manager, upload, data, people.site, "vi", only_good=True)
    # the number given to the entry without a code runs on after those the list brought
    assert [r.code for r in made] == ["EQ-201", "EQ-202"]
    row = queries.by_code("EQ-201")
    assert (row.state, row.unusable_from, len(row.ranges)) == ("registered", date.min, 2)
    assert upload.sha256[:16] in audit.history("instrument", row.id)[0].reason
    assert db.session.get(files.StoredFile, upload.sha256) is not None
    with pytest.raises(Refused):  # the same file again: everything stands there already
        services.import_instruments(people.quality_manager, upload, data, people.site, "vi", only_good=True)


def test_a_calibration_comes_in_waiting_for_its_release(people):
    heads = "Mã;Tên;Hãng;Kiểu;Số máy;Số giấy chứng nhận;Phòng hiệu chuẩn;Ngày hiệu chuẩn;Dùng đến hết;Liên kết chuẩn"
    data = csv("EQ-201;Máy;Sóng Giả;SA-1;A1;CV-1;Viện;08/01/2026;07/01/2027;6.5.2 a)", heads=heads)
    upload = files.put_bytes(data, "a.csv", files.SHEETS)
    [row] = services.import_instruments(people.quality_manager, upload, data, people.site, "vi")
    calibration = db.session.scalars(select(Calibration)).one()
    assert (calibration.due_on, calibration.released_at) == (date(2027, 1, 8), None)
    assert "calibration-not-released" in [r.code for r in services.unfit_reasons(row, clock.now(), None, clock.now())]
    for line, head in (("EQ-2;M;S;K;B;CV-2;;08/01/2026;07/01/2027;", "Phòng hiệu chuẩn"),
                       ("EQ-2;M;S;K;B;CV-2;V;09/01/2027;10/01/2027;", "Ngày hiệu chuẩn"),
                       ("EQ-2;M;S;K;B;CV-2;V;08/01/2026;07/01/2026;", "Dùng đến hết")):
        assert faults(people, csv(line, heads=heads)) == [(2, head)]
    # an exported list carries the last day of use alone: that is no calibration
    assert look(people, csv("EQ-3;M;S;K;C;;;;07/01/2027;", heads=heads)).good[0].calibration is None


def test_what_the_list_page_exports_comes_back_in(people, steward):
    equipment.fit_instrument(people.quality_manager, people.site, "EQ-101", serial="S1", pool="Máy phổ")
    exported = steward.get("/instruments?export=csv").data.replace(b"EQ-101", b"EQ-999").replace(b"S1", b"S2")
    seen = look(people, exported)
    assert not seen.bad and seen.good[0].facts["pool"] == "Máy phổ", seen.faults


def send(client, data: bytes, name: str = "danh-muc.csv", **more):
    site = {"site_id": str(queries.sites()[0].id)}
    return client.post("/instruments/import", data={**site, "file": (BytesIO(data), name), **more}, content_type="multipart/form-data")


def ticket_of(page: str) -> dict[str, str]:
    return {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("ticket", "site_id")}


def test_from_upload_to_register_over_the_web(people, steward):
    page = send(steward, csv(GOOD))
    assert page.status_code == 200 and "Ghi tất cả 2 thiết bị" in page.text and count() == 0
    done = steward.post("/instruments/import/run", data={**ticket_of(page.text), "do": "all"})
    assert done.status_code == 302 and count() == 2
    assert "EQ-201" in steward.get("/instruments?state=registered").text


def test_faults_are_shown_and_only_the_second_button_takes_the_good_rows(people, steward):
    page = send(steward, csv(GOOD, "EQ-203;;Sóng Giả;SA-1;A9;;;;;;;"))
    assert "Cần tên thiết bị" in page.text and "Chỉ ghi 2 dòng đúng" in page.text and "Ghi tất cả" not in page.text
    ticket = ticket_of(page.text)
    assert steward.post("/instruments/import/run", data={**ticket, "do": "all"}).status_code == 422 and count() == 0
    assert steward.post("/instruments/import/run", data={**ticket, "do": "good"}).status_code == 302 and count() == 2


def test_the_second_step_takes_the_previewed_file_and_no_other(people, steward, client_as):
    page = send(steward, csv(GOOD))
    ticket = ticket_of(page.text)
    for changed in ({**ticket, "ticket": "x" + ticket["ticket"]}, {**ticket, "ticket": ""}, {**ticket, "site_id": "999"}):
        assert steward.post("/instruments/import/run", data={**changed, "do": "all"}).status_code in (404, 422)
    other = client_as(people.signatory)
    assert other.post("/instruments/import/run", data={**ticket, "do": "all"}).status_code in (403, 422)
    assert count() == 0


def test_what_cannot_be_read_and_who_may_not(people, steward, client_as):
    for data, name in ((b"%PDF-1.4\n", "a.pdf"), (b"", "a.csv"), (b"PK\x03\x04xx", "a.xlsx"), (csv("a", heads="b"), "a.csv")):
        assert send(steward, data, name).status_code == 422
    assert steward.post("/instruments/import", data={"site_id": "1"}).status_code == 422
    auditor = client_as(people.auditor)
    assert auditor.get("/instruments/import").status_code == 403
    assert auditor.get("/instruments/import/template.xlsx").status_code == 403


def test_the_template_is_a_list_that_is_taken(people, steward):
    data = steward.get("/instruments/import/template.xlsx").data
    seen = look(people, data)
    assert not seen.bad and seen.good[0].calibration is not None, seen.faults


def test_a_long_list_is_taken_in_one_go_and_one_too_long_is_refused(people):
    lines = [f"EQ-{n};Máy {n};Sóng Giả;SA-1;N{n};;;;;;;" for n in range(1000, 1400)]
    data = csv(*lines)
    upload = files.put_bytes(data, "a.csv", files.SHEETS)
    began = time.perf_counter()
    assert len(services.import_instruments(people.quality_manager, upload, data, people.site, "vi")) == 400
    assert time.perf_counter() - began < 20  # a row at a time, each with its own look-ups, would take far longer on 5,000
    assert "5000" in str(look(people, csv(*(f"EQ-{n};M;S;K;{n};;;;;;;" for n in range(5001)))).refused).replace("\u202f", "")


def test_numbers_are_read_by_the_language_of_the_page():
    heads = ["Tên", "Hãng", "Kiểu", "Số máy", "Đại lượng", "Từ", "Đến", "Đơn vị"]
    row = ["a", "b", "c", "d", "rf-level", "0.5", "1500", "MHz"]
    today = date(2026, 11, 16)
    for locale in ("vi", "en"):
        assert read_list(heads, [(2, row)], locale, today).entries[0].ranges[0]["low"] == Decimal("0.5")
