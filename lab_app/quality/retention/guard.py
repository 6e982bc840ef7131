"""No other way out: a file of a record leaves the database by an approved disposal alone (8.4.2).

The session refuses every other deletion of an attachment, whoever asks: a service of another room, an import, a command. Bulk deletes
of audited tables are refused by the trail already (`core/audit`), and the database keeps what a disposal leaves behind from change.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from lab_app.core.files import Attachment

_open: ContextVar[bool] = ContextVar("disposing", default=False)


class RecordKept(RuntimeError):
    """A file of a record was about to be deleted outside a disposal."""


@contextmanager
def disposing() -> Iterator[None]:
    """Within the block attachments may be deleted; `services.execute_disposal` alone opens it."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


def _refuse(session: Session, _context: Any, _instances: Any) -> None:
    if not _open.get() and any(isinstance(row, Attachment) for row in session.deleted):
        raise RecordKept("a file of a record goes by an approved disposal only (8.4.2)")


def listen(session_factory: Any) -> None:
    """Hang the guard on a session factory."""
    if not event.contains(session_factory, "before_flush", _refuse):
        event.listen(session_factory, "before_flush", _refuse)
