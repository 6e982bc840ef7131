"""The forbidden act of the public register: everything but the customer's consent is in order."""
from __future__ import annotations

from typing import Any

from certificates.services import publishing
from lab_app.core import clock
from tests.support import certificates_facts as facts


def listed_without_consent(_app: Any) -> None:
    """4.2.1: the paper is put into the public directory, and nobody of the customer agreed."""
    world = facts.ready_request()
    report = facts.issued(world)
    publishing.list_report(world.people.quality_manager, report, agreed_by="", agreed_on=clock.today())


BREACHES = {"public-as-agreed": listed_without_consent}
