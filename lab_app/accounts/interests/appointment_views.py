"""Pages of appointments (5.2)."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lab_app.accounts import queries as people_queries
from lab_app.accounts.interests import queries, rules, services, wording
from lab_app.accounts.interests.forms import AppointmentForm, EndOfficeForm
from lab_app.accounts.interests.models import Appointment
from lab_app.accounts.interests.views import bp as bp
from lab_app.accounts.models import Person
from lab_app.core import clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, page

COLUMNS = (
    Column("function", _l("Chức vụ")), Column("person", _l("Người giữ")), Column("decision", _l("Quyết định")),
    Column("from", _l("Từ ngày"), Appointment.valid_from, css="num"), Column("to", _l("Đến ngày"), css="num"),
    Column("state", _l("Tình trạng")),
)


def _state(row: Appointment) -> str:
    today = clock.today()
    if queries.in_office(row, today, clock.now()):
        return "held"
    return "future" if row.valid_from > today and row.ended_from is None else "past"


@bp.get("/impartiality/appointments")
@requires(P.PERSON_READ)
def appointments() -> Any:
    """Who leads what, by which decision; a function that nobody holds today is named."""
    filters = [Filter("function", _l("Chức vụ"), list(rules.FUNCTIONS.items()), lambda q, f: q.where(Appointment.function == f))]
    query = select(Appointment).options(joinedload(Appointment.person).lazyload(Person.roles))
    shown = listing(query, Appointment, COLUMNS, filters=filters, default_sort="from")
    if export.asked():
        heads = [gettext("Chức vụ"), gettext("Người giữ"), gettext("Quyết định số"), gettext("Ngày quyết định"), gettext("Từ ngày"),
                 gettext("Đến ngày"), gettext("Thôi giữ từ ngày"), gettext("Lý do thôi giữ")]
        table = [[str(rules.FUNCTIONS[r.function]), r.person.full_name, r.decision_no, r.decided_on, r.valid_from, r.valid_to, r.ended_from,
                  r.ended_reason] for r in everything(query, Appointment, shown, COLUMNS, filters, None)]
        return export.as_file("appointments", heads, table)
    now, today = clock.now(), clock.today()
    held = {row.function for row in queries.appointments() if queries.in_office(row, today, now)}
    return page("accounts/interests/appointments.html", appointments=shown, functions=rules.FUNCTIONS, states=wording.OFFICE_STATES,
                state_of=_state, vacant=[word for code, word in rules.FUNCTIONS.items() if code not in held])


@bp.route("/impartiality/appointments/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_appointment() -> Any:
    """A decision of appointment."""
    form = AppointmentForm(data={"decided_on": clock.today(), "valid_from": clock.today()})
    form.person.choices = [(str(p.id), f"{p.full_name} ({p.code})") for p in people_queries.active_people()]
    if form.validate_on_submit():
        with attempt(form) as tried:
            facts = form.clean()
            services.appoint(current_actor(), get_or_404(Person, int(facts.pop("person"))), **facts)
        if tried.ok:
            return done(gettext("Đã ghi quyết định bổ nhiệm."), "interests.appointments")
    return page("accounts/interests/appointment_form.html", form=form)


@bp.route("/impartiality/appointments/<int:id>/end", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def end_appointment(id: int) -> Any:
    """Somebody leaves a function."""
    row = get_or_404(Appointment, id)
    form = EndOfficeForm(data={"from_day": clock.today(), "version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.end_appointment(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi thôi giữ chức vụ."), "interests.appointments")
    return page("accounts/interests/end_appointment.html", form=form, row=row, functions=rules.FUNCTIONS)
