"""Who must read a version and who confirmed it (8.2.1, 8.2.5); copies of versions with their marks (8.3.2 d, f)."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from flask_babel import gettext
from sqlalchemy import exists, select

from lab_app.accounts.models import Person
from lab_app.core import clock, files, gates, inbox
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import NotAllowed, Refused
from lab_app.core.i18n import show_date, show_datetime
from lab_app.core.notices import N_
from lab_app.core.paper import stamping
from lab_app.core.permissions import P
from lab_app.quality.documents import queries, rules, workflow
from lab_app.quality.documents.models import DocumentReading, DocumentVersion


def readers_of(row: DocumentVersion) -> list[Person]:
    """Who must read a version: the document's roles and people, but not who wrote, reviewed or approved it: they have."""
    read_by = row.document.read_by
    know = {*row.written_by, row.reviewer_id, row.approver_id}
    return [p for p in queries.people_with(read_by.get("roles", ()), read_by.get("people", ())) if p.id not in know]


def _key(row: DocumentVersion, person_id: int) -> str:
    return f"document/{row.document_id}/read/{row.number}/{person_id}"


def ask_to_read(actor: Actor, version: DocumentVersion, people: Iterable[Person], due_on: date | None = None) -> list[DocumentReading]:
    """Ask people to read an approved version and confirm it; who was asked before is not asked again. Answers the new readings.

    Due: the day on which it comes into force, or a week from now where that is later or has passed. Refuses a version that is not approved.
    """
    authorize(actor, P.DOCUMENT_WRITE if actor.can(P.DOCUMENT_WRITE) else P.DOCUMENT_APPROVE)
    if version.status != workflow.APPROVED:
        raise Refused(gettext("Chỉ yêu cầu đọc bản đã được phê duyệt: %(code)s.", code=version.code))
    asked = {r.person_id: r for r in db.session.scalars(select(DocumentReading).where(DocumentReading.version_id == version.id))}
    due = due_on or max(version.effective_from or clock.today(), clock.today() + timedelta(days=rules.READING_DAYS))
    made = []
    for person in people:
        if person.id in asked:
            continue
        row = DocumentReading(version_id=version.id, person_id=person.id, due_on=due)
        db.session.add(row)
        made.append(row)
        inbox.ask(
            _key(version, person.id), "document-reading", N_("Đọc và xác nhận %(code)s: %(title)s"),
            {"code": version.code, "title": version.document.title_vi}, person_id=person.id, code=version.code,
            link=f"/quality/documents/{version.document.code}/versions/{version.number}/read", button=N_("Đọc"), due_on=due)
    db.session.flush()
    return made


def confirm_read(actor: Actor, row: DocumentReading, *, seen_sha256: str) -> DocumentReading:
    """The person confirms having read and understood. `seen_sha256` is the hash that their page carried: it must be the version's.

    One's own only. Refuses another content than the version's, a version that went out of force, a second time.
    """
    authorize(actor, P.HOME)
    if actor.id is None or row.person_id != actor.id:
        raise NotAllowed(gettext("Chỉ chính người được yêu cầu mới xác nhận đã đọc."))
    if row.read_at is not None:
        raise Refused(gettext("Bạn đã xác nhận đọc bản này."))
    if row.ended_at is not None or rules.standing(row.about, clock.today()) == workflow.OBSOLETE:
        raise Refused(gettext("Bản này đã hết hiệu lực, không cần xác nhận nữa."))
    if seen_sha256 != row.about.content_sha256:
        raise Refused(gettext("Nội dung trang cho xem khác bản %(code)s; mở lại trang và đọc bản hiện tại.", code=row.about.code))
    row.read_at, row.read_sha256 = clock.now(), seen_sha256
    db.session.flush()
    inbox.settle(_key(row.about, actor.id))
    return row


def end_readings(version: DocumentVersion) -> None:
    """Nobody has to read a version any more that goes out of force; what was confirmed stays."""
    for row in db.session.scalars(select(DocumentReading).where(
            DocumentReading.version_id == version.id, DocumentReading.read_at.is_(None), DocumentReading.ended_at.is_(None))):
        row.ended_at = clock.now()
    db.session.flush()
    inbox.settle_under(f"document/{version.document_id}/read/{version.number}/")


def end_what_went_out() -> int:
    """End the readings of versions that are out of force by today; answers of how many versions. Inside the caller's transaction."""
    gone = db.session.scalars(
        select(DocumentVersion).where(DocumentVersion.obsolete_from <= clock.today(), exists().where(
            DocumentReading.version_id == DocumentVersion.id, DocumentReading.read_at.is_(None), DocumentReading.ended_at.is_(None)))).all()
    for version in gone:
        end_readings(version)
    return len(gone)


# ---- copies ----------------------------------------------------------------------------------------------------------


def serving_facts(actor: Actor, row: DocumentVersion) -> workflow.ServingFacts:
    """Facts of gate *document-effective-served* for this person today."""
    today = clock.today()
    stands = rules.standing(row, today)
    effective = row if stands == workflow.EFFECTIVE else queries.effective_version(row.document_id, today)
    asked = stands == workflow.APPROVED and queries.reading_of(row.id, actor.id) is not None
    return workflow.ServingFacts(
        row.code, row.document.title_vi, stands, row.obsolete_from, effective.code if effective else "",
        actor.can(P.DOCUMENT_WRITE) or actor.can(P.DOCUMENT_APPROVE), asked)


def copy_for(actor: Actor, row: DocumentVersion) -> bytes:
    """A copy of a version for one person: the PDF with who took it and when at the foot of each page, and across the page what it is
    when it is not in force. Refused by gate *document-effective-served*. Reads only."""
    facts = serving_facts(actor, row)
    gates.require("document-effective-served", facts)
    data = files.read(row.sha256)
    taken = gettext("Bản sao không kiểm soát · %(code)s · %(who)s · %(at)s · so với danh mục tài liệu trước khi dùng",
                    code=row.code, who=actor.name, at=show_datetime(clock.now()))
    across, first = "", ""
    if facts.standing == workflow.OBSOLETE:
        across = gettext("HẾT HIỆU LỰC")
        first = gettext("Hết hiệu lực từ %(day)s; giữ để tra cứu, không dùng cho công việc", day=show_date(row.obsolete_from))
    elif facts.standing == workflow.APPROVED:
        across, first = gettext("CHƯA HIỆU LỰC"), gettext("Có hiệu lực từ %(day)s", day=show_date(row.effective_from))
    elif facts.standing != workflow.EFFECTIVE:
        across, first = gettext("BẢN THẢO"), gettext("Chưa được phê duyệt, không dùng cho công việc")
    return stamping.stamp(data, foot=[line for line in (first, taken) if line], across=across)
