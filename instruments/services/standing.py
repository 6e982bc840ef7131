"""Fitness for use, and what other use cases of the room share."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from instruments import queries, rules, workflow
from instruments.models import (
    Instrument,
    InstrumentState,
)
from instruments.rules import MeasurementNeed, Unfit
from instruments.services.dues import write_dues
from lab_app.core import clock, events
from lab_app.core.access import Actor, person_of
from lab_app.core.db import db

#: Id of a state that is only supposed: after every one that was recorded.
NEWEST = 1 << 62


def unfit_reasons(instrument: Instrument, at: datetime, need: MeasurementNeed | None, known_at: datetime) -> list[Unfit]:
    """Why the instrument may not be used at `at` for `need`, as known at `known_at`; empty means fit. A pure read."""
    return queries.fitness([instrument], at, need, known_at)[instrument.id]


def refresh(row: Instrument) -> None:
    """Repeat on the row, for lists, what the dated facts say now; then on the measuring systems it is part of."""
    facts, now = queries.facts_of([row])[row.id], clock.now()
    found = rules.state_at(facts, now, now)
    row.state = found.state if found else workflow.REGISTERED.code
    row.unusable_from = rules.usable_until(facts, clock.today(), now)
    write_dues(row, facts)
    for part in queries.systems_of(row.id, now, now):
        refresh(part.system)


def add_state(
    instrument: Instrument, state: str, effective_at: datetime, person_id: int, verification: str = "", reason: str = "",
) -> InstrumentState:
    """Write down the state an instrument is in from a moment on; whether it may be so is the caller's question."""
    row = InstrumentState(
        instrument_id=instrument.id, state=state, effective_at=effective_at, person_id=person_id,
        verification=verification.strip(), reason=reason.strip(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def stop_use(
    actor: Actor, instrument: Instrument, failed_on: date, reason: str, cause: str = "check", error: Decimal | None = None,
    error_unit: str = "",
) -> None:
    """Out of service at once (6.4.9), and the news of everything since the last good day before `failed_on`.

    `cause`: check, calibration, damage, maintenance. `error`: how far it was wrong, signed, in `error_unit`, where that is known.
    """
    facts, now = queries.facts_of([instrument])[instrument.id], clock.now()
    found = rules.state_at(facts, now, now)
    if found is not None and found.state == workflow.IN_SERVICE.code:
        add_state(instrument, workflow.OUT_OF_SERVICE.code, now, person_of(actor), reason=reason)
    good = rules.last_good(facts, failed_on, now)
    since = clock.at_local(good) if good else instrument.recorded_at
    events.calibration_failed.send(
        "instruments", instrument=instrument, since=since, actor=actor, cause=cause, found_on=failed_on, error=error,
        error_unit=error_unit, reason=reason,
    )
