"""Pages of improvements (8.6.1)."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.accounts.models import Person
from lab_app.core import audit, export, files
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotAllowed
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, or_404, page, press
from lab_app.quality import subjects
from lab_app.quality.improvements import queries, rules, services, workflow
from lab_app.quality.improvements.forms import FinishForm, PhotoForm, ProposeForm, TakeUpForm
from lab_app.quality.improvements.models import Improvement
from lab_app.quality.subject_form import FormPages

bp = Blueprint("quality_improvements", __name__)
FORMS = FormPages(_l("Cải tiến"), "quality_improvements.improvements", "quality_improvements.improvement_page")
COLUMNS = (
    Column("code", _l("Số"), Improvement.id), Column("title", _l("Cải tiến gì")), Column("gain", _l("Trước → sau")),
    Column("owner", _l("Người làm"), css="opt"), Column("due", _l("Hạn"), css="num opt"), Column("status", _l("Trạng thái")),
)


def _filters() -> tuple[Filter, ...]:
    def by_status(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Improvement.status == value)

    return (
        Filter("status", gettext("Trạng thái"), [(s.code, s.word) for s in workflow.IMPROVEMENT.states], by_status),
        Filter("kind", gettext("Loại"), list(rules.KINDS.items()), lambda q, v: q.where(Improvement.kind == v)),
    )


@bp.get("/quality/improvements")
@requires(P.HOME)
def improvements() -> Any:
    """Improvements, newest first, for everybody: whoever proposed sees what became of it."""
    filters, query = _filters(), queries.improvements()
    shown = listing(query, Improvement, COLUMNS, kind="improvement", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(query, Improvement, shown, COLUMNS, filters, "improvement")
        heads = [gettext("Số"), gettext("Loại"), gettext("Cải tiến gì"), gettext("Người đề xuất"), gettext("Người làm"),
                 gettext("Đo bằng gì"),
                 gettext("Đơn vị"), gettext("Trước"), gettext("Sau"), gettext("Lợi ích"), gettext("Tiết kiệm mỗi năm"),
                 gettext("Xong ngày"),
                 gettext("Trạng thái")]
        table = [[r.code, str(rules.KINDS[r.kind]), r.title, r.proposed_by.full_name, r.owner.full_name if r.owner else "", r.figure,
                  r.unit,
                  r.before, r.after, r.benefit, r.saved, r.done_on, str(workflow.IMPROVEMENT.state(r.status).word)] for r in rows]
        return export.as_file("improvements", heads, table)
    return page("quality/improvements/improvements.html", page=shown, machine=workflow.IMPROVEMENT, kinds=rules.KINDS, gain=rules.gain)


def _improvement(code: str) -> Improvement:
    return or_404(queries.improvement_by_code(code))


@bp.route("/quality/improvements/new", methods=["GET", "POST"])
@requires(P.HOME)
def propose() -> Any:
    """Propose an improvement; everybody may."""
    form = ProposeForm(data={name: request.args.get(name, "") for name in ("source_kind", "source_code")} | {"kind": "suggestion"})
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.propose(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi đề xuất %(code)s.", code=row.code), "quality_improvements.improvement_page", code=row.code)
    return FORMS.draw(form, gettext("Đề xuất cải tiến"), gettext("Gửi đề xuất"))


@bp.get("/quality/improvements/<code>")
@requires(P.HOME)
def improvement_page(code: str) -> Any:
    """One improvement: before, after, what it brought."""
    row, actor = _improvement(code), current_actor()
    found = files.attachments("improvement", row.id)
    return page(
        "quality/improvements/improvement_page.html", row=row, machine=workflow.IMPROVEMENT, kinds=rules.KINDS, better=rules.BETTER,
        gain=rules.gain(row.before, row.after, row.better), before=[f for f in found if f.purpose == "before"],
        after=[f for f in found if f.purpose == "after"], may=actor.can(P.QUALITY_WRITE), own=actor.id == row.owner_id,
        may_photo=actor.can(P.QUALITY_WRITE) or actor.id in (row.owner_id, row.proposed_by_id),
        source_url=subjects.url(row.source_kind, row.source_id, row.source_code), entries=audit.history("improvement", row.id, 10))


@bp.route("/quality/improvements/<code>/take-up", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def take_up(code: str) -> Any:
    """Somebody does it until a day."""
    row = _improvement(code)
    form = TakeUpForm(data={"version": row.version})
    if form.validate_on_submit():
        owner = get_or_404(Person, int(form.owner_id.data))
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.take_up(current_actor(), row, owner=owner, **form.clean("due_on", "decision"))
        if tried.ok:
            return done(gettext("Đã ghi."), "quality_improvements.improvement_page", code=code)
    return FORMS.draw(form, gettext("Nhận làm %(code)s", code=code), gettext("Nhận làm"), row)


@bp.post("/quality/improvements/<code>/decline")
@requires(P.QUALITY_WRITE)
def decline(code: str) -> Any:
    """It is not done, and why."""
    row = _improvement(code)
    return press(lambda: services.decline(current_actor(), row, request.form.get("reason", "")),
                 gettext("Đã ghi."), "quality_improvements.improvement_page", seen=row, code=code)


def _may_finish(row: Improvement) -> None:
    actor = current_actor()
    if actor.id not in (row.owner_id, row.proposed_by_id) and not actor.can(P.QUALITY_WRITE):
        raise NotAllowed(gettext("Vai trò của bạn không mở được trang này (%(right)s).", right=P.QUALITY_WRITE.value))


@bp.route("/quality/improvements/<code>/finish", methods=["GET", "POST"])
@requires(P.HOME)
def finish(code: str) -> Any:
    """What it brought."""
    row = _improvement(code)
    _may_finish(row)
    form = FinishForm(data={"version": row.version})
    form.after.unit = row.unit
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.finish(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi kết quả."), "quality_improvements.improvement_page", code=code)
    return FORMS.draw(form, gettext("Kết quả của %(code)s", code=code), gettext("Ghi kết quả"), row, hint=row.figure or None)


@bp.route("/quality/improvements/<code>/photos", methods=["GET", "POST"])
@requires(P.HOME)
def add_photo(code: str) -> Any:
    """A photo of before or after."""
    row, form = _improvement(code), PhotoForm()
    _may_finish(row)
    if form.validate_on_submit():
        with attempt(form) as tried:
            upload = files.put(form.file.data.stream, form.file.data.filename, files.IMAGES)
            services.add_photo(current_actor(), row, upload, **form.clean("when", "caption"))
        if tried.ok:
            return done(gettext("Đã thêm ảnh."), "quality_improvements.improvement_page", code=code)
    return FORMS.draw(form, gettext("Thêm ảnh trước, sau"), gettext("Thêm ảnh"), row)
