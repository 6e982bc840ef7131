"""A room watched by a logger, committed."""
from __future__ import annotations

import pytest

from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.quality import services as quality
from tests.support.people_facts import SETTER, make_people
from tests.support.places_facts import Watched, watch_room


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def watched(people) -> Watched:
    room = quality.add_room(SETTER, "P-RF", "Phòng RF", "RF room", people.site)
    made = watch_room(people, room)
    db.session.commit()
    database.end_writing()
    database.begin_writing()
    return made
