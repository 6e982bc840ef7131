"""Notices are given once and read by their owner; mail is queued with the business, sent once, never in tests."""
from __future__ import annotations

import smtplib
from dataclasses import replace
from datetime import date

import pytest

from lab_app.core import db as database
from lab_app.core import jobs, mail, notices
from lab_app.core.db import db
from lab_app.core.i18n import speaking
from tests.support.people_facts import make_people


@pytest.fixture
def people(app, frozen_clock):
    made = make_people()
    db.session.commit()
    database.end_writing()
    return made


@pytest.fixture
def server(app, monkeypatch):
    """An installation with a mail server that only remembers."""
    settings = replace(app.config["LAB"], smtp_host="mail.lab.example", smtp_from="lab@lab.example", mode="local")
    monkeypatch.setitem(app.config, "LAB", settings)
    sent: list = []
    monkeypatch.setattr(mail, "hand_over", lambda _settings, made: sent.append(made))
    return sent


def test_a_notice_is_given_once_and_read_by_its_owner(people, writing):
    me, other = people.technician, people.reviewer
    values = {"code": "EQ-001", "on": notices.day(date(2026, 12, 1)), "what": notices.words("hiệu chuẩn")}
    assert notices.give(me.id, "k1", "due", "%(code)s đến hạn %(what)s ngày %(on)s", values)
    assert not notices.give(me.id, "k1", "due", "%(code)s đến hạn %(what)s ngày %(on)s", values)
    assert notices.unread(me.id) == 1 and notices.unread(other.id) == 0
    assert notices.says("%(code)s đến hạn %(what)s ngày %(on)s", values) == "EQ-001 đến hạn hiệu chuẩn ngày 01/12/2026"
    assert notices.mark_read(other) == 0 and notices.mark_read(me) == 1 and notices.unread(me.id) == 0


def test_without_a_server_nothing_is_queued(people, writing):
    assert not mail.queue("a@lab.example", "x", "y", "k")
    assert jobs.run_due() == 0


def test_mail_is_queued_once_and_sent_once(people, server, writing):
    assert mail.queue("a@lab.example", "Đến hạn\r\nBcc: x@y.example", "EQ-001", "k")
    assert not mail.queue("a@lab.example", "lại", "EQ-001", "k")
    db.session.commit()
    database.end_writing()
    jobs.run_due()
    assert len(server) == 1
    assert server[0]["Bcc"] is None and server[0]["Subject"] == "Đến hạn Bcc: x@y.example"
    assert server[0]["Message-ID"] == mail.message({"key": "mail:k", "to": "a", "subject": "", "body": ""}, "lab@lab.example")["Message-ID"]
    jobs.run_due()
    assert len(server) == 1


def test_a_worker_killed_while_sending_does_not_send_again(people, server, writing, frozen_clock):
    mail.queue("a@lab.example", "x", "y", "k")
    db.session.commit()
    database.end_writing()
    row = jobs._take()
    mail._mark(row.payload["key"], True)  # handed over; then the power failed
    frozen_clock.advance(minutes=10)
    jobs.run_due()
    assert server == [] and "not sent again" in jobs.failed()[0].error


def test_a_refusing_server_is_tried_again_later(people, server, writing, frozen_clock, monkeypatch):
    def refuse(_settings, _made):
        raise smtplib.SMTPConnectError(421, b"later")

    sender = mail.hand_over
    monkeypatch.setattr(mail, "hand_over", refuse)
    mail.queue("a@lab.example", "x", "y", "k")
    db.session.commit()
    database.end_writing()
    jobs.run_due()
    assert not jobs.failed()
    monkeypatch.setattr(mail, "hand_over", sender)
    frozen_clock.advance(minutes=5)
    jobs.run_due()
    assert len(server) == 1


def test_a_letter_speaks_its_readers_language(app):
    from lab_app.core.i18n import lang

    with speaking("en"):
        assert lang() == "en"
    assert lang() == "vi"
