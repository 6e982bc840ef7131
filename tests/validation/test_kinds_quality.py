"""Kinds of quality control, limits and files: examples other than the cases kept with the program."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from lab_app.validation.registry import CaseFileAbsent, Context
from tests.validation.solving import near, solve

D = Decimal


def test_interval_of_the_second_asset_of_the_tutorial() -> None:
    found = solve(
        "calibration_interval",
        {"method": "A3", "in_tolerance": 14, "n": 20, "target_reliability": 0.95, "interval_days": 365,
         "confidence": 0.5, "max_change": 2},
    )  # fmt: skip
    assert found["interval"] == 205
    assert near(found["rejection_confidence"], 0.9993, 6e-5) and near(found["R_high"], 0.7843, 6e-5)


def test_interval_by_drift_with_one_limit_only() -> None:
    inputs = {
        "dt_days": [70, 86, 104, 135, 167, 173], "delta": [0.1, 0.11, 0.251, 0.299, 0.403, 0.615],
        "u0": 0.28, "y0": 10.03, "order": 2, "limits": [None, 11], "confidence": 0.9,
    }  # fmt: skip
    assert near(solve("calibration_interval", inputs)["interval_reliability"], 171.748, 0.005)


def test_interval_by_reliability_is_cut_only_where_the_case_says_so() -> None:
    inputs = {"interval_days": 180, "observed_reliability": 0.98, "target_reliability": 0.9}
    free = solve("calibration_interval", inputs)["interval"]
    assert near(free, 938.74, 0.01)
    assert solve("calibration_interval", {**inputs, "max_change": 2})["interval"] == 360


def test_counts_and_individuals() -> None:
    boards = [
        21,
        24,
        16,
        12,
        15,
        5,
        28,
        20,
        31,
        25,
        20,
        24,
        16,
        19,
        10,
        17,
        13,
        22,
        18,
        39,
        30,
        24,
        16,
        19,
        17,
        15,
    ]
    found = solve("control_chart", {"chart": "c", "counts": boards, "sigma_limits": 3})
    assert near(found["center"], 19.8462, 1e-4) and near(found["UCL"], 33.2109, 1e-4)
    assert found["out_of_control"] == [6, 20] and found["out_of_control_values"] == [5, 39]
    flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
    found = solve("control_chart", {"chart": "I-MR", "values": flow})
    assert near(found["MR_bar"], 1.8778, 1e-4) and near(found["LCL"], 45.8159, 2e-3)


def test_later_subgroups_against_frozen_limits() -> None:
    found = solve(
        "control_chart",
        {
            "chart": "xbar-R",
            "samples": [[10, 12], [14, 16], [9, 9]],
            "xbar_LCL": 9.5,
            "xbar_UCL": 14,
            "first_index": 26,
        },
    )
    assert found["out_of_control"] == [27, 28] and found["out_of_control_values"] == [15, 9]


def test_cumulative_sums() -> None:
    inputs = {"values": [10.2, 9.6, 10.9, 11.4, 11.2], "target": 10, "sigma": 0.5, "k": 0.5, "h": 5}
    # Sums of (x - 10)/0.5 less 0.5: 0, 0, 1.3, 3.6, 5.5; below: -0.3 at the second point.
    found = solve("control_chart", inputs)
    assert (found["pos_last"], found["neg_min"], found["signal"]) == (D("5.5"), D("-0.3"), True)
    assert solve("control_chart", {**inputs, "h": 6})["signal"] is False


def test_two_levels_in_runs() -> None:
    inputs = {
        "level1": {"mean": 100, "sd": 5, "values": [113, 111, 100, 112]},
        "level2": {"mean": 200, "sd": 5, "values": [192, 211, 216, 188]},
        "rules": ["1_3s", "2_2s", "R_4s", "2_2s_within_run"],
        "R_4s_definition": "|z1 - z2| > 4 within one run",
    }
    found = solve("westgard", inputs)
    assert found["level1"] == [[2, "2_2s"]] and found["level2"] == [[3, "1_3s"], [3, "2_2s"]]
    assert found["R_4s_runs"] == [1, 4] and found["within_run_2_2s"] == [2]
    other = solve("westgard", {**inputs, "R_4s_definition": "one control > +2s and another < -2s"})
    assert other["R_4s_runs"] == [4]
    with pytest.raises(ValueError, match="R_4s"):
        solve("westgard", {**inputs, "R_4s_definition": "as usual"})


def test_exactly_two_or_three_standard_deviations_trip_nothing() -> None:
    assert solve("westgard", {"mean": 100, "sd": 5, "values": [110, 110, 115]})["events"] == [[3, "1_2s"]]


def test_scores() -> None:
    found = solve(
        "pt_scores",
        {
            "x": [10.5, 9],
            "x_pt": 10,
            "sigma_pt": 0.3,
            "u_x_pt": 0.4,
            "u_x": 0.3,
            "U_x": [0.6, 0.6],
            "U_x_pt": 0.8,
        },
    )
    assert near(found["z"], [1.6667, -3.3333], 1e-4) and near(found["z_prime"], [1, -2], 1e-9)
    assert near(found["zeta"], [1, -2], 1e-9) and near(found["En"], [0.5, -1], 1e-9)
    assert found["class"] == ["satisfactory", "unsatisfactory"]
    en = solve("pt_scores", {"x": [9, 11.01], "x_pt": 10, "U_x": 0.6, "U_x_pt": 0.8})
    assert en["class"] == ["satisfactory", "unsatisfactory"]


def test_limits_linear_in_frequency_and_outside() -> None:
    inputs = {
        "frequency_MHz": [1, 1.5, 2, 3],
        "segments_QP": [[1, 2, 40, 50], [2, 2.5, 60, 60]],
        "x_scale": "lin",
    }
    assert solve("emc_limit", inputs) == {"QP": [D(40), D(45), D(50), None]}


def test_ratio_and_due_dates() -> None:
    assert solve("tur", {"TL": -1, "TU": 1, "U95": 0.4}) == {"TUR": D("2.5"), "TUR_1dp": D("2.5")}
    rows = [{"calibrated": "2023-11-30", "months": 3}, {"calibrated": "2024-12-31", "months": 2}]
    assert solve("due_date", {"rows": rows}) == {"due": ["2024-02-29", "2025-02-28"]}


def test_files_are_found_beside_the_case_or_are_absent(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "line.s1p").write_text("# MHz S DB R 50\n100 -20 45\n200 -6.0206 -90\n")
    context = Context(tmp_path)
    found = solve("touchstone", {"file": "files/line.s1p", "point_index": [1]}, context)
    assert found["f_GHz"] == [D("0.2")] and found["s11_deg"] == [D(-90)] and near(found["vswr1"], [3], 1e-4)
    with pytest.raises(ValueError, match="points"):
        solve("touchstone", {"file": "files/line.s1p", "points_total": 3}, context)
    for kind in ("touchstone", "trace_csv", "dcc"):
        with pytest.raises(CaseFileAbsent):
            solve(kind, {"file": "files/none.s2p"}, context)
