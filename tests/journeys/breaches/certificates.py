"""The forbidden acts of the room, one for each gate: everything but the one fact is in order."""
from __future__ import annotations

from typing import Any

from sqlalchemy import select

from certificates import services
from lab_app.accounts.models import Authorisation
from lab_app.core import clock
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.results.models import JobLine
from lab_app.samples.models import TestRequest
from test_methods.models import Requirement
from tests.support import certificates_facts as facts


def _issue(world: facts.World, **wanted: Any) -> Any:
    return services.issue(world.people.signatory, world.request, **{"not_applicable": facts.NO_DEVIATION, **wanted})


def unreviewed_line_on_a_report(_app: Any) -> None:
    """7.8.1.1: one line was submitted and nobody has reviewed it."""
    world = facts.ready_request()
    authorize(facts.SETTER, P.RESULT_WRITE)
    db.session.get_one(JobLine, world.lines[0].id).status = "submitted"
    facts.commit()
    _issue(world)


def report_without_a_stated_item(_app: Any) -> None:
    """7.8.2.1: nobody says whether there were deviations."""
    _issue(facts.ready_request(), not_applicable={})


def signed_without_authorisation(_app: Any) -> None:
    """6.2.6: the signatory's authorisation for the method ended yesterday."""
    world = facts.ready_request()
    authorize(facts.SETTER, P.AUTHORISE_PERSON)
    row = db.session.scalars(select(Authorisation).where(Authorisation.task == "authorise")).one()
    row.withdrawn_from, row.withdrawn_recorded_at = clock.today(), clock.now()
    facts.commit()
    _issue(world)


def verdict_on_an_unconfirmed_limit(_app: Any) -> None:
    """7.8.6: a line passed against a limit that nobody confirmed."""
    world = facts.ready_request()
    authorize(facts.SETTER, P.METHOD_WRITE)
    db.session.get_one(JobLine, world.lines[0].id).limit_confirmed = False
    db.session.get_one(Requirement, world.requirement.id).confirmed_on = None
    facts.commit()
    _issue(world)


def same_results_issued_twice(_app: Any) -> None:
    """7.8.8: a final paper of the request stands already."""
    world = facts.ready_request()
    facts.issued(world)
    _issue(world)


def changed_request_not_reviewed_again(_app: Any) -> None:
    """7.1.6: the request was changed after its review and waits for another."""
    world = facts.ready_request()
    authorize(facts.SETTER, P.REQUEST_REVIEW)
    db.session.get_one(TestRequest, world.request.id).status = "in_review"
    facts.commit()
    _issue(world)


def issued_number_given_up(_app: Any) -> None:
    """7.8.8: somebody wants an issued paper never to have been."""
    world = facts.ready_request()
    report = facts.issued(world)
    services.give_up(world.people.signatory, report, "nhầm")


BREACHES = {
    "lines-reviewed": unreviewed_line_on_a_report,
    "report-items-complete": report_without_a_stated_item,
    "signatory-authorised": signed_without_authorisation,
    "limit-confirmed": verdict_on_an_unconfirmed_limit,
    "not-issued-twice": same_results_issued_twice,
    "request-review-current": changed_request_not_reviewed_again,
    "issued-is-final": issued_number_given_up,
}
