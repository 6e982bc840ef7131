"""What customers think of the work: asked at each report, answered without an account, analysed (8.6.2)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime, stamp


@audited("feedback-request", code="subject_code", secret=("to_address",))
class FeedbackRequest(Kept):
    """That a customer was asked, by letter, about one paper. `month` (YYYY-MM) of the asking, for the rate of answers."""

    __tablename__ = "feedback_request"
    __table_args__ = (
        Index("uq_feedback_request_subject", "subject_kind", "subject_id", unique=True), Index("ix_feedback_request_month", "month"),
    )

    subject_kind: Mapped[str] = mapped_column(String(60), nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    subject_code: Mapped[str] = mapped_column(String(120), nullable=False)
    customer_id: Mapped[int | None] = mapped_column(Integer)
    customer_name: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    to_address: Mapped[str] = mapped_column(String(255), nullable=False, default="")
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="vi")
    month: Mapped[str] = mapped_column(String(7), nullable=False)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)


@audited("feedback", code="code")
class Feedback(Kept):
    """One answer. `satisfaction` and `timeliness` 1 to 5, `recommend` 0 to 10 (any may be missing, not all three with no words).

    `way`: link (letter), page (personal page of the paper), phone, person, email. `answered_key` names the invitation, so that it is
    answered once. `month` (YYYY-MM) of the answer. `event_code`: what a low score opened. Written once.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        Index("ix_feedback_month", "month"), Index("ix_feedback_subject", "subject_kind", "subject_id"),
        Index("ix_feedback_way", "way", "id"),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    way: Mapped[str] = mapped_column(String(10), nullable=False)
    answered_key: Mapped[str | None] = mapped_column(String(60), unique=True)
    subject_kind: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    subject_code: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    customer_id: Mapped[int | None] = mapped_column(Integer)
    customer_name: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    satisfaction: Mapped[int | None] = mapped_column(Integer)
    timeliness: Mapped[int | None] = mapped_column(Integer)
    recommend: Mapped[int | None] = mapped_column(Integer)
    words: Mapped[str] = mapped_column(Text, nullable=False, default="")
    month: Mapped[str] = mapped_column(String(7), nullable=False)
    event_code: Mapped[str] = mapped_column(String(30), nullable=False, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    recorded_at: Mapped[datetime] = stamp()

    person: Mapped[Person | None] = relationship()


@audited("feedback-analysis", code="code")
class FeedbackAnalysis(Record):
    """What the laboratory concluded from the answers of a period, and what it does about it. `figures` are frozen as they stood."""

    __tablename__ = "feedback_analysis"
    __table_args__ = (Index("ix_feedback_analysis_until", "until"),)

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    since: Mapped[date] = mapped_column(nullable=False)
    until: Mapped[date] = mapped_column(nullable=False)
    figures: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    findings: Mapped[str] = mapped_column(Text, nullable=False)
    use: Mapped[str] = mapped_column(Text, nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = stamp()

    person: Mapped[Person] = relationship()
