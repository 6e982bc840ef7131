"""Complaints with all that is said and found about them (7.9), and the terms on which the laboratory handles them (7.9.1, 7.9.2)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime, stamp
from lab_app.quality.models import Nonconformity

#: Who complained is told to nobody by the trail either (4.2.3).
SOURCE_FIELDS = ("from_name", "from_organisation", "from_email", "from_phone")


@audited("complaint", secret=(*SOURCE_FIELDS, "token_hash", "nonce"))
class Complaint(Record):
    """A complaint (7.9). `status`: received, acknowledged, investigating, decided, closed.

    `channel`: form, email, phone, letter, person. `role` of who complains: customer, other. `confidential`: who complained is shown to
    those who handle complaints alone (4.2.3). `about`: the number that the complainant typed. `concerned` are people named by hand,
    with `concerned_reason`, where the matter hangs on no record. `outcome`: upheld, partly, rejected, not_ours. `involved` freezes, at
    the decision, who had worked on what it is about: `{person id: [what]}`. `notified_on`: the formal end was told (7.9.7), or
    `not_notified` says why nobody could be told. Of the progress page's token only the SHA-256 is kept: it follows from `nonce` and the
    installation's secret.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        Index("ix_complaint_status", "status", "id"), Index("ix_complaint_channel", "channel", "id"),
        Index("ix_complaint_received", "received_at"),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    channel: Mapped[str] = mapped_column(String(20), nullable=False)
    language: Mapped[str] = mapped_column(String(2), nullable=False, default="vi")
    role: Mapped[str] = mapped_column(String(20), nullable=False, default="customer")
    confidential: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    from_name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    from_organisation: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    from_email: Mapped[str] = mapped_column(String(255), nullable=False, default="")
    from_phone: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    about: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    title: Mapped[str] = mapped_column(String(200), nullable=False)
    words: Mapped[str] = mapped_column(Text, nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="received")
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    nonce: Mapped[str] = mapped_column(String(40), unique=True, nullable=False)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acknowledge_by: Mapped[date | None] = mapped_column()
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decide_by: Mapped[date | None] = mapped_column()
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    relevance: Mapped[str] = mapped_column(Text, nullable=False, default="")
    concerned: Mapped[list[int]] = mapped_column(JsonText, nullable=False, default=list)
    concerned_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    investigation: Mapped[str] = mapped_column(Text, nullable=False, default="")
    cause: Mapped[str] = mapped_column(Text, nullable=False, default="")
    action: Mapped[str] = mapped_column(Text, nullable=False, default="")
    action_done_on: Mapped[date | None] = mapped_column()
    outcome: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    decision: Mapped[str] = mapped_column(Text, nullable=False, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    involved: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    notified_on: Mapped[date | None] = mapped_column()
    not_notified: Mapped[str] = mapped_column(Text, nullable=False, default="")
    nonconformity_id: Mapped[int | None] = mapped_column(ForeignKey("nonconformity.id"), index=True)
    corrective_code: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = stamp()

    received_by: Mapped[Person | None] = relationship(foreign_keys=[received_by_id])
    owner: Mapped[Person | None] = relationship(foreign_keys=[owner_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
    nonconformity: Mapped[Nonconformity | None] = relationship()
    subjects: Mapped[list[ComplaintSubject]] = relationship(order_by="ComplaintSubject.id")
    messages: Mapped[list[ComplaintMessage]] = relationship(order_by="ComplaintMessage.id")


@audited("complaint-subject", code="code", parent=("complaint", "complaint_id"))
class ComplaintSubject(Record):
    """A record that a complaint is about, by (kind, id, code). One hung on by mistake is struck off with a reason and stays on view."""

    __tablename__ = "complaint_subject"
    __table_args__ = (Index("ix_complaint_subject_subject", "kind", "subject_id"),)

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), nullable=False, index=True)
    kind: Mapped[str] = mapped_column(String(60), nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    code: Mapped[str] = mapped_column(String(120), nullable=False)
    struck_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    struck_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = stamp()


@audited("complaint-message", code=lambda _row: "", parent=("complaint", "complaint_id"), secret=("to_address",))
class ComplaintMessage(Kept):
    """What was said: to the complainant (acknowledgement, progress, notice), by them (reply), or written down for ourselves (note).

    `way`: page, email, post, phone, person. What is not a note stands on the complainant's page too. Written once (7.9.4, 7.9.5).
    """

    __tablename__ = "complaint_message"
    __table_args__ = (Index("ix_complaint_message_complaint", "complaint_id", "id"),)

    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    way: Mapped[str] = mapped_column(String(10), nullable=False, default="page")
    words: Mapped[str] = mapped_column(Text, nullable=False)
    to_address: Mapped[str] = mapped_column(String(255), nullable=False, default="")
    mailed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    said_on: Mapped[date] = mapped_column(nullable=False, default=clock.today)
    recorded_at: Mapped[datetime] = stamp()

    person: Mapped[Person | None] = relationship()


@audited("complaint-terms", code=lambda _row: "")
class ComplaintTerms(Record):
    """How the laboratory handles complaints, as anyone may read it (7.9.1, 7.9.2): one row. Days are working days."""

    __tablename__ = "complaint_terms"

    acknowledge_days: Mapped[int] = mapped_column(Integer, nullable=False, default=3)
    decide_days: Mapped[int] = mapped_column(Integer, nullable=False, default=20)
    words_vi: Mapped[str] = mapped_column(Text, nullable=False, default="")
    words_en: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = stamp()
