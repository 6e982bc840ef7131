"""Who a form may name: the people of the laboratory, by given name."""
from __future__ import annotations

from typing import Any

from lab_app.accounts.queries import active_people


def person_choices(empty: Any = None) -> list[tuple[str, Any]]:
    """(id as text, full name) of everybody with an active account; an empty line first when `empty` says what it means."""
    people = [(str(p.id), p.full_name) for p in active_people()]
    return people if empty is None else [("", empty), *people]
