"""What nonconforming work froze of a job: the method and its version, the parameters, the item, the request, the instruments (7.10.1)."""
from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Carried:
    """One result as holds concern it: what it rests on (kind, id), and the reading it hands on, with its moment; `None` without one."""

    subjects: frozenset[Subject]
    reading_id: int | None
    measured_at: datetime | None


def withheld(lines: Sequence[JobLine]) -> tuple[HeldFact, ...]:
    """The holds that stand now against handing on what these lines hold, each once: on their jobs, items, requests; and on methods,
    parameters and instruments where a reading was measured since the doubt. One statement."""
    found = {hold.id: hold for holds in _against(lines).values() for hold in holds}
    return tuple(facts.fact_of(found[ident]) for ident in sorted(found))


def withheld_of_each(lines: Sequence[JobLine]) -> dict[int, tuple[HeldFact, ...]]:
    """Line id → what `withheld` says of the line alone, for the lines of a page; one statement for all."""
    return {ident: tuple(facts.fact_of(hold) for hold in holds) for ident, holds in _against(lines).items()}


def withheld_of(results: Collection[Carried], whole: Iterable[Subject] = ()) -> tuple[HeldFact, ...]:
    """What `withheld` says of results that a paper carries (with the reading that it prints, not a later one), and of `whole`, what the
    paper is itself or answers to; each hold once, oldest first. One statement."""
    every = {*whole, *(subject for one in results for subject in one.subjects)}
    found, measured_with = _read(every, sorted({one.reading_id for one in results if one.reading_id is not None}))
    own = frozenset(whole)
    return tuple(facts.fact_of(hold) for hold in found if hold.released_at is None and (
        (hold.subject_kind, hold.subject_id) in own or any(_concerns(hold, one, measured_with) for one in results)))


def _against(lines: Sequence[JobLine]) -> dict[int, list[Hold]]:
    """Line id → the holds that stand against it, oldest first."""
    if not lines:
        return {}
    jobs = {line.job.id: tuple(subjects_of(line.job)) for line in lines}
    carried = {line.id: _carried(line) for line in lines}
    found, measured_with = _read({subject for one in carried.values() for subject in one.subjects},
                                 [one.reading_id for one in carried.values() if one.reading_id is not None])
    _put_down(jobs.values(), found)
    standing = [hold for hold in found if hold.released_at is None]
    return {ident: [hold for hold in standing if _concerns(hold, one, measured_with)] for ident, one in carried.items()}


def _carried(line: JobLine) -> Carried:
    """A line as holds concern it, with its newest reading."""
    reading = line.readings[-1] if line.readings else None
    return Carried(frozenset(subjects_of(line.job, [line.parameter_id])), reading.id if reading else None,
                   reading.measured_at if reading else None)


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


def _concerns(hold: Hold, one: Carried, measured_with: set[tuple[int, int]]) -> bool:
    """Whether a standing hold concerns a result; one on a method, parameter or instrument only what was measured since the doubt."""
    if hold.subject_kind == "instrument":
        return one.reading_id is not None and (hold.id, one.reading_id) in measured_with
    if (hold.subject_kind, hold.subject_id) not in one.subjects:
        return False
    return hold.subject_kind not in FROM_DOUBT or (one.measured_at is not None and one.measured_at >= hold.since)
