"""Pages of context, interested parties and processes (ISO 9001 4)."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, export, kpi
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, get_or_404, or_404, page, press
from lab_app.quality.context import picture, queries, rules, services
from lab_app.quality.context.forms import IssueForm, PartyForm, ProcessForm, ReviewForm
from lab_app.quality.context.models import ContextIssue, InterestedParty, Process

bp = Blueprint("quality_context", __name__)


@bp.get("/quality/context")
@requires(P.QUALITY_READ)
def context() -> Any:
    """Issues, interested parties, the scope as last stated, on one page."""
    reviews = queries.reviews()
    return page(
        "quality/context/context.html", issues=queries.issues(), parties=queries.parties(), reviews=reviews,
        latest=reviews[0] if reviews else None, sides=rules.SIDES, topics=rules.TOPICS, effects=rules.EFFECTS, tones=rules.TONES,
        today=clock.today())


def _form_page(form: Any, title: str, label: str, back: str = "quality_context.context", **more: Any) -> Any:
    word = gettext("Quá trình") if back == "quality_context.processes" else gettext("Bối cảnh, bên quan tâm")
    return page("quality/subject_form.html", form=form, title=title, label=label, trail=[(word, url_for(back))], cancel=url_for(back),
                **more)


@bp.route("/quality/context/issues/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_issue() -> Any:
    """Something that bears on the laboratory."""
    form = IssueForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.record_issue(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi."), "quality_context.context")
    return _form_page(form, gettext("Ghi vấn đề bên trong, bên ngoài"), gettext("Ghi"))


@bp.route("/quality/context/parties/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_party() -> Any:
    """Who has an interest in the laboratory."""
    form = PartyForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.record_party(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi."), "quality_context.context")
    return _form_page(form, gettext("Ghi bên quan tâm"), gettext("Ghi"))


@bp.post("/quality/context/<kind>/<int:id>/gone")
@requires(P.QUALITY_WRITE)
def let_go(kind: str, id: int) -> Any:
    """It no longer bears on the laboratory, and why."""
    if kind not in ("issues", "parties"):
        raise NotFound(gettext("Không có hồ sơ này."))
    row: ContextIssue | InterestedParty = get_or_404(ContextIssue, id) if kind == "issues" else get_or_404(InterestedParty, id)
    return press(lambda: services.let_go(current_actor(), row, request.form.get("reason", "")),
                 gettext("Đã ghi."), "quality_context.context")


@bp.route("/quality/context/review", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def review() -> Any:
    """The yearly look, the scope stated anew."""
    latest = next(iter(queries.reviews()), None)
    form = ReviewForm(data={"done_on": clock.today(), "scope_vi": latest.scope_vi if latest else "",
                            "scope_en": latest.scope_en if latest else ""})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.review_context(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi lần xem lại."), "quality_context.context")
    return _form_page(form, gettext("Xem lại bối cảnh, bên quan tâm, phạm vi"), gettext("Ghi"))


# ---- processes -----------------------------------------------------------------------------------------------------


@bp.get("/quality/processes")
@requires(P.QUALITY_READ)
def processes() -> Any:
    """The process map and the register behind it."""
    found = queries.processes()
    if export.asked():
        heads = [gettext("Mã quá trình"), gettext("Tên quá trình"), gettext("Nhóm"), gettext("Đầu vào"), gettext("Đầu ra"),
                 gettext("Đầu ra đi tới quá trình"), gettext("Người chịu trách nhiệm"), gettext("Theo dõi bằng chỉ số")]
        table = [[p.code, p.name_vi, str(rules.LANES[p.kind]), p.inputs, p.outputs, ", ".join(p.feeds), p.owner.full_name,
                  str(kpi.registry[p.kpi].label) if p.kpi in kpi.registry else ""] for p in found]
        return export.as_file("processes", heads, table)
    return page("quality/context/processes.html", found=found, map=picture.draw(found), lanes=rules.LANES, kpis=kpi.registry)


def _process(code: str) -> Process:
    return or_404(queries.process_by_code(code))


@bp.route("/quality/processes/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_process() -> Any:
    """Another process."""
    form = ProcessForm(data={"position": len(queries.processes()) + 1})
    del form.reason
    if form.validate_on_submit():
        owner = get_or_404(Person, int(form.owner_id.data))
        with attempt(form) as tried:
            row = services.add_process(current_actor(), code=form.code.data or "", owner=owner, **form.words())
        if tried.ok:
            return done(gettext("Đã thêm quá trình %(code)s.", code=row.code), "quality_context.process_page", code=row.code)
    return _form_page(form, gettext("Thêm quá trình"), gettext("Thêm quá trình"), "quality_context.processes")


@bp.get("/quality/processes/<code>")
@requires(P.QUALITY_READ)
def process_page(code: str) -> Any:
    """One process: what goes in, what comes out, who answers for it, what it is watched by."""
    row = _process(code)
    others = {p.code: p for p in queries.processes()}
    return page(
        "quality/context/process_page.html", row=row, lanes=rules.LANES, kpi=kpi.registry.get(row.kpi), others=others,
        fed_by=[p for p in others.values() if row.code in p.feeds], entries=audit.history("process", row.id, 10))


@bp.route("/quality/processes/<code>/edit", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def edit_process(code: str) -> Any:
    """Change a process, with the reason."""
    row = _process(code)
    form = ProcessForm(obj=row)
    del form.code
    if request.method == "GET":
        form.feeds.data, form.owner_id.data, form.version.data = ", ".join(row.feeds), str(row.owner_id), row.version
    if form.validate_on_submit():
        owner = get_or_404(Person, int(form.owner_id.data))
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.change_process(current_actor(), row, reason=form.reason.data or "", owner=owner, **form.words())
        if tried.ok:
            return done(gettext("Đã lưu."), "quality_context.process_page", code=code)
    return _form_page(form, gettext("Sửa quá trình %(code)s", code=code), gettext("Lưu"), "quality_context.processes")


@bp.post("/quality/processes/<code>/end")
@requires(P.QUALITY_WRITE)
def end_process(code: str) -> Any:
    """It runs no more."""
    row = _process(code)
    with attempt() as tried:
        services.end_process(current_actor(), row, request.form.get("reason", ""))
    if not tried.ok:
        return back_with_refusal("quality_context.process_page", code=code)
    return done(gettext("Đã ghi."), "quality_context.processes")
