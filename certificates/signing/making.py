"""A certificate that the laboratory makes itself, in an encrypted PKCS#12 file."""
from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID

from certificates.signing.identity import Identity, identity_of

BITS = 3072
#: How often the password is hashed: what a thief of the file has to repeat for each guess.
ROUNDS = 600_000
FRIENDLY = "laboratory signing key".encode("ascii")


def make(
    *, name: str, organisation: str, address: str, not_before: datetime, days: int, password: str, bits: int = BITS, rounds: int = ROUNDS,
) -> tuple[bytes, Identity]:
    """A new RSA key with a certificate signed by itself, as PKCS#12 under AES-256: the file's bytes and what the certificate says.

    `address` is where the laboratory's register is read. The certificate may sign documents and nothing else. ValueError for
    an empty name or password, and for days below 1.
    """
    if not name.strip() or not password:
        raise ValueError("a name and a password are needed")
    if days < 1:
        raise ValueError("a certificate is good for at least a day")
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name.strip()[:64])]
    if organisation.strip():
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation.strip()[:64]))
    whose = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), *parts])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False, key_agreement=False,
        key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False)
    certificate = (
        x509.CertificateBuilder().subject_name(whose).issuer_name(whose).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before).not_valid_after(not_before + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(address)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    locked = (
        PrivateFormat.PKCS12.encryption_builder().kdf_rounds(rounds)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC).hmac_hash(hashes.SHA256()).build(password.encode("utf-8"))
    )
    content = pkcs12.serialize_key_and_certificates(FRIENDLY, key, certificate, None, locked)
    return content, identity_of(certificate)


def write(path: Path, content: bytes) -> None:
    """Write a key file that only its owner reads; durable. FileExistsError where one is: a key is never written over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
