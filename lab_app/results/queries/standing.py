"""Which results were measured before a change of the item, and what was answered to each (7.8.1.2, 7.8.2.1 g)."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.results.models import JobLine, Reading, StandingDecision, TestJob
from lab_app.samples.models import FirmwareChange, RequestItem, Sample
from lab_app.samples.queries.item_file import asking_revisions

FIRMWARE, FILE = "firmware", "file"


@dataclass(frozen=True)
class Change:
    """A change of an item at a moment: of its firmware (one sample), or of what its file describes (every sample of the kind)."""

    kind: str
    id: int
    at: datetime
    what: str
    reason: str
    by: str = ""
    firmware: str = ""

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.kind}-{self.id}"


@dataclass(frozen=True)
class Question:
    """One result measured before a change; `decision` None while nobody answered."""

    change: Change
    line: JobLine
    reading: Reading
    decision: StandingDecision | None = None


def _firmware(samples: Iterable[Sample]) -> dict[int, list[Change]]:
    """Sample id → changes of its firmware; no statement where the samples brought them along."""
    asked = list(samples)
    if all("firmware_changes" not in inspect(s).unloaded for s in asked):
        rows = [row for s in asked for row in s.firmware_changes]
    else:
        rows = list(db.session.scalars(
            select(FirmwareChange).where(FirmwareChange.sample_id.in_([s.id for s in asked]))
            .order_by(FirmwareChange.changed_at, FirmwareChange.id)))
    out: dict[int, list[Change]] = {}
    for row in rows:
        out.setdefault(row.sample_id, []).append(Change(
            FIRMWARE, row.id, row.changed_at, gettext("Firmware %(version)s", version=row.firmware), row.reason, row.by, row.firmware))
    return out


def _file(items: Iterable[RequestItem]) -> dict[int, list[Change]]:
    """Item id → changes of the item that its file tells; no statement where no file was ever changed."""
    out: dict[int, list[Change]] = {}
    rewritten = {item.id for item in items if item.file_revision > 1}
    for row in asking_revisions(rewritten) if rewritten else ():
        out.setdefault(row.item_id, []).append(Change(
            FILE, row.id, row.changed_at, gettext("Hồ sơ mẫu, lần sửa %(n)s", n=row.number), row.reason))
    return out


def changes_of(sample: Sample) -> list[Change]:
    """Every change of a sample that asks what stands, oldest first; two statements."""
    found = [*_firmware([sample]).get(sample.id, []), *_file([sample.item]).get(sample.item_id, [])]
    return sorted(found, key=lambda c: (c.at, c.kind, c.id))


def questions(lines: Sequence[JobLine]) -> list[Question]:
    """What each change asks of these lines, which are all lines of their jobs with their readings. At most three statements.

    A line that was tested again is not asked: its newest result is. A reading already taken under the firmware of the change is not.
    """
    retested = {line.retest_of_id for line in lines if line.retest_of_id}
    standing = [x for x in lines if x.id not in retested and x.status != "cancelled" and x.readings]
    if not standing:
        return []
    samples = {line.job.sample.id: line.job.sample for line in standing}
    firmware, file = _firmware(samples.values()), _file([s.item for s in samples.values()])
    asked = []
    for line in standing:
        sample, reading = line.job.sample, line.readings[-1]
        for change in (*firmware.get(sample.id, ()), *file.get(sample.item_id, ())):
            if reading.measured_at < change.at and not (change.kind == FIRMWARE and reading.firmware == change.firmware):
                asked.append((change, line, reading))
    made = _decisions([line.id for _change, line, _reading in asked]) if asked else {}
    return [Question(c, x, r, made.get((c.kind, c.id, r.id))) for c, x, r in asked]


def _decisions(line_ids: Iterable[int]) -> dict[tuple[str, int, int], StandingDecision]:
    """(kind, change, reading) → the newest decision."""
    out: dict[tuple[str, int, int], StandingDecision] = {}
    for row in db.session.scalars(
        select(StandingDecision).where(StandingDecision.line_id.in_(list(line_ids)))
        .options(joinedload(StandingDecision.decided_by).lazyload(Person.roles)).order_by(StandingDecision.id)
    ):
        kind, ident = (FIRMWARE, row.firmware_change_id) if row.firmware_change_id is not None else (FILE, row.file_revision_id)
        out[kind, ident or 0, row.reading_id] = row
    return out


def unanswered(lines: Sequence[JobLine]) -> list[Question]:
    """Questions that nobody answered: they hold the report back."""
    return [q for q in questions(lines) if q.decision is None]


def lines_of_sample(sample_id: int) -> list[JobLine]:
    """Every live line of a sample's jobs with its readings, in the order of the bench; a constant number of statements."""
    return list(db.session.scalars(
        select(JobLine).join(TestJob, JobLine.job_id == TestJob.id)
        .where(TestJob.sample_id == sample_id, JobLine.status != "cancelled")
        .options(joinedload(JobLine.job).joinedload(TestJob.sample).joinedload(Sample.item),
                 selectinload(JobLine.readings).joinedload(Reading.person).lazyload(Person.roles))
        .order_by(JobLine.job_id, JobLine.position, JobLine.id)).unique())


def decisions_of(line_ids: Iterable[int]) -> dict[int, list[StandingDecision]]:
    """Line id → what was decided about its readings after changes, oldest first; for pages and the paper; one statement."""
    out: dict[int, list[StandingDecision]] = {}
    for row in db.session.scalars(
        select(StandingDecision).where(StandingDecision.line_id.in_(list(line_ids)))
        .options(joinedload(StandingDecision.decided_by).lazyload(Person.roles), joinedload(StandingDecision.firmware_change),
                 joinedload(StandingDecision.file_revision)).order_by(StandingDecision.id)
    ):
        out.setdefault(row.line_id, []).append(row)
    return out
