"""Break-glass by services: one named gate, one act, everything left behind; nothing passes that was not meant to."""
from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lab_app.accounts.models import Signature
from lab_app.core import breaking, clock, gates, inbox
from lab_app.core.access import authorize
from lab_app.core.db import begin_writing, db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from lab_app.quality.glass import queries, rules, services
from lab_app.quality.glass.models import BrokenGate, BrokenGateSubject
from lab_app.results import services as results
from lab_app.results.models import Reading
from tests.support.signing import confirmed

WHY = "Khách hàng chờ kết quả để dừng phát sóng gây nhiễu hàng không"
GATE = "environment-within-limits"


def broken(e, gate=GATE, reason=WHY, by=None):
    by = by or e.head
    return services.breaking_glass(e.technician, gate, reason=reason, confirmed=confirmed(by), allowed_by=by)


def count(model):
    return int(db.session.scalar(select(func.count()).select_from(model)) or 0)


def test_a_passed_gate_leaves_its_row_its_signature_nonconforming_work_and_something_asked(emergency):
    e = emergency
    with broken(e):
        reading = e.b.record(environment=e.hot)
    row = db.session.scalars(select(BrokenGate)).one()
    assert (row.code, row.gate, row.clauses) == ("VC-2026-001", GATE, "6.3.3")
    assert (row.person_id, row.allowed_by_id, row.reason) == (e.technician.id, e.head.id, WHY)
    assert "ngoài giới hạn của phương pháp" in row.says and row.at == clock.now()
    ncw = row.nonconformity
    assert ncw.source == "gate_broken" and ncw.status == "open" and ncw.subject_kind == "test-job" and ncw.subject_code == e.b.job.code
    assert WHY in ncw.description and row.says in ncw.description
    signature = db.session.scalars(select(Signature).where(Signature.subject_kind == "broken-gate")).one()
    assert (signature.person_id, signature.subject_id, signature.meaning) == (e.head.id, row.id, "decided")
    asked = db.session.scalars(inbox.of(e.b.people.quality_manager.id, [P.QUALITY_WRITE])).all()
    assert ncw.code in [one.code for one in asked]
    concerned = [(s.kind, s.subject_id) for s in row.subjects if s.concerned]
    assert concerned == [("reading", reading.id)]
    assert ("job-line", reading.line_id) in [(s.kind, s.subject_id) for s in row.subjects if not s.concerned]
    assert [r.code for r in queries.concerning({"reading": [reading.id]})] == [row.code]
    assert queries.concerning({"job-line": [reading.line_id]}) == [], "another reading of the line is not concerned"


def test_a_gate_that_did_not_refuse_leaves_nothing(emergency):
    with broken(emergency):
        emergency.b.record()
    assert count(BrokenGate) == 0 and count(Reading) == 1


def test_only_the_named_gate_is_passed(emergency):
    e = emergency
    with pytest.raises(GateRefused) as caught, broken(e, "instrument-fit"):
        e.b.record(environment=e.hot)
    assert caught.value.stop.gate == GATE
    db.session.rollback()
    assert count(Reading) == 0


def test_a_second_refusal_of_the_same_gate_is_another_act(emergency, frozen_clock):
    from tests.support import results_facts
    e = emergency
    other = results_facts.environment(e.b.people, t=("45.5", "46.0"), minutes=10)
    with pytest.raises(GateRefused) as caught, broken(e):
        e.b.record(e.b.line(conditions="2412 MHz"), environment=e.hot)
        e.b.record(e.b.line(conditions="2472 MHz"), environment=other)
    assert other.code in str(caught.value.stop.says)


@pytest.mark.parametrize("gate", ["person-authorised", "reviewer-is-another", "signed-by-person", "lines-reviewed", "issued-is-final",
                                  "not-issued-twice", "record-complete", "nothing-of-this-name"])
def test_a_gate_that_allows_no_emergency_is_not_even_declared(emergency, gate):
    with pytest.raises(FieldRefused) as caught, broken(emergency, gate):
        pytest.fail("the act began")
    assert caught.value.field == "gate"


def test_a_gate_that_allows_no_emergency_does_not_pass_a_forged_act(emergency):
    """Whoever makes the kernel's object themselves still meets the gate's own word."""
    e = emergency
    act = breaking.Breaking("person-authorised", e.b.people.reviewer, e.head.id, WHY, "x" * 32, confirmed=confirmed(e.head))
    facts_person = e.b.people.quality_manager
    begin_writing()
    with pytest.raises((GateRefused, NotAllowed)), breaking.within(act):
        results.record_reading(facts_person, e.b.line(), e.b.entry())
    stop = gates.Stop(says="không có quyền", gate="person-authorised", break_glass=False)
    assert not act.passes(stop)


@pytest.mark.parametrize("reason", ["", "khẩn cấp", "gấp gấp gấp gấp gấp gấp gấp gấp"])
def test_a_reason_that_says_nothing_is_refused(emergency, reason):
    with pytest.raises(FieldRefused) as caught, broken(emergency, reason=reason):
        pytest.fail("the act began")
    assert caught.value.field == "reason"


def test_only_who_carries_the_right_lets_it_happen(emergency):
    with pytest.raises(FieldRefused) as caught, broken(emergency, by=emergency.b.people.reviewer):
        pytest.fail("the act began")
    assert caught.value.field == "allowed_by"


def test_the_signature_is_of_the_person_who_let_it_and_nobody_else(emergency):
    e = emergency
    act = services.breaking_glass(e.technician, GATE, reason=WHY, confirmed=confirmed(e.technician), allowed_by=e.head)
    with pytest.raises(GateRefused) as caught, act:
        e.b.record(environment=e.hot)
    assert caught.value.stop.gate == "signed-by-person"


def test_a_refusal_ends_the_act(emergency):
    act = breaking.Breaking(GATE, emergency.technician, emergency.head.id, WHY, "x" * 32)
    stop = gates.Stop(says="41 °C", gate=GATE, break_glass=True)
    assert act.passes(stop)
    act.end()
    assert act.passed is None and not act.passes(stop)


def test_a_declaration_serves_once(emergency):
    e = emergency
    begin_writing()
    for n, conditions in enumerate(("2412 MHz", "2472 MHz")):
        act = breaking.Breaking(GATE, e.technician, e.head.id, WHY, "x" * 32, confirmed=confirmed(e.head))
        with breaking.within(act):
            e.b.record(e.b.line(conditions=conditions), environment=e.hot)
            if n:
                with pytest.raises(Refused, match="đã dùng"):
                    breaking.keep()
            else:
                breaking.keep()


def test_who_lost_the_right_meanwhile_is_refused(emergency):
    from lab_app.accounts import services as accounts
    from tests.support.people_facts import SETTER
    e = emergency
    act = breaking.Breaking(GATE, e.technician, e.head.id, WHY, "x" * 32, confirmed=confirmed(e.head))
    role = next(r for r in e.head.roles if P.BREAK_GLASS in r.granted)
    accounts.set_role_permissions(SETTER, role, {P(g) for g in role.granted} - {P.BREAK_GLASS})
    with breaking.within(act):
        e.b.record(environment=e.hot)
        with pytest.raises(NotAllowed):
            breaking.keep()


def test_rows_stand_for_ever(emergency):
    from sqlalchemy.exc import DatabaseError
    with broken(emergency):
        emergency.b.record(environment=emergency.hot)
    for table in ("broken_gate", "broken_gate_subject"):
        with pytest.raises(DatabaseError, match="append"), db.session.begin_nested():
            db.session.execute(db.text(f"DELETE FROM {table}"))
    assert count(BrokenGateSubject) > 1


def test_what_may_be_broken_is_decided_gate_by_gate(app):
    allowed = {name for name, gate in gates.registry.items() if gate.break_glass}
    assert allowed <= set(rules.ALLOWED), "a gate that may be broken says why in the review"
    assert not set(rules.ALLOWED) & set(rules.REFUSED)
    assert not [name for name in rules.REFUSED if name in gates.registry and gates.registry[name].break_glass]
    for name, gate in gates.registry.items():
        assert str(rules.why(name, gate.break_glass)), name


def test_an_act_that_only_reads_cannot_break_anything(emergency):
    e = emergency
    begin_writing()
    act = breaking.Breaking(GATE, e.technician, e.head.id, WHY, "x" * 32, confirmed=confirmed(e.head))
    with breaking.within(act):
        authorize(e.technician, P.RESULT_WRITE)
        act.passes(gates.Stop(says="41 °C", gate=GATE, break_glass=True))
        with pytest.raises(Refused, match="không ghi gì"):
            breaking.keep()
