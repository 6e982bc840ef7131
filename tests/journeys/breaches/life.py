"""The forbidden act of the life of a paper: everything but the one fact is in order."""
from __future__ import annotations

from datetime import date
from typing import Any

from certificates import services
from tests.support import calibration_facts
from tests.support import certificates_facts as facts
from tests.support.signing import confirmed


def certificate_that_recommends_an_interval(_app: Any) -> None:
    """7.8.4.3: the signatory gives a calibration certificate a day to the end of which it is in force."""
    bench = calibration_facts.customers_item()
    bench.record(bench.plan(), "10.00012")
    bench.review()
    services.issue(bench.people.signatory, bench.request, not_applicable=facts.NO_DEVIATION, expires_on=date(2027, 12, 31),
                   confirmed=confirmed(bench.people.signatory))


BREACHES = {"validity-within-kind": certificate_that_recommends_an_interval}
