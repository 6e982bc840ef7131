"""Reports: their frozen snapshot, their file, and every change of their status (7.8)."""
from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, event
from sqlalchemy import inspect as inspect_row
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certificates import workflow
from lab_app.accounts.models import Person, Site
from lab_app.core import clock, gates
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime
from lab_app.results.models import JobLine, Reading
from lab_app.samples.models import TestRequest

if TYPE_CHECKING:
    from certificates.models.file import ReportFile


@audited("report", code=lambda row: row.number or row.code, ignore=("snapshot",))
class Report(Record):
    """An issued (or issuing) paper. `number` is printed; `code` (unguessable) is in addresses and the QR.

    `status`: issuing, valid, replaced, suspended, expired, withdrawn, void. `kind`: final, preliminary, partial.
    `snapshot` is the canonical JSON the PDF is drawn from, `snapshot_hash` its SHA-256; neither ever changes.
    `published`: what the public page may show by code, frozen at issue. `base_number` is the number of the first version;
    all versions of one paper share it, `sequence` counts them from 0. `offline` is the address with the signed proof that the
    paper's second symbol holds, made with the key of that day. `file_sha256` is the file first issued, `unsigned_sha256` that
    file's bytes before the signature: what drawing the snapshot again must give. Four dates: the signatory decided (`decided_on`), the
    paper bears (`issued_on`), it is in force from (`valid_from`) to the end of `expires_on`; the first and third are none for papers
    older than these columns, where the day of issue counts; the last is none where the paper has no end.
    """

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_status_issued", "status", "issued_on"),
        Index("ix_report_status", "status", "id"),
        Index("ix_report_kind_issued", "kind", "issued_on"),
    )

    number: Mapped[str] = mapped_column(String(60), unique=True, nullable=False)
    base_number: Mapped[str] = mapped_column(String(60), nullable=False, index=True)
    sequence: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    request_id: Mapped[int] = mapped_column(ForeignKey("test_request.id"), nullable=False, index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="final")
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="issuing")
    layout: Mapped[str] = mapped_column(String(40), nullable=False)
    snapshot_hash: Mapped[str] = mapped_column(String(64), nullable=False)
    published: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    decided_on: Mapped[date | None] = mapped_column()
    issued_on: Mapped[date] = mapped_column(nullable=False, index=True)
    valid_from: Mapped[date | None] = mapped_column()
    expires_on: Mapped[date | None] = mapped_column(index=True)
    signatory_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"), index=True)
    amendment_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    file_sha256: Mapped[str | None] = mapped_column(ForeignKey("stored_file.sha256"), index=True)
    unsigned_sha256: Mapped[str | None] = mapped_column(String(64))
    libraries: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    status_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    offline: Mapped[str] = mapped_column(Text, nullable=False, default="")
    # The last column: SQLite reads through a long text to reach what stands behind it.
    snapshot: Mapped[str] = mapped_column(Text, nullable=False, deferred=True)

    request: Mapped[TestRequest] = relationship()
    site: Mapped[Site] = relationship()
    signatory: Mapped[Person] = relationship()
    replaces: Mapped[Report | None] = relationship(remote_side="Report.id")
    lines: Mapped[list[ReportLine]] = relationship(back_populates="report", order_by="ReportLine.position")
    changes: Mapped[list[StatusChange]] = relationship(back_populates="report", order_by="StatusChange.id")
    files: Mapped[list[ReportFile]] = relationship(back_populates="report", order_by="ReportFile.position")


@audited("report-line", code=lambda row: str(row.position), parent=("report", "report_id"))
class ReportLine(Kept):
    """Which reading stands on which line of a report: the way from an instrument to the papers it touched."""

    __tablename__ = "report_line"
    __table_args__ = (Index("ix_report_line_reading_report", "reading_id", "report_id"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), nullable=False, index=True)
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    job_line_id: Mapped[int] = mapped_column(ForeignKey("job_line.id"), nullable=False, index=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"), nullable=False)

    report: Mapped[Report] = relationship(back_populates="lines")
    job_line: Mapped[JobLine] = relationship()
    reading: Mapped[Reading] = relationship()


@audited("report-status", code=lambda row: "", parent=("report", "report_id"))
class StatusChange(Kept):
    """A decision that changed a report's status, with its reason; the public page shows the list.

    `public_reason` is what anyone may read; `reason` is the laboratory's.
    """

    __tablename__ = "report_status"

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), nullable=False, index=True)
    from_status: Mapped[str] = mapped_column(String(20), nullable=False)
    to_status: Mapped[str] = mapped_column(String(20), nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    public_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("person.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    report: Mapped[Report] = relationship(back_populates="changes")
    person: Mapped[Person | None] = relationship()


#: What was printed or promised with a paper: none of it ever changes. The rest is written once, when the paper becomes valid.
FROZEN = (
    "number", "base_number", "sequence", "code", "request_id", "site_id", "kind", "layout", "snapshot", "snapshot_hash",
    "offline", "published", "decided_on", "issued_on", "valid_from", "expires_on", "signatory_id", "replaces_id", "amendment_reason",
)
WRITTEN_ONCE = ("file_sha256", "unsigned_sha256", "libraries")


@event.listens_for(Report, "before_update")
def _keep_frozen(_mapper: Any, _connection: Any, row: Report) -> None:
    """Whoever changes a frozen column meets the same gate as everybody (7.8.8)."""
    state = inspect_row(row)
    touched = [name for name in FROZEN if state.attrs[name].history.has_changes()]
    finishing = workflow.ISSUING in (state.attrs.status.history.deleted or ())
    touched += [name for name in WRITTEN_ONCE if state.attrs[name].history.has_changes() and not finishing]
    if touched:
        gates.require(
            "issued-is-final", workflow.FinalFacts(number=row.number, status=row.status, touched=tuple(touched))
        )
