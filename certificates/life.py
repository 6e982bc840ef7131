"""The life of a paper, as pure rules: four dates, whether it may end, where it stood on a day.

A change of status counts from the moment it is recorded and the register only appends, so the two axes of time meet: what was true
on a day and what was known on that day are one answer. Only the dates printed on the paper (in force from, to the end of) act by
themselves, and they never change.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext

from certificates import workflow
from certificates.papers import CALIBRATION, TEST
from lab_app.core import clock
from lab_app.core.gates import Stop, gate
from lab_app.metrology.periods import add_months

#: How long a paper of a kind may be in force at most, in months; 0: a paper of this kind never has an end.
LONGEST: dict[str, int] = {TEST: 60, CALIBRATION: 0}

#: Where a paper stood before it was in the register, and before the day from which it is in force.
ABSENT, COMING = "absent", "coming"


@dataclass(frozen=True)
class Dates:
    """The four dates of a paper: decided, borne by the paper, in force from, to the end of (none: no end)."""

    decided_on: date
    issued_on: date
    valid_from: date
    expires_on: date | None = None


@dataclass(frozen=True)
class ValidityFacts:
    """What the gate asks before a paper with these dates is issued: its kind (`test`, `calibration`)."""

    kind: str
    dates: Dates


@gate("validity-within-kind", ["7.8.4.3", "7.8.2.1"], workflow.VALIDITY_TITLE)
def validity_within_kind(facts: ValidityFacts) -> Stop | None:
    """The dates follow each other; a calibration certificate states no end (that would be a recommended interval); others within bounds."""
    found, longest = facts.dates, LONGEST[facts.kind]
    who = gettext("người ký duyệt")
    if found.expires_on is not None and not longest:
        return Stop(
            says=gettext("Giấy chứng nhận hiệu chuẩn không ghi ngày hết hiệu lực: như vậy là khuyến nghị chu kỳ hiệu chuẩn."),
            do=gettext("Bỏ ngày hết hiệu lực. Khách hàng tự quyết định chu kỳ hiệu chuẩn."), who=who)
    if not found.decided_on <= found.issued_on <= found.valid_from or (
            found.expires_on is not None and found.expires_on < found.valid_from):
        return Stop(
            says=gettext("Bốn ngày của phiếu phải theo thứ tự: quyết định, ban hành, có hiệu lực, hết hiệu lực."),
            do=gettext("Sửa các ngày cho đúng thứ tự."), who=who)
    if found.expires_on is not None and found.expires_on > add_months(found.valid_from, longest):
        return Stop(
            says=gettext("Thời hạn hiệu lực dài quá %(n)s tháng mà loại phiếu này cho phép.", n=longest),
            do=gettext("Chọn ngày hết hiệu lực sớm hơn, hoặc để trống."), who=who)
    return None


def standing(status: str, valid_from: date, expires_on: date | None, on: date) -> str:
    """Where a paper with this status in the register stands on a day by its printed dates: `coming`, `expired`, or the status."""
    if status == workflow.VALID and on < valid_from:
        return COMING
    if status in (workflow.VALID, workflow.SUSPENDED) and expires_on is not None and on > expires_on:
        return workflow.EXPIRED
    return status


def standing_on(changes: Iterable[tuple[datetime, str]], valid_from: date, expires_on: date | None, on: date) -> str:
    """Where a paper stood at the end of a day, from the moves the register recorded (moment, status reached), the first one first."""
    reached = ABSENT
    for at, status in changes:
        if clock.local(at).date() <= on:
            reached = status
    return standing(reached, valid_from, expires_on, on)
