"""What the signature in a file is worth: no network, no database, no settings.

A reader of PDF that only looks at the signed range calls a file valid to which pages were added afterwards. Here the signature must
cover the whole file, or what follows it may only be what an upgrade of the signature adds (time-stamps, proofs for later), and
nothing may stand behind the end.
"""
from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass, replace
from datetime import datetime

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from certificates.signing import loops
from certificates.signing.identity import Identity, identity_of
from certificates.signing.levels import BASELINE, LONG_TERM, STAMPED
from lab_app.core import clock

# What it finds in a file that somebody altered is an answer, not an incident of this program.
logging.getLogger("pyhanko.sign.diff_analysis").setLevel(logging.CRITICAL)

NONE, HOLDS, ALTERED, APPENDED, FOREIGN = "none", "holds", "altered", "appended", "foreign"
#: After the end mark of a file only its line's end.
_END = re.compile(rb"startxref\s+(\d+)\s+%%EOF[\r\n]{0,2}\Z")
_UNREADABLE = (
    PdfError, SignatureValidationError, PathError, ValidationError, ValueError, KeyError, TypeError, AttributeError, IndexError,
    RecursionError,
)


@dataclass(frozen=True)
class SignatureFound:
    """The answer about a file. `verdict`: none (not signed), holds, altered (the signed bytes are not what was signed), appended
    (something was added that no upgrade adds), foreign (sound, but by another certificate than the one it must be).

    `level` is what the file itself shows; `stamped_at` the earliest time that a time-stamp in it attests, by `stamper`; `why` says
    the verdict for a person who looks closer, in English.
    """

    verdict: str
    why: str = ""
    identity: Identity | None = None
    level: str = ""
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    covers_all: bool = False
    stamper: str = ""

    @property
    def good(self) -> bool:
        """Whether the signature holds for the whole file."""
        return self.verdict == HOLDS


def check(pdf: bytes, fingerprint: str = "") -> SignatureFound:
    """Judge the first signature of a file and everything after it.

    `fingerprint`: SHA-256 of the certificate that it must be by (empty: whichever it names; then who it is remains to be compared).
    The certificate is judged at the time the signature claims, or the one a service attests, not at today's: a paper outlives it.
    """
    try:
        return loops.run(_check(pdf, fingerprint.lower()))
    except _UNREADABLE as error:
        return SignatureFound(ALTERED, f"the signature is not readable: {type(error).__name__} {error}")


async def _check(pdf: bytes, fingerprint: str) -> SignatureFound:
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        signatures, stamps = list(reader.embedded_regular_signatures), list(reader.embedded_timestamp_signatures)
    except _UNREADABLE as error:
        return SignatureFound(ALTERED if b"/ByteRange" in pdf else NONE, f"not readable: {type(error).__name__} {error}")
    if not signatures:
        return SignatureFound(NONE, "the file carries no signature")
    first = signatures[0]
    identity = identity_of(x509.load_der_x509_certificate(first.signer_cert.dump()))
    claimed, token = first.self_reported_timestamp, next(iter(extract_tst_data_iter(first.signer_info, signed=False)), None)
    outer = [await _document_stamp(one) for one in stamps]
    inside = _stated(token) if token is not None else None
    stamped = [one for one in (inside, *(moment for moment, _fault in outer)) if one is not None]
    moment = min([*stamped, claimed or clock.now()])
    status = await async_validate_pdf_signature(
        first, _context([first.signer_cert], list(first.other_embedded_certs), moment),
        _context(_certificates(token), [], inside) if token is not None else None)
    found = SignatureFound(
        HOLDS, "", identity, BASELINE if not stamped else LONG_TERM if "/DSS" in reader.root else STAMPED, claimed,
        min(stamped, default=None), status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        _name(token) if token is not None else next((_name(one.signed_data) for one in stamps), ""))
    for verdict, why in (
        (ALTERED, "" if status.intact and status.valid else "the signed bytes are not what was signed"),
        (APPENDED, _after(pdf, first, status, found.covers_all)),
        (APPENDED, next((fault for _moment, fault in outer if fault), "")),
        (APPENDED, "a second signature was added" if len(signatures) > 1 else ""),
        (ALTERED, "" if status.bottom_line else f"the signature does not hold: {status.summary()}"),
        # The library takes a trusted certificate as good for ever.
        (ALTERED, "" if identity.covers(moment) else f"the certificate was not valid at {moment:%Y-%m-%d %H:%M:%S %Z}"),
        (FOREIGN, f"signed with another certificate: {identity.subject}" if fingerprint not in ("", identity.fingerprint) else ""),
    ):
        if why:
            return replace(found, verdict=verdict, why=why)
    return found


def _after(pdf: bytes, first: EmbeddedPdfSignature, status: PdfSignatureStatus, whole: bool) -> str:
    """What stands behind the signature that does not belong there; empty when nothing does."""
    end = _END.search(pdf[-1024:])
    if end is None or int(end[1]) != first.reader.last_startxref:
        return "something stands behind the end of the file"
    if whole:
        return ""
    changed = status.modification_level
    if status.coverage != SignatureCoverageLevel.ENTIRE_REVISION:
        return "the signature does not cover what it should"
    if changed is None or changed > ModificationLevel.LTA_UPDATES or not status.docmdp_ok:
        return "the file was changed after it was signed"
    stamps = list(first.reader.embedded_timestamp_signatures)
    if not stamps or stamps[-1].evaluate_signature_coverage() != SignatureCoverageLevel.ENTIRE_FILE:
        return "something stands behind the signature that no time-stamp covers"
    return ""


def _context(roots: list[asn1_x509.Certificate], others: list[asn1_x509.Certificate], moment: datetime | None) -> ValidationContext:
    """Who signed is compared by the certificate itself; authorities and their lists are not asked."""
    return ValidationContext(
        trust_roots=roots, other_certs=others, allow_fetching=False, revocation_mode="soft-fail", moment=moment or clock.now())


def _certificates(token: cms.SignedData) -> list[asn1_x509.Certificate]:
    return [one.chosen for one in token["certificates"]]


def _stated(token: cms.SignedData) -> datetime:
    moment: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return moment


def _name(token: cms.SignedData) -> str:
    """Who stamped, as the token's own certificate names them."""
    sid = token["signer_infos"][0]["sid"].chosen
    own = next((one for one in _certificates(token) if one.serial_number == sid["serial_number"].native), None)
    return str(own.subject.human_friendly) if own is not None else ""


async def _document_stamp(stamp: EmbeddedPdfSignature) -> tuple[datetime | None, str]:
    """The time a document time-stamp attests and what is wrong with it (empty: sound)."""
    moment = _stated(stamp.signed_data)
    status = await async_validate_pdf_timestamp(stamp, _context(_certificates(stamp.signed_data), [], moment), skip_diff=True)
    if not (status.intact and status.valid and status.trusted):
        return None, "a time-stamp in the file does not hold"
    return moment, ""
