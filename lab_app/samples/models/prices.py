"""Enterprises, requests, contract review, items and their custody (7.1, 7.4)."""
from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, Record
from lab_app.samples.models.requests import TestRequest
from test_methods.models import Method


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
