"""An item's file as pages show it: every cell in words, tables without empty columns, revisions with what they changed."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lab_app.samples.item_file import TABLE_WORDS, TABLES, VERSIONS, cell_text, property_text
from lab_app.samples.models import RequestItem
from lab_app.samples.queries.item_file import ItemFile, files_of
from test_methods.properties import PROPERTIES


@dataclass(frozen=True)
class Table:
    """One table of the file: its title, heads and rows as text."""

    title: str
    heads: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Revision:
    """One state: its number, when it counts from, which parts it changed, why, by whom, and whether it asks what stands."""

    number: int
    at: datetime
    parts: str
    reason: str
    by: str
    asks: bool


@dataclass(frozen=True)
class FileShown:
    """Everything `samples/_item_file.html` draws of one item."""

    item_id: int
    empty: bool
    number: int
    facts: list[tuple[str, str]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    photos: list[Any] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)


def shown(file: ItemFile) -> FileShown:
    """A file in the reader's language."""
    content = file.content
    facts = [(str(p.words), property_text(p.key, content["properties"][p.key])) for p in PROPERTIES if p.key in content["properties"]]
    facts += [(str(part.words), content["versions"][part.key]) for part in VERSIONS if content["versions"].get(part.key)]
    return FileShown(
        file.item.id, file.empty, file.number, facts, list(_tables(content)), file.photos,
        [Revision(r.number, r.changed_at, ", ".join(str(TABLE_WORDS[name]) for name in r.changed), r.reason, r.recorded_by.name, r.asks)
         for r in reversed(file.revisions)],
    )


def _tables(content: dict[str, Any]) -> Iterable[Table]:
    for name, parts in TABLES.items():
        rows = content[name]
        used = [part for part in parts if any(row.get(part.key) for row in rows)]
        if rows:
            yield Table(str(TABLE_WORDS[name]), [str(part.words) for part in used],
                        [[cell_text(part, str(row.get(part.key) or "")) or "–" for part in used] for row in rows])


def files_shown(items: Iterable[RequestItem], history: bool = True, pictures: bool = True) -> dict[int, FileShown]:
    """Item id → its file as shown; see `queries.item_file.files_of` for the statements."""
    return {ident: shown(file) for ident, file in files_of(items, history, pictures).items()}
