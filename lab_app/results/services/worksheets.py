"""Worksheets: lines of many jobs put together, control rows beside them, rows taken off; the state follows from the rows (7.5.1, 7.7.1)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from instruments.models import Instrument
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import TESTED, Confirmation
from lab_app.core import clock, drafts, gates, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.quality.models import EnvironmentRecord
from lab_app.results.models import JobLine, TestJob, Worksheet, WorksheetLine
from lab_app.results.queries import signing
from lab_app.results.queries import worksheets as queries
from lab_app.results.queries.deviations import steps_of
from lab_app.results.queries.worksheets import MOST_ROWS
from lab_app.results.services.comparisons import check_criterion
from lab_app.results.services.deviating import answer_step
from lab_app.results.services.reviewing import submit_job
from lab_app.results.services.worksheet_states import next_position, refresh
from lab_app.results.validity import rules as validity
from lab_app.results.validity.models import ControlChart
from lab_app.results.workflow import WorksheetFacts
from test_methods.models import MethodVersion


def draft_key(worksheet_id: int) -> str:
    """Under which name the text typed on a worksheet is kept, per person."""
    return f"worksheet:{worksheet_id}"


def worksheet_facts(sheet: Worksheet) -> WorksheetFacts:
    """What the gate of a finished worksheet looks at."""
    return WorksheetFacts(sheet.code, sheet.status == "closed")


def open_worksheet(actor: Actor, version: MethodVersion, lines: Sequence[JobLine], note: str = "") -> Worksheet:
    """A worksheet of lines without a record, of one method version and one site, each on no other open worksheet.

    Refuses no line, too many, and every line that does not belong, saying which and why.
    """
    authorize(actor, P.RESULT_WRITE)
    if not lines:
        raise FieldRefused("lines", gettext("Chọn ít nhất một chỉ tiêu."))
    _check(lines, version, None)
    sheet = Worksheet(
        code=numbering.yearly("BG", clock.today().year, 3), method_version_id=version.id, site_id=lines[0].job.site_id,
        person_id=person_of(actor), note=note.strip())
    db.session.add(sheet)
    db.session.flush()
    db.session.add_all(WorksheetLine(worksheet_id=sheet.id, line_id=line.id, kind="line", position=n) for n, line in enumerate(lines, 1))
    db.session.flush()
    search.put("worksheet", sheet.id, sheet.code, f"{version.method.code} · {version.method.title_vi}", *{x.job.code for x in lines[:20]})
    return sheet


def add_lines(actor: Actor, sheet: Worksheet, lines: Sequence[JobLine]) -> list[WorksheetLine]:
    """Further lines on a worksheet, which is open again with them. Refused by gate *worksheet-not-closed* (7.5.2) once it is closed."""
    authorize(actor, P.RESULT_WRITE)
    gates.require("worksheet-not-closed", worksheet_facts(sheet))
    if not lines:
        raise FieldRefused("lines", gettext("Chọn ít nhất một chỉ tiêu."))
    _check(lines, sheet.method_version, sheet)
    start = next_position(sheet.id)
    made = [WorksheetLine(worksheet_id=sheet.id, line_id=line.id, kind="line", position=n) for n, line in enumerate(lines, start)]
    db.session.add_all(made)
    refresh(sheet)
    return made


def _check(lines: Sequence[JobLine], version: MethodVersion, sheet: Worksheet | None) -> None:
    present = len(queries.rows_of(sheet).rows) if sheet is not None else 0
    if present + len(lines) > MOST_ROWS:
        raise FieldRefused("lines", gettext("Một bảng đo nhận nhiều nhất %(n)s dòng.", n=MOST_ROWS))
    taken = queries.taken_lines([line.id for line in lines])
    site_id = sheet.site_id if sheet is not None else lines[0].job.site_id
    seen: set[int] = set()
    for line in lines:
        name = f"{line.job.code}, {line.parameter.code} {line.conditions}".strip()
        if line.id in seen:
            raise FieldRefused("lines", gettext("%(line)s được chọn hai lần.", line=name))
        seen.add(line.id)
        if line.job.method_version_id != version.id:
            raise FieldRefused("lines", gettext("%(line)s theo phiên bản phương pháp khác: mỗi bảng đo theo một phiên bản.", line=name))
        if line.job.site_id != site_id:
            raise FieldRefused("lines", gettext("%(line)s làm ở địa điểm khác.", line=name))
        if line.status != "planned":
            raise FieldRefused("lines", gettext("%(line)s đã có số đọc hoặc đã bỏ.", line=name))
        if line.id in taken:
            raise FieldRefused("lines", gettext("%(line)s đang ở bảng đo %(code)s.", line=name, code=taken[line.id]))


def remove_row(actor: Actor, row: WorksheetLine) -> Worksheet:
    """Take a row off. What was recorded stays with its job; a row that is done stays on the sheet, because it was measured with it."""
    authorize(actor, P.RESULT_WRITE)
    sheet = row.worksheet
    gates.require("worksheet-not-closed", worksheet_facts(sheet))
    if row.removed_at is not None:
        raise Refused(gettext("Dòng này đã được bỏ khỏi bảng đo."))
    if row.value_id is not None or row.comparison_id is not None or (row.kind == "line" and row.line is not None and row.line.readings):
        raise Refused(gettext("Dòng này đã có số đọc ghi trên bảng đo nên ở lại đây."))
    row.removed_at = clock.now()
    refresh(sheet)
    return sheet


def add_control(actor: Actor, sheet: Worksheet, chart: ControlChart) -> WorksheetLine:
    """A row for a control value of a chart of the same method; the worksheet stays open until it has its value (7.7.1)."""
    authorize(actor, P.RESULT_WRITE)
    gates.require("worksheet-not-closed", worksheet_facts(sheet))
    if chart.method_id != sheet.method_version.method_id:
        raise FieldRefused("chart", gettext("Biểu đồ %(code)s thuộc phương pháp khác.", code=chart.code))
    if chart.status != "active":
        raise FieldRefused("chart", gettext("Biểu đồ này đã đóng."))
    row = WorksheetLine(worksheet_id=sheet.id, kind="control", chart_id=chart.id, position=next_position(sheet.id))
    db.session.add(row)
    refresh(sheet)
    return row


def add_duplicate(
    actor: Actor, sheet: Worksheet, original: WorksheetLine, *, criterion: str = validity.PERCENT, limit: Decimal | None = None
) -> WorksheetLine:
    """A row for a second measurement of one of the sheet's lines, compared with the first by a criterion (7.7.1 replicate).

    Refuses a row that is no line of this sheet, an observation, and a criterion without its limit.
    """
    authorize(actor, P.RESULT_WRITE)
    gates.require("worksheet-not-closed", worksheet_facts(sheet))
    line = original.line
    if original.worksheet_id != sheet.id or original.kind != "line" or line is None or original.removed_at is not None:
        raise FieldRefused("original", gettext("Chọn một dòng của bảng đo này."))
    if line.parameter.kind == "observation":
        raise FieldRefused("original", gettext("Dòng lặp dùng cho chỉ tiêu đo bằng số."))
    check_criterion(criterion, limit, line.parameter.unit)
    row = WorksheetLine(
        worksheet_id=sheet.id, kind="duplicate", line_id=line.id, position=next_position(sheet.id),
        settings={"criterion": criterion, "limit": None if limit is None else format(limit, "f")})
    db.session.add(row)
    refresh(sheet)
    return row


def share(
    sheet: Worksheet, instruments: Sequence[Instrument], environment: EnvironmentRecord | None, measured_at: datetime | None,
    late_reason: str,
) -> None:
    """What the rows recorded last were measured with stands on the sheet, to start from next time. Part of recording."""
    sheet.instruments = [i.id for i in instruments]
    sheet.environment_id = environment.id if environment is not None else None
    sheet.measured_at, sheet.late_reason = measured_at, late_reason.strip()


def submit_rows(actor: Actor, sheet: Worksheet, *, confirmed: Confirmation | None = None) -> list[TestJob]:
    """Hand the recorded lines of the sheet over to review, job by job; lines not measured yet wait. Refuses when there are none.

    One signature on the worksheet (`rows_shown`) signs each of its jobs.
    """
    authorize(actor, P.RESULT_WRITE)
    ready = rows_ready(queries.rows_of(sheet).lines)
    if not ready:
        raise Refused(gettext("Không có kết quả mới nào để nộp."))
    shown = rows_shown(sheet, ready)
    whole = signatures.sign(actor, confirmed, meaning=TESTED, subject=("worksheet", sheet.id), shown=shown)
    jobs = []
    for lines, part in zip(ready.values(), shown["jobs"], strict=True):
        jobs.append(submit_job(actor, lines[0].job, lines, confirmed=signatures.of_many(whole, signatures.digest(part))))
    refresh(sheet)
    return jobs


def rows_ready(lines: Sequence[JobLine]) -> dict[int, list[JobLine]]:
    """Job id → its lines that would be handed over now."""
    ready: dict[int, list[JobLine]] = {}
    for line in lines:
        if line.status in signing.READY:
            ready.setdefault(line.job_id, []).append(line)
    return ready


def rows_shown(sheet: Worksheet, ready: Mapping[int, Sequence[JobLine]]) -> dict[str, Any]:
    """What the tester signs on a worksheet."""
    return signing.sheet_submission(sheet.code, [signing.submission(lines[0].job, lines) for lines in ready.values()])


def answer_steps(actor: Actor, sheet: Worksheet, keys: Sequence[str]) -> int:
    """Tick steps of the method's checklist for every job on the sheet in which nobody has answered them; answers how many were ticked.

    What was answered before stays as it was. Refuses no step, and a step the method does not have.
    """
    authorize(actor, P.RESULT_WRITE)
    if not keys:
        raise FieldRefused("steps", gettext("Chọn ít nhất một bước."))
    jobs = {line.job_id: line.job for line in queries.rows_of(sheet).lines if line.job.status not in ("reviewed", "cancelled")}
    answered = steps_of(jobs)
    made = 0
    for job in jobs.values():
        for key in keys:
            if key not in answered.get(job.id, {}):
                answer_step(actor, job, key)
                made += 1
    return made


def keep_typed(actor: Actor, sheet: Worksheet, cells: dict[str, str], head: dict[str, Any] | None = None) -> None:
    """Keep what a person types on a worksheet: cells by name, those of an earlier call among them; an emptied cell goes."""
    authorize(actor, P.RESULT_WRITE)
    if actor.id is None:
        return
    key = draft_key(sheet.id)
    body = drafts.load(actor.id, key)
    merged = {name: text for name, text in {**body.get("cells", {}), **cells}.items() if text}
    drafts.save(actor.id, key, {"cells": merged, "head": body.get("head", {}) if head is None else head})
