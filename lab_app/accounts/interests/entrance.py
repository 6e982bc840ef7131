"""What the kernel asks of everybody who acts: a person without an undertaking goes no further (4.2.4)."""
from __future__ import annotations

from typing import Any

from lab_app.accounts.interests.queries import entrance_facts
from lab_app.accounts.models import Person
from lab_app.core.access import Actor


def ask_for_undertaking(actor: Actor) -> tuple[str, Any] | None:
    """The gate and its facts for a person; the program itself and visitors sign nothing. Reads the person's own row alone."""
    return ("undertaking-filed", entrance_facts(actor)) if isinstance(actor, Person) else None
