"""Issuing many papers by one decision: choose, check, sign once, issue each by the three steps of the house, mail.

The signatory signs a list: each request with the hash of its draft. A job then issues paper by paper: number and snapshot in one
transaction with the row of the batch, the drawing outside any, file and status in a short one. Killed between two steps it goes on where
it stopped, by the job's lease, with the same number. A paper whose records changed since the signature is refused and takes no number.
"""
from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from certificates import rules, signed, workflow
from certificates.models import BatchItem, IssueBatch, Report
from certificates.queries import batches as queries
from certificates.services import issuing
from certificates.services.preparing import readiness
from certificates.snapshot import section_lines
from lab_app.accounts.models import Person
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import AUTHORISED, Confirmation
from lab_app.core import audit, clock, gates, inbox, jobs, numbering
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, LabError, Refused
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.samples.models import TestRequest

log = logging.getLogger(__name__)

CHECK, ISSUE, DELIVER = queries.JOB_KINDS
SIGN = N_("Ký lô phiếu %(code)s: đã kiểm tra xong")
#: Papers of one batch; a list longer than this is several decisions.
MOST = 500
#: Seconds one job works on a batch before it queues the next: well within its lease, and other work gets its turn.
SLICE = 90.0
#: Papers in a row whose machine failed: then nothing more is begun, and the job tries again later.
FAULTS = 3


def open_batch(
    actor: Actor, requests: Sequence[TestRequest], *, kind: str = workflow.FINAL, issued_on: date | None = None,
    not_applicable: Mapping[str, str | dict[str, str]] | None = None, deliver: bool = False,
) -> IssueBatch:
    """A batch of these requests, one paper each; a job makes and hashes every draft. Nothing is issued before `sign_batch`.

    Refuses no request, more than `MOST`, the same twice, an unknown kind and a day to come.
    """
    authorize(actor, P.REPORT_ISSUE)
    if not requests:
        raise FieldRefused("requests", gettext("Chọn ít nhất một yêu cầu."))
    if len(requests) > MOST:
        raise FieldRefused("requests", gettext("Một lô nhận nhiều nhất %(n)s yêu cầu.", n=MOST))
    if len({request.id for request in requests}) != len(requests):
        raise FieldRefused("requests", gettext("Một yêu cầu được chọn hai lần."))
    if kind not in workflow.KINDS:
        raise FieldRefused("kind", gettext("Không có loại phiếu này."))
    batch = IssueBatch(
        code=numbering.yearly("LP", clock.today().year), kind=kind, person_id=person_of(actor), deliver=deliver,
        issued_on=issuing.checked_day(issued_on), reasons=rules.stated(not_applicable or {}),
    )
    db.session.add(batch)
    db.session.flush()
    db.session.add_all(BatchItem(batch_id=batch.id, position=n, request_id=request.id) for n, request in enumerate(requests, 1))
    db.session.flush()
    _queue(CHECK, batch.id)
    return batch


def _queue(kind: str, batch_id: int, number: int = 1) -> None:
    jobs.queue(kind, f"{kind}:{batch_id}:{number}", {"batch_id": batch_id, "number": number})


# ---- checking --------------------------------------------------------------------------------------------


@jobs.handler(CHECK)
def _check(payload: dict[str, Any]) -> None:
    """Make each draft, ask its gates, keep its hash; the page then shows what would be signed."""
    until = time.monotonic() + SLICE
    while (item_id := _next(payload["batch_id"], ("waiting",))) is not None:
        if time.monotonic() > until:
            with jobs.transaction():
                _queue(CHECK, payload["batch_id"], payload["number"] + 1)
            return
        _check_one(item_id)
    with jobs.transaction():
        batch = _locked(payload["batch_id"])
        if batch.status == "checking":
            audit.acting(issuing.FINISHER)
            batch.status = "ready"
            inbox.ask(_sign_key(batch), "sign", SIGN, {"code": batch.code}, person_id=batch.person_id, code=batch.code,
                      link=f"/reports/batches/{batch.code}", button=N_("Ký"))


def _sign_key(batch: IssueBatch) -> str:
    return f"issue-batch/{batch.id}/sign"


def _next(batch_id: int, states: tuple[str, ...]) -> int | None:
    """The first paper of the batch in one of these states; the earlier state first."""
    for state in states:
        query = select(BatchItem.id).where(BatchItem.batch_id == batch_id, BatchItem.state == state)
        found = db.session.scalar(query.order_by(BatchItem.position).limit(1))
        if found is not None:
            db.session.rollback()
            return int(found)
    db.session.rollback()
    return None


def _check_one(item_id: int) -> None:
    item = db.session.get_one(BatchItem, item_id)
    batch = item.batch
    ready = readiness(item.request, batch.kind, batch.issued_on, actor=batch.person, not_applicable=batch.reasons)
    stop = next(iter(ready.stops), None)
    says = str(stop.says) if stop else "; ".join(ready.unprintable[:3])
    shown = signed.issue(item.request.number, batch.kind, ready.snapshot)
    conclusion = ready.snapshot["conclusion"]
    values = {
        "state": "blocked" if says else "ready", "says": says, "shown_sha256": signatures.digest(shown),
        "results": sum(len(list(section_lines(section))) for section in ready.snapshot["sections"]),
        "verdict": conclusion["verdict"] if conclusion else "",
    }
    db.session.rollback()
    with jobs.transaction():
        row = _item(item_id)
        if row.state == "waiting":
            for name, value in values.items():
                setattr(row, name, value)


# ---- deciding --------------------------------------------------------------------------------------------


def shown_of(batch: IssueBatch) -> dict[str, Any]:
    """What the signatory of a batch signs: every paper that is ready, by its request and the hash of its draft."""
    return {
        "act": "issue-batch", "batch": batch.code, "kind": batch.kind, "issued_on": batch.issued_on.isoformat(),
        "not_applicable": batch.reasons, "papers": [[number, sha256] for number, sha256 in queries.signed_items(batch.id)],
    }


def leave_out(actor: Actor, batch: IssueBatch, item_ids: Sequence[int]) -> IssueBatch:
    """Take papers out of a batch that was not signed yet. Refuses none, and a batch that was signed."""
    authorize(actor, P.REPORT_ISSUE)
    row = _own(actor, batch, ("checking", "ready"))
    chosen = db.session.scalars(select(BatchItem).where(BatchItem.batch_id == row.id, BatchItem.id.in_(list(item_ids)))).all()
    if not chosen:
        raise FieldRefused("items", gettext("Chọn ít nhất một yêu cầu."))
    for item in chosen:
        item.state = "left_out"
    db.session.flush()
    return row


def _locked(batch_id: int) -> IssueBatch:
    found = db.session.scalar(
        select(IssueBatch).where(IssueBatch.id == batch_id).with_for_update(of=IssueBatch).execution_options(populate_existing=True))
    assert found is not None
    return found


def _own(actor: Actor, batch: IssueBatch, states: tuple[str, ...]) -> IssueBatch:
    row = _locked(batch.id)
    if row.person_id != actor.id:
        raise Refused(gettext("Lô này của %(person)s: chỉ người lập lô ký và dừng được.", person=row.person.full_name))
    if row.status not in states:
        raise Refused(gettext("Lô %(code)s không còn ở bước này.", code=row.code))
    return row


def sign_batch(actor: Actor, batch: IssueBatch, *, confirmed: Confirmation | None = None) -> IssueBatch:
    """Sign every paper of the batch that is ready, at once; the job that issues them is queued with it.

    Refuses a batch of another person, one that was signed or has nothing ready, and without the signature over the list.
    """
    authorize(actor, P.REPORT_ISSUE)
    row = _own(actor, batch, ("ready",))
    shown = shown_of(row)
    if not shown["papers"]:
        raise Refused(gettext("Không có phiếu nào trong lô đủ điều kiện phát hành."))
    signature = signatures.sign(actor, confirmed, meaning=AUTHORISED, subject=("issue-batch", row.id), shown=shown)
    row.signature_id, row.status = signature.id, "issuing"
    inbox.settle(_sign_key(row))
    db.session.flush()
    _queue(ISSUE, row.id)
    return row


def stop_batch(actor: Actor, batch: IssueBatch, reason: str) -> IssueBatch:
    """Begin no further paper of a batch; what was issued stands, a paper in the making is finished."""
    authorize(actor, P.REPORT_ISSUE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    row = _own(actor, batch, ("checking", "ready", "issuing"))
    audit.because(reason.strip())
    row.status, row.stopped_reason, row.finished_at = "stopped", reason.strip(), clock.now()
    inbox.settle(_sign_key(row))
    # Locked: a paper that a worker begins at this moment is not one of those that are left out.
    rest = select(BatchItem).where(BatchItem.batch_id == row.id, BatchItem.state.in_(("waiting", "ready")))
    for item in db.session.scalars(rest.with_for_update(of=BatchItem).execution_options(populate_existing=True)):
        item.state = "skipped"
    db.session.flush()
    return row


def go_on(actor: Actor, batch: IssueBatch) -> IssueBatch:
    """Work on a batch again whose job was given up or lost. Harmless while one works: no paper is begun twice."""
    authorize(actor, P.REPORT_ISSUE)
    row = _locked(batch.id)
    kind = {"checking": CHECK, "issuing": ISSUE, "done": DELIVER if row.deliver else ""}.get(row.status, "")
    if not kind or queries.working(row.id) is not None:
        raise Refused(gettext("Lô %(code)s đang chạy hoặc đã xong.", code=row.code))
    _queue(kind, row.id, int(clock.now().timestamp()))
    return row


# ---- issuing ---------------------------------------------------------------------------------------------


@jobs.handler(ISSUE)
def _issue(payload: dict[str, Any]) -> None:
    """Issue paper after paper; first those whose number is taken. Safe to run twice and by two workers at once."""
    batch_id, until, faults = payload["batch_id"], time.monotonic() + SLICE, 0
    tried: set[int] = set()
    while (item_id := _next_to_issue(batch_id, tried)) is not None:
        if time.monotonic() > until:
            return _later(payload)
        tried.add(item_id)
        try:
            _begin(item_id)
            _finish(item_id)
            faults = 0
        except Exception:  # the number stays taken and the paper's own job tries again; a machine that fails every time begins no more
            db.session.rollback()
            faults += 1
            log.exception("batch %s: paper %s is not finished yet", batch_id, item_id)
            if faults >= FAULTS:
                raise
    _close(payload)


def _next_to_issue(batch_id: int, tried: set[int]) -> int | None:
    for state in ("issuing", "ready"):
        query = select(BatchItem.id).where(BatchItem.batch_id == batch_id, BatchItem.state == state).order_by(BatchItem.position)
        found = next((ident for ident in db.session.scalars(query) if ident not in tried), None)
        if found is not None:
            db.session.rollback()
            return int(found)
    db.session.rollback()
    return None


def _begin(item_id: int) -> None:
    """Step (a) of one paper, in one transaction with the batch's row: number and snapshot, or a refusal and no number."""
    try:
        with jobs.transaction():
            item = _item(item_id)
            batch = item.batch
            if item.state != "ready" or batch.status != "issuing" or batch.signature is None:
                return
            papers = dict(json.loads(batch.signature.shown)["papers"])
            confirmed = signatures.of_many(batch.signature, papers.get(item.request.number, ""))
            report = issuing.issue(
                batch.person, item.request, kind=batch.kind, issued_on=batch.issued_on, not_applicable=batch.reasons,
                confirmed=confirmed)
            item.report_id, item.state = report.id, "issuing"
    except LabError as refused:
        with jobs.transaction():
            item = _item(item_id)
            if item.state != "ready":  # the batch was stopped meanwhile
                return
            item.state, item.says = "refused", str(refused.message)
            if isinstance(refused, GateRefused):
                db.session.add(gates.hit(refused.stop, item.batch.person_id, item.batch.person.full_name, f"issue-batch {item.batch.code}"))


def _item(item_id: int) -> BatchItem:
    found = db.session.scalar(
        select(BatchItem).where(BatchItem.id == item_id).with_for_update(of=BatchItem).execution_options(populate_existing=True))
    assert found is not None
    return found


def _finish(item_id: int) -> None:
    """Steps (b) and (c) of one paper, by its own job; then the batch's row says what became of it."""
    report_id = db.session.scalar(select(BatchItem.report_id).where(BatchItem.id == item_id))
    db.session.rollback()
    if report_id is None:
        return
    jobs.run_key(issuing.job_key(report_id))
    db.session.rollback()
    _settle(item_id)


def _settle(item_id: int) -> None:
    with jobs.transaction():
        item = _item(item_id)
        report = db.session.get(Report, item.report_id) if item.report_id is not None else None
        if item.state == "issuing" and report is not None and report.status != workflow.ISSUING:
            item.state = "void" if report.status == workflow.VOID else "issued"
            item.says = report.changes[-1].reason if report.status == workflow.VOID else ""


def _later(payload: dict[str, Any], seconds: int = 0) -> None:
    number = payload["number"] + 1
    with jobs.transaction():
        jobs.queue(ISSUE, f"{ISSUE}:{payload['batch_id']}:{number}", {**payload, "number": number},
                   run_at=clock.now() + timedelta(seconds=seconds))


def _close(payload: dict[str, Any]) -> None:
    """The batch is done when no paper is open; a number that still waits for its paper, and a paper that a fault of the machine kept
    from its number, are looked at again in a minute."""
    left = queries.counts([payload["batch_id"]]).get(payload["batch_id"], {})
    stopped = db.session.get_one(IssueBatch, payload["batch_id"]).status != "issuing"
    db.session.rollback()
    if left.get("issuing") or (left.get("ready") and not stopped):
        return _later(payload, 60)
    with jobs.transaction():
        batch = _locked(payload["batch_id"])
        if batch.status != "issuing":
            return
        audit.acting(issuing.FINISHER)
        batch.status, batch.finished_at = "done", clock.now()
        if batch.deliver:
            _queue(DELIVER, batch.id)


# ---- mailing ---------------------------------------------------------------------------------------------


@jobs.handler(DELIVER)
def _deliver(payload: dict[str, Any]) -> None:
    """Hand each issued paper over to delivery; one that has no address is named and keeps nobody waiting. One that stands frozen waits
    for the release: the job comes back to it, and says meanwhile why."""
    from certificates.services import delivery

    until, frozen = time.monotonic() + SLICE, ""
    query = select(BatchItem.id).where(
        BatchItem.batch_id == payload["batch_id"], BatchItem.state == "issued", BatchItem.delivery == "").order_by(BatchItem.position)
    waiting = list(db.session.scalars(query))
    db.session.rollback()
    for item_id in waiting:
        if time.monotonic() > until:
            with jobs.transaction():
                _queue(DELIVER, payload["batch_id"], payload["number"] + 1)
            return
        try:
            with jobs.transaction():
                item = _item(item_id)
                if item.delivery == "" and item.report is not None:
                    delivery.deliver(db.session.get_one(Person, item.batch.person_id), item.report)
                    item.delivery, item.delivery_says = "handed", ""
        except LabError as refused:
            waits = isinstance(refused, GateRefused) and refused.stop.gate == "not-held"
            frozen = frozen or (str(refused.message) if waits else "")
            with jobs.transaction():
                item = _item(item_id)
                item.delivery, item.delivery_says = "" if waits else "refused", str(refused.message)
    if frozen:
        raise jobs.NotYet(frozen)
