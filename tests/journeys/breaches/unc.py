"""Forbidden acts around uncertainty budgets."""
from __future__ import annotations

from typing import Any

from test_methods.services.uncertainty import add_budget, choose_budget
from tests.support import method_facts
from tests.support.people_facts import make_people


def used_by_its_author(_world: Any) -> Any:
    """Whoever made a budget, and may approve methods too, puts it to use alone."""
    people = make_people()
    tested = method_facts.make_method(people)
    people.reviewer.roles = [*people.reviewer.roles, *people.signatory.roles]
    made = add_budget(people.reviewer, code="UB-OWN", quantity="Công suất", unit="dB", components=[
        {"source": "máy thu", "value": "0.1", "distribution": "rectangular"}])
    return choose_budget(people.reviewer, made, tested.power)


BREACHES = {"budget-used-by-another": used_by_its_author}
