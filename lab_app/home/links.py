"""Where each kind of record has its page, and which right opens it."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import select

from certificates.models import Report
from lab_app.core.access import Actor
from lab_app.core.db import db
from lab_app.core.permissions import P
from lab_app.core.search import Found


@dataclass(frozen=True)
class Place:
    """A record page: its endpoint, its argument (`code`, `number`, `id`), the permission that opens it."""

    endpoint: str
    argument: str
    permission: P


PLACES: dict[str, Place] = {
    "customer": Place("samples.customer_page", "code", P.CUSTOMER_READ),
    "request": Place("samples.request_page", "number", P.REQUEST_READ),
    "sample": Place("samples.sample_page", "code", P.SAMPLE_READ),
    "sampling-record": Place("samples.sampling_page", "code", P.SAMPLE_READ),
    "test-job": Place("results.bench", "code", P.JOB_READ),
    "job-line": Place("results.line_page", "id", P.JOB_READ),
    "instrument": Place("instruments.instrument_page", "code", P.INSTRUMENT_READ),
    "method": Place("test_methods.method_page", "id", P.METHOD_READ),
    "method-version": Place("test_methods.version_page", "id", P.METHOD_READ),
    "regulation": Place("test_methods.regulation_page", "id", P.METHOD_READ),
    "requirement": Place("test_methods.requirement_page", "id", P.METHOD_READ),
    "uncertainty-budget": Place("test_methods.budget_page", "id", P.METHOD_READ),
    "product-list": Place("test_methods.product_list_page", "id", P.METHOD_READ),
    "product-entry": Place("test_methods.product_entry_page", "id", P.METHOD_READ),
    "report": Place("certificates.report_page", "report", P.REPORT_READ),
    "lab-function": Place("competence.function_page", "code", P.PERSON_READ),
    "person": Place("accounts.person_page", "code", P.PERSON_READ),
    "room": Place("quality.room_page", "code", P.QUALITY_READ),
    "environment": Place("quality.environment_page", "code", P.QUALITY_READ),
    "nonconformity": Place("quality.nonconformity_page", "code", P.QUALITY_READ),
    "broken-gate": Place("quality_glass.broken_gate_page", "code", P.QUALITY_READ),
    "recall-drill": Place("recall_drills.drill", "code", P.QUALITY_READ),
    "quality-event": Place("quality_events.event_page", "code", P.QUALITY_READ),
    "hold": Place("quality_holds.hold_page", "code", P.QUALITY_READ),
    "corrective-action": Place("quality_corrective.corrective_page", "code", P.QUALITY_READ),
    "recall": Place("certificates.recall_page", "code", P.QUALITY_READ),
    "complaint": Place("quality_complaints.complaint_page", "code", P.QUALITY_READ),
    "disclosure": Place("quality_disclosures.disclosure_page", "code", P.QUALITY_READ),
    "document": Place("quality_documents.document_page", "code", P.DOCUMENT_READ),
    "external-document": Place("quality_standards.standard_page", "id", P.DOCUMENT_READ),
    "disposal": Place("quality_retention.disposal_page", "code", P.QUALITY_READ),
    "environment-excursion": Place("quality_environment.excursion", "code", P.QUALITY_READ),
    "environment-logger": Place("quality_environment.logger", "code", P.QUALITY_READ),
    "site-validation": Place("quality_sites.validation", "code", P.QUALITY_READ),
    "supplier": Place("quality.supplier_page", "code", P.QUALITY_READ),
    "purchase-order": Place("quality_purchases.order_page", "code", P.QUALITY_READ),
    "incoming-check": Place("quality_purchases.check_page", "code", P.QUALITY_READ),
    "risk": Place("quality_risks.risk_page", "code", P.QUALITY_READ),
    "impartiality-review": Place("quality_risks.review_page", "code", P.QUALITY_READ),
    "objective": Place("quality_objectives.objective_page", "code", P.QUALITY_READ),
    "improvement": Place("quality_improvements.improvement_page", "code", P.HOME),
    "planned-change": Place("quality_changes.change_page", "code", P.QUALITY_READ),
    "lesson": Place("quality_knowledge.lesson_page", "code", P.HOME),
    "process": Place("quality_context.process_page", "code", P.QUALITY_READ),
    "pressure-incident": Place("interests.incident", "code", P.QUALITY_READ),
    "instrument-loan": Place("instruments.loan", "number", P.INSTRUMENT_READ),
    "interval-review": Place("instruments.review", "number", P.INSTRUMENT_READ),
    "calibration-order": Place("instruments.order_page", "code", P.INSTRUMENT_READ),
    "worksheet": Place("results.sheet_page", "code", P.JOB_READ),
    "control-chart": Place("results.chart_page", "code", P.JOB_READ),
    "parameter-stop": Place("results.stop_page", "code", P.JOB_READ),
    "comparison": Place("results.comparison_page", "code", P.JOB_READ),
    "proficiency-round": Place("results.round_page", "code", P.JOB_READ),
}

#: Parts that have no page of their own: seeing their history needs the right of the room they belong to.
READ_RIGHTS: dict[str, P] = {kind: place.permission for kind, place in PLACES.items()} | {
    "contract-review": P.REQUEST_READ, "agreed-rule": P.REQUEST_READ, "request-item": P.REQUEST_READ,
    "requested-test": P.REQUEST_READ, "custody": P.SAMPLE_READ, "deviation-answer": P.SAMPLE_READ,
    "firmware-change": P.SAMPLE_READ, "item-file": P.REQUEST_READ, "proposal-answer": P.REQUEST_READ,
    "standing-decision": P.JOB_READ, "job-conditioning": P.JOB_READ, "plan-rule": P.METHOD_READ,
    "quotation-line": P.PRICE_READ, "price": P.PRICE_READ,
    "control-limits": P.JOB_READ, "control-value": P.JOB_READ, "proficiency-plan": P.JOB_READ, "proficiency-result": P.JOB_READ,
    "reading": P.JOB_READ, "reading-instrument": P.JOB_READ, "line-review": P.JOB_READ,
    "method-proof": P.METHOD_READ, "test-vector": P.METHOD_READ, "vector-run": P.METHOD_READ, "scope-end": P.METHOD_READ,
    "job-deviation": P.JOB_READ, "job-step": P.JOB_READ, "trace-use": P.JOB_READ, "worksheet-line": P.JOB_READ,
    "verdict-override": P.JOB_READ, "override-answer": P.JOB_READ, "rejudgement": P.JOB_READ, "rule-rehearsal": P.REQUEST_READ,
    "requirement-limit": P.METHOD_READ, "limit-confirmation": P.METHOD_READ,
    "method-parameter": P.METHOD_READ, "budget-choice": P.METHOD_READ, "budget-simulation": P.METHOD_READ,
    "decision-rule": P.METHOD_READ, "scope-entry": P.METHOD_READ, "calibration": P.INSTRUMENT_READ,
    "instrument-range": P.INSTRUMENT_READ, "instrument-state": P.INSTRUMENT_READ, "intermediate-check": P.INSTRUMENT_READ,
    "maintenance": P.INSTRUMENT_READ, "factor-set": P.INSTRUMENT_READ, "calibration-point": P.INSTRUMENT_READ,
    "check-chart": P.INSTRUMENT_READ, "calibration-standard": P.INSTRUMENT_READ, "supplier-approval": P.QUALITY_READ,
    "room-limit": P.QUALITY_READ, "environment-channel": P.QUALITY_READ, "environment-intake": P.QUALITY_READ,
    "site-need": P.QUALITY_READ, "room-access": P.QUALITY_READ,
    "supplier-tie": P.QUALITY_READ, "supplier-criterion": P.QUALITY_READ, "supplier-evaluation": P.QUALITY_READ,
    "objective-step": P.QUALITY_READ, "objective-answer": P.QUALITY_READ, "change-step": P.QUALITY_READ,
    "context-issue": P.QUALITY_READ, "interested-party": P.QUALITY_READ, "context-review": P.QUALITY_READ,
    "report-line": P.REPORT_READ, "trace": P.INSTRUMENT_READ, "file-mapping": P.INSTRUMENT_READ, "reading-trace": P.JOB_READ,
    "affected-work": P.QUALITY_READ, "disposition": P.QUALITY_READ, "customer-notice": P.QUALITY_READ,
    "corrective-step": P.QUALITY_READ, "effect-check": P.QUALITY_READ, "corrective-link": P.QUALITY_READ,
    "recall-decision": P.QUALITY_READ, "drill-customer": P.QUALITY_READ, "recall-letter": P.QUALITY_READ, "report-status": P.REPORT_READ,
    "delivery": P.REPORT_READ, "personal-link": P.REPORT_READ, "report-file": P.REPORT_READ, "signing-certificate": P.REPORT_READ,
    "published-entry": P.REPORT_READ, "exhibit": P.REPORT_READ, "opinion": P.REPORT_READ, "opinion-end": P.REPORT_READ,
    "issue-batch": P.REPORT_READ, "paper-setup": P.REPORT_READ, "signature": P.HISTORY_READ,
    "function-grant": P.PERSON_READ, "competence-criteria": P.PERSON_READ, "qualification": P.PERSON_READ, "training": P.PERSON_READ,
    "competence-observation": P.PERSON_READ, "competence-monitoring": P.PERSON_READ, "version-answer": P.PERSON_READ,
    "authorisation": P.PERSON_READ, "role": P.PERSON_READ, "site": P.PERSON_READ,
    "undertaking": P.PERSON_READ, "undertaking-text": P.PERSON_READ, "interest-declaration": P.PERSON_READ, "appointment": P.PERSON_READ,
    "interest": P.QUALITY_WRITE,
    "pressure-incident": P.COMPLAINT_DECIDE,  # the history names who reported, in confidence too; its page says what others may read
    "calendar-feed": P.INSTRUMENT_READ, "cycle-event": P.INSTRUMENT_READ, "due-extension": P.INSTRUMENT_READ,
    "instrument-cycle": P.INSTRUMENT_READ, "instrument-firmware": P.INSTRUMENT_READ, "system-member": P.INSTRUMENT_READ,
    "use-reading": P.INSTRUMENT_READ,
    "document-version": P.DOCUMENT_READ, "document-method": P.DOCUMENT_READ, "document-reading": P.DOCUMENT_READ,
    "document-review": P.DOCUMENT_READ, "watch-check": P.DOCUMENT_READ, "retention-rule": P.QUALITY_READ,
    "complaint-subject": P.QUALITY_READ, "complaint-message": P.QUALITY_READ, "complaint-terms": P.QUALITY_READ,
    "feedback": P.QUALITY_READ, "feedback-request": P.QUALITY_READ, "feedback-analysis": P.QUALITY_READ,
    "laboratory": P.PERSON_READ, "attachment": P.HISTORY_READ,
}


def kinds_for(actor: Actor) -> set[str]:
    """Kinds of records whose page this person may open."""
    return {kind for kind, place in PLACES.items() if actor.can(place.permission)}


def url_of(kind: str, subject_id: int, code: str) -> str:
    """Address of a record's page; empty when it has none."""
    place = PLACES.get(kind)
    if place is None:
        return ""
    if place.argument == "id":
        return url_for(place.endpoint, id=subject_id)
    if place.argument == "report":
        # The address of a report carries its unguessable code, never its number.
        report = db.session.get(Report, subject_id)
        return url_for(place.endpoint, code=report.code) if report else ""
    return url_for(place.endpoint, number=code) if place.argument == "number" else url_for(place.endpoint, code=code)


def url_of_found(found: Found) -> str:
    """Address of a search answer."""
    return url_of(found.kind, found.subject_id, found.code)


def answers(found: Sequence[Found]) -> list[tuple[Found, str]]:
    """Search answers with their addresses; the codes of all reports among them in one statement."""
    wanted = [f.subject_id for f in found if f.kind == "report"]
    codes: dict[int, str] = {}
    if wanted:
        codes = {ident: code for ident, code in db.session.execute(select(Report.id, Report.code).where(Report.id.in_(wanted)))}
    place = PLACES["report"].endpoint
    return [
        (f, (url_for(place, code=codes[f.subject_id]) if f.subject_id in codes else "") if f.kind == "report" else url_of_found(f))
        for f in found
    ]
