"""Use cases of the room: numbers for life, refusals that name their field, a review that guards the acceptance."""
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from lab_app.core import audit, clock, events, files, search
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.samples import queries, rules, services
from lab_app.samples.models import ContractReview, CustodyEvent, RequestedTest
from tests.support import method_facts as methods
from tests.support import samples_facts as samples
from tests.support.people_facts import make_people

pytestmark = pytest.mark.both_databases
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001"
                    "0005fe02fea70000000049454e44ae426082")


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def method(people):
    return methods.make_method(people).method


def refused(field, act, *args, **kw):
    with pytest.raises(FieldRefused) as caught:
        act(*args, **kw)
    assert caught.value.field == field, f"{caught.value.field}: {caught.value.message}"


def stopped(gate, act, *args, **kw):
    with pytest.raises(GateRefused) as caught:
        act(*args, **kw)
    assert caught.value.stop.gate == gate, caught.value.stop.says
    return caught.value.stop


# ---- customers -------------------------------------------------------------------------------------------


def test_a_customer_gets_a_code_and_is_found_without_accents_and_by_tax_code(people):
    row = samples.make_customer(people)
    assert row.code == "C0001" and row.tax_code == "9910000015"
    assert [f.code for f in search.find("sao hom gia dinh", {"customer"})] == ["C0001"]
    assert [f.code for f in search.find("9910000015")] == ["C0001"]


@pytest.mark.parametrize("typed", ["9910000016", "991000001", "99100000150", "", "abc", "9910000015-000", "0000000000"])
def test_a_tax_code_with_a_wrong_digit_or_length_is_refused(people, typed):
    refused("tax_code", samples.make_customer, people, tax_code=typed)


def test_branches_are_kept_apart_and_nobody_is_registered_twice(people):
    samples.make_customer(people)
    branch = samples.make_customer(people, tax_code="9910000015001")
    assert branch.tax_code == "9910000015-001"
    refused("tax_code", samples.make_customer, people, tax_code=" 9910000015 ")
    refused("name", samples.make_customer, people, 1, name="  ")


def test_a_code_carried_in_is_not_given_again(people):
    samples.make_customer(people, code="C0007")
    assert samples.make_customer(people, 1).code == "C0008"


def test_a_customer_changes_and_is_found_by_the_new_name_alone(people):
    row = samples.make_customer(people)
    services.change_customer(people.sales, row, name="Công ty Cánh Buồm")
    assert search.find("canh buom", {"customer"}) and not search.find("sao hom gia dinh", {"customer"})
    with pytest.raises(NotAllowed):
        services.change_customer(people.technician, row, name="Khác")


# ---- requests --------------------------------------------------------------------------------------------


def test_numbers_run_by_year_and_never_come_twice(people, method):
    first = samples.make_request(people, method)
    carried = samples.make_request(people, method, number="YC-2026-0117")
    after = samples.make_request(people, method)
    earlier = samples.make_request(people, method, requested_on=date(2025, 12, 30))
    assert [r.number for r in (first, carried, after, earlier)] == [
        "YC-2026-0001", "YC-2026-0117", "YC-2026-0118", "YC-2025-0001"]
    refused("number", samples.make_request, people, method, number="YC-HC-2026-0031")


def test_results_are_promised_in_working_days_the_laboratory_sets(people, method):
    assert samples.make_request(people, method).due_on == date(2026, 11, 23)  # 15 working days after Monday 02/11
    people.laboratory.settings = {**people.laboratory.settings, "turnaround_days": 3, "holidays": ["2026-11-04"]}
    db.session.flush()
    assert samples.make_request(people, method).due_on == date(2026, 11, 6)
    refused("due_on", samples.make_request, people, method, due_on=date(2026, 11, 1))


@pytest.mark.parametrize(("field", "facts"), [
    ("requested_on", {"requested_on": date(2026, 11, 17)}), ("items", {"items": []}), ("language", {"language": "fr"}),
    ("copies", {"copies": 0}), ("copies", {"copies": 21}),
    ("items", {"items": [samples.item_facts(name=" ")]}), ("items", {"items": [samples.item_facts(quantity=0)]}),
])
def test_a_request_that_cannot_be_is_refused_by_its_field(people, method, field, facts):
    refused(field, samples.make_request, people, method, **facts)


def test_one_item_takes_a_method_once(people, method):
    refused("items", samples.make_request, people, method, items=[samples.item_facts(method, method)])


def test_who_may_register(people, method):
    with pytest.raises(NotAllowed):
        services.register_request(people.sales, customer=samples.make_customer(people), site=people.site,
                                  requested_on=samples.REQUESTED_ON, items=[samples.item_facts(method)])


def test_only_what_may_be_published_is_kept(people, method):
    row = samples.make_request(people, method, public_fields=["customer", "price", "regulations"])
    assert row.public_fields == ["customer", "regulations"]


# ---- contract review -------------------------------------------------------------------------------------


def test_a_complete_review_accepts_numbers_the_contract_and_tells_the_rooms(people, method):
    request = samples.make_request(people, method, number="YC-2026-0117")
    review = samples.complete_review(people, request, method)
    heard = []
    with events.request_accepted.connected_to(lambda _s, request, actor: heard.append((request.number, actor.name))):
        services.accept_request(people.reviewer, review, reviewed_on=date(2026, 11, 3))
    assert (request.status, review.number, request.contract_no) == ("accepted", "XX-2026-0117", "HĐ-2026-0117")
    assert heard == [("YC-2026-0117", people.reviewer.name)]
    assert queries.accepted_review(request.id) is review
    agreed = queries.agreed_rule(request.id, method.id, "P-01")
    assert agreed.rule_code == "DR-SA" and agreed.rule["kind"] == "simple"
    assert queries.accepted_review(request.id, known_at=clock.now() - timedelta(seconds=1)) is None


@pytest.mark.parametrize(("checks", "clause"), [
    ({}, "7.1.1"), ({**samples.YES, "capability": {"answer": ""}}, "7.1.1"),
    ({**samples.YES, "methods": {"answer": "no", "note": "chưa làm được"}}, "7.1.1"),
])
def test_a_question_without_yes_stops_the_acceptance(people, method, checks, clause):
    review = samples.complete_review(people, samples.make_request(people, method), method, checks=checks)
    stop = stopped("contract-review-complete", services.accept_request, people.reviewer, review)
    assert clause in stop.clauses and str(stop.do)


def test_a_request_without_a_method_is_not_accepted(people):
    review = samples.complete_review(people, samples.make_request(people))
    stopped("contract-review-complete", services.accept_request, people.reviewer, review)


def test_an_outside_laboratory_needs_the_customers_consent(people, method):
    request = samples.make_request(people, method)
    review = samples.complete_review(people, request, method, subcontracting={"PT 1": "Phòng thử nghiệm Hải Đăng"})
    stop = stopped("contract-review-complete", services.accept_request, people.reviewer, review)
    assert "PT 1" in str(stop.says)
    checks = {**samples.YES, "subcontracting": {"answer": "yes", "consents": {"PT 1": "Ông Đặng, thư ngày 03/11/2026"}}}
    services.save_review(people.reviewer, review, checks=checks, subcontracting={"PT 1": "Phòng thử nghiệm Hải Đăng"})
    services.accept_request(people.reviewer, review)
    assert db.session.scalars(select(RequestedTest.subcontracted)).one() == "Phòng thử nghiệm Hải Đăng"


def test_a_replaced_edition_needs_the_customers_reply(people):
    made = methods.make_method(people)
    made.regulation.in_force_to = date(2026, 11, 16)  # "hết hiệu lực từ" today
    review = samples.complete_review(people, samples.make_request(people, made.method), made.method)
    stop = stopped("method-current", services.accept_request, people.reviewer, review)
    assert made.regulation.code in str(stop.says)
    checks = {**samples.YES, "methods": {"answer": "yes", "replies": {"PT 1": "Vẫn cần bản này cho hồ sơ cũ, 03/11"}}}
    services.save_review(people.reviewer, review, checks=checks)
    assert services.accept_request(people.reviewer, review).status == "accepted"


def test_the_day_before_an_edition_ends_still_counts(people):
    made = methods.make_method(people)
    made.regulation.in_force_to = date(2026, 11, 17)
    review = samples.complete_review(people, samples.make_request(people, made.method), made.method)
    assert services.accept_request(people.reviewer, review).status == "accepted"


def test_a_method_that_was_never_approved_is_not_accepted_whatever_the_customer_says(people):
    made = methods.draft_method(people)
    checks = {**samples.YES, "methods": {"answer": "yes", "replies": {"PT 1": "Đồng ý"}}}
    review = samples.complete_review(people, samples.make_request(people, made.method), made.method, checks=checks)
    stopped("method-current", services.accept_request, people.reviewer, review)


def test_a_statement_needs_a_rule_unless_the_regulation_brings_one(people):
    made = methods.make_method(people)
    without = samples.complete_review(people, samples.make_request(people, made.method), made.method, rules=[])
    stop = stopped("rule-agreed-at-review", services.accept_request, people.reviewer, without)
    assert made.power.name_vi in str(stop.says), "the parameter is named; the observation needs no rule"
    unwanted = samples.make_request(people, made.method, wants_statement=False)
    assert services.accept_request(people.reviewer, samples.complete_review(people, unwanted, made.method, rules=[]))
    made.power.inherent_rule = "DR-SA"
    db.session.flush()
    assert services.accept_request(people.reviewer, without).status == "accepted"


def test_a_rule_of_one_parameter_goes_before_the_methods(people):
    made = methods.make_method(people)
    own = {**samples.rules_for(made.method, code="DR-GB-U")[0], "parameter_codes": [made.power.code]}
    request = samples.make_request(people, made.method)
    services.accept_request(people.reviewer, samples.complete_review(
        people, request, made.method, rules=[*samples.rules_for(made.method), own]))
    assert queries.agreed_rule(request.id, made.method.id, made.power.code).rule_code == "DR-GB-U"
    assert queries.agreed_rule(request.id, made.method.id, "P-99").rule_code == "DR-SA"


@pytest.mark.parametrize(("field", "change"), [
    ("agreed_by", {"agreed_by": " "}), ("agreed_on", {"agreed_on": None}), ("agreed_on", {"agreed_on": date(2026, 11, 17)}),
])
def test_a_rule_says_who_agreed_and_when(people, method, field, change):
    request = samples.make_request(people, method)
    review = services.open_review(people.reviewer, request)
    refused(field, services.save_review, people.reviewer, review, checks=samples.YES,
            rules=[{**samples.rules_for(method)[0], **change}])


def test_a_decision_is_made_once_by_a_reviewer_on_a_possible_day(people, method):
    request = samples.make_request(people, method)
    review = samples.complete_review(people, request, method)
    refused("reviewed_on", services.accept_request, people.reviewer, review, reviewed_on=date(2026, 11, 17))
    refused("reviewed_on", services.accept_request, people.reviewer, review, reviewed_on=date(2026, 11, 1))
    with pytest.raises(NotAllowed):
        services.accept_request(people.reception, review)
    services.accept_request(people.reviewer, review)
    with pytest.raises(Refused):
        services.save_review(people.reviewer, review, checks={})
    with pytest.raises(Refused):
        services.decline_request(people.reviewer, review, reason="muộn")


def test_declining_needs_a_reason_and_closes_the_request(people, method):
    request = samples.make_request(people, method)
    review = services.open_review(people.reception, request)
    refused("reason", services.decline_request, people.reviewer, review, reason=" ")
    services.decline_request(people.reviewer, review, reason="Không có thiết bị đo trên 40 GHz")
    assert (request.status, review.outcome, review.reason) == ("declined", "declined", "Không có thiết bị đo trên 40 GHz")
    with pytest.raises(Refused):
        samples.received_sample(people, request)


def test_a_change_of_the_contract_is_reviewed_again_with_what_was_agreed_before(people, method, frozen_clock):
    request = samples.accepted_request(people, method, number="YC-2026-0117")
    first = queries.accepted_review(request.id)
    accepted_at = clock.now()
    frozen_clock.advance(hours=1)
    heard = []
    with events.request_changed.connected_to(lambda _s, request, reason, actor: heard.append((request.number, reason))):
        services.change_request(people.reception, request, reason="Khách thêm một mẫu",
                                items=[samples.item_facts(method, model="SH-AX50")])
    assert heard == [("YC-2026-0117", "Khách thêm một mẫu")]
    again = queries.newest_review(request.id)
    assert request.status == "in_review" and queries.accepted_review(request.id) is None
    assert queries.accepted_review(request.id, known_at=accepted_at) is first, "as known then it was accepted"
    assert again.number == "XX-2026-0117/2" and [r.rule_code for r in again.rules] == ["DR-SA"]
    assert not again.checks["methods"].get("answer")
    services.save_review(people.reviewer, again, checks=samples.YES)
    services.accept_request(people.reviewer, again)
    assert queries.accepted_review(request.id) is again and request.contract_no == "HĐ-2026-0117"
    assert [i.model for i in request.items] == ["SH-AX30", "SH-AX50"]


def test_administration_is_no_change_of_the_contract(people, method):
    request = samples.accepted_request(people, method)
    services.change_request(people.reception, request, reason="in thêm bản", copies=3, note="gọi trước khi giao", public_fields=[],
                            due_on=request.due_on, wants_statement=True, language="vi+en",
                            items=[{**samples.item_facts(method), "id": request.items[0].id}])
    assert request.status == "accepted" and request.copies == 3 and queries.accepted_review(request.id)
    assert audit.history("request", request.id, 1)[0].reason == "in thêm bản"


def test_items_change_by_their_id_and_keep_methods_once_a_sample_came(people, method):
    other = methods.make_method(people, "PT 2").method
    request = samples.make_request(people, method, other)
    item = request.items[0]
    services.change_request(people.reception, request, reason="bớt", items=[{**samples.item_facts(method), "id": item.id}])
    assert [t.method.code for t in item.tests] == ["PT 1"]
    samples.received_sample(people, request)
    db.session.refresh(item, ["samples"])
    refused("items", services.change_request, people.reception, request, reason="bớt nữa", items=[{**samples.item_facts(), "id": item.id}])
    stranger = samples.make_request(people, method)
    refused("items", services.change_request, people.reception, stranger, reason="x", items=[{**samples.item_facts(method), "id": item.id}])
    refused("reason", services.change_request, people.reception, request, reason=" ", copies=2)


def test_a_cancelled_request_leaves_no_open_review(people, method):
    request = samples.make_request(people, method)
    review = services.open_review(people.reception, request)
    services.cancel_request(people.reception, request, reason="khách rút")
    assert (request.status, review.outcome) == ("cancelled", "declined")
    with pytest.raises(Refused):
        services.change_request(people.reception, request, reason="x", copies=2)


def test_the_final_report_marks_the_day_and_a_partial_one_does_not(people, method):
    request = samples.accepted_request(people, method)
    for kind, day in (("partial", date(2026, 11, 10)), ("final", date(2026, 11, 12)), ("final", date(2026, 11, 14))):
        report = SimpleNamespace(kind=kind, request_id=request.id, issued_on=day, published={}, replaces_id=None)
        events.report_issued.send("test", report=report, actor=None)
    assert request.reported_on == date(2026, 11, 12)


# ---- prices ----------------------------------------------------------------------------------------------


def test_the_price_of_the_day_makes_the_quotation(people, method, frozen_clock):
    services.set_price(people.sales, method, Decimal(6_545_000), date(2026, 1, 5))
    services.set_price(people.sales, method, Decimal(9_000_000), date(2026, 12, 1))
    request = samples.make_request(people, method)
    lines = services.quote(people.sales, request)
    assert [(x.quantity, x.unit_price) for x in lines] == [(2, Decimal(6_545_000))]
    assert rules.totals([(x.quantity, x.unit_price) for x in lines], request.vat_percent) == (
        Decimal(13_090_000), Decimal(1_047_200), Decimal(14_137_200))


def test_the_tax_is_rounded_half_up_to_a_dong():
    assert rules.totals([(1, Decimal(1_006)), (3, Decimal(19))], Decimal("7.5"))[1] == Decimal(80)  # 79.725
    assert rules.totals([(1, Decimal(20))], Decimal("12.5")) == (Decimal(20), Decimal(3), Decimal(23))  # 2.5
    assert rules.totals([], Decimal(8)) == (0, 0, 0)


def test_payment_is_dated_taken_back_with_a_reason_and_locks_the_quotation(people, method):
    request = samples.make_request(people, method)
    with pytest.raises(Refused):
        services.mark_paid(people.sales, request, date(2026, 11, 10))
    services.set_quotation(people.sales, request, [("Thử nghiệm", 1, Decimal(18_600_000))], Decimal(8))
    refused("paid_on", services.mark_paid, people.sales, request, date(2026, 11, 17))
    refused("paid_on", services.mark_paid, people.sales, request, date(2026, 11, 1))
    services.mark_paid(people.sales, request, date(2026, 11, 10))
    with pytest.raises(Refused):
        services.set_quotation(people.sales, request, [("Thử nghiệm", 1, Decimal(1))])
    refused("reason", services.mark_paid, people.sales, request, None)
    services.mark_paid(people.sales, request, None, "chuyển nhầm tài khoản")
    assert request.paid_on is None


@pytest.mark.parametrize("lines", [[("", 1, Decimal(1))], [("a", 0, Decimal(1))], [("a", 1, Decimal(-1))]])
def test_a_quotation_line_that_cannot_be_is_refused(people, method, lines):
    refused("unit_price", services.set_quotation, people.sales, samples.make_request(people, method), lines)


def test_prices_are_for_those_who_may(people, method):
    request = samples.make_request(people, method)
    for actor in (people.reception, people.technician, people.reviewer, people.auditor):
        with pytest.raises(NotAllowed):
            services.set_price(actor, method, Decimal(1), date(2026, 1, 1))
        with pytest.raises(NotAllowed):
            services.quote(actor, request)
    with pytest.raises(NotAllowed):
        samples.services.receive_sample(people.sales, request.items[0], received_at=samples.RECEIVED_AT, condition="x", checks=samples.GOOD)


# ---- reception -------------------------------------------------------------------------------------------


def test_an_item_gets_its_code_its_custody_and_its_photos_and_the_rooms_are_told(people, method):
    request = samples.accepted_request(people, method, number="YC-2026-0117")
    photo = files.put_bytes(PNG, "mau.png")
    heard = []
    with events.sample_received.connected_to(lambda _s, sample, actor: heard.append(sample.code)):
        row = samples.received_sample(people, request, serial="SH26AX30-000017", photos=[photo])
    assert row.code == "M26-0117-01" and heard == ["M26-0117-01"]
    assert [(e.kind, e.from_text, e.to_person.name, e.place) for e in row.custody] == [
        ("received", "Ông Đặng Thử Nghiệm", people.reception.name, "K1-03")]
    assert [a.filename for a in files.attachments("sample", row.id, "photo")] == ["mau.png"]
    assert [f.code for f in search.find("SH26AX30-000017", {"sample"})] == ["M26-0117-01"]


def test_a_code_is_never_given_again_even_after_disposal_or_by_hand(people, method):
    request = samples.accepted_request(people, method, number="YC-2026-0117")
    assert samples.received_sample(people, request, code="M26-0117-03").code == "M26-0117-03"
    second = samples.received_sample(people, request)
    assert second.code == "M26-0117-04"
    services.move_sample(people.reception, second, kind="disposed", at=clock.now(), note="nghiền, biên bản 12")
    assert samples.received_sample(people, request).code == "M26-0117-05"
    refused("code", samples.received_sample, people, samples.accepted_request(people, method), code="M26-0117-06")


def test_no_more_items_than_asked_for_and_no_serial_twice(people, method):
    request = samples.accepted_request(people, method)
    samples.received_sample(people, request, serial="A1")
    refused("serial", samples.received_sample, people, request, serial="A1")
    second = samples.received_sample(people, request, serial="A2")
    with pytest.raises(Refused):
        samples.received_sample(people, request, serial="A3")
    services.move_sample(people.reception, second, kind="returned", at=clock.now(), to_text="Ông Đặng")
    assert samples.received_sample(people, request, serial="A2").serial == "A2", "it came back"


@pytest.mark.parametrize(("field", "facts"), [
    ("received_at", {"at": datetime(2026, 11, 16, 2, 1, tzinfo=UTC)}), ("received_at", {"at": datetime(2026, 11, 1, 9, tzinfo=UTC)}),
    ("checks", {"checks": {}}), ("checks", {"checks": {**samples.GOOD, "safe": {"ok": None}}}), ("condition", {"condition": " "}),
    ("deviation", {"checks": {**samples.GOOD, "intact": {"ok": False, "note": "nứt vỏ"}}}),
])
def test_a_reception_that_cannot_be_is_refused_by_its_field(people, method, field, facts):
    refused(field, samples.received_sample, people, samples.accepted_request(people, method), **facts)


def deviating(people, method):
    return samples.received_sample(
        people, samples.accepted_request(people, method), deviation="Nứt vỏ",
        checks={**samples.GOOD, "intact": {"ok": False, "note": "nứt vỏ"}})


def test_the_customers_answer_about_a_deviation_is_recorded_once_asked(people, method):
    row = deviating(people, method)
    answer = {"decision": "proceed", "answered_by": "Ông Đặng", "answered_on": date(2026, 11, 5), "text": "Cứ thử, ghi vào phiếu"}
    for field, value in (("decision", "maybe"), ("answered_by", " "), ("text", ""), ("answered_on", date(2026, 11, 3)),
                         ("answered_on", date(2026, 11, 17))):
        refused(field, services.record_answer, people.reception, row, **{**answer, field: value})
    services.record_answer(people.reception, row, **answer)
    assert [a.decision for a in row.answers] == ["proceed"]
    sound = samples.received_sample(people, samples.accepted_request(people, method))
    with pytest.raises(Refused):
        services.record_answer(people.reception, sound, **answer)


# ---- custody ---------------------------------------------------------------------------------------------


def move(people, row, kind, **facts):
    at = facts.pop("at", clock.now())
    return services.move_sample(people.technician, row, kind=kind, at=at, **facts)


def test_every_move_says_from_whom_to_whom_and_closes_in_the_end(people, method):
    row = samples.received_sample(people, samples.accepted_request(people, method))
    move(people, row, "handed_over", to_person=people.technician, place="Phòng RF", at=samples.RECEIVED_AT + timedelta(hours=1))
    move(people, row, "stored", place="K2-01")
    assert (row.status, row.storage) == ("stored", "K2-01")
    services.move_sample(people.reception, row, kind="returned", at=clock.now(), to_text="Ông Đặng", note="TM-2026-0117")
    told = [(e.kind, e.from_text) for e in row.custody]
    assert told == [("received", "Ông Đặng Thử Nghiệm"), ("handed_over", people.reception.name), ("stored", people.technician.name),
                    ("returned", "K2-01")]
    with pytest.raises(Refused):
        move(people, row, "taken")


@pytest.mark.parametrize(("field", "kind", "facts"), [
    ("kind", "vanished", {}), ("kind", "received", {}), ("place", "stored", {}), ("to_person", "handed_over", {}),
    ("note", "disposed", {}), ("at", "taken", {"at": datetime(2026, 11, 16, 2, 1, tzinfo=UTC)}),
    ("at", "taken", {"at": samples.RECEIVED_AT - timedelta(minutes=1)}),
])
def test_a_move_that_cannot_be_is_refused_by_its_field(people, method, field, kind, facts):
    row = samples.received_sample(people, samples.accepted_request(people, method))
    refused(field, move, people, row, kind, **facts)


def test_moves_are_kept_for_ever(people, method):
    row = samples.received_sample(people, samples.accepted_request(people, method))
    move(people, row, "taken", to_person=people.technician)
    assert [e.action for e in audit.history("sample", row.id) if e.subject_kind == "custody"] == ["create", "create"]
    assert db.session.scalars(select(CustodyEvent.by_id).order_by(CustodyEvent.id)).all() == [people.reception.id, people.technician.id]


def test_firmware_belongs_to_a_moment(people, method):
    row = samples.received_sample(people, samples.accepted_request(people, method))
    changed = samples.RECEIVED_AT + timedelta(days=5)
    services.change_firmware(people.technician, row, firmware="1.0.4", changed_at=changed, by="khách hàng", reason="giảm phát xạ giả")
    assert queries.firmware_at(row, changed - timedelta(seconds=1)) == "1.0.3" and queries.firmware_at(row, changed) == "1.0.4"
    facts = {"firmware": "1.0.5", "changed_at": changed, "by": "khách hàng", "reason": "sửa"}
    for field, value in (("firmware", " "), ("by", ""), ("reason", ""), ("changed_at", clock.now() + timedelta(minutes=1)),
                         ("changed_at", samples.RECEIVED_AT - timedelta(minutes=1))):
        refused(field, services.change_firmware, people.technician, row, **{**facts, field: value})


def test_reviews_stay_readable_for_ever(people, method):
    request = samples.accepted_request(people, method)
    services.change_request(people.reception, request, reason="gấp hơn", due_on=date(2026, 11, 20))
    assert [r.outcome for r in db.session.scalars(select(ContractReview).order_by(ContractReview.id))] == ["accepted", "open"]
