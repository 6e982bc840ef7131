"""Counts the SQL statements of a block, for tests of how much a page asks of the database."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

COUNTED = ("select", "insert", "update", "delete", "with", "replace")


class Statements(list[str]):
    """The statements in order (transaction control and settings are not counted)."""

    def __str__(self) -> str:
        return f"{len(self)} statements:\n" + "\n".join(" ".join(s.split())[:200] for s in self)

    def repeated(self) -> dict[str, int]:
        """Statements sent more than once with how often: one per row of a list shows here."""
        counts: dict[str, int] = {}
        for statement in self:
            counts[statement] = counts.get(statement, 0) + 1
        return {statement: n for statement, n in counts.items() if n > 1}


@contextmanager
def counted() -> Iterator[Statements]:
    """Collect every statement that any engine sends while the block runs."""
    seen = Statements()

    def note(_conn: Any, _cursor: Any, statement: str, _params: Any, _context: Any, _many: bool) -> None:
        if statement.lstrip(" \n(").lower().startswith(COUNTED):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
