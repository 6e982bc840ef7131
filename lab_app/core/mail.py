"""E-mail: queued as a job in the business transaction, sent by the worker through the installation's own server.

Without `SMTP_HOST` nothing is queued: notices inside the program are all there is. A message that was handed to the server and whose
worker then died is not sent again: it may have arrived, and the notice inside the program stands in any case.
"""
from __future__ import annotations

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any

from flask import current_app
from sqlalchemy import select

import config
from lab_app.core import jobs
from lab_app.core.db import db

KIND = "mail"
TIMEOUT = 30


def configured() -> bool:
    """Whether this installation can send mail. Tests never do."""
    settings: config.Settings = current_app.config["LAB"]
    return bool(settings.smtp_host) and settings.mode != "test"


def queue(to: str, subject: str, body: str, key: str) -> bool:
    """Queue one message in the present transaction; the same key again, or no server, queues nothing and answers False."""
    if not configured() or not to.strip():
        return False
    name = f"{KIND}:{key}"
    if db.session.scalar(select(jobs.QueuedJob.id).where(jobs.QueuedJob.key == name)) is not None:
        return False
    jobs.queue(KIND, name, {"key": name, "to": to.strip(), "subject": subject, "body": body})
    return True


def message(payload: dict[str, Any], sender: str) -> EmailMessage:
    """The message itself; its id follows from the key, so that a mail server knows it again. Line ends in a subject are dropped."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = " ".join(str(payload["to"]).split())
    made["Subject"] = " ".join(str(payload["subject"]).split())
    made["Date"] = formatdate(localtime=False)
    host = sender.rpartition("@")[2].strip("> ") or "localhost"
    made["Message-ID"] = f"<{hashlib.sha256(str(payload['key']).encode()).hexdigest()[:32]}@{host}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(str(payload["body"]))
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


@jobs.handler(KIND)
def _send(payload: dict[str, Any]) -> None:
    settings: config.Settings = current_app.config["LAB"]
    if _mark(payload["key"], True):
        raise jobs.GiveUp("handed over before the worker stopped; not sent again")
    try:
        hand_over(settings, message(payload, settings.smtp_from))
    except (OSError, smtplib.SMTPException):
        _mark(payload["key"], False)  # refused or never reached: to be tried again
        raise
