"""Who asked to be told by e-mail: of changes of one paper, of a list of papers, or of the log's checkpoints."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core import clock
from lab_app.core.db import Record, UtcDateTime


class Subscription(Record):
    """An address that asked to be told of `subject` (a kind of its own: `paper` base number, `list` its key, `witness` nothing).

    It counts from `confirmed_at` (the owner of the address said yes) until `ended_at`. The address is forgotten when it ends, and the
    row when nobody confirmed: for that it is not in the audit trail, which forgets nothing. `token` leads to its own pages
    (confirm, leave). `told_size`: size of the log in the last checkpoint a witness was sent. `asked_at`: the last letter that asked
    for confirmation.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        Index("ix_subscription_wanted", "email", "kind", "subject", "ended_at"),
        Index("ix_subscription_told", "kind", "subject", "confirmed_at", "id"),
        Index("ix_subscription_asked", "asked_at"),
    )

    email: Mapped[str] = mapped_column(String(255), nullable=False)
    language: Mapped[str] = mapped_column(String(5), nullable=False, default="vi")
    kind: Mapped[str] = mapped_column(String(12), nullable=False)
    subject: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    token: Mapped[str] = mapped_column(String(60), unique=True, nullable=False)
    told_size: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
