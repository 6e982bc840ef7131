"""Questions about undertakings, declared interests, pressure incidents and appointments."""
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from lab_app.accounts.interests import rules, shipped_text
from lab_app.accounts.interests.models import (
    Appointment,
    Interest,
    InterestDeclaration,
    PressureIncident,
    Undertaking,
    UndertakingText,
)
from lab_app.accounts.interests.workflow import Declared, EntranceFacts
from lab_app.accounts.models import Laboratory, Person
from lab_app.core import audit, clock
from lab_app.core.asked import asked
from lab_app.core.db import db
from lab_app.core.search import SearchEntry, fold

_WORD = re.compile(r"[0-9a-z]+")
#: A declared name shorter than this is compared whole: "ABC" is not found inside another name.
SHORTEST_PART = 4
#: Key of the laboratory's settings: whether an overdue declaration blocks assignment.
BLOCKS = "declaration_overdue"


# ---- undertakings ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """The text in force: edition 0 is the one that comes with the program."""

    edition: int
    vi: str
    en: str
    sha256: str
    since: datetime | None = None


def text_sha256(vi: str, en: str) -> str:
    """The hash that names a text, over both languages."""
    return audit.digest(audit.canonical({"vi": vi, "en": en}))


def current_text() -> Text:
    """The newest edition, or the one that comes with the program."""
    row = db.session.scalar(select(UndertakingText).order_by(UndertakingText.edition.desc()).limit(1))
    if row is None:
        return Text(0, shipped_text.VI, shipped_text.EN, text_sha256(shipped_text.VI, shipped_text.EN))
    return Text(row.edition, row.text_vi, row.text_en, row.sha256, row.recorded_at)


def texts() -> list[UndertakingText]:
    """The laboratory's own editions, newest first."""
    return list(db.session.scalars(select(UndertakingText).order_by(UndertakingText.edition.desc())))


def entrance_facts(person: Person) -> EntranceFacts:
    """What gate *undertaking-filed* looks at: on the person's own row, so that no page pays a statement for it."""
    return EntranceFacts(person.full_name, person.code, person.undertaking_on, person.undertaking_until, clock.today())


def undertakings_of(person_id: int) -> list[Undertaking]:
    """What a person gave, newest first."""
    query = select(Undertaking).where(Undertaking.person_id == person_id).options(joinedload(Undertaking.filed_by))
    return list(db.session.scalars(query.order_by(Undertaking.id.desc())))


# ---- interests ---------------------------------------------------------------------------------------------------


def party_key(name: str) -> str:
    """A name as it is compared: folded, words alone."""
    return " ".join(_WORD.findall(fold(name)))


def interests_of(person_id: int) -> list[Interest]:
    """Every interest ever declared of a person, newest first."""
    return list(db.session.scalars(select(Interest).where(Interest.person_id == person_id).order_by(Interest.id.desc())))


def stands(row: Interest, on: date, known_at: datetime) -> bool:
    """Whether an interest holds on a day, as known at a moment."""
    if row.recorded_at > known_at or row.since > on:
        return False
    ended = row.ended_on is not None and row.ended_recorded_at is not None and row.ended_recorded_at <= known_at
    return not (ended and row.ended_on is not None and row.ended_on <= on)


def standing_interests(person_id: int, on: date, known_at: datetime) -> list[Interest]:
    """A person's interests on a day, as known at a moment; one statement, in a batch asked once."""
    return [row for row in asked(interests_of, person_id) if stands(row, on, known_at)]


def concerns(row: Interest, codes: Iterable[str], keys: Iterable[str]) -> bool:
    """Whether an interest is in one of these parties: a customer's code, or a name that is or contains the declared one as words."""
    if row.party_code and row.party_code in set(codes):
        return True
    whole = len(row.party_key) < SHORTEST_PART
    return any(key == row.party_key or (not whole and f" {row.party_key} " in f" {key} ") for key in keys if key)


def declared_against(
    person_id: int, person: str, on: date, known_at: datetime, codes: Iterable[str], names: Iterable[str],
) -> tuple[Declared, ...]:
    """The person's interests in these parties (customers by code, anybody by name), for gate *no-declared-interest*."""
    rows = standing_interests(person_id, on, known_at)
    if not rows:
        return ()
    keys = [party_key(name) for name in names]
    codes = list(codes)
    return tuple(
        Declared(person, row.party_name, rules.NATURES.get(row.nature, row.nature), row.since) for row in rows
        if concerns(row, codes, keys))


def declared_among(
    people: Sequence[Person], on: date, known_at: datetime, codes: Iterable[str], names: Iterable[str],
) -> dict[int, tuple[Declared, ...]]:
    """The same for many people: person → interests, only those who have one; no statement where nobody ever declared any."""
    declared = [p.id for p in people if p.has_interests]
    rows = list(db.session.scalars(select(Interest).where(Interest.person_id.in_(declared)))) if declared else []
    keys, codes, by_id = [party_key(name) for name in names], list(codes), {p.id: p.full_name for p in people}
    found: dict[int, tuple[Declared, ...]] = {}
    for row in rows:
        if stands(row, on, known_at) and concerns(row, codes, keys):
            one = Declared(by_id[row.person_id], row.party_name, rules.NATURES.get(row.nature, row.nature), row.since)
            found[row.person_id] = (*found.get(row.person_id, ()), one)
    return found


def customer_named(words: str) -> tuple[str, str] | None:
    """(code, name) of the customer with this code or this very name, from the search index."""
    typed = words.strip()
    base = select(SearchEntry.code, SearchEntry.title).where(SearchEntry.kind == "customer")
    row = db.session.execute(base.where(SearchEntry.code == typed.upper())).first()
    row = row or db.session.execute(base.where(SearchEntry.title == typed).limit(1)).first()
    return (row.code, row.title) if row is not None else None


# ---- yearly declarations -----------------------------------------------------------------------------------------


def _last() -> Any:
    return (
        select(InterestDeclaration.person_id, func.max(InterestDeclaration.declared_on).label("declared_on"))
        .group_by(InterestDeclaration.person_id).subquery()
    )


def declarations(state: str, query: Select[Any] | None = None) -> Select[Any]:
    """People with an account who are `overdue`, `soon` or in time (`ok`) with their declaration; the same days as `rules`."""
    last, today = _last(), clock.today()
    query = (query if query is not None else select(Person)).where(Person.active.is_(True)).outerjoin(last, last.c.person_id == Person.id)
    day = last.c.declared_on

    def before(limit: date) -> Any:
        """Due before a day."""
        return or_(and_(day.is_not(None), day < limit - rules.CYCLE),
                   and_(day.is_(None), Person.undertaking_on < limit - rules.FIRST_WITHIN))

    if state == "overdue":
        return query.where(before(today))
    soon = today + rules.ASKED_BEFORE
    if state == "soon":
        return query.where(~func.coalesce(before(today), False), before(_next(soon)))
    return query.where(~func.coalesce(before(_next(soon)), False), or_(day.is_not(None), Person.undertaking_on.is_not(None)))


def _next(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


def last_declared(person_ids: Sequence[int]) -> dict[int, date]:
    """Person → day of the newest declaration; one statement."""
    last = _last()
    rows = db.session.execute(select(last.c.person_id, last.c.declared_on).where(last.c.person_id.in_(person_ids)))
    return {person_id: day for person_id, day in rows}


def standing_counts(person_ids: Sequence[int]) -> dict[int, int]:
    """Person → how many interests stand today; one statement."""
    today = clock.today()
    rows = db.session.execute(
        select(Interest.person_id, func.count()).where(
            Interest.person_id.in_(person_ids), Interest.since <= today, or_(Interest.ended_on.is_(None), Interest.ended_on > today)
        ).group_by(Interest.person_id))
    return {person_id: count for person_id, count in rows}


def declarations_of(person_id: int) -> list[InterestDeclaration]:
    """A person's declarations, newest first."""
    query = select(InterestDeclaration).where(InterestDeclaration.person_id == person_id)
    return list(db.session.scalars(query.order_by(InterestDeclaration.id.desc())))


def due_of(person: Person) -> date | None:
    """The day by which this person declares."""
    return rules.due_on(person.undertaking_on, last_declared([person.id]).get(person.id))


def overdue_blocks() -> bool:
    """Whether the laboratory decided that an overdue declaration blocks an assignment."""
    settings = db.session.scalar(select(Laboratory.settings).order_by(Laboratory.id).limit(1)) or {}
    return bool(settings.get(BLOCKS) == "blocks")


# ---- pressure, appointments ----------------------------------------------------------------------------------------


def incident_by_code(code: str) -> PressureIncident | None:
    """The pressure incident with this code."""
    return db.session.scalar(
        select(PressureIncident).where(PressureIncident.code == code)
        .options(joinedload(PressureIncident.reported_by), joinedload(PressureIncident.answered_by)))


def appointments(function: str | None = None) -> list[Appointment]:
    """Appointments, newest first; of one function when named."""
    query = select(Appointment).options(joinedload(Appointment.person)).order_by(Appointment.valid_from.desc(), Appointment.id.desc())
    return list(db.session.scalars(query.where(Appointment.function == function) if function else query))


def in_office(row: Appointment, on: date, known_at: datetime) -> bool:
    """Whether an appointment holds on a day, as known at a moment."""
    if row.recorded_at > known_at or row.valid_from > on or (row.valid_to is not None and row.valid_to < on):
        return False
    ended = row.ended_from is not None and row.ended_recorded_at is not None and row.ended_recorded_at <= known_at
    return not (ended and row.ended_from is not None and row.ended_from <= on)


def held_today() -> Select[Any]:
    """SQL: appointments that hold today, as known now."""
    today = clock.today()
    return select(Appointment).where(
        Appointment.valid_from <= today, or_(Appointment.valid_to.is_(None), Appointment.valid_to >= today),
        or_(Appointment.ended_from.is_(None), Appointment.ended_from > today))
