"""Use cases of controlled documents: registered, written, reviewed by another, approved by another, withdrawn, judged anew (8.3)."""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.models import Person
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import AUTHORISED, Confirmation
from lab_app.core import audit, clock, files, inbox, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.notices import N_
from lab_app.core.paper import stamping
from lab_app.core.permissions import P
from lab_app.quality.documents import queries, receipts, rules, workflow
from lab_app.quality.documents.models import (
    ControlledDocument,
    DocumentMethod,
    DocumentReview,
    DocumentVersion,
)

CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9.-]{0,58}[A-Z0-9])?")
CLAUSE = re.compile(r"[4-9](?:\.\d{1,2}){0,4}(?: [a-z]\))?|9001(?: \d{1,2}(?:\.\d{1,2})*)?")
CHANGEABLE = frozenset({"title_vi", "title_en", "clauses", "process", "owner_id", "read_by", "at_sign_in", "review_months", "methods"})


def _needed(field: str, value: str) -> str:
    if not value.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return value.strip()


def _make_findable(row: ControlledDocument, methods: Iterable[str]) -> None:
    search.put("document", row.id, row.code, row.title_vi, row.title_en, row.process, *row.clauses, *methods)


def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts of a document's entry, refused at the field that cannot be taken."""
    kept = dict(facts)
    for name in ("title_vi", "title_en", "process"):
        if name in kept:
            kept[name] = kept[name].strip()
    if "title_vi" in kept:
        _needed("title_vi", kept["title_vi"])
    for clause in kept.get("clauses", ()):
        if not CLAUSE.fullmatch(clause):
            raise FieldRefused("clauses", gettext("“%(clause)s” không phải số điều. Ví dụ: 8.3, 7.2.1, 9001 5.2.", clause=clause[:30]))
    if not 1 <= kept.get("review_months", 1) <= rules.LONGEST_REVIEW_MONTHS:
        raise FieldRefused("review_months", gettext("Từ 1 đến %(n)s tháng.", n=rules.LONGEST_REVIEW_MONTHS))
    return kept


def _needed_by(row: ControlledDocument, codes: Sequence[str]) -> None:
    """The methods that need the document are exactly these from now on."""
    wanted = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    for code in wanted:
        if code != queries.ALL_METHODS and not any(found.kind == "method" for found in search.by_code(code)):
            raise FieldRefused("methods", gettext("Không có phương pháp nào mang mã “%(code)s”.", code=code[:80]))
    for link in list(row.methods):
        if link.method_code not in wanted:
            db.session.delete(link)
            row.methods.remove(link)
    known = {link.method_code for link in row.methods}
    for code in wanted:
        if code not in known:
            row.methods.append(DocumentMethod(document_id=row.id, method_code=code[:80]))
    db.session.flush()


def register_document(
    actor: Actor, *, code: str, kind: str, title_vi: str, owner: Person, title_en: str = "", clauses: Sequence[str] = (),
    process: str = "", read_by: Mapping[str, Sequence[str]] | None = None, at_sign_in: bool = False, review_months: int = 24,
    methods: Sequence[str] = (),
) -> ControlledDocument:
    """Enter a document under its code (8.3.2 e); its first version follows. Refuses a code that is taken or cannot stand on paper, an
    unknown kind, clauses that are none."""
    authorize(actor, P.DOCUMENT_WRITE)
    if not CODE.fullmatch(code):
        raise FieldRefused("code", gettext("Mã gồm chữ A–Z, số, dấu chấm, gạch nối; ví dụ QT-08."))
    if kind not in workflow.KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    if db.session.scalar(select(ControlledDocument.id).where(ControlledDocument.code == code)) is not None:
        raise FieldRefused("code", gettext("Mã tài liệu này đã dùng."))
    facts = _checked({"title_vi": title_vi, "title_en": title_en, "clauses": list(clauses), "process": process,
                      "review_months": review_months})
    row = ControlledDocument(code=code, kind=kind, owner_id=owner.id, at_sign_in=at_sign_in,
                             read_by={name: list(found) for name, found in (read_by or {}).items() if found}, **facts)
    db.session.add(row)
    db.session.flush()
    _needed_by(row, methods)
    _make_findable(row, methods)
    return row


def change_document(actor: Actor, row: ControlledDocument, *, reason: str, **changes: Any) -> ControlledDocument:
    """Change a document's entry with a reason; code and kind stay, what it says changes by a version. Who is newly among the readers
    is asked to read the version in force."""
    authorize(actor, P.DOCUMENT_WRITE)
    _needed("reason", reason)
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise FieldRefused(sorted(unknown)[0], gettext("Mục này không sửa ở đây được."))
    facts = _checked(changes)
    methods = facts.pop("methods", None)
    with audit.reason(reason):
        for name, value in facts.items():
            setattr(row, name, value)
        if methods is not None:
            _needed_by(row, methods)
        db.session.flush()
    _make_findable(row, [link.method_code for link in row.methods])
    if "read_by" in facts and (version := queries.effective_version(row.id, clock.today())) is not None:
        receipts.ask_to_read(actor, version, receipts.readers_of(version))
    return row


# ---- a version, from draft to approval -------------------------------------------------------------------------------


def page_count(upload: files.Upload | None) -> int:
    """How many pages a PDF just stored has. Refuses no file, another type, and a file that cannot be opened or marked."""
    if upload is None:
        raise FieldRefused("file", gettext("Chọn tệp PDF của tài liệu; không có tệp thì không có gì để kiểm soát (8.3)."))
    if upload.media_type not in files.PAPERS:
        raise FieldRefused("file", gettext("Tài liệu kiểm soát lưu bằng tệp PDF."))
    try:
        return stamping.pages_of(files.read(upload.sha256))
    except stamping.Unreadable as error:
        raise FieldRefused("file", gettext("Không mở được tệp PDF này: tệp hỏng, có mật khẩu hoặc không có trang nào.")) from error


def draft_version(
    actor: Actor, document: ControlledDocument, upload: files.Upload | None, *, change_summary: str = "", statement_vi: str = "",
    statement_en: str = "",
) -> DocumentVersion:
    """Begin a version with its file. Refuses a document without a file, one withdrawn, a second version beside one in preparation,
    a later version that does not say what changed, a policy without its words."""
    authorize(actor, P.DOCUMENT_WRITE)
    author = person_of(actor)
    if document.withdrawn_from is not None:
        raise Refused(gettext("Tài liệu %(code)s đã thôi dùng.", code=document.code))
    if document.id in queries.open_versions([document.id]):
        raise Refused(gettext("Tài liệu %(code)s đang có một bản chưa duyệt; làm xong hoặc bỏ bản đó trước.", code=document.code))
    pages = page_count(upload)
    assert upload is not None
    number = max((v.number for v in document.versions), default=0) + 1
    if number > 1:
        _needed("change_summary", change_summary)
    row = DocumentVersion(
        document_id=document.id, number=number, code=f"{document.code}/{number:02d}", author_id=author, written_by=[author],
        filename=upload.filename, sha256=files.keep(upload).sha256, pages=pages, change_summary=change_summary.strip(),
        statement_vi=statement_vi.strip(), statement_en=statement_en.strip(), content_sha256="",
    )
    _hash(document, row)
    document.versions.append(row)
    db.session.flush()
    return row


def _hash(document: ControlledDocument, row: DocumentVersion) -> None:
    if document.kind == "policy":
        _needed("statement_vi", row.statement_vi)
    row.content_sha256 = rules.content_hash(row.code, row.sha256, row.statement_vi, row.statement_en)


def edit_version(
    actor: Actor, row: DocumentVersion, upload: files.Upload | None = None, *, change_summary: str, statement_vi: str = "",
    statement_en: str = "",
) -> DocumentVersion:
    """Change a draft: another file, other words. Whoever writes on it is among its authors from now on. Refuses what is no draft."""
    authorize(actor, P.DOCUMENT_WRITE)
    workflow.VERSION.move(row, "edit")
    if row.number > 1:
        _needed("change_summary", change_summary)
    if upload is not None:
        row.pages, row.filename, row.sha256 = page_count(upload), upload.filename, files.keep(upload).sha256
    row.change_summary, row.statement_vi, row.statement_en = change_summary.strip(), statement_vi.strip(), statement_en.strip()
    row.written_by = list(dict.fromkeys([*row.written_by, person_of(actor)]))
    _hash(row.document, row)
    db.session.flush()
    return row


def facts_of(actor: Actor, row: DocumentVersion) -> workflow.DecisionFacts:
    """Facts of the gates before a version is found good or approved."""
    return workflow.DecisionFacts(row.code, actor.id, row.author.full_name, tuple(row.written_by), row.status, row.reviewed_at is not None)


def _key(row: DocumentVersion, what: str = "") -> str:
    return f"document/{row.document_id}/version/{row.number}/{what}"


def address(row: DocumentVersion) -> str:
    """The page of a version, as asks and notices link to it."""
    return f"/quality/documents/{row.document.code}/versions/{row.number}"


def submit_version(actor: Actor, row: DocumentVersion, reviewer: Person | None = None) -> DocumentVersion:
    """Hand a draft in for review: to one person, or to everybody who may write documents but who wrote it."""
    authorize(actor, P.DOCUMENT_WRITE)
    if reviewer is not None and reviewer.id in row.written_by:
        raise FieldRefused("reviewer", gettext("Người viết không tự soát xét (8.3.2)."))
    workflow.VERSION.move(row, "submit")
    row.submitted_at, row.reviewer_id, row.reviewed_at = clock.now(), None, None
    db.session.flush()
    inbox.settle(_key(row, "revise"))
    inbox.ask(
        _key(row, "review"), "document", N_("Soát xét tài liệu %(code)s: %(title)s"), {"code": row.code, "title": row.document.title_vi},
        person_id=reviewer.id if reviewer else None, permission=None if reviewer else P.DOCUMENT_WRITE,
        not_person_id=None if reviewer else row.author_id, code=row.code, link=address(row), button=N_("Soát xét"),
        due_on=clock.today() + timedelta(days=rules.READING_DAYS))
    return row


def review_version(actor: Actor, row: DocumentVersion, *, note: str = "") -> DocumentVersion:
    """Find a submitted version good; it then waits for approval. Refused to who wrote it (gate *document-reviewed-by-another*)."""
    authorize(actor, P.DOCUMENT_WRITE)
    workflow.VERSION.move(row, "review", facts_of(actor, row))
    row.reviewer_id, row.reviewed_at, row.review_note = person_of(actor), clock.now(), note.strip()
    db.session.flush()
    inbox.settle(_key(row, "review"))
    inbox.ask(
        _key(row, "approve"), "document", N_("Phê duyệt tài liệu %(code)s: %(title)s"),
        {"code": row.code, "title": row.document.title_vi}, permission=P.DOCUMENT_APPROVE, not_person_id=row.author_id, code=row.code,
        link=address(row), button=N_("Phê duyệt"), due_on=clock.today() + timedelta(days=rules.READING_DAYS))
    return row


def return_version(actor: Actor, row: DocumentVersion, *, reason: str) -> DocumentVersion:
    """Give a submitted version back to its author with what is wrong."""
    authorize(actor, P.DOCUMENT_WRITE)
    _needed("reason", reason)
    with audit.reason(reason):
        workflow.VERSION.move(row, "return")
        row.reviewer_id, row.reviewed_at, row.review_note = person_of(actor), None, reason.strip()
        db.session.flush()
    inbox.settle(_key(row, "review"), _key(row, "approve"))
    inbox.ask(_key(row, "revise"), "document", N_("Sửa bản thảo %(code)s được trả lại"), {"code": row.code}, person_id=row.author_id,
              code=row.code, link=address(row), button=N_("Mở bản thảo"))
    return row


def shown(row: DocumentVersion) -> dict[str, Any]:
    """What a person approves, for the signature's hash."""
    return {"document": row.document.code, "title": row.document.title_vi, "version": row.code, "content": row.content_sha256,
            "changes": row.change_summary}


def approve_version(
    actor: Actor, row: DocumentVersion, *, effective_from: date, confirmed: Confirmation | None,
) -> DocumentVersion:
    """Approve a reviewed version, signed; it is in force from a day on, and the version before it is not from that day on (8.3.2).

    Everybody who must read it is asked; the version before it is read until that day, and at once no more where the day is today or it
    never comes into force. Refuses a day that has passed, a day before that of a version still to come; by the gates
    *document-approved-by-another* and *document-steps-in-order*.
    """
    authorize(actor, P.DOCUMENT_APPROVE)
    if effective_from < clock.today():
        raise FieldRefused("effective_from", gettext("Ngày hiệu lực không ở trước hôm nay: tài liệu không có hiệu lực lùi."))
    before = [v for v in row.document.versions if v.status == workflow.APPROVED and v.obsolete_from is None and v.id != row.id]
    for other in before:
        if other.effective_from is not None and other.effective_from > effective_from:
            raise FieldRefused("effective_from", gettext(
                "Bản %(code)s có hiệu lực từ %(day)s; chọn ngày đó hoặc sau đó.", code=other.code,
                day=other.effective_from.strftime("%d/%m/%Y")))
    workflow.VERSION.move(row, "approve", facts_of(actor, row))
    signatures.sign(actor, confirmed, meaning=AUTHORISED, subject=("document-version", row.id), shown=shown(row))
    row.approver_id, row.approved_at, row.effective_from = person_of(actor), clock.now(), effective_from
    row.document.effective_since = row.document.effective_since or effective_from
    for other in before:
        _end(other, effective_from, gettext("Thay bằng bản %(code)s", code=row.code))
        if effective_from <= max(clock.today(), other.effective_from or effective_from):  # else it is read until that day (`asking`)
            receipts.end_readings(other)
    row.document.review_due = rules.add_months(effective_from, row.document.review_months)
    db.session.flush()
    inbox.settle_under(_key(row))
    inbox.settle(f"document/{row.document_id}/periodic")
    receipts.ask_to_read(actor, row, receipts.readers_of(row))
    return row


def _end(row: DocumentVersion, from_day: date, reason: str) -> None:
    row.obsolete_from, row.obsolete_recorded_at, row.obsolete_reason = from_day, clock.now(), reason


def drop_version(actor: Actor, row: DocumentVersion, *, reason: str) -> DocumentVersion:
    """Give a draft up, with the reason; its number is not used again."""
    authorize(actor, P.DOCUMENT_WRITE)
    _needed("reason", reason)
    with audit.reason(reason):
        workflow.VERSION.move(row, "drop")
        db.session.flush()
    inbox.settle_under(_key(row))
    return row


def withdraw_document(actor: Actor, document: ControlledDocument, *, from_day: date, reason: str) -> ControlledDocument:
    """Put a document out of use from a day on, with the reason (8.3.2 f). Refuses a day that has passed, one withdrawn already."""
    authorize(actor, P.DOCUMENT_APPROVE)
    _needed("reason", reason)
    if document.withdrawn_from is not None:
        raise Refused(gettext("Tài liệu %(code)s đã thôi dùng.", code=document.code))
    if from_day < clock.today():
        raise FieldRefused("from_day", gettext("Ngày này đã qua: tài liệu không hết hiệu lực lùi."))
    if document.id in queries.open_versions([document.id]):
        raise Refused(gettext("Tài liệu %(code)s đang có một bản chưa duyệt; làm xong hoặc bỏ bản đó trước.", code=document.code))
    with audit.reason(reason):
        for row in document.versions:
            if row.status == workflow.APPROVED and (row.obsolete_from is None or row.obsolete_from > from_day):
                _end(row, from_day, reason.strip())
                receipts.end_readings(row)
        document.withdrawn_from, document.review_due = from_day, None
        db.session.flush()
    inbox.settle_under(f"document/{document.id}/")
    return document


def review_document(actor: Actor, document: ControlledDocument, *, fits: bool, note: str) -> DocumentReview:
    """Judge whether a document still fits (8.3.2 b); it is due again after its cycle. One that must change is asked of its owner."""
    authorize(actor, P.DOCUMENT_WRITE)
    _needed("note", note)
    if queries.effective_version(document.id, clock.today()) is None:
        raise Refused(gettext("Tài liệu %(code)s không có bản nào đang hiệu lực để xem xét.", code=document.code))
    due = rules.add_months(clock.today(), document.review_months)
    row = DocumentReview(document_id=document.id, person_id=person_of(actor), fits=fits, note=note.strip(), next_due=due)
    db.session.add(row)
    document.review_due = due
    db.session.flush()
    inbox.settle(f"document/{document.id}/periodic")
    if not fits:
        inbox.ask(
            f"document/{document.id}/rewrite", "document", N_("Viết bản mới của %(code)s: xem xét định kỳ thấy cần sửa"),
            {"code": document.code},
            person_id=document.owner_id, code=document.code, link=f"/quality/documents/{document.code}", button=N_("Mở tài liệu"))
    return row
