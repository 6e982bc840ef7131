"""Worksheets of many jobs: what may stand on one, rows recorded together, control rows, the state that follows from the rows."""
from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lab_app.core import audit, clock, drafts
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.quality import services as quality
from lab_app.quality.holds import services as holds
from lab_app.results import services as results
from lab_app.results.models import Reading, TestJob
from lab_app.results.queries import worksheets as queries
from lab_app.results.rules import row_state, worksheet_status
from lab_app.results.services import sheet_recording, worksheets
from lab_app.results.services.sheet_recording import Typed
from lab_app.results.validity.models import Comparison
from tests.support import method_facts
from tests.support.results_facts import both_roles
from tests.support.signing import confirmed
from tests.support.validity_facts import make_control
from tests.support.worksheet_facts import level, make_jobs, make_sheet, power_lines, sheet_of


@pytest.fixture(autouse=True)
def _on_that_monday(app, frozen_clock):
    yield
    db.session.rollback()
    database.end_writing()


def readings() -> int:
    return int(db.session.scalar(select(func.count()).select_from(Reading)) or 0)


# ---- putting one together --------------------------------------------------------------------------------


def test_a_worksheet_groups_open_lines_of_several_jobs():
    made = make_sheet(3)
    assert made.sheet.code == "BG-2026-001" and made.sheet.status == "open"
    assert [row.position for row in made.rows] == [1, 2, 3]
    assert len({row.line.job_id for row in made.rows}) == 3
    assert audit.history("worksheet", made.sheet.id)


def test_lines_are_found_by_parameter_due_day_and_person():
    bench, jobs = make_jobs(2)
    version = bench.tested.version
    every = queries.open_lines(queries.Wanted(version.id))
    assert len(every) == 6 and {line.job_id for line in every} == {j.id for j in jobs}
    assert len(queries.open_lines(queries.Wanted(version.id, parameter_id=bench.tested.power.id))) == 4
    assert queries.open_lines(queries.Wanted(version.id, due_until=bench.request.requested_on)) == []
    results.assign_job(bench.people.reviewer, jobs[0], bench.people.technician)
    assert len(queries.open_lines(queries.Wanted(version.id, assignee_id=bench.people.technician.id))) == 3
    assert len(queries.open_lines(queries.Wanted(version.id, unassigned=True))) == 3


def test_a_line_stands_on_one_open_worksheet():
    made = make_sheet(2)
    line = made.rows[0].line
    assert line.id not in {x.id for x in queries.open_lines(queries.Wanted(made.sheet.method_version_id))}
    with pytest.raises(FieldRefused) as caught:
        worksheets.open_worksheet(made.bench.people.technician, made.sheet.method_version, [line])
    assert caught.value.field == "lines" and made.sheet.code in str(caught.value.message)


def test_a_line_that_does_not_belong_is_refused_with_its_name():
    made = make_sheet(2)
    other = method_facts.make_method(made.bench.people, "PT 2")
    with pytest.raises(FieldRefused) as caught:
        worksheets.open_worksheet(made.bench.people.technician, other.version, [made.bench.line("P-02")])
    assert "phiên bản" in str(caught.value.message)
    with pytest.raises(FieldRefused):
        worksheets.open_worksheet(made.bench.people.technician, made.sheet.method_version, [])
    made.record({0: "15.1"})
    with pytest.raises(FieldRefused) as caught:
        worksheets.open_worksheet(made.bench.people.technician, made.sheet.method_version, [made.rows[0].line])
    assert "đã có số đọc" in str(caught.value.message)


def test_who_may_not_measure_makes_no_worksheet():
    bench, jobs = make_jobs(1)
    for person in (bench.people.sales, bench.people.auditor):
        with pytest.raises(NotAllowed):
            worksheets.open_worksheet(person, bench.tested.version, power_lines(jobs))


# ---- recording -------------------------------------------------------------------------------------------


def test_complete_rows_are_recorded_and_a_refused_one_stays_with_its_reason():
    made = make_sheet(3)
    outcomes = made.record({0: "15.4", 1: "abc", 2: "20.3"})
    assert [o.done for o in outcomes] == [True, False, True]
    assert list(outcomes[1].errors) == ["reading"] and outcomes[1].why
    assert [o.reading.verdict for o in outcomes if o.reading] == ["PASS", "FAIL"]
    assert readings() == 2 and [row.line.status for row in made.rows] == ["recorded", "planned", "recorded"]


def test_a_row_recorded_on_a_worksheet_is_the_one_recorded_at_the_bench():
    made = make_sheet(2)
    one = made.record({0: "15.42"})[0].reading
    other = made.bench.record(made.rows[1].line, reading="15.42")
    for name in ("value", "u", "k", "verdict", "margin", "raw", "limit_value", "environment_id", "firmware", "measured_at", "computed",
                 "guard_band", "unit", "person_id", "operator", "environment_text"):
        assert getattr(one, name) == getattr(other, name), name
    used = [[(u.instrument_id, u.calibration_id) for u in reading.instruments] for reading in (one, other)]
    assert used[0] == used[1]
    db.session.commit()
    jobs = list(db.session.scalars(select(TestJob).order_by(TestJob.id)))
    assert {j.status for j in jobs} == {"in_progress"} and {j.assignee_id for j in jobs} == {made.bench.people.technician.id}


def test_every_gate_is_asked_for_every_row():
    made = make_sheet(2, tester=False)
    outcomes = made.record({0: "15.4", 1: "15.5"})
    assert {o.stop.gate for o in outcomes} == {"person-authorised"} and "6.2.6" in outcomes[0].why and readings() == 0


def test_a_row_without_a_value_is_refused_by_the_gate_and_an_empty_row_is_left_alone():
    """Workflow cases 25 and 26: an empty value blocks its own row, zero does not."""
    made = make_sheet(3)
    rows = made.rows
    typed = {rows[0].id: Typed({"reading": "", "loss": "0"}), rows[1].id: Typed({"reading": "0", "loss": "0"}), rows[2].id: Typed({})}
    outcomes = sheet_recording.record_rows(made.bench.people.technician, made.sheet, typed, made.shared())
    assert len(outcomes) == 2 and outcomes[0].stop.gate == "record-complete" and outcomes[1].reading.value == 0


def test_a_line_is_not_recorded_twice():
    made = make_sheet(1)
    made.record({0: "15.4"})
    again = made.record({0: "15.5"})[0]
    assert not again.done and again.why and readings() == 1


def test_statements_do_not_grow_with_the_rows(statements):
    """Opening costs the same for any number of rows; recording asks what the rows share once."""
    bench, jobs = make_jobs(14)
    seen = {}
    for these in (jobs[:2], jobs[2:]):
        made, items = sheet_of(bench, these), len(these)
        db.session.commit()
        database.end_writing()
        db.session.expire_all()
        with statements() as opening:
            assert len(made.rows) == items
        database.begin_writing()
        with statements() as saving:
            assert all(o.done for o in made.record({n: "15.4" for n in range(items)}))
        asking = [s for s in saving if s.lstrip().upper().startswith("SELECT")]
        seen[items] = (len(opening), len(asking), len(saving) - len(asking))
    assert seen[2][0] == seen[12][0] <= 8, seen
    assert seen[2][1] == seen[12][1] <= 40, seen
    assert seen[12][2] - seen[2][2] == 10 * 4, seen  # reading, instrument, line, job: what each row carries is written, nothing else


def test_a_row_whose_job_is_held_stays_and_the_others_are_recorded():
    made = make_sheet(3)
    job, manager = made.rows[1].line.job, made.bench.people.quality_manager
    work = quality.open_nonconformity(manager, source="other", subject_kind="", subject_id=0, subject_code="", title="nghi lệch",
                                      description="", found_on=clock.today())
    holds.place_hold(manager, work, subject_kind="test-job", subject_id=job.id, subject_code=job.code, reason="nghi lệch")
    outcomes = made.record({n: "15.4" for n in range(3)})
    assert [o.done for o in outcomes] == [True, False, True] and outcomes[1].stop.gate == "not-held"


def test_what_a_person_types_is_kept_and_goes_when_it_is_recorded():
    made = make_sheet(2)
    rows, person = made.rows, made.bench.people.technician
    worksheets.keep_typed(person, made.sheet, {f"c.{rows[0].id}.reading": "15", f"c.{rows[1].id}.reading": "1"})
    worksheets.keep_typed(person, made.sheet, {f"c.{rows[0].id}.reading": "15.4"})
    key = worksheets.draft_key(made.sheet.id)
    assert drafts.load(person.id, key)["cells"] == {f"c.{rows[0].id}.reading": "15.4", f"c.{rows[1].id}.reading": "1"}
    made.record({0: "15.4"})
    assert drafts.load(person.id, key)["cells"] == {f"c.{rows[1].id}.reading": "1"}


# ---- the state -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "status"), [
    ([], "open"), (["open", "submitted"], "open"), (["submitted", "reviewed"], "to_review"), (["reviewed", "reviewed"], "closed"),
    (["reviewed", "open"], "open"),
])
def test_the_state_follows_from_the_rows(rows, status):
    assert worksheet_status(rows) == status


def test_a_control_row_is_open_until_its_value_stands():
    assert row_state("control", None, False) == "open" and row_state("control", None, True) == "reviewed"
    assert row_state("line", "recorded", False) == "open" and row_state("line", "returned", False) == "open"


def test_case_24_open_while_a_control_row_is_open():
    """Workflow case 24: all samples submitted but a control row open stays open; it waits for review when the control stands."""
    made = make_sheet(2)
    chart = make_control(tested=made.bench.tested, frozen=False).chart
    worksheets.add_control(made.bench.people.technician, made.sheet, chart)
    made.record({0: "15.4", 1: "15.5"})
    made.bench.look()
    made.submit()
    assert made.sheet.status == "open"
    outcome = made.record({2: "10.01"})[0]
    assert outcome.done, outcome.why
    assert made.sheet.status == "to_review"


def test_case_41_taking_off_the_only_open_row_hands_the_sheet_over_and_adding_it_back_opens_it():
    """Workflow case 41: removing the only unsubmitted row submits it; adding it back reopens it; a closed worksheet says why not."""
    made = make_sheet(2)
    technician = made.bench.people.technician
    made.record({0: "15.4"})
    made.submit()
    last = made.rows[1]
    line = last.line
    worksheets.remove_row(technician, last)
    assert made.sheet.status == "to_review" and len(made.rows) == 1
    worksheets.add_lines(technician, made.sheet, [line])
    assert made.sheet.status == "open"
    worksheets.remove_row(technician, made.rows[1])
    results.review_line(made.bench.people.reviewer, made.rows[0].line, "approved", confirmed=confirmed(made.bench.people.reviewer))
    assert made.sheet.status == "closed" and made.sheet.closed_at is not None
    with pytest.raises(GateRefused) as caught:
        worksheets.add_lines(technician, made.sheet, [line])
    stop = caught.value.stop
    assert stop.gate == "worksheet-not-closed" and stop.clauses == ("7.5.2",) and made.sheet.code in str(stop.says) and str(stop.do)


def test_a_measured_row_stays_on_its_worksheet():
    made = make_sheet(2)
    made.record({0: "15.4"})
    with pytest.raises(Refused):
        worksheets.remove_row(made.bench.people.technician, made.rows[0])


def test_case_33_a_retest_opens_the_worksheet_again():
    """Workflow case 33: after a retest the new empty row stands on the worksheet, which is open again."""
    made = make_sheet(1)
    made.record({0: "15.4"})
    made.submit()
    assert made.sheet.status == "to_review"
    new = results.retest(made.bench.people.technician, made.rows[0].line, "nghi nhiễu từ nguồn")
    assert made.sheet.status == "open" and made.rows[1].line_id == new.id and not new.readings


def test_a_returned_line_opens_the_worksheet_and_its_correction_keeps_it_open_until_submitted():
    made = make_sheet(1)
    made.record({0: "15.4"})
    made.submit()
    line = made.rows[0].line
    results.review_line(made.bench.people.reviewer, line, "returned", "thiếu suy hao")
    assert made.sheet.status == "open"
    results.correct_reading(made.bench.people.technician, line, made.bench.entry("15.6"), "cộng suy hao cáp")
    made.submit()
    assert made.sheet.status == "to_review"


# ---- control and duplicate rows --------------------------------------------------------------------------


def test_a_rejected_control_value_stops_the_rows_beside_it():
    made = make_sheet(1)
    chart = make_control(tested=made.bench.tested).chart
    worksheets.add_control(made.bench.people.technician, made.sheet, chart)
    outcomes = made.record({0: "15.4", 1: "14.9"})
    by_kind = {o.row.kind: o for o in outcomes}
    assert by_kind["control"].done and by_kind["control"].row.value_id is not None
    assert by_kind["line"].stop is not None and by_kind["line"].stop.gate == "control-not-rejected"


def test_a_duplicate_row_is_compared_with_its_line():
    made = make_sheet(1)
    technician = made.bench.people.technician
    worksheets.add_duplicate(technician, made.sheet, made.rows[0], criterion="difference", limit=Decimal("0.5"))
    outcomes = made.record({0: "15.4", 1: "15.7"})
    assert all(o.done for o in outcomes), [o.why for o in outcomes]
    row = db.session.scalars(select(Comparison)).one()
    assert (row.first, row.second, row.verdict, row.figure) == ("15.9", "16.2", "within", Decimal("0.3"))
    assert readings() == 1  # the second measurement is no result of the customer's


def test_a_duplicate_measured_before_its_line_is_decided_when_the_line_has_its_result():
    """Workflow case 20: entered before the original has a result it is undecided, and decided when the original gets it."""
    made = make_sheet(1)
    worksheets.add_duplicate(made.bench.people.technician, made.sheet, made.rows[0], criterion="difference", limit=Decimal("0.5"))
    made.record({1: "16.5"})
    row = db.session.scalars(select(Comparison)).one()
    assert row.verdict == "undecided"
    made.record({0: "15.4"})
    assert row.verdict == "outside" and row.figure == Decimal("1.1")


@pytest.mark.parametrize(("criterion", "limit"), [
    ("percent", Decimal("10")), ("difference", None), ("difference", Decimal("-1")), ("near", None),
])
def test_a_duplicate_needs_a_criterion_that_can_be_kept(criterion, limit):
    made = make_sheet(1)
    with pytest.raises(FieldRefused) as caught:
        worksheets.add_duplicate(made.bench.people.technician, made.sheet, made.rows[0], criterion=criterion, limit=limit)
    assert caught.value.field in ("criterion", "limit")


def test_a_chart_of_another_method_is_no_control_here():
    made = make_sheet(1)
    other = method_facts.make_method(made.bench.people, "PT 2")
    chart = make_control(tested=other, frozen=False).chart
    with pytest.raises(FieldRefused) as caught:
        worksheets.add_control(made.bench.people.technician, made.sheet, chart)
    assert caught.value.field == "chart"


def test_previews_write_nothing_and_answer_row_by_row():
    made = make_sheet(2)
    rows = made.rows
    seen = sheet_recording.preview_rows(
        made.bench.people.technician, made.sheet, {rows[0].id: level("15.4"), rows[1].id: level("1,5x")}, made.shared())
    assert seen[rows[0].id].ready and seen[rows[0].id].outcome.verdict == "PASS"
    assert "reading" in seen[rows[1].id].errors and readings() == 0


def test_nobody_reviews_what_they_recorded_on_a_worksheet():
    made = make_sheet(1)
    both = both_roles(made.bench.people, "PT 1")
    sheet_recording.record_rows(both, made.sheet, {made.rows[0].id: level("15.4")}, made.shared())
    worksheets.submit_rows(both, made.sheet, confirmed=confirmed(both))
    with pytest.raises(GateRefused):
        results.review_line(both, made.rows[0].line, "approved", confirmed=confirmed(both))
