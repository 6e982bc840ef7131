"""Pages of the room: what they show to whom, what their forms refuse and keep, how much they ask of the database."""
from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest
from sqlalchemy import func, select

from lab_app.core import clock, drafts, files
from lab_app.core.db import db
from lab_app.samples import queries, services
from lab_app.samples.models import ContractReview, CustodyEvent, Customer, Sample, TestRequest
from tests.samples.test_services import PNG
from tests.support import method_facts as methods
from tests.support import samples_facts as samples
from tests.support.people_facts import make_people

CUSTOMER = {"name": "Công ty Cổ phần Cánh Buồm", "tax_code": "9920000014", "address": "Số 1 phố Giả Định"}


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def made(people):
    return methods.make_method(people)


@pytest.fixture
def desk(people, client_as):
    return client_as(people.reception)


def request_form(people, made, **changes):
    typed = {
        "customer": "C0001", "site": people.site.id, "requested_on": "16/11/2026", "due_on": "", "wants_statement": "y",
        "language": "vi+en", "copies": "2", "return_items": "y", "public_fields": ["product"], "note": "",
        "items-0-name": "Điểm truy cập", "items-0-model": "SH-AX30", "items-0-quantity": "2", "items-0-methods": [made.method.id],
        "items-0-supplied": "",
    }
    typed.update(changes)
    return {k: v for k, v in typed.items() if v is not None}


def again(row):
    db.session.expire_all()
    return db.session.get(type(row), row.id)


# ---- cost ------------------------------------------------------------------------------------------------


def fill(people, method, n):
    rows = []
    for i in range(n):
        row = samples.accepted_request(people, method, items=[samples.item_facts(method, quantity=3)])
        samples.received_sample(people, row, serial=f"S{i}")
        rows.append(row)
    return rows


@pytest.mark.parametrize("address", ["/requests", "/samples", "/customers"])
def test_a_list_asks_the_same_of_the_database_however_long(people, made, client_as, statements, address):
    fill(people, made.method, 2)
    client = client_as(people.auditor)
    assert client.get(address).status_code == 200
    with statements() as few:
        client.get(address)
    for n in range(1, 4):
        samples.make_customer(people, n)
    fill(people, made.method, 6)
    with statements() as many:
        client.get(address)
    assert len(many) == len(few) <= 15, many


def test_records_ask_the_same_of_the_database_however_full(people, made, client_as, statements):
    other = methods.make_method(people, "PT 2").method
    small, large = fill(people, made.method, 1)[0], samples.make_request(
        people, made.method, items=[samples.item_facts(made.method, other, model=f"K{n}", quantity=5) for n in range(4)])
    services.accept_request(people.reviewer, samples.complete_review(people, large, made.method, other))
    for item in large.items:
        for n in range(3):
            sample = services.receive_sample(
                people.reception, item, received_at=samples.RECEIVED_AT, condition="tốt", checks=samples.GOOD, serial=f"{item.id}-{n}")
            services.move_sample(people.technician, sample, kind="taken", at=clock.now(), to_person=people.technician)
    services.set_quotation(people.sales, large, [("a", 1, Decimal(5)), ("b", 2, Decimal(7))])
    client = client_as(people.quality_manager)
    client.get(f"/requests/{small.number}")
    for address in ("/requests/{}", "/requests/{}/review", "/requests/{}/change"):
        who = client_as(people.reception) if address.endswith("change") else client
        with statements() as few:
            assert who.get(address.format(small.number)).status_code == 200
        with statements() as many:
            assert who.get(address.format(large.number)).status_code == 200
        assert len(many) <= 15, (address, many)
        assert len(many) - len(few) <= 1, (address, many)  # a price is read where there is one
    first, last = db.session.scalars(select(Sample.code).order_by(Sample.id)).all()[::len(large.items) * 3]
    for code in (first, last):
        with statements() as seen:
            assert client.get(f"/samples/{code}").status_code == 200
        assert len(seen) <= 15, seen


# ---- lists -----------------------------------------------------------------------------------------------


def test_requests_are_found_filtered_sorted_and_exported(people, made, desk, client_as):
    late = samples.make_request(people, made.method, due_on=date(2026, 11, 12))
    soon = samples.make_request(people, made.method, due_on=date(2026, 11, 18))
    done = samples.accepted_request(people, made.method, due_on=date(2026, 11, 10))
    services.requests.note_report(done.id, date(2026, 11, 9))
    shown = lambda address: set(re.findall(r"YC-2026-\d{4}", desk.get(address).text))  # noqa: E731
    assert shown("/requests") >= {late.number, soon.number, done.number}
    assert shown("/requests?due=late") == {late.number} and shown("/requests?due=soon") == {soon.number}
    assert shown("/requests?status=reported") == {done.number} and shown("/requests?status=draft") == {late.number, soon.number}
    assert shown("/requests?q=sao+hom+gia+dinh") >= {late.number} and "Không có yêu cầu nào khớp" in desk.get("/requests?q=khonggi").text
    ordered = re.findall(r"/requests/(YC-2026-\d{4})\"", desk.get("/requests?sort=due&dir=asc").text)
    assert ordered == [done.number, late.number, soon.number]
    exported = desk.get("/requests?due=late&export=csv").get_data(as_text=True)
    assert late.number in exported and soon.number not in exported and "thanh toán" not in exported.casefold()
    assert "Trễ 2 ngày làm việc" in desk.get("/requests").text


def test_unpaid_is_a_filter_for_those_who_see_prices_alone(people, made, desk, client_as):
    paid, unpaid = samples.make_request(people, made.method), samples.make_request(people, made.method)
    services.set_quotation(people.sales, paid, [("Thử", 1, Decimal(1000))])
    services.mark_paid(people.sales, paid, date(2026, 11, 10))
    office = client_as(people.sales)
    assert paid.number not in office.get("/requests?paid=no").text and unpaid.number in office.get("/requests?paid=no").text
    assert paid.number in desk.get("/requests?paid=no").text, "the filter does not exist for reception"
    assert "Thanh toán" not in desk.get("/requests").text


def test_samples_and_customers_have_lists_with_empty_states_and_exports(people, made, desk):
    assert "Chưa nhận mẫu nào" in desk.get("/samples").text and "Chưa có khách hàng nào" in desk.get("/customers").text
    assert "Chưa có yêu cầu nào" in desk.get("/requests").text
    row = samples.received_sample(people, samples.accepted_request(people, made.method), serial="SER-77",
                                  deviation="nứt", checks={**samples.GOOD, "intact": {"ok": False, "note": "nứt"}})
    assert row.code in desk.get("/samples?deviation=open").text and row.code in desk.get("/samples?q=ser-77").text
    assert "SER-77" in desk.get("/samples?export=csv").get_data(as_text=True)
    assert desk.get("/samples?export=xlsx").data.startswith(b"PK")
    assert "9910000015" in desk.get("/customers?export=csv").get_data(as_text=True)


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


# ---- contract review -------------------------------------------------------------------------------------


def review_form(row, review, made, **changes):
    ident = made.method.id
    typed = {
        "version": review.version, **{f"check-{k}": "yes" for k in ("requirements", "capability", "methods", "decision_rule")},
        "check-subcontracting": "na", f"rule-{ident}": "DR-SA", "agreed_by": "Ông Đặng", "agreed_on": "03/11/2026",
        "evidence": "thư 12", "reviewed_on": "16/11/2026", "due_on": "", "contract_no": "", "deviations": "", "do": "save",
    }
    return {k: v for k, v in {**typed, **changes}.items() if v is not None}


@pytest.fixture
def review(people, made):
    row = samples.make_request(people, made.method)
    return services.open_review(people.reviewer, row)


def test_a_review_is_saved_and_the_button_of_acceptance_says_what_is_missing(people, made, review, client_as):
    row, client = review.request, client_as(people.reviewer)
    address = f"/requests/{row.number}/review"
    page = client.get(address).text
    assert 'aria-disabled="true"' in page and "7.1.1" in page
    assert 'selected value="DR-SA"' in page, "the method's usual rule is offered"
    assert client.post(address, data=review_form(row, review, made)).status_code == 302
    assert 'aria-disabled="true"' not in client.get(address).text
    assert client.post(f"/requests/{row.number}/accept", data={"version": again(row).version}).status_code == 302
    assert again(row).status == "accepted" and queries.agreed_rule(row.id, made.method.id, "P-01").agreed_by == "Ông Đặng"
    after = client.get(address).text
    assert "<form" in after and 'name="check-requirements"' not in after and "thư 12" in after


def test_a_refused_acceptance_keeps_everything_typed_and_saves_nothing(people, made, review, client_as):
    row, client = review.request, client_as(people.reviewer)
    asked = {"questions-0-q": "Độ lợi ăng ten?", "questions-0-a": "", "deviations": "đo ở 25 °C"}
    typed = review_form(row, review, made, do="accept", **asked)
    answer = client.post(f"/requests/{row.number}/review", data=typed)
    assert answer.status_code == 422 and "Độ lợi ăng ten?" in answer.text and "đo ở 25 °C" in answer.text and "7.1.4" in answer.text
    assert again(review).checks == {} and again(row).status == "in_review"
    typed["questions-0-a"] = "3 dBi"
    assert client.post(f"/requests/{row.number}/review", data=typed).status_code == 302
    assert again(row).status == "accepted" and again(review).deviations == "đo ở 25 °C"


@pytest.mark.parametrize(("field", "value"), [
    ("agreed_by", ""), ("agreed_on", ""), ("agreed_on", "17/11/2026"), ("check-capability", "maybe"), ("reviewed_on", "17/11/2026"),
    ("deviations", "x" * 4001), ("contract_no", "x" * 61), ("questions-0-q", "x" * 401),
])
def test_a_review_that_cannot_be_is_refused_beside_its_field(people, made, review, client_as, field, value):
    answer = client_as(people.reviewer).post(
        f"/requests/{review.request.number}/review", data=review_form(review.request, review, made, **{field: value}))
    assert answer.status_code == 422 and f'id="{field}' in answer.text
    assert again(review).checks == {}


def test_two_reviewers_of_one_review(people, made, review, client_as):
    row = review.request
    stale = review_form(row, review, made)
    services.save_review(people.reviewer, review, checks=samples.YES)
    answer = client_as(people.reviewer).post(f"/requests/{row.number}/review", data={**stale, "deviations": "chữ của người thứ hai"})
    assert answer.status_code == 409 and "chữ của người thứ hai" in answer.text


def test_an_outside_laboratory_and_a_replaced_edition_ask_for_the_customers_word(people, made, review, client_as):
    row, client = review.request, client_as(people.reviewer)
    made.regulation.in_force_to = date(2026, 6, 30)
    db.session.flush()
    ident = made.method.id
    page = client.get(f"/requests/{row.number}/review").text
    assert f'name="reply-{ident}"' in page and "đã bị thay thế" in page
    refused = client.post(f"/requests/{row.number}/review", data=review_form(row, review, made, do="accept"))
    assert refused.status_code == 422 and "7.1.2" in refused.text
    accepted = client.post(f"/requests/{row.number}/review", data=review_form(
        row, review, made, do="accept", **{f"reply-{ident}": "Ông Đặng, 03/11: vẫn cần bản này"}))
    assert accepted.status_code == 302 and "Ông Đặng, 03/11" in again(review).checks["methods"]["replies"]["PT 1"]


def test_a_request_is_declined_with_a_reason_and_read_by_others(people, made, review, client_as):
    row, client = review.request, client_as(people.reviewer)
    client.post(f"/requests/{row.number}/decline", data={"reason": "", "version": row.version})
    assert again(row).status == "in_review"
    client.post(f"/requests/{row.number}/decline", data={"reason": "Không đo được trên 40 GHz", "version": row.version})
    assert again(row).status == "declined" and "40 GHz" in client_as(people.reception).get(f"/requests/{row.number}/review").text
    for person in (people.reception, people.technician):
        assert client_as(person).post(f"/requests/{row.number}/accept").status_code == 403
        assert client_as(person).post(f"/requests/{row.number}/review", data=review_form(row, review, made)).status_code in (403, 422)


# ---- prices ----------------------------------------------------------------------------------------------


def test_a_quotation_is_made_from_the_list_and_changed_by_hand(people, made, client_as):
    row, office = samples.make_request(people, made.method), client_as(people.sales)
    price = {"method": made.method.id, "amount": "6.545.000", "valid_from": "05/01/2026"}
    assert "Bảng giá chưa có" in office.get(f"/requests/{row.number}/quotation").text
    for field, value in (("amount", "6,5"), ("amount", ""), ("amount", "0"), ("valid_from", "x"), ("method", "77")):
        assert office.post("/prices", data={**price, field: value}).status_code == 422, field
    assert office.post("/prices", data=price).status_code == 302 and "6.545.000" in office.get("/prices").text
    office.post(f"/requests/{row.number}/quote", data={"version": row.version})
    assert "14.137.200" in office.get(f"/requests/{row.number}/quotation").text
    lines = {"lines-0-text": "Thử nghiệm trọn gói", "lines-0-quantity": "1", "lines-0-unit_price": "18.600.000", "lines-1-text": "",
             "lines-1-unit_price": "", "vat_percent": "8", "version": again(row).version}
    for field, value in (("lines-0-unit_price", "18.6"), ("lines-0-unit_price", ""), ("lines-0-quantity", "0"), ("vat_percent", "101"),
                         ("vat_percent", ""), ("lines-1-unit_price", "5000")):
        answer = office.post(f"/requests/{row.number}/quotation", data={**lines, field: value})
        assert answer.status_code == 422 and "Thử nghiệm trọn gói" in answer.text, field
    assert office.post(f"/requests/{row.number}/quotation", data=lines).status_code == 302
    assert "20.088.000" in office.get(f"/requests/{row.number}/quotation").text
    assert office.post(f"/requests/{row.number}/paid", data={"paid_on": "17/11/2026", "version": again(row).version}).status_code == 422
    office.post(f"/requests/{row.number}/paid", data={"paid_on": "16/11/2026", "version": again(row).version})
    assert again(row).paid_on == date(2026, 11, 16)
    assert office.post(f"/requests/{row.number}/paid", data={"paid_on": "", "version": again(row).version}).status_code == 422
    assert 'name="lines-0-text"' not in office.get(f"/requests/{row.number}/quotation").text


def test_a_quotation_is_read_by_the_quality_manager_and_written_by_sales_alone(people, made, client_as):
    row = samples.make_request(people, made.method)
    reader = client_as(people.quality_manager)
    page = reader.get(f"/requests/{row.number}/quotation")
    assert page.status_code == 200 and 'name="lines-0-text"' not in page.text
    assert reader.post(f"/requests/{row.number}/quotation", data={"vat_percent": "8"}).status_code == 403
    assert reader.post("/prices", data={"method": made.method.id, "amount": "1", "valid_from": "05/01/2026"}).status_code == 403


# ---- items -----------------------------------------------------------------------------------------------


def reception_form(row, **changes):
    typed = {
        "item": row.items[0].id, "received_at": "16/11/2026 08:30", "brought_by": "Ông Đặng", "serial": "SER-1", "hardware": "B1",
        "firmware": "1.0.3", "condition": "nguyên vẹn", "accessories": "nguồn 12 V", "deviation": "", "storage": "K1-03",
        "storage_conditions": "15–30 °C", **{f"ok-{k}": "yes" for k in ("intact", "complete", "matches", "documents", "safe")},
    }
    return {k: v for k, v in {**typed, **changes}.items() if v is not None}


def test_an_item_is_received_with_its_photos(people, made, desk):
    row = samples.accepted_request(people, made.method)
    typed = {**reception_form(row), "photos": [(BytesIO(PNG), "mặt trước.png"), (BytesIO(PNG), "sau.png")]}
    answer = desk.post(f"/requests/{row.number}/receive", data=typed, content_type="multipart/form-data")
    got = db.session.scalars(select(Sample)).one()
    assert answer.status_code == 302 and answer.location.endswith(f"/samples/{got.code}")
    assert clock.local(got.received_at).strftime("%d/%m/%Y %H:%M") == "16/11/2026 08:30"
    assert len(files.attachments("sample", got.id, "photo")) == 2
    page = desk.get(f"/samples/{got.code}").text
    assert "2 ảnh" in page and "K1-03" in page and "Ông Đặng" in page and "nguồn 12 V" in page


@pytest.mark.parametrize(("field", "value"), [
    ("received_at", ""), ("received_at", "16/11/2026"), ("received_at", "16/11/2026 09:01"), ("received_at", "01/11/2026 08:00"),
    ("ok-safe", None), ("ok-safe", "perhaps"), ("condition", " "), ("condition", "x" * 2001), ("storage", ""), ("serial", "x" * 121),
    ("item", "999"), ("deviation", None),
])
def test_a_reception_form_keeps_what_was_typed_beside_the_refusal(people, made, desk, field, value):
    row = samples.accepted_request(people, made.method)
    changes = {field: value, "hardware": "B1-đặc biệt"}
    if field == "deviation":
        changes["ok-intact"] = "no"
    answer = desk.post(f"/requests/{row.number}/receive", data=reception_form(row, **changes))
    assert answer.status_code == 422 and db.session.scalar(select(func.count()).select_from(Sample)) == 0
    assert "B1-đặc biệt" in answer.text and (f'id="{field}-e"' in answer.text or field == "item")


@pytest.mark.parametrize(("name", "data"), [
    ("mau.png", b""), ("mau.png", b"%PDF-1.4 not a picture"), ("mau.pdf", PNG), ("mau.png", b"MZ\x00\x01"),
])
def test_a_photo_that_is_none_is_refused_and_nothing_is_half_saved(people, made, desk, name, data):
    row = samples.accepted_request(people, made.method)
    answer = desk.post(f"/requests/{row.number}/receive", data={**reception_form(row), "photos": [(BytesIO(data), name)]},
                       content_type="multipart/form-data")
    assert answer.status_code == 422 and 'id="photos-e"' in answer.text and db.session.scalar(select(func.count()).select_from(Sample)) == 0


def test_a_deviating_item_waits_and_the_customers_answer_is_recorded(people, made, desk):
    row = samples.accepted_request(people, made.method)
    cracked = {"ok-intact": "no", "why-intact": "nứt vỏ", "deviation": "Nứt vỏ"}
    desk.post(f"/requests/{row.number}/receive", data=reception_form(row, **cracked))
    got = db.session.scalars(select(Sample)).one()
    page = desk.get(f"/samples/{got.code}").text
    assert "Chờ khách hàng trả lời" in page and "7.4.3" in page
    said = {"decision": "proceed", "answered_by": "Ông Đặng", "answered_on": "16/11/2026", "text": "Cứ thử"}
    for field, value in (("decision", ""), ("decision", "x"), ("answered_by", ""), ("answered_on", "17/11/2026"), ("text", " ")):
        assert desk.post(f"/samples/{got.code}/answer", data={**said, field: value}).status_code == 422, field
    desk.post(f"/samples/{got.code}/answer", data=said)
    assert "Vẫn thử" in desk.get(f"/samples/{got.code}").text


def test_a_scanned_item_is_taken_by_one_click(people, made, client_as):
    row = samples.received_sample(people, samples.accepted_request(people, made.method))
    bench = client_as(people.technician)
    assert bench.get("/samples/scan").status_code == 200
    assert bench.get(f"/samples/scan?q={row.code.lower()}").location.endswith(f"/samples/{row.code}/move")
    missing = bench.get("/samples/scan?q=M26-9999-01")
    assert missing.status_code == 422 and "M26-9999-01" in missing.text
    bench.post(f"/samples/{row.code}/move", data={"mine": "1", "version": row.version})
    last = db.session.scalars(select(CustodyEvent).order_by(CustodyEvent.id.desc())).first()
    assert (last.kind, last.to_person_id, last.at) == ("taken", people.technician.id, clock.now()) and again(row).status == "in_use"


@pytest.mark.parametrize(("field", "changes"), [
    ("kind", {"kind": "lost"}), ("kind", {"kind": ""}), ("place", {"kind": "stored"}), ("to_person", {"kind": "handed_over"}),
    ("note", {"kind": "disposed"}), ("at", {"kind": "taken", "at": "17/11/2026 08:00"}), ("at", {"kind": "taken", "at": "hôm qua"}),
    ("at", {"kind": "taken", "at": "01/11/2026 08:00"}), ("to_person", {"kind": "taken", "to_person": "999"}),
    ("place", {"kind": "stored", "place": "x" * 201}),
])
def test_a_move_that_cannot_be_is_refused_beside_its_field(people, made, client_as, field, changes):
    row = samples.received_sample(people, samples.accepted_request(people, made.method))
    typed = {"version": row.version, "to_text": "" if field == "to_person" else "chữ đã gõ", **changes}
    answer = client_as(people.technician).post(f"/samples/{row.code}/move", data=typed)
    assert answer.status_code == 422 and f'id="{field}' in answer.text and again(row).status == "received"


def test_two_people_move_one_item(people, made, client_as):
    row = samples.received_sample(people, samples.accepted_request(people, made.method))
    seen = row.version
    services.move_sample(people.second_technician, row, kind="taken", at=clock.now(), to_person=people.second_technician)
    answer = client_as(people.technician).post(f"/samples/{row.code}/move", data={"mine": "1", "version": seen})
    assert answer.status_code == 409


def test_a_returned_item_is_closed_and_says_so(people, made, client_as):
    row = samples.received_sample(people, samples.accepted_request(people, made.method))
    desk = client_as(people.reception)
    desk.post(f"/samples/{row.code}/move", data={"kind": "returned", "to_text": "Ông Đặng", "note": "TM-12", "version": row.version})
    page = desk.get(f"/samples/{row.code}/move").text
    assert again(row).status == "returned" and "Đã trả" in page and 'name="kind"' not in page
    assert "Bàn giao</a>" not in desk.get(f"/samples/{row.code}").text


def test_firmware_and_photos_are_added_later(people, made, client_as):
    row = samples.received_sample(people, samples.accepted_request(people, made.method))
    bench = client_as(people.technician)
    typed = {"firmware": "1.0.4", "changed_at": "16/11/2026 08:00", "by": "khách hàng", "reason": "giảm phát xạ"}
    bad = [("firmware", ""), ("changed_at", "17/11/2026 08:00"), ("changed_at", "01/11/2026 08:00"), ("by", ""), ("reason", "")]
    for field, value in bad:
        assert bench.post(f"/samples/{row.code}/firmware", data={**typed, field: value}).status_code == 422, field
    bench.post(f"/samples/{row.code}/firmware", data=typed)
    assert bench.post(f"/samples/{row.code}/photos", data={"caption": "x"}).status_code == 422
    bench.post(f"/samples/{row.code}/photos", data={"photos": [(BytesIO(PNG), "a.png")], "caption": "nhãn máy"},
               content_type="multipart/form-data")
    page = bench.get(f"/samples/{row.code}").text
    assert "1.0.4" in page and "nhãn máy" in page


# ---- papers ----------------------------------------------------------------------------------------------


def test_papers_are_drawn_from_the_records(people, made, client_as, desk):
    row = samples.accepted_request(people, made.method, number="YC-2026-0117", note="gọi trước khi giao")
    services.set_quotation(people.sales, row, [("Thử", 1, Decimal(18_600_000))], Decimal(8))
    assert desk.get(f"/requests/{row.number}/receipt.pdf").status_code == 422
    got = samples.received_sample(people, row, serial="SER-1", accessories="nguồn 12 V")

    def words(address, client=desk):
        answer = client.get(address)
        assert answer.status_code == 200 and answer.mimetype == "application/pdf", address
        pages = pypdfium2.PdfDocument(answer.data)
        return " ".join(" ".join(p.get_textpage().get_text_range() for p in pages).split())

    asked = words(f"/requests/{row.number}/request.pdf")
    assert "YC-2026-0117" in asked and "9910000015" in asked and "DR-SA" in asked and "XX-2026-0117" in asked and "20.088.000" not in asked
    assert "20.088.000" in words(f"/requests/{row.number}/request.pdf", client_as(people.quality_manager))
    receipt = words(f"/requests/{row.number}/receipt.pdf")
    assert got.code in receipt and "SER-1" in receipt and "K1-03" in receipt and "GN-2026-0117" in receipt
    assert got.code in words(f"/samples/{got.code}/label.pdf") and got.code in words(f"/samples/{got.code}/label.pdf?size=50x25")
    assert got.code in words(f"/requests/{row.number}/labels.pdf?first=5")


def test_histories_speak_the_readers_words(people, made, client_as):
    row = samples.accepted_request(people, made.method)
    samples.received_sample(people, row)
    page = client_as(people.auditor).get(f"/history/request/{row.id}").text
    for raw in ("wants_statement", "public_fields", "requested_on", "in_review", "vat_percent", "contract_no", "return_items", "[]"):
        assert raw not in page, raw


def test_reviews_are_offered_as_evidence(app):
    from lab_app.core import evidence

    offered = {e.clause for e in evidence.registry}
    assert {"7.1", "7.4", "7.4.1", "7.4.3"} <= offered
    assert all(n == 0 for e, n in evidence.with_counts() if e.clause.startswith(("7.1", "7.4")) and e.endpoint.startswith("samples."))


def test_time_left_is_counted_in_working_days(people, made, desk, frozen_clock):
    row = samples.make_request(people, made.method, due_on=date(2026, 11, 23))
    assert "Còn 5 ngày làm việc" in desk.get(f"/requests/{row.number}").text
    frozen_clock.advance(days=8)
    assert "Trễ 1 ngày làm việc" in desk.get(f"/requests/{row.number}").text
    assert again(row).due_on + timedelta(days=1) == clock.today()
    assert db.session.scalar(select(func.count()).select_from(ContractReview)) == 0


def test_prices_stay_out_of_the_request_s_history(people, made, desk, client_as):
    row = samples.make_request(people, made.method)
    services.set_quotation(people.sales, row, [("Thử nghiệm trọn gói", 1, Decimal(18_600_000))], Decimal(8))
    for address in (f"/requests/{row.number}", f"/history/request/{row.id}"):
        assert "18600000" not in desk.get(address).text and "18.600.000" not in desk.get(address).text
    assert "18600000" in client_as(people.quality_manager).get(f"/requests/{row.number}/quotation").text
