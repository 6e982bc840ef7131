"""The way of a version into force and out of use: record with its five parts, vectors, copies, retirement (7.2.1.5, 7.2.2.4, 7.11.6)."""
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from lab_app.core import clock, files
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from test_methods import queries, services
from tests.support import method_facts as facts
from tests.support.people_facts import make_people

WHOLE = {
    "statement": "dùng được cho QC PT 1", "procedure": "đo lặp", "requirements": "s ≤ 0,3", "results": "s = 0,1", "fit": True,
    "characteristics": [{"name": "Độ lặp lại", "requirement": "≤ 0,3", "found": "0,1", "unit": "dB", "meets": True}],
}
NAMED = {
    "procedure": "(a)", "requirements": "(b)", "characteristics": "(c)", "results": "(d)", "statement": "(e)", "fit": "(e)",
    "performed_by": "người thực hiện", "performed_on": "ngày thực hiện",
}
EMPTY = {"characteristics": [], "fit": None, "performed_by": None, "performed_on": None}


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def made(people):
    return facts.draft_method(people, verified=False)


def whole(people, **change):
    return {**WHOLE, "performed_by": people.technician, "performed_on": date(2026, 1, 4), **change}


def write(people, version, **change):
    parts = whole(people, **change)
    return services.record_verification(people.reviewer, version, parts.pop("statement"), **parts)


@pytest.mark.parametrize("part", sorted(NAMED))
def test_each_missing_part_is_named(people, made, part):
    write(people, made.version, **{part: EMPTY.get(part, " ")})
    with pytest.raises(GateRefused) as refused:
        services.conclude_verification(people.reviewer, made.version)
    assert refused.value.stop.gate == "version-verified" and NAMED[part] in str(refused.value.stop.says)
    assert made.version.status == "draft"


def test_a_characteristic_without_its_judgement_is_not_determined(people, made):
    write(people, made.version, characteristics=[{**WHOLE["characteristics"][0], "meets": None}])
    assert queries.proof_fact(made.version).missing == ("characteristics",)


@pytest.mark.parametrize(("change", "says"), [
    ({"fit": False}, "không phù hợp"),
    ({"characteristics": [{**WHOLE["characteristics"][0], "meets": False}]}, "Độ lặp lại"),
])
def test_a_record_that_speaks_against_the_method(people, made, change, says):
    write(people, made.version, **change)
    with pytest.raises(GateRefused) as refused:
        services.conclude_verification(people.reviewer, made.version)
    assert says in str(refused.value.stop.says)


def test_an_own_method_is_validated_not_only_verified(people, made):
    made.method.standard_method = False
    write(people, made.version, kind="verification")
    with pytest.raises(GateRefused) as refused:
        services.conclude_verification(people.reviewer, made.version)
    assert "xác nhận giá trị sử dụng" in str(refused.value.stop.says)
    write(people, made.version, kind="validation")
    assert services.conclude_verification(people.reviewer, made.version).status == "validated"


@pytest.mark.parametrize(("change", "field"), [
    ({"kind": "faith"}, "kind"), ({"performed_on": date(2026, 11, 17)}, "performed_on"),
    ({"characteristics": [{"name": "", "requirement": "x"}]}, "characteristics-0-name"),
    ({"characteristics": [{"name": "x", "unit": "furlong"}]}, "characteristics-0-unit"),
    ({"characteristics": [{"name": "x", "meets": "maybe"}]}, "characteristics-0-meets"),
])
def test_what_a_record_cannot_hold(people, made, change, field):
    with pytest.raises(FieldRefused) as refused:
        write(people, made.version, **change)
    assert refused.value.field == field


def test_from_draft_to_approved_and_back(people, made):
    version = made.version
    with pytest.raises(NotAllowed):
        services.record_verification(people.technician, version, "x")
    write(people, version)
    facts.add_vector(people.reviewer, made.power)
    services.run_vectors(people.reviewer, version)
    with pytest.raises(GateRefused) as refused:
        services.approve_version(people.signatory, version, clock.today())
    assert "chưa được kết luận" in str(refused.value.stop.says)
    services.conclude_verification(people.reviewer, version)
    assert queries.standings([version], clock.today(), clock.now())[version.id].code == "verified"
    for change in (lambda: services.edit_version(people.reviewer, version, environment=facts.ROOM),
                   lambda: write(people, version), lambda: services.change_parameter(people.reviewer, made.power),
                   lambda: facts.add_vector(people.reviewer, made.power)):
        with pytest.raises(Refused):
            change()
    with pytest.raises(FieldRefused):
        services.reopen_version(people.reviewer, version, " ")
    services.reopen_version(people.reviewer, version, "sai công thức")
    services.change_parameter(
        people.reviewer, made.power, fields=made.power.fields, formula="reading + loss + 0.1", budget=made.budget, default_rule="DR-SA")
    services.conclude_verification(people.reviewer, version)
    with pytest.raises(GateRefused) as refused:
        services.approve_version(people.signatory, version, clock.today())
    assert refused.value.stop.gate == "vectors-pass" and "phép tính đã đổi" in str(refused.value.stop.says)
    services.run_vectors(people.reviewer, version)
    with pytest.raises(GateRefused) as refused:
        services.approve_version(people.signatory, version, clock.today())
    assert "không đạt" in str(refused.value.stop.says) and refused.value.stop.evaluated


def test_runs_are_kept_each_with_its_software(people, made):
    vector = facts.add_vector(people.reviewer, made.power)
    first = services.run_vectors(people.reviewer, made.version)[0]
    made.power.formula = "reading / (loss - loss)"
    second = services.run_vectors(people.reviewer, made.version)[0]
    assert [r.id for r in vector.runs] == [first.id, second.id]
    assert (first.values, first.passed, second.passed, second.fault) == (["2"], True, False, "division_by_zero")
    assert first.fingerprint != second.fingerprint
    assert first.software.startswith("laboratory-system ") and first.run_by_id == people.reviewer.id


@pytest.mark.parametrize(("change", "field"), [
    ({"inputs": {"reading": "1"}}, "input-loss"), ({"inputs": {"reading": "NaN", "loss": "1"}}, "input-reading"),
    ({"inputs": {"reading": "1; 2", "loss": "1"}}, "input-reading"), ({"expected": ["1", "2"]}, "expected"),
    ({"expected": ["x"]}, "expected"), ({"tolerance": Decimal(0)}, "tolerance"), ({"tolerance": Decimal("NaN")}, "tolerance"),
    ({"source": ""}, "source"), ({"name": " "}, "name"),
])
def test_a_vector_that_proves_nothing(people, made, change, field):
    good = {"name": "v", "inputs": {"reading": "1", "loss": "2"}, "expected": ["3"], "tolerance": Decimal("0.01"), "source": "tính tay"}
    with pytest.raises(FieldRefused) as refused:
        services.add_vector(people.reviewer, made.power, **{**good, **change})
    assert refused.value.field == field


def test_the_end_of_the_tolerance_passes(people, made):
    good = {"inputs": {"reading": "1", "loss": "2"}, "tolerance": Decimal("0.1"), "source": "tính tay"}
    services.add_vector(people.reviewer, made.power, name="tại đầu", expected=["3.1"], **good)
    services.add_vector(people.reviewer, made.power, name="ngoài", expected=["3.11"], **good)
    assert [run.passed for run in services.run_vectors(people.reviewer, made.version)] == [True, False]


def test_a_copy_takes_over_everything_but_the_record_and_the_runs(people):
    made = facts.draft_method(people)
    services.edit_version(
        people.reviewer, made.version, environment=facts.ROOM, equipment=[{"kind": "Máy đo", "low": "1", "high": "2", "unit": "GHz"}],
        conditioning_minutes=60, conditioning="bật nguồn", steps=[{"vi": "Kiểm mức"}], document_code="QT-1", document_issue="02",
        document=files.put_bytes(b"quy trinh", "qt.txt", files.TEXTS))
    services.change_parameter(
        people.reviewer, made.power, fields=made.power.fields, formula="port", budget=made.budget, default_rule="DR-SA",
        calculations=[{"key": "port", "formula": "reading + loss", "unit": "dBm", "label_vi": "Tại cổng"}], operators=True,
        working_range={"low": "-60", "high": "30"}, trace_rule={"offset_db": 10, "most": "6"})
    facts.approve(people, made.version)
    second = services.draft_version(people.reviewer, made.method, environment=facts.ROOM, copy_from=made.version)
    assert (second.equipment, second.steps, second.conditioning_minutes, second.document_code) == (
        made.version.equipment, made.version.steps, 60, "QT-1")
    power = next(p for p in queries.parameters(second.id) if p.code == "P-01")
    assert (power.calculations, power.operators, power.working_range, power.trace_rule) == (
        made.power.calculations, True, {"low": "-60", "high": "30", "unit": "dBm", "manual": False}, made.power.trace_rule)
    assert power.trace_rule["most"] == 6
    assert queries.proof(second.id) is None and len(files.attachments("method-version", second.id)) == 1
    assert [f.state for f in queries.vector_facts([power])] == ["not_run"]


def test_a_retired_version_is_out_of_use_as_known(people):
    made = facts.make_method(people)
    before = clock.now()
    with pytest.raises(FieldRefused):
        services.retire_version(people.signatory, made.version, clock.today(), "")
    services.retire_version(people.signatory, made.version, clock.today(), "thiết bị không còn")
    later = clock.now() + timedelta(minutes=1)
    assert made.version.status == "retired"
    assert queries.standings([made.version], clock.today(), later)[made.version.id].code == "retired"
    assert queries.standings([made.version], clock.today() - timedelta(days=1), later)[made.version.id].code == "in_force"
    assert queries.version_in_force(made.method.id, clock.today(), before - timedelta(minutes=1)).id == made.version.id
    with pytest.raises(Refused):
        services.retire_version(people.signatory, made.version, clock.today(), "lần nữa")
