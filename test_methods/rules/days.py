"""Days on which a document or a rule counts: one reading of "hết hiệu lực từ" for all of them. Pure."""
from __future__ import annotations

from datetime import date


def in_force(first: date | None, end: date | None, on: date) -> bool:
    """Whether something counts on a day: from `first` on; `end` is the first day on which it no longer counts. An empty day is open."""
    return (first is None or first <= on) and (end is None or on < end)
