"""Files meant to hurt or to fool: another laboratory's, bombs, enormous ones, ones that ask about a paper kept to its code."""
from __future__ import annotations

import io
import json
import resource
import time
import zlib
from functools import cache

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from certificates import pdf_limits
from certificates.certverify import check
from certificates.signing import apart, checking
from certificates.translog import store
from lab_app.core import files
from tests.support import certificates_facts as facts

MOST = 400 * 1024 * 1024


def drop(client, content: bytes, name: str = "phieu.pdf"):
    answer = client.post("/verify/file", data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")
    return answer.status_code, answer.get_data(as_text=True)


@cache
def packed(megabytes: int) -> bytes:
    """So many megabytes of nothing, packed to a thousandth."""
    press, block = zlib.compressobj(9), bytes(1 << 20)
    return b"".join([*(press.compress(block) for _ in range(megabytes)), press.flush()])


def elsewhere() -> bytes:
    """A paper of another laboratory."""
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(90, 700, "PKQ-2026-0117-01 Another Laboratory, test report")
    canvas.save()
    return out.getvalue()


def attached(body: bytes, **how: object) -> bytes:
    """A PDF that carries source data of this name."""
    with pikepdf.open(io.BytesIO(elsewhere())) as document:
        document.attachments["snapshot.json"] = pikepdf.AttachedFileSpec(document, b"x")
        document.attachments["snapshot.json"].get_file().obj.write(body, **how)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def bomb() -> bytes:
    return attached(packed(1_000), filter=pikepdf.Name("/FlateDecode"))


def bomb_of_references() -> bytes:
    """The table of references itself unpacks to a gigabyte."""
    raw = packed(1_000)
    head = b"1 0 obj\n<< /Type /XRef /W [1 4 2] /Size 5 /Root 2 0 R /Filter /FlateDecode /Length %d >>\nstream\n" % len(raw)
    rest = b"2 0 obj\n<< /Type /Catalog /Pages 3 0 R >>\nendobj\n3 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj\nstartxref\n9\n"
    return b"%PDF-1.5\n" + head + raw + b"\nendstream\nendobj\n" + rest + b"%" + b"%EOF"


def other_packing() -> bytes:
    return elsewhere() + b"\n9 0 obj << /Filter /LZ#57Decode /Length 0 >> stream\n\nendstream endobj\n"


@pytest.mark.parametrize(("content", "says"), [
    (elsewhere(), "Không phải tệp do phòng thử nghiệm này phát hành"), (bomb, "Không phải tệp do phòng thử nghiệm này phát hành"),
    (bomb_of_references, "Không phải tệp PDF"), (other_packing(), "Không phải tệp do phòng thử nghiệm này phát hành"),
    (b"PK\x03\x04" + bytes(300), "Không phải tệp PDF"), (b"%PDF-1.7\n" + b"[" * 100_000, "Không phải tệp PDF"),
    (attached(b'{"number":' + b"[" * 50_000), "Không phải tệp do phòng thử nghiệm này phát hành"),
])
def test_what_is_not_ours_is_said_so_and_costs_little(app, frozen_clock, client, content, says):
    content = content() if callable(content) else content
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    status, body = drop(client, content)
    assert status == 200 and says in body
    assert time.process_time() - begun < 5
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MOST, "unpacked without bound"


def test_a_bomb_does_not_stop_the_checker_without_network(app, frozen_clock):
    key = store.signer().verifier
    for content in (bomb(), bomb_of_references(), other_packing()):
        assert check(content, key).wrong


def test_two_hundred_megabytes_are_refused_before_they_are_read(app, frozen_clock, client):
    class Endless(io.RawIOBase):
        given = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:
            self.given += len(buffer)
            return len(buffer)

    body = Endless()
    answer = client.post(
        "/verify/file", content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input": io.BufferedReader(body), "CONTENT_LENGTH": str(200 * 1024 * 1024)})
    assert answer.status_code == 413 and body.given < 1024 * 1024


def test_a_forged_file_learns_nothing_of_a_paper_kept_to_its_code(app, frozen_clock, client):
    world = facts.ready_request(public_fields=["product", "code_only"])
    report = facts.issued(world)
    forged = attached(json.dumps({"number": report.number, "verify_url": "https://lab.example/verify/x"}).encode())
    unknown = attached(json.dumps({"number": "PKQ-2026-9999-01", "verify_url": "https://lab.example/verify/x"}).encode())
    for content in (forged, unknown):
        body = drop(client, content)[1]
        assert "Không phải tệp do phòng thử nghiệm này phát hành" in body and report.number not in body
    assert report.number in drop(client, files.read(report.file_sha256))[1], "who has the paper itself may ask"


def test_names_with_escapes_are_read():
    assert pdf_limits.unbounded(b"/#4c#5AWDecode") and pdf_limits.unbounded(b"/LZWDecode") and not pdf_limits.unbounded(b"/FlateDecode#4")


def with_table_that_unpacks(paper: bytes) -> bytes:
    """A true paper with one more revision behind it, whose table of references is a bomb."""
    body = packed(1_000)
    start = len(paper)
    head = b"9000 0 obj\n<< /Type /XRef /Size 1 /W [1 1 1] /Filter /FlateDecode /Length %d >>\nstream\n" % len(body)
    return b"".join([paper, head, body, b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start])


def test_the_signature_of_a_file_that_is_not_ours_is_judged_apart_and_within_bounds(report):
    paper = files.path_of(report.file_sha256).read_bytes()
    assert apart.check_apart(paper) == checking.check(paper) and checking.check(paper).good
    hurting, before = with_table_that_unpacks(paper), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert apart.check_apart(hurting).verdict == checking.ALTERED
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < MOST
