"""Work with what stands frozen goes no further, at any door, until it is released (7.10.1 b)."""
from __future__ import annotations

from datetime import date, timedelta

import pytest

from lab_app.core import clock
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import GateRefused
from lab_app.quality import services as quality
from lab_app.quality.holds import services as holds
from lab_app.results import services as results
from lab_app.results.queries.held import withheld, withheld_of_each
from tests.support.results_facts import MEASURED, day, make_bench
from tests.support.signing import confirmed


def hold(bench, kind, ident, since=None):
    row = quality.open_nonconformity(
        bench.people.quality_manager, source="other", subject_kind="", subject_id=0, subject_code="", title="nghi lệch", description="",
        found_on=date(2026, 11, 16))
    return holds.place_hold(bench.people.quality_manager, row, subject_kind=kind, subject_id=ident, subject_code=f"{kind}-{ident}",
                            reason="nghi lệch", since=since)


def release(bench, held):
    holds.release_hold(bench.people.reviewer, held, basis="đạt", confirmed=confirmed(bench.people.reviewer))


def subjects(bench):
    job, version = bench.job, bench.job.method_version
    return {"instrument": bench.instrument.id, "method": version.method_id, "method-version": version.id, "test-job": job.id,
            "request": job.request_id, "sample": job.sample_id, "parameter": bench.line().parameter_id}


def refused(act):
    with pytest.raises(GateRefused) as caught:
        act()
    assert caught.value.stop.gate == "not-held" and caught.value.stop.clauses == ("7.10.1",)


KINDS = ("instrument", "method", "method-version", "test-job", "request", "sample", "parameter")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_recorded_with_it_and_all_again_after_the_release(app, frozen_clock, kind):
    bench = make_bench()
    held = hold(bench, kind, subjects(bench)[kind])
    refused(bench.record)
    if kind not in ("instrument", "parameter"):
        refused(lambda: results.assign_job(bench.people.reviewer, bench.job, bench.people.technician))
    release(bench, held)
    assert bench.record().verdict == "PASS"


def test_another_instrument_another_parameter_and_another_job_go_on(app, frozen_clock):
    bench = make_bench()
    hold(bench, "instrument", bench.instrument.id + 1000)
    hold(bench, "test-job", bench.job.id + 1000)
    hold(bench, "parameter", bench.line("P-02").parameter_id)
    assert bench.record().verdict == "PASS"
    refused(bench.look)


def test_what_was_measured_while_it_stood_is_refused_after_the_release_too(app, frozen_clock):
    bench = make_bench()
    with clock.at(MEASURED - timedelta(minutes=30)):
        held = hold(bench, "instrument", bench.instrument.id)
    with clock.at(MEASURED + timedelta(minutes=2)):
        release(bench, held)
    refused(bench.record)  # measured ten minutes ago, when the instrument stood frozen


@pytest.mark.parametrize("kind", KINDS)
def test_results_measured_since_the_doubt_are_neither_submitted_nor_approved(app, frozen_clock, kind):
    bench = make_bench()
    bench.record_all()
    ident = subjects(bench)[kind]
    held = hold(bench, kind, ident, since=MEASURED - timedelta(hours=1))
    refused(bench.submit)
    release(bench, held)
    bench.submit()
    held = hold(bench, kind, ident, since=MEASURED - timedelta(hours=1))
    refused(bench.review)
    results.review_job(bench.people.reviewer, bench.job, "returned", "chờ kết luận")  # sending it back lets nothing out
    assert bench.job.status == "returned"


def test_results_measured_before_the_doubt_are_not_withheld(app, frozen_clock):
    bench = make_bench()
    bench.record_all()
    for kind in ("instrument", "method", "method-version", "parameter"):
        hold(bench, kind, subjects(bench)[kind], since=MEASURED + timedelta(minutes=1))
    assert withheld(list(bench.job.lines)) == ()
    bench.submit()
    assert bench.job.status == "submitted" and day(16) > MEASURED


@pytest.mark.parametrize("kind", KINDS)
def test_of_many_lines_each_has_its_own_holds_in_one_statement(app, frozen_clock, statements, kind):
    bench = make_bench()
    bench.record_all()
    hold(bench, kind, subjects(bench)[kind], since=MEASURED - timedelta(hours=1))
    hold(bench, "test-job", bench.job.id + 1000)
    lines = list(bench.job.lines)
    alone = {line.id: withheld([line]) for line in lines}
    with statements() as seen:
        assert withheld_of_each(lines) == alone
    assert len(seen) == 1, seen
    concerned = {line.id for line in lines if alone[line.id]}
    if kind == "parameter":
        assert concerned == {line.id for line in lines if line.parameter_id == bench.line().parameter_id} != {line.id for line in lines}
    elif kind != "instrument":
        assert concerned == {line.id for line in lines}
    assert bench.line().id in concerned and [one.subject_kind for one in withheld(lines)] == [kind]


def test_the_bench_says_so_before_anybody_measures_and_a_crafted_request_is_refused(app, frozen_clock, client_as):
    bench = make_bench()
    hold(bench, "test-job", bench.job.id)
    db.session.commit()
    database.end_writing()
    technician = client_as(bench.people.technician)
    page = technician.get(f"/jobs/{bench.job.code}")
    assert page.status_code == 200 and "đang bị giữ lại" in page.text and "7.10.1" in page.text
    sample = client_as(bench.people.reception).get(f"/samples/{bench.sample.code}")
    assert sample.status_code == 200
