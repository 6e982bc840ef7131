"""The forbidden acts of the room, one for each gate: everything but the one fact is in order."""
from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from certificates import services
from lab_app.accounts.models import Authorisation
from lab_app.core import clock
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.results import services as results
from lab_app.results.models import JobLine
from lab_app.samples.models import TestRequest
from test_methods import services as methods
from test_methods.models import Requirement
from tests.support import calibration_facts, equipment_facts
from tests.support import certificates_facts as facts
from tests.support.people_facts import authorise
from tests.support.signing import confirmed


def _issue(world: facts.World, **wanted: Any) -> Any:
    return services.issue(world.people.signatory, world.request, **{"not_applicable": facts.NO_DEVIATION, **wanted},
        confirmed=confirmed(world.people.signatory))


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


def verdict_proposed_and_never_answered(_app: Any) -> None:
    """7.8.6.1: a reviewer proposed that a pass be called a failure, and the paper is issued before anybody answered."""
    world = facts.ready_request()
    authorise(world.people.signatory, world.people.reviewer, world.method.code, "review")
    results.propose_override(world.people.reviewer, db.session.get_one(JobLine, world.lines[0].id), "FAIL", "phổ có méo")
    facts.commit()
    _issue(world)


def issued_number_given_up(_app: Any) -> None:
    """7.8.8: somebody wants an issued paper never to have been."""
    world = facts.ready_request()
    report = facts.issued(world)
    services.give_up(world.people.signatory, report, "nhầm")


def calibrated_with_a_standard_nobody_calibrated(_app: Any) -> None:
    """7.8.4.1 c, 6.5.1: the register says that the standard needs no calibration, so that no chain leads anywhere."""
    bench = calibration_facts.customers_item()
    loose = equipment_facts.register(
        bench.people.quality_manager, bench.people.site, "EQ-900", ranges=[calibration_facts.VOLTS], calibration_required=False,
        no_calibration_reason="chỉ dùng để tham khảo")
    equipment_facts.put_into_service(bench.people.quality_manager, loose, clock.at_local(date(2026, 2, 2), 9))
    bench.record(bench.plan(), "10.00012", instruments=[loose])
    bench.review()
    services.issue(bench.people.signatory, bench.request, not_applicable=facts.NO_DEVIATION, confirmed=confirmed(bench.people.signatory))


def uncertainty_below_the_accredited_capability(_app: Any) -> None:
    """7.6.2: the accredited capability is 90 µV, the certificate would state 84 µV."""
    bench = calibration_facts.customers_item()
    bench.record(bench.plan(), "10.00012")
    bench.review()
    methods.add_scope(
        bench.people.signatory, method_code=bench.method.code, status="accredited", decision="00/QĐ", valid_from=date(2026, 1, 1),
        valid_to=date(2028, 12, 31), cmc=Decimal(90), cmc_unit="µV")
    services.issue(bench.people.signatory, bench.request, not_applicable=facts.NO_DEVIATION, confirmed=confirmed(bench.people.signatory))


BREACHES = {
    "calibration-items-complete": calibrated_with_a_standard_nobody_calibrated,
    "uncertainty-within-capability": uncertainty_below_the_accredited_capability,
    "lines-reviewed": unreviewed_line_on_a_report,
    "report-items-complete": report_without_a_stated_item,
    "signatory-authorised": signed_without_authorisation,
    "limit-confirmed": verdict_on_an_unconfirmed_limit,
    "not-issued-twice": same_results_issued_twice,
    "request-review-current": changed_request_not_reviewed_again,
    "override-answered": verdict_proposed_and_never_answered,
    "issued-is-final": issued_number_given_up,
}
