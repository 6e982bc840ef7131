"""When a new version of a method is approved: does each person's authorisation carry over to it (6.2.3, 6.2.5)?

A laboratory that asks (its setting `carry_over`, on unless it says `off`) lets nobody work by the new version before the answer.
"""
from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import or_, select

from lab_app.accounts.competence import queries
from lab_app.accounts.competence.models import VersionAnswer, VersionQuestion
from lab_app.accounts.competence.services.functions import needed
from lab_app.accounts.competence.workflow import JudgeFacts
from lab_app.accounts.models import Authorisation
from lab_app.accounts.queries import laboratory
from lab_app.core import clock, events, gates, inbox
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.notices import N_
from lab_app.core.permissions import P

#: Who works by the text of a method. Releasing papers does not depend on its version.
TASKS = ("test", "review", "conformity", "opinion")
ASK = N_("%(method)s phiên bản %(label)s: quyền của %(n)s người có áp dụng tiếp không?")


def asks() -> bool:
    """Whether the laboratory asks; it does unless it set otherwise."""
    lab = laboratory()
    return lab is None or lab.settings.get("carry_over") != "off"


def ask_about_version(
    *, method_code: str, version_id: int, label: str, effective_from: date, change_note: str = "",
) -> list[VersionQuestion]:
    """Ask for every authorisation that reaches into the time of a new version; part of the transaction that approves it."""
    if not asks():
        return []
    rows = db.session.scalars(
        select(Authorisation).where(
            Authorisation.task.in_(TASKS), or_(Authorisation.method_code == method_code, Authorisation.method_code == "*"),
            Authorisation.valid_to >= effective_from,
            or_(Authorisation.withdrawn_from.is_(None), Authorisation.withdrawn_from > effective_from)).order_by(Authorisation.id))
    asked = [VersionQuestion(authorisation=row, method_code=method_code, version_id=version_id, label=label, change_note=change_note,
                             effective_from=effective_from) for row in rows]
    db.session.add_all(asked)
    db.session.flush()
    _ask(version_id)
    return asked


def _ask(version_id: int) -> None:
    waiting = [one for one in queries.questions_of(version_id) if not one.answers]
    key = f"carry-over/{version_id}"
    if not waiting:
        inbox.settle(key)
        return
    first = waiting[0]
    inbox.ask(
        key, "competence", ASK, {"method": first.method_code, "label": first.label, "n": len({q.authorisation.person_id for q in waiting})},
        permission=P.AUTHORISE_PERSON, code=first.method_code, link=f"/competence/versions/{version_id}", due_on=first.effective_from)


def answer_version(actor: Actor, question: VersionQuestion, answer: str, reason: str, from_day: date | None = None) -> VersionAnswer:
    """Say whether an authorisation carries over to the version, with the reason; training asked for is answered again when it was given.

    Counts from `from_day` (today when none is given) for what is recorded after now. Gate *competence-judged-by-another*; refuses a day
    in the past, because nobody is let do afterwards what was done.
    """
    authorize(actor, P.AUTHORISE_PERSON)
    row, person_id = question.authorisation, person_of(actor)
    gates.require("competence-judged-by-another", JudgeFacts(
        row.person_id, row.person.full_name, person_id, gettext("trả lời quyền có áp dụng tiếp cho phiên bản mới không")))
    if answer not in VersionAnswer.ANSWERS:
        raise FieldRefused("answer", gettext("Lựa chọn không có trong danh sách."))
    reason, day = needed("reason", reason), from_day or clock.today()
    if day < clock.today():
        raise FieldRefused("from_day", gettext("Không trả lời ngược thời gian: chọn từ hôm nay trở đi."))
    given = VersionAnswer(question=question, answer=answer, from_day=day, reason=reason, by_id=person_id)
    db.session.add(given)
    db.session.flush()
    _ask(question.version_id)
    return given


def on_version(_sender: Any, *, version: Any, replaces: bool, actor: Actor) -> None:
    """Listener of `events.method_version_activated`: the first version of a method has nobody to ask about."""
    if replaces:
        ask_about_version(
            method_code=version.method.code, version_id=version.id, label=str(version.number), effective_from=version.effective_from,
            change_note=version.change_note)


def listen() -> None:
    """Hear of new versions; a second app hears once."""
    events.method_version_activated.connect(on_version)
