"""What a requirement's limit was: every version of it and every confirmation, kept (7.2.1.3, 8.4)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, UtcDateTime
from test_methods.models.regulations import Requirement


@audited("requirement-limit", code=lambda row: row.requirement.code if row.requirement else "", parent=("requirement", "requirement_id"))
class RequirementLimit(Kept):
    """A limit as it was written down once: it holds from `in_force_from` (empty: as long as the edition does), known since `recorded_at`.

    Of two that hold on a day the one in force later stands; of two from the same day the one written later, which corrects it.
    `limit` is a limit of `metrology.limits` as data, {} where nobody has read it off the text.
    """

    __tablename__ = "requirement_limit"

    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"), nullable=False, index=True)
    limit: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    in_force_from: Mapped[date | None] = mapped_column()
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    requirement: Mapped[Requirement] = relationship()
    recorded_by: Mapped[Person | None] = relationship()
    confirmations: Mapped[list[LimitConfirmation]] = relationship(back_populates="limit_row", order_by="LimitConfirmation.id")


@audited(
    "limit-confirmation", code=lambda row: row.limit_row.requirement.code if row.limit_row else "",
    parent=("requirement-limit", "limit_id"),
)
class LimitConfirmation(Kept):
    """An authorised person compared one version of a limit with the official text; known since `recorded_at` (7.8.6.2)."""

    __tablename__ = "limit_confirmation"

    limit_id: Mapped[int] = mapped_column(ForeignKey("requirement_limit.id"), nullable=False, index=True)
    source: Mapped[str] = mapped_column(Text, nullable=False)
    confirmed_on: Mapped[date] = mapped_column(nullable=False)
    confirmed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    limit_row: Mapped[RequirementLimit] = relationship(back_populates="confirmations")
    confirmed_by: Mapped[Person] = relationship()
