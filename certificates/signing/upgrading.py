"""Bringing a signed file to a higher level by appending to it: every byte of the old file stays where it was.

B-T: a document time-stamp. B-LT: certificates and revocation of everybody who signed or stamped (DSS), and a time-stamp over all of it.
"""
from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import aiohttp
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend

from certificates.signing import checking, loops
from certificates.signing.errors import KeyUnavailable, NotReached
from certificates.signing.keys import DIGEST
from certificates.signing.levels import LONG_TERM, below
from certificates.signing.sealing import IncrementWriter
from certificates.signing.stamping import ServiceTimeStamper
from config import Signing

#: Document time-stamps are told apart by a number behind this.
FIELD = "Timestamp"


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The longer file, its level, and the earliest time a service attests."""

    content: bytes
    level: str
    stamped_at: datetime


def roots(path: Path | None) -> list[asn1_x509.Certificate]:
    """The certificates of a PEM file. Raises `KeyUnavailable` (broken) where it is not readable or holds none."""
    if path is None:
        return []
    try:
        content = path.read_bytes()
        found = [asn1_x509.Certificate.load(der) for kind, _headers, der in pem.unarmor(content, multiple=True) if kind == "CERTIFICATE"]
    except (OSError, ValueError) as error:
        raise KeyUnavailable("broken", f"the roots in {path} cannot be read: {error}") from error
    if not found:
        raise KeyUnavailable("broken", f"{path} holds no certificate")
    return found


def upgrade(pdf: bytes, settings: Signing, target: str, stamper: ServiceTimeStamper) -> Upgraded:
    """The file brought to `target`. Raises `NotReached` when a service or an authority does not answer as it must; ValueError for
    a file whose signature does not hold: nothing is put under seal that is already broken.
    """
    before = checking.check(pdf)
    if not before.good:
        raise ValueError(f"the signature of the file does not hold: {before.why}")
    trusted = roots(settings.trusted)
    try:
        content = loops.run(_appended(pdf, settings, target, stamper, trusted))
    except (SigningError, PathError, ValidationError, aiohttp.ClientError, PdfError, OSError, TimeoutError) as error:
        cause = f" ({error.__cause__})" if error.__cause__ is not None else ""
        raise NotReached(f"{target} not reached: {type(error).__name__} {error}{cause}") from error
    after = checking.check(content)
    if not content.startswith(pdf) or not after.good or after.stamped_at is None or below(after.level, target):
        raise NotReached(f"{target} not reached: what came back does not hold ({after.why or after.level})")
    return Upgraded(content, after.level, after.stamped_at)


async def _appended(
    pdf: bytes, settings: Signing, target: str, stamper: ServiceTimeStamper, trusted: list[asn1_x509.Certificate],
) -> bytes:
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    signature = reader.embedded_regular_signatures[0]
    out = io.BytesIO()
    field = f"{FIELD}{len(list(reader.embedded_timestamp_signatures)) + 1}"
    appender = PdfTimeStamper(stamper, field_name=field)
    if target != LONG_TERM:
        await appender.async_timestamp_pdf(IncrementWriter(io.BytesIO(pdf)), DIGEST, output=out)
        return out.getvalue()
    backend = AIOHttpFetcherBackend(per_request_timeout=settings.timeout)
    try:
        context = ValidationContext(
            trust_roots=trusted, other_certs=list(signature.other_embedded_certs), allow_fetching=True, fetchers=backend.get_fetchers(),
            revocation_mode="hard-fail")
        validator = CertificateValidator(
            signature.signer_cert, intermediate_certs=list(signature.other_embedded_certs), validation_context=context)
        path = await validator.async_validate_usage({"non_repudiation"})
        await appender.async_timestamp_pdf(
            IncrementWriter(io.BytesIO(pdf)), DIGEST, validation_context=context, validation_paths=[path], output=out,
            dss_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True))
    finally:
        await backend.close()
    return out.getvalue()
