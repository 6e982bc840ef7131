"""Calibration intervals against published figures, and what must hold for any record."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.drift import DriftProposal, drift
from lab_app.metrology.intervals import (
    IntervalError,
    IntervalSettings,
    Reason,
    StaircaseSettings,
    Stop,
    a3,
    exponential,
    history_at,
    rejection_confidence,
    reliability_bounds,
    staircase,
)

D = Decimal
SETTINGS = IntervalSettings(D(14), D(1826), D(2), D(5))
YEAR = D(365)


@pytest.mark.parametrize(
    ("good", "n", "interval", "target", "confidence", "proposed", "rejection", "low", "high"),
    [
        # NCSL 2019 symposium tutorial on intervals, three assets.
        (15, 20, 365, "0.95", "0.5", 231, "0.9949", "0.6516", "0.8286"),
        (14, 20, 365, "0.95", "0.5", 205, "0.9993", "0.6000", "0.7843"),
        (16, 20, 730, "0.95", "0.5", 523, "0.9682", "0.7041", "0.8716"),
        (42, 50, 365, "0.9", "0.3", 329, "0.7557", None, None),
    ],
)
def test_a3_gives_the_published_intervals(
    good: int,
    n: int,
    interval: int,
    target: str,
    confidence: str,
    proposed: int,
    rejection: str,
    low: str | None,
    high: str | None,
) -> None:
    result = a3(good, n, D(interval), D(target), D(confidence), SETTINGS)
    assert result.proposed == proposed
    assert result.reason is Reason.SHORTENED
    assert abs(result.rejection_confidence - D(rejection)) <= D("0.00005")
    if low is not None and high is not None:
        assert abs(result.low - D(low)) <= D("0.00005")
        assert abs(result.high - D(high)) <= D("0.00005")


def test_a3_keeps_what_the_record_does_not_reject() -> None:
    assert a3(19, 20, YEAR, D("0.95"), D("0.5"), SETTINGS).reason is Reason.ON_TARGET
    kept = a3(9, 10, YEAR, D("0.95"), D("0.5"), SETTINGS)
    assert (kept.proposed, kept.reason) == (365, Reason.NOT_REJECTED)


def test_a3_extends_on_a_long_good_record_and_no_further_than_allowed() -> None:
    extended = a3(98, 100, YEAR, D("0.95"), D("0.5"), SETTINGS)
    # P(X >= 98 | 100, 0.95) = 0.118263: Q = 0.763474, 10**(0.03 / 0.236526) = 1.339
    assert abs(extended.rejection_confidence - D("0.763474")) < D("0.00001")
    assert (extended.proposed, extended.reason) == (489, Reason.EXTENDED)
    perfect = a3(200, 200, YEAR, D("0.95"), D("0.5"), SETTINGS)
    assert perfect.proposed == 730
    tight = IntervalSettings(D(14), D(400), D(2))
    assert a3(200, 200, YEAR, D("0.95"), D("0.5"), tight).stop is Stop.LONGEST


def test_a3_never_less_than_half_and_never_below_the_shortest() -> None:
    worst = a3(0, 40, YEAR, D("0.95"), D("0.5"), SETTINGS)
    assert (worst.proposed, worst.stop) == (183, Stop.MAX_FACTOR)
    assert a3(0, 40, D(20), D("0.95"), D("0.5"), SETTINGS).proposed == 14
    at_the_floor = a3(0, 40, D(14), D("0.95"), D("0.5"), SETTINGS)
    assert (at_the_floor.proposed, at_the_floor.reason) == (14, Reason.LIMIT_REACHED)


@given(st.integers(1, 60), st.data(), st.sampled_from(["0.5", "0.8", "0.9", "0.95"]))
def test_rejection_is_the_confidence_at_which_a_bound_meets_the_target(
    n: int, data: st.DataObject, target: str
) -> None:
    good = data.draw(st.integers(0, n))
    q = rejection_confidence(good, n, D(target))
    assert 0 <= q <= 1
    if D("0.0001") < q < D("0.9999"):
        low, high = reliability_bounds(good, n, q)
        near = high if D(good) / n < D(target) else low
        assert abs(near - D(target)) < D("1e-6")


@given(st.integers(1, 60), st.data(), st.integers(14, 1826))
def test_a3_moves_towards_the_target_and_within_the_settings(n: int, data: st.DataObject, days: int) -> None:
    good = data.draw(st.integers(0, n))
    result = a3(good, n, D(days), D("0.9"), D("0.5"), SETTINGS)
    assert 14 <= result.proposed <= 1826
    assert days / 2 - 1 <= result.proposed <= days * 2 + 1
    if result.proposed != days:
        assert (result.proposed > days) == (D(good) / n > D("0.9"))
        assert result.rejection_confidence > D("0.5")
    assert 0 <= result.low <= result.observed <= result.high <= 1


def test_exponential_reliability() -> None:
    result = exponential(YEAR, D("0.9"), D("0.95"), SETTINGS)
    assert result.calculated == D("177.695148268")
    assert (result.proposed, result.stop) == (183, Stop.MAX_FACTOR)
    free = IntervalSettings(D(1), D(9999), D(100))
    assert exponential(YEAR, D("0.9"), D("0.95"), free).proposed == 178
    assert exponential(YEAR, D("0.95"), D("0.95"), free).reason is Reason.ON_TARGET


def test_a_perfect_record_is_worth_its_lower_bound() -> None:
    with pytest.raises(IntervalError, match="undefined"):
        exponential(YEAR, D(1), D("0.95"), SETTINGS)
    few = exponential(YEAR, D(1), D("0.95"), SETTINGS, 5, D("0.9"))
    many = exponential(YEAR, D(1), D("0.95"), SETTINGS, 100, D("0.9"))
    # (1 - 0.9)**(1/5) = 0.630957: five good calibrations do not show 95 %.
    assert few.used == D("0.63095734448") and few.bound_used
    assert few.reason is Reason.SHORTENED and many.reason is Reason.EXTENDED
    none = exponential(YEAR, D(0), D("0.95"), SETTINGS, 5, D("0.9"))
    assert none.reason is Reason.SHORTENED


STEPS = StaircaseSettings(D("0.8"), D("1.25"), D("0.5"))


@pytest.mark.parametrize(
    ("errors", "proposed", "reason"),
    [
        (["0.1", "-0.8"], 456, Reason.EXTENDED),
        (["0.1", "-0.8001"], 365, Reason.WITHIN_TOLERANCE),
        (["1.0"], 365, Reason.WITHIN_TOLERANCE),
        (["0.2", "-1.0001"], 183, Reason.SHORTENED),
    ],
)
def test_staircase_moves_one_step(errors: list[str], proposed: int, reason: Reason) -> None:
    result = staircase(YEAR, [D(error) for error in errors], D(1), STEPS, SETTINGS)
    assert (result.proposed, result.reason) == (proposed, reason)


NASA_DAYS = [D(day) for day in (70, 86, 104, 135, 167, 173)]
NASA_CHANGES = [D(change) for change in ("0.1", "0.11", "0.251", "0.299", "0.403", "0.615")]


def nasa(
    limits: tuple[Decimal | None, Decimal | None] | None,
    u_target: Decimal | None = None,
    start: str = "10.03",
    current: Decimal | None = None,
) -> DriftProposal:
    return drift(
        NASA_DAYS,
        NASA_CHANGES,
        start=D(start),
        u_start=D("0.28"),
        order=2,
        horizon=D(1730),
        u_target=u_target,
        limits=limits,
        confidence=D("0.9"),
        current=current,
    )


def test_drift_gives_the_figures_of_the_handbook() -> None:
    """NASA-HDBK-8739.19-5 tables 7-3, 7-4, 7-5 and 7-7."""
    both = nasa((D(9), D(11)), D("0.5"))
    b1, b2 = both.coefficients
    assert abs(b1 - D("0.00015741")) < D("5e-9") and abs(b2 - D("0.00001674")) < D("5e-9")
    assert abs(both.s_yx - D("0.0708")) < D("0.00005") and both.nu == 4
    assert both.days_to_uncertainty is not None and both.days_to_limits is not None
    assert abs(both.days_to_uncertainty - D("327.15")) < D("0.005")
    assert abs(both.days_to_limits - D("140.1")) < D("0.05")
    assert (both.proposed, both.reason) == (140, Reason.DERIVED)
    upper_only = nasa((None, D(11))).days_to_limits
    assert upper_only is not None and abs(upper_only - D("171.75")) < D("0.005")


def test_drift_beyond_the_start_and_beyond_the_horizon() -> None:
    at_once = nasa((D(9), D(11)), start="9.03")
    assert (at_once.proposed, at_once.reason) == (0, Reason.EXCEEDED_AT_START)
    never = nasa((D(-10000), D(10000)))
    assert (never.proposed, never.reason, never.days_to_limits) == (1730, Reason.BEYOND_HORIZON, None)


@pytest.mark.parametrize(("days", "reason"), [(139, "extended"), (140, "on_target"), (141, "shortened")])
def test_drift_compares_with_the_interval_in_use(days: int, reason: str) -> None:
    assert nasa((D(9), D(11)), current=D(days)).reason == reason


@given(
    st.lists(
        st.tuples(st.integers(10, 900), st.decimals(-5, 5, places=3)),
        min_size=5,
        max_size=12,
        unique_by=lambda point: point[0],
    ),
    st.integers(1, 2),
)
def test_a_wider_tolerance_never_shortens_the_interval(points: list[tuple[int, Decimal]], order: int) -> None:
    days, changes = [D(day) for day, _ in points], [change for _, change in points]
    found = [
        drift(
            days,
            changes,
            start=D(0),
            u_start=D("0.1"),
            order=order,
            horizon=D(2000),
            limits=(-half, half),
            confidence=D("0.9"),
        ).proposed
        for half in (D(1), D(4), D(40))
    ]
    assert found == sorted(found)


def test_only_calibrations_at_about_the_interval_are_counted() -> None:
    records = [(365, True), (370, False), (421, True), (422, True), (180, False), (309, True)]
    assert history_at(records, YEAR, D(56)) == (3, 4, 2)
    assert history_at([], YEAR, D(56)) == (0, 0, 0)
    with pytest.raises(IntervalError, match="window"):
        history_at(records, YEAR, D(-1))


def test_refusals_name_the_field() -> None:
    with pytest.raises(IntervalError) as none:
        a3(0, 0, YEAR, D("0.95"), D("0.5"), SETTINGS)
    assert (none.value.code, none.value.field) == ("no_history", "n")
    with pytest.raises(IntervalError, match="in_tolerance"):
        a3(5, 4, YEAR, D("0.95"), D("0.5"), SETTINGS)
    with pytest.raises(IntervalError, match="target"):
        a3(4, 4, YEAR, D(1), D("0.5"), SETTINGS)
    with pytest.raises(IntervalError, match="too_few"):
        drift(NASA_DAYS[:2], NASA_CHANGES[:2], start=D(0), u_start=D(0), order=2, horizon=D(9), u_target=D(1))
    with pytest.raises(IntervalError, match="singular"):
        drift([D(5)] * 4, NASA_CHANGES[:4], start=D(0), u_start=D(0), order=2, horizon=D(9), u_target=D(1))
    with pytest.raises(IntervalError, match="missing"):
        drift(NASA_DAYS, NASA_CHANGES, start=D(0), u_start=D(0), order=1, horizon=D(9))
    with pytest.raises(IntervalError, match="extend_within"):
        StaircaseSettings(D(2), D(2), D(1))
    with pytest.raises(IntervalError, match="longest"):
        IntervalSettings(D(20), D(10), D(2))
