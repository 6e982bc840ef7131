"""What pages ask: a constant number of statements, the reviewer's strip, a retest beneath its first result."""
from __future__ import annotations

from datetime import timedelta

import pytest
from flask import current_app

from instruments.models import Instrument
from lab_app.accounts.queries import person_by_code
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.quality.models import EnvironmentRecord
from lab_app.results import loading, queries
from lab_app.results import services as results
from lab_app.results.services import ReadingEntry
from tests.support.results_facts import MEASURED, day, environment, make_bench
from tests.support.statements import counted


@pytest.fixture(autouse=True)
def _on_that_monday(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


def counts(job):
    lines = loading.lines_of(job, with_instruments=True, with_reviews=True)
    bound = timedelta(minutes=current_app.config["LATE_ENTRY_MINUTES"])
    return {e.key: e.count for e in queries.exceptions(job, lines, bound) if e.count}


def test_the_strip_counts_every_exception():
    bench = make_bench()
    line, other, look = bench.job.lines
    bench.record(line, "20.1")  # fails, by less than U
    bench.record(other, "15.0", measured_at=day(16, 7, 55), late_reason="mạng hỏng",
                 environment=environment(bench.people, t=("33.5", "34.2")))
    bench.look()
    results.correct_reading(bench.people.technician, other, bench.entry(
        "15.1", measured_at=day(16, 7, 55), environment=environment(bench.people, t=("33.5", "34.2"))), "đọc nhầm")
    bench.submit()
    again = results.retest(bench.people.technician, line, "thử lại")
    bench.record(again, "15.0")
    assert counts(bench.job) == {"late": 1, "corrected": 1, "close": 1, "near": 1, "retest": 1, "failed": 1}
    assert look.reading.verdict == "PASS"


def test_a_correction_hours_later_is_no_late_entry_on_the_strip(frozen_clock):
    bench = make_bench()
    bench.record()
    frozen_clock.advance(hours=4)
    results.correct_reading(bench.people.technician, bench.line(), bench.entry("15.0"), "đọc nhầm")
    assert counts(bench.job) == {"corrected": 1}


def test_a_retest_stands_directly_beneath_its_first_result():
    bench = make_bench()
    bench.record_all()
    bench.submit()
    again = results.retest(bench.people.technician, bench.line(), "thử lại")
    bench.record(again, "15.0")
    bench.submit()
    bench.review()
    lines = queries.lines_for_report(bench.request.id)
    assert [x.conditions for x in lines] == ["2412 MHz", "2412 MHz", "2472 MHz", "nhãn trên vỏ"]
    assert lines[1].retest_of_id == lines[0].id and all(x.reading is not None for x in lines)


def test_my_jobs_are_those_given_to_me_that_wait_for_me():
    bench = make_bench()
    person = bench.people.technician
    assert queries.my_jobs(person.id) == []
    results.assign_job(bench.people.reviewer, bench.job, person)
    assert queries.my_jobs(person.id) == [bench.job]
    bench.record_all()
    bench.submit()
    assert queries.my_jobs(person.id) == []


def asked(work):
    db.session.flush()
    db.session.expunge_all()
    with counted() as seen:
        work()
    return seen


def test_pages_ask_as_often_for_many_lines_as_for_few():
    bench = make_bench()
    bench.record_all()
    code, request_id = bench.job.code, bench.request.id

    def pages():
        job = loading.job_or_404(code)
        lines = loading.lines_of(job, with_instruments=True, with_reviews=True)
        queries.exceptions(job, lines, timedelta(hours=1))

    def report():
        for line in queries.lines_for_report(request_id):
            assert [u.instrument.code for u in line.reading.instruments] == ["EQ-101"]
            assert line.reading.person.full_name and line.job.code and line.parameter.requirement.name_vi

    few = [len(asked(pages)), len(asked(report))]
    add_conditions(loading.job_or_404(code), 12)
    assert [len(asked(pages)), len(asked(report))] == few


def add_conditions(job, many):
    """More conditions of the same parameter, each with a reading."""
    technician = person_by_code("N04")
    parameter = next(x.parameter for x in job.lines if x.parameter.kind == "number")
    entry = ReadingEntry(
        measured_at=MEASURED, texts={"reading": "15.4", "loss": "0.5"}, locale="en",
        instruments=list(db.session.query(Instrument)), environment=db.session.query(EnvironmentRecord).first())
    for n in range(many):
        results.record_reading(technician, results.add_line(technician, job, parameter, f"{2400 + n} MHz"), entry)
