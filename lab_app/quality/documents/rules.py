"""Pure decisions about versions on a day: in force or not, when the next review is due, what a reader confirms."""
from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Protocol

from lab_app.quality.documents.workflow import APPROVED, EFFECTIVE, OBSOLETE

#: A version that comes into force at once leaves its readers so many days.
READING_DAYS = 7
#: So long before a review is due its owner is asked.
REVIEW_NOTICE_DAYS = 30
#: A document is judged anew at least this often.
LONGEST_REVIEW_MONTHS = 60


class Dated(Protocol):
    """What is asked of a version."""

    @property
    def status(self) -> str: ...
    @property
    def approved_at(self) -> datetime | None: ...
    @property
    def effective_from(self) -> date | None: ...
    @property
    def obsolete_from(self) -> date | None: ...
    @property
    def obsolete_recorded_at(self) -> datetime | None: ...


def standing(version: Dated, on: date, known_at: datetime | None = None) -> str:
    """The state of a version on a day, as known at a moment (none: with all that is known now). What was approved or ended later
    than `known_at` had not happened yet then."""
    if version.status != APPROVED:
        return version.status
    if known_at is not None and (version.approved_at is None or version.approved_at > known_at):
        return "in_review"
    ended = version.obsolete_from
    if known_at is not None and version.obsolete_recorded_at is not None and version.obsolete_recorded_at > known_at:
        ended = None
    if ended is not None and ended <= on:
        return OBSOLETE
    if version.effective_from is not None and version.effective_from <= on:
        return EFFECTIVE
    return APPROVED


def add_months(day: date, months: int) -> date:
    """The same day `months` later, the month's last where that month is shorter."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise ValueError(f"{day} + {months} months")


def content_hash(code: str, file_sha256: str, statement_vi: str, statement_en: str) -> str:
    """SHA-256 (hexadecimal) over what a reader is given: the version's code, its file's hash, its words."""
    whole = json.dumps([code, file_sha256, statement_vi, statement_en], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()
