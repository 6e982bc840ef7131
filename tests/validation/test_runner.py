"""Reading and comparing cases: what counts as agreement, and that nothing bad passes in silence."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.validation import registry
from lab_app.validation.runner import CasesUnreadable, Status, compare, read_cases, run, solves

D = Decimal
CASE = {
    "id": "one",
    "source": "a book",
    "provenance": "published: 2",
    "kind": "emc_units",
    "inputs": {"d1": 3, "d2": 10},
    "expected": {"distance_dB": 10.457574905606752},
    "tolerance": {"abs": 1e-9},
    "note": "",
}


def folder(path: Path, *cases: Any, kind: str = "emc_units", name: str = "one.json") -> Path:
    data = {"format": "metrology-refcases-1", "kind": kind, "set": "other", "cases": list(cases)}
    (path / name).write_text(json.dumps(data), encoding="utf-8")
    return path


def statuses(path: Path) -> list[tuple[str, Status]]:
    return [(outcome.case.id, outcome.status) for outcome in run(path)]


def agrees(expected: Any, got: Any, tolerance: dict[str, Any]) -> bool:
    return all(comparison.agrees for comparison in compare({"x": expected}, {"x": got}, tolerance))


@pytest.mark.parametrize(
    ("expected", "got", "tolerance", "result"),
    [
        (D(10), D("10.1"), {"abs": D("0.1")}, True),
        (D(10), D("10.11"), {"abs": D("0.1")}, False),
        (D(10), D("10.11"), {"abs": D("0.1"), "rel": D("0.02")}, True),
        (D(-10), D("-10.1"), {"rel": D("0.01")}, True),
        (D(0), D("1e-9"), {"rel": D(1)}, False),
        (D(10), D("10.1"), {"default": {"abs": D("0.1")}}, True),
        (D(10), D("10.1"), {"default": {"abs": D("0.1")}, "x": {"abs": D(0)}}, False),
        (D(10), D("10.1"), {"y": {"abs": D("0.1")}}, False),
        (D(10), 10, {"abs": D(0)}, True),
        (D(10), "10", {"abs": D(1)}, False),
        (D(1), True, {"abs": D(1)}, False),
        (D(10), None, {"abs": D(99)}, False),
        (D(10), D("NaN"), {"abs": D(99)}, False),
        (D(10), float("inf"), {"abs": D(99)}, False),
        ("pass", "pass", {"abs": D(0)}, True),
        ("pass", "fail", {"abs": D(9)}, False),
        ("0.10", "0.1", {"abs": D(9)}, False),
        (True, True, {}, True),
        (True, 1, {"abs": D(1)}, False),
        (None, None, {}, True),
        (None, D(0), {"abs": D(1)}, False),
        ([D(1), "a"], [D(1), "a"], {"abs": D(0)}, True),
        ([D(1), D(2)], [D(1)], {"abs": D(9)}, False),
        ([D(1)], D(1), {"abs": D(9)}, False),
        ([], [], {}, True),
        ([], [D(1)], {}, False),
        ({"a": D(1)}, {"a": D(1), "b": D(5)}, {"abs": D(0)}, True),
        ({"a": D(1)}, {"b": D(1)}, {"abs": D(9)}, False),
        ({"a": D(1)}, [D(1)], {"abs": D(9)}, False),
        ({"a": D(1)}, {"a": D("1.1")}, {"default": {"abs": D(0)}, "x": {"abs": D("0.1")}}, True),
        ({"a": D(1)}, {"a": D("1.1")}, {"default": {"abs": D(0)}, "x": {"a": {"abs": D("0.1")}}}, True),
        ({"a": D(1)}, {"a": D("1.1")}, {"default": {"abs": D(0)}, "x": {"b": {"abs": D("0.1")}}}, False),
    ],
)
def test_agreement(expected: Any, got: Any, tolerance: dict[str, Any], result: bool) -> None:
    assert agrees(expected, got, tolerance) is result


@given(
    st.decimals(-1000, 1000, places=3),
    st.decimals(-1000, 1000, places=3),
    st.decimals(0, 10, places=3),
    st.decimals(0, 1, places=3),
)
def test_agreement_is_the_stated_inequality(expected: D, got: D, a: D, r: D) -> None:
    assert agrees(expected, got, {"abs": a, "rel": r}) is (abs(got - expected) <= max(a, r * abs(expected)))


def test_a_missing_name_agrees_with_nothing() -> None:
    (comparison,) = compare({"x": D(0)}, {}, {"abs": D(99)})
    assert not comparison.agrees


def test_other_cases_of_a_kind_run(tmp_path: Path) -> None:
    wrong = {**CASE, "id": "two", "expected": {"distance_dB": 10.5}}
    assert statuses(folder(tmp_path, CASE, wrong)) == [("one", Status.PASSED), ("two", Status.FAILED)]


def test_an_unknown_kind_has_failed(tmp_path: Path) -> None:
    (outcome,) = run(folder(tmp_path, {**CASE, "kind": "astrology"}))
    assert outcome.status is Status.FAILED
    assert outcome.reason == "unsupported kind: astrology"


@pytest.mark.parametrize(
    "inputs",
    [
        {"d1": 3, "d2": 0},
        {"d1": "a", "d2": 1},
        {"d1": None, "d2": 1},
        {"d1": [3], "d2": [10]},
        {},
        {"uV_per_m": [-1]},
    ],
)
def test_a_case_that_cannot_be_computed_has_failed_and_the_others_go_on(tmp_path: Path, inputs: Any) -> None:
    assert statuses(folder(tmp_path, {**CASE, "inputs": inputs}, CASE)) == [
        ("one", Status.FAILED),
        ("one", Status.PASSED),
    ]


def test_a_case_whose_file_is_absent_was_not_run(tmp_path: Path) -> None:
    case = {**CASE, "kind": "touchstone", "inputs": {"file": "files/absent.s2p", "point_index": [0]}}
    (outcome,) = run(folder(tmp_path, case, kind="touchstone"))
    assert (outcome.status, outcome.reason) == (Status.NOT_RUN, "file absent: files/absent.s2p")


@pytest.mark.parametrize("name", ["/etc/hostname", "../../../etc/hostname", "files/../../x"])
def test_a_case_reads_nothing_outside_its_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="beside it"):
        registry.Context(tmp_path).file(name)


def test_files_stand_beside_the_cases_or_beside_their_folder(tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    (tmp_path / "files").mkdir()
    cases.mkdir()
    (tmp_path / "files" / "a.txt").write_text("a")
    assert registry.Context(cases).file("files/a.txt") == tmp_path / "files" / "a.txt"
    with pytest.raises(registry.CaseFileAbsent):
        registry.Context(cases).file("files/b.txt")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"format": "other", "cases": []}',
        '{"format": "metrology-refcases-1"}',
        '{"format": "metrology-refcases-1", "cases": [1]}',
        '{"format": "metrology-refcases-1", "cases": [{"inputs":{"x":NaN},"expected":{"y":1},"tolerance":{}}]}',
        "[" * 100_000,
    ],
)
def test_a_file_that_is_no_set_of_cases_has_failed(tmp_path: Path, text: str) -> None:
    folder(tmp_path, CASE, name="b.json")
    (tmp_path / "a.json").write_text(text)
    assert statuses(tmp_path) == [("a.json", Status.FAILED), ("one", Status.PASSED)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"expected": {}}, "expected is missing"),
        ({"expected": None}, "expected is missing"),
        ({"inputs": [1]}, "inputs is missing or no map"),
        ({"tolerance": None}, "tolerance is missing"),
        ({"tolerance": {"distance_dB": {"abs": "0.1"}}}, "tolerance of distance_dB: abs 0.1"),
        ({"tolerance": {"abs": -1}}, "tolerance of everything: abs -1"),
        ({"tolerance": {"default": {"within": 1}}}, "tolerance of default: within 1"),
        ({"inputs": {"d1": 3}}, "nothing computes these outputs from the inputs given: distance_dB"),
        ({"kind": "rf_mismatch", "inputs": {"gamma_load": 0.1}}, "input missing: gamma_source"),
        ({"inputs": {"d1": -3, "d2": 10}}, "refused: not_positive: measured_at: -3"),
        ({"inputs": {"d1": "3", "d2": 10}}, "inputs are not in the form of the kind"),
        ({"kind": "rounding", "inputs": {"u": "a"}, "expected": {"u": "1"}}, "cannot be computed: InvalidOperation"),
        ({"kind": "trace_csv", "inputs": {}}, "input missing: file"),
        ({"kind": "control_chart", "inputs": {"n": 1000000000}}, "outside: n"),
    ],
)
def test_a_malformed_case_has_failed_by_its_name_and_takes_no_other_with_it(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    bad, good = run(folder(tmp_path, {**CASE, "id": "two", **change}, CASE))
    assert (bad.case.id, bad.status) == ("two", Status.FAILED)
    assert reason in bad.reason
    assert (good.case.id, good.status) == ("one", Status.PASSED)


@pytest.mark.parametrize("number", ["1e999", "-1e999999999", "1e-400", "1" * 400])
def test_a_number_beyond_reason_stops_nothing(tmp_path: Path, number: str) -> None:
    """Ten to the millionth as a count of months would take half a minute to be refused by what counts them."""
    text = '{"id":"x","kind":"due_date","inputs":{"rows":[{"calibrated":"2024-01-31","months":%s}]},"expected":{"due":[]},"tolerance":{}}'
    (tmp_path / "a.json").write_text('{"format": "metrology-refcases-1", "cases": [%s]}' % (text % number))
    folder(tmp_path, CASE, name="b.json")
    bad, good = run(tmp_path)
    assert (bad.case.id, bad.status, good.status) == ("x", Status.FAILED, Status.PASSED)
    assert "no quantity has the value" in bad.reason


def test_an_output_that_cannot_be_computed_fails_only_the_case_that_asks_for_it(tmp_path: Path) -> None:
    """Half a degree of freedom has no whole number below it: a truncated one cannot be stated, ν itself can."""
    half = {**CASE, "kind": "degrees_of_freedom", "inputs": {"components": [{"u": 1, "nu": 0.5}]}, "tolerance": {"abs": 1e-9}}
    one = {**half, "expected": {"nu_eff": 0.5, "u": 1}}
    two = {**half, "id": "two", "expected": {"k_nu_truncated": 2}}
    first, second = run(folder(tmp_path, one, two))
    assert (first.status, second.status) == (Status.PASSED, Status.FAILED)
    assert "below_one" in second.reason


def test_a_printed_number_agrees_as_text_digit_by_digit_and_as_a_number_by_its_value() -> None:
    assert agrees("0.10", registry.Printed("0.10"), {"abs": D(0)})
    assert not agrees("0.1", registry.Printed("0.10"), {"abs": D(9)})
    assert agrees(D("0.1"), registry.Printed("0.10"), {"abs": D(0)})
    assert not agrees(D("0.11"), registry.Printed("0.10"), {"abs": D("0.001")})


def test_text_in_another_encoding_has_failed(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes("é".encode("utf-16"))
    assert statuses(tmp_path) == [("a.json", Status.FAILED)]


def test_a_folder_without_cases_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(CasesUnreadable):
            list(read_cases(path))


def test_numbers_arrive_as_written(tmp_path: Path) -> None:
    folder(tmp_path, {**CASE, "inputs": {"a": 0.1, "n": 3, "t": "0.10"}})
    (case,) = read_cases(tmp_path)
    assert not isinstance(case, CasesUnreadable)
    assert case.inputs == {"a": D("0.1"), "n": D(3), "t": "0.10"}
    assert {type(value) for value in case.inputs.values()} == {Decimal, str}


def test_a_kind_has_one_solver() -> None:
    list(run(Path(registry.__file__).with_name("cases")))
    with pytest.raises(ValueError, match="solved twice"):
        solves("rounding")(lambda inputs, context: {})
