"""A verdict proposed by hand holds the report back until it is answered; one confirmed after the issue is told to the signatory."""
from __future__ import annotations

import json

import pytest

from certificates import services, workflow
from certificates.services.preparing import readiness
from lab_app.core import notices
from lab_app.core.db import begin_writing, db
from lab_app.core.errors import GateRefused
from lab_app.core.notices import Notice
from lab_app.results.models import JobLine
from lab_app.results.services import confirm_override, decline_override, propose_override
from tests.support import certificates_facts as facts
from tests.support.people_facts import authorise
from tests.support.results_facts import both_roles
from tests.support.signing import confirmed

WHY = "phổ có méo mà chỉ tiêu này không bắt được"


@pytest.fixture
def second(world):
    begin_writing()
    authorise(world.people.signatory, world.people.reviewer, world.method.code, "review")
    person = both_roles(world.people, world.method.code)
    facts.commit()
    return person


def proposed(world, verdict="FAIL"):
    begin_writing()
    row = propose_override(world.people.reviewer, db.session.get_one(JobLine, world.lines[0].id), verdict, WHY)
    facts.commit()
    return row


def ready(world):
    return readiness(world.request, actor=world.people.signatory, not_applicable=facts.NO_DEVIATION)


@pytest.mark.both_databases
def test_a_proposal_that_nobody_answered_holds_the_report_back(world, second):
    override = proposed(world)
    with pytest.raises(GateRefused) as refused:
        services.issue(world.people.signatory, world.request, not_applicable=facts.NO_DEVIATION,
            confirmed=confirmed(world.people.signatory))
    stop = refused.value.stop
    assert (stop.gate, stop.clauses) == ("override-answered", ("7.8.6.1",)) and "2412 MHz" in str(stop.says)
    assert (stop.link_endpoint, stop.link_values) == ("results.line_page", {"id": world.lines[0].id, "_anchor": "override"})
    db.session.rollback()
    begin_writing()
    decline_override(second, override, "phổ sạch")
    facts.commit()
    assert [s.gate for s in ready(world).stops] == []
    issued = facts.issued(world)
    assert json.loads(issued.snapshot)["sections"][0]["groups"][0]["lines"][0]["verdict"] == "pass"


def test_the_page_of_the_report_in_preparation_leads_to_the_proposal(world, second, client_as):
    proposed(world)
    shown = client_as(world.people.signatory).get(f"/requests/{world.request.number}/report").text
    assert "chờ người thứ hai" in shown and f"/lines/{world.lines[0].id}#override" in shown


def test_a_report_without_proposals_asks_no_more_of_the_database(world, second, statements):
    ready(world)
    with statements() as plain:
        ready(world)
    assert not [sql for sql in plain if "FROM verdict_override" in str(sql) and "EXISTS" not in str(sql).upper()]
    proposed(world)
    ready(world)
    with statements() as waiting:
        ready(world)
    assert len(waiting) <= len(plain) + 2


@pytest.mark.both_databases
def test_a_verdict_confirmed_after_the_issue_is_told_to_the_signatory_and_on_the_page(
    world, second, client_as, frozen_clock, statements,
):
    report = facts.issued(world)
    client = client_as(world.people.signatory)
    assert "đã được sửa tay" not in client.get(f"/reports/{report.code}").text
    frozen_clock.advance(minutes=5)
    override = proposed(world)
    begin_writing()
    confirm_override(second, override, "đã xem phổ")
    facts.commit()
    given = db.session.query(Notice).one()
    assert (given.person_id, given.link) == (world.people.signatory.id, f"/reports/{report.code}")
    assert report.number in notices.says(given.message, given.values)
    with statements() as seen:
        shown = client.get(f"/reports/{report.code}").text
    assert len(seen) <= 15, str(seen)
    assert "phiếu vẫn in kết luận trước" in shown and f"/lines/{world.lines[0].id}#override" in shown
    assert report.status == workflow.VALID


def test_a_verdict_that_the_paper_prints_needs_no_notice(world, second, client_as, frozen_clock):
    override = proposed(world)
    begin_writing()
    confirm_override(second, override, "đã xem phổ")
    facts.commit()
    frozen_clock.advance(minutes=5)
    report = facts.issued(world)
    assert db.session.query(Notice).count() == 0
    assert "phiếu vẫn in kết luận trước" not in client_as(world.people.signatory).get(f"/reports/{report.code}").text
