"""Questions about what the laboratory has learned."""
from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.quality.knowledge.models import Lesson


def lessons() -> Select[Any]:
    """All of them with who wrote them, ready for a list."""
    return select(Lesson).options(joinedload(Lesson.person).lazyload(Person.roles))


def lesson_by_code(code: str) -> Lesson | None:
    """The lesson with this code, with who wrote it."""
    return db.session.scalar(lessons().where(Lesson.code == code))
