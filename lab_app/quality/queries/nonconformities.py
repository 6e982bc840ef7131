"""Questions about nonconforming work."""
from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.quality.models import Nonconformity


def nonconformities() -> Select[Any]:
    """All of it, with who answers for it, ready for a list."""
    return select(Nonconformity).options(joinedload(Nonconformity.responsible).lazyload(Person.roles))


def nonconformity_by_code(code: str) -> Nonconformity | None:
    """The record with this code, with the people it names."""
    return db.session.scalar(select(Nonconformity).where(Nonconformity.code == code).options(
        *(joinedload(who).lazyload(Person.roles)
          for who in (Nonconformity.responsible, Nonconformity.opened_by, Nonconformity.closed_by))
    ))


def nonconformities_about(kind: str, ident: int) -> list[Nonconformity]:
    """What was opened about one subject, newest first."""
    return list(db.session.scalars(
        select(Nonconformity).where(Nonconformity.subject_kind == kind, Nonconformity.subject_id == ident)
        .order_by(Nonconformity.id.desc()).limit(50)
    ))
