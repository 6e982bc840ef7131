"""Asking the customer, some days after a paper reached them, what they think of the work (8.6.2)."""
from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import joinedload

from certificates import workflow
from certificates.delivery import workflow as ways
from certificates.delivery.letters import in_language
from certificates.models import Delivery, PersonalLink, Report
from certificates.recall.letters import PARTING
from certificates.services.delivery import contacts
from lab_app.accounts.queries import laboratory
from lab_app.core import audit, clock, jobs, schedule
from lab_app.core.db import db
from lab_app.core.i18n import speaking
from lab_app.quality.feedback import services as feedback
from lab_app.quality.feedback.models import FeedbackRequest
from lab_app.samples.models import TestRequest

#: A customer is asked when they have had the paper so long, and no more when it is older than the second.
AFTER, NOT_AFTER = timedelta(days=3), timedelta(days=30)
MOST = 200


def _due() -> Select[Any]:
    """SQL: the first delivery of each paper in force that reached its customer long enough ago and of which nobody was asked."""
    now = clock.now()
    asked = exists().where(FeedbackRequest.subject_kind == "report", FeedbackRequest.subject_id == Delivery.report_id)
    first = (
        select(func.min(Delivery.id)).join(Report, Report.id == Delivery.report_id)
        .where(Delivery.purpose == "paper", Delivery.status.in_((ways.SENT, ways.DONE)), Delivery.settled_at <= now - AFTER,
               Delivery.settled_at > now - NOT_AFTER, Report.status == workflow.VALID, ~asked)
        .group_by(Delivery.report_id))
    customer = joinedload(Delivery.report).joinedload(Report.request).joinedload(TestRequest.customer)
    return select(Delivery).where(Delivery.id.in_(first)).options(customer).order_by(Delivery.id).limit(MOST)


def ask_due() -> int:
    """Ask what is due, in the present transaction; answers how many customers were asked."""
    audit.acting(feedback.POSTMAN)
    count = 0
    for row in db.session.scalars(_due()).all():
        customer = row.report.request.customer
        to = row.to_address if "@" in row.to_address else next(iter(contacts(customer)), "")
        if not to:
            continue
        made = feedback.ask(
            feedback.POSTMAN, subject=("report", row.report_id, row.report.number), customer_id=customer.id, customer=customer.name, to=to,
            language=row.language, letter=_letter(row.report.number, row.language))
        count += made is not None
    return count


def _letter(number: str, language: str) -> Callable[[str], tuple[str, str]]:
    lab = laboratory()

    def body(url: str, one: str) -> str:
        with speaking(one):
            sender = ((lab.name_en or lab.name_vi) if one == "en" else lab.name_vi) if lab else ""
            return "\n".join((
                gettext("Quý vị đã nhận phiếu %(number)s. Xin cho biết ý kiến: ba câu hỏi, một phút, không cần tài khoản.", number=number),
                "", in_language(url, one), "", sender))

    def words(url: str) -> tuple[str, str]:
        languages = language.split("+")
        with speaking(languages[0]):
            subject = gettext("Xin ý kiến về phiếu %(number)s", number=number)
        return subject, PARTING.join(body(url, one) for one in languages) + "\n"

    return words


def page_of(link: PersonalLink) -> str:
    """The token of the page that asks whoever opens a paper by their personal link."""
    report = link.delivery.report
    customer = report.request.customer
    return feedback.invitation("page", f"personal/{link.id}", ("report", report.id, report.number), customer.id, customer.name)


@schedule.scheduled("feedback-ask", _l("Hỏi ý kiến khách hàng sau khi giao phiếu"), hour=9, minute=30)
def _daily(_payload: dict[str, Any]) -> None:
    with jobs.transaction():
        ask_due()
