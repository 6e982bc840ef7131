"""Questions about improvements."""
from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.quality.improvements.models import Improvement


def improvements() -> Select[Any]:
    """All of them with who proposed and who does, ready for a list."""
    return select(Improvement).options(*(joinedload(who).lazyload(Person.roles) for who in (Improvement.proposed_by, Improvement.owner)))


def improvement_by_code(code: str) -> Improvement | None:
    """The improvement with this code, with the people it names."""
    people = (Improvement.proposed_by, Improvement.owner, Improvement.decided_by)
    return db.session.scalar(
        select(Improvement).where(Improvement.code == code).options(*(joinedload(who).lazyload(Person.roles) for who in people)))
