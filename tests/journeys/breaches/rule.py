"""Forbidden acts about verdicts set by hand and old results judged again: only the gate named stands in the way."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_app.results import services as results
from test_methods.queries import rule_by_code
from tests.support.results_facts import Bench, make_bench

BREACHES: dict[str, Callable[[Any], Any]] = {}


def breach(gate: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Name the gate that an act runs against."""

    def deco(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
        BREACHES[gate] = act
        return act

    return deco


def submitted() -> Bench:
    """A job measured and handed over."""
    bench = make_bench()
    bench.record_all()
    bench.submit()
    return bench


@breach("override-proposed-with-reason")
def called_otherwise_without_a_word(world: Any) -> Any:
    """A pass is to become a failure, and nobody says why."""
    bench = submitted()
    return results.propose_override(bench.people.reviewer, bench.line(), "FAIL", "  ")


@breach("override-by-second-person")
def called_otherwise_alone(world: Any) -> Any:
    """The reviewer proposes a verdict and confirms it himself."""
    bench = submitted()
    override = results.propose_override(bench.people.reviewer, bench.line(), "FAIL", "phổ có méo mà chỉ tiêu không bắt được")
    return results.confirm_override(bench.people.reviewer, override)


@breach("rejudgement-of-standing-result")
def judged_again_on_a_reading_that_was_corrected(world: Any) -> Any:
    """The first reading was a slip and was corrected; by another rule that slip is judged again."""
    bench = make_bench()
    first = bench.record(reading="15.4")
    results.correct_reading(bench.people.technician, bench.line(), bench.entry("15.9"), "gõ nhầm số")
    line, rule = bench.line(), rule_by_code("DR-GB-U")
    return results.rejudge_reading(bench.people.reviewer, line, first, line.parameter.requirement, rule, "khách hàng hỏi")
