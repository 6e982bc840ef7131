"""A job ready to be measured, with everything a reading needs, committed."""
from __future__ import annotations

import pytest

from lab_app.core import db as database
from tests.support.results_facts import Bench, make_bench


def keep() -> None:
    """Commit what the test wrote, as the edge of a request does."""
    database.db.session.commit()
    database.end_writing()


@pytest.fixture
def bench(app, frozen_clock) -> Bench:
    """People, a method, a request, a received item, its job; committed."""
    made = make_bench()
    keep()
    return made


@pytest.fixture
def kept():
    """`kept()` commits."""
    return keep
