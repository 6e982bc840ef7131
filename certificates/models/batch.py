"""Many papers issued by one decision: the batch, signed once, and its papers, each all or nothing (7.8.1.1)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certificates.models.report import Report
from lab_app.accounts.models import Person, Signature
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime
from lab_app.samples.models import TestRequest


@audited("issue-batch")
class IssueBatch(Record):
    """Papers that one signatory issues together.

    `status`: checking (each draft is made and hashed), ready (waits for the signature), issuing, done, stopped. `reasons`: letter of
    7.8.2.1 → stated reason, for the papers that need it. `deliver`: the papers are mailed afterwards. `signature_id`: the one signature,
    over the list of requests with the hash of each draft.
    """

    __tablename__ = "issue_batch"
    __table_args__ = (Index("ix_issue_batch_status", "status", "id"),)

    code: Mapped[str] = mapped_column(String(20), unique=True, nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="checking")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    issued_on: Mapped[date] = mapped_column(nullable=False)
    reasons: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    deliver: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("signature.id"))
    stopped_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship()
    signature: Mapped[Signature | None] = relationship()


class BatchItem(Kept):
    """One paper of a batch and how far its work is. The record of what was issued is the report; this row, like a job's, is work.

    `state`: waiting, ready (checked, `shown_sha256` is the hash of its draft), blocked (`says` why), left_out, issuing (number taken),
    issued, void (the number was given up), refused (a rule stood in the way when its turn came; no number taken), skipped (stopped).
    """

    __tablename__ = "issue_batch_item"
    __table_args__ = (
        UniqueConstraint("batch_id", "request_id"), Index("ix_issue_batch_item_state", "batch_id", "state", "position"),
        Index("ix_issue_batch_item_position", "position"),
    )

    batch_id: Mapped[int] = mapped_column(ForeignKey("issue_batch.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    request_id: Mapped[int] = mapped_column(ForeignKey("test_request.id"), nullable=False, index=True)
    state: Mapped[str] = mapped_column(String(20), nullable=False, default="waiting")
    shown_sha256: Mapped[str] = mapped_column(String(64), nullable=False, default="")
    results: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    verdict: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    says: Mapped[str] = mapped_column(Text, nullable=False, default="")
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), unique=True)
    delivery: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    delivery_says: Mapped[str] = mapped_column(Text, nullable=False, default="")

    batch: Mapped[IssueBatch] = relationship()
    request: Mapped[TestRequest] = relationship()
    report: Mapped[Report | None] = relationship()
