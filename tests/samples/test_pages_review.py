"""Pages of contract review and prices."""
from __future__ import annotations

from datetime import date

import pytest

from lab_app.core.db import db
from lab_app.samples import queries, services
from tests.samples.page_facts import again
from tests.support import samples_facts as samples

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
