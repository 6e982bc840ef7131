"""The list of what is asked: mine, or everybody's for those who read the quality records."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from lab_app.accounts.models import Person
from lab_app.accounts.wording import RIGHT_WORDS
from lab_app.core import clock, notices
from lab_app.core.db import db
from lab_app.core.inbox import Ask, of
from lab_app.core.paging import Column, Filter

COLUMNS = (
    Column("due", _l("Hạn"), Ask.due_on, empty_last=True),
    Column("code", _l("Hồ sơ")), Column("what", _l("Việc")), Column("who", _l("Hỏi ai"), css="opt"),
    Column("asked", _l("Hỏi lúc"), Ask.id, css="opt"),
)
STATES: tuple[tuple[str, Any], ...] = (("open", _l("Đang chờ")), ("late", _l("Quá hạn")), ("escalated", _l("Đã chuyển lên")))


def granted(person: Person) -> set[str]:
    """The permissions a person carries, as the table of asks names them."""
    return {right for role in person.roles for right in role.granted} if person.active else set()


def mine(person: Person) -> Select[Any]:
    """What is open for a person, by their name or by their roles."""
    return of(person.id, granted(person)).order_by(None)


def everybodys() -> Select[Any]:
    """What is open for anybody: a quality manager sees what stays undone."""
    return select(Ask).where(Ask.settled_at.is_(None))


def _narrowed(query: Select[Any], state: str) -> Select[Any]:
    if state == "late":
        return query.where(Ask.due_on < clock.today())
    return query.where(Ask.escalated > 0) if state == "escalated" else query


def filters() -> list[Filter]:
    """By how it stands."""
    return [Filter("state", _l("Tình trạng"), list(STATES), _narrowed)]


def addressees(rows: Sequence[Ask]) -> dict[int, str]:
    """Ask → whom it was put to: a person's name, or the right of those who may do it; one statement."""
    wanted = {row.person_id for row in rows if row.person_id is not None}
    people = db.session.execute(select(Person.id, Person.full_name).where(Person.id.in_(wanted))) if wanted else ()
    names = {ident: name for ident, name in people}
    return {row.id: names.get(row.person_id or 0) or str(RIGHT_WORDS.get(row.permission or "", "")) for row in rows}


def table(rows: Sequence[Ask]) -> tuple[list[Any], list[list[Any]]]:
    """Heads and rows for export."""
    heads, whom = [gettext("Hạn"), gettext("Hồ sơ"), gettext("Việc"), gettext("Hỏi ai"), gettext("Hỏi lúc")], addressees(rows)
    return heads, [[row.due_on, row.code, notices.says(row.message, row.values), whom[row.id], row.asked_at] for row in rows]
