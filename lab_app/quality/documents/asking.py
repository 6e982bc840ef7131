"""What the calendar asks every morning: reviews of documents, looks at documents of others, and readers who came later."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lab_app.core import clock, inbox, jobs, schedule
from lab_app.core.access import SystemActor, authorize
from lab_app.core.db import db
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality.documents import queries, receipts, rules
from lab_app.quality.documents.models import DocumentVersion
from lab_app.quality.standards import queries as standards
from lab_app.quality.standards import rules as watch

#: Whoever asks in the calendar's name.
CALENDAR = SystemActor("lịch tài liệu", frozenset({P.DOCUMENT_WRITE}))


def ask_what_is_due() -> int:
    """Ask owners for the reviews and looks that come due, and people who joined a role for what they have not read; what went out of
    force is asked of nobody any more. Answers how many things are asked. Inside the caller's transaction; asked again, a thing is the
    same."""
    authorize(CALENDAR, P.DOCUMENT_WRITE)
    receipts.end_what_went_out()
    today, count = clock.today(), 0
    for document in queries.due_for_review(today + timedelta(days=rules.REVIEW_NOTICE_DAYS)):
        inbox.ask(
            f"document/{document.id}/periodic", "document", N_("Xem xét định kỳ %(code)s: %(title)s"),
            {"code": document.code, "title": document.title_vi}, person_id=document.owner_id, code=document.code,
            link=f"/quality/documents/{document.code}/periodic", button=N_("Xem xét"), due_on=document.review_due)
        count += 1
    for row in standards.due_by(today + timedelta(days=watch.NOTICE_DAYS)):
        inbox.ask(
            f"external/{row.id}/watch", "external-document", N_("Xem %(code)s còn là bản mới nhất không"), {"code": row.code},
            person_id=row.owner_id, code=row.code[:60], link=f"/quality/standards/{row.id}/check", button=N_("Ghi lần xem"),
            due_on=row.next_check)
        count += 1
    return count + _ask_newcomers()


def _ask_newcomers() -> int:
    """People who got a role, or an account, after a version was approved."""
    count = 0
    for version in db.session.scalars(
            select(DocumentVersion).where(queries.in_force(clock.today())).options(joinedload(DocumentVersion.document))):
        if version.document.read_by:
            count += len(receipts.ask_to_read(CALENDAR, version, receipts.readers_of(version)))
    return count


@schedule.scheduled("documents", _l("Nhắc xem xét tài liệu, xem tài liệu bên ngoài, đọc tài liệu"), hour=6, minute=2)
def daily(_payload: dict[str, Any]) -> None:
    """The daily run."""
    with jobs.transaction():
        ask_what_is_due()
