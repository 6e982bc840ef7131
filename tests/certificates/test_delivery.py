"""Papers on their way to the customer: letters, links, by hand, again, come back; nothing is mailed twice."""
from __future__ import annotations

from email.message import EmailMessage

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy import func, select

from certificates import services
from certificates.delivery import bounces
from certificates.delivery import workflow as ways
from certificates.models import Delivery, LinkOpening, PersonalLink
from certificates.queries import deliveries as kept
from certificates.services import delivery
from lab_app.core import files, jobs, mail
from lab_app.core.access import authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from lab_app.core.permissions import P
from lab_app.samples.models import Customer
from tests.support import certificates_facts as facts
from tests.support.letters import open_office, text_of
from tests.support.signing import confirmed

ADDRESS = "khach@saohom.example"


@pytest.fixture
def office(app, monkeypatch):
    return open_office(app, monkeypatch)


@pytest.fixture
def world(app, frozen_clock):
    made = facts.ready_request()
    authorize(facts.SETTER, P.CUSTOMER_WRITE)
    db.session.get_one(Customer, made.request.customer_id).email = f"{ADDRESS}; ke.toan@saohom.example"
    facts.commit()
    return made


@pytest.fixture
def report(world):
    return facts.issued(world)


def send(world, report, **more):
    made = delivery.deliver(world.people.reception, report, **more)
    facts.commit()
    return made


def suspend(world, report, **more):
    by = world.people.quality_manager
    services.change_status(by, report, to="suspended", reason="nội bộ", public_reason="đang kiểm tra máy thu",
                           confirmed=confirmed(by), **more)
    facts.commit()


@pytest.mark.both_databases
def test_a_paper_goes_to_every_address_of_the_customer_with_its_file_and_a_link(world, report, office):
    send(world, report)
    letters = office.deliver()
    assert [letter["To"] for letter in letters] == [ADDRESS, "ke.toan@saohom.example"]
    words = text_of(letters[0])
    for said in (report.number, "Kết luận", "Conclusion", "SH-AX30", f"https://lab.example/verify/{report.code}", "/p/",
                 report.file_sha256):
        assert said in words, said
    attached = next(letters[0].iter_attachments())
    assert attached.get_content() == files.read(report.file_sha256) and attached.get_filename() == f"{report.number}.pdf"
    assert [row.status for row in kept.of_report(report.id)] == [ways.SENT, ways.SENT]


def test_nothing_is_mailed_twice_however_often_it_is_asked_for(world, report, office):
    first = send(world, report)
    office.deliver()
    again = send(world, report)
    assert again.id == first.id and office.deliver() == []
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 2


def test_the_queued_letter_keeps_no_link_once_it_is_sent(world, report, office):
    send(world, report, to=ADDRESS)
    office.deliver()
    row = db.session.scalar(select(jobs.QueuedJob).where(jobs.QueuedJob.kind == "mail"))
    assert row.state == "done" and "/p/" not in str(row.payload) and row.payload["body"] == ""


def test_the_letter_is_in_the_language_asked_for(world, report, office):
    for number, (language, there, absent) in enumerate((
            ("vi", "Kính gửi", "has been issued"), ("en", "has been issued", "Kính gửi"), ("vi+en", "has been issued", "Bcc"))):
        send(world, report, to=f"n{number}@saohom.example", language=language)
        words = text_of(office.deliver()[0])
        assert there in words and absent not in words, language


def test_a_paper_that_is_too_large_goes_as_a_link_alone(world, report, office, app, monkeypatch):
    from dataclasses import replace
    monkeypatch.setitem(app.config, "LAB", replace(app.config["LAB"], mail_attachment_limit=1000))
    made = send(world, report, to=ADDRESS)
    letter = office.deliver()[0]
    assert list(letter.iter_attachments()) == [] and "quá lớn" in text_of(letter) and made.attached is False


@pytest.mark.parametrize("address", [
    "a@b.vn\r\nBcc: x@y.vn", "a@b.vn\nSubject: x", "a@b.vn, c@d.vn", "a@b.vn;c@d.vn", "<a@b.vn>", "a b@c.vn", "a@", "@b.vn", "",
    "x" * 300 + "@b.vn", "a@b.vn\x00"])
def test_an_address_that_would_add_a_reader_or_a_header_is_refused(address):
    bare = Flask("bare")
    Babel(bare)
    with bare.app_context(), pytest.raises(FieldRefused):
        mail.address(address)


def test_without_mail_a_delivery_waits_until_somebody_writes_down_who_took_the_paper(world, report):
    waiting = send(world, report)
    assert (waiting.status, send(world, report).id) == (ways.WAITING, waiting.id)
    assert [row.id for row in db.session.scalars(kept.undelivered())] == [report.id]
    with pytest.raises(FieldRefused):
        delivery.hand_over(world.people.reception, report, way="collect", to_name="  ")
    done = delivery.hand_over(world.people.reception, report, way="collect", to_name="Đặng Thử Nghiệm", note="CCCD đã xem")
    facts.commit()
    assert (done.id, done.status, done.file_sha256) == (waiting.id, ways.DONE, report.file_sha256)
    assert list(db.session.scalars(kept.undelivered())) == []


def test_what_waited_for_a_person_becomes_the_letter_once_there_is_a_mail_server(world, report, app, monkeypatch):
    waiting = send(world, report)
    office = open_office(app, monkeypatch)
    send(world, report)
    assert len(office.deliver()) == 2
    assert sorted((row.id == waiting.id, row.way, row.status) for row in kept.of_report(report.id)) == [
        (False, ways.EMAIL, ways.SENT), (True, ways.EMAIL, ways.SENT)]


def test_a_personal_link_opens_the_paper_each_opening_is_noted_and_it_ends(world, report, client, frozen_clock):
    _made, address = delivery.make_link(world.people.reception, report, to_name="Anh Ví")
    facts.commit()
    path = address.removeprefix("https://lab.example")
    assert report.number in client.get(path).get_data(as_text=True)
    assert db.session.scalar(select(func.count()).select_from(LinkOpening)) == 0, "looking is not opening"
    opened = client.post(path, csrf=False)
    assert opened.status_code == 200 and opened.data == files.read(report.file_sha256)
    assert kept.openings([1]) and kept.openings([1])[1][0] == 1
    frozen_clock.advance(days=91)
    gone = client.get(path), client.post(path, csrf=False), client.get("/p/" + "x" * 43), client.post("/p/x", csrf=False)
    assert {answer.status_code for answer in gone} == {404}
    assert len({answer.get_data() for answer in gone}) == 1, "unknown and ended say the same"


def test_a_revoked_link_says_what_an_unknown_one_says(world, report, client):
    _made, address = delivery.make_link(world.people.reception, report, to_name="Anh Ví")
    facts.commit()
    link = db.session.scalars(select(PersonalLink)).one()
    assert address.rsplit("/", 1)[1] not in link.token_hash
    with pytest.raises(FieldRefused):
        delivery.revoke_link(world.people.reception, link, " ")
    delivery.revoke_link(world.people.reception, link, "gửi nhầm người")
    facts.commit()
    assert client.get(address.removeprefix("https://lab.example")).get_data() == client.get("/p/nothing").get_data()


def test_a_letter_that_came_back_makes_the_paper_undelivered_and_sending_again_ends_the_old_link(world, report, office):
    first = send(world, report, to=ADDRESS)
    office.deliver()
    delivery.note_bounce(world.people.reception, kept.delivery(first.id), "550 hộp thư không tồn tại")
    facts.commit()
    assert [row.id for row in db.session.scalars(kept.undelivered())] == [report.id]
    again = delivery.send_again(world.people.reception, kept.delivery(first.id), to="moi@saohom.example")
    facts.commit()
    assert [letter["To"] for letter in office.deliver()] == ["moi@saohom.example"]
    old, new = kept.delivery(first.id), kept.delivery(again.id)
    assert old.links[0].revoked_at is not None and new.links[0].revoked_at is None and new.again_of_id == old.id
    assert list(db.session.scalars(kept.undelivered())) == []


def test_a_letter_still_on_its_way_is_not_sent_again(world, report, office):
    first = send(world, report, to=ADDRESS)
    with pytest.raises(Refused):
        delivery.send_again(world.people.reception, kept.delivery(first.id))


def test_a_server_that_refuses_the_reader_for_good_is_noted(world, report, office):
    office.refused.add(ADDRESS)
    made = send(world, report, to=ADDRESS)
    office.deliver()
    row = kept.delivery(made.id)
    assert row.status == ways.FAILED and "5.1.1" in row.problem


def dsn(message_id: str, action: str = "failed", status: str = "5.1.1", original: str = "message/rfc822") -> bytes:
    """A delivery status notification as Postfix writes one."""
    headers = f"Message-ID: {message_id}\r\nSubject: x\r\n\r\n"
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: lab@lab.example\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\r\n\r\n'
        "--B\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; {ADDRESS}\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        f"--B\r\nContent-Type: {original}\r\n\r\n{headers}\r\n--B--\r\n").encode()


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_a_bounce_is_read_from_the_message_file(original):
    found = bounces.parsed(dsn("<abc@lab.example>", original=original))
    assert (found.message_id, found.recipient, found.code, found.final) == ("<abc@lab.example>", ADDRESS, "5.1.1", True)
    assert "no such user" in found.says


def test_a_bounce_without_a_code_is_read():
    assert bounces.parsed(dsn("<abc@lab.example>", status="\u00a0")).code == ""


@pytest.mark.parametrize("content", [
    b"", b"%PDF-1.7", bytes(range(256)) * 40,
    b"From: a\r\n\r\nhello", dsn(""), dsn("<a@b>", action="relayed"), b"x" * (bounces.LARGEST + 1),
    dsn("<a@b>", original="text/rfc822-headers; charset=none-such"), dsn("<a@b>", original='text/rfc822-headers; charset="a\x00b"')])
def test_a_file_that_is_no_bounce_is_refused(content):
    with pytest.raises(bounces.BadBounce):
        bounces.parsed(content)


def test_a_dropped_bounce_finds_its_letter_by_itself(world, report, office, client_as):
    made = send(world, report, to=ADDRESS)
    office.deliver()
    from io import BytesIO
    at = "/deliveries/bounce"
    who = client_as(world.people.reception)
    for content, said in ((b"x", "không phải thư báo lỗi"), (dsn("<foreign@x>"), "không phải thư giao phiếu"),
                          (dsn(made.message_id, action="delayed", status="4.4.1"), "bị hoãn")):
        refused = who.post(at, data={"file": (BytesIO(content), "b.eml")})
        assert refused.status_code == 422 and said in refused.get_data(as_text=True), said
    done = who.post(at, data={"file": (BytesIO(dsn(made.message_id)), "b.eml")})
    assert done.status_code == 302
    row = kept.delivery(made.id)
    assert row.status == ways.BOUNCED and "no such user" in row.problem


def test_who_may_not_deliver_cannot(world, report):
    with pytest.raises(NotAllowed):
        delivery.deliver(world.people.auditor, report)


def test_a_paper_out_of_force_is_not_handed_over(world, report):
    by = world.people.quality_manager
    services.change_status(by, report, to="withdrawn", reason="r", public_reason="p", confirmed=confirmed(by))
    facts.commit()
    with pytest.raises(Refused):
        delivery.hand_over(world.people.reception, report, way="print", to_name="A")


# ---- word of a change ------------------------------------------------------------------------------------


def test_the_customer_is_told_of_a_suspension_with_the_public_reason_alone(world, report, office):
    suspend(world, report)
    letters = office.deliver()
    assert [letter["To"] for letter in letters] == [ADDRESS, "ke.toan@saohom.example"]
    words = text_of(letters[0])
    assert "tạm dừng hiệu lực" in words and "suspended" in words and "đang kiểm tra máy thu" in words and "nội bộ" not in words


def test_without_mail_a_person_has_to_tell_the_customer_and_writes_it_down(world, report):
    suspend(world, report)
    waiting = db.session.scalars(kept.untold()).one()
    delivery.hand_over(world.people.reception, report, way="phone", to_name="Đặng Thử Nghiệm", delivery=waiting)
    facts.commit()
    assert list(db.session.scalars(kept.untold())) == []


# ---- pages -----------------------------------------------------------------------------------------------


def test_the_lists_cost_the_same_however_long(world, report, office, client_as, statements):
    send(world, report)
    suspend(world, report)
    who = client_as(world.people.reception)
    for path in ("/deliveries", "/deliveries/waiting", "/deliveries/untold", f"/reports/{report.code}"):
        who.get(path)
        with statements() as seen:
            assert who.get(path).status_code == 200
        assert len(seen) <= 15 and not seen.repeated(), path


def test_the_page_of_a_paper_shows_its_deliveries_and_delivers(world, report, client_as):
    who = client_as(world.people.reception)
    page = who.get(f"/reports/{report.code}/deliver")
    assert page.status_code == 200 and "chưa cấu hình máy chủ thư" in page.get_data(as_text=True)
    bad = who.post(f"/reports/{report.code}/deliver", data={"do": "hand", "way": "collect", "to_name": ""})
    assert bad.status_code == 422
    assert who.post(f"/reports/{report.code}/deliver", data={"do": "hand", "way": "collect", "to_name": "Chị Mẫu"}).status_code == 302
    assert "Chị Mẫu" in who.get(f"/reports/{report.code}").get_data(as_text=True)
    made = who.post(f"/reports/{report.code}/deliver", data={"do": "link", "to_name": "Anh Ví"}).get_data(as_text=True)
    assert "https://lab.example/p/" in made
    assert client_as(world.people.auditor).get(f"/reports/{report.code}/deliver").status_code == 403
    assert "Chị Mẫu" in who.get(f"/requests/{world.request.number}").get_data(as_text=True)


def test_a_message_is_made_with_no_header_that_was_not_meant(app):
    with pytest.raises(ValueError, match="Bcc"):
        from unittest.mock import patch
        with patch.object(mail, "configured", return_value=True):
            mail.queue("a@b.vn", "x", "y", "k", headers={"Bcc": "x@y.vn"})
    made: EmailMessage = mail.message(
        {"key": "k", "to": "a@b.vn\r\nBcc: x@y.vn", "subject": "x\ny", "body": "b", "headers": {"List-Id": "a\r\nBcc: z"}}, "l@l.vn")
    assert made["Bcc"] is None and made["List-Id"] == "a Bcc: z"
