"""A laboratory with one person of each role, committed, for the tests of the room."""
from __future__ import annotations

import pytest

from tests.support.people_facts import People, make_people


@pytest.fixture
def people(app, frozen_clock) -> People:
    """One person of each role, committed."""
    from lab_app.core import db as database

    made = make_people()
    database.db.session.commit()
    database.end_writing()
    return made
