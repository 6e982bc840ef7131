"""Nonconforming work: list, one record, its six answers, closing (7.10)."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.accounts.queries import active_people
from lab_app.core import audit, clock, export, gates
from lab_app.core.access import Actor, current_actor, requires
from lab_app.core.asked import asked, one_batch
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, or_404, page, press
from lab_app.quality import causes, presenters, queries, services, subjects, workflow
from lab_app.quality.corrective import queries as corrective
from lab_app.quality.corrective import workflow as correcting
from lab_app.quality.dispositions import queries as dispositions
from lab_app.quality.dispositions import workflow as disposing
from lab_app.quality.forms import AnswersForm, ClassesForm, NonconformityForm
from lab_app.quality.holds import queries as holds
from lab_app.quality.holds import workflow as holding
from lab_app.quality.models import Nonconformity
from lab_app.quality.views.blueprint import bp

COLUMNS = (
    Column("code", _l("Số"), Nonconformity.id), Column("title", _l("Việc không phù hợp")), Column("source", _l("Nguồn"), css="opt"),
    Column("found_on", _l("Phát hiện"), Nonconformity.found_on, css="num"), Column("responsible", _l("Người chịu trách nhiệm"), css="opt"),
    Column("status", _l("Trạng thái")),
)

def _filters() -> tuple[Filter, ...]:
    def by_status(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Nonconformity.status != workflow.CLOSED if value == "unclosed" else Nonconformity.status == value)

    def by_source(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Nonconformity.source == value)

    states = [("unclosed", gettext("Chưa đóng")), *((s.code, s.word) for s in workflow.NONCONFORMITY.states)]
    return (
        Filter("status", gettext("Trạng thái"), states, by_status),
        Filter("source", gettext("Nguồn"), list(workflow.SOURCES.items()), by_source),
        Filter("risk", gettext("Mức rủi ro"), list(causes.RISK_CLASSES.items()), lambda q, v: q.where(Nonconformity.risk_class == v)),
        Filter("cause", gettext("Loại nguyên nhân"), list(causes.CAUSE_CLASSES.items()),
               lambda q, v: q.where(Nonconformity.cause_class == v)),
    )


@bp.get("/quality/nonconformities")
@requires(P.QUALITY_READ)
def nonconformities() -> Any:
    """Nonconforming work, newest first."""
    filters = _filters()
    shown = listing(queries.nonconformities(), Nonconformity, COLUMNS, kind="nonconformity", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(queries.nonconformities(), Nonconformity, shown, COLUMNS, filters, "nonconformity")
        heads = [gettext("Số"), gettext("Việc không phù hợp"), gettext("Nguồn"), gettext("Liên quan tới"), gettext("Phát hiện"),
                 gettext("Người chịu trách nhiệm"), gettext("Mức rủi ro"), gettext("Loại nguyên nhân"), gettext("Khâu công việc"),
                 gettext("Trạng thái"), gettext("Đóng lúc")]
        table = [[r.code, r.title, str(workflow.SOURCES[r.source]), r.subject_code, r.found_on,
                  r.responsible.full_name if r.responsible else "", str(causes.RISK_CLASSES.get(r.risk_class, "")),
                  str(causes.CAUSE_CLASSES.get(r.cause_class, "")), str(causes.AREAS.get(r.area, "")),
                  str(workflow.NONCONFORMITY.state(r.status).word), r.closed_at] for r in rows]
        return export.as_file("nonconformities", heads, table)
    return page("quality/nonconformities.html", page=shown, machine=workflow.NONCONFORMITY, sources=workflow.SOURCES)


@bp.route("/quality/nonconformities/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_nonconformity() -> Any:
    """Open nonconforming work by hand."""
    form = NonconformityForm(data={"found_on": clock.today()})
    if form.validate_on_submit():
        with attempt(form) as tried:
            subject = services.subject_named(form.subject_kind.data or "", form.subject_code.data or "")
            row = services.open_nonconformity(
                current_actor(), source="other", subject_kind=subject[0], subject_id=subject[1], subject_code=subject[2],
                **form.clean("title", "description", "found_on"))
        if tried.ok:
            return done(gettext("Đã mở %(code)s.", code=row.code), "quality.nonconformity_page", code=row.code)
    return page("quality/nonconformity_form.html", form=form, row=None)


def _found(code: str) -> Nonconformity:
    return or_404(queries.nonconformity_by_code(code))


@bp.get("/quality/nonconformities/<code>")
@requires(P.QUALITY_READ)
def nonconformity_page(code: str) -> Any:
    """One record: what was found, the six answers of 7.10.1, what it froze and touched, what hangs on it, what may be done."""
    with one_batch():  # rooms that show something here ask for the same holds, recalls and notices
        return _shown(_found(code), current_actor())


def _shown(row: Nonconformity, actor: Actor) -> Any:
    context = _context(row)
    edit = actor.can(P.QUALITY_WRITE) and row.status != workflow.CLOSED
    facts = services.closing_facts(row, context["things"]) if row.status != workflow.CLOSED else None
    stops = [stop for name in CLOSING_GATES if facts is not None and (stop := gates.ask(name, facts)) is not None]
    if any(stop.gate == "recurrence-forces-corrective" and stop.evaluated for stop in stops):  # no reason would do: it is not asked for
        stops = [stop for stop in stops if stop.gate != "corrective-or-reason"]
    return page(
        "quality/nonconformity.html", **context, stop=stops[0] if stops else None, stops=stops,
        subject_url=context["url_of"](row.subject_kind, row.subject_id, row.subject_code) if row.subject_kind else "",
        panels=presenters.panels("nonconformity", row, actor), may_write=actor.can(P.QUALITY_WRITE),
        open_correctives=corrective.still_open(row.cause_class) if edit and not context["correctives"] else [],
        entries=audit.history("nonconformity", row.id, 20),
    )


#: The gates before closing, in the order a person should hear of them.
CLOSING_GATES = next(t.gates for t in workflow.NONCONFORMITY.transitions if t.name == "close")


def _context(row: Nonconformity) -> dict[str, Any]:
    """What the page and the paper show of a record."""
    things = dispositions.decided(row)
    return {
        "row": row, "machine": workflow.NONCONFORMITY, "sources": workflow.SOURCES, "parts": workflow.PARTS,
        "risk_classes": causes.RISK_CLASSES, "cause_classes": causes.CAUSE_CLASSES, "areas": causes.AREAS,
        "holds": asked(holds.holds_of, row.id), "kinds": holding.KINDS, "hold_state": _hold_state,
        "things": things, "decisions": disposing.DECISIONS, "notices": asked(dispositions.notices, row.id),
        "how": disposing.HOW,
        "correctives": asked(corrective.linked_to, row.id), "corrective_machine": correcting.CORRECTIVE, "word": subjects.word,
        "url_of": subjects.urls([(row.subject_kind, row.subject_id), *((one.touched.kind, one.touched.id) for one in things)]),
    }


def _hold_state(hold: Any) -> Any:
    return holding.STANDING if hold.released_at is None else holding.RELEASED


@bp.get("/quality/nonconformities/<code>/print")
@requires(P.QUALITY_READ)
def print_nonconformity(code: str) -> Any:
    """The record as a paper: six parts, holds, dispositions, notices, corrective actions."""
    return page("quality/nonconformity_print.html", **_context(_found(code)))


@bp.route("/quality/nonconformities/<code>/classes", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def classify_nonconformity(code: str) -> Any:
    """State the risk, the cause's class and the area, by which recurrence is judged."""
    row = _found(code)
    form = ClassesForm(obj=row)
    if request.method == "GET":
        form.version.data = str(row.version)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.classify_nonconformity(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã phân loại."), "quality.nonconformity_page", code=code)
    return page("quality/classes_form.html", form=form, row=row)


@bp.route("/quality/nonconformities/<code>/answers", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def answer_nonconformity(code: str) -> Any:
    """Answer the six parts of 7.10.1, now or later."""
    row = _found(code)
    form = AnswersForm(obj=row)
    people = active_people()
    form.responsible_id.choices = [("", gettext("chưa có")), *((str(p.id), p.full_name) for p in people)]
    if request.method == "GET":
        form.responsible_id.data = str(row.responsible_id or "")
        form.version.data = row.version
    if form.validate_on_submit():
        said = form.clean()
        said["responsible_id"] = int(said["responsible_id"]) if said["responsible_id"] else None
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.answer_nonconformity(current_actor(), row, **said)
        if tried.ok:
            return done(gettext("Đã ghi."), "quality.nonconformity_page", code=code)
    return page("quality/nonconformity_form.html", form=form, row=row)


@bp.post("/quality/nonconformities/<code>/close")
@requires(P.QUALITY_WRITE)
def close_nonconformity(code: str) -> Any:
    """Close it, when everything is answered and done."""
    row = _found(code)
    return press(lambda: services.close_nonconformity(current_actor(), row),
                 gettext("Đã đóng %(code)s.", code=code), "quality.nonconformity_page", seen=row, code=code)
