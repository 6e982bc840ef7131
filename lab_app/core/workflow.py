"""State moves only through a table: name, where from, where to, permission, gates."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask_babel import LazyString, gettext

from lab_app.core import gates
from lab_app.core.errors import Refused
from lab_app.core.gates import Stop
from lab_app.core.permissions import P


@dataclass(frozen=True)
class State:
    """A status word on a page: its code, its word, its tone (ok, warn, bad, info, hold)."""

    code: str
    word: str | LazyString
    tone: str = "hold"
    icon: str = ""


@dataclass(frozen=True)
class Transition:
    """One allowed move. `gates` are asked with the facts given to `move`."""

    name: str
    sources: tuple[str, ...]
    target: str
    permission: P
    label: str | LazyString = ""
    gates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Machine:
    """The states and moves of one kind of record, whose state stands in `status`."""

    kind: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    _by_code: dict[str, State] = field(default_factory=dict, compare=False)
    _by_name: dict[str, Transition] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self._by_code.update({s.code: s for s in self.states})
        self._by_name.update({t.name: t for t in self.transitions})
        for t in self.transitions:
            unknown = ({*t.sources, t.target} - set(self._by_code)) or None
            if unknown:
                raise RuntimeError(f"{self.kind}: transition {t.name} names unknown states {unknown}")

    def state(self, code: str) -> State:
        """The state of this code; KeyError for one that does not exist."""
        return self._by_code[code]

    def but(self, *codes: str) -> tuple[str, ...]:
        """The other states than these, for a condition that enters an index on the state: `!=` would read all of it."""
        return tuple(code for code in self._by_code if code not in codes)

    def allows(self, row: Any, name: str) -> bool:
        """Whether the table has this move from where the row stands (gates not asked)."""
        return row.status in self._by_name[name].sources

    def stop(self, row: Any, name: str, facts: Callable[[], Any] | Any = None) -> Stop | None:
        """Why the move cannot be made now, for a greyed button; `None` when it can."""
        t = self._by_name[name]
        if row.status not in t.sources:
            return Stop(
                says=gettext("Không làm được khi hồ sơ ở trạng thái “%(state)s”.", state=self.state(row.status).word)
            )
        if not t.gates:
            return None
        value = facts() if callable(facts) else facts
        return gates.first_stop(*((g, value) for g in t.gates))

    def move(self, row: Any, name: str, facts: Any = None) -> None:
        """Make the move or refuse (`Refused` for a wrong state, `GateRefused` by its gates). Flushes nothing."""
        t = self._by_name[name]
        if row.status not in t.sources:
            raise Refused(
                gettext("Không làm được khi hồ sơ ở trạng thái “%(state)s”.", state=self.state(row.status).word)
            )
        for g in t.gates:
            gates.require(g, facts)
        row.status = t.target
