"""Limits by conditions: exactly one row applies, anything else is refused by the name of the condition."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab_app.metrology.decision import DecisionRule, RuleKind, Verdict, decide
from lab_app.metrology.errors import LimitError
from lab_app.metrology.limits import (
    Answer,
    Bounds,
    LimitTable,
    ObservationLimit,
    needed,
    parse_limit,
    resolve,
)

D = Decimal


def number(limit: str, unit: str = "dBµV/m") -> dict[str, Any]:
    return {"type": "upper", "limit": limit, "unit": unit}


#: Radiated emission above 1 GHz at 3 m, by detector and class.
RADIATED = {"type": "table", "rows": [
    {"when": {"lớp": "B", "bộ tách sóng": "AV"}, "limit": number("50")},
    {"when": {"lớp": "B", "bộ tách sóng": "PK"}, "limit": number("70")},
    {"when": {"lớp": "A", "bộ tách sóng": "AV"}, "limit": number("56")},
    {"when": {"lớp": "A", "bộ tách sóng": "PK"}, "limit": {
        "type": "line", "scale": "log", "unit": "dBµV/m", "segments": [["1000", "3000", "76", "76"], ["3000", "6000", "80", "80"]]}},
]}


def table(data: dict[str, Any] = RADIATED) -> LimitTable:
    found = parse_limit(data)
    assert isinstance(found, LimitTable)
    return found


def test_the_row_of_the_conditions_decides() -> None:
    assert resolve(table(), {"lớp": "B", "bộ tách sóng": "PK"}).high == D(70)
    assert resolve(table(), {"Lớp": " b ", "bộ  tách sóng": "av"}).high == D(50)
    assert resolve(table(), {"lớp": "A", "bộ tách sóng": "PK"}, D(4000)).high == D(80)
    assert needed(table(), {"lớp": "A", "bộ tách sóng": "PK"}) == ("frequency",)
    assert table().names == ("bộ tách sóng", "lớp") and table().unit == "dBµV/m"


@pytest.mark.parametrize("text", ["lớp: B, PK, 3 m", "bộ tách sóng=PK; lớp = B", "B; PK", "Class: B; detector: pk"])
def test_a_lines_conditions_may_stand_as_text(text: str) -> None:
    assert resolve(table(), {"": text}).high == D(70)


def test_a_value_inside_a_longer_piece_is_not_taken_for_a_condition() -> None:
    with pytest.raises(LimitError) as refusal:
        resolve(table(), {"": "mẫu B số 2, PK"})
    assert (refusal.value.code, refusal.value.field) == ("condition_missing", "lớp")


@pytest.mark.parametrize(
    ("conditions", "code", "field"),
    [
        ({}, "condition_missing", "bộ tách sóng"),
        ({"lớp": "B"}, "condition_missing", "bộ tách sóng"),
        ({"lớp": "C", "bộ tách sóng": "PK"}, "no_row", "lớp"),
        ({"lớp": "B", "bộ tách sóng": "QP"}, "no_row", "bộ tách sóng"),
        ({"lớp": "B", "": "AV, PK"}, "several_rows", "bộ tách sóng"),
    ],
)
def test_no_row_and_several_rows_name_the_condition(conditions: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(LimitError) as refusal:
        resolve(table(), conditions)
    assert (refusal.value.code, refusal.value.field) == (code, field)


@pytest.mark.parametrize(
    ("rows", "code", "field"),
    [
        (None, "missing", "rows"),
        ([], "missing", "rows"),
        (["x"], "missing", "rows"),
        ([{"when": {}, "limit": number("1")}], "missing", "when"),
        ([{"when": {"lớp": ""}, "limit": number("1")}], "missing", "when"),
        ([{"when": {"lớp": 3}, "limit": number("1")}], "missing", "when"),
        ([{"when": "B", "limit": number("1")}, {"when": {"conditions": "b"}, "limit": number("2")}], "duplicate", "rows"),
        ([{"when": "B", "limit": number("1")}, {"when": "A", "limit": number("2", "V")}], "unit_mismatch", "rows"),
        ([{"when": "B", "limit": {"type": "observation", "answers": ["PASS"]}}], "unknown", "rows"),
        ([{"when": "B", "limit": {"type": "upper", "limit": "abc"}}], "not_a_decimal", "limit"),
        ([{"when": "B", "limit": {"type": "mask", "unit": "dBr", "segments": [["0", "1", "0", "0"]]}}], "missing", "reference"),
    ],
)
def test_refusals_name_the_field(rows: Any, code: str, field: str) -> None:
    with pytest.raises(LimitError) as refusal:
        parse_limit({"type": "table", "rows": rows})
    assert (refusal.value.code, refusal.value.field) == (code, field)


NAMES = st.sampled_from(["band", "class", "port"])


@given(
    st.dictionaries(NAMES, st.sampled_from(["a", "b", "c"]), min_size=1),
    st.lists(st.integers(-50, 50), min_size=1, max_size=9, unique=True),
)
def test_a_table_round_trips_and_every_row_is_found_by_its_own_conditions(base: dict[str, str], values: list[int]) -> None:
    rows = [{"when": {**base, "row": str(n)}, "limit": number(str(v), "dBm")} for n, v in enumerate(values)]
    found = table({"type": "table", "rows": rows})
    assert parse_limit(json.loads(json.dumps(found.to_dict()))) == found
    for n, value in enumerate(values):
        assert resolve(found, {**base, "row": str(n)}) == Bounds(high=D(value), unit="dBm")


def test_a_composite_result_carries_one_verdict() -> None:
    rule = DecisionRule("DR-SA", RuleKind.SIMPLE)
    bounds = resolve(table(), {"lớp": "B", "bộ tách sóng": "AV"})
    assert decide(rule, bounds, [D("48.2"), D("49.9")], D("3")).verdict is Verdict.PASS
    worst = decide(rule, bounds, [D("48.2"), D("50.1"), D("47")], D("3"))
    assert (worst.verdict, worst.margin, worst.value_compared) == (Verdict.FAIL, D("-0.1"), D("50.1"))


def test_a_table_or_mask_not_read_off_decides_nothing() -> None:
    rule = DecisionRule("DR-SA", RuleKind.SIMPLE)
    assert decide(rule, table(), D(1)).reason == "conditions_needed"
    mask = parse_limit({"type": "mask", "reference": "carrier", "unit": "dBr", "segments": [["0", "1", "0", "0"]]})
    assert decide(rule, mask, D(1)).reason == "reference_needed"
    with pytest.raises(LimitError) as refusal:
        resolve(ObservationLimit())
    assert (refusal.value.code, refusal.value.field) == ("observation", "limit")


def test_every_answer_but_pass_needs_a_reason() -> None:
    limit = ObservationLimit()
    assert [answer for answer in Answer if limit.needs_reason(answer)] == [Answer.FAIL, Answer.NA, Answer.NT]
