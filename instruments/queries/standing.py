"""What stands about an instrument at a time: fitness in batches, status words, what counted. Statements do not grow with the count."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from instruments import rules, workflow
from instruments.models import (
    Calibration,
    FactorSet,
    Instrument,
    InstrumentRange,
    InstrumentState,
    IntermediateCheck,
    Maintenance,
)
from instruments.queries.systems import member_fact, parts_below
from instruments.rules import InstrumentFacts, MeasurementNeed, Unfit
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.workflow import State

T = TypeVar("T")


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
    )
}


def _grouped(model: type[T], ids: Sequence[int]) -> dict[int, list[T]]:
    attribute: Any = model
    found: dict[int, list[T]] = defaultdict(list)
    for row in db.session.scalars(select(model).where(attribute.instrument_id.in_(ids)).order_by(attribute.id)):
        found[row.instrument_id].append(row)  # type: ignore[attr-defined]
    return found


def facts_from(
    row: Instrument, states: Iterable[InstrumentState], calibrations: Iterable[Calibration],
    checks: Iterable[IntermediateCheck], maintenance: Iterable[Maintenance], ranges: Iterable[InstrumentRange],
    members: Iterable[rules.MemberFact] = (),
) -> InstrumentFacts:
    """Facts for `rules.judge` from rows that were read already; of a measuring system with those of its parts."""
    return InstrumentFacts(
        code=row.code, recorded_at=row.recorded_at, calibration_required=row.calibration_required,
        no_calibration_reason=row.no_calibration_reason, check_interval_days=row.check_interval_days, checks_from=row.checks_from,
        states=tuple(rules.StateFact(s.state, s.effective_at, s.recorded_at, s.verification, s.id) for s in states),
        calibrations=tuple(
            rules.CalibrationFact(c.id, c.done_on, c.due_on, c.recorded_at, c.released_at, c.passed, c.traceability,
                                  c.certificate_no)
            for c in calibrations
        ),
        checks=tuple(rules.CheckFact(c.done_on, c.due_on, c.passed, c.recorded_at, c.id) for c in checks),
        maintenance=tuple(rules.MaintenanceFact(m.done_on, m.verified_before_return, m.recorded_at) for m in maintenance),
        ranges=tuple(rules.RangeFact(r.quantity, r.low, r.high, r.unit, r.u, r.u_unit) for r in ranges),
        kind=row.kind, members=tuple(members),
    )


def facts_of(instruments: Iterable[Instrument]) -> dict[int, InstrumentFacts]:
    """All dated facts of some instruments, for `rules.judge`: five statements, however many instruments.

    Measuring systems bring the facts of their parts with them, for one statement a level of nesting.
    """
    asked = {row.id: row for row in instruments}
    if not asked:
        return {}
    parts = parts_below(asked.values())
    rows = {**{part.member_id: part.member for found in parts.values() for part in found}, **asked}
    ids = list(rows)
    states, calibrations = _grouped(InstrumentState, ids), _grouped(Calibration, ids)
    checks, maintenance = _grouped(IntermediateCheck, ids), _grouped(Maintenance, ids)
    ranges = _grouped(InstrumentRange, ids)
    made: dict[int, InstrumentFacts] = {}

    def make(ident: int) -> InstrumentFacts:
        if ident not in made:
            made[ident] = facts_from(
                rows[ident], states[ident], calibrations[ident], checks[ident], maintenance[ident], ranges[ident],
                [member_fact(part, make(part.member_id)) for part in parts.get(ident, ())],
            )
        return made[ident]

    return {ident: make(ident) for ident in asked}


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
    """The one status word of an instrument at a time: its state, or why it may not be used although in service."""
    reasons = rules.judge(facts, at, None, known_at)
    found = rules.state_at(facts, at, known_at)
    state = workflow.MACHINE.state(found.state) if found else workflow.REGISTERED
    if found is None or state is not workflow.IN_SERVICE or not reasons:
        return state
    return STANDINGS["member-unfit" if reasons[0].member else reasons[0].code]


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


def factor_set_at(instrument_id: int, on: date, known_at: datetime, quantity: str | None = None) -> FactorSet | None:
    """The correction factors valid on a day, as known at a moment; of one quantity when named (6.4.11)."""
    query = select(FactorSet).where(
        FactorSet.instrument_id == instrument_id, FactorSet.valid_from <= on, FactorSet.recorded_at <= known_at
    )
    if quantity is not None:
        query = query.where(FactorSet.quantity == quantity)
    return db.session.scalar(query.order_by(FactorSet.valid_from.desc(), FactorSet.id.desc()).limit(1))
