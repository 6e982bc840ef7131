"""Freezing what nonconforming work concerns, and letting it go on (7.10.1 b, f)."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import DECIDED, Confirmation
from lab_app.core import clock, events, gates, inbox, numbering
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality.holds import workflow
from lab_app.quality.holds.models import Hold
from lab_app.quality.models import Nonconformity


def place_hold(
    actor: Actor, nonconformity: Nonconformity, *, subject_kind: str, subject_id: int, subject_code: str, reason: str,
    since: datetime | None = None,
) -> Hold:
    """Freeze a subject under nonconforming work, from now on. `since`: the moment from which what was measured with it is in doubt and
    withheld (now unless said). Refuses closed nonconforming work, a kind that cannot be frozen, an empty reason, a moment to come, and
    a subject that stands frozen under the same work already."""
    authorize(actor, P.QUALITY_WRITE)
    now = clock.now()
    if nonconformity.status == "closed":
        raise Refused(gettext("Hồ sơ %(code)s đã đóng.", code=nonconformity.code))
    if subject_kind not in workflow.KINDS:
        raise FieldRefused("subject_kind", gettext("Lựa chọn không có trong danh sách."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if since is not None and since > now:
        raise FieldRefused("since", gettext("Thời điểm này ở tương lai."))
    twin = select(Hold.code).where(
        Hold.nonconformity_id == nonconformity.id, Hold.subject_kind == subject_kind, Hold.subject_id == subject_id,
        Hold.released_at.is_(None))
    if (standing := db.session.scalar(twin)) is not None:
        raise FieldRefused("subject_code", gettext("Đã giữ lại theo %(code)s.", code=standing))
    row = Hold(
        code=numbering.yearly("GL", clock.local(now).year, 3), nonconformity_id=nonconformity.id, subject_kind=subject_kind,
        subject_id=subject_id, subject_code=subject_code, reason=reason.strip(), since=since or now, held_at=now, held_by_id=actor.id,
        held_by_name=actor.name, nonconformity=nonconformity,
    )
    db.session.add(row)
    db.session.flush()
    inbox.ask(
        f"hold/{row.id}/release", "hold", N_("%(code)s: %(subject)s đang bị giữ lại, chờ cho làm việc trở lại"),
        {"code": row.code, "subject": row.subject_code}, permission=P.HOLD_RELEASE, not_person_id=actor.id, code=row.code,
        link=f"/quality/holds/{row.code}", button=N_("Xem xét"))
    events.hold_placed.send(place_hold, hold=row, actor=actor)
    return row


def release_facts(actor: Actor, row: Hold) -> workflow.ReleaseFacts:
    """Facts of gate *hold-released-by-another*."""
    return workflow.ReleaseFacts(row.code, actor.id, actor.name, row.held_by_id, row.held_by_name, row.held_at)


def to_sign(row: Hold) -> dict[str, Any]:
    """What the person who lets work go on signs over."""
    return {"hold": row.code, "subject_kind": row.subject_kind, "subject": row.subject_code, "held_at": row.held_at.isoformat(),
            "reason": row.reason, "since": row.since.isoformat(), "act": "release"}


def release_hold(actor: Actor, row: Hold, *, basis: str, confirmed: Confirmation | None = None) -> Hold:
    """Let work go on from this moment, signed, on a stated basis: what was verified (7.10.1 f). Refused by gate
    *hold-released-by-another*; refuses a hold that was released, and an empty basis."""
    authorize(actor, P.HOLD_RELEASE)
    gates.require("hold-released-by-another", release_facts(actor, row))
    if row.released_at is not None:
        raise Refused(gettext("%(code)s đã được cho làm lại.", code=row.code))
    if not basis.strip():
        raise FieldRefused("basis", gettext("Ghi đã kiểm tra gì trước khi cho làm lại."))
    signatures.sign(actor, confirmed, meaning=DECIDED, subject=("hold", row.id), shown=to_sign(row))
    row.released_at, row.released_by_id, row.release_basis = clock.now(), person_of(actor), basis.strip()
    db.session.flush()
    inbox.settle_under(f"hold/{row.id}/")
    events.hold_released.send(release_hold, hold=row, actor=actor)
    return row
