"""Papers to look up: one in force whose customer publishes product and versions, one that publishes nothing."""
from __future__ import annotations

import pytest

from tests.support import certificates_facts as facts


@pytest.fixture
def world(app, frozen_clock):
    return facts.ready_request(public_fields=["product", "versions", "regulations", "signatory"])


@pytest.fixture
def report(world):
    return facts.issued(world)


@pytest.fixture
def silent(world):
    """A paper in force of which nothing may be shown."""
    return facts.issued(facts.ready_request("YC-2026-0118", people=world.people, public_fields=[]))
