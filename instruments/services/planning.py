"""Rules of the plan that a laboratory sets for itself, and addresses under which calendars read it."""
from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from flask_babel import gettext

from instruments.models import CalendarFeed
from instruments.services.cycles import END_OF_MONTH
from lab_app.accounts import services as accounts
from lab_app.accounts.models import Laboratory
from lab_app.accounts.queries import laboratory
from lab_app.core import clock
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P

SOON, ESCALATE = "reminder_soon_days", "reminder_escalate_days"
FEEDS_AT_MOST = 5


@dataclass(frozen=True)
class PlanRules:
    """Whether validity runs to the end of its month; days before the due date of the second reminder; days after it until the quality
    managers are told."""

    end_of_month_validity: bool = False
    soon_days: int = 14
    escalate_days: int = 7


def plan_rules(lab: Laboratory | None = None) -> PlanRules:
    """The rules as this laboratory set them, or their defaults."""
    lab = lab or laboratory()
    kept = lab.settings if lab is not None else {}
    default = PlanRules()
    return PlanRules(
        bool(kept.get(END_OF_MONTH, default.end_of_month_validity)), int(kept.get(SOON, default.soon_days)),
        int(kept.get(ESCALATE, default.escalate_days)))


def set_plan_rules(actor: Actor, rules: PlanRules, reason: str) -> PlanRules:
    """Change the rules of the plan, with the reason; due dates already given stay as they are."""
    authorize(actor, P.LABORATORY_WRITE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    for field, value, bounds in (("soon_days", rules.soon_days, (1, 90)), ("escalate_days", rules.escalate_days, (0, 90))):
        if not bounds[0] <= value <= bounds[1]:
            raise FieldRefused(field, gettext("Từ %(low)s đến %(high)s ngày.", low=bounds[0], high=bounds[1]))
    lab = laboratory()
    if lab is None:
        raise FieldRefused("reason", gettext("Khai thông tin phòng thử nghiệm trước."))
    kept = {**lab.settings, END_OF_MONTH: rules.end_of_month_validity, SOON: rules.soon_days, ESCALATE: rules.escalate_days}
    accounts.set_up_laboratory(actor, reason=reason, settings=kept)
    return rules


def digest(token: str) -> str:
    """What is kept of a secret address."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_feed(actor: Actor, only_mine: bool) -> tuple[CalendarFeed, str]:
    """A new secret address of one's own calendar; the secret is answered once and only its hash is kept."""
    authorize(actor, P.INSTRUMENT_READ)
    person_id = person_of(actor)
    standing = [row for row in db.session.query(CalendarFeed).filter_by(person_id=person_id, revoked_at=None)]
    if len(standing) >= FEEDS_AT_MOST:
        raise FieldRefused("only_mine", gettext("Đã có %(n)s địa chỉ lịch; thu hồi một địa chỉ trước.", n=FEEDS_AT_MOST))
    token = secrets.token_urlsafe(32)
    row = CalendarFeed(person_id=person_id, token_sha256=digest(token), only_mine=only_mine)
    db.session.add(row)
    db.session.flush()
    return row, token


def revoke_feed(actor: Actor, feed: CalendarFeed) -> CalendarFeed:
    """End a calendar address of one's own: from now on it answers as if it had never been."""
    authorize(actor, P.INSTRUMENT_READ)
    if feed.person_id != actor.id:
        raise FieldRefused("feed", gettext("Chỉ thu hồi địa chỉ lịch của mình."))
    if feed.revoked_at is None:
        feed.revoked_at = clock.now()
        db.session.flush()
    return feed
