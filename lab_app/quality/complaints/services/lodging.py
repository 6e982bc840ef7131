"""A complaint comes in: by anyone through the public form, or taken down by one of us (7.9.2, 7.9.3 a)."""
from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import audit, clock, files, inbox, mail, numbering, search
from lab_app.core.access import Actor, SystemActor, authorize
from lab_app.core.db import begin_writing, db
from lab_app.core.errors import FieldRefused
from lab_app.core.i18n import LANGUAGES
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality.complaints import queries, tokens
from lab_app.quality.complaints.models import Complaint, ComplaintSubject
from lab_app.quality.complaints.workflow import CHANNELS, CUSTOMER, FORM, ROLES, SUBJECTS
from lab_app.quality.events.models import Event
from lab_app.quality.events.services import Opened

#: Stands for whoever sends the public form; the audit trail names it.
FORM_ACTOR = SystemActor("Biểu mẫu khiếu nại công khai", frozenset({P.QUALITY_WRITE}))
SHORTEST, LONGEST = 10, 5000
MOST_BYTES = 8 * 1024 * 1024
ALLOWED = files.IMAGES | files.PAPERS
TO_ACKNOWLEDGE = N_("Báo đã nhận khiếu nại %(code)s: %(title)s")


def lodge(*, note: str, language: str, upload: files.Upload | None = None, **said: Any) -> tuple[Complaint, str]:
    """Take a complaint from the public form; answers it with the token of its progress page.

    The same form sent again answers the complaint that it made before. Refuses (`FieldRefused`) a note that is not ours, a form sent
    faster than a person reads, another matter typed into a form that was sent (`note`: asked for anew, nothing is swallowed), missing
    words, no way to answer that could be one.
    """
    secret = current_app.config["SECRET_KEY"]
    form = tokens.read(secret, note)
    if form is None or form.too_old:
        raise FieldRefused("note", gettext("Trang này để quá lâu. Bấm gửi lại một lần nữa; chữ đã gõ còn nguyên."))
    token = tokens.progress(secret, form.nonce)
    begin_writing()
    audit.acting(FORM_ACTOR)
    before = db.session.scalar(select(Complaint).where(Complaint.nonce == form.nonce))
    if before is not None:
        if (before.title, before.words) != (" ".join(str(said["title"]).split()), str(said["words"]).strip()):
            raise FieldRefused("note", gettext(
                "Biểu mẫu này đã gửi rồi. Bấm gửi lại một lần nữa để gửi khiếu nại mới; chữ đã gõ còn nguyên."))
        return before, token
    if form.too_quick:
        raise FieldRefused("note", gettext("Gửi quá nhanh. Đợi vài giây rồi bấm gửi lại; chữ đã gõ còn nguyên."))
    row = _new(form.nonce, language=language, channel=FORM, **said)
    if upload is not None:
        hang_file(row, upload, None)
    return row, token


def hang_file(row: Complaint, upload: files.Upload, person_id: int | None, caption: str = "") -> files.Attachment:
    """Hang a file on a complaint. One of a confidential complaint is named by its number: a file's own name often says whose it is, and
    the trail of files is read by more people than the file (4.2.3)."""
    if row.confidential:
        count = len(files.attachments("complaint", row.id)) + 1
        upload = files.Upload(upload.sha256, upload.size, upload.media_type, f"{row.code}-{count}{Path(upload.filename).suffix.lower()}")
    return files.attach(upload, "complaint", row.id, person_id, purpose="evidence", caption=caption)


def register_complaint(actor: Actor, *, channel: str, language: str = "vi", **said: Any) -> Complaint:
    """Take down a complaint that came by letter, telephone, in talk: anyone of the laboratory may (7.9.2). Refuses as `lodge` does."""
    authorize(actor, P.HOME)
    if channel not in CHANNELS or channel == FORM:
        raise FieldRefused("channel", gettext("Lựa chọn không có trong danh sách."))
    row = _new(secrets.token_urlsafe(12), language=language, channel=channel, **said)
    row.received_by_id = actor.id
    db.session.flush()
    return row


def from_event(actor: Actor, event: Event, title: str) -> Opened:
    """The complaint that a reported event turned out to be, about the event's record where complaints can be about its kind."""
    words = event.words if len(event.words) >= SHORTEST else f"{event.code}: {event.words}"
    row = register_complaint(actor, channel="person", title=title[:200], words=words[:LONGEST])
    if event.subject_kind in SUBJECTS:
        row.subjects.append(ComplaintSubject(
            complaint_id=row.id, kind=event.subject_kind, subject_id=event.subject_id, code=event.subject_code, person_id=actor.id))
        db.session.flush()
    return Opened("complaint", row.id, row.code)


def _new(
    nonce: str, *, channel: str, language: str, title: str, words: str, about: str = "", role: str = CUSTOMER, confidential: bool = True,
    name: str = "", organisation: str = "", email: str = "", phone: str = "",
) -> Complaint:
    title, words = " ".join(title.split()), words.strip()
    if not title:
        raise FieldRefused("title", gettext("Cần điền mục này."))
    if len(title) > 200:
        raise FieldRefused("title", gettext("Tối đa %(n)s ký tự.", n=200))
    if not SHORTEST <= len(words) <= LONGEST:
        raise FieldRefused("words", gettext("Kể từ %(least)s đến %(most)s ký tự.", least=SHORTEST, most=LONGEST))
    if role not in ROLES:
        raise FieldRefused("role", gettext("Lựa chọn không có trong danh sách."))
    now = clock.now()
    day, agreed = clock.local(now).date(), queries.terms()
    row = Complaint(
        code=numbering.yearly("KN", day.year, 3), nonce=nonce, channel=channel, language=language if language in LANGUAGES else "vi",
        role=role, confidential=confidential or role != CUSTOMER, from_name=_short("name", name), title=title, words=words,
        from_organisation=_short("organisation", organisation), from_email=mail.address(email) if email.strip() else "",
        from_phone=_short("phone", phone, 40), about=_short("about", about, 120), received_at=now,
        token_hash=tokens.hashed(tokens.progress(current_app.config["SECRET_KEY"], nonce)),
        acknowledge_by=queries.working_days_after(day, agreed.acknowledge_days),
        decide_by=queries.working_days_after(day, agreed.decide_days),
    )
    db.session.add(row)
    db.session.flush()
    _hang_on_what_was_named(row)
    search.put("complaint", row.id, row.code, row.title, row.about)
    inbox.ask(
        f"complaint/{row.id}/acknowledge", "complaint", TO_ACKNOWLEDGE, {"code": row.code, "title": row.title[:120]},
        permission=P.QUALITY_WRITE, code=row.code, link=f"/quality/complaints/{row.code}",
        due_on=row.acknowledge_by)
    return row


def _short(field: str, typed: str, most: int = 200) -> str:
    text = " ".join(typed.split())
    if len(text) > most:
        raise FieldRefused(field, gettext("Tối đa %(n)s ký tự.", n=most))
    return text


def _hang_on_what_was_named(row: Complaint) -> None:
    """Hang the complaint on the record whose number was typed, where it is exactly one; the complainant is not told whether it was."""
    spellings = dict.fromkeys(("".join(row.about.split()), row.about.upper(), numbering.read_code(row.about)))  # Đ of an amendment, too
    found = next((hits for typed in spellings if typed and (
        hits := [one for one in search.by_code(typed) if one.kind in SUBJECTS])), [])
    if len(found) == 1:
        row.subjects.append(ComplaintSubject(
            complaint_id=row.id, kind=found[0].kind, subject_id=found[0].subject_id, code=found[0].code))
        db.session.flush()
