"""A rehearsal of decision rules that a customer saw before agreeing to one (7.1.3)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, UtcDateTime
from lab_app.samples.models import TestRequest
from test_methods.models import Method


@audited("rule-rehearsal", parent=("request", "request_id"))
class RuleRehearsal(Kept):
    """What was shown: `shown` holds the earlier results by reading, the verdict each rule gives, the counts and the risks.

    Later results and later rules do not change it. `shown_to` is the person of the customer, `shown_on` the day.
    """

    __tablename__ = "rule_rehearsal"

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    request_id: Mapped[int] = mapped_column(ForeignKey("test_request.id"), nullable=False, index=True)
    method_id: Mapped[int] = mapped_column(ForeignKey("method.id"), nullable=False)
    parameter_code: Mapped[str] = mapped_column(String(60), nullable=False)
    shown: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    shown_to: Mapped[str] = mapped_column(String(200), nullable=False)
    shown_on: Mapped[date] = mapped_column(nullable=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    request: Mapped[TestRequest] = relationship()
    method: Mapped[Method] = relationship()
    by: Mapped[Person] = relationship()
