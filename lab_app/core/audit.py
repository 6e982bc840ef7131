"""The audit trail: who changed what, from what to what, when, why. Append-only, hashed, sealed in a chain.

Every class named by `@audited` leaves its entry in the same transaction as the change; a commit in which a
changed row has no entry is refused. An entry stores its canonical form (RFC 8785, numbers as strings) and that
form's SHA-256. Database triggers refuse to change or delete entries and seals. The seals chain the entries; one
sealer writes them after the commit, so that writers do not queue for the chain's head (ISO/IEC 17025 7.5.2, 7.11.3).
"""
from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar

import rfc8785
from flask import g, has_request_context
from sqlalchemy import ForeignKey, Index, Integer, String, Text, event, insert, select, text
from sqlalchemy import inspect as inspect_row
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Mapped, Mapper, ORMExecuteState, Session, mapped_column

from lab_app.core import breaking, clock
from lab_app.core.db import Base, Kept, UtcDateTime, db, writing

T = TypeVar("T", bound=type)

HIDDEN = "•••"
GENESIS = "0" * 64


class AuditEntry(Kept):
    """One change of one record. `changes` is canonical JSON `{field: [old, new]}`."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id", "id"),)

    at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    actor_id: Mapped[int | None] = mapped_column(Integer)
    actor_name: Mapped[str] = mapped_column(String(200), nullable=False)
    action: Mapped[str] = mapped_column(String(20), nullable=False)
    subject_kind: Mapped[str] = mapped_column(String(60), nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    subject_code: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    parent_kind: Mapped[str | None] = mapped_column(String(60))
    parent_id: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    canonical: Mapped[str] = mapped_column(Text, nullable=False)
    hash: Mapped[str] = mapped_column(String(64), nullable=False)


Index("ix_audit_entry_parent", AuditEntry.parent_kind, AuditEntry.parent_id, AuditEntry.id)


class AuditSeal(Kept):
    """A link of the chain: `chain_hash = SHA-256(previous chain_hash + entry_hash)`. `id` is the sequence."""

    __tablename__ = "audit_seal"

    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), nullable=False, unique=True)
    entry_hash: Mapped[str] = mapped_column(String(64), nullable=False)
    chain_hash: Mapped[str] = mapped_column(String(64), nullable=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)


@dataclass(frozen=True)
class Watch:
    """How a class appears in the trail."""

    kind: str
    code: Callable[[Any], str]
    parent: Callable[[Any], tuple[str, int | None] | None]
    secret: frozenset[str]
    ignore: frozenset[str]


_watched: dict[type, Watch] = {}


def audited(
    kind: str,
    code: str | Callable[[Any], str] = "code",
    parent: tuple[str, str] | Callable[[Any], tuple[str, int | None]] | None = None,
    secret: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
) -> Callable[[T], T]:
    """Class decorator: changes of these rows are recorded.

    `kind` is the record's name in the trail; `code` an attribute (or function) with its code; `parent` =
    (kind, attribute of the parent's id), or a function that answers both, shows the change on the parent's page too; `secret` fields are
    recorded as changed without their values; `ignore` fields (caches, counters) are not recorded.
    """

    def code_of(row: Any) -> str:
        return str((code(row) if callable(code) else getattr(row, code, "")) or "")

    def parent_of(row: Any) -> tuple[str, int | None] | None:
        if callable(parent):
            return parent(row)
        return None if parent is None else (parent[0], getattr(row, parent[1]))

    def deco(cls: T) -> T:
        _watched[cls] = Watch(kind, code_of, parent_of, frozenset(secret), frozenset(ignore) | {"version"})
        cls.__audit_kind__ = kind  # type: ignore[attr-defined]
        return cls

    return deco


def kind_of(row: Any) -> str:
    """The trail's name of this row's class; for links to its history."""
    return _watched[type(row)].kind


def watched_tables() -> dict[str, type]:
    """Kind → class, of everything the trail follows."""
    return {watch.kind: cls for cls, watch in _watched.items()}


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _remember_old(_cls: type, _name: str, attribute: Any) -> None:
    """Load a column's old value before it is overwritten: on a row not read since the last rollback it would be lost."""
    if hasattr(attribute.property, "columns"):
        event.listen(attribute, "set", _keep_old, active_history=True)


def _keep_old(_row: Any, _new: Any, _old: Any, _initiator: Any) -> None:
    """Listening with the old value is what makes the mapper load it."""


def acting(actor: Any, session: Session | None = None) -> None:
    """Name who acts in the present transaction."""
    info = (session or db.session()).info
    info["actor"] = (actor.id, actor.name)


def because(reason: str) -> None:
    """State why, for every entry until the transaction ends."""
    db.session().info["reason"] = reason.strip()


@contextmanager
def reason(text_: str) -> Iterator[None]:
    """State why, for the entries written inside the block (flushes at its end)."""
    session = db.session()
    before = session.info.get("reason", "")
    session.flush()
    session.info["reason"] = text_.strip()
    try:
        yield
        session.flush()
    finally:
        session.info["reason"] = before


def plain(value: Any) -> Any:
    """A value as it stands in an entry: numbers as strings, moments in ISO 8601 UTC, the rest as text."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    return str(value)


_quick = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, check_circular=False).encode


def canonical(entry: dict[str, Any]) -> str:
    """RFC 8785 text of an entry. Of text alone (`plain` leaves no number) the standard encoder writes the very same, but for the order
    of keys beyond the basic plane: such an entry, and one that is no text at all, is left to the library."""
    return canonical_text(plain(entry))


def canonical_text(body: dict[str, Any]) -> str:
    """The canonical text of what is plain already."""
    text_ = _quick(body)
    try:
        if len(text_.encode("utf-16-le")) == 2 * len(text_):
            return text_
    except UnicodeEncodeError:
        pass
    return rfc8785.dumps(body).decode("utf-8")


def digest(text_: str) -> str:
    """SHA-256 of a canonical form, hexadecimal."""
    return hashlib.sha256(text_.encode("utf-8")).hexdigest()


@cache
def _followed(mapper: Mapper[Any]) -> tuple[str, ...]:
    """The columns of a class that entries show."""
    ignored = _watched[mapper.class_].ignore | {"id"}
    return tuple(a.key for a in mapper.column_attrs if a.key not in ignored)


def _changes(row: Any, watch: Watch, action: str) -> dict[str, list[Any]]:
    if action == "change":
        return _changed(row, watch)
    held, out = row.__dict__, {}
    for name in _followed(inspect_row(row).mapper):
        value = held[name] if name in held else getattr(row, name)
        if action == "delete":
            out[name] = [HIDDEN if name in watch.secret else plain(value), None]
        elif value not in (None, "", [], {}):
            out[name] = [None, HIDDEN if name in watch.secret else plain(value)]
    return out


def _changed(row: Any, watch: Watch) -> dict[str, list[Any]]:
    """Of a row that was there before: only what was set since it was read has a history to ask for."""
    state, out = inspect_row(row), {}
    for name in _followed(state.mapper):
        if name not in state.committed_state:
            continue
        history = state.attrs[name].history
        if not history.has_changes():
            continue
        old, new = (plain(values[0] if values else None) for values in (history.deleted, history.added))
        if old != new:
            hide = name in watch.secret
            out[name] = [HIDDEN if hide else old, HIDDEN if hide else new]
    return out


def _touched(session: Session) -> Iterator[tuple[Any, str]]:
    """Rows a flush may write or may have written; of a dirty one `_really` says whether."""
    for row in session.new:
        yield row, "create"
    for row in session.dirty:
        yield row, "change"
    for row in session.deleted:
        yield row, "delete"


def _really(session: Session, row: Any, action: str) -> bool:
    """Whether a flush writes this row: of a dirty one perhaps nothing was changed."""
    return action != "change" or session.is_modified(row, include_collections=False)


def _after_flush(session: Session, _context: Any) -> None:
    rows = []
    written: set[int] = session.info.setdefault("audit_written", set())
    for row, action in _touched(session):
        watch = _watched.get(type(row))
        if watch is None:
            continue
        changes = _changes(row, watch, action)
        if not changes and not _really(session, row, action):
            continue
        written.add(id(row))
        if not changes:
            continue
        actor_id, actor_name = session.info.get("actor", (None, "system"))
        parent = watch.parent(row)
        if action != "create" and "status" in changes and len(changes) == 1:
            action = "status"
        body = {
            "at": clock.now(),
            "actor_id": actor_id,
            "actor": actor_name,
            "action": action,
            "kind": watch.kind,
            "id": row.id,
            "code": watch.code(row),
            "reason": session.info.get("reason", ""),
            "changes": changes,
            "request": getattr(g, "request_id", "") if has_request_context() else "",
        }
        canon = canonical_text({**{name: plain(value) for name, value in body.items() if name != "changes"}, "changes": changes})
        rows.append(
            {
                "at": body["at"], "actor_id": actor_id, "actor_name": actor_name, "action": action,
                "subject_kind": watch.kind, "subject_id": row.id, "subject_code": body["code"],
                "parent_kind": parent[0] if parent else None, "parent_id": parent[1] if parent else None,
                "reason": body["reason"], "canonical": canon, "hash": digest(canon),
            }
        )
    if rows:
        session.connection().execute(insert(AuditEntry), rows)
        if breaking.present() is not None:
            breaking.touched([
                breaking.Touched(r["subject_kind"], r["subject_id"], r["subject_code"],
                                 (r["parent_kind"], r["parent_id"]) if r["parent_kind"] else None) for r in rows])


def _note_touched(session: Session, _context: Any, _instances: Any) -> None:
    touched: set[int] = session.info.setdefault("audit_touched", set())
    for row, action in _touched(session):
        if type(row) in _watched and _really(session, row, action):
            touched.add(id(row))


class Unaudited(RuntimeError):
    """A commit was refused because a changed row left no entry."""


def _before_commit(session: Session) -> None:
    session.flush()  # this event fires before the commit's own flush
    missing = session.info.get("audit_touched", set()) - session.info.get("audit_written", set())
    if missing:
        raise Unaudited(f"{len(missing)} changed rows without an audit entry")


def _forget(session: Session, *_: Any) -> None:
    for key in ("audit_touched", "audit_written", "actor", "reason"):
        session.info.pop(key, None)


def _no_bulk(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete):
        return
    table = getattr(state.statement, "table", None)
    watched = {cls.__table__ for cls in _watched}  # type: ignore[attr-defined]
    if table is not None and table in watched:
        raise Unaudited(f"bulk change of {table.name} would pass the audit trail by")


def listen(session_factory: Any) -> None:
    """Hang the trail on a session factory; there is no switch to take it off."""
    for name, listener in (
        ("before_flush", _note_touched), ("after_flush", _after_flush), ("before_commit", _before_commit),
        ("after_commit", _forget), ("after_rollback", _forget), ("do_orm_execute", _no_bulk),
    ):
        if not event.contains(session_factory, name, listener):  # several applications in one process share it
            event.listen(session_factory, name, listener)


def history(kind: str, subject_id: int, limit: int = 50, before: int | None = None) -> list[AuditEntry]:
    """Entries of a record and of its parts, newest first; `before` pages by entry id."""
    own = (AuditEntry.subject_kind == kind) & (AuditEntry.subject_id == subject_id)
    parts = (AuditEntry.parent_kind == kind) & (AuditEntry.parent_id == subject_id)
    ids = []
    for condition in (own, parts):
        query = select(AuditEntry.id).where(condition)
        if before is not None:
            query = query.where(AuditEntry.id < before)
        ids.append(query.order_by(AuditEntry.id.desc()).limit(limit).subquery())
    union = select(ids[0].c.id).union(select(ids[1].c.id)).subquery()
    found = db.session.scalars(
        select(AuditEntry).where(AuditEntry.id.in_(select(union.c.id))).order_by(AuditEntry.id.desc()).limit(limit)
    )
    return list(found)


# ---- sealing and verifying -------------------------------------------------------------------------------


def seal(engine: Engine, limit: int = 5000) -> int:
    """Chain entries that have no seal yet; returns how many. One writer at a time by the database's own lock."""
    token = writing.set(True)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(17025)"))
            head = connection.execute(
                select(AuditSeal.chain_hash).order_by(AuditSeal.id.desc()).limit(1)
            ).scalar()
            chain = head or GENESIS
            unsealed = connection.execute(
                select(AuditEntry.id, AuditEntry.hash)
                .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
                .where(AuditSeal.id.is_(None))
                .order_by(AuditEntry.id)
                .limit(limit)
            ).all()
            rows = []
            for entry_id, entry_hash in unsealed:
                chain = digest(chain + entry_hash)
                rows.append({"entry_id": entry_id, "entry_hash": entry_hash, "chain_hash": chain, "at": clock.now()})
            if rows:
                connection.execute(insert(AuditSeal), rows)
            return len(rows)
    finally:
        writing.reset(token)


@dataclass(frozen=True)
class Verification:
    """What `verify` found. `broken` is the first fault in words, empty when the chain holds."""

    entries: int
    sealed: int
    unsealed: int
    oldest_unsealed_seconds: int
    head: str
    broken: str

    @property
    def holds(self) -> bool:
        return not self.broken


def verify(engine: Engine) -> Verification:
    """Recompute every entry's hash and the whole chain; name the first link that does not hold."""
    broken, chain, sealed, entries = "", GENESIS, 0, 0
    with engine.connect() as connection:
        rows = connection.execute(
            select(AuditEntry.id, AuditEntry.canonical, AuditEntry.hash)
            .order_by(AuditEntry.id)
            .execution_options(yield_per=1000)
        )
        for entry_id, canon, stored in rows:
            entries += 1
            if digest(canon) != stored and not broken:
                broken = f"entry {entry_id}: its content does not give its hash"
        seals = connection.execute(
            select(AuditSeal.id, AuditSeal.entry_id, AuditSeal.entry_hash, AuditSeal.chain_hash, AuditEntry.hash)
            .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
            .order_by(AuditSeal.id)
        )
        expected = 1
        for seq, entry_id, entry_hash, chain_hash, now_hash in seals:
            sealed += 1
            chain = digest(chain + entry_hash)
            if broken:
                continue
            if seq < expected:
                broken = f"seal {seq}: out of sequence"
            elif not now_hash:
                broken = f"seal {seq}: entry {entry_id} is gone"
            elif now_hash != entry_hash:
                broken = f"seal {seq}: entry {entry_id} was changed after sealing"
            elif chain != chain_hash:
                broken = f"seal {seq}: the chain does not continue from the seal before it"
            expected = seq + 1
        oldest = connection.execute(
            select(AuditEntry.at)
            .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
            .where(AuditSeal.id.is_(None))
            .order_by(AuditEntry.id)
            .limit(1)
        ).scalar()
    age = int((clock.now() - oldest).total_seconds()) if oldest else 0
    return Verification(entries, sealed, entries - sealed, age, chain, broken)


TRIGGERS_SQLITE = [
    f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    for table in ("audit_entry", "audit_seal")
    for verb in ("update", "delete")
]
TRIGGERS_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        for table in ("audit_entry", "audit_seal")
    ),
]
