"""Which verdict stands: the one a second person confirmed in place of the computed one, else the computed one (7.8.6.1)."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.results.models import OverrideAnswer, Reading, VerdictOverride
from lab_app.results.models.overrides import CONFIRMED


@dataclass(frozen=True)
class StandingOverride:
    """A confirmed override as papers and pages show it: both verdicts, both names, why, when."""

    reading_id: int
    line_id: int
    computed: str
    verdict: str
    reason: str
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str
    confirmed_at: datetime


def standing_overrides(reading_ids: Iterable[int]) -> dict[int, StandingOverride]:
    """Reading id → its confirmed override; readings without one are left out. One statement."""
    wanted = list(reading_ids)
    if not wanted:
        return {}
    author, second = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(VerdictOverride, author.full_name, second.full_name, OverrideAnswer.recorded_at)
        .join(OverrideAnswer, OverrideAnswer.override_id == VerdictOverride.id)
        .join(author, author.id == VerdictOverride.proposed_by_id).join(second, second.id == OverrideAnswer.by_id)
        .where(VerdictOverride.reading_id.in_(wanted), OverrideAnswer.answer == CONFIRMED).order_by(OverrideAnswer.id))
    return {
        row.reading_id: StandingOverride(row.reading_id, row.line_id, row.computed, row.verdict, row.reason, by, row.recorded_at, to, at)
        for row, by, to, at in rows  # a later confirmation replaces an earlier one
    }


def standing_verdict(reading: Reading) -> str:
    """The verdict that counts of a reading."""
    found = standing_overrides([reading.id]).get(reading.id)
    return found.verdict if found is not None else reading.verdict


def standing_verdicts(reading_ids: Iterable[int]) -> dict[int, str]:
    """Reading id → the verdict that counts, of every reading asked for; two statements."""
    wanted = list(reading_ids)
    if not wanted:
        return {}
    found = {ident: verdict for ident, verdict in db.session.execute(
        select(Reading.id, Reading.verdict).where(Reading.id.in_(wanted)))}
    return found | {ident: one.verdict for ident, one in standing_overrides(wanted).items()}


def overrides_of(line_ids: Sequence[int]) -> list[VerdictOverride]:
    """Every proposal on some lines with its answer and people, newest first; one statement."""
    if not line_ids:
        return []
    return list(db.session.scalars(
        select(VerdictOverride).outerjoin(VerdictOverride.answer).where(VerdictOverride.line_id.in_(list(line_ids)))
        .options(joinedload(VerdictOverride.proposed_by), contains_eager(VerdictOverride.answer).joinedload(OverrideAnswer.by))
        .order_by(VerdictOverride.id.desc())))


def waiting_readings(reading_ids: Iterable[int]) -> set[int]:
    """Of some readings those with a proposal that nobody has answered; one statement."""
    return set(db.session.scalars(
        select(VerdictOverride.reading_id).outerjoin(VerdictOverride.answer)
        .where(VerdictOverride.reading_id.in_(list(reading_ids)), OverrideAnswer.id.is_(None))))


def open_override(reading_id: int) -> VerdictOverride | None:
    """The proposal on a reading that nobody has answered."""
    return db.session.scalar(
        select(VerdictOverride).outerjoin(VerdictOverride.answer)
        .where(VerdictOverride.reading_id == reading_id, OverrideAnswer.id.is_(None)).order_by(VerdictOverride.id.desc()).limit(1))


def open_overrides(limit: int = 50) -> list[VerdictOverride]:
    """Proposals that wait for a second person, oldest first."""
    return list(db.session.scalars(
        select(VerdictOverride).outerjoin(VerdictOverride.answer).where(OverrideAnswer.id.is_(None))
        .options(joinedload(VerdictOverride.proposed_by), joinedload(VerdictOverride.line)).order_by(VerdictOverride.id).limit(limit)))


def by_id(ident: int) -> VerdictOverride | None:
    """One proposal with its line, reading and answer."""
    return db.session.get(VerdictOverride, ident)
