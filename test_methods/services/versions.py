"""Methods and their versions: drafted, edited, approved, retired (7.2)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import audit, clock, events, files, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from test_methods import queries, rules, workflow
from test_methods.models import BudgetChoice, Method, MethodParameter, MethodVersion, Regulation, TestVector
from test_methods.rules import BadParameter
from test_methods.rules.contents import PARAMETER_CONTENT, VERSION_CONTENT, check_equipment, check_steps
from test_methods.services.faults import at_its_field
from test_methods.services.parameters import must_be_draft
from test_methods.services.reasons import must_have_reason

#: What the controlled document's file is attached as.
DOCUMENT = "document"
#: Thirty days in minutes: longer than any conditioning a test standard asks for.
MAX_CONDITIONING = 43_200


def add_method(
    actor: Actor, *, code: str, title_vi: str, regulation: Regulation, title_en: str = "", reference: str = "",
    standard_method: bool = True, kind: str = "test",
) -> Method:
    """Enter a test or calibration method (`kind`). `code` is what authorisations name; it is given once.

    A test method tests by a regulation or standard; how to calibrate is said by a standard, a calibration document or an own
    procedure, never by a technical regulation for products.
    """
    authorize(actor, P.METHOD_WRITE)
    if kind not in rules.METHOD_KINDS:
        raise FieldRefused("kind", gettext("Không có loại phương pháp này."))
    if kind == rules.CALIBRATION and regulation.kind == rules.REGULATION:
        raise FieldRefused("regulation_id", gettext(
            "Quy chuẩn kỹ thuật không phải tài liệu hiệu chuẩn; chọn ĐLVN, tiêu chuẩn hoặc quy trình nội bộ."))
    if queries.method_by_code(code) is not None:
        raise FieldRefused("code", gettext("Mã phương pháp này đã có."))
    row = Method(
        kind=kind, code=code, title_vi=title_vi, title_en=title_en, reference=reference, regulation_id=regulation.id, regulation=regulation,
        standard_method=standard_method,
    )
    db.session.add(row)
    db.session.flush()
    search.put("method", row.id, row.code, row.title_vi, row.title_en, row.reference, regulation.code)
    return row


def draft_version(
    actor: Actor, method: Method, *, environment: Mapping[str, Any], change_note: str = "", copy_from: MethodVersion | None = None,
) -> MethodVersion:
    """Begin the next version of a method; `copy_from` takes over all that an earlier one says.

    `environment` says what the environment must be, or why it is not critical (6.3.2).
    """
    authorize(actor, P.METHOD_WRITE)
    person_id = person_of(actor)
    _check_environment(environment)
    rows = list(db.session.scalars(select(MethodVersion).where(MethodVersion.method_id == method.id)))
    if any(v.status in workflow.OPEN for v in rows):
        raise Refused(gettext("Phương pháp này đang có một bản thảo; hoàn tất bản đó trước."))
    row = MethodVersion(
        method_id=method.id, method=method, number=1 + max((v.number for v in rows), default=0), author_id=person_id,
        environment=dict(environment), change_note=change_note.strip(),
    )
    db.session.add(row)
    db.session.flush()
    if copy_from is not None:
        _take_over(actor, row, copy_from)
    return row


def _take_over(actor: Actor, row: MethodVersion, old: MethodVersion) -> None:
    """Everything a version says but its environment and its record; test vectors come along, their runs do not."""
    for name in VERSION_CONTENT:
        setattr(row, name, getattr(old, name))
    copies: dict[int, MethodParameter] = {}
    for parameter in queries.parameters(old.id):
        copies[parameter.id] = MethodParameter(
            method_version_id=row.id, **{name: getattr(parameter, name) for name in PARAMETER_CONTENT})
    db.session.add_all(copies.values())
    db.session.flush()
    for vector in db.session.scalars(select(TestVector).where(TestVector.parameter_id.in_(list(copies))).order_by(TestVector.id)):
        db.session.add(TestVector(parameter_id=copies[vector.parameter_id].id, parameter=copies[vector.parameter_id], **{
            name: getattr(vector, name) for name in ("position", "name", "inputs", "expected", "tolerance", "source")}))
    standing = select(BudgetChoice).where(BudgetChoice.parameter_id.in_(list(copies)), BudgetChoice.valid_to.is_(None))
    for choice in db.session.scalars(standing.order_by(BudgetChoice.id)):
        db.session.add(BudgetChoice(parameter_id=copies[choice.parameter_id].id, **{name: getattr(choice, name) for name in (
            "budget_id", "instrument_id", "low", "high", "unit", "valid_from", "reason", "decided_by_id")}))
    db.session.flush()
    for file in files.attachments("method-version", old.id, DOCUMENT):
        files.attach(files.Upload(file.sha256, file.file.size, file.file.media_type, file.filename), "method-version", row.id, actor.id,
                     purpose=DOCUMENT, caption=file.caption)


def edit_version(
    actor: Actor, version: MethodVersion, *, environment: Mapping[str, Any], equipment: Sequence[Mapping[str, Any]] = (),
    conditioning_minutes: int = 0, conditioning: str = "", steps: Sequence[Mapping[str, Any]] = (), document_code: str = "",
    document_issue: str = "", document_title: str = "", change_note: str | None = None, document: files.Upload | None = None,
) -> MethodVersion:
    """Say what a draft needs besides its parameters: environment (6.3.2), equipment, conditioning (7.4.4), checklist, document at hand.

    `document`: the controlled document's file; the latest attached one is opened at the bench.
    """
    authorize(actor, P.METHOD_WRITE)
    must_be_draft(version)
    _check_environment(environment)
    with at_its_field():
        kept_equipment, kept_steps = check_equipment(equipment), check_steps(steps)
    if not 0 <= conditioning_minutes <= MAX_CONDITIONING:
        raise FieldRefused("conditioning_minutes", gettext("Từ 0 đến %(n)s phút.", n=MAX_CONDITIONING))
    if conditioning_minutes and not conditioning.strip():
        raise FieldRefused("conditioning", gettext("Ghi mẫu được ổn định thế nào trong %(n)s phút đó.", n=conditioning_minutes))
    if document is not None and not document_code.strip():
        raise FieldRefused("document_code", gettext("Ghi mã của tài liệu được đính kèm."))
    if document_code.strip() and not document_issue.strip():
        raise FieldRefused("document_issue", gettext("Ghi lần ban hành của tài liệu."))
    columns: dict[str, Any] = {
        "environment": dict(environment), "equipment": kept_equipment, "conditioning_minutes": conditioning_minutes,
        "conditioning": conditioning.strip(), "steps": kept_steps, "document_code": document_code.strip(),
        "document_issue": document_issue.strip(), "document_title": document_title.strip(),
    }
    if change_note is not None:
        columns["change_note"] = change_note.strip()
    for name, value in columns.items():
        if getattr(version, name) != value:
            setattr(version, name, value)
    if document is not None:
        files.attach(document, "method-version", version.id, actor.id, purpose=DOCUMENT,
                     caption=f"{document_code.strip()} {document_issue.strip()}"[:300])
    db.session.flush()
    return version


def _check_environment(environment: Mapping[str, Any]) -> None:
    try:
        rules.check_environment(environment)
    except BadParameter as error:
        raise FieldRefused("environment", gettext(
            "Ghi giới hạn nhiệt độ, độ ẩm, hoặc vì sao môi trường không ảnh hưởng (%(why)s).", why=str(error))) from error


def reopen_version(actor: Actor, version: MethodVersion, reason: str) -> MethodVersion:
    """Back to a draft that may be changed, with the reason; its record has to be concluded again."""
    authorize(actor, P.METHOD_WRITE)
    must_have_reason(reason)
    with audit.reason(reason):
        workflow.MACHINE.move(version, "reopen")
        db.session.flush()
    return version


def approval_facts(
    version: MethodVersion, approver_id: int | None, parameters: int | None = None, *, approving: bool = True,
) -> workflow.ApprovalFacts:
    """Facts of the gates of approval, also for a grey button; `parameters` when they were counted already."""
    rows = queries.parameters(version.id)
    return workflow.ApprovalFacts(
        f"{version.method.code} v{version.number}", version.id, version.status, version.method.standard_method,
        len(rows) if parameters is None else parameters, version.author_id, version.author.name, approver_id,
        proof=queries.proof_fact(version), approving=approving,
        vectors=tuple(queries.vector_facts(rows)) if approving else (),
    )


def approve_version(actor: Actor, version: MethodVersion, effective_from: date) -> MethodVersion:
    """Approve a version; from that day on it is in force and the earlier version is closed (7.2.1.3).

    Refused by gates *version-verified*, *vectors-pass* and *approver-is-another*; nobody approves backwards in time.
    """
    authorize(actor, P.METHOD_APPROVE)
    person_id = person_of(actor)
    if effective_from < clock.today():
        raise FieldRefused("effective_from", gettext("Không phê duyệt ngược thời gian: chọn từ hôm nay trở đi."))
    now = clock.now()
    earlier = [v for v in queries.versions(version.method_id) if v.approved_at is not None]
    if any(v.effective_from is not None and v.effective_from >= effective_from for v in earlier):
        raise FieldRefused("effective_from", gettext("Phải sau ngày hiệu lực của phiên bản trước."))
    workflow.MACHINE.move(version, "approve", approval_facts(version, person_id))
    version.effective_from, version.approved_by_id, version.approved_at = effective_from, person_id, now
    for old in earlier:
        if old.effective_to is None or old.effective_to > effective_from:
            old.effective_to, old.ended_recorded_at = effective_from, now
    db.session.flush()
    events.method_version_activated.send("test_methods", version=version, replaces=bool(earlier), actor=actor)
    return version


def retire_version(actor: Actor, version: MethodVersion, from_day: date, reason: str) -> MethodVersion:
    """Take a version out of use from a day on, in force or superseded: no justification brings it back. What was known stays known."""
    authorize(actor, P.METHOD_APPROVE)
    must_have_reason(reason)
    if version.approved_at is None or version.effective_from is None:
        raise Refused(gettext("Bản thảo chưa có hiệu lực nên không có gì để chấm dứt."))
    if from_day < version.effective_from:
        raise FieldRefused("from_day", gettext("Trước ngày hiệu lực của phiên bản."))
    now = clock.now()
    with audit.reason(reason):
        workflow.MACHINE.move(version, "retire")
        version.retired_from, version.retired_recorded_at = from_day, now
        if version.effective_to is None or version.effective_to > from_day:
            version.effective_to, version.ended_recorded_at = from_day, now
        db.session.flush()
    return version
