"""Forbidden acts around methods as they are used: departures from a method, and its checklist. Only the named gate stands in the way."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from lab_app.core import clock
from lab_app.results import services as results
from test_methods import services as methods
from tests.support import method_facts
from tests.support.people_facts import make_people
from tests.support.results_facts import day, make_bench
from tests.support.signing import confirmed

BREACHES: dict[str, Callable[[Any], Any]] = {}


def breach(gate: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Name the gate that an act runs against."""

    def deco(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
        BREACHES[gate] = act
        return act

    return deco


@breach("deviation-complete")
def measured_while_the_customer_was_asked(world: Any) -> Any:
    """The method was departed from before the customer accepted it."""
    bench = make_bench()
    with clock.at(day(16, 8)):
        row = results.raise_deviation(
            bench.people.technician, bench.job, what="điều 5.4.2", documented="đo ở 1 m thay 3 m", justification="cộng 9,5 dB")
        results.authorise_deviation(bench.people.reviewer, row)
    return bench.record()


@breach("deviation-by-another")
def allowed_by_whoever_departed(world: Any) -> Any:
    """The reviewer, who measured this time, allows the own departure from the method."""
    bench = make_bench()
    row = results.raise_deviation(
        bench.people.technician, bench.job, what="điều 5.4.2", documented="đo ở 1 m thay 3 m", justification="cộng 9,5 dB")
    row.raised_by_id, row.raised_by = bench.people.reviewer.id, bench.people.reviewer
    return results.authorise_deviation(bench.people.reviewer, row)


@breach("steps-answered")
def handed_over_with_a_step_left_out(world: Any) -> Any:
    """The method asks for a check of the level; nobody ticked it, and the job goes to review."""
    people = make_people()
    made = method_facts.draft_method(people)
    with clock.at(clock.at_local(date(2026, 1, 30), 9)):
        methods.edit_version(people.reviewer, made.version, environment=method_facts.ROOM, steps=[{"vi": "Kiểm mức bằng nguồn chuẩn"}])
    method_facts.approve(people, made.version)
    bench = make_bench(tested=made)
    bench.record_all()
    return results.submit_job(bench.people.technician, bench.job, confirmed=confirmed(bench.people.technician))
