"""Forbidden acts on competence, one for each of its gates: only that gate stands in the way (6.2)."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from lab_app.accounts import services as accounts
from lab_app.accounts.competence import services
from tests.support.people_facts import SETTER, authorise, give_function, make_people

BREACHES: dict[str, Callable[[Any], Any]] = {}


def breach(name: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    def deco(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
        BREACHES[name] = act
        return act

    return deco


@breach("function-has-criteria")
def held_without_criteria(world: Any) -> Any:
    """A new function is given to somebody; what it asks for was written down and approved by nobody."""
    people = make_people()
    function = services.add_function(SETTER, code="CN-LM", title_vi="Cán bộ lấy mẫu")
    services.write_criteria(SETTER, function, {"skill": "Lấy mẫu đúng kế hoạch"})
    return services.grant_function(people.signatory, people.technician, function, valid_from=date(2026, 11, 16), met={})


def _leave(by: Any, person: Any, task: str = "test", basis: str = "đánh giá tay nghề 10/11/2026") -> Any:
    return accounts.authorise_person(
        by, person, task=task, method_code="QCVN 54", valid_from=date(2026, 11, 16), valid_to=date(2027, 11, 15), basis=basis)


@breach("competence-evidenced")
def authorised_to_review_as_a_technician(world: Any) -> Any:
    """A technician, whom nobody judged by the criteria of a reviewer, is to review."""
    people = make_people()
    return _leave(people.signatory, people.technician, "review")


@breach("competence-judged-by-another")
def authorised_by_oneself(world: Any) -> Any:
    """The head gives leave to sign to the head."""
    people = make_people()
    return _leave(people.signatory, people.signatory, "authorise")


@breach("authorisation-alone")
def authorised_twice_over(world: Any) -> Any:
    """Somebody whose leave runs to the end of the year gets another from November on."""
    people = make_people()
    give_function(people.technician, "CN-TN")
    authorise(people.signatory, people.technician, "QCVN 54", "test")
    return _leave(people.signatory, people.technician)
