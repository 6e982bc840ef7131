"""A paper moved in the register: the customer is told, and whoever asked to be (7.8.8, 7.10.1 e)."""
from __future__ import annotations

from typing import Any

from certificates import workflow
from certificates.models import Report, StatusChange
from certificates.services import delivery, subscriptions
from lab_app.core import events


def on_report_changed(_sender: Any, *, report: Report, change: StatusChange, **_more: Any) -> None:
    """Queue what is to be said of the change, in the sender's transaction. That a paper came into being is said by delivering it."""
    if change.from_status == workflow.ISSUING or change.to_status == workflow.VOID:
        return
    delivery.tell_customer(report, change)
    subscriptions.tell_later(report, change)


def listen() -> None:
    """Connect; connected again (a second application) it is the same listener."""
    events.report_changed.connect(on_report_changed)
    delivery.listen()
