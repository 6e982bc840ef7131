"""Workflow cases that speak of work: submission, verification, retests, worksheets, duplicates, frozen limits, through the services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DatabaseError

from lab_app.core import audit, clock
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import GateRefused, NotAllowed, Refused
from lab_app.results import services as results
from lab_app.results.models import Reading, TestJob
from lab_app.results.services import ReadingEntry, comparisons, worksheets
from lab_app.samples.models import Sample
from tests.support import method_facts
from tests.support.people_facts import make_people
from tests.support.results_facts import (
    MEASURED,
    Bench,
    accept,
    ask,
    authorised,
    both_roles,
    day,
    make_bench,
    receive,
    statuses,
)
from tests.support.signing import confirmed
from tests.support.validity_facts import make_control
from tests.support.worksheet_facts import make_sheet

D = Decimal


@pytest.fixture(autouse=True)
def _on_that_monday(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


@pytest.fixture
def bench(_on_that_monday) -> Bench:
    return make_bench()


# ---- specification -----------------------------------------------------------------------------------------------


def test_case_17_a_changed_limit_leaves_what_is_planned_and_recorded(bench):
    """17. Editing the specification does not change the ranges already on the sample or its results; an explicit act sets them.

    Ours: a line keeps the limit it was planned with (20 dBm) when the requirement becomes 10 dBm; a line added afterwards has the
    new one, which is the explicit way to be tested against it. Nothing re-applies a limit to a line by itself.
    """
    recorded = bench.record(reading="15.4")
    requirement = bench.tested.power.requirement
    requirement.limit = {"type": "upper", "limit": "10", "unit": "dBm"}
    db.session.flush()
    open_line = bench.line(conditions="2472 MHz")
    assert bench.line().limit["limit"] == open_line.limit["limit"] == "20"
    assert bench.record(open_line, "15.4").verdict == recorded.verdict == "PASS"
    added = results.add_line(bench.people.technician, bench.job, bench.tested.power, "2442 MHz")
    assert added.limit["limit"] == "10"
    assert bench.record(added, "15.4").verdict == "FAIL"
    assert bench.line().reading.verdict == "PASS", "what was judged stays judged by its own limit"


def test_case_18_one_result_s_own_limit(bench):
    """18*. One result's own range may be overridden without changing the sample's specification; re-application restores it.

    Ours: nobody overrides a limit by hand; what differs for one line is a line of its own (another condition, planned with the limit
    then in force), and a retest takes over the limit of the line it repeats, whatever became of the requirement.
    """
    bench.record(reading="20.3")
    results.submit_job(bench.people.technician, bench.job, lines=[bench.line()], confirmed=confirmed(bench.people.technician))
    bench.tested.power.requirement.limit = {"type": "upper", "limit": "30", "unit": "dBm"}
    db.session.flush()
    again = results.retest(bench.people.technician, bench.line(), "đo lại")
    own = results.add_line(bench.people.technician, bench.job, bench.tested.power, "2442 MHz")
    assert (again.limit["limit"], own.limit["limit"], bench.line(conditions="2472 MHz").limit["limit"]) == ("20", "30", "20")
    assert again.limit == bench.line().limit


# ---- duplicates and controls -----------------------------------------------------------------------------------------


def test_case_20_a_duplicate_waits_for_its_original(bench):
    """20. A duplicate entered *before* the original has a result is undecided, and becomes out when the original gets its own."""
    line = bench.line()
    row = comparisons.record_comparison(
        bench.people.technician, bench.tested.method, "P-01", kind="replicate", criterion="difference", limit=D("1.5"),
        first_line=line, second="18.5")
    assert row.verdict == "undecided"
    bench.record(line, "15.4")
    assert (row.verdict, row.figure) == ("outside", D("2.6"))


def test_case_24_a_worksheet_with_an_open_control_stays_open():
    """24. All samples submitted but a control row open: it stays open; it goes on when the control stands."""
    made = make_sheet(2)
    worksheets.add_control(made.bench.people.technician, made.sheet, make_control(tested=made.bench.tested, frozen=False).chart)
    made.record({0: "15.4", 1: "15.5"})
    made.submit()
    assert made.sheet.status == "open"
    (outcome,) = made.record({2: "10.01"})
    assert outcome.done, outcome.why
    assert made.sheet.status == "to_review"


# ---- submission --------------------------------------------------------------------------------------------------------


def test_case_25_before_reception_without_a_result_and_twice():
    """25. Nothing is submitted before the sample is received, without a result, or twice; 0 is a valid result."""
    people = make_people()
    other = method_facts.make_method(people, "PT 2")
    request = accept(people, other, ask(people, other))
    assert db.session.query(TestJob).count() == 0, "before the item came there is no work to submit"
    receive(people, request)
    assert db.session.query(Sample).count() == db.session.query(TestJob).count() == 1
    bench = make_bench()
    with pytest.raises(GateRefused) as early:
        bench.record(measured_at=day(10, 8))
    assert early.value.stop.gate == "time-plausible" and early.value.stop.clauses
    with pytest.raises(GateRefused) as empty:
        bench.submit()
    assert empty.value.stop.gate == "job-complete"
    zero = bench.record(reading="0", texts={"reading": "0", "loss": "0"})
    assert zero.value == 0
    bench.record(bench.line(conditions="2472 MHz"))
    bench.look()
    assert bench.submit().status == "submitted"
    with pytest.raises(Refused):
        bench.submit()


@pytest.mark.parametrize("texts", [{"reading": "", "loss": "0.5"}, {"loss": "0.5"}, {"reading": "15.4", "loss": ""}, {"reading": "15.4"}])
def test_case_26_every_interim_is_mandatory(bench, texts):
    """26. Interim readings are mandatory: an empty or absent one blocks."""
    with pytest.raises(GateRefused) as refused:
        bench.record(texts=texts)
    assert refused.value.stop.gate == "record-complete"


def test_case_26_zero_passes_and_defaults_count(bench):
    """26. 0 passes; an interim with a default value counts. Ours: a default is what the customer supplied or a factor of the day."""
    assert bench.record(texts={"reading": "0", "loss": "0.0"}).value == 0
    people = make_people()
    supplied = ReadingEntry(MEASURED, {"reading": "0", "loss": "0"}, "en", [bench.instrument], bench.environment)
    assert results.record_reading(people.technician, bench.line(conditions="2472 MHz"), supplied).value == 0


# ---- verification --------------------------------------------------------------------------------------------------------


def test_case_28_nobody_reviews_an_own_result(bench):
    """28. The submitter cannot verify an own result, by any setting; a job with open lines cannot be reviewed; re-review is refused."""
    person = both_roles(bench.people, bench.tested.method.code)
    for line in bench.job.lines:
        if line.parameter.kind == "number":
            bench.record(line, by=person)
    with pytest.raises(Refused):
        results.review_job(bench.people.reviewer, bench.job, "approved", confirmed=confirmed(bench.people.reviewer))
    bench.look()
    results.submit_job(person, bench.job, confirmed=confirmed(person))
    with pytest.raises(GateRefused) as own:
        results.review_job(person, bench.job, "approved", confirmed=confirmed(person))
    assert own.value.stop.gate == "reviewer-is-another" and own.value.stop.clauses
    bench.review()
    with pytest.raises(Refused):
        bench.review()


@pytest.mark.parametrize("role", ["technician", "reception", "sales", "signatory", "quality_manager", "auditor", "administrator"])
def test_case_29_roles(bench, role):
    """29. Only a reviewer verifies: analyst, clerk, client, owner and all other roles are refused."""
    bench.record_all()
    bench.submit()
    with pytest.raises(NotAllowed):
        results.review_job(getattr(bench.people, role), bench.job, "approved", confirmed=confirmed(getattr(bench.people, role)))
    assert set(statuses(bench.job.lines)) == {"submitted"}


def test_case_29_the_right_alone_does_not_do():
    """29. Ours asks for the authorisation for this method too (6.2.6): the role of a reviewer alone is refused by its gate."""
    bench = make_bench(reviewer=False)
    bench.record_all()
    bench.submit()
    with pytest.raises(GateRefused) as refused:
        bench.review()
    assert any(clause.startswith("6.2.6") for clause in refused.value.stop.clauses)


def test_case_32_verified_only_after_the_last_result(bench):
    """32. Verified only after the last result; nothing is verified until a person acts."""
    bench.record_all()
    bench.submit()
    assert bench.job.status == "submitted", "no switch makes it verify itself"
    *first, last = bench.job.lines
    for line in first:
        results.review_line(bench.people.reviewer, line, "approved", confirmed=confirmed(bench.people.reviewer))
        assert bench.job.status == "submitted"
    results.review_line(bench.people.reviewer, last, "approved", confirmed=confirmed(bench.people.reviewer))
    assert bench.job.status == "reviewed"


# ---- retests -----------------------------------------------------------------------------------------------------------------


def test_case_33_a_retest_starts_empty_beside_its_original():
    """33. Before submission refused; after it the original keeps its value and both are linked; the new row is empty, without verifier or
    date; job and worksheet are open again. The doubted result keeps its own state and is never "verified" by doubting it."""
    made = make_sheet(1)
    bench, line = made.bench, made.rows[0].line
    made.record({0: "20.3"})
    with pytest.raises(Refused):
        results.retest(bench.people.technician, line, "nghi nhiễu")
    made.submit()
    assert made.sheet.status == "to_review"
    again = results.retest(bench.people.technician, line, "nghi nhiễu")
    assert (again.retest_of, line.retested_by) == (line, again)
    assert (line.status, line.reading.value, line.reading.verdict, line.reviews) == ("submitted", D("20.8"), "FAIL", [])
    assert (again.status, again.reading, again.reviews) == ("planned", None, [])
    assert (bench.job.status, made.sheet.status) == ("in_progress", "open")
    assert [row.line_id for row in made.rows] == [line.id, again.id]
    with pytest.raises(GateRefused):
        made.bench.record(again, "15.0", measured_at=day(16, 8, 40))


def test_case_35_a_retest_can_itself_be_tested_again(bench):
    """35. A retest can itself be doubted: a history of n, each linked to the one before, only the last one open."""
    chain = [bench.line()]
    for n in range(3):
        bench.record(chain[-1], f"20.{n + 1}")
        results.submit_job(bench.people.technician, bench.job, lines=[chain[-1]], confirmed=confirmed(bench.people.technician))
        chain.append(results.retest(bench.people.technician, chain[-1], f"lần {n + 2}"))
    assert [line.retest_of for line in chain] == [None, *chain[:-1]]
    assert statuses(chain) == ["submitted", "submitted", "submitted", "planned"]
    with pytest.raises(Refused):
        results.retest(bench.people.technician, chain[0], "lại từ đầu")


def test_case_41_the_last_open_row_of_a_worksheet():
    """41. Removing the only unsubmitted row hands the worksheet over; adding it back reopens it; a finished one refuses and says why."""
    made = make_sheet(2)
    technician = made.bench.people.technician
    made.record({0: "15.4"})
    made.submit()
    row = made.rows[1]
    line = row.line
    worksheets.remove_row(technician, row)
    assert made.sheet.status == "to_review"
    worksheets.add_lines(technician, made.sheet, [line])
    assert made.sheet.status == "open"
    worksheets.remove_row(technician, made.rows[1])
    results.review_line(made.bench.people.reviewer, made.rows[0].line, "approved", confirmed=confirmed(made.bench.people.reviewer))
    assert made.sheet.status == "closed"
    with pytest.raises(GateRefused) as refused:
        worksheets.add_lines(technician, made.sheet, [line])
    assert str(refused.value.stop.says) and refused.value.stop.clauses == ("7.5.2",)


# ---- times, versions -----------------------------------------------------------------------------------------------------------


def test_case_47_the_clock_starts_at_reception():
    """47*. Turnaround counts from reception; not received means no clock. Ours promises whole working days, never minutes, and the day
    is said at the contract: before the item came there is no job, with it the job takes the day of the contract."""
    people = make_people()
    tested = method_facts.make_method(people)
    authorised(people, tested.method.code)
    request = ask(people, tested)
    assert request.due_on == date(2026, 11, 20)
    accept(people, tested, request)
    assert db.session.query(TestJob).count() == 0
    sample = receive(people, request, at=day(18))
    (job,) = db.session.query(TestJob).filter_by(sample_id=sample.id)
    assert job.due_on == request.due_on
    with clock.at(day(23)):
        assert job.due_on < clock.today(), "late"


def test_case_49_every_save_is_a_version_with_names_and_values(bench):
    """49. The first save is a version with its actor; the next names old and new value and why; an unknown record has none."""
    line = bench.line()
    reading = bench.record(line)
    first = audit.history("reading", reading.id)[-1]
    assert (first.action, first.actor_id) == ("create", bench.people.technician.id) and first.actor_name == bench.people.technician.name
    bench.record(bench.line(conditions="2472 MHz"))
    bench.look()
    bench.submit()
    results.review_line(bench.people.reviewer, line, "returned", "kiểm tra suy hao")
    newest = audit.history("job-line", line.id)[0]
    assert '"status":["submitted","returned"]' in newest.canonical
    assert (newest.reason, newest.actor_id) == ("kiểm tra suy hao", bench.people.reviewer.id)
    assert audit.history("reading", 999_999) == []


def test_case_u_2_nothing_is_deleted_and_an_old_version_comes_back_as_a_new_one(bench, client_as):
    """U-2. Restoring an old version makes a *new* version; deleting is impossible; changing what does not exist is an error.

    Ours: the first reading typed again is a third revision beside the two before it; the record itself refuses to go.
    """
    line = bench.line()
    bench.record(line, "15.4")
    results.correct_reading(bench.people.technician, line, bench.entry("15.0"), "đọc nhầm")
    back = results.correct_reading(bench.people.technician, line, bench.entry("15.4"), "số đầu mới đúng")
    assert [(r.revision, str(r.value)) for r in line.readings] == [(1, "15.9"), (2, "15.5"), (3, "15.9")]
    assert line.reading is back
    db.session.commit()
    database.begin_writing()
    for statement in (delete(Reading).where(Reading.id == back.id), update(Reading).values(note="")):
        with pytest.raises(audit.Unaudited):
            db.session.execute(statement)
    for statement in ("DELETE FROM audit_entry", "UPDATE audit_entry SET reason = ''"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
    db.session.commit()
    database.end_writing()
    technician = client_as("technician")
    assert technician.get(f"/jobs/{bench.job.code}").status_code == 200
    missing = [technician.get("/jobs/TT-0000"), technician.post("/jobs/TT-0000/submit")]
    assert [answer.status_code for answer in missing] == [404, 404]
