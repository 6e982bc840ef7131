"""What stands about an instrument at a time: fitness in batches, status words, what counted. Statements do not grow with the count."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from instruments import rules, workflow
from instruments.models import (
    Calibration,
    Instrument,
)
from instruments.queries.facts import facts_from, facts_of  # noqa: F401 the room reads both here
from instruments.rules import InstrumentFacts, MeasurementNeed, Unfit
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.workflow import State

# Words of a present standing that the table of states does not hold: in service, yet not to be used.
STANDINGS: dict[str, State] = {
    code: State(code, word, tone)
    for code, word, tone in (
        ("calibration-expired", _l("Quá hạn hiệu chuẩn"), "bad"),
        ("calibration-failed", _l("Hiệu chuẩn không đạt"), "bad"),
        ("calibration-not-released", _l("Chờ duyệt hiệu chuẩn"), "hold"),
        ("never-calibrated", _l("Chưa hiệu chuẩn"), "hold"),
        ("calibration-undecided", _l("Chưa rõ hiệu chuẩn"), "hold"),
        ("traceability-missing", _l("Thiếu liên kết chuẩn"), "hold"),
        ("never-checked", _l("Chưa kiểm tra giữa kỳ"), "hold"),
        ("check-failed", _l("Kiểm tra giữa kỳ không đạt"), "bad"),
        ("check-overdue", _l("Quá hạn kiểm tra giữa kỳ"), "bad"),
        ("maintenance-unverified", _l("Chờ kiểm tra xác nhận"), "warn"),
        ("member-unfit", _l("Thành phần không dùng được"), "bad"),
        ("system-empty", _l("Hệ đo chưa có thành phần"), "hold"),
        ("never-issued", _l("Chưa đưa ra dùng lần nào"), "hold"),
        ("cycle-overdue", _l("Quá hạn chu kỳ"), "bad"),
        ("cycle-failed", _l("Chu kỳ không đạt"), "bad"),
        ("cycle-never", _l("Chưa làm việc theo chu kỳ"), "hold"),
        ("use-exceeded", _l("Dùng quá số giờ, số lần"), "bad"),
        ("use-unknown", _l("Chưa đọc số đếm"), "hold"),
        ("expired", _l("Hết hạn sử dụng"), "bad"),
        ("on-loan", _l("Đang cho mượn"), "hold"),
        ("firmware-unverified", _l("Firmware chưa xác nhận"), "hold"),
        ("unknown", _l("Chưa có trong danh mục"), "hold"),
    )
}
#: Usable, and yet with something to say; and a calibration that came back and waits for its release.
DUE_SOON = State("due_soon", _l("Sắp đến hạn"), "warn")
EXTENDED = State("extended", _l("Đang gia hạn"), "warn")
AWAITING_RELEASE = State("awaiting_release", _l("Chờ duyệt hiệu chuẩn"), "info")


def fitness(
    instruments: Iterable[Instrument], at: datetime, need: MeasurementNeed | None, known_at: datetime
) -> dict[int, list[Unfit]]:
    """Reasons against using each instrument at `at` for `need`, as known at `known_at`; an empty list means fit (6.4.4-6.4.13)."""
    return {ident: rules.judge(facts, at, need, known_at) for ident, facts in facts_of(instruments).items()}


def missing_from_set(
    instruments: Iterable[Instrument], need: MeasurementNeed | None, at: datetime | None = None, known_at: datetime | None = None,
) -> list[Unfit]:
    """What the instruments of one reading lack together for a need: a measuring instrument, a required companion (6.4.5).

    A measuring system counts with the parts it had at `at`, as known at `known_at` (both now unless said).
    """
    if need is None:
        return []
    at, known_at = at or clock.now(), known_at or clock.now()
    return rules.missing_from_set(
        [rules.ranges_with_members(facts, at, known_at) for facts in facts_of(instruments).values()], need)


def standing(facts: InstrumentFacts, at: datetime, known_at: datetime) -> State:
    """The one status word of an instrument at a time, as known at a time: its state; or why it may not be used although in service;
    or that only an extension covers it, or that something is due within its lead time."""
    found = rules.state_at(facts, at, known_at)
    state = workflow.MACHINE.state(found.state) if found else workflow.REGISTERED
    if found is None or state is not workflow.IN_SERVICE:
        return AWAITING_RELEASE if state is workflow.IN_CALIBRATION and _awaits(facts, found, at, known_at) else state
    reasons = rules.judge(facts, at, None, known_at)
    if reasons:
        return STANDINGS["member-unfit" if reasons[0].member else reasons[0].code]
    on = clock.local(at).date()
    if rules.is_extended(facts, on, known_at):
        return EXTENDED
    return DUE_SOON if rules.is_due_soon(facts, on, known_at) else state


def _awaits(facts: InstrumentFacts, sent: rules.StateFact | None, at: datetime, known_at: datetime) -> bool:
    """Whether a calibration done since it was sent is recorded and not released, as known."""
    if sent is None:
        return False
    since, on = clock.local(sent.effective_at).date(), clock.local(at).date()
    return any(
        since <= c.done_on <= on and c.recorded_at <= known_at and (c.released_at is None or c.released_at > known_at)
        for c in facts.calibrations)


def status_of(instruments: Iterable[Instrument], at: datetime, known_at: datetime) -> dict[int, State]:
    """The status word of each instrument at a time, as known at a time."""
    return {ident: standing(facts, at, known_at) for ident, facts in facts_of(instruments).items()}


def calibration_at(instrument_id: int, at: datetime, known_at: datetime) -> Calibration | None:
    """The released, passed calibration that covers the day of `at`, as known at `known_at`; the latest of several."""
    on = clock.local(at).date()
    return db.session.scalar(
        select(Calibration)
        .where(
            Calibration.instrument_id == instrument_id, Calibration.done_on <= on, Calibration.due_on > on,
            Calibration.passed.is_(True), Calibration.recorded_at <= known_at, Calibration.released_at <= known_at,
        )
        .order_by(Calibration.done_on.desc(), Calibration.id.desc())
        .limit(1)
    )
