"""Departures from a method with their four parts, the checklist of a job, and the pages of both (7.2.1.7, 7.2.1.1)."""
from __future__ import annotations

from datetime import date

import pytest

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.results import services as results
from lab_app.results.models import JobDeviation, JobStep
from lab_app.results.queries.deviations import deviations_of, missing_parts, open_steps
from test_methods import services as methods
from tests.support import method_facts
from tests.support.people_facts import make_people
from tests.support.results_facts import day, make_bench

WHAT = {"what": "điều 5.4.2: bàn cao 0,8 m", "documented": "bàn cao 0,4 m", "justification": "lệch 0,2 dB, nhỏ hơn U"}
CUSTOMER = {"accepted_by": "Bà Khách", "accepted_on": date(2026, 11, 16), "evidence": "thư 16/11"}


@pytest.fixture
def bench(app, writing, frozen_clock):
    return make_bench()


@pytest.fixture
def stepped(app, writing, frozen_clock):
    people = make_people()
    made = method_facts.draft_method(people)
    with clock.at(clock.at_local(date(2026, 1, 30), 9)):
        methods.edit_version(people.reviewer, made.version, environment=method_facts.ROOM, document_code="QT-1", document_issue="02",
                             steps=[{"key": "level", "vi": "Kiểm mức", "en": "Check level"}, {"key": "cable", "vi": "Đo cáp"}])
    method_facts.approve(people, made.version)
    return make_bench(tested=made)


def complete(bench, **change):
    row = results.raise_deviation(bench.people.technician, bench.job, **{**WHAT, **change})
    results.authorise_deviation(bench.people.reviewer, row)
    return results.accept_deviation(bench.people.technician, row, **CUSTOMER)


def test_a_reading_waits_for_each_of_the_four_parts(bench):
    people = bench.people
    row = results.raise_deviation(people.technician, bench.job, what=WHAT["what"])
    assert missing_parts(row) == ("documented", "justified", "authorised", "accepted")
    with pytest.raises(GateRefused) as refused:
        bench.record()
    assert refused.value.stop.gate == "deviation-complete" and refused.value.stop.clauses == ("7.2.1.7",)
    with pytest.raises(Refused):
        results.authorise_deviation(people.reviewer, row)
    results.complete_deviation(people.technician, row, documented="bàn thấp", justification="lệch nhỏ")
    results.authorise_deviation(people.reviewer, row)
    assert missing_parts(row) == ("accepted",)
    with pytest.raises(GateRefused):
        bench.record()
    results.accept_deviation(people.technician, row, **CUSTOMER)
    assert missing_parts(row) == ()
    with pytest.raises(GateRefused):
        bench.record()  # measured before it was allowed
    assert bench.record(measured_at=clock.now()).verdict


def test_what_was_allowed_later_does_not_cover_an_earlier_moment(bench):
    row = complete(bench)
    assert missing_parts(row, at=day(15)) == ("authorised", "accepted")
    assert missing_parts(row, at=clock.now(), known_at=day(15)) == ("accepted",)


def test_who_departs_does_not_allow_it_and_needs_the_method(bench):
    row = results.raise_deviation(bench.people.technician, bench.job, **WHAT)
    with pytest.raises(NotAllowed):
        results.authorise_deviation(bench.people.technician, row)
    row.raised_by_id, row.raised_by = bench.people.reviewer.id, bench.people.reviewer
    with pytest.raises(GateRefused) as refused:
        results.authorise_deviation(bench.people.reviewer, row)
    assert refused.value.stop.gate == "deviation-by-another"


@pytest.mark.parametrize(("call", "field"), [
    (lambda b, r: results.raise_deviation(b.people.technician, b.job, what=" "), "what"),
    (lambda b, r: results.complete_deviation(b.people.technician, r, documented="", justification="x"), "documented"),
    (lambda b, r: results.complete_deviation(b.people.technician, r, documented="x", justification=" "), "justification"),
    (lambda b, r: results.accept_deviation(b.people.technician, r, **{**CUSTOMER, "accepted_by": ""}), "customer_accepted_by"),
    (lambda b, r: results.accept_deviation(b.people.technician, r, **{**CUSTOMER, "evidence": ""}), "customer_evidence"),
    (lambda b, r: results.accept_deviation(b.people.technician, r, **{**CUSTOMER, "accepted_on": date(2026, 11, 17)}),
     "customer_accepted_on"),
    (lambda b, r: results.withdraw_deviation(b.people.technician, r, ""), "reason"),
])
def test_a_part_that_says_nothing_is_refused_by_name(bench, call, field):
    row = results.raise_deviation(bench.people.technician, bench.job, **WHAT)
    with pytest.raises(FieldRefused) as refused:
        call(bench, row)
    assert refused.value.field == field


def test_withdrawn_stays_readable_and_no_longer_stands(bench):
    row = results.raise_deviation(bench.people.technician, bench.job, **WHAT)
    results.withdraw_deviation(bench.people.technician, row, "mượn được bàn cao")
    assert deviations_of([bench.job.id]) == {} and deviations_of([bench.job.id], withdrawn=True)[bench.job.id] == [row]
    assert bench.record()
    with pytest.raises(Refused):
        results.authorise_deviation(bench.people.reviewer, row)


def test_an_open_deviation_stops_submission_and_review(bench):
    bench.record_all()
    row = results.raise_deviation(bench.people.technician, bench.job, **WHAT)
    with pytest.raises(GateRefused) as refused:
        bench.submit()
    assert refused.value.stop.gate == "deviation-complete"
    results.authorise_deviation(bench.people.reviewer, row)
    results.accept_deviation(bench.people.technician, row, **CUSTOMER)
    bench.submit()
    late = results.raise_deviation(bench.people.technician, bench.job, **WHAT)
    with pytest.raises(GateRefused) as refused:
        bench.review()
    assert refused.value.stop.gate == "deviation-complete"
    results.withdraw_deviation(bench.people.technician, late, "không có")
    bench.review()
    assert bench.job.status == "reviewed"
    with pytest.raises(Refused):
        results.raise_deviation(bench.people.technician, bench.job, **WHAT)


def test_the_checklist_is_answered_before_submission(stepped):
    stepped.record_all()
    technician = stepped.people.technician
    assert open_steps(stepped.job) == ("Kiểm mức", "Đo cáp")
    with pytest.raises(GateRefused) as refused:
        stepped.submit()
    assert refused.value.stop.gate == "steps-answered"
    results.answer_step(technician, stepped.job, "level")
    for bad, field in ((("x",), "key"), (("cable", "maybe"), "answer"), (("cable", "not_applicable"), "note")):
        with pytest.raises(FieldRefused) as wrong:
            results.answer_step(technician, stepped.job, *bad)
        assert wrong.value.field == field
    results.answer_step(technician, stepped.job, "cable", "not_applicable", "đo trực tiếp, không cáp")
    row = db.session.query(JobStep).filter_by(key="level").one()
    assert (row.done_by_id, row.done_at, row.answer) == (technician.id, clock.now(), "done")
    with pytest.raises(FieldRefused):
        results.answer_step(technician, stepped.job, "cable", "done", "")  # a changed answer needs its reason
    stepped.submit()
    assert stepped.job.status == "submitted"


def test_the_pages_of_a_job(stepped, client_as, statements):
    db.session.commit()
    code = stepped.job.code
    technician, reviewer = client_as(stepped.people.technician), client_as(stepped.people.reviewer)
    place = f"/jobs/{code}/deviations"
    refused = technician.post(place, data={**WHAT, "what": " "})
    assert refused.status_code == 422 and "lệch 0,2 dB" in refused.text
    assert technician.post(place, data=WHAT).status_code == 302
    row = db.session.query(JobDeviation).one()
    assert "còn thiếu: người khác cho phép, khách hàng chấp nhận" in technician.get(f"/jobs/{code}").text
    assert technician.post(f"/deviations/{row.id}/authorise").status_code == 403
    assert reviewer.post(f"/deviations/{row.id}/authorise").status_code == 302
    assert technician.post(f"/deviations/{row.id}/accept", data={"customer_accepted_by": "Bà Khách"}).status_code == 422
    assert technician.post(f"/deviations/{row.id}/accept", data={
        "customer_accepted_by": "Bà Khách", "customer_accepted_on": "16/11/2026", "customer_evidence": "thư"}).status_code == 302
    assert technician.post(f"/jobs/{code}/steps", data={"key": "level", "back": "bench"}).location.endswith(f"/jobs/{code}#by-method")
    with statements() as seen:
        page = technician.get(place).text
    assert len(seen) <= 15 and "Đủ bốn phần" in page and "Bà Khách" in page and "Đo cáp" in page
    bench = technician.get(f"/jobs/{code}").text
    assert "1 trên 2 bước" in bench and "QT-1, lần ban hành 02" in bench and "1 sai khác" in bench
    assert "Bà Khách chấp nhận 16/11/2026" in reviewer.get(f"/jobs/{code}/review").text
