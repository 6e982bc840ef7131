"""Pages of the room: lists, cost, papers, histories."""
from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pypdfium2
import pytest
from sqlalchemy import func, select

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.samples import services
from lab_app.samples.models import ContractReview, Sample
from tests.samples.page_facts import again
from tests.support import method_facts as methods
from tests.support import samples_facts as samples

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
    of_small, of_large = small.number, large.number
    client.get(f"/requests/{of_small}")
    for address in ("/requests/{}", "/requests/{}/review", "/requests/{}/change"):
        who = client_as(people.reception) if address.endswith("change") else client
        with statements() as few:
            assert who.get(address.format(of_small)).status_code == 200
        with statements() as many:
            assert who.get(address.format(of_large)).status_code == 200
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
