"""Enterprises, requests, contract review, items and their custody (7.1, 7.4)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person, Site
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Record, UtcDateTime
from lab_app.samples.models.customers import Customer
from test_methods.models import Method

if TYPE_CHECKING:
    from lab_app.samples.models.items import Sample
    from lab_app.samples.models.prices import QuotationLine
    from lab_app.samples.models.review import ContractReview


@audited("request", code="number")
class TestRequest(Record):
    """What an enterprise asks for. Its state after acceptance is derived from its items and jobs.

    `status`: draft, in_review, accepted, declined, cancelled. `language`: vi, vi+en, en. `public_fields`: what the customer
    lets the public page show by code: any of customer, product, regulations, signatory. `reported_on`: the day the final
    report was issued, told by the room of reports.
    """

    __tablename__ = "test_request"
    __test__ = False
    __table_args__ = (
        Index("ix_test_request_customer", "customer_id", "id"),
        Index("ix_test_request_status", "status", "number"),
        Index("ix_test_request_open", "status", "reported_on", "due_on"),
        Index("ix_test_request_paid", "paid_on", "number"),
    )

    number: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="test")
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), nullable=False)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), nullable=False)
    requested_on: Mapped[date] = mapped_column(nullable=False, index=True)
    due_on: Mapped[date | None] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="draft")
    wants_statement: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="vi+en")
    copies: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    return_items: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    public_fields: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    contract_no: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    paid_on: Mapped[date | None] = mapped_column()
    reported_on: Mapped[date | None] = mapped_column()
    vat_percent: Mapped[Decimal] = mapped_column(DecimalText, nullable=False, default=Decimal("8"))
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    customer: Mapped[Customer] = relationship(lazy="joined")
    site: Mapped[Site] = relationship()
    registered_by: Mapped[Person] = relationship()
    items: Mapped[list[RequestItem]] = relationship(back_populates="request", order_by="RequestItem.id")
    reviews: Mapped[list[ContractReview]] = relationship(back_populates="request", order_by="ContractReview.id")
    quotation: Mapped[list[QuotationLine]] = relationship(back_populates="request", order_by="QuotationLine.id")


@audited("request-item", code="model", parent=("request", "request_id"))
class RequestItem(Record):
    """A kind of item that will be sent: described once, printed everywhere. What the customer states is marked so.

    `supplied`: facts the customer supplies that tests use, `[{"key","label","value","unit"}]` (7.8.2.2).
    The item's file, all stated by the customer: `properties` (`test_methods.properties`: key → value or list), `modes`, `ports`,
    `cables`, `auxiliary` (rows as `samples.item_file.TABLES` describes them), `versions` (hardware, firmware, software). Every change is
    an `ItemFileRevision`; `file_revision` is its number, 0 while nobody has written the file.
    """

    __tablename__ = "request_item"

    request_id: Mapped[int] = mapped_column(ForeignKey("test_request.id"), nullable=False, index=True)
    name: Mapped[str] = mapped_column(String(300), nullable=False)
    name_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    brand: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    model: Mapped[str] = mapped_column(String(120), nullable=False)
    manufacturer: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    origin: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    quantity: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    power: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    supplied: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    properties: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    versions: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    modes: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    ports: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    cables: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    auxiliary: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    file_revision: Mapped[int] = mapped_column(Integer, nullable=False, default=0)

    request: Mapped[TestRequest] = relationship(back_populates="items")
    tests: Mapped[list[RequestedTest]] = relationship(back_populates="item", order_by="RequestedTest.id")
    samples: Mapped[list[Sample]] = relationship(back_populates="item", order_by="Sample.id")


@audited("requested-test", code=lambda row: row.method.code if row.method else str(row.method_id), parent=("request", "request_id"))
class RequestedTest(Record):
    """A method wanted for an item. `subcontracted` names the outside laboratory and the customer's consent (7.1.1 c).

    `reason`: why it stands in the plan, in the words of the proposal that was accepted; empty when the customer named the method.
    """

    __tablename__ = "requested_test"
    __table_args__ = (UniqueConstraint("item_id", "method_id"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("test_request.id"), nullable=False, index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("request_item.id"), nullable=False)
    method_id: Mapped[int] = mapped_column(ForeignKey("method.id"), nullable=False)
    subcontracted: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")

    item: Mapped[RequestItem] = relationship(back_populates="tests")
    method: Mapped[Method] = relationship(lazy="joined")
