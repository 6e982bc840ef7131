"""Quality control, limits and files: the inputs of a case handed to the functions of the application."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from lab_app.metrology.control_charts import (
    Chart,
    PhaseOne,
    constants,
    counts,
    cusum,
    ewma,
    individuals,
    mean_range,
    mean_sd,
    means,
)
from lab_app.metrology.control_rules import (
    MULTIRULE,
    R_4S,
    Event,
    Point,
    RangeRule,
    Statistics,
    judge_runs,
)
from lab_app.metrology.drift import drift
from lab_app.metrology.errors import LimitError
from lab_app.metrology.interpolation import Scale
from lab_app.metrology.intervals import IntervalSettings, a3, exponential
from lab_app.metrology.limits import LimitLine, Segment
from lab_app.metrology.periods import due_date
from lab_app.metrology.proficiency import (
    Score,
    algorithm_a,
    classify,
    en_score,
    z_prime_score,
    z_score,
    zeta_score,
)
from lab_app.metrology.risk import tur
from lab_app.metrology.rounding import EXACT, round_half
from lab_app.metrology.touchstone import ports_of, read_touchstone
from lab_app.metrology.traces import read
from lab_app.validation import dcc
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
    low, high = _pair(inputs.get("limits"), inputs.get("y0", Decimal(0)))
    # A case may ask for the fit alone: a target that is never reached.
    far = None if low is not None or high is not None else Decimal("1e30")
    found = drift(
        days,
        inputs["delta"],
        start=inputs.get("y0", Decimal(0)),
        u_start=inputs.get("u0", Decimal(0)),
        order=int(inputs.get("order", 1)),
        # Published examples extrapolate to twice the longest record; ten times is room enough.
        horizon=10 * max(days),
        u_target=inputs.get("u_target", far),
        limits=(low, high),
        confidence=inputs.get("confidence"),
    )
    coefficients: dict[str, Any] = {f"b{power}": b for power, b in enumerate(found.coefficients, 1)}
    return coefficients | {
        "s_yx": found.s_yx,
        "interval_u_target": found.days_to_uncertainty,
        "interval_reliability": found.days_to_limits,
    }


def _pair(limits: list[Decimal | None] | None, start: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """Both limits of a drift; a single one lies on its side of the value that drifts."""
    if not limits:
        return None, None
    if len(limits) == 1 and limits[0] is not None:
        return (limits[0], None) if limits[0] < start else (None, limits[0])
    low, high = limits
    return low, high


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


_CONSTANTS = ("d2", "d3", "c4", "A2", "A3", "B3", "B4", "D3", "D4")


@solves("control_chart")
def control_chart(inputs: Inputs, context: Context) -> Outputs:
    """Constants, Shewhart charts, EWMA or CUSUM, by the inputs given."""
    if "lambda" in inputs:
        return _ewma(inputs)
    if "h" in inputs:
        return _cusum(inputs)
    if "counts" in inputs:
        data = inputs["counts"]
        return _limits(counts(data, _width(inputs)), "", inputs, data)
    if "samples" in inputs:
        return _subgroups(inputs)
    if "values" in inputs:
        data = inputs["values"]
        phase = individuals(data, _width(inputs))
        assert phase.spread is not None
        return _limits(phase, "", inputs, data) | {"MR_bar": phase.spread.center}
    found = constants(int(inputs["n"]))
    return {name: getattr(found, name) for name in _CONSTANTS}


def _width(inputs: Inputs) -> Decimal:
    return Decimal(inputs.get("sigma_limits", 3))


def _limits(phase: PhaseOne, prefix: str, inputs: Inputs, data: list[Decimal]) -> dict[str, Any]:
    limits = phase.location
    lower, upper = inputs.get(f"{prefix}LCL", limits.lower), inputs.get(f"{prefix}UCL", limits.upper)
    first = int(inputs.get("first_index", 1))
    outside = [i for i, value in enumerate(data) if not lower <= value <= upper]
    return {
        f"{prefix}center": limits.center,
        f"{prefix}LCL": lower,
        f"{prefix}UCL": upper,
        "out_of_control": [first + i for i in outside],
        "out_of_control_values": [data[i] for i in outside],
    }


def _subgroups(inputs: Inputs) -> Outputs:
    samples, width = inputs["samples"], _width(inputs)
    chart = str(inputs.get("chart", Chart.MEAN_RANGE)).lower()
    if chart not in (Chart.MEAN_RANGE.lower(), Chart.MEAN_SD.lower()):
        raise ValueError(f"samples do not make a chart {chart[:20]}")
    by_sd = chart == Chart.MEAN_SD.lower()
    phase = (mean_sd if by_sd else mean_range)(samples, width)
    spread = phase.spread
    assert spread is not None
    letter = "S" if by_sd else "R"
    return _limits(phase, "xbar_", inputs, list(means(samples))) | {
        f"{letter}_center": spread.center,
        f"{letter}_LCL": spread.lower,
        f"{letter}_UCL": spread.upper,
    }


def _target_and_sigma(inputs: Inputs) -> tuple[Decimal, Decimal]:
    if "target" in inputs and "sigma" in inputs:
        return inputs["target"], inputs["sigma"]
    estimated = individuals(inputs["values"]).location
    return inputs.get("target", estimated.center), inputs.get("sigma", estimated.sigma)


def _ewma(inputs: Inputs) -> Outputs:
    target, sigma = _target_and_sigma(inputs)
    chart = ewma(inputs["values"], target, sigma, inputs["lambda"], Decimal(inputs.get("L", 3)))
    points: dict[str, Any] = {f"ewma_{i}": point for i, point in enumerate(chart.points, 1)}
    return points | {
        "ewma_last": chart.points[-1],
        "center": chart.limits.center,
        "LCL": chart.limits.lower,
        "UCL": chart.limits.upper,
        "out_of_control": _numbered(chart.signals, inputs),
        "out_of_control_values": [chart.points[i - 1] for i in chart.signals],
    }


def _numbered(signals: Iterable[int], inputs: Inputs) -> list[int]:
    """The numbers of points counted from 1, in a series whose first bears another number."""
    return [int(inputs.get("first_index", 1)) + i - 1 for i in signals]


def _cusum(inputs: Inputs) -> Outputs:
    # Without a standard deviation allowance and interval are in the unit of the values.
    target, sigma = inputs["target"], Decimal(inputs.get("sigma", 1))
    chart = cusum(inputs["values"], target, sigma, inputs["k"], inputs["h"])
    return {
        "pos_last": chart.high[-1],
        "neg_min": min(chart.low),
        "signal": bool(chart.signals),
        "out_of_control": _numbered(chart.signals, inputs),
    }


@solves("westgard")
def westgard(inputs: Inputs, context: Context) -> Outputs:
    """One control, or several levels measured together in runs."""
    names = sorted(name for name in inputs if name.startswith("level") and isinstance(inputs[name], dict))
    levels = {name: inputs[name] for name in names} or {"events": inputs}
    rules = [str(rule) for rule in inputs.get("rules", MULTIRULE)]
    controls: dict[str, list[Point | None]] = {}
    for name, level in levels.items():
        statistics = Statistics(level["mean"], level["sd"])
        controls[name] = [None if value is None else Point(value, statistics) for value in level["values"]]
    across = [rule for rule in (R_4S, "2_2s_within_run") if rule not in rules]
    found = judge_runs(controls, rules + across, _range_rule(inputs.get("R_4s_definition")))
    outputs: dict[str, Any] = {name: _pairs(events) for name, events in found.controls.items()}
    asked = [event for event in found.runs if event.rule in rules]
    every = [event for events in (*found.controls.values(), asked) for event in events]
    return (
        {"events": _pairs(sorted(every, key=lambda event: event.index))}
        | outputs
        | {
            "R_4s_runs": [event.index for event in found.runs if event.rule == R_4S],
            "within_run_2_2s": [event.index for event in found.runs if event.rule == "2_2s_within_run"],
        }
    )


def _pairs(events: Iterable[Event]) -> list[list[Any]]:
    return [[event.index, event.rule] for event in events]


def _range_rule(text: str | None) -> RangeRule:
    """The definition of R_4s as a case words it: a difference of two z, or two controls on opposite sides."""
    if text is None or re.search(r"z1\s*[-\u2212]\s*z2|difference|calculation", text):
        return RangeRule.DIFFERENCE
    if re.search(r"2\s*(s|sd)\b|opposite", text, re.IGNORECASE):
        return RangeRule.OPPOSITE
    raise ValueError(f"unknown definition of R_4s: {text[:60]}")


@solves("trace_csv")
def trace_csv(inputs: Inputs, context: Context) -> Outputs:
    """A trace as an instrument wrote it: its points, its peak and what its header says."""
    trace = read(context.file(inputs["file"]).read_bytes())
    peak = trace.peak()
    return {
        "points": len(trace),
        "peak_Hz": peak.frequency,
        "peak": peak.level,
        f"peak_{trace.unit_written}": peak.level,
        "unit": trace.unit_written or None,
        "detector": trace.detector or None,
        "RBW_Hz": trace.rbw,
    }


@solves("touchstone")
def touchstone(inputs: Inputs, context: Context) -> Outputs:
    """Scattering parameters at the points asked for, counted from 0."""
    path = context.file(inputs["file"])
    ports = ports_of(path.name)
    if ports is None:
        raise ValueError(f"not a Touchstone file: {path.name}")
    network = read_touchstone(path.read_bytes(), ports)
    stated = inputs.get("points_total")
    if stated is not None and stated != len(network):
        raise ValueError(f"{len(network)} points, not {stated}")
    asked = [int(index) for index in inputs.get("point_index", range(len(network)))]
    outputs: dict[str, Any] = {
        "points_total": len(network),
        "f_GHz": [EXACT.scaleb(network.hertz(index), -9) for index in asked],
    }
    for i in range(1, ports + 1):
        outputs[f"vswr{i}"] = [network.vswr(index, i) for index in asked]
        for j in range(1, ports + 1):
            outputs[f"s{i}{j}_dB"] = [network.decibels(index, i, j) for index in asked]
            outputs[f"s{i}{j}_deg"] = [network.degrees(index, i, j) for index in asked]
    return outputs


def _each(value: Any, count: int) -> list[Decimal]:
    """One number for every result, or the number of each."""
    return list(value) if isinstance(value, list) else [value] * count


@solves("pt_scores")
def pt_scores(inputs: Inputs, context: Context) -> Outputs:
    """Every score the inputs allow, and the class of the first of them (z before z', zeta and E_n)."""
    outputs: dict[str, Any] = {}
    if "z" in inputs:
        outputs["class"] = [classify(z).value for z in inputs["z"]]
    if "x" not in inputs:
        return outputs
    values = _each(inputs["x"], 1)
    assigned, n = inputs["x_pt"], len(values)
    scores: dict[str, list[Score]] = {}
    if "sigma_pt" in inputs:
        sigma = inputs["sigma_pt"]
        scores["z"] = [z_score(x, assigned, sigma) for x in values]
        if "u_x_pt" in inputs:
            scores["z_prime"] = [z_prime_score(x, assigned, sigma, inputs["u_x_pt"]) for x in values]
    if "u_x" in inputs and "u_x_pt" in inputs:
        pairs = zip(values, _each(inputs["u_x"], n), strict=True)
        scores["zeta"] = [zeta_score(x, u, assigned, inputs["u_x_pt"]) for x, u in pairs]
    if "U_x" in inputs and "U_x_pt" in inputs:
        pairs = zip(values, _each(inputs["U_x"], n), strict=True)
        scores["En"] = [en_score(x, u, assigned, inputs["U_x_pt"]) for x, u in pairs]
    for name, row in scores.items():
        outputs.setdefault("class", [score.classified.value for score in row])
        outputs[name] = [score.value for score in row]
    return outputs


@solves("robust_algorithm_a")
def robust_algorithm_a(inputs: Inputs, context: Context) -> Outputs:
    """Algorithm A, iterated until it stands still."""
    found = algorithm_a(inputs["x"])
    return {
        "x_star": found.x_star,
        "s_star": found.s_star,
        "start_x": found.start_x,
        "start_s": found.start_s,
    }


_EMC_DETECTORS = ("QP", "AV", "PK")


@solves("emc_limit")
def emc_limit(inputs: Inputs, context: Context) -> Outputs:
    """Limit lines at the frequencies asked for, one for each detector; no limit outside the segments."""
    word = str(inputs.get("x_scale", Scale.LOG)).lower()
    scale = Scale({"linear": "lin", "logarithmic": "log"}.get(word, word))
    outputs: dict[str, Any] = {}
    for detector in _EMC_DETECTORS:
        segments = inputs.get(f"segments_{detector}", inputs.get("segments"))
        if segments is not None:
            line = LimitLine(tuple(Segment(*segment) for segment in segments), scale)
            outputs[detector] = [_limit_at(line, frequency) for frequency in inputs["frequency_MHz"]]
    return outputs


def _limit_at(line: LimitLine, frequency: Decimal) -> Decimal | None:
    try:
        return line.at(frequency)
    except LimitError as refusal:
        if refusal.code != "outside":
            raise
        return None


@solves("dcc")
def digital_certificates(inputs: Inputs, context: Context) -> Outputs:
    """Validity of certificates against the schemas beside the case, or the values of a quantity of one."""
    outputs: dict[str, Any] = {}
    names = inputs.get("files") or [inputs["file"]]
    data = [context.file(name).read_bytes() for name in names]
    if "schema_dir" in inputs:
        template = str(inputs["schema_dir"])

        def schema_path(version: str) -> Path:
            return context.file(template.replace("<schemaVersion>", version))

        checked = [dcc.validate(one, schema_path) for one in data]
        outputs["validity"] = [check.validity.value for check in checked]
        outputs["schemaVersion"] = [check.schema_version for check in checked]
    if "refType" in inputs:
        found = dcc.quantities(dcc.parse(data[0]), inputs["refType"], inputs.get("unit"))
        if not found:
            raise ValueError(f"no quantity {inputs['refType']}")
        factors = found[0].k
        outputs |= {
            "values": list(found[0].values),
            "U": list(found[0].expanded),
            "k": factors[0] if len(set(factors)) == 1 else list(factors),
        }
    return outputs
