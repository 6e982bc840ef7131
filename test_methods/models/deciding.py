"""Regulations with their limits, methods with their versions, budgets, decision rules, scope (7.2, 7.6, 7.8.6, 5.3)."""
from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Record


@audited("decision-rule")
class DecisionRule(Record):
    """A decision rule an enterprise can agree to (7.8.6.1). `definition` is the rule as `metrology.decision` reads it."""

    __tablename__ = "decision_rule"

    code: Mapped[str] = mapped_column(String(40), unique=True, nullable=False)
    name_vi: Mapped[str] = mapped_column(String(300), nullable=False)
    name_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    definition: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    risk_vi: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    risk_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
