"""Files and traces that instruments wrote, and how their columns are read (7.5.1, 7.11)."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from instruments.models.register import Instrument
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import JsonText, Kept, Record, UtcDateTime
from lab_app.core.files import StoredFile


@audited("file-mapping", code="name")
class FileMapping(Record):
    """How files of one kind of instrument are read: delimiter, decimal sign, encoding, header key, unit, detector, columns."""

    __tablename__ = "file_mapping"

    name: Mapped[str] = mapped_column(String(120), unique=True, nullable=False)
    mapping: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)


@audited("trace", code=lambda row: row.file_sha256[:12], parent=("instrument", "instrument_id"))
class Trace(Kept):
    """A file as an instrument wrote it, by its SHA-256, with what was read from it; the points stay in the file.

    `source`: file, scpi. `identity`: the answer to `*IDN?`; `system_error`: the answer to `SYST:ERR?` after the capture.
    `facts`: frequency span in Hz, points, peak, resolution bandwidth, header, as texts.
    """

    __tablename__ = "trace"
    __table_args__ = (Index("ix_trace_instrument_at", "instrument_id", "captured_at"),)

    file_sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), nullable=False, index=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"), nullable=False)
    source: Mapped[str] = mapped_column(String(10), nullable=False, default="file")
    format: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    detector: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    points: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    mapping: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    facts: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    identity: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    system_error: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    captured_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    file: Mapped[StoredFile] = relationship()
    instrument: Mapped[Instrument] = relationship()
    person: Mapped[Person] = relationship()
