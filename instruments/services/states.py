"""Into and out of service (6.4.4, 6.4.9)."""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask_babel import gettext

from instruments import queries, rules, workflow
from instruments.models import (
    Instrument,
    InstrumentState,
)
from instruments.services.standing import NEWEST, add_state, refresh
from lab_app.core import audit, clock, gates
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.quality.holds.facts import hold_facts
from lab_app.quality.purchases.queries import subject_incoming


def set_state(
    actor: Actor, instrument: Instrument, state: str, effective_at: datetime, verification: str = "", reason: str = "",
) -> InstrumentState:
    """Put an instrument into or out of service from a moment on (6.4.4, 6.4.9).

    Into service: refused by gate *incoming-accepted* while what arrived for it is not accepted (6.6.2), by *verified-before-service*
    without a verification, or while calibration or a check is wanting; `verification` names what proved fitness. Out of it: `reason`
    says why. Never from a moment to come.
    """
    move = workflow.MOVE_TO.get(state)
    authorize(actor, move.permission if move else P.INSTRUMENT_WRITE)
    person_id = person_of(actor)
    if move is None:
        raise FieldRefused("state", gettext("Không có trạng thái này."))
    now = clock.now()
    if effective_at > now:
        raise FieldRefused("effective_at", gettext("Thời điểm này ở tương lai."))
    if state != workflow.IN_SERVICE.code and not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    facts = queries.facts_of([instrument])[instrument.id]
    before = rules.state_at(facts, now, now)
    if before is not None and state == workflow.IN_SERVICE.code and effective_at < before.effective_at:
        raise FieldRefused("effective_at", gettext("Trước lần đổi trạng thái gần nhất; chọn thời điểm sau đó."))
    supposed = rules.StateFact(state, effective_at, now, verification, NEWEST)
    lacking = rules.judge(replace(facts, states=(*facts.states, supposed)), effective_at, None, now)
    standing = workflow.Standing(before.state if before else workflow.REGISTERED.code)
    if state == workflow.IN_SERVICE.code:
        gates.require("not-held", hold_facts([("instrument", instrument.id)]))
        gates.require("incoming-accepted", subject_incoming(instrument.code, "instrument", instrument.id, clock.today()))
    workflow.MACHINE.move(standing, move.name, workflow.ServiceFacts(
        instrument.code, verification,
        tuple(str(reason.says) for reason in lacking if reason.member or reason.code not in rules.ABOUT_STATE)))
    with audit.reason(reason):
        row = add_state(instrument, standing.status, effective_at, person_id, verification, reason)
    refresh(instrument)
    return row


def service_facts_of(instrument: Instrument, facts: rules.InstrumentFacts) -> workflow.ServiceFacts:
    """Facts of gate *verified-before-service* as they stand now, with the verification still to be written (for a grey button)."""
    now = clock.now()
    supposed = rules.StateFact("in_service", now, now, "-", NEWEST)
    lacking = rules.judge(replace(facts, states=(*facts.states, supposed)), now, None, now)
    return workflow.ServiceFacts(instrument.code, "-", tuple(str(reason.says) for reason in lacking))
