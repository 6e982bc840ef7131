"""Enterprises, requests, contract review, items and their custody (7.1, 7.4)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime
from lab_app.samples.models.requests import TestRequest
from test_methods.models import Method


@audited("contract-review", code="number", parent=("request", "request_id"))
class ContractReview(Record):
    """The review of a request (7.1.1). A changed request is reviewed again; earlier reviews stay (7.1.6, 7.1.8).

    `checks`: answers to the five questions, `{key: {"answer": "yes|no|na", "note": …}}`, keys: requirements, capability,
    methods, decision_rule, subcontracting. `methods` also holds `replies` (method code → what the customer answered when told
    that the edition asked for is replaced, 7.1.2), `subcontracting` `consents` (method code → the customer's consent,
    7.1.1 c). `reporting`: what was agreed of the report: `{"simplified": true, "agreed_by", "agreed_on", "evidence"}` (7.8.1.3).
    `outcome`: open, accepted, declined. `questions`: `[{"q","a"}]`, open while "a" is
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

    `parameter_codes` empty means every parameter of the method that has no line of its own. `rehearsed` says which replay of
    earlier results the customer was shown before agreeing; empty when none was.
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
    rehearsed: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    review: Mapped[ContractReview] = relationship(back_populates="rules")
    method: Mapped[Method] = relationship()
