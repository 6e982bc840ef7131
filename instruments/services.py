"""Use cases about instruments: register, put in and out of service, calibrate, check, maintain (6.4, 6.5)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from instruments import queries, rules, workflow
from instruments.models import (
    Calibration,
    FactorSet,
    Instrument,
    InstrumentRange,
    InstrumentState,
    IntermediateCheck,
    Maintenance,
)
from instruments.rules import MeasurementNeed, Unfit
from lab_app.accounts.models import Site
from lab_app.core import audit, clock, events, files, gates, numbering, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed
from lab_app.core.files import Upload
from lab_app.core.permissions import P
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.interpolation import FactorTable
from lab_app.metrology.periods import due_date
from lab_app.metrology.units import convert, find_unit
from lab_app.quality.models import Room

LONGEST_INTERVAL_MONTHS = 120
#: Id of a state that is only supposed: after every one that was recorded.
NEWEST = 1 << 62
#: What may be changed on the register entry itself; dated facts have services of their own.
CHANGEABLE = frozenset({
    "name_vi", "name_en", "maker", "type", "serial", "firmware", "range_text", "uncertainty_text", "ownership", "room",
    "location", "calibration_required", "no_calibration_reason", "check_interval_days", "check_name", "check_criterion",
})


def unfit_reasons(instrument: Instrument, at: datetime, need: MeasurementNeed | None, known_at: datetime) -> list[Unfit]:
    """Why the instrument may not be used at `at` for `need`, as known at `known_at`; empty means fit. A pure read."""
    return queries.fitness([instrument], at, need, known_at)[instrument.id]


def _make_findable(row: Instrument) -> None:
    search.put("instrument", row.id, row.code, row.name_vi, row.name_en, row.maker, row.type, row.serial, row.location)


def _refresh(row: Instrument) -> None:
    """Repeat on the row, for lists, what the dated facts say now."""
    facts, now = queries.facts_of([row])[row.id], clock.now()
    found = rules.state_at(facts, now, now)
    row.state = found.state if found else workflow.REGISTERED.code
    row.unusable_from = rules.usable_until(facts, clock.today(), now)
    db.session.flush()


def _person_id(actor: Actor) -> int:
    """Dated facts name the person who stands for them; a command without one is refused."""
    if actor.id is None:
        raise NotAllowed(gettext("Việc này cần một người đứng tên."))
    return actor.id


def _check_plan(calibration_required: bool, no_calibration_reason: str, interval: int, check_name: str, criterion: str) -> None:
    if not calibration_required and not no_calibration_reason.strip():
        raise FieldRefused("no_calibration_reason", gettext("Ghi vì sao thiết bị không cần hiệu chuẩn (6.4.6)."))
    if not 0 <= interval <= 3660:
        raise FieldRefused("check_interval_days", gettext("Chu kỳ kiểm tra giữa kỳ: từ 0 (không kiểm tra) đến 3660 ngày."))
    if interval and not check_name.strip():
        raise FieldRefused("check_name", gettext("Ghi kiểm tra giữa kỳ bằng gì."))
    if interval and not criterion.strip():
        raise FieldRefused("check_criterion", gettext("Ghi tiêu chí đạt của kiểm tra giữa kỳ."))


def register_instrument(
    actor: Actor, *, name_vi: str, maker: str, type: str, serial: str, site: Site, code: str | None = None, name_en: str = "",
    firmware: str = "", range_text: str = "", uncertainty_text: str = "", room: Room | None = None, location: str = "",
    ownership: str = "own", calibration_required: bool = True, no_calibration_reason: str = "", check_interval_days: int = 0,
    check_name: str = "", check_criterion: str = "", ranges: Iterable[Mapping[str, Any]] = (),
) -> Instrument:
    """Enter an instrument in the register (6.4.13). It is not in service yet. A code is given once and never reused.

    `ranges`: `{"quantity", "low", "high", "unit", "u", "u_unit"}`, numbers as Decimals, in which it measures.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    _check_plan(calibration_required, no_calibration_reason, check_interval_days, check_name, check_criterion)
    if room is not None and room.site_id != site.id:
        raise FieldRefused("room", gettext("Phòng này thuộc cơ sở khác."))
    code = (code or "").strip() or f"EQ-{numbering.next_value('EQ'):03d}"
    if queries.by_code(code) is not None:
        raise FieldRefused("code", gettext("Mã thiết bị này đã dùng; mã không bao giờ dùng lại."))
    number = code.removeprefix("EQ-")
    if code.startswith("EQ-") and number.isascii() and number.isdigit():
        numbering.at_least("EQ", int(number))
    row = Instrument(
        code=code, name_vi=name_vi, name_en=name_en, maker=maker, type=type, serial=serial, firmware=firmware,
        range_text=range_text, uncertainty_text=uncertainty_text, site_id=site.id, site=site, room=room,
        room_id=room.id if room else None, location=location, ownership=ownership, calibration_required=calibration_required,
        no_calibration_reason=no_calibration_reason.strip(), check_interval_days=check_interval_days,
        check_name=check_name.strip(), check_criterion=check_criterion.strip(),
        checks_from=clock.today() if check_interval_days else None,
    )
    db.session.add(row)
    db.session.flush()
    _add_ranges(row, ranges)
    _refresh(row)
    _make_findable(row)
    return row


def _add_ranges(row: Instrument, ranges: Iterable[Mapping[str, Any]]) -> None:
    for part in ranges:
        try:
            unit = find_unit(str(part["unit"])).symbol
            u_unit = find_unit(str(part["u_unit"])).symbol if part.get("u_unit") else ""
        except MetrologyError as error:
            raise FieldRefused("ranges", gettext("Không biết đơn vị “%(unit)s”.", unit=error.detail)) from error
        if part["quantity"] not in rules.QUANTITIES:
            raise FieldRefused("ranges", gettext("Không biết đại lượng “%(quantity)s”.", quantity=part["quantity"]))
        if part["high"] < part["low"]:
            raise FieldRefused("ranges", gettext("Dải đo: đầu trên nhỏ hơn đầu dưới."))
        if part.get("u") is not None and part["u"] <= 0:
            raise FieldRefused("ranges", gettext("Độ không đảm bảo phải lớn hơn 0."))
        db.session.add(InstrumentRange(
            instrument_id=row.id, quantity=part["quantity"], low=part["low"], high=part["high"], unit=unit,
            u=part.get("u"), u_unit=u_unit,
        ))
    db.session.flush()


def set_ranges(actor: Actor, instrument: Instrument, ranges: Iterable[Mapping[str, Any]], reason: str) -> Instrument:
    """Replace the measuring ranges (after a calibration said otherwise); the old ones stay in the trail."""
    authorize(actor, P.INSTRUMENT_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    with audit.reason(reason):
        for old in list(instrument.ranges):
            db.session.delete(old)
        db.session.flush()
        _add_ranges(instrument, ranges)
    db.session.expire(instrument, ["ranges"])
    return instrument


def change_instrument(actor: Actor, instrument: Instrument, *, reason: str, **changes: Any) -> Instrument:
    """Change the register entry with a reason. Planning intermediate checks anew counts from today on, not backwards."""
    authorize(actor, P.INSTRUMENT_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise FieldRefused(sorted(unknown)[0], gettext("Mục này không sửa ở đây được."))
    before = instrument.check_interval_days
    with audit.reason(reason):
        for name, value in changes.items():
            setattr(instrument, name, value)
        _check_plan(instrument.calibration_required, instrument.no_calibration_reason, instrument.check_interval_days,
                    instrument.check_name, instrument.check_criterion)
        if not before and instrument.check_interval_days:
            instrument.checks_from = clock.today()
    _refresh(instrument)
    _make_findable(instrument)
    return instrument


def set_state(
    actor: Actor, instrument: Instrument, state: str, effective_at: datetime, verification: str = "", reason: str = "",
) -> InstrumentState:
    """Put an instrument into or out of service from a moment on (6.4.4, 6.4.9).

    Into service: refused by gate *verified-before-service* without a verification, or while calibration or a check is
    wanting; `verification` names what proved fitness. Out of it: `reason` says why. Never from a moment to come.
    """
    move = workflow.MOVE_TO.get(state)
    authorize(actor, move.permission if move else P.INSTRUMENT_WRITE)
    person_id = _person_id(actor)
    if move is None:
        raise FieldRefused("state", gettext("Không có trạng thái này."))
    now = clock.now()
    if effective_at > now:
        raise FieldRefused("effective_at", gettext("Thời điểm này ở tương lai."))
    if state != workflow.IN_SERVICE.code and not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    facts = queries.facts_of([instrument])[instrument.id]
    before = rules.state_at(facts, now, now)
    if before is not None and state == workflow.IN_SERVICE.code and effective_at < before.effective_at:
        raise FieldRefused("effective_at", gettext("Trước lần đổi trạng thái gần nhất; chọn thời điểm sau đó."))
    supposed = rules.StateFact(state, effective_at, now, verification, NEWEST)
    lacking = rules.judge(replace(facts, states=(*facts.states, supposed)), effective_at, None, now)
    standing = workflow.Standing(before.state if before else workflow.REGISTERED.code)
    workflow.MACHINE.move(standing, move.name, workflow.ServiceFacts(
        instrument.code, verification, tuple(str(reason.says) for reason in lacking if reason.code not in rules.ABOUT_STATE)))
    with audit.reason(reason):
        row = _add_state(instrument, standing.status, effective_at, person_id, verification, reason)
    _refresh(instrument)
    return row


def service_facts_of(instrument: Instrument, facts: rules.InstrumentFacts) -> workflow.ServiceFacts:
    """Facts of gate *verified-before-service* as they stand now, with the verification still to be written (for a grey button)."""
    now = clock.now()
    supposed = rules.StateFact("in_service", now, now, "-", NEWEST)
    lacking = rules.judge(replace(facts, states=(*facts.states, supposed)), now, None, now)
    return workflow.ServiceFacts(instrument.code, "-", tuple(str(reason.says) for reason in lacking))


def _add_state(
    instrument: Instrument, state: str, effective_at: datetime, person_id: int, verification: str = "", reason: str = "",
) -> InstrumentState:
    row = InstrumentState(
        instrument_id=instrument.id, state=state, effective_at=effective_at, person_id=person_id,
        verification=verification.strip(), reason=reason.strip(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def record_calibration(
    actor: Actor, instrument: Instrument, *, done_on: date, certificate_no: str, laboratory: str, traceability: str,
    due_on: date | None = None, interval_months: int | None = None, laboratory_accreditation: str = "", passed: bool = True,
    evaluation: str = "", upload: Upload | None = None,
) -> Calibration:
    """Record a calibration with its certificate; it counts only from its release on (6.4.4).

    `due_on` is the first day on which the instrument may not be used; without it, `done_on` plus `interval_months` (calendar).
    Refuses a day to come, a due day not after the calibration, an unknown route of traceability, the same certificate twice.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    if due_on is None:
        if interval_months is None or not 1 <= interval_months <= LONGEST_INTERVAL_MONTHS:
            raise FieldRefused("interval_months", gettext("Chu kỳ hiệu chuẩn: từ 1 đến 120 tháng."))
        due_on = due_date(done_on, interval_months)
    if due_on <= done_on:
        raise FieldRefused("due_on", gettext("Ngày đến hạn phải sau ngày hiệu chuẩn."))
    if traceability and traceability not in rules.TRACEABILITY:
        raise FieldRefused("traceability", gettext("Chọn đường liên kết chuẩn theo 6.5.2 hoặc 6.5.3."))
    if any(c.certificate_no == certificate_no for c in queries.calibrations(instrument.id)):
        raise FieldRefused("certificate_no", gettext("Giấy chứng nhận này đã ghi cho thiết bị."))
    row = Calibration(
        instrument_id=instrument.id, instrument=instrument, done_on=done_on, due_on=due_on, certificate_no=certificate_no,
        laboratory=laboratory, laboratory_accreditation=laboratory_accreditation, traceability=traceability, passed=passed,
        evaluation=evaluation.strip(),
    )
    db.session.add(row)
    db.session.flush()
    if upload is not None:
        files.attach(upload, "calibration", row.id, actor.id, purpose="certificate", caption=certificate_no)
    return row


def evaluate_calibration(actor: Actor, calibration: Calibration, *, evaluation: str, passed: bool) -> Calibration:
    """Write down the evaluation of a certificate against the intended use, before release (6.4.4)."""
    authorize(actor, P.INSTRUMENT_WRITE)
    if calibration.released_at is not None:
        raise FieldRefused("evaluation", gettext("Hiệu chuẩn này đã duyệt; đánh giá không sửa được nữa."))
    calibration.evaluation, calibration.passed = evaluation.strip(), passed
    db.session.flush()
    return calibration


def release_facts(calibration: Calibration) -> workflow.ReleaseFacts:
    """Facts of gate *calibration-evaluated*."""
    return workflow.ReleaseFacts(
        calibration.instrument.code, calibration.certificate_no, calibration.evaluation, calibration.traceability
    )


def release_calibration(actor: Actor, calibration: Calibration) -> Calibration:
    """Release an evaluated calibration: from now on it counts (6.4.4). A failed one takes the instrument out of service.

    Refused by gate *calibration-evaluated*. A failed one also sends `calibration_failed`, with the last good moment.
    """
    authorize(actor, P.INSTRUMENT_RELEASE)
    person_id = _person_id(actor)
    if calibration.released_at is not None:
        raise FieldRefused("evaluation", gettext("Hiệu chuẩn này đã duyệt rồi."))
    gates.require("calibration-evaluated", release_facts(calibration))
    calibration.released_at, calibration.released_by_id = clock.now(), person_id
    db.session.flush()
    instrument = calibration.instrument
    if not calibration.passed:
        _stop_use(actor, instrument, calibration.done_on, gettext(
            "Hiệu chuẩn %(no)s ngày %(day)s không đạt", no=calibration.certificate_no,
            day=calibration.done_on.strftime("%d/%m/%Y")))
    _refresh(instrument)
    return calibration


def _stop_use(actor: Actor, instrument: Instrument, failed_on: date, reason: str) -> None:
    """Out of service at once (6.4.9), and the news of everything since the last good day."""
    facts, now = queries.facts_of([instrument])[instrument.id], clock.now()
    found = rules.state_at(facts, now, now)
    if found is not None and found.state == workflow.IN_SERVICE.code:
        _add_state(instrument, workflow.OUT_OF_SERVICE.code, now, _person_id(actor), reason=reason)
    good = rules.last_good(facts, failed_on, now)
    since = clock.at_local(good) if good else instrument.recorded_at
    events.calibration_failed.send("instruments", instrument=instrument, since=since, actor=actor)


def record_check(
    actor: Actor, instrument: Instrument, *, done_on: date, indicated: Decimal, reference: Decimal, tolerance: Decimal,
    unit: str, note: str = "",
) -> IntermediateCheck:
    """Record an intermediate check (6.4.10); the verdict is computed. A failed one takes the instrument out of service (6.4.9).

    A passed one covers `check_interval_days` from its day on; the first day it does not cover is kept with it.
    """
    authorize(actor, P.INSTRUMENT_CHECK)
    person_id = _person_id(actor)
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    if tolerance <= 0:
        raise FieldRefused("tolerance", gettext("Dung sai phải lớn hơn 0."))
    try:
        unit = find_unit(unit).symbol
    except MetrologyError as error:
        raise FieldRefused("unit", gettext("Không biết đơn vị “%(unit)s”.", unit=error.detail)) from error
    row = IntermediateCheck(
        instrument_id=instrument.id, done_on=done_on, indicated=indicated, reference=reference, tolerance=tolerance, unit=unit,
        passed=rules.check_passes(indicated, reference, tolerance), person_id=person_id, note=note.strip(),
        due_on=rules.check_due(done_on, instrument.check_interval_days),
    )
    db.session.add(row)
    db.session.flush()
    if not row.passed:
        _stop_use(actor, instrument, done_on, gettext("Kiểm tra giữa kỳ ngày %(day)s không đạt", day=done_on.strftime("%d/%m/%Y")))
    _refresh(instrument)
    return row


def record_maintenance(
    actor: Actor, instrument: Instrument, *, done_on: date, what: str, verified_before_return: bool, note: str = "",
) -> Maintenance:
    """Record maintenance or repair (6.4.13 g, h), also one that became known late.

    Not verified before return: the instrument may not be used until a check, a calibration or a verified return proves it.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    person_id = _person_id(actor)
    if done_on > clock.today():
        raise FieldRefused("done_on", gettext("Ngày này ở tương lai."))
    if not what.strip():
        raise FieldRefused("what", gettext("Ghi đã làm gì."))
    row = Maintenance(
        instrument_id=instrument.id, done_on=done_on, what=what.strip(), verified_before_return=verified_before_return,
        note=note.strip(), person_id=person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def add_factor_set(
    actor: Actor, instrument: Instrument, *, label: str, quantity: str, argument_unit: str, unit: str,
    points: Iterable[tuple[Decimal, Decimal]], valid_from: date,
) -> FactorSet:
    """Enter correction factors from a certificate, valid from a day on (6.4.11); arguments strictly rising, units known."""
    authorize(actor, P.INSTRUMENT_WRITE)
    rows = tuple(points)
    try:
        convert(Decimal(1), argument_unit, "MHz")
        find_unit(unit)
        table = FactorTable(rows, f_unit=argument_unit, unit=unit)
    except MetrologyError as error:
        raise FieldRefused("points", gettext("Bảng hệ số không dùng được: tần số phải tăng dần, đơn vị phải biết (%(why)s).",
                                             why=str(error))) from error
    row = FactorSet(
        instrument_id=instrument.id, label=label, quantity=quantity, argument_unit=table.f_unit, unit=table.unit,
        points=[[format(x, "f"), format(y, "f")] for x, y in rows], valid_from=valid_from,
    )
    db.session.add(row)
    db.session.flush()
    return row


def attach_file(actor: Actor, instrument: Instrument, upload: Upload, caption: str = "") -> None:
    """Hang a document (manual, photo, certificate) on an instrument."""
    authorize(actor, P.INSTRUMENT_WRITE)
    files.attach(upload, "instrument", instrument.id, actor.id, purpose="document", caption=caption)
