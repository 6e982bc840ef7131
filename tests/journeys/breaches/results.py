"""Forbidden acts of the room, one for each of its gates: only that gate stands in the way."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from instruments import services as instruments
from lab_app.core import clock
from lab_app.results import services as results
from lab_app.results.loading import instruments_by_id
from lab_app.samples import services as samples
from test_methods import services as methods
from tests.support import calibration_facts, method_facts
from tests.support.method_facts import POWER_NEED, approve, field
from tests.support.people_facts import make_people
from tests.support.results_facts import both_roles, day, environment, make_bench
from tests.support.signing import confirmed

BREACHES: dict[str, Callable[[Any], Any]] = {}


def breach(gate: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Name the gate that an act runs against."""

    def deco(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
        BREACHES[gate] = act
        return act

    return deco


@breach("contract-review-approved")
def measured_without_a_contract(world: Any) -> Any:
    """The item is measured while the request is still a draft."""
    return make_bench(accepted=False, request_facts={"wants_statement": False}).record()


@breach("sample-here")
def measured_after_it_left(world: Any) -> Any:
    """The item went back to the customer on Saturday and is measured on Monday."""
    bench = make_bench()
    with clock.at(day(14)):
        samples.move_sample(bench.people.reception, bench.sample, kind="returned", at=day(14), to_text="Ông Đặng")
    return bench.record()


@breach("deviation-answered")
def measured_before_the_customer_answered(world: Any) -> Any:
    """The item came damaged; nobody waited for the customer."""
    return make_bench(deviation="vỏ nứt ở góc").record()


@breach("time-plausible")
def measured_before_it_came(world: Any) -> Any:
    """The stated time is half an hour before the item was received."""
    bench = make_bench()
    early = environment(bench.people, at=day(10, 8, 40))
    return bench.record(measured_at=day(10, 8, 30), environment=early, late_reason="ghi lại từ sổ tay")


@breach("method-in-force")
def measured_by_a_version_that_was_replaced(world: Any) -> Any:
    """A new version is in force since Sunday; the job goes on by the old one."""
    bench = make_bench()
    with clock.at(day(12)):
        second = methods.draft_version(
            bench.people.reviewer, bench.tested.method, environment=method_facts.ROOM, change_note="Sửa", copy_from=bench.tested.version)
        method_facts.prove(bench.people.reviewer, second)
    approve(bench.people, second, date(2026, 11, 15))
    return bench.record()


@breach("person-authorised")
def measured_by_somebody_without_leave(world: Any) -> Any:
    """A technician records a reading of a method that nobody authorised them for."""
    bench = make_bench()
    return bench.record(by=bench.people.second_technician)


@breach("late-entry-reason")
def written_down_hours_later(world: Any) -> Any:
    """A reading of seven in the morning is entered at nine, without a word why."""
    return make_bench().record(measured_at=day(16, 7, 30))


@breach("record-complete")
def nobody_read_the_room(world: Any) -> Any:
    """A result without the environment that its method limits."""
    return make_bench().record(environment=None)


@breach("instrument-fit")
def measured_with_an_instrument_out_of_service(world: Any) -> Any:
    """The analyser was taken out of service on Thursday and is used on Monday."""
    bench = make_bench()
    with clock.at(day(12)):
        instruments.set_state(
            bench.people.quality_manager, bench.instrument, "out_of_service", day(12), reason="rơi khi di chuyển")
    return bench.record()


@breach("environment-within-limits")
def measured_in_the_heat(world: Any) -> Any:
    """The air conditioning had failed: 38 °C where the method allows 35."""
    bench = make_bench()
    return bench.record(environment=environment(bench.people, t=("37.6", "38.0")))


@breach("rule-agreed")
def judged_without_a_rule(world: Any) -> Any:
    """The version in force at reception has a parameter that no agreed rule speaks of; the customer wants a statement."""
    people = make_people()
    tested = method_facts.make_method(people)
    with clock.at(day(9, 7)):
        version = methods.draft_version(
            people.reviewer, tested.method, environment=method_facts.ROOM, change_note="Thêm chỉ tiêu", copy_from=tested.version)
        requirement = methods.add_requirement(
            people.reviewer, tested.regulation, code="P-03", name_vi="Mật độ", name_en="Density", clause="4.3", unit="dBm",
            limit={"type": "upper", "limit": "10"})
        methods.add_parameter(
            people.reviewer, version, requirement, fields=[field("reading"), field("loss", "dB", "factor")], formula="reading + loss",
            budget=tested.budget, need=POWER_NEED, conditions=["2442 MHz"])
        method_facts.prove(people.reviewer, version)
    approve(people, version, date(2026, 11, 10))
    bench = make_bench(tested=tested, codes=["P-01"])
    return bench.record(bench.line("P-03"), "5.0")


@breach("not-its-own-standard")
def measured_against_itself(world: Any) -> Any:
    """An own multimeter under calibration is chosen as the standard of its own calibration."""
    bench = calibration_facts.own_instrument()
    own = instruments_by_id([bench.sample.instrument_id or 0])
    return bench.record(bench.lines()[0], "10.00012", instruments=own)


@breach("correction-has-reason")
def written_over_without_a_reason(world: Any) -> Any:
    """A value is replaced and nobody says why."""
    bench = make_bench()
    bench.record()
    return results.correct_reading(bench.people.technician, bench.line(), bench.entry("15.9"), "  ")


@breach("job-complete")
def submitted_with_open_lines(world: Any) -> Any:
    """One line of three has a reading; the whole job is handed over."""
    bench = make_bench()
    bench.record()
    return bench.submit()


@breach("reviewer-is-another")
def reviewed_by_who_tested(world: Any) -> Any:
    """Somebody with both roles and both authorisations reviews an own reading."""
    bench = make_bench()
    person = both_roles(bench.people, bench.tested.method.code)
    line = bench.line()
    bench.record(line, by=person)
    results.submit_job(person, bench.job, lines=[line], confirmed=confirmed(person))
    return results.review_line(person, line, "approved", confirmed=confirmed(person))


@breach("reviewer-authorised")
def reviewed_without_leave(world: Any) -> Any:
    """A reviewer by role, whom nobody authorised to review this method."""
    bench = make_bench(reviewer=False)
    line = bench.line()
    bench.record(line)
    results.submit_job(bench.people.technician, bench.job, lines=[line], confirmed=confirmed(bench.people.technician))
    return results.review_line(bench.people.reviewer, line, "approved", confirmed=confirmed(bench.people.reviewer))
