"""Handling a complaint: word of receipt, what it is about, investigation, what is said to the complainant (7.9.3 to 7.9.5)."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.accounts.queries import laboratory
from lab_app.core import audit, clock, files, inbox, involvement, mail
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import begin_writing, db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality.complaints import letters, queries, tokens
from lab_app.quality.complaints.models import Complaint, ComplaintMessage, ComplaintSubject, ComplaintTerms
from lab_app.quality.complaints.services.lodging import FORM_ACTOR, LONGEST, hang_file
from lab_app.quality.complaints.workflow import (
    ACKNOWLEDGEMENT,
    CLOSED,
    COMPLAINT,
    DECIDED,
    INVESTIGATING,
    NOTE,
    NOTICE,
    PAGE,
    PROGRESS,
    REPLY,
    SUBJECTS,
    WAYS,
)
from lab_app.quality.services import subject_named

TO_TAKE = N_("Xem khiếu nại %(code)s có thuộc hoạt động của phòng không")
TO_INVESTIGATE = N_("Điều tra khiếu nại %(code)s")
TO_DECIDE = N_("Quyết định khiếu nại %(code)s")
NOBODY_LEFT = N_("Tìm người không tham gia việc bị khiếu nại để quyết định %(code)s")
LETTER_FAILED = N_("Thư về khiếu nại %(code)s không tới được người khiếu nại; báo bằng cách khác")
TO_READ_REPLY = N_("Đọc điều người khiếu nại viết thêm về %(code)s")
#: What a letter's job is known by.
KEY = "complaint:"
#: So many further words a complainant may send by the page of one complaint.
MOST_REPLIES = 50


def link_of(row: Complaint) -> str:
    """Address of the complaint's page inside."""
    return f"/quality/complaints/{row.code}"


def token_of(row: Complaint) -> str:
    """The token of its progress page; empty where the installation's secret has changed since."""
    token = tokens.progress(current_app.config["SECRET_KEY"], row.nonce)
    return token if tokens.hashed(token) == row.token_hash else ""


def needed(field: str, typed: str) -> str:
    """What was typed, trimmed; refused when it is nothing."""
    if not typed.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return typed.strip()


def _open(row: Complaint) -> None:
    if row.status == CLOSED:
        raise Refused(gettext("Khiếu nại %(code)s đã kết thúc.", code=row.code))


def say(
    actor: Actor, row: Complaint, kind: str, words: str, way: str, *, said_on: date | None = None,
) -> ComplaintMessage:
    """Write down what is said, and mail it where the way is e-mail, there is an address and a server. For services of this room."""
    if way not in WAYS:
        raise FieldRefused("way", gettext("Lựa chọn không có trong danh sách."))
    if way == "email" and not row.from_email:
        raise FieldRefused("way", gettext("Người khiếu nại không để lại địa chỉ thư điện tử."))
    if said_on is not None and said_on > clock.today():
        raise FieldRefused("said_on", gettext("Ngày này ở tương lai."))
    if said_on is not None and said_on < clock.local(row.received_at).date():
        raise FieldRefused("said_on", gettext("Ngày này trước ngày nhận khiếu nại."))
    made = ComplaintMessage(
        complaint_id=row.id, kind=kind, way=way, words=needed("words", words), person_id=actor.id, said_on=said_on or clock.today(),
        to_address=row.from_email if way == "email" else "", mailed=way == "email" and mail.configured())
    row.messages.append(made)
    db.session.flush()
    inbox.settle_under(f"complaint/{row.id}/letter/")
    if made.mailed:
        lab = laboratory()
        sender = (lab.name_en if row.language == "en" else lab.name_vi) if lab else ""
        text = letters.letter(row, kind, made.words, sender, token_of(row))
        mail.queue(row.from_email, text.subject, text.body, f"{KEY}{made.id}")
    return made


def on_letter_settled(_sender: Any, *, key: str, problem: str, **_more: Any) -> None:
    """A letter of ours never arrived: somebody is asked to tell the complainant otherwise, and an end that was told by it alone was not
    told (7.9.7)."""
    if not problem or not key.startswith(KEY):
        return
    audit.acting(FORM_ACTOR)
    authorize(FORM_ACTOR, P.QUALITY_WRITE)
    made = db.session.get(ComplaintMessage, int(key.removeprefix(KEY)))
    row = db.session.get(Complaint, made.complaint_id) if made is not None else None
    if made is None or row is None or row.status == CLOSED:
        return
    notices = [one.id for one in row.messages if one.kind == NOTICE]
    if row.status == DECIDED and notices == [made.id]:
        row.notified_on = None
    inbox.ask(f"complaint/{row.id}/letter/{made.id}", "complaint", LETTER_FAILED, {"code": row.code}, permission=P.QUALITY_WRITE,
              code=row.code, link=link_of(row))
    db.session.flush()


def acknowledge(actor: Actor, row: Complaint, *, words: str, way: str, said_on: date | None = None) -> Complaint:
    """Tell the complainant that the complaint arrived (7.9.5). Refuses one that was acknowledged, an e-mail without an address."""
    authorize(actor, P.QUALITY_WRITE)
    if COMPLAINT.allows(row, "acknowledge"):
        say(actor, row, ACKNOWLEDGEMENT, words, way, said_on=said_on)
    COMPLAINT.move(row, "acknowledge")
    row.acknowledged_at = clock.now()
    db.session.flush()
    inbox.settle(f"complaint/{row.id}/acknowledge")
    inbox.ask(f"complaint/{row.id}/take", "complaint", TO_TAKE, {"code": row.code}, permission=P.QUALITY_WRITE, code=row.code,
              link=link_of(row), due_on=row.decide_by)
    return row


def hang_on(actor: Actor, row: Complaint, kind: str, code: str) -> ComplaintSubject:
    """Hang the complaint on a record: who worked on that record does not decide. Refuses a code that is not there, the same record
    twice, a complaint that is decided."""
    authorize(actor, P.QUALITY_WRITE)
    _undecided(row)
    if kind not in SUBJECTS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    kind, subject_id, code = subject_named(kind, needed("subject_code", code))
    if any((one.kind, one.subject_id) == (kind, subject_id) for one in queries.standing_subjects(row)):
        raise FieldRefused("subject_code", gettext("Khiếu nại đã gắn với hồ sơ này."))
    made = ComplaintSubject(complaint_id=row.id, kind=kind, subject_id=subject_id, code=code, person_id=actor.id)
    row.subjects.append(made)
    db.session.flush()
    _ask_deciders(row)
    return made


def strike_off(actor: Actor, row: Complaint, subject: ComplaintSubject, reason: str) -> None:
    """Take a record off that was hung on by mistake; it stays on view with the reason. Refused to whoever worked on that record: nobody
    clears the way to their own decision."""
    authorize(actor, P.QUALITY_WRITE)
    _undecided(row)
    if subject.struck_at is not None:
        raise Refused(gettext("Hồ sơ này đã được gỡ rồi."))
    if actor.id in involvement.of(subject.kind, subject.subject_id):
        raise Refused(gettext("Bạn đã tham gia %(code)s, nên không gỡ hồ sơ này khỏi khiếu nại (7.9.6).", code=subject.code))
    with audit.reason(needed("reason", reason)):
        subject.struck_at, subject.struck_reason = clock.now(), reason.strip()
        db.session.flush()
    _ask_deciders(row)


def name_concerned(actor: Actor, row: Complaint, person_ids: Iterable[int], reason: str) -> Complaint:
    """Name by hand who took part, where the matter hangs on no record (how somebody behaved, an invoice), and why it hangs on none.

    Nobody named is an answer too, with its reason: whoever gives it does not decide then (7.9.6). Refuses a person that is not there, a
    decided complaint, no reason.
    """
    authorize(actor, P.QUALITY_WRITE)
    _undecided(row)
    wanted = sorted(set(person_ids))
    if any(db.session.get(Person, one) is None for one in wanted):
        raise FieldRefused("people", gettext("Lựa chọn không có trong danh sách."))
    dropped = set(row.concerned) - set(wanted)
    if actor.id in dropped:
        raise FieldRefused("people", gettext("Bạn không tự bỏ tên mình (7.9.6)."))
    row.concerned, row.concerned_reason = wanted, needed("reason", reason)
    db.session.flush()
    _ask_deciders(row)
    return row


def _undecided(row: Complaint) -> None:
    if row.status in (DECIDED, CLOSED):
        raise Refused(gettext("Khiếu nại %(code)s đã có quyết định; mở lại trước khi sửa.", code=row.code))


def take(actor: Actor, row: Complaint, *, owner: Person, relevance: str) -> Complaint:
    """Confirm that the complaint is about the laboratory's own work, why, and who investigates (7.9.2). Refuses a person who may not
    read it."""
    authorize(actor, P.QUALITY_WRITE)
    said = needed("relevance", relevance)
    if not owner.can(P.QUALITY_READ):
        raise FieldRefused("owner", gettext("%(person)s không xem được hồ sơ chất lượng.", person=owner.full_name))
    COMPLAINT.move(row, "take")
    row.owner_id, row.relevance = owner.id, said
    db.session.flush()
    inbox.settle(f"complaint/{row.id}/take")
    inbox.ask(f"complaint/{row.id}/investigate", "complaint", TO_INVESTIGATE, {"code": row.code}, person_id=owner.id, code=row.code,
              link=link_of(row), due_on=row.decide_by)
    return row


def investigate(
    actor: Actor, row: Complaint, *, investigation: str, cause: str, action: str, action_done_on: date | None,
) -> Complaint:
    """Write what was found, the cause, and what is done about it (7.9.3, 7.9.4). By whoever it was given to, or the quality manager.

    Parts may be written one after the other; the decision asks for all. Refuses a day to come, an action's day without an action.
    """
    authorize(actor, P.HOME)
    if not actor.can(P.QUALITY_WRITE) and person_of(actor) != row.owner_id:
        raise NotAllowed(gettext("Khiếu nại này được giao cho người khác điều tra."))
    if row.status not in (INVESTIGATING, DECIDED):
        raise Refused(gettext("Không làm được khi hồ sơ ở trạng thái “%(state)s”.", state=COMPLAINT.state(row.status).word))
    found = (investigation.strip(), cause.strip(), action.strip() if row.action else row.action)
    if row.status == DECIDED and found != (row.investigation, row.cause, row.action):  # what the decision was signed over
        raise Refused(gettext("Khiếu nại %(code)s đã có quyết định; mở lại trước khi sửa.", code=row.code))
    if action_done_on is not None and action_done_on > clock.today():
        raise FieldRefused("action_done_on", gettext("Ngày này ở tương lai."))
    if action_done_on is not None and not action.strip():
        raise FieldRefused("action", gettext("Cần điền mục này."))
    row.investigation, row.cause, row.action = investigation.strip(), cause.strip(), action.strip()
    row.action_done_on = action_done_on
    db.session.flush()
    if row.status == INVESTIGATING and row.investigation:
        inbox.settle(f"complaint/{row.id}/investigate")
        _ask_deciders(row)
    return row


def _ask_deciders(row: Complaint) -> None:
    """Ask everybody who may decide and took no part; whoever manages quality hears when nobody is left."""
    inbox.settle_under(f"complaint/{row.id}/decide/")
    if row.status != INVESTIGATING or not row.investigation:
        return
    asked: dict[str, Any] = {"code": row.code, "link": link_of(row), "due_on": row.decide_by}
    free = queries.deciders(row) if queries.is_known(row) else []
    for person in free:
        inbox.ask(f"complaint/{row.id}/decide/{person.id}", "complaint", TO_DECIDE, {"code": row.code}, person_id=person.id, **asked)
    if not free:
        inbox.ask(f"complaint/{row.id}/decide/nobody", "complaint", NOBODY_LEFT, {"code": row.code}, permission=P.QUALITY_WRITE, **asked)


def tell(
    actor: Actor, row: Complaint, *, kind: str, words: str, way: str, said_on: date | None = None,
) -> ComplaintMessage:
    """Say something to the complainant (`progress`, `notice` of the end), or write a note for ourselves (7.9.5, 7.9.7).

    The notice names the day on which the end was told; it is refused before the decision. Notes need no way.
    """
    authorize(actor, P.QUALITY_WRITE)
    _open(row)
    if kind not in (PROGRESS, NOTICE, NOTE):
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    if kind == NOTICE and row.status != DECIDED:
        raise Refused(gettext("Chỉ báo kết thúc sau khi đã quyết định."))
    made = say(actor, row, kind, words, PAGE if kind == NOTE else way, said_on=said_on)
    if kind == NOTICE:
        row.notified_on, row.not_notified = made.said_on, ""
        db.session.flush()
        inbox.settle(f"complaint/{row.id}/notice")
    return made


def cannot_tell(actor: Actor, row: Complaint, reason: str) -> Complaint:
    """Write why nobody could be told of the end: the complainant left no way to be reached (7.9.7: whenever possible)."""
    authorize(actor, P.QUALITY_WRITE)
    if row.status != DECIDED:
        raise Refused(gettext("Chỉ báo kết thúc sau khi đã quyết định."))
    if row.from_email or row.from_phone:
        raise FieldRefused("not_notified", gettext("Người khiếu nại có để lại cách liên lạc."))
    if row.notified_on is not None:
        raise Refused(gettext("Đã báo kết thúc cho người khiếu nại rồi."))
    row.not_notified = needed("not_notified", reason)
    db.session.flush()
    inbox.settle(f"complaint/{row.id}/notice")
    return row


def reply(row: Complaint, words: str) -> ComplaintMessage:
    """What the complainant adds on the progress page (7.9.4). Refuses nothing, too much, and more than `MOST_REPLIES` times."""
    begin_writing()
    audit.acting(FORM_ACTOR)
    text = needed("words", words)
    if len(text) > LONGEST:
        raise FieldRefused("words", gettext("Tối đa %(n)s ký tự.", n=LONGEST))
    if sum(1 for one in row.messages if one.kind == REPLY) >= MOST_REPLIES:
        raise FieldRefused("words", gettext("Đã có quá nhiều lời viết thêm; xin gọi hoặc gửi thư cho phòng thử nghiệm."))
    made = ComplaintMessage(complaint_id=row.id, kind=REPLY, way=PAGE, words=text)
    row.messages.append(made)
    db.session.flush()
    inbox.ask(f"complaint/{row.id}/reply/{made.id}", "complaint", TO_READ_REPLY, {"code": row.code}, permission=P.QUALITY_WRITE,
              code=row.code, link=link_of(row), due_on=queries.working_days_after(clock.today(), queries.terms().acknowledge_days))
    return made


def replies_read(actor: Actor, row: Complaint) -> int:
    """Say that what the complainant added is read; answers how many had been waiting."""
    authorize(actor, P.QUALITY_WRITE)
    return inbox.settle_under(f"complaint/{row.id}/reply/")


def add_file(actor: Actor, row: Complaint, upload: files.Upload, caption: str = "") -> files.Attachment:
    """Hang evidence on a complaint that has not ended (7.9.4)."""
    authorize(actor, P.QUALITY_WRITE)
    _open(row)
    return hang_file(row, upload, actor.id, caption.strip()[:300])


def set_terms(
    actor: Actor, *, acknowledge_days: int, decide_days: int, words_vi: str, words_en: str, reason: str = "",
) -> ComplaintTerms:
    """Set how complaints are handled, as the public page tells it (7.9.1, 7.9.2): working days, and further words in both languages.

    Refuses days out of 1 … 60 and a decision due before the word of receipt. Complaints that came before keep their days.
    """
    authorize(actor, P.QUALITY_WRITE)
    for field, days in (("acknowledge_days", acknowledge_days), ("decide_days", decide_days)):
        if not 1 <= days <= 60:
            raise FieldRefused(field, gettext("Từ 1 đến 60 ngày làm việc."))
    if decide_days < acknowledge_days:
        raise FieldRefused("decide_days", gettext("Không thể quyết định trước khi báo đã nhận."))
    facts: dict[str, Any] = {"acknowledge_days": acknowledge_days, "decide_days": decide_days, "words_vi": words_vi.strip(),
                             "words_en": words_en.strip()}
    with audit.reason(reason):
        row = queries.terms()
        for name, value in facts.items():
            setattr(row, name, value)
        db.session.add(row)
        db.session.flush()
    return row


