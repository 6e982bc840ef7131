"""Signing a finished paper: PAdES B-B with the loaded key, B-T when a time-stamp service answers in time. No database.

The signature certifies the file and allows a second one to be added (DocMDP 2). The increment changes nothing that PDF/A promised:
the document's information and XMP stay as they are, the catalogue stays at 1.7, the stamp brings its own face.
"""
from __future__ import annotations

import io
import math
from dataclasses import dataclass
from datetime import datetime

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

from certificates.paper.stamp_place import StampPlace
from certificates.signing import loops
from certificates.signing.identity import Identity
from certificates.signing.keys import DIGEST, SigningKey
from certificates.signing.levels import BASELINE, STAMPED
from certificates.signing.stamp import StampStyle, Words
from certificates.signing.stamping import ServiceTimeStamper

FIELD = "Signature1"
#: Bytes of a signature besides its certificates, and of a time-stamp's token with the service's chain.
ATTRIBUTES, TOKEN = 2048, 12_000
NEWEST = (1, 7)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A signed file: its bytes, the level reached, the time the signature claims, the one a service attests, and who signed."""

    content: bytes
    level: str
    signed_at: datetime
    stamped_at: datetime | None
    identity: Identity


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said with a signature: why, where, and the stamp with its place (`None`: a signature that is not seen)."""

    reason: str
    location: str
    contact: str
    words: Words | None = None
    place: StampPlace | None = None


class IncrementWriter(IncrementalPdfFileWriter):
    """Appends to a PDF/A file without touching what the file says of itself.

    pyHanko would date the document anew, name itself as producer and, for ECDSA, raise the catalogue to PDF 2.0, which PDF/A-3
    refuses: information and XMP would no longer agree with the record.
    """

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        if version <= NEWEST:
            super().ensure_output_version(version)

    def _update_meta(self) -> None:
        return


class _PaperSigner(PdfSigner):
    """Declares the extension that PAdES needs under PDF 1.7 and no other."""

    def register_extensions(self, pdf_out: BasePdfFileWriter, *, md_algorithm: str) -> None:
        pdf_out.register_extension(ESIC_EXTENSION_1)


def seal(pdf: bytes, key: SigningKey, *, moment: datetime, said: Statement, stamper: ServiceTimeStamper | None = None) -> Sealed:
    """Sign an archived paper. `moment` (aware) is the time the signature claims and the paper shows.

    With `stamper` the result is B-T; raises `NotReached` when the service does not answer. Raises `KeyUnavailable` when the key
    does not sign.
    """
    meta = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm=DIGEST, subfilter=SigSeedSubFilter.PADES, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS,
        reason=said.reason, location=said.location or None, contact_info=said.contact, name=key.identity.name,
    )
    visible = said.place if said.words is not None else None
    field = SigFieldSpec(
        FIELD, on_page=visible.page if visible else 0, box=_corners(visible) if visible else None,
        readable_field_name=f"Chữ ký số của {key.identity.name}",
    )
    signer = _PaperSigner(
        meta, key.signer, timestamper=stamper, new_field_spec=field,
        stamp_style=StampStyle(border_width=0, words=said.words) if said.words is not None else None)
    room = 2 * (key.certificates_size + key.signer.size + ATTRIBUTES + (TOKEN if stamper is not None else 0))
    content = loops.run(_signed(signer, IncrementWriter(io.BytesIO(pdf)), moment, room))
    stamped = stamper.last_stamp if stamper is not None else None
    return Sealed(content, STAMPED if stamped else BASELINE, moment, stamped, key.identity)


async def _signed(signer: PdfSigner, writer: IncrementalPdfFileWriter, moment: datetime, room: int) -> bytes:
    session = signer.init_signing_session(writer)
    session.system_time = moment.replace(microsecond=0)
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=room)
    output = io.BytesIO()
    digest, _same = prepared.digest_tbs_document(output=output)
    done = await prepared.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=session.system_time))
    await done.post_signature_processing(output)
    return output.getvalue()


def _corners(place: StampPlace) -> tuple[int, int, int, int]:
    """The field's corners on whole points, inside the place that the layout left."""
    left, bottom, right, top = place.box
    return math.ceil(left), math.ceil(bottom), math.floor(right), math.floor(top)
