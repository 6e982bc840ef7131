"""Facts of the laboratory and its sites: shown to readers, changed with a reason, papers' other settings kept."""
from __future__ import annotations

from datetime import date

import pytest

from lab_app.accounts import queries, services
from lab_app.core import audit
from lab_app.core import db as database
from lab_app.core.db import db
from tests.support.people_facts import SETTER

FORM = {
    "name_vi": "Phòng thử nghiệm Mẫu", "name_en": "Sample Laboratory", "short_name": "Mẫu", "tax_code": "9900000016",
    "address_vi": "Số 1 đường Ví Dụ", "accreditation_number": "VILAS 0000", "accreditation_standard": "ISO/IEC 17025:2017",
    "accreditation_from": "01/01/2026", "accreditation_to": "31/12/2028", "reason": "chuyển địa chỉ",
}


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def test_the_page_shows_the_facts_and_costs_little(people, client_as, statements):
    with statements() as seen:
        shown = text_of(client_as(people.auditor).get("/laboratory"))
    assert len(seen) <= 10, str(seen)
    assert "9900000016" in shown
    assert "CS1" in shown
    assert "/laboratory/edit" not in shown


def test_before_it_was_set_up_the_page_says_so(app, client_as, frozen_clock):
    from lab_app.accounts.models import Role

    services.ensure_roles(SETTER)
    person = services.add_person(SETTER, code="Q1", full_name="Người Đầu", email="q1@lab.example", password_hash=None,
                                 undertaking_on=date(2024, 1, 2), roles=["administrator"])
    db.session.commit()
    database.end_writing()
    assert db.session.query(Role).count() == 8
    client = client_as(person)
    assert "Chưa khai thông tin phòng thử nghiệm" in text_of(client.get("/laboratory"))
    assert client.post("/laboratory/edit", data=FORM).status_code == 302
    assert queries.laboratory().accreditation["valid_to"] == "2028-12-31"


def test_a_change_keeps_settings_the_form_does_not_show(people, client_as):
    lab = services.set_up_laboratory(SETTER, settings={"short_name": "Mẫu", "report_form": "BM.01"},
                                     designation={"decision": "QĐ 1", "scope": ["QCVN 54"]})
    db.session.commit()
    database.end_writing()
    client = client_as(people.administrator)
    answer = client.post("/laboratory/edit", data={**FORM, "designation_decision": "QĐ 2", "version": lab.version})
    assert answer.status_code == 302
    lab = queries.laboratory()
    assert lab.settings == {"short_name": "Mẫu", "report_form": "BM.01"}
    assert lab.designation == {"decision": "QĐ 2", "scope": ["QCVN 54"]}
    assert audit.history("laboratory", lab.id)[0].reason == "chuyển địa chỉ"
    stale = client.post("/laboratory/edit", data={**FORM, "version": 1})
    assert stale.status_code == 409


@pytest.mark.parametrize(("wrong", "says"), [
    ({"name_vi": ""}, "Cần điền mục này."),
    ({"name_vi": "M" * 301}, "Tối đa 300 ký tự."),
    ({"tax_code": "12345"}, "Mã số thuế có 10 chữ số"),
    ({"accreditation_to": "31/12/2025"}, "Ngày kết thúc trước ngày bắt đầu."),
    ({"accreditation_to": ""}, "cần cả hai ngày hiệu lực"),
    ({"reason": ""}, "Cần điền mục này."),
    ({"email": "x@"}, "Địa chỉ thư điện tử không đúng dạng."),
])
def test_bad_facts_are_refused_in_place(people, client_as, wrong, says):
    answer = client_as(people.administrator).post("/laboratory/edit", data={**FORM, **wrong})
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert queries.laboratory().address_vi != FORM["address_vi"]


def test_sites(people, client_as):
    client = client_as(people.administrator)
    site = {"code": "cs2", "name_vi": "Cơ sở hai", "address_vi": "Số 2 đường Ví Dụ"}
    assert client.post("/sites/new", data=site).status_code == 302
    twice = client.post("/sites/new", data=site)
    assert twice.status_code == 422
    assert "Mã cơ sở này đã dùng." in text_of(twice)
    assert client.get("/sites/CS9/edit").status_code == 404
    found = queries.site_by_code("CS2")
    changed = client.post("/sites/CS2/edit", data={**site, "name_vi": "Cơ sở phía Nam", "version": found.version})
    assert changed.status_code == 302
    assert queries.site_by_code("CS2").name_vi == "Cơ sở phía Nam"
    assert client.post("/sites/CS2/edit", data={**site, "version": found.version - 1}).status_code == 409
    assert client_as(people.technician).post("/sites/new", data=site).status_code == 403
