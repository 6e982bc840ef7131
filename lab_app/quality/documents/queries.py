"""Questions about controlled documents: what is in force on a day, who has still to read what."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.quality.documents.models import (
    ControlledDocument,
    DocumentMethod,
    DocumentReading,
    DocumentReview,
    DocumentVersion,
)
from lab_app.quality.documents.workflow import DRAFT, IN_REVIEW

ALL_METHODS = "*"


def in_force(on: date, known_at: datetime | None = None) -> Any:
    """SQL condition: the version is in force on a day, as known at a moment (none: as known now). That it was approved is asked of the
    moment, not of its status: nearly every version has that status, and an index on it would be read whole."""
    not_ended: list[Any] = [DocumentVersion.obsolete_from.is_(None), DocumentVersion.obsolete_from > on]
    conditions: list[Any] = [DocumentVersion.approved_at.is_not(None), DocumentVersion.effective_from <= on]
    if known_at is not None:
        conditions.append(DocumentVersion.approved_at <= known_at)
        not_ended.append(DocumentVersion.obsolete_recorded_at > known_at)
    return and_(*conditions, or_(*not_ended))


def document_in_force(on: date) -> Any:
    """SQL condition: the document has a version in force on a day, as known now."""
    return and_(ControlledDocument.effective_since <= on,
                or_(ControlledDocument.withdrawn_from.is_(None), ControlledDocument.withdrawn_from > on))


def documents() -> Select[Any]:
    """SQL: all documents with their owners, ready for a list."""
    return select(ControlledDocument).options(joinedload(ControlledDocument.owner).lazyload(Person.roles))


def document_by_code(code: str) -> ControlledDocument | None:
    """The document with this code, with its owner."""
    return db.session.scalar(documents().where(ControlledDocument.code == code))


def versions_of(document_id: int) -> list[DocumentVersion]:
    """All versions of a document with the people they name, newest first; one statement."""
    people = (DocumentVersion.author, DocumentVersion.reviewer, DocumentVersion.approver)
    return list(db.session.scalars(
        select(DocumentVersion).where(DocumentVersion.document_id == document_id).order_by(DocumentVersion.number.desc())
        .options(*(joinedload(who).lazyload(Person.roles) for who in people))
    ))


def version_of(document_id: int, number: int) -> DocumentVersion | None:
    """One version of a document."""
    return db.session.scalar(
        select(DocumentVersion).where(DocumentVersion.document_id == document_id, DocumentVersion.number == number))


def effective_versions(document_ids: Iterable[int], on: date) -> dict[int, DocumentVersion]:
    """The version in force of each of some documents; one statement."""
    rows = db.session.scalars(select(DocumentVersion).where(DocumentVersion.document_id.in_(list(document_ids)), in_force(on)))
    return {row.document_id: row for row in rows}


def effective_version(document_id: int, on: date) -> DocumentVersion | None:
    """The version of a document in force on a day."""
    return effective_versions([document_id], on).get(document_id)


def open_versions(document_ids: Iterable[int]) -> dict[int, DocumentVersion]:
    """The version in preparation of each of some documents; one statement."""
    rows = db.session.scalars(select(DocumentVersion).where(
        DocumentVersion.document_id.in_(list(document_ids)), DocumentVersion.status.in_((DRAFT, IN_REVIEW))))
    return {row.document_id: row for row in rows}


def effective_for_method(method_code: str, on: date) -> list[DocumentVersion]:
    """What the bench may show for a method: the versions in force on a day of the documents that the method needs, by code (7.2.1.2)."""
    needed = exists().where(
        DocumentMethod.document_id == DocumentVersion.document_id, DocumentMethod.method_code.in_((method_code, ALL_METHODS)))
    return list(db.session.scalars(
        select(DocumentVersion).join(DocumentVersion.document).where(needed, in_force(on))
        .options(joinedload(DocumentVersion.document)).order_by(DocumentVersion.code)
    ))


def in_force_at(on: date, known_at: datetime | None) -> Select[Any]:
    """SQL: the versions in force on a day as known at a moment, with their documents: the master list of that day."""
    return select(DocumentVersion).where(in_force(on, known_at)).options(
        joinedload(DocumentVersion.document, innerjoin=True).joinedload(ControlledDocument.owner).lazyload(Person.roles),
        joinedload(DocumentVersion.approver).lazyload(Person.roles),
    )


def policies(on: date) -> list[DocumentVersion]:
    """The policies in force, for the page that anybody may open; one statement."""
    return list(db.session.scalars(
        select(DocumentVersion).join(DocumentVersion.document).where(ControlledDocument.kind == "policy", in_force(on))
        .options(joinedload(DocumentVersion.document)).order_by(DocumentVersion.code)))


def readings_of(version_id: int) -> list[DocumentReading]:
    """Who was asked to read a version and whether they did, by given name."""
    return list(db.session.scalars(
        select(DocumentReading).join(DocumentReading.person).where(DocumentReading.version_id == version_id)
        .options(joinedload(DocumentReading.person).lazyload(Person.roles)).order_by(Person.sort_name)))


def reading_of(version_id: int, person_id: int | None) -> DocumentReading | None:
    """What one person was asked about one version."""
    return db.session.scalar(
        select(DocumentReading).where(DocumentReading.version_id == version_id, DocumentReading.person_id == person_id))


def unread(person_id: int) -> Select[Any]:
    """SQL: what a person has still to read; a version that went out of force today is not read any more, whoever has noted it yet."""
    return select(DocumentReading).join(DocumentReading.about).where(
        DocumentReading.person_id == person_id, DocumentReading.read_at.is_(None), DocumentReading.ended_at.is_(None), _not_gone())


def _not_gone() -> Any:
    return or_(DocumentVersion.obsolete_from.is_(None), DocumentVersion.obsolete_from > clock.today())


def unread_of(person_id: int) -> list[DocumentReading]:
    """What a person has still to read, the most urgent first, with versions and documents."""
    return list(db.session.scalars(
        unread(person_id).options(joinedload(DocumentReading.about).joinedload(DocumentVersion.document))
        .order_by(DocumentReading.due_on, DocumentReading.id).limit(200)))


def met_at_sign_in(person_id: int) -> DocumentVersion | None:
    """The first version that this person must meet when signing in; one statement."""
    return db.session.scalar(
        select(DocumentVersion).join(DocumentReading, DocumentReading.version_id == DocumentVersion.id)
        .join(DocumentVersion.document)
        .where(DocumentReading.person_id == person_id, DocumentReading.read_at.is_(None), DocumentReading.ended_at.is_(None), _not_gone(),
               ControlledDocument.at_sign_in.is_(True))
        .options(joinedload(DocumentVersion.document)).order_by(DocumentReading.due_on).limit(1))


def reading_counts(version_ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """How many have read and how many were asked, for each of some versions; one statement."""
    rows = db.session.execute(
        select(DocumentReading.version_id, func.count(DocumentReading.read_at), func.count())
        .where(DocumentReading.version_id.in_(list(version_ids)), or_(DocumentReading.ended_at.is_(None),
        DocumentReading.read_at.is_not(None)))
        .group_by(DocumentReading.version_id))
    return {ident: (read, asked) for ident, read, asked in rows}


def reviews_of(document_id: int) -> list[DocumentReview]:
    """The periodic reviews of a document, newest first."""
    return list(db.session.scalars(
        select(DocumentReview).where(DocumentReview.document_id == document_id)
        .options(joinedload(DocumentReview.person).lazyload(Person.roles)).order_by(DocumentReview.id.desc()).limit(20)))


def people_with(roles: Iterable[str], codes: Iterable[str]) -> list[Person]:
    """Active people who have one of the roles, or are named by their staff codes, and whose account had been opened by now."""
    wanted_roles, wanted = set(roles), set(codes)
    rows = db.session.scalars(
        select(Person).where(Person.active.is_(True),
        Person.recorded_at <= clock.now()).options(selectinload(Person.roles)).order_by(Person.sort_name))
    return [p for p in rows if p.code in wanted or wanted_roles & {r.name for r in p.roles}]


def review_overdue(on: date) -> Any:
    """SQL condition: the document's review is due before this day and the document still counts."""
    return and_(ControlledDocument.review_due < on, or_(ControlledDocument.withdrawn_from.is_(None),
        ControlledDocument.withdrawn_from > on))


def due_for_review(until: date) -> list[ControlledDocument]:
    """Documents whose review is due by a day."""
    return list(db.session.scalars(
        select(ControlledDocument).where(ControlledDocument.review_due <= until, ControlledDocument.withdrawn_from.is_(None))
        .order_by(ControlledDocument.review_due).limit(1000)))
