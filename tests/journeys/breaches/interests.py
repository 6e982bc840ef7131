"""Forbidden acts at the entrance and against impartiality: everything but the one fact is in order."""
from __future__ import annotations

from datetime import date
from typing import Any

from lab_app.accounts.interests import services as interests
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.results import services as results
from tests.support.people_facts import SETTER, make_people
from tests.support.results_facts import make_bench


def acted_before_the_undertaking(_app: Any) -> None:
    """4.2.4: the newcomer's account is open, the undertaking is not on file, and a record is written all the same."""
    people = make_people()
    authorize(SETTER, P.PERSON_WRITE)
    people.technician.undertaking_on = None
    db.session.flush()
    interests.report_pressure(people.technician, nature="time", happened_on=date(2026, 11, 16), from_whom="Khách hàng", what="Ép bỏ bước")


def measured_for_the_brothers_company(_app: Any) -> None:
    """4.1.4: the technician declared a brother in the customer's company; the job is given to that very technician."""
    bench = make_bench()
    tester = bench.people.technician
    interests.declare_interest(tester, party_kind="customer", party="KH01", nature="family", since=date(2026, 1, 1),
                               description="Anh ruột là giám đốc kỹ thuật")
    results.assign_job(bench.people.reviewer, bench.job, tester)


def given_work_with_the_declaration_overdue(_app: Any) -> None:
    """4.1.4: the laboratory blocks who has not declared for the year; the technician never did, and is given a job."""
    bench = make_bench()
    interests.set_overdue_blocks(bench.people.administrator, True, "Quyết định họp xem xét 2026")
    results.assign_job(bench.people.reviewer, bench.job, bench.people.technician)


BREACHES = {
    "undertaking-filed": acted_before_the_undertaking,
    "no-declared-interest": measured_for_the_brothers_company,
    "declaration-current": given_work_with_the_declaration_overdue,
}
