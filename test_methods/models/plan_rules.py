"""Rules that propose tests from what a product is, as effective-dated data (7.1.1, 7.2.1)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Record, UtcDateTime


@audited("plan-rule")
class PlanRule(Record):
    """A product with these properties is tested by this regulation (`effect`: propose) or is exempt from it (exempt).

    `conditions`: `[{"property","operator","value"}]`, all of which must hold (`rules.plan_rules`). `regulation`: the family without
    its year (`QCVN 54`); the edition in force on the day is found when the rule is asked. `source`: the circular or list the rule
    comes from; `confirmed`: where an authorised person compared it, empty while nobody has. The rule counts from `in_force_from` on;
    `in_force_to` is the first day on which it no longer counts; open when empty.
    """

    __tablename__ = "plan_rule"
    __table_args__ = (Index("ix_plan_rule_regulation", "regulation"),)

    code: Mapped[str] = mapped_column(String(40), unique=True, nullable=False)
    regulation: Mapped[str] = mapped_column(String(80), nullable=False)
    effect: Mapped[str] = mapped_column(String(20), nullable=False, default="propose")
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False)
    reason_vi: Mapped[str] = mapped_column(Text, nullable=False)
    reason_en: Mapped[str] = mapped_column(Text, nullable=False, default="")
    source: Mapped[str] = mapped_column(Text, nullable=False, default="")
    confirmed: Mapped[str] = mapped_column(Text, nullable=False, default="")
    in_force_from: Mapped[date | None] = mapped_column()
    in_force_to: Mapped[date | None] = mapped_column()
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
