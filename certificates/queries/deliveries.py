"""Reads of deliveries: those of a paper, what waits, papers nobody has yet, and what a personal link opens."""
from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from certificates.delivery import workflow as ways
from certificates.models import Delivery, LinkOpening, PersonalLink, Report
from certificates.workflow import VALID
from lab_app.accounts.models import Laboratory, Person
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.samples.models import Customer, TestRequest

#: A paper issued longer ago that has no delivery is from before deliveries were kept.
LOOK_BACK = timedelta(days=90)
SHOWN = 50


def _whole() -> Select[Any]:
    return select(Delivery).options(
        joinedload(Delivery.person).lazyload(Person.roles), joinedload(Delivery.change), joinedload(Delivery.links))


def of_report(report_id: int) -> list[Delivery]:
    """Deliveries of one paper, newest first, with their links."""
    query = _whole().where(Delivery.report_id == report_id).order_by(Delivery.id.desc()).limit(SHOWN)
    return list(db.session.scalars(query).unique())


def of_request(request_id: int) -> list[Delivery]:
    """Deliveries of the papers of one request, newest first."""
    query = _whole().join(Report, Report.id == Delivery.report_id).where(Report.request_id == request_id)
    query = query.options(joinedload(Delivery.report)).order_by(Delivery.id.desc()).limit(SHOWN)
    return list(db.session.scalars(query).unique())


def openings(link_ids: Iterable[int]) -> dict[int, tuple[int, Any]]:
    """How often each link was opened and when last; a link that never was is absent."""
    wanted = list(link_ids)
    if not wanted:
        return {}
    rows = db.session.execute(
        select(LinkOpening.link_id, func.count(), func.max(LinkOpening.opened_at)).where(LinkOpening.link_id.in_(wanted))
        .group_by(LinkOpening.link_id))
    return {link_id: (count, last) for link_id, count, last in rows}


def all_deliveries() -> Select[Any]:
    """Every delivery, with what the list shows of it."""
    return select(Delivery).options(
        joinedload(Delivery.report).joinedload(Report.request).joinedload(TestRequest.customer),
        joinedload(Delivery.person).lazyload(Person.roles))


def delivery(ident: int) -> Delivery | None:
    """One delivery with its paper and links."""
    query = _whole().where(Delivery.id == ident).options(joinedload(Delivery.report).joinedload(Report.request))
    return db.session.scalars(query).unique().one_or_none()


def by_message(message_id: str) -> Delivery | None:
    """The delivery whose letter has this id."""
    query = _whole().where(Delivery.message_id == message_id).options(joinedload(Delivery.report))
    return db.session.scalars(query).unique().one_or_none()


def reached_by_letter(report_id: int, address: str) -> Delivery | None:
    """The delivery by which this address has the paper, or will."""
    return db.session.scalar(select(Delivery).where(
        Delivery.report_id == report_id, Delivery.purpose == ways.PAPER, Delivery.way == ways.EMAIL, Delivery.to_address == address,
        Delivery.status.in_((ways.QUEUED, ways.SENT))).order_by(Delivery.id.desc()).limit(1))


def waiting_of(report_id: int) -> Delivery | None:
    """The delivery of a paper that waits for a person."""
    return db.session.scalar(select(Delivery).where(
        Delivery.report_id == report_id, Delivery.purpose == ways.PAPER, Delivery.status == ways.WAITING)
        .order_by(Delivery.id.desc()).limit(1))


def handed_over(report_id: int) -> Delivery | None:
    """The delivery by which the paper is with the customer, however it came there."""
    return db.session.scalar(select(Delivery).where(
        Delivery.report_id == report_id, Delivery.purpose == ways.PAPER, Delivery.status.in_(ways.REACHED))
        .order_by(Delivery.id.desc()).limit(1))


def undelivered() -> Select[Any]:
    """Papers in force that the customer does not have: never sent, waiting, failed or come back.

    Not of the laboratory's own instruments; of papers issued before `LOOK_BACK` only those that somebody began to deliver.
    """
    reached = select(Delivery.id).where(
        Delivery.report_id == Report.id, Delivery.purpose == ways.PAPER, Delivery.status.in_(ways.REACHED))
    asked = select(Delivery.id).where(
        Delivery.report_id == Report.id, Delivery.purpose == ways.PAPER)
    return select(Report).join(Report.request).join(Customer, Customer.id == TestRequest.customer_id).where(
        Report.status == VALID, ~reached.exists(), Customer.tax_code.not_in(select(Laboratory.tax_code)),
        or_(Report.issued_on >= clock.today() - LOOK_BACK, asked.exists()),
    ).options(joinedload(Report.request).joinedload(TestRequest.customer))


def untold() -> Select[Any]:
    """Changes of status that the customer has not been told of: waiting for a person, failed or come back."""
    return all_deliveries().where(
        Delivery.purpose == ways.CHANGE, Delivery.status.in_((ways.WAITING, ways.FAILED, ways.BOUNCED))).options(
        joinedload(Delivery.change))


def open_link(token: str) -> PersonalLink | None:
    """The personal link of this token, while it opens anything."""
    found = db.session.scalar(
        select(PersonalLink).where(PersonalLink.token_hash == hashlib.sha256(token.encode()).hexdigest()).options(
            joinedload(PersonalLink.delivery).joinedload(Delivery.report)))
    if found is None or found.revoked_at is not None or found.expires_at <= clock.now():
        return None
    return found


def link(ident: int) -> PersonalLink | None:
    """One personal link with its delivery."""
    return db.session.scalar(select(PersonalLink).where(PersonalLink.id == ident).options(
        joinedload(PersonalLink.delivery).joinedload(Delivery.report)))
