"""E-mail to whoever asked for it: asking, confirming, leaving; word of changes; checkpoints to witnesses.

Nobody is told before the owner of the address said yes, and leaving takes one click (RFC 8058). How many letters a stranger can make us
send to an address is bounded here, whatever the address of the asker.
"""
from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, func, or_, select

from certificates import workflow
from certificates.delivery import letters
from certificates.models import Report, StatusChange, Subscription
from certificates.services.delivery import change_facts
from certificates.translog import store
from certificates.watching import letters as words
from lab_app.accounts.queries import laboratory
from lab_app.core import clock, jobs, mail, schedule
from lab_app.core.access import Actor, authorize
from lab_app.core.db import begin_writing, db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P

PAPER, WITNESS = "paper", "witness"
JOB = "tell-subscribers"
#: A request that nobody confirmed is forgotten after so many days.
CONFIRM_DAYS = 7
#: So many letters asking for confirmation may reach one address in a day, and this long must lie between two for the same thing.
LETTERS_A_DAY, BETWEEN = 3, timedelta(hours=24)
#: So many requests about one paper may be made in a day and stay open: a robot with many addresses ends here, and keeps others out
#: no longer than that.
OPEN_FOR_ONE = 200
PORTION = 200
TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True)
class Watched:
    """A kind of thing that can be watched beside one paper: which subjects a paper belongs to, and what a subject is called.

    `told`: what of a change the letter to such a subscriber says, where that is not what the holder of a paper's code is told.
    """

    subjects: Callable[[Report], Iterable[str]]
    title: Callable[[str], letters.Text]
    told: Callable[[letters.ChangeFacts, Report, Subscription], letters.ChangeFacts] | None = None


_watched: dict[str, Watched] = {}


def offer(
    kind: str, subjects: Callable[[Report], Iterable[str]], title: Callable[[str], letters.Text],
    told: Callable[[letters.ChangeFacts, Report, Subscription], letters.ChangeFacts] | None = None,
) -> None:
    """Let people watch a further kind of thing (a list of papers). `subjects` of a paper name the lists it stands on."""
    _watched[kind] = Watched(subjects, title, told)


# ---- asking, confirming, leaving --------------------------------------------------------------------------


def subscribe(email: str, subject: Report | tuple[str, str], language: str = "vi") -> Subscription | None:
    """Ask that an address be told of a paper's changes, or of (kind, subject): a letter asks its owner to confirm.

    Answers `None` where nothing was sent because the address was asked often enough; the asker must be told the same in every case.
    Refuses (`FieldRefused`) what is no address, and (`Refused`) everything where no mail is sent.
    """
    begin_writing()
    address = mail.address(email)
    kind, name = (PAPER, subject.base_number) if isinstance(subject, Report) else subject
    if kind not in (PAPER, WITNESS) and kind not in _watched:
        raise FieldRefused("kind", gettext("Không theo dõi được mục này."))
    if not mail.configured():
        raise Refused(gettext("Phòng thử nghiệm chưa gửi được thư; hãy dùng nguồn tin RSS/Atom."))
    now = clock.now()
    row = db.session.scalar(select(Subscription).where(
        Subscription.email == address, Subscription.kind == kind, Subscription.subject == name, Subscription.ended_at.is_(None)))
    if row is not None and (row.confirmed_at is not None or row.asked_at > now - BETWEEN):
        return row
    asked_today = db.session.scalar(select(func.count()).select_from(Subscription).where(
        Subscription.email == address, Subscription.asked_at > now - BETWEEN)) or 0
    still_open = db.session.scalar(select(func.count()).select_from(Subscription).where(
        Subscription.kind == kind, Subscription.subject == name, Subscription.confirmed_at.is_(None),
        Subscription.ended_at.is_(None), Subscription.asked_at > now - BETWEEN)) or 0
    if asked_today >= LETTERS_A_DAY or still_open >= OPEN_FOR_ONE:
        return None
    if row is None:
        row = Subscription(email=address, kind=kind, subject=name, token=secrets.token_urlsafe(TOKEN_BYTES))
        db.session.add(row)
    row.language, row.asked_at = ("en" if language == "en" else "vi"), now
    db.session.flush()
    letter = words.confirm_letter(
        title_of(kind, name), _laboratory(), f"{_site()}/follow/{row.token}", CONFIRM_DAYS, row.language)
    mail.queue(address, letter.subject, letter.body, f"confirm:{row.id}:{now.isoformat()}")
    return row


def title_of(kind: str, subject: str) -> letters.Text:
    """What is watched, in words."""
    if kind == PAPER:
        return {"vi": f"thay đổi tình trạng của phiếu {subject}", "en": f"changes of status of report {subject}"}
    if kind == WITNESS:
        return {"vi": "điểm kiểm của nhật ký sổ phiếu", "en": "checkpoints of the register's log"}
    return _watched[kind].title(subject)


def by_token(token: str) -> Subscription | None:
    """The subscription of a token while it counts or may still be confirmed; `None` alike for all others. Reads only."""
    if not _TOKEN.fullmatch(token):
        return None
    row = db.session.scalar(select(Subscription).where(Subscription.token == token, Subscription.ended_at.is_(None)))
    if row is None or (row.confirmed_at is None and row.asked_at < clock.now() - timedelta(days=CONFIRM_DAYS)):
        return None
    return row


def confirm(token: str) -> Subscription | None:
    """The owner of the address says yes; a second yes changes nothing. `None` for a token that leads nowhere."""
    begin_writing()
    row = by_token(token)
    if row is not None and row.confirmed_at is None:
        row.confirmed_at = clock.now()
        db.session.flush()
    return row


def leave(token: str) -> None:
    """End a subscription and forget its address; a token that leads nowhere changes nothing, and nobody can tell."""
    begin_writing()
    row = by_token(token)
    if row is not None:
        _end(row, "reader")


def _end(row: Subscription, by: str) -> None:
    row.ended_at, row.ended_by, row.email = clock.now(), by, ""
    db.session.flush()


# ---- witnesses, from inside ------------------------------------------------------------------------------


def add_witness(actor: Actor, email: str, language: str = "vi") -> Subscription:
    """Ask somebody to be a witness of the log; they are sent checkpoints once they confirm. Refuses where no letter was sent because
    the address was asked too often: only strangers are not told that."""
    authorize(actor, P.LABORATORY_WRITE)
    made = subscribe(email, (WITNESS, ""), language)
    if made is None:
        raise Refused(gettext("Địa chỉ này hoặc mục này đã có quá nhiều thư hỏi xác nhận trong một ngày; hãy thử lại ngày mai."))
    return made


def end_subscription(actor: Actor, row: Subscription) -> None:
    """End a subscription from inside; its address is forgotten."""
    authorize(actor, P.LABORATORY_WRITE)
    if row.ended_at is None:
        _end(row, "laboratory")


# ---- word of a change ------------------------------------------------------------------------------------


def _who(report: Report) -> Any:
    found = [and_(Subscription.kind == PAPER, Subscription.subject == report.base_number)]
    for kind, watched in sorted(_watched.items()):
        names = list(watched.subjects(report))
        if names:
            found.append(and_(Subscription.kind == kind, Subscription.subject.in_(names)))
    return and_(or_(*found), Subscription.confirmed_at.is_not(None), Subscription.ended_at.is_(None))


def tell_later(report: Report, change: StatusChange) -> bool:
    """Queue the letters to whoever watches this paper; answers whether anybody does. In the caller's transaction."""
    if not mail.configured() or db.session.scalar(select(Subscription.id).where(_who(report)).limit(1)) is None:
        return False
    jobs.queue(JOB, f"{JOB}:{change.id}", {"change_id": change.id})
    return True


@jobs.handler(JOB)
def tell(payload: dict[str, Any]) -> None:
    """Queue the letters of one change, in portions; taken up again after a stop it queues none twice, one for each address."""
    change_id, after = int(payload["change_id"]), 0
    while True:
        with jobs.transaction():
            change = db.session.get(StatusChange, change_id)
            if change is None:
                raise jobs.GiveUp(f"there is no change {change_id}")
            rows = list(db.session.scalars(
                select(Subscription).where(_who(change.report), Subscription.id > after).order_by(Subscription.id).limit(PORTION)))
            for row in rows:
                leave_url = f"{_site()}/leave/{row.token}"
                facts = change_facts(change.report, change, leave_url)
                watched = _watched.get(row.kind)
                if watched is not None and watched.told is not None:
                    facts = watched.told(facts, change.report, row)
                letter = letters.change_letter(facts, row.language)
                mail.queue(
                    row.email, letter.subject, letter.body, addressed(f"told:{change_id}", row.email), headers=leaving(leave_url))
            after = rows[-1].id if rows else after
        if len(rows) < PORTION:
            return


def addressed(about: str, address: str) -> str:
    """The key of a letter about something to an address: one letter to it for one change, whatever it watches."""
    return f"{about}:{hashlib.sha256(address.encode()).hexdigest()[:32]}"


def leaving(leave_url: str) -> dict[str, str]:
    """Headers by which a mail program offers to leave with one click."""
    return {"List-Unsubscribe": f"<{leave_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


# ---- every day -------------------------------------------------------------------------------------------


@schedule.scheduled("witnesses", _l("Gửi điểm kiểm của nhật ký cho người làm chứng, quên đăng ký không được xác nhận"), hour=7)
def daily(_payload: dict[str, Any]) -> None:
    """Send the checkpoint to every witness for whom the log has grown; forget requests that nobody confirmed."""
    mail_checkpoints()
    forget_unconfirmed()


def mail_checkpoints() -> int:
    """Queue a letter with the present checkpoint, and the proof from their last one, to each witness; answers how many."""
    if not mail.configured():
        return 0
    count, after = 0, 0
    while True:
        with jobs.transaction():
            size = store.size()
            rows = list(db.session.scalars(select(Subscription).where(
                Subscription.kind == WITNESS, Subscription.confirmed_at.is_not(None), Subscription.ended_at.is_(None),
                Subscription.told_size < size, Subscription.id > after).order_by(Subscription.id).limit(PORTION)))
            for row in rows:
                _witness(row, size)
            count += len(rows)
            after = rows[-1].id if rows else after
        if len(rows) < PORTION:
            return count


def _witness(row: Subscription, size: int) -> None:
    before, leave_url = row.told_size, f"{_site()}/leave/{row.token}"
    proof = [base64.b64encode(one).decode() for one in store.consistency(before, size)] if before else []
    letter = words.witness_letter(
        store.checkpoint(size), size, before, proof, f"{_site()}/log/consistency/{before}/{size}", leave_url, _laboratory(), row.language)
    mail.queue(row.email, letter.subject, letter.body, f"witness:{row.id}:{size}", headers=leaving(leave_url))
    row.told_size = size


def forget_unconfirmed() -> int:
    """Drop requests that nobody confirmed in time; answers how many."""
    count = 0
    while True:
        with jobs.transaction():
            rows = list(db.session.scalars(select(Subscription).where(
                Subscription.confirmed_at.is_(None), Subscription.ended_at.is_(None),
                Subscription.asked_at < clock.now() - timedelta(days=CONFIRM_DAYS)).order_by(Subscription.id).limit(PORTION)))
            for row in rows:
                db.session.delete(row)
            count += len(rows)
        if len(rows) < PORTION:
            return count


def _site() -> str:
    return str(current_app.config["PUBLIC_URL"])


def _laboratory() -> letters.Text:
    lab = laboratory()
    return {"vi": lab.name_vi, "en": lab.name_en} if lab else {"vi": "", "en": ""}


def newest_of(base_number: str) -> Report | None:
    """The version of a paper that a reader is led to."""
    return db.session.scalar(select(Report).where(
        Report.base_number == base_number, Report.status.in_(workflow.PUBLIC_STATES)).order_by(Report.sequence.desc()).limit(1))
