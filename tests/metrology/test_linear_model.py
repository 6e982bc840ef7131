"""One budget by every method: the table, the typed model and the simulation agree where they should."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.budget import Budget, Component
from lab_app.metrology.coverage import Coverage
from lab_app.metrology.distributions import Distribution
from lab_app.metrology.linear_model import check_budget, linear_model
from lab_app.metrology.uncertainty import evaluate

D = Decimal
NORMAL, RECTANGULAR, U_SHAPE = Distribution.NORMAL, Distribution.RECTANGULAR, Distribution.U_SHAPE
VALUE = st.decimals(D("0.01"), D(50), places=2)
COMPONENT = st.tuples(
    VALUE, st.sampled_from([NORMAL, RECTANGULAR, U_SHAPE]), st.sampled_from(["1", "-0.5", "1E-3", "0"]), st.integers(1, 40)
)


@given(st.lists(COMPONENT, min_size=1, max_size=6), st.decimals(-1, 1, places=1))
def test_table_and_model_give_one_number(rows: list[tuple[D, Distribution, str, int]], r: Decimal) -> None:
    components = [Component("always", D(1), NORMAL, D(1), dof=D(7))]
    components += [
        Component(f"source {i}", value, shape, D(2) if shape is NORMAL else None, D(c), D(nu))
        for i, (value, shape, c, nu) in enumerate(rows)
    ]
    table = Budget(tuple(components)).evaluate()
    model = linear_model(Budget(tuple(components)))
    typed = evaluate(model.text, model.inputs)
    assert float(typed.u) == pytest.approx(float(table.u_c), rel=1e-9)
    assert float(typed.nu_eff or 0) == pytest.approx(float(table.nu_eff or 0), rel=1e-8)
    assert model.sources == tuple(component.source for component in components)
    if rows[0][1] is NORMAL:
        tied = Budget(tuple(components), correlations=(("always", "source 0", r),))
        model = linear_model(tied)
        assert model.correlations == (("x1", "x2", r),)
        if abs(r) < 1:
            typed = evaluate(model.text, model.inputs, model.correlations)
            assert float(typed.u) == pytest.approx(float(tied.evaluate().u_c), rel=1e-7)


def test_many_small_components_are_well_described_by_the_table() -> None:
    budget = Budget(tuple(Component(str(i), D(1), RECTANGULAR) for i in range(12)), coverage=Coverage(p=D("0.95")))
    done: list[int] = []
    found = check_budget(budget, seed=3, progress=lambda trials, total: done.append(trials))
    assert found.check.validated
    assert float(found.u) == pytest.approx(2, rel=0.02)
    assert done
    assert done[-1] == found.simulation.trials


def test_one_u_shaped_mismatch_is_not() -> None:
    """± 1 dB of mismatch alone: k = 2 claims ± 1.41 dB, and nothing lies beyond ± 1 dB."""
    budget = Budget((Component("mismatch", D(1), U_SHAPE), Component("rest", D("0.05"), NORMAL, D(1))))
    found = check_budget(budget, seed=1)
    assert not found.check.validated
    assert float(found.table.U) == pytest.approx(1.418, abs=0.01)
    assert float(found.U) == pytest.approx(1.03, abs=0.05)
