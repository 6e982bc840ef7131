"""Whether an instrument may be used: a pure judgement of dated facts (ISO/IEC 17025:2017 6.4.4, 6.4.5, 6.4.6, 6.4.10, 6.4.13).

Two times: a fact counts from the day it speaks of, and only for who knew it: `recorded_at <= known_at`. "At that time, as known
then" judges a reading; "at that time, as known now" finds what has to be looked at again. What was never recorded is never
fine: such a reason says `evaluated=False`.
"""
from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l

from instruments.rules.facts import InstrumentFacts, MeasurementNeed, Unfit
from instruments.rules.members import members_at, ranges_with_members
from instruments.rules.needs import judge_need
from instruments.rules.timeline import (
    calibration_at,
    check_at,
    checks_required,
    state_at,
    unverified_maintenance,
)
from instruments.rules.words import Words
from lab_app.core import clock
from lab_app.core.i18n import show_date

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


def _judge_maintenance(facts: InstrumentFacts, on: date, at: datetime, known_at: datetime) -> list[Unfit]:
    last = unverified_maintenance(facts, on, at, known_at)
    if last is None:
        return []
    return [Unfit(
        "maintenance-unverified", ("6.4.4",),
        _l("Sau bảo trì ngày %(day)s, thiết bị chưa được kiểm tra xác nhận.", day=show_date(last.done_on)),
        _l("Kiểm tra xác nhận (kiểm tra giữa kỳ đạt hoặc hiệu chuẩn), rồi đưa vào sử dụng lại."),
    )]


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
        *_judge_members(facts, at, known_at),
        *judge_need(ranges_with_members(facts, at, known_at), need),
    ]
