"""Forbidden acts of the room, one for each of its gates: only that gate stands in the way."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from lab_app.core import clock
from test_methods import services
from tests.support import method_facts as methods
from tests.support.people_facts import make_people

BREACHES: dict[str, Callable[[Any], Any]] = {}


def breach(gate: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Name the gate that an act runs against."""

    def deco(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
        BREACHES[gate] = act
        return act

    return deco


@breach("version-verified")
def approved_unverified(world: Any) -> Any:
    """A version comes in force although the laboratory never showed that it can perform the method."""
    people = make_people()
    made = methods.draft_method(people, verified=False)
    with clock.at(clock.at_local(date(2026, 1, 30), 10)):
        methods.add_vector(people.reviewer, made.power)
        services.run_vectors(people.reviewer, made.version)
    return methods.approve(people, made.version)


@breach("vectors-pass")
def approved_with_a_wrong_calculation(world: Any) -> Any:
    """The vector says that the formula gives something else than it should; the version is approved all the same."""
    people = make_people()
    made = methods.draft_method(people)
    with clock.at(clock.at_local(date(2026, 1, 31), 10)):
        methods.add_vector(people.reviewer, made.power, off="0.5")
        methods.concluded(people.reviewer, made.version)
        return services.approve_version(people.signatory, made.version, methods.IN_FORCE_FROM)


@breach("approver-is-another")
def approved_by_its_author(world: Any) -> Any:
    """The author, who also has the signatory's role, approves the own draft."""
    people = make_people()
    made = methods.draft_method(people)
    people.reviewer.roles = [*people.reviewer.roles, *people.signatory.roles]
    with clock.at(clock.at_local(date(2026, 1, 31), 10)):
        methods.concluded(people.reviewer, made.version)
        return services.approve_version(people.reviewer, made.version, methods.IN_FORCE_FROM)
