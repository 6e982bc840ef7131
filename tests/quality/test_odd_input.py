"""Addresses and input that no page of ours makes: answered as what they are, never by the page of a breakdown."""
from __future__ import annotations

import pytest

from lab_app.core import db as database
from lab_app.core.db import db
from tests.support.people_facts import make_people

HUGE = 10**30


@pytest.fixture
def people(app, frozen_clock, writing):
    made = make_people()
    db.session.commit()
    database.end_writing()
    return made


@pytest.mark.parametrize("path", [
    f"/quality/standards/{HUGE}", f"/quality/standards/{2**31}", f"/quality/documents/X/versions/{HUGE}",
    "/quality/documents/at?on=0001-01-01&known=then", "/quality/documents/at?on=9999-12-31&known=then",
    "/quality/documents/at?on=nonsense&known=%00", "/quality/environment/excursions?room=x", "/quality/retention/x",
    f"/quality/environment/excursions?room={HUGE}", "/quality/documents?standing=x&page=999999999999999999999",
    f"/quality/standards/{'9' * 5000}", "/quality/risks?topic=%00", "/quality/documents/%00", "/quality/disposals?status=%27",
])
@pytest.mark.both_databases
def test_an_odd_address_is_no_breakdown(people, client_as, path):
    assert client_as(people.quality_manager).get(path, headers={"Accept": "text/html"}).status_code in (200, 400, 404, 422)


@pytest.mark.both_databases
def test_a_reason_with_a_nul_is_no_breakdown(people, client_as):
    writer = client_as(people.quality_manager)
    writer.post("/quality/lessons/new", data={"area": "method", "title": "Cáp", "happened": "lỏng", "learned": "siết lực"})
    assert writer.post("/quality/lessons/BH-2026-001/aside", data={"reason": "a\x00b"}).status_code < 500
