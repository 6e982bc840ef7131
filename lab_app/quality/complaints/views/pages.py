"""The laboratory's own pages of complaints: the list, one complaint, its letters and files, the terms."""
from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.accounts.queries import active_people
from lab_app.core import audit, clock, export, files
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, or_404, page
from lab_app.quality import subjects
from lab_app.quality.complaints import letters, presenters, queries, services, workflow
from lab_app.quality.complaints.forms import ComplaintForm, TermsForm
from lab_app.quality.complaints.models import Complaint
from lab_app.quality.complaints.views.blueprint import bp, found

COLUMNS = (
    Column("code", _l("Số"), Complaint.id), Column("title", _l("Việc bị khiếu nại")), Column("source", _l("Người khiếu nại"), css="opt"),
    Column("received", _l("Nhận"), Complaint.received_at, css="num"), Column("due", _l("Hạn"), css="num"),
    Column("owner", _l("Người điều tra"), css="opt"), Column("status", _l("Trạng thái")),
)


def _filters() -> tuple[Filter, ...]:
    def by_status(query: Select[Any], value: str) -> Select[Any]:
        if value == "unclosed":
            return query.where(Complaint.status.in_(workflow.COMPLAINT.but(workflow.CLOSED)))
        return query.where(queries.is_late(clock.today()) if value == "late" else Complaint.status == value)

    def by_channel(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Complaint.channel == value)

    states = [("unclosed", gettext("Chưa kết thúc")), ("late", gettext("Quá hạn")), *((s.code, s.word) for s in workflow.COMPLAINT.states)]
    return (
        Filter("status", gettext("Trạng thái"), states, by_status),
        Filter("channel", gettext("Nhận bằng"), list(workflow.CHANNELS.items()), by_channel),
    )


@bp.get("/quality/complaints")
@requires(P.QUALITY_READ)
def complaints() -> Any:
    """Complaints, newest first."""
    filters, actor = _filters(), current_actor()
    shown = listing(queries.complaints(), Complaint, COLUMNS, kind="complaint", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(queries.complaints(), Complaint, shown, COLUMNS, filters, "complaint")
        heads = [gettext("Số"), gettext("Việc bị khiếu nại"), gettext("Người khiếu nại"), gettext("Nhận bằng"), gettext("Nhận"),
                 gettext("Trạng thái"), gettext("Kết luận"), gettext("Nguyên nhân"), gettext("Hành động"), gettext("Báo kết thúc ngày")]
        table = [[r.code, r.title, presenters.source(r, actor), str(workflow.CHANNELS[r.channel]), r.received_at,
                  str(workflow.COMPLAINT.state(r.status).word), str(workflow.OUTCOMES.get(r.outcome, "")), r.cause, r.action,
                  r.notified_on] for r in rows]
        return export.as_file("complaints", heads, table)
    return page("quality/complaints.html", page=shown, machine=workflow.COMPLAINT, tell=presenters, actor=actor)


@bp.route("/quality/complaints/new", methods=["GET", "POST"])
@requires(P.HOME)
def new_complaint() -> Any:
    """Take down a complaint that came by telephone, letter, in talk."""
    form = ComplaintForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.register_complaint(current_actor(), **form.clean())
        if tried.ok:
            said = gettext("Đã ghi khiếu nại %(code)s.", code=row.code)
            if current_actor().can(P.QUALITY_READ):
                return done(said, "quality_complaints.complaint_page", code=row.code)
            return done(said, "home.my_work")
    return page("quality/complaint_form.html", form=form)


@bp.get("/quality/complaints/<code>")
@requires(P.QUALITY_READ)
def complaint_page(code: str) -> Any:
    """One complaint: what was said, what it is about, who was involved, what was found and decided, what may be done."""
    row, actor = found(code), current_actor()
    people = active_people()
    return page(
        "quality/complaint.html", row=row, machine=workflow.COMPLAINT, words=workflow, tell=presenters, actor=actor,
        url_of=subjects.urls((one.kind, one.subject_id) for one in row.subjects),
        stops=presenters.stops(row, actor), involved=presenters.involved(row, people), subjects=row.subjects,
        deciders=queries.deciders(row) if row.status in (workflow.ACKNOWLEDGED, workflow.INVESTIGATING) else [],
        attached=files.attachments("complaint", row.id), sees=queries.sees_source(actor, row), is_known=queries.is_known(row),
        may_write=actor.can(P.QUALITY_WRITE), may_decide=actor.can(P.COMPLAINT_DECIDE),
        may_investigate=actor.can(P.QUALITY_WRITE) or actor.id == row.owner_id,
        track=services.token_of(row) if actor.can(P.QUALITY_WRITE) else "", entries=audit.history("complaint", row.id, 20))


@bp.get("/quality/complaints/<code>/files/<int:id>")
@requires(P.QUALITY_READ)
def evidence(code: str, id: int) -> Any:
    """A file of the case; of a confidential complaint only for whoever may know who complained."""
    row = found(code)
    one = next((a for a in files.attachments("complaint", row.id) if a.id == id), None)
    if one is None or not queries.sees_source(current_actor(), row):
        raise NotFound(gettext("Không có hồ sơ này."))
    return files.send(one.file, one.filename)


@bp.get("/quality/complaints/<code>/letter/<int:id>")
@requires(P.QUALITY_WRITE)
def letter(code: str, id: int) -> Any:
    """A letter to the complainant for printing, as it was mailed or is to be posted."""
    row = found(code)
    one = or_404(next((m for m in row.messages if m.id == id and m.kind in workflow.OPEN_MESSAGES and m.kind != workflow.REPLY), None))
    return render_template("quality/complaint_letter.html", row=row, message=one, subject=letters.subject(row, one.kind))


@bp.route("/quality/complaints/terms", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def terms() -> Any:
    """How complaints are handled, as the public page tells it."""
    row = queries.terms()
    form = TermsForm(obj=row)
    if request.method == "GET":
        form.version.data = row.version
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.set_terms(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi."), "quality_complaints.complaints")
    return page("quality/complaint_terms.html", form=form)
