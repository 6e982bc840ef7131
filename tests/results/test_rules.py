"""What a job's state follows from, and what a reviewer is told first."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.results.rules import Seen, derived_status, exceptional
from lab_app.results.workflow import JOB, LINE

LINES = st.lists(st.sampled_from([s.code for s in LINE.states]), max_size=12)


@pytest.mark.parametrize(("lines", "state"), [
    ([], "planned"), (["planned", "planned"], "planned"), (["recorded", "planned"], "in_progress"), (["recorded"], "in_progress"),
    (["submitted", "submitted"], "submitted"), (["submitted", "reviewed"], "submitted"), (["reviewed", "reviewed"], "reviewed"),
    (["reviewed", "planned"], "in_progress"), (["returned", "reviewed"], "returned"), (["returned", "recorded"], "returned"),
    (["cancelled"], "cancelled"), (["cancelled", "reviewed"], "reviewed"), (["cancelled", "planned"], "planned"),
])
def test_a_jobs_state_follows_from_its_lines(lines, state):
    assert derived_status(lines) == state


@given(LINES)
def test_whatever_the_lines_the_state_is_one_of_the_jobs(lines):
    state = derived_status(lines)
    assert JOB.state(state)
    counted = [s for s in lines if s != "cancelled"]
    assert (state == "reviewed") == (bool(counted) and set(counted) == {"reviewed"})
    assert derived_status(list(reversed(lines))) == state


NOON = datetime(2026, 11, 16, 5, 0, tzinfo=UTC)
PLAIN = Seen(1, NOON, NOON + timedelta(minutes=2), 1, Decimal("1.5"), Decimal("0.7"), "PASS", False, False)
HOUR = timedelta(hours=1)


def test_nothing_to_say_about_a_plain_reading():
    assert exceptional(PLAIN, HOUR) == []


@pytest.mark.parametrize(("change", "said"), [
    ({"recorded_at": NOON + timedelta(minutes=61)}, ["late"]), ({"recorded_at": NOON + HOUR}, []),
    ({"revisions": 2}, ["corrected"]),
    ({"margin": Decimal("0.69")}, ["close"]), ({"margin": Decimal("0.70")}, []), ({"margin": Decimal("-0.5"), "verdict": "FAIL"},
    ["close", "failed"]), ({"near_environment": True}, ["near"]), ({"is_retest": True}, ["retest"]),
    ({"verdict": "CONDITIONAL_FAIL"}, ["failed"]), ({"margin": None}, []), ({"u": None}, []),
])
def test_what_the_strip_counts(change, said):
    assert exceptional(replace(PLAIN, **change), HOUR) == said
