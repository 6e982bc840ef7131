"""Who had which rights on a day: roles and their bearers undone from the trail, authorisations by their two axes (4.1.1, 6.2.6)."""
from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lab_app.accounts.interests import rules
from lab_app.accounts.models import Authorisation, Person, Role
from lab_app.accounts.queries import monitoring_due
from lab_app.accounts.rules import standing
from lab_app.core import clock
from lab_app.core.audit import AuditEntry
from lab_app.core.db import db
from lab_app.core.i18n import pick

#: What lets a person work, of `accounts.rules.standing`.
LETS = ("in_force", "ending")
ANY = "*"


def end_of(day: date) -> datetime:
    """The last moment of a day, or now where the day is today or to come: what was known then."""
    return min(clock.at_local(day + timedelta(days=1)) - timedelta(seconds=1), clock.now()) if day < date.max else clock.now()


# ---- roles and people as they were -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bearer:
    """A role, or a person with what their roles gave them, on a day. `existed`: there was one yet; `active`: it was open."""

    key: str
    title: str
    granted: frozenset[str]
    roles: tuple[str, ...] = ()
    existed: bool = True
    active: bool = True
    person: Person | None = None


def _undone(kind: str, ids: Iterable[int], after: datetime, name: str, now: dict[int, Any]) -> tuple[dict[int, Any], set[int]]:
    """A field of these records as it was at a moment: what was changed since is undone, newest first. Answers also who did not exist."""
    values, unborn = dict(now), set()
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject_kind == kind, AuditEntry.subject_id.in_(list(ids)), AuditEntry.at > after)
        .order_by(AuditEntry.id.desc()))
    for entry in entries:
        if entry.action == "create":
            unborn.add(entry.subject_id)
        change = json.loads(entry.canonical)["changes"].get(name)
        if change is not None and entry.action != "create":
            values[entry.subject_id] = change[0]
    return values, unborn


def roles_at(moment: datetime) -> dict[str, Bearer]:
    """Every role by name with the rights it carried at a moment. Two statements."""
    found = list(db.session.scalars(select(Role).order_by(Role.id)))
    granted, unborn = _undone("role", [r.id for r in found], moment, "granted", {r.id: r.granted for r in found})
    return {r.name: Bearer(r.name, pick(r.title_vi, r.title_en), frozenset(granted[r.id] or ()), existed=r.id not in unborn) for r in found}


def people_at(people: Sequence[Person], moment: datetime, roles: dict[str, Bearer]) -> dict[int, Bearer]:
    """These people with their roles, and the rights those carried, at a moment. Two statements."""
    ids = [p.id for p in people]
    names, unborn = _undone("person", ids, moment, "role_names", {p.id: p.role_names for p in people})
    active, _ = _undone("person", ids, moment, "active", {p.id: p.active for p in people})
    out = {}
    for person in people:
        had = [roles[name] for name in names[person.id] or () if name in roles and roles[name].existed]
        exists, open_ = person.id not in unborn, bool(active[person.id])
        granted = frozenset().union(*(r.granted for r in had)) if exists and open_ else frozenset()
        out[person.id] = Bearer(person.code, person.full_name, granted, tuple(r.title for r in had), exists, open_, person)
    return out


# ---- authorisations as they were -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leave:
    """One authorisation on a day: how it stands as known now, and as was known then where that differs in letting a person work."""

    row: Authorisation
    now: str
    then: str

    @property
    def differs(self) -> bool:
        """Whether what was known then let, or did not let, where what is known now says the other."""
        return (self.now in LETS) != (self.then in LETS)

    def state(self, known: str) -> str:
        """As known `then` or `now`."""
        return self.then if known == "then" else self.now


def leaves_on(day: date, person_ids: Sequence[int], task: str = "") -> list[Leave]:
    """Authorisations of these people whose days hold the day, by person, method and task, on both axes. Three statements."""
    query = (
        select(Authorisation).where(
            Authorisation.person_id.in_(person_ids), Authorisation.valid_from <= day, Authorisation.valid_to >= day)
        .options(joinedload(Authorisation.authorised_by).lazyload(Person.roles))
        .order_by(Authorisation.person_id, Authorisation.method_code, Authorisation.task, Authorisation.id)
    )
    rows = list(db.session.scalars(query.where(Authorisation.task == task) if task else query))
    now, then = clock.now(), end_of(day)
    due_now, due_then = monitoring_due(rows, day, now), monitoring_due(rows, day, then)
    found = [Leave(r, standing(r, day, now, due_now.get(r.id)), standing(r, day, then, due_then.get(r.id))) for r in rows]
    return [leave for leave in found if not leave.now == leave.then == "unknown"]


@dataclass(frozen=True)
class Cell:
    """A task in a square of the matrix: the best standing among its authorisations, and whether the two axes differ."""

    task: str
    state: str
    differs: bool

    @property
    def lets(self) -> bool:
        """Whether it lets the person work."""
        return self.state in LETS


@dataclass
class Matrix:
    """People by methods on a day, as known then or now."""

    day: date
    known: str
    methods: list[str]
    people: list[Person]
    cells: dict[tuple[int, str], list[Cell]] = field(default_factory=dict)
    differing: int = 0

    def at(self, person: Person, method: str) -> list[Cell]:
        """The tasks of a square."""
        return self.cells.get((person.id, method), [])


_BEST = ("in_force", "ending", "lapsed", "future", "withdrawn", "expired", "unknown")


def matrix(day: date, known: str, people: Sequence[Person], task: str = "") -> Matrix:
    """The matrix of these people; the methods are those that any of them is named for on the day, every method first."""
    leaves = leaves_on(day, [p.id for p in people], task)
    grouped: dict[tuple[int, str], dict[str, list[Leave]]] = {}
    for leave in leaves:
        square = grouped.setdefault((leave.row.person_id, leave.row.method_code), {})
        square.setdefault(leave.row.task, []).append(leave)
    codes = sorted({code for _person, code in grouped}, key=lambda code: (code != ANY, code))
    shown = Matrix(day, known, codes, list(people))
    for key, square in grouped.items():
        cells = []
        for name in Authorisation.TASKS:
            found = square.get(name, [])
            best = min((leave.state(known) for leave in found), key=_BEST.index, default="unknown")
            lets = {axis: any(leave.state(axis) in LETS for leave in found) for axis in ("now", "then")}
            if best != "unknown" or lets["now"] != lets["then"]:
                cells.append(Cell(name, best, lets["now"] != lets["then"]))
        shown.cells[key] = cells
        shown.differing += sum(cell.differs for cell in cells)
    return shown


# ---- separation ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Joined:
    """Two rights that should be apart, and who holds both."""

    pair: rules.Apart
    who: tuple[Bearer, ...]


def joined_at(moment: datetime) -> list[Joined]:
    """Every pair that should be apart with the people who held both at a moment. Five statements, however many people."""
    people = list(db.session.scalars(select(Person).order_by(Person.sort_name)))
    bearers = people_at(people, moment, roles_at(moment)).values()
    return [Joined(pair, tuple(b for b in bearers if {pair.one.value, pair.other.value} <= b.granted)) for pair in rules.APART]
