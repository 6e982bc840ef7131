"""The forbidden acts around a paper's form: opinions and simplified reports. Everything but the one fact is in order."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from certificates import services
from certificates.services import opinions
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.results.models import JobLine
from tests.support import certificates_facts as facts
from tests.support.people_facts import authorise
from tests.support.signing import confirmed

SAID = {"statement_vi": "Biên phát xạ giả đủ cho sản xuất hàng loạt.", "basis_vi": "Dòng 3, biên +4,1 dB."}


def opinion_by_somebody_not_authorised(_app: Any) -> None:
    """7.8.7.1: the reviewer may review, nobody has authorised her to interpret."""
    world = facts.ready_request()
    opinions.express(world.people.reviewer, world.request, methods=[world.method.code], **SAID)


def opinion_older_than_a_result(_app: Any) -> None:
    """7.8.7.2: the line it speaks of was measured again after the opinion was written."""
    world = facts.ready_request()
    authorise(world.people.signatory, world.people.reviewer, world.method.code, "opinion")
    opinions.express(world.people.reviewer, world.request, methods=[world.method.code], **SAID)
    facts.commit()
    hours = int((clock.now() - facts.MEASURED) / timedelta(hours=1)) + 2
    line = db.session.get_one(JobLine, world.lines[0].id)
    facts.add_line(world, line.parameter, line.conditions, "18.51", "PASS", u="0.69", retest_of=line, firmware="1.0.4", hours=hours)
    facts.commit()
    services.issue(world.people.signatory, world.request, not_applicable=facts.NO_DEVIATION, confirmed=confirmed(world.people.signatory))


def simplified_report_nobody_agreed_to(_app: Any) -> None:
    """7.8.1.3: the contract review says nothing of a simplified report."""
    world = facts.ready_request()
    services.issue(world.people.signatory, world.request, not_applicable=facts.NO_DEVIATION, simplified=True,
                   confirmed=confirmed(world.people.signatory))


BREACHES = {
    "opinion-authorised": opinion_by_somebody_not_authorised,
    "opinions-current": opinion_older_than_a_result,
    "simplified-agreed": simplified_report_nobody_agreed_to,
}
