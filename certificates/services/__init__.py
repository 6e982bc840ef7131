"""Use cases of the register of reports: what is still missing, issue, amend, change of status (7.8)."""
from __future__ import annotations

from certificates.services.amending import amend, planned_changes
from certificates.services.issuing import finish_issue, give_up, issue, job_key
from certificates.services.preparing import Item, Readiness, preview, readiness
from certificates.services.recalls import (
    AT_ONCE,
    change_letter,
    close_recall,
    closing_facts,
    decide_lines,
    draft_letters,
    mark_sent,
    open_recall,
    reopen_recall,
)
from certificates.services.status import change_status

__all__ = [
    "AT_ONCE", "change_letter", "close_recall", "closing_facts", "decide_lines", "draft_letters", "mark_sent", "open_recall",
    "reopen_recall",
    "Item", "Readiness", "amend", "change_status", "finish_issue", "give_up", "issue", "job_key", "planned_changes", "preview",
    "readiness",
]
