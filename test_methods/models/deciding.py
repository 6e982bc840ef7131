"""Decision rules (7.8.6)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Record, UtcDateTime


@audited("decision-rule")
class DecisionRule(Record):
    """A decision rule an enterprise can agree to (7.8.6.1). `definition` is the rule as `metrology.decision` reads it.

    A rule is never changed: another one has another code. `inherent_in` names the regulation and clause that bring the rule with
    them (then nobody chooses it); a retired rule is agreed to no more and stays readable.
    """

    __tablename__ = "decision_rule"

    code: Mapped[str] = mapped_column(String(40), unique=True, nullable=False)
    name_vi: Mapped[str] = mapped_column(String(300), nullable=False)
    name_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    definition: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    risk_vi: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    risk_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    inherent_in: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    retired_on: Mapped[date | None] = mapped_column()
    retired_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=clock.now)
