"""Cycles of an instrument: how often, what was done, how far it was used (6.4.3, 6.4.7, 6.4.10)."""
from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from instruments import queries, rules, workflow
from instruments.models import Cycle, CycleEvent, Instrument, UseReading
from instruments.rules import CycleFact, InstrumentFacts
from instruments.services.standing import add_state, refresh
from lab_app.accounts.models import Person
from lab_app.accounts.queries import laboratory
from lab_app.core import audit, clock, events
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.metrology.periods import add_months, due_date, next_due

LONGEST_MONTHS, LONGEST_DAYS = 120, 3660
LONGEST_LEAD, LONGEST_EARLY = 366, 184
#: A cycle may be decided to count from a day so far ahead.
AHEAD = timedelta(days=366)
END_OF_MONTH = "end_of_month_validity"


def end_of_month_validity() -> bool:
    """Whether this laboratory lets validity run to the end of the month it ends in."""
    lab = laboratory()
    return bool(lab and lab.settings.get(END_OF_MONTH))


# ---- terms ---------------------------------------------------------------------------------------------------


def _anchor(days: list[date], previous_due: date) -> date | None:
    """The day whose anniversary `previous_due` is: the latest in its month of those done, so that month ends come back."""
    def behind(day: date) -> int:
        return (previous_due.year - day.year) * 12 + previous_due.month - day.month

    found = [day for day in days if day < previous_due and add_months(day, behind(day)) == previous_due]
    return max(found, key=lambda day: day.day, default=None)


def _days_done(facts: InstrumentFacts, kind: str) -> list[date]:
    if kind == "calibration":
        return [c.done_on for c in facts.calibrations]
    return [e.done_on for e in facts.cycle_events if e.kind == kind]


def term_end(instrument: Instrument, kind: str, done_on: date, passed: bool, months: int | None = None) -> date | None:
    """The first day that what was done on `done_on` no longer covers; `None` where no calendar interval is set.

    `months` overrules the cycle's own. Done within the cycle's early window before its due date and passed: the anniversary is
    kept; otherwise the interval counts from `done_on`. An extension moves no anniversary.
    """
    now = clock.now()
    facts = queries.facts_of([instrument])[instrument.id]
    cycle = rules.cycle_at(facts, kind, done_on, now) or rules.cycle_at(facts, kind, clock.today(), now)
    before = rules.cover_at(facts, kind, done_on, now)
    previous = before.due_on if before is not None and before.passed and before.done_on < done_on else None
    early = cycle.early_days if cycle else 0
    months = months or (cycle.months if cycle else None)
    if months:
        end_of_month = end_of_month_validity()
        if previous is None:
            return due_date(done_on, months, end_of_month)
        return next_due(done_on, months, previous, early, passed, end_of_month=end_of_month,
                        anchor=_anchor(_days_done(facts, kind), previous))
    days = cycle.days if cycle else instrument.check_interval_days if kind == "check" else None
    if not days:
        return None
    kept = passed and previous is not None and 0 < (previous - done_on).days <= early
    return (previous if kept and previous is not None else done_on) + timedelta(days=days)


# ---- set a cycle ----------------------------------------------------------------------------------------------


def _check_interval(kind: str, given: dict[str, Any]) -> None:
    months, days, limit = given["interval_months"], given["interval_days"], given["use_limit"]
    if months is not None and days is not None:
        raise FieldRefused("interval_days", gettext("Chọn chu kỳ theo tháng hoặc theo ngày, không cả hai."))
    if months is not None and not 1 <= months <= LONGEST_MONTHS:
        raise FieldRefused("interval_months", gettext("Chu kỳ: từ 1 đến 120 tháng."))
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise FieldRefused("interval_days", gettext("Chu kỳ: từ 1 đến 3660 ngày."))
    if limit is not None and limit <= 0:
        raise FieldRefused("use_limit", gettext("Giới hạn sử dụng phải lớn hơn 0."))
    if limit is not None and not given["use_unit"].strip():
        raise FieldRefused("use_unit", gettext("Ghi đơn vị của giới hạn sử dụng: giờ, lần kết nối…"))
    if months is None and days is None and (limit is None or kind in ("calibration", "check")):
        raise FieldRefused("interval_months", gettext("Ghi chu kỳ theo tháng hoặc theo ngày."))
    if given["from_first_issue"] and months is None and days is None:
        raise FieldRefused("from_first_issue", gettext("Tính từ lần đưa ra dùng đầu tiên thì cần chu kỳ theo lịch."))
    _check_margins(given, days or (months or 0) * 28 or LONGEST_DAYS)


def _check_margins(given: dict[str, Any], span: int) -> None:
    """Lead time and window are shorter than the interval of `span` days; money and time are not negative."""
    for field, bound in (("lead_days", LONGEST_LEAD), ("early_days", LONGEST_EARLY)):
        if not 0 <= given[field] <= bound:
            raise FieldRefused(field, gettext("Từ 0 đến %(n)s ngày.", n=bound))
        if given[field] >= span:
            raise FieldRefused(field, gettext("Phải ngắn hơn chu kỳ."))
    for field in ("cost", "work_hours"):
        if given[field] is not None and given[field] < 0:
            raise FieldRefused(field, gettext("Không thể là số âm."))


def _check_day(instrument: Instrument, kind: str, effective_from: date, facts: InstrumentFacts) -> None:
    entered = instrument.acquired_on or clock.local(instrument.recorded_at).date()
    if effective_from < entered:
        raise FieldRefused("effective_from", gettext("Trước ngày thiết bị có trong danh mục."))
    if effective_from > clock.today() + AHEAD:
        raise FieldRefused("effective_from", gettext("Quá xa: nhiều nhất một năm tới."))
    latest = max((c.effective_from for c in facts.cycles if c.kind == kind), default=None)
    if latest is not None and effective_from < latest:
        raise FieldRefused("effective_from", gettext("Trước ngày hiệu lực của chu kỳ đang ghi."))


def set_cycle(actor: Actor, instrument: Instrument, **terms: Any) -> Cycle:
    """Decide how often something is due on an instrument: `put_cycle` for whoever may write instruments."""
    authorize(actor, P.INSTRUMENT_WRITE)
    return put_cycle(actor, instrument, **terms)


def put_cycle(
    actor: Actor, instrument: Instrument, *, kind: str, effective_from: date, reason: str, interval_months: int | None = None,
    interval_days: int | None = None, use_limit: Decimal | None = None, use_unit: str = "", from_first_issue: bool = False,
    lead_days: int = 30, early_days: int = 0, blocks: bool = True, active: bool = True, responsible: Person | None = None,
    cost: Decimal | None = None, work_hours: Decimal | None = None,
) -> Cycle:
    """Decide how often something is due on an instrument, from a day on, with the reason; `active=False` ends the cycle (6.4.7).

    Interval in months or in days, by use (`use_limit` of `use_unit`), or both; calibration and intermediate checks need the calendar
    and always stop use. Setting a cycle of kind *check* plans the checks of the register. Refuses an interval that is 0, negative or
    too long, a lead time or window not shorter than the interval, a day before the instrument's entry or before the cycle in force.
    Asks for no right of its own: use cases that do call it.
    """
    person_id = person_of(actor)
    if kind not in rules.CYCLE_KINDS:
        raise FieldRefused("kind", gettext("Không có loại chu kỳ này."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    given: dict[str, Any] = {
        "interval_months": interval_months, "interval_days": interval_days, "use_limit": use_limit, "use_unit": use_unit,
        "from_first_issue": from_first_issue, "lead_days": lead_days, "early_days": early_days, "cost": cost, "work_hours": work_hours,
    }
    facts = queries.facts_of([instrument])[instrument.id]
    if active:
        _check_interval(kind, given)
        if kind in ("calibration", "check") and not blocks:
            raise FieldRefused("blocks", gettext("Quá hạn hiệu chuẩn hay kiểm tra giữa kỳ luôn ngừng sử dụng (6.4.6, 6.4.10)."))
    elif kind == "calibration":
        raise FieldRefused("active", gettext("Muốn thôi hiệu chuẩn, ghi lý do không cần hiệu chuẩn trên hồ sơ thiết bị (6.4.6)."))
    if kind == "calibration" and not instrument.calibration_required:
        raise FieldRefused("kind", gettext("Hồ sơ ghi thiết bị này không cần hiệu chuẩn."))
    _check_day(instrument, kind, effective_from, facts)
    with audit.reason(reason):
        if kind == "check":
            _plan_checks(instrument, effective_from, interval_days or (interval_months or 0) * 30 if active else 0)
        row = Cycle(
            instrument_id=instrument.id, kind=kind, effective_from=effective_from, reason=reason.strip(), blocks=blocks, active=active,
            responsible_id=responsible.id if responsible else None, person_id=person_id, **{**given, "use_unit": use_unit.strip()})
        db.session.add(row)
        db.session.flush()
    refresh(instrument)
    return row


def _plan_checks(instrument: Instrument, effective_from: date, days: int) -> None:
    """The register's own word on intermediate checks follows the cycle."""
    if days and not (instrument.check_name.strip() and instrument.check_criterion.strip()):
        raise FieldRefused("kind", gettext("Ghi trên hồ sơ thiết bị kiểm tra giữa kỳ bằng gì và tiêu chí đạt trước."))
    if days and instrument.check_interval_days and effective_from > clock.today():
        raise FieldRefused("effective_from", gettext("Chu kỳ kiểm tra giữa kỳ đổi từ hôm nay, không hẹn trước."))
    if days and not instrument.check_interval_days:
        instrument.checks_from = effective_from
    instrument.check_interval_days = days


# ---- what was done -----------------------------------------------------------------------------------------------


def record_cycle_event(
    actor: Actor, instrument: Instrument, *, kind: str, done_on: date, passed: bool, by_whom: str = "", note: str = "",
    cost: Decimal | None = None, counter: Decimal | None = None,
) -> CycleEvent:
    """Record planned maintenance, an electrical safety test or a site validation (6.4.3, 6.4.4); the next due date is computed.

    A failed one that stops use takes the instrument out of service at once; a failed site validation also sends the news of what
    was measured since the last good one. `counter`: the reading of the counter that the cycle limits, on that day.
    """
    authorize(actor, P.INSTRUMENT_CHECK)
    person_id = person_of(actor)
    if kind not in rules.OWN_KINDS:
        raise FieldRefused("kind", gettext("Hiệu chuẩn và kiểm tra giữa kỳ được ghi ở trang riêng của chúng."))
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    if instrument.acquired_on is not None and done_on < instrument.acquired_on:
        raise FieldRefused("done_on", gettext("Trước ngày nhận thiết bị."))
    if cost is not None and cost < 0:
        raise FieldRefused("cost", gettext("Không thể là số âm."))
    now = clock.now()
    facts = queries.facts_of([instrument])[instrument.id]
    cycle = rules.cycle_at(facts, kind, clock.today(), now)
    if cycle is None:
        raise FieldRefused("kind", gettext("Thiết bị chưa có chu kỳ này; đặt chu kỳ trước."))
    if cycle.use_limit is not None and counter is None:
        raise FieldRefused("counter", gettext("Chu kỳ này tính theo %(unit)s: ghi số đếm ngày hôm đó.", unit=cycle.use_unit))
    good = max((e.done_on for e in facts.cycle_events if e.kind == kind and e.passed and e.done_on < done_on), default=None)
    row = CycleEvent(
        instrument_id=instrument.id, kind=kind, done_on=done_on, due_on=term_end(instrument, kind, done_on, passed), passed=passed,
        by_whom=by_whom.strip(), note=note.strip(), cost=cost, person_id=person_id)
    db.session.add(row)
    db.session.flush()
    if counter is not None and cycle.use_limit is not None:
        _add_use(instrument, done_on, counter, cycle.use_unit, person_id)
    if not passed and cycle.blocks:
        _failed(actor, instrument, cycle, done_on, clock.at_local(good) if good else None)
    refresh(instrument)
    return row


def _failed(actor: Actor, instrument: Instrument, cycle: CycleFact, done_on: date, since: Any) -> None:
    """Out of service at once; what a doubtful site touched is looked at again."""
    now = clock.now()
    reason = gettext("%(what)s ngày %(day)s không đạt", what=str(rules.CYCLES[cycle.kind]).capitalize(), day=done_on.strftime("%d/%m/%Y"))
    found = rules.state_at(queries.facts_of([instrument])[instrument.id], now, now)
    if found is not None and found.state == workflow.IN_SERVICE.code:
        add_state(instrument, workflow.OUT_OF_SERVICE.code, now, person_of(actor), reason=reason)
    if cycle.kind == "site_validation":
        events.calibration_failed.send(
            "instruments", instrument=instrument, since=since or instrument.recorded_at, actor=actor, cause="check", found_on=done_on,
            error=None, error_unit="", reason=reason)


# ---- use ------------------------------------------------------------------------------------------------------------


def record_use(actor: Actor, instrument: Instrument, *, read_on: date, counter: Decimal, unit: str) -> UseReading:
    """Record a counter of use as read on a day. It never runs backwards: refused below an earlier reading or above a later one."""
    authorize(actor, P.INSTRUMENT_CHECK)
    person_id = person_of(actor)
    if read_on > clock.today():
        raise FieldRefused("read_on", gettext("Ngày này ở tương lai."))
    row = _add_use(instrument, read_on, counter, unit, person_id)
    refresh(instrument)
    return row


def _add_use(instrument: Instrument, read_on: date, counter: Decimal, unit: str, person_id: int) -> UseReading:
    unit = unit.strip()
    if not unit:
        raise FieldRefused("unit", gettext("Ghi đơn vị của số đếm."))
    if counter < 0:
        raise FieldRefused("counter", gettext("Không thể là số âm."))
    rows = db.session.scalars(select(UseReading).where(UseReading.instrument_id == instrument.id, UseReading.unit == unit)).all()
    for other in rows:
        if other.read_on <= read_on and other.counter > counter:
            raise FieldRefused("counter", gettext(
                "Số đếm chạy lùi: ngày %(day)s đã là %(n)s.", day=other.read_on.strftime("%d/%m/%Y"), n=format(other.counter, "f")))
        if other.read_on > read_on and other.counter < counter:
            raise FieldRefused("counter", gettext(
                "Lớn hơn số đếm sau đó: ngày %(day)s chỉ là %(n)s.", day=other.read_on.strftime("%d/%m/%Y"),
                n=format(other.counter, "f")))
    row = UseReading(instrument_id=instrument.id, read_on=read_on, counter=counter, unit=unit, person_id=person_id)
    db.session.add(row)
    db.session.flush()
    return row


def record_first_issue(actor: Actor, instrument: Instrument, on: date, reason: str) -> Instrument:
    """Record the day a sealed item was first issued: its interval runs from there (6.4.7)."""
    authorize(actor, P.INSTRUMENT_CHECK)
    if on > clock.today():
        raise FieldRefused("first_issued_on", gettext("Ngày này ở tương lai."))
    if instrument.acquired_on is not None and on < instrument.acquired_on:
        raise FieldRefused("first_issued_on", gettext("Trước ngày nhận thiết bị."))
    if instrument.first_issued_on is not None and not reason.strip():
        raise FieldRefused("reason", gettext("Đã ghi ngày đưa ra dùng lần đầu; sửa thì cần lý do."))
    with audit.reason(reason):
        instrument.first_issued_on = on
        db.session.flush()
    refresh(instrument)
    return instrument
