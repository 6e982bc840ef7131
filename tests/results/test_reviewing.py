"""Submission, review by another authorised person, retests: the workflow cases a laboratory system must get right."""
from __future__ import annotations

from datetime import timedelta

import pytest

from lab_app.core import audit, events
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.results import services as results
from lab_app.results.models import LineReview
from tests.support.results_facts import both_roles, make_bench, statuses
from tests.support.signing import confirmed

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def _on_that_monday(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


@pytest.fixture
def bench(_on_that_monday):
    return make_bench()


# ---- submission ------------------------------------------------------------------------------------------


def test_case_25_nothing_is_submitted_before_it_has_a_result_nor_twice(bench):
    with pytest.raises(GateRefused) as caught:
        bench.submit()
    assert caught.value.stop.gate == "job-complete" and "3" in str(caught.value.stop.says)
    bench.record_all()
    assert bench.submit().status == "submitted"
    with pytest.raises(Refused):
        bench.submit()


def test_a_stated_not_tested_is_a_record_and_may_be_submitted(bench):
    bench.look("NT", note="nhãn in trên bao bì, khách hàng không gửi", instruments=[], environment=None)
    bench.record(bench.line())
    bench.record(bench.line(conditions="2472 MHz"), "15.0")
    assert bench.submit().status == "submitted"


def test_part_of_a_job_may_be_submitted_first(bench):
    line = bench.line()
    bench.record(line)
    results.submit_job(bench.people.technician, bench.job, lines=[line], confirmed=confirmed(bench.people.technician))
    assert line.status == "submitted" and bench.job.status == "in_progress"


def test_a_correction_takes_a_submitted_line_back(bench):
    bench.record_all()
    bench.submit()
    results.correct_reading(bench.people.technician, bench.line(), bench.entry("15.0"), "đọc nhầm")
    assert bench.line().status == "recorded" and bench.job.status == "in_progress"
    with pytest.raises(Refused):
        results.review_line(bench.people.reviewer, bench.line(), "approved", confirmed=confirmed(bench.people.reviewer))
    assert bench.submit().status == "submitted"


# ---- review ----------------------------------------------------------------------------------------------


def test_case_28_nobody_reviews_an_own_reading(bench):
    person = both_roles(bench.people, bench.tested.method.code)
    for line in bench.job.lines:
        if line.parameter.kind == "number":
            bench.record(line, by=person)
    bench.look()
    results.submit_job(person, bench.job, confirmed=confirmed(person))
    with pytest.raises(GateRefused) as caught:
        results.review_job(person, bench.job, "approved", confirmed=confirmed(person))
    assert caught.value.stop.gate == "reviewer-is-another"


def test_case_28_who_corrected_an_earlier_revision_is_no_other_person_either(bench):
    person = both_roles(bench.people, bench.tested.method.code)
    bench.record_all()
    line = bench.line()
    results.correct_reading(person, line, bench.entry("15.0"), "đo lại mức")
    results.correct_reading(bench.people.technician, line, bench.entry("15.1"), "đọc lại")
    bench.submit()
    with pytest.raises(GateRefused):
        results.review_line(person, line, "approved", confirmed=confirmed(person))
    results.review_line(person, bench.line(conditions="2472 MHz"), "approved", confirmed=confirmed(person))  # not an own one


def test_case_28_a_reviewed_line_is_not_reviewed_again(bench):
    bench.record_all()
    with pytest.raises(Refused):
        bench.review()  # nothing was submitted
    bench.submit()
    bench.review()
    with pytest.raises(Refused):
        bench.review()
    with pytest.raises(Refused):
        results.review_line(bench.people.reviewer, bench.line(), "returned", "xem lại")


@pytest.mark.parametrize("role", ["technician", "reception", "sales", "signatory", "quality_manager", "auditor", "administrator"])
def test_case_29_only_a_reviewer_reviews(bench, role):
    bench.record_all()
    bench.submit()
    with pytest.raises(NotAllowed):
        results.review_job(getattr(bench.people, role), bench.job, "approved", confirmed=confirmed(getattr(bench.people, role)))


def test_case_32_a_job_is_reviewed_with_its_last_line_and_says_so_once(bench):
    heard = []

    def listener(_sender, job, actor, **_):
        heard.append((job.id, actor.id))

    events.job_reviewed.connect(listener)
    try:
        bench.record_all()
        bench.submit()
        first, *others = bench.job.lines
        results.review_line(bench.people.reviewer, first, "approved", confirmed=confirmed(bench.people.reviewer))
        assert bench.job.status == "submitted" and heard == []
        for line in others:
            results.review_line(bench.people.reviewer, line, "approved", confirmed=confirmed(bench.people.reviewer))
    finally:
        events.job_reviewed.disconnect(listener)
    assert bench.job.status == "reviewed"
    assert heard == [(bench.job.id, bench.people.reviewer.id)]


def test_a_review_names_the_reading_that_was_seen(bench):
    bench.record_all()
    bench.submit()
    bench.review()
    for line in bench.job.lines:
        review = db.session.query(LineReview).filter_by(line_id=line.id).one()
        assert review.reading_id == line.reading.id and review.reviewer_id == bench.people.reviewer.id


def test_sending_back_needs_a_reason_and_an_answer(bench):
    bench.record_all()
    bench.submit()
    line = bench.line()
    with pytest.raises(FieldRefused) as caught:
        results.review_line(bench.people.reviewer, line, "returned", " ")
    assert caught.value.field == "reason"
    with pytest.raises(FieldRefused):
        results.review_line(bench.people.reviewer, line, "maybe", confirmed=confirmed(bench.people.reviewer))
    results.review_line(bench.people.reviewer, line, "returned", "kiểm tra suy hao cáp")
    assert line.status == "returned" and bench.job.status == "returned"
    assert audit.history("job-line", line.id)[0].reason == "kiểm tra suy hao cáp"
    with pytest.raises(Refused):  # as it was is no answer
        bench.submit()
    results.correct_reading(bench.people.technician, line, bench.entry("15.0"), "suy hao cáp nhập sai")
    assert bench.submit().status == "submitted"
    bench.review()
    assert bench.job.status == "reviewed"


def test_a_returned_line_is_answered_by_a_retest_as_well(bench):
    bench.record_all()
    bench.submit()
    line = bench.line()
    results.review_line(bench.people.reviewer, line, "returned", "nhiễu lạ trên phổ")
    again = results.retest(bench.people.technician, line, "đo lại sau khi thay cáp")
    bench.record(again, "15.2")
    assert bench.submit().status == "submitted"
    assert statuses([line, again]) == ["submitted", "submitted"]


# ---- retest ----------------------------------------------------------------------------------------------


def test_case_33_a_retest_starts_empty_beside_the_first_result(bench):
    line = bench.line()
    with pytest.raises(Refused):
        results.retest(bench.people.technician, line, "thử lại")  # nothing was measured
    first = bench.record(line, "20.3")
    with pytest.raises(Refused):
        results.retest(bench.people.technician, line, "thử lại")  # before it was submitted it is corrected
    results.submit_job(bench.people.technician, bench.job, lines=[line], confirmed=confirmed(bench.people.technician))
    with pytest.raises(FieldRefused):
        results.retest(bench.people.technician, line, "  ")
    again = results.retest(bench.people.technician, line, "khách hàng cập nhật firmware", conditions="2412 MHz, firmware 1.0.4")
    assert (again.retest_of_id, line.retested_by, again.retest_of) == (line.id, again, line)
    assert again.reading is None and again.reviews == [] and again.status == "planned"
    assert (line.status, first.verdict) == ("submitted", "FAIL"), "the doubted result keeps its own state"
    assert (again.limit, again.rule, again.rule_code) == (line.limit, line.rule, line.rule_code)
    assert again.conditions == "2412 MHz, firmware 1.0.4" and bench.job.status == "in_progress"


def test_case_33_a_retest_is_not_measured_before_what_it_repeats(bench):
    line = bench.line()
    first = bench.record(line, "20.3")
    results.submit_job(bench.people.technician, bench.job, lines=[line], confirmed=confirmed(bench.people.technician))
    again = results.retest(bench.people.technician, line, "thử lại")
    with pytest.raises(GateRefused) as caught:
        bench.record(again, "15.0", measured_at=first.measured_at - timedelta(minutes=1))
    assert caught.value.stop.gate == "time-plausible"


def test_case_35_a_retest_can_itself_be_tested_again_and_only_the_last_one(bench):
    line = bench.line()
    chain = [line]
    for n in range(3):
        bench.record(chain[-1], f"20.{n + 1}")
        results.submit_job(bench.people.technician, bench.job, lines=[chain[-1]], confirmed=confirmed(bench.people.technician))
        if n:
            with pytest.raises(Refused):
                results.retest(bench.people.technician, chain[-2], "lại từ đầu")
        chain.append(results.retest(bench.people.technician, chain[-1], f"lần {n + 2}"))
    assert [x.retest_of_id for x in chain] == [None, *[x.id for x in chain[:-1]]]
    assert [str(x.reading.value) if x.reading else None for x in chain] == ["20.6", "20.7", "20.8", None]
    assert {x.position for x in chain} == {line.position}


def test_a_reviewed_result_is_tested_again_and_never_corrected(bench):
    bench.record_all()
    bench.submit()
    bench.review()
    line = bench.line()
    with pytest.raises(Refused):
        results.correct_reading(bench.people.technician, line, bench.entry("15.0"), "sửa")
    again = results.retest(bench.people.reviewer, line, "máy thu lệch, NCW-2026-003")
    assert line.status == "reviewed" and bench.job.status == "in_progress"
    bench.record(again, "15.3")
    bench.submit()
    results.review_line(bench.people.reviewer, again, "approved", confirmed=confirmed(bench.people.reviewer))
    assert bench.job.status == "reviewed" and line.reading.value != again.reading.value
