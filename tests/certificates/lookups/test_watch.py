"""Watch lists: by an address that said yes and a token that only its letter brings; told of each change, once, by the subscription."""
from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from certificates import services
from certificates.lookups import receipt, table
from certificates.models import PublishedEntry, Subscription, WatchedPaper, WatchList
from certificates.queries import watchlists as queries
from certificates.services import subscriptions, watchlists
from lab_app.core import db as database
from lab_app.core import jobs, mail
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.jobs import QueuedJob
from tests.support import certificates_facts as facts
from tests.support.signing import confirmed

ENTERPRISE = "mua.hang@nhap-khau.example"


@pytest.fixture(autouse=True)
def post(monkeypatch):
    """Letters are queued, as where a mail server is configured; nothing is sent."""
    monkeypatch.setattr(mail, "configured", lambda: True)


def text(response):
    return response.get_data(as_text=True)


def letters(to=ENTERPRISE):
    db.session.rollback()
    rows = db.session.scalars(select(QueuedJob).where(QueuedJob.kind == "mail").order_by(QueuedJob.id))
    return [row.payload for row in rows if row.payload["to"] == to]


def ask(client, **given):
    return client.post("/watch", data={"email": ENTERPRISE, "name": "Container 12", **given}, csrf=False)


def token_of_letter():
    return re.search(r"/follow/(\S+)", letters()[-1]["body"])[1]


@pytest.fixture
def watched(client, report):
    """A confirmed list with one paper; its token."""
    assert ask(client, list=report.code).status_code == 200
    token = token_of_letter()
    assert client.post(f"/follow/{token}", csrf=False).status_code == 200
    return token


def act(client, token, do, **given):
    return client.post(f"/watch/{token}", data={"do": do, **given}, csrf=False)


def suspend(world, report, to="suspended"):
    manager = world.people.quality_manager
    services.change_status(manager, report, to=to, reason="nội bộ", public_reason="đang kiểm tra", confirmed=confirmed(manager))
    facts.commit()
    jobs.run_due()


# ---- asking and opening -------------------------------------------------------------------------------------


def test_the_page_of_the_confirmation_names_the_paper_as_it_is_written(client, world, report, writing):
    row = subscriptions.subscribe(ENTERPRISE, report)
    facts.commit()
    assert f"Thay đổi tình trạng của phiếu {report.number}" in text(client.get(f"/follow/{row.token}"))


def test_a_list_opens_only_by_the_token_that_the_letter_brings(client, report):
    body = text(ask(client, list=f"{report.code}\nPKQ-2026-9999-01\n"))
    assert "Xem hộp thư của bạn" in body and "PKQ-2026-9999-01" in body
    letter = letters()[-1]
    assert "danh sách theo dõi 1 phiếu, 0 sản phẩm" in letter["body"] and "Container 12" not in letter["body"] + letter["subject"]
    token = token_of_letter()
    assert token not in body, "who asks in another's name gets no key"
    assert client.get(f"/watch/{token}").status_code == 404, "the address has not said yes"
    client.post(f"/follow/{token}", csrf=False)
    shown = text(client.get(f"/watch/{token}"))
    assert "Container 12" in shown and report.number in shown and "Còn hiệu lực" in shown
    assert client.get(f"/watch/{token}").headers["Referrer-Policy"] == "no-referrer"


def test_the_page_of_the_confirmation_leads_to_the_list(client, watched):
    assert f"/watch/{watched}" in text(client.get(f"/follow/{watched}"))


@pytest.mark.parametrize("token", ["x", "A" * 43, "../../etc", "%00", "' OR 1=1 --", "a" * 5000])
def test_guessed_tokens_are_not_found(client, watched, token):
    assert client.get(f"/watch/{token}").status_code == 404
    assert act(client, token, "remove", sure="yes").status_code == 404


def test_the_token_of_another_kind_of_subscription_opens_no_list(client, world, report, writing):
    row = subscriptions.subscribe(ENTERPRISE, report)
    subscriptions.confirm(row.token)
    facts.commit()
    assert client.get(f"/watch/{row.token}").status_code == 404


@pytest.mark.parametrize(("given", "says"), [
    ({"email": "không phải thư", "list": "PKQ-2026-0117-01"}, "Địa chỉ thư"), ({"list": ""}, "Không có phiếu nào"),
    ({"list": "PKQ-2026-9999-01"}, "Không có phiếu nào"), ({"list": "", "model": "A"}, "ít nhất ba"),
    ({"list": "Kiểu;Hãng\nA;B"}, "Không thấy cột số phiếu"),
    ({"email": "a@b.vn\r\nBcc: c@d.vn", "list": "PKQ-2026-0117-01"}, "Địa chỉ thư"),
])
def test_bad_input_is_refused_and_stays(client, report, given, says):
    response = ask(client, **given)
    body = text(response)
    assert response.status_code == 422 and says in body and "Container 12" in body
    assert db.session.scalar(select(WatchList.id)) is None and not letters()


def test_a_robot_is_thanked_and_nothing_happens(client, report):
    assert ask(client, list=report.code, website="http://x").status_code == 200
    assert not letters() and db.session.scalar(select(WatchList.id)) is None


def test_an_address_is_not_flooded_and_the_asker_cannot_tell(client, report):
    bodies = {re.sub(r"\d+", "", text(ask(client, list=report.code))) for _ in range(subscriptions.LETTERS_A_DAY + 2)}
    assert len(bodies) == 1 and len(letters()) == subscriptions.LETTERS_A_DAY
    assert len(db.session.scalars(select(WatchList)).all()) == subscriptions.LETTERS_A_DAY, "what nobody was asked about is not kept"


def test_where_no_mail_is_sent_it_says_so(client, report, monkeypatch):
    monkeypatch.setattr(mail, "configured", lambda: False)
    response = ask(client, list=report.code)
    assert response.status_code == 422 and "chưa gửi được thư" in text(response) and report.code in text(response)
    page = text(client.get(f"/watch?paper={report.code}"))
    assert "chưa gửi được thư" in page and 'name="email"' not in page, "no form that can only be refused"
    assert 'action="/verify/bulk"' in page and report.code in page and "/verify/register.atom" in page, "what can be done instead"


# ---- adding, taking off, renaming, exporting, deleting ---------------------------------------------------------


@pytest.mark.both_databases
def test_papers_are_added_and_taken_off(client, world, report, silent, watched):
    body = text(act(client, watched, "add", list=f"{silent.number}\n{report.number}\nPKQ-2026-9999-01\n"))
    assert "Đã thêm 1 phiếu" in body and "1 phiếu đã có sẵn" in body and "Không tìm thấy: PKQ-2026-9999-01" in body
    assert silent.number in text(client.get(f"/watch/{watched}"))
    body = text(act(client, watched, "take-off", paper=[silent.base_number]))
    assert "Đã bỏ 1 phiếu" in body and silent.number not in text(client.get(f"/watch/{watched}"))


def test_confidential_and_unknown_papers_are_the_same_to_who_adds_by_number(client, world, watched):
    kept = facts.issued(facts.ready_request("YC-2026-0119", people=world.people, public_fields=["product", "code_only"]))
    answers = {re.sub(re.escape(one), "?", text(act(client, watched, "add", list=one))) for one in (kept.number, "PKQ-2026-9999-01")}
    assert len(answers) == 1
    assert "Đã thêm 1 phiếu" in text(act(client, watched, "add", list=kept.code))


def test_a_list_is_renamed_exported_and_removed(client, report, watched):
    assert "Lô tháng 12" in text(act(client, watched, "change", name="  Lô   tháng 12 ", daily="1"))
    assert "mỗi ngày một thư" in text(client.get(f"/watch/{watched}"))
    csv = client.get(f"/watch/{watched}?export=csv").get_data().decode("utf-8-sig")
    assert report.number in csv and "Còn hiệu lực" in csv
    assert client.get(f"/watch/{watched}?export=xlsx").get_data()[:2] == b"PK"
    assert act(client, watched, "remove").status_code == 422, "the box must be ticked"
    assert "Đã xóa danh sách" in text(act(client, watched, "remove", sure="yes"))
    assert client.get(f"/watch/{watched}").status_code == 404
    db.session.rollback()
    assert db.session.scalar(select(WatchList.id)) is None and db.session.scalar(select(WatchedPaper.id)) is None
    assert db.session.scalars(select(Subscription.email)).all() == [""], "the address is forgotten"


def test_bounds_of_a_list(client, report, silent, watched, monkeypatch):
    monkeypatch.setattr(watchlists, "MOST_PAPERS", 1)
    monkeypatch.setattr(watchlists, "MOST_PRODUCTS", 1)
    response = act(client, watched, "add", list=silent.code)
    assert response.status_code == 422 and "tối đa 1 phiếu" in text(response) and silent.code in text(response)
    assert act(client, watched, "add-product", model="ABC-1").status_code == 200
    assert act(client, watched, "add-product", model="ABC-2").status_code == 422
    assert act(client, watched, "dance").status_code == 404


def test_the_state_of_a_long_list_costs_few_statements(client, world, report, watched, statements):
    subscription, row = watchlists.opened(watched)
    database.begin_writing()
    for n in range(300):
        db.session.add(WatchedPaper(list_id=row.id, base_number=f"PKQ-2026-{n:04d}-99"))
    act_products = watchlists.add_product(row, "SAOHOM", "SH-AX30")
    assert act_products is not None
    facts.commit()
    with statements() as seen:
        body = text(client.get(f"/watch/{watched}"))
    assert len(seen) <= 8, seen
    assert "Trang 1 / 7" in body and body.count("<tr>") == 51
    only = text(client.get(f"/watch/{watched}?show=attention&page=7"))
    assert report.number not in only.split("<table")[1]


# ---- being told ----------------------------------------------------------------------------------------------


def test_each_change_is_told_at_once_and_once(client, world, report, watched):
    suspend(world, report)
    told = [one for one in letters() if report.number in one["subject"] + one["body"]]
    assert len(told) == 1 and "đang kiểm tra" in told[0]["body"] and "nội bộ" not in told[0]["body"] and "/leave/" in told[0]["body"]
    jobs.run_due()
    assert len([one for one in letters() if report.number in one["body"]]) == 1


@pytest.mark.both_databases
def test_a_daily_list_gets_one_letter_for_all_changes(client, world, report, silent, watched, frozen_clock):
    act(client, watched, "add", list=silent.code)
    act(client, watched, "change", name="x", daily="1")
    before = len(letters())
    frozen_clock.advance(minutes=5)
    suspend(world, report)
    suspend(world, silent, "withdrawn")
    assert len(letters()) == before, "nothing at once"
    frozen_clock.advance(minutes=600)
    assert watchlists.tell_daily() == 1
    letter = letters()[-1]
    assert letter["subject"] == "Phiếu bạn theo dõi: 2 thay đổi, 0 phiếu mới"
    assert f"- {report.number}: Tạm dừng hiệu lực, 16/11/2026 (đang kiểm tra)" in letter["body"] and f"/watch/{watched}" in letter["body"]
    assert "Đã thu hồi" in letter["body"] and "List-Unsubscribe" in letter["headers"]
    frozen_clock.advance(minutes=600)
    assert watchlists.tell_daily() == 0 and len(letters()) == before + 1


@pytest.mark.both_databases
def test_a_product_is_watched_papers_to_come_too(client, world, watched, frozen_clock):
    assert "Đã thêm sản phẩm" in text(act(client, watched, "add-product", model="sh ax30", brand="saohom"))
    assert "đã có trong danh sách" in text(act(client, watched, "add-product", model="SH-AX30", brand="SAOHOM"))
    frozen_clock.advance(minutes=5)
    public = ["product", "regulations", "directory"]
    new = facts.issued(facts.ready_request("YC-2026-0120", people=world.people, public_fields=public))
    hidden = facts.issued(facts.ready_request("YC-2026-0121", people=world.people, public_fields=["product"]))
    shown = text(client.get(f"/watch/{watched}"))
    assert new.number in shown and "theo sản phẩm" in shown and hidden.number not in shown, "only what stands in the directory"
    jobs.run_due()
    assert "0 thay đổi, 1 phiếu mới" in letters()[-1]["subject"] and new.number in letters()[-1]["body"], "told at once"
    assert not any(hidden.number in one["body"] for one in letters())
    before = len(letters())
    watchlists.tell_new({"entry_id": db.session.scalar(select(PublishedEntry.id).where(PublishedEntry.report_id == new.id))})
    frozen_clock.advance(minutes=600)
    assert watchlists.tell_daily() == 0 and len(letters()) == before, "told once"
    suspend(world, new)
    suspend(world, hidden)
    told = [one for one in letters() if "đang kiểm tra" in one["body"]]
    assert [new.number in one["body"] for one in told] == [True]
    text(act(client, watched, "take-off-product", product=str(watchlists.opened(watched)[1].products[0].id)))
    assert not queries.lists_with(new)


def test_a_daily_list_hears_of_new_papers_daily_and_of_what_waited_when_it_turns_to_at_once(client, world, watched, frozen_clock):
    act(client, watched, "add-product", model="SH-AX30", brand="SAOHOM")
    act(client, watched, "change", name="x", daily="1")
    frozen_clock.advance(minutes=5)
    before = len(letters())
    new = facts.issued(facts.ready_request("YC-2026-0120", people=world.people, public_fields=["product", "directory"]))
    jobs.run_due()
    assert len(letters()) == before, "not at once"
    frozen_clock.advance(minutes=600)
    assert watchlists.tell_daily() == 1 and new.number in letters()[-1]["body"]
    frozen_clock.advance(minutes=5)
    suspend(world, new)
    assert len(letters()) == before + 1


@pytest.mark.both_databases
def test_what_a_daily_letter_would_have_said_is_not_lost_when_the_list_turns_to_at_once(client, world, report, watched, frozen_clock):
    act(client, watched, "change", name="x", daily="1")
    frozen_clock.advance(minutes=5)
    suspend(world, report)
    before = len(letters())
    act(client, watched, "change", name="x")
    assert len(letters()) == before + 1 and report.number in letters()[-1]["body"]


def test_letters_at_each_change_say_where_the_list_is(client, world, report, watched):
    suspend(world, report)
    body = letters()[-1]["body"]
    assert f"/watch/{watched}" in body and f"/leave/{watched}" in body and f"/verify/{report.code}" in body


@pytest.mark.both_databases
@pytest.mark.parametrize("daily", ["", "1"])
def test_who_watches_by_number_is_told_what_a_number_tells(client, world, silent, watched, frozen_clock, daily):
    act(client, watched, "add", list=silent.number)
    act(client, watched, "change", name="x", daily=daily)
    assert silent.code not in text(client.get(f"/watch/{watched}"))
    frozen_clock.advance(minutes=5)
    suspend(world, silent)
    frozen_clock.advance(minutes=600)
    watchlists.tell_daily()
    body = letters()[-1]["body"]
    assert silent.number in body and silent.code not in body and "đang kiểm tra" not in body and "/verify?q=" in body
    act(client, watched, "add", list=silent.code)  # by its code the rest is told too
    assert silent.code in text(client.get(f"/watch/{watched}"))
    frozen_clock.advance(minutes=5)
    suspend(world, silent, "withdrawn")
    frozen_clock.advance(minutes=600)
    watchlists.tell_daily()
    assert silent.code in letters()[-1]["body"] and "đang kiểm tra" in letters()[-1]["body"]


def amended_and_kept_to_its_code(world, report):
    """The paper measured again, its customer now wanting it answered to holders of the code alone."""
    database.begin_writing()
    report.request.public_fields = ["product", "code_only"]
    facts.commit()
    facts.measured_again(world, world.lines[0], "18.95")
    signatory = world.people.signatory
    new = services.amend(signatory, report, reason="đo lại", confirmed=confirmed(signatory))
    facts.commit()
    jobs.run_key(services.job_key(new.id))
    jobs.run_due()
    assert new.published.get("code_only"), new.published
    return new


def test_a_version_kept_to_its_code_is_not_told_by_the_number_of_the_one_before(client, world, report, watched):
    act(client, watched, "take-off", paper=[report.base_number])
    act(client, watched, "add", list=report.number)
    new = amended_and_kept_to_its_code(world, report)
    assert any(report.number in one["body"] and "đã được thay thế" in one["body"] for one in letters())
    suspend(world, new)
    assert not any(new.number in one["body"] + one["subject"] for one in letters()[1:])
    shown = text(client.get(f"/watch/{watched}"))
    assert report.number in shown and new.number not in shown
    answered = text(client.post("/verify/bulk", data={"list": report.number}, csrf=False))
    assert new.number not in answered and new.number in text(client.post("/verify/bulk", data={"list": report.code}, csrf=False))


def test_an_amended_paper_stays_watched(client, world, report, watched):
    facts.measured_again(world, world.lines[0], "18.95")
    signatory = world.people.signatory
    new = services.amend(signatory, report, reason="đo lại", confirmed=confirmed(signatory))
    facts.commit()
    jobs.run_key(services.job_key(new.id))
    jobs.run_due()
    assert new.number in text(client.get(f"/watch/{watched}"))
    assert any(new.number in one["body"] for one in letters())


def test_lists_that_nobody_confirmed_or_owns_are_dropped(client, report, silent, watched, frozen_clock):
    ask(client, list=silent.code, email="khac@nhap-khau.example")
    assert watchlists.forget_orphans() == 0
    frozen_clock.advance(minutes=60 * 24 * (subscriptions.CONFIRM_DAYS + 1))
    subscriptions.forget_unconfirmed()
    assert watchlists.forget_orphans() == 1 and client.get(f"/watch/{watched}").status_code == 200
    client.post(f"/leave/{watched}", csrf=False)
    watchlists.daily({})
    assert db.session.scalar(select(WatchList.id)) is None


def test_services_refuse_what_is_no_address_or_no_list(world, report, writing):
    question = [table.Question(1, {"paper": report.code})]
    with pytest.raises(FieldRefused):
        watchlists.start("x", "", question, [], daily=False, language="vi")
    with pytest.raises((FieldRefused, Refused)):
        watchlists.start(ENTERPRISE, "", [], [], daily=False, language="vi")
    assert watchlists.opened("") is None


def test_the_papers_of_an_answered_list_are_carried_over(client, report):
    answered = client.post("/verify/bulk", data={"list": f"{report.code}\nPKQ-2026-9999-01"}, csrf=False)
    packed = re.search(r'name="receipt" value="([^"]+)"', text(answered))[1]
    body = text(client.post("/watch/from-list", data={"receipt": packed}, csrf=False))
    assert report.code in body and "PKQ-2026-9999-01" not in body
    forged = receipt.packed({"format": receipt.FORMAT, "statement": "", "checkpoint": "", "marks": "", "rows": [{"asked": [1]}]})
    for bad in ("x", forged):
        assert client.post("/watch/from-list", data={"receipt": bad}, csrf=False).status_code == 422


def test_letters_in_english_lead_to_english_pages(client, world, report, watched):
    assert client.post("/watch?lang=en", data={"email": "eu@buyer.example", "list": report.code}, csrf=False).status_code == 200
    at = re.search(r"https?://[^/]+(/follow/\S+)", letters("eu@buyer.example")[-1]["body"])[1]
    assert at.endswith("?lang=en") and '<html lang="en">' in text(client.get(at))
    page = text(client.post(at, csrf=False))
    assert "lang=en" in re.search(r'href="(/watch/[^"]+)"', page)[1]
    suspend(world, report)
    told = letters("eu@buyer.example")[-1]["body"]
    assert all(line.endswith("lang=en") for line in told.splitlines() if line.startswith("http")) and "Your watch list:" in told
    assert "lang=en" not in letters()[-1]["body"]


def test_pages_opened_by_a_token_or_a_code_are_kept_by_no_search_engine_and_told_to_nobody(client, report, watched):
    for door in (f"/watch/{watched}", f"/follow/{watched}", f"/leave/{watched}", "/p/nothing"):
        answer = client.get(door)
        assert answer.headers["Referrer-Policy"] == "no-referrer" and "noindex" in answer.headers["X-Robots-Tag"], door
        assert answer.headers["Cache-Control"] == "private, no-store", door
    for door in (f"/verify/{report.code}", f"/verify?q={report.number}", f"/verify/{report.code}.atom", f"/verify/{report.code}/covers"):
        assert "noarchive" in client.get(door).headers["X-Robots-Tag"], door
    assert "X-Robots-Tag" not in client.get("/directory").headers


def test_a_list_in_english_stays_english(client, watched):
    page = text(client.get(f"/watch/{watched}?lang=en"))
    own = re.findall(rf'(?:action|href)="(/watch/{watched}[^"]*)"', page)
    assert own and all("lang=en" in one for one in own), own


def test_words_that_no_database_takes_are_not_kept(client, report):
    assert ask(client, list=report.code, name="a\x00b", model="SH\x00-AX30", brand="\x00").status_code == 200
    assert db.session.scalar(select(WatchList.name)) == "ab"
