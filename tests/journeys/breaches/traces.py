"""Forbidden acts with traces of a job, one for each of their gates: only that gate stands in the way."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from instruments import services as instruments
from lab_app.core import clock
from lab_app.results.services import traces
from tests.support.results_facts import day
from tests.support.trace_facts import make_emission

BREACHES: dict[str, Callable[[Any], Any]] = {}


def breach(gate: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Name the gate that an act runs against."""

    def deco(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
        BREACHES[gate] = act
        return act

    return deco


@breach("trace-after-reception")
def swept_before_the_item_came(world: Any) -> Any:
    """The file was swept an hour before the item was received: it shows something else."""
    emission = make_emission()
    return emission.use(emission.sweep(at=day(10, 8)), "QP")


@breach("trace-instrument-fit")
def corrected_with_a_dropped_antenna(world: Any) -> Any:
    """The antenna fell on Saturday and was taken out of service; Monday's sweep is corrected by its factors."""
    emission = make_emission()
    with clock.at(day(14)):
        instruments.set_state(emission.people.quality_manager, emission.antenna, "out_of_service", day(14), reason="rơi")
    return emission.use(emission.sweep(), "QP")


@breach("trace-detectors-ordered")
def points_of_a_contradicted_trace(world: Any) -> Any:
    """The average stands above the quasi-peak at 240 MHz: one of the two files is wrong, and its points are taken all the same."""
    emission = make_emission()
    use = emission.use(emission.sweep("QP"), "QP")
    emission.use(emission.sweep("AV", {240: 26.0}), "AV")
    return traces.take_points(emission.people.technician, use, emission.points(use, 240), emission.facts())
