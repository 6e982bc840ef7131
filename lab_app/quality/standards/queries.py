"""Questions about external documents and the watch over them."""
from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core import search
from lab_app.core.db import db
from lab_app.quality.standards import rules
from lab_app.quality.standards.models import ExternalDocument, WatchCheck


def externals() -> Select[Any]:
    """SQL: all external documents with who watches them."""
    return select(ExternalDocument).options(joinedload(ExternalDocument.owner).lazyload(Person.roles))


def external_by_id(ident: int) -> ExternalDocument | None:
    """One external document with who watches it."""
    return db.session.scalar(externals().where(ExternalDocument.id == ident))


def checks_of(external_id: int, limit: int = 50) -> list[WatchCheck]:
    """The looks at one document, newest first."""
    return list(db.session.scalars(
        select(WatchCheck).where(WatchCheck.external_id == external_id).options(joinedload(WatchCheck.person).lazyload(Person.roles))
        .order_by(WatchCheck.id.desc()).limit(limit)))


def overdue(on: date) -> Any:
    """SQL condition: nobody looked although it was due before this day."""
    return and_(ExternalDocument.next_check < on, ExternalDocument.status != rules.WITHDRAWN)


def due_by(until: date) -> list[ExternalDocument]:
    """What somebody has to look at by a day."""
    return list(db.session.scalars(
        select(ExternalDocument).where(ExternalDocument.next_check <= until, ExternalDocument.status != rules.WITHDRAWN)
        .order_by(ExternalDocument.next_check).limit(1000)))


def edition_in_register(code: str) -> search.Found | None:
    """The edition of this code among the laboratory's regulations, when it has been entered there."""
    return next((found for found in search.by_code(code) if found.kind == "regulation"), None)
