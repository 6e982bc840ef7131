"""The item's file: written once, changed with a reason; each state is kept, and a change of the item asks what still stands."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select

from lab_app.core import audit, clock, files
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.files import Upload
from lab_app.core.permissions import P
from lab_app.samples.item_file import BadFile, differing, is_empty, read
from lab_app.samples.models import ItemFileRevision, RequestItem, Sample
from lab_app.samples.queries.item_file import SETUP, SUBJECT, content_of

MOST_PHOTOS = 24


def _may_write(actor: Actor) -> None:
    """Reception writes the file as the customer states it; whoever handles the item completes it at the bench."""
    authorize(actor, P.REQUEST_REGISTER if actor.can(P.REQUEST_REGISTER) else P.SAMPLE_MOVE)


def write_item_file(
    actor: Actor, item: RequestItem, given: Mapping[str, Any], *, reason: str = "", changes_item: bool = False,
    changed_at: datetime | None = None,
) -> ItemFileRevision | None:
    """Bring an item's file to `given` (parts as `samples.item_file` reads them); None when nothing differs.

    The first writing needs no reason. Later: `reason`, and `changes_item` says whether the item itself was changed at `changed_at`
    (then results measured before it are asked for) or is only described better. Refuses a closed request, a moment in the future or
    before the first item came, and rows that do not say what they must, naming the part.
    """
    _may_write(actor)
    person_id = person_of(actor)
    if item.request.status in ("declined", "cancelled"):
        raise Refused(gettext("Yêu cầu %(number)s đã đóng.", number=item.request.number))
    try:
        content = read(given)
    except BadFile as error:
        raise FieldRefused(error.part, str(error.says)) from error
    before = content_of(item)
    changed = differing(before, content)
    if not changed:
        return None
    first = is_empty(before) and item.file_revision == 0
    if not first and not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    at = changed_at or clock.now()
    if changes_item and not first:
        _checked_moment(item, at)
    if reason.strip():
        audit.because(reason)
    for name, value in content.items():
        setattr(item, name, value)
    item.file_revision += 1
    row = ItemFileRevision(
        item_id=item.id, number=item.file_revision, content=content, changed=changed, asks=changes_item and not first,
        reason=reason.strip(), changed_at=at if changes_item and not first else clock.now(), recorded_by_id=person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _checked_moment(item: RequestItem, at: datetime) -> None:
    if at > clock.now():
        raise FieldRefused("changed_at", gettext("Thời điểm này ở tương lai."))
    arrived = db.session.scalar(select(func.min(Sample.received_at)).where(Sample.item_id == item.id))
    if arrived is not None and at < arrived:
        raise FieldRefused("changed_at", gettext("Thay đổi mẫu không thể trước khi nhận mẫu đầu tiên."))


def add_setup_photos(actor: Actor, item: RequestItem, photos: Sequence[Upload], captions: Sequence[str]) -> None:
    """Photos of the test set-up, each with the caption that is printed beneath it. Refuses one without a caption."""
    _may_write(actor)
    if not photos:
        raise FieldRefused("photos", gettext("Chọn ít nhất một ảnh."))
    if any(not caption.strip() for caption in captions) or len(captions) != len(photos):
        raise FieldRefused("caption", gettext("Mỗi ảnh bố trí cần chú thích."))
    if len(files.attachments(SUBJECT, item.id, SETUP)) + len(photos) > MOST_PHOTOS:
        raise FieldRefused("photos", gettext("Tối đa %(n)s ảnh.", n=MOST_PHOTOS))
    for photo, caption in zip(photos, captions, strict=True):
        files.attach(photo, SUBJECT, item.id, actor.id, purpose=SETUP, caption=caption.strip()[:300])
    db.session.flush()
