"""Forbidden acts about the validity of results (7.7), one for each gate: only that gate stands in the way."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lab_app.core import clock
from lab_app.results.services import validity
from lab_app.results.validity import queries
from tests.support.people_facts import make_people
from tests.support.results_facts import both_roles, day, make_bench
from tests.support.validity_facts import make_control, make_provider, make_round


def measured_after_a_rejected_control(world: Any) -> Any:
    """The control was far beyond three standard deviations at eight; a customer's item is measured at ten to nine."""
    bench = make_bench()
    control = make_control(tested=bench.tested)
    with clock.at(day(16, 8)):
        control.measure("11.5")
    return bench.record()


def released_by_who_measured(world: Any) -> Any:
    """Somebody who measures and reviews releases the stop of an own control."""
    control = make_control()
    person = both_roles(control.people, control.tested.method.code)
    control.measure("11.5", by=person)
    return validity.release_stop(person, queries.open_stops()[0], cause="cáp lỏng", action="siết lại, đo lại")


def round_of_an_unapproved_provider(world: Any) -> Any:
    """A provider that nobody judged runs the round."""
    people = make_people()
    return make_round(people, supplier=make_provider(people, approved=False))


BREACHES: dict[str, Callable[[Any], Any]] = {
    "control-not-rejected": measured_after_a_rejected_control, "stop-released-by-another": released_by_who_measured,
    "proficiency-provider-approved": round_of_an_unapproved_provider,
}
