"""Reads for many look-ups at once: a constant number of statements for any number of rows, and no objects."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select

from certificates import directory, workflow
from certificates.models import Report, ReportFile
from lab_app.core.db import db

#: Values in one statement: far below what either database takes, far above what most lists hold.
CHUNK = 5_000
_report, _file = Report.__table__, ReportFile.__table__
_COLUMNS = (
    _report.c.id, _report.c.number, _report.c.base_number, _report.c.sequence, _report.c.code, _report.c.kind, _report.c.status,
    _report.c.issued_on, _report.c.valid_from, _report.c.expires_on, _report.c.status_at, _report.c.published, _report.c.file_sha256,
)


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    every = sorted(set(values))
    for start in range(0, len(every), CHUNK):
        yield every[start:start + CHUNK]


def _public_with(column: ColumnElement[Any], values: Iterable[Any]) -> Iterator[Row[Any]]:
    for some in _chunks(values):
        query: Select[Any] = select(*_COLUMNS).where(column.in_(some), _report.c.status.in_(sorted(workflow.PUBLIC_STATES)))
        yield from db.session.execute(query)


def by_codes(codes: Iterable[str]) -> dict[str, Row[Any]]:
    """Public papers by their codes; unknown codes and papers that are not public are absent alike."""
    return {row.code: row for row in _public_with(_report.c.code, codes)}


def by_numbers(numbers: Iterable[str]) -> dict[str, Row[Any]]:
    """Public papers by their numbers; those whose customers keep them to their codes are absent like unknown ones."""
    return {row.number: row for row in _public_with(_report.c.number, numbers) if not row.published.get(directory.CODE_ONLY)}


def newest_of(base_numbers: Iterable[str]) -> dict[str, Row[Any]]:
    """Of papers by their first number the newest version that stands: what a replaced one was replaced by."""
    found: dict[str, Row[Any]] = {}
    for row in _public_with(_report.c.base_number, base_numbers):
        kept = found.get(row.base_number)
        if row.status in (workflow.VALID, workflow.SUSPENDED) and (kept is None or kept.sequence < row.sequence):
            found[row.base_number] = row
    return found


def file_hashes(report_ids: Iterable[int]) -> dict[int, set[str]]:
    """Every hash under which the files of these papers were ever handed out, beside the first issued one."""
    found: dict[int, set[str]] = {}
    for some in _chunks(report_ids):
        for report_id, sha256 in db.session.execute(
                select(_file.c.report_id, _file.c.sha256).where(_file.c.report_id.in_(some))):
            found.setdefault(report_id, set()).add(sha256)
    return found


def by_ids(ids: Sequence[int]) -> dict[int, Row[Any]]:
    """Public papers by their keys."""
    return {row.id: row for row in _public_with(_report.c.id, ids)}
