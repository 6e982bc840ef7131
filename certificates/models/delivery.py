"""How a paper, or word of its change, reached the customer: each delivery with what became of it, and personal links (7.8.1.1, 7.10)."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certificates.models.report import Report, StatusChange
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Kept, Record, UtcDateTime


@audited("delivery", code=lambda row: row.to_name or row.to_address, parent=("report", "report_id"), ignore=("message_id",))
class Delivery(Record):
    """One delivery of a report, or of the word that its status changed (`change_id`).

    `purpose`: paper, change. `way`: email, link, print, collect, post, phone. `status`: waiting (a person has to do it), queued, sent,
    failed, bounced, done (handed over). `language` of the letter: vi, en, vi+en. `file_sha256` is the file that was handed over,
    `attached` whether it went with the letter. `message_id` is the letter's; a bounce is known by it. `problem`: why it failed.
    `again_of_id`: the delivery that this one repeats.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_report", "report_id", "id"),
        Index("ix_delivery_status", "status", "id"),
    )

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), nullable=False)
    change_id: Mapped[int | None] = mapped_column(ForeignKey("report_status.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(10), nullable=False, default="paper")
    way: Mapped[str] = mapped_column(String(10), nullable=False)
    status: Mapped[str] = mapped_column(String(10), nullable=False)
    to_name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    to_address: Mapped[str] = mapped_column(String(255), nullable=False, default="")
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="vi")
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"))
    attached: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    message_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    problem: Mapped[str] = mapped_column(Text, nullable=False, default="")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    again_of_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
    person_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    report: Mapped[Report] = relationship()
    change: Mapped[StatusChange | None] = relationship()
    person: Mapped[Person | None] = relationship()
    links: Mapped[list[PersonalLink]] = relationship(back_populates="delivery", order_by="PersonalLink.id")


@audited("personal-link", code=lambda row: "", parent=("report", "report_id"), secret=("token_hash",))
class PersonalLink(Record):
    """The address by which whoever a paper was delivered to opens it: only the token's SHA-256 is kept.

    It ends on `expires_at`, or earlier when the laboratory revokes it.
    """

    __tablename__ = "personal_link"

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), nullable=False, index=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), nullable=False, index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, nullable=False)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    delivery: Mapped[Delivery] = relationship(back_populates="links")
    openings: Mapped[list[LinkOpening]] = relationship(order_by="LinkOpening.id")


class LinkOpening(Kept):
    """The paper was opened by a personal link. Only when: who holds the link has no account, and their address is none of our business."""

    __tablename__ = "link_opening"

    link_id: Mapped[int] = mapped_column(ForeignKey("personal_link.id"), nullable=False, index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
