"""What a measuring system was made of at a time, as known at a time."""
from __future__ import annotations

from datetime import datetime

from instruments.rules.facts import InstrumentFacts, MemberFact, RangeFact


def counts_at(part: MemberFact, at: datetime, known_at: datetime) -> bool:
    """Whether the part belonged to its system at `at`, by what was recorded by `known_at`: an end that became known later is not
    held against an earlier reading."""
    if part.from_at > at or part.recorded_at > known_at:
        return False
    ended = part.until_at is not None and part.until_recorded_at is not None and part.until_recorded_at <= known_at
    return not (ended and part.until_at is not None and part.until_at <= at)


def members_at(facts: InstrumentFacts, at: datetime, known_at: datetime) -> list[MemberFact]:
    """The parts of a measuring system at a moment, as known at a moment; empty for anything else."""
    return [part for part in facts.members if counts_at(part, at, known_at)]


def ranges_with_members(facts: InstrumentFacts, at: datetime, known_at: datetime) -> tuple[RangeFact, ...]:
    """What an instrument measures; a measuring system also what its parts measure, down to the last."""
    found = list(facts.ranges)
    for part in members_at(facts, at, known_at):
        found += ranges_with_members(part.facts, at, known_at)
    return tuple(found)
