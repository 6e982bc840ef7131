"""What a list shows, as a file: CSV (UTF-8 with mark, for spreadsheets) and XLSX. Guards against formula injection."""
from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

from flask import Response, request

from lab_app.core import clock
from lab_app.core.i18n import show_datetime

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe(value: Any) -> Any:
    """A cell that no spreadsheet runs as a formula; numbers and dates keep their kind."""
    if isinstance(value, datetime):
        return show_datetime(value)
    if isinstance(value, (date, Decimal, int)) or value is None:
        return value
    text = str(value)
    return "'" + text if text.startswith(_DANGEROUS) else text


def asked() -> bool:
    """Whether the list's address asks for it as a file (`export=csv` or `xlsx`)."""
    return request.args.get("export") in ("csv", "xlsx")


def as_file(name: str, heads: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Response:
    """The rows in the form that the address asks for: CSV, else an Excel workbook."""
    return (as_csv if request.args.get("export") == "csv" else as_xlsx)(name, heads, rows)


def as_csv(name: str, heads: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Response:
    """The rows as CSV with ISO dates and point decimals (machine form)."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([str(h) for h in heads])
    for row in rows:
        writer.writerow(["" if v is None else safe(v) for v in row])
    return _file(out.getvalue().encode("utf-8-sig"), "text/csv", f"{name}.csv")


def as_xlsx(name: str, heads: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Response:
    """The rows as an Excel workbook, written row by row."""
    from openpyxl import Workbook  # it brings numpy along, which most processes never need

    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.append([str(h) for h in heads])
    for row in rows:
        sheet.append([safe(v) for v in row])
    out = BytesIO()
    book.save(out)
    return _file(out.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", f"{name}.xlsx")


def _file(data: bytes, media_type: str, name: str) -> Response:
    stamp = clock.today().isoformat()
    stem, _, ending = name.rpartition(".")
    response = Response(data, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{stem}-{stamp}.{ending}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
