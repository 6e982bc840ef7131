"""What is public beyond a paper's own page: the directory, exhibits beside a paper, and the open data files (4.2.1)."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certificates.models.report import Report
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Base, JsonText, Kept, Record, UtcDateTime
from lab_app.core.files import StoredFile


@audited("published-entry", code=lambda row: row.number, parent=("report", "report_id"))
class PublishedEntry(Record):
    """A paper in the public directory: only what the customer agreed to publish, copied out of the frozen snapshot.

    `products`: `[{"brand", "model", "name": {"vi", "en"}}]`, empty where the product is not published; `customer`, `tax_code` likewise.
    `agreed_by` of the customer agreed on `agreed_on`; `evidence` says where that is written. Taken out again: `listed` is false.
    Number, status and dates are not kept here: they are read from the report, so that they are always the present ones.
    """

    __tablename__ = "published_entry"
    __table_args__ = (Index("ix_published_entry_listed", "listed", "id"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), unique=True, nullable=False)
    number: Mapped[str] = mapped_column(String(60), nullable=False)
    products: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    customer: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    customer_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    tax_code: Mapped[str] = mapped_column(String(14), nullable=False, default="")
    regulations: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    listed: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)
    agreed_by: Mapped[str] = mapped_column(String(200), nullable=False)
    agreed_on: Mapped[date] = mapped_column(nullable=False)
    evidence: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    report: Mapped[Report] = relationship()


class PublishedWord(Base):
    """What an entry is found by: a folded word of one field (`any`: of all of them).

    A table of its own, not the search index of the laboratory: neither what is found nor how long it takes may depend on records
    that are not public. Equality on (field, word) walks the entries newest first, at any depth.
    """

    __tablename__ = "published_word"

    field: Mapped[str] = mapped_column(String(12), primary_key=True)
    word: Mapped[str] = mapped_column(String(60), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("published_entry.id"), primary_key=True, index=True)


@audited("exhibit", code=lambda row: row.filename, parent=("report", "report_id"))
class Exhibit(Record):
    """A document shown beside a paper from an agreed day on (`public_on`): a photo, a manual, a declaration.

    `checked`: what the check of the file found it to be. Taken back: `taken_back_on` and the reason; the row stays.
    """

    __tablename__ = "exhibit"
    __table_args__ = (Index("ix_exhibit_report_public", "report_id", "public_on"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    title_vi: Mapped[str] = mapped_column(String(200), nullable=False)
    title_en: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    public_on: Mapped[date] = mapped_column(nullable=False)
    agreed_by: Mapped[str] = mapped_column(String(200), nullable=False)
    agreed_on: Mapped[date] = mapped_column(nullable=False)
    evidence: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    filename: Mapped[str] = mapped_column(String(255), nullable=False)
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), nullable=False)
    checked: Mapped[str] = mapped_column(String(80), nullable=False)
    taken_back_on: Mapped[date | None] = mapped_column()
    taken_back_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int] = mapped_column(Integer, ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    report: Mapped[Report] = relationship()
    file: Mapped[StoredFile] = relationship(lazy="joined")
    person: Mapped[Person] = relationship()


class OpenDataFile(Kept):
    """The directory as files, made nightly: JSON lines and CSV by their hashes, and the note that the register's key signed over them.

    Not audited: it repeats what is public, and is forgotten after some weeks.
    """

    __tablename__ = "open_data_file"

    day: Mapped[date] = mapped_column(unique=True, nullable=False)
    rows: Mapped[int] = mapped_column(Integer, nullable=False)
    jsonl_sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), nullable=False)
    jsonl_size: Mapped[int] = mapped_column(BigInteger, nullable=False)
    csv_sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), nullable=False)
    csv_size: Mapped[int] = mapped_column(BigInteger, nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
