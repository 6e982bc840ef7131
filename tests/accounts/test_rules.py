"""How an authorisation stands: the day it covers and the moment it was known are two axes (6.2.6)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from lab_app.accounts.rules import counts, standing


@dataclass
class Facts:
    valid_from: date = date(2026, 3, 1)
    valid_to: date = date(2026, 12, 31)
    recorded_at: datetime = datetime(2026, 3, 1, 1, tzinfo=UTC)
    withdrawn_from: date | None = None
    withdrawn_recorded_at: datetime | None = None


LATER = datetime(2027, 6, 1, tzinfo=UTC)
WITHDRAWN = Facts(withdrawn_from=date(2026, 6, 1), withdrawn_recorded_at=datetime(2026, 6, 10, tzinfo=UTC))


@pytest.mark.parametrize(("row", "on", "known_at", "word"), [
    (Facts(), date(2026, 2, 28), LATER, "future"),
    (Facts(), date(2026, 3, 1), LATER, "in_force"),
    (Facts(), date(2026, 11, 1), LATER, "ending"),  # 60 days before the end
    (Facts(), date(2026, 10, 31), LATER, "in_force"),
    (Facts(), date(2026, 12, 31), LATER, "ending"),
    (Facts(), date(2027, 1, 1), LATER, "expired"),
    # Recorded on 1 March: on 28 February nobody knew of it, whatever day it covers.
    (Facts(), date(2026, 3, 1), datetime(2026, 2, 28, tzinfo=UTC), "unknown"),
    # Withdrawn from 1 June, recorded on 10 June: as known on 5 June it still let the person work.
    (WITHDRAWN, date(2026, 6, 5), datetime(2026, 6, 5, tzinfo=UTC), "in_force"),
    (WITHDRAWN, date(2026, 6, 5), datetime(2026, 6, 10, tzinfo=UTC), "withdrawn"),
    (WITHDRAWN, date(2026, 5, 31), LATER, "in_force"),
])
def test_standing(row, on, known_at, word):
    assert standing(row, on, known_at) == word


def test_only_what_lets_a_person_work_counts():
    assert counts(["in_force", "ending", "future", "expired", "withdrawn", "unknown"]) == 2
