"""Measuring systems: parts put in and taken out from a moment on (6.4.5, 6.4.13)."""
from __future__ import annotations

from datetime import datetime

from flask_babel import gettext

from instruments import queries
from instruments.models import Instrument, SystemMember
from instruments.services.standing import refresh
from lab_app.core import audit, clock
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P

#: More parts than any chain has; beyond it something else is meant.
MOST_PARTS = 40


def add_member(
    actor: Actor, system: Instrument, member: Instrument, from_at: datetime, *, role: str = "", reason: str = "",
) -> SystemMember:
    """Make an instrument a part of a measuring system from a moment on; what was measured before knows nothing of it.

    Refuses: a system that is none, itself or anything it is part of (no circles), another site's instrument, a moment to come or
    before both stood in the register, and a part that belongs to the system at that moment or later already.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    person_id = person_of(actor)
    if system.kind != queries.SYSTEM:
        raise FieldRefused("member", gettext("%(code)s không phải hệ đo.", code=system.code))
    if member.id == system.id or _holds(member, system.id):
        raise FieldRefused("member", gettext("%(code)s đã chứa hệ đo này; một hệ không thể là thành phần của chính nó.",
                                             code=member.code))
    if member.state == "retired":
        raise FieldRefused("member", gettext("%(code)s đã thanh lý.", code=member.code))
    if member.site_id != system.site_id:
        raise FieldRefused("member", gettext("%(code)s thuộc cơ sở khác.", code=member.code))
    if from_at > clock.now():
        raise FieldRefused("from_at", gettext("Thời điểm này ở tương lai."))
    # Moments are typed to the minute: the minute of the entry itself is not before it.
    if from_at < max(system.recorded_at, member.recorded_at).replace(second=0, microsecond=0):
        raise FieldRefused("from_at", gettext("Trước khi hệ đo hoặc thiết bị vào danh mục."))
    parts = queries.membership_history(system.id)
    if any(p.member_id == member.id and (p.until_at is None or p.until_at > from_at) for p in parts):
        raise FieldRefused("member", gettext("%(code)s đã là thành phần của hệ đo vào lúc đó.", code=member.code))
    present = [p for p in parts if p.until_at is None]
    if len(present) >= MOST_PARTS:
        raise FieldRefused("member", gettext("Một hệ đo có nhiều nhất %(n)s thành phần.", n=MOST_PARTS))
    with audit.reason(reason):
        row = SystemMember(
            system_id=system.id, member_id=member.id, member=member, role=role.strip(), from_at=from_at, person_id=person_id,
            position=max((p.position for p in present), default=0) + 1,
        )
        db.session.add(row)
        db.session.flush()
    refresh(system)
    return row


def _holds(outer: Instrument, ident: int) -> bool:
    """Whether `outer` has the instrument among its parts, at any depth, now or from any moment on."""
    return any(part.member_id == ident for found in queries.parts_below([outer]).values() for part in found)


def end_membership(actor: Actor, part: SystemMember, until_at: datetime, *, reason: str) -> SystemMember:
    """A part leaves its system at a moment (exclusive), also when that became known later; it stays in the history.

    Refuses a missing reason, a moment to come or not after it joined, and a part that has left already.
    """
    authorize(actor, P.INSTRUMENT_WRITE)
    person_of(actor)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if part.until_at is not None:
        raise FieldRefused("until_at", gettext("Thành phần này đã rời hệ đo rồi."))
    if until_at > clock.now():
        raise FieldRefused("until_at", gettext("Thời điểm này ở tương lai."))
    if until_at <= part.from_at:
        raise FieldRefused("until_at", gettext("Phải sau lúc vào hệ đo."))
    with audit.reason(reason):
        part.until_at, part.until_recorded_at = until_at, clock.now()
        db.session.flush()
    refresh(part.system)
    return part
