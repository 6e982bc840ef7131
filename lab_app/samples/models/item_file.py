"""The history of an item's file, and what was answered to the tests proposed from it (7.4, 7.1.1)."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, UtcDateTime
from test_methods.models import Method, Regulation


@audited("item-file", code=lambda row: f"r{row.number}", parent=("request-item", "item_id"))
class ItemFileRevision(Kept):
    """One state of an item's file, whole, as it stood from `changed_at` on. The newest is repeated on the item itself.

    `changed`: names of the parts that differ from the revision before. `asks`: the item itself was changed (not merely described
    better), so that every result measured before `changed_at` must be answered for: it stands, or it is measured again.
    """

    __tablename__ = "item_file_revision"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("request_item.id"), nullable=False)
    number: Mapped[int] = mapped_column(Integer, nullable=False)
    content: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    changed: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    asks: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    recorded_by: Mapped[Person] = relationship()


@audited("proposal-answer", code=lambda row: row.decision, parent=("request-item", "item_id"))
class ProposalAnswer(Kept):
    """What was answered to a test proposed for an item: accepted or declined, why it was proposed, why it was declined.

    The newest answer for a regulation and method counts. `method_id` is None where the laboratory has no method for the regulation.
    """

    __tablename__ = "proposal_answer"
    __table_args__ = (Index("ix_proposal_answer_item", "item_id", "id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("request_item.id"), nullable=False)
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"), nullable=False)
    method_id: Mapped[int | None] = mapped_column(ForeignKey("method.id"))
    decision: Mapped[str] = mapped_column(String(20), nullable=False)
    proposed_because: Mapped[str] = mapped_column(Text, nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    regulation: Mapped[Regulation] = relationship()
    method: Mapped[Method | None] = relationship()
    decided_by: Mapped[Person] = relationship()
