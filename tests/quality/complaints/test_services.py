"""Complaints by services: coming in, what they are about, who may decide, what must be there before the end (7.9)."""
from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lab_app.accounts.services.people import set_person_roles
from lab_app.core import audit, clock, events, inbox, mail, search
from lab_app.core import db as database
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from lab_app.quality.complaints import queries, services
from lab_app.quality.complaints.models import Complaint
from lab_app.quality.complaints.workflow import (
    NOT_OURS,
    NOTICE,
    PARTLY,
    PROGRESS,
    REJECTED,
    UPHELD,
)
from tests.support.certificates_facts import World, commit, ready_request
from tests.support.people_facts import SETTER
from tests.support.signing import confirmed

WORDS = "Kết quả phát xạ tại 1 GHz khác hẳn lần đo trước, mong phòng xem lại."


@pytest.fixture
def world(app: Any, frozen_clock: Any) -> World:
    """A request whose results are reviewed, findable by its number, committed."""
    made = ready_request()
    authorize(made.people.quality_manager, P.QUALITY_WRITE)
    search.put("request", made.request.id, made.request.number, "")
    search.put("sample", made.sample.id, made.sample.code, "")
    commit()
    return made


def taken(world: World, **said: Any) -> Complaint:
    """A complaint by telephone about the request, given to the quality manager to investigate."""
    facts = {"channel": "phone", "title": "Kết quả sai", "words": WORDS, "about": world.request.number, "name": "Nguyễn Thị Khách",
             "phone": "0900 000 000", **said}
    row = services.register_complaint(world.people.reception, **facts)
    manager = world.people.quality_manager
    services.acknowledge(manager, row, words="Phòng đã nhận.", way="phone")
    services.take(manager, row, owner=manager, relevance="Phép thử phát xạ của phòng")
    return row


def investigated(world: World, **said: Any) -> Complaint:
    row = taken(world, **said)
    services.investigate(world.people.quality_manager, row, investigation="Đã xem số đọc gốc và hệ số cáp.", cause="Hệ số cáp cũ.",
                         action="Đo lại hai mức.", action_done_on=clock.today())
    return row


def asks(row: Complaint) -> list[inbox.Ask]:
    found = db.session.scalars(select(inbox.Ask).where(inbox.Ask.code == row.code, inbox.Ask.settled_at.is_(None)))
    return sorted(found, key=lambda one: one.key)


def test_anyone_takes_one_down_and_it_hangs_on_the_record_whose_number_was_named(world):
    row = services.register_complaint(
        world.people.technician, channel="phone", title="Trễ hẹn", words=WORDS, about=f" {world.request.number.lower()} ")
    assert (row.code, row.status, row.received_by_id) == ("KN-2026-001", "received", world.people.technician.id)
    assert [(s.kind, s.subject_id) for s in row.subjects] == [("request", world.request.id)]
    assert [(one.permission, one.due_on) for one in asks(row)] == [("quality:write", row.acknowledge_by)]
    strange = services.register_complaint(world.people.technician, channel="letter", title="x", words=WORDS, about="YC-2026-9999")
    assert strange.subjects == []


@pytest.mark.parametrize("about", ["0117/SĐ1", " 0117/sđ1 ", "0117/SĐ1 "])
def test_a_number_with_marks_is_found_as_it_is_printed(world, about):
    authorize(world.people.quality_manager, P.QUALITY_WRITE)
    search.put("report", 77, "0117/SĐ1", "")
    row = services.register_complaint(world.people.reception, channel="phone", title="Sai", words=WORDS, about=about)
    assert [(s.kind, s.subject_id) for s in row.subjects] == [("report", 77)]


@pytest.mark.parametrize(("change", "field"), [
    ({"channel": "form"}, "channel"), ({"channel": "pigeon"}, "channel"), ({"title": " \n "}, "title"), ({"title": "x" * 201}, "title"),
    ({"words": "ngắn"}, "words"), ({"words": "x" * 5001}, "words"), ({"email": "a@b"}, "email"), ({"email": "a@b.vn, c@d.vn"}, "email"),
    ({"role": "ghost"}, "role"), ({"name": "x" * 201}, "name"), ({"phone": "1" * 41}, "phone"), ({"about": "x" * 121}, "about"),
])
def test_what_cannot_be_is_refused_and_nothing_is_written(world, change, field):
    facts = {"channel": "phone", "title": "Trễ hẹn", "words": WORDS, **change}
    with pytest.raises(FieldRefused) as caught:
        services.register_complaint(world.people.reception, **facts)
    assert caught.value.field == field
    db.session.rollback()
    database.end_writing()
    assert db.session.scalars(select(Complaint)).all() == []


def test_due_days_are_working_days_and_follow_the_terms(world):
    manager = world.people.quality_manager
    row = services.register_complaint(manager, channel="phone", title="Trễ hẹn", words=WORDS)
    assert (row.acknowledge_by, row.decide_by) == (date(2026, 11, 19), date(2026, 12, 14))  # Monday 16/11 and 3, 20 working days
    services.set_terms(manager, acknowledge_days=5, decide_days=10, words_vi="Gọi giờ hành chính.", words_en="")
    later = services.register_complaint(manager, channel="phone", title="Trễ hẹn", words=WORDS)
    assert (later.acknowledge_by, later.decide_by) == (date(2026, 11, 23), date(2026, 11, 30))
    for days in ({"acknowledge_days": 0, "decide_days": 10}, {"acknowledge_days": 3, "decide_days": 61},
                 {"acknowledge_days": 9, "decide_days": 8}):
        with pytest.raises(FieldRefused):
            services.set_terms(manager, **days, words_vi="", words_en="")


def test_who_did_the_work_does_not_decide_and_the_refusal_names_what_they_did_and_who_may(world):
    people, row = world.people, investigated(world)
    found = queries.involved(row)
    assert "soát xét kết quả" in found[people.reviewer.id] and people.quality_manager.id not in found
    with pytest.raises(GateRefused) as caught:
        services.decide(people.reviewer, row, outcome=UPHELD, decision="Đúng", confirmed=confirmed(people.reviewer))
    stop = caught.value.stop
    assert stop.gate == "complaint-decider-not-involved" and stop.clauses == ("7.9.6",)
    assert "soát xét kết quả" in str(stop.says) and people.quality_manager.full_name in str(stop.do)
    assert row.status == "investigating" and row.decided_by_id is None


def test_the_decision_is_asked_of_those_alone_who_took_no_part(world):
    row = investigated(world)
    asked = {one.person_id for one in asks(row) if "/decide/" in one.key}
    assert asked == {p.id for p in queries.deciders(row)} and world.people.reviewer.id not in asked and asked
    services.hang_on(world.people.quality_manager, row, "sample", world.sample.code)
    services.name_concerned(world.people.quality_manager, row, asked, "Người còn lại đều đã bàn với khách hàng.")
    assert [one.permission for one in asks(row) if "/decide/" in one.key] == ["quality:write"]


def test_nobody_is_free_where_nobody_knows_what_it_is_about(world):
    people = world.people
    row = investigated(world, about="")
    assert row.subjects == [] and not queries.is_known(row)
    with pytest.raises(GateRefused) as caught:
        services.decide(people.signatory, row, outcome=UPHELD, decision="Đúng", confirmed=confirmed(people.signatory))
    assert caught.value.stop.evaluated is False and caught.value.stop.gate == "complaint-decider-not-involved"
    services.name_concerned(people.quality_manager, row, [people.signatory.id], "Về thái độ khi trả lời điện thoại.")
    with pytest.raises(GateRefused):
        services.decide(people.signatory, row, outcome=UPHELD, decision="Đúng", confirmed=confirmed(people.signatory))
    services.decide(people.quality_manager, row, outcome=UPHELD, decision="Đúng", confirmed=confirmed(people.quality_manager))
    assert row.involved == {str(people.signatory.id): []}


@pytest.mark.both_databases
def test_whoever_writes_that_nobody_took_part_does_not_decide_on_that_word(world, client_as):
    """7.9.6: where no record says who was involved, the word of one person is not both the premise and the decision."""
    people, row = world.people, investigated(world, about="")
    manager, said = people.quality_manager, {"outcome": REJECTED, "decision": "Không có căn cứ."}
    services.name_concerned(manager, row, [], "Về giá ghi trên trang của phòng.")
    assert manager.id not in {p.id for p in queries.deciders(row)} and people.signatory.id in {p.id for p in queries.deciders(row)}
    assert {one.person_id for one in asks(row) if "/decide/" in one.key} == {p.id for p in queries.deciders(row)}
    with pytest.raises(GateRefused) as caught:
        services.decide(manager, row, **said, confirmed=confirmed(manager))
    stop = caught.value.stop
    assert (stop.gate, stop.clauses) == ("complaint-decider-not-involved", ("7.9.6",)) and people.signatory.full_name in str(stop.do)
    commit()
    shown = client_as(manager).get(f"/quality/complaints/{row.code}").text
    assert "đã viết rằng không ai liên quan" in shown
    authorize(SETTER, P.LABORATORY_WRITE)
    set_person_roles(SETTER, people.signatory, ["quality_manager", "signatory"], "kiêm nhiệm")
    services.name_concerned(people.signatory, row, [], "Chỉ về giá.")  # saying it again clears neither of the two
    for one in (manager, people.signatory):
        with pytest.raises(GateRefused):
            services.decide(one, row, **said, confirmed=confirmed(one))
    services.hang_on(manager, row, "request", world.request.number)  # now the records say who took part
    services.decide(manager, row, **said, confirmed=confirmed(manager))
    assert row.decided_by_id == manager.id


def test_another_decides_where_nobody_took_part(world):
    people, row = world.people, investigated(world, about="")
    services.name_concerned(people.quality_manager, row, [], "Về giá ghi trên trang của phòng.")
    services.decide(people.signatory, row, outcome=REJECTED, decision="Không có căn cứ.", confirmed=confirmed(people.signatory))
    assert row.involved == {} and row.status == "decided"


def test_nobody_clears_the_way_to_their_own_decision(world, monkeypatch):
    people, row = world.people, taken(world)
    subject = row.subjects[0]
    monkeypatch.setattr("lab_app.core.involvement.of", lambda _kind, _id: {people.quality_manager.id: ["đo"]})
    with pytest.raises(Refused):
        services.strike_off(people.quality_manager, row, subject, "gắn nhầm")
    monkeypatch.undo()
    with pytest.raises(FieldRefused):
        services.strike_off(people.quality_manager, row, subject, " ")
    services.strike_off(people.quality_manager, row, subject, "gắn nhầm")
    assert queries.standing_subjects(row) == [] and row.subjects == [subject] and not queries.is_known(row)
    services.name_concerned(people.quality_manager, row, [people.quality_manager.id], "Tôi đã hẹn khách hàng.")
    with pytest.raises(FieldRefused):
        services.name_concerned(people.quality_manager, row, [], "Không ai.")


def test_a_decision_is_signed_over_the_case_by_the_decider_and_freezes_who_was_involved(world):
    people, row = world.people, investigated(world)
    with pytest.raises(GateRefused) as caught:
        services.decide(people.quality_manager, row, outcome=UPHELD, decision="Đúng")
    assert caught.value.stop.gate == "signed-by-person"
    with pytest.raises(GateRefused):
        services.decide(people.quality_manager, row, outcome=UPHELD, decision="Đúng", confirmed=confirmed(people.signatory))
    services.decide(people.quality_manager, row, outcome=UPHELD, decision="Kết quả sai, đã đo lại.",
                    confirmed=confirmed(people.quality_manager))
    assert row.status == "decided" and row.decided_at == clock.now()
    assert "soát xét kết quả" in row.involved[str(people.reviewer.id)]
    with pytest.raises(Refused):
        services.decide(people.quality_manager, row, outcome=REJECTED, decision="Khác", confirmed=confirmed(people.quality_manager))


@pytest.mark.parametrize(("parts", "outcome", "missing"), [
    ({"investigation": "", "cause": "", "action": ""}, UPHELD, 3), ({"investigation": "x", "cause": "", "action": ""}, PARTLY, 2),
    ({"investigation": "x", "cause": "x", "action": ""}, UPHELD, 1), ({"investigation": "x", "cause": "x", "action": ""}, REJECTED, 0),
])
def test_what_the_investigation_lacks_is_named(world, parts, outcome, missing):
    row = taken(world)
    services.investigate(world.people.quality_manager, row, **parts, action_done_on=None)
    assert len(services.investigation_facts(row, outcome).missing) == missing


def test_it_ends_when_all_is_there_and_the_end_was_told(world):
    people, row = world.people, investigated(world)
    manager = people.quality_manager
    with pytest.raises(Refused):
        services.tell(manager, row, kind=NOTICE, words="Đã xong", way="phone")
    with pytest.raises(Refused):
        services.close(manager, row)
    services.decide(people.signatory, row, outcome=UPHELD, decision="Đúng", confirmed=confirmed(people.signatory))
    with pytest.raises(GateRefused) as caught:
        services.close(manager, row)
    assert caught.value.stop.clauses == ("7.9.3", "7.9.7") and "ngày thông báo" in str(caught.value.stop.says)
    with pytest.raises(FieldRefused):
        services.cannot_tell(manager, row, "không liên lạc được")  # a telephone number is there
    services.tell(manager, row, kind=NOTICE, words="Khiếu nại đúng, đã đo lại.", way="phone")
    assert row.notified_on == clock.today()
    services.close(manager, row)
    assert row.status == "closed" and asks(row) == []
    for act in (lambda: services.tell(manager, row, kind=PROGRESS, words="x", way="phone"), lambda: services.close(manager, row),
                lambda: services.hang_on(manager, row, "request", world.request.number)):
        with pytest.raises(Refused):
            act()


def test_an_action_still_to_be_done_and_open_nonconforming_work_keep_it_open(world):
    people, row = world.people, taken(world)
    manager = people.quality_manager
    services.investigate(manager, row, investigation="x", cause="x", action="Đo lại", action_done_on=None)
    work = services.open_work(manager, row)
    assert work.subject_code == world.request.number and row.nonconformity is work
    with pytest.raises(Refused):
        services.open_work(manager, row)
    services.decide(people.signatory, row, outcome=UPHELD, decision="Đúng", confirmed=confirmed(people.signatory))
    services.tell(manager, row, kind=NOTICE, words="Xong", way="phone")
    missing = services.closing_facts(row).missing
    assert len(missing) == 2 and work.code in missing[1]
    with pytest.raises(Refused):
        services.investigate(manager, row, investigation="khác", cause="x", action="Đo lại", action_done_on=clock.today())
    services.investigate(manager, row, investigation="x", cause="x", action="Đo lại", action_done_on=clock.today())
    assert len(services.closing_facts(row).missing) == 1


def test_an_end_told_by_a_letter_that_never_arrived_was_not_told(world, monkeypatch):
    people, row = world.people, investigated(world, phone="", email="a@b.vn")
    manager = people.quality_manager
    services.decide(people.signatory, row, outcome=UPHELD, decision="Đúng", confirmed=confirmed(people.signatory))
    monkeypatch.setattr(mail, "configured", lambda: True)
    sent: list[Any] = []
    monkeypatch.setattr(mail, "queue", lambda *a, **k: sent.append(a) or True)
    made = services.tell(manager, row, kind=NOTICE, words="Xong", way="email")
    events.letter_settled.send("core.mail", key=sent[0][3], message_id="x", problem="")
    assert row.notified_on == clock.today() and asks(row) == []
    events.letter_settled.send("core.mail", key=sent[0][3], message_id="x", problem="550 no such user")
    assert row.notified_on is None and [one.key for one in asks(row)] == [f"complaint/{row.id}/letter/{made.id}"]
    with pytest.raises(GateRefused):
        services.close(manager, row)
    services.tell(manager, row, kind=NOTICE, words="Xong", way="person")
    assert row.notified_on == clock.today() and asks(row) == []
    services.close(manager, row)


def test_what_was_decided_on_is_not_changed_and_who_was_told_was_told(world):
    people, row = world.people, investigated(world, phone="")
    manager = people.quality_manager
    services.decide(people.signatory, row, outcome=UPHELD, decision="Đúng", confirmed=confirmed(people.signatory))
    for action in ("Không làm gì", ""):
        with pytest.raises(Refused):
            services.investigate(manager, row, investigation=row.investigation, cause=row.cause, action=action, action_done_on=None)
    services.tell(manager, row, kind=NOTICE, words="Xong", way="person")
    with pytest.raises(Refused):
        services.cannot_tell(manager, row, "không có cách liên lạc")
    assert (row.action, row.not_notified) == ("Đo lại hai mức.", "")


def test_what_the_complainant_adds_stays_asked_until_it_is_read_whatever_is_decided_or_ended(world):
    people, row = world.people, investigated(world)
    manager = people.quality_manager
    services.reply(row, "Tôi gửi thêm bằng chứng mới.")
    services.decide(people.signatory, row, outcome=UPHELD, decision="Đúng", confirmed=confirmed(people.signatory))
    services.tell(manager, row, kind=NOTICE, words="Xong", way="phone")
    services.close(manager, row)
    assert [one.key.split("/")[2] for one in asks(row)] == ["reply"]
    services.replies_read(manager, row)
    assert asks(row) == []


def test_what_is_not_ours_is_said_by_somebody_free_and_needs_no_cause(world):
    people = world.people
    row = services.register_complaint(people.reception, channel="email", title="Máy hỏng", words=WORDS, about=world.request.number,
                                      email="a@b.vn")
    services.acknowledge(people.quality_manager, row, words="Đã nhận", way="email")
    with pytest.raises(GateRefused):
        services.decide(people.reviewer, row, outcome=NOT_OURS, decision="Không thuộc phòng", confirmed=confirmed(people.reviewer))
    services.decide(people.quality_manager, row, outcome=NOT_OURS, decision="Máy do nơi khác sửa.",
                    confirmed=confirmed(people.quality_manager))
    services.tell(people.quality_manager, row, kind=NOTICE, words="Không thuộc phòng.", way="email")
    services.close(people.quality_manager, row)
    assert row.status == "closed"


def test_reopened_it_needs_a_new_decision_and_keeps_the_old_one_in_words(world):
    people, row = world.people, investigated(world)
    manager = people.quality_manager
    services.decide(people.signatory, row, outcome=REJECTED, decision="Không có căn cứ", confirmed=confirmed(people.signatory))
    services.tell(manager, row, kind=NOTICE, words="Xong", way="phone")
    services.close(manager, row)
    services.reopen(manager, row, "khách hàng gửi thêm kết quả")
    assert row.status == "investigating" and row.decision == "" and row.notified_on is None
    assert "Không có căn cứ" in row.messages[-1].words
    with pytest.raises(Refused):
        services.close(manager, row)


def test_days_before_the_complaint_and_to_come_are_refused(world):
    row = services.register_complaint(world.people.reception, channel="phone", title="Trễ", words=WORDS)
    for day in (clock.today() + timedelta(days=1), clock.today() - timedelta(days=1)):
        with pytest.raises(FieldRefused) as caught:
            services.acknowledge(world.people.quality_manager, row, words="Đã nhận", way="phone", said_on=day)
        assert caught.value.field == "said_on"
    with pytest.raises(FieldRefused) as caught:
        services.acknowledge(world.people.quality_manager, row, words="Đã nhận", way="email")
    assert caught.value.field == "way"


def test_nobody_is_given_a_complaint_that_they_may_not_open(world):
    manager = world.people.quality_manager
    row = services.register_complaint(world.people.reception, channel="phone", title="Trễ", words=WORDS)
    services.acknowledge(manager, row, words="Đã nhận", way="phone")
    with pytest.raises(FieldRefused) as caught:
        services.take(manager, row, owner=world.people.sales, relevance="Hẹn trả")
    assert caught.value.field == "owner" and row.status == "acknowledged" and row.owner_id is None


def test_rights(world):
    people, row = world.people, taken(world)
    for act in (
        lambda p: services.acknowledge(p, row, words="x", way="phone"), lambda p: services.hang_on(p, row, "request", "x"),
        lambda p: services.name_concerned(p, row, [], "x"), lambda p: services.close(p, row), lambda p: services.reopen(p, row, "x"),
        lambda p: services.set_terms(p, acknowledge_days=1, decide_days=1, words_vi="", words_en=""),
        lambda p: services.decide(p, row, outcome=UPHELD, decision="x"),
        lambda p: services.investigate(p, row, investigation="x", cause="x", action="", action_done_on=None),
    ):
        for person in (people.technician, people.auditor, people.reception):
            with pytest.raises(NotAllowed):
                act(person)


def test_the_trail_never_says_who_complained(world):
    row = taken(world, email="bi.mat@khach.vn", organisation="Công ty Bí Mật")
    told = "".join(entry.canonical for entry in audit.history("complaint", row.id, 50))
    assert WORDS in told
    for secret in ("Nguyễn Thị Khách", "bi.mat@khach.vn", "Công ty Bí Mật", "0900 000 000", row.nonce, str(row.token_hash)):
        assert secret not in told
    found = db.session.scalar(select(search.SearchEntry).where(search.SearchEntry.kind == "complaint"))
    assert found is not None and "khach" not in found.body.replace("khac han", "")
