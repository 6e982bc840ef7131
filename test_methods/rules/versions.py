"""Pure rules of the room: which version was in force as known when, environment of a line, what a parameter may be."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class VersionFact:
    """When a version was approved, from and until when it is in force, and when its end became known; its stored state, and from
    when it is out of use."""

    id: int
    number: int
    approved_at: datetime | None
    effective_from: date | None
    effective_to: date | None = None
    ended_recorded_at: datetime | None = None
    status: str = "draft"
    retired_from: date | None = None
    retired_recorded_at: datetime | None = None


def in_force(versions: Iterable[VersionFact], on: date, known_at: datetime) -> VersionFact | None:
    """The version in force on a day as known at a moment (7.2.1.3): approved by then, begun by the day, its end not known.

    Of several the one that began last: a successor approved later does not change what was in force as known before.
    """
    standing = [
        v for v in versions
        if v.approved_at is not None and v.approved_at <= known_at and v.effective_from is not None and v.effective_from <= on
        and not (v.effective_to is not None and v.effective_to <= on
                 and v.ended_recorded_at is not None and v.ended_recorded_at <= known_at)
    ]
    return max(standing, key=lambda v: (v.effective_from or date.min, v.number), default=None)


def retired(version: VersionFact, on: date, known_at: datetime) -> bool:
    """Whether a version was out of use on a day, as known at a moment: then no justification lets it be used."""
    return (version.retired_from is not None and version.retired_from <= on
            and version.retired_recorded_at is not None and version.retired_recorded_at <= known_at)


def standing(version: VersionFact, on: date, current: VersionFact | None, known_at: datetime | None = None) -> str:
    """One word for a version on a day: draft, verified, validated, approved (to come), in_force, superseded, retired."""
    if version.approved_at is None or version.effective_from is None:
        return version.status
    if current is not None and current.id == version.id:
        return "in_force"
    if known_at is not None and retired(version, on, known_at):
        return "retired"
    return "approved" if version.effective_from > on else "superseded"
