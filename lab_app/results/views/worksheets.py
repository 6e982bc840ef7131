"""Worksheets of many jobs: the list, putting one together, the grid, recording, drafts, control rows, handing in."""
from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.accounts.signing import SignatureFields
from lab_app.accounts.workflow import TESTED
from lab_app.core.access import current_actor, requires
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotFound
from lab_app.core.paging import Column, Filter, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, done, page, wants_json
from lab_app.results import presenters, workflow
from lab_app.results.forms.worksheets import (
    MINE,
    NOBODY,
    ControlForm,
    DuplicateForm,
    LinesForm,
    SharedForm,
    WantedForm,
)
from lab_app.results.models import JobLine, Worksheet, WorksheetLine
from lab_app.results.queries import worksheets as queries
from lab_app.results.services import sheet_recording
from lab_app.results.services import worksheets as services
from lab_app.results.validity.queries import chart_by_code
from lab_app.results.views import bp, sheet_desk
from test_methods.models import MethodVersion

COLUMNS = (
    Column("code", _l("Bảng đo"), Worksheet.id), Column("method", _l("Phương pháp")), Column("rows", _l("Đã đo"), css="num"),
    Column("person", _l("Người lập"), css="opt"), Column("status", _l("Trạng thái"), Worksheet.status),
)
DRAFT_LIMIT = 150_000


def _by_status(query: Select[Any], value: str) -> Select[Any]:
    return query.where(Worksheet.status == value)


@bp.get("/worksheets")
@requires(P.JOB_READ)
def worksheets() -> Any:
    """All worksheets, newest first."""
    states = [(s.code, s.word) for s in workflow.WORKSHEET.states]
    shown = listing(queries.worksheets(), Worksheet, COLUMNS, kind="worksheet",
                    filters=[Filter("status", gettext("Trạng thái"), states, _by_status)], default_sort="code")
    return page("results/worksheets.html", page=shown, counts=queries.counts_of([row.id for row in shown.rows]),
                state=workflow.WORKSHEET.state, may_measure=current_actor().can(P.RESULT_WRITE))


@bp.route("/worksheets/new", methods=["GET", "POST"])
@requires(P.RESULT_WRITE)
def new_worksheet() -> Any:
    """Choose open lines of a method version and put them on a new worksheet, or on an open one (`to`)."""
    form = LinesForm()
    if form.validate_on_submit():
        version = db.session.get(MethodVersion, int(form.version.data)) if (form.version.data or "").isdecimal() else None
        with attempt(form) as tried:
            sheet = _put_together(form, version)
        if tried.ok:
            return done(gettext("Bảng đo %(code)s có %(n)s dòng mới.", code=sheet.code, n=len(form.lines.data)), "results.sheet_page",
                        code=sheet.code)
    return _choosing(form)


def _put_together(form: LinesForm, version: MethodVersion | None) -> Worksheet:
    if version is None:
        raise FieldRefused("lines", gettext("Chọn phương pháp trước."))
    chosen, _kept, _parameters = queries.load_lines(form.lines.data or [], [version.id])
    lines = [chosen[ident] for ident in form.lines.data or [] if ident in chosen]
    to = request.form.get("to", "")
    if not to:
        return services.open_worksheet(current_actor(), version, lines, form.note.data or "")
    sheet = sheet_desk.sheet_or_404(to)
    services.add_lines(current_actor(), sheet, lines)
    return sheet


def _choosing(form: LinesForm) -> Response:
    """The filters, and the lines they leave, all ticked."""
    wanted = WantedForm(formdata=request.args)
    to = sheet_desk.sheet_or_404(request.values["to"]) if request.values.get("to") else None
    versions = queries.versions_with_open_lines()
    wanted.version.choices = [(str(v.id), gettext("%(code)s, lần ban hành %(n)s: %(lines)s dòng", code=v.method.code, n=v.number, lines=n))
                              for v, n in versions if to is None or v.id == to.method_version_id]
    picked = str(to.method_version_id) if to is not None else (form.version.data or wanted.version.data or "")
    lines: list[JobLine] = []
    wanted.version.data = picked if picked.isdecimal() else ""
    if picked.isdecimal():
        wanted.parameter.choices = sheet_desk.parameters_of(int(picked))
        lines = queries.open_lines(_wanted(wanted, int(picked)))
    return page("results/worksheet_new.html", form=form, wanted=wanted, lines=lines, to=to, show=presenters,
                most=queries.MOST_ROWS, ticked=set(form.lines.data or []) if form.is_submitted() else None)


def _wanted(form: WantedForm, version_id: int) -> queries.Wanted:
    parameter = form.parameter.data or ""
    return queries.Wanted(
        version_id, int(parameter) if parameter.isdecimal() else None, form.due_until.data,
        current_actor().id if form.who.data == MINE else None, form.who.data == NOBODY)


@bp.get("/worksheets/<code>")
@requires(P.JOB_READ)
def sheet_page(code: str) -> Any:
    """The grid of a worksheet."""
    return sheet_desk.sheet_page(code)


@bp.post("/worksheets/<code>/preview")
@requires(P.RESULT_WRITE)
def preview_sheet(code: str) -> Any:
    """What the typed rows would give, as data; writes nothing."""
    return jsonify(sheet_desk.preview_answer(current_actor(), sheet_desk.sheet_or_404(code), SharedForm(), request.form))


@bp.post("/worksheets/<code>/draft")
@requires(P.RESULT_WRITE)
def draft_sheet(code: str) -> Any:
    """Keep what is being typed, cell by cell."""
    sheet = sheet_desk.sheet_or_404(code)
    if sum(len(v) for v in request.form.values()) > DRAFT_LIMIT:
        return "", 413
    with attempt() as tried:
        services.keep_typed(current_actor(), sheet, sheet_desk.typed_cells(request.form), _head())
    return "", 204 if tried.ok else 409


def _head() -> dict[str, list[str]]:
    names = ("measured_at", "late_reason", "instruments", "environment")
    return {name: request.form.getlist(name) for name in names if request.form.getlist(name)}


@bp.post("/worksheets/<code>/record")
@requires(P.RESULT_WRITE)
def record_sheet(code: str) -> Any:
    """Record the complete rows; what is refused stays typed with its reason."""
    form, sheet = SharedForm(), sheet_desk.sheet_or_404(code)
    outcomes: list[sheet_recording.RowOutcome] = []
    if form.validate_on_submit():
        with attempt(form) as tried:
            outcomes = sheet_recording.record_rows(
                current_actor(), sheet, sheet_desk.typed_rows(request.form), sheet_desk.shared_of(sheet, form))
            services.keep_typed(current_actor(), sheet, _refused_cells(outcomes), _head())
        if tried.ok and wants_json():
            return jsonify(sheet_desk.recorded_answer(sheet, outcomes))
        made = sum(1 for one in outcomes if one.done)
        if tried.ok and made:
            look = {"look": 1} if made < len(outcomes) else {}
            return done(sheet_desk.told(made, len(outcomes) - made), "results.sheet_page", code=code, **look)
        if tried.ok and not outcomes:
            form.form_errors.append(gettext("Chưa có dòng nào được điền."))
    if wants_json():
        return jsonify({"ok": False, "rows": {}, "errors": {k: " ".join(map(str, v)) for k, v in form.errors.items() if k},
                        "refusal": form.refusal.as_json() if form.refusal else None}), 422
    return sheet_desk.sheet_page(code, form, outcomes, 422)


def _refused_cells(outcomes: list[sheet_recording.RowOutcome]) -> dict[str, str]:
    """The cells of rows that were not recorded: they stay as a draft."""
    stay = {str(one.row.id) for one in outcomes if not one.done}
    return {name: text for name, text in sheet_desk.typed_cells(request.form).items() if name.split(".")[1] in stay}


@bp.post("/worksheets/<code>/submit")
@requires(P.RESULT_WRITE)
def submit_sheet(code: str) -> Any:
    """Hand the recorded rows over to review, signed once for all of them."""
    sheet, form = sheet_desk.sheet_or_404(code), SignatureFields()
    with attempt(form) as known:
        confirmed = form.confirmation(current_actor(), TESTED)
    if not known.ok:
        return sheet_desk.sheet_page(code, signing=form)
    with attempt() as tried:
        jobs = services.submit_rows(current_actor(), sheet, confirmed=confirmed)
    if tried.ok:
        return done(gettext("Đã nộp soát xét kết quả của %(n)s việc.", n=len(jobs)), "results.sheet_page", code=code)
    return back_with_refusal("results.sheet_page", code=code)


@bp.post("/worksheets/<code>/steps")
@requires(P.RESULT_WRITE)
def answer_sheet_steps(code: str) -> Any:
    """Tick steps of the checklist for every job on the sheet."""
    sheet = sheet_desk.sheet_or_404(code)
    with attempt() as tried:
        services.answer_steps(current_actor(), sheet, request.form.getlist("steps"))
    if tried.ok:
        return done(gettext("Đã ghi các bước cho mọi việc của bảng đo."), "results.sheet_page", code=code)
    return back_with_refusal("results.sheet_page", code=code)


@bp.post("/worksheets/<code>/rows/<int:id>/remove")
@requires(P.RESULT_WRITE)
def remove_row(code: str, id: int) -> Any:
    """Take a row that was not measured off the sheet."""
    row = _row_or_404(code, id)
    with attempt() as tried:
        services.remove_row(current_actor(), row)
    if tried.ok:
        return done(gettext("Đã bỏ dòng khỏi bảng đo; chỉ tiêu vẫn chờ đo ở việc của nó."), "results.sheet_page", code=code)
    return back_with_refusal("results.sheet_page", code=code)


def _row_or_404(code: str, ident: int) -> WorksheetLine:
    row = db.session.get(WorksheetLine, ident)
    if row is None or row.worksheet_id != sheet_desk.sheet_or_404(code).id:
        raise NotFound(gettext("Bảng đo không có dòng này."))
    return row


@bp.post("/worksheets/<code>/control")
@requires(P.RESULT_WRITE)
def add_control(code: str) -> Any:
    """A row for a control value."""
    sheet, form = sheet_desk.sheet_or_404(code), ControlForm()
    chart = chart_by_code(form.chart.data or "")
    with attempt() as tried:
        if chart is None:
            raise FieldRefused("chart", gettext("Lựa chọn không có trong danh sách."))
        services.add_control(current_actor(), sheet, chart)
    if tried.ok:
        return done(gettext("Đã thêm dòng kiểm soát."), "results.sheet_page", code=code)
    return back_with_refusal("results.sheet_page", code=code)


@bp.post("/worksheets/<code>/duplicate")
@requires(P.RESULT_WRITE)
def add_duplicate(code: str) -> Any:
    """A row for a second measurement of one of the lines."""
    form, chosen = DuplicateForm(), request.form.get("original", "")
    row = _row_or_404(code, int(chosen) if chosen.isdecimal() else 0)
    with attempt() as tried:
        if form.limit.errors or form.limit.process_errors:
            raise FieldRefused("limit", str(form.limit.process_errors[0]))
        services.add_duplicate(current_actor(), row.worksheet, row, criterion=form.criterion.data, limit=form.limit.data)
    if tried.ok:
        return done(gettext("Đã thêm dòng đo lặp."), "results.sheet_page", code=code)
    return back_with_refusal("results.sheet_page", code=code)


