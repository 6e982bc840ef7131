"""The public look-up: what it says, to whom, at what cost, and that it writes nothing."""
from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from certificates import limits, rules, services
from certificates.models import Report
from lab_app.core import db as database
from lab_app.core import jobs
from lab_app.core.audit import AuditEntry
from lab_app.core.db import db
from lab_app.core.numbering import CODE_ALPHABET
from tests.support import certificates_facts as facts
from tests.support.signing import confirmed


def text(response) -> str:
    return response.get_data(as_text=True)


def test_the_form_asks_for_a_number_or_a_code(app, frozen_clock, client):
    response = client.get("/verify")
    assert response.status_code == 200 and 'name="q"' in text(response)


def test_a_code_says_status_and_what_the_customer_agreed_to(client, report):
    response = client.get(f"/verify/{report.code}")
    body = text(response)
    assert response.status_code == 200
    for said in ("Còn hiệu lực", report.number, "16/11/2026", "SH-AX30", "QCVN 54:2020/BTTTT", "Nguyễn Văn Ví", report.code):
        assert said in body, said
    assert report.file_sha256[:4] + " " + report.file_sha256[4:8] in body
    assert "Sao Hôm" not in body, "the customer did not agree to be named"
    assert "session" not in response.headers.get("Set-Cookie", "")


def test_a_number_says_status_and_dates_only(client, report):
    body = text(client.get("/verify", query_string={"q": report.number}))
    assert "Còn hiệu lực" in body and "16/11/2026" in body
    for kept in (report.code, "SH-AX30", "QCVN 54", "Nguyễn Văn Ví", report.file_sha256[:16], report.file_sha256[:4] + " "):
        assert kept not in body, kept


@pytest.mark.parametrize("typed", ["{code}", " {lower} ", "{bare}", "https://lab.example/verify/{code}", "https://lab.example/verify/{code}?lang=en"])
def test_a_code_however_typed_or_scanned_leads_to_its_address(client, report, typed):
    shown = typed.format(code=report.code, lower=report.code.lower(), bare=report.code.replace("-", ""))
    response = client.get("/verify", query_string={"q": shown})
    assert response.status_code == 302 and response.location.endswith(f"/verify/{report.code}")


def test_a_number_is_read_as_a_vietnamese_keyboard_or_none_types_it(client, world, report):
    facts.measured_again(world, world.lines[0], "18.95")
    new = services.amend(world.people.signatory, report, reason="đo lại", confirmed=confirmed(world.people.signatory))
    facts.commit()
    jobs.run_key(services.job_key(new.id))
    for typed in ("PKQ-2026-0117-01/SĐ1", "pkq-2026-0117-01/sđ1", "PKQ–2026–0117–01/SD1", "PKQ-2026-0117-01/SDD1"):
        response = client.get("/verify", query_string={"q": typed})
        assert response.status_code == 200 and "/SĐ1" in text(response), typed


def test_a_replaced_paper_leads_to_the_one_in_force(client, world, report):
    facts.measured_again(world, world.lines[0], "18.95")
    new = services.amend(world.people.signatory, report, reason="đo lại phát xạ", confirmed=confirmed(world.people.signatory))
    facts.commit()
    jobs.run_key(services.job_key(new.id))
    new = db.session.get_one(Report, new.id)
    body = text(client.get(f"/verify/{report.code}"))
    assert "Đã được thay thế" in body and "đo lại phát xạ" in body and f"/verify/{new.code}" in body
    data = client.get(f"/verify/{report.code}.json").get_json()
    assert data["status"] == "replaced" and data["replaced_by"] == {
        "number": "PKQ-2026-0117-01/SĐ1", "code": new.code, "issued_on": "2026-11-16",
    }
    latest = client.get(f"/verify/{new.code}.json").get_json()
    assert (latest["status"], latest["replaces"]) == ("valid", report.number)
    assert [one["status"] for one in latest["versions"]] == ["replaced", "valid"]


@pytest.mark.parametrize(("to", "word"), [("suspended", "Tạm dừng hiệu lực"), ("withdrawn", "Đã thu hồi")])
def test_a_paper_out_of_force_says_so_with_the_public_reason_alone(client, world, report, to, word):
    services.change_status(
        world.people.quality_manager, report, to=to, reason="NCW-2026-003 nội bộ", public_reason="đang kiểm tra máy",
            confirmed=confirmed(world.people.quality_manager)
    )
    facts.commit()
    body = text(client.get(f"/verify/{report.code}"))
    assert word in body and "đang kiểm tra máy" in body and "NCW-2026-003" not in body
    assert client.get(f"/verify/{report.code}.json").get_json()["reason"] == "đang kiểm tra máy"


def test_json_says_the_same(client, report):
    response = client.get(f"/verify/{report.code}.json")
    data = response.get_json()
    assert response.mimetype == "application/json"
    assert (data["number"], data["status"], data["sha256"]) == (report.number, "valid", report.file_sha256)
    assert data["snapshot_sha256"] == report.snapshot_hash
    assert set(data["fields"]) == {"product", "regulations", "signatory"}
    assert "Sao Hôm" not in json.dumps(data, ensure_ascii=False)


def test_unknown_issuing_and_void_get_the_same_answer(client, world):
    waiting = services.issue(world.people.signatory, world.request, not_applicable=facts.NO_DEVIATION,
        confirmed=confirmed(world.people.signatory))
    facts.commit()
    unknown = "-".join([CODE_ALPHABET[:4]] * 4)

    def bare(response, typed):
        return text(response).replace(typed, "?")

    answers = {bare(client.get(f"/verify/{code}"), code) for code in (unknown, waiting.code)}
    numbers = {bare(client.get("/verify", query_string={"q": n}), n) for n in ("PKQ-2026-9999-01", waiting.number)}
    services.give_up(world.people.signatory, waiting, "thử")
    facts.commit()
    answers.add(bare(client.get(f"/verify/{waiting.code}"), waiting.code))
    numbers.add(bare(client.get("/verify", query_string={"q": waiting.number}), waiting.number))
    assert len(answers) == 1 and len(numbers) == 1
    assert client.get(f"/verify/{waiting.code}").status_code == 404
    assert client.get(f"/verify/{waiting.code}.json").get_json()["status"] == "not_found"
    assert "Không tìm thấy" in answers.pop()


@pytest.mark.parametrize("place", range(19))
def test_a_code_with_one_character_changed_finds_nothing(client, report, place):
    if report.code[place] == "-":
        return
    other = next(c for c in CODE_ALPHABET if c != report.code[place])
    changed = report.code[:place] + other + report.code[place + 1 :]
    assert client.get(f"/verify/{changed}").status_code == 404


@pytest.mark.parametrize(
    "typed", ["'; DROP TABLE report; --", "<script>alert(1)</script>", "%", "K7M2", "x" * 5000, "\u0000", "../../etc"]
)
def test_what_is_no_number_is_an_honest_not_found(client, report, typed):
    response = client.get("/verify", query_string={"q": typed})
    assert response.status_code in (200, 404)
    assert "<script>alert" not in text(response)
    assert client.get(f"/verify/{typed[:100].replace('/', '')}").status_code in (200, 404, 308)


def test_who_asks_again_gets_304_until_something_changes(client, world, report):
    for address in (f"/verify/{report.code}", f"/verify/{report.code}.json", f"/verify?q={report.number}", "/verify"):
        first = client.get(address)
        assert first.headers["Cache-Control"] == "public, no-cache"
        tag = first.headers["ETag"]
        again = client.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b""), address
        assert again.headers["ETag"] == tag
    page = client.get(f"/verify/{report.code}").headers["ETag"]
    assert client.get(f"/verify/{report.code}?lang=en").headers["ETag"] != page, "another language is another page"
    services.change_status(world.people.quality_manager, report, to="suspended", reason="x", public_reason="đang kiểm tra",
        confirmed=confirmed(world.people.quality_manager))
    facts.commit()
    assert client.get(f"/verify/{report.code}", headers={"If-None-Match": page}).status_code == 200


def test_a_look_up_costs_three_statements_at_most_and_writes_nothing(client, world, report, statements):
    facts.measured_again(world, world.lines[0], "18.95")
    new = services.amend(world.people.signatory, report, reason="đo lại", confirmed=confirmed(world.people.signatory))
    facts.commit()
    jobs.run_key(services.job_key(new.id))
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    for address in (
        f"/verify/{report.code}", f"/verify/{report.code}.json", "/verify?q=PKQ-2026-0117-01",
        "/verify/2222-2222-2222-2222", "/verify",
    ):
        with statements() as seen:
            client.get(address)
        assert len(seen) <= 3 and not seen.repeated(), f"{address}: {seen}"
        assert all(statement.lstrip().upper().startswith("SELECT") for statement in seen)
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_in_english(client, report):
    assert 'lang="en"' in text(client.get(f"/verify/{report.code}?lang=en"))


def test_one_address_may_not_look_up_without_end(app, frozen_clock, monkeypatch):
    """With counters in memory each worker gives away its share."""
    assert (limits.share(60, 2, "memory://"), limits.share(60, 2, "redis://x"), limits.share(1, 8, "memory://")) == (30, 60, 1)
    import config
    from lab_app import create_app

    here = app.config["LAB"]
    eager = create_app(config.load({
        "LAB_MODE": "local", "LAB_INSTANCE": str(here.instance), "DATABASE_URL": here.database_url, "WEB_WORKERS": "20",
        "SECRET_KEY": "x" * 40, "SECURITY_PASSWORD_SALT": "y" * 40,
    }))
    try:
        assert limits.limiter.enabled
        visitor = eager.test_client()
        answers = [visitor.get("/verify/2222-2222-2222-2222").status_code for _ in range(4)]
        assert answers == [404, 404, 404, 429]
        refused = visitor.get("/verify/2222-2222-2222-2222.json")
        assert refused.status_code in (404, 429)
    finally:
        limits.limiter.enabled = False
        from lab_app.core import gates

        gates.configure(testing=True)


def test_codes_and_numbers_are_read_as_they_were_meant():
    assert rules.as_code("k7m2-94th-3vnc-6qlg") == "K7M2-94TH-3VNC-6QLG"
    assert rules.as_code("K7M2–94TH 3VNC.6QLG") == "K7M2-94TH-3VNC-6QLG"
    assert rules.as_code("K7M2-94TH-3VNC-6QL") is None and rules.as_code("K7M2-94TH-3VNC-6QL0") is None
    assert rules.base_of("PKQ-2026-0117-01/SĐ12") == ("PKQ-2026-0117-01", 12)
    assert rules.first_number("YC-2026-0117", 2) == "PKQ-2026-0117-02"


def test_no_service_of_the_look_up_can_write(client, report):
    """The look-up runs in a transaction that refuses writes: proved by trying."""
    db.session.rollback()
    database.end_writing()
    with pytest.raises(Exception, match="(?i)readonly|read-only"):
        db.session.get_one(Report, report.id).status = "void"
        db.session.flush()
    db.session.rollback()
