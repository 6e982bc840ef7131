"""The public form and the progress page, without account or session: robots, scripts in words, strange files, too much (7.9.2)."""
from __future__ import annotations

import re
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from limits.strategies import SlidingWindowCounterRateLimiter
from sqlalchemy import func, select

from lab_app.core import db as database
from lab_app.core import inbox, mail, rates
from lab_app.core.db import db
from lab_app.core.files import Attachment
from lab_app.quality.complaints import services
from lab_app.quality.complaints.models import Complaint
from tests.support.people_facts import People

WORDS = "Phiếu ghi sai kiểu máy, mong phòng kiểm tra và trả lời."
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def opened(client: Any, clock: Any, seconds: int = 30, query: str = "") -> str:
    """The note of a form opened, and some seconds spent reading it."""
    body = client.get(f"/complaints/new{query}").get_data(as_text=True)
    clock.advance(seconds=seconds)
    found = re.search(r'name="note" value="([^"]+)"', body)
    assert found is not None and 'name="website"' in body and "<script" not in body
    return found[1]


def send(client: Any, note: str, query: str = "", **said: Any) -> Any:
    facts = {"note": note, "title": "Sai kiểu máy", "words": WORDS, "role": "customer", "confidential": "1", "website": "", **said}
    return client.post(f"/complaints/new{query}", data=facts, csrf=False, content_type="multipart/form-data")


def kept() -> list[Complaint]:
    return list(db.session.scalars(select(Complaint).order_by(Complaint.id)))


def test_a_stranger_complains_and_follows_without_an_account_or_a_cookie(client: Any, people: People, frozen_clock: Any) -> None:
    answer = send(client, opened(client, frozen_clock), name="Trần Khách", email="Khach@Vi-Du.vn", about="0117/PKQ")
    assert answer.status_code == 302 and "Set-Cookie" not in answer.headers
    row = kept()[0]
    assert (row.code, row.channel, row.language, row.from_email, row.status) == (
        "KN-2026-001", "form", "vi", "khach@vi-du.vn", "received")
    page = client.get(answer.location)
    body = page.get_data(as_text=True)
    assert page.status_code == 200 and row.code in body and WORDS in body and "Trần Khách" not in body and "khach@vi-du.vn" not in body
    assert page.headers["Referrer-Policy"] == "no-referrer" and "noindex" in page.headers["X-Robots-Tag"]
    assert page.headers["Cache-Control"] == "private, no-store" and "Set-Cookie" not in page.headers
    asked = db.session.scalars(select(inbox.Ask).where(inbox.Ask.settled_at.is_(None), inbox.Ask.kind == "complaint")).all()
    assert [(a.permission, a.code) for a in asked] == [("quality:write", row.code)]


def test_in_english_it_stays_in_english(client: Any, people: People, frozen_clock: Any) -> None:
    answer = send(client, opened(client, frozen_clock, query="?lang=en"), "?lang=en")
    assert answer.location.endswith("?lang=en") and kept()[0].language == "en"
    assert '<html lang="en"' in client.get(answer.location).get_data(as_text=True)


@pytest.mark.usefixtures("people")
def test_a_robot_is_thanked_and_nothing_happens(client: Any, frozen_clock: Any) -> None:
    note = opened(client, frozen_clock)
    answer = send(client, note, website="https://buy.example")
    assert answer.status_code == 200 and kept() == []
    assert db.session.scalars(select(inbox.Ask).where(inbox.Ask.kind == "complaint")).all() == []


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("note", ["", "x", "WzEsIngiXQ.false", "a" * 5000])
def test_without_our_own_note_nothing_is_taken_and_the_words_stay(client: Any, note: str) -> None:
    answer = send(client, note)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422 and kept() == [] and WORDS in body
    assert re.search(r'name="note" value="[^"]{20,}"', body), "a new note comes with the refused form"


@pytest.mark.usefixtures("people")
def test_sent_faster_than_a_person_reads_it_is_refused_and_sent_again_it_is_taken(client: Any, frozen_clock: Any) -> None:
    answer = send(client, opened(client, frozen_clock, seconds=2))
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422 and kept() == [] and WORDS in body
    frozen_clock.advance(seconds=10)
    note = re.search(r'name="note" value="([^"]+)"', body)
    assert note is not None and send(client, note[1]).status_code == 302 and len(kept()) == 1


@pytest.mark.usefixtures("people")
def test_a_note_a_day_old_is_asked_for_again(client: Any, frozen_clock: Any) -> None:
    answer = send(client, opened(client, frozen_clock, seconds=25 * 3600))
    assert answer.status_code == 422 and kept() == [] and WORDS in answer.get_data(as_text=True)


@pytest.mark.usefixtures("people")
def test_sent_twice_it_is_one_complaint_and_one_page(client: Any, frozen_clock: Any) -> None:
    note = opened(client, frozen_clock)
    first, second = send(client, note), send(client, note)
    assert first.location == second.location and len(kept()) == 1 and kept()[0].words == WORDS


@pytest.mark.usefixtures("people")
def test_another_complaint_typed_into_a_form_that_was_sent_is_not_swallowed(client: Any, frozen_clock: Any) -> None:
    """A reader goes back in the browser and writes of a second matter: told so, the words stay, sent again it is a complaint of its own."""
    note, other = opened(client, frozen_clock), "Một việc khác hẳn, gửi lại cùng biểu mẫu."
    send(client, note)
    again = send(client, note, words=other)
    body = again.get_data(as_text=True)
    found = re.search(r'name="note" value="([^"]+)"', body)
    assert again.status_code == 422 and other in body and found is not None and found[1] != note and len(kept()) == 1
    frozen_clock.advance(seconds=10)
    assert send(client, found[1], words=other).status_code == 302 and [one.words for one in kept()] == [WORDS, other]


def test_a_script_in_the_words_is_words(client: Any, client_as: Any, people: People, frozen_clock: Any, monkeypatch: Any) -> None:
    answer = send(client, opened(client, frozen_clock), title=SCRIPT, words=f"{SCRIPT}\n=HYPERLINK(1) {WORDS}", name=SCRIPT,
                  about='"><svg onload=alert(1)>', organisation="=cmd|' /C calc'!A0", email="a@b.vn")
    row = kept()[0]
    manager = client_as(people.quality_manager)
    pages = [client.get(answer.location), manager.get(f"/quality/complaints/{row.code}"), manager.get("/quality/complaints"),
             manager.get(f"/quality/complaints/{row.code}/acknowledge"), manager.get("/my-work"), manager.get("/search?q=script")]
    for page in pages:
        body = page.get_data(as_text=True)
        assert "<script>alert" not in body and "<img src=x" not in body and "<svg onload" not in body
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    csv = manager.get("/quality/complaints?export=csv").get_data(as_text=True)
    assert "'=cmd" in csv or "· =cmd" in csv
    sent: list[Any] = []
    monkeypatch.setattr(mail, "configured", lambda: True)
    monkeypatch.setattr(mail, "queue", lambda *a, **k: sent.append(a) or True)
    services.acknowledge(people.quality_manager, row, words=SCRIPT, way="email")
    assert SCRIPT in sent[0][2] and "\n" not in sent[0][1]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(("change", "field"), [
    ({"title": ""}, "title"), ({"words": "ngắn"}, "words"), ({"words": "x" * 5500}, "words"), ({"email": "khong-phai-thu"}, "email"),
    ({"email": "a@b.vn\r\nBcc: c@d.vn"}, "email"), ({"role": "admin"}, "role"), ({"phone": "9" * 60}, "phone"),
])
def test_bad_input_is_refused_at_its_field_and_what_was_typed_stays(client: Any, frozen_clock: Any, change: Any, field: str) -> None:
    answer = send(client, opened(client, frozen_clock), **{"name": "Trần Khách", **change})
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422 and kept() == [] and f'id="c-{field}-e"' in body and "Trần Khách" in body


@pytest.mark.usefixtures("people")
def test_the_same_form_corrected_is_one_complaint(client: Any, frozen_clock: Any) -> None:
    note = opened(client, frozen_clock)
    body = send(client, note, email="khong-phai").get_data(as_text=True)
    assert f'value="{note}"' in body
    assert send(client, note).status_code == 302 and send(client, note).status_code == 302 and len(kept()) == 1


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(("data", "name"), [
    (b"MZ\x90\x00" + b"\x00" * 100, "hoa-don.exe"), (b"<html><script>alert(1)</script>", "anh.html"), (b"", "trong.png"),
    (PNG, "anh.pdf"), (b"x" * 100, "ghi-chu.txt"),
])
def test_a_strange_file_is_refused_and_the_words_stay(client: Any, frozen_clock: Any, data: bytes, name: str) -> None:
    answer = send(client, opened(client, frozen_clock), file=(BytesIO(data), name))
    assert answer.status_code == 422 and kept() == [] and 'id="c-file-e"' in answer.get_data(as_text=True)
    assert WORDS in answer.get_data(as_text=True)


def test_a_picture_comes_along_and_only_who_may_know_the_complainant_opens_it(
    client: Any, client_as: Any, people: People, frozen_clock: Any,
) -> None:
    send(client, opened(client, frozen_clock), file=(BytesIO(PNG), "Trần Khách, tố giác.PNG"))
    row = kept()[0]
    one = db.session.scalar(select(Attachment).where(Attachment.subject_kind == "complaint", Attachment.subject_id == row.id))
    assert one is not None and one.added_by_id is None
    assert one.filename == f"{row.code}-1.png"  # its own name stands in a trail that more people read
    address = f"/quality/complaints/{row.code}/files/{one.id}"
    shown = client_as(people.quality_manager).get(address)
    assert shown.status_code == 200 and shown.headers["Content-Disposition"].startswith("attachment")
    assert client_as(people.technician).get(address).status_code == 404
    assert client.get(address).status_code in (302, 401)


@pytest.mark.usefixtures("people")
def test_too_many_from_one_address_are_told_to_come_back(client: Any, frozen_clock: Any, monkeypatch: Any) -> None:
    note = opened(client, frozen_clock)
    counters = SlidingWindowCounterRateLimiter(rates.CountersInMemory())
    monkeypatch.setattr(rates, "limiter", SimpleNamespace(enabled=True, limiter=counters))
    codes = [send(client, note).status_code for _ in range(7)]
    assert 1 <= codes.count(302) <= 5 and set(codes[5:]) == {429}


def test_the_progress_page_takes_more_words_and_says_what_was_said(client: Any, people: People, frozen_clock: Any) -> None:
    place = send(client, opened(client, frozen_clock), email="a@b.vn").location
    row = kept()[0]
    services.acknowledge(people.quality_manager, row, words="Phòng đã nhận khiếu nại.", way="page")
    services.tell(people.quality_manager, row, kind="note", words="Nghi ngờ nhập sai ở quầy.", way="page")
    db.session.commit()
    database.end_writing()
    assert client.post(place, data={"words": "Tôi gửi thêm ảnh nhãn máy."}, csrf=False).status_code == 302
    body = client.get(place).get_data(as_text=True)
    assert "Phòng đã nhận khiếu nại." in body and "Tôi gửi thêm ảnh nhãn máy." in body and "Nghi ngờ nhập sai" not in body
    assert people.quality_manager.full_name not in body
    assert db.session.scalar(select(func.count()).select_from(inbox.Ask).where(
        inbox.Ask.key.startswith(f"complaint/{row.id}/reply/"), inbox.Ask.settled_at.is_(None))) == 1
    assert client.post(place, data={"words": " "}, csrf=False).status_code == 422
    assert client.post(place, data={"words": "robot", "website": "x"}, csrf=False).status_code == 302
    assert "robot" not in client.get(place).get_data(as_text=True)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "..%2F..%2Fetc%2Fpasswd", "' OR 1=1"])
def test_a_guessed_token_leads_nowhere(client: Any, token: str) -> None:
    assert client.get(f"/complaints/track/{token}").status_code == 404
    assert client.post(f"/complaints/track/{token}", data={"words": WORDS}, csrf=False).status_code == 404


def test_the_token_is_not_kept_and_the_letter_carries_it(client: Any, people: People, frozen_clock: Any, monkeypatch: Any) -> None:
    place = send(client, opened(client, frozen_clock), email="a@b.vn").location
    token = place.rsplit("/", 1)[1].split("?")[0]
    row = kept()[0]
    assert token not in (row.token_hash, row.nonce) and services.token_of(row) == token
    sent: list[Any] = []
    monkeypatch.setattr(mail, "configured", lambda: True)
    monkeypatch.setattr(mail, "queue", lambda *a, **k: sent.append(a) or True)
    services.acknowledge(people.quality_manager, row, words="Đã nhận.", way="email")
    assert sent[0][0] == "a@b.vn" and f"https://lab.example/complaints/track/{token}" in sent[0][2]


def test_the_process_is_told_to_anybody_with_the_laboratorys_own_days(client: Any, people: People) -> None:
    services.set_terms(people.quality_manager, acknowledge_days=4, decide_days=15, words_vi="Gọi giờ <b>hành chính</b>.", words_en="")
    db.session.commit()
    database.end_writing()
    page = client.get("/complaints")
    body = page.get_data(as_text=True)
    assert page.status_code == 200 and "Trong 4 ngày làm việc" in body and "trong 15 ngày làm việc" in body
    assert "&lt;b&gt;hành chính" in body and "Set-Cookie" not in page.headers and "<script" not in body
