"""Who worked on what: computed from the records themselves, so that nobody judges, audits or decides on their own work.

Rooms register, for a kind of record, a question that answers whom their tables name and for what; `of` asks all of them. The kernel
knows no people: a person is a key. ISO/IEC 17025 7.9.6 (complaints are decided by somebody not involved), 8.8.2 (audits).
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, literal, or_, select, union_all

from lab_app.core.audit import AuditEntry
from lab_app.core.db import db

#: The key of a record → person → what they did, in the reader's language.
Question: TypeAlias = Callable[[int], Mapping[int, Iterable[str]]]
#: Words for a deed, and a `select` of one column of people's keys (none is left out).
Deed: TypeAlias = tuple[Any, Select[Any]]

_questions: dict[str, dict[str, Question]] = {}


def register(kind: str, name: str, question: Question) -> None:
    """Ask this too of records of a kind; the same name again (a second app) replaces it."""
    _questions.setdefault(kind, {})[name] = question


def kinds() -> frozenset[str]:
    """The kinds of records of which somebody can say who worked on them."""
    return frozenset(_questions)


def of(kind: str, subject_id: int) -> dict[int, list[str]]:
    """Everybody who worked on a record and what each did, no deed named twice; empty for a kind that nobody answers for.

    Nobody found is not the same as nobody involved: ask `kinds` before resting a decision on it.
    """
    return merged(question(subject_id) for _name, question in sorted(_questions.get(kind, {}).items()))


def merged(answers: Iterable[Mapping[int, Iterable[str]]]) -> dict[int, list[str]]:
    """Several answers as one."""
    found: dict[int, list[str]] = {}
    for answer in answers:
        for person_id, deeds in answer.items():
            mine = found.setdefault(person_id, [])
            mine.extend(str(deed) for deed in deeds if str(deed) not in mine)
    return found


def asked(*deeds: Deed) -> dict[int, list[str]]:
    """Whom these selects name, in one statement; each person's deeds in the order given."""
    if not deeds:
        return {}
    parts = []
    for position, (_words, query) in enumerate(deeds):
        person = next(iter(query.subquery().c))
        parts.append(select(literal(position).label("deed"), person.label("person")).where(person.is_not(None)).distinct())
    found: dict[int, list[str]] = {}
    for position, person_id in sorted((row.deed, row.person) for row in db.session.execute(union_all(*parts))):
        words = str(deeds[position][0])
        mine = found.setdefault(person_id, [])
        if words not in mine:
            mine.append(words)
    return found


def in_the_trail(kinds: Iterable[str], owner_kind: str, owners: Select[Any]) -> Select[Any]:
    """A `select` of who wrote or changed records of `kinds` that are, or belong to, an `owner_kind` among `owners` (keys): what no
    column names any more stands in the audit trail."""
    own: ColumnElement[bool] = (AuditEntry.subject_kind == owner_kind) & AuditEntry.subject_id.in_(owners)
    part: ColumnElement[bool] = (AuditEntry.parent_kind == owner_kind) & AuditEntry.parent_id.in_(owners)
    return select(AuditEntry.actor_id).where(or_(own, part), AuditEntry.subject_kind.in_(list(kinds)))
