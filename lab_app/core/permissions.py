"""Every right a role can carry, in one list: `resource:action`.

Conditions on the object (own result, authorised for this method on that date) are gates, not permissions.
"""
from __future__ import annotations

from enum import StrEnum


class P(StrEnum):
    """A permission. Reading rights are separate from doing rights; an auditor has only the former."""

    HOME = "home:see"
    SEARCH = "search:use"
    HISTORY_READ = "history:read"

    CUSTOMER_READ = "customer:read"
    CUSTOMER_WRITE = "customer:write"
    REQUEST_READ = "request:read"
    REQUEST_REGISTER = "request:register"
    REQUEST_REVIEW = "request:review"
    PRICE_READ = "price:read"
    PRICE_WRITE = "price:write"
    SAMPLE_READ = "sample:read"
    SAMPLE_RECEIVE = "sample:receive"
    SAMPLE_MOVE = "sample:move"

    JOB_READ = "job:read"
    JOB_ASSIGN = "job:assign"
    RESULT_WRITE = "result:write"
    RESULT_REVIEW = "result:review"

    INSTRUMENT_READ = "instrument:read"
    INSTRUMENT_CHECK = "instrument:check"
    INSTRUMENT_WRITE = "instrument:write"
    INSTRUMENT_RELEASE = "instrument:release"
    INSTRUMENT_INTERVAL = "instrument:interval"

    METHOD_READ = "method:read"
    METHOD_WRITE = "method:write"
    METHOD_APPROVE = "method:approve"

    REPORT_READ = "report:read"
    REPORT_DRAFT = "report:draft"
    REPORT_ISSUE = "report:issue"
    REPORT_STATUS = "report:status"
    REPORT_DELIVER = "report:deliver"

    PERSON_READ = "person:read"
    PERSON_WRITE = "person:write"
    AUTHORISE_PERSON = "person:authorise"
    ROLE_WRITE = "role:write"

    COMPETENCE_WRITE = "competence:write"

    QUALITY_READ = "quality:read"
    QUALITY_WRITE = "quality:write"
    HOLD_RELEASE = "hold:release"
    CORRECTIVE_VERIFY = "corrective:verify"
    COMPLAINT_DECIDE = "complaint:decide"
    RISK_APPROVE = "risk:approve"
    CHANGE_APPROVE = "change:approve"
    DOCUMENT_READ = "document:read"
    DOCUMENT_WRITE = "document:write"
    DOCUMENT_APPROVE = "document:approve"
    RECORD_DISPOSE = "record:dispose"
    ENVIRONMENT_WRITE = "environment:write"
    BREAK_GLASS = "gate:break-glass"

    LABORATORY_WRITE = "laboratory:write"
    SYSTEM_READ = "system:read"


READING: frozenset[P] = frozenset(p for p in P if p.value.endswith((":read", ":see", ":use")))
