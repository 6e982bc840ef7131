"""Quality control, limits and files: the inputs of a case handed to the functions of the application."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from lab_app.metrology.drift import drift
from lab_app.metrology.intervals import IntervalSettings, a3, exponential
from lab_app.metrology.periods import due_date
from lab_app.metrology.risk import tur
from lab_app.metrology.rounding import EXACT, round_half
from lab_app.validation.registry import Context, Inputs, Outputs, solves

# What the published examples of method A3 were computed with; a laboratory sets its own.
_A3_BOUNDS = {"shortest": Decimal(14), "longest": Decimal(1826), "smallest_change": Decimal(5)}
_UNBOUNDED = {"shortest": Decimal("1e-6"), "longest": Decimal("1e9")}


@solves("calibration_interval")
def calibration_interval(inputs: Inputs, context: Context) -> Outputs:
    """Method A3, exponential reliability, or drift, by the inputs given."""
    if "delta" in inputs:
        return _drift(inputs)
    target, interval = inputs["target_reliability"], inputs["interval_days"]
    if "observed_reliability" in inputs:
        settings = IntervalSettings(**_UNBOUNDED, max_factor=inputs.get("max_change", Decimal("1e6")))
        count, confidence = inputs.get("n"), inputs.get("confidence")
        found = exponential(
            interval,
            inputs["observed_reliability"],
            target,
            settings,
            None if count is None else int(count),
            confidence,
        )
        factor = settings.max_factor
        return {"interval": min(max(found.calculated, interval / factor), EXACT.multiply(interval, factor))}
    if inputs.get("method", "A3") != "A3":
        raise ValueError(f"unknown method {str(inputs['method'])[:40]}")
    settings = IntervalSettings(**_A3_BOUNDS, max_factor=inputs.get("max_change", Decimal(2)))
    test = a3(
        int(inputs["in_tolerance"]),
        int(inputs["n"]),
        interval,
        target,
        inputs.get("confidence", Decimal("0.5")),
        settings,
    )
    return {
        "interval": test.proposed,
        "rejection_confidence": test.rejection_confidence,
        "R_low": test.low,
        "R_high": test.high,
    }


def _drift(inputs: Inputs) -> Outputs:
    days = inputs["dt_days"]
    low, high = inputs.get("limits") or (None, None)
    found = drift(
        days,
        inputs["delta"],
        start=inputs.get("y0", Decimal(0)),
        u_start=inputs.get("u0", Decimal(0)),
        order=int(inputs.get("order", 1)),
        # Published examples extrapolate to twice the longest record; ten times is room enough.
        horizon=10 * max(days),
        u_target=inputs.get("u_target"),
        limits=(low, high),
        confidence=inputs.get("confidence"),
    )
    coefficients: dict[str, Any] = {f"b{power}": b for power, b in enumerate(found.coefficients, 1)}
    return coefficients | {
        "s_yx": found.s_yx,
        "interval_u_target": found.days_to_uncertainty,
        "interval_reliability": found.days_to_limits,
    }


@solves("due_date")
def due_dates(inputs: Inputs, context: Context) -> Outputs:
    """Calendar months after the calibration, clipped to the end of the month."""
    return {
        "due": [
            due_date(date.fromisoformat(row["calibrated"]), int(row["months"])).isoformat()
            for row in inputs["rows"]
        ]
    }


@solves("tur")
def uncertainty_ratio(inputs: Inputs, context: Context) -> Outputs:
    """Span of the tolerance over twice the expanded uncertainty."""
    ratio = tur(inputs["TL"], inputs["TU"], inputs["U95"])
    return {"TUR": ratio, "TUR_1dp": round_half(ratio, 1)}
