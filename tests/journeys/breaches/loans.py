"""Forbidden acts about loans of instruments, one for each gate."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from instruments import services
from lab_app.core import clock
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people


def _lent(people: Any, row: Any, holder: str = "Bàn đo RF-2") -> Any:
    at = clock.at_local(date(2026, 11, 10), 9)
    with clock.at(at):
        return services.lend(people.quality_manager, row, holder_kind="bench", holder=holder, due_back_on=date(2026, 11, 20),
                             condition_out="đủ phụ kiện, không hư hỏng")


def unfit_is_issued(world: Any) -> Any:
    """An instrument that was never calibrated is handed to a bench."""
    people = make_people()
    return _lent(people, equipment.register(people.quality_manager, people.site))


def issued_twice(world: Any) -> Any:
    """An instrument that is at one bench is issued to another."""
    people = make_people()
    row = equipment.fit_instrument(people.quality_manager, people.site)
    _lent(people, row)
    return _lent(people, row, "Bàn đo RF-3")


BREACHES: dict[str, Callable[[Any], Any]] = {"loan-fit": unfit_is_issued, "loan-returned": issued_twice}
