"""Uncertainty in the demonstration: the nine tables as the case prints them, a model, U by range, simulations, a choice to come."""
from __future__ import annotations

from decimal import Decimal

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.demo.people import case
from lab_app.demo.uncertainty import SEED
from test_methods.models import BudgetChoice, BudgetSimulation, UncertaintyBudget
from test_methods.queries.uncertainty import budget_by_code, data_of
from test_methods.rules.budgets import evaluated


def test_the_nine_tables_give_what_the_case_prints(demo_app):
    for code, printed in case()["uncertainty_budgets"].items():
        row = budget_by_code(code)
        assert row is not None and row.kind == "components" and row.issue == 1, code
        assert round(row.u_expanded, 2) == Decimal(printed["U"]), code
        assert row.u_expanded == evaluated(data_of(row)).U, code


def test_a_model_with_measured_reflections_is_simulated_and_chosen(demo_app):
    model = budget_by_code("UB-RF-PWR-VNA")
    assert model is not None and model.author is not None and [q["given"] for q in model.inputs][-2:] == ["polar", "complex"]
    done = {run.budget_id: run for run in db.session.query(BudgetSimulation)}
    assert all(run.state == "done" and run.seed == SEED and run.stable for run in done.values()) and len(done) == 3
    assert done[model.id].validated is True
    table = budget_by_code("UB-RF-EIRP")
    assert table is not None and done[table.id].validated is False, "its half-widths are rectangular: the interval is narrower"
    choice = db.session.query(BudgetChoice).one()
    assert choice.budget_id == model.id and choice.valid_from > clock.today() and choice.decided_by_id != model.author_id


def test_uncertainty_by_range_beside_them(demo_app):
    row = db.session.query(UncertaintyBudget).filter_by(kind="table").one()
    assert row.code == "UB-CLIM-T" and len(row.ranges) == 3 and row.u_expanded == Decimal("0.9")


def test_their_pages(demo_app, client_as, statements):
    client = client_as("reviewer")
    for code, words in (("UB-RF-PWR-VNA", "Bậc nhất đủ dùng"), ("UB-RF-EIRP", "Bậc nhất không đủ"), ("UB-CLIM-T", "U theo khoảng")):
        row = budget_by_code(code)
        assert row is not None
        with statements() as seen:
            page = client.get(f"/budgets/{row.id}")
        assert page.status_code == 200 and words in page.text, code
        assert len(seen) <= 15, str(seen)
    assert client.get("/budgets").text.count("UB-") >= 11
