"""A mail server that only remembers, for tests of what is sent, to whom, and how often."""
from __future__ import annotations

import smtplib
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

from lab_app.core import jobs, mail


class PostOffice:
    """Letters handed over since the test began; `refuse` makes the server refuse a reader for good."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.refused: set[str] = set()

    def hand_over(self, _settings: Any, made: EmailMessage) -> None:
        """Take a letter as `core.mail.hand_over` does."""
        if made["To"] in self.refused:
            raise smtplib.SMTPRecipientsRefused({made["To"]: (550, b"5.1.1 no such user")})
        self.letters.append(made)

    def deliver(self) -> list[EmailMessage]:
        """Run the queued work; answers the letters it sent."""
        before = len(self.letters)
        while jobs.run_due():
            pass
        return self.letters[before:]


def open_office(app: Any, monkeypatch: Any) -> PostOffice:
    """The installation has a mail server from now on."""
    office = PostOffice()
    settings = replace(app.config["LAB"], smtp_host="mail.lab.example", smtp_from="lab@lab.example", mode="local")
    monkeypatch.setitem(app.config, "LAB", settings)
    monkeypatch.setattr(mail, "hand_over", office.hand_over)
    return office


def text_of(letter: EmailMessage) -> str:
    """The words of a letter."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())
