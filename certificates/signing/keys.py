"""The laboratory's signing key: from an encrypted PKCS#12 file or a PKCS#11 token, loaded once in a process and kept.

Opening the file costs a fifth of a second by design (its password is hardened), a token's session some tens of milliseconds; a
signature with the loaded key a few. The key in memory belongs to this process: a forked worker opens its own.
"""
from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from certificates.signing.errors import KeyUnavailable
from certificates.signing.identity import Identity, identity_of
from config import Signing

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
#: The shortest RSA key that is taken.
LEAST_BITS = 2048
DIGEST = "sha256"


class LoadedSigner(Signer, ABC):
    """Signs with a key that is already loaded, and holds each signature against the certificate before it leaves.

    A token that answers nonsense, or a certificate that belongs to another key, is found here and not by a customer.
    """

    def __init__(self, certificate: x509.Certificate, chain: list[x509.Certificate]) -> None:
        store = SimpleCertificateStore()
        store.register_multiple([_asn1(one) for one in chain])
        super().__init__(signing_cert=_asn1(certificate), cert_registry=store)
        key = certificate.public_key()
        if not isinstance(key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)):
            raise KeyUnavailable("broken", "the certificate's key is neither RSA nor ECDSA")
        if isinstance(key, rsa.RSAPublicKey) and key.key_size < LEAST_BITS:
            raise KeyUnavailable("broken", f"an RSA key of {key.key_size} bits is too short, {LEAST_BITS} is the least")
        self._public: PublicKey = key

    @property
    def size(self) -> int:
        """Bytes that a signature takes at most."""
        return self._public.key_size // 8 if isinstance(self._public, rsa.RSAPublicKey) else self._public.key_size // 4 + 16

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(self.size)
        if digest_algorithm != DIGEST:
            raise ValueError(f"files are signed over {DIGEST}, not {digest_algorithm}")
        made = self._sign(data)
        try:
            if isinstance(self._public, rsa.RSAPublicKey):
                self._public.verify(made, data, padding.PKCS1v15(), hashes.SHA256())
            else:
                self._public.verify(made, data, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise KeyUnavailable("broken", "what the key signs does not fit its certificate") from error
        return made

    @abstractmethod
    def _sign(self, data: bytes) -> bytes:
        """The signature over `data` (RSA PKCS#1 v1.5 or ECDSA, SHA-256)."""


class FileSigner(LoadedSigner):
    """A key in memory."""

    def __init__(
        self, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, certificate: x509.Certificate, chain: list[x509.Certificate],
    ) -> None:
        super().__init__(certificate, chain)
        self._key = key

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class TokenSigner(LoadedSigner):
    """A key that never leaves its token; the session stays open. A session serves one thread at a time."""

    def __init__(self, session: Any, key: Any, certificate: x509.Certificate, chain: list[x509.Certificate]) -> None:
        super().__init__(certificate, chain)
        self._session, self._key, self._one_at_a_time = session, key, threading.Lock()

    def _sign(self, data: bytes) -> bytes:
        from pkcs11 import Mechanism
        from pkcs11.exceptions import PKCS11Error
        from pkcs11.util.ec import encode_ecdsa_signature

        try:
            with self._one_at_a_time:
                if isinstance(self._public, rsa.RSAPublicKey):
                    return bytes(self._key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))
                digest = hashes.Hash(hashes.SHA256())
                digest.update(data)
                return bytes(encode_ecdsa_signature(self._key.sign(digest.finalize(), mechanism=Mechanism.ECDSA)))
        except PKCS11Error as error:
            forget()  # the session may be gone with the token: the next try opens a new one
            raise KeyUnavailable("token", f"the token did not sign: {type(error).__name__} {error}".strip()) from error


@dataclass(frozen=True)
class SigningKey:
    """A key ready to sign, and the certificate that names its holder."""

    identity: Identity
    signer: LoadedSigner
    #: Bytes that the certificates in a signature take.
    certificates_size: int


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def _made(signer: LoadedSigner, certificate: x509.Certificate, chain: list[x509.Certificate]) -> SigningKey:
    size = sum(len(one.public_bytes(serialization.Encoding.DER)) for one in [certificate, *chain])
    return SigningKey(identity_of(certificate), signer, size)


def from_file(path: Path, password: str) -> SigningKey:
    """The key of an encrypted PKCS#12 file. Raises `KeyUnavailable`: missing, password, broken."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise KeyUnavailable("missing", f"there is no key file {path}") from error
    except OSError as error:
        raise KeyUnavailable("broken", f"the key file {path} cannot be read: {error.strerror}") from error
    if not password:
        raise KeyUnavailable("password", f"the password of the key file {path} is not set")
    try:
        key, certificate, chain = pkcs12.load_key_and_certificates(content, password.encode("utf-8"))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyUnavailable("password", f"the key file {path} does not open: wrong password, or no PKCS#12 file") from error
    if key is None or certificate is None:
        raise KeyUnavailable("broken", f"the key file {path} holds no key with its certificate")
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise KeyUnavailable("broken", f"the key in {path} is neither RSA nor ECDSA")
    return _made(FileSigner(key, certificate, chain), certificate, chain)


def from_token(settings: Signing) -> SigningKey:
    """The key in a PKCS#11 token, with every certificate the token holds. Raises `KeyUnavailable`: token, broken."""
    from pkcs11 import Attribute, ObjectClass
    from pkcs11 import lib as library
    from pkcs11.exceptions import PKCS11Error, UserAlreadyLoggedIn

    try:
        token = library(settings.token).get_token(token_label=settings.token_label)
        try:
            session = token.open(user_pin=settings.token_pin or None)
        except UserAlreadyLoggedIn:  # an earlier session of this process is still open
            session = token.open()
        key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=settings.token_key)
        found = [
            (one[Attribute.LABEL], x509.load_der_x509_certificate(one[Attribute.VALUE]))
            for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
        ]
    except (PKCS11Error, RuntimeError, OSError) as error:
        said = f"{type(error).__name__} {error}".strip()
        raise KeyUnavailable("token", f"the token {settings.token_label!r} does not give the key {settings.token_key!r}: {said}") from error
    except ValueError as error:
        raise KeyUnavailable("broken", f"a certificate in the token is not readable: {error}") from error
    own = next((certificate for label, certificate in found if label == settings.token_key), None)
    if own is None:
        raise KeyUnavailable("token", f"the token holds no certificate named {settings.token_key!r}")
    chain = [certificate for _label, certificate in found if certificate is not own]
    return _made(TokenSigner(session, key, own, chain), own, chain)


_lock = threading.Lock()
_kept: tuple[tuple[Any, ...], SigningKey] | None = None


def _mark(settings: Signing) -> tuple[Any, ...]:
    """What the kept key stands for: this process, these settings, this very file. A renewed file is loaded without a restart."""
    if settings.token:
        return os.getpid(), settings, 0, 0
    try:
        stat = settings.key.stat()
    except OSError:
        return os.getpid(), settings, 0, 0
    return os.getpid(), settings, stat.st_mtime_ns, stat.st_size


def load(settings: Signing) -> SigningKey:
    """The key of these settings; opened the first time, kept afterwards. Raises `KeyUnavailable`."""
    global _kept
    mark = _mark(settings)
    kept = _kept
    if kept is not None and kept[0] == mark:
        return kept[1]
    with _lock:
        if _kept is None or _kept[0] != mark:
            _kept = mark, from_token(settings) if settings.token else from_file(settings.key, settings.password)
        return _kept[1]


def forget() -> None:
    """Let go of the kept key; the next use opens it anew."""
    global _kept
    _kept = None


def ready(settings: Signing, moment: datetime) -> SigningKey:
    """The key, with a certificate whose days cover the moment. Raises `KeyUnavailable` (also: expired, early)."""
    key = load(settings)
    if moment > key.identity.not_after:
        raise KeyUnavailable("expired", f"the certificate ended on {key.identity.not_after:%Y-%m-%d %H:%M} UTC")
    if moment < key.identity.not_before:
        raise KeyUnavailable("early", f"the certificate begins on {key.identity.not_before:%Y-%m-%d %H:%M} UTC")
    return key
