"""The demonstration plays the case's nonconforming work, dispositions and corrective action to the wait for the check of its effect."""
from __future__ import annotations

from datetime import date

from sqlalchemy import select

from lab_app.core.db import db
from lab_app.demo.load import case
from lab_app.quality import services as quality
from lab_app.quality.corrective import queries as corrective
from lab_app.quality.corrective.models import CorrectiveAction
from lab_app.quality.dispositions import queries as dispositions
from lab_app.quality.events.models import Event
from lab_app.quality.holds.queries import holds_of
from lab_app.quality.models import Nonconformity
from lab_app.quality.queries import nonconformity_by_code


def test_the_receivers_story_stands_as_the_case_tells_it(demo_app):
    told = case()["flow"]["nonconforming_work"]
    row = nonconformity_by_code(told["no"])
    action = corrective.linked_to(row.id)[0]
    wanted = told["corrective_action"]
    assert (action.code, action.due_on, action.check_due) == (
        wanted["no"], date.fromisoformat(wanted["due"]), date.fromisoformat(wanted["effectiveness_check"]))
    assert action.status == "effectiveness" and action.checks == [] and action.cause.casefold() == wanted["root_cause"].casefold()
    assert [step.what.casefold() for step in action.steps] == [what.casefold() for what in wanted["actions"]]
    assert all(step.evidence and step.done_on <= action.due_on for step in action.steps)
    holds = holds_of(row.id)
    assert {hold.subject_code for hold in holds} == {"EQ-005", told["affected_reports"][0]}
    receiver = next(hold for hold in holds if hold.subject_code == "EQ-005")
    assert receiver.released_by.code == told["resume_authorised_by"] and receiver.released_at.date().isoformat() == told["resume_date"]
    decided = {one.touched.code: one for one in dispositions.decided(row)}
    assert decided[told["affected_reports"][0]].disposition.decision == "amend" and decided[told["affected_reports"][0]].told
    facts = quality.closing_facts(row)
    assert facts.undisposed == facts.untold == () and facts.corrective == (wanted["no"],)
    assert facts.hanging  # two lines of its recall wait for their decision


def test_an_earlier_action_was_judged_not_effective_first_and_closed_after_its_second_round(demo_app):
    rows = db.session.scalars(select(CorrectiveAction).order_by(CorrectiveAction.id)).all()
    assert [row.code for row in rows] == [f"HĐKP-2026-00{n}" for n in range(1, 6)]
    assert [row.status for row in rows] == ["closed"] * 4 + ["effectiveness"]
    last = rows[3]
    assert [check.effective for check in last.checks] == [False, True] and {step.round for step in last.steps} == {1, 2}
    for row in rows[:4]:
        owners = {row.owner_id} | {step.owner_id for step in row.steps} | {step.done_by_id for step in row.steps}
        assert not owners & {check.person_id for check in row.checks} and row.risks_answer and row.documents_answer


def test_an_event_became_work_that_recurrence_keeps_open(demo_app):
    events = {event.status: event for event in db.session.scalars(select(Event).order_by(Event.id))}
    assert set(events) == {"reported", "settled"}
    row = db.session.scalars(select(Nonconformity).where(Nonconformity.source == "event").order_by(Nonconformity.id)).first()
    assert quality.closing_facts(row).recurs == ("NCW-2026-003",) and holds_of(row.id)[0].released_at is None
