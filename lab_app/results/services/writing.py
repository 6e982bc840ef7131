"""Judged readings are written down: one at the bench or two hundred of a worksheet, by the same few statements (7.5.1)."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm.attributes import set_committed_value

from instruments.models import Calibration, FactorSet, Instrument
from lab_app.core import drafts
from lab_app.core.access import Actor
from lab_app.core.asked import asked
from lab_app.core.db import db
from lab_app.results.computation import Outcome, Raw
from lab_app.results.inputs import environment_limits
from lab_app.results.models import JobLine, Reading, ReadingInstrument
from lab_app.results.queries.jobs import line_statuses
from lab_app.results.rules import derived_status
from lab_app.results.services.comparisons import settle_all
from lab_app.results.services.drafting import draft_key
from lab_app.results.services.taking import FromTrace
from lab_app.results.services.taking import keep as keep_sources
from lab_app.results.services.taking import link as link_traces
from lab_app.samples.queries import firmware_at

if TYPE_CHECKING:
    from lab_app.results.services.recording import ReadingEntry

#: Each instrument with the calibration and the factors that counted, and the system it was part of.
Used = list[tuple[Instrument, Calibration | None, FactorSet | None, Instrument | None]]


@dataclass(frozen=True)
class Judged:
    """An entry that every gate let through, with what is to be frozen beside it."""

    line: JobLine
    entry: ReadingEntry
    raw: dict[str, Raw]
    outcome: Outcome
    used: Used
    traced: list[FromTrace] = field(default_factory=list)
    revision: int = 1
    reason: str = ""


def write(actor: Actor, judged: Sequence[Judged], known_at: datetime) -> list[Reading]:
    """Store the readings with their instruments and traces; statements do not grow with their number but in what they carry."""
    made = [_reading(actor, one, known_at) for one in judged]
    db.session.add_all(made)
    db.session.flush()
    for one, reading in zip(judged, made, strict=True):
        used = [ReadingInstrument(
            reading_id=reading.id, instrument_id=instrument.id, calibration_id=calibration.id if calibration else None,
            factor_set_id=factors.id if factors else None, system_id=system.id if system else None, measured_at=reading.measured_at,
        ) for instrument, calibration, factors, system in one.used]
        db.session.add_all(used)
        link_traces(reading, one.traced)
        _linked(one, reading, used)
    db.session.flush()
    return made


def _linked(one: Judged, reading: Reading, used: list[ReadingInstrument]) -> None:
    """What stands in memory as it will be read: no statement asks again for what was just written."""
    for row, (instrument, calibration, factors, system) in zip(used, one.used, strict=True):
        for name, value in (("instrument", instrument), ("calibration", calibration), ("factor_set", factors), ("system", system),
                            ("reading", reading)):
            set_committed_value(row, name, value)
    set_committed_value(reading, "instruments", used)
    set_committed_value(reading, "line", one.line)
    set_committed_value(reading, "environment", one.entry.environment)
    set_committed_value(one.line, "readings", [*one.line.readings, reading])


def _reading(actor: Actor, one: Judged, known_at: datetime) -> Reading:
    line, entry, outcome = one.line, one.entry, one.outcome
    firmware = entry.firmware if entry.firmware is not None else asked(firmware_at, line.job.sample, entry.measured_at)
    reading = Reading(
        line_id=line.id, revision=one.revision, person_id=actor.id, measured_at=entry.measured_at, recorded_at=known_at,
        late_reason=entry.late_reason.strip(), correction_reason=one.reason,
        environment_id=entry.environment.id if entry.environment else None,
        environment_text=environment_limits(line).not_critical[:300], firmware=firmware,
        raw={key: r.as_json() for key, r in one.raw.items()}, observation=entry.observation, note=entry.note.strip(),
        operator=outcome.operator, value=outcome.value, unit=outcome.unit, u=outcome.u, k=outcome.k,
        limit_value=outcome.limit.to_dict() if outcome.limit is not None else None,
        margin=outcome.decision.margin, guard_band=outcome.decision.guard_band, verdict=outcome.verdict.value,
    )
    keep_sources(reading, one.traced, entry.source_file)
    reading.computed = outcome.frozen | _frozen_facts(one)
    return reading


def _frozen_facts(one: Judged) -> dict[str, Any]:
    """What the result rested on, in the words of that time: the record is readable although a register changes later (7.5.1)."""
    method, environment = one.line.job.method_version, one.entry.environment
    return {
        "method": method.method.code, "method_version": method.number, "conditions": one.line.conditions,
        "instruments": [
            {
                "code": i.code, "name": i.name_vi, "serial": i.serial, "firmware": i.firmware,
                "calibration": None if c is None else {
                    "certificate_no": c.certificate_no, "laboratory": c.laboratory, "done_on": c.done_on.isoformat(),
                    "due_on": c.due_on.isoformat()},
                "factors": f.label if f else None, "system": s.code if s else None,
            }
            for i, c, f, s in one.used
        ],
        "environment": None if environment is None else {
            "code": environment.code, "sensor": environment.sensor_code, "extra": dict(environment.extra or {}),
            **{n: None if (v := getattr(environment, n)) is None else format(v, "f") for n in ("t_low", "t_high", "rh_low", "rh_high")},
        },
    }


def settled(actor: Actor, lines: Iterable[JobLine]) -> None:
    """What follows from new readings: drafts go, jobs have begun and stand where their lines stand, comparisons are decided."""
    rows = list(lines)
    drafts.drop_all(actor.id, [draft_key(line.id) for line in rows])
    jobs = {line.job_id: line.job for line in rows}
    statuses = line_statuses(jobs)
    for line in rows:
        requirement = line.parameter.requirement
        if not line.limit_confirmed and requirement.confirmed_on is not None and requirement.limit == line.limit:
            line.limit_confirmed = True  # the same limit, confirmed since the line was planned
        if line.job.started_at is None:
            line.job.started_at = line.readings[-1].measured_at
        if line.job.assignee_id is None:
            line.job.assignee_id = actor.id
    for job in jobs.values():
        status = derived_status(statuses[job.id])
        if job.status != status:
            job.status = status
    db.session.flush()
    settle_all(rows)
