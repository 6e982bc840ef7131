"""Controlled documents, their versions, who must read them and who has (8.2, 8.3)."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime
from lab_app.core.files import StoredFile


@audited("document", ignore=("effective_since",))
class ControlledDocument(Record):
    """One document of the management system under its code (8.3.1); what it says stands in its versions.

    `kind`: see `workflow.KINDS`. `clauses`: numbers of ISO/IEC 17025 it answers (8.2.4). `read_by`: `{"roles": [names], "people":
    [staff codes]}`, who is asked to read each version (8.2.5). `review_months`: how often its owner judges whether it still fits
    (8.3.2 b); `review_due` the next such day. `at_sign_in`: who has not read it yet meets it when they sign in (8.2.1).
    `effective_since`: the first day of its first approved version (what the versions say, kept here for lists); `withdrawn_from`: the
    day from which no version is in force any more. A version follows the one before without a gap.
    """

    __tablename__ = "controlled_document"
    __table_args__ = (Index("ix_controlled_document_review_due", "review_due"), Index("ix_controlled_document_kind", "kind", "code"),
                      Index("ix_controlled_document_force", "effective_since", "withdrawn_from"))

    code: Mapped[str] = mapped_column(String(60), unique=True, nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    title_vi: Mapped[str] = mapped_column(String(300), nullable=False)
    title_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    clauses: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    process: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    read_by: Mapped[dict[str, list[str]]] = mapped_column(JsonText, nullable=False, default=dict)
    at_sign_in: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    review_months: Mapped[int] = mapped_column(Integer, nullable=False, default=24)
    review_due: Mapped[date | None] = mapped_column()
    effective_since: Mapped[date | None] = mapped_column()
    withdrawn_from: Mapped[date | None] = mapped_column()
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    owner: Mapped[Person] = relationship()
    versions: Mapped[list[DocumentVersion]] = relationship(back_populates="document", order_by="DocumentVersion.number")
    methods: Mapped[list[DocumentMethod]] = relationship(back_populates="document", order_by="DocumentMethod.id")


@audited("document-version", parent=("document", "document_id"))
class DocumentVersion(Record):
    """One version: `status` draft → in_review → approved, or dropped. Whether an approved one is in force on a day is said by
    `effective_from` and `obsolete_from` (the first day on which it no longer is), and each counts from its recording
    (`approved_at`, `obsolete_recorded_at`).

    `code` is the document's with the version's number (`QT-08/03`). The file is a PDF and never changes; `statement_*` are the words
    of a policy for the public page. `written_by`: keys of everybody who wrote on it.
    `content_sha256` covers file and words: it is what a reader confirms.
    """

    __tablename__ = "document_version"
    __table_args__ = (
        UniqueConstraint("document_id", "number"), Index("ix_document_version_status", "status", "code"),
        # All that `queries.in_force` asks, so that the master list of a day is counted in the index alone.
        Index("ix_document_version_days", "effective_from", "obsolete_from", "approved_at", "obsolete_recorded_at"),
    )

    document_id: Mapped[int] = mapped_column(ForeignKey("controlled_document.id"), nullable=False)
    number: Mapped[int] = mapped_column(Integer, nullable=False)
    code: Mapped[str] = mapped_column(String(70), unique=True, nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="draft")
    filename: Mapped[str] = mapped_column(String(255), nullable=False)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), nullable=False)
    pages: Mapped[int] = mapped_column(Integer, nullable=False)
    statement_vi: Mapped[str] = mapped_column(Text, nullable=False, default="")
    statement_en: Mapped[str] = mapped_column(Text, nullable=False, default="")
    content_sha256: Mapped[str] = mapped_column(String(64), nullable=False)
    change_summary: Mapped[str] = mapped_column(Text, nullable=False, default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    written_by: Mapped[list[int]] = mapped_column(JsonText, nullable=False, default=list)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    review_note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    effective_from: Mapped[date | None] = mapped_column()
    obsolete_from: Mapped[date | None] = mapped_column()
    obsolete_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    obsolete_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")

    document: Mapped[ControlledDocument] = relationship(back_populates="versions")
    file: Mapped[StoredFile] = relationship()
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    reviewer: Mapped[Person | None] = relationship(foreign_keys=[reviewer_id])
    approver: Mapped[Person | None] = relationship(foreign_keys=[approver_id])


@audited("document-method", code="method_code", parent=("document", "document_id"))
class DocumentMethod(Record):
    """That a document is needed for the work by a method, named by its code; `*` for every method (7.2.1.2)."""

    __tablename__ = "document_method"
    __table_args__ = (UniqueConstraint("document_id", "method_code"), Index("ix_document_method_code", "method_code"))

    document_id: Mapped[int] = mapped_column(ForeignKey("controlled_document.id"), nullable=False)
    method_code: Mapped[str] = mapped_column(String(80), nullable=False)

    document: Mapped[ControlledDocument] = relationship(back_populates="methods")


@audited("document-reading", code=lambda _row: "", parent=("document-version", "version_id"))
class DocumentReading(Record):
    """That a person was asked to read a version, and that they did: `read_sha256` is the hash of what they confirmed."""

    __tablename__ = "document_reading"
    __table_args__ = (
        UniqueConstraint("version_id", "person_id"), Index("ix_document_reading_open", "person_id", "read_at", "ended_at"),
        Index("ix_document_reading_late", "read_at", "ended_at", "due_on"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("document_version.id"), nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    due_on: Mapped[date] = mapped_column(nullable=False)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_sha256: Mapped[str] = mapped_column(String(64), nullable=False, default="")
    #: No longer wanted: the version is out of force, or the person left.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    about: Mapped[DocumentVersion] = relationship()
    person: Mapped[Person] = relationship()


@audited("document-review", code=lambda _row: "", parent=("document", "document_id"))
class DocumentReview(Kept):
    """A periodic review: who judged, whether the document still fits (`fits`) or must change, and why (8.3.2 b). Written once."""

    __tablename__ = "document_review"
    __table_args__ = (Index("ix_document_review_document", "document_id", "id"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("controlled_document.id"), nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    fits: Mapped[bool] = mapped_column(Boolean, nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False)
    next_due: Mapped[date] = mapped_column(nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()
