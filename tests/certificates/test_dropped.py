"""A file that somebody brings: right, appended to, saved anew, forged, locked, foreign, or no PDF at all."""
import io
import json

import pikepdf
import pytest
from sqlalchemy import func, select

from certificates import services
from lab_app.core import files
from lab_app.core.audit import AuditEntry
from lab_app.core.db import db
from lab_app.core.files import StoredFile
from tests.support.signing import confirmed


@pytest.fixture
def pdf(report):
    return files.read(report.file_sha256)


def drop(client, content, name="phieu.pdf"):
    answer = client.post("/verify/file", data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")
    return answer.status_code, answer.get_data(as_text=True)


def edited(pdf, edit, **how):
    with pikepdf.open(io.BytesIO(pdf)) as document:
        edit(document)
        out = io.BytesIO()
        document.save(out, **how)
    return out.getvalue()


def test_the_issued_file_is_named_with_its_status(world, report, pdf, client):
    status, body = drop(client, pdf)
    assert status == 200 and "Đúng tệp đã phát hành" in body and report.number in body and f"/verify/{report.code}" in body
    services.change_status(world.people.signatory, report, to="withdrawn", reason="sai", public_reason="Sai mẫu",
        confirmed=confirmed(world.people.signatory))
    db.session.commit()
    assert "Đã thu hồi" in drop(client, pdf)[1]


def incremental(pdf):
    """An edit that leaves the issued bytes as they are and adds a page's new content after them."""
    return pdf + b"\n9999 0 obj\n<< /Type /Note >>\nendobj\n%%EOF\n"


@pytest.mark.parametrize(("change", "says"), [
    (lambda pdf: pdf + b"junk", "Tệp đã bị thêm vào sau khi phát hành"),
    (incremental, "Tệp đã bị thêm vào sau khi phát hành"),
    (lambda pdf: edited(pdf, lambda document: None), "Tệp đã bị lưu lại hoặc sửa"),
    (lambda pdf: edited(pdf, lambda document: document.pages.append(document.pages[0])), "Tệp đã bị lưu lại hoặc sửa"),
    (lambda pdf: edited(pdf, lambda d: None, encryption=pikepdf.Encryption(owner="a", user="b")), "Tệp bị khóa bằng mật khẩu"),
    (lambda pdf: edited(pdf, lambda d: d.attachments.__delitem__("snapshot.json")), "Không phải tệp do phòng thử nghiệm này phát hành"),
    (lambda pdf: b"PK\x03\x04" + pdf[:50], "Không phải tệp PDF"),
    (lambda pdf: b"%PDF-1.7\nnothing", "Không phải tệp PDF"),
])
def test_what_happened_to_a_file_is_said(report, pdf, client, change, says):
    status, body = drop(client, change(pdf))
    assert status == 200 and says in body and "Đúng tệp đã phát hành" not in body


def test_forged_source_data_is_found_out(report, pdf, client):
    def forge(document):
        said = json.loads(document.attachments["snapshot.json"].get_file().read_bytes())
        said["conclusion"]["verdict"] = "pass"
        document.attachments["snapshot.json"] = pikepdf.AttachedFileSpec(document, json.dumps(said).encode())
    assert "Dữ liệu gốc trong tệp đã bị sửa" in drop(client, edited(pdf, forge))[1]

    def elsewhere(document):
        document.attachments["snapshot.json"] = pikepdf.AttachedFileSpec(
            document, json.dumps({"number": report.number, "verify_url": "https://khac.example/verify/x"}).encode())
    body = drop(client, edited(pdf, elsewhere))[1]
    assert "Không phải tệp do phòng thử nghiệm này" in body and report.number not in body


def test_nothing_is_kept_and_nothing_written(report, pdf, client):
    db.session.rollback()
    before = [db.session.scalar(select(func.count()).select_from(table)) for table in (StoredFile, AuditEntry)]
    db.session.rollback()
    drop(client, pdf + b"x")
    db.session.rollback()
    assert before == [db.session.scalar(select(func.count()).select_from(table)) for table in (StoredFile, AuditEntry)]


def test_no_file_and_too_large_a_file(app, report, client, monkeypatch):
    assert drop(client, b"")[0] == 422
    assert client.post("/verify/file").status_code == 422
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    assert drop(client, b"%PDF-" + bytes(2000))[0] == 413
    assert "Kiểm tệp PDF" in client.get("/verify").get_data(as_text=True)
