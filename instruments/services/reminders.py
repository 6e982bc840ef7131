"""Reminders of what is due: once for each person, due date and stage; sent by the daily run (6.4.7).

A stage is what the day says at the first look: *send_by* within the lead time, *due_soon* some days before, *overdue* from the due date
on, *escalated* to the quality managers when it stays overdue. Rows of `Reminder`, notices and the queued letter of one portion of
entries are written in one transaction: a worker that is killed leaves nothing half-said, and the next run says nothing twice.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from instruments import rules, workflow
from instruments.models import Cycle, DueEntry, Instrument, Reminder
from instruments.services.dues import refresh_many
from instruments.services.planning import PlanRules, plan_rules
from lab_app.accounts.models import Person
from lab_app.accounts.queries import active_people
from lab_app.core import audit, clock, jobs, mail, notices, schedule
from lab_app.core.access import SystemActor
from lab_app.core.db import db
from lab_app.core.i18n import pick, show_date, speaking
from lab_app.core.notices import N_

WORKER = SystemActor("flask jobs work")
#: Entries looked at in one transaction; notices to one person in one portion, before the rest is told as one.
PORTION, EACH = 500, 20
MESSAGES = {
    "send_by": N_("%(code)s %(name)s: cần gửi đi hoặc bắt đầu %(what)s; đến hạn ngày %(on)s."),
    "due_soon": N_("%(code)s %(name)s: sắp đến hạn %(what)s, ngày %(on)s."),
    "overdue": N_("%(code)s %(name)s: đã quá hạn %(what)s từ ngày %(on)s, không được dùng."),
    "overdue_plain": N_("%(code)s %(name)s: đã quá hạn %(what)s từ ngày %(on)s."),
    "escalated": N_("%(code)s %(name)s: quá hạn %(what)s từ ngày %(on)s, vẫn chưa làm."),
}
MORE = N_("Còn %(n)s mục khác đến hạn hoặc quá hạn; xem kế hoạch thiết bị.")
#: States in which nobody has to be told: it is away already, or nobody may use it anyway.
QUIET = (workflow.RETIRED.code, workflow.OUT_OF_SERVICE.code, workflow.IN_CALIBRATION.code, workflow.REGISTERED.code)


def stages(entry: DueEntry, today: date, wanted: PlanRules) -> list[str]:
    """What there is to say about an entry on a day: the latest stage it has reached, and the escalation beside it."""
    if today >= entry.due_on:
        late = (today - entry.due_on).days >= wanted.escalate_days
        return ["overdue", "escalated"] if late else ["overdue"]
    if today >= entry.due_on - timedelta(days=wanted.soon_days):
        return ["due_soon"]
    return ["send_by"] if today >= entry.send_by else []


@dataclass(frozen=True)
class Word:
    """One thing to be said to one person."""

    entry: DueEntry
    stage: str
    person: Person

    @property
    def key(self) -> tuple[int, str, date, str, int]:
        """By this it is said once."""
        return self.entry.instrument_id, self.entry.kind, self.entry.due_on, self.stage, self.person.id

    @property
    def message(self) -> str:
        """What is said: overdue where it stops no use says so in milder words."""
        return MESSAGES["overdue_plain" if self.stage == "overdue" and not self.entry.blocks else self.stage]

    def values(self) -> dict[str, Any]:
        """Values of its message."""
        instrument = self.entry.instrument
        return {
            "code": instrument.code, "name": pick(instrument.name_vi, instrument.name_en),
            "what": notices.words(_plain(self.entry.kind)), "on": notices.day(self.entry.due_on),
        }


@lru_cache(maxsize=16)
def _plain(kind: str) -> str:
    """The cycle's name as the catalogue knows it."""
    with speaking("vi"):
        return str(rules.CYCLES[kind])


def _words(entries: Iterable[DueEntry], managers: Sequence[Person], today: date, wanted: PlanRules) -> Iterator[Word]:
    for entry in entries:
        responsible = entry.responsible
        owners = [responsible] if responsible is not None and responsible.active else list(managers)
        for stage in stages(entry, today, wanted):
            for person in managers if stage == "escalated" else owners:
                yield Word(entry, stage, person)


def _portion(after: tuple[date, int] | None, today: date, wanted: PlanRules) -> list[DueEntry]:
    reach = today + timedelta(days=wanted.soon_days)
    query = (
        select(DueEntry).join(DueEntry.instrument)
        .where(or_(DueEntry.send_by <= today, DueEntry.due_on <= reach), Instrument.state.not_in(QUIET))
        .options(joinedload(DueEntry.instrument), joinedload(DueEntry.responsible).lazyload(Person.roles))
        .order_by(DueEntry.due_on, DueEntry.id).limit(PORTION)
    )
    if after is not None:
        day, ident = after
        query = query.where(DueEntry.due_on >= day, or_(DueEntry.due_on > day, DueEntry.id > ident))
    return list(db.session.scalars(query))


def _said(entries: Sequence[DueEntry]) -> set[tuple[int, str, date, str, int]]:
    rows = db.session.execute(
        select(Reminder.instrument_id, Reminder.kind, Reminder.due_on, Reminder.stage, Reminder.person_id)
        .where(Reminder.instrument_id.in_([e.instrument_id for e in entries])))
    return {(instrument_id, kind, due_on, stage, person_id) for instrument_id, kind, due_on, stage, person_id in rows}


def _say(person: Person, words: Sequence[Word], today: date, number: int) -> None:
    """Notices for a person, one each while they are few, and one letter."""
    for word in words[:EACH]:
        notices.give(
            person.id, "due:" + ":".join(str(part) for part in word.key), word.stage, word.message, word.values(),
            f"/instruments/{word.entry.instrument.code}/plan")
    if len(words) > EACH:
        notices.give(person.id, f"due:more:{today}:{number}:{person.id}", "more", MORE, {"n": len(words) - EACH}, "/instruments/plan")
    if not mail.configured():
        return
    with speaking(person.language):
        lines = [notices.says(w.message, w.values()) for w in words]
        address = current_app.config["PUBLIC_URL"] + "/instruments/plan"
        head = gettext("Kế hoạch thiết bị, ngày %(day)s", day=show_date(today))
        body = "\n".join([head, "", *(f"- {line}" for line in lines), "", address])
        mail.queue(person.email, gettext("%(n)s việc của thiết bị đến hạn", n=len(words)), body, f"due:{today}:{number}:{person.id}")


def remind(today: date | None = None) -> int:
    """Say what is to be said on a day and was not said yet; answers how many reminders were written. Own transactions."""
    today = today or clock.today()
    count, number, after = 0, 0, None
    while True:
        with jobs.transaction():
            wanted, managers = plan_rules(), active_people("quality_manager")
            entries = _portion(after, today, wanted)
            said = _said(entries)
            fresh: dict[int, list[Word]] = defaultdict(list)
            for word in _words(entries, managers, today, wanted):
                if word.key not in said:
                    said.add(word.key)
                    fresh[word.person.id].append(word)
            for words in fresh.values():
                db.session.add_all(Reminder(
                    instrument_id=w.entry.instrument_id, kind=w.entry.kind, due_on=w.entry.due_on, stage=w.stage, person_id=w.person.id)
                    for w in words)
                _say(words[0].person, words, today, number)
                count += len(words)
            after = (entries[-1].due_on, entries[-1].id) if entries else None
        number += 1
        if len(entries) < PORTION:
            return count


def bring_up_to_date() -> int:
    """Write due entries anew where the day changed what they say: cycles that take effect, instruments that have none yet.

    Answers how many instruments were looked at; in portions, each its own transaction.
    """
    today, count, last = clock.today(), 0, 0
    planned = or_(Instrument.calibration_required.is_(True), Instrument.check_interval_days > 0, Instrument.expires_on.is_not(None))
    begins = exists().where(
        Cycle.instrument_id == Instrument.id, Cycle.effective_from <= today, Cycle.effective_from > today - timedelta(days=7))
    missing = planned & ~exists().where(DueEntry.instrument_id == Instrument.id)
    while True:
        with jobs.transaction():
            audit.acting(WORKER)
            rows = list(db.session.scalars(
                select(Instrument).where(Instrument.id > last, Instrument.state != workflow.RETIRED.code, or_(begins, missing))
                .order_by(Instrument.id).limit(PORTION)))
            refresh_many(rows)
            last = rows[-1].id if rows else last
        count += len(rows)
        if len(rows) < PORTION:
            return count


@schedule.scheduled("reminders", _l("Nhắc việc đến hạn của thiết bị"), hour=6)
def daily(_payload: dict[str, Any]) -> None:
    """The daily run: due entries as of today, then reminders."""
    bring_up_to_date()
    remind()
