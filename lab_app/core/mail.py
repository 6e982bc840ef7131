"""E-mail: queued as a job in the business transaction, sent by the worker through the installation's own server.

Without `SMTP_HOST` nothing is queued: notices inside the program are all there is. A message that was handed to the server and whose
worker then died is not sent again: it may have arrived, and the notice inside the program stands in any case. A message may carry
files (stored bytes by their hash, read when it is sent) and headers of its own; what became of it travels by `events.letter_settled`.
"""
from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from flask_babel import gettext
from sqlalchemy import select

import config
from lab_app.core import events, files, jobs
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused

KIND = "mail"
TIMEOUT = 30
LONGEST_ADDRESS = 255
#: Headers a message may be given; who it is from, to and about is said by its own arguments.
OWN_HEADERS = frozenset({"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Reply-To", "References", "In-Reply-To"})


@dataclass(frozen=True)
class Attached:
    """A stored file that goes with a message: its hash, the name it is given, its type."""

    sha256: str
    filename: str
    media_type: str = "application/pdf"


def configured() -> bool:
    """Whether this installation can send mail. Tests never do."""
    settings: config.Settings = current_app.config["LAB"]
    return bool(settings.smtp_host) and settings.mode != "test"


def address(typed: str, field: str = "email") -> str:
    """One address as it is kept: small letters, nothing around it. Refuses (`FieldRefused`) anything else, a list or a line end too."""
    text = typed.strip()
    try:
        if len(text) > LONGEST_ADDRESS or any(ord(c) < 33 or c in ",;<>" for c in text):
            raise EmailNotValidError
        return validate_email(text, check_deliverability=False, test_environment=True).normalized.casefold()
    except EmailNotValidError as error:
        raise FieldRefused(field, gettext("Địa chỉ thư điện tử không đúng.")) from error


def queue(
    to: str, subject: str, body: str, key: str, *, headers: Mapping[str, str] | None = None, attachments: Sequence[Attached] = (),
) -> bool:
    """Queue one message in the present transaction; the same key again, or no server, queues nothing and answers False.

    `headers`: further ones, of `OWN_HEADERS` only (ValueError for another). `attachments`: stored files by their hash.
    """
    if not configured() or not to.strip():
        return False
    strange = set(headers or {}) - OWN_HEADERS
    if strange:
        raise ValueError(f"headers that a letter does not set: {sorted(strange)}")
    name = f"{KIND}:{key}"
    if db.session.scalar(select(jobs.QueuedJob.id).where(jobs.QueuedJob.key == name)) is not None:
        return False
    payload: dict[str, Any] = {"key": name, "to": to.strip(), "subject": subject, "body": body}
    if headers:
        payload["headers"] = dict(headers)
    if attachments:
        payload["attachments"] = [[one.sha256, one.filename, one.media_type] for one in attachments]
    jobs.queue(KIND, name, payload)
    return True


def message_id(key: str) -> str:
    """The id of the message queued under a key: it follows from the key and the sender, so that a server and a bounce name it."""
    settings: config.Settings = current_app.config["LAB"]
    return _message_id(f"{KIND}:{key}", settings.smtp_from)


def _message_id(name: str, sender: str) -> str:
    host = sender.rpartition("@")[2].strip("> ") or "localhost"
    return f"<{hashlib.sha256(name.encode()).hexdigest()[:32]}@{host}>"


def _one_line(text: object) -> str:
    return " ".join(str(text).split())


def message(payload: Mapping[str, Any], sender: str) -> EmailMessage:
    """The message itself, with its files. Line ends in what becomes a header are dropped: nobody adds a header or a reader."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = _one_line(payload["to"])
    made["Subject"] = _one_line(payload["subject"])
    made["Date"] = formatdate(localtime=False)
    made["Message-ID"] = _message_id(str(payload["key"]), sender)
    made["Auto-Submitted"] = "auto-generated"
    for name, value in sorted(payload.get("headers", {}).items()):
        made[name] = _one_line(value)
    made.set_content(str(payload["body"]))
    for sha256, filename, media_type in payload.get("attachments", []):
        main, _, sub = str(media_type).partition("/")
        made.add_attachment(files.read(sha256), maintype=main, subtype=sub, filename=_one_line(filename))
    return made


def hand_over(settings: config.Settings, made: EmailMessage) -> None:
    """Give a message to the server; raises what `smtplib` raises."""
    secure = ssl.create_default_context()
    server: smtplib.SMTP
    if settings.smtp_security == "tls":
        server = smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT, context=secure)
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=secure)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(made)


def _mark(key: str, handed: bool) -> bool:
    """Write down whether the message is being handed over; answers what was written before."""
    with jobs.transaction():
        row = db.session.scalar(select(jobs.QueuedJob).where(jobs.QueuedJob.key == key))
        if row is None:
            raise jobs.GiveUp("the message is not queued any more")
        before = bool(row.payload.get("handed"))
        row.payload = {**row.payload, "handed": handed}
    return before


def _spent(key: str) -> bool:
    """Whether this was the last time that the message is tried by itself."""
    return int(db.session.scalar(select(jobs.QueuedJob.attempts).where(jobs.QueuedJob.key == key)) or 0) >= jobs.MAX_ATTEMPTS


def _settle(payload: Mapping[str, Any], sender: str, problem: str = "") -> None:
    """Tell what became of a message. One that was handed over keeps no words: they may hold what only its reader may see."""
    key = str(payload["key"])
    with jobs.transaction():
        row = db.session.scalar(select(jobs.QueuedJob).where(jobs.QueuedJob.key == key))
        if row is not None and not problem:
            row.payload = {**row.payload, "body": ""}
        events.letter_settled.send(
            "core.mail", key=key.removeprefix(f"{KIND}:"), message_id=_message_id(key, sender), problem=problem)


def _ask_whether_it_may_leave(key: str) -> None:
    """Keep a letter in the queue while somebody says that it may not leave (`events.letter_leaving`)."""
    answers = [said for _listener, said in events.letter_leaving.send("core.mail", key=key.removeprefix(f"{KIND}:")) if said]
    db.session.rollback()
    if answers:
        raise jobs.NotYet(answers[0])


@jobs.handler(KIND)
def _send(payload: dict[str, Any]) -> None:
    settings: config.Settings = current_app.config["LAB"]
    _ask_whether_it_may_leave(str(payload["key"]))
    if _mark(payload["key"], True):
        reason = "handed over before the worker stopped; not sent again"
        _settle(payload, settings.smtp_from, reason)
        raise jobs.GiveUp(reason)
    try:
        hand_over(settings, message(payload, settings.smtp_from))
    except smtplib.SMTPRecipientsRefused as error:
        said = "; ".join(f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values())
        if all(code >= 500 for code, _text in error.recipients.values()):
            _settle(payload, settings.smtp_from, said)
            raise jobs.GiveUp(said) from error
        _mark(payload["key"], False)
        raise
    except (OSError, smtplib.SMTPException) as error:
        _mark(payload["key"], False)  # refused or never reached: to be tried again
        if _spent(payload["key"]):
            _settle(payload, settings.smtp_from, str(error))
        raise
    _settle(payload, settings.smtp_from)
