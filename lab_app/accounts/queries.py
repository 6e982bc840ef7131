"""Questions about people, roles and authorisations."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload, undefer

from lab_app.accounts.competence.models import Monitoring, VersionAnswer, VersionQuestion
from lab_app.accounts.models import Authorisation, Laboratory, Person, Role, Signature, Site
from lab_app.core.audit import AuditEntry
from lab_app.core.db import db
from lab_app.core.i18n import pick
from lab_app.core.notices import unread_count
from lab_app.core.search import SearchEntry


def laboratory() -> Laboratory | None:
    """The laboratory of this installation; none before it was set up."""
    return db.session.scalar(select(Laboratory).order_by(Laboratory.id).limit(1))


_lab = Laboratory.__table__.c
FACT_COLUMNS = (_lab.name_vi, _lab.name_en, _lab.settings, _lab.accreditation, _lab.phone, _lab.email)
_FACTS = select(*FACT_COLUMNS).order_by(_lab.id).limit(1)


def laboratory_facts(person_id: int | None = None) -> dict[str, Any]:
    """What every page's frame shows of the laboratory, and `unread` notices of the person who looks: plain columns in one statement,
    because every page asks."""
    query = _FACTS if person_id is None else _FACTS.add_columns(unread_count(person_id).scalar_subquery().label("unread"))
    return facts_of(db.session.execute(query).first())


def facts_and(person_id: int | None, columns: Sequence[Any]) -> tuple[dict[str, Any], list[Any]]:
    """The same, and the values of these columns (conditions, scalar subqueries), still in one statement; before a laboratory was set
    up, in one of their own."""
    asked = [column.label(f"asked_{n}") for n, column in enumerate(columns)]
    query = _FACTS if person_id is None else _FACTS.add_columns(unread_count(person_id).scalar_subquery().label("unread"))
    row = db.session.execute(query.add_columns(*asked)).first()
    found = row if row is not None else db.session.execute(select(*asked)).one()
    return facts_of(row), [getattr(found, one.name) for one in asked]


def facts_of(lab: Any) -> dict[str, Any]:
    """The same facts of a row that holds `FACT_COLUMNS`; empty where no laboratory was set up."""
    if lab is None or lab.name_vi is None:
        return {}
    return {
        "name": pick(lab.name_vi, lab.name_en), "name_vi": lab.name_vi, "name_en": lab.name_en,
        "short_name": lab.settings.get("short_name") or pick(lab.name_vi, lab.name_en),
        "field": lab.settings.get("field_" + ("en" if pick("vi", "en") == "en" else "vi"), ""),
        "accreditation_number": lab.accreditation.get("number", ""), "phone": lab.phone, "email": lab.email,
        "unread": getattr(lab, "unread", 0),
        "figures": {key: lab.settings.get(key, "") for key in ("rounding_ties", "u_digits", "notation")},
    }


def person_by_code(code: str) -> Person | None:
    """The person with this staff code."""
    return db.session.scalar(select(Person).where(Person.code == code))


def active_people(role: str | None = None) -> list[Person]:
    """People with an active account, by given name; of one role when named."""
    query = select(Person).where(Person.active.is_(True)).order_by(Person.sort_name)
    if role is not None:
        query = query.options(selectinload(Person.roles))
    people = list(db.session.scalars(query))
    return [p for p in people if role is None or p.has(role)]


def first_site() -> Site | None:
    """The site a small laboratory works at."""
    return db.session.scalar(select(Site).order_by(Site.id).limit(1))


def _letting(task: str, method_code: str, on: date, known_at: datetime) -> Select[Authorisation]:
    """Authorisations for a task on a method that cover a day and had been recorded by a moment, newest first."""
    return (
        select(Authorisation).select_from(Authorisation)
        .where(
            Authorisation.task == task,
            or_(Authorisation.method_code == method_code, Authorisation.method_code == "*"),
            Authorisation.valid_from <= on,
            Authorisation.valid_to >= on,
            Authorisation.recorded_at <= known_at,
        )
        .order_by(Authorisation.id.desc())
    )


def newest_monitoring(on: date, known_at: datetime) -> Any:
    """SQL: the monitoring of an `Authorisation` that counts on a day as known at a moment, by its id (correlated)."""
    one = aliased(Monitoring)
    return (
        select(one.id).where(one.authorisation_id == Authorisation.id, one.day <= on, one.recorded_at <= known_at)
        .order_by(one.day.desc(), one.id.desc()).limit(1).correlate(Authorisation).scalar_subquery()
    )


def _with_monitoring(query: Select[Any], on: date, known_at: datetime) -> Select[Any]:
    """The same rows with (last day without further monitoring, outcome of the last); none where nothing was planned by then."""
    joined = query.outerjoin(Monitoring, Monitoring.id == newest_monitoring(on, known_at))
    return joined.add_columns(Monitoring.due_on, Monitoring.outcome)


def _with_version(query: Select[Any], version_id: int, on: date, known_at: datetime) -> Select[Any]:
    """And with the question whether it carries over to a version (its id), and the answer that counts on the day."""
    said = aliased(VersionAnswer)
    newest = (
        select(said.id).where(said.question_id == VersionQuestion.id, said.from_day <= on, said.recorded_at <= known_at)
        .order_by(said.id.desc()).limit(1).correlate(VersionQuestion).scalar_subquery()
    )
    return (
        query.outerjoin(VersionQuestion, and_(
            VersionQuestion.authorisation_id == Authorisation.id, VersionQuestion.version_id == version_id,
            VersionQuestion.recorded_at <= known_at))
        .outerjoin(VersionAnswer, VersionAnswer.id == newest).add_columns(VersionQuestion.id, VersionAnswer.answer)
    )


def _withdrawn(row: Authorisation, on: date, known_at: datetime) -> bool:
    """Whether a withdrawal that covers the day had been recorded by a moment."""
    return (
        row.withdrawn_from is not None and row.withdrawn_from <= on
        and row.withdrawn_recorded_at is not None and row.withdrawn_recorded_at <= known_at
    )


@dataclass(frozen=True)
class Leave:
    """Whether a person may do a task on a method: the authorisation that lets them, or why none does.

    `why`: `none`, `withdrawn`, `lapsed` (monitoring overdue since after `day`), `unsatisfactory` (monitoring of the day after `day`
    was not satisfactory), `unanswered` (nobody said whether it carries over to the version), `retraining` (training is asked for first).
    """

    row: Authorisation | None
    why: str = ""
    day: date | None = None


#: Of several authorisations that do not let, the reason nearest to letting is told.
_NEAREST = ("unanswered", "retraining", "lapsed", "unsatisfactory", "withdrawn", "none")


def leave(
    person_id: int, task: str, method_code: str, on: date, known_at: datetime, version_id: int | None = None,
) -> Leave:
    """May this person do this task on this method (by this version) on a day, as known at a moment (6.2.5 f, 6.2.6)?

    The one place that answers. Two axes: the authorisation must cover the day, and it, its monitoring, the answer about the version, and
    no withdrawal covering the day must have been recorded by `known_at`. Without `version_id` nothing is asked about a version. One
    statement.
    """
    query = _with_monitoring(_letting(task, method_code, on, known_at).where(Authorisation.person_id == person_id), on, known_at)
    if version_id is not None:
        query = _with_version(query, version_id, on, known_at)
    refused = Leave(None, "none")
    for row, due_on, outcome, *version in db.session.execute(query):
        found = _leave(row, due_on, outcome, version, on, known_at)
        if not found.why:
            return found
        refused = min(refused, found, key=lambda one: _NEAREST.index(one.why))
    return refused


def _leave(
    row: Authorisation, due_on: date | None, outcome: str | None, version: Sequence[Any], on: date, known_at: datetime,
) -> Leave:
    if _withdrawn(row, on, known_at):
        return Leave(None, "withdrawn", row.withdrawn_from)
    if due_on is not None and on > due_on:
        return Leave(None, "unsatisfactory" if outcome == "failed" else "lapsed", due_on)
    asked, answer = version or (None, None)
    if asked is not None and answer != "carried":
        return Leave(None, "retraining" if answer else "unanswered")
    return Leave(row)


def authorisation(
    person_id: int, task: str, method_code: str, on: date, known_at: datetime, version_id: int | None = None,
) -> Authorisation | None:
    """The authorisation that lets this person do this task on this method on a day, as known at a moment (6.2.6); see `leave`."""
    return leave(person_id, task, method_code, on, known_at, version_id).row


def authorisations_of(person_id: int) -> list[Authorisation]:
    """All authorisations of a person, newest first."""
    return list(
        db.session.scalars(
            select(Authorisation)
            .where(Authorisation.person_id == person_id)
            .options(joinedload(Authorisation.authorised_by))
            .order_by(Authorisation.id.desc())
        )
    )


def authorised_people(
    task: str, method_code: str, on: date, known_at: datetime, version_id: int | None = None,
) -> list[Person]:
    """People who may do a task on a method (by a version) on a day, by given name; one statement, however many they are."""
    letting = _letting(task, method_code, on, known_at).join(Authorisation.person).where(Person.active.is_(True))
    query = _with_monitoring(letting.options(contains_eager(Authorisation.person)), on, known_at)
    if version_id is not None:
        query = _with_version(query, version_id, on, known_at)
    rows = db.session.execute(query)
    found = {
        row.person_id: row.person for row, due_on, outcome, *version in rows
        if not _leave(row, due_on, outcome, version, on, known_at).why
    }
    return sorted(found.values(), key=lambda person: person.sort_name)


def monitoring_due(rows: Iterable[Authorisation], on: date, known_at: datetime) -> dict[int, date]:
    """Authorisation → the last day it holds without further monitoring, on a day as known at a moment; one statement."""
    wanted = [row.id for row in rows]
    if not wanted:
        return {}
    found = db.session.execute(
        select(Authorisation.id, Monitoring.due_on).join(Monitoring, Monitoring.id == newest_monitoring(on, known_at))
        .where(Authorisation.id.in_(wanted)))
    return {ident: due_on for ident, due_on in found}


def in_force(on: date) -> Select[int]:
    """Count of authorisations that let somebody work on a day, as known now."""
    return (
        select(func.count()).select_from(Authorisation)
        .where(Authorisation.valid_from <= on, Authorisation.valid_to >= on,
               or_(Authorisation.withdrawn_from.is_(None), Authorisation.withdrawn_from > on),
               or_(Authorisation.monitor_due_on.is_(None), Authorisation.monitor_due_on >= on))
    )


def in_force_counts(person_ids: list[int], on: date) -> dict[int, int]:
    """Person → how many authorisations hold on a day; one statement for a whole list."""
    rows = db.session.execute(
        in_force(on).add_columns(Authorisation.person_id)
        .where(Authorisation.person_id.in_(person_ids)).group_by(Authorisation.person_id)
    )
    return {person_id: count for count, person_id in rows}


def signatures_on(subjects: Mapping[str, Iterable[int]], *, with_shown: bool = False) -> list[Signature]:
    """Signatures on records (kind → ids), oldest first; `with_shown` reads what was shown too. One statement."""
    wanted = [and_(Signature.subject_kind == kind, Signature.subject_id.in_(ids)) for kind, ids in
              ((kind, list(ids)) for kind, ids in subjects.items()) if ids]
    if not wanted:
        return []
    query = select(Signature).where(or_(*wanted)).order_by(Signature.signed_at, Signature.id)
    return list(db.session.scalars(query.options(undefer(Signature.shown)) if with_shown else query))


def roles() -> list[Role]:
    """Every role, in the order they were made."""
    return list(db.session.scalars(select(Role).order_by(Role.id)))


def role_entries(limit: int = 8) -> list[AuditEntry]:
    """The newest changes of any role, newest first."""
    return list(db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject_kind == "role", AuditEntry.action != "create")
        .order_by(AuditEntry.id.desc()).limit(limit)
    ))


def sites() -> list[Site]:
    """Every site, in the order they were made."""
    return list(db.session.scalars(select(Site).order_by(Site.id)))


def site_by_code(code: str) -> Site | None:
    """The site with this code."""
    return db.session.scalar(select(Site).where(Site.code == code))


def known_methods() -> list[tuple[str, str]]:
    """(code, title) of the methods this installation knows, from the search index: authorisations name methods by code."""
    rows = db.session.execute(
        select(SearchEntry.code, SearchEntry.title).where(SearchEntry.kind == "method").order_by(SearchEntry.code)
    )
    return [(code, title) for code, title in rows]
