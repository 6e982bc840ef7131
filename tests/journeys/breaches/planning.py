"""Forbidden acts about what the item is: sampled by us without a record, not conditioned, changed since it was measured."""
from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from certificates import services as certificates
from lab_app.core import clock
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.results.models import TestJob
from lab_app.samples import services as samples
from lab_app.samples.models import Sample
from test_methods.models import MethodVersion
from tests.support import certificates_facts, results_facts, samples_facts
from tests.support import method_facts as methods
from tests.support.people_facts import SETTER, make_people
from tests.support.signing import confirmed

BREACHES: dict[str, Callable[[Any], Any]] = {}


def breach(gate: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Name the gate that an act runs against."""

    def deco(act: Callable[[Any], Any]) -> Callable[[Any], Any]:
        BREACHES[gate] = act
        return act

    return deco


@breach("sampling-recorded")
def own_sample_without_its_record(_app: Any) -> Any:
    """7.3.3: the laboratory took the item itself; nobody wrote how, where, by whom."""
    people = make_people()
    request = samples_facts.accepted_request(people, methods.make_method(people).method)
    return samples_facts.received_sample(people, request, sampled_by="laboratory")


@breach("conditioning-finished")
def measured_before_conditioning(_app: Any) -> Any:
    """7.4.4: the method asks for an hour of conditioning, and the item came out of the store a moment ago."""
    bench = results_facts.make_bench()
    authorize(SETTER, P.METHOD_WRITE)
    db.session.get_one(MethodVersion, bench.tested.version.id).conditioning_minutes = 60
    db.session.flush()
    return bench.record()


@breach("firmware-answered")
def reported_over_an_old_firmware(_app: Any) -> Any:
    """7.8.1.2, 7.8.2.1 g: the item runs another firmware than the one that was measured, and nobody said why it does not matter."""
    world = certificates_facts.ready_request()
    job = db.session.scalars(select(TestJob).where(TestJob.request_id == world.request.id).limit(1)).one()
    sample = db.session.get_one(Sample, job.sample_id)
    samples.change_firmware(
        world.people.technician, sample, firmware="9.9.9", changed_at=clock.now() - timedelta(minutes=1), by="Khách hàng",
        reason="bản vá bảo mật")
    certificates_facts.commit()
    return certificates.issue(world.people.signatory, world.request, not_applicable=certificates_facts.NO_DEVIATION,
        confirmed=confirmed(world.people.signatory))
