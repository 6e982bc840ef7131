"""The demonstration's register: the chain is fit today, was not while its receiver was wrong, and firmware has its history."""
from __future__ import annotations

from datetime import date

import pytest

from instruments import queries
from lab_app.core import clock
from lab_app.demo import equipment, people, register_story
from tests.support.demo_parts import told


@pytest.fixture(scope="module")
def register(scratch):
    """The register told once."""
    yield from told(scratch, "register_story", lambda: people.load_people("mayxanh-2026"), equipment.load_equipment,
                    register_story.tell, equipment.receiver_found_wrong)


def codes(row, at, known_at=None):
    return {(r.member, r.code) for r in queries.fitness([row], at, None, known_at or clock.now())[row.id]}


def test_the_chain_is_fit_today_and_was_not_in_october(register):
    system = queries.by_code("EQ-020")
    assert [m.member.code for m in queries.members_at([system.id], clock.now(), clock.now())[system.id]] == [
        "EQ-008", "EQ-009", "EQ-019", "EQ-005"]
    assert codes(system, clock.now()) == set()
    third = clock.at_local(date(2026, 10, 3), 9)
    assert ("EQ-005", "out-of-service") in codes(system, third, third)
    september = clock.at_local(date(2026, 9, 16), 14)
    assert codes(system, september, september) == set()
    assert codes(system, september) == {("EQ-005", "maintenance-unverified")}


def test_everything_told_may_be_used_today(register):
    for code in ("EQ-019", "EQ-020", "EQ-021", "EQ-005", "EQ-001", "EQ-010"):
        assert codes(queries.by_code(code), clock.now()) == set(), code
        assert queries.by_code(code).unusable_from > clock.today(), code
    assert queries.by_code("EQ-021").kind == "reference_material" and queries.pools() == ["Máy phân tích phổ"]


def test_firmware_has_a_history_and_the_register_repeats_the_newest(register):
    row = queries.by_code("EQ-005")
    assert [f.firmware for f in queries.firmware_history(row.id)] == ["4.11", "4.10"] and row.firmware == "4.11"
    assert all(f.verification for f in queries.firmware_history(row.id))
