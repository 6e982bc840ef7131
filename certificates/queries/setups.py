"""Reads: how papers of a kind are set on a day, and the opinions about a request's results."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from certificates.models import Opinion, PaperSetup
from lab_app.accounts.models import Laboratory
from lab_app.accounts.queries import authorisation
from lab_app.core.db import db


def setup_on(kind: str, day: date) -> PaperSetup | None:
    """What the laboratory prints on papers of a kind issued on a day; `None` while it has set nothing for that day."""
    return db.session.scalar(select(PaperSetup).where(PaperSetup.id == _id_on(kind, day)))


def _id_on(kind: str, day: date) -> Any:
    return (
        select(PaperSetup.id).where(PaperSetup.kind == kind, PaperSetup.effective_from <= day)
        .order_by(PaperSetup.effective_from.desc(), PaperSetup.id.desc()).limit(1).scalar_subquery())


def laboratory_with_setup(kind: str, day: date) -> tuple[Laboratory | None, PaperSetup | None]:
    """The laboratory and what it prints on papers of a kind issued on a day; one statement."""
    found = db.session.execute(
        select(Laboratory, PaperSetup).outerjoin(PaperSetup, PaperSetup.id == _id_on(kind, day)).order_by(Laboratory.id).limit(1)
    ).first()
    return (found[0], found[1]) if found else (None, None)


def setups(kind: str | None = None) -> Select[Any]:
    """Every setting of papers (of a kind) with who made it."""
    query = select(PaperSetup).options(joinedload(PaperSetup.set_by))
    return query.where(PaperSetup.kind == kind) if kind else query


def opinions_of(request_id: int) -> list[Opinion]:
    """Opinions about a request's results, the oldest first, those taken back too."""
    return list(db.session.scalars(
        select(Opinion).where(Opinion.request_id == request_id).options(joinedload(Opinion.person)).order_by(Opinion.id)))


def printed(opinions: Sequence[Opinion], methods: Sequence[str]) -> list[Opinion]:
    """The opinions a paper with these methods prints: written ones that nobody took back, about a method that is on it."""
    return [one for one in opinions if one.ending is None and not one.spoken_to and set(one.methods) & set(methods)]


def unauthorised(person_id: int, methods: Sequence[str], on: date, known_at: datetime) -> list[str]:
    """Methods about whose results a person may not give opinions on a day, as known at a moment (6.2.6 b)."""
    return [code for code in methods if authorisation(person_id, "opinion", code, on, known_at) is None]
