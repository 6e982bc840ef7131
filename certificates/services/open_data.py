"""The public directory as files for anyone: JSON lines and CSV, made nightly, with a note that the register's key signed over them.

Written piece by piece, so that a million entries need no more memory than a thousand. What a person finds on the page of the
directory is what stands here, nothing else.
"""
from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, select

from certificates import life
from certificates.models import OpenDataFile
from certificates.queries import directory as queries
from certificates.translog import store
from lab_app.core import clock, export, files, jobs, schedule
from lab_app.core.db import db

JOB = "open-data"
HOUR = 2
#: Files of so many days are kept for anyone; older ones are forgotten, their bytes are swept.
KEPT = timedelta(days=30)
#: Ours, so larger than an upload may be: some ten million entries.
MOST = 8 * 1024**3
COLUMNS = (
    "number", "code", "kind", "status", "status_since", "issued_on", "product_vi", "product_en", "brands", "models", "customer",
    "customer_en", "regulations", "sha256", "verify_url",
)


def entry_as_data(row: Row[Any], public_url: str) -> dict[str, Any]:
    """An entry of the directory as programs read it; the tax code is searched by but never said."""
    return {
        "number": row.number, "code": row.code, "kind": row.kind,
        "status": life.standing(row.status, row.valid_from or row.issued_on, row.expires_on, clock.today()),
        "status_since": row.status_at.isoformat(timespec="seconds"), "issued_on": row.issued_on.isoformat(), "items": row.products,
        "customer": {"vi": row.customer, "en": row.customer_en or row.customer} if row.customer else None,
        "regulations": row.regulations, "sha256": row.file_sha256, "verify_url": f"{public_url}/verify/{row.code}",
    }


def _cells(data: dict[str, Any]) -> list[Any]:
    items, customer = data["items"], data["customer"] or {"vi": "", "en": ""}

    def joined(*values: str) -> str:
        return "; ".join(value for value in values if value)

    cells = [
        data["number"], data["code"], data["kind"], data["status"], data["status_since"], data["issued_on"],
        joined(*(item["name"]["vi"] for item in items)), joined(*(item["name"].get("en") or "" for item in items)),
        joined(*(item["brand"] for item in items)), joined(*(item["model"] for item in items)), customer["vi"], customer["en"],
        joined(*data["regulations"]), data["sha256"] or "", data["verify_url"],
    ]
    return [export.safe(cell) for cell in cells]


def _write(lines: IO[bytes], table: IO[bytes]) -> int:
    """Both files from one walk over the directory; answers how many entries there are."""
    public_url, count = str(current_app.config["PUBLIC_URL"]), 0
    text = io.TextIOWrapper(table, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in queries.all_entries():
        data = entry_as_data(row, public_url)
        lines.write(json.dumps(data, ensure_ascii=False, sort_keys=True).encode() + b"\n")
        writer.writerow(_cells(data))
        count += 1
    if not count:
        lines.write(b"\n")  # an empty file is no file; a reader of JSON lines skips an empty line
    text.detach()
    return count


def note_text(day: date, rows: int, names: tuple[tuple[str, str], ...]) -> str:
    """What is signed: whose data, of which day, how many entries, and the hash of each file by its name."""
    host = store.signer().name.removesuffix("/log")
    hashes = "".join(f"sha256 {digest} {name}\n" for name, digest in names)
    return f"{host}/open-data/v1\n{day.isoformat()}\nrows {rows}\n{hashes}"


def file_name(day: date, kind: str) -> str:
    """`register-2026-11-21.jsonl`."""
    return f"register-{day.isoformat()}.{kind}"


def make(day: date) -> None:
    """Make the files of a day, unless they are there, and forget old ones. Manages its own transactions."""
    if queries.open_data_of(day) is not None:
        db.session.rollback()
        return
    with TemporaryFile() as lines, TemporaryFile() as table:
        rows = _write(lines, table)
        db.session.rollback()
        sizes = tuple(one.tell() for one in (lines, table))
        uploads = []
        for one in (lines, table):
            one.seek(0)
            uploads.append(files.put(one, "", files.TEXTS, most=MOST))
    names = tuple((file_name(day, kind), upload.sha256) for kind, upload in zip(("jsonl", "csv"), uploads, strict=True))
    note = store.signer().sign(note_text(day, rows, names))
    with jobs.transaction():
        for upload in uploads:
            files.keep(upload)
        db.session.add(OpenDataFile(
            day=day, rows=rows, jsonl_sha256=uploads[0].sha256, jsonl_size=sizes[0], csv_sha256=uploads[1].sha256, csv_size=sizes[1],
            note=note))
        db.session.flush()
        _forget(day - KEPT)


def _forget(before: date) -> None:
    """Drop the files of days before; bytes that nothing else names are left to the sweeper."""
    old = db.session.scalars(select(OpenDataFile).where(OpenDataFile.day < before)).all()
    hashes = {digest for row in old for digest in (row.jsonl_sha256, row.csv_sha256)}
    for row in old:
        db.session.delete(row)
    db.session.flush()
    for digest in hashes:
        files.forget(digest)


@schedule.scheduled(JOB, _l("Dữ liệu mở của danh bạ phiếu"), hour=HOUR)
def _nightly(payload: dict[str, Any]) -> None:
    slot = payload.get("slot")
    make(clock.local(datetime.fromisoformat(str(slot))).date() if slot else clock.today())
