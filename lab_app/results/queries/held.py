"""What nonconforming work froze of a job: the method and its version, the parameters, the item, the request, the instruments (7.10.1)."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from lab_app.core import clock
from lab_app.core.asked import asked
from lab_app.core.db import db
from lab_app.quality.holds import facts
from lab_app.quality.holds.models import Hold
from lab_app.quality.holds.queries import Subject, about
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


def withheld(lines: Sequence[JobLine]) -> tuple[HeldFact, ...]:
    """The holds that stand now against handing on what these lines hold, each once: on their jobs, items, requests; and on methods,
    parameters and instruments where a reading was measured since the doubt. Two statements."""
    if not lines:
        return ()
    jobs = {line.job.id: line.job for line in lines}
    subjects = {subject for job in jobs.values() for subject in subjects_of(job)} | {("parameter", line.parameter_id) for line in lines}
    measured = {line.id: line.readings[-1] for line in lines if line.readings}
    found = {hold.id: hold for hold in asked(about, tuple(sorted(subjects))) if hold.released_at is None and _concerns(hold, lines)}
    for hold in _by_instruments([reading.id for reading in measured.values()]):
        found[hold.id] = hold
    return tuple(facts.fact_of(found[ident]) for ident in sorted(found))


def _concerns(hold: Hold, lines: Sequence[JobLine]) -> bool:
    """Whether a hold on a job, item, request, method or parameter concerns one of these lines."""
    if hold.subject_kind not in FROM_DOUBT:
        return True
    for line in lines:
        version = line.job.method_version
        mine = {"method": version.method_id, "method-version": version.id, "parameter": line.parameter_id}
        if mine.get(hold.subject_kind) == hold.subject_id and line.readings and line.readings[-1].measured_at >= hold.since:
            return True
    return False


def _by_instruments(reading_ids: Sequence[int]) -> list[Hold]:
    """Standing holds on instruments with which one of these readings was taken since the doubt; as a member of a system too."""
    if not reading_ids:
        return []
    used = ReadingInstrument
    held = and_(Hold.subject_kind == "instrument", Hold.released_at.is_(None), used.measured_at >= Hold.since,
                or_(Hold.subject_id == used.instrument_id, Hold.subject_id == used.system_id))
    return list(db.session.scalars(
        select(Hold).join(used, held).where(used.reading_id.in_(reading_ids)).distinct().options(joinedload(Hold.nonconformity))
        .order_by(Hold.id)))
