"""The dated facts of instruments as values for `rules.judge`: one statement for all kinds of fact, however many instruments.

Every table of facts gives its rows in one shape (a word, four texts, three days, three moments, three switches, four whole numbers), so
that one UNION ALL brings them all: a page that judges instruments asks the database once, not once a table.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Integer,
    Row,
    Select,
    Text,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from instruments import rules
from instruments.models import (
    Calibration,
    Cycle,
    CycleEvent,
    Extension,
    FactorSet,
    FirmwareRecord,
    Instrument,
    InstrumentRange,
    InstrumentState,
    IntermediateCheck,
    Loan,
    Maintenance,
    SystemMember,
    UseReading,
)
from instruments.queries.systems import member_fact, parts_below
from instruments.rules import InstrumentFacts
from lab_app.core.db import UtcDateTime, db

#: So many instruments are asked for in one statement: databases bound the parameters of a statement.
BATCH = 500
OUTSIDE = "outside"

#: The one shape: column → type.
SHAPE: dict[str, Any] = {
    "a": Text, "b": Text, "c": Text, "d": Text, "e": Text, "f": Text, "day": Date, "day2": Date, "at": UtcDateTime, "at2": UtcDateTime,
    "known": UtcDateTime, "yes": Boolean, "yes2": Boolean, "yes3": Boolean, "n": Integer, "n2": Integer, "n3": Integer, "n4": Integer,
}
_EMPTY = {name: cast(null(), kind).label(name) for name, kind in SHAPE.items()}
Found = defaultdict[str, list[Row[Any]]]


def _rows(kind: str, model: Any, ids: Sequence[int], **columns: InstrumentedAttribute[Any]) -> Select[Any]:
    given = {name: type_coerce(column, SHAPE[name]).label(name) for name, column in columns.items()}
    return select(
        literal(kind, Text).label("kind"), model.instrument_id.label("iid"), model.id.label("id"),
        *(given.get(name, empty) for name, empty in _EMPTY.items()),
    ).where(model.instrument_id.in_(ids))


def _upkeep(ids: Sequence[int]) -> list[Select[Any]]:
    """What a page that already holds states, calibrations, checks, maintenance and ranges still needs."""
    return [
        _rows("cycle", Cycle, ids, a=Cycle.kind, b=Cycle.use_limit, c=Cycle.use_unit, day=Cycle.effective_from, known=Cycle.recorded_at,
              yes=Cycle.from_first_issue, yes2=Cycle.blocks, yes3=Cycle.active, n=Cycle.interval_months, n2=Cycle.interval_days,
              n3=Cycle.lead_days, n4=Cycle.early_days),
        _rows("event", CycleEvent, ids, a=CycleEvent.kind, day=CycleEvent.done_on, day2=CycleEvent.due_on, yes=CycleEvent.passed,
              known=CycleEvent.recorded_at),
        _rows("extension", Extension, ids, a=Extension.kind, day=Extension.due_on, day2=Extension.until, known=Extension.recorded_at),
        _rows("use", UseReading, ids, a=UseReading.unit, b=UseReading.counter, day=UseReading.read_on, known=UseReading.recorded_at),
        _rows("firmware", FirmwareRecord, ids, a=FirmwareRecord.firmware, b=FirmwareRecord.verification,
              at=FirmwareRecord.effective_at, known=FirmwareRecord.recorded_at),
        _rows("factor", FactorSet, ids, a=FactorSet.quantity, day=FactorSet.valid_from, known=FactorSet.recorded_at),
        _rows("loan", Loan, ids, a=Loan.holder, at=Loan.out_at, at2=Loan.back_at, known=Loan.recorded_at)
        .where(Loan.holder_kind == OUTSIDE),
    ]


def _all(ids: Sequence[int]) -> list[Select[Any]]:
    return [
        _rows("state", InstrumentState, ids, a=InstrumentState.state, b=InstrumentState.verification, at=InstrumentState.effective_at,
              known=InstrumentState.recorded_at),
        _rows("calibration", Calibration, ids, a=Calibration.certificate_no, b=Calibration.traceability, day=Calibration.done_on,
              day2=Calibration.due_on, at=Calibration.released_at, known=Calibration.recorded_at, yes=Calibration.passed),
        _rows("check", IntermediateCheck, ids, day=IntermediateCheck.done_on, day2=IntermediateCheck.due_on,
              known=IntermediateCheck.recorded_at, yes=IntermediateCheck.passed),
        _rows("maintenance", Maintenance, ids, day=Maintenance.done_on, known=Maintenance.recorded_at,
              yes=Maintenance.verified_before_return),
        _rows("range", InstrumentRange, ids, a=InstrumentRange.quantity, b=InstrumentRange.low, c=InstrumentRange.high,
              d=InstrumentRange.unit, e=InstrumentRange.u, f=InstrumentRange.u_unit),
        *_upkeep(ids),
    ]


def _read(ids: Sequence[int], parts: Callable[[Sequence[int]], list[Select[Any]]]) -> dict[int, Found]:
    found: dict[int, Found] = {ident: defaultdict(list) for ident in ids}
    for start in range(0, len(ids), BATCH):
        some = ids[start:start + BATCH]
        for row in db.session.execute(union_all(*parts(some)).order_by("id")):
            found[row.iid][row.kind].append(row)
    return found


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def upkeep_facts(found: Found) -> dict[str, Any]:
    """Cycles, events, extensions, use, firmware, factors and loans among `InstrumentFacts`."""
    return {
        "cycles": tuple(
            rules.CycleFact(r.a, r.day, r.known, r.n, r.n2, _number(r.b), r.c, r.yes, r.n3, r.n4, r.yes2, r.yes3, r.id)
            for r in found["cycle"]),
        "cycle_events": tuple(rules.EventFact(r.a, r.day, r.day2, r.yes, r.known, r.id) for r in found["event"]),
        "extensions": tuple(rules.ExtensionFact(r.a, r.day, r.day2, r.known) for r in found["extension"]),
        "uses": tuple(rules.UseFact(r.a, Decimal(r.b), r.day, r.known, r.id) for r in found["use"]),
        "firmwares": tuple(rules.FirmwareFact(r.a, r.at, bool(r.b.strip()), r.known, r.id) for r in found["firmware"]),
        "factors": tuple(rules.FactorFact(r.a, r.day, r.known) for r in found["factor"]),
        "loans": tuple(rules.LoanFact(r.a, r.at, r.at2, r.known) for r in found["loan"]),
    }


def upkeep_of(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Those facts of some instruments, by instrument; one statement."""
    return {ident: upkeep_facts(found) for ident, found in _read(ids, _upkeep).items()}


def _register(row: Instrument) -> dict[str, Any]:
    """What the register entry itself says."""
    return {
        "code": row.code, "recorded_at": row.recorded_at, "calibration_required": row.calibration_required,
        "no_calibration_reason": row.no_calibration_reason, "check_interval_days": row.check_interval_days,
        "checks_from": row.checks_from, "kind": row.kind, "expires_on": row.expires_on, "first_issued_on": row.first_issued_on,
        "firmware": row.firmware,
    }


def facts_from(
    row: Instrument, states: Iterable[InstrumentState], calibrations: Iterable[Calibration],
    checks: Iterable[IntermediateCheck], maintenance: Iterable[Maintenance], ranges: Iterable[InstrumentRange],
    members: Iterable[rules.MemberFact] = (), upkeep: dict[str, Any] | None = None,
) -> InstrumentFacts:
    """Facts for `rules.judge` from rows that were read already; of a measuring system with those of its parts.

    `upkeep`: what `upkeep_of` answered for the instrument; read here when it is not given.
    """
    if upkeep is None:
        upkeep = upkeep_of([row.id])[row.id]
    return InstrumentFacts(
        **_register(row), **upkeep, members=tuple(members),
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


def _made(row: Instrument, found: Found, members: Iterator[rules.MemberFact]) -> InstrumentFacts:
    return InstrumentFacts(
        **_register(row), **upkeep_facts(found), members=tuple(members),
        states=tuple(rules.StateFact(r.a, r.at, r.known, r.b, r.id) for r in found["state"]),
        calibrations=tuple(
            rules.CalibrationFact(r.id, r.day, r.day2, r.known, r.at, r.yes, r.b, r.a) for r in found["calibration"]),
        checks=tuple(rules.CheckFact(r.day, r.day2, r.yes, r.known, r.id) for r in found["check"]),
        maintenance=tuple(rules.MaintenanceFact(r.day, r.yes, r.known) for r in found["maintenance"]),
        ranges=tuple(
            rules.RangeFact(r.a, Decimal(r.b), Decimal(r.c), r.d, _number(r.e), r.f) for r in found["range"]),
    )


def facts_of(
    instruments: Iterable[Instrument], below: dict[int, list[SystemMember]] | None = None,
) -> dict[int, InstrumentFacts]:
    """All dated facts of some instruments, for `rules.judge`: one statement for every `BATCH` of them.

    Measuring systems bring the facts of their parts with them, for one statement a level of nesting (none where `below` says what
    `parts_below` answered already).
    """
    asked = {row.id: row for row in instruments}
    if not asked:
        return {}
    parts = parts_below(asked.values()) if below is None else below
    rows = {**{part.member_id: part.member for found in parts.values() for part in found}, **asked}
    read = _read(list(rows), _all)
    made: dict[int, InstrumentFacts] = {}

    def make(ident: int) -> InstrumentFacts:
        if ident not in made:
            made[ident] = _made(
                rows[ident], read[ident], (member_fact(part, make(part.member_id)) for part in parts.get(ident, ())))
        return made[ident]

    return {ident: make(ident) for ident in asked}
