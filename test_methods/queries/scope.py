"""Questions about regulations, methods and their versions, budgets, rules and scope."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from lab_app.core.db import db
from test_methods.models import ScopeEnd, ScopeEntry


def scope_on(on: date, known_at: datetime | None = None, method_codes: Iterable[str] | None = None) -> list[ScopeEntry]:
    """Lines of the scope register that hold on a day; as known at a moment when named: lines and their early ends recorded by then."""
    ended = select(ScopeEnd.entry_id).where(ScopeEnd.last_day < on)
    if known_at is not None:
        ended = ended.where(ScopeEnd.recorded_at <= known_at)
    query = select(ScopeEntry).where(ScopeEntry.valid_from <= on, ScopeEntry.valid_to >= on, ScopeEntry.id.not_in(ended))
    if known_at is not None:
        query = query.where(ScopeEntry.recorded_at <= known_at)
    if method_codes is not None:
        query = query.where(ScopeEntry.method_code.in_(list(method_codes)))
    return list(db.session.scalars(query.order_by(ScopeEntry.method_code, ScopeEntry.parameter_code, ScopeEntry.id)))


def scope_lines_of(method_code: str, status: str) -> list[ScopeEntry]:
    """All lines of a method with a status, whenever they hold."""
    return list(db.session.scalars(
        select(ScopeEntry).where(ScopeEntry.method_code == method_code, ScopeEntry.status == status).order_by(ScopeEntry.id)))


def scope_statuses(method_code: str, parameter_code: str, on: date, known_at: datetime | None = None) -> set[str]:
    """Statuses (`accredited`, `designated`, `registered`) that a parameter of a method has on a day, from the register alone."""
    entries = scope_on(on, known_at, [method_code])
    return {e.status for e in entries if e.parameter_code in ("", parameter_code)}


def scope_of(method_codes: Iterable[str], on: date, known_at: datetime | None = None) -> dict[str, set[str]]:
    """Method code → statuses it has for any of its parameters; one statement for a list."""
    out: dict[str, set[str]] = defaultdict(set)
    for entry in scope_on(on, known_at, method_codes):
        out[entry.method_code].add(entry.status)
    return out


def scope_register() -> list[ScopeEntry]:
    """The whole register, what holds longest first within a method."""
    return list(db.session.scalars(
        select(ScopeEntry).order_by(ScopeEntry.method_code, ScopeEntry.status, ScopeEntry.valid_to.desc(), ScopeEntry.id)))
