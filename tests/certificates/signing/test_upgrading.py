"""Time-stamps and proofs for later, from an authority on loopback: reached, kept exact, or left for another day."""
from __future__ import annotations

import io
import socket
import threading
import time
from datetime import UTC, datetime

import pikepdf
import pytest

import config
from certificates.signing import checking, keys, sealing, stamping, upgrading
from certificates.signing.errors import KeyUnavailable, NotReached
from tests.certificates.signing.test_sealing import saved_anew, with_edit
from tests.support.authority import PASSWORD, authority


@pytest.fixture(autouse=True)
def real_time(monkeypatch):
    """The authority lives now, and so does whoever asks it."""
    keys.forget()
    stamping._alone_until.clear()
    yield
    keys.forget()


@pytest.fixture(scope="module")
def bought() -> config.Signing:
    ca = authority()
    return config.Signing(
        key=ca.key_file, password=PASSWORD, time_stamps=ca.stamps, level="B-LT", trusted=ca.roots, timeout=5)


def seal(pdf, ways, said, stamper=None):
    return sealing.seal(pdf, keys.load(ways), moment=datetime.now(UTC), said=said, stamper=stamper)


def test_a_stamp_at_once(archived, bought, said):
    made = seal(archived, bought, said, stamping.service(bought))
    found = checking.check(made.content)
    assert made.level == found.level == "B-T" and found.good and found.covers_all
    assert found.stamped_at == made.stamped_at and "Dấu thời gian thử" in found.stamper
    assert found.identity is not None and not found.identity.self_made


def test_a_curve_leaves_the_file_at_1_7(archived, bought, said):
    made = seal(archived, bought, said)
    with pikepdf.open(io.BytesIO(made.content)) as document:
        assert document.pdf_version <= "1.7" and str(document.Root.get("/Version", "/1.7")) <= "/1.7"
        assert list(document.Root.Extensions.keys()) == ["/ESIC"]


def test_the_upgrade_only_appends(archived, bought, said):
    plain = seal(archived, bought, said)
    stamped = upgrading.upgrade(plain.content, bought, "B-T", stamping.service(bought))
    assert stamped.content.startswith(plain.content) and stamped.level == "B-T"
    whole = upgrading.upgrade(stamped.content, bought, "B-LT", stamping.service(bought))
    assert whole.content.startswith(stamped.content) and whole.level == "B-LT"
    found = checking.check(whole.content)
    assert found.good and not found.covers_all and found.stamped_at == stamped.stamped_at
    with pikepdf.open(io.BytesIO(whole.content)) as document:
        proofs = document.Root.DSS
        assert len(proofs.Certs) >= 3 and len(proofs.get("/OCSPs", [])) + len(proofs.get("/CRLs", [])) >= 2
    for attack in (with_edit, lambda pdf: pdf + b"junk"):
        assert checking.check(attack(whole.content)).verdict == checking.APPENDED
    assert not checking.check(whole.content + b"\n%%EOF\n").good
    changed = bytearray(whole.content)
    changed[-2500] ^= 1
    assert not checking.check(bytes(changed)).good


def test_what_is_broken_is_not_put_under_seal(archived, bought, said):
    plain = seal(archived, bought, said)
    for broken in (archived, saved_anew(plain.content), with_edit(plain.content)):
        with pytest.raises(ValueError, match="does not hold"):
            upgrading.upgrade(broken, bought, "B-T", stamping.service(bought))


def test_services_that_are_down(archived, bought, said):
    plain = seal(archived, bought, said)
    with authority().out_of_order():
        with pytest.raises(NotReached):
            seal(archived, bought, said, stamping.service(bought))
        for target in ("B-T", "B-LT"):
            with pytest.raises(NotReached):
                upgrading.upgrade(plain.content, bought, target, stamping.service(bought))
    assert checking.check(upgrading.upgrade(plain.content, bought, "B-LT", stamping.service(bought)).content).good


def test_an_authority_that_gives_no_lists_is_not_b_lt(archived, bought, said, tmp_path):
    """The time-stamps work, but who issued the certificate is not among the trusted roots."""
    from tests.support import signing_key

    other = tmp_path / "other.pem"
    other.write_text(signing_key.made()[1].pem)
    ways = config.Signing(**{**{name: getattr(bought, name) for name in bought.__dataclass_fields__}, "trusted": other})
    with pytest.raises(NotReached):
        upgrading.upgrade(seal(archived, bought, said).content, ways, "B-LT", stamping.service(ways))
    (tmp_path / "empty.pem").write_text("")
    for path in (tmp_path / "empty.pem", tmp_path / "none.pem"):
        with pytest.raises(KeyUnavailable):
            upgrading.roots(path)


@pytest.fixture
def silent():
    """A service that takes the question and never answers."""
    listener = socket.create_server(("127.0.0.1", 0))
    held = []
    threading.Thread(target=lambda: held.append(listener.accept()), daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/tsa"
    listener.close()


def test_a_silent_service_costs_no_more_than_the_bound(archived, bought, said, silent):
    stamper = stamping.ServiceTimeStamper(silent, 0.3)
    began = time.monotonic()
    with pytest.raises(NotReached):
        seal(archived, bought, said, stamper)
    assert time.monotonic() - began < 3


def test_a_stamp_over_something_else_is_refused(archived, bought, said, monkeypatch):
    stamper = stamping.service(bought)
    real = stamper.request_cms
    monkeypatch.setattr(stamper, "request_cms", lambda digest, algorithm: real(bytes(32), algorithm))
    with pytest.raises(NotReached, match="something else"):
        seal(archived, bought, said, stamper)


def test_a_service_that_failed_is_left_alone_for_a_while(monkeypatch):
    at = [1000.0]
    monkeypatch.setattr(stamping.time, "monotonic", lambda: at[0])
    assert stamping.worth_asking("http://a")
    stamping.failed("http://a")
    assert not stamping.worth_asking("http://a") and stamping.worth_asking("http://b")
    at[0] += stamping.LEFT_ALONE
    assert stamping.worth_asking("http://a")
    stamping.failed("http://a")
    stamping.answered("http://a")
    assert stamping.worth_asking("http://a")


def test_an_address_that_is_none():
    for address in ("", "file:///etc/passwd", "ftp://a"):
        with pytest.raises(ValueError):
            stamping.ServiceTimeStamper(address, 1)
