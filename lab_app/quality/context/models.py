"""The laboratory's context, interested parties, scope of the system and processes (ISO 9001 4.1 to 4.4; 5.3, 5.5)."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime


@audited("context-issue", code=lambda row: row.topic)
class ContextIssue(Record):
    """Something inside or outside that bears on what the laboratory can reach (ISO 9001 4.1). `side`: internal, external.
    `effect`: good, bad, both. Gone, it keeps the day and the reason."""

    __tablename__ = "context_issue"
    __table_args__ = (Index("ix_context_issue_side", "side", "gone_on"),)

    side: Mapped[str] = mapped_column(String(20), nullable=False)
    topic: Mapped[str] = mapped_column(String(30), nullable=False)
    says: Mapped[str] = mapped_column(Text, nullable=False)
    effect: Mapped[str] = mapped_column(String(10), nullable=False)
    answer: Mapped[str] = mapped_column(Text, nullable=False, default="")
    seen_on: Mapped[date] = mapped_column(nullable=False)
    gone_on: Mapped[date | None] = mapped_column()
    gone_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)


@audited("interested-party", code="name")
class InterestedParty(Record):
    """Who has an interest in the laboratory, what they need, and how that is met and watched (ISO 9001 4.2)."""

    __tablename__ = "interested_party"

    name: Mapped[str] = mapped_column(String(200), unique=True, nullable=False)
    needs: Mapped[str] = mapped_column(Text, nullable=False)
    met_by: Mapped[str] = mapped_column(Text, nullable=False, default="")
    binding: Mapped[bool] = mapped_column(nullable=False, default=False)
    gone_on: Mapped[date | None] = mapped_column()
    gone_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)


@audited("context-review")
class ContextReview(Kept):
    """The yearly look at context, interested parties and scope: the scope stated anew, what changed, and when it is looked at next."""

    __tablename__ = "context_review"
    __table_args__ = (Index("ix_context_review_done", "done_on"),)

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    done_on: Mapped[date] = mapped_column(nullable=False)
    scope_vi: Mapped[str] = mapped_column(Text, nullable=False)
    scope_en: Mapped[str] = mapped_column(Text, nullable=False, default="")
    conclusion: Mapped[str] = mapped_column(Text, nullable=False)
    issues: Mapped[int] = mapped_column(Integer, nullable=False)
    parties: Mapped[int] = mapped_column(Integer, nullable=False)
    next_on: Mapped[date] = mapped_column(nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()


@audited("process")
class Process(Record):
    """A process of the laboratory (ISO 9001 4.4). `kind`: management, core, support. `feeds`: codes of the processes that take its
    outputs; `kpi`: the figure it is watched by. Gone, it stays listed as such."""

    __tablename__ = "process"
    __table_args__ = (Index("ix_process_kind", "kind", "position"),)

    code: Mapped[str] = mapped_column(String(20), unique=True, nullable=False)
    name_vi: Mapped[str] = mapped_column(String(200), nullable=False)
    name_en: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    purpose: Mapped[str] = mapped_column(Text, nullable=False, default="")
    inputs: Mapped[str] = mapped_column(Text, nullable=False)
    outputs: Mapped[str] = mapped_column(Text, nullable=False)
    resources: Mapped[str] = mapped_column(Text, nullable=False, default="")
    documents: Mapped[str] = mapped_column(Text, nullable=False, default="")
    risks: Mapped[str] = mapped_column(Text, nullable=False, default="")
    feeds: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    kpi: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    gone_on: Mapped[date | None] = mapped_column()
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    owner: Mapped[Person] = relationship()
