"""Break-glass: one act that passes one named gate, because a person with the right to do so took it upon themselves.

A gate is passed only when it allows break-glass, is the one that was named, and refuses with the very words that were shown; once. The
act ends with its request or with the first refusal in it. What has to be left behind (the row, the signature, the nonconforming work)
is written by the keeper that a room registers, in the transaction of the act itself: an act that leaves nothing behind is refused.
"""
from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lab_app.core.access import Actor
    from lab_app.core.gates import Stop


@dataclass(frozen=True)
class Touched:
    """A record that the act wrote, as the audit trail names it, with the record it is a part of."""

    kind: str
    id: int
    code: str
    parent: tuple[str, int | None] | None = None


@dataclass
class Breaking:
    """A declared breaking act. `actor` does it, `allowed_by` (the key of a person) lets them, `token` is the declaration's own mark:
    it serves once. `refused` is the fingerprint of the refusal that was read; empty: the first refusal of the gate."""

    gate: str
    actor: Actor
    allowed_by: int
    reason: str
    token: str
    door: str = ""
    refused: str = ""
    confirmed: Any = None
    passed: Stop | None = None
    over: bool = False
    touched: list[Touched] = field(default_factory=list)

    def passes(self, stop: Stop) -> bool:
        """Whether this refusal is the one that may be passed; notes that it was."""
        found = fingerprint(stop)
        if self.over or not stop.break_glass or stop.gate != self.gate or self.refused not in ("", found):
            return False
        self.refused, self.passed = found, stop
        return True

    def end(self) -> None:
        """Nothing passes any more, and what was passed was undone with its transaction."""
        self.over, self.passed = True, None
        self.touched.clear()


_present: ContextVar[Breaking | None] = ContextVar("breaking", default=None)
_opener: list[Callable[[], Breaking | None]] = []
_keeper: list[Callable[[Breaking], None]] = []


def register(opener: Callable[[], Breaking | None], keeper: Callable[[Breaking], None]) -> None:
    """`opener` answers what the present request declares (None: nothing that counts); `keeper` writes what a passed gate leaves
    behind. Registered again (a second application), they replace those before."""
    _opener[:], _keeper[:] = [opener], [keeper]


def fingerprint(stop: Stop) -> str:
    """SHA-256 of a refusal: which gate, and what it said of which records."""
    return hashlib.sha256(f"{stop.gate}\n{stop.says}".encode()).hexdigest()


def present() -> Breaking | None:
    """The breaking act in progress."""
    return _present.get()


def declared() -> Breaking | None:
    """What the present request declares; asked by the edge before the view runs."""
    return _opener[0]() if _opener else None


@contextmanager
def within(act: Breaking | None) -> Iterator[None]:
    """The act is in progress inside the block; without one nothing is changed."""
    if act is None:
        yield
        return
    if _present.get() is not None:
        raise RuntimeError("a breaking act within a breaking act")
    token = _present.set(act)
    try:
        yield
    finally:
        _present.reset(token)


def keep() -> None:
    """Before the commit: what the passed gate leaves behind. Nothing where no gate was passed."""
    act = _present.get()
    if act is None or act.passed is None:
        return
    if not _keeper:
        raise RuntimeError("nobody keeps what a broken gate leaves behind")
    _keeper[0](act)


def undone() -> None:
    """A refusal rolled the transaction back: the act is over."""
    act = _present.get()
    if act is not None:
        act.end()


def touched(rows: list[Touched]) -> None:
    """Records written while an act is in progress; told by the audit trail at each flush."""
    act = _present.get()
    if act is not None:
        act.touched.extend(rows)
