"""Who worked on a paper: made, signed, gave an opinion on it, handed it over; with everybody behind its lines and its request (7.9.6)."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from sqlalchemy import Select, select

from certificates.models import Delivery, Opinion, Report, ReportLine
from lab_app.accounts.models import Signature
from lab_app.core import involvement
from lab_app.core.audit import AuditEntry
from lab_app.core.involvement import Deed
from lab_app.results.models import JobLine
from lab_app.results.queries import involved as results
from lab_app.samples.queries import involved as samples


def deeds(reports: Select[Any]) -> list[Deed]:
    """Deeds on the reports of these keys. Who suspended or withdrew one afterwards judged it, and did not make it."""
    requests = select(Report.request_id).where(Report.id.in_(reports))
    made = select(AuditEntry.actor_id).where(
        AuditEntry.subject_kind == "report", AuditEntry.subject_id.in_(reports), AuditEntry.action == "create")
    return [
        (gettext("ký phiếu"), select(Report.signatory_id).where(Report.id.in_(reports))),
        (gettext("ký phiếu"), select(Signature.person_id).where(
            Signature.subject_kind == "report", Signature.subject_id.in_(reports), Signature.meaning == "authorised")),
        (gettext("lập, phát hành phiếu"), made),
        (gettext("nêu ý kiến, diễn giải"), select(Opinion.person_id).where(Opinion.request_id.in_(requests))),
        (gettext("giao phiếu"), select(Delivery.person_id).where(Delivery.report_id.in_(reports), Delivery.purpose == "paper")),
    ]


def _of_report(report_id: int) -> dict[int, list[str]]:
    own = select(Report.id).where(Report.id == report_id)
    lines = select(ReportLine.job_line_id).where(ReportLine.report_id == report_id)
    jobs = select(JobLine.job_id).where(JobLine.id.in_(lines))
    requests = select(Report.request_id).where(Report.id == report_id)
    return involvement.asked(*samples.deeds(requests), *results.deeds(jobs), *deeds(own))


def _of_request(request_id: int) -> dict[int, list[str]]:
    return involvement.asked(*deeds(select(Report.id).where(Report.request_id == request_id)))


def register() -> None:
    """Tell the kernel."""
    involvement.register("report", "certificates", _of_report)
    involvement.register("request", "certificates", _of_request)
