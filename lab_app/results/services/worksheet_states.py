"""A worksheet stands where its rows stand: open, waiting for review, closed. Told by whoever changes a line."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.results.models import JobLine, Worksheet, WorksheetLine
from lab_app.results.rules import row_state, worksheet_status


def refresh_worksheets(line_ids: Sequence[int]) -> None:
    """Derive anew the state of every worksheet that holds one of these lines; one statement where there is none."""
    found = db.session.scalars(
        select(Worksheet).join(WorksheetLine, WorksheetLine.worksheet_id == Worksheet.id)
        .where(WorksheetLine.line_id.in_(line_ids), WorksheetLine.removed_at.is_(None)).distinct()).all()
    for sheet in found:
        refresh(sheet)


def refresh(sheet: Worksheet) -> None:
    """Derive a worksheet's state from its rows (workflow: it stays open while a control row is open)."""
    db.session.flush()
    rows = db.session.execute(
        select(WorksheetLine.kind, JobLine.status, WorksheetLine.value_id, WorksheetLine.comparison_id)
        .outerjoin(JobLine, JobLine.id == WorksheetLine.line_id)
        .where(WorksheetLine.worksheet_id == sheet.id, WorksheetLine.removed_at.is_(None))).all()
    status = worksheet_status([row_state(kind, line, not (value is None and comparison is None)) for kind, line, value, comparison in rows])
    if status != sheet.status:
        sheet.status = status
        sheet.closed_at = clock.now() if status == "closed" else None
        db.session.flush()


def follow(first: JobLine, again: JobLine) -> None:
    """A line is tested again: the new empty line stands on the open worksheet of the first, which is open again with it."""
    sheet = db.session.scalar(
        select(Worksheet).join(WorksheetLine, WorksheetLine.worksheet_id == Worksheet.id)
        .where(WorksheetLine.line_id == first.id, WorksheetLine.kind == "line", WorksheetLine.removed_at.is_(None),
               Worksheet.status != "closed").limit(1))
    if sheet is None:
        return
    db.session.add(WorksheetLine(worksheet_id=sheet.id, line_id=again.id, kind="line", position=next_position(sheet.id)))
    refresh(sheet)


def next_position(worksheet_id: int) -> int:
    """The place of the next row."""
    top = db.session.scalar(select(func.max(WorksheetLine.position)).where(WorksheetLine.worksheet_id == worksheet_id))
    return int(top or 0) + 1
