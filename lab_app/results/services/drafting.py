"""Text still being typed at the bench: kept per person and line until it becomes a record (7.5.1: it is none yet)."""
from __future__ import annotations

from typing import Any

from lab_app.core import drafts
from lab_app.core.access import Actor, authorize
from lab_app.core.permissions import P
from lab_app.results.models import JobLine


def draft_key(line_id: int) -> str:
    """Under which name a line's draft is kept; recording the line drops it."""
    return f"line:{line_id}"


def keep_draft(actor: Actor, line: JobLine, typed: dict[str, Any]) -> None:
    """Keep what a person has typed for a line so far."""
    authorize(actor, P.RESULT_WRITE)
    if actor.id is not None:
        drafts.save(actor.id, draft_key(line.id), typed)
