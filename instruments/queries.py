"""Questions about instruments: fitness in batches, what counted at a time, lists. Statements do not grow with the count."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

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
from instruments.rules import InstrumentFacts, MeasurementNeed, Unfit
from lab_app.accounts.models import Person, Site
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.core.files import Attachment
from lab_app.core.workflow import State
from lab_app.quality.models import Room

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
    )
}


def by_code(code: str) -> Instrument | None:
    """The instrument with this code, with its site and room."""
    return db.session.scalar(
        select(Instrument).where(Instrument.code == code).options(joinedload(Instrument.site), joinedload(Instrument.room))
    )


def in_register(site_id: int | None = None) -> list[Instrument]:
    """Instruments that are not retired, by code; of one site when named."""
    query = select(Instrument).where(Instrument.state != workflow.RETIRED.code).order_by(Instrument.code)
    if site_id is not None:
        query = query.where(Instrument.site_id == site_id)
    return list(db.session.scalars(query))


def _grouped(model: type[T], ids: Sequence[int]) -> dict[int, list[T]]:
    attribute: Any = model
    found: dict[int, list[T]] = defaultdict(list)
    for row in db.session.scalars(select(model).where(attribute.instrument_id.in_(ids)).order_by(attribute.id)):
        found[row.instrument_id].append(row)  # type: ignore[attr-defined]
    return found


def facts_from(
    row: Instrument, states: Iterable[InstrumentState], calibrations: Iterable[Calibration],
    checks: Iterable[IntermediateCheck], maintenance: Iterable[Maintenance], ranges: Iterable[InstrumentRange],
) -> InstrumentFacts:
    """Facts for `rules.judge` from rows that were read already."""
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
    )


def facts_of(instruments: Iterable[Instrument]) -> dict[int, InstrumentFacts]:
    """All dated facts of some instruments, for `rules.judge`: five statements, however many instruments."""
    rows = {row.id: row for row in instruments}
    if not rows:
        return {}
    ids = list(rows)
    states, calibrations = _grouped(InstrumentState, ids), _grouped(Calibration, ids)
    checks, maintenance = _grouped(IntermediateCheck, ids), _grouped(Maintenance, ids)
    ranges = _grouped(InstrumentRange, ids)
    return {
        ident: facts_from(row, states[ident], calibrations[ident], checks[ident], maintenance[ident], ranges[ident])
        for ident, row in rows.items()
    }


def fitness(
    instruments: Iterable[Instrument], at: datetime, need: MeasurementNeed | None, known_at: datetime
) -> dict[int, list[Unfit]]:
    """Reasons against using each instrument at `at` for `need`, as known at `known_at`; an empty list means fit (6.4.4-6.4.13)."""
    return {ident: rules.judge(facts, at, need, known_at) for ident, facts in facts_of(instruments).items()}


def missing_from_set(instruments: Iterable[Instrument], need: MeasurementNeed | None) -> list[Unfit]:
    """What the instruments of one reading lack together for a need: a measuring instrument, a required companion (6.4.5)."""
    if need is None:
        return []
    return rules.missing_from_set([facts.ranges for facts in facts_of(instruments).values()], need)


def standing(facts: InstrumentFacts, at: datetime, known_at: datetime) -> State:
    """The one status word of an instrument at a time: its state, or why it may not be used although in service."""
    reasons = rules.judge(facts, at, None, known_at)
    found = rules.state_at(facts, at, known_at)
    state = workflow.MACHINE.state(found.state) if found else workflow.REGISTERED
    if found is None or state is not workflow.IN_SERVICE or not reasons:
        return state
    return STANDINGS[reasons[0].code]


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


def _named(person: Any) -> Any:
    """Load who stands by a fact for the name alone: what roles that person has is nobody's question here."""
    return joinedload(person).lazyload(Person.roles)


def states(instrument_id: int) -> list[InstrumentState]:
    """States of an instrument, latest effective first, with who recorded them."""
    return list(db.session.scalars(
        select(InstrumentState).where(InstrumentState.instrument_id == instrument_id)
        .options(_named(InstrumentState.person)).order_by(InstrumentState.effective_at.desc(), InstrumentState.id.desc())
    ))


def calibrations(instrument_id: int) -> list[Calibration]:
    """Calibrations of an instrument, latest first, with who released them."""
    return list(db.session.scalars(
        select(Calibration).where(Calibration.instrument_id == instrument_id)
        .options(_named(Calibration.released_by)).order_by(Calibration.done_on.desc(), Calibration.id.desc())
    ))


def checks(instrument_id: int) -> list[IntermediateCheck]:
    """Intermediate checks of an instrument, latest first, with who made them."""
    return list(db.session.scalars(
        select(IntermediateCheck).where(IntermediateCheck.instrument_id == instrument_id)
        .options(_named(IntermediateCheck.person)).order_by(IntermediateCheck.done_on.desc(), IntermediateCheck.id.desc())
    ))


def maintenance(instrument_id: int) -> list[Maintenance]:
    """Maintenance of an instrument, latest first."""
    return list(db.session.scalars(
        select(Maintenance).where(Maintenance.instrument_id == instrument_id)
        .options(_named(Maintenance.person)).order_by(Maintenance.done_on.desc(), Maintenance.id.desc())
    ))


def factor_sets(instrument_id: int) -> list[FactorSet]:
    """Factor sets of an instrument, latest valid first."""
    return list(db.session.scalars(
        select(FactorSet).where(FactorSet.instrument_id == instrument_id)
        .order_by(FactorSet.valid_from.desc(), FactorSet.id.desc())
    ))


@dataclass
class Dossier:
    """Everything dated about one instrument, latest first, and the facts it makes."""

    states: list[InstrumentState]
    calibrations: list[Calibration]
    checks: list[IntermediateCheck]
    maintenance: list[Maintenance]
    factors: list[FactorSet]
    ranges: list[InstrumentRange]
    facts: InstrumentFacts


def dossier(row: Instrument) -> Dossier:
    """Everything about one instrument for its page: six statements."""
    ranges = list(db.session.scalars(
        select(InstrumentRange).where(InstrumentRange.instrument_id == row.id).order_by(InstrumentRange.id)))
    parts = states(row.id), calibrations(row.id), checks(row.id), maintenance(row.id)
    return Dossier(*parts, factor_sets(row.id), ranges, facts_from(row, *parts, ranges))


def papers(instrument_id: int | None, calibration_ids: Sequence[int]) -> list[Attachment]:
    """Files hung on an instrument and on calibrations, oldest first."""
    own = (Attachment.subject_kind == "instrument") & (Attachment.subject_id == instrument_id)
    certificates = (Attachment.subject_kind == "calibration") & Attachment.subject_id.in_(calibration_ids)
    return list(db.session.scalars(select(Attachment).where(own | certificates).order_by(Attachment.id)))


def rooms() -> list[Room]:
    """Rooms an instrument can stand in, by name."""
    return list(db.session.scalars(select(Room).order_by(Room.name_vi)))


def sites() -> list[Site]:
    """Sites, by code."""
    return list(db.session.scalars(select(Site).order_by(Site.code)))


def due_soon(today: date, until: date) -> list[Instrument]:
    """Instruments in service that run out between two days (calibration or check), soonest first; overdue ones included."""
    return list(db.session.scalars(
        select(Instrument)
        .where(Instrument.state == workflow.IN_SERVICE.code, Instrument.unusable_from <= until)
        .order_by(Instrument.unusable_from, Instrument.id).limit(50)
    ))


def counts(today: date, soon: date) -> dict[str, int]:
    """Counts for the quick filters of the list: all, out (not usable now), soon (runs out by `soon`)."""
    live = Instrument.state != workflow.RETIRED.code
    stopped = (Instrument.state != workflow.IN_SERVICE.code) | (Instrument.unusable_from <= today)
    row = db.session.execute(select(
        func.count(),
        func.count().filter(stopped),
        func.count().filter(Instrument.state == workflow.IN_SERVICE.code, Instrument.unusable_from > today,
                            Instrument.unusable_from <= soon),
    ).select_from(Instrument).where(live)).one()
    return {"all": row[0], "out": row[1], "soon": row[2]}
