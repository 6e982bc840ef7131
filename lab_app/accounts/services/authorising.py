"""Leave to do a task on a method: given to whom can do it, and taken back (6.2.5 e, 6.2.6)."""
from __future__ import annotations

from datetime import date

from flask_babel import gettext

from lab_app.accounts.competence import queries as competence
from lab_app.accounts.competence.services import monitoring
from lab_app.accounts.competence.workflow import EvidenceFacts, JudgeFacts, OverlapFacts
from lab_app.accounts.models import Authorisation, Person
from lab_app.accounts.wording import TASK_WORDS
from lab_app.core import audit, clock, gates
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P


def authorise_person(
    actor: Actor, person: Person, *, task: str, method_code: str, valid_from: date, valid_to: date, basis: str = "",
    monitor_months: int | None = None,
) -> Authorisation:
    """Authorise a person for one task on one method (6.2.5 e, 6.2.6), monitored every so many months (the laboratory's usual period).

    The newest test of this method that was witnessed or evaluated and passed becomes its evidence. Gates *competence-judged-by-another*,
    *competence-evidenced* and *authorisation-alone*; refuses reversed days and an unknown task.
    """
    authorize(actor, P.AUTHORISE_PERSON)
    if task not in Authorisation.TASKS:
        raise FieldRefused("task", gettext("Không có loại việc này."))
    if valid_to < valid_from:
        raise FieldRefused("valid_to", gettext("Ngày kết thúc trước ngày bắt đầu."))
    now, word = clock.now(), str(TASK_WORDS[task])
    gates.require("competence-judged-by-another", JudgeFacts(person.id, person.full_name, person_of(actor), gettext("trao quyền")))
    observed = competence.passed(person.id, method_code, clock.today(), now)
    holds = any(task in grant.function.tasks for grant in competence.grants_on(person.id, valid_from, now))
    gates.require("competence-evidenced", EvidenceFacts(
        person.full_name, person.code, word, valid_from, holds, basis=basis, observed=observed is not None))
    shown = gettext("mọi phương pháp") if method_code == "*" else method_code
    clash = competence.clash(person.id, task, method_code, valid_from, valid_to)
    gates.require("authorisation-alone", OverlapFacts(person.full_name, word, shown, clash))
    row = Authorisation(
        person_id=person.id, task=task, method_code=method_code, valid_from=valid_from, valid_to=valid_to,
        authorised_by_id=person_of(actor), basis=basis, observation_id=observed.id if observed is not None else None,
    )
    db.session.add(row)
    db.session.flush()
    monitoring.begin(actor, row, monitor_months)
    return row


def withdraw_authorisation(actor: Actor, row: Authorisation, from_day: date, reason: str) -> Authorisation:
    """End an authorisation from a day on; the row stays, with both days of knowledge."""
    authorize(actor, P.AUTHORISE_PERSON)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if row.withdrawn_from is not None:
        raise Refused(gettext("Quyền này đã được thu lại rồi."))
    if not row.valid_from <= from_day <= row.valid_to:
        raise FieldRefused("from_day", gettext("Ngày thu lại phải nằm trong thời hạn của quyền này."))
    audit.because(reason.strip())
    row.withdrawn_from, row.withdrawn_recorded_at, row.withdrawn_reason = from_day, clock.now(), reason.strip()
    db.session.flush()
    return row
