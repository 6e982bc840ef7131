"""The signed files of a paper (the issued one, and each that an upgrade of its signature appended to) and the certificates used (7.8)."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certificates.models.report import Report
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Kept, UtcDateTime
from lab_app.core.files import StoredFile


@audited("signing-certificate", code=lambda row: row.subject)
class SigningCertificate(Kept):
    """A certificate that papers were signed with, kept for ever: who compares a file's signature years later finds it here.

    `fingerprint` is the SHA-256 of the certificate. `self_made`: made by the laboratory itself, no authority vouches for it.
    """

    __tablename__ = "signing_certificate"

    fingerprint: Mapped[str] = mapped_column(String(64), nullable=False, unique=True)
    subject: Mapped[str] = mapped_column(Text, nullable=False)
    issuer: Mapped[str] = mapped_column(Text, nullable=False)
    self_made: Mapped[bool] = mapped_column(nullable=False, default=False)
    not_before: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    not_after: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    pem: Mapped[str] = mapped_column(Text, nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)


@audited("report-file", code=lambda row: row.level, parent=("report", "report_id"))
class ReportFile(Kept):
    """One signed file of a report; the newest is handed out, every one of them is acceptable for ever.

    `position` counts from 0 (the issued file); each later one begins with all bytes of the one before. `kind`: signed, augmented.
    `level`: B-B, B-T, B-LT. `signed_at` is the time the signature claims, `stamped_at` the one a time-stamp service attests.
    """

    __tablename__ = "report_file"
    __table_args__ = (Index("uq_report_file_position", "report_id", "position", unique=True),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="signed")
    level: Mapped[str] = mapped_column(String(10), nullable=False)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), nullable=False, unique=True)
    size: Mapped[int] = mapped_column(Integer, nullable=False)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("signing_certificate.id"), nullable=False, index=True)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    stamped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    report: Mapped[Report] = relationship(back_populates="files")
    certificate: Mapped[SigningCertificate] = relationship()
    stored: Mapped[StoredFile] = relationship()
