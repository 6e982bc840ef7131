"""What can go wrong when files are signed. None of these is a reason to give a number up: the paper waits and is tried again."""
from __future__ import annotations


class KeyUnavailable(Exception):
    """The laboratory's key cannot be used now. `why` is one word for the gate: missing, password, broken, expired, early, token."""

    def __init__(self, why: str, detail: str) -> None:
        super().__init__(detail)
        self.why = why


class ClockBackwards(Exception):
    """The machine's clock stands before a moment that has already passed: a signature would state a wrong time."""


class NotReached(Exception):
    """A time-stamp service or an authority did not answer, or not as it must: the file stays as it is and is tried again."""
