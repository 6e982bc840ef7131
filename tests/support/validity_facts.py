"""A method in force with people authorised for it, a control chart with a phase of good values, its limits frozen."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from lab_app.core import clock
from lab_app.quality import services as quality
from lab_app.quality.models import Supplier
from lab_app.results.services import proficiency, validity
from lab_app.results.validity.models import (
    ControlChart,
    ControlLimits,
    ControlValue,
    ProficiencyResult,
    ProficiencyRound,
)
from tests.support import method_facts, results_facts
from tests.support.people_facts import People, make_people
from tests.support.worlds import kept

PHASE_FROM = date(2026, 10, 1)
#: Twenty values of a phase I; their mean is 10.00 and the mean moving range 0.10.
GOOD = ("9.95", "10.05") * 10


@dataclass
class Control:
    """A chart with the people around it."""

    people: People
    tested: method_facts.Tested
    chart: ControlChart
    limits: ControlLimits | None = None

    def measure(self, *values: str, at: datetime | None = None, by: Any = None, **facts: Any) -> ControlValue:
        """The technician records a control value (or a subgroup), now or at a moment."""
        return validity.record_value(by or self.people.technician, self.chart, [Decimal(v) for v in values], measured_at=at, **facts)


@kept
def make_control(*, frozen: bool = True, good: tuple[str, ...] = GOOD, tested: method_facts.Tested | None = None, **facts: Any) -> Control:
    """An individuals chart of the power parameter, one value a day from 01/10/2026, limits frozen after the last."""
    people = make_people()
    if tested is None:
        tested = method_facts.make_method(people)
        results_facts.authorised(people, tested.method.code)
    described: dict[str, Any] = {"name": "Công suất máy phát kiểm soát", "kind": "I-MR", "rules_on": ["1_2s", "1_3s", "2_2s"],
                                 "control_item": "Máy phát mẫu", **facts}
    with clock.at(clock.at_local(PHASE_FROM, 7)):
        chart = validity.define_chart(people.quality_manager, tested.method, "P-01", **described)
    control = Control(people, tested, chart)
    if not frozen:
        return control
    for number, value in enumerate(good):
        with clock.at(clock.at_local(PHASE_FROM + timedelta(days=number), 8)):
            control.measure(*value.split(";"))
    last = PHASE_FROM + timedelta(days=len(good) - 1)
    with clock.at(clock.at_local(last, 17)):
        control.limits = validity.freeze_limits(
            people.quality_manager, chart, phase_from=PHASE_FROM, phase_to=last, reason="ổn định suốt tháng 10")
    return control


def make_provider(people: People, *, approved: bool = True) -> Supplier:
    """A provider of proficiency tests, approved through 2027."""
    row = quality.register_supplier(people.quality_manager, name="Trung tâm so sánh Ví Dụ")
    if approved:
        quality.approve_supplier(people.quality_manager, row, service="proficiency", scope="RF, EMC", basis="ISO/IEC 17043",
                                 valid_from=date(2026, 1, 1), until=date(2028, 1, 1))
    return row


def make_round(people: People, *, closes_at: datetime | None = None, **facts: Any) -> ProficiencyRound:
    """A round that closes tomorrow at noon."""
    described: dict[str, Any] = {"name": "RF-26-1", "discipline": "công suất RF", **facts}
    if "supplier" not in described:
        described["supplier"] = make_provider(people)
    return proficiency.enter_round(
        people.quality_manager, closes_at=closes_at or clock.at_local(clock.today() + timedelta(days=1), 12), **described)


def answer(people: People, row: ProficiencyRound, tested: method_facts.Tested, reported: str = "10.8", u: str | None = "0.7",
           what: str = "Công suất tại 2 442 MHz") -> ProficiencyResult:
    """The result sent to the provider."""
    return proficiency.report_result(
        people.quality_manager, row, tested.method, "P-01", what=what, reported=Decimal(reported), u=Decimal(u) if u else None)
