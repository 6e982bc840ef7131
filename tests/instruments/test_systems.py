"""Measuring systems: parts by moment and by knowledge, fitness through the parts, what is refused."""
from __future__ import annotations

from datetime import date, timedelta

import pytest

from instruments import queries, services
from instruments.rules import MeasurementNeed
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

pytestmark = pytest.mark.both_databases
START = clock.at_local(date(2026, 1, 9), 8)
OWN = {"kind": "system", "maker": "", "type": "", "serial": "", "ranges": [], "calibration_required": False,
       "no_calibration_reason": "các thành phần được hiệu chuẩn riêng"}


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def chain(people):
    """Receiver and antenna, both fit; a system of the two in service since 09/01/2026."""
    by = people.quality_manager
    receiver = equipment.fit_instrument(by, people.site, "EQ-101")
    antenna = equipment.fit_instrument(by, people.site, "EQ-102", name_vi="Ăng ten")
    system = equipment.register(by, people.site, "EQ-200", name_vi="Hệ đo phát xạ bức xạ", **OWN)
    with clock.at(START):
        first = services.add_member(by, system, receiver, START, role="máy thu")
        second = services.add_member(by, system, antenna, START, role="ăng ten")
        services.set_state(by, system, "in_service", START, verification="đo nguồn chuẩn, lệch 0,3 dB")
    return by, system, receiver, antenna, first, second


def codes(system, at=None, known_at=None, need=None):
    at = at or clock.now()
    return [(r.member, r.code) for r in services.unfit_reasons(system, at, need, known_at or clock.now())]


def test_a_system_is_fit_when_all_its_parts_are(chain):
    by, system, receiver, antenna, _first, _second = chain
    assert codes(system) == [] and system.state == "in_service"
    assert system.unusable_from == min(receiver.unusable_from, antenna.unusable_from) == date(2027, 1, 8)
    services.set_state(by, antenna, "out_of_service", clock.now(), reason="rơi")
    [reason] = services.unfit_reasons(system, clock.now(), None, clock.now())
    assert (reason.member, reason.code) == ("EQ-102", "out-of-service") and str(reason.says).startswith("EQ-102: ")
    facts = queries.facts_of([system])[system.id]
    assert queries.standing(facts, clock.now(), clock.now()).code == "member-unfit"
    # what became known today is not held against a reading of yesterday as it was known then
    assert codes(system, clock.now() - timedelta(days=1), clock.now() - timedelta(days=1)) == []


def test_a_part_speaks_only_while_it_belongs(chain):
    by, system, receiver, antenna, _first, second = chain
    noon = clock.at_local(date(2026, 6, 1), 12)
    with clock.at(noon + timedelta(hours=5)):
        services.end_membership(by, second, noon, reason="thay ăng ten")
    found = queries.members_at([system.id], noon - timedelta(minutes=1), clock.now())[system.id]
    assert [m.member.code for m in found] == ["EQ-101", "EQ-102"]
    assert [m.member.code for m in queries.members_at([system.id], noon, clock.now())[system.id]] == ["EQ-101"]
    # between the change and its record the laboratory still counted the antenna in
    known = noon + timedelta(hours=1)
    assert len(queries.members_at([system.id], known, known)[system.id]) == 2
    services.set_state(by, antenna, "out_of_service", clock.now(), reason="rơi")
    assert codes(system) == []
    assert [p.system.code for p in queries.systems_of(antenna.id, noon - timedelta(days=1), clock.now())] == ["EQ-200"]
    assert queries.systems_of(antenna.id, clock.now(), clock.now()) == []
    assert [m.until_at is None for m in queries.membership_history(system.id)] == [True, False]
    parts = queries.parts_at([system, receiver], noon - timedelta(minutes=1), clock.now())
    assert [(s.code, m.code) for s, m in parts] == [("EQ-200", "EQ-101"), ("EQ-200", "EQ-102")]
    assert [m.code for _s, m in queries.parts_at([system], noon, clock.now())] == ["EQ-101"]


def test_a_system_measures_what_its_parts_measure(chain):
    _by, system, *_rest = chain
    need = MeasurementNeed.from_dict({"quantity": "rf-level", "low": "30", "high": "1000", "unit": "MHz"})
    other = MeasurementNeed.from_dict({"quantity": "mass", "low": "1", "high": "2", "unit": "kg"})
    assert codes(system, need=need) == [] and queries.missing_from_set([system], need) == []
    assert codes(system, need=other) == [("", "quantity-not-measured")]


def test_an_empty_system_is_not_fine(people):
    by = people.quality_manager
    system = equipment.register(by, people.site, "EQ-200", **OWN)
    assert ("", "system-empty") in codes(system)
    assert system.unusable_from == date.min
    with pytest.raises(GateRefused) as refused:
        services.set_state(by, system, "in_service", clock.now(), verification="đã xem")
    assert refused.value.stop.gate == "verified-before-service"


def test_an_unfit_part_keeps_its_system_out_of_service(people):
    by = people.quality_manager
    system = equipment.register(by, people.site, "EQ-200", **OWN)
    broken = equipment.fit_instrument(by, people.site, "EQ-101")
    services.set_state(by, broken, "out_of_service", clock.now(), reason="rơi")
    services.add_member(by, system, broken, clock.now())
    with pytest.raises(GateRefused) as refused:
        services.set_state(by, system, "in_service", clock.now(), verification="đã xem")
    assert "EQ-101" in str(refused.value.stop.says)


def test_nothing_is_a_part_of_itself(chain):
    by, system, receiver, *_rest = chain
    outer = equipment.register(by, db.session.merge(system).site, "EQ-201", **OWN)
    services.add_member(by, outer, system, clock.now())
    for whole, part in ((system, system), (system, outer)):
        with pytest.raises(FieldRefused) as refused:
            services.add_member(by, whole, part, clock.now())
        assert refused.value.field == "member"
    # the inner system's parts are the outer one's too
    assert [m.code for _s, m in queries.parts_at([outer], clock.now(), clock.now())] == ["EQ-200", "EQ-101", "EQ-102"]
    services.set_state(by, receiver, "out_of_service", clock.now(), reason="rơi")
    assert ("EQ-101", "out-of-service") in [(m, c) for m, c in codes(outer)]


@pytest.mark.parametrize(("when", "field"), [
    (clock.at_local(date(2026, 1, 2), 8), "from_at"), (clock.at_local(date(2027, 1, 1), 8), "from_at"),
])
def test_a_part_joins_neither_before_it_was_known_nor_in_the_future(chain, people, when, field):
    by, system, *_rest = chain
    cable = equipment.fit_instrument(by, people.site, "EQ-103", name_vi="Cáp")
    with pytest.raises(FieldRefused) as refused:
        services.add_member(by, system, cable, when)
    assert refused.value.field == field


def test_a_part_may_join_in_the_minute_its_system_was_entered(people, frozen_clock):
    by = people.quality_manager
    part = equipment.fit_instrument(by, people.site)
    entered = clock.now() + timedelta(seconds=40)
    frozen_clock.set(entered)
    system = services.register_instrument(
        by, code="EQ-200", name_vi="Hệ đo", site=people.site, **{k: v for k, v in OWN.items() if k != "ranges"})
    services.add_member(by, system, part, entered.replace(second=0))
    assert [m.code for _s, m in queries.parts_at([system], clock.now(), clock.now())] == ["EQ-101"]


def test_what_else_is_refused(chain, people):
    by, system, receiver, antenna, first, second = chain
    for act in (
        lambda: services.add_member(by, receiver, antenna, clock.now()),  # no system
        lambda: services.add_member(by, system, antenna, clock.now()),  # belongs already
        lambda: services.end_membership(by, second, START, reason="x"),  # not after it joined
        lambda: services.end_membership(by, second, clock.now() + timedelta(hours=1), reason="x"),
        lambda: services.end_membership(by, second, clock.now(), reason=" "),
        lambda: services.change_instrument(by, system, reason="x", kind="instrument", maker="a", type="b", serial="c"),
    ):
        with pytest.raises(FieldRefused):
            act()
    db.session.expire_all()
    for act in (
        lambda: services.add_member(people.auditor, system, antenna, clock.now()),
        lambda: services.end_membership(people.auditor, first, clock.now(), reason="x"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_an_instrument_without_systems_costs_nothing_more(chain, statements):
    _by, system, receiver, *_rest = chain
    need = None
    with statements() as alone:
        queries.fitness([receiver], clock.now(), need, clock.now())
    with statements() as whole:
        queries.fitness([system], clock.now(), need, clock.now())
    assert len(whole) - len(alone) == 1
