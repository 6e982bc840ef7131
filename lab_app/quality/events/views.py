"""Pages of events: anybody reports in one field; the list, one event, what becomes of it."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.accounts.queries import active_people
from lab_app.core import audit, clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.db import db
from lab_app.core.errors import NotAllowed
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, or_404, page
from lab_app.quality import services as quality
from lab_app.quality import subjects
from lab_app.quality.events import queries, services, workflow
from lab_app.quality.events.forms import EventForm, OwnerForm, SettleForm
from lab_app.quality.events.models import Event

bp = Blueprint("quality_events", "lab_app.quality.events")

COLUMNS = (
    Column("code", _l("Số"), Event.id), Column("words", _l("Sự việc")), Column("reported", _l("Người báo"), css="opt"),
    Column("recorded_at", _l("Báo lúc"), css="num"), Column("outcome", _l("Kết quả"), css="opt"), Column("status", _l("Trạng thái")),
)


def _filters() -> tuple[Filter, ...]:
    def by_status(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Event.status != workflow.SETTLED if value == "unsettled" else Event.status == value)

    states = [("unsettled", gettext("Chưa phân loại")), *((s.code, s.word) for s in workflow.EVENT.states)]
    return (
        Filter("status", gettext("Trạng thái"), states, by_status),
        Filter("outcome", gettext("Kết quả"), list(workflow.OUTCOMES.items()), lambda q, value: q.where(Event.outcome == value)),
    )


@bp.get("/quality/events")
@requires(P.QUALITY_READ)
def events() -> Any:
    """Reported events, newest first."""
    filters = _filters()
    shown = listing(queries.events(), Event, COLUMNS, kind="quality-event", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(queries.events(), Event, shown, COLUMNS, filters, "quality-event")
        heads = [gettext("Số"), gettext("Sự việc"), gettext("Liên quan tới"), gettext("Người báo"), gettext("Báo lúc"),
                 gettext("Người xem xét"), gettext("Kết quả"), gettext("Hồ sơ"), gettext("Lý do"), gettext("Trạng thái")]
        table = [[r.code, r.words, r.subject_code, r.reported_by_name, r.recorded_at, r.owner.full_name if r.owner else "",
                  str(workflow.OUTCOMES.get(r.outcome, "")), r.outcome_code, r.outcome_reason,
                  str(workflow.EVENT.state(r.status).word)] for r in rows]
        return export.as_file("events", heads, table)
    return page("quality/events.html", page=shown, machine=workflow.EVENT, outcomes=workflow.OUTCOMES, title_of=services.title_of)


@bp.route("/report-event", methods=["GET", "POST"])
@requires(P.HOME)
def new_event() -> Any:
    """Report an event in one field; the record of the page it was called from is remembered."""
    actor = current_actor()
    form = EventForm(data={"came_from": request.args.get("from", "")[:300]})
    subject = subjects.of_page(form.came_from.data or "") if (form.came_from.data or "").startswith("/") else None
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.report_event(actor, form.words.data or "", subject=subject)
        if tried.ok:
            return done(gettext("Đã báo, mã %(code)s. Cảm ơn bạn.", code=row.code), "quality_events.event_page", code=row.code)
    mine = list(db.session.scalars(queries.reported_by(actor.id or 0).order_by(Event.id.desc()).limit(5)))
    return page("quality/event_new.html", form=form, subject=subject, word=subjects.word(subject[0]) if subject else "", my_events=mine,
                machine=workflow.EVENT, outcomes=workflow.OUTCOMES, title_of=services.title_of)


def _found(code: str) -> Event:
    return or_404(queries.event_by_code(code))


@bp.get("/quality/events/<code>")
@requires(P.HOME)
def event_page(code: str) -> Any:
    """One event: for whoever reads quality records, and for whoever reported it."""
    row, actor = _found(code), current_actor()
    if not actor.can(P.QUALITY_READ) and row.reported_by_id != actor.id:
        raise NotAllowed(gettext("Sự việc này do người khác báo."))
    may_write = actor.can(P.QUALITY_WRITE) and row.status != workflow.SETTLED
    return page(
        "quality/event.html", row=row, machine=workflow.EVENT, outcomes=workflow.OUTCOMES, title=services.title_of(row),
        subject_url=subjects.url(row.subject_kind, row.subject_id, row.subject_code) if row.subject_kind else "",
        subject_word=subjects.word(row.subject_kind), may_write=may_write,
        outcome_url=subjects.url(row.outcome_kind, row.outcome_id, row.outcome_code) if row.outcome_kind else "",
        entries=audit.history("quality-event", row.id, 20),
    )


@bp.route("/quality/events/<code>/take", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def take_event(code: str) -> Any:
    """Say who looks into it."""
    row, form = _found(code), OwnerForm()
    people = {str(p.id): p for p in active_people()}
    form.owner.choices = [(ident, p.full_name) for ident, p in people.items()]
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.take_event(current_actor(), row, people[form.owner.data])
        if tried.ok:
            return done(gettext("Đã giao."), "quality_events.event_page", code=code)
    elif request.method == "GET":
        form.owner.data = str(row.owner_id or current_actor().id)
    return page("quality/event_take.html", form=form, row=row)


@bp.route("/quality/events/<code>/settle", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def settle_event(code: str) -> Any:
    """Say what it is; nonconforming work, a complaint or an improvement is opened from it."""
    row = _found(code)
    form = SettleForm(data={"title": services.title_of(row), "subject_kind": row.subject_kind, "subject_code": row.subject_code})
    known = dict(form.subject_kind.choices or [])
    if row.subject_kind and row.subject_kind not in known:
        form.subject_kind.choices = [(row.subject_kind, subjects.word(row.subject_kind) or row.subject_kind), *known.items()]
    if form.validate_on_submit():
        said = form.clean("outcome", "title", "reason", "code", "risk_class", "area")
        with attempt(form) as tried:
            same = (form.subject_kind.data, form.subject_code.data) == (row.subject_kind, row.subject_code)
            about = None if same else quality.subject_named(form.subject_kind.data or "", form.subject_code.data or "")
            services.settle_event(current_actor(), row, subject=about, **said)
        if tried.ok:
            return done(gettext("Đã phân loại %(code)s.", code=row.code), "quality_events.event_page", code=code)
    return page("quality/event_settle.html", form=form, row=row, today=clock.today(),
                opened_here=[name for name in workflow.OUTCOMES if services.opens(name)])
