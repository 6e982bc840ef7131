"""Steps of a complaint: word of receipt, what it is about, investigation, decision, notice, end."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.accounts.queries import active_people
from lab_app.accounts.signing import box
from lab_app.accounts.workflow import DECIDED as MEANING
from lab_app.core import files
from lab_app.core.access import current_actor, requires
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotFound
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, or_404, page, press
from lab_app.quality.complaints import letters, presenters, services, workflow
from lab_app.quality.complaints.forms import (
    ConcernedForm,
    DecisionForm,
    EvidenceForm,
    InvestigationForm,
    MessageForm,
    NoteForm,
    SubjectForm,
    TakeForm,
)
from lab_app.quality.complaints.models import Complaint
from lab_app.quality.complaints.views.blueprint import bp, found

PAGE = "quality_complaints.complaint_page"


@bp.route("/quality/complaints/<code>/acknowledge", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def acknowledge(code: str) -> Any:
    """Tell the complainant that the complaint arrived."""
    row = found(code)
    form = _message_form(row, workflow.ACKNOWLEDGEMENT)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.acknowledge(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi việc báo nhận."), PAGE, code=code)
    return page("quality/complaint_message.html", form=form, row=row, title=workflow.MESSAGES[workflow.ACKNOWLEDGEMENT])


def _message_form(row: Complaint, kind: str) -> MessageForm:
    form = MessageForm()
    if request.method == "GET":
        form.words.data, form.version.data = letters.proposed(row, kind), row.version
        form.way.data = "email" if row.from_email else "phone" if row.from_phone else "page"
    return form


@bp.route("/quality/complaints/<code>/tell/<kind>", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def tell(code: str, kind: str) -> Any:
    """Progress, the notice of the end, or a note for ourselves."""
    if kind not in (workflow.PROGRESS, workflow.NOTICE, workflow.NOTE):
        raise NotFound()
    row = found(code)
    form: Any = NoteForm() if kind == workflow.NOTE else _message_form(row, kind)
    if request.method == "GET":
        form.version.data = row.version
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.tell(current_actor(), row, kind=kind, **{"way": workflow.PAGE, **form.clean()})
        if tried.ok:
            return done(gettext("Đã ghi."), PAGE, code=code)
    return page("quality/complaint_message.html", form=form, row=row, title=workflow.MESSAGES[kind])


@bp.route("/quality/complaints/<code>/subjects", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def subjects(code: str) -> Any:
    """What the complaint is about: hang it on a record."""
    row, form = found(code), SubjectForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.hang_on(current_actor(), row, form.kind.data, form.subject_code.data)
        if tried.ok:
            return done(gettext("Đã gắn hồ sơ."), PAGE, code=code)
    return page("quality/complaint_subjects.html", form=form, row=row, kinds=workflow.SUBJECTS)


@bp.post("/quality/complaints/<code>/subjects/<int:id>/strike")
@requires(P.QUALITY_WRITE)
def strike(code: str, id: int) -> Any:
    """Take a record off that was hung on by mistake."""
    row = found(code)
    one = or_404(next((s for s in row.subjects if s.id == id), None))
    with attempt() as tried:
        services.strike_off(current_actor(), row, one, request.form.get("reason", ""))
    if not tried.ok:
        return back_with_refusal(PAGE, code=code)
    return done(gettext("Đã gỡ hồ sơ."), PAGE, code=code)


@bp.route("/quality/complaints/<code>/concerned", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def concerned(code: str) -> Any:
    """Name by hand who took part."""
    row = found(code)
    form = ConcernedForm(data={"reason": row.concerned_reason, "people": [str(one) for one in row.concerned]})
    form.people.choices = [(str(p.id), p.full_name) for p in active_people()]
    if request.method == "GET":
        form.version.data = row.version
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.name_concerned(current_actor(), row, [int(one) for one in form.people.data or []], form.reason.data)
        if tried.ok:
            return done(gettext("Đã ghi."), PAGE, code=code)
    return page("quality/complaint_step.html", form=form, row=row, title=gettext("Nêu tên người liên quan"))


@bp.route("/quality/complaints/<code>/take", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def take(code: str) -> Any:
    """Confirm that it is about the laboratory's work, and who investigates."""
    row, form = found(code), TakeForm()
    form.owner.choices = [(str(p.id), p.full_name) for p in active_people()]
    if request.method == "GET":
        form.version.data, form.owner.data = row.version, str(current_actor().id)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            owner = db.session.get(Person, int(form.owner.data))
            if owner is None:
                raise FieldRefused("owner", gettext("Lựa chọn không có trong danh sách."))
            services.take(current_actor(), row, owner=owner, relevance=form.relevance.data)
        if tried.ok:
            return done(gettext("Đã giao điều tra."), PAGE, code=code)
    return page("quality/complaint_step.html", form=form, row=row, title=gettext("Nhận giải quyết"))


@bp.route("/quality/complaints/<code>/investigate", methods=["GET", "POST"])
@requires(P.HOME)
def investigate(code: str) -> Any:
    """Write what was found, the cause, the action."""
    row = found(code)
    if not current_actor().can(P.QUALITY_WRITE) and current_actor().id != row.owner_id:
        raise NotFound(gettext("Không có hồ sơ này."))
    form = InvestigationForm(obj=row)
    if request.method == "GET":
        form.version.data = row.version
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.investigate(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi."), PAGE, code=code)
    return page("quality/complaint_step.html", form=form, row=row, title=gettext("Điều tra"))


@bp.route("/quality/complaints/<code>/decide", methods=["GET", "POST"])
@requires(P.COMPLAINT_DECIDE)
def decide(code: str) -> Any:
    """Decide and sign; refused to whoever took part."""
    row, actor, form = found(code), current_actor(), DecisionForm()
    offered = (workflow.NOT_OURS,) if row.status == workflow.ACKNOWLEDGED else workflow.FOUND
    form.outcome.choices = [(one, workflow.OUTCOMES[one]) for one in offered]
    if form.validate_on_submit():
        with attempt(form) as tried:
            confirmed = form.confirmation_if_typed(actor, MEANING)
            check_version(row, form.version.data)
            services.decide(actor, row, outcome=form.outcome.data, decision=form.decision.data, confirmed=confirmed)
        if tried.ok:
            return done(gettext("Đã quyết định."), PAGE, code=code)
    if request.method == "GET":
        form.version.data = row.version
    return page("quality/complaint_decide.html", form=form, row=row, stop=presenters.stops(row, actor)["decide"],
                box=box(actor, MEANING, services.as_signed(row), form), involved=presenters.involved(row, active_people()),
                words=workflow)


@bp.post("/quality/complaints/<code>/cannot-tell")
@requires(P.QUALITY_WRITE)
def cannot_tell(code: str) -> Any:
    """Nobody could be told of the end."""
    return _press(code, gettext("Đã ghi."), lambda row: services.cannot_tell(current_actor(), row, request.form.get("reason", "")))


@bp.post("/quality/complaints/<code>/close")
@requires(P.QUALITY_WRITE)
def close(code: str) -> Any:
    """End it, when everything is there."""
    return _press(code, gettext("Đã kết thúc khiếu nại."), lambda row: services.close(current_actor(), row))


@bp.post("/quality/complaints/<code>/reopen")
@requires(P.QUALITY_WRITE)
def reopen(code: str) -> Any:
    """Take it up again."""
    return _press(code, gettext("Đã mở lại."), lambda row: services.reopen(current_actor(), row, request.form.get("reason", "")))


@bp.post("/quality/complaints/<code>/read")
@requires(P.QUALITY_WRITE)
def replies_read(code: str) -> Any:
    """What the complainant added is read."""
    return _press(code, gettext("Đã ghi."), lambda row: services.replies_read(current_actor(), row))


@bp.post("/quality/complaints/<code>/nonconformity")
@requires(P.QUALITY_WRITE)
def open_work(code: str) -> Any:
    """Open nonconforming work from it."""
    return _press(code, gettext("Đã mở công việc không phù hợp."), lambda row: services.open_work(current_actor(), row))


@bp.post("/quality/complaints/<code>/corrective")
@requires(P.QUALITY_WRITE)
def open_corrective(code: str) -> Any:
    """Open a corrective action from it."""
    return _press(code, gettext("Đã mở hành động khắc phục."), lambda row: services.open_corrective(current_actor(), row))


def _press(code: str, said: str, act: Any) -> Any:
    """A one-button act: the record as it was seen, the service, back to the page."""
    row = found(code)
    return press(lambda: act(row), said, PAGE, seen=row, code=code)


@bp.route("/quality/complaints/<code>/files", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def add_file(code: str) -> Any:
    """Hang evidence on it."""
    row, form = found(code), EvidenceForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            upload = files.put(form.file.data.stream, form.file.data.filename, services.ALLOWED, most=services.MOST_BYTES)
            services.add_file(current_actor(), row, upload, form.caption.data or "")
        if tried.ok:
            return done(gettext("Đã thêm tệp."), PAGE, code=code)
    return page("quality/complaint_step.html", form=form, row=row, title=gettext("Thêm tệp"))
