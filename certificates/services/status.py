"""Suspend, restore, withdraw: decisions about an issued paper, each with a reason that stays and one that anyone may read."""
from __future__ import annotations

from flask_babel import gettext
from sqlalchemy import select

from certificates import holding, signed, workflow
from certificates.models import Report
from certificates.services.issuing import move
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import DECIDED, Confirmation
from lab_app.core import audit, gates
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P


def change_status(
    actor: Actor, report: Report, *, to: str, reason: str, public_reason: str = "", confirmed: Confirmation | None = None,
) -> Report:
    """Suspend (`suspended`), restore (`valid`) or withdraw (`withdrawn`) a paper.

    `reason` stays in the laboratory; `public_reason` is what the look-up page says and is required for a paper that is taken
    out of force. Refuses (`Refused`) a move the register does not have: a withdrawn or replaced paper never comes back; and a decision
    that nobody signed (`signed.decision`).
    """
    authorize(actor, P.REPORT_STATUS)
    if to not in workflow.MOVES:
        raise FieldRefused("to", gettext("Không có trạng thái này."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if to != workflow.VALID and not public_reason.strip():
        raise FieldRefused("public_reason", gettext("Cần ghi lý do công khai: trang tra cứu cho mọi người đọc lý do này."))
    row = db.session.scalar(select(Report).where(Report.id == report.id).with_for_update())
    assert row is not None
    if to == workflow.VALID:
        gates.require("not-held", holding.held(row))
    audit.because(reason)
    shown = signed.decision(row, to)
    signatures.demand(actor, confirmed, DECIDED, signatures.digest(shown))
    move(row, workflow.MOVES[to], reason.strip(), public_reason.strip(), actor.id, actor=actor)
    signatures.sign(actor, confirmed, meaning=DECIDED, subject=("report", row.id), shown=shown)
    return row
