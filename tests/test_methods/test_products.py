"""Product lists as effective-dated data: what counts on a day as known then, what a product meets, refusals, pages."""
from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed
from test_methods import services
from test_methods.models import ProductEntry, ProductList
from test_methods.queries.products import entries_on, matching, matching_entries
from test_methods.rules.products import BadHs, covers, hs_codes, hs_digits
from test_methods.services import products as service
from tests.support.people_facts import make_people

CATALOGUE = Path(__file__).resolve().parents[2] / "lab_app" / "demo" / "catalogue_qcvn.json"
WIFI = {"property": "radio", "operator": "has", "value": "wifi24"}


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def listed(people):
    author = people.reviewer
    for code, first, end in (("QCVN 54:2014/BTTTT", date(2015, 1, 1), date(2021, 7, 1)), ("QCVN 54:2020/BTTTT", date(2021, 7, 1), None),
                             ("QCVN 65:2021/BTTTT", date(2022, 5, 1), None)):
        services.add_regulation(author, code=code, title_vi=code, in_force_from=first, in_force_to=end)
    old = service.add_list(author, code="29/2025", title_vi="Danh mục cũ", in_force_from=date(2025, 12, 31))
    service.add_entry(author, old, annex="I", item="1", name_vi="Thiết bị Wi-Fi", lane="declare", hs="8517.62.51", regulations=["QCVN 54"])
    new = service.add_list(
        author, code="36/2026", title_vi="Danh mục mới", in_force_from=date(2026, 7, 1), replaces=["29/2025", "5/2020"])
    entry = service.add_entry(
        author, new, annex="I", item="2.2", name_vi="Thiết bị truyền dữ liệu 2,4 GHz", lane="certify", hs="8517.62.51 .59",
        regulations=["QCVN 54:2020/BTTTT"], conditions=[WIFI])
    service.add_entry(
        author, new, annex="I", item="2.3", name_vi="Thiết bị truy nhập 5 GHz", lane="certify", hs="8517.62.51",
        regulations=["QCVN 65"], conditions=[{"property": "radio", "operator": "has", "value": "wifi5"}])
    return old, new, entry


@pytest.mark.parametrize(
    ("text", "codes"),
    [("8517.62.51", ["8517.62.51"]), ("8518.30.10 .20 .51", ["8518.30.10", "8518.30.20", "8518.30.51"]),
     ("8528.71.xx, 8528.72.92/.99", ["8528.71", "8528.72.92", "8528.72.99"]), ("", []),
     ("8517.13.00, 8517.13.00", ["8517.13.00"])],
)
def test_codes_are_read_as_annexes_write_them(text, codes):
    assert hs_codes(text) == codes


@pytest.mark.parametrize("text", ["85", "8517,62x", ".20", "mã 8517", "8517.6"])
def test_text_that_is_no_code_is_refused(text):
    with pytest.raises(BadHs):
        hs_codes(text)


def test_a_group_covers_its_codes():
    assert covers(["8528.71"], "8528.71.91") and covers(["8517.62.51"], "85176251") and not covers(["8517.62.51"], "8517.62")
    assert (hs_digits("8517.62.51"), hs_digits("tai nghe"), hs_digits("12")) == ("85176251", "", "")


def test_a_list_ends_where_its_successor_begins_and_what_was_not_known_did_not_count(people, listed, frozen_clock):
    old, new, entry = listed
    now = clock.now()
    assert old.in_force_to == new.in_force_from
    assert [e.item for e in entries_on(date(2026, 6, 30), now)] == ["1"]
    assert [e.item for e in entries_on(date(2026, 7, 1), now)] == ["2.2", "2.3"]
    assert entries_on(date(2026, 7, 1), clock.at_local(date(2026, 1, 1), 9)) == []
    frozen_clock.advance(days=2)
    service.end_entry(people.reviewer, entry, in_force_to=date(2026, 9, 1), reason="tạm ngưng")
    assert [e.item for e in entries_on(date(2026, 9, 1), clock.now())] == ["2.3"]
    assert [e.item for e in entries_on(date(2026, 9, 1), now)] == ["2.2", "2.3"]
    assert [e.item for e in entries_on(date(2026, 8, 31), clock.now())] == ["2.2", "2.3"]


def test_a_product_meets_lines_and_gets_the_edition_of_the_day(people, listed):
    now, on = clock.now(), date(2026, 11, 16)
    found = matching({"hs": "8517.62.51", "radio": ["wifi24"]}, on, now)
    assert [(p.regulation.code, p.entry.item, p.lane) for p in found] == [("QCVN 54:2020/BTTTT", "2.2", "certify")]
    assert "2.2" in found[0].reason and "36/2026" in found[0].reason and "chưa đối chiếu" in found[0].reason
    both = matching({"radio": ["wifi24", "wifi5"]}, on, now)
    assert [p.regulation.code for p in both] == ["QCVN 54:2020/BTTTT", "QCVN 65:2021/BTTTT"]
    assert matching({"hs": "8471.30.20", "radio": ["wifi24"]}, on, now) == []
    by_code = matching_entries({"hs": "8517.62.51"}, on, now)
    assert [(m.entry.item, m.by_hs, m.unstated) for m in by_code] == [("2.2", True, ("radio",)), ("2.3", True, ("radio",))]
    assert matching({}, on, now) == []
    assert matching({"radio": ["wifi24"]}, date(2026, 6, 1), now) == []  # the old list decides by code alone
    assert [p.lane for p in matching({"hs": "8517.62.51"}, date(2026, 6, 1), now)] == ["declare"]
    service.confirm_entry(people.quality_manager, listed[2], "Phụ lục I, trang 3", clock.today())
    assert "chưa đối chiếu" not in matching({"hs": "8517.62.51", "radio": ["wifi24"]}, on, clock.now())[0].reason


@pytest.mark.parametrize(
    ("change", "field"),
    [({"hs": "mã"}, "hs"), ({"hs": "", "conditions": []}, "hs"), ({"lane": "free"}, "lane"), ({"item": " "}, "item"),
     ({"name_vi": ""}, "name_vi"),
     ({"regulations": ["QCVN 999"]}, "regulations"), ({"conditions": [{"property": "moon", "operator": "is", "value": "x"}]}, "conditions"),
     ({"in_force_from": date(2020, 1, 1)}, "in_force_from")],
)
def test_a_line_that_cannot_be_is_refused_by_its_field(people, listed, change, field):
    facts = {"item": "9", "name_vi": "Sản phẩm", "lane": "certify", "hs": "8517.62.51", **change}
    with pytest.raises(FieldRefused) as refused:
        service.add_entry(people.reviewer, listed[1], **facts)
    assert refused.value.field == field


def test_a_changed_line_is_no_longer_confirmed_and_few_may_write(people, listed):
    _, new, entry = listed
    service.confirm_entry(people.quality_manager, entry, "Phụ lục I", clock.today())
    service.change_entry(people.reviewer, entry, reason="gõ nhầm", lane="declare")
    assert (entry.lane, entry.confirmed_on, entry.regulations) == ("declare", None, ["QCVN 54"])
    for act in (lambda: service.end_list(people.auditor, new, in_force_to=date(2027, 1, 1), reason="x"),
                lambda: service.confirm_entry(people.auditor, entry, "x", clock.today()),
                lambda: service.add_list(people.auditor, code="x", title_vi="x", in_force_from=date(2027, 1, 1))):
        with pytest.raises(NotAllowed):
            act()
    for facts, field in (({"code": "36/2026"}, "code"), ({"code": "n", "issued_on": date(2030, 1, 1)}, "issued_on")):
        with pytest.raises(FieldRefused) as refused:
            service.add_list(people.reviewer, **({"title_vi": "x", "in_force_from": date(2027, 1, 1)} | facts))
        assert refused.value.field == field
    with pytest.raises(FieldRefused):
        service.end_list(people.reviewer, new, in_force_to=new.in_force_from, reason="x")


def test_the_starter_list_loads_with_nothing_confirmed(people):
    data = json.loads(CATALOGUE.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)
    links = {("I", "2.10"): {"conditions": [{"property": "radio", "operator": "has", "value": "wireless_audio"}], "regulations": []}}
    loaded = service.load_products(people.reviewer, data, links)
    assert loaded.code == "36/2026/TT-BKHCN" and loaded.replaces == ["29/2025/TT-BKHCN"] and not loaded.confirmed
    assert len(loaded.entries) == len(data["risk_lines_36_2026"]) and not any(e.confirmed_on for e in loaded.entries)
    assert {e.lane for e in loaded.entries if e.annex == "I"} == {"certify"}
    assert {e.lane for e in loaded.entries if e.annex == "II"} == {"declare"}
    assert service.load_products(people.reviewer, data, links) is None
    assert [m.entry.item for m in matching_entries({"hs": "8528.71.11"}, date(2026, 11, 16), clock.now())] == ["2.1-2.6"]


# ---- pages ----


@pytest.fixture
def author(people, client_as):
    return client_as(people.reviewer)


def test_pages_of_lists_are_read_by_many_and_written_by_few(people, listed, author, client_as):
    _, new, entry = listed
    auditor = client_as(people.auditor)
    for path in ("/product-lists", f"/product-lists/{new.id}", f"/product-entries/{entry.id}"):
        assert auditor.get(path).status_code == 200 and auditor.get(f"{path}?lang=en").status_code == 200
    for path in ("/product-lists/new", f"/product-lists/{new.id}/edit", f"/product-lists/{new.id}/end",
                 f"/product-lists/{new.id}/entries/new",
                 f"/product-entries/{entry.id}/edit", f"/product-entries/{entry.id}/end", f"/product-entries/{entry.id}/confirm"):
        assert author.get(path).status_code == 200 and auditor.get(path).status_code == 403, path
    assert author.get("/product-lists/99").status_code == 404


@pytest.mark.parametrize(
    ("query", "shown", "hidden"),
    [("", ["2.2", "2.3"], []), ("q=8517.62.59", ["2.2"], ["5 GHz"]), ("q=85176251", ["2.2", "2.3"], []),
     ("q=QCVN 65", ["5 GHz"], ["2,4 GHz"]),
     ("q=truy+nhập", ["5 GHz"], ["2,4 GHz"]), ("on=2026-06-30", ["Thiết bị Wi-Fi"], ["5 GHz"]), ("lane=declare", [], ["5 GHz"]),
     ("q=8471.30", [], ["5 GHz", "2,4 GHz"])],
)
def test_lines_are_found_by_code_words_regulation_and_day(people, listed, author, query, shown, hidden):
    text = author.get(f"/product-lists?{query}").text
    assert all(word in text for word in shown) and not any(word in text for word in hidden)


def test_a_list_and_its_lines_by_forms(people, listed, author):
    made = author.post("/product-lists/new", data={
        "code": "1/2027", "title_vi": "Mới", "in_force_from": "01/01/2027", "replaces": "36/2026"})
    assert made.status_code == 302
    row = db.session.query(ProductList).filter_by(code="1/2027").one()
    assert db.session.get(ProductList, listed[1].id).in_force_to == date(2027, 1, 1)
    data = {"annex": "I", "item": "1", "name_vi": "Tai nghe", "lane": "certify", "hs": "8518.30.10 .20", "regulations": "QCVN 54\nQCVN 65",
            "conditions-0-property": "radio", "conditions-0-operator": "has", "conditions-0-value": "bluetooth"}
    more = author.post(f"/product-lists/{row.id}/entries/new", data={**data, "more": "1"})
    assert more.status_code == 200 and "conditions-1-property" in more.text
    assert author.post(f"/product-lists/{row.id}/entries/new", data=data).status_code == 302
    entry = db.session.query(ProductEntry).filter_by(list_id=row.id).one()
    assert entry.hs == ["8518.30.10", "8518.30.20"] and entry.regulations == ["QCVN 54", "QCVN 65"]
    wrong = author.post(f"/product-entries/{entry.id}/edit", data={**data, "hs": "tai nghe", "reason": "x"})
    assert wrong.status_code == 422 and 'id="hs-e"' in wrong.text
    assert author.post(f"/product-entries/{entry.id}/edit", data={**data, "lane": "declare", "reason": "đọc lại"}).status_code == 302
    confirm = {"source": "Phụ lục I", "on": clock.today().strftime("%d/%m/%Y")}
    assert author.post(f"/product-entries/{entry.id}/confirm", data=confirm).status_code == 302
    end = author.post(f"/product-entries/{entry.id}/end", data={"in_force_to": "01/06/2027", "reason": "ngưng"})
    assert end.status_code == 302
    db.session.expire_all()
    entry = db.session.get(ProductEntry, entry.id)
    assert (entry.lane, entry.confirmed_source, entry.in_force_to) == ("declare", "Phụ lục I", date(2027, 6, 1))
    edit = author.post(f"/product-lists/{row.id}/edit", data={
        "code": row.code, "title_vi": "Tên", "in_force_from": "01/01/2027", "confirmed": "công báo", "reason": "x"})
    assert edit.status_code == 302
    bad = author.post(f"/product-lists/{row.id}/end", data={"in_force_to": "01/01/2020", "reason": "x"})
    assert bad.status_code == 422 and 'id="in_force_to-e"' in bad.text


def test_the_list_asks_few_statements_however_long_it_is(people, listed, author, statements):
    author.get("/product-lists")
    for n in range(30):
        service.add_entry(people.reviewer, listed[1], item=f"9.{n}", name_vi="Thêm", lane="declare", hs="8517.62.51")
    for path in ("/product-lists", "/product-lists?q=8517.62.51", f"/product-lists/{listed[1].id}", f"/product-entries/{listed[2].id}"):
        with statements() as seen:
            assert author.get(path).status_code == 200
        assert len(seen) <= 15, (path, len(seen))
