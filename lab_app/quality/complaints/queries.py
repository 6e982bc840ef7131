"""Reads of complaints: lists, one complaint, who was involved in what it is about, who may see who complained."""
from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.models import Person
from lab_app.accounts.queries import active_people, laboratory
from lab_app.core import clock, involvement
from lab_app.core.access import Actor
from lab_app.core.audit import AuditEntry
from lab_app.core.counting import how_many
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.metrology.periods import add_working_days
from lab_app.quality.complaints import tokens
from lab_app.quality.complaints.models import Complaint, ComplaintMessage, ComplaintSubject, ComplaintTerms
from lab_app.quality.complaints.workflow import CLOSED, COMPLAINT, DECIDED, RECEIVED

#: What counts until the laboratory sets its own terms (working days).
ACKNOWLEDGE_DAYS, DECIDE_DAYS = 3, 20


def terms() -> ComplaintTerms:
    """The terms in force; the defaults, not kept, where the laboratory has set none."""
    row = db.session.scalar(select(ComplaintTerms).order_by(ComplaintTerms.id).limit(1))
    return row or ComplaintTerms(acknowledge_days=ACKNOWLEDGE_DAYS, decide_days=DECIDE_DAYS, words_vi="", words_en="")


def working_days_after(start: date, days: int) -> date:
    """The day by which something is due, the laboratory's holidays left out."""
    lab = laboratory()
    holidays = frozenset(date.fromisoformat(str(one)) for one in (lab.settings if lab else {}).get("holidays", ()))
    return add_working_days(start, days, holidays)


def complaints() -> Select[Any]:
    """SQL: all complaints with their owners."""
    return select(Complaint).options(joinedload(Complaint.owner).lazyload(Person.roles))


def complaint_by_code(code: str) -> Complaint | None:
    """One complaint with its records and messages."""
    return db.session.scalar(
        select(Complaint).where(Complaint.code == code).options(
            selectinload(Complaint.subjects),
            selectinload(Complaint.messages).joinedload(ComplaintMessage.person).lazyload(Person.roles)))


def complaint_by_token(token: str) -> Complaint | None:
    """The complaint whose progress page this token opens."""
    return db.session.scalar(select(Complaint).where(Complaint.token_hash == tokens.hashed(token)))


def sees_source(actor: Actor, row: Complaint) -> bool:
    """Whether this person may know who complained (4.2.3): who handles complaints, and everybody inside where nothing is confidential."""
    return actor.can(P.QUALITY_WRITE) or not row.confidential


def standing_subjects(row: Complaint) -> list[ComplaintSubject]:
    """The records it is about, those struck off left out."""
    return [one for one in row.subjects if one.struck_at is None]


def involved(row: Complaint) -> dict[int, list[str]]:
    """Who worked on what the complaint is about, computed from the records of that work, and who was named by hand."""
    found = involvement.merged(involvement.of(one.kind, one.subject_id) for one in standing_subjects(row))
    for person_id in row.concerned:
        found.setdefault(person_id, [])
    return found


def is_known(row: Complaint) -> bool:
    """Whether it can be said at all who was involved: a record that answers for it, or people named by hand with the reason."""
    kinds = involvement.kinds()
    return any(one.kind in kinds for one in standing_subjects(row)) or bool(row.concerned_reason)


def cleared_by(row: Complaint) -> frozenset[int]:
    """Who wrote, or wrote again, that nobody took part, where that word alone stands for the records: nothing is linked that names anybody.
    The trail knows, and nobody writes there. One statement, none where the records answer or somebody is named."""
    if row.concerned or not row.concerned_reason or any(one.kind in involvement.kinds() for one in standing_subjects(row)):
        return frozenset()
    words = AuditEntry.canonical.contains('"concerned_reason":') | AuditEntry.canonical.contains('"concerned":')
    return frozenset(db.session.scalars(
        select(AuditEntry.actor_id).where(
            AuditEntry.subject_kind == "complaint", AuditEntry.subject_id == row.id, AuditEntry.action == "change", words,
            AuditEntry.actor_id.is_not(None)).distinct()))


def deciders(row: Complaint, found: dict[int, list[str]] | None = None) -> list[Person]:
    """Active people who may decide complaints, were not involved in this one and did not write that nobody was, by name."""
    out = {*(involved(row) if found is None else found), *cleared_by(row)}
    return [p for p in active_people() if p.can(P.COMPLAINT_DECIDE) and p.id not in out]


def is_late(today: date) -> ColumnElement[bool]:
    """The condition of a complaint that waits longer than its terms allow, for the word of receipt or for the decision."""
    return or_(
        and_(Complaint.status == RECEIVED, Complaint.acknowledge_by < today),
        and_(Complaint.status.in_(COMPLAINT.but(DECIDED, CLOSED)), Complaint.decide_by < today))


def count(*conditions: Any) -> Select[int]:
    """SQL: how many, as far as pages count."""
    return how_many(Complaint, *conditions)


def open_count() -> Select[int]:
    """SQL: how many have not ended."""
    return count(Complaint.status.in_(COMPLAINT.but(CLOSED)))


def late_count() -> Select[int]:
    """SQL: how many are late today."""
    return count(is_late(clock.today()))
