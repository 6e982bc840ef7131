"""Forbidden acts of the room, one for each of its gates: only that gate stands in the way."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from instruments import services
from lab_app.core import clock
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

BREACHES: dict[str, Callable[[Any], Any]] = {}


def breach(gate: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Name the gate that an act runs against."""

    def deco(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
        BREACHES[gate] = act
        return act

    return deco


@breach("verified-before-service")
def into_service_unverified(world: Any) -> Any:
    """A calibrated instrument goes into service although nobody wrote down what was verified."""
    people = make_people()
    row = equipment.register(people.quality_manager, people.site)
    equipment.calibrate(people.quality_manager, row)
    at = clock.at_local(date(2026, 2, 1), 9)
    with clock.at(at):
        services.set_state(people.quality_manager, row, "in_service", at, verification="")
    return row


@breach("calibration-evaluated")
def released_unread(world: Any) -> Any:
    """A certificate counts although nobody compared it with the use it is for."""
    people = make_people()
    row = equipment.register(people.quality_manager, people.site)
    calibration = equipment.calibrate(people.quality_manager, row, evaluation="", release=False)
    return services.release_calibration(people.quality_manager, calibration)


@breach("extension-before-due")
def extended_after_the_day(world: Any) -> Any:
    """The yearly maintenance ran out yesterday, and somebody grants it another month."""
    people = make_people()
    by = people.quality_manager
    row = equipment.register(by, people.site)
    with clock.at(clock.at_local(date(2026, 1, 8), 9)):
        services.set_cycle(by, row, kind="maintenance", effective_from=date(2026, 1, 8), interval_months=12, reason="theo nhà sản xuất")
        services.record_cycle_event(by, row, kind="maintenance", done_on=date(2026, 1, 8), passed=True)
    with clock.at(clock.at_local(date(2027, 1, 8), 0)):
        return services.extend(by, row, kind="maintenance", until=date(2027, 2, 8), reason="chờ xe", evidence="chạy thử ngày 07/01 đạt")
