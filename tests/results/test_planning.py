"""From a received item to jobs and lines: what is planned, what is frozen, what a later review or version changes."""
from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from lab_app.core import clock, search
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.results import services as results
from lab_app.results.models import TestJob
from lab_app.samples import services as samples
from test_methods import services as methods
from tests.support import method_facts
from tests.support.people_facts import carry_over, make_people
from tests.support.results_facts import accept, ask, day, make_bench, receive, statuses

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _on_that_monday(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


def jobs(sample):
    return list(db.session.scalars(select(TestJob).where(TestJob.sample_id == sample.id).order_by(TestJob.id)))


def next_version(bench, effective_from, **change):
    with clock.at(day(11)):
        version = methods.draft_version(
            bench.people.reviewer, bench.tested.method, environment=method_facts.ROOM, change_note="Sửa", copy_from=bench.tested.version)
        method_facts.prove(bench.people.reviewer, version)
    method_facts.approve(bench.people, version, effective_from)
    return version


def test_an_item_brings_one_job_a_method_and_one_line_a_condition():
    bench = make_bench()
    stem = bench.sample.code.removeprefix("M").rsplit("-", 1)[0]
    assert bench.job.code == f"T{stem}-01" and bench.job.status == "planned" and bench.job.due_on == date(2026, 11, 20)
    assert bench.job.method_version_id == bench.tested.version.id and bench.job.assignee_id is None
    assert [(x.parameter.code, x.conditions) for x in bench.job.lines] == [
        ("P-01", "2412 MHz"), ("P-01", "2472 MHz"), ("P-02", "nhãn trên vỏ")]
    assert statuses(bench.job.lines) == ["planned"] * 3
    power, _, look = bench.job.lines
    assert power.limit["limit"] == "20" and power.limit_confirmed and power.rule_code == "DR-SA" and power.rule["kind"] == "simple"
    assert look.rule is None
    assert [f.kind for f in search.find(bench.job.code)] == ["test-job"]


def test_a_second_item_has_jobs_of_its_own_with_codes_that_are_never_given_twice():
    people = make_people()
    tested = method_facts.make_method(people)
    request = ask(people, tested, quantity=2)
    accept(people, tested, request)
    codes = [job.code for n in (10, 11) for job in jobs(receive(people, request, at=day(n), serial=f"SN{n}"))]
    assert len(codes) == 2 and [c[-2:] for c in codes] == ["01", "02"]


def test_a_method_given_to_another_laboratory_is_not_planned_here():
    people = make_people()
    tested = method_facts.make_method(people)
    request = ask(people, tested)
    accept(people, tested, request, elsewhere="Phòng thử nghiệm Khác (giả định)")
    assert jobs(receive(people, request)) == []


def test_a_method_that_the_review_gives_away_is_not_waited_for_here():
    bench = make_bench(accepted=False)
    assert bench.job.status == "planned"
    accept(bench.people, bench.tested, bench.request, at=day(12), elsewhere="Phòng thử nghiệm Khác (giả định)")
    assert bench.job.status == "cancelled" and statuses(bench.job.lines) == ["cancelled"] * 3


def test_an_item_that_came_before_the_acceptance_gets_its_rules_and_day_with_it():
    bench = make_bench(accepted=False)
    assert [x.rule for x in bench.job.lines] == [None, None, None]
    with pytest.raises(GateRefused) as caught:
        bench.record()
    assert caught.value.stop.gate == "contract-review-approved"
    accept(bench.people, bench.tested, bench.request, at=day(12), rule="DR-ETSI")
    assert [x.rule_code for x in bench.job.lines] == ["DR-ETSI", "DR-ETSI", ""]
    assert bench.record().computed["rule"]["code"] == "DR-ETSI"


def test_what_was_measured_keeps_the_rule_it_was_judged_by():
    bench = make_bench()
    bench.record()
    with clock.at(day(16, 8, 55)):
        samples.change_request(bench.people.reception, bench.request, reason="khách hàng muốn quy tắc ETSI", language="vi")
    accept(bench.people, bench.tested, bench.request, at=clock.now(), rule="DR-ETSI")
    measured, open_line, _ = bench.job.lines
    assert (measured.rule_code, open_line.rule_code) == ("DR-SA", "DR-ETSI")


def test_case_17_a_changed_limit_leaves_lines_that_are_planned_as_they_are():
    bench = make_bench()
    bench.tested.power.requirement.limit = {"type": "upper", "limit": "10", "unit": "dBm"}
    db.session.flush()
    assert bench.record(reading="15.4").verdict == "PASS"
    added = results.add_line(bench.people.technician, bench.job, bench.tested.power, "2442 MHz")
    assert added.limit["limit"] == "10", "a line planned after the change has the new limit"


def test_a_limit_confirmed_after_planning_counts_as_confirmed_when_it_is_the_same():
    people = make_people()
    tested = method_facts.make_method(people, confirmed=False)
    bench = make_bench(tested=tested)
    assert not bench.line().limit_confirmed
    methods.confirm_limit(people.reviewer, tested.power.requirement, "đối chiếu bản gốc", date(2026, 11, 16))
    bench.record()
    assert bench.line().limit_confirmed


def test_a_job_is_given_to_somebody_authorised():
    bench = make_bench()
    assert results.assign_job(bench.people.reviewer, bench.job, bench.people.technician).assignee_id == bench.people.technician.id
    with pytest.raises(FieldRefused):
        results.assign_job(bench.people.reviewer, bench.job, bench.people.second_technician)
    with pytest.raises(NotAllowed):
        results.assign_job(bench.people.technician, bench.job, bench.people.technician)


def test_a_further_condition_joins_the_job():
    bench = make_bench()
    line = results.add_line(bench.people.technician, bench.job, bench.tested.power, " 2442 MHz ")
    assert line.conditions == "2442 MHz" and line.position == 4 and len(bench.job.lines) == 4
    with pytest.raises(FieldRefused):
        results.add_line(bench.people.technician, bench.job, bench.tested.power, " ")
    other = method_facts.draft_method(bench.people, "PT 2")
    with pytest.raises(FieldRefused):
        results.add_line(bench.people.technician, bench.job, other.power, "2442 MHz")


# ---- versions --------------------------------------------------------------------------------------------


def test_open_work_is_carried_over_to_the_version_in_force():
    bench = make_bench()
    bench.record()
    version = next_version(bench, date(2026, 11, 16))
    with pytest.raises(GateRefused):
        bench.record(bench.line(conditions="2472 MHz"))
    new = results.replan_job(bench.people.reviewer, bench.job, "phiên bản 2 có hiệu lực")
    assert new.method_version_id == version.id and new.code != bench.job.code and new.assignee_id == bench.people.technician.id
    assert statuses(bench.job.lines) == ["recorded", "cancelled", "cancelled"] and bench.job.status == "in_progress"
    assert [(x.parameter.code, x.conditions, x.rule_code) for x in new.lines] == [
        ("P-01", "2472 MHz", "DR-SA"), ("P-02", "nhãn trên vỏ", "")]
    with pytest.raises(GateRefused):
        bench.record(new.lines[0])  # nobody has said whether the authorisations carry over to it
    carry_over(bench.people.signatory, version.id)
    assert bench.record(new.lines[0]).computed["method_version"] == 2
    with pytest.raises(Refused):
        bench.record(bench.job.lines[1])  # what was carried over is not measured here


def test_nothing_is_carried_over_without_need_or_reason():
    bench = make_bench()
    with pytest.raises(Refused):
        results.replan_job(bench.people.reviewer, bench.job, "vì sao không")
    next_version(bench, date(2026, 11, 16))
    with pytest.raises(FieldRefused):
        results.replan_job(bench.people.reviewer, bench.job, " ")
    with pytest.raises(NotAllowed):
        results.replan_job(bench.people.technician, bench.job, "phiên bản mới")
    results.replan_job(bench.people.reviewer, bench.job, "phiên bản mới")
    assert bench.job.status == "cancelled", "the whole job moved on"
    with pytest.raises(Refused):
        results.replan_job(bench.people.reviewer, bench.job, "lần nữa")


def test_an_old_version_may_be_used_on_with_a_recorded_justification():
    bench = make_bench()
    next_version(bench, date(2026, 11, 16))
    with pytest.raises(FieldRefused):
        results.justify_superseded(bench.people.reviewer, bench.job, "")
    told = {"told_to": "Bà Trần Thị Khách", "told_on": date(2026, 11, 15), "told_how": "thư điện tử"}
    for part in told:
        with pytest.raises(FieldRefused) as caught:
            results.justify_superseded(
                bench.people.reviewer, bench.job, "khách hàng yêu cầu theo bản cũ", **{**told, part: None if part == "told_on" else ""})
        assert caught.value.field == part
    with pytest.raises(GateRefused):
        bench.record()
    results.justify_superseded(bench.people.reviewer, bench.job, "khách hàng yêu cầu theo bản cũ", **told)
    assert bench.record().computed["method_version"] == 1
