"""How long records are kept, and the disposal of what may go (8.4.2)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person, Signature
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime


@audited("retention-rule", code="kind")
class RetentionRule(Kept):
    """How long records of a kind (the trail's name of it) are kept: `months` from the day they were recorded, 0 for ever; with the
    law, contract or rule that says so. A change is a new row; the newest of a kind holds."""

    __tablename__ = "retention_rule"
    __table_args__ = (Index("ix_retention_rule_kind", "kind", "id"),)

    kind: Mapped[str] = mapped_column(String(60), nullable=False)
    months: Mapped[int] = mapped_column(Integer, nullable=False)
    basis: Mapped[str] = mapped_column(Text, nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()


@audited("disposal")
class Disposal(Record):
    """A proposal to destroy files whose time is over: `status` proposed → approved → done, or refused. `list_sha256` is the hash of
    the list that was proposed; the approval is signed over it."""

    __tablename__ = "disposal"
    __table_args__ = (Index("ix_disposal_status", "status", "id"),)

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    kind: Mapped[str] = mapped_column(String(60), nullable=False)
    before: Mapped[date] = mapped_column(nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    way: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="proposed")
    count: Mapped[int] = mapped_column(Integer, nullable=False)
    size: Mapped[int] = mapped_column(BigInteger, nullable=False)
    list_sha256: Mapped[str] = mapped_column(String(64), nullable=False)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"))
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])
    signature: Mapped[Signature | None] = relationship()
    items: Mapped[list[DisposalItem]] = relationship(back_populates="disposal", order_by="DisposalItem.id")


class DisposalItem(Kept):
    """One file of a proposal, as it was when proposed; `attachment_id` names it without holding it. Written once, and the proposal's
    hash covers it."""

    __tablename__ = "disposal_item"
    __table_args__ = (UniqueConstraint("disposal_id", "attachment_id"),)

    disposal_id: Mapped[int] = mapped_column(ForeignKey("disposal.id"), nullable=False)
    attachment_id: Mapped[int] = mapped_column(Integer, nullable=False, index=True)
    subject_kind: Mapped[str] = mapped_column(String(60), nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    filename: Mapped[str] = mapped_column(String(255), nullable=False)
    sha256: Mapped[str] = mapped_column(String(64), nullable=False)
    size: Mapped[int] = mapped_column(BigInteger, nullable=False)
    attached_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    kept_until: Mapped[date] = mapped_column(nullable=False)

    disposal: Mapped[Disposal] = relationship(back_populates="items")


class DisposalTrace(Kept):
    """What was destroyed: which file of which record, its hash, by which rule, who, when (8.4.2). The database refuses a change."""

    __tablename__ = "disposal_trace"
    __table_args__ = (Index("ix_disposal_trace_subject", "subject_kind", "subject_id"), Index("ix_disposal_trace_disposal", "disposal_id"))

    disposal_id: Mapped[int] = mapped_column(ForeignKey("disposal.id"), nullable=False)
    attachment_id: Mapped[int] = mapped_column(Integer, nullable=False, unique=True)
    subject_kind: Mapped[str] = mapped_column(String(60), nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    what: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    sha256: Mapped[str] = mapped_column(String(64), nullable=False)
    rule_id: Mapped[int] = mapped_column(ForeignKey("retention_rule.id"), nullable=False)
    bytes_gone: Mapped[bool] = mapped_column(nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()
