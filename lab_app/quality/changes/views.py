"""Pages of planned changes (5.7 b, ISO 9001 6.3)."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotAllowed, NotFound
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, or_404, page, press
from lab_app.quality import subjects
from lab_app.quality.changes import queries, rules, services, workflow
from lab_app.quality.changes.forms import AdditionForm, ChangeForm, impacts_form
from lab_app.quality.changes.models import PlannedChange
from lab_app.quality.forms.plans import DoneForm, StepForm
from lab_app.quality.subject_form import FormPages

bp = Blueprint("quality_changes", __name__)
FORMS = FormPages(_l("Thay đổi có kế hoạch"), "quality_changes.changes", "quality_changes.change_page")
COLUMNS = (
    Column("code", _l("Số"), PlannedChange.id), Column("title", _l("Thay đổi gì")), Column("kind", _l("Loại thay đổi"), css="opt"),
    Column("planned_on", _l("Dự định bắt đầu"), css="num"), Column("proposed_by", _l("Người đề xuất"), css="opt"),
    Column("status", _l("Trạng thái")),
)


def _filters() -> tuple[Filter, ...]:
    def by_status(query: Select[Any], value: str) -> Select[Any]:
        return query.where(PlannedChange.status == value)

    return (
        Filter("status", gettext("Trạng thái"), [(s.code, s.word) for s in workflow.CHANGE.states], by_status),
        Filter("kind", gettext("Loại thay đổi"), list(rules.KINDS.items()), lambda q, v: q.where(PlannedChange.kind == v)),
    )


@bp.get("/quality/changes")
@requires(P.QUALITY_READ)
def changes() -> Any:
    """Planned changes, newest first."""
    filters, query = _filters(), queries.changes()
    shown = listing(query, PlannedChange, COLUMNS, kind="planned-change", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(query, PlannedChange, shown, COLUMNS, filters, "planned-change")
        heads = [gettext("Số"), gettext("Loại thay đổi"), gettext("Thay đổi gì"), gettext("Mục đích"), gettext("Dự định bắt đầu"),
                 gettext("Người đề xuất"), gettext("Trạng thái"), gettext("Xem lại sau thay đổi")]
        table = [[r.code, str(rules.KINDS[r.kind]), r.title, r.purpose, r.planned_on, r.proposed_by.full_name,
                  str(workflow.CHANGE.state(r.status).word), r.outcome] for r in rows]
        return export.as_file("planned-changes", heads, table)
    return page("quality/changes/changes.html", page=shown, machine=workflow.CHANGE, kinds=rules.KINDS)


def _change(code: str) -> PlannedChange:
    return or_404(queries.change_by_code(code))


@bp.route("/quality/changes/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_change() -> Any:
    """Begin a planned change."""
    form = ChangeForm(data={name: request.args.get(name, "") for name in ("source_kind", "source_code", "kind")})
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.propose_change(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi %(code)s; đánh giá tác động tiếp.", code=row.code), "quality_changes.assess", code=row.code)
    return FORMS.draw(form, gettext("Ghi thay đổi có kế hoạch"), gettext("Ghi và đánh giá tác động"))


@bp.get("/quality/changes/<code>")
@requires(P.HOME)
def change_page(code: str) -> Any:
    """One change: its purpose, its impact assessment, its steps, what may be done next."""
    row, actor = _change(code), current_actor()
    if actor.id not in (row.proposed_by_id, *(s.person_id for s in row.steps)) and not actor.can(P.QUALITY_READ):
        raise NotAllowed(gettext("Vai trò của bạn không mở được trang này (%(right)s).", right=P.QUALITY_READ.value))
    facts = services.facts(actor, row)

    def stop(name: str, *states: str) -> Any:
        return workflow.CHANGE.stop(row, name, facts) if row.status in states else None

    return page(
        "quality/changes/change_page.html", row=row, machine=workflow.CHANGE, kinds=rules.KINDS, impacts=rules.IMPACTS,
        submit_stop=stop("submit", "draft"), approve_stop=stop("approve", "assessed"),
        begin_stop=stop("begin", "draft", "assessed", "approved"),
        may=actor.can(P.QUALITY_WRITE), may_approve=actor.can(P.CHANGE_APPROVE), today=clock.today(),
        added=queries.additions(row), source_url=subjects.url(row.source_kind, row.source_id, row.source_code),
        entries=audit.history("planned-change", row.id, 15))


@bp.route("/quality/changes/<code>/assess", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def assess(code: str) -> Any:
    """Answer the questions of the impact assessment."""
    row = _change(code)
    form = impacts_form()(data={**row.impacts, "version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.assess(current_actor(), row, {key: form[key].data or "" for key in rules.IMPACTS})
        if tried.ok:
            return done(gettext("Đã ghi đánh giá tác động."), "quality_changes.change_page", code=code)
    return FORMS.draw(form, gettext("Đánh giá tác động %(code)s", code=code), gettext("Ghi"), row,
                      hint=gettext("Trả lời từng câu; chỗ không bị ảnh hưởng thì ghi như vậy và vì sao."))


@bp.route("/quality/changes/<code>/steps/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_step(code: str) -> Any:
    """Another step; after the approval with the reason."""
    row = _change(code)
    form = AdditionForm() if row.status in workflow.UNDER_WAY else StepForm()
    if form.validate_on_submit():
        said = form.clean()
        person = get_or_404(Person, int(said.pop("person_id")))
        with attempt(form) as tried:
            services.add_step(current_actor(), row, person=person, **said)
        if tried.ok:
            return done(gettext("Đã thêm việc."), "quality_changes.change_page", code=code)
    return FORMS.draw(form, gettext("Thêm việc vào kế hoạch"), gettext("Thêm việc"), row)


@bp.route("/quality/changes/<code>/steps/<int:id>/done", methods=["GET", "POST"])
@requires(P.HOME)
def finish_step(code: str, id: int) -> Any:
    """A step is done, with what shows it."""
    row, form, actor = _change(code), DoneForm(), current_actor()
    step = or_404(next((s for s in row.steps if s.id == id), None))
    if actor.id != step.person_id and not actor.can(P.QUALITY_WRITE):
        raise NotAllowed(gettext("Vai trò của bạn không mở được trang này (%(right)s).", right=P.QUALITY_WRITE.value))
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.finish_step(actor, row, step, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi."), "quality_changes.change_page", code=code)
    return FORMS.draw(form, gettext("Việc đã xong"), gettext("Ghi đã xong"), row, hint=step.what)


def _moved(code: str, act: Any) -> Any:
    row = _change(code)
    return press(lambda: act(row, request.form.get("reason", "")), gettext("Đã ghi."), "quality_changes.change_page", seen=row, code=code)


@bp.post("/quality/changes/<code>/decision/<move>")
@requires(P.CHANGE_APPROVE)
def decide(code: str, move: str) -> Any:
    """Approve or decline, as another person than who proposed."""
    acts = {"approve": services.approve, "decline": services.decline}
    if move not in acts:
        raise NotFound(gettext("Không có hồ sơ này."))
    return _moved(code, lambda row, words: acts[move](current_actor(), row, words))


@bp.post("/quality/changes/<code>/moves/<move>")
@requires(P.QUALITY_WRITE)
def move(code: str, move: str) -> Any:
    """Put it before approval, begin, look back and close."""
    acts: dict[str, Any] = {"submit": lambda row, _words: services.submit(current_actor(), row),
                            "begin": lambda row, _words: services.begin(current_actor(), row),
                            "close": lambda row, words: services.close(current_actor(), row, words)}
    if move not in acts:
        raise NotFound(gettext("Không có hồ sơ này."))
    return _moved(code, acts[move])
