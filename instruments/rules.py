"""Whether an instrument may be used: a pure judgement of dated facts (ISO/IEC 17025:2017 6.4.4, 6.4.5, 6.4.6, 6.4.10, 6.4.13).

Two times: a fact counts from the day it speaks of, and only for who knew it: `recorded_at <= known_at`. "At that time, as known
then" judges a reading; "at that time, as known now" finds what has to be looked at again. What was never recorded is never
fine: such a reason says `evaluated=False`.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lab_app.core import clock
from lab_app.core.i18n import show_date, show_decimal
from lab_app.metrology.errors import UnitError
from lab_app.metrology.units import convert

Words: TypeAlias = str | LazyString

#: Quantities the register speaks of, with their names. A need and a range meet by this key.
QUANTITIES: dict[str, Words] = {
    "rf-power": _l("Công suất RF"),
    "rf-level": _l("Mức và phổ RF"),
    "frequency": _l("Tần số"),
    "rf-signal": _l("Tín hiệu RF phát ra"),
    "wlan-link": _l("Kết nối WLAN đối chứng"),
    "emi-level": _l("Mức nhiễu (máy thu đo)"),
    "lisn": _l("Mạng ổn định trở kháng đường dây"),
    "antenna-factor": _l("Hệ số ăng ten"),
    "gain": _l("Độ lợi khuếch đại"),
    "test-site": _l("Địa điểm thử bức xạ"),
    "supply-voltage": _l("Điện áp nguồn AC"),
    "dc-voltage": _l("Điện áp một chiều"),
    "dc-current": _l("Dòng điện một chiều"),
    "temperature": _l("Nhiệt độ"),
    "humidity": _l("Độ ẩm tương đối"),
    "time": _l("Thời gian"),
    "mass": _l("Khối lượng"),
    "length": _l("Chiều dài"),
}

#: Routes of traceability of 6.5.2 and 6.5.3; the key is what a calibration record carries.
TRACEABILITY: dict[str, Words] = {
    "6.5.2 a)": _l("6.5.2 a) phòng hiệu chuẩn có năng lực (công nhận)"),
    "6.5.2 b)": _l("6.5.2 b) giá trị được chứng nhận của mẫu chuẩn"),
    "6.5.2 c)": _l("6.5.2 c) thể hiện trực tiếp đơn vị SI"),
    "6.5.3 a)": _l("6.5.3 a) giá trị mẫu chuẩn của nhà sản xuất có năng lực"),
    "6.5.3 b)": _l("6.5.3 b) quy trình, phương pháp quy định hoặc chuẩn thỏa thuận"),
}


@dataclass(frozen=True, slots=True)
class MeasurementNeed:
    """What a method needs of its instruments (6.4.5): a quantity over `low..high` in `unit`, with U (k = 2) at most `u`.

    `beside`: what may stand beside the measuring instrument (a supply, an antenna); where `required` is set, the measurement is
    not complete without it. `u_unit` is the unit of `u`; empty takes the unit in which the range states its own U.
    """

    quantity: str
    low: Decimal
    high: Decimal
    unit: str
    u: Decimal | None = None
    u_unit: str = ""
    required: bool = True
    beside: tuple[MeasurementNeed, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | None) -> MeasurementNeed | None:
        """Read a need as a method parameter keeps it; `None` for an empty one. ValueError for what is not one."""
        if not data:
            return None
        try:
            low, high = Decimal(str(data["low"])), Decimal(str(data["high"]))
            u = None if data.get("u") in (None, "") else Decimal(str(data["u"]))
            convert(low, str(data["unit"]), str(data["unit"]))
        except (KeyError, InvalidOperation, UnitError) as error:
            raise ValueError(f"not a measurement need: {error}") from error
        if high < low:
            raise ValueError("a measurement need runs from low to high")
        beside = tuple(need for part in data.get("beside", ()) if (need := cls.from_dict(part)) is not None)
        return cls(
            str(data["quantity"]), low, high, str(data["unit"]), u, str(data.get("u_unit") or ""),
            bool(data.get("required", True)), beside,
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON form, numbers as strings; `from_dict` reads it back."""
        data: dict[str, Any] = {
            "quantity": self.quantity, "low": format(self.low, "f"), "high": format(self.high, "f"), "unit": self.unit,
            "required": self.required,
        }
        if self.u is not None:
            data |= {"u": format(self.u, "f"), "u_unit": self.u_unit}
        if self.beside:
            data["beside"] = [part.to_dict() for part in self.beside]
        return data

    def words(self) -> str:
        """The need as a person reads it: quantity, span, U."""
        name = QUANTITIES.get(self.quantity, self.quantity)
        span = f"{show_decimal(self.low)} – {show_decimal(self.high)} {self.unit}"
        return f"{name}, {span}" if self.u is None else f"{name}, {span}, U ≤ {show_decimal(self.u)} {self.u_unit}".rstrip()


@dataclass(frozen=True, slots=True)
class RangeFact:
    """What an instrument measures over `low..high`, with the U (k = 2) it reaches there, if stated."""

    quantity: str
    low: Decimal
    high: Decimal
    unit: str
    u: Decimal | None = None
    u_unit: str = ""


@dataclass(frozen=True, slots=True)
class StateFact:
    """Put into a state from a moment on."""

    state: str
    effective_at: datetime
    recorded_at: datetime
    verification: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class CalibrationFact:
    """One calibration. `due_on` is the first day on which it no longer covers."""

    id: int
    done_on: date
    due_on: date
    recorded_at: datetime
    released_at: datetime | None
    passed: bool
    traceability: str
    certificate_no: str = ""


@dataclass(frozen=True, slots=True)
class CheckFact:
    """One intermediate check. `due_on` is the first day that a passed one no longer covers."""

    done_on: date
    due_on: date | None
    passed: bool
    recorded_at: datetime
    id: int = 0


@dataclass(frozen=True, slots=True)
class MaintenanceFact:
    """Maintenance; `verified` says whether fitness was proved before the instrument came back (6.4.4)."""

    done_on: date
    verified: bool
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class InstrumentFacts:
    """Everything that decides fitness, each with its times."""

    code: str
    recorded_at: datetime
    calibration_required: bool = True
    no_calibration_reason: str = ""
    check_interval_days: int = 0
    checks_from: date | None = None
    states: tuple[StateFact, ...] = ()
    calibrations: tuple[CalibrationFact, ...] = ()
    checks: tuple[CheckFact, ...] = ()
    maintenance: tuple[MaintenanceFact, ...] = ()
    ranges: tuple[RangeFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfit:
    """One reason why an instrument may not be used: what is wrong, the clause, what to do.

    `about_need` tells a reason that depends on the measurement from one that stops every use.
    """

    code: str
    clauses: tuple[str, ...]
    says: Words
    do: Words = ""
    about_need: bool = False
    evaluated: bool = True


# ---- what counted at a time, as known at a time ----------------------------------------------------------


def state_at(facts: InstrumentFacts, at: datetime, known_at: datetime) -> StateFact | None:
    """The state that counted at a moment: the latest effective one among those known; `None` before the first."""
    known = [s for s in facts.states if s.effective_at <= at and s.recorded_at <= known_at]
    return max(known, key=lambda s: (s.effective_at, s.recorded_at, s.id), default=None)


def calibration_at(facts: InstrumentFacts, on: date, known_at: datetime) -> CalibrationFact | None:
    """The latest calibration done by a day that had been released by `known_at`, covering or not, passed or not."""
    known = [
        c for c in facts.calibrations
        if c.done_on <= on and c.recorded_at <= known_at and c.released_at is not None and c.released_at <= known_at
    ]
    return max(known, key=lambda c: (c.done_on, c.released_at or c.recorded_at, c.id), default=None)


def check_at(facts: InstrumentFacts, on: date, known_at: datetime) -> CheckFact | None:
    """The latest intermediate check done by a day, as known."""
    known = [c for c in facts.checks if c.done_on <= on and c.recorded_at <= known_at]
    return max(known, key=lambda c: (c.done_on, c.recorded_at, c.id), default=None)


def check_due(done_on: date, interval_days: int) -> date | None:
    """The first day that a check no longer covers: `done_on` plus the interval; `None` where no checks are planned."""
    return done_on + timedelta(days=interval_days) if interval_days > 0 else None


def check_passes(indicated: Decimal, reference: Decimal, tolerance: Decimal) -> bool:
    """Whether the deviation of a check lies within its tolerance, the bound included; exact decimals."""
    return abs(indicated - reference) <= tolerance


def usable_until(facts: InstrumentFacts, on: date, known_at: datetime) -> date:
    """The first day, from `on`, on which calibration or planned check no longer covers; `date.max` when nothing is due.

    `date.min` when what is required is not there or failed.
    """
    ends = [date.max]
    if facts.calibration_required:
        calibration = calibration_at(facts, on, known_at)
        ends.append(calibration.due_on if calibration and calibration.passed else date.min)
    if checks_required(facts, on):
        check = check_at(facts, on, known_at)
        ends.append(check.due_on if check and check.passed and check.due_on else date.min)
    return min(ends)


def checks_required(facts: InstrumentFacts, on: date) -> bool:
    """Whether intermediate checks were planned on that day."""
    return facts.check_interval_days > 0 and (facts.checks_from is None or facts.checks_from <= on)


# ---- the judgement ---------------------------------------------------------------------------------------

STATE_REASONS: dict[str, tuple[str, Words, Words]] = {
    "out_of_service": (
        "out-of-service", _l("Thiết bị đang ngừng sử dụng."),
        _l("Chọn thiết bị khác; hoặc kiểm tra xác nhận rồi đưa thiết bị vào sử dụng lại."),
    ),
    "in_calibration": (
        "in-calibration", _l("Thiết bị đang được hiệu chuẩn."),
        _l("Chọn thiết bị khác cho đến khi thiết bị được đưa vào sử dụng lại."),
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
    if on >= found.due_on:
        return [Unfit(
            "calibration-expired", clauses,
            _l("Quá hạn hiệu chuẩn: dùng được đến hết %(day)s.", day=show_date(found.due_on - timedelta(days=1))), renew,
        )]
    if not found.traceability.strip():
        return [Unfit(
            "traceability-missing", ("6.5.2",), _l("Hiệu chuẩn không nêu đường liên kết chuẩn đo lường."),
            _l("Bổ sung liên kết chuẩn đo lường của giấy chứng nhận."), evaluated=False,
        )]
    return []


def _judge_check(facts: InstrumentFacts, on: date, known_at: datetime) -> list[Unfit]:
    if not checks_required(facts, on):
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
    if found.due_on is None or on >= found.due_on:
        return [Unfit(
            "check-overdue", clauses, _l("Quá hạn kiểm tra giữa kỳ: lần gần nhất %(day)s.", day=show_date(found.done_on)), do,
        )]
    return []


def unverified_maintenance(facts: InstrumentFacts, on: date, at: datetime, known_at: datetime) -> MaintenanceFact | None:
    """Known maintenance after which nothing proved fitness: no passed check, no passed calibration, no verified return."""
    done = [m for m in facts.maintenance if m.done_on <= on and m.recorded_at <= known_at and not m.verified]
    last = max(done, key=lambda m: m.done_on, default=None)
    if last is None:
        return None
    def after(day: date, recorded_at: datetime) -> bool:
        return day > last.done_on or (day == last.done_on and recorded_at >= last.recorded_at)

    proved = any(
        c.passed and c.done_on <= on and c.recorded_at <= known_at and after(c.done_on, c.recorded_at) for c in facts.checks
    ) or any(
        c.passed and c.done_on <= on and c.released_at is not None and c.released_at <= known_at and after(c.done_on, c.recorded_at)
        for c in facts.calibrations
    ) or any(
        s.state == "in_service" and s.verification.strip() and s.effective_at <= at and s.recorded_at <= known_at
        and after(clock.local(s.effective_at).date(), s.recorded_at)
        for s in facts.states
    )
    return None if proved else last


def _judge_maintenance(facts: InstrumentFacts, on: date, at: datetime, known_at: datetime) -> list[Unfit]:
    last = unverified_maintenance(facts, on, at, known_at)
    if last is None:
        return []
    return [Unfit(
        "maintenance-unverified", ("6.4.4",),
        _l("Sau bảo trì ngày %(day)s, thiết bị chưa được kiểm tra xác nhận.", day=show_date(last.done_on)),
        _l("Kiểm tra xác nhận (kiểm tra giữa kỳ đạt hoặc hiệu chuẩn), rồi đưa vào sử dụng lại."),
    )]


def _covers(ranges: Iterable[RangeFact], need: MeasurementNeed) -> bool:
    """Whether spans of the needed quantity, joined end to end, cover the need; units of one quantity are converted."""
    spans = []
    for part in ranges:
        try:
            spans.append((convert(part.low, part.unit, need.unit), convert(part.high, part.unit, need.unit)))
        except UnitError:
            continue
    reached: Decimal | None = None
    for low, high in sorted(spans):
        if reached is None:
            if low <= need.low <= high:
                reached = high
        elif low <= reached:
            reached = max(reached, high)
        if reached is not None and reached >= need.high:
            return True
    return False


def _good_enough(part: RangeFact, need: MeasurementNeed) -> bool:
    if need.u is None:
        return True
    if part.u is None:
        return False
    if not need.u_unit or not part.u_unit or need.u_unit == part.u_unit:
        return part.u <= need.u
    try:
        return convert(part.u, part.u_unit, need.u_unit) <= need.u
    except UnitError:
        return False


def meets(ranges: Sequence[RangeFact], need: MeasurementNeed) -> Unfit | None:
    """Why the ranges do not meet one need (what stands beside it is not looked at); `None` when they do."""
    fitting = [part for part in ranges if part.quantity == need.quantity]
    if not fitting:
        return Unfit(
            "quantity-not-measured", ("6.4.5",), _l("Thiết bị không dùng cho phép đo này: cần %(need)s.", need=need.words()),
            _l("Chọn thiết bị khác."), about_need=True,
        )
    if not _covers(fitting, need):
        return Unfit(
            "range-too-small", ("6.4.5",), _l("Dải đo không phủ hết: cần %(need)s.", need=need.words()),
            _l("Chọn thiết bị có dải đo phủ hết."), about_need=True,
        )
    if not _covers([part for part in fitting if _good_enough(part, need)], need):
        return Unfit(
            "uncertainty-too-large", ("6.4.5",), _l("Độ không đảm bảo của thiết bị chưa đạt: cần %(need)s.", need=need.words()),
            _l("Chọn thiết bị chính xác hơn."), about_need=True,
        )
    return None


def judge_need(ranges: Sequence[RangeFact], need: MeasurementNeed | None) -> list[Unfit]:
    """Whether the instrument has a place in the measurement: it meets the need, or one of those that may stand beside it."""
    if need is None:
        return []
    quantities = {part.quantity for part in ranges}
    reasons = []
    for wanted in (need, *need.beside):
        if wanted.quantity not in quantities:
            continue
        reason = meets(ranges, wanted)
        if reason is None:
            return []
        reasons.append(reason)
    return reasons[:1] or [Unfit(
        "quantity-not-measured", ("6.4.5",), _l("Thiết bị không dùng cho phép đo này: cần %(need)s.", need=need.words()),
        _l("Chọn thiết bị khác."), about_need=True,
    )]


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
        *judge_need(facts.ranges, need),
    ]


def missing_from_set(sets: Sequence[Sequence[RangeFact]], need: MeasurementNeed | None) -> list[Unfit]:
    """What the instruments of a reading lack together: nobody measures the quantity, or a required companion is absent.

    `sets` holds the ranges of each instrument chosen. Empty without a need, or when the set is complete.
    """
    if need is None:
        return []
    lacking = []
    for wanted in (need, *(part for part in need.beside if part.required)):
        if not any(meets(ranges, wanted) is None for ranges in sets):
            lacking.append(Unfit(
                "instrument-missing", ("6.4.5", "7.5.1"), _l("Thiếu thiết bị cho: %(need)s.", need=wanted.words()),
                _l("Chọn thêm thiết bị đáp ứng."), about_need=True, evaluated=False,
            ))
    return lacking


def last_good(facts: InstrumentFacts, before: date, known_at: datetime) -> date | None:
    """The last day before `before` on which a passed check or calibration proved the instrument; what came since is in doubt."""
    days = [c.done_on for c in facts.checks if c.passed and c.done_on < before and c.recorded_at <= known_at]
    days += [
        c.done_on for c in facts.calibrations
        if c.passed and c.done_on < before and c.released_at is not None and c.released_at <= known_at
    ]
    return max(days, default=None)
