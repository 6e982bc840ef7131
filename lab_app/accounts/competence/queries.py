"""Questions about competence: what is in force on a day, what a person's file holds, what is due."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.competence.models import (
    CompetenceCriteria,
    FunctionGrant,
    LabFunction,
    Monitoring,
    Observation,
    Qualification,
    Training,
    VersionAnswer,
    VersionQuestion,
)
from lab_app.accounts.models import Authorisation
from lab_app.accounts.rules import overlap
from lab_app.core.db import db
from lab_app.core.search import SearchEntry


def functions() -> list[LabFunction]:
    """Every function, by code, with its editions."""
    return list(db.session.scalars(select(LabFunction).order_by(LabFunction.code).options(selectinload(LabFunction.editions))))


def function_by_code(code: str) -> LabFunction | None:
    """The function with this code."""
    return db.session.scalar(select(LabFunction).where(LabFunction.code == code))


def editions_of(function: LabFunction) -> list[CompetenceCriteria]:
    """A function's editions, newest first, with who wrote and approved them."""
    return list(db.session.scalars(
        select(CompetenceCriteria).where(CompetenceCriteria.function_id == function.id).order_by(CompetenceCriteria.edition.desc())
        .options(joinedload(CompetenceCriteria.prepared_by), joinedload(CompetenceCriteria.approved_by))))


def criteria_in_force(function_id: int, on: date, known_at: datetime) -> CompetenceCriteria | None:
    """The approved edition that counts on a day, as known at a moment: the newest that had begun."""
    return db.session.scalar(
        select(CompetenceCriteria).where(
            CompetenceCriteria.function_id == function_id, CompetenceCriteria.effective_from <= on,
            CompetenceCriteria.approved_at <= known_at)
        .order_by(CompetenceCriteria.effective_from.desc(), CompetenceCriteria.edition.desc()).limit(1))


def editions_in_force(function_ids: Iterable[int], on: date, known_at: datetime) -> dict[int, CompetenceCriteria]:
    """The same for a list of functions; one statement."""
    rows = db.session.scalars(
        select(CompetenceCriteria).where(
            CompetenceCriteria.function_id.in_(list(function_ids)), CompetenceCriteria.effective_from <= on,
            CompetenceCriteria.approved_at <= known_at)
        .order_by(CompetenceCriteria.effective_from, CompetenceCriteria.edition))
    return {row.function_id: row for row in rows}


def held(on: date, known_at: datetime) -> ColumnElement[bool]:
    """SQL: a grant that counts on a day as known at a moment."""
    return and_(
        FunctionGrant.valid_from <= on, FunctionGrant.recorded_at <= known_at,
        or_(FunctionGrant.ended_on.is_(None), FunctionGrant.ended_on > on, FunctionGrant.ended_recorded_at > known_at))


def grants_of(person_id: int) -> list[FunctionGrant]:
    """All grants of a person, newest first."""
    return list(db.session.scalars(
        select(FunctionGrant).where(FunctionGrant.person_id == person_id).order_by(FunctionGrant.id.desc()).options(
            joinedload(FunctionGrant.function), joinedload(FunctionGrant.criteria), joinedload(FunctionGrant.granted_by))))


def grants_on(person_id: int, on: date, known_at: datetime) -> list[FunctionGrant]:
    """Functions that a person holds on a day, as known at a moment."""
    return list(db.session.scalars(
        select(FunctionGrant).where(FunctionGrant.person_id == person_id, held(on, known_at)).options(joinedload(FunctionGrant.function))))


def holders(function_ids: Iterable[int], on: date, known_at: datetime) -> dict[int, int]:
    """Function → how many people hold it on a day; one statement."""
    rows = db.session.execute(
        select(FunctionGrant.function_id, func.count()).where(FunctionGrant.function_id.in_(list(function_ids)), held(on, known_at))
        .group_by(FunctionGrant.function_id))
    return {function_id: count for function_id, count in rows}


def holders_of(function: LabFunction, on: date, known_at: datetime, limit: int = 100) -> list[FunctionGrant]:
    """Who holds a function on a day, with the edition they were judged by."""
    return list(db.session.scalars(
        select(FunctionGrant).where(FunctionGrant.function_id == function.id, held(on, known_at)).order_by(FunctionGrant.valid_from)
        .options(joinedload(FunctionGrant.person), joinedload(FunctionGrant.criteria)).limit(limit)))


def judged_by_older(on: date) -> Select[int]:
    """Count of grants that stand on an edition of the criteria that a newer one in force has replaced (6.2.2)."""
    newer = CompetenceCriteria.__table__.alias()
    later = select(newer.c.id).where(
        newer.c.function_id == FunctionGrant.function_id, newer.c.effective_from <= on, newer.c.approved_at.is_not(None),
        newer.c.edition > CompetenceCriteria.edition)
    return (
        select(func.count()).select_from(FunctionGrant).join(CompetenceCriteria, CompetenceCriteria.id == FunctionGrant.criteria_id)
        .where(or_(FunctionGrant.ended_on.is_(None), FunctionGrant.ended_on > on), later.exists()))


def qualifications_of(person_id: int) -> list[Qualification]:
    """Degrees, certificates and experience of a person, newest first."""
    return list(db.session.scalars(
        select(Qualification).where(Qualification.person_id == person_id).order_by(Qualification.day.desc(), Qualification.id.desc())
        .options(joinedload(Qualification.recorded_by))))


def trainings_of(person_id: int) -> list[Training]:
    """Training of a person, the latest plan first."""
    return list(db.session.scalars(
        select(Training).where(Training.person_id == person_id).order_by(Training.planned_on.desc(), Training.id.desc())
        .options(joinedload(Training.evaluated_by), joinedload(Training.planned_by))))


def open_trainings(limit: int = 10) -> list[Training]:
    """Training that is planned or waits for its judgement, the earliest first."""
    return list(db.session.scalars(
        select(Training).where(Training.status.in_(("planned", "done"))).order_by(Training.planned_on, Training.id).limit(limit)
        .options(joinedload(Training.person))))


def observations_of(person_id: int) -> list[Observation]:
    """Work of a person that somebody saw, newest first."""
    return list(db.session.scalars(
        select(Observation).where(Observation.person_id == person_id).order_by(Observation.day.desc(), Observation.id.desc())
        .options(joinedload(Observation.by))))


def passed(person_id: int, method_code: str, on: date, known_at: datetime) -> Observation | None:
    """The newest witnessed test or evaluation of a person on a method that was passed by a day, as known at a moment; a failed one
    that came later takes it away."""
    row = db.session.scalar(
        select(Observation).where(
            Observation.person_id == person_id, Observation.method_code == method_code, Observation.kind.in_(("witnessed", "evaluation")),
            Observation.day <= on, Observation.recorded_at <= known_at)
        .order_by(Observation.day.desc(), Observation.id.desc()).limit(1))
    return row if row is not None and row.outcome == "passed" else None


def monitoring_of(person_id: int) -> list[Monitoring]:
    """All plans and checks of a person's authorisations, newest first."""
    return list(db.session.scalars(
        select(Monitoring).join(Monitoring.authorisation).where(Authorisation.person_id == person_id)
        .order_by(Monitoring.day.desc(), Monitoring.id.desc()).options(joinedload(Monitoring.authorisation), joinedload(Monitoring.by))))


def newest_monitoring_of(row: Authorisation) -> Monitoring | None:
    """The monitoring of an authorisation that counts now."""
    return db.session.scalar(
        select(Monitoring).where(Monitoring.authorisation_id == row.id).order_by(Monitoring.day.desc(), Monitoring.id.desc()).limit(1))


def monitored_from(row: Authorisation) -> date | None:
    """The day the period of an authorisation is counted from: its newest check, else the day of its first plan."""
    checked = select(func.max(Monitoring.day)).where(Monitoring.authorisation_id == row.id, Monitoring.kind == "check").scalar_subquery()
    first = select(Monitoring.day).where(Monitoring.authorisation_id == row.id).order_by(Monitoring.id).limit(1).scalar_subquery()
    return db.session.scalar(select(func.coalesce(checked, first)))


def clash(person_id: int, task: str, method_code: str, first: date, last: date) -> tuple[date, date] | None:
    """The first standing period of the same person, task and method that shares a day with this one (`*` only with `*`)."""
    rows = db.session.scalars(
        select(Authorisation).where(
            Authorisation.person_id == person_id, Authorisation.task == task, Authorisation.method_code == method_code)
        .order_by(Authorisation.valid_from))
    for row in rows:
        if row.withdrawn_from is not None and row.withdrawn_from <= row.valid_from:
            continue
        last_day = row.valid_to if row.withdrawn_from is None else min(row.valid_to, date.fromordinal(row.withdrawn_from.toordinal() - 1))
        if overlap((row.valid_from, last_day), (first, last)):
            return row.valid_from, last_day
    return None


def standing_authorisations(on: date) -> Select[Authorisation]:
    """SQL: authorisations whose period covers a day and that nobody withdrew, whatever their monitoring says."""
    return select(Authorisation).where(
        Authorisation.valid_from <= on, Authorisation.valid_to >= on,
        or_(Authorisation.withdrawn_from.is_(None), Authorisation.withdrawn_from > on))


def standing_of(person_id: int, on: date) -> list[Authorisation]:
    """A person's authorisations of that kind, by method and task."""
    return list(db.session.scalars(
        standing_authorisations(on).where(Authorisation.person_id == person_id).order_by(Authorisation.method_code, Authorisation.id)))


def questions_of(version_id: int) -> list[VersionQuestion]:
    """Everybody who was asked about a version of a method, with the answers."""
    return list(db.session.scalars(
        select(VersionQuestion).where(VersionQuestion.version_id == version_id).order_by(VersionQuestion.id).options(
            joinedload(VersionQuestion.authorisation).joinedload(Authorisation.person),
            selectinload(VersionQuestion.answers).joinedload(VersionAnswer.by))))


def questions_about(person_id: int) -> list[VersionQuestion]:
    """What was asked about a person's authorisations, newest first."""
    return list(db.session.scalars(
        select(VersionQuestion).join(VersionQuestion.authorisation).where(Authorisation.person_id == person_id)
        .order_by(VersionQuestion.id.desc()).options(
            joinedload(VersionQuestion.authorisation), selectinload(VersionQuestion.answers).joinedload(VersionAnswer.by))))


def unanswered() -> Select[int]:
    """Count of questions about versions that nobody answered."""
    return select(func.count()).select_from(VersionQuestion).where(~VersionQuestion.answers.any())


def open_versions(limit: int = 20) -> list[tuple[int, str, str, date, int]]:
    """Versions about which somebody's authorisation is not answered: (version, method, label, effective from, how many)."""
    rows = db.session.execute(
        select(VersionQuestion.version_id, VersionQuestion.method_code, VersionQuestion.label, VersionQuestion.effective_from, func.count())
        .where(~VersionQuestion.answers.any())
        .group_by(VersionQuestion.version_id, VersionQuestion.method_code, VersionQuestion.label, VersionQuestion.effective_from)
        .order_by(VersionQuestion.effective_from).limit(limit))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]


def job_known(code: str) -> bool:
    """Whether there is a job of this code: jobs stand in a room above, so they are looked for as anybody finds them."""
    return db.session.scalar(select(SearchEntry.id).where(SearchEntry.kind == "test-job", SearchEntry.code == code)) is not None
