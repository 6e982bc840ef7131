"""Pages of limits, editions: the editor of every kind, refusals beside their fields, what a limit was on a day, few statements."""
from __future__ import annotations

from datetime import date, timedelta

import pytest

from lab_app.core import clock
from lab_app.core.db import db
from test_methods import queries, services
from test_methods.forms import LimitForm
from test_methods.models import Regulation, Requirement
from test_methods.queries.limits import limit_versions
from test_methods.services.limits import checked_limit
from tests.support import method_facts as facts
from tests.support.people_facts import make_people

LINE = {"kind": "line", "unit": "dBm", "inclusive": "y", "side": "upper", "scale": "log", "f_unit": "MHz", "detector": "QP",
        "rbw": "120 kHz", "distance": "3 m", "rows-0-f1": "0,15", "rows-0-f2": "0,5", "rows-0-l1": "66", "rows-0-l2": "56",
        "rows-1-f1": "0,5", "rows-1-f2": "30", "rows-1-l1": "60", "rows-1-l2": "60"}
MASK = {"kind": "mask", "unit": "dBr", "scale": "", "inclusive": "y", "symmetric": "y", "reference": "carrier", "offset_unit": "BW",
        "level_unit": "dBm", "rows-0-f1": "0", "rows-0-f2": "0,5", "rows-0-l1": "0", "rows-0-l2": "0", "rows-1-f1": "0,5",
        "rows-1-f2": "1,5", "rows-1-l1": "-20", "rows-1-l2": "-40"}
TABLE = {"kind": "table", "unit": "dBm", "inclusive": "y", "table-0-when": "bộ tách sóng: AV; cấp: B", "table-0-kind": "upper",
         "table-0-high": "50", "table-1-when": "cấp: A", "table-1-kind": "line",
         "table-1-pieces": "1 3 76 76; 3 6 80 80", "table-1-read": "PK; 1 MHz; 3 m",
         "scale": "log",
         "side": "upper", "f_unit": "GHz"}
LOWERED = {"kind": "upper", "unit": "dBm", "high": "17", "inclusive": "y"}


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def made(people):
    return facts.make_method(people)


@pytest.fixture
def author(people, client_as):
    return client_as(people.reviewer)


def fresh(model, ident):
    db.session.expire_all()
    return db.session.get(model, ident)


def post_limit(author, made, data, **more):
    return author.post(f"/requirements/{made.power.requirement.id}/limit", data={"reason": "văn bản", **data, **more})


@pytest.mark.parametrize("data", [LINE, MASK, TABLE])
def test_every_kind_is_entered_seen_and_opened_again(people, made, author, data):
    ident = made.power.requirement.id
    assert post_limit(author, made, data).status_code == 302
    stored = fresh(Requirement, ident).limit
    assert stored["type"] == data["kind"]
    shown = author.get(f"/requirements/{ident}").text
    assert ("<svg class=\"plot" in shown) and author.get(f"/requirements/{ident}?lang=en").status_code == 200
    form = author.get(f"/requirements/{ident}/limit").text
    for typed in [value for name, value in data.items() if name.startswith(("rows-", "table-")) and not name.endswith("kind")]:
        assert f'value="{typed}"' in form, typed


def test_a_saved_editor_says_the_same_again(people, made, author):
    """What the editor shows of a stored limit, sent back as it is, gives the same limit: nothing falls out of the form."""
    for data in (LINE, MASK, TABLE):
        assert post_limit(author, made, data).status_code == 302
        stored = fresh(Requirement, made.power.requirement.id).limit
        with author.application.test_request_context("/"):
            form = LimitForm(data=LimitForm.shape_of(stored, "dBm"), meta={"csrf": False})
            assert checked_limit(form.limit(), "dBm") == stored


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"rows-0-f2": "0,1"}, "rows-0-f2", "tần số tăng dần"),
        ({"rows-1-f1": "0,4"}, "rows-1-f1", "Chồng lên đoạn trước"),
        ({"rows-0-l1": ""}, "rows-0-l1", "Cần điền mục này"),
        ({"rows-0-l1": "sáu mươi"}, "rows-0-l1", "không phải là số"),
        ({"unit": "furlong"}, "unit", "Không biết đơn vị"),
        ({"unit": "V"}, "unit", "không cùng đại lượng"),
        ({"rbw": "rộng"}, "rbw", "ghi một số và đơn vị"),
        ({"rbw": "3 m"}, "rbw", "đơn vị không khớp"),
        ({**MASK, "reference": ""}, "reference", "Thiếu gốc của mặt nạ"),
        ({**MASK, "unit": "dBm", "level_unit": "dBm"}, "level_unit", "chỉ dùng với mặt nạ tương đối"),
        ({**MASK, "edge_low": "1", "edge_high": "2"}, "edge_low", "chỉ dùng với mặt nạ tính từ biên"),
        ({**TABLE, "table-0-when": ""}, "table-0-when", "Cần điền mục này"),
        ({**TABLE, "table-0-high": ""}, "table-0-high", "Cần điền mục này"),
        ({**TABLE, "table-1-pieces": "1 2 3"}, "table-1-pieces", "bốn số"),
        ({**TABLE, "table-1-read": "to"}, "table-1-read", "cần bộ tách sóng"),
        ({"kind": "observation", "answers": []}, "answers", "Thiếu các câu trả lời"),
        ({"in_force_from": "01/01/2019"}, "in_force_from", "Trước ngày quy chuẩn có hiệu lực"),
    ],
)
def test_a_refusal_stands_beside_its_field(people, made, author, change, field, says):
    refused = post_limit(author, made, LINE, **change)
    assert refused.status_code == 422
    assert says in refused.text and f'id="{field}-e"' in refused.text
    assert fresh(Requirement, made.power.requirement.id).limit["limit"] == "20"


def test_each_row_of_a_table_keeps_its_own_detector_and_distance(people, made, author):
    def line(detector, distance):
        return {"type": "line", "unit": "dBm", "detector": detector, "distance": distance, "segments": [["1", "3", "76", "76"]]}

    rows = [{"when": {"cấp": "A"}, "limit": line("QP", "10 m")}, {"when": {"cấp": "B"}, "limit": line("PK", "3 m")}]
    services.change_limit(people.reviewer, made.power.requirement, {"type": "table", "rows": rows}, "bảng")
    stored = made.power.requirement.limit
    with author.application.test_request_context("/"):
        form = LimitForm(data=LimitForm.shape_of(stored, "dBm"), meta={"csrf": False})
        assert checked_limit(form.limit(), "dBm") == stored


def test_more_rows_without_a_script_keep_what_was_typed(people, made, author):
    shown = post_limit(author, made, LINE, more_segments="1")
    assert shown.status_code == 200 and 'name="rows-6-f1"' in shown.text and 'value="0,15"' in shown.text
    more = post_limit(author, made, TABLE, more_table="1")
    assert more.status_code == 200 and 'name="table-6-when"' in more.text and "cấp: B" in more.text
    assert fresh(Requirement, made.power.requirement.id).limit["limit"] == "20"


def test_a_look_before_saving_shows_words_and_picture_and_writes_nothing(people, made, author, client_as):
    shown = post_limit(author, made, MASK, preview="1")
    assert shown.status_code == 200 and "<svg class=\"plot" in shown.text and "sóng mang" in shown.text
    live = author.post("/limits/preview", data={**LINE, "of_unit": "dBm"})
    assert live.status_code == 200 and "<svg" in live.text and "QP" in live.text and "<html" not in live.text
    wrong = author.post("/limits/preview", data={**MASK, "reference": ""})
    assert wrong.status_code == 200 and "Thiếu gốc của mặt nạ" in wrong.text
    assert author.post("/limits/preview", data={**LINE, "rows-0-f1": "x", "segments": "1 2"}).status_code == 200
    assert client_as(people.auditor).post("/limits/preview", data=LINE).status_code == 403
    assert len(queries.requirements(made.regulation.id)) == 2


def test_what_a_limit_was_on_a_day_as_known_then(people, made, author, frozen_clock):
    ident = made.power.requirement.id
    frozen_clock.advance(days=1)
    assert post_limit(author, made, LOWERED, in_force_from="01/06/2026").status_code == 302

    def asked(**args):
        page = author.get(f"/requirements/{ident}", query_string=args).text
        return page[page.index('name="on"'):]

    assert "≤\u00a020\u00a0dBm" in asked(on="31/05/2026") and "≤\u00a017\u00a0dBm" in asked(on="01/06/2026")
    assert "≤\u00a020\u00a0dBm" in asked(on="01/06/2026", known="16/11/2026 10:00")
    assert "chưa biết giới hạn nào" in asked(on="01/06/2026", known="01/01/2026")
    assert "không phải ngày" in asked(on="hôm qua")


def test_a_limit_ahead_is_confirmed_before_its_day(people, made, author):
    ident = made.power.requirement.id
    ahead = (clock.today() + timedelta(days=30)).strftime("%d/%m/%Y")
    assert post_limit(author, made, LOWERED, in_force_from=ahead).status_code == 302
    shown = author.get(f"/requirements/{ident}").text
    assert "Chưa đến ngày" in shown and fresh(Requirement, ident).limit["limit"] == "20"
    version = limit_versions(ident)[0]
    data = {"source": "công báo", "on": clock.today().strftime("%d/%m/%Y")}
    assert author.post(f"/requirements/{ident}/confirm?limit={version.id}", data=data).status_code == 302
    assert fresh(Requirement, ident).confirmed_source.startswith("đối chiếu")
    assert author.get(f"/requirements/{ident}/confirm?limit=999").status_code == 404


def test_editions_are_followed_corrected_and_ended_by_forms(people, made, author, client_as):
    ident = made.regulation.id
    data = {"code": "QC PT 1:2026", "title_vi": "Bản mới", "in_force_from": "01/01/2027", "end_old_on": "01/07/2027",
            "circular": "Thông tư 1/2026", "copy_requirements": "y"}
    assert author.post(f"/regulations/{ident}/new-edition", data=data).status_code == 302
    new = queries.regulation_by_code("QC PT 1:2026")
    assert len(queries.requirements(new.id)) == 2
    for one in (ident, new.id):
        shown = author.get(f"/regulations/{one}").text
        assert "QC PT 1:2020" in shown and "QC PT 1:2026" in shown
    assert "Thông tư 1/2026" in author.get(f"/regulations/{new.id}").text
    assert author.post(f"/regulations/{ident}/new-edition", data={**data, "code": "QC PT 1:2028"}).status_code == 422
    edit = {"kind": "regulation", "title_vi": "Tên sửa", "reason": "gõ nhầm", "in_force_from": "01/01/2027", "adopts": "EN 1\nEN 2"}
    assert author.post(f"/regulations/{new.id}/edit", data=edit).status_code == 302
    row = fresh(Regulation, new.id)
    assert (row.title_vi, row.adopts, row.circular) == ("Tên sửa", ["EN 1", "EN 2"], "")
    wrong = author.post(f"/regulations/{new.id}/edit", data={**edit, "in_force_to": "01/01/2026"})
    assert wrong.status_code == 422 and 'id="in_force_to-e"' in wrong.text
    end = {"in_force_to": "01/01/2030", "reason": "bãi bỏ"}
    assert author.post(f"/regulations/{new.id}/end", data=end).status_code == 302
    looped = author.post(f"/regulations/{new.id}/end", data={**end, "replaced_by": "QC PT 1:2020"})
    assert looped.status_code == 422 and 'id="replaced_by-e"' in looped.text
    auditor = client_as(people.auditor)
    for path in ("edit", "end", "new-edition"):
        assert author.get(f"/regulations/{new.id}/{path}").status_code == 200
        assert auditor.get(f"/regulations/{new.id}/{path}").status_code == 403


def test_a_requirement_with_many_versions_asks_few_statements(people, made, author, statements):
    requirement = made.power.requirement
    for n in range(12):
        services.change_limit(people.reviewer, requirement, {"type": "upper", "limit": str(n)}, f"lần {n}", date(2026, 3, 1 + n))
        services.confirm_limit(people.quality_manager, requirement, f"nguồn {n}", clock.today())
    author.get(f"/requirements/{requirement.id}")
    for path in (f"/requirements/{requirement.id}", f"/requirements/{requirement.id}/limit", f"/regulations/{made.regulation.id}"):
        with statements() as seen:
            assert author.get(path).status_code == 200
        assert len(seen) <= 15, (path, len(seen))
