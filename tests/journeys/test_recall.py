"""The receiver found wrong on 02/10: the recall lists exactly what the case names, as known now; on both databases."""
from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from certificates.models import Recall
from certificates.recall import presenters, touched
from certificates.recall import queries as recall_queries
from instruments import services as instruments
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.demo.load import case
from lab_app.demo.methods import parameter_for
from lab_app.results.models import ReadingInstrument

pytestmark = pytest.mark.both_databases


@pytest.fixture
def flow():
    return case()["flow"]


@pytest.fixture
def recall(demo_app) -> Recall:
    return db.session.scalars(select(Recall)).one()


def touched_lines(recall):
    rows = db.session.scalars(touched.lines(touched.scope_of(recall)).order_by(ReadingInstrument.measured_at)).all()
    beside = touched.details([used.reading_id for used in rows], recall.id)
    return presenters.lines(rows, beside, recall.instrument_id, recall.error, recall.error_unit)


def test_exactly_the_ten_results_of_the_case_are_affected(recall, flow):
    named = flow["nonconforming_work"]["affected_results"]
    wanted = {
        (parameter_for(line["id"]).id, line["conditions"].split(", firmware")[0])
        for line in flow["test_lines"] if line["id"] in named
    }
    found = {(row.reading.line.parameter_id, row.reading.line.conditions) for row in touched_lines(recall)}
    assert len(named) == 10 and len(wanted) == 10
    assert found == wanted


def test_counts_papers_and_enterprise(recall, flow):
    counts = touched.counts(touched.scope_of(recall), recall.id)
    assert (counts.readings, counts.results, counts.enterprises) == (10, 10, 1)
    numbers = {a.report.number for a in touched.affected_reports(touched.scope_of(recall))}
    assert set(flow["nonconforming_work"]["affected_reports"]) <= numbers


def test_the_span_runs_from_the_last_good_check_to_the_finding(recall, flow):
    work = flow["nonconforming_work"]
    assert clock.local(recall.since).date().isoformat() == work["suspect_from"]
    assert clock.local(recall.until).date().isoformat() == work["opened"]
    assert recall.nonconformity.found_on.isoformat() == work["opened"]


def test_readings_passed_as_known_then_and_are_found_as_known_now(recall):
    for row in touched_lines(recall):
        reading = row.reading
        assert instruments.unfit_reasons(recall.instrument, reading.measured_at, None, known_at=reading.recorded_at) == []


def test_the_error_is_held_against_each_margin_by_the_agreed_rule(recall):
    rows = touched_lines(recall)
    assert recall.error == Decimal("-1.6")
    for row in rows:
        if row.reading.value is None or row.reading.margin is None:
            continue
        # An emission under an upper limit: what reads 1.6 dB low loses 1.6 dB of its margin.
        assert row.effect.corrected == row.reading.value + Decimal("1.6")
        assert row.effect.code == ("stays" if row.reading.margin >= Decimal("1.6") else "flips"), row.title


def test_one_recall_holds_the_check_and_the_maintenance_that_became_known_with_it(recall):
    """The maintenance of 03/09 was written down on 02/10: readings had passed by what was known; the recall of the check takes it in."""
    assert recall.cause == "check" and "03/09/2026" in recall.note
    assert recall.nonconformity.code == "NCW-2026-003"
    assert recall.counts["readings"] == 10 and recall.counts["reports"] == 1, "found at the moment it was opened"


def test_some_lines_are_decided_and_the_letter_has_gone(recall):
    counts = touched.counts(touched.scope_of(recall), recall.id)
    assert counts.by_decision == {"stands": 5, "retest": 3} and counts.undecided == 2
    (letter,) = recall_queries.letters(recall.id)
    assert letter.status == "sent" and letter.reports == ["PKQ-2026-0117-01"]
    assert "EQ-005" in letter.text and "Report PKQ-2026-0117-01" in letter.text
    assert recall.nonconformity.status == "evaluated"
