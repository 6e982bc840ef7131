"""Every later move of an item is an event: from whom, to whom, where, when (7.4.1)."""
from __future__ import annotations

from datetime import datetime

from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.core import audit, clock
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.samples.models import CustodyEvent, FirmwareChange, Sample
from lab_app.samples.workflow import SAMPLE

KINDS = ("handed_over", "taken", "stored", "returned", "disposed")


def _last(sample: Sample) -> CustodyEvent | None:
    return sample.custody[-1] if sample.custody else None


def move_sample(
    actor: Actor, sample: Sample, *, kind: str, at: datetime, to_person: Person | None = None, to_text: str = "",
    place: str = "", note: str = "",
) -> CustodyEvent:
    """Record a move. Returning or disposing closes the item; a move may not stand before the one recorded last."""
    authorize(actor, P.SAMPLE_MOVE)
    if kind not in KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    if at > clock.now():
        raise FieldRefused("at", gettext("Thời điểm này ở tương lai."))
    last = _last(sample)
    if last is not None and at < last.at:
        raise FieldRefused("at", gettext("Trước lần bàn giao đã ghi gần nhất."))
    if kind == "stored" and not place.strip():
        raise FieldRefused("place", gettext("Cần ghi nơi cất giữ."))
    if kind == "handed_over" and to_person is None and not to_text.strip():
        raise FieldRefused("to_person", gettext("Cần ghi giao cho ai."))
    if kind == "disposed" and not note.strip():
        raise FieldRefused("note", gettext("Cần ghi cách thanh lý và căn cứ."))
    SAMPLE.move(sample, kind)
    holder = ""
    if last is not None:
        holder = last.to_person.full_name if last.to_person else (last.to_text or last.place)
    row = CustodyEvent(
        sample_id=sample.id, kind=kind, from_text=holder, to_person_id=to_person.id if to_person else None, to_text=to_text,
        place=place, note=note, at=at, by_id=actor.id,
    )
    db.session.add(row)
    if kind == "stored":
        sample.storage = place
    db.session.flush()
    db.session.refresh(sample, ["custody"])
    return row


def change_firmware(
    actor: Actor, sample: Sample, *, firmware: str, changed_at: datetime, by: str, reason: str
) -> FirmwareChange:
    """The item's firmware was changed: readings after the moment belong to the new version."""
    authorize(actor, P.SAMPLE_MOVE)
    for field, value in (("firmware", firmware), ("by", by), ("reason", reason)):
        if not value.strip():
            raise FieldRefused(field, gettext("Cần điền mục này."))
    if changed_at > clock.now() or changed_at < sample.received_at:
        raise FieldRefused("changed_at", gettext("Thời điểm đổi firmware phải từ lúc nhận mẫu đến bây giờ."))
    audit.because(reason)
    row = FirmwareChange(
        sample_id=sample.id, firmware=firmware.strip(), changed_at=changed_at, by=by.strip(), reason=reason.strip(),
        recorded_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    db.session.expire(sample, ["firmware_changes"])
    return row
