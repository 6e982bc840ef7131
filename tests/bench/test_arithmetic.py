"""The pairs of the benchmark give the same answers, or their ratio would say nothing."""

from __future__ import annotations

import pytest

from bench import arithmetic


def test_the_budget_and_its_floor_agree() -> None:
    assert [float(part) for part in arithmetic.budget()] == pytest.approx(arithmetic.bare_budget(), rel=1e-10)


def test_the_simulation_and_its_floor_agree() -> None:
    assert [float(part) for part in arithmetic.simulation()] == pytest.approx(arithmetic.bare_simulation(), abs=0.02)
