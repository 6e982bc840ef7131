"""Enterprises, requests, contract review, items and their custody (7.1, 7.4)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person, Site
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Kept, Record, UtcDateTime
from test_methods.models import Method


@audited("customer")
class Customer(Record):
    """An enterprise that asks for tests. `tax_code` has 10 digits, or 10-3 for a branch, check digit verified."""

    __tablename__ = "customer"

    code: Mapped[str] = mapped_column(String(20), unique=True, nullable=False)
    name: Mapped[str] = mapped_column(String(300), nullable=False, index=True)
    name_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    tax_code: Mapped[str] = mapped_column(String(14), unique=True, nullable=False)
    address: Mapped[str] = mapped_column(String(400), nullable=False)
    address_en: Mapped[str] = mapped_column(String(400), nullable=False, default="")
    contact: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    phone: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    email: Mapped[str] = mapped_column(String(255), nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now, index=True)


@audited("request", code="number")
class TestRequest(Record):
    """What an enterprise asks for. Its state after acceptance is derived from its items and jobs.

    `status`: draft, in_review, accepted, declined, cancelled. `language`: vi, vi+en. `public_fields`: what the customer
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

    request: Mapped[TestRequest] = relationship(back_populates="items")
    tests: Mapped[list[RequestedTest]] = relationship(back_populates="item", order_by="RequestedTest.id")
    samples: Mapped[list[Sample]] = relationship(back_populates="item", order_by="Sample.id")


@audited("requested-test", code=lambda row: row.method.code if row.method else str(row.method_id), parent=("request", "request_id"))
class RequestedTest(Record):
    """A method wanted for an item. `subcontracted` names the outside laboratory and the customer's consent (7.1.1 c)."""

    __tablename__ = "requested_test"
    __table_args__ = (UniqueConstraint("item_id", "method_id"),)

    request_id: Mapped[int] = mapped_column(ForeignKey("test_request.id"), nullable=False, index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("request_item.id"), nullable=False)
    method_id: Mapped[int] = mapped_column(ForeignKey("method.id"), nullable=False)
    subcontracted: Mapped[str] = mapped_column(String(300), nullable=False, default="")

    item: Mapped[RequestItem] = relationship(back_populates="tests")
    method: Mapped[Method] = relationship(lazy="joined")


@audited("contract-review", code="number", parent=("request", "request_id"))
class ContractReview(Record):
    """The review of a request (7.1.1). A changed request is reviewed again; earlier reviews stay (7.1.6, 7.1.8).

    `checks`: answers to the five questions, `{key: {"answer": "yes|no|na", "note": …}}`, keys: requirements, capability,
    methods, decision_rule, subcontracting. `methods` also holds `replies` (method code → what the customer answered when told
    that the edition asked for is replaced, 7.1.2), `subcontracting` `consents` (method code → the customer's consent,
    7.1.1 c). `outcome`: open, accepted, declined. `questions`: `[{"q","a"}]`, open while "a" is
    empty (7.1.4). `deviations`: what differs from the request or the method and the customer's answer.
    """

    __tablename__ = "contract_review"

    number: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    request_id: Mapped[int] = mapped_column(ForeignKey("test_request.id"), nullable=False, index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    checks: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    deviations: Mapped[str] = mapped_column(Text, nullable=False, default="")
    outcome: Mapped[str] = mapped_column(String(20), nullable=False, default="open")
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    reviewed_on: Mapped[date | None] = mapped_column()
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    request: Mapped[TestRequest] = relationship(back_populates="reviews")
    reviewer: Mapped[Person] = relationship()
    rules: Mapped[list[AgreedRule]] = relationship(back_populates="review", order_by="AgreedRule.id")


@audited("agreed-rule", code="rule_code", parent=("contract-review", "review_id"))
class AgreedRule(Kept):
    """A decision rule agreed with the customer before the work (7.1.3), frozen: its definition is copied here.

    `parameter_codes` empty means every parameter of the method that has no line of its own.
    """

    __tablename__ = "agreed_rule"

    review_id: Mapped[int] = mapped_column(ForeignKey("contract_review.id"), nullable=False, index=True)
    method_id: Mapped[int] = mapped_column(ForeignKey("method.id"), nullable=False)
    parameter_codes: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    rule_code: Mapped[str] = mapped_column(String(40), nullable=False)
    rule: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    agreed_by: Mapped[str] = mapped_column(String(200), nullable=False)
    agreed_on: Mapped[date] = mapped_column(nullable=False)
    evidence: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    review: Mapped[ContractReview] = relationship(back_populates="rules")
    method: Mapped[Method] = relationship()


@audited("price")
class PriceItem(Record):
    """A line of the price list: what a method costs, from a day on, in đồng before VAT."""

    __tablename__ = "price_item"
    __table_args__ = (UniqueConstraint("method_id", "valid_from"),)

    code: Mapped[str] = mapped_column(String(40), nullable=False)
    method_id: Mapped[int] = mapped_column(ForeignKey("method.id"), nullable=False)
    amount: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    valid_from: Mapped[date] = mapped_column(nullable=False)

    method: Mapped[Method] = relationship()


@audited("quotation-line", code="text", parent=("quotation", "request_id"))
class QuotationLine(Record):
    """A line of a request's quotation, in đồng before VAT. Its history stands apart from the request's: prices are not for everybody."""

    __tablename__ = "quotation_line"

    request_id: Mapped[int] = mapped_column(ForeignKey("test_request.id"), nullable=False, index=True)
    text: Mapped[str] = mapped_column(String(300), nullable=False)
    quantity: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    unit_price: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)

    request: Mapped[TestRequest] = relationship(back_populates="quotation")


@audited("sample")
class Sample(Record):
    """An item received (7.4). Its code is given once and never reused.

    `checks`: the condition checklist `{key: {"ok": bool, "note": …}}`, keys: intact, complete, matches, documents, safe.
    A deviating item (`deviation` not empty) waits for the customer's recorded answer (7.4.3).
    `status`: received, in_use, stored, returned, disposed. `instrument_id`: an instrument of our own, calibrated in house.
    """

    __tablename__ = "sample"
    __table_args__ = (
        Index("ix_sample_status", "status", "received_at"),
        Index("ix_sample_deviating", "received_at", sqlite_where=text("deviation != ''"), postgresql_where=text("deviation != ''")),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    request_id: Mapped[int] = mapped_column(ForeignKey("test_request.id"), nullable=False, index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("request_item.id"), nullable=False, index=True)
    instrument_id: Mapped[int | None] = mapped_column(ForeignKey("instrument.id"), index=True)
    serial: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    hardware: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    firmware: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, index=True)
    received_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    brought_by: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    sampled_by: Mapped[str] = mapped_column(String(20), nullable=False, default="customer")
    condition: Mapped[str] = mapped_column(Text, nullable=False, default="")
    checks: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    accessories: Mapped[str] = mapped_column(Text, nullable=False, default="")
    deviation: Mapped[str] = mapped_column(Text, nullable=False, default="")
    storage: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    storage_conditions: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="received")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    request: Mapped[TestRequest] = relationship()
    item: Mapped[RequestItem] = relationship(back_populates="samples", lazy="joined")
    received_by: Mapped[Person] = relationship()
    custody: Mapped[list[CustodyEvent]] = relationship(back_populates="sample", order_by="CustodyEvent.at, CustodyEvent.id")
    answers: Mapped[list[DeviationAnswer]] = relationship(back_populates="sample", order_by="DeviationAnswer.id")
    firmware_changes: Mapped[list[FirmwareChange]] = relationship(
        order_by="FirmwareChange.changed_at, FirmwareChange.id", viewonly=True
    )


@audited("deviation-answer", code=lambda _row: "", parent=("sample", "sample_id"))
class DeviationAnswer(Kept):
    """What the customer answered about a deviating item: proceed, replace, withdraw (7.4.3)."""

    __tablename__ = "deviation_answer"

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), nullable=False, index=True)
    decision: Mapped[str] = mapped_column(String(20), nullable=False)
    answered_by: Mapped[str] = mapped_column(String(200), nullable=False)
    answered_on: Mapped[date] = mapped_column(nullable=False)
    text: Mapped[str] = mapped_column(Text, nullable=False)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    sample: Mapped[Sample] = relationship(back_populates="answers")
    recorded_by: Mapped[Person] = relationship()


@audited("firmware-change", code="firmware", parent=("sample", "sample_id"))
class FirmwareChange(Kept):
    """The item's firmware was changed at a moment, by whom, why: readings before and after belong to different versions."""

    __tablename__ = "firmware_change"

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), nullable=False, index=True)
    firmware: Mapped[str] = mapped_column(String(60), nullable=False)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    by: Mapped[str] = mapped_column(String(200), nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    recorded_by: Mapped[Person] = relationship()


@audited("custody", code=lambda _row: "", parent=("sample", "sample_id"))
class CustodyEvent(Kept):
    """A move of an item: from whom, to whom, where, when (7.4.1). Made by scanning the label.

    `kind`: received, handed_over, stored, taken, returned, disposed.
    """

    __tablename__ = "custody_event"
    __table_args__ = (Index("ix_custody_event_sample_at", "sample_id", "at"),)

    sample_id: Mapped[int] = mapped_column(ForeignKey("sample.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    from_text: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    to_text: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    place: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    sample: Mapped[Sample] = relationship(back_populates="custody")
    to_person: Mapped[Person | None] = relationship(foreign_keys=[to_person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
