"""The log of the register: one leaf for each change of a paper's status, and the complete subtrees above them."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certificates.models.file import ReportFile
from certificates.models.report import Report, StatusChange
from lab_app.core.db import Base, UtcDateTime


class LogLeaf(Base):
    """Leaf number `position` (from 0): `body` is the canonical JSON that is hashed, made once, salted, without personal data.

    A leaf speaks of a change of status (`change_id`) or of a file that an upgrade of the signature added (`file_id`).
    Not in the audit trail: the log is a trail of its own, which a stranger can check.
    """

    __tablename__ = "log_leaf"
    __table_args__ = (Index("ix_log_leaf_report", "report_id", "position"),)

    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), nullable=False)
    change_id: Mapped[int | None] = mapped_column(ForeignKey("report_status.id"), unique=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("report_file.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    body: Mapped[str] = mapped_column(Text, nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)

    report: Mapped[Report] = relationship()
    change: Mapped[StatusChange | None] = relationship()
    file: Mapped[ReportFile | None] = relationship()


class LogNode(Base):
    """The hash of a complete subtree over `2^level` leaves, the `place`-th of its level. Level 0 holds the leaf hashes."""

    __tablename__ = "log_node"

    level: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), nullable=False)
