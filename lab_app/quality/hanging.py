"""What hangs on nonconforming work: rooms further up say here what is still unfinished, so that it is not closed before."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from lab_app.quality.models import Nonconformity

#: A record → words for each thing that is not finished.
Question: TypeAlias = Callable[[Nonconformity], Iterable[str]]

_questions: dict[str, Question] = {}


def register(name: str, question: Question) -> None:
    """Ask this too before closing; the same name again (a second app) replaces it."""
    _questions[name] = question


def unfinished(row: Nonconformity) -> tuple[str, ...]:
    """Everything that is still unfinished, in words; one statement a room."""
    return tuple(words for _name, question in sorted(_questions.items()) for words in question(row))
