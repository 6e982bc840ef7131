"""Standing holds as the gate sees them, for acts of the rooms further up."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lab_app.core import clock
from lab_app.core.asked import asked
from lab_app.quality.holds.models import Hold
from lab_app.quality.holds.queries import Subject, about, stands_at
from lab_app.quality.holds.workflow import HeldFact, HoldFacts


def fact_of(hold: Hold) -> HeldFact:
    """A hold as the gate sees it."""
    return HeldFact(hold.code, hold.subject_kind, hold.subject_code, hold.reason, hold.nonconformity.code)


def held(subjects: Iterable[Subject], *moments: datetime) -> tuple[HeldFact, ...]:
    """The holds that stand on one of these now or stood at one of these moments (of a measurement): frozen is frozen, whenever a person
    says that it was done. One statement; within a batch, one for the same subjects."""
    at = (clock.now(), *moments)
    return tuple(fact_of(hold) for hold in asked(about, tuple(sorted(set(subjects)))) if any(stands_at(hold, m) for m in at))


def hold_facts(subjects: Iterable[Subject]) -> HoldFacts:
    """The holds alone that stand now, for gate *not-held*."""
    return HoldFacts(held(subjects))
