"""Gates: hard stops that cite their clause, asked by every door in the same way.

A gate is a small pure function over facts. It answers `None` (the way is free) or a `Stop`; "never checked" is a
stop as well (`evaluated=False`). Services call `require`; templates call `ask` for a greyed button that says why;
the API, the clause map and the tests read the same registry. Break-glass (`core/breaking.py`) passes only gates that allow it.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core import breaking, clock
from lab_app.core.db import Kept, UtcDateTime, db
from lab_app.core.errors import GateRefused

#: Text, translated when it is shown (the translation library carries no types).
Words: TypeAlias = Any


class Basis(StrEnum):
    """Where a rule comes from."""

    STANDARD = "standard"
    REGULATION = "regulation"
    LABORATORY = "laboratory"


@dataclass(frozen=True)
class Stop:
    """A refusal in the reader's language: what is wrong, what to do next, who can, and a link there.

    `gate`, `clauses`, `basis`, `break_glass` are filled by the registry.
    """

    says: Words
    do: Words = ""
    who: Words = ""
    link_endpoint: str = ""
    link_values: dict[str, Any] = field(default_factory=dict)
    link_text: Words = ""
    evaluated: bool = True
    gate: str = ""
    clauses: tuple[str, ...] = ()
    basis: Basis = Basis.STANDARD
    break_glass: bool = False

    @property
    def link_url(self) -> str:
        """Address of the way out, empty when there is none."""
        if not self.link_endpoint:
            return ""
        from flask import url_for

        return url_for(self.link_endpoint, **self.link_values)

    def as_json(self) -> dict[str, Any]:
        """The refusal as data (RFC 9457 extension members)."""
        return {
            "gate": self.gate, "clauses": list(self.clauses), "says": str(self.says), "do": str(self.do),
            "who": str(self.who), "link": self.link_url, "link_text": str(self.link_text), "break_glass": self.break_glass,
        }


Check = Callable[[Any], Stop | None]


@dataclass(frozen=True)
class Gate:
    """A registered rule. `title` names it on the clause map."""

    name: str
    clauses: tuple[str, ...]
    basis: Basis
    title: Words
    check: Check
    break_glass: bool = False

    def ask(self, facts: Any) -> Stop | None:
        """The gate's answer to these facts, dressed with its clause."""
        stop = self.check(facts)
        if stop is None:
            return None
        return replace(
            stop, gate=self.name, clauses=self.clauses, basis=self.basis, break_glass=self.break_glass
        )


registry: dict[str, Gate] = {}
_off: ContextVar[frozenset[str]] = ContextVar("gates_off", default=frozenset())
_process_off: set[str] = set()


def gate(
    name: str,
    clauses: Iterable[str],
    title: Words,
    basis: Basis = Basis.STANDARD,
    break_glass: bool = False,
) -> Callable[[Check], Check]:
    """Register a pure function of facts as a gate. A name may be registered once."""

    def deco(check: Check) -> Check:
        if name in registry and registry[name].check.__qualname__ != check.__qualname__:
            raise RuntimeError(f"gate {name} is registered twice")
        registry[name] = Gate(name, tuple(clauses), basis, title, check, break_glass)
        return check

    return deco


def ask(name: str, facts: Any) -> Stop | None:
    """What the gate says; a refusal asked for a page is not a hit."""
    if name in _off.get() or name in _process_off:
        return None
    return registry[name].ask(facts)


def require(name: str, facts: Any) -> None:
    """Pass or raise `GateRefused`; services only. A declared breaking act passes the one gate it names, if that allows it."""
    stop = ask(name, facts)
    if stop is None:
        return
    act = breaking.present()
    if act is None or not act.passes(stop):
        raise GateRefused(stop)


def first_stop(*questions: tuple[str, Any]) -> Stop | None:
    """The first refusal among several gates, in the order given."""
    for name, facts in questions:
        stop = ask(name, facts)
        if stop is not None:
            return stop
    return None


@contextmanager
def switched_off(name: str) -> Iterator[None]:
    """Take one gate out, to prove by a test that its journey then goes wrong. Refuses outside tests."""
    if not _testing:
        raise RuntimeError("a gate is taken out in tests only")
    if name not in registry:
        raise KeyError(name)
    _process_off.add(name)
    try:
        yield
    finally:
        _process_off.discard(name)


_testing = False


def configure(testing: bool) -> None:
    """Told by the factory whether this process runs tests."""
    global _testing
    _testing = testing


class GateHit(Kept):
    """A refused service call, kept although its transaction was rolled back."""

    __tablename__ = "gate_hit"
    __table_args__ = (Index("ix_gate_hit_gate_at", "gate", "at"),)

    at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    gate: Mapped[str] = mapped_column(String(80), nullable=False)
    clauses: Mapped[str] = mapped_column(String(80), nullable=False)
    actor_id: Mapped[int | None] = mapped_column(Integer)
    actor_name: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    door: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    says: Mapped[str] = mapped_column(Text, nullable=False, default="")


def hit(stop: Stop, actor_id: int | None, actor_name: str, door: str) -> GateHit:
    """The row of a refusal; the edge writes it on a session of its own after the rollback."""
    return GateHit(
        gate=stop.gate, clauses=",".join(stop.clauses), actor_id=actor_id, actor_name=actor_name, door=door,
        says=str(stop.says)[:2000],
    )


def hits_per_gate() -> dict[str, int]:
    """How often each gate has refused, for the clause map."""
    from sqlalchemy import func, select

    rows = db.session.execute(select(GateHit.gate, func.count()).group_by(GateHit.gate))
    return {name: count for name, count in rows}
