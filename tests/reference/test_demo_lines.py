"""The demonstration case recomputed from its raw readings: budget, formula, limit, verdict, margin.

The numbers of the case were computed elsewhere; here only its raw readings, its budgets and its
limits go in, and value, uncertainty, guard band, margin and verdict have to come out as printed.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lab_app.metrology.budget import BudgetResult, parse_budget
from lab_app.metrology.decision import STANDARD_RULES, Verdict, decide
from lab_app.metrology.limits import Bounds, LimitLine, abs_upper, from_operator, parse_limit, printed_margin
from lab_app.metrology.periods import due_date, valid_through
from lab_app.metrology.rounding import places_of, round_half
from test_methods.formula import parse_formulas

ROOT = Path(__file__).resolve().parents[2]
DEMO: dict[str, Any] = json.loads(
    (ROOT / "lab_app" / "demo" / "demo_case.json").read_text(encoding="utf-8"),
    parse_float=Decimal,
    parse_int=Decimal,
)
LINES: list[dict[str, Any]] = DEMO["flow"]["test_lines"]
BUDGETS: dict[str, dict[str, Any]] = (
    DEMO["uncertainty_budgets"]
    if isinstance(DEMO["uncertainty_budgets"], dict)
    else {budget["id"]: budget for budget in DEMO["uncertainty_budgets"]}
)
TIES = "up"
LETTERS = {"P": Verdict.PASS, "F": Verdict.FAIL}


def line(*segments: str, unit: str) -> LimitLine:
    limit = parse_limit(
        {"type": "line", "scale": "log", "unit": unit, "segments": [part.split() for part in segments]}
    )
    assert isinstance(limit, LimitLine)
    return limit


# Class B: conducted (CISPR 32), radiated at 3 m.
LIMIT_LINES = {
    "118-CE-QP": line("0.15 0.5 66 56", "0.5 5 56 56", "5 30 60 60", unit="dBµV"),
    "118-CE-AV": line("0.15 0.5 56 46", "0.5 5 46 46", "5 30 50 50", unit="dBµV"),
    "118-RE-QP": line("30 230 40 40", "230 1000 47 47", unit="dBµV/m"),
    "118-RE-AV": line("1000 3000 50 50", "3000 6000 54 54", unit="dBµV/m"),
    "118-RE-PK": line("1000 3000 70 70", "3000 6000 74 74", unit="dBµV/m"),
}

# Readings by the name a method's reading field has, and what a formula says of them.
FIELDS = {
    "conducted_sum_dBm": "conducted_sum",
    "conducted_dBm_per_MHz": "conducted_sum",
    "antenna_gain_dBi": "antenna_gain",
    "reading_dBm": "reading",
    "path_loss_dB": "path_loss",
    "reading_dBuV": "reading",
    "LISN_VDF_dB": "vdf",
    "cable_dB": "cable",
    "limiter_dB": "limiter",
    "AF_dB_per_m": "af",
    "preamp_dB": "preamp",
    "per_percent": "per",
    "offset_kHz": "offset_khz",
    "obw_MHz": "obw",
    "nominal_MHz": "nominal",
    "f_low_MHz": "f_low",
    "f_high_MHz": "f_high",
    "max_dBm_per_MHz": "single",
    "max_cot_ms": "single",
    "cac_s": "single",
    "move_s": "single",
    "nop_min": "single",
}
NOT_READINGS = {"gain_source", "bw99_MHz"}
FORMULAS = {
    frozenset({"conducted_sum", "antenna_gain"}): "conducted_sum + antenna_gain",
    frozenset({"reading", "path_loss"}): "reading + path_loss",
    frozenset({"reading", "vdf", "cable", "limiter"}): "reading + vdf + cable + limiter",
    frozenset({"reading", "af", "cable", "preamp"}): "reading + af + cable - preamp",
    frozenset({"per"}): "max(per)",
    frozenset({"offset_khz", "channel_mhz"}): "worst(offset_khz) * 1000 / channel_mhz",
    frozenset({"obw", "nominal"}): "obw / nominal * 100",
    frozenset({"f_low", "f_high"}): "f_low; f_high",
    frozenset({"single"}): "single",
}


def readings(test_line: dict[str, Any]) -> dict[str, Any]:
    values = {FIELDS[key]: value for key, value in test_line["raw"].items() if key not in NOT_READINGS}
    if "offset_khz" in values:
        values["channel_mhz"] = Decimal(test_line["conditions"].split()[0])
    return values


def compute(test_line: dict[str, Any]) -> list[Decimal]:
    values = readings(test_line)
    lists = [name for name, value in values.items() if isinstance(value, list)]
    text = FORMULAS[frozenset(values)]
    return [formula.evaluate(values) for formula in parse_formulas(text, values, lists)]


def limit_of(test_line: dict[str, Any]) -> Bounds:
    """EMC limits from their lines at the frequency of the reading, the others as stated."""
    parts = test_line["id"].removesuffix("-R").split("-")
    if parts[0] != "118":
        return from_operator(test_line["op"], test_line["limit"], test_line["unit"])
    return LIMIT_LINES["-".join([*parts[:2], parts[-1]])].limit_at(Decimal(parts[2]))


def evaluated(code: str) -> BudgetResult:
    return parse_budget({**BUDGETS[code], "unit": BUDGETS[code]["unit"]}).evaluate()


def test_the_case_is_the_whole_case() -> None:
    assert len(LINES) == 34
    assert len(BUDGETS) == 9
    assert {test_line["verdict"] for test_line in LINES} == {"P", "F"}


@pytest.mark.parametrize("code", sorted(BUDGETS))
def test_budget(code: str) -> None:
    printed = BUDGETS[code]
    result = evaluated(code)
    for row, got in zip(printed["components"], result.lines, strict=True):
        assert round_half(got.u, max(0, places_of(row["u_i"])), TIES) == row["u_i"], row["source"]
    assert round_half(result.u_c, places_of(printed["u_c"]), TIES) == printed["u_c"]
    # U is printed to hundredths; the file drops the zero of 0.90.
    assert round_half(result.U, 2, TIES) == printed["U"]
    assert result.k == printed["k"]


@pytest.mark.parametrize("test_line", LINES, ids=lambda test_line: str(test_line["id"]))
def test_line_from_raw_readings_to_verdict(test_line: dict[str, Any]) -> None:
    values = compute(test_line)
    printed = test_line["result"] if isinstance(test_line["result"], list) else [test_line["result"]]
    places = max(places_of(number) for number in printed)
    assert [round_half(value, places, TIES) for value in values] == printed

    limit = limit_of(test_line)
    stated = test_line["limit"] if isinstance(test_line["limit"], list) else [test_line["limit"]]
    sides = [side for side in (limit.low, limit.high) if side is not None]
    assert [
        round_half(side, places_of(text), TIES) for side, text in zip(sides, stated, strict=True)
    ] == stated

    uncertainty = evaluated(test_line["budget"]).U if test_line["budget"] else None
    if uncertainty is not None:
        assert round_half(uncertainty, 2, TIES) == test_line["U"]
    rule = STANDARD_RULES[test_line["decision_rule"]]
    u_max = DEMO["max_uncertainty"].get(rule.code, {}).get(test_line["budget"])
    decision = decide(rule, limit, values, uncertainty, u_max, test_line["k"])

    assert decision.verdict is LETTERS[test_line["verdict"]]
    assert decision.guard_band is not None
    assert round_half(decision.guard_band, 2, TIES) == test_line["guard_band_used"]
    on_paper = printed_margin(limit, values, places, TIES)
    assert on_paper == (test_line["margin"], False)


def test_the_calibration_points_and_their_four_levels() -> None:
    words = {
        "Đạt": Verdict.PASS,
        "Đạt có điều kiện": Verdict.CONDITIONAL_PASS,
        "Không đạt có điều kiện": Verdict.CONDITIONAL_FAIL,
        "Không đạt": Verdict.FAIL,
    }
    example = DEMO["calibration_example"]
    uncertainty = evaluated("UB-CAL-DMM10V").U
    for point in example["points"]:
        error = (point["indication_V"] - point["reference_V"]) * 1_000_000
        assert error == point["error_uV"]
        decision = decide(
            STANDARD_RULES[example["rule"]], abs_upper(point["mpe_uV"], "µV"), error, uncertainty
        )
        assert decision.verdict is words[point["verdict"]], point["point"]


def test_labels_show_the_day_before_the_due_date() -> None:
    calibrations = [item["calibration"] for item in DEMO["equipment"] if item["calibration"]]
    assert calibrations
    for calibration in calibrations:
        calibrated, due = (date.fromisoformat(calibration[key]) for key in ("date", "due"))
        assert valid_through(due).isoformat() == calibration["valid_through"]
        months = (due.year - calibrated.year) * 12 + due.month - calibrated.month
        assert due_date(calibrated, months) == due
