"""Excursions: found in what loggers and people read, asked about, judged (6.3.3, 7.10.1)."""
from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import audit, clock, events, inbox, notices, numbering, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.i18n import show_datetime, show_decimal
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality import services as quality
from lab_app.quality.environment import queries, rules, sensors
from lab_app.quality.environment.models import Channel, Excursion, RoomLimit
from lab_app.quality.environment.rules import Run
from lab_app.quality.environment.workflow import (
    ASSESSED,
    EXCURSION,
    LASTING,
    NONCONFORMING,
    OVER,
    AssessmentFacts,
)
from lab_app.quality.models import EnvironmentRecord, Nonconformity, Room

#: What a hand-written record holds of the quantities that rooms are limited in.
OF_RECORD = {"temperature": ("t_low", "t_high"), "humidity": ("rh_low", "rh_high")}
JUDGE_WITHIN = timedelta(days=3)
#: Quantities within a sentence.
NAMES = {
    "temperature": N_("nhiệt độ"), "humidity": N_("độ ẩm"), "pressure": N_("áp suất khí quyển"), "supply": N_("điện áp nguồn"),
    "rf": N_("trường RF xung quanh"),
}
EXCEEDED = N_("%(room)s: %(quantity)s ngoài giới hạn từ %(at)s; đánh giá kết quả làm trong thời gian đó")
ASSESS = N_("Đánh giá")


def look(actor: Actor, channel: Channel, first: int, last: int) -> list[Excursion]:
    """Look for excursions around new readings of a channel between two seconds, inside the caller's transaction; answers those that
    were opened or changed.

    Readings may come late and in any order and leave the same excursions as in order: the stretch looked at reaches over every known
    excursion that it touches to the readings beside it; a late reading may lengthen one, join two, or part one.
    """
    limits = queries.limits_of(channel.room_id, channel.quantity)
    if not limits:
        return []
    before, _ = queries.neighbours(channel.id, first - 1)
    _, after = queries.neighbours(channel.id, last)
    begins, ends = before[0] if before else first, after[0] if after else last
    known = queries.touching(channel.id, rules.moment_of(begins), rules.moment_of(ends))
    core = begins, ends
    if known and after is not None:  # what is only appended cannot part anything: the whole is read again where something is later
        begins = min(begins, *(rules.seconds_of(k.began_at) for k in known))
        ends = max(ends, *(rules.seconds_of(k.last_outside_at) for k in known))
        core = begins, ends
        left, _ = queries.neighbours(channel.id, begins - 1)
        _, right = queries.neighbours(channel.id, ends)
        begins, ends = left[0] if left else begins, right[0] if right else ends

    def is_outside(at: int, steps: int) -> bool:
        return rules.outside(rules.limit_at(limits, rules.moment_of(at)), rules.value_of(steps, channel.decimals))

    runs = rules.runs(queries.readings(channel.id, begins, ends), is_outside)
    changed = []
    for run in runs:
        if run.last < core[0] or run.first > core[1]:
            continue  # the reading beside the stretch is only looked at to see where a run ends
        limit = rules.limit_at(limits, rules.moment_of(run.first))
        mine = [k for k in known if rules.seconds_of(k.began_at) <= run.last and rules.seconds_of(k.last_outside_at) >= run.first]
        if limit is not None:
            changed.append(_note(actor, channel, limit, run, mine, whole=after is not None))
        known = [k for k in known if k not in mine]  # the first part of one that parts keeps its number, the others get their own
    return changed


def _note(actor: Actor, channel: Channel, limit: RoomLimit, run: Run, known: list[Excursion], *, whole: bool) -> Excursion:
    """The excursion of a run: the first of those that it touches, the others joined to it, or a new one. `whole`: the run is all there
    is of it; else it goes on from what is known."""
    begins, ends = rules.moment_of(run.first), rules.moment_of(run.last)
    low, high = (rules.value_of(steps, channel.decimals) for steps in (run.low, run.high))
    good_before = rules.moment_of(run.before) if run.before is not None else None
    good_after = rules.moment_of(run.after) if run.after is not None else channel.ended_at
    if not known:
        return open_excursion(
            actor, channel.room, channel.quantity, limit, channel_id=channel.id, began_at=begins, last_outside_at=ends,
            last_good_at=good_before, ended_at=good_after, lowest=low, highest=high)
    row = known[0]
    for other in known[1:]:
        EXCURSION.move(other, "merge")
        other.merged_into_id = row.id
        inbox.settle_under(f"environment-excursion/{other.id}/")
    wider = begins < row.began_at or ends > row.last_outside_at
    if whole:
        row.last_good_at, row.began_at, row.last_outside_at = good_before, begins, ends
        row.lowest, row.highest, row.ended_at = low, high, good_after
    else:
        row.last_outside_at, row.ended_at = max(ends, row.last_outside_at), good_after
        row.lowest, row.highest = min(low, row.lowest), max(high, row.highest)
    _settle_state(row, wider)
    db.session.flush()
    _ask(row)
    return row


def _settle_state(row: Excursion, wider: bool) -> None:
    """Lasting, over, or judged; what was judged is judged again when later readings show that it was longer."""
    if row.ended_at is None and row.status != LASTING:
        EXCURSION.move(row, "last")
    elif row.ended_at is not None and row.status == LASTING:
        EXCURSION.move(row, "end")
    elif row.status == ASSESSED and wider:
        EXCURSION.move(row, "widen")


def end_with(channel: Channel) -> None:
    """A channel that ended says no more: what it still showed outside lasts until then, and waits for its judgement. Whatever watches
    the room next finds its own."""
    for row in db.session.scalars(select(Excursion).where(Excursion.channel_id == channel.id, Excursion.status == LASTING)):
        EXCURSION.move(row, "end")
        row.ended_at = channel.ended_at
    db.session.flush()


def open_excursion(
    actor: Actor, room: Room, quantity: str, limit: RoomLimit, *, began_at: datetime, last_outside_at: datetime, lowest: Decimal,
    highest: Decimal, last_good_at: datetime | None = None, ended_at: datetime | None = None, channel_id: int | None = None,
    environment_id: int | None = None,
) -> Excursion:
    """Open an excursion, ask for its judgement and tell the house. Part of the use case that found it."""
    year = clock.local(began_at).year
    row = Excursion(
        code=numbering.yearly("VGH", year, 3), room_id=room.id, quantity=quantity, channel_id=channel_id, environment_id=environment_id,
        limit_id=limit.id, last_good_at=last_good_at, began_at=began_at, last_outside_at=last_outside_at, ended_at=ended_at,
        lowest=lowest, highest=highest, status=LASTING if ended_at is None else OVER,
    )
    db.session.add(row)
    db.session.flush()
    search.put("environment-excursion", row.id, row.code, room.name_vi, room.code)
    _ask(row)
    events.environment_excursion.send("environment", excursion=row, actor=actor)
    return row


def _ask(row: Excursion) -> None:
    """Ask whoever answers for quality to judge it."""
    if row.status not in (LASTING, OVER):
        return
    inbox.ask(
        f"environment-excursion/{row.id}/assess", "environment-excursion", EXCEEDED,
        {"room": row.room.name_vi, "quantity": notices.words(NAMES[row.quantity]), "at": show_datetime(row.began_at)},
        permission=P.QUALITY_WRITE, code=row.code, link=f"/quality/environment/excursions/{row.code}", button=ASSESS,
        due_on=clock.local(row.recorded_at).date() + JUDGE_WITHIN)


def judge_record(actor: Actor, record: EnvironmentRecord) -> list[Excursion]:
    """A record made by hand that shows a room outside its limits is an excursion as well; one for each quantity."""
    found = []
    for quantity, names in OF_RECORD.items():
        values = [v for v in (getattr(record, name) for name in names) if v is not None]
        limit = rules.limit_at(queries.limits_of(record.room_id, quantity), record.from_at) if values else None
        if limit is not None and any(rules.outside(limit, v) for v in values):
            found.append(open_excursion(
                actor, record.room, quantity, limit, environment_id=record.id, began_at=record.from_at, last_outside_at=record.to_at,
                last_good_at=record.from_at, ended_at=record.to_at, lowest=min(values), highest=max(values)))
    return found


def assessment_facts(row: Excursion, decision: str = "", words: str = "") -> AssessmentFacts:
    """What gate *excursion-answered* looks at."""
    return AssessmentFacts(row.code, row.ended_at is None, decision, words, results_touched(row))


def results_touched(row: Excursion) -> int | None:
    """How many results were made in the room while it was in doubt."""
    return sensors.results_within(row.room_id, row.doubtful_from, row.ended_at or clock.now())


def assess_excursion(actor: Actor, row: Excursion, *, decision: str, words: str) -> Excursion:
    """A person decides what an excursion means for the results made meanwhile (6.3.3, 7.10.1); *nonconforming* opens nonconforming work
    about the room. Refused by gate *excursion-answered* while it lasts or without a reason."""
    authorize(actor, P.QUALITY_WRITE)
    facts = assessment_facts(row, decision, words)
    with audit.reason(words.strip()):
        EXCURSION.move(row, "assess", facts)
        row.decision, row.assessment, row.results_touched = decision, words.strip(), facts.results
        row.assessed_by_id, row.assessed_at = actor.id, clock.now()
        if decision == NONCONFORMING and row.nonconformity_id is None:
            row.nonconformity_id = _open_work(actor, row).id
        db.session.flush()
    inbox.settle_under(f"environment-excursion/{row.id}/")
    return row


def _open_work(actor: Actor, row: Excursion) -> Nonconformity:
    known = rules.QUANTITIES[row.quantity]
    return quality.open_nonconformity(
        actor, source="environment", subject_kind="room", subject_id=row.room_id, subject_code=row.room.code,
        title=gettext("%(room)s: %(quantity)s ngoài giới hạn (%(code)s)", room=row.room.name_vi, quantity=gettext(NAMES[row.quantity]),
                      code=row.code),
        description=gettext(
            "Từ %(from)s đến %(to)s đọc được %(low)s đến %(high)s %(unit)s; %(n)s kết quả làm trong thời gian đó. %(words)s",
            **{"from": show_datetime(row.began_at), "to": show_datetime(row.ended_at), "low": show_decimal(row.lowest),
               "high": show_decimal(row.highest), "unit": known.unit, "n": row.results_touched or 0, "words": row.assessment}),
        found_on=clock.today())
