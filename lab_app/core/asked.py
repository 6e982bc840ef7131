"""The same question within one batch is asked once: two hundred readings with one instrument judge it once, not two hundred times.

Outside a batch every question goes straight through. A batch is one use case at one moment; answers live as long as it does and are
never kept between requests. Questions are pure reads whose answer the batch itself does not change.
"""
from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from lab_app.core.db import Base

T = TypeVar("T")

#: What stands for itself; most of what is asked with.
_PLAIN = frozenset({int, str, bool, float, Decimal, date, datetime, type(None)})

_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)


@contextmanager
def one_batch() -> Iterator[None]:
    """Within the block, `asked` remembers. Blocks inside a block share its answers."""
    if _answers.get() is not None:
        yield
        return
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def asked(question: Callable[..., T], *args: Any) -> T:
    """The answer to a question about these things; of a batch the one given before. Rows count by their id, lists by their members."""
    answers = _answers.get()
    if answers is None:
        return question(*args)
    key = (question, *map(_key, args))
    if key not in answers:
        answers[key] = question(*args)
    return answers[key]  # type: ignore[no-any-return]


def answered(question: Callable[..., T], args: tuple[Any, ...], answer: T) -> None:
    """Put down an answer that was read together with many others. Nothing outside a batch."""
    answers = _answers.get()
    if answers is not None:
        answers[(question, *map(_key, args))] = answer


def _key(value: Any) -> Hashable:
    if type(value) in _PLAIN:
        return value  # type: ignore[no-any-return]
    if isinstance(value, Base):
        ident = value.__dict__.get("id")
        return (type(value).__name__, ident) if ident is not None else value  # a row without a number yet stands for itself
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple(map(_key, value))
    if isinstance(value, Mapping):
        return tuple(sorted((str(k), _key(v)) for k, v in value.items()))
    return value  # type: ignore[no-any-return]
