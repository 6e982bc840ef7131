"""One way to find anything by code or words: folded text, prefix match, FTS5 on SQLite and tsvector on PostgreSQL.

`fold` drops case, accents and đ, so that `dien tu` finds `Điện tử`.
"""
from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Index, Integer, Select, String, Text, column, delete, func, select, table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from lab_app.core.db import Base, db

#: So many of the newest entries are looked at when a list is narrowed by words.
NEWEST = 20_000
_WORD = re.compile(r"[0-9a-z]+")
#: Begins the word by which an entry's kind stands in its body; nobody can type it, typed words have plain letters alone.
_KIND = "þ"


def fold(words: str) -> str:
    """NFC, case folded, đ→d, marks off."""
    low = unicodedata.normalize("NFC", words).casefold().replace("đ", "d")
    return "".join(c for c in unicodedata.normalize("NFD", low) if not unicodedata.combining(c))


def given_name_key(name: str) -> str:
    """Sort key of a Vietnamese name: given name first, then middle and family."""
    parts = fold(name).split()
    return " ".join(parts[-1:] + parts[:-1])


class SearchEntry(Base):
    """What one record can be found by. `body` holds folded text and its kind (`body_of`); the index over it belongs to the database."""

    __tablename__ = "search_entry"
    __table_args__ = (Index("uq_search_entry_subject", "kind", "subject_id", unique=True), Index("ix_search_entry_code", "code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60), nullable=False)
    subject_id: Mapped[int] = mapped_column(Integer, nullable=False)
    code: Mapped[str] = mapped_column(String(120), nullable=False)
    title: Mapped[str] = mapped_column(String(400), nullable=False)
    body: Mapped[str] = mapped_column(Text, nullable=False)


SQLITE_DDL = [
    "CREATE VIRTUAL TABLE search_fts USING fts5(body, content='search_entry', content_rowid='id', "
    "tokenize='unicode61 remove_diacritics 0', prefix='2 3 4')",
    "CREATE TRIGGER search_entry_ai AFTER INSERT ON search_entry BEGIN "
    "INSERT INTO search_fts(rowid, body) VALUES (new.id, new.body); END",
    "CREATE TRIGGER search_entry_ad AFTER DELETE ON search_entry BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, body) VALUES ('delete', old.id, old.body); END",
    "CREATE TRIGGER search_entry_au AFTER UPDATE ON search_entry BEGIN "
    "INSERT INTO search_fts(search_fts, rowid, body) VALUES ('delete', old.id, old.body); "
    "INSERT INTO search_fts(rowid, body) VALUES (new.id, new.body); END",
]
POSTGRESQL_DDL = ["CREATE INDEX ix_search_entry_tsv ON search_entry USING gin (to_tsvector('simple', body))"]


def _kind_word(kind: str) -> str:
    return _KIND + "".join(_WORD.findall(kind))


def body_of(kind: str, *words: str | None) -> str:
    """The text that an entry is found by: its words folded, and its kind as a word of its own, so that the index alone answers what a
    list of one kind asks."""
    return " ".join([*_WORD.findall(fold(" ".join(w for w in words if w))), _kind_word(kind)])


def put(kind: str, subject_id: int, code: str, title: str, *words: str | None) -> None:
    """Make a record findable, or refresh what it is found by. Part of the caller's transaction."""
    found_by = {"code": code[:120], "title": title[:400], "body": body_of(kind, code, title, *words)}
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(SearchEntry).values(kind=kind, subject_id=subject_id, **found_by)
        .on_conflict_do_update(index_elements=["kind", "subject_id"], set_=found_by)
    )


def remove(kind: str, subject_id: int) -> None:
    """Take a record out of the index (a draft that was dropped)."""
    db.session.execute(delete(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.subject_id == subject_id))


def _terms(words: str) -> list[str]:
    return _WORD.findall(fold(words))[:8]


_fts = table("search_fts", column("rowid", Integer))


def _hits(words: str, kind: str | None = None) -> Select[Any] | None:
    """Ids of the entries (of one kind) that hold every word, each as a prefix; `None` when nothing searchable was typed."""
    terms = _terms(words)
    if not terms:
        return None
    if db.engine.dialect.name == "sqlite":
        phrase = " AND ".join([*(f'"{t}"*' for t in terms), *([f'"{_kind_word(kind)}"'] if kind else [])])
        return select(_fts.c.rowid.label("id")).where(text("search_fts MATCH :fts_phrase").bindparams(fts_phrase=phrase))
    phrase = " & ".join([*(f"{t}:*" for t in terms), *([_kind_word(kind)] if kind else [])])
    return select(SearchEntry.id).where(
        text("to_tsvector('simple', search_entry.body) @@ to_tsquery('simple', :fts_phrase)").bindparams(fts_phrase=phrase)
    )


def _newest(hits: Select[Any], limit: int) -> Select[Any]:
    return hits.order_by(hits.selected_columns[0].desc()).limit(limit)


def ids(kind: str, words: str) -> Any:
    """A sub-select of subject ids of one kind, for a list's text filter; `None` when nothing searchable was typed.

    Of words that stand almost everywhere only the `NEWEST` entries are looked at (`crowded` says so): a list of a million
    would otherwise be gathered to show a page of it.
    """
    hits = _hits(words, kind)
    if hits is None:
        return None
    return select(SearchEntry.subject_id).where(SearchEntry.kind == kind, SearchEntry.id.in_(_newest(hits, NEWEST)))


def crowded(kind: str, words: str) -> bool:
    """Whether more than `NEWEST` entries of a kind hold these words, so that a list shows only the newest of them."""
    hits = _hits(words, kind)
    if hits is None:
        return False
    count = select(func.count()).select_from(hits.limit(NEWEST + 1).subquery())
    return int(db.session.scalar(count) or 0) > NEWEST


@dataclass(frozen=True)
class Found:
    """One answer of the search box."""

    kind: str
    subject_id: int
    code: str
    title: str


def by_code(code: str) -> list[Found]:
    """Records with exactly this code."""
    rows = db.session.scalars(select(SearchEntry).where(SearchEntry.code == code).limit(10))
    return [Found(r.kind, r.subject_id, r.code, r.title) for r in rows]


def find(words: str, kinds: set[str] | None = None, limit: int = 30) -> list[Found]:
    """Records that hold every typed word, newest first."""
    hits = _hits(words)
    if hits is None:
        return []
    shown = (SearchEntry.kind, SearchEntry.subject_id, SearchEntry.code, SearchEntry.title)
    if db.engine.dialect.name == "sqlite":
        # Ordered by the index's own row number it answers from its newest end; by the entry's it would gather all first.
        query = hits.with_only_columns(*shown).where(SearchEntry.id == _fts.c.rowid).order_by(_fts.c.rowid.desc())
    else:
        query = hits.with_only_columns(*shown).order_by(SearchEntry.id.desc())
    if kinds is not None:
        query = query.where(SearchEntry.kind.in_(kinds))
    return [Found(*row) for row in db.session.execute(query.limit(limit))]
