"""Search and scan: any code from anywhere, words without accents, only what the person may open; photos of labels."""
from __future__ import annotations

import unicodedata
from io import BytesIO

import segno
from PIL import Image

from lab_app.home import views
from lab_app.results import services as results


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def photo(payload: str) -> BytesIO:
    """A picture of a QR code as a camera would send it."""
    out = BytesIO()
    segno.make_qr(payload).save(out, kind="png", scale=6, border=4)
    out.seek(0)
    return out


def test_an_exact_code_opens_its_record(bench, client_as):
    client = client_as(bench.people.reception)
    for code, address in (
        (bench.sample.code, f"/samples/{bench.sample.code}"), (bench.request.number, f"/requests/{bench.request.number}"),
        (bench.instrument.code, f"/instruments/{bench.instrument.code}"), ("N04", "/people/N04"), ("RF", "/rooms/RF"),
        (bench.environment.code, f"/environment/{bench.environment.code}"), (bench.job.code, f"/jobs/{bench.job.code}"),
    ):
        for typed in (code, code.lower(), f"  {code} "):
            answer = client.get("/search", query_string={"q": typed})
            assert (answer.status_code, answer.headers["Location"]) == (302, address), typed


def test_a_scanner_behind_a_vietnamese_keyboard_still_finds(bench, client_as):
    # Telex turns "DD" into "Đ" while a scanner types.
    from lab_app.core import search
    from lab_app.core.db import begin_writing, db, end_writing

    begin_writing()
    search.put("instrument", 999, "DD-77", "Máy thử")
    db.session.commit()
    end_writing()
    answer = client_as(bench.people.technician).get("/search", query_string={"q": "đ-77"})
    assert "DD-77" in (answer.headers.get("Location", "") + text_of(answer))


def test_a_scanned_item_opens_the_one_job_that_waits_for_this_technician(bench, client_as, kept):
    people = bench.people
    results.assign_job(people.reviewer, bench.job, people.technician)
    kept()
    mine = client_as(people.technician).get(f"/search?q={bench.sample.code}")
    assert mine.headers["Location"] == f"/jobs/{bench.job.code}"
    other = client_as(people.reception).get(f"/search?q={bench.sample.code}")
    assert other.headers["Location"] == f"/samples/{bench.sample.code}"


def test_words_are_found_without_accents_in_any_form(bench, client_as):
    client = client_as(bench.people.reception)
    for typed in ("thiet bi mang", "Thiết bị mạng", unicodedata.normalize("NFD", "Thiết bị mạng"), "THIẾT BỊ"):
        shown = text_of(client.get("/search", query_string={"q": typed}))
        assert "Công ty Thiết bị mạng Giả Định" in shown, typed


def test_nobody_finds_what_they_may_not_open(bench, client_as):
    client = client_as(bench.people.sales)
    assert client.get(f"/search?q={bench.instrument.code}").status_code == 200
    shown = text_of(client.get(f"/search?q={bench.instrument.code}"))
    assert f"/instruments/{bench.instrument.code}" not in shown
    assert "Lê Hữu Giả" not in text_of(client.get("/search?q=huu gia"))


def test_strange_words_are_answered(bench, client_as):
    client = client_as(bench.people.technician)
    for typed in ("", "   ", "%", "*", '"', "' OR 1=1 --", "NEAR(a b)", "x" * 5000, "đ" * 300, "\x00", "-" * 50, "<b>"):
        answer = client.get("/search", query_string={"q": typed})
        assert answer.status_code == 200, typed
        assert "<b>”" not in text_of(answer)


def test_search_costs_little(bench, client_as, statements):
    client = client_as(bench.people.reception)
    with statements() as seen:
        client.get("/search?q=thiet bi")
    assert len(seen) <= 8, str(seen)


# ---- photos ----------------------------------------------------------------------------------------------------------


def test_a_photo_of_a_label_answers_its_code(bench, client_as):
    client = client_as(bench.people.technician)
    code = bench.sample.code
    for payload in (code, f"https://lab.example/verify/{code}", f"{code}\n"):
        answer = client.post("/decode", data={"image": (photo(payload), "chup.png")}, headers={"Accept": "application/json"})
        assert answer.get_json() == {"code": code, "url": f"/search?q={code}"}, payload
    plain = client.post("/decode", data={"image": (photo(code), "chup.png")}, headers={"Accept": "text/html"})
    assert (plain.status_code, plain.headers["Location"]) == (303, f"/search?q={code}")


def blank(mode: str = "PNG") -> BytesIO:
    out = BytesIO()
    Image.new("L", (40, 40), 255).save(out, mode)
    out.seek(0)
    return out


def test_a_photo_without_a_code_says_what_to_do(bench, client_as):
    client = client_as(bench.people.technician)
    for image in (BytesIO(b""), BytesIO(b"not a picture"), BytesIO(b"%PDF-1.7"), blank(), blank("GIF")):
        answer = client.post("/decode", data={"image": (image, "x.png")}, headers={"Accept": "application/json"})
        assert answer.status_code == 422
        assert "Không đọc được mã" in answer.get_json()["says"]
    assert client.post("/decode", headers={"Accept": "text/html"}).status_code == 422


def test_a_picture_of_enormous_size_is_not_unpacked(bench, client_as, monkeypatch):
    monkeypatch.setattr(views, "MAX_PIXELS", 100)
    assert views.read_label(photo("M26-0001").getvalue()) == ""


def test_a_photo_needs_its_token_and_a_person(bench, client_as, client):
    assert client.post("/decode").status_code == 401
    assert client_as(bench.people.technician).post("/decode", csrf=False).status_code == 400
