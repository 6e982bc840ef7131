"""Kinds of the radio bench and of files: corrections, limit lines, units, mismatch, Touchstone, traces, certificates."""

from __future__ import annotations

import cmath
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_app.validation.registry import Context
from lab_app.validation.runner import Status
from tests.support.sample_files import SAMPLE_FILES, needs_sample_files
from tests.validation.solving import near, outcome, passes, solve

# --- corrected readings ------------------------------------------------------------------------------------------------

TABLES = {
    "antenna_factor": [[30e6, 18.2], [80e6, 8.1], [200e6, 10.4], [1000e6, 24.9]],
    "cable_loss": [[10e6, 0.1], [100e6, 0.45], [1000e6, 1.9]],
    "preamp_gain": [[10e6, 31.2], [500e6, 30.4], [2000e6, 28.8]],
}


@pytest.mark.parametrize("word", ["linear in f", "lin", None, "log", "linear in log f"])
@pytest.mark.parametrize("names", [("antenna_factor",), ("cable_loss",), tuple(TABLES), ("antenna_factor", "preamp_gain")])
def test_fields_by_any_tables_against_numpy(word: str | None, names: tuple[str, ...]) -> None:
    readings = [[30e6, 40.1], [45.5e6, 22.0], [80e6, 12.25], [312.879e6, 30.33228], [1000e6, -3.0]]
    inputs = {"readings": readings, **({} if word is None else {"interpolation": word}), **{name: TABLES[name] for name in names}}
    scale = np.log if word and "log" in word else np.asarray
    f = np.array([row[0] for row in readings])
    expected = np.array([row[1] for row in readings])
    for name in names:
        x, y = np.array(TABLES[name]).T
        expected = expected + (-1 if name == "preamp_gain" else 1) * np.interp(scale(f), scale(x), y)
    assert near(solve("emc_correction", inputs)["field_dBuV_per_m"], list(expected), within=1e-9)


def test_a_gain_that_is_one_number() -> None:
    found = solve("emc_correction", {"readings": [[100e6, 50]], "antenna_factor": [[30e6, 10], [300e6, 20]], "preamp_gain": 25.5})
    assert near(found["field_dBuV_per_m"], [50 + 10 + 10 * 70 / 270 - 25.5], within=1e-9)


def test_nothing_is_extrapolated(tmp_path: Path) -> None:
    inputs = {"readings": [[20e6, 1]], "antenna_factor": TABLES["antenna_factor"]}
    found = outcome(tmp_path, "emc_correction", inputs, {"field_dBuV_per_m": [1]})
    assert found.status is Status.FAILED and "outside: frequency" in found.reason
    other = outcome(tmp_path, "emc_correction", {**inputs, "interpolation": "cubic"}, {"field_dBuV_per_m": [1]})
    assert "unknown interpolation: cubic" in other.reason


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"reading_dBuV": 42.95, "factor_dB": 0.55, "limit_dBuV": 40}, {"level": 43.5, "over_limit": 3.5, "margin": -3.5}),
        ({"reading_dBuV": -10, "factor_dB": -0.55}, {"level": -10.55}),
        ({"reading_dBuV": 60, "limit_dBuV": 60}, {"margin": 0, "over_limit": 0}),
    ],
)
def test_one_row_of_a_report(tmp_path: Path, inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    assert passes(tmp_path, "emc_correction", inputs, expected)


# --- limit lines ---------------------------------------------------------------------------------------------------------


def limit_at(segments: list[list[float]], f: float, log: bool) -> float | None:
    """The lowest of the segments that hold the frequency; none outside."""
    found = []
    for f1, f2, l1, l2 in segments:
        if f1 <= f <= f2:
            share = math.log(f / f1) / math.log(f2 / f1) if log else (f - f1) / (f2 - f1)
            found.append(l1 + (l2 - l1) * share)
    return min(found, default=None)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.integers(1, 40_000), min_size=3, max_size=9, unique=True).map(sorted),
    st.lists(st.integers(-100, 100), min_size=20, max_size=20),
    st.lists(st.integers(1, 40_000), min_size=1, max_size=8),
    st.sampled_from(["lin", "log", "linear", None]),
)
def test_lines_of_any_segments(edges: list[int], levels: list[int], at: list[int], word: str | None) -> None:
    segments = [
        [a / 100, b / 100, levels[2 * i], levels[2 * i + 1]] for i, (a, b) in enumerate(zip(edges, edges[1:], strict=False)) if i != 2
    ]
    f = [x / 100 for x in at] + [edges[0] / 100, edges[1] / 100, edges[-1] / 100]
    found = solve("emc_limit", {"frequency_MHz": f, "segments_PK": segments, **({} if word is None else {"x_scale": word})})
    assert set(found) == {"PK"}
    assert near(found["PK"], [limit_at(segments, x, word in (None, "log")) for x in f], within=1e-8)


def test_each_detector_has_its_own_line() -> None:
    inputs = {"frequency_MHz": [1000, 3000, 4000], "segments_AV": [[1000, 3000, 50, 50], [3000, 6000, 54, 54]],
              "segments_PK": [[1000, 3000, 70, 70], [3000, 6000, 74, 74]]}  # fmt: skip
    found = solve("emc_limit", inputs)
    assert set(found) == {"AV", "PK"} and near(found["AV"], [50, 50, 54]) and near(found["PK"], [70, 70, 74])
    same = solve("emc_limit", {"frequency_MHz": [40], "segments": [[30, 88, 40, 40]]})
    assert all(near(same[detector], [40]) for detector in ("QP", "AV", "PK"))


@pytest.mark.parametrize(
    ("segments", "reason"),
    [
        ([[230, 30, 30, 30]], "frequencies_not_rising: segments: 1"),
        ([[30, 230, 30, 30], [200, 1000, 37, 37]], "frequencies_not_rising: segments: 2"),
        ([[0, 30, 40, 40]], "not_positive: segments: 1"),
        ([], "missing: segments"),
        ([[30, 230, 30]], "form of the kind"),
    ],
)
def test_lines_that_are_refused(tmp_path: Path, segments: list[Any], reason: str) -> None:
    found = outcome(tmp_path, "emc_limit", {"frequency_MHz": [40], "segments_QP": segments}, {"QP": [30]})
    assert (found.status, reason in found.reason) == (Status.FAILED, True), found.reason


# --- units and mismatch -----------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.integers(-200, 200),
    st.integers(1, 10_000),
    st.lists(st.integers(1, 10**7), min_size=1, max_size=5),
    st.integers(1, 300),
    st.integers(1, 300),
)
def test_conversions(dbm: int, ohms: int, field: list[int], d1: int, d2: int) -> None:
    found = solve("emc_units", {"dBm": dbm / 10, "R": ohms / 10})
    volts = math.sqrt(10 ** (dbm / 100) * 1e-3 * ohms / 10)
    assert near(found["dBuV"], 20 * math.log10(volts / 1e-6), within=1e-9) and set(found) == {"dBuV"}
    assert near(solve("emc_units", {"uV_per_m": field})["dBuV_per_m"], [20 * math.log10(x) for x in field], within=1e-9)
    assert near(solve("emc_units", {"d1": d1 / 10, "d2": d2 / 10})["distance_dB"], 20 * math.log10(d2 / d1), within=1e-9)
    eirp = solve("emc_units", {"EIRP_dBm": dbm / 10})["E_dBuV_per_m_at_1m"]
    assert near(eirp, 20 * math.log10(math.sqrt(30 * 10 ** (dbm / 100) * 1e-3) * 1e6), within=1e-9)


def test_fifty_ohms_unless_stated() -> None:
    assert near(solve("emc_units", {"dBm": [0, -30]})["dBuV"], [106.98970004336, 76.98970004336], within=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100), st.integers(0, 99))
def test_mismatch_against_phases_drawn_round_the_circle(source: int, load: int) -> None:
    found = solve("rf_mismatch", {"gamma_source": source / 100, "gamma_load": load / 100})
    rho = source * load / 1e4
    phases = np.linspace(0, 2 * np.pi, 20_001)[:-1]
    db = 20 * np.log10(np.abs(1 - rho * np.exp(1j * phases)))
    assert near(found["max_dB"], db.max(), within=1e-6) and near(found["min_dB"], db.min(), within=1e-6)
    assert near(found["u_dB_exact"], db.std(), within=1e-7, share=1e-6)
    assert near(found["u_dB_first_order"], 20 / math.log(10) * rho / math.sqrt(2), within=1e-10)


# --- Touchstone -------------------------------------------------------------------------------------------------------------


def touchstone(path: Path, ports: int, unit: str, form: str, f: list[float], s: np.ndarray[Any, Any], reference: str = "R 50") -> str:
    """A file of scattering parameters written by hand, as an instrument would."""
    scale = {"Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9}[unit]
    lines = ["! made by a test", f"# {unit} S {form} {reference}".rstrip()]
    for point, matrix in zip(f, s, strict=True):
        order = matrix.T.reshape(-1) if ports == 2 else matrix.reshape(-1)
        cells = [f"{point / scale:.12g}"]
        for value in order:
            angle = math.degrees(cmath.phase(value))
            a, b = {"RI": (value.real, value.imag), "MA": (abs(value), angle), "DB": (20 * math.log10(abs(value)), angle)}[form]
            cells += [f"{a:.15g}", f"{b:.15g}"]
        lines.append(" ".join(cells) + ("  ! a note" if point == f[0] else ""))
    name = f"made.s{ports}p"
    (path / name).write_text("\n".join(lines) + "\n")
    return name


@pytest.mark.parametrize("ports", [1, 2])
@pytest.mark.parametrize("form", ["RI", "MA", "DB"])
@pytest.mark.parametrize("unit", ["Hz", "kHz", "MHz", "GHz"])
def test_touchstone_of_every_form_and_unit(tmp_path: Path, ports: int, form: str, unit: str) -> None:
    rng = np.random.default_rng(4)
    f = [0.3e9, 1.234567e9, 6e9]
    s = 0.6 * (rng.uniform(-1, 1, (3, ports, ports)) + 1j * rng.uniform(-1, 1, (3, ports, ports)))
    name = touchstone(tmp_path, ports, unit, form, f, s)
    found = solve("touchstone", {"file": name, "point_index": [2, 0], "format": f"# {unit} S {form} R 50"}, Context(tmp_path))
    assert near(found["f_GHz"], [6, 0.3], within=1e-10) and found["points_total"] == 3
    assert near(found["s11_dB"], [20 * math.log10(abs(s[i, 0, 0])) for i in (2, 0)], within=1e-9)
    assert near(found["vswr1"], [(1 + abs(s[i, 0, 0])) / (1 - abs(s[i, 0, 0])) for i in (2, 0)], share=1e-9)
    if ports == 2:
        assert near(found["s21_dB"], [20 * math.log10(abs(s[i, 1, 0])) for i in (2, 0)], within=1e-9)
        assert near(found["s21_deg"], [math.degrees(cmath.phase(s[i, 1, 0])) for i in (2, 0)], within=1e-9)
        assert near(found["s12_dB"], [20 * math.log10(abs(s[i, 0, 1])) for i in (2, 0)], within=1e-9)
    every = solve("touchstone", {"file": name}, Context(tmp_path))
    assert near(every["f_GHz"], [x / 1e9 for x in f], within=1e-10)


# --- traces -----------------------------------------------------------------------------------------------------------------


def points_of(name: str, columns: tuple[int, int]) -> list[tuple[float, float]]:
    """The rows of numbers of a file, read by nothing but a pattern: an instrument's header has none that look like them."""
    rows = []
    for line in (SAMPLE_FILES / "traces" / name).read_bytes().replace(b"\0", b"").decode("latin-1").splitlines():
        cells = [cell.strip() for cell in line.split(",")]
        if (
            re.fullmatch(r"-?[0-9.]+(?:[eE][-+]?[0-9]+)?", cells[0])
            and len(cells) > 1
            and re.fullmatch(r"-?[0-9.]+(?:[eE][-+]?[0-9]+)?", cells[1])
        ):
            rows.append((float(cells[columns[0]]), float(cells[columns[1]])))
    return rows


@needs_sample_files
@pytest.mark.parametrize(
    ("name", "columns", "unit", "rbw"),
    [
        ("keysight_N9038A_OneTrace.csv", (0, 1), "dBuV", 10_000),
        ("agilent_N9340B.CSV", (0, 1), "dBm", 10_000),
        ("agilent_E4411DATA.CSV", (0, 1), None, 100_000),
        ("tektronix_emcvu_example.csv", (0, 1), "dBuV", 9_000),
        ("tektronix_rsa500_1M-11M.csv", (1, 0), "dBuVPerMeter", 9_000),
    ],
)
def test_traces_of_real_instruments(name: str, columns: tuple[int, int], unit: str | None, rbw: int) -> None:
    found = solve("trace_csv", {"file": f"files/traces/{name}"}, Context(SAMPLE_FILES.parent / "cases"))
    rows = points_of(name, columns)
    rows = rows[-int(found["points"]) :]
    frequency, level = max(rows, key=lambda row: row[1])
    assert all(a[0] < b[0] for a, b in zip(rows, rows[1:], strict=False))
    assert near(found["peak"], level, within=1e-9) and near(found["peak_Hz"], frequency, within=1e-6)
    assert (found["unit"], found["RBW_Hz"]) == (unit, rbw)
    if unit is not None:
        assert found[f"peak_{unit}"] == found["peak"]


# --- certificates -----------------------------------------------------------------------------------------------------------


@needs_sample_files
def test_every_certificate_at_once_and_each_alone() -> None:
    context = Context(SAMPLE_FILES.parent / "cases")
    schema = "files/dcc/schema/v<schemaVersion>/dcc.xsd"
    names = [f"files/dcc/{path.name}" for path in sorted((SAMPLE_FILES / "dcc").glob("*.xml"))]
    assert len(names) > 10
    together = solve("dcc", {"files": names, "schema_dir": schema}, context)
    alone = [solve("dcc", {"file": name, "schema_dir": schema}, context) for name in names]
    assert list(together["validity"]) == [one["validity"][0] for one in alone]
    assert list(together["schemaVersion"]) == [one["schemaVersion"][0] for one in alone]
    assert {"valid", "invalid", "not_well_formed"} == set(together["validity"])


@needs_sample_files
@pytest.mark.parametrize("unit", ["\\kelvin", None])
@pytest.mark.parametrize("key", ["file", "files"])
def test_values_of_a_certificate_by_file_or_files(tmp_path: Path, unit: str | None, key: str) -> None:
    name = "files/dcc/dcc_gp_temperature_simplified_v12.xml"
    inputs = {"refType": "basic_measurementError", key: name if key == "file" else [name], **({} if unit is None else {"unit": unit})}
    found = solve("dcc", inputs, Context(SAMPLE_FILES.parent / "cases"))
    assert near(found["values"], [0.072, 0.089, 0.107, -0.009, -0.084]) and near(found["U"], [0.061]) and near(found["k"], 2)


def test_certificates_that_cannot_be_read_say_why(tmp_path: Path) -> None:
    (tmp_path / "broken.xml").write_text("<a><b></a>")
    (tmp_path / "other.xml").write_text("<a/>")
    broken = outcome(tmp_path, "dcc", {"file": "broken.xml", "refType": "x"}, {"values": [1]})
    assert broken.status is Status.FAILED and "not_well_formed" in broken.reason
    other = outcome(tmp_path, "dcc", {"file": "other.xml", "refType": "x"}, {"values": [1]})
    assert other.status is Status.FAILED and "no quantity x" in other.reason
    assert outcome(tmp_path, "dcc", {"refType": "x"}, {"values": [1]}).reason == "input missing: file"
    absent = outcome(tmp_path, "dcc", {"files": ["other.xml", "none.xml"], "schema_dir": "v<schemaVersion>.xsd"}, {"validity": ["valid"]})
    assert absent.status is Status.NOT_RUN
    odd = outcome(
        tmp_path, "dcc", {"files": ["broken.xml", "other.xml"], "schema_dir": "none"}, {"validity": ["not_well_formed", "invalid"]}
    )
    assert odd.status is Status.PASSED
