"""Many counts for the price of one statement: an overview asks every room, and still asks the database once."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import Select, func, literal, select

from lab_app.core.db import db

#: A number that is known already, or a `select` of one number that has not been sent yet.
Count: TypeAlias = int | Select[Any]
Counter: TypeAlias = Callable[[], Count]
#: What `counted` takes: a counter asked anew each time, or a `select` that is always the same.
Counted: TypeAlias = Counter | Select[Any]

#: What a page shows is counted so far and no further: beyond it "more than" says as much, and costs the same at any size.
COUNT_LIMIT = 10_000
#: SQLite takes at most 2000 columns; a page never comes near this.
AT_ONCE = 200


def how_many(model: Any, *conditions: Any, most: int = COUNT_LIMIT) -> Select[Any]:
    """SQL: how many rows of a model (or columns of one) match, counted no further than `most` + 1."""
    return up_to_limit(select(literal(1).label("one")).select_from(model).where(*conditions), most)


def up_to_limit(rows: Select[Any], most: int = COUNT_LIMIT) -> Select[Any]:
    """SQL: how many rows a select of one column has, counted no further than `most` + 1."""
    return select(func.count()).select_from(rows.limit(most + 1).subquery())


def counted(counters: Sequence[Counted]) -> list[int]:
    """What the counters answer, in their order; all those that are a `select`, and all that answer one, are each sent as one statement.

    Each `select` must yield one row of one number (`how_many`); none counts as 0.
    """
    answers: list[int] = [0] * len(counters)
    lasting: list[tuple[int, Select[Any]]] = []
    waiting: list[tuple[int, Select[Any]]] = []
    for position, counter in enumerate(counters):
        if isinstance(counter, Select):
            lasting.append((position, counter))
        elif isinstance(answer := counter(), Select):
            waiting.append((position, answer))
        else:
            answers[position] = int(answer)
    for asked, put in ((lasting, _put_together), (waiting, _together)):
        for start in range(0, len(asked), AT_ONCE):
            part = asked[start:start + AT_ONCE]
            row = db.session.execute(put(tuple(query for _position, query in part))).one()
            for (position, _query), value in zip(part, row, strict=True):
                answers[position] = int(value or 0)
    return answers


def _together(queries: tuple[Select[Any], ...]) -> Select[Any]:
    return select(*(query.scalar_subquery().label(f"n{i}") for i, query in enumerate(queries)))


#: Putting a hundred questions together takes longer than answering them: what never changes is put together once.
_put_together = lru_cache(maxsize=64)(_together)
