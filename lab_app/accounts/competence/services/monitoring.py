"""Monitoring of those who are authorised (6.2.5 f): its plan, its checks, and who is reminded. Overdue, the authorisation rests."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from lab_app.accounts.competence import queries
from lab_app.accounts.competence.models import Monitoring
from lab_app.accounts.competence.services.functions import needed
from lab_app.accounts.competence.workflow import JudgeFacts
from lab_app.accounts.models import Authorisation, Person
from lab_app.accounts.queries import laboratory
from lab_app.core import clock, gates, inbox, jobs, schedule
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.metrology.periods import add_months

#: How often somebody is monitored where the laboratory set nothing, in months; and the most it may set.
MONTHS, MOST_MONTHS = 12, 36
#: A plan that is shortened leaves at least so long to do the check; people are reminded so long before.
TIME_TO_DO, AHEAD = timedelta(days=30), timedelta(days=30)
ASK = N_("Theo dõi năng lực của %(person)s: %(n)s quyền đến hạn, quá hạn thì tạm ngưng")


def usual_months() -> int:
    """How often the laboratory monitors, in months: its setting `monitor_months`, else a year."""
    lab = laboratory()
    typed = str(lab.settings.get("monitor_months", "")) if lab is not None else ""
    return int(typed) if typed.isdigit() and 1 <= int(typed) <= MOST_MONTHS else MONTHS


def months_of(months: int | None, field: str = "months") -> int:
    """A period in months that is allowed; the laboratory's usual one where none was given."""
    if months is None:
        return usual_months()
    if not 1 <= months <= MOST_MONTHS:
        raise FieldRefused(field, gettext("Từ 1 đến %(n)s tháng.", n=MOST_MONTHS))
    return months


def begin(actor: Actor, row: Authorisation, months: int | None = None) -> Monitoring:
    """The plan of a new authorisation: first monitored so many months after its first day. Called by the service that authorises."""
    months = months_of(months, "monitor_months")
    return _keep(row, Monitoring(authorisation=row, kind="plan", day=row.valid_from, months=months,
                                 due_on=_after(row.valid_from, months), by_id=actor.id))


def _after(day: date, months: int) -> date:
    """So many months later; the last day there is, where the calendar ends before."""
    return add_months(day, months) if day.year + months // 12 < date.max.year else date.max


def _keep(row: Authorisation, entry: Monitoring) -> Monitoring:
    db.session.add(entry)
    row.monitor_due_on = entry.due_on
    db.session.flush()
    return entry


def record_monitoring(
    actor: Actor, person: Person, rows: Sequence[Authorisation], *, by: Person, day: date, way: str, outcome: str, findings: str,
    months: int | None = None,
) -> list[Monitoring]:
    """Write that somebody's work was monitored on a day, for these of their authorisations; satisfactory, each holds on for its period.

    Not satisfactory, they rest from that day on, as known from now on, until a satisfactory check. Gate *competence-judged-by-another*
    (who monitored, and who writes it down). Refuses no authorisation or somebody else's, a day in the future, before the authorisation
    or before its last monitoring, and no findings.
    """
    authorize(actor, P.COMPETENCE_WRITE)
    act = gettext("theo dõi năng lực")
    for judge in (by.id, person_of(actor)):
        gates.require("competence-judged-by-another", JudgeFacts(person.id, person.full_name, judge, act))
    findings = needed("findings", findings)
    if way not in Monitoring.WAYS:
        raise FieldRefused("way", gettext("Lựa chọn không có trong danh sách."))
    if outcome not in ("passed", "failed"):
        raise FieldRefused("outcome", gettext("Lựa chọn không có trong danh sách."))
    if day > clock.today():
        raise FieldRefused("day", gettext("Ngày này ở tương lai."))
    if not rows or any(row.person_id != person.id for row in rows):
        raise FieldRefused("authorisations", gettext("Chọn ít nhất một quyền của người này."))
    out = []
    for row in rows:
        last = queries.newest_monitoring_of(row)
        earliest = last.day if last is not None else row.valid_from
        if day < earliest:
            raise FieldRefused("day", gettext("Ngày theo dõi trước lần ghi gần nhất của quyền này (%(day)s).",
                                              day=earliest.strftime("%d/%m/%Y")))
        period = months_of(months if months is not None else last.months if last is not None else None)
        due_on = add_months(day, period) if outcome == "passed" else day - timedelta(days=1)
        out.append(_keep(row, Monitoring(
            authorisation=row, kind="check", day=day, months=period, due_on=due_on, outcome=outcome, way=way, findings=findings,
            by_id=by.id)))
    _ask_again(person)
    return out


def change_plan(actor: Actor, row: Authorisation, months: int, reason: str) -> Monitoring:
    """Monitor an authorisation more often or less often from today on, counted from its last check; with the reason.

    Refuses one's own, one that rests (it is monitored first) and one that ended. Shortened, there is a month to do the check, where it
    was not due sooner: no change of plan puts a check off that the new period asks for.
    """
    authorize(actor, P.COMPETENCE_WRITE)
    gates.require("competence-judged-by-another", JudgeFacts(
        row.person_id, row.person.full_name, person_of(actor), gettext("đổi chu kỳ theo dõi")))
    reason, months, today = needed("reason", reason), months_of(months), clock.today()
    last = queries.newest_monitoring_of(row)
    if last is not None and last.due_on < today:
        raise Refused(gettext("Quyền này đang tạm ngưng vì quá hạn theo dõi; hãy theo dõi trước rồi mới đổi chu kỳ."))
    if row.valid_to < today or row.withdrawn_from is not None:
        raise Refused(gettext("Quyền này không còn hiệu lực."))
    counted, soonest = queries.monitored_from(row) or today, today + TIME_TO_DO
    if last is not None:
        soonest = min(soonest, last.due_on)
    entry = _keep(row, Monitoring(
        authorisation=row, kind="plan", day=max(today, row.valid_from), months=months,
        due_on=max(_after(counted, months), soonest), findings=reason, by_id=actor.id))
    _ask_again(row.person)
    return entry


def _ask_again(person: Person) -> None:
    """Ask whoever keeps competence to monitor a person whose authorisations are due soon; settle it when none is."""
    today = clock.today()
    standing = queries.standing_authorisations(today).where(
        Authorisation.person_id == person.id, Authorisation.monitor_due_on <= today + AHEAD).subquery()
    count, earliest = db.session.execute(select(func.count(), func.min(standing.c.monitor_due_on)).select_from(standing)).one()
    key = f"monitoring/{person.id}"
    if not count or not person.active:
        inbox.settle(key)
        return
    inbox.ask(key, "competence", ASK, {"person": person.full_name, "n": count}, permission=P.COMPETENCE_WRITE, not_person_id=person.id,
              code=person.code, link=f"/people/{person.code}/monitor", due_on=earliest)


def remind() -> int:
    """Ask for everybody whose monitoring is due within a month or late; answers how many people."""
    today = clock.today()
    due = queries.standing_authorisations(today).where(Authorisation.monitor_due_on <= today + AHEAD).subquery()
    people = list(db.session.scalars(select(Person).where(Person.id.in_(select(due.c.person_id)))))
    for person in people:
        _ask_again(person)
    return len(people)


@schedule.scheduled("competence-monitoring", _l("Nhắc hạn theo dõi năng lực của người được trao quyền"), hour=5, minute=50)
def remind_daily(_payload: dict[str, Any]) -> None:
    """Every morning, before what is asked of people is brought before them."""
    with jobs.transaction():
        remind()


