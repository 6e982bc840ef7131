"""Questions about context, interested parties and processes."""
from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.quality.context.models import ContextIssue, ContextReview, InterestedParty, Process

_ORDER = ("management", "core", "support")


def issues(gone: bool = False) -> list[ContextIssue]:
    """What bears on the laboratory now (or what did, with `gone`), by side and topic."""
    which = ContextIssue.gone_on.is_not(None) if gone else ContextIssue.gone_on.is_(None)
    query = select(ContextIssue).where(which).order_by(ContextIssue.side, ContextIssue.topic, ContextIssue.id)
    return list(db.session.scalars(query.limit(500)))


def parties(gone: bool = False) -> list[InterestedParty]:
    """Who has an interest now (or had, with `gone`), by name."""
    which = InterestedParty.gone_on.is_not(None) if gone else InterestedParty.gone_on.is_(None)
    return list(db.session.scalars(select(InterestedParty).where(which).order_by(InterestedParty.id).limit(500)))


def reviews() -> list[ContextReview]:
    """The yearly looks, newest first."""
    query = select(ContextReview).options(joinedload(ContextReview.person).lazyload(Person.roles))
    return list(db.session.scalars(query.order_by(ContextReview.done_on.desc(), ContextReview.id.desc()).limit(30)))


def processes() -> list[Process]:
    """The processes that run, management first, in the order of their lane."""
    query = select(Process).where(Process.gone_on.is_(None)).options(joinedload(Process.owner).lazyload(Person.roles))
    return sorted(db.session.scalars(query.limit(200)), key=lambda p: (_ORDER.index(p.kind), p.position, p.id))


def process_by_code(code: str) -> Process | None:
    """The process with this code, with its owner."""
    query = select(Process).where(Process.code == code)
    return db.session.scalar(query.options(joinedload(Process.owner).lazyload(Person.roles)))
