"""Declared interests and the yearly declaration (4.1.4), pressure (4.1.3), appointments (5.2), by services and by pages."""
from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from lab_app.accounts.interests import queries, rules, services
from lab_app.accounts.interests.models import Appointment, Interest, InterestDeclaration, PressureIncident
from lab_app.accounts.models import Person, Signature
from lab_app.core import clock, inbox
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.inbox import Ask
from lab_app.core.permissions import P
from lab_app.results import services as results
from tests.support.people_facts import UNDERTAKEN_ON, make_people, make_person
from tests.support.results_facts import MEASURED, make_bench
from tests.support.signing import confirmed, typed

BROTHER = {"party_kind": "customer", "party": "KH01", "nature": "family", "since": date(2026, 1, 1), "description": "Anh ruột làm ở đó"}


@pytest.fixture
def people(app, frozen_clock):
    return make_people()


@pytest.fixture
def bench(app, frozen_clock):
    return make_bench()


def keep():
    db.session.commit()
    database.end_writing()


def text(answer):
    return answer.get_data(as_text=True)


def stopped(caught):
    return caught.value.stop.gate, caught.value.stop.clauses


# ---- the gate at every step ------------------------------------------------------------------------------------------


def test_an_interest_keeps_from_assignment_recording_review_and_signing(bench):
    people = bench.people
    for person in (people.technician, people.reviewer, people.signatory):
        services.declare_interest(person, **BROTHER)
    with pytest.raises(GateRefused) as caught:
        results.assign_job(people.reviewer, bench.job, people.technician)
    assert stopped(caught) == ("no-declared-interest", ("4.1.4", "4.1.1"))
    with pytest.raises(GateRefused) as caught:
        bench.record()
    assert stopped(caught)[0] == "no-declared-interest"
    from lab_app.core import gates

    with gates.switched_off("no-declared-interest"):
        bench.record_all()
        bench.submit()
    with pytest.raises(GateRefused) as caught:
        bench.review()
    assert stopped(caught)[0] == "no-declared-interest"
    from certificates.services.preparing import readiness

    stops = {stop.gate for stop in readiness(bench.request, actor=people.signatory).stops}
    assert "no-declared-interest" in stops
    assert "no-declared-interest" not in {stop.gate for stop in readiness(bench.request, actor=people.quality_manager).stops}


@pytest.mark.parametrize(("facts", "stands"), [
    ({"party_kind": "maker", "party": "Thiết bị mạng Giả Định"}, True),  # part of the customer's name, word for word
    ({"party_kind": "maker", "party": "SAOHOM"}, True),  # the brand on the item
    ({"party_kind": "maker", "party": "saohôm"}, True),
    ({"party_kind": "maker", "party": "SAO"}, False),  # too short to be a part of another name
    ({"party_kind": "maker", "party": "Giả"}, False),
    ({"party_kind": "maker", "party": "Bị Mạng Khác"}, False),
    ({"since": date(2026, 11, 17)}, None),
    ({"since": date(2026, 11, 16)}, True),
])
def test_which_interests_concern_a_request(bench, facts, stands):
    described = {**BROTHER, **facts}
    if stands is None:
        with pytest.raises(FieldRefused, match="tương lai"):
            services.declare_interest(bench.people.technician, **described)
        return
    services.declare_interest(bench.people.technician, **described)
    from lab_app.samples.queries.interests import interests_in

    found = interests_in(bench.people.technician, bench.request, clock.today(), clock.now())
    assert bool(found) is stands


def test_a_reading_is_judged_at_its_own_time_by_what_was_recorded(bench, frozen_clock):
    """An interest that began after the measurement does not reach back; one recorded later was not known then."""
    services.declare_interest(bench.people.technician, **{**BROTHER, "since": date(2026, 11, 16)})
    row = db.session.scalars(select(Interest)).one()
    day = clock.local(MEASURED).date()
    assert queries.stands(row, day, clock.now())
    assert not queries.stands(row, day - timedelta(days=1), clock.now())
    assert not queries.stands(row, day, MEASURED)  # nobody had recorded it by then
    frozen_clock.advance(days=10)
    services.end_interest(bench.people.quality_manager, row, date(2026, 11, 20), "Anh đã nghỉ việc, có quyết định")
    assert queries.stands(row, date(2026, 11, 19), clock.now()) and not queries.stands(row, date(2026, 11, 20), clock.now())
    assert queries.stands(row, date(2026, 11, 21), clock.now() - timedelta(minutes=1))  # the end was not known a minute ago


def test_the_list_of_who_can_be_given_a_job_says_why_not(bench, client_as):
    services.declare_interest(bench.people.technician, **BROTHER)
    keep()
    client = client_as(bench.people.reviewer)
    page = text(client.get(f"/jobs/{bench.job.code}/assign"))
    assert "có lợi ích đã khai với Công ty Thiết bị mạng Giả Định (4.1.4)" in page
    crafted = client.post(f"/jobs/{bench.job.code}/assign", data={"person": str(bench.people.technician.id), "version": ""})
    assert crafted.status_code == 422
    bench_page = text(client_as(bench.people.technician).get(f"/jobs/{bench.job.code}"))
    assert "có lợi ích đã khai" in bench_page and "4.1.4" in bench_page


def test_a_listener_asks_for_work_in_hand_to_be_given_to_somebody_else(bench):
    results.assign_job(bench.people.reviewer, bench.job, bench.people.technician)
    services.declare_interest(bench.people.technician, **BROTHER)
    asked = db.session.scalars(select(Ask).where(Ask.kind == "reassign")).one()
    assert asked.permission == P.JOB_ASSIGN.value and asked.code == bench.job.code
    other = bench.people.second_technician
    from tests.support.people_facts import authorise

    authorise(bench.people.signatory, other, bench.tested.method.code, "test")
    results.assign_job(bench.people.reviewer, bench.job, other)
    assert db.session.scalars(select(Ask).where(Ask.kind == "reassign")).one().settled_at is not None


# ---- declaring ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("facts", "field"), [
    ({"party": "KH99"}, "party"), ({"party": ""}, "party"), ({"party": "!!", "party_kind": "maker"}, "party"), ({"nature": "x"}, "nature"),
    ({"party_kind": "x"}, "party_kind"), ({"description": " "}, "description"), ({"since": date(2027, 1, 1)}, "since"),
])
def test_a_declaration_that_says_nothing_is_refused(bench, facts, field):
    with pytest.raises(FieldRefused) as caught:
        services.declare_interest(bench.people.technician, **{**BROTHER, **facts})
    assert caught.value.field == field


def test_twice_the_same_is_refused_and_nobody_ends_an_own_interest(bench):
    people = bench.people
    services.declare_interest(people.quality_manager, **BROTHER)
    with pytest.raises(FieldRefused, match="đã khai rồi"):
        services.declare_interest(people.quality_manager, **BROTHER)
    row = db.session.scalars(select(Interest)).one()
    with pytest.raises(Refused, match="do người khác xét"):
        services.end_interest(people.quality_manager, row, clock.today(), "hết rồi")
    with pytest.raises(NotAllowed):
        services.end_interest(people.technician, row, clock.today(), "hết rồi")
    with pytest.raises(NotAllowed):
        services.declare_interest(people.technician, person=people.reviewer, **BROTHER)


def test_the_quality_manager_writes_down_what_became_known_and_that_it_is_over(bench, client_as):
    client = client_as(bench.people.quality_manager)
    page = f"/people/{bench.people.technician.code}/interests"
    sent = {"party_kind": "customer", "party": "KH01", "nature": "family", "since": "01/02/2026", "description": "được biết"}
    assert client.post(page, data=sent).status_code == 302
    row = db.session.scalars(select(Interest)).one()
    assert row.recorded_by_id == bench.people.quality_manager.id
    assert client.post(page, data={**sent, "party": "KH77"}).status_code == 422
    stale = {"ended_on": "10/11/2026", "reason": "đã thôi việc", "version": "99"}
    assert client.post(f"/interests/{row.id}/end", data=stale).status_code == 409
    assert client.post(f"/interests/{row.id}/end", data={**stale, "version": "1", "ended_on": "01/01/2026"}).status_code == 422
    assert client.post(f"/interests/{row.id}/end", data={**stale, "version": "1"}).status_code == 302
    assert "Đã hết từ 10/11/2026" in text(client.get(page))
    assert client_as(bench.people.technician).post(f"/interests/{row.id}/end", data=stale).status_code == 403


def test_what_was_said_is_read_by_the_person_and_who_keeps_the_records_alone(bench, client_as):
    services.declare_interest(bench.people.technician, **BROTHER)
    keep()
    page = f"/people/{bench.people.technician.code}/interests"
    for person, seen in ((bench.people.quality_manager, True), (bench.people.technician, True), (bench.people.reviewer, False)):
        assert ("Anh ruột làm ở đó" in text(client_as(person).get(page))) is seen
        if person is not bench.people.technician:
            assert ("Anh ruột làm ở đó" in text(client_as(person).get("/impartiality/interests?export=csv"))) is seen


def test_a_history_tells_no_more_of_an_interest_than_its_page(bench, client_as):
    people = bench.people
    row = services.declare_interest(people.technician, **BROTHER)
    services.end_interest(people.quality_manager, row, date(2026, 11, 10), "anh ấy đã nghỉ hưu")
    keep()
    for page in (f"/people/{people.technician.code}", f"/history/person/{people.technician.id}"):
        for person, seen in ((people.quality_manager, True), (people.reviewer, False)):
            shown = text(client_as(person).get(page))
            assert "Lợi ích đã khai" in shown
            assert ("Anh ruột làm ở đó" in shown, "anh ấy đã nghỉ hưu" in shown) == (seen, seen)


def test_the_yearly_declaration_is_signed_over_the_list_as_shown(bench, client_as):
    person = bench.people.technician
    client = client_as(person)
    facts = typed(client, person, "/me/interests", "/me/interests/declare")
    services.declare_interest(db.session.get_one(Person, person.id), **BROTHER)
    keep()
    refused = client.post("/me/interests/declare", data=facts)
    assert refused.status_code == 422 and "hồ sơ đã khác với những gì trang cho xem" in text(refused)
    facts = typed(client, person, "/me/interests", "/me/interests/declare")
    wrong = client.post("/me/interests/declare", data={**facts, "password": "sai"})
    assert wrong.status_code == 422 and "Mật khẩu không đúng" in text(wrong)
    assert client.post("/me/interests/declare", data=typed(client, person, "/me/interests", "/me/interests/declare")).status_code == 302
    row = db.session.scalars(select(InterestDeclaration)).one()
    assert (row.person_id, row.interests, row.declared_on) == (person.id, 1, date(2026, 11, 16))
    signature = db.session.scalars(select(Signature).where(Signature.subject_kind == "interest-declaration")).one()
    assert "Anh ruột làm ở đó" in signature.shown and signature.meaning == "declared"
    again = client.post("/me/interests/declare", data=typed(client, person, "/me/interests", "/me/interests/declare"))
    assert again.status_code == 422 and "Hôm nay bạn đã khai rồi." in text(again)


# ---- due, overdue, blocking -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("undertaken", "declared", "state"), [
    (date(2026, 11, 10), None, "soon"), (date(2026, 10, 1), None, "overdue"), (None, None, "none"),
    (date(2024, 1, 2), date(2026, 11, 1), "ok"), (date(2024, 1, 2), date(2025, 12, 10), "soon"),
    (date(2024, 1, 2), date(2025, 11, 15), "overdue"), (date(2024, 1, 2), date(2025, 11, 16), "soon"),
])
def test_the_list_and_the_rule_agree_on_who_is_due(people, undertaken, declared, state):
    person = make_person("N40", "Người Khai", "technician")
    person.undertaking_on = undertaken
    if declared is not None:
        db.session.add(InterestDeclaration(person_id=person.id, declared_on=declared, interests=0))
    db.session.flush()
    assert rules.declaration_state(queries.due_of(person), clock.today()) == state
    for name in ("overdue", "soon", "ok"):
        found = {p.code for p in db.session.scalars(queries.declarations(name))}
        assert ("N40" in found) is (name == state), name


def test_everybody_due_is_asked_once_and_the_declaration_settles_it(people):
    count = services.ask_declarations()
    assert count == 9 == services.ask_declarations()
    mine = db.session.scalars(inbox.of(people.technician.id, [])).all()
    assert [(one.kind, one.link, one.due_on) for one in mine if one.kind == "declaration"] == [
        ("declaration", "/me/interests", UNDERTAKEN_ON + rules.FIRST_WITHIN)]
    services.declare_year(people.technician, confirmed=confirmed(people.technician))
    assert not [one for one in db.session.scalars(inbox.of(people.technician.id, [])) if one.kind == "declaration"]
    assert services.ask_declarations() == 8


def test_the_laboratory_decides_whether_an_overdue_declaration_blocks(bench, client_as):
    people = bench.people
    results.assign_job(people.reviewer, bench.job, people.technician)  # overdue, but nothing is blocked yet
    keep()
    admin = client_as(people.administrator)
    assert admin.post("/impartiality/rule", data={"blocks": "y", "reason": ""}).status_code == 302
    assert not queries.overdue_blocks()
    assert admin.post("/impartiality/rule", data={"blocks": "y", "reason": "họp xem xét"}).status_code == 302
    assert queries.overdue_blocks()
    assert client_as(people.quality_manager).post("/impartiality/rule", data={"reason": "x"}).status_code == 403
    with pytest.raises(GateRefused) as caught:
        results.assign_job(people.reviewer, bench.job, people.technician)
    assert stopped(caught) == ("declaration-current", ("4.1.4",))
    services.declare_year(people.technician, confirmed=confirmed(people.technician))
    results.assign_job(people.reviewer, bench.job, people.technician)


def test_the_lists_cost_the_same_however_long(people, client_as, statements):
    for n in range(40):
        person = make_person(f"Y{n:02d}", f"Người Thứ {n}", "technician")
        services.declare_interest(people.quality_manager, person=person, party_kind="maker", party=f"Hãng số {n}", nature="advice",
                                  since=date(2026, 1, 1), description="x")
        services.report_pressure(person, nature="time", happened_on=date(2026, 11, 1), from_whom="ai đó", what="ép bỏ bước")
    keep()
    client = client_as(people.quality_manager)
    for address in ("/impartiality/declarations", "/impartiality/interests", "/impartiality/pressure", "/impartiality/appointments"):
        client.get(address)
        with statements() as seen:
            answer = client.get(address)
        assert answer.status_code == 200
        assert len(seen) <= 15, (address, str(seen))
        assert {s: n for s, n in seen.repeated().items() if n > 2} == {}, address
    for kind in ("csv", "xlsx"):
        for address in ("declarations", "interests", "pressure", "appointments", "separation"):
            assert client.get(f"/impartiality/{address}?export={kind}").status_code == 200
    assert "Y39" in text(client.get("/impartiality/declarations?export=csv"))
    shown = text(client.get("/impartiality/declarations?state=overdue&q=Nguoi Thu"))
    assert "Người Thứ 12" in shown and "Lê Hữu Giả" not in shown
    assert client_as(people.sales).get("/impartiality/declarations").status_code == 403


# ---- pressure ----------------------------------------------------------------------------------------------------------------

PRESSED = {"nature": "commercial", "happened_on": "10/11/2026", "from_whom": "Giám đốc công ty X", "what": "Đòi sửa kết quả <script>"}


def test_anybody_reports_and_another_person_answers(people, client_as):
    client = client_as(people.sales)
    sent = client.post("/impartiality/pressure/new", data={**PRESSED, "confidential": "y"})
    assert sent.status_code == 302 and sent.location.endswith("/impartiality/pressure/SAE-2026-001")
    page = text(client.get(sent.location))
    assert "&lt;script&gt;" in page and "<script>" not in page.replace('<script type="module"', "")
    asked = db.session.scalars(select(Ask).where(Ask.kind == "pressure")).one()
    assert asked.permission == P.COMPLAINT_DECIDE.value and asked.not_person_id == people.sales.id
    assert client.post(sent.location, data={"answer": "tự xử"}).status_code == 403
    # A reader is not told who reported; who answers is.
    assert people.sales.full_name not in text(client_as(people.technician).get(sent.location))
    assert people.sales.full_name in text(client_as(people.signatory).get(sent.location))
    assert client_as(people.signatory).post(sent.location, data={"answer": " "}).status_code == 422
    assert client_as(people.signatory).post(sent.location, data={"answer": "Đã từ chối bằng công văn", "version": "1"}).status_code == 302
    row = db.session.scalars(select(PressureIncident)).one()
    assert row.status == "answered" and row.answered_by_id == people.signatory.id
    assert db.session.scalars(select(Ask).where(Ask.kind == "pressure")).one().settled_at is not None
    with pytest.raises(Refused):
        services.answer_pressure(people.signatory, row, "lần nữa")


@pytest.mark.parametrize("wrong", [{"happened_on": "17/11/2026"}, {"happened_on": "x"}, {"what": " "}, {"from_whom": ""}, {"nature": "y"}])
def test_a_report_that_says_nothing_is_refused_and_loses_nothing(people, client_as, wrong):
    answer = client_as(people.technician).post("/impartiality/pressure/new", data={**PRESSED, **wrong})
    assert answer.status_code == 422
    for name in {"from_whom"} - set(wrong):
        assert PRESSED[name] in text(answer)
    assert db.session.scalar(select(PressureIncident.id)) is None


def test_the_history_of_a_report_names_its_reporter_to_who_answers_alone(people, client_as):
    row = services.report_pressure(
        people.sales, nature="time", happened_on=date(2026, 11, 1), from_whom="ai đó", what="x", confidential=True)
    keep()
    page = f"/history/pressure-incident/{row.id}"
    assert client_as(people.technician).get(page).status_code == 403
    assert people.sales.full_name in text(client_as(people.signatory).get(page))


def test_who_reported_does_not_answer(people):
    row = services.report_pressure(people.signatory, nature="time", happened_on=date(2026, 11, 1), from_whom="ai đó", what="x")
    with pytest.raises(Refused, match="không tự xử lý"):
        services.answer_pressure(people.signatory, row, "tự xử")


# ---- appointments --------------------------------------------------------------------------------------------------------------


def appoint(people, person=None, **facts):
    described = {"function": "head", "decision_no": "01/QĐ", "decided_on": date(2026, 1, 2), "valid_from": date(2026, 1, 5), **facts}
    return services.appoint(people.quality_manager, person or people.signatory, **described)


def test_at_no_time_two_of_a_kind(people):
    first = appoint(people)
    with pytest.raises(FieldRefused, match="mỗi lúc chỉ một người"):
        appoint(people, people.reviewer, decision_no="02/QĐ", valid_from=date(2026, 6, 1))
    appoint(people, people.reviewer, function="technical", decision_no="03/QĐ", valid_from=date(2026, 6, 1))
    second = appoint(people, people.reviewer, decision_no="04/QĐ", valid_from=date(2026, 12, 1), replaces=True)
    assert (first.ended_from, first.ended_reason) == (date(2026, 12, 1), "Thay bằng quyết định 04/QĐ")
    now = clock.now()
    assert queries.in_office(first, date(2026, 11, 30), now) and not queries.in_office(first, date(2026, 12, 1), now)
    assert queries.in_office(second, date(2026, 12, 1), now)
    with pytest.raises(Refused, match="đã kết thúc rồi"):
        services.end_appointment(people.quality_manager, first, date(2026, 11, 1), "x")


@pytest.mark.parametrize(("facts", "field"), [
    ({"valid_to": date(2025, 1, 1)}, "valid_to"), ({"decided_on": date(2026, 11, 17)}, "decided_on"), ({"decision_no": " "}, "decision_no"),
    ({"function": "king"}, "function"),
])
def test_an_appointment_that_cannot_be_is_refused(people, facts, field):
    with pytest.raises(FieldRefused) as caught:
        appoint(people, **facts)
    assert caught.value.field == field


def test_a_vacant_office_is_warned_of_and_filled_by_the_page(people, client_as):
    from lab_app.core import indicators

    def vacant():
        return {s.indicator.key: s.count for s in indicators.shown()}["offices-vacant"]

    assert vacant() == 3
    client = client_as(people.quality_manager)
    assert "Chưa có ai giữ chức vụ: Trưởng phòng thử nghiệm." in text(client.get("/impartiality/appointments"))
    sent = {"function": "head", "person": str(people.signatory.id), "decision_no": "05/QĐ", "decided_on": "02/01/2026",
            "valid_from": "05/01/2026"}
    assert client.post("/impartiality/appointments/new", data=sent).status_code == 302
    assert vacant() == 2 and "Trưởng phòng thử nghiệm." not in text(client.get("/impartiality/appointments"))
    again = client.post("/impartiality/appointments/new", data={**sent, "person": str(people.reviewer.id)})
    assert again.status_code == 422 and "mỗi lúc chỉ một người" in text(again)
    assert client.post("/impartiality/appointments/new", data={**sent, "person": ""}).status_code == 422
    row = db.session.scalars(select(Appointment)).one()
    end = f"/impartiality/appointments/{row.id}/end"
    assert client.post(end, data={"from_day": "01/01/2026", "reason": "x", "version": "1"}).status_code == 422
    assert client.post(end, data={"from_day": "16/11/2026", "reason": "nghỉ hưu", "version": "1"}).status_code == 302
    assert vacant() == 3
    assert client_as(people.technician).post("/impartiality/appointments/new", data=sent).status_code == 403
