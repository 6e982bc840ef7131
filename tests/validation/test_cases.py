"""The project's own copy of the published cases: every one holds, and every changed expectation is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lab_app.validation.registry import SOLVERS, Context
from lab_app.validation.runner import OWN_CASES, Case, Outcome, Status, compare, read_cases, run_case

CASES = [case for case in read_cases(OWN_CASES) if isinstance(case, Case)]
NAMES = [f"{case.kind}:{case.id}" for case in CASES]


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    return {name: run_case(case) for name, case in zip(NAMES, CASES, strict=True)}


@pytest.mark.parametrize("name", NAMES)
def test_case_holds(outcomes: dict[str, Outcome], name: str) -> None:
    outcome = outcomes[name]
    wrong = [comparison for comparison in outcome.comparisons if not comparison.agrees]
    assert (outcome.status, outcome.reason, wrong) == (Status.PASSED, "", [])
    assert outcome.comparisons


def moved(expected: Any, allowed: Decimal | None) -> Iterator[Any]:
    """Every way to make one leaf of an expectation wrong, just beyond its tolerance or as another word."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            yield from ({**expected, key: other} for other in moved(value, allowed))
    elif isinstance(expected, list):
        yield [*expected, expected[-1] if expected else Decimal(0)]
        for place, value in enumerate(expected):
            yield from ([*expected[:place], other, *expected[place + 1 :]] for other in moved(value, allowed))
    elif isinstance(expected, Decimal):
        yield expected + 3 * (allowed or Decimal(0)) + abs(expected) / 50 + Decimal("1e-12")
        yield str(expected)
    elif isinstance(expected, bool):
        yield not expected
    elif expected is None:
        yield Decimal(0)
    else:
        yield expected + "0"


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_changed_expectation_is_noticed(case: Case, outcomes: dict[str, Outcome]) -> None:
    """Each expected value, moved on its own, has to be reported: none of them is compared for show."""
    got = SOLVERS[case.kind](case.inputs, Context(case.path.parent))
    widest = {
        comparison.name.split(".")[0].split("[")[0]: comparison.allowed
        for comparison in outcomes[f"{case.kind}:{case.id}"].comparisons
    }
    changed = 0
    for name, value in case.expected.items():
        for other in moved(value, widest.get(name)):
            found = compare({**case.expected, name: other}, got, case.tolerance)
            assert not all(comparison.agrees for comparison in found), (name, other)
            changed += 1
    assert changed


def test_sixty_cases_of_every_kind_that_needs_no_file() -> None:
    assert len(CASES) == 60
    assert len({case.kind for case in CASES}) == 21
    assert {case.kind for case in CASES} <= SOLVERS.keys()
    assert all(case.source and case.provenance.startswith(("published:", "cross-checked:")) for case in CASES)


def test_no_solver_looks_at_the_name_of_a_case() -> None:
    """The same inputs under another name and another file give the same answer."""
    for case in CASES:
        if case.kind != "monte_carlo":
            assert run_case(replace(case, id="somewhere else", source="")).status is Status.PASSED
