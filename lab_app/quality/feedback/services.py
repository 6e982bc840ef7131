"""Feedback asked for, taken without an account or written down by one of us, and analysed (8.6.2)."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lab_app.core import audit, clock, history, mail, numbering, search
from lab_app.core.access import Actor, SystemActor, authorize, person_of
from lab_app.core.db import begin_writing, db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.quality.events.services import report_event
from lab_app.quality.feedback import queries
from lab_app.quality.feedback.models import Feedback, FeedbackAnalysis, FeedbackRequest
from lab_app.quality.feedback.rules import BOUNDS, TAKEN_DOWN, Tally, is_low

#: Stands for customers who answer without an account.
CUSTOMERS = SystemActor("Phản hồi của khách hàng", frozenset({P.HOME, P.QUALITY_WRITE}))
POSTMAN = SystemActor("Hỏi ý kiến khách hàng tự động", frozenset({P.REPORT_DELIVER, P.QUALITY_WRITE}))
LONGEST = 3000
_SALT = "feedback"
SCORES = tuple(BOUNDS)


@dataclass(frozen=True)
class Invitation:
    """What an invitation is about: the way it came, its own key (an answer is taken once), the record, the customer."""

    way: str
    key: str
    subject: tuple[str, int, str]
    customer_id: int | None
    customer: str


def invitation(way: str, key: str, subject: tuple[str, int, str], customer_id: int | None, customer: str) -> str:
    """The token of a page that takes one answer. Signed, and follows from what it names: nothing is kept, the same again is the same."""
    made: Any = _signer().dumps([way, key, *subject, customer_id, customer])
    return str(made)


def invited(token: str) -> Invitation | None:
    """What a token says; none for one that is not ours."""
    try:
        way, key, kind, subject_id, code, customer_id, customer = _signer().loads(token)
    except (BadSignature, TypeError, ValueError):
        return None
    return Invitation(way, key, (kind, subject_id, code), customer_id, customer)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=_SALT)


def _month(day: date) -> str:
    return day.strftime("%Y-%m")


def ask(
    actor: Actor, *, subject: tuple[str, int, str], customer_id: int | None, customer: str, to: str, language: str,
    letter: Callable[[str], tuple[str, str]],
) -> FeedbackRequest | None:
    """Ask a customer by letter what they think of one paper; none where that paper's customer was asked before.

    `letter(url)` words it: subject and body. The row stands whether or not mail leaves this installation.
    """
    authorize(actor, P.REPORT_DELIVER)
    kind, subject_id, code = subject
    before = select(FeedbackRequest.id).where(FeedbackRequest.subject_kind == kind, FeedbackRequest.subject_id == subject_id)
    if db.session.scalar(before) is not None:
        return None
    row = FeedbackRequest(
        subject_kind=kind, subject_id=subject_id, subject_code=code, customer_id=customer_id, customer_name=customer, to_address=to,
        language=language, month=_month(clock.today()))
    db.session.add(row)
    db.session.flush()
    token = invitation("link", f"request/{row.id}", subject, customer_id, customer)
    words = letter(f"{current_app.config['PUBLIC_URL']}/feedback/{token}")
    mail.queue(to, words[0], words[1], f"feedback:{row.id}")
    return row


def answer(token: str, *, words: str = "", **scores: int | None) -> Feedback:
    """Take an answer without an account. The same invitation answered again answers the first answer, unchanged.

    Refuses (`Refused`) a token that is not ours, nothing said at all, a score out of bounds.
    """
    found = invited(token)
    if found is None:
        raise Refused(gettext("Đường dẫn sai hoặc không còn dùng được."))
    begin_writing()
    audit.acting(CUSTOMERS)
    before = queries.answered(found.key)
    if before is not None:
        return before
    try:
        return _write(CUSTOMERS, found.way, found.subject, found.customer_id, found.customer, words, scores, key=found.key)
    except IntegrityError as error:  # sent twice at the same moment: the other was first
        db.session.rollback()
        raise Refused(gettext("Phản hồi này đã được ghi.")) from error


def write_down(
    actor: Actor, *, way: str, customer: str, subject: tuple[str, int, str] = ("", 0, ""), customer_id: int | None = None,
    words: str = "", **scores: int | None,
) -> Feedback:
    """Write down what a customer said by telephone, in talk, in a letter. Refuses as `answer` does, and no customer's name."""
    authorize(actor, P.HOME)
    if way not in TAKEN_DOWN:
        raise FieldRefused("way", gettext("Lựa chọn không có trong danh sách."))
    if not customer.strip():
        raise FieldRefused("customer", gettext("Cần điền mục này."))
    return _write(actor, way, subject, customer_id, customer.strip(), words, scores)


def _write(
    actor: Actor, way: str, subject: tuple[str, int, str], customer_id: int | None, customer: str, words: str,
    scores: dict[str, int | None], key: str | None = None,
) -> Feedback:
    text = words.strip()
    if len(text) > LONGEST:
        raise FieldRefused("words", gettext("Tối đa %(n)s ký tự.", n=LONGEST))
    for name, value in scores.items():
        low, high = BOUNDS[name]
        if value is not None and not low <= value <= high:
            raise FieldRefused(name, gettext("Chọn từ %(low)s đến %(high)s.", low=low, high=high))
    if not text and all(value is None for value in scores.values()):
        raise FieldRefused("satisfaction", gettext("Trả lời ít nhất một câu, hoặc viết vài lời."))
    code = numbering.yearly("PH", clock.today().year)
    low_event = _look_into(code, subject, customer, scores, text) if is_low(scores) else ""
    row = Feedback(
        code=code, way=way, answered_key=key, subject_kind=subject[0], subject_id=subject[1], subject_code=subject[2],
        customer_id=customer_id, customer_name=customer[:300], words=text, month=_month(clock.today()), event_code=low_event,
        person_id=actor.id, **{name: scores.get(name) for name in SCORES})
    db.session.add(row)
    db.session.flush()
    search.put("feedback", row.id, row.code, customer, row.subject_code)
    return row


def _look_into(code: str, subject: tuple[str, int, str], customer: str, scores: dict[str, int | None], words: str) -> str:
    """A low answer is an event that somebody looks into; its code."""
    said = ", ".join(f"{str(history.field_word(name, 'feedback')).lower()} {value}" for name, value in scores.items() if value is not None)
    told = gettext("Phản hồi %(code)s của %(customer)s có điểm thấp (%(scores)s): %(words)s", code=code, customer=customer, scores=said,
                   words=words or "–")
    return report_event(CUSTOMERS, told[:2000], subject=subject if subject[0] else None).code


def analyse(actor: Actor, *, since: date, until: date, findings: str, use: str) -> FeedbackAnalysis:
    """Write what the answers of `since` … `until` (whole months counted) say and what is done with it; the figures are frozen with it.

    Refuses reversed days, a day to come, nothing found or done.
    """
    authorize(actor, P.QUALITY_WRITE)
    person_id = person_of(actor)
    for field, said in (("findings", findings), ("use", use)):
        if not said.strip():
            raise FieldRefused(field, gettext("Cần điền mục này."))
    if until < since:
        raise FieldRefused("until", gettext("Kết thúc trước lúc bắt đầu."))
    if until > clock.today():
        raise FieldRefused("until", gettext("Ngày này ở tương lai."))
    total = sum(queries.by_month(_month(since), _month(until)).values(), Tally())
    row = FeedbackAnalysis(
        code=numbering.yearly("PTPH", until.year, 2), since=since, until=until, findings=findings.strip(), use=use.strip(),
        person_id=person_id, figures={
            "asked": total.asked, "answers": total.answers, "csat": _text(total.csat), "punctual": _text(total.punctual),
            "nps": _text(total.nps)})
    db.session.add(row)
    db.session.flush()
    return row


def _text(value: Any) -> str:
    return "" if value is None else format(value, "f")
