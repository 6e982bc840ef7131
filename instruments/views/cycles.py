"""The plan of one instrument: its cycles, what was done, extensions, counters."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from instruments import planner, presenters, queries, rules, services
from instruments.forms import cycles as forms
from instruments.models import Instrument
from instruments.queries import plan as plan_queries
from instruments.views.blueprint import bp, instrument_of, upload_of
from lab_app.accounts.queries import active_people
from lab_app.core import clock, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, page


@bp.get("/instruments/<code>/plan")
@requires(P.INSTRUMENT_READ)
def plan_page(code: str) -> Any:
    """What is planned on one instrument, what was done, what was extended, how far it was used."""
    row = instrument_of(code)
    facts, now, today = queries.facts_of([row])[row.id], clock.now(), clock.today()
    rows = plan_queries.upkeep_rows(row.id)
    lines = planner.lines(facts, rows, today, now)
    stops = {line.kind: gates.ask("extension-before-due", services.extension_facts(row, line.kind, facts)) for line in lines}
    return page(
        "instruments/instrument_plan.html", instrument=row, lines=lines, rows=rows, standing=queries.standing(facts, now, now),
        what=planner.what, every=planner.every, extend_stops=stops, stops_shown=[stops[line.kind] for line in lines if line.due_on],
        sealed=any(c.from_first_issue for c in rows.cycles), where=presenters.where(row), today=today,
        limits={c.use_unit for c in rows.cycles if c.use_limit is not None},
    )


def _asked_kind(form: Any, allowed: tuple[str, ...]) -> None:
    asked = request.args.get("kind", "")
    if request.method == "GET" and asked in allowed:
        form.kind.data = asked


@bp.route("/instruments/<code>/plan/cycle", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def set_cycle(code: str) -> Any:
    """Decide how often something is due on the instrument."""
    row = instrument_of(code)
    people = active_people()
    form = forms.CycleForm(data=_present(row, request.args.get("kind", "")))
    form.responsible_id.choices = [(str(p.id), p.full_name) for p in people]
    if form.validate_on_submit():
        facts = form.clean()
        chosen = facts.pop("responsible_id")
        facts["responsible"] = next((p for p in people if str(p.id) == chosen), None)
        facts["early_days"] = facts["early_days"] or 0
        with attempt(form) as tried:
            services.set_cycle(current_actor(), row, **facts)
        if tried.ok:
            return done(gettext("Đã đặt chu kỳ."), "instruments.plan_page", code=code)
    return page("instruments/cycle_form.html", form=form, instrument=row)


def _present(row: Instrument, kind: str) -> dict[str, Any]:
    """The cycle in force as the form's fields, to be changed."""
    if kind not in rules.CYCLE_KINDS:
        return {}
    latest = next((c for c in plan_queries.upkeep_rows(row.id).cycles if c.kind == kind and c.active), None)
    given: dict[str, Any] = {"kind": kind, "lead_days": rules.lead_days(kind, None)}
    if latest is None:
        return given | ({"interval_days": row.check_interval_days or 30} if kind == "check" else {"interval_months": 12})
    names = ("interval_months", "interval_days", "use_limit", "use_unit", "from_first_issue", "lead_days", "early_days", "blocks", "cost",
             "work_hours")
    return given | {name: getattr(latest, name) for name in names} | {"responsible_id": str(latest.responsible_id or "")}


@bp.route("/instruments/<code>/plan/done", methods=["GET", "POST"])
@requires(P.INSTRUMENT_CHECK)
def cycle_event(code: str) -> Any:
    """Record maintenance, a safety test or a site validation that was planned."""
    row = instrument_of(code)
    form = forms.CycleEventForm()
    _asked_kind(form, rules.OWN_KINDS)
    if form.validate_on_submit():
        facts = {**form.clean(), "passed": form.passed.data == "1"}
        with attempt(form) as tried:
            event = services.record_cycle_event(current_actor(), row, **facts)
        if tried.ok:
            says = gettext("Đã ghi: đạt.") if event.passed else gettext("Đã ghi: không đạt.")
            return done(says, "instruments.plan_page", code=code)
    return page("instruments/cycle_event_form.html", form=form, instrument=row)


@bp.route("/instruments/<code>/plan/extend", methods=["GET", "POST"])
@requires(P.INSTRUMENT_RELEASE)
def extend_due(code: str) -> Any:
    """Decide, before the day, that something due may wait."""
    row = instrument_of(code)
    form = forms.ExtensionForm()
    _asked_kind(form, rules.CYCLE_KINDS)
    if form.validate_on_submit():
        upload = upload_of(form)
        if not form.file.errors:
            facts = {name: value for name, value in form.clean().items() if name != "file"}
            with attempt(form) as tried:
                services.extend(current_actor(), row, upload=upload, **facts)
            if tried.ok:
                return done(gettext("Đã gia hạn."), "instruments.plan_page", code=code)
    return page("instruments/extension_form.html", form=form, instrument=row)


@bp.route("/instruments/<code>/plan/use", methods=["GET", "POST"])
@requires(P.INSTRUMENT_CHECK)
def record_use(code: str) -> Any:
    """Record a counter of use."""
    row = instrument_of(code)
    last = next(iter(plan_queries.upkeep_rows(row.id).uses), None)
    form = forms.UseForm(data={"unit": last.unit if last else request.args.get("unit", ""), "read_on": clock.today()})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.record_use(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi số đếm."), "instruments.plan_page", code=code)
    return page("instruments/use_form.html", form=form, instrument=row, last=last)


@bp.route("/instruments/<code>/plan/first-issue", methods=["GET", "POST"])
@requires(P.INSTRUMENT_CHECK)
def first_issue(code: str) -> Any:
    """Record the day a sealed item was first issued."""
    row = instrument_of(code)
    form = forms.FirstIssueForm(data={"first_issued_on": row.first_issued_on, "version": row.version})
    if form.validate_on_submit() and form.first_issued_on.data is not None:
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.record_first_issue(current_actor(), row, form.first_issued_on.data, form.reason.data or "")
        if tried.ok:
            return done(gettext("Đã ghi ngày đưa ra dùng lần đầu."), "instruments.plan_page", code=code)
    return page("instruments/first_issue_form.html", form=form, instrument=row)
