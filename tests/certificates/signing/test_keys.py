"""Keys: an encrypted file or a token, opened once, refused with the reason where they do not open."""
from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

import config
from certificates.signing import keys, loops, making
from certificates.signing.errors import KeyUnavailable
from certificates.signing.identity import shown
from tests.support import signing_key

SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture(autouse=True)
def forgotten():
    keys.forget()
    yield
    keys.forget()


def refused(ways: config.Signing) -> KeyUnavailable:
    with pytest.raises(KeyUnavailable) as caught:
        keys.load(ways)
    return caught.value


def test_the_key_is_opened_once_and_kept(ways, monkeypatch):
    first = keys.load(ways)
    monkeypatch.setattr(keys, "from_file", lambda *_args: pytest.fail("opened again"))
    assert keys.load(ways) is first


def test_a_renewed_file_is_opened_without_a_restart(ways):
    first = keys.load(ways)
    os.utime(ways.key, ns=(1, 1))
    assert keys.load(ways) is not first


def test_a_forked_worker_opens_its_own(ways, monkeypatch):
    first = keys.load(ways)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert keys.load(ways) is not first


def test_what_does_not_open(ways, tmp_path):
    assert refused(config.Signing(key=tmp_path / "none.p12", password="x")).why == "missing"
    assert refused(config.Signing(key=ways.key, password="another")).why == "password"
    assert refused(config.Signing(key=ways.key)).why == "password"
    broken = tmp_path / "broken.p12"
    broken.write_bytes(b"not a key")
    assert refused(config.Signing(key=broken, password="x")).why == "password"
    assert refused(config.Signing(key=tmp_path, password="x")).why == "broken"
    key, certificate, _chain = pkcs12.load_key_and_certificates(ways.key.read_bytes(), signing_key.PASSWORD.encode())
    locked = serialization.BestAvailableEncryption(b"x")
    alone = tmp_path / "alone.p12"
    alone.write_bytes(pkcs12.serialize_key_and_certificates(b"c", None, certificate, None, locked))
    assert refused(config.Signing(key=alone, password="x")).why == "broken"
    assert key is not None


def test_a_short_key_is_refused(tmp_path):
    content, _identity = making.make(
        name="x", organisation="", address="https://a.example", not_before=datetime(2026, 1, 1, tzinfo=UTC), days=10, password="x",
        bits=1024, rounds=10)
    path = tmp_path / "short.p12"
    path.write_bytes(content)
    assert "1024 bits" in str(refused(config.Signing(key=path, password="x")))


def test_the_days_of_the_certificate(ways):
    assert keys.ready(ways, datetime(2026, 11, 16, tzinfo=UTC)).identity.name == signing_key.NAME
    for moment, why in ((datetime(2019, 1, 1, tzinfo=UTC), "early"), (datetime(2050, 1, 1, tzinfo=UTC), "expired")):
        with pytest.raises(KeyUnavailable) as caught:
            keys.ready(ways, moment)
        assert caught.value.why == why


def test_a_key_that_does_not_fit_its_certificate_signs_nothing(ways):
    own = keys.load(ways)
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    certificate = x509.load_pem_x509_certificate(own.identity.pem.encode())
    with pytest.raises(KeyUnavailable, match="does not fit"):
        loops.run(keys.FileSigner(other, certificate, []).async_sign_raw(b"words", "sha256"))


def test_a_made_certificate_is_locked_and_never_written_over(tmp_path):
    content, identity = signing_key.made()
    assert identity.self_made and identity.subject == "Phòng thử nghiệm kiểm tra, Trung tâm Đo lường"
    with pytest.raises(ValueError):
        pkcs12.load_key_and_certificates(content, None)
    path = tmp_path / "a" / "key.p12"
    making.write(path, content)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        making.write(path, b"another")
    assert path.read_bytes() == content
    with pytest.raises(ValueError):
        making.make(name=" ", organisation="", address="", not_before=datetime.now(UTC), days=1, password="x")
    assert shown(identity.fingerprint, 2) == f"{identity.fingerprint[:4]} {identity.fingerprint[4:8]}".upper()


@pytest.mark.skipif(
    not SOFTHSM.exists() or shutil.which("softhsm2-util") is None,
    reason="SOFTHSM IS NOT INSTALLED: signing with a token is not tested (apt-get install softhsm2)")
def test_a_token_signs_and_keeps_its_key(tmp_path, ways, monkeypatch):
    (tmp_path / "tokens").mkdir()
    conf = tmp_path / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(conf))
    subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "lab", "--pin", "1234", "--so-pin", "5678"],
                   check=True, capture_output=True)
    key, certificate, _chain = pkcs12.load_key_and_certificates(ways.key.read_bytes(), signing_key.PASSWORD.encode())
    assert key is not None and certificate is not None
    pem = tmp_path / "key.pem"
    pem.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, NoEncryption()))
    subprocess.run(["softhsm2-util", "--import", str(pem), "--token", "lab", "--label", "sign", "--id", "01", "--pin", "1234"],
                   check=True, capture_output=True)
    pem.unlink()
    import pkcs11

    token = pkcs11.lib(str(SOFTHSM)).get_token(token_label="lab")
    with token.open(user_pin="1234", rw=True) as session:
        session.create_object({
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE, pkcs11.Attribute.LABEL: "sign", pkcs11.Attribute.TOKEN: True,
            pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509, pkcs11.Attribute.ID: b"\x01",
            pkcs11.Attribute.SUBJECT: certificate.subject.public_bytes(),
            pkcs11.Attribute.VALUE: certificate.public_bytes(serialization.Encoding.DER)})
    in_token = config.Signing(token=str(SOFTHSM), token_label="lab", token_key="sign", token_pin="1234")
    opened = keys.load(in_token)
    made = loops.run(opened.signer.async_sign_raw(b"words", "sha256"))
    certificate.public_key().verify(made, b"words", padding.PKCS1v15(), hashes.SHA256())  # type: ignore[union-attr,call-arg]
    assert keys.load(in_token) is opened
    keys.forget()
    again = keys.load(in_token)
    assert again is not opened and len(loops.run(again.signer.async_sign_raw(b"words", "sha256"))) == 256
    for wrong in ({"token_label": "other"}, {"token_key": "other"}, {"token": "/no/such/library.so"}):
        keys.forget()
        assert refused(config.Signing(**{**vars_of(in_token), **wrong})).why == "token"


def vars_of(ways: config.Signing) -> dict[str, str]:
    return {name: getattr(ways, name) for name in ("token", "token_label", "token_key", "token_pin")}
