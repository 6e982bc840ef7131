"""The proof on page 1: read from the drawn page, checked without network, and every way to forge one."""
import contextlib
import dataclasses
import io
import json
import subprocess
import sys
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from certificates import certverify, offline, services
from certificates.translog import store
from certificates.translog.notes import Signer
from lab_app.core import files
from lab_app.core.db import db
from tests.support.signing import confirmed

SIGNER = Signer("tra-cuu.example/log", bytes(range(32)))
CLAIMS = offline.Claims("tra-cuu.example", "PKQ-2026-0117-01", "2026-09-22", "pass", bytes(range(32)))
ROOT = Path(__file__).resolve().parents[2]


def paper(report) -> bytes:
    return files.read(report.file_sha256)


@given(st.builds(offline.Claims, *[st.text(max_size=30)] * 4, st.binary(min_size=32, max_size=32)))
def test_what_is_signed_is_read_again(claims):
    address = offline.address(claims, SIGNER, "https://tra-cuu.example")
    assert offline.verified(offline.payload_of(address), SIGNER.verifier) == claims
    assert address == address.upper() and offline.address(claims, SIGNER, "https://tra-cuu.example") == address


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_no_changed_byte_says_something_else(place, change):
    raw = bytearray(offline.signed(CLAIMS, SIGNER))
    raw[place % len(raw)] ^= change
    with contextlib.suppress(offline.BadOffline):
        assert offline.verified(bytes(raw), SIGNER.verifier) == CLAIMS  # a change of what carries, not of what is said


@pytest.mark.parametrize("text", ["", "x", "HTTPS://A/V/", "HTTPS://A/V/1189", "HTTPS://A/V/" + "A" * 3000, "/V/MFRGG"])
def test_what_is_no_proof(text):
    with pytest.raises(offline.BadOffline):
        offline.read(offline.payload_of(text))


def test_another_laboratorys_proof_is_not_ours():
    other = Signer("khac.example/log", bytes(32))
    with pytest.raises(offline.BadOffline, match="another key"):
        offline.verified(offline.signed(CLAIMS, other), SIGNER.verifier)


@pytest.mark.parametrize("dpi", [150, 300])
def test_both_symbols_are_read_from_the_page(report, dpi):
    page = pypdfium2.PdfDocument(paper(report))[0]
    found = {code.text for code in zxingcpp.read_barcodes(page.render(scale=dpi / 72).to_pil())}
    signed = next(text for text in found if "/V/" in text)
    claims = offline.verified(offline.payload_of(signed), store.signer().verifier)
    assert claims.number == report.number and claims.snapshot.hex() == report.snapshot_hash
    assert any(text.endswith(f"/verify/{report.code}") for text in found)


def test_a_phone_opens_what_was_signed(report, client):
    body = client.get("/V/" + report.offline.rpartition("/V/")[2]).get_data(as_text=True)
    assert "Chữ ký đúng" in body and report.number in body and report.snapshot_hash in body
    forged = client.get("/V/" + report.offline.rpartition("/V/")[2][:-8] + "AAAAAAAA")
    assert forged.status_code == 404 and "Chữ ký không đúng" in forged.get_data(as_text=True)
    assert client.get("/V/QQQ").status_code == 404


def test_the_stranger_checks_the_file_alone(report, client):
    proof = client.get(f"/verify/{report.code}.tlog-proof").get_data(as_text=True)
    found = certverify.check(paper(report), store.signer().verifier, log_proof=proof)
    assert found.wrong == [] and len(found.said) == 7 and "byte for byte" in found.said[-1]
    assert any("digital signature holds for the whole file: PAdES B-B" in line for line in found.said)


def _edited(pdf: bytes, edit) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        edit(document)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


def _other_data(document):
    said = json.loads(document.attachments["snapshot.json"].get_file().read_bytes())
    said["number"] = "PKQ-2026-9999-01"
    document.attachments["snapshot.json"] = pikepdf.AttachedFileSpec(document, json.dumps(said).encode())


def _stripped(document):
    del document.attachments["snapshot.json"]


def test_an_altered_file_is_named_as_such(report, client):
    key, proof = store.signer().verifier, client.get(f"/verify/{report.code}.tlog-proof").get_data(as_text=True)
    resaved = certverify.check(_edited(paper(report), lambda document: None), key, log_proof=proof)
    assert resaved.wrong == [
        "the digital signature does not hold: the signed bytes are not what was signed",
        "the file is not byte for byte the one that was issued"]
    assert "not what was signed" in certverify.check(_edited(paper(report), _other_data), key).wrong[0]
    assert "no source data" in certverify.check(_edited(paper(report), _stripped), key).wrong[0]
    assert "not a readable PDF" in certverify.check(b"PK\x03\x04", key).wrong[0]
    other = Signer("khac.example/log", bytes(32)).verifier
    assert "another key" in certverify.check(paper(report), other).wrong[0]


def test_a_withdrawn_paper_says_so(world, report, client):
    services.change_status(world.people.signatory, report, to="withdrawn", reason="sai", public_reason="Sai mẫu",
        confirmed=confirmed(world.people.signatory))
    db.session.commit()
    proof = client.get(f"/verify/{report.code}.tlog-proof").get_data(as_text=True)
    assert certverify.check(paper(report), store.signer().verifier, log_proof=proof).wrong == ["the paper is not in force: withdrawn"]


def test_the_symbol_of_another_paper_does_not_pass(report):
    claims = offline.verified(offline.payload_of(report.offline), store.signer().verifier)
    for change in ({"number": "PKQ-1"}, {"verdict": "fail"}, {"issued_on": "2020-01-01"}):
        address = offline.address(dataclasses.replace(claims, **change), store.signer(), "https://a.example")
        assert "says another" in certverify.check(paper(report), store.signer().verifier, symbol=address).wrong[0]


def test_the_command_runs_without_the_application(report, client, tmp_path):
    file, proof = tmp_path / "phieu.pdf", tmp_path / "phieu.tlog-proof"
    file.write_bytes(paper(report))
    proof.write_bytes(client.get(f"/verify/{report.code}.tlog-proof").data)
    script = (
        "import socket, sys\n"
        "def no(*a, **k): raise OSError('no network')\n"
        "socket.socket.connect = no\n"
        "from certificates import certverify\n"
        "code = certverify.main(sys.argv[1:])\n"
        "assert not {'flask', 'sqlalchemy', 'config'} & set(sys.modules), 'knows the application'\n"
        "sys.exit(code)\n"
    )
    command = [sys.executable, "-c", script, str(file), "--key", store.signer().verifier.text, "--log-proof", str(proof)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok ") == 7
    bad = subprocess.run([*command[:4], "--key", "x+y+z"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert bad.returncode == 2 and "cannot check" in bad.stderr
