"""Forbidden acts about rooms, one for each gate: only that gate stands in the way (6.3.3, 6.3.4)."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from lab_app.core import clock
from lab_app.quality.environment import queries, services
from lab_app.quality.sites import services as sites
from tests.support.people_facts import make_people
from tests.support.places_facts import validate_site, watch_room
from tests.support.results_facts import day, make_bench


def submitted_while_nobody_judged_the_room(world: Any) -> Any:
    """The logger sends late that the room was at 31 °C around the measurement; the job is handed over all the same."""
    bench = make_bench()
    watched = watch_room(bench.people, bench.room)
    bench.record_all()
    watched.read({day(16, 8, 30): "23.0", day(16, 8, 45): "31.0", day(16, 8, 55): "31.2", day(16, 8, 59): "23.1"})
    return bench.submit()


def put_aside_without_a_word(world: Any) -> Any:
    """Somebody closes an excursion and says nothing about the results."""
    bench = make_bench()
    watched = watch_room(bench.people, bench.room)
    watched.read({day(16, 7): "23.0", day(16, 7, 10): "31.0", day(16, 7, 20): "23.0"})
    row = queries.excursions_of_room(bench.room.id)[0]
    return services.assess_excursion(make_people().quality_manager, row, decision="no_effect", words="ok")


def measured_in_an_overdue_chamber(world: Any) -> Any:
    """The chamber's NSA ran out in March, the method needs it, the item is measured in November."""
    bench = make_bench()
    validate_site(bench.people, bench.room, "nsa", on=date(2025, 3, 2), months=12)
    with clock.at(day(2)):
        sites.need_site(bench.people.quality_manager, bench.tested.method.code, "nsa", "CISPR 32, mục 6")
    return bench.record()


BREACHES: dict[str, Callable[[Any], Any]] = {
    "excursion-assessed": submitted_while_nobody_judged_the_room, "excursion-answered": put_aside_without_a_word,
    "site-validated": measured_in_an_overdue_chamber,
}
