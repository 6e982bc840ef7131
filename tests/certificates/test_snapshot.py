"""The snapshot: canonical form, shape, the sixteen items of 7.8.2.1, verdicts derived from lines."""

from __future__ import annotations

import copy
import hashlib
import json
import unicodedata
from typing import Any

import pytest

from certificates.snapshot import (
    ITEMS_OF_7_8_2_1,
    WAIVABLE,
    SnapshotFault,
    canonical_json,
    derive_summary,
    derive_verdict,
    faults,
    minimal_snapshot,
    missing_items,
    section_lines,
    snapshot_hash,
)
from tests.certificates.demo_snapshot import demo_snapshot, draft_snapshot


def reordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reordered(value[key]) for key in reversed(list(value))}
    return [reordered(inner) for inner in value] if isinstance(value, list) else value


def test_canonical_form_does_not_depend_on_the_order_of_keys():
    snapshot = demo_snapshot()
    assert canonical_json(snapshot) == canonical_json(reordered(snapshot))
    assert json.loads(canonical_json(snapshot)) == snapshot
    assert snapshot_hash(snapshot) == hashlib.sha256(canonical_json(snapshot)).hexdigest()


def test_hash_changes_with_one_written_digit():
    snapshot, other = demo_snapshot(), demo_snapshot()
    line = section_lines(other["sections"][0])[0]
    line["result"]["value"] += "0"
    assert snapshot_hash(snapshot) != snapshot_hash(other)


def test_decomposed_letters_hash_like_composed_ones():
    snapshot = demo_snapshot()
    decomposed = json.loads(unicodedata.normalize("NFD", json.dumps(snapshot, ensure_ascii=False)))
    assert decomposed != snapshot
    assert snapshot_hash(decomposed) == snapshot_hash(snapshot)


@pytest.mark.parametrize("number", [18.42, 3])
def test_a_bare_number_is_refused_by_its_path(number):
    snapshot = demo_snapshot()
    snapshot["items"][0]["quantity"] = number
    with pytest.raises(SnapshotFault, match=r"items\.0\.quantity"):
        canonical_json(snapshot)


@pytest.mark.parametrize(
    "snapshot", [minimal_snapshot(), demo_snapshot(), demo_snapshot(amended=True), draft_snapshot()]
)
def test_the_patterns_have_the_shape_of_the_schema(snapshot):
    assert faults(snapshot) == []


def broken(path: str, value: Any) -> dict[str, Any]:
    snapshot: Any = copy.deepcopy(demo_snapshot())
    *way, last = path.split(".")
    inner = snapshot
    for step in way:
        inner = inner[int(step)] if isinstance(inner, list) else inner[step]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return snapshot


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("customer.name", ..., "customer: 'name' is missing"),
        ("customer.phone_number", "1", "customer: 'phone_number' is not known"),
        ("items.0.code", None, "items.0.code: expected str"),
        (
            "sections.0.groups.0.lines.0.verdict",
            "great",
            "sections.0.groups.0.lines.0.verdict: 'great' is none of",
        ),
        ("sections", "none", "sections: expected a list"),
        ("not_applicable", [], "not_applicable: expected an object"),
        ("number", None, "number: an issued paper needs it"),
        ("sections.0.groups.0.lines.1.ref", "54-01-1", "line '54-01-1' stands twice"),
        ("sections.0.groups.0.lines.1.retest_of", "x", "repeats the unknown line 'x'"),
        ("sections.0.groups.0.lines.1.uncertainty", {"exempt": "x"}, "unknown exemption 'x'"),
        ("methods.0.sections", ["x"], "names the unknown section 'x'"),
        ("schema", "report-snapshot/9", "schema: 'report-snapshot/9'"),
    ],
)
def test_a_fault_is_named_by_its_path(path, value, named):
    found = faults(broken(path, value))
    assert any(named in fault for fault in found), found


def test_a_draft_may_not_carry_a_number():
    assert any("a draft has none" in fault for fault in faults(draft_snapshot() | {"number": "PKQ-1"}))


def test_no_accreditation_without_a_line_in_scope():
    snapshot = demo_snapshot()
    for section in snapshot["sections"]:
        for line in section_lines(section):
            line["scope"] = "*"
    assert any(fault.startswith("accreditation") for fault in faults(snapshot))


EMPTIED: dict[str, dict[str, Any]] = {
    "a": {"title": {"vi": " ", "en": "Test report"}},
    "b": {"laboratory": demo_snapshot()["laboratory"] | {"address": ""}},
    "c": {"places": []},
    "d": {"number": None},
    "e": {"customer": demo_snapshot()["customer"] | {"name": ""}},
    "f": {"methods": []},
    "g": {"items": [demo_snapshot()["items"][0] | {"condition": {"vi": "", "en": ""}}]},
    "h": {"items": [demo_snapshot()["items"][0] | {"received_at": ""}]},
    "i": {"test_dates": []},
    "j": {"issued_on": None},
    "k": {"sampling": None},
    "l": {"validity_statement": {"vi": "", "en": ""}},
    "m": {"sections": []},
    "n": {"deviations": []},
    "o": {"authorisation": demo_snapshot()["authorisation"] | {"signatory": {"name": ""}}},
    "p": {"external_results": None},
}


def test_the_sixteen_items_are_all_known():
    assert "".join(ITEMS_OF_7_8_2_1) == "abcdefghijklmnop" == "".join(EMPTIED)


@pytest.mark.parametrize("letter", EMPTIED)
def test_each_item_is_missed_when_it_is_empty(letter):
    snapshot = demo_snapshot() | EMPTIED[letter] | {"not_applicable": {}}
    assert letter in missing_items(snapshot)
    assert missing_items(demo_snapshot()) == []


@pytest.mark.parametrize("letter", EMPTIED)
def test_a_stated_reason_stands_in_only_where_an_item_may_not_apply(letter):
    reason = {letter: {"vi": "Không áp dụng cho phép thử này.", "en": ""}}
    snapshot = demo_snapshot() | EMPTIED[letter] | {"not_applicable": reason}
    assert (letter in missing_items(snapshot)) == (letter not in WAIVABLE)
    blank = {letter: {"vi": "  ", "en": "reason"}}
    assert letter in missing_items(demo_snapshot() | EMPTIED[letter] | {"not_applicable": blank})


def test_a_result_without_a_unit_is_missed():
    snapshot = demo_snapshot()
    section_lines(snapshot["sections"][0])[0]["unit"] = ""
    assert missing_items(snapshot) == ["m"]


def line(
    ref: str, verdict: str | None, retest_of: str | None = None, margin: str | None = None, unit: str = "dBm"
) -> dict[str, Any]:
    return {"ref": ref, "verdict": verdict, "retest_of": retest_of, "margin": margin, "unit": unit}


@pytest.mark.parametrize(
    ("lines", "verdict"),
    [
        ([line("1", "pass"), line("2", "pass")], "pass"),
        ([line("1", "pass"), line("2", "fail")], "fail"),
        ([line("1", "fail"), line("2", "pass", "1")], "pass"),
        ([line("1", "fail"), line("2", "fail", "1"), line("3", "pass", "2")], "pass"),
        ([line("1", "pass"), line("2", "fail", "1")], "fail"),
        ([line("1", "pass"), line("2", "conditional_pass")], "conditional_pass"),
        ([line("1", "conditional_fail"), line("2", "conditional_pass")], "conditional_fail"),
        ([line("1", "pass"), line("2", "no_statement")], "no_statement"),
        ([line("1", "not_applicable"), line("2", "pass")], "pass"),
        ([line("1", "not_applicable")], "not_applicable"),
        ([line("1", None)], "no_statement"),
        ([], "no_statement"),
    ],
)
def test_the_verdict_of_lines(lines, verdict):
    assert derive_verdict(lines) == verdict


def test_the_summary_of_the_demonstration():
    first, second, third = derive_summary(demo_snapshot()["sections"])
    assert (first["results"], first["failed"], first["failed_then_passed"], first["verdict"]) == (
        "13",
        "1",
        "1",
        "pass",
    )
    assert (first["smallest_margin"], first["margin_unit"]) == ("0.95", "dB")
    assert (second["results"], second["failed"], second["smallest_margin"]) == ("9", "0", "0.6")
    assert (third["results"], third["smallest_margin"]) == ("10", "3.2")
    assert derive_summary(demo_snapshot(amended=True)["sections"])[2]["smallest_margin"] == "1.7"


def test_margins_of_different_units_are_not_compared():
    section = {
        "regulation": "R",
        "subtitle": {"vi": "a", "en": "b"},
        "groups": [
            {
                "lines": [
                    line("1", "pass", margin="7.16", unit="ms"),
                    line("2", "pass", margin="0.2", unit="%"),
                ]
            }
        ],
    }
    (row,) = derive_summary([section])
    assert (row["smallest_margin"], row["margin_unit"]) == ("7.16", "ms")
