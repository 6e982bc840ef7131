"""Results made in a room while it was outside its limits or in doubt (6.3.3, 7.10.1)."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, literal, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, lazyload

from lab_app.accounts.models import Person
from lab_app.core.asked import asked
from lab_app.core.counting import up_to_limit
from lab_app.core.db import db
from lab_app.quality.environment.queries import unjudged_beside
from lab_app.quality.models import EnvironmentRecord
from lab_app.results.inputs import limits_for
from lab_app.results.models import JobLine, Reading, TestJob


@dataclass(frozen=True)
class DoubtFact:
    """An excursion nobody has judged, in whose doubtful time a line was measured."""

    code: str
    room: str
    quantity: str
    parameter: str


def touched(room_id: int, after: datetime, until: datetime) -> Select[Any]:
    """SQL: standing readings measured in a room after one moment, up to another; the room is that of their environment record."""
    later = aliased(Reading)
    newer = select(later.id).where(later.line_id == Reading.line_id, later.revision > Reading.revision)
    return (
        select(Reading).join(EnvironmentRecord, EnvironmentRecord.id == Reading.environment_id)
        .where(EnvironmentRecord.room_id == room_id, Reading.measured_at > after, Reading.measured_at <= until, ~newer.exists())
    )


def shown(query: Select[Any]) -> Select[Any]:
    """The same with all that a row of the list names."""
    return query.join(Reading.line).join(JobLine.job).options(
        contains_eager(Reading.line).options(contains_eager(JobLine.job).options(
            joinedload(TestJob.sample), joinedload(TestJob.method_version))),
        joinedload(Reading.person).lazyload(Person.roles), contains_eager(Reading.environment).options(lazyload(EnvironmentRecord.room)))


def touched_count(room_id: int, after: datetime, until: datetime) -> int:
    """How many of them there are, counted no further than `COUNT_LIMIT` + 1; in a batch once."""
    return asked(_touched_count, room_id, after, until)


def _touched_count(room_id: int, after: datetime, until: datetime) -> int:
    rows = touched(room_id, after, until).with_only_columns(literal(1).label("one"))
    return int(db.session.scalar(up_to_limit(rows)) or 0)


def doubts_of(lines: Iterable[JobLine]) -> tuple[DoubtFact, ...]:
    """Excursions nobody has judged that meet the measuring of these lines, where the method says that environment matters. One
    statement."""
    measured = {}
    for line in lines:
        reading = line.reading
        limits = limits_for(line.job.method_version, line.conditions)
        if reading is not None and reading.environment_id is not None and not limits.not_critical:
            measured[line.id] = (line, reading)
    if not measured:
        return ()
    moments = [r.measured_at for _line, r in measured.values()]
    found = []
    for one, environment_id in unjudged_beside({r.environment_id or 0 for _line, r in measured.values()}, min(moments), max(moments)):
        for line, reading in measured.values():
            within = one.doubtful_from <= reading.measured_at and (one.ended_at is None or reading.measured_at <= one.ended_at)
            if reading.environment_id == environment_id and within:
                found.append(DoubtFact(one.code, one.room.name_vi, one.quantity, line.parameter.code))
    return tuple(found)
