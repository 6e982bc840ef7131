"""Pages of corrective action: the list, one action with its stages, each stage's answer, steps with evidence, the check, the paper."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.accounts.queries import active_people
from lab_app.accounts.signing import box
from lab_app.accounts.workflow import DECIDED
from lab_app.core import audit, clock, export, files, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotAllowed, NotFound
from lab_app.core.forms import Form
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, or_404, page, press
from lab_app.quality import queries as quality
from lab_app.quality import subjects
from lab_app.quality.causes import CAUSE_CLASSES
from lab_app.quality.corrective import forms, pictures, queries, services, workflow
from lab_app.quality.corrective.models import CorrectiveAction, CorrectiveStep

bp = Blueprint("quality_corrective", "lab_app.quality.corrective")

COLUMNS = (
    Column("code", _l("Số"), CorrectiveAction.id), Column("title", _l("Cần khắc phục")),
    Column("owner", _l("Người chịu trách nhiệm"), css="opt"),
    Column("opened_on", _l("Mở ngày"), CorrectiveAction.opened_on, css="num"), Column("age", _l("Đã mở"), css="num opt"),
    Column("done", _l("Hành động"), css="num"), Column("status", _l("Bước")),
)

#: Stage → the form of its answer.
STAGE_FORMS: dict[str, type[Form]] = {
    workflow.REACT: forms.ReactForm, workflow.CONSEQUENCES: forms.ConsequencesForm, workflow.CAUSE: forms.CauseForm,
    workflow.ACTIONS: forms.ActionsForm, workflow.CARRYING_OUT: forms.CarryForm,
}


def _filters() -> tuple[Filter, ...]:
    def by_status(query: Select[Any], value: str) -> Select[Any]:
        if value == "unclosed":
            return query.where(CorrectiveAction.status.in_(workflow.OPEN_STAGES))
        return query.where(CorrectiveAction.status == value)

    def by_lateness(query: Select[Any], _value: str) -> Select[Any]:
        late = queries.overdue_steps(clock.today()).with_only_columns(CorrectiveStep.corrective_id)
        return query.where(CorrectiveAction.status.in_(workflow.OPEN_STAGES), CorrectiveAction.id.in_(late))

    stages = [("unclosed", gettext("Chưa đóng")), *((s.code, s.word) for s in workflow.CORRECTIVE.states)]
    return (
        Filter("status", gettext("Bước"), stages, by_status),
        Filter("late", gettext("Trễ hạn"), [("steps", gettext("Có hành động quá hạn"))], by_lateness),
        Filter("cause", gettext("Loại nguyên nhân"), list(CAUSE_CLASSES.items()), lambda q, v: q.where(CorrectiveAction.cause_class == v)),
    )


@bp.get("/quality/corrective")
@requires(P.QUALITY_READ)
def corrective_actions() -> Any:
    """Corrective actions, newest first, with how far each has come."""
    filters = _filters()
    shown = listing(queries.corrective_actions(), CorrectiveAction, COLUMNS, kind="corrective-action", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(queries.corrective_actions(), CorrectiveAction, shown, COLUMNS, filters, "corrective-action")
        heads = [gettext("Số"), gettext("Cần khắc phục"), gettext("Từ hồ sơ"), gettext("Người chịu trách nhiệm"), gettext("Mở ngày"),
                 gettext("Loại nguyên nhân"), gettext("Nguyên nhân gốc rễ"), gettext("Hạn đánh giá hiệu lực"), gettext("Bước"),
                 gettext("Đóng lúc")]
        table = [[r.code, r.title, r.source_code, r.owner.full_name, r.opened_on, str(CAUSE_CLASSES.get(r.cause_class, "")), r.cause,
                  r.check_due, str(workflow.CORRECTIVE.state(r.status).word), r.closed_at] for r in rows]
        return export.as_file("corrective-actions", heads, table)
    return page("quality/corrective_actions.html", page=shown, machine=workflow.CORRECTIVE, progress=queries.progress(shown.rows),
                today=clock.today())


def _found(code: str) -> CorrectiveAction:
    return or_404(queries.corrective_by_code(code))


def _people(form: Any) -> dict[str, Any]:
    people = {str(p.id): p for p in active_people()}
    form.owner.choices = [(ident, p.full_name) for ident, p in people.items()]
    return people


@bp.route("/quality/corrective/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_corrective() -> Any:
    """Open a corrective action, from nonconforming work (`?from=code`) or by itself."""
    work = quality.nonconformity_by_code(request.args.get("from", "")) if request.args.get("from") else None
    form = forms.OpenForm(data={"opened_on": clock.today(), "title": work.title if work else ""})
    people = _people(form)
    if request.method == "GET":
        form.owner.data = str((work.responsible_id if work else None) or current_actor().id)
    if form.validate_on_submit():
        source = ("nonconformity", work.id, work.code) if work else ("", 0, "")
        with attempt(form) as tried:
            row = services.open_corrective(
                current_actor(), source=source, owner=people[form.owner.data], cause_class=work.cause_class if work else "",
                **form.clean("title", "opened_on", "due_on"))
        if tried.ok:
            return done(gettext("Đã mở %(code)s.", code=row.code), "quality_corrective.corrective_page", code=row.code)
    return page("quality/corrective_form.html", form=form, work=work)


@bp.post("/quality/nonconformities/<code>/corrective")
@requires(P.QUALITY_WRITE)
def link_corrective(code: str) -> Any:
    """Let an open corrective action answer this nonconforming work too."""
    work, row = quality.nonconformity_by_code(code), queries.corrective_by_code(request.form.get("corrective", ""))
    if work is None or row is None:
        raise NotFound(gettext("Không có hồ sơ này."))
    return press(lambda: services.link_corrective(current_actor(), work, row),
                 gettext("Đã gắn %(code)s.", code=row.code), "quality.nonconformity_page", code=code)


def _may_work(row: CorrectiveAction) -> bool:
    actor = current_actor()
    return row.status != workflow.CLOSED and (actor.can(P.QUALITY_WRITE) or actor.id == row.owner_id)


def _context(row: CorrectiveAction) -> dict[str, Any]:
    return {
        "row": row, "machine": workflow.CORRECTIVE, "stages": [workflow.CORRECTIVE.state(s) for s in workflow.STAGES],
        "place": workflow.STAGES.index(row.status), "cause_classes": CAUSE_CLASSES, "today": clock.today(),
        "ladder": pictures.ladder(row.title, row.whys, row.cause), "fishbone": pictures.fishbone(row.title, row.fishbone, row.cause_class),
        "works": queries.answered_by(row.id), "days": queries.waiting_days(),
        "evidence": queries.evidence_of([step.id for step in row.steps if step.done_on is not None]),
        "source_url": subjects.url(row.source_kind, row.source_id, row.source_code) if row.source_kind else "",
    }


@bp.get("/quality/corrective/<code>")
@requires(P.QUALITY_READ)
def corrective_page(code: str) -> Any:
    """One action: where it stands in 8.7.1's order, what was said at each stage, its pictures, steps, checks, what comes next."""
    return _corrective_page(_found(code))


def _corrective_page(row: CorrectiveAction, check: forms.CheckForm | None = None, closing: forms.CloseForm | None = None) -> Any:
    actor = current_actor()
    waiting = row.status == workflow.EFFECTIVENESS
    judged = bool(row.checks) and row.checks[-1].effective
    may_check = waiting and not judged and actor.can(P.CORRECTIVE_VERIFY)
    facts = services.check_facts(actor, row) if may_check else None
    stops = [stop for stop in (gates.ask(name, facts) for name in services.CHECK_GATES) if stop] if facts is not None else []
    if closing is None:
        closing = forms.CloseForm(obj=row)
        closing.version.data = str(row.version)
    return page(
        "quality/corrective.html", **_context(row), form=check if check is not None and check.refused else closing,
        check=check or forms.CheckForm(), closing=closing, may_work=_may_work(row), may_check=may_check, check_stops=stops,
        may_close=waiting and judged and actor.can(P.QUALITY_WRITE), me=actor.id,
        box=box(actor, DECIDED, services.to_sign(row), check) if may_check and not stops else None,
        entries=audit.history("corrective-action", row.id, 20),
    )


@bp.get("/quality/corrective/<code>/print")
@requires(P.QUALITY_READ)
def print_corrective(code: str) -> Any:
    """The action as a paper."""
    return page("quality/corrective_print.html", **_context(_found(code)))


@bp.route("/quality/corrective/<code>/<stage>", methods=["GET", "POST"])
@requires(P.QUALITY_READ)
def answer_stage(code: str, stage: str) -> Any:
    """Answer one stage, or write an earlier one anew."""
    row = _found(code)
    if stage not in STAGE_FORMS:
        raise NotFound(gettext("Không có bước này."))
    if not _may_work(row):
        raise NotAllowed(gettext("Chỉ người được giao hoặc phụ trách chất lượng làm được việc này."))
    form: Any = STAGE_FORMS[stage](obj=row)
    if request.method == "GET":
        form.version.data = str(row.version)
        if stage == workflow.CAUSE:
            form.whys.data = "\n".join(row.whys)
            for name in CAUSE_CLASSES:
                form[f"bone_{name}"].data = "\n".join(row.fishbone.get(name, []))
    if form.validate_on_submit():
        said = form.clean()
        if stage == workflow.CAUSE:
            said["whys"] = (said["whys"] or "").splitlines()
            said["fishbone"] = {name: (said.pop(f"bone_{name}") or "").splitlines() for name in CAUSE_CLASSES}
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.answer_stage(current_actor(), row, stage, **said)
        if tried.ok:
            return done(gettext("Đã ghi."), "quality_corrective.corrective_page", code=code)
    stop = gates.ask("corrective-stage-order", services.stage_facts(row, stage))
    return page("quality/corrective_stage.html", form=form, row=row, stage=stage, word=workflow.stage_word(stage), stop=stop,
                bones=list(CAUSE_CLASSES) if stage == workflow.CAUSE else [])


@bp.route("/quality/corrective/<code>/steps/new", methods=["GET", "POST"])
@requires(P.QUALITY_READ)
def new_step(code: str) -> Any:
    """Decide one thing to do."""
    row = _found(code)
    form: Any = forms.StepForm()
    if not _may_work(row):
        raise NotAllowed(gettext("Chỉ người được giao hoặc phụ trách chất lượng làm được việc này."))
    people = _people(form)
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.add_step(current_actor(), row, what=form.what.data or "", owner=people[form.owner.data], due_on=form.step_due_on.data)
        if tried.ok:
            return done(gettext("Đã thêm hành động."), "quality_corrective.corrective_page", code=code)
    return page("quality/corrective_step.html", form=form, row=row)


@bp.route("/quality/corrective/steps/<int:id>", methods=["GET", "POST"])
@requires(P.HOME)
def step_page(id: int) -> Any:
    """One thing to do, for whom it was given to: what, by when, and the form for its evidence."""
    step, actor = queries.step_by_id(id), current_actor()
    if step is None:
        raise NotFound(gettext("Không có hồ sơ này."))
    row = step.corrective
    mine = actor.id in (step.owner_id, row.owner_id) or actor.can(P.QUALITY_WRITE)
    if not mine and not actor.can(P.QUALITY_READ):
        raise NotAllowed(gettext("Việc này được giao cho người khác."))
    form: Any = forms.EvidenceForm(data={"done_on": clock.today()})
    if mine and form.validate_on_submit():
        with attempt(form) as tried:
            uploads = [files.put(f.stream, f.filename) for f in form.files.data or [] if f and f.filename]
            services.finish_step(actor, step, done_on=form.done_on.data, evidence=form.evidence.data or "", uploads=uploads)
        if tried.ok:
            return done(gettext("Đã ghi bằng chứng."), "quality_corrective.step_page", id=id)
    return page("quality/corrective_step_page.html", form=form, step=step, row=row, today=clock.today(),
                attached=files.attachments("corrective-step", step.id),
                may=mine and step.done_on is None and not step.dropped_reason and row.status != workflow.CLOSED)


@bp.post("/quality/corrective/steps/<int:id>/drop")
@requires(P.QUALITY_READ)
def drop_step(id: int) -> Any:
    """Take a step back, with the reason."""
    step = or_404(queries.step_by_id(id))
    code = step.corrective.code
    return press(lambda: services.drop_step(current_actor(), step, request.form.get("reason", "")),
                 gettext("Đã bỏ hành động."), "quality_corrective.corrective_page", code=code)


@bp.post("/quality/corrective/<code>/check")
@requires(P.CORRECTIVE_VERIFY)
def check_effect(code: str) -> Any:
    """Judge the effect, signed."""
    row, form = _found(code), forms.CheckForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            confirmed = form.confirmation(current_actor(), DECIDED)
            services.check_effect(current_actor(), row, effective=form.effective.data == "yes", looked_at=form.looked_at.data or "",
                                  finding=form.finding.data or "", confirmed=confirmed)
        if tried.ok:
            return done(gettext("Đã ghi đánh giá hiệu lực."), "quality_corrective.corrective_page", code=code)
    return _corrective_page(row, check=form)


@bp.post("/quality/corrective/<code>/close")
@requires(P.QUALITY_WRITE)
def close_corrective(code: str) -> Any:
    """Close it, with the answers about risks and the management system."""
    row, form = _found(code), forms.CloseForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.close_corrective(current_actor(), row, **form.clean("risks_answer", "documents_answer"))
        if tried.ok:
            return done(gettext("Đã đóng %(code)s.", code=code), "quality_corrective.corrective_page", code=code)
    return _corrective_page(row, closing=form)
