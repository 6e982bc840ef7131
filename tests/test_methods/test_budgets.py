"""Budgets by services: entered, issued anew, put to use, taken by readings, simulated in the background."""
from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from lab_app.core import clock, gates, jobs
from lab_app.core.access import Actor
from lab_app.core.audit import AuditEntry
from lab_app.core.db import begin_writing, db, end_writing
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed, Refused
from lab_app.core.jobs import QueuedJob
from lab_app.results.inputs import spec_of
from test_methods.models import BudgetChoice, BudgetSimulation
from test_methods.queries import uncertainty as queries
from test_methods.services import simulations
from test_methods.services.uncertainty import Place, add_budget, choose_budget, end_choice, issue_budget
from tests.support import method_facts, results_facts
from tests.support.people_facts import make_people

MODEL = {
    "kind": "model", "model": "P + M", "unit": "dB", "inputs": [
        {"name": "P", "meaning": "công suất", "given": "expanded", "x": "0", "u": "0.3", "k": "2", "unit": "dB"},
        {"name": "M", "meaning": "mất phối hợp", "given": "mismatch", "x": "0.2", "y": "0.3"}]}


@pytest.fixture
def people(app, writing, frozen_clock):
    return make_people()


@pytest.fixture
def budget(people):
    return add_budget(people.reviewer, code="UB-M", quantity="Công suất", **MODEL)


def commit() -> None:
    db.session.commit()
    end_writing()


def again(row):
    begin_writing()
    db.session.expire_all()
    return db.session.get(type(row), row.id)


def test_a_model_is_kept_with_what_it_gives(people, budget):
    assert budget.kind == "model" and budget.series == "UB-M" and budget.issue == 1 and budget.author_id == people.reviewer.id
    assert budget.estimate == 0 and budget.inputs[1]["unit"] == "dB" and budget.components == []
    # u² = 0.15² + (8.686·0.06)²/2
    assert round(budget.u_c, 4) == Decimal("0.3979") and round(budget.u_expanded, 4) == Decimal("0.7957")
    frozen = queries.frozen_of(budget)
    assert frozen["kind"] == "model" and frozen["model"] == "P + M" and "ranges" not in frozen
    plain = queries.frozen_of(method_facts.make_budget(people))
    assert set(plain) == {"code", "quantity", "unit", "components", "u_c", "k", "U"}, "a table as it was always frozen"


def test_refusals_name_the_row_and_the_field(people):
    with pytest.raises(FieldRefused) as caught:
        add_budget(people.reviewer, code="X", quantity="x", unit="dB", components=[
            {"source": "a", "value": "1", "distribution": "rectangular"}, {"source": "b", "value": "1", "distribution": ""}])
    assert caught.value.field == "components-1-distribution" and "phân bố" in str(caught.value.message)
    with pytest.raises(FieldRefused) as caught:
        add_budget(people.reviewer, code="X", quantity="x", **{**MODEL, "model": "__import__('os')"})
    assert caught.value.field == "model"
    with pytest.raises(FieldRefused) as caught:
        add_budget(people.reviewer, code="X/2", quantity="x", **MODEL)
    assert caught.value.field == "code"
    with pytest.raises(NotAllowed):
        add_budget(people.auditor, code="X", quantity="x", **MODEL)


def test_a_changed_budget_is_the_next_issue_and_the_old_one_stays(people, budget):
    with pytest.raises(FieldRefused):
        issue_budget(people.reviewer, budget, reason=" ", quantity="Công suất", **MODEL)
    with pytest.raises(Refused, match="Không có gì thay đổi"):
        issue_budget(people.reviewer, budget, reason="thử", quantity="Công suất", **MODEL)
    wider = {**MODEL, "inputs": [{**MODEL["inputs"][0], "u": "0.4"}, MODEL["inputs"][1]]}
    second = issue_budget(people.reviewer, budget, reason="giấy chứng nhận mới", quantity="Công suất", **wider)
    assert second.code == "UB-M/2" and second.issue == 2 and second.replaces_id == budget.id and second.series == "UB-M"
    assert second.u_expanded > budget.u_expanded and round(budget.u_expanded, 4) == Decimal("0.7957")
    assert [one.code for one in queries.issues_of(budget)] == ["UB-M/2", "UB-M"]
    with pytest.raises(Refused, match="lần ban hành sau"):
        issue_budget(people.reviewer, budget, reason="nữa", quantity="Khác", **MODEL)
    assert issue_budget(people.reviewer, second, reason="nữa", quantity="Khác", **wider).code == "UB-M/3"
    why = db.session.scalar(select(AuditEntry.reason).where(
        AuditEntry.subject_kind == "uncertainty-budget", AuditEntry.subject_code == "UB-M/2"))
    assert why == "giấy chứng nhận mới"


def test_a_reading_takes_the_budget_chosen_for_its_instrument_and_keeps_it(people, frozen_clock):
    bench = results_facts.make_bench()
    made = add_budget(bench.people.reviewer, code="UB-EQ", quantity="Công suất", unit="dB", components=[
        {"source": "máy thu", "value": "1.2", "distribution": "normal", "divisor": "2"}])
    own = spec_of(bench.line())
    assert own.budget is not None and own.budget["code"] == "UB-1"
    with pytest.raises(GateRefused):
        choose_budget_as_author(bench, made)
    row = choose_budget(bench.people.signatory, made, bench.tested.power, Place(bench.instrument, Decimal(2400), Decimal(2500), "MHz"),
                        reason="máy thu mới")
    frozen_clock.advance(minutes=1)
    spec = spec_of(bench.line(), [bench.instrument], (Decimal(2412), "MHz"))
    assert spec.u == made.u_expanded and spec.budget["code"] == "UB-EQ"
    assert spec_of(bench.line(), [bench.instrument], (Decimal(5180), "MHz")).budget["code"] == "UB-1"
    assert spec_of(bench.line(), [], (Decimal(2412), "MHz")).budget["code"] == "UB-1"
    frozen_clock.advance(minutes=10)
    reading = bench.record(measured_at=clock.now())
    assert reading.u == made.u_expanded and reading.computed["budget"]["code"] == "UB-EQ"
    end_choice(bench.people.signatory, row, "trả máy")
    assert row.valid_to == clock.today() and reading.u == made.u_expanded
    db.session.expire_all()
    assert spec_of(bench.line(), [bench.instrument], (Decimal(2412), "MHz")).budget["code"] == "UB-1"
    with pytest.raises(Refused):
        end_choice(bench.people.signatory, row, "lần nữa")


def choose_budget_as_author(bench, made) -> BudgetChoice:
    author: Actor = bench.people.reviewer
    bench.people.reviewer.roles = [*bench.people.reviewer.roles, *bench.people.signatory.roles]
    db.session.flush()
    return choose_budget(author, made, bench.tested.power)


def test_a_choice_is_refused_by_its_field(people):
    tested = method_facts.make_method(people)
    other = add_budget(people.reviewer, code="UB-V", quantity="Điện áp", unit="mV", components=[
        {"source": "a", "value": "1", "distribution": "rectangular"}])
    wrong = [
        (other, Place(), {}, "parameter_id"), (tested.budget, Place(None, Decimal(2), Decimal(1), "GHz"), {}, "high"),
        (tested.budget, Place(None, Decimal(1), Decimal(2), "V"), {}, "unit"), (tested.budget, Place(None, None, None, "GHz"), {}, "low"),
        (tested.budget, Place(), {"valid_from": date(2026, 11, 15)}, "valid_from"),
    ]
    for budget, place, more, field in wrong:
        with pytest.raises(FieldRefused) as caught:
            choose_budget(people.signatory, budget, tested.power, place, **more)
        assert caught.value.field == field
    choose_budget(people.signatory, tested.budget, tested.power)
    with pytest.raises(Refused, match="đang được dùng"):
        choose_budget(people.signatory, tested.budget, tested.power)
    next_one = issue_budget(people.reviewer, tested.budget, reason="mới", quantity="Công suất", unit="dB", components=[
        {"source": "a", "value": "1", "distribution": "rectangular"}])
    choose_budget(people.signatory, next_one, tested.power)
    first, second = db.session.scalars(select(BudgetChoice).order_by(BudgetChoice.id)).all()
    assert first.valid_to == clock.today() and second.valid_to is None
    with pytest.raises(NotAllowed):
        choose_budget(people.technician, next_one, tested.power)


def test_uncertainty_by_range_follows_the_value(people):
    from dataclasses import replace

    from lab_app.results.computation import expanded

    bench = results_facts.make_bench()
    spec = replace(spec_of(bench.line()), ranges=[{"low": "0", "high": "10", "U": "0.5"}, {"low": "10", "high": "20", "U": "0.9"}])
    assert expanded(spec, [Decimal("9.99")]) == Decimal("0.5") and expanded(spec, [Decimal(10)]) == Decimal("0.9")
    assert expanded(spec, [Decimal(5), Decimal(15)]) == Decimal("0.9") and expanded(spec, [Decimal(21)]) is None
    volts = replace(spec, unit="V", u_unit="mV", ranges=[{"low": "0", "high": "5000", "percent": "1"}])
    assert expanded(volts, [Decimal(2)]) == Decimal("0.02")


# ---- simulations --------------------------------------------------------------------------------------------


def test_a_simulation_waits_for_the_worker_and_is_kept_as_a_record(people, budget, monkeypatch):
    row = simulations.start_simulation(people.reviewer, budget, seed=7)
    assert row.state == "queued" and row.p == Decimal("0.9545") and row.trials == 0, "nothing is drawn in the request"
    with pytest.raises(Refused):
        simulations.start_simulation(people.reviewer, budget, seed=8)
    commit()
    assert jobs.run_due() == 1
    row = again(row)
    assert row.state == "done" and row.stable and row.trials >= 20_000 and "NumPy" in row.libraries
    # The same distribution by arithmetic: u² = 0.15² + 0.5211²/2; the U-shaped part keeps the interval inside ± U.
    assert abs(row.u - budget.u_c) < Decimal("0.005") and abs(row.y) < Decimal("0.005")
    assert row.high < row.first_y + row.first_expanded and row.validated is False and row.d_high > row.tolerance
    assert row.shortest_high - row.shortest_low <= row.high - row.low
    counts = row.histogram["counts"]
    assert sum(counts) + row.histogram["below"] + row.histogram["above"] == row.trials
    who = db.session.scalars(select(AuditEntry.actor_name).where(
        AuditEntry.subject_kind == "budget-simulation").order_by(AuditEntry.id)).all()
    assert who[0] == people.reviewer.full_name and who[-1] == simulations.WORKER.name
    ended = row.finished_at
    commit()
    simulations.run_simulation(row.id)
    assert again(row).finished_at == ended, "a lost job run again changes nothing"


def test_the_same_seed_gives_the_same_numbers(people, budget):
    rows = []
    for seed in (11, 11, 12):
        rows.append(simulations.start_simulation(people.reviewer, budget, seed=seed, digits=1))
        commit()
        jobs.run_due()
        begin_writing()
    first, second, third = (again(row) for row in rows)
    told = [(r.y, r.u, r.low, r.high, r.shortest_low, r.trials, r.histogram) for r in (first, second, third)]
    assert told[0] == told[1] != told[2]


def test_first_order_suffices_for_a_sum_of_normal_parts(people):
    plain = add_budget(people.reviewer, code="UB-N", quantity="x", unit="V", components=[
        {"source": s, "value": "1", "distribution": "normal", "divisor": "2"} for s in "abc"])
    row = simulations.start_simulation(people.reviewer, plain, seed=3, digits=1)
    commit()
    jobs.run_due()
    row = again(row)
    assert row.validated is True and max(row.d_low, row.d_high) <= row.tolerance


def test_a_cancelled_simulation_stops_and_keeps_nothing(people, budget, monkeypatch):
    row = simulations.start_simulation(people.reviewer, budget, seed=1, most_trials=5_000_000)
    monkeypatch.setattr(simulations, "LOOK_EVERY", 1)
    commit()
    drawn = []
    look = simulations._Look.__call__

    def cancel_at_the_second_look(self, done, of):
        drawn.append(done)
        if len(drawn) == 2:
            begin_writing()
            db.session.get_one(BudgetSimulation, row.id).state = "cancelled"
            from lab_app.core import audit

            audit.acting(people.reviewer)
            commit()
        look(self, done, of)

    monkeypatch.setattr(simulations._Look, "__call__", cancel_at_the_second_look)
    jobs.run_due()
    found = again(row)
    assert found.state == "cancelled" and found.u is None and len(drawn) == 2
    job = db.session.scalar(select(QueuedJob).where(QueuedJob.key == simulations.job_key(row.id)))
    assert job.state == "done" and job.payload["done"] == drawn[0], "progress stood in the job's row"
    assert simulations.trials_done(found) == 0
    with pytest.raises(Refused):
        simulations.cancel_simulation(people.reviewer, found)
    waiting = simulations.start_simulation(people.reviewer, budget, seed=2)
    simulations.cancel_simulation(people.reviewer, waiting)
    commit()
    jobs.run_due()
    assert again(waiting).state == "cancelled"


def test_a_model_without_a_value_in_some_trials_fails_with_its_reason(people):
    rare = add_budget(people.reviewer, code="UB-L", quantity="x", unit="", kind="model", model="log(x)", inputs=[
        {"name": "x", "given": "standard", "x": "3.9", "u": "1"}])
    row = simulations.start_simulation(people.reviewer, rare, seed=5)
    commit()
    jobs.run_due()
    row = again(row)
    assert row.state == "failed" and row.error.startswith("model|domain")
    often = add_budget(people.reviewer, code="UB-L2", quantity="x", unit="", kind="model", model="log(x)", inputs=[
        {"name": "x", "given": "standard", "x": "1", "u": "1"}])
    with pytest.raises(FieldRefused) as caught:
        simulations.start_simulation(people.reviewer, often)
    assert caught.value.field == "model"


@pytest.mark.parametrize("asked,field", [
    ({"digits": 3}, "digits"), ({"seed": -1}, "seed"), ({"most_trials": 100}, "most_trials"), ({"most_trials": 10**9}, "most_trials")])
def test_what_cannot_be_simulated_is_refused(people, budget, asked, field):
    with pytest.raises(FieldRefused) as caught:
        simulations.start_simulation(people.reviewer, budget, **asked)
    assert caught.value.field == field
    assert db.session.scalar(select(func.count()).select_from(BudgetSimulation)) == 0


def test_asking_for_millions_of_trials_draws_a_thousand(people, budget, monkeypatch):
    """The web worker checks that the model has values and queues; what takes seconds is never called."""
    monkeypatch.setattr(simulations, "simulate_adaptive", lambda *a, **k: pytest.fail("drawn in the request"))
    asked = []
    simulate = simulations.simulate
    monkeypatch.setattr(simulations, "simulate", lambda *a, **k: asked.append(k["trials"]) or simulate(*a, **k))
    simulations.start_simulation(people.reviewer, budget, most_trials=5_000_000)
    assert asked == [1000]


def test_the_gate_is_known_by_its_clauses(app):
    assert gates.registry["budget-used-by-another"].clauses == ("7.6.3", "8.3.2")
