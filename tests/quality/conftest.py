"""A laboratory with one person of each role and one room, committed."""
from __future__ import annotations

import pytest

from lab_app.core import db as database
from lab_app.quality import services
from tests.support.people_facts import SETTER, People, make_people


@pytest.fixture
def people(app, frozen_clock) -> People:
    """One person of each role and room P-RF, committed."""
    made = make_people()
    services.add_room(SETTER, "P-RF", "Phòng RF", "RF room", made.site)
    database.db.session.commit()
    database.end_writing()
    return made
