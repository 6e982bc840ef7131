"""What is bought from outside: criteria and evaluations of suppliers, who of ours is close to one, orders, incoming checks (6.6)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Kept, Record, UtcDateTime
from lab_app.quality.models import Supplier


@audited("supplier-tie", code=lambda _row: "", parent=("supplier", "supplier_id"))
class SupplierTie(Record):
    """That a person of ours is close to a supplier from a day on: its contact, a relative there, an owner, somebody who worked there.
    Such a person approves, evaluates and accepts nothing of it (4.1.4, 6.6.2)."""

    __tablename__ = "supplier_tie"
    __table_args__ = (Index("ix_supplier_tie_supplier", "supplier_id", "person_id"),)

    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    relation: Mapped[str] = mapped_column(String(20), nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    since: Mapped[date] = mapped_column(nullable=False)
    ended_on: Mapped[date | None] = mapped_column()
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


@audited("supplier-criterion", code=lambda _row: "")
class SupplierCriterion(Record):
    """One thing that suppliers of a service are judged by (6.6.2 b): marks 0 to 5, counted `weight` times; less than `minimum` is not
    suitable whatever the rest. Ended, it is asked no more; evaluations keep what they were made by."""

    __tablename__ = "supplier_criterion"
    __table_args__ = (Index("ix_supplier_criterion_service", "service", "ended_on"),)

    service: Mapped[str] = mapped_column(String(30), nullable=False)
    name_vi: Mapped[str] = mapped_column(String(200), nullable=False)
    name_en: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    weight: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    minimum: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    ended_on: Mapped[date | None] = mapped_column()
    set_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)


@audited("supplier-evaluation", code=lambda _row: "", parent=("supplier", "supplier_id"))
class SupplierEvaluation(Kept):
    """An evaluation of a supplier for a service on a day (6.6.2). `kind`: first, again, monitoring. `marks`: what was asked then, with
    weight, minimum, mark and words. `score` in % of what could be reached. `outcome`: suitable, conditional, unsuitable."""

    __tablename__ = "supplier_evaluation"
    __table_args__ = (
        Index("ix_supplier_evaluation_supplier", "supplier_id", "service", "done_on"), Index("ix_supplier_evaluation_next", "next_on"),
    )

    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), nullable=False)
    service: Mapped[str] = mapped_column(String(30), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    done_on: Mapped[date] = mapped_column(nullable=False)
    marks: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    score: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    outcome: Mapped[str] = mapped_column(String(20), nullable=False)
    conclusion: Mapped[str] = mapped_column(Text, nullable=False)
    action: Mapped[str] = mapped_column(Text, nullable=False, default="")
    next_on: Mapped[date] = mapped_column(nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    supplier: Mapped[Supplier] = relationship()
    person: Mapped[Person] = relationship()


@audited("purchase-order")
class PurchaseOrder(Record):
    """An order to a supplier with the four things it is told (6.6.3): `product`, `acceptance`, `competence`, `premises`.

    `status`: draft, sent, received, closed, cancelled. `subject_*`: the record it is for (an instrument), by kind, id and code."""

    __tablename__ = "purchase_order"
    __table_args__ = (Index("ix_purchase_order_status", "status", "id"), Index("ix_purchase_order_supplier", "supplier_id", "id"))

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), nullable=False)
    service: Mapped[str] = mapped_column(String(30), nullable=False)
    title: Mapped[str] = mapped_column(String(300), nullable=False)
    product: Mapped[str] = mapped_column(Text, nullable=False, default="")
    acceptance: Mapped[str] = mapped_column(Text, nullable=False, default="")
    competence: Mapped[str] = mapped_column(Text, nullable=False, default="")
    premises: Mapped[str] = mapped_column(Text, nullable=False, default="")
    subject_kind: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    subject_code: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    needed_on: Mapped[date | None] = mapped_column()
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="draft")
    sent_on: Mapped[date | None] = mapped_column()
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    supplier: Mapped[Supplier] = relationship()
    written_by: Mapped[Person] = relationship()


@audited("incoming-check")
class IncomingCheck(Record):
    """Something that came from outside, and whether it may be used (6.6.2 c). `kind`: goods, service, certificate. `mark`: lot, serial
    or certificate number. `points`: what was looked at, with its answer. `status`: waiting, accepted, rejected, in_use, sent_back."""

    __tablename__ = "incoming_check"
    __table_args__ = (
        Index("ix_incoming_check_status", "status", "id"), Index("ix_incoming_check_supplier", "supplier_id", "id"),
        Index("ix_incoming_check_subject", "subject_kind", "subject_id", "status"), Index("ix_incoming_check_order", "order_id"),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), nullable=False)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_order.id"))
    title: Mapped[str] = mapped_column(String(300), nullable=False)
    mark: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    subject_kind: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    subject_code: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    received_on: Mapped[date] = mapped_column(nullable=False)
    expires_on: Mapped[date | None] = mapped_column()
    points: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="waiting")
    decision: Mapped[str] = mapped_column(Text, nullable=False, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_from: Mapped[date | None] = mapped_column()
    used_for: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    received_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    supplier: Mapped[Supplier] = relationship()
    order: Mapped[PurchaseOrder | None] = relationship()
    received_by: Mapped[Person] = relationship(foreign_keys=[received_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
