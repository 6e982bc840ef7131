"""Global risk against published numbers and against plain counting; specific risk as its limit."""

from __future__ import annotations

from decimal import Decimal
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.global_risk import Process, global_risk, process_from_conformity
from lab_app.metrology.limits import Bounds, abs_upper, lower, upper, within
from lab_app.metrology.risk import guard_factors, rejection_limit, worst_case_pfa

D = Decimal


def test_jcgm_106_resistors_with_a_guard_band() -> None:
    """JCGM 106 clause 9: 1500 Ω ± 0.2 Ω, s = 0.12, u = 0.04, acceptance ± 0.18: R_C 0.99 %, R_P 6.9 %."""
    tolerance = within(D("1499.8"), D("1500.2"))
    risk = global_risk(tolerance, Process(D(1500), D("0.12")), D("0.04"), within(D("1499.82"), D("1500.18")))
    assert float(risk.consumer) == pytest.approx(0.00987829, abs=1e-7)
    assert float(risk.producer) == pytest.approx(0.06902653, abs=1e-7)


@pytest.mark.parametrize(
    ("probability", "ufar", "cfar"), [("0.6", 4.83860326, 8.26008199), ("0.95", 0.87100925, 0.92389664)]
)
def test_the_conditional_risk_is_another_number(probability: str, ufar: float, cfar: float) -> None:
    limit = within(D(-1), D(1))
    process = process_from_conformity(limit, D(probability))
    risk = global_risk(limit, process, process.s / 4)
    assert float(risk.consumer) * 100 == pytest.approx(ufar, abs=1e-5)
    assert float(risk.conditional_consumer or 0) * 100 == pytest.approx(cfar, abs=1e-5)
    assert float(risk.conforming) == pytest.approx(float(probability), abs=1e-11)


@pytest.mark.parametrize("limit", [upper(D(1)), lower(D("-0.5")), within(D(-1), D("0.3")), abs_upper(D("0.8"))])
def test_counting_a_million_items_agrees(limit: Bounds) -> None:
    rng = np.random.default_rng(1)
    true = rng.normal(0.2, 0.7, 1_000_000)
    read = true + rng.normal(0, 0.3, len(true))
    low = float(limit.low) if limit.low is not None else -float(limit.high or 0) if limit.absolute else -np.inf
    high = float(limit.high) if limit.high is not None else np.inf
    good, taken = (true >= low) & (true <= high), (read >= low) & (read <= high)
    risk = global_risk(limit, Process(D("0.2"), D("0.7")), D("0.3"))
    assert float(risk.consumer) == pytest.approx((taken & ~good).mean(), abs=0.002)
    assert float(risk.producer) == pytest.approx((good & ~taken).mean(), abs=0.002)
    assert float(risk.accepted) == pytest.approx(taken.mean(), abs=0.002)


SIZE = st.decimals(D("0.01"), D(10), places=2)


@given(st.decimals(-3, 3, places=2), SIZE, SIZE, SIZE, st.decimals(0, 1, places=2))
def test_shares_add_up_and_a_guard_band_moves_risk(mean: Decimal, s: Decimal, u: Decimal, half: Decimal, cut: Decimal) -> None:
    tolerance = within(-half, half)
    process = Process(mean, s)
    plain = global_risk(tolerance, process, u)
    assert float(plain.conforming - plain.producer + plain.consumer) == pytest.approx(float(plain.accepted), abs=1e-9)
    assert all(0 <= share <= 1 for share in (plain.consumer, plain.producer, plain.conforming, plain.accepted))
    narrower = tolerance.shrunk(half * cut / 2)
    assert narrower is not None
    guarded = global_risk(tolerance, process, u, narrower)
    assert guarded.consumer <= plain.consumer + D("1e-12")
    assert guarded.producer >= plain.producer - D("1e-12")


def test_nothing_accepted_has_no_conditional_risk() -> None:
    risk = global_risk(within(D(0), D(1)), Process(D(1000), D("0.1")), D("0.1"))
    assert (risk.accepted, risk.conditional_consumer) == (0, None)


def test_processes_of_one_sided_limits() -> None:
    process = process_from_conformity(upper(D(10)), D("0.9"), D(8))
    assert float(process.s) == pytest.approx(2 / 1.2815515655446004, rel=1e-12)
    assert float(global_risk(upper(D(10)), process, D("0.1")).conforming) == pytest.approx(0.9, abs=1e-11)
    assert float(process_from_conformity(lower(D(10)), D("0.9"), D(12)).s) == pytest.approx(float(process.s))


@pytest.mark.parametrize(("mean", "share"), [("0.4", "0.9"), ("0.05", "0.3"), ("0.95", "0.99")])
def test_a_process_off_the_middle_conforms_by_the_share_asked_for(mean: str, share: str) -> None:
    found = process_from_conformity(within(D(0), D(1)), D(share), D(mean))
    spread = NormalDist(float(mean), float(found.s))
    assert spread.cdf(1) - spread.cdf(0) == pytest.approx(float(share), rel=1e-12)


@pytest.mark.parametrize(
    ("limit", "probability", "mean", "code", "field"),
    [
        (upper(D(1)), "0.9", None, "missing", "process_mean"),
        (upper(D(1)), "0.9", D(2), "not_positive", "s_process"),
        (upper(D(1)), "0.5", D(1), "not_positive", "s_process"),
        (within(D(0), D(1)), "1", None, "outside", "in_tolerance_probability"),
        (within(D(0), D(1)), "NaN", None, "outside", "in_tolerance_probability"),
        (within(D(0), D(1)), "0.9", D(1), "not_positive", "s_process"),
    ],
)
def test_processes_that_are_refused(limit: Bounds, probability: str, mean: Decimal | None, code: str, field: str) -> None:
    with pytest.raises(MetrologyError) as refusal:
        process_from_conformity(limit, D(probability), mean)
    assert (refusal.value.code, refusal.value.field) == (code, field)


@pytest.mark.parametrize("bad", ["0", "-1", "NaN", "Infinity"])
def test_uncertainties_and_spreads_are_positive(bad: str) -> None:
    with pytest.raises(MetrologyError):
        Process(D(0), D(bad))
    with pytest.raises(MetrologyError):
        global_risk(upper(D(1)), Process(D(0), D(1)), D(bad))


@given(st.decimals(D("0.1"), D(1000), places=2))
def test_guard_factors_never_widen_and_never_turn_negative(ratio: Decimal) -> None:
    assert all(0 <= factor <= 1 for factor in guard_factors(ratio))


def test_guard_factors_at_the_ends() -> None:
    """Dobbert's formula would exceed 1 above a TUR of about 4.6; below 1 the root has no real value."""
    assert guard_factors(D("4.7")).dobbert == 1
    assert guard_factors(D("0.5")).rss == guard_factors(D("0.5")).test95 == 0


def test_ilac_g8_guard_bands() -> None:
    """w = r U: r = 1 has 2.28 % at worst, 0.83 has 4.85 %, 1.5 has 0.135 %."""
    assert [f"{worst_case_pfa(D(r)) * 100:.2f}" for r in ("0", "0.5", "0.83", "1", "1.5")] == [
        "50.00", "15.87", "4.85", "2.28", "0.13",
    ]  # fmt: skip


def test_a_limit_that_no_reading_can_exceed() -> None:
    with pytest.raises(MetrologyError) as refusal:
        rejection_limit(D(100), D("0.5"), D("0.999"))
    assert refusal.value.code == "no_limit"
