"""Regulations with their limits, methods with their versions, budgets, decision rules, scope (7.2, 7.6, 7.8.6, 5.3)."""
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Record, UtcDateTime


@audited("uncertainty-budget")
class UncertaintyBudget(Record):
    """Components and the uncertainty they give (7.6). `components` as `metrology.budget` reads them."""

    __tablename__ = "uncertainty_budget"

    code: Mapped[str] = mapped_column(String(60), unique=True, nullable=False)
    quantity: Mapped[str] = mapped_column(String(300), nullable=False)
    unit: Mapped[str] = mapped_column(String(20), nullable=False)
    components: Mapped[list[Any]] = mapped_column(JsonText, nullable=False)
    u_c: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    k: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    u_expanded: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
