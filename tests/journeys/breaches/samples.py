"""Forbidden acts of the room, one for each of its gates: only that gate stands in the way."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from lab_app.samples import services
from tests.support import method_facts as methods
from tests.support import samples_facts as samples
from tests.support.people_facts import make_people

BREACHES: dict[str, Callable[[Any], Any]] = {}


def breach(gate: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Name the gate that an act runs against."""

    def deco(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
        BREACHES[gate] = act
        return act

    return deco


@breach("contract-review-complete")
def accepted_with_an_open_question(world: Any) -> Any:
    """A request is accepted although the customer has not answered what was asked (7.1.4)."""
    people = make_people()
    method = methods.make_method(people).method
    request = samples.make_request(people, method)
    review = samples.complete_review(people, request, method, questions=[{"q": "Độ lợi ăng ten?", "a": ""}])
    return services.accept_request(people.reviewer, review, reviewed_on=date(2026, 11, 3))


@breach("method-current")
def accepted_for_a_replaced_edition(world: Any) -> Any:
    """A request for an edition that ended is accepted although the customer was never told (7.1.2)."""
    people = make_people()
    made = methods.make_method(people)
    made.regulation.in_force_to = date(2026, 6, 30)
    request = samples.make_request(people, made.method)
    return services.accept_request(
        people.reviewer, samples.complete_review(people, request, made.method), reviewed_on=date(2026, 11, 3))


@breach("rule-agreed-at-review")
def accepted_without_a_rule(world: Any) -> Any:
    """A statement of conformity is promised although nobody agreed how it will be decided (7.1.3)."""
    people = make_people()
    method = methods.make_method(people).method
    request = samples.make_request(people, method, wants_statement=True)
    return services.accept_request(
        people.reviewer, samples.complete_review(people, request, method, rules=[]), reviewed_on=date(2026, 11, 3))
