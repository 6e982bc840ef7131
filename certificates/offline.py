"""The proof that a paper carries on page 1: issuer, number, day, verdict and the hash of its source data, signed (RFC 9052, RFC 8392).

Pure: no database, no network, no application. The payload is a COSE_Sign1 by Ed25519 in base32 behind an address in capitals, so
that the symbol stays small and every phone opens it. What is hashed is the canonical JSON attached to the PDF: no file can hold
its own hash.
"""
from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.translog.notes import Signer, Verifier

#: COSE: the tag of a message with one signer, the header labels, the algorithm EdDSA.
SIGN1, ALGORITHM, KEY_ID, EDDSA = 18, 1, 4, -8
#: Claims: issuer and time of CWT; the rest in its space for private use.
ISSUER, NUMBER, ISSUED_ON, VERDICT, SNAPSHOT = 1, -70001, -70002, -70003, -70004
PATH = "/V/"
#: A payload longer than this is none of ours.
LONGEST = 2000


class BadOffline(ValueError):
    """Not a proof of this kind, or not signed by this key; the text says which."""


@dataclass(frozen=True)
class Claims:
    """What a paper's proof says. `snapshot` is the SHA-256 of the canonical JSON, `verdict` a code of the snapshot or empty."""

    issuer: str
    number: str
    issued_on: str
    verdict: str
    snapshot: bytes

    def as_cbor(self) -> bytes:
        """Deterministic CBOR (RFC 8949 4.2): the same claims always give the same bytes."""
        return cbor2.dumps(
            {ISSUER: self.issuer, NUMBER: self.number, ISSUED_ON: self.issued_on, VERDICT: self.verdict, SNAPSHOT: self.snapshot},
            canonical=True)


def _to_sign(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:4]


def signed(claims: Claims, key: Signer) -> bytes:
    """The COSE_Sign1 of the claims. The same claims and key always give the same bytes."""
    protected, payload = cbor2.dumps({ALGORITHM: EDDSA}, canonical=True), claims.as_cbor()
    head = {KEY_ID: _key_id(key.verifier.key)}
    return cbor2.dumps(cbor2.CBORTag(SIGN1, [protected, head, payload, key.sign_bytes(_to_sign(protected, payload))]), canonical=True)


def address(claims: Claims, key: Signer, public_url: str) -> str:
    """What the symbol holds: `HTTPS://HOST/V/<base32>`, in capitals throughout."""
    return public_url.upper() + PATH + base64.b32encode(signed(claims, key)).decode().rstrip("=")


def payload_of(text: str) -> bytes:
    """The bytes of a proof from its address or its payload alone. BadOffline where it is none."""
    word = text.strip()[-LONGEST:].upper().rpartition(PATH)[2].split("?")[0].rstrip("/")
    try:
        return base64.b32decode(word + "=" * (-len(word) % 8))
    except binascii.Error as error:
        raise BadOffline("no base32") from error


def read(raw: bytes) -> tuple[Claims, bytes, bytes, bytes]:
    """Claims, key id, signature and what was signed, without checking it. BadOffline where it is no such message."""
    try:
        message = cbor2.loads(raw)
        protected, head, payload, signature = message.value
        said = cbor2.loads(payload)
        if message.tag != SIGN1 or cbor2.loads(protected) != {ALGORITHM: EDDSA}:
            raise BadOffline("another kind of message")
        claims = Claims(*(_typed(said[label], kind) for label, kind in (
            (ISSUER, str), (NUMBER, str), (ISSUED_ON, str), (VERDICT, str), (SNAPSHOT, bytes))))
        return claims, _typed(head[KEY_ID], bytes), _typed(signature, bytes), _to_sign(protected, payload)
    except BadOffline:
        raise
    except Exception as error:  # whatever a hostile message makes the parser say
        raise BadOffline("no such message") from error


def _typed(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise BadOffline("a claim of the wrong kind")
    return value


def verified(raw: bytes, key: Verifier) -> Claims:
    """The claims of a proof that this key signed. BadOffline otherwise."""
    claims, key_id, signature, text = read(raw)
    if key_id != _key_id(key.key):
        raise BadOffline("signed by another key")
    try:
        Ed25519PublicKey.from_public_bytes(key.key).verify(signature, text)
    except InvalidSignature as error:
        raise BadOffline("the signature does not fit") from error
    return claims
