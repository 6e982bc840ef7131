"""Puts a worksheet's page together: columns, cells with what is typed or recorded, what the rows would give. Reads only."""
from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Response, request
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from lab_app.accounts.signing import Box, SignatureFields, box
from lab_app.accounts.workflow import TESTED
from lab_app.core import clock, drafts, gates
from lab_app.core.access import Actor, current_actor
from lab_app.core.db import db
from lab_app.core.gates import Stop
from lab_app.core.i18n import lang, nfc, pick
from lab_app.core.permissions import P
from lab_app.core.web import or_404, page
from lab_app.quality import queries as rooms
from lab_app.quality import rules as environment_rules
from lab_app.quality.models import EnvironmentRecord
from lab_app.results import loading, presenters, workflow
from lab_app.results.forms import is_typed
from lab_app.results.forms.worksheets import ControlForm, DuplicateForm, SharedForm
from lab_app.results.models import JobLine, Worksheet, WorksheetLine
from lab_app.results.presenters import Shown
from lab_app.results.preview import Preview
from lab_app.results.queries import worksheets as queries
from lab_app.results.queries.deviations import steps_of
from lab_app.results.queries.worksheets import SheetRows
from lab_app.results.services import worksheets as services
from lab_app.results.services.recording import field_name
from lab_app.results.services.sheet_recording import CONTROL, RowOutcome, Shared, Typed, preview_rows
from lab_app.results.validity import pictures
from lab_app.results.views import picks as panels
from lab_app.results.views.desk import cells
from lab_app.results.views.picks import Air, Pick
from test_methods.models import MethodParameter
from test_methods.rules import EnvironmentLimits, environment_for

#: Names of cells: `c.<row>.<field>.<n>`; the observation and the note of a row stand under these fields.
CELL, OBSERVATION, NOTE = "c", "observation", "note"
LONGEST = 4_000


@dataclass(frozen=True)
class Column:
    """A column to type in: a reading field of one or several parameters, or the n-th of its repeated readings."""

    key: str
    number: int
    label: str
    unit: str
    many: bool = False

    @property
    def id(self) -> str:
        """For the page: which heading a cell belongs to."""
        return f"h-{self.key}-{self.number}"


@dataclass
class Cell:
    """One cell: its name when it can be typed in, what stands in it, what is wrong with it."""

    name: str = ""
    text: str = ""
    error: str = ""
    column: str = ""


@dataclass
class GridRow:
    """One row as the page shows it."""

    row: WorksheetLine
    line: JobLine | None
    title: str
    cells: list[Cell]
    shown: Shown
    open: bool
    answers: list[tuple[str, Any]] = field(default_factory=list)
    answer: str = ""
    note: str = ""
    says: str = ""
    word: Any = None
    href: str = ""


@dataclass
class Grid:
    """Everything a worksheet's page shows."""

    sheet: Worksheet
    rows: list[GridRow]
    columns: list[Column]
    form: SharedForm
    picks: list[Pick] = field(default_factory=list)
    airs: list[Air] = field(default_factory=list)
    air_says: str = ""
    limits_text: str = ""
    titles: bool = False
    observed: bool = False
    may_measure: bool = False
    done: int = 0
    ready: int = 0
    add_stop: Stop | None = None
    submit_stop: Stop | None = None
    box: Box | None = None
    duplicate: DuplicateForm | None = None
    control: ControlForm | None = None
    steps: list[tuple[str, str, int]] = field(default_factory=list)


def sheet_or_404(code: str) -> Worksheet:
    """The worksheet of this code; the 404 page when there is none."""
    return or_404(queries.worksheet_by_code(code), gettext("Không có bảng đo mang mã này."))


# ---- what was typed --------------------------------------------------------------------------------------


def typed_cells(values: Mapping[str, str]) -> dict[str, str]:
    """The cells among posted values: name → text (NFC, cut at a length no reading has)."""
    return {name: nfc(text)[:LONGEST] for name, text in values.items() if name.startswith(CELL + ".") and name.count(".") >= 2}


def typed_rows(values: Mapping[str, str]) -> dict[int, Typed]:
    """Cells by row: repeated readings are put together in their order, empty ones left out."""
    parts: dict[int, dict[str, list[tuple[int, str]]]] = {}
    for name, text in typed_cells(values).items():
        _, row, key, *number = name.split(".")
        if row.isdecimal():
            at = int(number[0]) if number and number[0].isdecimal() else 0
            parts.setdefault(int(row), {}).setdefault(key, []).append((at, text))
    out = {}
    for ident, fields in parts.items():
        texts = {key: "; ".join(text for _n, text in sorted(found) if text.strip()) for key, found in fields.items()}
        answer, note = texts.pop(OBSERVATION, ""), texts.pop(NOTE, "")
        out[ident] = Typed(texts, answer, note)
    return out


def shared_of(sheet: Worksheet, form: SharedForm) -> Shared:
    """What the form's head says, for recording."""
    picked = form.environment.data or ""
    return Shared(
        locale=lang(), instruments=loading.instruments_by_id(form.instruments.data or []),
        environment=db.session.get(EnvironmentRecord, int(picked)) if picked.isdecimal() else None,
        measured_at=form.measured_at.data, late_reason=form.late_reason.data or "")


# ---- the page --------------------------------------------------------------------------------------------


def sheet_page(
    code: str, form: SharedForm | None = None, outcomes: Sequence[RowOutcome] = (), status: int | None = None,
    signing: SignatureFields | None = None,
) -> Response:
    """A worksheet. `outcomes` are rows that were refused just now, `signing` a signature that was; with `?look=1` the typed rows are
    tried out again."""
    grid = sheet_grid(code, form, outcomes, signing)
    status = 422 if signing is not None else status
    return page("results/worksheet_grid.html", status, g=grid, form=grid.form, show=presenters, state=workflow.WORKSHEET.state,
                line_state=workflow.LINE.state)


def sheet_grid(code: str, posted: SharedForm | None, outcomes: Sequence[RowOutcome], signing: SignatureFields | None = None) -> Grid:
    """Everything the page shows; statements do not grow with the rows."""
    actor = current_actor()
    sheet = sheet_or_404(code)
    found = queries.rows_of(sheet)
    draft = drafts.load(actor.id, services.draft_key(sheet.id)) if posted is None else {}
    texts = typed_cells(request.form if posted is not None else draft.get("cells", {}))
    form = posted if posted is not None else _head(sheet, draft.get("head", {}))
    grid = Grid(sheet, [], columns_of(found), form, may_measure=actor.can(P.RESULT_WRITE))
    _prepare_head(grid, found)
    tried = _tried(actor, grid, found, texts) if request.args.get("look") and texts else {}
    why = {o.row.id: o for o in outcomes}
    codes = {row.line.parameter.code for row in found.rows if row.line is not None}
    grid.titles, grid.observed = len(codes) > 1, any(line.parameter.kind == "observation" for line in found.lines)
    grid.rows = [_row(grid, row, texts, tried.get(row.id), why.get(row.id)) for row in found.rows]
    grid.done = sum(1 for row in grid.rows if not row.open)
    grid.ready = sum(1 for line in found.lines if line.status in ("recorded", "returned"))
    grid.add_stop = gates.ask("worksheet-not-closed", services.worksheet_facts(sheet))
    if grid.may_measure and grid.ready:
        grid.box = box(actor, TESTED, services.rows_shown(sheet, services.rows_ready(found.lines)), signing)
    grid.submit_stop = None if grid.ready else Stop(says=gettext("Không có kết quả mới nào để nộp."))
    if grid.may_measure and grid.add_stop is None:
        _prepare_additions(grid, found, codes)
    return grid


def columns_of(found: SheetRows) -> list[Column]:
    """The columns of the fields that are typed, in the order of the method; a field of replicates has one for each."""
    used = {line.parameter_id for line in found.lines}
    parameters = sorted((p for p in found.parameters.values() if p.id in used), key=lambda p: (p.position, p.id))
    wanted: dict[str, tuple[dict[str, Any], int]] = {}
    for p in parameters:
        for f in p.fields:
            if is_typed(f):
                n = max(p.replicates, 1) if f.get("many") and p.replicates > 1 else 1
                old = wanted.get(str(f["key"]))
                wanted[str(f["key"])] = (f, max(n, old[1] if old else 1))
    out = []
    for key, (f, n) in wanted.items():
        label = presenters.field_label(f)
        for number in range(n):
            numbered = f"{label} {number + 1}" if n > 1 else label
            out.append(Column(key, number, numbered, str(f.get("unit") or ""), bool(f.get("many")) and n == 1))
    return out or [Column(CONTROL, 0, gettext("Giá trị"), "")]


def _head(sheet: Worksheet, draft: Mapping[str, Any]) -> SharedForm:
    """The head as it was typed last, else as the rows before were recorded."""
    if draft:
        return SharedForm(formdata=MultiDict([(k, v) for k, values in draft.items() for v in values]))
    pairs: list[tuple[str, str]] = [("instruments", str(i)) for i in sheet.instruments]
    if sheet.environment_id is not None:
        pairs.append(("environment", str(sheet.environment_id)))
    return SharedForm(formdata=MultiDict(pairs))


def _prepare_head(grid: Grid, found: SheetRows) -> None:
    """Instruments that fit what the parameters need, and the room's log at the moment."""
    at, chosen = grid.form.moment(), [i for i in grid.form.instruments.data or [] if i]
    still_open = [line for line in found.lines if line.status == "planned"] or found.lines
    seen: dict[str, JobLine] = {}
    for line in still_open:
        seen.setdefault(json.dumps(line.parameter.need, sort_keys=True), line)
    if not seen or not grid.may_measure:
        return
    merged: dict[int, Pick] = {}
    for line in list(seen.values())[:3]:
        for one in panels.instruments(line, at, chosen):
            if one.id not in merged or merged[one.id].off:
                merged[one.id] = one
    grid.picks = sorted(merged.values(), key=lambda p: (not p.chosen, p.off, p.code))
    _prepare_air(grid, still_open[0], chosen)


def _prepare_air(grid: Grid, line: JobLine, chosen: Sequence[int]) -> None:
    at = grid.form.moment()
    limits = _limits(line)
    rows = rooms.environments_of_day(clock.local(at).date())
    covering = [row for row in rows if environment_rules.covers(rooms.conditions(row), at)]
    asked = grid.form.environment.data or ""
    if asked not in {str(row.id) for row in rows}:
        offered, grid.air_says = panels.offered_air(covering, loading.instruments_by_id(chosen), at)
        asked = str(offered.id) if offered is not None else ""
    grid.form.environment.data = asked
    grid.airs = [Air(str(row.id), presenters.environment_text(row), "" if row in covering else gettext("không bao gồm thời điểm đo"),
                     str(row.id) == asked) for row in rows]
    if limits.not_critical or not rows:
        says = gettext("Không cần ghi: %(why)s", why=limits.not_critical) if limits.not_critical else gettext("chưa có bản ghi")
        grid.airs.append(Air("", says, "", asked == ""))
    grid.limits_text = panels.limits_text(limits)


def _limits(line: JobLine) -> EnvironmentLimits:
    return environment_for(line.job.method_version.environment or {"not_critical": "–"}, line.conditions)


def _prepare_additions(grid: Grid, found: SheetRows, codes: Iterable[str]) -> None:
    steps, jobs = grid.sheet.method_version.steps, {line.job_id for line in found.lines}
    if steps and jobs:
        answered = steps_of(jobs)
        left = {s["key"]: sum(1 for job in jobs if s["key"] not in answered.get(job, {})) for s in steps}
        grid.steps = [(s["key"], pick(s["vi"], s.get("en", "")), left[s["key"]]) for s in steps]
    taken = {row.chart_id for row in found.rows if row.kind == "control" and row.value_id is None}
    charts = [c for c in queries.charts_for(grid.sheet.method_version.method_id, codes) if c.id not in taken]
    if charts:
        grid.control = ControlForm(formdata=None)
        grid.control.chart.choices = [(c.code, f"{c.code} · {c.name}") for c in charts]
    numbers = [row for row in found.rows if row.kind == "line" and row.line is not None and row.line.parameter.kind != "observation"]
    if numbers:
        grid.duplicate = DuplicateForm(formdata=None)
        grid.duplicate.original.choices = [(str(row.id), f"{row.position} · {row.line.job.sample.code} · {presenters.line_title(row.line)}")
                                           for row in numbers if row.line is not None]


def _tried(actor: Actor, grid: Grid, found: SheetRows, texts: Mapping[str, str]) -> dict[int, Preview]:
    still_open = {row.id for row in found.rows if row.kind == "line" and row.line is not None and row.line.status == "planned"}
    rows = {ident: typed for ident, typed in typed_rows(texts).items() if ident in still_open and not typed.empty}
    return preview_rows(actor, grid.sheet, rows, shared_of(grid.sheet, grid.form)) if rows else {}


def is_open(row: WorksheetLine) -> bool:
    """Whether something can still be typed in a row."""
    if row.kind == "control":
        return row.value_id is None
    if row.kind == "duplicate":
        return row.comparison_id is None
    return row.line is not None and row.line.status == "planned" and not row.line.readings


def _row(grid: Grid, row: WorksheetLine, texts: Mapping[str, str], tried: Preview | None, why: RowOutcome | None) -> GridRow:
    line, can_type = row.line, is_open(row) and grid.may_measure
    title = presenters.name(line.parameter) if line is not None else ""
    made = GridRow(row, line, title, [], presenters.NOTHING, is_open(row))
    if row.kind == "control":
        _control_row(grid, made, can_type, texts)
    elif line is not None:
        made.cells = [_cell(grid, row, line, column, can_type, texts) for column in grid.columns]
        made.shown = presenters.shown_outcome(line, tried.outcome, tried.raw) if tried is not None else presenters.shown_reading(
            line, line.reading if row.kind == "line" else None)
        if row.kind == "line" and line.parameter.kind == "observation":
            made.answers = presenters.answers_of(line.limit)
            made.answer = texts.get(f"{CELL}.{row.id}.{OBSERVATION}", "") if made.open else ""
        made.note = texts.get(f"{CELL}.{row.id}.{NOTE}", "") if made.open else (line.reading.note if line.reading else "")
        if row.kind == "duplicate":
            _compared(made)
    _say(made, tried, why)
    return made


def _cell(grid: Grid, row: WorksheetLine, line: JobLine, column: Column, can_type: bool, texts: Mapping[str, str]) -> Cell:
    if not any(str(f["key"]) == column.key and is_typed(f) for f in line.parameter.fields):
        return Cell(column=column.id)
    name = f"{CELL}.{row.id}.{column.key}.{column.number}"
    if can_type:
        return Cell(name, texts.get(name, ""), column=column.id)
    reading = line.reading if row.kind == "line" else None
    part = reading.raw.get(column.key) if reading is not None else None
    if not part:
        return Cell(column=column.id)
    values = part.get("values")
    if values is None:
        return Cell(text=presenters.typed_again(part), column=column.id)
    several = any(c.key == column.key and c.number for c in grid.columns)
    here = values[column.number:column.number + 1] if several else values
    return Cell(text=presenters.typed_again({"values": here}), column=column.id)


def _control_row(grid: Grid, made: GridRow, can_type: bool, texts: Mapping[str, str]) -> None:
    chart, value = made.row.chart, made.row.value
    made.title = gettext("Kiểm soát: %(name)s", name=chart.name) if chart is not None else ""
    name = f"{CELL}.{made.row.id}.{CONTROL}.0"
    first = Cell(name if can_type else "", texts.get(name, "") if can_type else "", column=grid.columns[0].id)
    if value is not None:
        first.text = "; ".join(presenters.number(presenters.decimal_of(v)) for v in value.readings)
        made.word = pictures.STANDINGS.get(value.standing)
    made.cells = [first, *(Cell(column=c.id) for c in grid.columns[1:])]


def _compared(made: GridRow) -> None:
    made.title = gettext("Đo lặp dòng này: %(name)s", name=made.title)
    if made.row.comparison is not None:
        second = presenters.decimal_of(made.row.comparison.second)
        made.shown = replace(made.shown, value=presenters.number(second), unit=made.row.comparison.unit)
        made.word = pictures.VERDICTS.get(made.row.comparison.verdict)


def _say(made: GridRow, tried: Preview | None, why: RowOutcome | None) -> None:
    """Why the row stays: beside the cell that is wrong, or for the row."""
    errors, made.says = (why.errors, "" if why.stop is None else why.why) if why is not None else (
        tried.errors if tried is not None else {}, str(tried.stop.says) if tried is not None and tried.stop is not None else "")
    for key, text in errors.items():
        cell = next((c for c in made.cells if c.name.split(".")[2:3] == [key]), None)
        if cell is not None:
            cell.error = text
        else:
            name = field_name(made.line, key) if made.line is not None and key not in ("", "raw", CONTROL) else ""
            made.says = presenters.joined([made.says, f"{name}: {text}" if name else text])


# ---- answers to the live page ----------------------------------------------------------------------------


def preview_answer(actor: Actor, sheet: Worksheet, form: SharedForm, values: Mapping[str, str]) -> dict[str, Any]:
    """What the typed rows would give, row id → cells of the result, errors by cell, what refuses. Half a row is not called wrong."""
    form.validate()
    rows = {ident: typed for ident, typed in typed_rows(values).items() if not typed.empty}
    seen = preview_rows(actor, sheet, rows, shared_of(sheet, form))
    lines = {row.id: row.line for row in queries.rows_of(sheet).rows if row.line is not None} if seen else {}
    out = {}
    for ident, one in seen.items():
        line = lines[ident]
        stop = one.stop
        waiting = stop is not None and stop.gate == "record-complete"
        out[str(ident)] = cells(presenters.shown_outcome(line, one.outcome, one.raw, rows[ident].observation)) | {
            "errors": {f"{CELL}.{ident}.{key}.0" if key else "": text for key, text in one.errors.items()},
            "says": "" if stop is None or waiting else _said(stop), "waits": str(stop.says) if stop is not None and waiting else "",
            "ready": one.ready, "spread_text": _spread(one),
        }
    return {"ok": True, "rows": out}


def _said(stop: Stop) -> str:
    return f"{stop.says} ({', '.join(stop.clauses)})" if stop.clauses else str(stop.says)


def _spread(one: Preview) -> str:
    frozen = one.outcome.frozen if one.outcome is not None else {}
    return presenters.joined(presenters.replicate_text(r) for r in (frozen.get("replicates") or {}).values())


def recorded_answer(sheet: Worksheet, outcomes: Sequence[RowOutcome]) -> dict[str, Any]:
    """What became of each row, for the live page."""
    out = {}
    for one in outcomes:
        body: dict[str, Any] = {"done": one.done, "says": one.why if one.stop is not None else "",
                                "errors": {f"{CELL}.{one.row.id}.{key}.0": text for key, text in one.errors.items()}}
        if one.reading is not None:
            body |= cells(presenters.shown_reading(one.row.line, one.reading))
        out[str(one.row.id)] = body
    made = sum(1 for one in outcomes if one.done)
    return {"ok": True, "rows": out, "status": sheet.status, "says": told(made, len(outcomes) - made)}


def told(made: int, refused: int) -> str:
    """How many rows were recorded and how many stay."""
    if not refused:
        return gettext("Đã ghi %(n)s dòng.", n=made)
    return gettext("Đã ghi %(n)s dòng; %(m)s dòng chưa ghi được, lý do ở từng dòng.", n=made, m=refused)


def parameters_of(version_id: int) -> list[tuple[str, str]]:
    """A version's parameters as choices."""
    rows = db.session.scalars(
        select(MethodParameter).where(MethodParameter.method_version_id == version_id).order_by(MethodParameter.position))
    return [(str(p.id), f"{p.code} · {pick(p.name_vi, p.name_en)}") for p in rows]
