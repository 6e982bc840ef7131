"""Published and cross-checked cases, recomputed through the functions the program itself uses.

``cases/<kind>.json`` holds inputs, expected outputs, tolerance and provenance of each case.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lab_app.metrology.decision import DecisionRule, RuleKind, Verdict, decide
from lab_app.metrology.interpolation import FactorTable, corrected_level
from lab_app.metrology.limits import Bounds, LimitLine, Segment, margin, upper
from lab_app.metrology.periods import due_date
from lab_app.metrology.risk import (
    cpk,
    guard_factors,
    rejection_limit,
    specific_risk,
    tur,
    worst_case_pfa,
)
from lab_app.metrology.rounding import CEILING, Ties, round_half, round_uncertainty

CASES = Path(__file__).with_name("cases")
D = Decimal
Data = dict[str, Any]

WORDS = {
    Verdict.PASS: "pass",
    Verdict.CONDITIONAL_PASS: "conditional_pass",
    Verdict.CONDITIONAL_FAIL: "conditional_fail",
    Verdict.FAIL: "fail",
    Verdict.NO_STATEMENT: "invalid_measurement",
}


def bounds(inputs: Data) -> Bounds:
    return Bounds(inputs.get("TL"), inputs.get("TU"))


def decision_rule(inputs: Data) -> Data:
    rule = DecisionRule("case", RuleKind(inputs["rule"]))
    u_max = inputs.get("U_max", inputs.get("U_cispr"))
    return {"decision": WORDS[decide(rule, bounds(inputs), inputs["y"], inputs["U"], u_max).verdict]}


def rounding(inputs: Data) -> Data:
    rows = inputs["rows"]
    if "x" in rows[0]:
        return {
            name: [str(round_half(D(row["x"]), int(row["decimals"]), mode)) for row in rows]
            for name, mode in (("rule_A_half_even", Ties.EVEN), ("rule_B_half_up", Ties.UP))
        }
    modes = {"up": CEILING, "nearest": Ties.EVEN}
    return {
        "u": [
            str(round_uncertainty(D(row["u"]), int(row["digits"]), modes[row.get("mode", "nearest")]))
            for row in rows
        ]
    }


def due_dates(inputs: Data) -> Data:
    rows = inputs["rows"]
    return {
        "due": [
            due_date(date.fromisoformat(row["calibrated"]), int(row["months"])).isoformat() for row in rows
        ]
    }


def emc_limit(inputs: Data) -> Data:
    scale = inputs.get("x_scale", "log")
    result = {}
    for key in ("segments", "segments_QP", "segments_AV", "segments_PK"):
        if key in inputs:
            line = LimitLine(tuple(Segment(*row) for row in inputs[key]), scale)
            name = key.partition("_")[2] or "QP"
            result[name] = [line.at(frequency) for frequency in inputs["frequency_MHz"]]
    return result


def emc_correction(inputs: Data) -> Data:
    if "reading_dBuV" in inputs:
        level = corrected_level(inputs["reading_dBuV"], [inputs["factor_dB"]])
        distance = margin(upper(inputs["limit_dBuV"]), level)
        return {"level": level, "margin": distance, "over_limit": -distance}
    antenna, cable = (
        FactorTable(tuple((row[0], row[1]) for row in inputs[key]))
        for key in ("antenna_factor", "cable_loss")
    )
    return {
        "field_dBuV_per_m": [
            corrected_level(level, [antenna.at(f), cable.at(f)], [inputs["preamp_gain"]])
            for f, level in inputs["readings"]
        ]
    }


def turs(inputs: Data) -> Data:
    ratio = tur(inputs["TL"], inputs["TU"], inputs["U95"])
    return {"TUR": ratio, "TUR_1dp": round_half(ratio, 1)}


def guard_band(inputs: Data) -> Data:
    if "TUR" in inputs:
        return guard_factors(inputs["TUR"])._asdict()
    if "r" in inputs:
        return {"PFA": [worst_case_pfa(r, inputs["k"]) for r in inputs["r"]]}
    limit = rejection_limit(inputs["limit"], inputs["u_rel"], inputs["p_required"])
    return {"acceptance_limit": limit, "rounded": limit.to_integral_value("ROUND_CEILING")}


def conformity(inputs: Data) -> Data:
    risk = specific_risk(bounds(inputs), inputs["y"], inputs["u"])
    return {
        "p_c": risk.p_c,
        "p_nc": risk.p_nc,
        "risk_above": risk.above,
        "risk_below": risk.below,
        "cpk": cpk(bounds(inputs), inputs["y"], inputs["u"]),
    }


KINDS: dict[str, Callable[[Data], Data]] = {
    "decision_rule": decision_rule,
    "rounding": rounding,
    "due_date": due_dates,
    "emc_limit": emc_limit,
    "emc_correction": emc_correction,
    "tur": turs,
    "guard_band": guard_band,
    "conformity_specific_risk": conformity,
}


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"), parse_float=D, parse_int=D)
        for case in data["cases"]:
            yield pytest.param(case, id=f"{data['kind']}:{case['id']}")


def agrees(got: Any, expected: Any, tolerance: Data) -> bool:
    if isinstance(expected, list):
        return len(got) == len(expected) and all(
            agrees(a, b, tolerance) for a, b in zip(got, expected, strict=True)
        )
    if isinstance(expected, str):
        return bool(got == expected)
    allowed = max(D(tolerance.get("abs", 0)), D(tolerance.get("rel", 0)) * abs(expected))
    return bool(abs(got - expected) <= allowed)


def disagreements(case: Data, got: Data) -> dict[str, tuple[Any, Any]]:
    tolerance = case["tolerance"]
    default = tolerance if tolerance.keys() <= {"abs", "rel"} else tolerance.get("default", {})
    return {
        key: (got.get(key), expected)
        for key, expected in case["expected"].items()
        if key not in got or not agrees(got[key], expected, tolerance.get(key, default))
    }


@pytest.mark.parametrize("case", list(cases()))
def test_case(case: Data) -> None:
    assert disagreements(case, KINDS[case["kind"]](case["inputs"])) == {}


@pytest.mark.parametrize("case", list(cases()))
def test_a_changed_expectation_is_noticed(case: Data) -> None:
    """The comparison itself: every expected value, moved, has to be reported."""

    def moved(expected: Any) -> Any:
        if isinstance(expected, list):
            return [*expected[:-1], moved(expected[-1])]
        return expected + "0" if isinstance(expected, str) else expected * D("1.01") + D("0.01")

    changed = {**case, "expected": {key: moved(value) for key, value in case["expected"].items()}}
    assert disagreements(changed, KINDS[case["kind"]](case["inputs"])).keys() == case["expected"].keys()


def test_every_kind_carried_here_has_cases() -> None:
    assert {path.stem for path in CASES.glob("*.json")} >= KINDS.keys()
    assert sum(1 for _ in cases()) >= 20
