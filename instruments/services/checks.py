"""Intermediate checks with their control charts, maintenance, repair and damage (6.4.10, 6.4.13 g, h)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from flask_babel import gettext

from instruments import queries, rules, workflow
from instruments.models import (
    CheckChart,
    Instrument,
    IntermediateCheck,
    Maintenance,
)
from instruments.rules import charts
from instruments.services.cycles import term_end
from instruments.services.standing import refresh, stop_use, unfit_reasons
from lab_app.core import clock, events
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.i18n import show_date
from lab_app.core.permissions import P
from lab_app.metrology.control_charts import mean
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.rounding import EXACT, places_of
from lab_app.metrology.units import find_unit

MOST_READINGS = 50
#: Kinds of maintenance; the last two took the instrument out of service when they happened.
KINDS = ("maintenance", "repair", "adjustment", "damage", "overload")
HARM = ("damage", "overload")


def _mean_of(indicated: Decimal | None, readings: Sequence[Decimal]) -> Decimal:
    if not readings:
        if indicated is None:
            raise FieldRefused("readings", gettext("Ghi chỉ thị, một hay nhiều lần đọc."))
        return indicated
    if len(readings) > MOST_READINGS:
        raise FieldRefused("readings", gettext("Nhiều nhất %(n)s lần đọc.", n=MOST_READINGS))
    if indicated is not None:
        raise FieldRefused("indicated", gettext("Chỉ thị là trung bình của các lần đọc; không ghi cả hai."))
    value = mean(list(readings))
    places = max(places_of(r) for r in readings)
    return value if places_of(value) >= places else EXACT.quantize(value, Decimal((0, (1,), -places)))


def _fit_standard(standard: Instrument, instrument: Instrument, done_on: date) -> None:
    """A standard that may not be used proves nothing (6.4.4, 6.5): it is judged at the present moment, or at the end of an earlier day."""
    if standard.id == instrument.id:
        raise FieldRefused("standard_id", gettext("Thiết bị không kiểm tra bằng chính nó."))
    now = clock.now()
    at = now if done_on == clock.today() else clock.at_local(done_on, 12)
    reasons = unfit_reasons(standard, at, None, now)
    if reasons:
        raise FieldRefused("standard_id", gettext("Chuẩn %(code)s không dùng được ngày đó (6.4): %(why)s", code=standard.code,
                                                  why=" ".join(str(r.says) for r in reasons)))


def record_check(
    actor: Actor, instrument: Instrument, *, done_on: date, reference: Decimal, tolerance: Decimal, unit: str,
    indicated: Decimal | None = None, note: str = "", readings: Sequence[Decimal] = (), check_point: str = "",
    standard: Instrument | None = None,
) -> IntermediateCheck:
    """Record an intermediate check (6.4.10); the verdict is computed. A failed one takes the instrument out of service (6.4.9).

    One `indicated` value, or several `readings` whose mean it becomes. `check_point` names the series of its control chart, `standard`
    the standard of ours it was checked with, which must itself be fit. A passed one covers `check_interval_days` from its day on; the
    first day it does not cover is kept with it.
    """
    authorize(actor, P.INSTRUMENT_CHECK)
    person_id = person_of(actor)
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    if tolerance <= 0:
        raise FieldRefused("tolerance", gettext("Dung sai phải lớn hơn 0."))
    try:
        unit = find_unit(unit).symbol
    except MetrologyError as error:
        raise FieldRefused("unit", gettext("Không biết đơn vị “%(unit)s”.", unit=error.detail)) from error
    value = _mean_of(indicated, readings)
    if standard is not None:
        _fit_standard(standard, instrument, done_on)
    passed = rules.check_passes(value, reference, tolerance)
    row = IntermediateCheck(
        instrument_id=instrument.id, done_on=done_on, indicated=value, reference=reference, tolerance=tolerance, unit=unit,
        passed=passed, person_id=person_id, note=note.strip(), due_on=term_end(instrument, "check", done_on, passed),
        check_point=check_point.strip(),
        readings=[format(r, "f") for r in readings], standard_id=standard.id if standard else None,
    )
    db.session.add(row)
    db.session.flush()
    if not row.passed:
        off = EXACT.subtract(value, reference)
        stop_use(actor, instrument, done_on, gettext("Kiểm tra giữa kỳ ngày %(day)s không đạt", day=show_date(done_on)), cause="check",
                 error=off, error_unit="dB" if find_unit(unit).is_level else unit)
    refresh(instrument)
    return row


def freeze_chart(
    actor: Actor, instrument: Instrument, *, check_point: str, phase_from: date, phase_to: date, rules: Sequence[str], reason: str,
) -> CheckChart:
    """Freeze the limits of a check point's control chart from the passed checks of a phase (ISO 7870-2, individuals), with the tests
    switched on. Later checks never move them; computing them anew is this act again, with its reason.

    Refuses an unknown test, no reason, reversed days, fewer than `charts.LEAST` passed checks, checks in several units, no spread.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    person_id = person_of(actor)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if not rules or any(name not in charts.RULES for name in rules):
        raise FieldRefused("rules", gettext("Chọn ít nhất một phép thử trong danh sách."))
    if phase_to < phase_from:
        raise FieldRefused("phase_to", gettext("Kết thúc trước lúc bắt đầu."))
    if phase_to > clock.today():
        raise FieldRefused("phase_to", gettext("Ngày này ở tương lai."))
    series = [c for c in queries.check_series(instrument.id, check_point) if c.passed and phase_from <= c.done_on <= phase_to]
    if len({c.unit for c in series}) > 1:
        raise FieldRefused("check_point", gettext("Các lần kiểm tra không cùng một đơn vị."))
    try:
        limits = charts.freeze([EXACT.subtract(c.indicated, c.reference) for c in series])
    except ValueError as error:
        raise FieldRefused("phase_from", gettext(
            "Cần ít nhất %(n)s lần kiểm tra đạt và không trùng hệt nhau trong thời gian này; có %(found)s.", n=charts.LEAST,
            found=len(series))) from error
    row = CheckChart(
        instrument_id=instrument.id, check_point=check_point, center=limits.center, sigma=limits.sigma, unit=series[0].unit,
        n=len(series), phase_from=phase_from, phase_to=phase_to, rules=list(rules), reason=reason.strip(), person_id=person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def record_maintenance(
    actor: Actor, instrument: Instrument, *, done_on: date, what: str, verified_before_return: bool, note: str = "",
    kind: str = "maintenance", cost: Decimal | None = None,
) -> Maintenance:
    """Record maintenance, repair, damage or overload (6.4.13 g, h), also one that became known late.

    Not verified before return: the instrument may not be used until a check, a calibration or a verified return proves it. Damage and
    overload are never verified by being recorded: they take the instrument out of service at once (6.4.9) and say since when it is in
    doubt.
    """
    authorize(actor, P.INSTRUMENT_CHECK if kind in HARM else P.INSTRUMENT_WRITE)
    person_id = person_of(actor)
    if kind not in KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    if not what.strip():
        raise FieldRefused("what", gettext("Ghi đã làm gì."))
    if cost is not None and cost < 0:
        raise FieldRefused("cost", gettext("Chi phí không âm."))
    row = Maintenance(
        instrument_id=instrument.id, done_on=done_on, what=what.strip(), note=note.strip(), person_id=person_id, kind=kind, cost=cost,
        verified_before_return=verified_before_return and kind not in HARM,
    )
    db.session.add(row)
    db.session.flush()
    if kind in HARM and instrument.state != workflow.RETIRED.code:
        words = gettext("Hư hỏng ngày %(day)s: %(what)s") if kind == "damage" else gettext("Quá tải ngày %(day)s: %(what)s")
        stop_use(actor, instrument, done_on, words % {"day": show_date(done_on), "what": row.what}, cause="damage")
    elif not row.verified_before_return and done_on < clock.today():
        _known_late(actor, instrument, row)
    refresh(instrument)
    return row


def _known_late(actor: Actor, instrument: Instrument, row: Maintenance) -> None:
    """What was measured since passed by what was known then; that it is in doubt by what is known now is news (6.4.9). The doubt ends
    on the first later day on which a check or calibration passed."""
    facts, now = queries.facts_of([instrument])[instrument.id], clock.now()
    proved = [c.done_on for c in facts.checks if c.passed and c.done_on > row.done_on]
    proved += [c.done_on for c in facts.calibrations if c.passed and c.done_on > row.done_on and c.released_at is not None]
    until = min((clock.at_local(day) for day in proved), default=now)
    events.calibration_failed.send(
        "instruments", instrument=instrument, since=clock.at_local(row.done_on), actor=actor, cause="maintenance",
        found_on=clock.today(), error=None, error_unit="", until=min(until, now),
        reason=gettext("Bảo trì ngày %(day)s ghi muộn và chưa kiểm tra xác nhận: %(what)s", day=show_date(row.done_on), what=row.what),
    )
