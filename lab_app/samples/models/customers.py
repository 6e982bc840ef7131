"""Enterprises, requests, contract review, items and their custody (7.1, 7.4)."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Record, UtcDateTime


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
