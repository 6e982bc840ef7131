"""Control charts: defined, limits frozen by a decision, values judged as they are recorded, stops released (7.7.1, 7.10)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from flask import current_app
from flask_babel import gettext

from instruments.models import Instrument
from instruments.queries import fitness
from lab_app.accounts.queries import authorisation
from lab_app.core import audit, clock, gates, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.metrology.control_charts import ChartLimits, mean, parse_limits
from lab_app.metrology.control_rules import Standing
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.rounding import EXACT
from lab_app.metrology.units import find_unit
from lab_app.results.validity import queries, rules
from lab_app.results.validity.models import ControlChart, ControlLimits, ControlValue, ParameterStop
from lab_app.results.validity.workflow import ReleaseFacts
from lab_app.results.workflow import ReadingFacts
from test_methods.models import Method

VALUE_GATES = ("time-plausible", "person-authorised", "late-entry-reason")


def parameter_of(method: Method, code: str) -> str:
    """The unit of a method's parameter. Refuses one the method does not have."""
    found = queries.parameter_named(method.id, code)
    if found is None:
        raise FieldRefused("parameter", gettext("Phương pháp không có chỉ tiêu này."))
    return found.unit


# ---- the chart ---------------------------------------------------------------------------------------------


def define_chart(
    actor: Actor, method: Method, parameter_code: str, *, name: str, kind: str, rules_on: Sequence[str] = (), control_item: str = "",
    unit: str = "", n: int = 1, settings: Mapping[str, str] | None = None, instrument: Instrument | None = None, code: str = "",
) -> ControlChart:
    """Define the control chart of a parameter, with the tests this laboratory switched on for it (7.7.1).

    `unit` defaults to the parameter's. `n`: values of a subgroup, 2 to 25, for mean and range only. `settings`: for EWMA `weight` (0 to
    1) and `width`, for CUSUM `allowance` and `decision`, as decimal texts. Refuses an unknown parameter, kind, test or unit, no test.
    """
    authorize(actor, P.QUALITY_WRITE)
    own_unit = parameter_of(method, parameter_code)
    if not name.strip():
        raise FieldRefused("name", gettext("Cần điền mục này."))
    if kind not in rules.KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    try:
        symbol = find_unit(unit or own_unit).symbol if unit or own_unit else ""
    except MetrologyError as error:
        raise FieldRefused("unit", gettext("Không biết đơn vị “%(unit)s”.", unit=error.detail)) from error
    if kind == rules.XBAR_R and not 2 <= n <= rules.LARGEST_GROUP:
        raise FieldRefused("n", gettext("Nhóm có từ 2 đến %(n)s giá trị.", n=rules.LARGEST_GROUP))
    if any(rule not in rules.RULES for rule in rules_on):
        raise FieldRefused("rules_on", gettext("Lựa chọn không có trong danh sách."))
    if kind in (rules.I_MR, rules.XBAR_R) and not rules_on:
        raise FieldRefused("rules_on", gettext("Chọn ít nhất một phép thử trong danh sách."))
    row = ControlChart(
        code=code.strip() or f"KS-{numbering.next_value('control-chart'):03d}", name=name.strip(), method_id=method.id,
        parameter_code=parameter_code, instrument_id=instrument.id if instrument else None, control_item=control_item.strip(),
        unit=symbol, kind=kind, n=n if kind == rules.XBAR_R else 1, person_id=person_of(actor),
        rules=list(rules_on) if kind in (rules.I_MR, rules.XBAR_R) else [], settings=_settings(kind, settings or {}),
    )
    db.session.add(row)
    db.session.flush()
    search.put("control-chart", row.id, row.code, row.name, method.code, parameter_code, row.control_item)
    return row


def _settings(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for key, usual in rules.SETTINGS.get(kind, {}).items():
        text = str(given.get(key) or usual)
        try:
            value = Decimal(text)
        except InvalidOperation as error:
            raise FieldRefused(key, gettext("“%(text)s” không phải là số.", text=text[:40])) from error
        if not value.is_finite() or value <= 0 or (key == "weight" and value > 1) or value > 100:
            raise FieldRefused(key, gettext("Giá trị này nằm ngoài khoảng dùng được."))
        found[key] = format(value, "f")
    return found


def close_chart(actor: Actor, chart: ControlChart, reason: str) -> ControlChart:
    """No further values; the chart and its points stay. Refuses while it stops its parameter."""
    authorize(actor, P.QUALITY_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if chart.status != "active":
        raise Refused(gettext("Biểu đồ này đã đóng."))
    if any(stop.released_at is None for stop in queries.stops_of_chart(chart.id)):
        raise Refused(gettext("Biểu đồ đang dừng chỉ tiêu; giải quyết lần dừng trước khi đóng."))
    with audit.reason(reason):
        chart.status = "closed"
        db.session.flush()
    return chart


def freeze_limits(actor: Actor, chart: ControlChart, *, phase_from: date, phase_to: date, reason: str) -> ControlLimits:
    """Freeze the limits from the values of a phase I, both days included: a decision with its reason. Later values never move them;
    computing them anew is this act again.

    Refuses no reason, reversed or future days, fewer than `rules.LEAST` values, no spread.
    """
    authorize(actor, P.QUALITY_WRITE)
    who = person_of(actor)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if phase_to < phase_from:
        raise FieldRefused("phase_to", gettext("Kết thúc trước lúc bắt đầu."))
    if phase_to > clock.today():
        raise FieldRefused("phase_to", gettext("Ngày này ở tương lai."))
    rows = queries.values_between(chart.id, clock.at_local(phase_from), clock.at_local(phase_to + timedelta(days=1)))
    try:
        found = rules.freeze(chart.kind, [[Decimal(r) for r in row.readings] for row in rows])
    except (ValueError, MetrologyError) as error:
        raise FieldRefused("phase_from", gettext(
            "Cần ít nhất %(n)s giá trị không trùng hệt nhau trong thời gian này; có %(found)s.", n=rules.LEAST, found=len(rows))) from error
    limits = ControlLimits(
        chart_id=chart.id, location=found.location.to_dict(), spread=found.spread.to_dict() if found.spread else None, points=len(rows),
        phase_from=phase_from, phase_to=phase_to, reason=reason.strip(), person_id=who, recorded_at=clock.now(),
    )
    db.session.add(limits)
    db.session.flush()
    return limits


# ---- values ------------------------------------------------------------------------------------------------


def record_value(
    actor: Actor, chart: ControlChart, readings: Sequence[Decimal], *, measured_at: datetime | None = None,
    instrument: Instrument | None = None, note: str = "", late_reason: str = "",
) -> ControlValue:
    """Record a control value and judge it, on what had been recorded when it was measured (7.7.1).

    `readings`: one value, or the subgroup's `n`. Rejected: the parameter stops until somebody else releases it. Without limits frozen
    before the measurement it is *not evaluated*. Refused by gates *time-plausible*, *person-authorised*, *late-entry-reason*, for an
    instrument not fit at that time or not the chart's own, a closed chart, a number of readings that is not the subgroup's.
    """
    authorize(actor, P.RESULT_WRITE)
    who, now = person_of(actor), clock.now()
    at = measured_at or now
    _value_gates(actor, chart, at, now, late_reason)
    if chart.status != "active":
        raise Refused(gettext("Biểu đồ này đã đóng."))
    if len(readings) != chart.n:
        raise FieldRefused("readings", gettext("Cần đúng %(n)s giá trị.", n=chart.n))
    if not all(reading.is_finite() for reading in readings):
        raise FieldRefused("readings", gettext("Cần điền một số."))
    used = _instrument_of(chart, instrument, at, now)
    row = ControlValue(
        chart_id=chart.id, measured_at=at, recorded_at=now, late_reason=late_reason.strip(), readings=[format(r, "f") for r in readings],
        value=readings[0] if chart.n == 1 else mean(list(readings)), unit=chart.unit, person_id=who, note=note.strip(),
        instrument_id=used.id if used else None, standing=Standing.NOT_EVALUATED.value, tripped=[],
    )
    good_since = _judge(chart, row, readings)
    db.session.add(row)
    chart.standing = row.standing
    db.session.flush()
    if row.standing == Standing.REJECTED.value:
        _stop(actor, chart, row, good_since)
    return row


def _value_gates(actor: Actor, chart: ControlChart, at: datetime, now: datetime, late_reason: str) -> None:
    able = actor.id is not None and authorisation(actor.id, "test", chart.method.code, clock.local(at).date(), now) is not None
    facts = ReadingFacts(
        job_code=chart.code, sample_code="", request_number="", method_code=chart.method.code, person=actor.name, measured_at=at,
        known_at=now, received_at=min(chart.recorded_at, at), late_after=timedelta(minutes=int(current_app.config["LATE_ENTRY_MINUTES"])),
        authorised=able, late_reason=late_reason)
    for name in VALUE_GATES:
        gates.require(name, facts)


def _instrument_of(chart: ControlChart, instrument: Instrument | None, at: datetime, now: datetime) -> Instrument | None:
    if chart.instrument_id is not None:
        if instrument is not None and instrument.id != chart.instrument_id:
            own = chart.instrument.code if chart.instrument else ""
            raise FieldRefused("instrument", gettext("Biểu đồ này chỉ nhận số đo của %(code)s.", code=own))
        instrument = chart.instrument
    if instrument is None:
        return None
    reasons = fitness([instrument], at, None, now)[instrument.id]
    if reasons:
        raise FieldRefused("instrument", gettext("%(code)s không dùng được lúc đó (6.4): %(why)s", code=instrument.code,
                                                 why=" ".join(str(r.says) for r in reasons)))
    return instrument


def _judge(chart: ControlChart, row: ControlValue, readings: Sequence[Decimal]) -> datetime | None:
    """Judge a new value on what stood before it; answers when the last value in control before it was measured."""
    before = queries.values_until(chart.id, row.measured_at)
    if chart.kind == rules.XBAR_R:
        row.spread = EXACT.subtract(max(readings), min(readings))
    elif kept := [one for one in before if one.standing != Standing.REJECTED.value]:
        # A rejected value had a cause of its own: the way back from it is no spread of the process.
        row.spread = abs(EXACT.subtract(row.value, kept[-1].value))
    limits = queries.limits_at(chart.id, row.measured_at)
    series = [*before, row]
    if limits is not None and chart.kind in rules.SETTINGS:
        # Sums and weighted means start anew with new limits, and after what was wrong had been put right.
        start = max(limits.recorded_at, queries.last_release(chart.id, row.measured_at) or limits.recorded_at)
        series = [one for one in series if one.measured_at >= start]
    judged = rules.judge(
        chart.kind, [one.value for one in series], chart.rules, chart.settings, _limits(limits.location) if limits else None,
        _limits(limits.spread) if limits else None, row.spread)
    row.standing, row.tripped, row.plotted = judged.standing.value, list(judged.tripped), judged.plotted
    row.limits_id = limits.id if limits else None
    good = [one.measured_at for one in before if one.standing in (Standing.IN_CONTROL.value, Standing.WARNING.value)
            or (limits is not None and limits.phase_from <= clock.local(one.measured_at).date() <= limits.phase_to)]
    return good[-1] if good else None


def _limits(data: Mapping[str, object] | None) -> ChartLimits | None:
    return parse_limits(data) if data else None


def _stop(actor: Actor, chart: ControlChart, row: ControlValue, good_since: datetime | None) -> ParameterStop:
    # In words of its own, as it stands in the record for ever: names of Westgard tests are the same in every language.
    names = {"ewma": "EWMA", "cusum": "CUSUM", rules.SPREAD: "R" if chart.n > 1 else "MR"}
    tripped = ", ".join(names.get(name) or name.replace("iso:", "ISO 7870-2 ").replace("_", "-") for name in row.tripped)
    stop = ParameterStop(
        code=numbering.yearly("DUNG", clock.today().year, 3), method_id=chart.method_id, parameter_code=chart.parameter_code,
        instrument_id=chart.instrument_id, source="control", chart_id=chart.id, value_id=row.id, subject_code=chart.code,
        reason=gettext("điểm kiểm soát %(chart)s bị loại (%(rules)s)", chart=chart.code, rules=tripped), since=row.measured_at,
        good_since=good_since, person_id=person_of(actor),
    )
    db.session.add(stop)
    db.session.flush()
    search.put("parameter-stop", stop.id, stop.code, chart.name, chart.code, chart.method.code, chart.parameter_code)
    return stop


def release_facts(actor: Actor, stop: ParameterStop) -> ReleaseFacts:
    """Facts of gate *stop-released-by-another*."""
    return ReleaseFacts(stop.code, actor.id, actor.name, stop.person_id)


def may_release(actor: Actor) -> bool:
    """Whether a person's roles let them release stops: whoever reviews results, or keeps quality records."""
    return actor.can(P.RESULT_REVIEW) or actor.can(P.QUALITY_WRITE)


def release_stop(actor: Actor, stop: ParameterStop, *, cause: str, action: str) -> ParameterStop:
    """Let a stopped parameter be measured again from now on, with the cause found and what was done (7.10.1 f).

    Refused by gate *stop-released-by-another*; without cause or action; a second time.
    """
    authorize(actor, P.QUALITY_WRITE if actor.can(P.QUALITY_WRITE) else P.RESULT_REVIEW)
    gates.require("stop-released-by-another", release_facts(actor, stop))
    if stop.released_at is not None:
        raise Refused(gettext("Lần dừng này đã được cho làm lại."))
    for name, text in (("cause", cause), ("action", action)):
        if not text.strip():
            raise FieldRefused(name, gettext("Cần điền mục này."))
    stop.cause, stop.action = cause.strip(), action.strip()
    stop.released_at, stop.released_by_id = clock.now(), person_of(actor)
    db.session.flush()
    return stop
