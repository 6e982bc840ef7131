"""Confidential information that the law obliges to give away: who asked, by which rule, what was given, the customer told (4.2.2)."""
from __future__ import annotations

from datetime import date

from flask_babel import gettext

from lab_app.core import audit, clock, files, inbox, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.i18n import show_date
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality.disclosures.models import Disclosure
from lab_app.quality.disclosures.workflow import CLOSED, DISCLOSURE, ToldFacts
from lab_app.quality.services import subject_named

#: So many days after giving the customer is to know.
TELL_DAYS = 3
TO_ANSWER = N_("Trả lời yêu cầu cung cấp thông tin %(code)s của %(authority)s")
TO_TELL = N_("Báo khách hàng về thông tin đã cung cấp theo %(code)s")


def _needed(field: str, typed: str) -> str:
    if not typed.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return typed.strip()


def _day(field: str, day: date, not_before: date) -> date:
    if day > clock.today():
        raise FieldRefused(field, gettext("Ngày này ở tương lai."))
    if day < not_before:
        raise FieldRefused(field, gettext("Ngày này trước ngày %(day)s.", day=show_date(not_before)))
    return day


def _link(row: Disclosure) -> str:
    return f"/quality/disclosures/{row.code}"


def register_demand(
    actor: Actor, *, authority: str, basis: str, asked_on: date, customer: str, wanted: str, demand: str = "", subject_kind: str = "",
    subject_code: str = "", upload: files.Upload | None = None,
) -> Disclosure:
    """Write down that an authority demands information (4.2.2). Refuses one without authority, legal basis, customer, or what is wanted; a
    day to come; a record that is not there."""
    authorize(actor, P.QUALITY_WRITE)
    person_id = person_of(actor)
    kind, subject_id, code = subject_named(subject_kind, subject_code)
    _day("asked_on", asked_on, date(2000, 1, 1))
    row = Disclosure(
        code=numbering.yearly("CCTT", asked_on.year, 3), authority=_needed("authority", authority), demand=demand.strip(),
        basis=_needed("basis", basis), asked_on=asked_on, subject_kind=kind, subject_id=subject_id, subject_code=code,
        customer=_needed("customer", customer), wanted=_needed("wanted", wanted), recorded_by_id=person_id)
    db.session.add(row)
    db.session.flush()
    if upload is not None:
        files.attach(upload, "disclosure", row.id, person_id, purpose="demand")
    search.put("disclosure", row.id, row.code, row.authority, row.customer, row.subject_code, row.demand)
    inbox.ask(f"disclosure/{row.id}/answer", "disclosure", TO_ANSWER, {"code": row.code, "authority": row.authority[:120]},
              permission=P.QUALITY_WRITE, code=row.code, link=_link(row))
    return row


def give(actor: Actor, row: Disclosure, *, given: str, given_on: date) -> Disclosure:
    """Write down exactly what was given and when; from now on the customer is to be told. Refuses a day before the demand."""
    authorize(actor, P.QUALITY_WRITE)
    DISCLOSURE.move(row, "give")
    row.given, row.given_on, row.given_by_id = _needed("given", given), _day("given_on", given_on, row.asked_on), person_of(actor)
    db.session.flush()
    inbox.settle(f"disclosure/{row.id}/answer")
    inbox.ask(f"disclosure/{row.id}/tell", "disclosure", TO_TELL, {"code": row.code}, permission=P.QUALITY_WRITE, code=row.code,
              link=_link(row), due_on=date.fromordinal(given_on.toordinal() + TELL_DAYS))
    return row


def refuse(actor: Actor, row: Disclosure, reason: str) -> Disclosure:
    """Give nothing, with the reason: the demand has no basis in law, or asks for more than it allows."""
    authorize(actor, P.QUALITY_WRITE)
    with audit.reason(_needed("reason", reason)):
        DISCLOSURE.move(row, "refuse")
        row.refused_reason = reason.strip()
        db.session.flush()
    inbox.settle_under(f"disclosure/{row.id}/")
    return row


def tell_customer(actor: Actor, row: Disclosure, *, told_on: date | None, told_how: str, forbidden_by: str = "") -> Disclosure:
    """Write down that the customer was told, when and how; or which rule forbids telling. One of the two; refused after the end."""
    authorize(actor, P.QUALITY_WRITE)
    if row.status == CLOSED:
        raise FieldRefused("told_on", gettext("Hồ sơ %(code)s đã đóng.", code=row.code))
    if (told_on is None) == (not forbidden_by.strip()):
        raise FieldRefused("told_on", gettext("Ghi ngày đã báo, hoặc điều luật cấm báo: một trong hai."))
    if told_on is not None:
        row.told_on, row.told_how, row.forbidden_by = _day("told_on", told_on, row.asked_on), _needed("told_how", told_how), ""
    else:
        row.told_on, row.told_how, row.forbidden_by = None, "", forbidden_by.strip()
    db.session.flush()
    inbox.settle(f"disclosure/{row.id}/tell")
    return row


def told_facts(row: Disclosure) -> ToldFacts:
    """Facts of gate *disclosure-told*."""
    return ToldFacts(row.code, row.customer, row.told_on is not None, bool(row.forbidden_by))


def close(actor: Actor, row: Disclosure) -> Disclosure:
    """End it. Refused by gate *disclosure-told* while the customer does not know and no rule forbids."""
    authorize(actor, P.QUALITY_WRITE)
    DISCLOSURE.move(row, "close", told_facts(row))
    row.closed_by_id, row.closed_at = actor.id, clock.now()
    db.session.flush()
    inbox.settle_under(f"disclosure/{row.id}/")
    return row
