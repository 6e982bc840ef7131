"""The history of any record and the files of records: shown to those who may see the record, to nobody else."""
from __future__ import annotations

import re
from io import BytesIO

import pytest

from lab_app.core import audit, files
from lab_app.core.db import begin_writing
from lab_app.home import links
from lab_app.samples import services as samples

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f6454000000000"
    "49454e44ae426082"
)


def text_of(answer) -> str:
    return answer.get_data(as_text=True)


def test_every_audited_kind_has_a_right_and_a_word(app):
    """A kind without a right would be a history nobody can open; one without a word would be machine talk."""
    from lab_app.core import history

    kinds = set(audit.watched_tables())
    assert sorted(kinds - set(links.READ_RIGHTS)) == []
    assert sorted(kind for kind in kinds if history.kind_word(kind) == kind) == []


def test_every_place_builds_an_address(app):
    with app.test_request_context():
        for kind, place in links.PLACES.items():
            if place.argument != "report":
                assert links.url_of(kind, 1, "X-1").startswith("/"), kind
        assert links.url_of("report", 1, "X-1") == ""  # no such report


def test_a_history_tells_who_what_when_why_with_its_parts(bench, client_as, statements):
    client = client_as(bench.people.quality_manager)
    with statements() as seen:
        shown = text_of(client.get(f"/history/request/{bench.request.id}"))
    assert len(seen) <= 8, str(seen)
    assert bench.request.number in shown
    assert "Hoàng Minh Phụ" in shown  # who registered
    assert re.search(r"09/11/2026", shown)


def test_a_long_history_pages_without_gap(bench, client_as, kept):
    customer = bench.request.customer
    for n in range(120):
        samples.change_customer(bench.people.reception, customer, phone=f"024 {n:04d}")
        kept()
    client = client_as(bench.people.quality_manager)
    seen: list[str] = []
    address = f"/history/customer/{customer.id}"
    pages = 0
    while address:
        shown = text_of(client.get(address))
        seen += re.findall(r"</span>024 (\d{4})</ins>", shown)
        older = re.search(r'href="(/history/[^"]+before=\d+)"', shown)
        address = older.group(1).replace("&amp;", "&") if older else ""
        pages += 1
    assert pages == 3
    assert seen == [f"{n:04d}" for n in reversed(range(120))]


def test_a_history_needs_the_right_of_the_record(bench, client_as):
    assert client_as(bench.people.sales).get(f"/history/test-job/{bench.job.id}").status_code == 403
    assert client_as(bench.people.auditor).get("/history/no-such-kind/1").status_code == 404
    assert client_as(bench.people.auditor).get("/history/customer/999999").status_code == 404
    assert client_as(bench.people.auditor).get("/history/customer/-1").status_code == 404


def test_a_history_never_shows_a_secret(bench, client_as, kept):
    from lab_app.accounts import services
    from lab_app.accounts.sign_in import password_hash

    hashed = password_hash("mật khẩu rất dài")
    services.set_password(bench.people.administrator, bench.people.technician, hashed, "quên")
    kept()
    shown = text_of(client_as(bench.people.quality_manager).get(f"/history/person/{bench.people.technician.id}"))
    assert "•••" in shown
    assert "argon2" not in shown
    assert bench.people.technician.fs_uniquifier not in shown


# ---- files -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def picture(bench, kept) -> int:
    """A photo of the item; its attachment's id."""
    upload = files.put(BytesIO(PNG), "anh mau.png")
    begin_writing()
    audit.acting(bench.people.reception)
    row = files.attach(upload, "sample", bench.sample.id, bench.people.reception.id, purpose="photo")
    kept()
    return int(row.id)


def test_a_file_is_served_with_safe_headers_to_who_may_see_the_record(bench, client_as, picture):
    answer = client_as(bench.people.technician).get(f"/files/{picture}")
    assert (answer.status_code, answer.data) == (200, PNG)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "image/png"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_file_hides_from_others_as_if_it_did_not_exist(bench, client_as, client, picture):
    hidden = client_as(bench.people.sales).get(f"/files/{picture}")
    missing = client_as(bench.people.sales).get("/files/999999")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert client.get(f"/files/{picture}").status_code == 302

