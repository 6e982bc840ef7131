"""What nonconforming work froze of a job: the method and its version, the parameters, the item, the request, the instruments (7.10.1)."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Integer, and_, literal, or_, select, union
from sqlalchemy.orm import joinedload

from lab_app.core import clock
from lab_app.core.asked import answered, asked
from lab_app.core.db import db
from lab_app.quality.holds import facts
from lab_app.quality.holds.models import Hold
from lab_app.quality.holds.queries import Subject, about, on_one_of
from lab_app.quality.holds.workflow import HeldFact
from lab_app.results.models import JobLine, ReadingInstrument, TestJob

#: What is frozen from a moment of doubt on: work measured before it is not withheld.
FROM_DOUBT = frozenset({"method", "method-version", "parameter", "instrument"})


def subjects_of(job: TestJob, parameters: Iterable[int] = ()) -> list[Subject]:
    """What a job rests on, but for its instruments. `parameters`: keys of those concerned."""
    return [
        ("test-job", job.id), ("request", job.request_id), ("sample", job.sample_id), ("method", job.method_version.method_id),
        ("method-version", job.method_version_id), *(("parameter", ident) for ident in parameters),
    ]


def held_at_bench(job: TestJob, parameter_id: int | None, instruments: Iterable[int], measured_at: datetime) -> tuple[HeldFact, ...]:
    """The holds that stop a reading: they stand now, or stood when it was measured. At most two statements, in a batch two for a job."""
    moments = (clock.now(), measured_at)
    every = [p.id for p in job.method_version.parameters] if parameter_id is not None else []
    found = [hold for hold in asked(about, tuple(subjects_of(job, every)))
             if hold.subject_kind != "parameter" or hold.subject_id == parameter_id]
    tools = tuple(("instrument", ident) for ident in sorted(set(instruments)))
    found += asked(about, tools) if tools else []
    return tuple(facts.fact_of(hold) for hold in found if any(_stands(hold, at) for at in moments))


def _stands(hold: Hold, at: datetime) -> bool:
    return hold.held_at <= at and (hold.released_at is None or at < hold.released_at)


def held_together(jobs: Iterable[TestJob]) -> None:
    """Put down what `held_at_bench` asks of each of these jobs, read at once, for the batch that judges their lines."""
    wanted = {job.id: tuple(subjects_of(job, [p.id for p in job.method_version.parameters])) for job in jobs}
    _put_down(wanted.values(), about({subject for subjects in wanted.values() for subject in subjects}))


def _put_down(asked_for: Iterable[tuple[Subject, ...]], found: Sequence[Hold]) -> None:
    for subjects in asked_for:
        answered(about, (subjects,), [hold for hold in found if (hold.subject_kind, hold.subject_id) in subjects])


def withheld(lines: Sequence[JobLine]) -> tuple[HeldFact, ...]:
    """The holds that stand now against handing on what these lines hold, each once: on their jobs, items, requests; and on methods,
    parameters and instruments where a reading was measured since the doubt. One statement."""
    found = {hold.id: hold for holds in _against(lines).values() for hold in holds}
    return tuple(facts.fact_of(found[ident]) for ident in sorted(found))


def withheld_of_each(lines: Sequence[JobLine]) -> dict[int, tuple[HeldFact, ...]]:
    """Line id → what `withheld` says of the line alone, for the lines of a page; one statement for all."""
    return {ident: tuple(facts.fact_of(hold) for hold in holds) for ident, holds in _against(lines).items()}


def _against(lines: Sequence[JobLine]) -> dict[int, list[Hold]]:
    """Line id → the holds that stand against it, oldest first."""
    if not lines:
        return {}
    jobs = {line.job.id: tuple(subjects_of(line.job)) for line in lines}
    subjects = {subject for those in jobs.values() for subject in those} | {("parameter", line.parameter_id) for line in lines}
    found, measured_with = _read(subjects, [line.readings[-1].id for line in lines if line.readings])
    _put_down(jobs.values(), found)
    standing = [hold for hold in found if hold.released_at is None]
    return {line.id: [hold for hold in standing if _concerns(hold, line, measured_with)] for line in lines}


def _read(subjects: Iterable[Subject], reading_ids: Sequence[int]) -> tuple[list[Hold], set[tuple[int, int]]]:
    """Every hold on one of these subjects, and the standing ones on instruments with which one of these readings was taken since the
    doubt (as a member of a system too); beside them (hold id, reading id) of the latter. One statement."""
    used = ReadingInstrument
    held = and_(Hold.subject_kind == "instrument", Hold.released_at.is_(None), used.measured_at >= Hold.since,
                or_(Hold.subject_id == used.instrument_id, Hold.subject_id == used.system_id))
    which = union(
        select(Hold.id.label("hold_id"), literal(None, Integer).label("reading_id")).where(on_one_of(subjects)),
        select(Hold.id, used.reading_id).join(used, held).where(used.reading_id.in_(reading_ids))).subquery()
    rows = db.session.execute(
        select(Hold, which.c.reading_id).join(which, which.c.hold_id == Hold.id).options(joinedload(Hold.nonconformity))
        .order_by(Hold.id)).all()
    return list({hold.id: hold for hold, _reading in rows}.values()), {(hold.id, reading) for hold, reading in rows if reading is not None}


def _concerns(hold: Hold, line: JobLine, measured_with: set[tuple[int, int]]) -> bool:
    """Whether a standing hold concerns a line; one on a method, parameter or instrument only what was measured since the doubt."""
    reading = line.readings[-1] if line.readings else None
    if hold.subject_kind == "instrument":
        return reading is not None and (hold.id, reading.id) in measured_with
    if (hold.subject_kind, hold.subject_id) not in (*subjects_of(line.job), ("parameter", line.parameter_id)):
        return False
    return hold.subject_kind not in FROM_DOUBT or (reading is not None and reading.measured_at >= hold.since)
