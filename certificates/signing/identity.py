"""What a certificate says, in plain values."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate: who it names (`name`), the whole subject and issuer, its SHA-256 and its days. `self_made`: signed with itself."""

    name: str
    subject: str
    issuer: str
    fingerprint: str
    self_made: bool
    not_before: datetime
    not_after: datetime
    pem: str

    def covers(self, moment: datetime) -> bool:
        """Whether the moment lies within the certificate's days."""
        return self.not_before <= moment <= self.not_after


def _words(name: x509.Name) -> str:
    """A name as people read it: the person or body first, then the organisations above it; the country goes without saying."""
    parts = [str(part.value) for part in name if part.oid != NameOID.COUNTRY_NAME]
    return ", ".join(reversed(parts)) or ", ".join(str(part.value) for part in name)


def identity_of(certificate: x509.Certificate) -> Identity:
    """The plain values of a certificate."""
    common = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    subject = _words(certificate.subject)
    return Identity(
        name=str(common[0].value) if common else subject, subject=subject, issuer=_words(certificate.issuer),
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(), self_made=certificate.subject == certificate.issuer,
        not_before=certificate.not_valid_before_utc, not_after=certificate.not_valid_after_utc,
        pem=certificate.public_bytes(serialization.Encoding.PEM).decode("ascii"),
    )


def shown(fingerprint: str, groups: int = 16) -> str:
    """A fingerprint as people compare it: `1A2B 3C4D …`, so many groups of four digits."""
    digits = fingerprint.upper()
    return " ".join(digits[at:at + 4] for at in range(0, min(len(digits), groups * 4), 4))
