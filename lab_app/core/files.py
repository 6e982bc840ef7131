"""Files by their SHA-256: bytes durable first, row second, orphans swept. Type by content, never by name."""
from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import filetype
from flask import Response, current_app, send_file
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import BigInteger, Connection, ForeignKey, Index, Integer, String, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import Base, Kept, UtcDateTime, db
from lab_app.core.errors import FieldRefused

CHUNK = 1 << 20
#: How long bytes lie without a row before the sweeper takes them.
UNCLAIMED = timedelta(hours=24)
IMAGES = frozenset({"image/png", "image/jpeg", "image/webp"})
PAPERS = frozenset({"application/pdf"})
TEXTS = frozenset({"text/plain", "text/csv"})
ANY = IMAGES | PAPERS | TEXTS
#: What measuring instruments write: text of any ending and encoding, NUL bytes too. Never shown by a browser, only saved.
INSTRUMENT_DATA = TEXTS | {"application/octet-stream"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Lists that people bring along: Excel, and CSV in whatever encoding.
SHEETS = INSTRUMENT_DATA | {XLSX}
_ENDINGS = {
    "image/png": (".png",), "image/jpeg": (".jpg", ".jpeg"), "image/webp": (".webp",),
    "application/pdf": (".pdf",), XLSX: (".xlsx", ".xlsm"), "application/octet-stream": (".csv", ".txt"),
    "text/plain": (".txt", ".log", ".dat", ".csv"), "text/csv": (".csv",),
}


class StoredFile(Base):
    """Bytes kept once under their hash."""

    __tablename__ = "stored_file"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger, nullable=False)
    media_type: Mapped[str] = mapped_column(String(80), nullable=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)


@audited("attachment", code="filename", parent=None)
class Attachment(Kept):
    """A file that belongs to a record, named by (kind, id): no foreign key upward."""

    __tablename__ = "attachment"
    __table_args__ = (Index("ix_attachment_subject", "subject_kind", "subject_id"),)

    subject_kind: Mapped[str] = mapped_column(String(60), nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    purpose: Mapped[str] = mapped_column(String(40), nullable=False, default="file")
    filename: Mapped[str] = mapped_column(String(255), nullable=False)
    caption: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    sha256: Mapped[str] = mapped_column(ForeignKey("stored_file.sha256"), nullable=False)
    added_by_id: Mapped[int | None] = mapped_column(Integer)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    file: Mapped[StoredFile] = relationship(lazy="joined")


class FileCount(Base):
    """How many files of a kind of record were attached in a year (of UTC) and are there: kept with each file that comes or goes, so
    that a calendar of keeping need not count them all."""

    __tablename__ = "file_count"

    kind: Mapped[str] = mapped_column(String(60), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    files: Mapped[int] = mapped_column(Integer, nullable=False)


def _count(connection: Connection, row: Attachment, change: int) -> None:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(
        insert(FileCount).values(kind=row.subject_kind, year=row.recorded_at.astimezone(UTC).year, files=change)
        .on_conflict_do_update(index_elements=["kind", "year"], set_={"files": FileCount.files + change}))


@event.listens_for(Attachment, "after_insert")
def _came(_mapper: Any, connection: Connection, row: Attachment) -> None:
    _count(connection, row, 1)


@event.listens_for(Attachment, "after_delete")
def _went(_mapper: Any, connection: Connection, row: Attachment) -> None:
    _count(connection, row, -1)


def folder() -> Path:
    """Where the bytes live."""
    return Path(current_app.config["FILES_DIR"])


def path_of(sha256: str) -> Path:
    """The place of a file's bytes."""
    if len(sha256) != 64 or any(c not in "0123456789abcdef" for c in sha256):
        raise ValueError("not a SHA-256")
    return folder() / sha256[:2] / sha256


def sniff(head: bytes) -> str:
    """Media type by content; empty string for what is not taken."""
    kind = filetype.guess(head)
    if kind is not None:
        if kind.mime == XLSX or (kind.mime == "application/zip" and b"xl/" in head):
            return XLSX
        return kind.mime if kind.mime in ANY else ""
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # a character cut at the end of the sample is fine
            return ""
    return "" if b"\x00" in head else "text/plain"


class Upload:
    """Bytes already durable on disk, not yet known to the database."""

    def __init__(self, sha256: str, size: int, media_type: str, filename: str) -> None:
        self.sha256, self.size, self.media_type, self.filename = sha256, size, media_type, filename


def put(
    stream: IO[bytes], filename: str, allowed: frozenset[str] = ANY, field: str = "file", most: int | None = None,
) -> Upload:
    """Write bytes durably under their hash, before any transaction. Refuses (`FieldRefused`) empty, too large, wrong type.

    `most` bytes, for files that the program made itself; uploads have the installation's limit.
    """
    limit = int(current_app.config["UPLOAD_LIMIT"]) if most is None else most
    folder().mkdir(parents=True, exist_ok=True)
    digest, size, head = hashlib.sha256(), 0, b""
    handle, name = tempfile.mkstemp(dir=folder(), prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as out:
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise FieldRefused(field, gettext("Tệp lớn hơn %(mb)s MB.", mb=limit // 1024 // 1024))
                if len(head) < 8192:
                    head += chunk[:8192]
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if size == 0:
            raise FieldRefused(field, gettext("Tệp rỗng."))
        media_type = sniff(head)
        if not media_type and filetype.guess(head) is None:
            media_type = "application/octet-stream"
        ending = Path(filename).suffix.lower()
        if media_type not in allowed:
            raise FieldRefused(field, gettext("Loại tệp này không được nhận ở đây."))
        if ending and allowed != INSTRUMENT_DATA and ending not in _ENDINGS[media_type]:
            raise FieldRefused(
                field, gettext("Nội dung tệp là %(type)s, không khớp với đuôi “%(ending)s”.", type=media_type, ending=ending)
            )
        sha = digest.hexdigest()
        target = path_of(sha)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            os.unlink(name)
            os.utime(target)  # young again: the sweeper leaves it to the coming row
        else:
            os.replace(name, target)
            _sync(target.parent)
        return Upload(sha, size, media_type, Path(filename).name[:255])
    except BaseException:
        if os.path.exists(name):
            os.unlink(name)
        raise


def put_bytes(data: bytes, filename: str, allowed: frozenset[str] = ANY) -> Upload:
    """`put` for bytes in memory."""
    return put(BytesIO(data), filename, allowed)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def ticket(upload: Upload, person_id: int | None) -> str:
    """A signed note of bytes that `put` stored, for the step between looking at a file and taking it; good for one person and as
    long as the bytes are kept without a row."""
    return _signer().dumps([upload.sha256, upload.size, upload.media_type, upload.filename, person_id])


def by_ticket(text: str, person_id: int | None, field: str = "file") -> Upload:
    """The upload that a ticket of this person names. Refuses (`FieldRefused`) a ticket that is false, old, or whose bytes are gone."""
    try:
        sha256, size, media_type, filename, owner = _signer().loads(text, max_age=int(UNCLAIMED.total_seconds()))
    except (BadSignature, ValueError) as error:
        raise FieldRefused(field, gettext("Tệp tải lên đã quá lâu; hãy chọn lại tệp.")) from error
    if owner != person_id or not path_of(sha256).exists():
        raise FieldRefused(field, gettext("Tệp tải lên đã quá lâu; hãy chọn lại tệp."))
    return Upload(sha256, size, media_type, filename)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="unclaimed-file")


def keep(upload: Upload) -> StoredFile:
    """The row of bytes that `put` stored; the same bytes have one row."""
    found = db.session.get(StoredFile, upload.sha256)
    if found is None:
        found = StoredFile(sha256=upload.sha256, size=upload.size, media_type=upload.media_type)
        db.session.add(found)
        db.session.flush()
    return found


def attach(
    upload: Upload, kind: str, subject_id: int, actor_id: int | None, purpose: str = "file", caption: str = ""
) -> Attachment:
    """Hang stored bytes on a record. Called inside a service's transaction."""
    keep(upload)
    row = Attachment(
        subject_kind=kind, subject_id=subject_id, purpose=purpose, filename=upload.filename, caption=caption,
        sha256=upload.sha256, added_by_id=actor_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def attachments(kind: str, subject_id: int, purpose: str | None = None) -> list[Attachment]:
    """Files of a record, oldest first."""
    query = select(Attachment).where(Attachment.subject_kind == kind, Attachment.subject_id == subject_id)
    if purpose:
        query = query.where(Attachment.purpose == purpose)
    return list(db.session.scalars(query.order_by(Attachment.id)))


def read(sha256: str) -> bytes:
    """The bytes, checked against their name: a file that rotted is not served as evidence."""
    data = path_of(sha256).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise OSError(f"file {sha256} no longer has its hash")
    return data


def send(row: StoredFile, filename: str, inline: bool = False) -> Response:
    """Serve with headers that keep a hostile file harmless."""
    safe_inline = inline and row.media_type in IMAGES | PAPERS
    response: Response = send_file(
        path_of(row.sha256), mimetype=row.media_type, as_attachment=not safe_inline, download_name=filename,
        etag=row.sha256, conditional=True, max_age=0,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def forget(sha256: str) -> bool:
    """Drop the row of bytes that no record names any more, so that the sweeper takes them; whether it was dropped."""
    naming = [
        column for table in db.metadata.sorted_tables for column in table.columns
        if any(key.column.table.name == StoredFile.__tablename__ for key in column.foreign_keys)
    ]
    if any(db.session.execute(select(column).where(column == sha256).limit(1)).first() is not None for column in naming):
        return False
    row = db.session.get(StoredFile, sha256)
    if row is None:
        return False
    db.session.delete(row)
    db.session.flush()
    return True


def orphans(older_than: timedelta = UNCLAIMED) -> Iterator[Path]:
    """Bytes that no row names, old enough that no request is still about to name them."""
    limit = clock.now().timestamp() - older_than.total_seconds()
    if not folder().exists():
        return
    for path in folder().rglob("*"):
        if not path.is_file() or path.stat().st_mtime > limit:
            continue
        if path.name.startswith("incoming-") or db.session.get(StoredFile, path.name) is None:
            yield path


def sweep() -> int:
    """Delete orphans; returns how many."""
    count = 0
    for path in list(orphans()):
        path.unlink(missing_ok=True)
        count += 1
    return count


def describe(size: int) -> dict[str, Any]:
    """Size in a unit a person reads: value and unit."""
    for unit, factor in (("MB", 1024 * 1024), ("kB", 1024)):
        if size >= factor:
            return {"value": size // factor, "unit": unit}
    return {"value": size, "unit": "B"}
