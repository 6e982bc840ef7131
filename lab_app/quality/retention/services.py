"""Use cases of keeping and disposal: rules with their basis, a proposal, another's signed approval, the destruction with its trace.

Only `execute_disposal` destroys a file of a record; whatever else tries is refused by the session itself (`guard`). What goes is the
file; the record that it belonged to, issued papers, the trail and signatures stay (docs/adr/0021).
"""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext

from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import DECIDED, Confirmation
from lab_app.core import audit, clock, files, gates, history, inbox, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.files import Attachment
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality.retention import guard, queries, rules, workflow
from lab_app.quality.retention.models import Disposal, DisposalItem, DisposalTrace, RetentionRule


def _needed(field: str, value: str) -> str:
    if not value.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return value.strip()


def set_rule(actor: Actor, *, kind: str, months: int, basis: str) -> RetentionRule:
    """Say how long records of a kind are kept (months; 0 for ever) and by which law, contract or rule. The earlier rule stays readable.

    Refuses a kind that the trail does not know, a kind that is always kept for ever with another time, a rule without a basis.
    """
    authorize(actor, P.QUALITY_WRITE)
    if kind not in audit.watched_tables():
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    if not 0 <= months <= rules.LONGEST_MONTHS:
        raise FieldRefused("months", gettext("Từ 0 (vĩnh viễn) đến %(n)s tháng.", n=rules.LONGEST_MONTHS))
    if kind in rules.NEVER and months:
        raise FieldRefused("months", gettext("Loại hồ sơ này luôn được lưu vĩnh viễn (8.4.2)."))
    row = RetentionRule(kind=kind, months=months, basis=_needed("basis", basis), person_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    return row


def keeping_facts(found: Sequence[Attachment], known: dict[str, RetentionRule] | None = None) -> workflow.KeepingFacts:
    """Facts of gate *record-kept* about files as they stand today."""
    known = queries.rules_in_force() if known is None else known
    today = clock.today()
    kinds = sorted({row.subject_kind for row in found})
    ends = [_end(row, known) for row in found if row.subject_kind in known]
    late = [end for end in ends if end is not None and end > today]
    return workflow.KeepingFacts(
        len(found), tuple(str(history.kind_word(kind)) for kind in kinds if kind not in known and kind not in rules.NEVER),
        tuple(str(history.kind_word(kind)) for kind in kinds if kind in rules.NEVER or (kind in known and not known[kind].months)),
        len(late), max(late, default=None), tuple(queries.open_matters(sorted({(r.subject_kind, r.subject_id) for r in found}))))


def _end(row: Attachment, known: dict[str, RetentionRule]) -> date | None:
    return rules.kept_until(clock.local(row.recorded_at).date(), known[row.subject_kind].months)


def propose_disposal(actor: Actor, *, kind: str, before: date, reason: str, way: str = "") -> Disposal:
    """Propose to destroy the files of records of a kind that were attached before a day, at most `rules.MOST` at once.

    Refused by gate *record-kept* when any of them must be kept; refuses an empty list, a day to come.
    """
    authorize(actor, P.QUALITY_WRITE)
    reason = _needed("reason", reason)
    if before > clock.today():
        raise FieldRefused("before", gettext("Ngày này ở tương lai."))
    found = queries.candidates(kind, before)
    if not found:
        raise FieldRefused("before", gettext("Không có tệp nào của loại hồ sơ này trước ngày đó."))
    known = queries.rules_in_force()
    gates.require("record-kept", keeping_facts(found, known))
    row = Disposal(
        code=numbering.yearly("HUY", clock.today().year, 3), kind=kind, before=before, reason=reason, way=way.strip(), count=len(found),
        size=sum(a.file.size for a in found), list_sha256=rules.list_hash((a.id, a.sha256) for a in found),
        proposed_by_id=person_of(actor))
    row.items = [
        DisposalItem(attachment_id=a.id, subject_kind=a.subject_kind, subject_id=a.subject_id, filename=a.filename, sha256=a.sha256,
                     size=a.file.size, attached_at=a.recorded_at, kept_until=_end(a, known) or clock.today()) for a in found]
    db.session.add(row)
    db.session.flush()
    search.put("disposal", row.id, row.code, reason[:200])
    inbox.ask(f"disposal/{row.id}/decide", "disposal", N_("Duyệt đề nghị hủy %(n)s tệp hồ sơ"), {"n": row.count},
        permission=P.RECORD_DISPOSE,
              not_person_id=row.proposed_by_id, code=row.code, link=f"/quality/disposals/{row.code}", button=N_("Xem, quyết định"))
    return row


def shown(row: Disposal) -> dict[str, Any]:
    """What a person approves, for the signature's hash."""
    return {"disposal": row.code, "kind": row.kind, "files": row.count, "list": row.list_sha256, "reason": row.reason}


def facts_of(actor: Actor, row: Disposal, items: Sequence[DisposalItem] | None = None) -> workflow.DisposalFacts:
    """Facts of the gates about a proposal; with its items, whether they are still the list that was signed."""
    stands = items is None or rules.list_hash((i.attachment_id, i.sha256) for i in items) == row.list_sha256
    return workflow.DisposalFacts(row.code, actor.id, row.proposed_by_id, row.proposed_by.full_name, row.status,
                                  row.signature_id is not None, stands)


def approve_disposal(actor: Actor, row: Disposal, *, confirmed: Confirmation | None, note: str = "") -> Disposal:
    """Approve a proposal, signed over its list. Refused to who proposed it, and while any of its files must be kept."""
    authorize(actor, P.RECORD_DISPOSE)
    found = queries.attachments_by_id(i.attachment_id for i in row.items)
    gates.require("record-kept", keeping_facts(list(found.values())))
    workflow.DISPOSAL.move(row, "approve", facts_of(actor, row))
    row.signature_id = signatures.sign(actor, confirmed, meaning=DECIDED, subject=("disposal", row.id), shown=shown(row)).id
    _decided(actor, row, note)
    inbox.ask(f"disposal/{row.id}/execute", "disposal", N_("Hủy %(n)s tệp hồ sơ đã được duyệt"), {"n": row.count},
              person_id=row.proposed_by_id, code=row.code, link=f"/quality/disposals/{row.code}", button=N_("Mở"))
    return row


def refuse_disposal(actor: Actor, row: Disposal, *, note: str) -> Disposal:
    """Do not approve a proposal, with the reason; nothing goes."""
    authorize(actor, P.RECORD_DISPOSE)
    _needed("note", note)
    workflow.DISPOSAL.move(row, "refuse")
    _decided(actor, row, note)
    return row


def _decided(actor: Actor, row: Disposal, note: str) -> None:
    row.decided_by_id, row.decided_at, row.decision_note = person_of(actor), clock.now(), note.strip()
    db.session.flush()
    inbox.settle(f"disposal/{row.id}/decide")


def execute_disposal(actor: Actor, row: Disposal) -> list[DisposalTrace]:
    """Destroy what an approved proposal lists, each with a trace: which file of which record, its hash, by which rule, who, when.

    The gates are asked again at this moment: a rule may have been lengthened, a matter opened since. Bytes that another record still
    names stay for that record. The sweeper takes the others from the disk.
    """
    authorize(actor, P.QUALITY_WRITE)
    items = queries.items_of(row.id)
    workflow.DISPOSAL.move(row, "execute", facts_of(actor, row, items))
    found, known = queries.attachments_by_id(i.attachment_id for i in items), queries.rules_in_force()
    gates.require("record-kept", keeping_facts(list(found.values()), known))
    traces = []
    with audit.reason(gettext("Hủy theo %(code)s: %(reason)s", code=row.code, reason=row.reason)):
        for item in items:
            attachment = found.get(item.attachment_id)
            if attachment is None:
                continue
            trace = DisposalTrace(
                disposal_id=row.id, attachment_id=item.attachment_id, subject_kind=item.subject_kind, subject_id=item.subject_id,
                what={"filename": item.filename, "caption": attachment.caption, "purpose": attachment.purpose, "size": item.size,
                      "attached_at": item.attached_at.isoformat(), "kept_until": item.kept_until.isoformat()},
                sha256=item.sha256, rule_id=known[item.subject_kind].id, bytes_gone=False, person_id=person_of(actor))
            with guard.disposing():
                db.session.delete(attachment)
                db.session.flush()
            trace.bytes_gone = files.forget(item.sha256)
            db.session.add(trace)
            traces.append(trace)
        row.done_by_id, row.done_at = person_of(actor), clock.now()
        db.session.flush()
    inbox.settle(f"disposal/{row.id}/execute")
    return traces
