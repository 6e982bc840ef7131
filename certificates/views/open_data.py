"""The directory as files: what there is, how to check it, and the files themselves."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, abort, render_template

from certificates.limits import limited
from certificates.queries import directory as queries
from certificates.services.open_data import COLUMNS, file_name
from certificates.translog import store
from certificates.views import bp
from lab_app.core import files
from lab_app.core.access import public
from lab_app.core.db import db
from lab_app.core.files import StoredFile

TYPES = {"jsonl": "application/jsonl; charset=utf-8", "csv": "text/csv; charset=utf-8"}


@bp.get("/open-data")
@public
@limited
def open_data() -> Any:
    """The files that are kept, with what is in them and the key that signs them."""
    return render_template(
        "certificates/open_data.html", kept=queries.open_data_files(), columns=COLUMNS, key=store.signer().verifier.text,
        describe=files.describe)


@bp.get("/open-data/<day>.<kind>")
@public
@limited
def open_data_file(day: str, kind: str) -> Any:
    """One file of one day: `jsonl`, `csv`, or `note`, the signed list of their hashes."""
    try:
        row = queries.open_data_of(date.fromisoformat(day)) if kind in ("jsonl", "csv", "note") else None
    except ValueError:
        row = None
    if row is None:
        abort(404)
    if kind == "note":
        return Response(row.note, content_type="text/plain; charset=utf-8", headers={
            "Cache-Control": "public, no-cache", "Content-Disposition": f'attachment; filename="{file_name(row.day, kind)}"'})
    stored = db.session.get(StoredFile, row.jsonl_sha256 if kind == "jsonl" else row.csv_sha256)
    if stored is None:
        abort(404)
    response = files.send(stored, file_name(row.day, kind))
    response.headers["Content-Type"] = TYPES[kind]
    response.headers["Cache-Control"] = "public, no-cache"
    return response
