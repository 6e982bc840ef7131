"""Uncertainty of the demonstration beyond its nine tables: a model with measured reflections, U by range, simulations, and a choice
by instrument and band that takes effect next week (7.6)."""
from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from instruments.models import Instrument
from lab_app.core import clock, jobs
from lab_app.core import db as database
from lab_app.core.db import db
from lab_app.demo.people import person
from test_methods.models import UncertaintyBudget
from test_methods.queries import parameter
from test_methods.queries.uncertainty import budget_by_code
from test_methods.services import simulations
from test_methods.services.uncertainty import Place, add_budget, choose_budget

AUTHOR, APPROVER = "U02", "U01"
SEED = 20261116
#: Output power through the power sensor, with the reflections of item and sensor measured: the mismatch is corrected, and what
#: is left of it is the uncertainty of the two reflections.
POWER: dict[str, Any] = {
    "kind": "model", "unit": "dB", "model": "P + S + A + R + 20*log10(mag(1 - GE*GS))",
    "coverage": {"p": "0.95", "dof_rule": "truncated"},
    "inputs": [
        {"name": "P", "meaning": "Hiệu chuẩn đầu đo công suất EQ-002", "given": "expanded", "x": "0", "u": "0.12", "k": "2", "unit": "dB"},
        {"name": "S", "meaning": "Suy hao cáp và bộ suy giảm", "given": "expanded", "x": "0", "u": "0.2", "k": "2", "unit": "dB"},
        {"name": "A", "meaning": "Trôi theo nhiệt độ", "given": "rectangular", "x": "0", "u": "0.1", "unit": "dB"},
        {"name": "R", "meaning": "Độ lặp lại, độ lệch của mười lần đo", "given": "readings", "unit": "dB", "readings": [
            "0.06", "-0.11", "0.02", "0.13", "-0.05", "-0.02", "0.09", "-0.14", "0.04", "-0.02"]},
        {"name": "GE", "meaning": "Hệ số phản xạ của thiết bị được thử", "given": "polar", "x": "0.21", "y": "-38", "u": "0.015"},
        {"name": "GS", "meaning": "Hệ số phản xạ của đầu đo", "given": "complex", "x": "0.06", "y": "0.02", "u": "0.008", "v": "0.008"},
    ],
}
CHAMBER: dict[str, Any] = {
    "kind": "table", "unit": "°C", "ranges": [
        {"low": "-40", "high": "0", "U": "0.9"}, {"low": "0", "high": "50", "U": "0.6"}, {"low": "50", "high": "85", "U": "0.8"}],
}


def tell() -> None:
    """At present: made by the technical manager, simulated, chosen by the head of the laboratory; in transactions of its own where the
    worker's are."""
    author = person(AUTHOR)
    power = add_budget(author, code="UB-RF-PWR-VNA", quantity="Công suất phát dẫn, hệ số phản xạ đã đo", note=(
        "Dùng khi hệ số phản xạ của thiết bị được thử và của đầu đo đều đã đo; nếu không, dùng UB-RF-EIRP."), **POWER)
    add_budget(author, code="UB-CLIM-T", quantity="Nhiệt độ trong buồng khí hậu EQ-011", note="U công bố theo khoảng nhiệt độ", **CHAMBER)
    sensor = db.session.scalar(select(Instrument).where(Instrument.code == "EQ-002"))
    measured = parameter("QCVN 54", "54-01", clock.today(), clock.now())
    if sensor is not None and measured is not None:
        choose_budget(
            person(APPROVER), power, measured, Place(sensor, Decimal(2400), Decimal("2483.5"), "MHz"),
            valid_from=clock.today() + timedelta(days=7), reason="Đã có phép đo hệ số phản xạ cho đầu đo EQ-002")
    tables = [budget_by_code(code) for code in ("UB-RF-EIRP", "UB-CAL-DMM10V")]
    for budget in (power, *tables):
        if budget is not None:
            _simulated(budget)


def _simulated(budget: UncertaintyBudget) -> None:
    row = simulations.start_simulation(person(AUTHOR), budget, seed=SEED, digits=2)
    db.session.commit()
    database.end_writing()
    jobs.run_key(simulations.job_key(row.id))
