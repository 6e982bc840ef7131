"""A job whose environment record lies outside the method's limits: a refusal that may be passed in an emergency."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from lab_app.accounts.models import Person
from lab_app.core import db as database
from lab_app.quality.models import EnvironmentRecord
from tests.support import results_facts


@dataclass
class Emergency:
    """The bench, the record outside the limits, who may let a gate be broken."""

    b: results_facts.Bench
    hot: EnvironmentRecord

    @property
    def technician(self) -> Person:
        return self.b.people.technician

    @property
    def head(self) -> Person:
        return self.b.people.signatory


@pytest.fixture
def emergency(app, frozen_clock) -> Any:
    """Monday 09:00: the room was at 41 °C at the moment of measuring."""
    b = results_facts.make_bench()
    hot = results_facts.environment(b.people, t=("40.5", "41.0"), minutes=15)
    database.db.session.commit()
    database.end_writing()
    return Emergency(b, hot)
