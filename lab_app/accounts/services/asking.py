"""What is asked of people is brought before them every day: what is new, what is due soon, what is late, and to whom it goes further.

An ask is named once when it is new, again three days before its day, on the first day it is late and every week from then on. Late by a
week, it goes to those who keep the quality records as well; late by three, to the laboratory's head. One portion of asks, its notices
and its letters are one transaction: a worker that is killed leaves nothing half-said, and the next run says nothing twice.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import selectinload

from lab_app.accounts.models import Person
from lab_app.core import clock, jobs, mail, notices, schedule
from lab_app.core.db import db
from lab_app.core.i18n import show_date, speaking
from lab_app.core.inbox import Ask
from lab_app.core.notices import N_
from lab_app.core.permissions import P

SOON, AGAIN = timedelta(days=3), timedelta(days=7)
#: How late an ask is before others are told, and by which right they are known.
ESCALATIONS = ((timedelta(days=7), P.QUALITY_WRITE), (timedelta(days=21), P.REPORT_ISSUE))
#: Asks looked at in one transaction; notices to one person in one portion, before the rest is told as one.
PORTION, EACH = 500, 20
MORE = N_("Còn %(n)s việc khác đang chờ bạn; xem danh sách.")
ESCALATED = N_("Quá hạn từ ngày %(on)s, chưa ai làm: %(what)s")


@dataclass(frozen=True)
class Said:
    """One thing said to one person: `stage` is new, soon, late or escalated."""

    ask: Ask
    stage: str
    person: Person

    @property
    def words(self) -> str:
        """In the language that is being spoken."""
        said = notices.says(self.ask.message, self.ask.values)
        if self.stage == "escalated" and self.ask.due_on is not None:
            return gettext(ESCALATED) % {"on": show_date(self.ask.due_on), "what": said}
        return said


def stage(row: Ask, today: date) -> str:
    """What there is to say of an ask to whom it was put; empty when it was said and nothing has changed since."""
    if row.reminded_on is None:
        return "new"
    if row.due_on is None or row.reminded_on >= today:
        return ""
    if today > row.due_on:
        return "late" if row.reminded_on <= row.due_on or today - row.reminded_on >= AGAIN else ""
    return "soon" if today >= row.due_on - SOON > row.reminded_on else ""


def level(row: Ask, today: date) -> int:
    """How far an ask has gone up by a day: 0, 1 or 2."""
    late = today - row.due_on if row.due_on is not None else timedelta(0)
    return sum(late >= after for after, _right in ESCALATIONS)


def _portion(after: int, today: date) -> list[Ask]:
    due = and_(Ask.due_on <= today + SOON, Ask.reminded_on < today)
    query = select(Ask).where(Ask.settled_at.is_(None), Ask.id > after, or_(Ask.reminded_on.is_(None), due))
    return list(db.session.scalars(query.order_by(Ask.id).limit(PORTION)))


def _addressed(row: Ask, people: list[Person]) -> list[Person]:
    if row.person_id is not None:
        return [p for p in people if p.id == row.person_id]
    return [p for p in people if row.permission and p.can(row.permission) and p.id != row.not_person_id]


def _said(rows: list[Ask], people: list[Person], today: date) -> Iterator[Said]:
    for row in rows:
        now = stage(row, today)
        asked = _addressed(row, people)
        if now:
            row.reminded_on = today
            yield from (Said(row, now, person) for person in asked)
        reached = level(row, today)
        if reached > row.escalated:
            row.escalated = reached
            right, known = ESCALATIONS[reached - 1][1], {p.id for p in asked}
            yield from (Said(row, "escalated", p) for p in people if p.can(right) and p.id not in known)


def _tell(person: Person, words: list[Said], today: date, number: int) -> None:
    """Notices for a person, one each while they are few, and one letter a portion."""
    for one in words[:EACH]:
        key = f"ask:{one.ask.id}:{one.stage}:{today}:{person.id}"
        if one.stage == "escalated":
            with speaking(person.language):
                what = notices.says(one.ask.message, one.ask.values)
            notices.give(person.id, key, "escalated", ESCALATED, {"on": notices.day(one.ask.due_on or today), "what": what}, one.ask.link)
        else:
            notices.give(person.id, key, one.stage, one.ask.message, one.ask.values, one.ask.link)
    if len(words) > EACH:
        notices.give(person.id, f"ask:more:{today}:{number}:{person.id}", "more", MORE, {"n": len(words) - EACH}, "/inbox")
    if not mail.configured():
        return
    with speaking(person.language):
        heads = {"new": gettext("Mới"), "soon": gettext("Sắp đến hạn"), "late": gettext("Quá hạn"), "escalated": gettext("Chuyển lên bạn")}
        lines = [gettext("Việc chờ bạn, ngày %(day)s", day=show_date(today))]
        for name, head in heads.items():
            these = [one for one in words if one.stage == name]
            lines += ["", head, *(f"- {one.words}" for one in these)] if these else []
        lines += ["", current_app.config["PUBLIC_URL"] + "/inbox"]
        mail.queue(person.email, gettext("%(n)s việc chờ bạn", n=len(words)), "\n".join(lines), f"asks:{today}:{number}:{person.id}")


def remind(today: date | None = None) -> int:
    """Say what is to be said on a day and was not said yet; answers how many things were. Own transactions."""
    today, count, number, after = today or clock.today(), 0, 0, 0
    while True:
        with jobs.transaction():
            people = list(db.session.scalars(select(Person).where(Person.active.is_(True)).options(selectinload(Person.roles))))
            rows = _portion(after, today)
            fresh: dict[int, list[Said]] = defaultdict(list)
            for one in _said(rows, people, today):
                fresh[one.person.id].append(one)
            for words in fresh.values():
                _tell(words[0].person, words, today, number)
                count += len(words)
            after, full = (rows[-1].id if rows else after), len(rows) == PORTION
        number += 1
        if not full:
            return count


@schedule.scheduled("asks", _l("Nhắc việc chờ từng người, chuyển lên khi quá hạn"), hour=6, minute=5)
def daily(_payload: dict[str, Any]) -> None:
    """The daily run."""
    remind()
