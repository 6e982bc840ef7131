"""Many counts for the price of one statement: an overview asks every room, and still asks the database once."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Select, select

from lab_app.core.db import db

#: A number that is known already, or a `select` of one number that has not been sent yet.
Count: TypeAlias = int | Select[Any]
Counter: TypeAlias = Callable[[], Count]

#: SQLite takes at most 2000 columns; a page never comes near this.
AT_ONCE = 200


def counted(counters: Sequence[Counter]) -> list[int]:
    """What the counters answer, in their order; all those that answer a `select` are sent as one statement.

    Each `select` must yield one row of one number (`select(func.count())…`); none counts as 0.
    """
    answers: list[int] = [0] * len(counters)
    waiting: list[tuple[int, Select[Any]]] = []
    for position, counter in enumerate(counters):
        answer = counter()
        if isinstance(answer, Select):
            waiting.append((position, answer))
        else:
            answers[position] = int(answer)
    for start in range(0, len(waiting), AT_ONCE):
        part = waiting[start:start + AT_ONCE]
        row = db.session.execute(select(*(query.scalar_subquery().label(f"n{i}") for i, (_p, query) in enumerate(part)))).one()
        for (position, _query), value in zip(part, row, strict=True):
            answers[position] = int(value or 0)
    return answers
