"""Fixtures of the room: a laboratory with one method, reception signed in."""
from __future__ import annotations

import pytest

from tests.support import method_facts as methods
from tests.support.people_facts import make_people


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def made(people):
    return methods.make_method(people)


@pytest.fixture
def desk(people, client_as):
    return client_as(people.reception)
