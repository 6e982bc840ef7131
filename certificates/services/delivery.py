"""Bringing a paper to the customer: by letter with a personal link, by hand, again, and what became of it (7.8.1.1, 7.10.1).

A letter is queued with the rows that tell of it, under the key of its delivery, so that nothing is mailed twice however often the work
is taken up again. Where no mail is sent the same delivery waits for a person, who writes down who took the paper.
"""
from __future__ import annotations

import hashlib
import json
import secrets
from datetime import date, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import undefer

import config
from certificates import holding, papers, workflow
from certificates.delivery import letters
from certificates.delivery import workflow as ways
from certificates.models import Delivery, LinkOpening, PersonalLink, Report, StatusChange
from certificates.queries import deliveries as kept
from certificates.queries.files import current_sha256
from lab_app.accounts.queries import laboratory
from lab_app.core import audit, clock, events, gates, mail
from lab_app.core.access import Actor, SystemActor, authorize
from lab_app.core.db import begin_writing, db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.files import StoredFile
from lab_app.core.permissions import P
from lab_app.samples.models import Customer

#: A personal link opens the paper so long.
LINK_DAYS = 90
TOKEN_BYTES = 32
KEY = "delivery:"
POSTMAN = SystemActor("Gửi thư tự động", frozenset({P.REPORT_DELIVER}))


def contacts(customer: Customer) -> list[str]:
    """The addresses of a customer; what is not one is left out."""
    found = []
    for part in customer.email.replace(";", ",").split(","):
        try:
            found.append(mail.address(part))
        except FieldRefused:
            continue
    return list(dict.fromkeys(found))


def stop(report: Report) -> gates.Stop | None:
    """Why the paper is not handed on now, for its page: what it rests on stands frozen."""
    return gates.ask("not-held", holding.withheld(report))


def deliver(actor: Actor, report: Report, *, to: str | None = None, language: str | None = None) -> Delivery:
    """Send an issued paper to `to`, or to every address of the customer; answers the (first) delivery.

    `language` of the letter: `vi`, `en`, `vi+en`; the request's when none is given. An address that has the paper, or to which it is
    on its way, gets no second letter. Without a mail server, or an address, one delivery waits for a person. Refuses (`Refused`) a
    paper that is not in force or suspended, and an address that is none.
    """
    authorize(actor, P.REPORT_DELIVER)
    row = _locked(report)
    addresses = [mail.address(to, "to")] if to else contacts(row.request.customer)
    if not addresses or not mail.configured():
        return _waiting(row, actor, addresses[0] if addresses else "")
    made = []
    for address in addresses:
        found = kept.reached_by_letter(row.id, address)
        made.append(found or _send(row, actor, address, language or row.request.language, waiting=kept.waiting_of(row.id)))
    return made[0]


def send_again(actor: Actor, delivery: Delivery, *, to: str | None = None) -> Delivery:
    """Send a delivery's paper once more, to the same address or another; its old links end. Refuses while the first is on its way."""
    authorize(actor, P.REPORT_DELIVER)
    row = _locked(delivery.report)
    if delivery.way != ways.EMAIL or delivery.purpose != ways.PAPER:
        raise Refused(gettext("Chỉ gửi lại được thư giao phiếu."))
    if delivery.status == ways.QUEUED:
        raise Refused(gettext("Thư này còn đang chờ gửi; không gửi hai lần."))
    if not mail.configured():
        raise Refused(gettext("Phòng thử nghiệm chưa cấu hình máy chủ thư; giao bằng đường dẫn hoặc bản in."))
    for link in delivery.links:
        _end(link, actor)
    return _send(row, actor, mail.address(to or delivery.to_address, "to"), delivery.language, again_of=delivery)


def hand_over(
    actor: Actor, report: Report, *, way: str, to_name: str, note: str = "", delivery: Delivery | None = None,
) -> Delivery:
    """Write down that a paper (or, with `delivery`, what waits there) was handed over and who took it.

    `way`: print, collect, post, phone (for word of a change alone). Word of a change goes whatever became of the paper; the paper itself
    only where `deliver` would send it. Refuses without a name.
    """
    authorize(actor, P.REPORT_DELIVER)
    row = _locked(report, any_state=delivery is not None and delivery.purpose == ways.CHANGE)
    waiting = delivery or kept.waiting_of(row.id)
    purpose = waiting.purpose if waiting is not None else ways.PAPER
    if way not in ways.BY_HAND or (way == ways.PHONE and purpose == ways.PAPER):
        raise FieldRefused("way", gettext("Không giao được bằng cách này."))
    if not to_name.strip():
        raise FieldRefused("to_name", gettext("Cần ghi tên người nhận."))
    if waiting is not None and waiting.status != ways.WAITING:
        raise Refused(gettext("Lần giao này đã xong."))
    made = waiting or Delivery(report_id=row.id, report=row, purpose=ways.PAPER, way=way, status=ways.DONE, language=row.request.language)
    made.way, made.to_name, made.note, made.person_id = way, to_name.strip(), note.strip(), actor.id
    made.file_sha256 = current_sha256(row) if purpose == ways.PAPER else None
    db.session.add(made)
    _settle(made, ways.DONE)
    return made


def make_link(actor: Actor, report: Report, *, to_name: str, days: int = LINK_DAYS) -> tuple[Delivery, str]:
    """A personal link to pass on by another way than our letters; answers its delivery and the address, which is shown this once."""
    authorize(actor, P.REPORT_DELIVER)
    row = _locked(report)
    if not to_name.strip():
        raise FieldRefused("to_name", gettext("Cần ghi tên người nhận."))
    made = kept.waiting_of(row.id) or Delivery(report_id=row.id, report=row, way=ways.LINK, status=ways.SENT, purpose=ways.PAPER,
                                               language=row.request.language)
    made.way, made.to_name, made.person_id, made.file_sha256 = ways.LINK, to_name.strip(), actor.id, current_sha256(row)
    db.session.add(made)
    _settle(made, ways.SENT)
    return made, _new_link(made, days)


def revoke_link(actor: Actor, link: PersonalLink, reason: str) -> PersonalLink:
    """End a personal link now: whoever opens it is told nothing. Refuses without a reason."""
    authorize(actor, P.REPORT_DELIVER)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    audit.because(reason)
    _end(link, actor)
    db.session.flush()
    return link


def note_opening(token: str) -> Report | None:
    """Write down that a personal link was opened and answer its paper; `None` alike for unknown, ended and revoked ones."""
    begin_writing()
    link = kept.open_link(token)
    if link is None:
        return None
    db.session.add(LinkOpening(link_id=link.id))
    db.session.flush()
    return link.delivery.report


def note_bounce(actor: Actor, delivery: Delivery, problem: str) -> Delivery:
    """A letter came back: the paper is not with the customer. Refuses what was not sent by letter, and no reason."""
    authorize(actor, P.REPORT_DELIVER)
    if delivery.way != ways.EMAIL or delivery.status not in (ways.SENT, ways.QUEUED):
        raise Refused(gettext("Lần giao này không phải thư đã gửi."))
    if not problem.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    _settle(delivery, ways.BOUNCED, problem.strip()[:1000])
    return delivery


# ---- word of a change ------------------------------------------------------------------------------------


def tell_customer(report: Report, change: StatusChange) -> None:
    """Tell the customer that a paper's status changed: a letter to each address, else a person has to do it. In the caller's transaction.

    That a paper was replaced is said by the paper that replaces it, so without mail nobody has to say it twice.
    """
    lab = laboratory()
    if lab is not None and report.request.customer.tax_code == lab.tax_code:
        return  # an instrument of our own: nobody outside is to be told
    addresses = contacts(report.request.customer) if mail.configured() else []
    if not addresses:
        if change.to_status != workflow.REPLACED:
            db.session.add(Delivery(
                report_id=report.id, change_id=change.id, purpose=ways.CHANGE, way=ways.PHONE, status=ways.WAITING,
                to_name=report.request.customer.contact, language=report.request.language))
            db.session.flush()
        return
    letter = letters.change_letter(change_facts(report, change), report.request.language)
    for address in addresses:
        row = Delivery(
            report_id=report.id, change_id=change.id, purpose=ways.CHANGE, way=ways.EMAIL, status=ways.QUEUED, to_address=address,
            language=report.request.language)
        db.session.add(row)
        db.session.flush()
        _queue(row, letter)


def change_facts(report: Report, change: StatusChange, leave_url: str = "") -> letters.ChangeFacts:
    """What a letter about a change says: only what the public page says too."""
    later = db.session.scalar(select(Report.number).where(Report.replaces_id == report.id, Report.status == workflow.VALID))
    return letters.ChangeFacts(
        _laboratory(), report.number, change.to_status, clock.local(change.recorded_at).date(), change.public_reason,
        f"{current_app.config['PUBLIC_URL']}/verify/{report.code}",
        later or "" if change.to_status == workflow.REPLACED else "", leave_url)


# ---- within ----------------------------------------------------------------------------------------------


def _locked(report: Report, any_state: bool = False) -> Report:
    row = db.session.scalar(
        select(Report).where(Report.id == report.id).options(undefer(Report.snapshot)).with_for_update(of=Report))
    assert row is not None
    if not any_state and row.status not in ways.DELIVERABLE:
        raise Refused(gettext("Không giao phiếu ở trạng thái “%(state)s”.", state=workflow.REPORT.state(row.status).word))
    if not any_state:
        gates.require("not-held", holding.withheld(row))
    return row


def _waiting(row: Report, actor: Actor, address: str) -> Delivery:
    found = kept.waiting_of(row.id) or kept.handed_over(row.id)
    if found is not None:
        return found
    made = Delivery(report_id=row.id, report=row, purpose=ways.PAPER, way=ways.PRINT, status=ways.WAITING, to_address=address,
                    to_name=row.request.customer.contact, language=row.request.language, person_id=actor.id)
    db.session.add(made)
    db.session.flush()
    return made


def _send(
    row: Report, actor: Actor, address: str, language: str, again_of: Delivery | None = None, waiting: Delivery | None = None,
) -> Delivery:
    """Queue one letter; what waited for a person becomes it."""
    if language not in ways.LANGUAGES:
        raise FieldRefused("language", gettext("Không có ngôn ngữ này."))
    settings: config.Settings = current_app.config["LAB"]
    sha256 = current_sha256(row)
    stored = db.session.get(StoredFile, sha256) if sha256 else None
    if stored is None:
        raise Refused(gettext("Phiếu chưa có tệp nên chưa giao được."))
    made = waiting or Delivery(report_id=row.id, report=row, purpose=ways.PAPER, to_name=row.request.customer.contact)
    made.way, made.status, made.to_address, made.language, made.person_id = ways.EMAIL, ways.QUEUED, address, language, actor.id
    made.file_sha256, made.attached = stored.sha256, stored.size <= settings.mail_attachment_limit
    made.again_of_id = again_of.id if again_of else None
    db.session.add(made)
    db.session.flush()
    letter = letters.paper_letter(_paper_facts(row, made, _new_link(made)), language)
    files = (mail.Attached(stored.sha256, f"{row.number.replace('/', '-')}.pdf"),) if made.attached else ()
    _queue(made, letter, files)
    return made


def _queue(made: Delivery, letter: letters.Letter, files: tuple[mail.Attached, ...] = ()) -> None:
    key = f"{KEY}{made.id}"
    made.message_id = mail.message_id(key)
    mail.queue(made.to_address, letter.subject, letter.body, key, attachments=files)
    db.session.flush()


def _new_link(made: Delivery, days: int = LINK_DAYS) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.flush()
    db.session.add(PersonalLink(
        delivery_id=made.id, report_id=made.report_id, token_hash=hashed(token), expires_at=clock.now() + timedelta(days=days)))
    db.session.flush()
    return f"{current_app.config['PUBLIC_URL']}/p/{token}"


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _end(link: PersonalLink, actor: Actor) -> None:
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by_id = clock.now(), actor.id


def _settle(row: Delivery, status: str, problem: str = "") -> None:
    row.status, row.settled_at = status, clock.now()
    if problem:
        row.problem = problem
    db.session.flush()


def _laboratory() -> letters.Text:
    lab = laboratory()
    return {"vi": lab.name_vi, "en": lab.name_en} if lab else {"vi": "", "en": ""}


def _paper_facts(row: Report, made: Delivery, link: str) -> letters.PaperFacts:
    printed: dict[str, Any] = json.loads(row.snapshot)
    lab = laboratory()
    conclusion, amendment, title = printed["conclusion"], printed["amendment"], papers.paper_for(row.request.kind).title
    return letters.PaperFacts(
        laboratory=_laboratory(), customer={"vi": row.request.customer.name, "en": row.request.customer.name_en},
        title={"vi": title["vi"], "en": title["en"]}, number=row.number, request_number=row.request.number,
        items=tuple(_item(item) for item in printed["items"]), outcome=dict(conclusion["statement"]) if conclusion else None,
        decided_on=row.decided_on or row.issued_on, issued_on=row.issued_on, valid_from=row.valid_from or row.issued_on,
        expires_on=row.expires_on, replaces=amendment["replaces_number"] if amendment else "", sha256=made.file_sha256 or "",
        verify_url=f"{current_app.config['PUBLIC_URL']}/verify/{row.code}", link=link, link_until=_link_until(),
        attached=made.attached, contact=" · ".join(part for part in (lab.phone, lab.email) if part) if lab else "",
        suspended=row.status == workflow.SUSPENDED)


def _link_until() -> date:
    return clock.local(clock.now() + timedelta(days=LINK_DAYS)).date()


def _item(item: dict[str, Any]) -> letters.Text:
    model = item.get("model") or ""
    return {"vi": " ".join(part for part in (item["name"]["vi"], model) if part),
            "en": " ".join(part for part in (item["name"]["en"] or item["name"]["vi"], model) if part)}


# ---- what became of a letter -----------------------------------------------------------------------------


def on_letter_settled(_sender: Any, *, key: str, problem: str, **_more: Any) -> None:
    """A letter of ours was handed to the server, or never will be."""
    if not key.startswith(KEY):
        return
    audit.acting(POSTMAN)
    row = db.session.get(Delivery, int(key.removeprefix(KEY)))
    if row is not None and row.status in (ways.QUEUED, ways.FAILED):
        row.problem = ""
        _settle(row, ways.FAILED if problem else ways.SENT, problem[:1000])


def on_letter_leaving(_sender: Any, *, key: str, **_more: Any) -> str | None:
    """A paper whose results were frozen while its letter was queued does not leave: the letter waits for the release (7.10.1 b)."""
    row = db.session.get(Delivery, int(key.removeprefix(KEY))) if key.startswith(KEY) else None
    refused = stop(row.report) if row is not None and row.purpose == ways.PAPER else None
    return str(refused.says) if refused is not None else None


def listen() -> None:
    """Connect; connected again (a second application) it is the same listener."""
    events.letter_leaving.connect(on_letter_leaving)
    events.letter_settled.connect(on_letter_settled)
