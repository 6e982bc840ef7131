"""The signed files of a paper: the one it was issued with, and each that an upgrade of its signature appended to (7.8)."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certificates.models.report import Report
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Kept, UtcDateTime
from lab_app.core.files import StoredFile


@audited("report-file", code=lambda row: row.level, parent=("report", "report_id"))
class ReportFile(Kept):
    """One signed file of a report; the newest is handed out, every one of them is acceptable for ever.

    `position` counts from 0 (the issued file); each later one begins with all bytes of the one before. `kind`: signed, augmented.
    `level`: B-B, B-T, B-LT. `signer` is the subject of the certificate in words, `fingerprint` the SHA-256 of the certificate,
    `self_made` says that the laboratory made the certificate itself. `signed_at` is the time the signature claims,
    `stamped_at` the one a time-stamp service attests.
    """

    __tablename__ = "report_file"
    __table_args__ = (Index("uq_report_file_position", "report_id", "position", unique=True),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="signed")
    level: Mapped[str] = mapped_column(String(10), nullable=False)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), nullable=False, unique=True)
    size: Mapped[int] = mapped_column(Integer, nullable=False)
    signer: Mapped[str] = mapped_column(Text, nullable=False, default="")
    fingerprint: Mapped[str] = mapped_column(String(64), nullable=False, default="")
    self_made: Mapped[bool] = mapped_column(nullable=False, default=False)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    stamped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    report: Mapped[Report] = relationship(back_populates="files")
    stored: Mapped[StoredFile] = relationship()
