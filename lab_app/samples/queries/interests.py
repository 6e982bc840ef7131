"""Whose interests stand in the way of a request's work: in its customer, in the makers and brands of its items (4.1.4)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from lab_app.accounts.interests import queries as interests
from lab_app.accounts.interests.workflow import Declared
from lab_app.accounts.models import Person
from lab_app.core.access import Actor
from lab_app.samples.models import TestRequest


def names_of(request: TestRequest) -> list[str]:
    """Names by which the parties of a request are known: the customer's, the makers' and the brands'."""
    customer = request.customer
    found = [customer.name, customer.name_en, *(name for item in request.items for name in (item.manufacturer, item.brand))]
    return [name for name in dict.fromkeys(found) if name]


def interests_in(actor: Actor | None, request: TestRequest, on: date, known_at: datetime) -> tuple[Declared, ...]:
    """The declared interests of who acts (or is to act) in the parties of a request on a day, as known at a moment. No statement for
    somebody who never declared one; the parties are read only where one stands."""
    if not isinstance(actor, Person) or not actor.has_interests or not interests.standing_interests(actor.id, on, known_at):
        return ()
    return interests.declared_against(actor.id, actor.full_name, on, known_at, [request.customer.code], names_of(request))


def interested_among(people: Sequence[Person], request: TestRequest, on: date, known_at: datetime) -> dict[int, tuple[Declared, ...]]:
    """Of these people those with an interest in the parties of a request, and which; one statement beside the request's own."""
    return interests.declared_among(people, on, known_at, [request.customer.code], names_of(request))
