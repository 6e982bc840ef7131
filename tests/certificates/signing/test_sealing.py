"""The signature: accepted by pyHanko's own command line and by OpenSSL, PDF/A-safe, and every attack on the file named."""
from __future__ import annotations

import io
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import pdfa
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.signing import checking, keys, sealing, stamp, typeface
from tests.certificates.signing.conftest import MOMENT, PLACE
from tests.support import signing_key


def test_it_holds_for_the_whole_file(signed):
    found = checking.check(signed.pdf, signing_key.made()[1].fingerprint)
    assert (found.verdict, found.level, found.covers_all, found.stamped_at) == (checking.HOLDS, "B-B", True, None)
    assert found.identity == signing_key.made()[1] and found.signed_at == MOMENT
    assert signed.pdf.startswith(signed.unsigned)


def test_another_certificate_is_told(signed):
    assert checking.check(signed.pdf, "0" * 64).verdict == checking.FOREIGN


def test_the_command_line_of_pyhanko_accepts_it(signed, tmp_path):
    file, root = tmp_path / "a.pdf", tmp_path / "root.pem"
    file.write_bytes(signed.pdf)
    root.write_text(signing_key.made()[1].pem)
    pytest.importorskip("pyhanko.cli", reason="PYHANKO'S COMMAND LINE IS NOT INSTALLED (pyhanko-cli): its verdict is not compared")
    done = subprocess.run(
        [sys.executable, "-m", "pyhanko", "sign", "validate", "--trust", str(root), "--no-revocation-check", "--pretty-print",
         str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "The signature is judged VALID." in done.stdout, done.stdout + done.stderr
    assert "covers the entire file" in done.stdout


def test_openssl_accepts_it(signed, tmp_path):
    signature = PdfFileReader(io.BytesIO(signed.pdf)).embedded_regular_signatures[0]
    start, length, second, rest = (int(part) for part in signature.byte_range)
    covered, cms, root = tmp_path / "covered", tmp_path / "cms.der", tmp_path / "root.pem"
    covered.write_bytes(signed.pdf[start:start + length] + signed.pdf[second:second + rest])
    cms.write_bytes(bytes(signature.pkcs7_content))
    root.write_text(signing_key.made()[1].pem)
    done = subprocess.run(
        ["openssl", "cms", "-verify", "-inform", "DER", "-in", str(cms), "-binary", "-content", str(covered), "-CAfile", str(root),
         "-purpose", "any", "-attime", str(int(MOMENT.timestamp())), "-out", "/dev/null"], capture_output=True, text=True, check=False)
    assert "successful" in done.stderr, done.stderr
    covered.write_bytes(covered.read_bytes()[:-1] + b"x")
    done = subprocess.run(
        ["openssl", "cms", "-verify", "-inform", "DER", "-in", str(cms), "-binary", "-content", str(covered), "-CAfile", str(root),
         "-purpose", "any", "-out", "/dev/null"], capture_output=True, text=True, check=False)
    assert done.returncode != 0


def flattened(pdf: bytes) -> bytes:
    """The signed file as the checker of PDF/A can read it: the stamp's appearance among the page's content, the form taken out."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in document.pages:
            for note in list(page.obj.get("/Annots", [])):
                if note.get("/FT") == "/Sig" and "/AP" in note:
                    page.obj.Resources.XObject = page.obj.Resources.get("/XObject", pikepdf.Dictionary())
                    page.obj.Resources.XObject.Stamp = note.AP.N
                    left, bottom = note.Rect[0], note.Rect[1]
                    page.contents_add(f"q 1 0 0 1 {left} {bottom} cm /Stamp Do Q".encode())
            kept = [note for note in page.obj.get("/Annots", []) if note.get("/FT") != "/Sig"]
            page.obj.Annots = pikepdf.Array(kept)
        for name in ("/AcroForm", "/Perms", "/Extensions"):
            if name in document.Root:
                del document.Root[name]
        out = io.BytesIO()
        document.save(out, deterministic_id=True)
    return out.getvalue()


def test_the_increment_is_pdf_a(signed):
    report = pdfa.validate_written(io.BytesIO(flattened(signed.pdf)), "3b")
    assert report.passed, report.findings
    with pikepdf.open(io.BytesIO(signed.pdf)) as now, pikepdf.open(io.BytesIO(signed.unsigned)) as before:
        assert str(now.Root.get("/Version", "/1.7")) <= "/1.7" and now.pdf_version <= "1.7"
        assert now.Root.Metadata.read_bytes() == before.Root.Metadata.read_bytes()
        assert dict(now.docinfo) == dict(before.docinfo), "what the file says of itself is the record's"
        field = now.Root.AcroForm.Fields[0]
        assert field.F == 132 and "/AP" in field and "chữ ký số" in str(field.TU).lower()
        assert now.Root.Perms.DocMDP.Reference[0].TransformParams.P == 2


def test_a_face_at_its_own_units_would_not_pass(archived, ways, said, monkeypatch):
    """The guard of the test above: the same stamp with Roboto's own 2048 units to the em."""
    typeface.face.cache_clear()
    monkeypatch.setattr("fontTools.ttLib.scaleUpem.scale_upem", lambda font, em: None)
    wrong = sealing.seal(archived, keys.load(ways), moment=MOMENT, said=said).content
    typeface.face.cache_clear()
    assert not pdfa.validate_written(io.BytesIO(flattened(wrong)), "3b").passed


def test_the_stamp_is_read_whole(signed, said):
    document = pypdfium2.PdfDocument(flattened(signed.pdf))
    text = " ".join(document[PLACE.page].get_textpage().get_text_range().split())
    for line in said.words.lines:
        assert line in text, (line, text[-900:])
    assert "Chứng thư do phòng tự tạo" in text


def test_a_paper_without_a_field_is_signed_unseen(archived, ways, said):
    unseen = sealing.Statement(said.reason, said.location, said.contact, said.words, None)
    made = sealing.seal(archived, keys.load(ways), moment=MOMENT, said=unseen)
    assert checking.check(made.content).good and len(made.content) - len(archived) < 15_000
    assert pdfa.validate_written(io.BytesIO(flattened(made.content)), "3b").passed


@pytest.mark.parametrize("name", ["Ý" * 60, "Nguyễn " * 40, "x" * 400, "Trung tâm"])
def test_no_name_is_ever_cut(name):
    identity = signing_key.made()[1]
    words = stamp.words_of(
        identity, laboratory=name.strip(), signatory=name.strip(), office="", moment="16/11/2026 09:00:00", register="lab.example/verify")
    strong = typeface.face(stamp.STRONG, typeface.ALWAYS | frozenset(words.lines[0]))
    plain = typeface.face(stamp.REGULAR, typeface.ALWAYS | frozenset("".join(words.lines[1:])))
    size, lines = stamp.fitted(words.lines, strong, plain, 215.0, 68.0)
    assert "".join(text for text, _face in lines).replace(" ", "") == "".join(words.lines).replace(" ", "")
    assert all(face.width(text, size) <= 215.0 for text, face in lines)
    assert len(lines) * size * stamp.LEADING <= 68.0 or size == stamp.SMALLEST


def test_a_character_the_stamp_cannot_draw_is_refused():
    with pytest.raises(KeyError, match="no glyph"):
        typeface.face(stamp.REGULAR, frozenset("漢"))


# ---- attacks -----------------------------------------------------------------------------------------------


def with_edit(pdf: bytes, page: int = 0) -> bytes:
    """A rectangle drawn over a page in an update: poppler's pdfsig still calls the signature valid."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.add_stream_to_page(page, writer.add_object(generic.StreamObject(stream_data=b"1 g 0 0 300 300 re f")))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def saved_anew(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def flipped(pdf: bytes) -> bytes:
    changed = bytearray(pdf)
    changed[len(pdf) // 3] ^= 1
    return bytes(changed)


def with_false_end(pdf: bytes) -> bytes:
    last = re.findall(rb"startxref\s+(\d+)", pdf)[-1]
    return pdf + b"more\nstartxref\n" + last + b"\n%%EOF\n"


ATTACKS: dict[str, tuple[Any, str]] = {
    "an edit appended": (with_edit, checking.APPENDED),
    "junk after the end": (lambda pdf: pdf + b"junk", checking.APPENDED),
    "a comment after the end": (lambda pdf: pdf + b"\n% a note\n", checking.APPENDED),
    "junk with an end of its own": (with_false_end, checking.APPENDED),
    "an end that leads nowhere": (lambda pdf: pdf + b"\nstartxref\n1\n%%EOF\n", checking.ALTERED),
    "one bit": (flipped, checking.ALTERED),
    "saved anew": (saved_anew, checking.ALTERED),
    "cut short": (lambda pdf: pdf[:-2000], checking.NONE),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_named(signed, name):
    attack, verdict = ATTACKS[name]
    found = checking.check(attack(signed.pdf))
    assert found.verdict == verdict and not found.good and found.why, found


def test_what_carries_no_signature(signed):
    for content in (b"", b"hello", b"%PDF-1.7\n", b"PK\x03\x04" * 100, signed.unsigned):
        assert checking.check(content).verdict == checking.NONE


def test_poppler_still_calls_the_edit_valid(signed, tmp_path):
    """Why the answer is not left to readers of PDF."""
    file = Path(tmp_path / "edited.pdf")
    file.write_bytes(with_edit(signed.pdf))
    try:
        said = subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        pytest.skip("PDFSIG IS NOT INSTALLED (poppler-utils): the comparison is not made")
    assert "Signature is Valid" in said


def test_the_certificate_is_judged_at_its_own_time(ways, archived, said):
    old = sealing.seal(archived, keys.load(ways), moment=datetime(2021, 1, 1, tzinfo=UTC), said=said)
    assert checking.check(old.content).good, "a paper outlives the certificate it was signed with"
    early = sealing.seal(archived, keys.load(ways), moment=datetime(2001, 1, 1, tzinfo=UTC), said=said)
    assert not checking.check(early.content).good
