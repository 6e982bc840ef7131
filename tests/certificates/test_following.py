"""Being told of changes: double opt-in, one click to leave, bounds on letters, feeds with validators, witnesses of the log."""
from __future__ import annotations

import base64
import re
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import func, select

from certificates import limits, services
from certificates.models import StatusChange, Subscription
from certificates.services import subscriptions
from certificates.translog import merkle, store
from certificates.views.follow import TRAP
from certificates.watching import feeds
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotAllowed, Refused
from tests.support import certificates_facts as facts
from tests.support.letters import open_office, text_of
from tests.support.signing import confirmed

READER = "nguoi.doc@example.vn"
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def office(app, monkeypatch):
    return open_office(app, monkeypatch)


def decide(world, report, to, why="đang kiểm tra máy thu"):
    by = world.people.quality_manager
    services.change_status(by, report, to=to, reason="nội bộ", public_reason=why, confirmed=confirmed(by))
    facts.commit()


def asked(report, email=READER, language="vi"):
    row = subscriptions.subscribe(email, report, language)
    facts.commit()
    return row


def path_in(letter, what):
    return re.search(rf"https://lab\.example(/{what}/\S+)", text_of(letter))[1]


@pytest.mark.both_databases
def test_nobody_is_told_before_the_owner_of_the_address_said_yes(world, report, office, client):
    client.post(f"/verify/{report.code}/follow", data={"email": READER}, csrf=False)
    letter = office.deliver()[0]
    assert letter["To"] == READER and report.number in letter["Subject"]
    decide(world, report, "suspended")
    assert office.deliver() == [], "not confirmed"
    at = path_in(letter, "follow")
    assert client.get(at).status_code == 200
    decide(world, report, "valid")
    assert office.deliver() == [], "a mail scanner that opens the link confirms nothing"
    assert "Đã đăng ký" in client.post(at, csrf=False).get_data(as_text=True)
    decide(world, report, "suspended")
    for strange in ("a%00b", "%ff", "x" * 500, "..%2f"):  # what a database would choke on
        assert {client.get(f"/{door}/{strange}").status_code for door in ("follow", "p")} == {404}, strange
        assert client.post(f"/p/{strange}", csrf=False).status_code == 404 and client.get(f"/leave/{strange}").status_code in (200, 404)
        client.post(f"/leave/{strange}", csrf=False)
    told = office.deliver()
    assert [one["To"] for one in told] == [READER] and "tạm dừng hiệu lực" in text_of(told[0]) and "nội bộ" not in text_of(told[0])


def test_leaving_takes_one_click_and_forgets_the_address(world, report, office, client):
    row = asked(report)
    subscriptions.confirm(row.token)
    facts.commit()
    decide(world, report, "suspended")
    letter = office.deliver()[-1]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    at = letter["List-Unsubscribe"].strip("<>").removeprefix("https://lab.example")
    assert client.get(at).status_code == 200
    assert db.session.get_one(Subscription, row.id).ended_at is None, "opening the page leaves nothing"
    left = client.post(at, data={"List-Unsubscribe": "One-Click"}, csrf=False)
    unknown = client.post("/leave/nothing", data={"List-Unsubscribe": "One-Click"}, csrf=False)
    assert left.status_code == unknown.status_code == 200 and left.get_data() == unknown.get_data()
    db.session.expire_all()
    gone = db.session.get_one(Subscription, row.id)
    assert (gone.email, gone.ended_by) == ("", "reader")
    decide(world, report, "valid")
    assert office.deliver() == []


def test_the_asker_hears_the_same_whatever_is_known_of_the_address(world, report, office, client):
    subscriptions.confirm(asked(report).token)
    facts.commit()
    at = f"/verify/{report.code}/follow"
    answers = {client.post(at, data={"email": one}, csrf=False).get_data() for one in (READER, "moi@example.vn", "moi@example.vn")}
    assert len(answers) == 1


def test_nobody_can_flood_an_address(world, report, office, frozen_clock):
    for number in range(8):
        subscriptions.subscribe(READER, ("witness", "") if number % 2 else report)
        subscriptions.subscribe(READER.upper(), report)
    db.session.add_all(Subscription(email=READER, kind="paper", subject=f"X{n}", token=f"t{n}") for n in range(2))
    assert subscriptions.subscribe(READER, ("paper", "PKQ-2026-0001-01")) is None
    facts.commit()
    assert len(office.deliver()) == 2, "one letter for each thing, and none beyond the bound of a day"
    frozen_clock.advance(hours=25)
    assert asked(report) is not None and len(office.deliver()) == 1


def test_a_robot_with_many_addresses_keeps_others_out_for_a_day_at_most(world, report, office, frozen_clock, monkeypatch):
    monkeypatch.setattr(subscriptions, "OPEN_FOR_ONE", 3)
    made = [asked(report, f"robot{n}@example.vn") for n in range(4)]
    assert made[2] is not None and made[3] is None and asked(report) is None
    frozen_clock.advance(hours=25)
    assert asked(report) is not None


def test_one_address_hears_of_one_change_once_and_a_stop_in_between_sends_nothing_twice(world, report, office, monkeypatch):
    subscriptions.offer("list", lambda _report: ["mine"], lambda _subject: {"vi": "danh sách", "en": "a list"})
    try:
        for subject in (report, ("list", "mine")):
            row = subscriptions.subscribe(READER, subject)
            subscriptions.confirm(row.token)
        facts.commit()
        office.deliver()
        decide(world, report, "suspended")
        change = db.session.scalar(select(func.max(StatusChange.id)))
        subscriptions.tell({"change_id": change})
        assert len(office.deliver()) == 1
        subscriptions.tell({"change_id": change})
        assert office.deliver() == []
    finally:
        subscriptions._watched.pop("list")


def test_what_is_no_address_or_a_robot_gets_nothing(world, report, office, client):
    at = f"/verify/{report.code}/follow"
    for bad in ("", "x", "a@b.vn\r\nBcc: z@z.vn", "a@b.vn,c@d.vn", "x" * 400 + "@b.vn"):
        assert client.post(at, data={"email": bad}, csrf=False).status_code == 422, bad
    thanked = client.post(at, data={"email": READER, TRAP: "https://spam.example"}, csrf=False)
    assert thanked.status_code == 200 and office.deliver() == []
    assert db.session.scalar(select(func.count()).select_from(Subscription)) == 0
    assert client.post("/verify/2222-2222-2222-2222/follow", data={"email": READER}, csrf=False).status_code == 404


def test_an_asker_who_asks_too_often_is_told_to_wait(app, frozen_clock):
    import config
    from lab_app import create_app
    from lab_app.core import gates

    here = app.config["LAB"]
    eager = create_app(config.load({
        "LAB_MODE": "local", "LAB_INSTANCE": str(here.instance), "DATABASE_URL": here.database_url, "WEB_WORKERS": "1",
        "SECRET_KEY": "x" * 40, "SECURITY_PASSWORD_SALT": "y" * 40}))
    limits.limiter.limiter.storage.reset()
    try:
        asker = eager.test_client()
        answers = [asker.post("/log/follow", data={"email": f"a{n}@example.vn", TRAP: "x"}) for n in range(7)]
        assert answers[0].status_code == 200 and answers[-1].status_code == 429 and int(answers[-1].headers["Retry-After"]) > 0
        assert asker.get("/verify").status_code == 200, "whoever asks too often may still look papers up"
    finally:
        limits.limiter.enabled = False
        gates.configure(testing=True)


def test_without_mail_there_is_no_form_and_asking_says_so(world, report, client):
    assert "/follow" not in client.get(f"/verify/{report.code}").get_data(as_text=True)
    with pytest.raises(Refused):
        subscriptions.subscribe(READER, report)


def test_tokens_that_lead_nowhere_get_one_answer_and_unconfirmed_requests_are_forgotten(world, report, office, client, frozen_clock):
    row = asked(report)
    token = row.token
    frozen_clock.advance(days=8)
    answers = [client.get(f"/follow/{one}") for one in (token, "nothing", "x" * 500)]
    answers += [client.post(f"/follow/{one}", csrf=False) for one in (token, "nothing")]
    assert {answer.status_code for answer in answers} == {404} and len({answer.get_data() for answer in answers}) == 1
    assert subscriptions.forget_unconfirmed() == 1
    assert db.session.scalar(select(func.count()).select_from(Subscription)) == 0


# ---- witnesses -------------------------------------------------------------------------------------------


def test_a_witness_can_prove_that_the_log_only_grew(world, report, office, client):
    row = subscriptions.add_witness(world.people.administrator, "lam.chung@example.vn")
    subscriptions.confirm(row.token)
    facts.commit()
    office.deliver()
    first_size, first_root = store.size(), store.root(store.size())
    assert subscriptions.mail_checkpoints() == 1
    first = office.deliver()[0]
    assert store.checkpoint(first_size).rstrip("\n") in text_of(first)
    assert subscriptions.mail_checkpoints() == 0, "the log has not grown"
    decide(world, report, "suspended")
    decide(world, report, "valid")
    office.deliver()
    assert subscriptions.mail_checkpoints() == 1
    words = text_of(office.deliver()[0])
    proof = [base64.b64decode(line) for line in words.split(f"/log/consistency/{first_size}/{store.size()}:\n")[1].split("\n\n")[0].split()]
    merkle.verify_consistency(first_size, store.size(), first_root, store.root(store.size()), proof)


def test_an_administrator_asks_witnesses_and_ends_them(world, office, client_as):
    who = client_as(world.people.administrator)
    assert who.post("/system/witnesses", data={"email": "khong phai", "language": "vi"}).status_code == 422
    assert who.post("/system/witnesses", data={"email": "lam.chung@example.vn", "language": "en"}).status_code == 302
    assert "Confirm" in office.deliver()[0]["Subject"]
    assert "lam.chung@example.vn" in who.get("/system/witnesses").get_data(as_text=True)
    row = db.session.scalars(select(Subscription)).one()
    assert who.post(f"/system/witnesses/{row.id}/end").status_code == 302
    assert "lam.chung@example.vn" not in who.get("/system/witnesses").get_data(as_text=True)
    assert client_as(world.people.auditor).get("/system/witnesses").status_code == 403
    with pytest.raises(NotAllowed):
        subscriptions.add_witness(world.people.auditor, "a@b.vn")


def test_an_administrator_hears_where_no_letter_was_sent(world, office, client_as, monkeypatch):
    monkeypatch.setattr(subscriptions, "LETTERS_A_DAY", 0)
    answer = client_as(world.people.administrator).post("/system/witnesses", data={"email": "lam.chung@example.vn", "language": "vi"})
    assert answer.status_code == 422 and "quá nhiều thư" in answer.get_data(as_text=True) and office.deliver() == []


# ---- feeds -----------------------------------------------------------------------------------------------


def test_the_feed_of_a_paper_says_what_happened_and_costs_nothing_when_nothing_did(world, report, client, statements):
    decide(world, report, "suspended", "lý do <b>&amp; \x07")
    answer = client.get(f"/verify/{report.code}.atom")
    root = ET.fromstring(answer.data)
    titles = [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")]
    assert titles == [f"{report.number}: Tạm dừng hiệu lực", f"{report.number}: Phát hành"]
    assert root.find(f"{ATOM}entry").findtext(f"{ATOM}summary") == "lý do <b>&amp; "
    assert answer.mimetype == "application/atom+xml"
    for validator in ({"If-None-Match": answer.headers["ETag"]}, {"If-Modified-Since": answer.headers["Last-Modified"]}):
        again = client.get(f"/verify/{report.code}.atom", headers=validator)
        assert again.status_code == 304 and again.data == b""
    with statements() as seen:
        assert client.get(f"/verify/{report.code}.rss?lang=en").status_code == 200
    assert len(seen) <= 4
    items = ET.fromstring(client.get(f"/verify/{report.code}.rss").data).findall("channel/item")
    assert [item.findtext("guid") for item in items] == [entry.findtext(f"{ATOM}id") for entry in root.findall(f"{ATOM}entry")]


def test_a_feed_of_nothing_public_is_not_found_and_the_register_says_nothing_of_what_is_not_published(world, report, client):
    assert {client.get(f"/verify/{one}.atom").status_code for one in ("2222-2222-2222-2222", "x")} == {404}
    answer = client.get("/verify/register.atom")
    assert answer.status_code == 200 and report.number not in answer.get_data(as_text=True)


def test_a_feed_drops_what_xml_has_no_place_for():
    from datetime import UTC, datetime
    at = datetime(2026, 11, 1, tzinfo=UTC)
    feed = feeds.Feed("https://x/f", "https://x", "t\x00\ufffe", "a", "vi", at, [feeds.Entry("k", "<t>\x1b", "", "https://x", at)])
    for write in (feeds.atom, feeds.rss):
        ET.fromstring(write(feed))


def test_an_address_is_kept_in_one_form(app):
    from lab_app.core import mail
    assert mail.address("  A.B@Example.VN ") == "a.b@example.vn"
    with pytest.raises(FieldRefused):
        mail.address("a@b")
