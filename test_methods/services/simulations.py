"""Monte Carlo simulations of budgets as background work (JCGM 101): asked for, run by a worker, cancelled, kept as records.

The page only queues. The worker draws in batches, writes now and then how far it is into the job's own row, and looks there
whether somebody cancelled. The same seed gives the same numbers, so that running a lost job again changes nothing.
"""
from __future__ import annotations

import secrets
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import audit, clock, jobs
from lab_app.core.access import Actor, SystemActor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.jobs import QueuedJob
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.histogram import histogram
from lab_app.metrology.montecarlo import (
    FEWEST_TRIALS,
    Simulation,
    check_first_order,
    simulate,
    simulate_adaptive,
)
from test_methods.models import BudgetSimulation, UncertaintyBudget
from test_methods.queries.uncertainty import data_of
from test_methods.rules.budgets import BadBudget, Simulated, simulation_of
from test_methods.services.uncertainty import refuse
from test_methods.workflow.uncertainty import GOING

JOB = "simulate-budget"
WORKER = SystemActor("Mô phỏng tự động", frozenset({P.METHOD_WRITE}))
MOST_TRIALS = 5_000_000
LEAST_MOST = 20_000
LARGEST_SEED = 2**31 - 1
#: Nearly all of a distribution needs more trials than there are: beyond this share nothing is asked for.
LARGEST_P = Decimal("0.9999")
#: Batches between two looks at the job's row.
LOOK_EVERY = 8


class Cancelled(Exception):
    """Somebody cancelled while it ran."""


def job_key(simulation_id: int) -> str:
    """The key of a simulation's job."""
    return f"{JOB}:{simulation_id}"


def start_simulation(
    actor: Actor, budget: UncertaintyBudget, *, seed: int | None = None, digits: int = 2, most_trials: int = 1_000_000,
) -> BudgetSimulation:
    """Queue a simulation of a budget; a seed is drawn where none is given. Refuses what could not run: a few trials are tried at
    once, so that a model without a value is refused here and not by the worker. One at a time for a budget."""
    authorize(actor, P.METHOD_WRITE)
    if digits not in (1, 2):
        raise FieldRefused("digits", gettext("Một hoặc hai chữ số có nghĩa của u."))
    if seed is not None and not 0 <= seed <= LARGEST_SEED:
        raise FieldRefused("seed", gettext("Số khởi đầu: từ 0 đến %(most)s.", most=LARGEST_SEED))
    if not LEAST_MOST <= most_trials <= MOST_TRIALS:
        raise FieldRefused("most_trials", gettext("Số lần thử nhiều nhất: từ %(least)s đến %(most)s.", least=LEAST_MOST, most=MOST_TRIALS))
    if db.session.scalar(select(BudgetSimulation.id).where(
            BudgetSimulation.budget_id == budget.id, BudgetSimulation.state.in_(GOING)).limit(1)) is not None:
        raise Refused(gettext("Bảng này đang có một mô phỏng chạy; chờ xong hoặc hủy trước."))
    try:
        wanted = simulation_of(data_of(budget))
        if wanted.p > LARGEST_P:
            raise BadBudget("coverage", "outside", "p", detail=str(wanted.p))
        simulate(wanted.model, wanted.inputs, wanted.correlations, trials=FEWEST_TRIALS, p=wanted.p)
    except BadBudget as error:
        raise refuse(error) from error
    except MetrologyError as error:
        raise refuse(BadBudget("model", error.code, detail=error.detail)) from error
    row = BudgetSimulation(
        budget_id=budget.id, budget=budget, seed=secrets.randbelow(LARGEST_SEED) if seed is None else seed, digits=digits, p=wanted.p,
        most_trials=most_trials, asked_by_id=actor.id)
    db.session.add(row)
    db.session.flush()
    jobs.queue(JOB, job_key(row.id), {"simulation_id": row.id})
    return row


def cancel_simulation(actor: Actor, row: BudgetSimulation) -> BudgetSimulation:
    """Stop a simulation that waits or runs; the worker lets go at its next look."""
    authorize(actor, P.METHOD_WRITE)
    if row.state not in GOING:
        raise Refused(gettext("Mô phỏng này đã kết thúc."))
    row.state, row.finished_at = "cancelled", clock.now()
    db.session.flush()
    return row


def trials_done(row: BudgetSimulation) -> int:
    """How many trials a simulation has drawn, as far as the worker told; those of the result once it is done."""
    if row.state not in GOING:
        return row.trials
    payload = db.session.scalar(select(QueuedJob.payload).where(QueuedJob.key == job_key(row.id)))
    return int((payload or {}).get("done", 0))


@jobs.handler(JOB)
def _run(payload: dict[str, Any]) -> None:
    run_simulation(int(payload["simulation_id"]))


def run_simulation(simulation_id: int) -> None:
    """Do a queued simulation in transactions of its own; safe to run twice. What cannot be simulated fails with its reason."""
    with jobs.transaction():
        row = db.session.get(BudgetSimulation, simulation_id)
        if row is None or row.state not in GOING:
            return
        audit.acting(WORKER)
        row.state = "running"
        data, seed, digits, most = data_of(row.budget), row.seed, row.digits, row.most_trials
    try:
        wanted = simulation_of(data)
        found = simulate_adaptive(
            wanted.model, wanted.inputs, wanted.correlations, digits=digits, p=wanted.p, seed=seed, most_trials=most,
            progress=_Look(simulation_id))
    except Cancelled:
        return
    except (BadBudget, MetrologyError) as error:
        with jobs.transaction():
            _fail(simulation_id, error)
        return
    with jobs.transaction():
        _keep(simulation_id, wanted, found)


class _Look:
    """Tells the job's row how far it is, and whether to go on, every few batches."""

    def __init__(self, simulation_id: int) -> None:
        self.simulation_id, self.calls = simulation_id, 0

    def __call__(self, done: int, _of: int | None) -> None:
        self.calls += 1
        if self.calls % LOOK_EVERY:
            return
        with jobs.transaction():
            state = db.session.scalar(select(BudgetSimulation.state).where(BudgetSimulation.id == self.simulation_id))
            if state not in GOING:
                raise Cancelled
            job = db.session.scalar(select(QueuedJob).where(QueuedJob.key == job_key(self.simulation_id)))
            if job is not None:
                job.payload = {**job.payload, "done": done}


def _going(simulation_id: int) -> BudgetSimulation | None:
    authorize(WORKER, P.METHOD_WRITE)
    audit.acting(WORKER)
    row = db.session.scalar(select(BudgetSimulation).where(BudgetSimulation.id == simulation_id).with_for_update()
                            .execution_options(populate_existing=True))
    return row if row is not None and row.state in GOING else None


def _fail(simulation_id: int, error: BadBudget | MetrologyError) -> None:
    row = _going(simulation_id)
    if row is not None:
        part = error.part if isinstance(error, BadBudget) else "model"
        row.state, row.finished_at, row.error = "failed", clock.now(), f"{part}|{error.code}|{error.detail}"


def _keep(simulation_id: int, wanted: Simulated, found: Simulation) -> None:
    """The result as a record, with the comparison of clause 8: the first order's interval against the simulated one."""
    row = _going(simulation_id)
    if row is None:
        return
    sample, first = found.only, wanted.first
    y = Decimal(0) if first.y is None else first.y
    check = check_first_order(y, first.u_c, first.U, sample, row.digits)
    symmetric, shortest = sample.symmetric(), sample.shortest()
    row.state, row.finished_at, row.trials, row.stable = "done", clock.now(), found.trials, found.stable
    row.y, row.u, row.low, row.high = sample.mean, sample.u, symmetric.low, symmetric.high
    row.shortest_low, row.shortest_high = shortest.low, shortest.high
    row.first_y, row.first_u, row.first_expanded = y, first.u_c, first.U
    row.d_low, row.d_high, row.tolerance, row.validated = check.d_low, check.d_high, check.tolerance, check.validated
    row.histogram, row.libraries = histogram(sample).to_dict(), found.generator
