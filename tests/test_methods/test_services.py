"""Use cases about methods through their services: approval, versions in force, limits, parameters, scope."""
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from lab_app.core import clock
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from test_methods import queries, services, workflow
from tests.support import method_facts as facts
from tests.support.people_facts import make_people

pytestmark = pytest.mark.both_databases


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


def test_approval_needs_verification_and_another_person(people):
    made = facts.draft_method(people, verified=False)
    with pytest.raises(GateRefused) as refused:
        facts.approve(people, made.version)
    assert (refused.value.stop.gate, refused.value.stop.clauses) == ("version-verified", ("7.2.1.5", "7.2.2.4"))
    assert made.version.status == "draft" and made.version.approved_at is None
    facts.prove(people.reviewer, made.version)
    people.reviewer.roles = [*people.reviewer.roles, *people.signatory.roles]
    assert people.reviewer.can(P.METHOD_APPROVE)
    with pytest.raises(GateRefused) as refused:
        facts.approve(people, made.version, by=people.reviewer)
    assert refused.value.stop.gate == "approver-is-another"
    facts.approve(people, made.version)
    assert (made.version.status, made.version.approved_by_id) == ("approved", people.signatory.id)
    with pytest.raises(Refused):
        facts.approve(people, made.version, date(2026, 3, 1))


def test_a_version_without_parameters_is_not_approved(people):
    made = facts.make_method(people)
    empty = services.draft_version(people.reviewer, made.method, environment=facts.ROOM)
    facts.prove(people.reviewer, empty, conclude=False)
    with pytest.raises(GateRefused) as refused:
        services.approve_version(people.signatory, empty, clock.today())
    assert refused.value.stop.gate == "version-verified"


def test_a_new_version_closes_the_earlier_one_as_known(people):
    made = facts.make_method(people)
    second = services.draft_version(people.reviewer, made.method, environment=facts.ROOM, copy_from=made.version)
    facts.prove(people.reviewer, second)
    with pytest.raises(FieldRefused):
        services.approve_version(people.signatory, second, clock.today() - timedelta(days=1))
    start = clock.today() + timedelta(days=7)
    services.approve_version(people.signatory, second, start)
    assert [p.code for p in queries.parameters(second.id)] == ["P-01", "P-02"]
    assert (made.version.effective_to, made.version.ended_recorded_at) == (start, clock.now())

    def in_force(on, known_at):
        found = queries.version_in_force(made.method.id, on, known_at)
        return found.number if found else None

    assert in_force(clock.today(), clock.now()) == 1
    assert in_force(start, clock.now()) == 2
    assert in_force(start, clock.now() - timedelta(hours=1)) == 1
    assert in_force(facts.IN_FORCE_FROM - timedelta(days=1), clock.now()) is None
    assert in_force(facts.IN_FORCE_FROM, clock.at_local(facts.ENTERED_ON, 12)) is None
    assert queries.is_in_force(made.version, clock.today(), clock.now())
    words = queries.standings(queries.versions(made.method.id), clock.today(), clock.now())
    assert {words[second.id], words[made.version.id]} == {workflow.APPROVED, workflow.IN_FORCE}
    assert [m.code for m in queries.methods_offered(clock.today())] == ["PT 1"]


def test_a_version_can_end_without_a_successor(people):
    made = facts.make_method(people)
    with pytest.raises(FieldRefused):
        services.retire_version(people.signatory, made.version, clock.today(), " ")
    services.retire_version(people.signatory, made.version, clock.today(), "phòng không còn máy phát")
    assert queries.version_in_force(made.method.id, clock.today(), clock.now()) is None
    assert queries.version_in_force(made.method.id, clock.today() - timedelta(days=1), clock.now()).id == made.version.id
    assert queries.methods_offered(clock.today()) == []
    with pytest.raises(Refused):
        services.retire_version(people.signatory, made.version, clock.today(), "lần nữa")


def test_one_draft_at_a_time_and_an_approved_version_stands(people):
    made = facts.make_method(people)
    services.draft_version(people.reviewer, made.method, environment=facts.ROOM)
    with pytest.raises(Refused):
        services.draft_version(people.reviewer, made.method, environment=facts.ROOM)
    with pytest.raises(Refused):
        services.record_verification(people.reviewer, made.version, "khác")
    with pytest.raises(Refused):
        services.add_parameter(people.reviewer, made.version, made.power.requirement, code="P-09", formula="1")


GOOD = {"code": "P-03", "fields": [facts.field("reading")], "formula": "reading", "unit": "dBm"}


@pytest.mark.parametrize("change,field", [
    ({"formula": "reading + ghost"}, "formula"),
    ({"formula": "__import__('os')"}, "formula"),
    ({"formula": ""}, "formula"),
    ({"fields": [facts.field("reading"), facts.field("reading")]}, "fields"),
    ({"fields": [facts.field("readings", many=True)], "formula": "readings"}, "formula"),
    ({"unit": "dBµV"}, "unit"),
    ({"places": 10}, "places"),
    ({"budget": None}, "budget"),
    ({"default_rule": "DR-?"}, "default_rule"),
    ({"default_rule": "DR-ETSI"}, "u_max"),
    ({"budget": None, "u_exempt_reason": "chức năng", "inherent_rule": "DR-GB-U"}, "inherent_rule"),
    ({"u_max": Decimal(0)}, "u_max"),
    ({"kind": "observation"}, "kind"),
    ({"kind": "guess"}, "kind"),
    ({"need": {"quantity": "taste", "low": "1", "high": "2", "unit": "MHz"}}, "need"),
    ({"need": {"quantity": "rf-level", "low": "2", "high": "1", "unit": "MHz"}}, "need"),
    ({"conditions": ["x" * 401]}, "conditions"),
    ({"code": "P-01"}, "code"),
])
def test_a_parameter_that_could_not_give_a_result_or_a_verdict(people, change, field):
    made = facts.draft_method(people)
    given = {**GOOD, "budget": made.budget, **change}
    with pytest.raises(FieldRefused) as refused:
        services.add_parameter(people.reviewer, made.version, made.power.requirement, **given)
    assert refused.value.field == field
    assert str(refused.value.message)


def test_a_parameter_of_another_regulation_and_a_number_for_an_observation(people):
    made, other = facts.draft_method(people), facts.draft_method(people, "PT 2")
    with pytest.raises(FieldRefused) as refused:
        services.add_parameter(people.reviewer, made.version, other.power.requirement, **GOOD, budget=made.budget)
    assert refused.value.field == "requirement"
    with pytest.raises(FieldRefused) as refused:
        services.add_parameter(people.reviewer, made.version, made.look.requirement, **{**GOOD, "unit": ""}, budget=made.budget)
    assert refused.value.field == "kind"


def test_a_limit_is_confirmed_by_a_person_and_a_change_takes_that_back(people):
    made = facts.draft_method(people, confirmed=False)
    requirement = made.power.requirement
    assert requirement.confirmed_on is None
    for wrong in (("", clock.today()), ("nguồn", clock.today() + timedelta(days=1))):
        with pytest.raises(FieldRefused):
            services.confirm_limit(people.reviewer, requirement, *wrong)
    services.confirm_limit(people.reviewer, requirement, "công báo số 12", clock.today())
    assert (requirement.confirmed_by_id, requirement.confirmed_recorded_at) == (people.reviewer.id, clock.now())
    services.change_limit(people.reviewer, requirement, {"type": "upper", "limit": "23"}, "Thông tư 08/2021")
    assert (requirement.confirmed_on, requirement.confirmed_source, requirement.limit["limit"]) == (None, "", "23")
    with pytest.raises(FieldRefused):
        services.change_limit(people.reviewer, requirement, {"type": "upper", "limit": "cao"}, "lý do")
    nothing = services.add_requirement(people.reviewer, made.regulation, code="P-09", name_vi="Mặt nạ", limit={})
    with pytest.raises(Refused):
        services.confirm_limit(people.reviewer, nothing, "công báo", clock.today())


def test_a_budget_is_computed_not_typed(people):
    budget = facts.make_budget(people)
    assert round(budget.u_expanded, 2) == Decimal("0.71") and budget.k == 2
    with pytest.raises(FieldRefused):
        facts.services.add_budget(people.reviewer, code="UB-2", quantity="x", unit="dB", components=[])
    with pytest.raises(FieldRefused):
        facts.services.add_budget(people.reviewer, code="UB-1", quantity="x", unit="dB", components=[])
    with pytest.raises(FieldRefused):
        services.add_rule(people.reviewer, code="DR-9", name_vi="x", definition={"kind": "coin"})


def test_scope_comes_from_the_register_by_day_and_parameter(people):
    facts.make_method(people)
    facts.accredit(people, "PT 1")
    services.add_scope(people.signatory, method_code="PT 1", parameter_codes=["P-02"], status="designated", decision="QĐ 1",
                       valid_from=date(2026, 6, 1), valid_to=date(2026, 6, 30))
    assert queries.scope_statuses("PT 1", "P-01", date(2026, 6, 15)) == {"accredited"}
    assert queries.scope_statuses("PT 1", "P-02", date(2026, 6, 30)) == {"accredited", "designated"}
    assert queries.scope_statuses("PT 1", "P-02", date(2026, 7, 1)) == {"accredited"}
    assert queries.scope_statuses("PT 2", "P-01", date(2026, 6, 15)) == set()
    assert queries.scope_statuses("PT 1", "P-01", date(2026, 6, 15), clock.at_local(date(2026, 1, 1))) == set()
    for wrong in ({"status": "famous"}, {"method_code": "PT 9"}, {"valid_to": date(2025, 1, 1)}, {"decision": " "}):
        with pytest.raises(FieldRefused):
            services.add_scope(people.signatory, **{
                "method_code": "PT 1", "status": "accredited", "decision": "QĐ", "valid_from": date(2026, 1, 1),
                "valid_to": date(2026, 2, 1), **wrong})


def test_rights(people):
    made = facts.draft_method(people)
    for act in (
        lambda: services.add_regulation(people.technician, code="x", title_vi="y"),
        lambda: services.approve_version(people.reviewer, made.version, clock.today()),
        lambda: services.confirm_limit(people.auditor, made.power.requirement, "x", clock.today()),
        lambda: services.add_scope(people.reviewer, method_code="PT 1", status="accredited", decision="x",
                                   valid_from=clock.today(), valid_to=clock.today()),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize(("rule", "field"), [
    ({"most": 6}, "offset_db"), ({"offset_db": "10", "most": "1.5"}, "most"), ({"offset_db": "10", "most": 6, "peaks": 3}, "peaks"),
    ({"offset_db": "10", "most": 6, "ambient": [{"low": "108", "high": "87.5"}]}, "ambient-1"),
])
def test_a_rule_for_peaks_that_cannot_be_read_is_refused_with_the_parameter(people, rule, field):
    made = facts.draft_method(people)
    described = {"fields": [facts.field("reading")], "formula": "reading", "budget": made.budget}
    with pytest.raises(FieldRefused) as refused:
        services.change_parameter(people.reviewer, made.power, **described, trace_rule=rule)
    assert refused.value.field == field and made.power.trace_rule == {}
    kept = services.change_parameter(people.reviewer, made.power, **described, trace_rule={"offset_db": 10, "most": "6"}).trace_rule
    assert (kept["offset_db"], kept["most"], kept["window_unit"]) == ("10", 6, "MHz")
