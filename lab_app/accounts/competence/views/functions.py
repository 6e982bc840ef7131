"""Functions and the criteria that they ask for (6.2.2)."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lab_app.accounts.competence import queries, services, wording
from lab_app.accounts.competence.blueprint import bp
from lab_app.accounts.competence.forms import ApproveForm, CriteriaForm, FunctionForm
from lab_app.accounts.competence.models import CRITERIA, CompetenceCriteria, LabFunction
from lab_app.accounts.wording import TASK_WORDS
from lab_app.core import audit, clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.i18n import pick
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, or_404, page

COLUMNS = (
    Column("code", _l("Mã"), LabFunction.code), Column("title", _l("Chức năng")), Column("tasks", _l("Được làm"), css="opt"),
    Column("edition", _l("Tiêu chí đang hiệu lực")), Column("holders", _l("Người giữ"), css="num"),
)
FILTERS = (
    Filter("state", _l("Tình trạng"), [("active", _l("Còn dùng")), ("closed", _l("Không còn dùng"))],
           lambda q, state: q.where(LabFunction.active.is_(state == "active"))),
)


@bp.get("/competence/criteria")
@requires(P.PERSON_READ)
def criteria() -> Any:
    """Functions with the edition of their criteria that counts today, and how many people hold each."""
    query = select(LabFunction)
    shown = listing(query, LabFunction, COLUMNS, kind="lab-function", filters=FILTERS, default_sort="code", default_direction="asc")
    rows = everything(query, LabFunction, shown, COLUMNS, FILTERS, "lab-function") if export.asked() else shown.rows
    today, ids = clock.today(), [row.id for row in rows]
    editions, counts = queries.editions_in_force(ids, today, clock.now()), queries.holders(ids, today, clock.now())
    if export.asked():
        heads = [gettext("Mã"), gettext("Chức năng"), gettext("Lần ban hành"), gettext("Hiệu lực từ ngày"), gettext("Người giữ"),
                 *(str(wording.CRITERIA_WORDS[name]) for name in CRITERIA)]
        table = [[row.code, pick(row.title_vi, row.title_en), *((e.edition, e.effective_from) if (e := editions.get(row.id)) else (None,
                                                                                                                                   None)),
                  counts.get(row.id, 0), *(getattr(e, name) if e else "" for name in CRITERIA)] for row in rows]
        return export.as_file("competence-criteria", heads, table)
    return page("accounts/competence/criteria.html", functions=shown, editions=editions, counts=counts, task_words=TASK_WORDS)


def _function(code: str) -> LabFunction:
    return or_404(queries.function_by_code(code), gettext("Không có chức năng nào mang mã này."))


@bp.get("/competence/functions/<code>")
@requires(P.PERSON_READ)
def function_page(code: str) -> Any:
    """One function: what it asks for now and asked for before, who holds it, its history."""
    row, today, now = _function(code), clock.today(), clock.now()
    return page(
        "accounts/competence/function.html", row=row, editions=queries.editions_of(row), now=queries.criteria_in_force(row.id, today, now),
        held=queries.holders_of(row, today, now), words=wording.CRITERIA_WORDS, names=CRITERIA, task_words=TASK_WORDS,
        entries=audit.history("lab-function", row.id, 10))


@bp.route("/competence/functions/new", methods=["GET", "POST"])
@requires(P.COMPETENCE_WRITE)
def new_function() -> Any:
    """Another function; its criteria follow."""
    form = FunctionForm()
    del form.active, form.reason
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.add_function(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã thêm chức năng. Viết tiêu chí và phê duyệt trước khi giao cho ai (6.2.2)."), "competence.function_page",
                        code=row.code)
    return page("accounts/competence/function_form.html", form=form, row=None)


@bp.post("/competence/functions/common")
@requires(P.COMPETENCE_WRITE)
def begin_with_common() -> Any:
    """Begin from the functions that most laboratories have, with drafts of their criteria."""
    with attempt() as tried:
        made = services.begin_with_common(current_actor())
    if not tried.ok:
        return criteria()
    return done(gettext("Đã thêm %(n)s chức năng với bản thảo tiêu chí; sửa cho đúng phòng thử nghiệm rồi phê duyệt.", n=len(made)),
                "competence.criteria")


@bp.route("/competence/functions/<code>/edit", methods=["GET", "POST"])
@requires(P.COMPETENCE_WRITE)
def edit_function(code: str) -> Any:
    """Change a function's names and tasks, with the reason."""
    row = _function(code)
    form = FunctionForm(obj=row)
    del form.code
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.change_function(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã lưu chức năng."), "competence.function_page", code=code)
    return page("accounts/competence/function_form.html", form=form, row=row)


@bp.route("/competence/functions/<code>/criteria", methods=["GET", "POST"])
@requires(P.COMPETENCE_WRITE)
def write_criteria(code: str) -> Any:
    """Write the next edition of the criteria, beginning from the draft there is or from the last edition."""
    row = _function(code)
    last = next(iter(queries.editions_of(row)), None)
    form = CriteriaForm(data={name: getattr(last, name) for name in CRITERIA} | {
        "change_note": last.change_note if last.approved_at is None else ""} if last else {})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.write_criteria(current_actor(), row, form.criteria(), form.change_note.data)
        if tried.ok:
            return done(gettext("Đã lưu bản thảo tiêu chí; có hiệu lực sau khi được phê duyệt."), "competence.function_page", code=code)
    return page("accounts/competence/criteria_form.html", form=form, row=row,
                first=last is None or (last.edition == 1 and not last.approved_at))


@bp.route("/competence/criteria/<int:id>/approve", methods=["GET", "POST"])
@requires(P.AUTHORISE_PERSON)
def approve_criteria(id: int) -> Any:
    """Approve an edition: from then on it stands unchanged."""
    row = get_or_404(CompetenceCriteria, id)
    form = ApproveForm(data={"version": row.version})
    if form.validate_on_submit() and form.effective_from.data:
        with attempt(form) as tried:
            check_version(row, form.version.data)  # what was read, not what was written over it since
            services.approve_criteria(current_actor(), row, form.effective_from.data)
        if tried.ok:
            return done(gettext("Đã phê duyệt tiêu chí năng lực."), "competence.function_page", code=row.function.code)
    return page("accounts/competence/approve_form.html", form=form, row=row, words=wording.CRITERIA_WORDS, names=CRITERIA)
