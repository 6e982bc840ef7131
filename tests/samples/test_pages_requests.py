"""Pages of enterprises and requests: what their forms refuse and keep."""
from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lab_app.core import drafts
from lab_app.core.db import db
from lab_app.samples import services
from lab_app.samples.models import Customer, TestRequest
from tests.samples.page_facts import CUSTOMER, again, request_form
from tests.support import method_facts as methods
from tests.support import samples_facts as samples

# ---- customers -------------------------------------------------------------------------------------------


def test_a_customer_is_registered_by_the_form_in_composed_text(people, desk):
    typed = {**CUSTOMER, "name": unicodedata.normalize("NFD", CUSTOMER["name"]), "email": "hoso@canhbuom.vn", "phone": "0900 000 002"}
    answer = desk.post("/customers/new", data=typed)
    row = db.session.scalars(select(Customer)).one()
    assert answer.status_code == 302 and answer.location.endswith(f"/customers/{row.code}") and row.name == CUSTOMER["name"]


@pytest.mark.parametrize(("field", "value"), [
    ("name", ""), ("name", "  "), ("name", "x" * 301), ("tax_code", ""), ("tax_code", "9920000015"), ("tax_code", "x" * 21),
    ("address", ""), ("address", "x" * 401), ("email", "hoso(a)canhbuom.vn"), ("phone", "gọi tôi"), ("contact", "x" * 201),
])
def test_a_customer_form_keeps_what_was_typed_beside_the_refusal(people, desk, field, value):
    answer = desk.post("/customers/new", data={**CUSTOMER, "contact": "Bà Ngô", field: value})
    assert answer.status_code == 422 and db.session.scalar(select(func.count()).select_from(Customer)) == 0
    assert f'id="{field}-e"' in answer.text and ("Bà Ngô" in answer.text or field == "contact")


def test_a_customer_twice_and_a_stale_page(people, desk):
    row = samples.make_customer(people)
    twice = desk.post("/customers/new", data={**CUSTOMER, "tax_code": row.tax_code})
    assert twice.status_code == 422 and row.code in twice.text
    stale = row.version
    services.change_customer(people.sales, row, phone="0900 000 009")
    answer = desk.post(f"/customers/{row.code}/edit", data={**CUSTOMER, "tax_code": row.tax_code, "version": stale})
    assert answer.status_code == 409 and CUSTOMER["name"] in answer.text and "0900 000 009" in answer.text
    fresh = desk.post(f"/customers/{row.code}/edit", data={**CUSTOMER, "tax_code": row.tax_code, "version": again(row).version})
    assert fresh.status_code == 302 and again(row).name == CUSTOMER["name"]


def test_only_those_who_may_write_see_the_forms(people, client_as):
    row = samples.make_customer(people)
    for person in (people.technician, people.auditor):
        client = client_as(person)
        assert client.get("/customers/new").status_code == 403
        assert client.post(f"/customers/{row.code}/edit", data=CUSTOMER).status_code == 403
        assert "Ghi khách hàng mới" not in client.get("/customers").text
    assert client_as(people.auditor).get("/customers/C9999").status_code == 404


# ---- a new request ---------------------------------------------------------------------------------------


def test_a_request_is_registered_by_the_form(people, made, desk):
    samples.make_customer(people)
    answer = desk.post("/requests/new", data=request_form(people, made))
    row = db.session.scalars(select(TestRequest)).one()
    assert answer.status_code == 302 and answer.location.endswith(f"/requests/{row.number}")
    assert (row.copies, row.public_fields, row.due_on) == (2, ["product"], date(2026, 12, 7))
    assert [t.method.code for t in row.items[0].tests] == ["PT 1"] and row.items[0].quantity == 2
    page = desk.get(f"/requests/{row.number}").text
    assert "Điểm truy cập SH-AX30" in page and "Gửi xem xét" in page and "Báo giá" not in page


@pytest.mark.parametrize(("field", "value"), [
    ("customer", ""), ("customer", "C9999"), ("requested_on", ""), ("requested_on", "17/11/2026"), ("requested_on", "31/02/2026"),
    ("requested_on", "2026"), ("due_on", "01/01/2020"), ("language", "fr"), ("copies", "0"), ("copies", "hai"), ("copies", "99"),
    ("note", "x" * 2001), ("items-0-name", ""), ("items-0-model", " "), ("items-0-model", "x" * 121), ("items-0-quantity", "1000"),
    ("items-0-quantity", "1,5"), ("items-0-methods", ["999"]), ("public_fields", ["price"]), ("items-0-supplied", "không có dấu bằng"),
])
def test_a_request_form_keeps_what_was_typed_beside_the_refusal(people, made, desk, field, value):
    samples.make_customer(people)
    answer = desk.post("/requests/new", data=request_form(people, made, **{"items-0-power": "12 V d.c.", field: value}))
    assert answer.status_code == 422 and db.session.scalar(select(func.count()).select_from(TestRequest)) == 0
    assert f'id="{field}-e"' in answer.text, re.findall(r'class="err" id="([^"]*)', answer.text)
    assert "12 V d.c." in answer.text


def test_a_customer_is_meant_by_code_tax_code_words_or_chosen_among_several(people, made, desk):
    first = samples.make_customer(people, name="Công ty Sao Hôm")
    second = samples.make_customer(people, 1, name="Công ty Sao Mai")
    wanted = {"9920000014": second, f"{first.code} · Công ty Sao Hôm": first, "sao mai": second, second.code.lower(): second}
    for typed, meant in wanted.items():
        desk.post("/requests/new", data=request_form(people, made, customer=typed))
        assert db.session.scalars(select(TestRequest).order_by(TestRequest.id.desc())).first().customer_id == meant.id, typed
    asked = desk.post("/requests/new", data=request_form(people, made, customer="cong ty sao"))
    assert asked.status_code == 422 and 'name="meant"' in asked.text and "9910000015" in asked.text
    chosen = desk.post("/requests/new", data=request_form(people, made, customer="cong ty sao", meant=first.code))
    assert chosen.status_code == 302


def test_items_come_and_go_by_one_button_and_nothing_is_lost(people, made, desk):
    samples.make_customer(people)
    more = desk.post("/requests/new", data=request_form(people, made, more="1"))
    assert more.status_code == 200 and 'name="items-1-name"' in more.text and "SH-AX30" in more.text
    two = request_form(people, made, **{"items-1-name": "Bộ định tuyến", "items-1-model": "R2", "items-1-quantity": "1"})
    fewer = desk.post("/requests/new", data={**two, "drop": "0"})
    assert "SH-AX30" not in fewer.text and "Bộ định tuyến" in fewer.text
    assert desk.post("/requests/new", data=two).status_code == 302
    assert [i.model for i in db.session.scalars(select(TestRequest)).one().items] == ["SH-AX30", "R2"]


def test_what_the_customer_states_is_read_as_the_methods_need_it(people, desk):
    made = methods.draft_method(people)
    made.power.fields = [*made.power.fields, {"key": "gain", "label_vi": "Độ lợi ăng ten", "label_en": "Antenna gain", "unit": "dBi",
                                              "source": "customer", "many": False}]
    db.session.flush()
    methods.approve(people, made.version)
    samples.make_customer(people)
    assert "Độ lợi ăng ten (dBi)" in desk.get("/requests/new").text
    doubtful = desk.post("/requests/new", data=request_form(people, made, **{"items-0-supplied": "độ lợi ăng ten = 1.234 dBi"}))
    assert doubtful.status_code == 422 and 'id="items-0-supplied-e"' in doubtful.text
    desk.post("/requests/new", data=request_form(people, made, **{"items-0-supplied": "do loi ang ten = 3,0 dBi\nĐịnh danh = bản B"}))
    stated = db.session.scalars(select(TestRequest)).one().items[0].supplied
    assert stated[0] == {"key": "gain", "label": "Độ lợi ăng ten", "label_en": "Antenna gain", "value": "3.0", "unit": "dBi"}
    assert stated[1]["label"] == "Định danh" and stated[1]["value"] == "bản B"


def test_a_draft_is_kept_restored_given_up_and_ends_with_the_record(people, made, desk):
    samples.make_customer(people)
    typed = request_form(people, made, **{"items-0-name": "Gõ dở", "public_fields": ["product", "customer"]})
    assert desk.post("/requests/new/draft", data=typed).status_code == 204
    page = desk.get("/requests/new").text
    assert "Gõ dở" in page and "Đã mở lại" in page and page.count("checked") >= 4
    assert desk.post("/requests/new/draft", data={"note": "x" * (drafts.MAX_BYTES + 1)}).status_code == 413
    desk.post("/requests/new/forget")
    assert "Gõ dở" not in desk.get("/requests/new").text
    desk.post("/requests/new/draft", data=typed)
    desk.post("/requests/new", data=typed)
    assert "Gõ dở" not in desk.get("/requests/new").text


def test_who_may_register(people, client_as):
    for person in (people.sales, people.technician, people.auditor):
        assert client_as(person).get("/requests/new").status_code == 403


# ---- one request -----------------------------------------------------------------------------------------


def test_prices_are_shown_to_those_who_may(people, made, desk, client_as):
    row = samples.make_request(people, made.method)
    services.set_quotation(people.sales, row, [("Thử nghiệm", 1, Decimal(18_600_000))], Decimal(8))
    assert "20.088.000" in client_as(people.sales).get(f"/requests/{row.number}").text
    assert "20.088.000" not in desk.get(f"/requests/{row.number}").text
    assert desk.get(f"/requests/{row.number}/quotation").status_code == 403 and desk.get("/prices").status_code == 403


def test_sales_see_no_items_and_nobody_another_number(people, made, client_as):
    row = samples.received_sample(people, samples.accepted_request(people, made.method)).request
    page = client_as(people.sales).get(f"/requests/{row.number}").text
    assert "M26-" not in page.split("Lịch sử")[0] and client_as(people.sales).get("/samples").status_code == 403
    assert client_as(people.sales).get("/requests/YC-2026-9999").status_code == 404


def test_a_request_goes_to_review_and_is_cancelled_with_a_reason(people, made, desk):
    row = samples.make_request(people, made.method)
    stale = desk.post(f"/requests/{row.number}/send-to-review", data={"version": 99})
    assert stale.status_code == 409
    assert desk.post(f"/requests/{row.number}/send-to-review", data={"version": row.version}).status_code == 302
    assert again(row).status == "in_review"
    without = desk.post(f"/requests/{row.number}/cancel", data={"reason": " ", "version": row.version})
    assert without.status_code == 422 and "Cần điền mục này" in without.text
    desk.post(f"/requests/{row.number}/cancel", data={"reason": "khách rút", "version": row.version})
    assert again(row).status == "cancelled"


def change_form(row, **changes):
    item = row.items[0]
    typed = {
        "reason": "theo thư khách", "due_on": row.due_on.strftime("%d/%m/%Y"), "wants_statement": "y", "language": row.language,
        "copies": str(row.copies), "return_items": "y", "note": row.note, "version": row.version, "items-0-id": item.id,
        "items-0-name": item.name, "items-0-brand": item.brand, "items-0-model": item.model, "items-0-quantity": item.quantity,
        "items-0-manufacturer": item.manufacturer, "items-0-origin": item.origin, "items-0-power": item.power,
        "items-0-methods": [t.method_id for t in item.tests], "items-0-supplied": "",
    }
    return {**typed, **changes}


def test_a_change_of_the_contract_takes_it_back_to_review(people, made, desk):
    row = samples.accepted_request(people, made.method)
    assert "7.1.6" in desk.get(f"/requests/{row.number}/change").text
    desk.post(f"/requests/{row.number}/change", data=change_form(row, copies="3"))
    assert again(row).status == "accepted" and row.copies == 3
    answer = desk.post(f"/requests/{row.number}/change", data=change_form(row, **{"items-0-quantity": "4"}))
    assert answer.status_code == 302 and again(row).status == "in_review"
    refused = desk.post(f"/requests/{row.number}/change", data=change_form(row, reason=""))
    assert refused.status_code == 422 and 'id="reason-e"' in refused.text
    assert desk.post(f"/requests/{row.number}/change", data=change_form(row, version=1)).status_code == 409
    stranger = samples.make_request(people, made.method)
    tampered = desk.post(f"/requests/{row.number}/change", data=change_form(again(row), **{"items-0-id": stranger.items[0].id}))
    assert tampered.status_code == 422 and len(again(stranger).items) == 1
