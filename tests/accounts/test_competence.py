"""Competence by its services: criteria, files, observed work, overlap, monitoring on two time axes (6.2.2, 6.2.3, 6.2.5, 6.2.6)."""
from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from lab_app.accounts import queries, services
from lab_app.accounts.competence import queries as competence_queries
from lab_app.accounts.competence import services as competence
from lab_app.accounts.competence.models import CRITERIA, Monitoring, VersionQuestion
from lab_app.accounts.models import Authorisation
from lab_app.core import clock, inbox, indicators, search
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.inbox import Ask
from tests.support.people_facts import SETTER

pytestmark = pytest.mark.usefixtures("people", "writing")
MET = dict.fromkeys(CRITERIA, "đã xem")


@pytest.fixture(autouse=True)
def _nothing_left(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


def leave_to(people, *, task="test", method="PT 1", first=date(2026, 1, 1), last=date(2026, 12, 31), by=None, person=None, **facts):
    return services.authorise_person(
        by or people.signatory, person or people.technician, task=task, method_code=method, valid_from=first, valid_to=last,
        basis="đánh giá tay nghề", **facts)


def stands(people, on: date, known_at=None, **facts) -> str:
    """How the technician's leave to test PT 1 stands: empty, or why not."""
    return queries.leave(people.technician.id, "test", "PT 1", on, known_at or clock.now(), **facts).why


def open_asks(kind: str = "competence") -> list[Ask]:
    return list(db.session.scalars(select(Ask).where(Ask.kind == kind, Ask.settled_at.is_(None)).order_by(Ask.id)))


# ---- criteria and functions -------------------------------------------------------------------------------------


def test_criteria_count_from_their_approval_and_then_stand(people, frozen_clock):
    row = competence.add_function(SETTER, code="CN-LM", title_vi="Cán bộ lấy mẫu")
    draft = competence.write_criteria(people.quality_manager, row, {"skill": " Lấy mẫu đúng kế hoạch "})
    assert draft.edition == 1 and draft.skill == "Lấy mẫu đúng kế hoạch"
    assert [a.key for a in open_asks()][-1] == f"criteria/{draft.id}/approve"
    asked_before, day = clock.now(), date(2026, 3, 1)
    assert competence_queries.criteria_in_force(row.id, day, asked_before) is None
    with pytest.raises(NotAllowed):
        competence.approve_criteria(people.quality_manager, draft, day)
    frozen_clock.advance(minutes=5)
    competence.approve_criteria(people.signatory, draft, day)
    assert f"criteria/{draft.id}/approve" not in {a.key for a in open_asks()}
    assert competence_queries.criteria_in_force(row.id, day, clock.now()) is draft
    assert competence_queries.criteria_in_force(row.id, day, asked_before) is None  # not known then
    assert competence_queries.criteria_in_force(row.id, day - timedelta(days=1), clock.now()) is None
    with pytest.raises(Refused):
        competence.approve_criteria(people.signatory, draft, day)
    with pytest.raises(FieldRefused) as caught:  # a further edition says what changes
        competence.write_criteria(people.quality_manager, row, {"skill": "Lấy mẫu, niêm phong"})
    assert caught.value.field == "change_note"
    second = competence.write_criteria(people.quality_manager, row, {"skill": "Lấy mẫu, niêm phong"}, "Thêm niêm phong")
    assert second.edition == 2 and draft.skill == "Lấy mẫu đúng kế hoạch"
    with pytest.raises(FieldRefused):
        competence.approve_criteria(people.signatory, second, day)
    with pytest.raises(FieldRefused):
        competence.write_criteria(people.quality_manager, row, dict.fromkeys(CRITERIA, "  "), "x")


def test_a_function_is_given_criterion_by_criterion_and_judged_anew_by_a_new_edition(people):
    function = competence_queries.function_by_code("CN-TM")  # asks for training and skill only
    with pytest.raises(FieldRefused) as caught:
        competence.grant_function(people.signatory, people.reception, function, valid_from=date(2026, 2, 1), met={"training": "đã học"})
    assert caught.value.field == "skill"
    first = competence.grant_function(people.signatory, people.reception, function, valid_from=date(2026, 2, 1), met=MET)
    assert set(first.met) == {"training", "skill"}
    with pytest.raises(Refused):
        competence.grant_function(people.signatory, people.reception, function, valid_from=date(2026, 3, 1), met=MET)
    edition = competence.write_criteria(people.quality_manager, function, {"skill": "Thêm: chụp ảnh mẫu"}, "Thêm chụp ảnh")
    competence.approve_criteria(people.signatory, edition, date(2026, 6, 1))
    renewed = {s.indicator.key: s.count for s in indicators.shown()}["criteria-renewed"]
    assert renewed == 1
    second = competence.grant_function(people.signatory, people.reception, function, valid_from=date(2026, 6, 5), met=MET)
    assert first.ended_on == date(2026, 6, 5) and second.criteria is edition
    assert {s.indicator.key: s.count for s in indicators.shown()}["criteria-renewed"] == 0
    held = competence_queries.grants_on(people.reception.id, date(2026, 6, 4), clock.now())
    assert [g.id for g in held] == [first.id]


def test_a_function_that_ended_gives_no_ground_for_an_authorisation(people):
    grant = competence_queries.grants_of(people.technician.id)[0]
    competence.end_function(people.signatory, grant, date(2026, 11, 16), "chuyển việc")
    leave_to(people, first=date(2026, 11, 1), last=date(2026, 11, 10), method="PT 9")  # while the function was held
    with pytest.raises(GateRefused) as caught:
        leave_to(people, first=date(2026, 11, 16))
    assert caught.value.stop.gate == "competence-evidenced" and not caught.value.stop.evaluated
    with pytest.raises(Refused):
        competence.end_function(people.signatory, grant, date(2026, 11, 17), "lại")


@pytest.mark.parametrize("act", ["authorise", "function", "witness", "witness-by-writing", "monitor", "plan", "training", "version"])
def test_nobody_judges_themselves(people, act):
    """Through every service: with every right in hand, the person concerned is refused by the same gate."""
    person = people.technician
    person.roles = [*people.technician.roles, *people.signatory.roles, *people.reviewer.roles, *people.quality_manager.roles]
    db.session.flush()
    row = leave_to(people)
    training = competence.plan_training(SETTER, person, title="x", kind="internal", planned_on=clock.today(), need="x")
    competence.finish_training(SETTER, training, done_on=clock.today(), content="x")
    question = competence.ask_about_version(method_code="PT 1", version_id=7, label="2", effective_from=date(2026, 11, 20))[0]
    seen = {"kind": "evaluation", "method_code": "PT 1", "day": clock.today(), "outcome": "passed", "observed": "x"}
    acts = {
        "authorise": lambda: leave_to(people, by=person, method="PT 2"),
        "function": lambda: competence.grant_function(
            person, person, competence_queries.function_by_code("CN-CL"), valid_from=clock.today(), met=MET),
        "witness": lambda: competence.record_observation(people.reviewer, person, by=person, **seen),
        "witness-by-writing": lambda: competence.record_observation(person, person, by=people.reviewer, **seen),
        "monitor": lambda: competence.record_monitoring(
            person, person, [row], by=people.reviewer, day=clock.today(), way="records", outcome="passed", findings="x"),
        "plan": lambda: competence.change_plan(person, row, 24, "x"),
        "training": lambda: competence.judge_training(person, training, evaluated_on=clock.today(), effective=True, evaluation="x"),
        "version": lambda: competence.answer_version(person, question, "carried", "x"),
    }
    with pytest.raises(GateRefused) as caught:
        acts[act]()
    assert caught.value.stop.gate == "competence-judged-by-another" and caught.value.stop.clauses == ("6.2.5",)


def test_only_who_may_write_competence_does(people):
    with pytest.raises(NotAllowed):
        competence.add_qualification(people.technician, people.reception, kind="education", title="x", day=date(2020, 1, 1))
    with pytest.raises(NotAllowed):
        competence.grant_function(
            people.quality_manager, people.reception, competence_queries.function_by_code("CN-TM"), valid_from=clock.today(), met=MET)


# ---- the file ----------------------------------------------------------------------------------------------------


def test_training_goes_from_plan_to_judgement_and_asks_each_in_turn(people):
    row = competence.plan_training(
        people.reviewer, people.technician, title="QCVN 54", kind="internal", planned_on=date(2026, 11,
                                                                                              20), need="bản mới", method_code="PT 1")
    assert [(a.key, a.person_id) for a in open_asks()] == [(f"training/{row.id}/attend", people.technician.id)]
    with pytest.raises(Refused):
        competence.judge_training(people.reviewer, row, evaluated_on=clock.today(), effective=True, evaluation="x")
    with pytest.raises(FieldRefused):
        competence.finish_training(people.reviewer, row, done_on=date(2026, 11, 17), content="x")  # tomorrow
    competence.finish_training(people.reviewer, row, done_on=date(2026, 11, 14), content="đọc, làm thử")
    assert [(a.key, a.not_person_id) for a in open_asks()] == [(f"training/{row.id}/judge", people.technician.id)]
    with pytest.raises(FieldRefused):
        competence.judge_training(people.reviewer, row, evaluated_on=date(2026, 11, 13), effective=True, evaluation="x")
    competence.judge_training(people.reviewer, row, evaluated_on=date(2026, 11, 16), effective=False, evaluation="sai 4/10 câu")
    assert row.status == "ineffective" and open_asks() == []


def test_a_witnessed_test_names_a_job_that_was_done(people):
    facts = {"kind": "witnessed", "method_code": "PT 1", "by": people.reviewer, "day": date(2026, 11, 10), "outcome": "passed",
             "observed": "đúng quy trình"}
    for job, says in (("", "Ghi mã việc"), ("T26-9999-01", "Không có việc thử nghiệm")):
        with pytest.raises(FieldRefused) as caught:
            competence.record_observation(people.quality_manager, people.technician, job_code=job, **facts)
        assert caught.value.field == "job_code" and says in str(caught.value.message)
    search.put("test-job", 1, "T26-0001-01", "PT 1")
    seen = competence.record_observation(people.quality_manager, people.technician, job_code="T26-0001-01", **facts)
    row = leave_to(people, first=date(2026, 11, 16), last=date(2027, 11, 15))
    assert row.observation_id == seen.id
    failed = facts | {"outcome": "failed", "day": date(2026, 11, 12)}
    competence.record_observation(people.quality_manager, people.technician, job_code="T26-0001-01", **failed)
    assert competence_queries.passed(people.technician.id, "PT 1", date(2026, 11, 11), clock.now()) is seen
    assert competence_queries.passed(people.technician.id, "PT 1", date(2026, 11, 12), clock.now()) is None


def test_evidence_or_a_basis_in_words(people):
    search.put("test-job", 1, "T26-0001-01", "PT 1")
    bare = {"task": "test", "method_code": "PT 1", "valid_from": date(2026, 11, 16), "valid_to": date(2027, 1, 1)}
    with pytest.raises(GateRefused) as caught:
        services.authorise_person(people.signatory, people.technician, basis="  ", **bare)
    assert caught.value.stop.gate == "competence-evidenced" and "bằng chứng" in str(caught.value.stop.says)
    competence.record_observation(
        people.quality_manager, people.technician, kind="witnessed", method_code="PT 1", by=people.reviewer, day=date(2026, 11, 10),
        outcome="passed", observed="x", job_code="T26-0001-01")
    assert services.authorise_person(people.signatory, people.technician, basis="", **bare).observation_id is not None


def test_a_line_of_the_file_is_struck_out_and_stays(people):
    with pytest.raises(FieldRefused):
        competence.add_qualification(people.reviewer, people.technician, kind="cv", title="CV", day=date(2026, 1, 1))
    with pytest.raises(FieldRefused):
        competence.add_qualification(
            people.reviewer, people.technician, kind="certificate", title="x", day=date(2026, 1, 2), valid_to=date(2026, 1, 1))
    row = competence.add_qualification(people.reviewer, people.technician, kind="education", title="Kỹ sư", day=date(2015, 7, 1))
    competence.strike_qualification(people.reviewer, row, "nhập nhầm người")
    assert competence_queries.qualifications_of(people.technician.id) == [row] and row.struck_reason == "nhập nhầm người"


# ---- one authorisation at a time ----------------------------------------------------------------------------------

YEAR = (date(2026, 3, 1), date(2026, 8, 31))


@pytest.mark.parametrize(("first", "last"), [
    YEAR, (date(2026, 1, 1), date(2026, 3, 1)), (date(2026, 8, 31), date(2026, 12, 31)), (date(2026, 4, 1), date(2026, 5, 1)),
    (date(2026, 1, 1), date(2026, 12, 31)),
])
def test_a_period_that_shares_a_day_is_refused(people, first, last):
    leave_to(people, first=YEAR[0], last=YEAR[1])
    with pytest.raises(GateRefused) as caught:
        leave_to(people, first=first, last=last)
    assert caught.value.stop.gate == "authorisation-alone" and "01/03/2026" in str(caught.value.stop.says)


def test_what_does_not_overlap(people):
    leave_to(people, first=YEAR[0], last=YEAR[1])
    leave_to(people, first=date(2026, 9, 1), last=date(2026, 12, 31))
    leave_to(people, first=date(2026, 1, 1), last=date(2026, 2, 28))
    leave_to(people, first=YEAR[0], last=YEAR[1], method="*")
    leave_to(people, first=YEAR[0], last=YEAR[1], method="PT 2")
    leave_to(people, first=YEAR[0], last=YEAR[1], person=people.second_technician)
    row = leave_to(people, first=date(2027, 1, 1), last=date(2027, 12, 31))
    services.withdraw_authorisation(people.signatory, row, date(2027, 6, 1), "thử")
    with pytest.raises(GateRefused):
        leave_to(people, first=date(2027, 5, 31), last=date(2027, 12, 31))
    leave_to(people, first=date(2027, 6, 1), last=date(2027, 12, 31))


def test_an_authorisation_that_ends_before_it_begins(people):
    with pytest.raises(FieldRefused) as caught:
        leave_to(people, first=date(2026, 3, 2), last=date(2026, 3, 1))
    assert caught.value.field == "valid_to"
    with pytest.raises(FieldRefused):
        leave_to(people, monitor_months=37)


# ---- monitoring ---------------------------------------------------------------------------------------------------


def watch(people, rows, day: date, outcome: str = "passed", **facts):
    return competence.record_monitoring(
        people.quality_manager, people.technician, rows, by=people.reviewer, day=day, way="records", outcome=outcome, findings="đã xem",
        **facts)


def at(day: date, hour: int = 9):
    return clock.at(clock.at_local(day, hour))


def test_overdue_monitoring_lets_the_authorisation_rest_and_a_late_check_does_not_reach_back(people):
    with at(date(2026, 1, 5)):
        row = leave_to(people, first=date(2026, 1, 1), last=date(2026, 12, 31), monitor_months=6)
    known = clock.at_local(date(2026, 7, 15), 9)
    assert stands(people, date(2026, 7, 1), known) == ""
    lapsed = queries.leave(people.technician.id, "test", "PT 1", date(2026, 7, 2), known)
    assert (lapsed.why, lapsed.day, lapsed.row) == ("lapsed", date(2026, 7, 1), None)
    assert people.technician not in queries.authorised_people("test", "PT 1", date(2026, 7, 2), known)
    assert people.technician in queries.authorised_people("test", "PT 1", date(2026, 7, 1), known)
    with at(date(2026, 7, 20)):  # seen on 30 June, written down three weeks later
        watch(people, [row], date(2026, 6, 30))
    assert stands(people, date(2026, 7, 5), clock.at_local(date(2026, 7, 5), 12)) == "lapsed"  # as known then: nobody measured rightly
    assert stands(people, date(2026, 7, 5), clock.at_local(date(2026, 7, 21), 12)) == ""  # as known now
    assert stands(people, date(2026, 12, 30)) == "" and stands(people, date(2026, 12, 31)) == "lapsed"
    assert row.monitor_due_on == date(2026, 12, 30)


def test_unsatisfactory_monitoring_lets_it_rest_until_a_satisfactory_one(people):
    row = leave_to(people)
    watch(people, [row], date(2026, 10, 1), "failed")
    assert stands(people, date(2026, 9, 30)) == "" and stands(people, date(2026, 10, 1)) == "unsatisfactory"
    watch(people, [row], date(2026, 11, 2), months=3)
    assert stands(people, date(2026, 11, 1)) == "unsatisfactory" and stands(people, date(2026, 11, 2)) == ""
    assert row.monitor_due_on == date(2027, 2, 2)
    with pytest.raises(FieldRefused) as caught:  # no check between those that were written
        watch(people, [row], date(2026, 10, 15))
    assert caught.value.field == "day"


@pytest.mark.parametrize(("facts", "field"), [
    ({"day": date(2026, 11, 17)}, "day"), ({"day": date(2025, 12, 31)}, "day"), ({"findings": "  "}, "findings"), ({"way": "luck"}, "way"),
    ({"outcome": "so-so"}, "outcome"), ({"months": 0}, "months"), ({"rows": []}, "authorisations"),
])
def test_bad_monitoring_is_refused_at_its_field(people, facts, field):
    rows = facts.pop("rows", None)
    row = leave_to(people)
    told = {"by": people.reviewer, "day": date(2026, 11, 10), "way": "records", "outcome": "passed", "findings": "x"} | facts
    with pytest.raises(FieldRefused) as caught:
        competence.record_monitoring(people.quality_manager, people.technician, [row] if rows is None else rows, **told)
    assert caught.value.field == field


def test_somebody_elses_authorisation_is_not_monitored_with_ones_own(people):
    other = leave_to(people, person=people.second_technician)
    with pytest.raises(FieldRefused) as caught:
        watch(people, [other], date(2026, 11, 10))
    assert caught.value.field == "authorisations"


def test_the_plan_is_changed_from_the_last_check_and_never_to_wake_what_rests(people):
    row = leave_to(people, first=date(2026, 6, 1), last=date(2027, 5, 31))
    competence.change_plan(people.quality_manager, row, 18, "nhiều kinh nghiệm")
    assert row.monitor_due_on == date(2027, 12, 1)  # from the first day on
    competence.change_plan(people.quality_manager, row, 3, "đổi máy đo")
    assert row.monitor_due_on == date(2026, 12, 16)  # September has passed: a month to do it
    assert stands(people, date(2026, 12, 16)) == "" and stands(people, date(2026, 12, 17)) == "lapsed"
    with at(date(2026, 12, 20)), pytest.raises(Refused):
        competence.change_plan(people.quality_manager, row, 24, "x")
    with pytest.raises(FieldRefused):
        competence.change_plan(people.quality_manager, row, 6, " ")


def test_no_change_of_plan_puts_a_check_off(people):
    row = leave_to(people, first=date(2025, 12, 1), last=date(2027, 11, 30))
    assert row.monitor_due_on == date(2026, 12, 1)
    competence.change_plan(people.quality_manager, row, 12, "giữ nguyên")  # two weeks before the day, and it stays the day
    assert row.monitor_due_on == date(2026, 12, 1)
    competence.change_plan(people.quality_manager, row, 1, "siết lại")
    assert row.monitor_due_on == date(2026, 12, 1)
    competence.change_plan(people.quality_manager, row, 12, "nới ra")  # counted from the first day still, not from the day of the change
    assert row.monitor_due_on == date(2026, 12, 1)
    watch(people, [row], clock.today())
    competence.change_plan(people.quality_manager, row, 6, "siết lại")
    assert row.monitor_due_on == date(2027, 5, 16)  # from the check


def test_the_laboratory_sets_the_usual_period(people):
    people.laboratory.settings = people.laboratory.settings | {"monitor_months": "4"}
    db.session.flush()
    assert leave_to(people, first=date(2026, 11, 16)).monitor_due_on == date(2027, 3, 16)


def test_who_keeps_competence_is_asked_a_month_before_and_no_longer_when_it_was_done(people):
    leave_to(people, monitor_months=6, first=date(2026, 6, 10))
    leave_to(people, monitor_months=6, first=date(2026, 6, 5), method="PT 2")
    leave_to(people, monitor_months=12, first=date(2026, 6, 5), method="PT 3")
    assert competence.remind() == 1
    asked = open_asks()[0]
    assert (asked.key, asked.due_on, asked.values["n"]) == (f"monitoring/{people.technician.id}", date(2026, 12, 5), 2)
    assert asked.not_person_id == people.technician.id and asked.permission == "competence:write"
    due = [r for r in competence_queries.standing_of(people.technician.id, clock.today()) if r.method_code != "PT 3"]
    watch(people, due[:1], date(2026, 11, 10))
    assert open_asks()[0].values["n"] == 1
    watch(people, due[1:], date(2026, 11, 10))
    assert open_asks() == []


def test_what_was_seen_is_never_changed(people):
    leave_to(people)
    db.session.commit()
    database.begin_writing()
    with pytest.raises(Exception, match="append-only"):
        db.session.execute(text("update competence_monitoring set due_on = '2099-01-01'"))


def test_figures_name_what_is_overdue_or_not_planned(people, frozen_clock):
    row = leave_to(people, monitor_months=1, first=date(2026, 10, 1))
    figures = {s.indicator.key: s.count for s in indicators.shown()}
    assert (figures["monitoring-overdue"], figures["monitoring-unplanned"]) == (1, 0)
    watch(people, [row], date(2026, 11, 15))
    database.db.session.add(Authorisation(  # as it stood before there were plans
        person_id=people.technician.id, task="test", method_code="OLD", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31),
        authorised_by_id=people.signatory.id, recorded_at=clock.now()))
    db.session.flush()
    figures = {s.indicator.key: s.count for s in indicators.shown()}
    assert (figures["monitoring-overdue"], figures["monitoring-unplanned"]) == (0, 1)
    assert queries.leave(people.technician.id, "test", "OLD", clock.today(), clock.now()).why == ""


# ---- a new version of a method -----------------------------------------------------------------------------------


def test_a_new_version_asks_for_whoever_reaches_into_its_time(people):
    kept = leave_to(people)
    leave_to(people, first=date(2025, 1, 1), last=date(2025, 12, 31))  # over by then
    leave_to(people, method="PT 2")
    gone = leave_to(people, person=people.second_technician)
    services.withdraw_authorisation(people.signatory, gone, date(2026, 11, 1), "nghỉ")
    asked = competence.ask_about_version(method_code="PT 1", version_id=7, label="2", effective_from=date(2026, 11, 20))
    assert [q.authorisation_id for q in asked] == [kept.id]
    assert stands(people, date(2026, 11, 20)) == ""  # by the old version, or where nobody says which
    assert stands(people, date(2026, 11, 20), version_id=7) == "unanswered" and stands(people, date(2026, 11, 20), version_id=6) == ""
    assert queries.authorised_people("test", "PT 1", date(2026, 11, 20), clock.now(), 7) == []
    ask = next(a for a in open_asks() if a.key == "carry-over/7")
    assert ask.permission == "person:authorise" and ask.due_on == date(2026, 11, 20)
    with pytest.raises(FieldRefused):
        competence.answer_version(people.signatory, asked[0], "carried", "x", from_day=date(2026, 11, 15))
    with pytest.raises(FieldRefused):
        competence.answer_version(people.signatory, asked[0], "perhaps", "x")
    before = clock.now()
    with at(date(2026, 11, 18)):
        competence.answer_version(people.signatory, asked[0], "training", "thêm phép đo 40 GHz")
    later = clock.at_local(date(2026, 11, 19), 9)
    assert stands(people, date(2026, 11, 20), before, version_id=7) == "unanswered"
    assert stands(people, date(2026, 11, 20), later, version_id=7) == "retraining"
    assert "carry-over/7" not in {a.key for a in open_asks()}
    with at(date(2026, 11, 25)):
        competence.answer_version(people.signatory, asked[0], "carried", "đã học ngày 24/11")
    now = clock.at_local(date(2026, 11, 26), 9)
    assert stands(people, date(2026, 11, 24), now, version_id=7) == "retraining" and stands(people, date(2026, 11, 25), now,
                                                                                            version_id=7) == ""


def test_a_laboratory_that_does_not_ask(people):
    people.laboratory.settings = people.laboratory.settings | {"carry_over": "off"}
    leave_to(people)
    assert competence.ask_about_version(method_code="PT 1", version_id=7, label="2", effective_from=date(2026, 11, 20)) == []
    assert db.session.scalars(select(VersionQuestion)).all() == [] and inbox.settle("carry-over/7") == 0


def test_the_plan_of_an_authorisation_is_part_of_giving_it(people):
    row = leave_to(people)
    plan = db.session.scalars(select(Monitoring).where(Monitoring.authorisation_id == row.id)).one()
    assert (plan.kind, plan.months, plan.due_on) == ("plan", 12, date(2027, 1, 1))
