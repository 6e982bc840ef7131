"""Forbidden acts with calibrations, one for each gate: only that gate stands in the way."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from instruments import services
from lab_app.core import clock
from lab_app.quality import services as quality
from tests.support import equipment_facts as equipment
from tests.support.people_facts import make_people

BREACHES: dict[str, Callable[[Any], Any]] = {}


def breach(gate: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Name the gate that an act runs against."""

    def deco(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
        BREACHES[gate] = act
        return act

    return deco


@breach("factors-decided")
def released_with_old_factors(world: Any) -> Any:
    """An antenna comes back with a new certificate and goes on with last year's factors, which nobody looked at."""
    people = make_people()
    by = people.quality_manager
    row = equipment.register(by, people.site)
    services.add_factor_set(by, row, label="A/2025", quantity="antenna-factor", argument_unit="MHz", unit="dB/m",
                            points=[(Decimal(30), Decimal("18.2")), (Decimal(1000), Decimal("24.3"))], valid_from=date(2025, 1, 10))
    return services.release_calibration(by, equipment.calibrate(by, row, release=False))


@breach("provider-approved")
def ordered_from_anybody(world: Any) -> Any:
    """A calibration is ordered from a laboratory that nobody has evaluated."""
    people = make_people()
    row = equipment.register(people.quality_manager, people.site)
    stranger = quality.register_supplier(people.quality_manager, name="Phòng hiệu chuẩn Chưa Đánh Giá")
    return services.place_order(people.quality_manager, row, ordered_on=clock.today(), provider=stranger)
