"""Whether an instrument may be used: a pure judgement of dated facts (ISO/IEC 17025:2017 6.4.4, 6.4.5, 6.4.6, 6.4.10, 6.4.13).

Two times: a fact counts from the day it speaks of, and only for who knew it: `recorded_at <= known_at`. "At that time, as known
then" judges a reading; "at that time, as known now" finds what has to be looked at again. What was never recorded is never
fine: such a reason says `evaluated=False`.
"""
from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l

from instruments.rules.cycles import (
    CALIBRATION,
    CHECK,
    CYCLE_KINDS,
    OWN_KINDS,
    checks_planned,
    cover_at,
    cycle_at,
    use_at,
)
from instruments.rules.facts import FirmwareFact, InstrumentFacts, MeasurementNeed, Unfit
from instruments.rules.members import members_at, ranges_with_members
from instruments.rules.needs import judge_need, meets
from instruments.rules.timeline import (
    calibration_at,
    check_at,
    state_at,
    unverified_maintenance,
)
from instruments.rules.words import CYCLE_CLAUSES, CYCLES, QUANTITIES, Words
from lab_app.core import clock
from lab_app.core.i18n import show_date, show_decimal

STATE_REASONS: dict[str, tuple[str, Words, Words]] = {
    "out_of_service": (
        "out-of-service", _l("Thiết bị đang ngừng sử dụng."),
        _l("Chọn thiết bị khác; hoặc kiểm tra xác nhận rồi đưa thiết bị vào sử dụng lại."),
    ),
    "in_calibration": (
        "in-calibration", _l("Thiết bị đang được hiệu chuẩn."),
        _l("Chọn thiết bị khác cho đến khi thiết bị được đưa vào sử dụng lại."),
    ),
    "awaiting_release": (
        "awaiting-release", _l("Thiết bị đã về từ hiệu chuẩn, chờ đánh giá và đưa vào sử dụng lại."),
        _l("Đánh giá, duyệt giấy chứng nhận, rồi ghi “Đưa vào sử dụng”."),
    ),
    "retired": ("retired", _l("Thiết bị đã thanh lý."), _l("Chọn thiết bị khác.")),
}


#: Reasons that speak of the state itself: they do not speak against changing it.
ABOUT_STATE = frozenset({"never-in-service", *(code for code, _says, _do in STATE_REASONS.values())})


def _judge_state(facts: InstrumentFacts, at: datetime, known_at: datetime) -> list[Unfit]:
    if facts.recorded_at > known_at:
        return [Unfit("unknown", ("6.4.13",), _l("Khi đó thiết bị chưa có trong danh mục."), evaluated=False)]
    found = state_at(facts, at, known_at)
    if found is None:
        return [Unfit(
            "never-in-service", ("6.4.4",), _l("Thiết bị chưa được kiểm tra xác nhận và đưa vào sử dụng."),
            _l("Kiểm tra xác nhận, rồi ghi “Đưa vào sử dụng” trên hồ sơ thiết bị."), evaluated=False,
        )]
    if found.state == "in_service":
        return []
    code, says, do = STATE_REASONS[found.state]
    return [Unfit(code, ("6.4.4", "6.4.9"), says, do)]


def _judge_calibration(facts: InstrumentFacts, on: date, known_at: datetime) -> list[Unfit]:
    clauses = ("6.4.6",)
    if not facts.calibration_required:
        if facts.no_calibration_reason.strip():
            return []
        return [Unfit(
            "calibration-undecided", clauses, _l("Chưa có lý do vì sao thiết bị không cần hiệu chuẩn."),
            _l("Ghi lý do trên hồ sơ thiết bị, hoặc hiệu chuẩn thiết bị."), evaluated=False,
        )]
    renew = _l("Hiệu chuẩn, đánh giá giấy chứng nhận rồi duyệt đưa vào dùng.")
    found = calibration_at(facts, on, known_at)
    if found is None:
        waiting = any(c.done_on <= on < c.due_on and c.recorded_at <= known_at for c in facts.calibrations)
        if waiting:
            return [Unfit(
                "calibration-not-released", ("6.4.4",), _l("Kết quả hiệu chuẩn chưa được đánh giá và duyệt."),
                _l("Người phụ trách thiết bị đánh giá giấy chứng nhận và duyệt."), evaluated=False,
            )]
        return [Unfit("never-calibrated", clauses, _l("Chưa có hiệu chuẩn nào cho ngày này."), renew, evaluated=False)]
    if not found.passed:
        return [Unfit(
            "calibration-failed", ("6.4.9",),
            _l("Hiệu chuẩn ngày %(day)s không đạt yêu cầu sử dụng.", day=show_date(found.done_on)), renew,
        )]
    cover = cover_at(facts, CALIBRATION, on, known_at)
    if cover is None or cover.until is None:
        return [Unfit(
            "never-issued", clauses, _l("Chu kỳ tính từ lần đưa ra dùng đầu tiên, ngày ấy chưa được ghi."),
            _l("Ghi ngày đưa ra dùng lần đầu trên kế hoạch của thiết bị."), evaluated=False,
        )]
    if on >= cover.until:
        return [Unfit(
            "calibration-expired", clauses,
            _l("Quá hạn hiệu chuẩn: dùng được đến hết %(day)s.", day=show_date(cover.until - timedelta(days=1))), renew,
        )]
    if not found.traceability.strip():
        return [Unfit(
            "traceability-missing", ("6.5.2",), _l("Hiệu chuẩn không nêu đường liên kết chuẩn đo lường."),
            _l("Bổ sung liên kết chuẩn đo lường của giấy chứng nhận."), evaluated=False,
        )]
    return []


def _judge_check(facts: InstrumentFacts, on: date, known_at: datetime) -> list[Unfit]:
    if not checks_planned(facts, on, known_at):
        return []
    clauses, do = ("6.4.10",), _l("Làm kiểm tra giữa kỳ và ghi kết quả.")
    found = check_at(facts, on, known_at)
    if found is None:
        return [Unfit("never-checked", clauses, _l("Chưa có lần kiểm tra giữa kỳ nào."), do, evaluated=False)]
    if not found.passed:
        return [Unfit(
            "check-failed", ("6.4.10", "6.4.9"), _l("Kiểm tra giữa kỳ ngày %(day)s không đạt.", day=show_date(found.done_on)),
            _l("Sửa chữa hoặc hiệu chuẩn, rồi kiểm tra đạt trước khi dùng lại."),
        )]
    cover = cover_at(facts, CHECK, on, known_at)
    if cover is None or cover.until is None or on >= cover.until:
        return [Unfit(
            "check-overdue", clauses, _l("Quá hạn kiểm tra giữa kỳ: lần gần nhất %(day)s.", day=show_date(found.done_on)), do,
        )]
    return []


def _judge_maintenance(facts: InstrumentFacts, on: date, at: datetime, known_at: datetime) -> list[Unfit]:
    last = unverified_maintenance(facts, on, at, known_at)
    if last is None:
        return []
    return [Unfit(
        "maintenance-unverified", ("6.4.4",),
        _l("Sau bảo trì ngày %(day)s, thiết bị chưa được kiểm tra xác nhận.", day=show_date(last.done_on)),
        _l("Kiểm tra xác nhận (kiểm tra giữa kỳ đạt hoặc hiệu chuẩn), rồi đưa vào sử dụng lại."),
    )]


def _judge_cycles(facts: InstrumentFacts, on: date, known_at: datetime) -> list[Unfit]:
    """Maintenance, electrical safety, validation of a site: overdue, failed or never done stops use where the cycle says so."""
    reasons = []
    for kind in OWN_KINDS:
        cycle = cycle_at(facts, kind, on, known_at)
        if cycle is None or not cycle.blocks:
            continue
        clauses, name = CYCLE_CLAUSES[kind], CYCLES[kind]
        do = _l("Làm và ghi lại trên kế hoạch của thiết bị.")
        cover = cover_at(facts, kind, on, known_at)
        if cover is None:
            reasons.append(Unfit(
                "cycle-never", clauses, _l("Chưa có lần nào: %(what)s.", what=name), do, evaluated=False))
        elif not cover.passed:
            reasons.append(Unfit(
                "cycle-failed", clauses, _l("%(what)s ngày %(day)s không đạt.", what=name, day=show_date(cover.done_on)),
                _l("Khắc phục, làm lại cho đạt rồi ghi trên kế hoạch của thiết bị.")))
        elif cover.until is not None and on >= cover.until:
            reasons.append(Unfit(
                "cycle-overdue", clauses,
                _l("Quá hạn %(what)s: dùng được đến hết %(day)s.", what=name, day=show_date(cover.until - timedelta(days=1))), do))
    return reasons


def _judge_use(facts: InstrumentFacts, on: date, known_at: datetime) -> list[Unfit]:
    """Intervals by use: more hours or connections than the cycle allows since it was last done, or a counter nobody read."""
    reasons = []
    for kind in CYCLE_KINDS:
        use = use_at(facts, kind, on, known_at)
        cycle = cycle_at(facts, kind, on, known_at)
        if use is None or use.within or cycle is None or not (cycle.blocks or kind in (CALIBRATION, CHECK)):
            continue
        if use.used is None:
            reasons.append(Unfit(
                "use-unknown", CYCLE_CLAUSES[kind], _l("Chưa đọc số %(unit)s khi làm %(what)s lần gần nhất.", unit=use.unit,
                                                       what=CYCLES[kind]),
                _l("Ghi số đếm vào ngày làm lần gần nhất."), evaluated=False))
        else:
            reasons.append(Unfit(
                "use-exceeded", CYCLE_CLAUSES[kind],
                _l("Đã dùng %(used)s %(unit)s kể từ lần %(what)s gần nhất, giới hạn %(limit)s.", used=show_decimal(use.used),
                   unit=use.unit, what=CYCLES[kind], limit=show_decimal(use.limit)),
                _l("Làm lại việc đến hạn rồi ghi trên kế hoạch của thiết bị.")))
    return reasons


def _judge_item(facts: InstrumentFacts, at: datetime, on: date, known_at: datetime) -> list[Unfit]:
    """Past its expiry, lent outside and not back, or running firmware that nobody verified."""
    reasons = []
    if facts.expires_on is not None and on >= facts.expires_on:
        reasons.append(Unfit(
            "expired", ("6.4.13",), _l("Hết hạn sử dụng: dùng được đến hết %(day)s.", day=show_date(facts.expires_on - timedelta(days=1))),
            _l("Thay bằng lô còn hạn.")))
    out = [n for n in facts.loans if n.out_at <= at and n.recorded_at <= known_at and (n.back_at is None or n.back_at > at)]
    if out:
        reasons.append(Unfit(
            "on-loan", ("6.4.3", "6.4.4"), _l("Thiết bị đang cho mượn ra ngoài: %(holder)s.", holder=out[-1].holder),
            _l("Nhận lại, kiểm tra xác nhận rồi ghi “Nhận lại”.")))
    firmware = firmware_at(facts, at, known_at)
    if firmware is not None and not _firmware_proved(facts, firmware, at, known_at):
        reasons.append(Unfit(
            "firmware-unverified", ("6.4.4", "7.11.2"),
            _l("Firmware %(version)s chưa được kiểm tra xác nhận.", version=firmware.firmware),
            _l("Kiểm tra xác nhận firmware rồi ghi trên hồ sơ thiết bị."), evaluated=False))
    return reasons


def _firmware_proved(facts: InstrumentFacts, firmware: FirmwareFact, at: datetime, known_at: datetime) -> bool:
    """Whether it was verified by itself, or with the instrument when that was put into service after it (6.4.4)."""
    return firmware.verified or any(
        s.state == "in_service" and s.verification.strip() and firmware.effective_at <= s.effective_at <= at
        and s.recorded_at <= known_at for s in facts.states
    )


def firmware_at(facts: InstrumentFacts, at: datetime, known_at: datetime) -> FirmwareFact | None:
    """The firmware that ran at a moment by the latest record known; `None` where none was recorded."""
    known = [f for f in facts.firmwares if f.effective_at <= at and f.recorded_at <= known_at]
    return max(known, key=lambda f: (f.effective_at, f.recorded_at, f.id), default=None)


def _judge_versions(facts: InstrumentFacts, need: MeasurementNeed | None, at: datetime, on: date, known_at: datetime) -> list[Unfit]:
    """Firmware and correction factors that the part of the measurement asks for which this instrument has its place in."""
    if need is None:
        return []
    ranges = ranges_with_members(facts, at, known_at)
    place = next((w for w in (need, *need.beside) if meets(ranges, w) is None), None)
    if place is None:
        return []
    reasons = []
    if place.firmware:
        holder = next((f for f in _with_members(facts, at, known_at) if meets(f.ranges, place) is None), facts)
        found = firmware_at(holder, at, known_at)
        version = found.firmware if found is not None else holder.firmware
        if version not in place.firmware:
            reasons.append(Unfit(
                "firmware-other", ("6.4.5", "7.11.2"),
                _l("Firmware %(version)s không phải bản phương pháp đã dùng để kiểm tra xác nhận: %(wanted)s.",
                   version=version or "–", wanted=", ".join(place.firmware)),
                _l("Chọn thiết bị khác, hoặc kiểm tra xác nhận phương pháp với bản này."), about_need=True, evaluated=bool(version)))
    sets = [f for part in _with_members(facts, at, known_at) for f in part.factors]
    held = {f.quantity for f in sets if f.valid_from <= on and f.recorded_at <= known_at}
    reasons += [
        Unfit("factors-missing", ("6.4.11",),
              _l("Chưa có hệ số hiệu chính “%(quantity)s” có hiệu lực cho ngày này.", quantity=QUANTITIES.get(quantity, quantity)),
              _l("Ghi hệ số từ giấy chứng nhận hiệu chuẩn."), about_need=True, evaluated=False)
        for quantity in place.factors if quantity not in held
    ]
    return reasons


def _with_members(facts: InstrumentFacts, at: datetime, known_at: datetime) -> list[InstrumentFacts]:
    return [facts, *(inner for part in members_at(facts, at, known_at) for inner in _with_members(part.facts, at, known_at))]


def _judge_members(facts: InstrumentFacts, at: datetime, known_at: datetime) -> list[Unfit]:
    """A measuring system is fit when every part it had at that moment was: the reasons of each, led by its code (6.4.5)."""
    if facts.kind != "system":
        return []
    parts = members_at(facts, at, known_at)
    if not parts:
        return [Unfit(
            "system-empty", ("6.4.5",), _l("Khi đó hệ đo chưa có thành phần nào."),
            _l("Ghi các thiết bị thành phần trên trang hệ đo."), evaluated=False,
        )]
    return [
        replace(reason, says=_l("%(code)s: %(why)s", code=part.facts.code, why=reason.says), member=reason.member or part.facts.code)
        for part in parts for reason in judge(part.facts, at, None, known_at)
    ]


def judge(facts: InstrumentFacts, at: datetime, need: MeasurementNeed | None, known_at: datetime) -> list[Unfit]:
    """Every reason against using the instrument at a moment for a need, as known at a moment; empty means fit.

    The day of `at` in the laboratory's zone decides calibration and checks: the due day itself is no longer covered.
    """
    on = clock.local(at).date()
    standing = _judge_state(facts, at, known_at)
    if standing and standing[0].code in ("unknown", "retired"):
        return standing
    return [
        *standing,
        *_judge_calibration(facts, on, known_at),
        *_judge_check(facts, on, known_at),
        *_judge_maintenance(facts, on, at, known_at),
        *_judge_cycles(facts, on, known_at),
        *_judge_use(facts, on, known_at),
        *_judge_item(facts, at, on, known_at),
        *_judge_members(facts, at, known_at),
        *judge_need(ranges_with_members(facts, at, known_at), need),
        *_judge_versions(facts, need, at, on, known_at),
    ]
