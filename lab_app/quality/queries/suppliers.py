"""Suppliers and whether they are approved for a service on a day, as known at a moment (6.6)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.quality.models import Supplier, SupplierApproval


def standing_approval(service: str, on: date, known_at: datetime) -> ColumnElement[bool]:
    """The condition of an approval that covers a day for a service, as known at a moment; an end counts once it was recorded."""
    still = or_(
        SupplierApproval.ended_on.is_(None), SupplierApproval.ended_on > on, SupplierApproval.ended_recorded_at > known_at,
    )
    return and_(
        SupplierApproval.service == service, SupplierApproval.valid_from <= on, SupplierApproval.until > on,
        SupplierApproval.recorded_at <= known_at, still,
    )


def approved_suppliers(service: str, on: date, known_at: datetime) -> list[Supplier]:
    """Suppliers approved for a service on a day, by name."""
    approved = select(SupplierApproval.supplier_id).where(standing_approval(service, on, known_at))
    return list(db.session.scalars(select(Supplier).where(Supplier.id.in_(approved)).order_by(Supplier.name)))


def supplier_approved(supplier_id: int, service: str, on: date, known_at: datetime) -> bool:
    """Whether a supplier is approved for a service on a day, as known at a moment."""
    query = select(SupplierApproval.id).where(
        SupplierApproval.supplier_id == supplier_id, standing_approval(service, on, known_at)
    ).limit(1)
    return db.session.scalar(query) is not None


def all_suppliers() -> list[Supplier]:
    """All suppliers, by name."""
    return list(db.session.scalars(select(Supplier).order_by(Supplier.name)))


def supplier_by_code(code: str) -> Supplier | None:
    """The supplier with this code, with its approvals and who gave them."""
    person: Any = joinedload(SupplierApproval.person).lazyload(Person.roles)
    return db.session.scalar(
        select(Supplier).where(Supplier.code == code).options(selectinload(Supplier.approvals).options(person))
    )


def approval_of(supplier: Supplier, approval_id: int) -> SupplierApproval | None:
    """An approval of this supplier, by its key."""
    return next((a for a in supplier.approvals if a.id == approval_id), None)


def approvals_of(supplier_ids: list[int]) -> dict[int, list[SupplierApproval]]:
    """The approvals of some suppliers, latest until last; one statement."""
    found: dict[int, list[SupplierApproval]] = {ident: [] for ident in supplier_ids}
    query = select(SupplierApproval).where(SupplierApproval.supplier_id.in_(supplier_ids)).order_by(SupplierApproval.until)
    for row in db.session.scalars(query):
        found[row.supplier_id].append(row)
    return found
