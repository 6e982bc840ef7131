"""Functions, the criteria that they ask for, and who holds them (6.2.2, 6.2.3)."""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import gettext
from sqlalchemy import func, select

from lab_app.accounts.competence import queries
from lab_app.accounts.competence.models import CRITERIA, CompetenceCriteria, FunctionGrant, LabFunction
from lab_app.accounts.competence.starting_functions import COMMON
from lab_app.accounts.competence.workflow import FunctionFacts, JudgeFacts
from lab_app.accounts.models import Authorisation, Person
from lab_app.core import audit, clock, gates, inbox, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.notices import N_
from lab_app.core.permissions import P

CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,28}[A-Z0-9])?")
APPROVE = N_("Phê duyệt tiêu chí năng lực của %(function)s, lần ban hành %(edition)s")


def needed(field: str, text: str) -> str:
    """The text without blanks around it; refused at its field when nothing stands in it."""
    if not text.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return text.strip()


def add_function(actor: Actor, *, code: str, title_vi: str, title_en: str = "", tasks: Sequence[str] = ()) -> LabFunction:
    """Name a function that influences results (6.2.2). Refuses a code twice, a code of other signs, a task that does not exist."""
    authorize(actor, P.COMPETENCE_WRITE)
    code, title_vi = needed("code", code), needed("title_vi", title_vi)
    if not CODE.fullmatch(code):
        raise FieldRefused("code", gettext("Chỉ dùng chữ A–Z, số 0–9 và dấu gạch nối, không bắt đầu hay kết thúc bằng gạch nối."))
    if queries.function_by_code(code) is not None:
        raise FieldRefused("code", gettext("Mã chức năng này đã dùng."))
    row = LabFunction(code=code, title_vi=title_vi, title_en=title_en.strip(), tasks=_tasks(tasks))
    db.session.add(row)
    db.session.flush()
    search.put("lab-function", row.id, row.code, row.title_vi, row.title_en)
    return row


def _tasks(tasks: Sequence[str]) -> list[str]:
    if set(tasks) - set(Authorisation.TASKS):
        raise FieldRefused("tasks", gettext("Không có loại việc này."))
    return [task for task in Authorisation.TASKS if task in tasks]


def change_function(
    actor: Actor, row: LabFunction, *, title_vi: str, title_en: str = "", tasks: Sequence[str] = (), active: bool = True, reason: str,
) -> LabFunction:
    """Change a function's names and tasks, or close it, with a reason; authorisations already given stand."""
    authorize(actor, P.COMPETENCE_WRITE)
    audit.because(needed("reason", reason))
    row.title_vi, row.title_en, row.tasks, row.active = needed("title_vi", title_vi), title_en.strip(), _tasks(tasks), active
    db.session.flush()
    search.put("lab-function", row.id, row.code, row.title_vi, row.title_en)
    return row


def begin_with_common(actor: Actor) -> list[LabFunction]:
    """Put in the functions that most laboratories have, each with a draft of criteria to edit and approve; those whose code stands
    already are left alone. Answers the new ones."""
    authorize(actor, P.COMPETENCE_WRITE)
    made = []
    for common in COMMON:
        if queries.function_by_code(common.code) is None:
            row = add_function(actor, code=common.code, title_vi=common.title_vi, title_en=common.title_en, tasks=common.tasks)
            write_criteria(actor, row, common.criteria)
            made.append(row)
    return made


def write_criteria(actor: Actor, function: LabFunction, criteria: Mapping[str, str], change_note: str = "") -> CompetenceCriteria:
    """Write the next edition of a function's criteria, or go on writing the draft there is. It counts once it is approved.

    Refuses when no criterion says anything, and a second edition without a word on what changes.
    """
    authorize(actor, P.COMPETENCE_WRITE)
    texts = {name: str(criteria.get(name, "") or "").strip() for name in CRITERIA}
    if not any(texts.values()):
        raise FieldRefused("skill", gettext("Ghi ít nhất một tiêu chí."))
    draft = db.session.scalar(
        select(CompetenceCriteria).where(CompetenceCriteria.function_id == function.id, CompetenceCriteria.approved_at.is_(None)))
    if draft is None:
        last = db.session.scalar(select(func.max(CompetenceCriteria.edition)).where(CompetenceCriteria.function_id == function.id)) or 0
        draft = CompetenceCriteria(function=function, edition=last + 1)
        db.session.add(draft)
    if draft.edition > 1:
        needed("change_note", change_note)
    for name, text in texts.items():
        setattr(draft, name, text)
    draft.change_note, draft.prepared_by_id = change_note.strip(), actor.id
    db.session.flush()
    inbox.ask(
        f"criteria/{draft.id}/approve", "competence", APPROVE, {"function": function.title_vi, "edition": draft.edition},
        permission=P.AUTHORISE_PERSON, code=function.code, link=f"/competence/functions/{function.code}")
    return draft


def approve_criteria(actor: Actor, row: CompetenceCriteria, effective_from: date) -> CompetenceCriteria:
    """Approve an edition from a day on; from then it stands unchanged. A day in the past is a fact that was true on paper: only who
    asks from now on is told of it. Refuses an edition approved already, and a day not after the edition before."""
    authorize(actor, P.AUTHORISE_PERSON)
    if row.approved_at is not None:
        raise Refused(gettext("Lần ban hành này đã được phê duyệt."))
    before = [one for one in queries.editions_of(row.function) if one.effective_from is not None]
    if any(one.effective_from is not None and one.effective_from >= effective_from for one in before):
        raise FieldRefused("effective_from", gettext("Phải sau ngày hiệu lực của lần ban hành trước."))
    row.effective_from, row.approved_by_id, row.approved_at = effective_from, person_of(actor), clock.now()
    db.session.flush()
    inbox.settle(f"criteria/{row.id}/approve")
    return row


def grant_function(actor: Actor, person: Person, function: LabFunction, *, valid_from: date, met: Mapping[str, str]) -> FunctionGrant:
    """Give a person a function from a day on, having judged them by each criterion of the edition in force that day (6.2.3).

    `met`: criterion → how it is met. Gates *function-has-criteria* and *competence-judged-by-another*; refuses a criterion without a
    word, a closed function, and one that the person holds already by the same edition. Judged anew by a newer edition, the old grant ends.
    """
    authorize(actor, P.AUTHORISE_PERSON)
    person_id, now = person_of(actor), clock.now()
    gates.require("competence-judged-by-another", JudgeFacts(
        person.id, person.full_name, person_id, gettext("giao chức năng %(title)s", title=function.title_vi)))
    if not function.active:
        raise Refused(gettext("Chức năng này không còn dùng."))
    criteria = queries.criteria_in_force(function.id, valid_from, now)
    gates.require("function-has-criteria", FunctionFacts(function.code, function.title_vi, valid_from, criteria is not None))
    answers = {name: str(met.get(name, "") or "").strip() for name in (criteria.asked() if criteria is not None else ())}
    for name, how in answers.items():
        if not how:
            raise FieldRefused(name, gettext("Ghi người này đáp ứng tiêu chí này bằng gì."))
    for old in queries.grants_of(person.id):
        if old.function_id == function.id and old.ended_on is None:
            if criteria is None or old.criteria_id == criteria.id:
                raise Refused(gettext("Người này đã được giao chức năng này theo lần ban hành hiện hành."))
            if valid_from <= old.valid_from:
                raise FieldRefused("valid_from", gettext("Phải sau ngày giao lần trước."))
            old.ended_on, old.ended_recorded_at = valid_from, now
            old.ended_reason = gettext("Đánh giá lại theo tiêu chí lần ban hành %(n)s", n=criteria.edition)
    row = FunctionGrant(person_id=person.id, function=function, criteria=criteria, valid_from=valid_from, met=answers,
                        granted_by_id=person_id)
    db.session.add(row)
    db.session.flush()
    return row


def end_function(actor: Actor, row: FunctionGrant, from_day: date, reason: str) -> FunctionGrant:
    """End a function of a person from a day on, with the reason; authorisations are withdrawn by an act of their own."""
    authorize(actor, P.AUTHORISE_PERSON)
    reason = needed("reason", reason)
    if row.ended_on is not None:
        raise Refused(gettext("Chức năng này đã thôi rồi."))
    if from_day < row.valid_from:
        raise FieldRefused("from_day", gettext("Trước ngày giao chức năng."))
    audit.because(reason)
    row.ended_on, row.ended_recorded_at, row.ended_reason = from_day, clock.now(), reason
    db.session.flush()
    return row
