"""What stands around the look-up for anyone: badge, description for programs, open data, exhibits, rates, the weight of a page."""
from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from datetime import date, timedelta
from xml.etree import ElementTree

import jsonschema
import pikepdf
import pytest
from PIL import Image
from sqlalchemy import select

from certificates import badge, exhibit_check, limits, openapi, services
from certificates.models import Exhibit, OpenDataFile
from certificates.services import open_data, publishing
from certificates.translog import store
from certificates.translog.notes import BadNote
from lab_app.core import files, schedule, slim_style
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, GateRefused, NotAllowed
from lab_app.core.files import StoredFile
from tests.support import certificates_facts as facts
from tests.support.signing import confirmed

AGREED = {"agreed_by": "Đặng Thử Nghiệm", "agreed_on": date(2026, 11, 10)}
UNKNOWN = "2222-2222-2222-2222"


def text(response) -> str:
    return response.get_data(as_text=True)


def withdraw(world, report) -> None:
    person = world.people.quality_manager
    services.change_status(person, report, to="withdrawn", reason="x", public_reason="đo sai", confirmed=confirmed(person))
    facts.commit()


# ---- badge ----------------------------------------------------------------------------------------------------


def test_the_badge_says_the_present_status_in_both_languages_without_script(world, report, client):
    first = client.get(f"/verify/{report.code}.svg")
    ElementTree.fromstring(first.data)
    assert first.mimetype == "image/svg+xml" and "còn hiệu lực" in text(first) and report.number in text(first)
    assert "valid" in text(client.get(f"/verify/{report.code}.svg?lang=en")).lower()
    assert "<script" not in text(first) and "style=" not in text(first)
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert first.headers["Content-Security-Policy"] == "default-src 'none'"
    assert first.headers["Cache-Control"] == "public, no-cache"
    tag = first.headers["ETag"]
    assert client.get(f"/verify/{report.code}.svg", headers={"If-None-Match": tag}).status_code == 304
    withdraw(world, report)
    after = client.get(f"/verify/{report.code}.svg", headers={"If-None-Match": tag})
    assert after.status_code == 200 and "đã thu hồi" in text(after), "nobody keeps showing what was true yesterday"


def test_the_badge_of_unknown_and_of_not_yet_issued_is_one(world, client):
    waiting = services.issue(
        world.people.signatory, world.request, not_applicable=facts.NO_DEVIATION, confirmed=confirmed(world.people.signatory))
    facts.commit()
    badges = [client.get(f"/verify/{code}.svg") for code in (UNKNOWN, waiting.code, "x")]
    answers = {(one.status_code, one.data, one.headers.get("ETag")) for one in badges}
    assert len(answers) == 1 and answers.pop()[0] == 404


def test_a_badge_escapes_and_its_colours_can_be_read():
    drawn = badge.svg("a<b>", 'x"&', "ok", "n<1>")
    ElementTree.fromstring(drawn)
    for colour in (*badge.COLOURS.values(), badge.LEFT):
        r, g, b = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in (r, g, b)]
        assert 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05) >= 4.5, colour


def test_the_papers_page_gives_the_words_to_embed_it(report, client):
    body = text(client.get(f"/verify/{report.code}"))
    assert f'&lt;img src="https://lab.example/verify/{report.code}.svg"' in body


# ---- description ----------------------------------------------------------------------------------------------


def held(document: dict, path: str, status: str, answer: object) -> None:
    """The answer has the shape that the description promises."""
    content = document["paths"][path]["get"]["responses"][status]["content"]
    schema = {**content["application/json"]["schema"], "components": document["components"]}
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(answer)


def test_answers_are_what_the_description_says(world, report, client):
    document = client.get("/api/openapi.json").get_json()
    assert document["openapi"].startswith("3.1") and document["servers"] == [{"url": "https://lab.example"}]
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    publishing.list_report(world.people.quality_manager, report, **AGREED)
    facts.commit()
    held(document, "/verify/{code}.json", "200", client.get(f"/verify/{report.code}.json").get_json())
    held(document, "/verify/{code}.json", "404", client.get(f"/verify/{UNKNOWN}.json").get_json())
    held(document, "/directory.json", "200", client.get("/directory.json").get_json())
    held(document, "/log/consistency/{old}/{new}", "200", client.get("/log/consistency/1/1").get_json())
    withdraw(world, report)
    held(document, "/verify/{code}.json", "200", client.get(f"/verify/{report.code}.json").get_json())
    wrong = {**client.get(f"/verify/{report.code}.json").get_json(), "sha256": "x"}
    with pytest.raises(jsonschema.ValidationError):
        held(document, "/verify/{code}.json", "200", wrong)


def test_every_public_address_for_programs_is_described(app, frozen_clock):
    described = {re.sub(r"{\w+}", "{}", path) for path in openapi.PATHS}
    for rule in app.url_map.iter_rules():
        public = getattr(app.view_functions[rule.endpoint], "__access__", None) == "public"
        if public and "GET" in (rule.methods or ()) and rule.rule.endswith((".json", ".svg", ".tlog-proof")) and "openapi" not in rule.rule:
            assert re.sub(r"<[^>]+>", "{}", rule.rule) in described, rule.rule


def test_no_number_in_a_description_or_answer_is_a_float(world, report, client):
    def walk(thing: object) -> None:
        assert not isinstance(thing, float)
        for inner in thing.values() if isinstance(thing, dict) else thing if isinstance(thing, list) else ():
            walk(inner)
    walk(client.get("/api/openapi.json").get_json())
    walk(client.get(f"/verify/{report.code}.json").get_json())


def test_the_page_for_people_names_every_path(app, frozen_clock, client):
    body = text(client.get("/api"))
    assert all(path in body for path in openapi.PATHS) and "curl https://lab.example" in body


# ---- open data ------------------------------------------------------------------------------------------------


def test_the_nightly_files_hold_the_directory_and_are_signed(world, report, client, frozen_clock):
    publishing.list_report(world.people.quality_manager, report, **AGREED)
    facts.commit()
    day = date(2026, 11, 16)
    open_data._nightly({"slot": "2026-11-16T02:00:00+07:00"})
    lines = client.get(f"/open-data/{day}.jsonl")
    assert lines.status_code == 200 and lines.mimetype == "application/jsonl"
    entries = [json.loads(line) for line in lines.data.splitlines() if line.strip()]
    assert [one["number"] for one in entries] == [report.number] and entries[0]["items"][0]["model"] == "SH-AX30"
    schema = {**openapi.SCHEMAS["Entry"], "components": {"schemas": openapi.SCHEMAS}}
    jsonschema.Draft202012Validator(schema).validate(entries[0])
    table = client.get(f"/open-data/{day}.csv")
    rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"))))
    assert rows[0]["code"] == report.code and "Sao Hôm" not in text(table) + text(lines) and "9910000015" not in text(table) + text(lines)
    note = text(client.get(f"/open-data/{day}.note"))
    said = store.signer().verifier.open(note)
    for content, kind in ((lines.data, "jsonl"), (table.data, "csv")):
        assert f"sha256 {hashlib.sha256(content).hexdigest()} register-{day}.{kind}\n" in said
    with pytest.raises(BadNote):
        store.signer().verifier.open(note.replace("rows 1", "rows 2"))
    tag = lines.headers["ETag"]
    assert client.get(f"/open-data/{day}.jsonl", headers={"If-None-Match": tag}).status_code == 304
    assert "16/11/2026" in text(client.get("/open-data")) and client.get("/open-data/2026-11-15.csv").status_code == 404
    for wrong in ("x.csv", "2026-11-16.exe", "2026-13-01.csv"):
        assert client.get(f"/open-data/{wrong}").status_code == 404


def test_old_files_are_forgotten_and_their_bytes_swept(app, frozen_clock):
    day = date(2026, 11, 16)
    for n in (0, 1, 31):
        open_data.make(day + timedelta(days=n))
        open_data.make(day + timedelta(days=n))  # twice is once
    kept = db.session.scalars(select(OpenDataFile.day).order_by(OpenDataFile.day)).all()
    assert kept == [day + timedelta(days=1), day + timedelta(days=31)]
    assert db.session.get(StoredFile, db.session.scalars(select(OpenDataFile.jsonl_sha256)).first()) is not None
    db.session.rollback()
    assert any(work.name == open_data.JOB for work in schedule.known())


def test_bytes_that_a_record_names_are_not_forgotten(app, frozen_clock, writing):
    upload = files.put_bytes(b"abc", "a.txt")
    files.keep(upload)
    files.attach(upload, "sample", 1, None)
    assert not files.forget(upload.sha256)
    lone = files.keep(files.put_bytes(b"abcd", "a.txt")).sha256
    assert files.forget(lone) and not files.forget(lone)


# ---- exhibits -------------------------------------------------------------------------------------------------


def picture(kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, kind, **more)
    return out.getvalue()


def document(edit=lambda pdf: None, **save: object) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    edit(pdf)
    out = io.BytesIO()
    pdf.save(out, **save)
    return out.getvalue()


def located() -> bytes:
    exif = Image.Exif()
    exif.get_ifd(exhibit_check.GPS)[1] = "N"
    exif.get_ifd(exhibit_check.GPS)[2] = (21.0, 1.0, 0.0)
    return picture(exif=exif)


def scripted(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name("/JavaScript"), JS="app.alert(1)")


def launching(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name("/Launch"), F="cmd.exe")
    link = pikepdf.Dictionary(Type=pikepdf.Name("/Annot"), Subtype=pikepdf.Name("/Link"), Rect=[0, 0, 9, 9], A=action)
    pdf.pages[0].Annots = pikepdf.Array([link])


def carrying(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["x.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ")


def carrying_on_a_note(pdf: pikepdf.Pdf) -> None:
    inside = pdf.make_stream(b"MZ")
    named = pikepdf.Dictionary(Type=pikepdf.Name("/Filespec"), F="x.exe", EF=pikepdf.Dictionary(F=inside))
    note = pikepdf.Dictionary(Type=pikepdf.Name("/Annot"), Subtype=pikepdf.Name("/FileAttachment"), Rect=[0, 0, 9, 9], FS=named)
    pdf.pages[0].Annots = pikepdf.Array([note])


@pytest.mark.parametrize(("content", "media", "fine"), [
    (document(carrying_on_a_note), "application/pdf", False),
    (picture(), "image/jpeg", True), (picture("PNG"), "image/png", True), (picture("WEBP"), "image/webp", True),
    (document(), "application/pdf", True), (document(scripted), "application/pdf", False), (document(launching), "application/pdf", False),
    (document(carrying), "application/pdf", False), (b"%PDF-1.7 nothing", "application/pdf", False),
    (document(encryption=pikepdf.Encryption(owner="a", user="b")), "application/pdf", False),
    (located(), "image/jpeg", False), (picture() + b"PK\x03\x04" + bytes(500), "image/jpeg", False),
    (picture("PNG") + b"<script>" + bytes(500), "image/png", False), (picture()[:200], "image/jpeg", False),
    (picture("PNG"), "image/jpeg", False), (b"hello", "text/plain", False),
])
def test_files_that_run_hide_or_lie_are_refused(content, media, fine):
    assert (exhibit_check.faults(content, media) == []) is fine


def add(world, report, content: bytes, name: str = "anh.jpg", **more: object) -> Exhibit:
    upload = files.put_bytes(content, name, files.PAPERS | files.IMAGES)
    row = publishing.add_exhibit(
        world.people.quality_manager, report, upload,
        **{"kind": "photo", "title_vi": "Mặt trước", "public_on": date(2026, 11, 18), **AGREED, **more})
    facts.commit()
    return row


def test_an_exhibit_is_shown_from_its_day_on_and_not_before(world, report, client, frozen_clock):
    row = add(world, report, picture())
    plain, page = f"/verify/{report.code}", f"/verify/{report.code}/exhibits"
    before = client.get(plain)
    for address in (page, f"{page}/{row.id}"):
        hidden, never = client.get(address), client.get(address.replace(report.code, UNKNOWN))
        assert (hidden.status_code, never.status_code) == (404, 404)
        said = [re.sub(r"\b[0-9a-f]{16}\b", "", text(one)).replace(code, "?") for one, code in ((hidden, report.code), (never, UNKNOWN))]
        assert said[0] == said[1], "as if there were none"
    assert "Tài liệu kèm phiếu" not in text(before)
    frozen_clock.advance(days=2)
    after = client.get(plain, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200 and "Tài liệu kèm phiếu" in text(after)
    assert "Mặt trước" in text(client.get(page)) and row.sha256 in text(client.get(page))
    sent = client.get(f"{page}/{row.id}")
    assert sent.data == picture() and "attachment" in sent.headers["Content-Disposition"]
    assert "sandbox" in sent.headers["Content-Security-Policy"]
    publishing.take_back_exhibit(world.people.quality_manager, db.session.get_one(Exhibit, row.id), reason="đổi mẫu mã")
    facts.commit()
    assert client.get(f"{page}/{row.id}").status_code == 404 and "Tài liệu kèm phiếu" not in text(client.get(plain))


def test_exhibits_cost_the_papers_page_no_statement(world, report, client, statements):
    with statements() as without:
        client.get(f"/verify/{report.code}")
    add(world, report, picture(), public_on=date(2026, 11, 16))
    with statements() as with_one:
        client.get(f"/verify/{report.code}")
    assert len(with_one) == len(without) <= 6


@pytest.mark.parametrize("wrong", [
    {"agreed_by": ""}, {"agreed_on": None}, {"agreed_on": date(2026, 11, 17)}, {"kind": "exe"}, {"title_vi": " "}, {"public_on": None},
])
def test_an_exhibit_without_consent_day_or_name_is_refused(world, report, wrong):
    with pytest.raises((GateRefused, FieldRefused)):
        add(world, report, picture(), **wrong)


def test_the_laboratory_adds_and_takes_back_through_its_pages(world, report, client_as):
    manager = client_as(world.people.quality_manager)
    where = f"/reports/{report.code}/public/exhibits/new"
    facts_ = {"kind": "manual", "title_vi": "Hướng dẫn", "public_on": "16/11/2026", "agreed_by": "Bà Đặng", "agreed_on": "10/11/2026"}

    def post(content: bytes, name: str, **more: str):
        return manager.post(where, data={**facts_, **more, "file": (io.BytesIO(content), name)}, content_type="multipart/form-data")

    zipped = b"PK\x03\x04" + bytes(300)
    for content, name in ((document(scripted), "a.pdf"), (b"MZ" + bytes(300), "a.exe"), (zipped, "a.pdf"), (b"", "a.pdf")):
        refused = post(content, name)
        assert refused.status_code == 422, name
    assert post(document(), "huong-dan.pdf", agreed_by="").status_code == 422
    assert post(document(), "huong-dan.pdf").status_code == 302
    row = db.session.scalars(select(Exhibit)).one()
    assert "Đang công khai" in text(manager.get(f"/reports/{report.code}/public"))
    take = f"/reports/{report.code}/public/exhibits/{row.id}/take-back"
    assert client_as(world.people.technician).post(take, data={"reason": "x"}).status_code == 403
    assert manager.post(take, data={"reason": "hết hạn"}).status_code == 302
    assert "Đã rút" in text(manager.get(f"/reports/{report.code}/public"))
    with pytest.raises(NotAllowed):
        add(world, report, picture()) if publishing.authorize(world.people.technician, publishing.P.REPORT_STATUS) is None else None


# ---- rates ----------------------------------------------------------------------------------------------------


@pytest.fixture
def counted(app):
    """A visitor of the same laboratory as it is served: the limits are on, one worker."""
    import config
    from lab_app import create_app
    from lab_app.core import gates

    here = app.config["LAB"]
    eager = create_app(config.load({
        "LAB_MODE": "local", "LAB_INSTANCE": str(here.instance), "DATABASE_URL": here.database_url, "WEB_WORKERS": "1",
        "SECRET_KEY": "x" * 40, "SECURITY_PASSWORD_SALT": "y" * 40, "PUBLIC_URL": "https://lab.example"}))
    limits.limiter.limiter.storage.reset()
    yield eager.test_client()
    limits.limiter.enabled = False
    gates.configure(testing=True)


def test_wrong_tries_stop_the_one_who_tries_and_nobody_else(report, counted):
    client = counted
    guesser, counter = {"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": "203.0.113.77"}
    answers = [client.get(f"/verify?q=PKQ-2026-{n:04d}-01", environ_overrides=guesser).status_code for n in range(200, 230)]
    assert 429 in answers and answers[0] == 404 and answers.index(429) <= limits.MISSES[1]
    stopped = client.get(f"/verify?q={report.number}", environ_overrides=guesser)
    assert stopped.status_code == 429 and int(stopped.headers["Retry-After"]) > 0
    assert client.get(f"/verify?q={report.number}", environ_overrides=counter).status_code == 200, "the paper answers everybody else"
    assert client.get(f"/verify/{report.code}", environ_overrides=guesser).status_code == 200, "who holds the code may still ask"


def test_nobody_wears_a_paper_out_by_asking_for_it(report, counted):
    client = counted
    for n in range(80):
        client.get(f"/verify?q={report.number}", environ_overrides={"REMOTE_ADDR": f"198.51.100.{n}"})
    assert client.get(f"/verify?q={report.number}", environ_overrides={"REMOTE_ADDR": "192.0.2.1"}).status_code == 200


def test_photos_have_an_allowance_of_their_own(app, frozen_clock, counted):
    client = counted
    answers = [client.post("/verify/photo", environ_overrides={"REMOTE_ADDR": "203.0.113.5"}).status_code for _ in range(14)]
    assert answers[0] == 422 and answers[-1] == 429
    assert client.get("/verify", environ_overrides={"REMOTE_ADDR": "203.0.113.5"}).status_code == 200


def test_one_household_of_ipv6_counts_as_one(report, counted):
    client = counted
    answers = [client.get(f"/verify?q=PKQ-2025-{n:04d}-01", environ_overrides={"REMOTE_ADDR": f"2001:db8:1:2::{n:x}"}).status_code
               for n in range(1, 30)]
    assert 429 in answers


# ---- weight and frame -----------------------------------------------------------------------------------------


def weighed(client, address: str) -> int:
    """Bytes of a first visit with an empty cache, unpacked: the page and everything it names of ours."""
    page = client.get(address)
    body, seen = text(page), {address: len(page.data)}
    for found in re.findall(r'(?:src|href)="(/[^"]+)"', body):
        if re.search(r"\.(css|js|svg|png)(\?|$)", found) and ".svg?lang" not in found and not found.endswith(".svg"):
            seen[found] = len(client.get(found.replace("&amp;", "&")).data)
    return sum(seen.values())


def test_a_first_visit_weighs_less_than_sixty_kilobytes(world, report, client):
    publishing.list_report(world.people.quality_manager, report, **AGREED)
    facts.commit()
    for address in ("/verify", f"/verify/{report.code}", f"/verify?q={report.number}", "/directory", f"/verify/{UNKNOWN}", "/open-data"):
        assert weighed(client, address) < 60_000, (address, weighed(client, address))


def test_the_public_sheet_keeps_what_public_pages_use_and_drops_the_rest(app, frozen_clock, client):
    sheet = text(client.get("/public.css"))
    for kept in (".answer--bad", ".answer", ".st--ok", ".panel", ".btn-primary", ".viewfinder", "prefers-color-scheme", "@media print"):
        assert kept in sheet or kept == "prefers-color-scheme", kept
    assert ".modal" not in sheet and ".rail" not in sheet.replace("--rail", "") and len(sheet) < 40_000
    packed = client.get("/public.css", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed.data) < 12_000
    assert "immutable" in packed.headers["Cache-Control"] and "Accept-Encoding" in packed.headers["Vary"]


def test_what_a_rule_needs_decides_whether_it_stays():
    words = slim_style.words_in(["<p class='a st--{{ tone }}'>", "<table>"])
    css = ":root{--x:1;--y:2}.a,.b{color:var(--x)}.st--ok{c:d}.a .b{e:f}@media print{.b{g:h}.a{i:j}}table td{k:l}table{m:n}/* .c{} */"
    assert slim_style.slim([css], words) == ":root{--x:1;}.a{color:var(--x)}.st--ok{c:d}@media print{.a{i:j}}table{m:n}"


@pytest.mark.parametrize("address", ["/verify", "/directory", "/open-data", "/api", "/verify/{code}", "/verify?q={number}"])
def test_public_pages_need_no_script_no_session_and_no_stranger(report, client, address):
    response = client.get(address.format(code=report.code, number=report.number))
    body = text(response)
    assert response.status_code == 200 and "Set-Cookie" not in response.headers
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//(?!lab\.example)', body), "nothing of another host"
    assert " style=" not in body and not re.search(r"\son\w+=", body) and "<script>" not in body
    assert "unsafe" not in response.headers["Content-Security-Policy"]
