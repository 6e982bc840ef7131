"""Questions about items' files: what stands in them, their revisions, their set-up photos. Statements do not grow with the items."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.core.files import Attachment
from lab_app.samples.item_file import PARTS, is_empty
from lab_app.samples.models import ItemFileRevision, RequestItem

#: How set-up photos hang on an item.
SUBJECT, SETUP = "request-item", "setup"


@dataclass(frozen=True)
class ItemFile:
    """One item's file as it stands: its content (`samples.item_file.PARTS`), its revisions oldest first, its set-up photos."""

    item: RequestItem
    content: dict[str, Any]
    revisions: list[ItemFileRevision] = field(default_factory=list)
    photos: list[Attachment] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show or print."""
        return is_empty(self.content) and not self.photos

    @property
    def number(self) -> int:
        """The revision that stands; 0 while nobody has written the file."""
        return self.item.file_revision


def content_of(item: RequestItem) -> dict[str, Any]:
    """What stands in an item's file now."""
    return {name: getattr(item, name) for name in PARTS}


def item_by_id(ident: int) -> RequestItem | None:
    """A request's item with its request."""
    return db.session.scalar(select(RequestItem).where(RequestItem.id == ident).options(joinedload(RequestItem.request)))


def item_file(item_ids: Iterable[int]) -> dict[int, ItemFile]:
    """Item id → its file, for pages and for the paper; three statements, two where no item has a file."""
    ids = sorted(set(item_ids))
    return files_of(db.session.scalars(select(RequestItem).where(RequestItem.id.in_(ids))).unique().all()) if ids else {}


def files_of(items: Iterable[RequestItem], history: bool = True, pictures: bool = True) -> dict[int, ItemFile]:
    """`item_file` of items that are loaded already: a statement for photos (`pictures`), one for revisions (`history`) if any."""
    items = list(items)
    ids = [item.id for item in items]
    if not ids:
        return {}
    revisions: dict[int, list[ItemFileRevision]] = {}
    if history and any(item.file_revision for item in items):
        for row in db.session.scalars(
            select(ItemFileRevision).where(ItemFileRevision.item_id.in_(ids))
            .options(joinedload(ItemFileRevision.recorded_by).lazyload(Person.roles)).order_by(ItemFileRevision.number)
        ):
            revisions.setdefault(row.item_id, []).append(row)
    photos: dict[int, list[Attachment]] = {}
    for photo in db.session.scalars(select(Attachment).where(
        Attachment.subject_kind == SUBJECT, Attachment.subject_id.in_(ids), Attachment.purpose == SETUP).order_by(Attachment.id)
    ) if pictures else ():
        photos.setdefault(photo.subject_id, []).append(photo)
    return {i.id: ItemFile(i, content_of(i), revisions.get(i.id, []), photos.get(i.id, [])) for i in items}


def asking_revisions(item_ids: Iterable[int]) -> list[ItemFileRevision]:
    """Revisions by which the item itself was changed, oldest first: results measured before them must be answered for."""
    return list(db.session.scalars(
        select(ItemFileRevision).where(ItemFileRevision.item_id.in_(list(item_ids)), ItemFileRevision.asks)
        .order_by(ItemFileRevision.changed_at, ItemFileRevision.id)))
