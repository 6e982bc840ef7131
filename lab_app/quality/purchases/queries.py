"""Questions about buying: criteria, evaluations, ties, what of ours is not accepted yet (6.6)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.quality.models import Supplier, SupplierApproval
from lab_app.quality.purchases import rules
from lab_app.quality.purchases.models import (
    IncomingCheck,
    PurchaseOrder,
    SupplierCriterion,
    SupplierEvaluation,
    SupplierTie,
)
from lab_app.quality.purchases.workflow import CloseFacts, EvaluatedFacts, IncomingFacts
from lab_app.quality.rules import SUPPLIER_SERVICES


def criteria(service: str = "") -> list[SupplierCriterion]:
    """What suppliers are judged by today, of one service or of all, in the order they were set."""
    query = select(SupplierCriterion).where(SupplierCriterion.ended_on.is_(None))
    if service:
        query = query.where(SupplierCriterion.service == service)
    return list(db.session.scalars(query.order_by(SupplierCriterion.service, SupplierCriterion.id)))


def ties(supplier_id: int) -> list[SupplierTie]:
    """Who of ours is or was close to a supplier, newest first."""
    query = select(SupplierTie).where(SupplierTie.supplier_id == supplier_id).options(joinedload(SupplierTie.person))
    return list(db.session.scalars(query.order_by(SupplierTie.id.desc())))


def close_facts(supplier: Supplier, person_id: int, on: date) -> CloseFacts:
    """Facts of gate *not-own-supplier* about a person on a day."""
    person = db.session.get_one(Person, person_id)
    query = select(SupplierTie.relation).where(
        SupplierTie.supplier_id == supplier.id, SupplierTie.person_id == person_id, SupplierTie.since <= on,
        or_(SupplierTie.ended_on.is_(None), SupplierTie.ended_on > on))
    relations = tuple(str(rules.RELATIONS[r]) for r in db.session.scalars(query.order_by(SupplierTie.id)))
    return CloseFacts(supplier.name, supplier.code, person.full_name, relations, named(supplier.contact, person_id))


def named(contact: str, person_id: int) -> bool:
    """Whether a contact line names a person of ours."""
    person = db.session.get_one(Person, person_id)
    return rules.named_in(contact, person.full_name, person.email)


def evaluated_facts(supplier: Supplier, service: str, on: date) -> EvaluatedFacts:
    """Facts of gate *supplier-evaluated* for an approval from a day."""
    asked = int(db.session.scalar(
        select(func.count()).select_from(SupplierCriterion)
        .where(SupplierCriterion.service == service, SupplierCriterion.ended_on.is_(None))) or 0)
    newest = db.session.scalar(
        select(SupplierEvaluation).where(SupplierEvaluation.supplier_id == supplier.id, SupplierEvaluation.service == service)
        .order_by(SupplierEvaluation.done_on.desc(), SupplierEvaluation.id.desc()).limit(1))
    facts = (supplier.name, supplier.code, str(SUPPLIER_SERVICES[service]), on, asked)
    if newest is None:
        return EvaluatedFacts(*facts)
    return EvaluatedFacts(*facts, newest.done_on, rules.evaluation_stands(newest.done_on, on), newest.outcome)


def evaluations(supplier_id: int) -> list[SupplierEvaluation]:
    """A supplier's evaluations, newest first."""
    query = select(SupplierEvaluation).where(SupplierEvaluation.supplier_id == supplier_id)
    query = query.options(joinedload(SupplierEvaluation.person).lazyload(Person.roles))
    return list(db.session.scalars(query.order_by(SupplierEvaluation.done_on.desc(), SupplierEvaluation.id.desc()).limit(200)))


def newest_evaluation(supplier_id: int, service: str) -> SupplierEvaluation | None:
    """The newest evaluation of a supplier for a service."""
    return next((e for e in evaluations(supplier_id) if e.service == service), None)


def overdue_evaluation(on: date, today: date) -> ColumnElement[bool]:
    """The condition of an evaluation whose next one should be made by a day and was not, of a supplier approved today."""
    newer = aliased(SupplierEvaluation)
    approved = select(SupplierApproval.id).where(
        SupplierApproval.supplier_id == SupplierEvaluation.supplier_id, SupplierApproval.service == SupplierEvaluation.service,
        SupplierApproval.valid_from <= today, SupplierApproval.until > today, SupplierApproval.ended_on.is_(None)).exists()
    later = select(newer.id).where(
        newer.supplier_id == SupplierEvaluation.supplier_id, newer.service == SupplierEvaluation.service,
        newer.id > SupplierEvaluation.id).exists()
    return and_(SupplierEvaluation.next_on <= on, ~later, approved)


def due_evaluations(on: date, today: date) -> list[SupplierEvaluation]:
    """Evaluations to be made anew by a day, of suppliers still approved, the longest waiting first."""
    query = select(SupplierEvaluation).where(overdue_evaluation(on, today)).options(joinedload(SupplierEvaluation.supplier))
    return list(db.session.scalars(query.order_by(SupplierEvaluation.next_on).limit(500)))


def running_out(on: date, within: timedelta) -> list[SupplierApproval]:
    """Approvals that run out within a time from a day and have no follower yet."""
    following = aliased(SupplierApproval)
    follows = select(following.id).where(
        following.supplier_id == SupplierApproval.supplier_id, following.service == SupplierApproval.service,
        following.until > SupplierApproval.until, following.ended_on.is_(None)).exists()
    query = select(SupplierApproval).where(
        SupplierApproval.until > on, SupplierApproval.until <= on + within, SupplierApproval.ended_on.is_(None), ~follows)
    return list(db.session.scalars(query.options(joinedload(SupplierApproval.supplier)).order_by(SupplierApproval.until).limit(500)))


# ---- orders and what arrives ---------------------------------------------------------------------------------------


def orders() -> Select[Any]:
    """Orders with their supplier, ready for a list."""
    return select(PurchaseOrder).options(joinedload(PurchaseOrder.supplier))


def order_by_code(code: str) -> PurchaseOrder | None:
    """The order with this code, with who wrote it."""
    who: Any = joinedload(PurchaseOrder.written_by).lazyload(Person.roles)
    return db.session.scalar(select(PurchaseOrder).where(PurchaseOrder.code == code).options(joinedload(PurchaseOrder.supplier), who))


def checks() -> Select[Any]:
    """What arrived, with its supplier, ready for a list."""
    return select(IncomingCheck).options(joinedload(IncomingCheck.supplier))


def check_by_code(code: str) -> IncomingCheck | None:
    """The incoming check with this code, with its people, supplier and order."""
    return db.session.scalar(select(IncomingCheck).where(IncomingCheck.code == code).options(
        joinedload(IncomingCheck.supplier), joinedload(IncomingCheck.order),
        *(joinedload(who).lazyload(Person.roles) for who in (IncomingCheck.received_by, IncomingCheck.decided_by))))


def checks_of_order(order_id: int) -> list[IncomingCheck]:
    """What arrived on an order."""
    return list(db.session.scalars(select(IncomingCheck).where(IncomingCheck.order_id == order_id).order_by(IncomingCheck.id)))


def checks_about(kind: str, subject_id: int) -> list[IncomingCheck]:
    """What arrived for one of our records (an instrument), newest first."""
    query = select(IncomingCheck).where(IncomingCheck.subject_kind == kind, IncomingCheck.subject_id == subject_id)
    return list(db.session.scalars(query.order_by(IncomingCheck.id.desc()).limit(20)))


def any_about_instrument(row: Any) -> Any:
    """SQL: whether anything arrived for an instrument."""
    return select(IncomingCheck.id).where(IncomingCheck.subject_kind == "instrument", IncomingCheck.subject_id == row.id).exists()


def checks_of_supplier(supplier_id: int) -> list[IncomingCheck]:
    """What arrived from a supplier lately, newest first."""
    query = select(IncomingCheck).where(IncomingCheck.supplier_id == supplier_id)
    return list(db.session.scalars(query.order_by(IncomingCheck.id.desc()).limit(20)))


def arrived(supplier_id: int, since: date) -> tuple[int, int]:
    """How much arrived from a supplier since a day and was decided, and how much of it was rejected."""
    decided = IncomingCheck.decided_at.is_not(None)
    bad = func.count().filter(decided, IncomingCheck.status.in_(("rejected", "sent_back")))
    row = db.session.execute(
        select(func.count().filter(decided), bad).where(IncomingCheck.supplier_id == supplier_id, IncomingCheck.received_on >= since)
    ).one()
    return int(row[0]), int(row[1])


def incoming_facts(
    what: str, found: Sequence[IncomingCheck], on: date, *, unchecked: bool = False,
) -> IncomingFacts:
    """Facts of gate *incoming-accepted* from the checks of something."""
    past = [c.expires_on for c in found if c.expires_on is not None and c.expires_on <= on]
    return IncomingFacts(
        what, tuple(c.code for c in found if c.status == "waiting"), tuple(c.code for c in found if c.status in ("rejected", "sent_back")),
        min(past) if past else None, unchecked)


def subject_incoming(what: str, kind: str, subject_id: int, on: date, *, mark: str | None = None) -> IncomingFacts:
    """Facts of gate *incoming-accepted* about one of our records: goods and services that arrived for it, or, with `mark`, the
    certificate of that number. What was rejected and sent back no longer counts once something newer of its kind was accepted."""
    found = checks_about(kind, subject_id)
    if mark is not None:
        of_kind = [c for c in found if c.kind == "certificate" and c.mark in ("", mark)]
    else:
        of_kind = [c for c in found if c.kind != "certificate"]
    standing: list[IncomingCheck] = []
    for row in of_kind:  # newest first: an accepted one closes what came before it
        standing.append(row)
        if row.status in ("accepted", "in_use"):
            break
    return incoming_facts(what, standing, on)
