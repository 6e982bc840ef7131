"""The plan of the whole register: what is due, months, rules of the plan, calendars."""
from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from typing import Any

from flask import Response, abort, current_app, make_response, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from instruments import planner, presenters, queries, rules, services
from instruments.forms import cycles as forms
from instruments.models import CalendarFeed, DueEntry
from instruments.queries import plan as plan_queries
from instruments.services.dues import month_of
from instruments.services.planning import digest
from instruments.views.blueprint import bp
from lab_app.accounts.queries import active_people, laboratory
from lab_app.core import clock, export, ical, search
from lab_app.core.access import current_actor, public, requires
from lab_app.core.i18n import pick, show_date, speaking
from lab_app.core.paging import Column, Filter, Page, everything, listing
from lab_app.core.permissions import P
from lab_app.core.rates import limited
from lab_app.core.web import attempt, check_version, done, get_or_404, page, press
from lab_app.metrology.periods import add_months

COLUMNS = (
    Column("code", _l("Thiết bị")),
    Column("what", _l("Việc")),
    Column("send", _l("Gửi trước ngày"), DueEntry.send_by, css="num"),
    Column("due", _l("Đến hạn"), DueEntry.due_on, css="num"),
    Column("left", _l("Tình trạng")),
    Column("who", _l("Người chịu trách nhiệm"), css="opt"),
    Column("cost", _l("Chi phí"), css="num opt"),
)
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def _spans(today: date) -> dict[str, list[Any]]:
    """The quick filters as conditions."""
    return {
        "over": plan_queries.over(today), "send": plan_queries.to_send(today),
        **{str(n): plan_queries.within(today, add_months(today, n)) for n in (3, 6, 12)},
    }


def _asked_day() -> date | None:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return None


def _filters(today: date) -> list[Filter]:
    spans, sites, day = _spans(today), queries.sites(), _asked_day()
    filters = [
        Filter("due", _l("Hạn"), [
            ("over", _l("Quá hạn")), ("send", _l("Cần gửi đi ngay")), ("3", _l("Trong 3 tháng")), ("6", _l("Trong 6 tháng")),
            ("12", _l("Trong 12 tháng")),
        ], lambda q, value: q.where(*spans[value])),
        Filter("kind", _l("Việc"), [(k, planner.what(k)) for k in (*rules.CYCLE_KINDS, "expiry")],
               lambda q, kind: q.where(DueEntry.kind == kind)),
        Filter("who", _l("Người chịu trách nhiệm"), [("none", _l("Chưa giao ai")), *((str(p.id), p.full_name) for p in active_people())],
               lambda q, who: q.where(DueEntry.responsible_id.is_(None) if who == "none" else DueEntry.responsible_id == int(who))),
        Filter("room", _l("Phòng"), [(str(r.id), pick(r.name_vi, r.name_en)) for r in queries.rooms()],
               lambda q, room: q.where(DueEntry.room_id == int(room))),
    ]
    if len(sites) > 1:
        filters.append(Filter("site", _l("Cơ sở"), [(str(s.id), pick(s.name_vi, s.name_en)) for s in sites],
                              lambda q, site: q.where(DueEntry.site_id == int(site))))
    if day is not None:
        filters.append(Filter("day", _l("Ngày"), [(day.isoformat(), show_date(day))], lambda q, _v: q.where(DueEntry.due_on == day)))
    return filters


def _quick(shown: Page, today: date) -> list[tuple[Any, str, bool, str, str]]:
    counts, chosen = plan_queries.plan_counts(_spans(today)), request.args.get("due", "")
    return [
        (word, shown.url(due=None if chosen == key else key), chosen == key,
         str(counts[key]) if counts[key] <= plan_queries.COUNTED else f"{plan_queries.COUNTED}+", icon)
        for key, word, icon in (
            ("over", gettext("Quá hạn"), "x-circle-fill"), ("send", gettext("Cần gửi đi ngay"), "send"), ("3", gettext("3 tháng"), ""),
            ("6", gettext("6 tháng"), ""), ("12", gettext("12 tháng"), ""))
    ]


@bp.get("/instruments/plan")
@requires(P.INSTRUMENT_READ)
def plan() -> Any:
    """What is due on all instruments, soonest first; overdue ones on top."""
    today = clock.today()
    base, filters = plan_queries.due_entries(), _filters(today)
    words = request.args.get("q", "").strip()[:100]
    found = search.ids("instrument", words) if words else None
    if found is not None:
        base = base.where(DueEntry.instrument_id.in_(found))
    shown = listing(base, DueEntry, COLUMNS, filters=filters, default_sort="due", default_direction="asc")
    if export.asked():
        heads, cells = planner.table(everything(base, DueEntry, shown, COLUMNS, filters, None), presenters.where)
        return export.as_file("plan", heads, cells)
    return page("instruments/plan.html", entries=shown, quick=_quick(shown, today), today=today, what=planner.what, left=planner.left)


@bp.get("/instruments/plan/months")
@requires(P.INSTRUMENT_READ)
def plan_months() -> Any:
    """Work and cost by month for a year, and one month as a calendar."""
    today = clock.today()
    this, asked = month_of(today), request.args.get("month", "")
    loads = plan_queries.workload(this, planner.add(this, planner.MONTHS - 1))
    first = min(loads, default=this)  # without being asked for one: the first month in which anything is due
    month = int(asked.replace("-", "")) if MONTH.fullmatch(asked) and "1900" < asked < "9998" else first
    counts = plan_queries.plan_counts({"over": plan_queries.over(today)})
    return page(
        "instruments/plan_months.html", bars=planner.bars(loads, this), weeks=planner.weeks(month, plan_queries.days_of(month)),
        month=month, month_word=planner.month_word(month), before=_address(planner.add(month, -1)), after=_address(planner.add(month, 1)),
        hours=planner.hours, what=planner.what, today=today, over=counts["over"],
        kinds=[k for k in (*rules.CYCLE_KINDS, "expiry") if any(k in m.kinds for m in loads.values())],
    )


def _address(month: int) -> str:
    return url_for("instruments.plan_months", month=f"{month // 100}-{month % 100:02d}")


@bp.route("/instruments/plan/rules", methods=["GET", "POST"])
@requires(P.LABORATORY_WRITE)
def plan_rules() -> Any:
    """The laboratory's own rules: validity to the end of the month, when to remind, when to escalate."""
    lab = laboratory()
    kept = services.plan_rules(lab)
    form = forms.PlanRulesForm(data={
        "end_of_month_validity": kept.end_of_month_validity, "soon_days": kept.soon_days, "escalate_days": kept.escalate_days,
        "version": lab.version if lab else ""})
    if form.validate_on_submit():
        with attempt(form) as tried:
            if lab is not None:
                check_version(lab, form.version.data)
            services.set_plan_rules(current_actor(), services.PlanRules(
                form.end_of_month_validity.data, form.soon_days.data, form.escalate_days.data), form.reason.data)
        if tried.ok:
            return done(gettext("Đã lưu quy tắc kế hoạch."), "instruments.plan")
    return page("instruments/plan_rules.html", form=form, instrument=None)


# ---- calendars ------------------------------------------------------------------------------------------------------


@bp.route("/instruments/plan/calendars", methods=["GET", "POST"])
@requires(P.INSTRUMENT_READ)
def calendars() -> Any:
    """My calendar addresses: make one, which is shown once, or revoke one."""
    form, token = forms.FeedForm(), ""
    if form.validate_on_submit():
        with attempt(form) as tried:
            _row, token = services.create_feed(current_actor(), form.only_mine.data)
        if not tried.ok:
            token = ""
    address = current_app.config["PUBLIC_URL"] + url_for("instruments.calendar_feed", token=token) if token else ""
    return page("instruments/calendars.html", form=form, address=address, feeds=plan_queries.feeds_of(current_actor().id or 0))


@bp.post("/instruments/plan/calendars/<int:id>/revoke")
@requires(P.INSTRUMENT_READ)
def revoke_calendar(id: int) -> Any:
    """End one of my calendar addresses."""
    feed = get_or_404(CalendarFeed, id)
    return press(lambda: services.revoke_feed(current_actor(), feed), gettext("Đã thu hồi địa chỉ lịch."), "instruments.calendars")


# Public, because a calendar program cannot sign in: whoever has the address has what its owner may read of due dates, nothing more.
@bp.get("/calendar/<token>.ics")
@public
@limited("calendar", 30, 300)
def calendar_feed(token: str) -> Any:
    """What is due, as iCalendar; unchanged since last time, the answer is 304."""
    feed = plan_queries.feed_by_hash(digest(token)) if len(token) <= 100 else None
    if feed is None or not feed.person.can(P.INSTRUMENT_READ):
        abort(404)
    with speaking(feed.person.language):
        days = planner.feed_days(plan_queries.feed_entries(feed, clock.today()), current_app.config["PUBLIC_URL"])
        name = gettext("Kế hoạch thiết bị")
    tag = hashlib.sha256("|".join(f"{d.uid}{d.on}{d.summary}{d.description}" for d in days).encode()).hexdigest()[:32]
    response = Response(ical.calendar(name, days, clock.now()), mimetype="text/calendar")
    if request.if_none_match.contains(tag):
        response = make_response("", 304)
    response.set_etag(tag)
    response.headers["Cache-Control"] = f"private, max-age={int(timedelta(minutes=15).total_seconds())}"
    return response
