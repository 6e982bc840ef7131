"""Where most tests of papers begin: a request whose results are all reviewed, and the paper issued for it."""
from __future__ import annotations

import pytest

from tests.support import certificates_facts as facts


@pytest.fixture
def world(app, frozen_clock):
    """A request ready for its paper, with the people who made it so."""
    return facts.ready_request()


@pytest.fixture
def report(world):
    """Its paper, issued and valid."""
    return facts.issued(world)
