"""From a snapshot to the bytes of its paper: pictures gathered, drawn, converted for archiving and checked. No transaction."""
from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from flask_babel import gettext

from certificates import paper
from certificates.paper import archive
from certificates.snapshot import SnapshotFault
from lab_app.core import files


class PaperRefused(Exception):
    """This snapshot cannot become a paper, however often one tries; the text says why in words for the signatory."""


def sha256(data: bytes) -> str:
    """Hexadecimal SHA-256."""
    return hashlib.sha256(data).hexdigest()


def pictures(snapshot: Mapping[str, Any], missing: Collection[str] = ()) -> dict[str, bytes]:
    """The bytes of the photographs, the logo and the marks that a snapshot names, checked against their hashes. `missing`: those that
    are not kept, because they were only just sent."""
    return {digest: files.read(digest) for digest in _named(snapshot) if digest not in missing}


def _named(snapshot: Mapping[str, Any]) -> Iterator[str]:
    logo = snapshot["laboratory"].get("logo")
    if logo:
        yield str(logo)
    for name in ("mark", "ilac_mark"):
        if (snapshot["accreditation"] or {}).get(name):
            yield str(snapshot["accreditation"][name])
    for item in snapshot["items"]:
        for photo in item.get("photos", []):
            yield str(photo["sha256"])


def drawn(snapshot: Mapping[str, Any], offline: str = "") -> bytes:
    """The paper as drawn, for a preview. Raises `PaperRefused`."""
    try:
        return paper.draw(snapshot, pictures(snapshot), offline)
    except paper.MissingGlyph as error:
        raise PaperRefused(gettext("Phông chữ của phiếu không in được một ký tự: %(found)s", found=str(error))) from error
    except paper.MissingPicture as error:
        raise PaperRefused(gettext("Không có tệp ảnh mà phiếu cần in: %(found)s", found=str(error))) from error
    except FileNotFoundError as error:
        raise PaperRefused(gettext("Không có tệp ảnh mà phiếu cần in: %(found)s", found=str(error.filename))) from error
    except SnapshotFault as error:
        raise PaperRefused(gettext("Dữ liệu của phiếu chưa đúng dạng: %(found)s.", found=str(error))) from error


def make(snapshot: Mapping[str, Any], offline: str = "") -> bytes:
    """The finished file of a paper: drawn, PDF/A-3b with its snapshot inside, approved by the checker. Raises `PaperRefused`."""
    try:
        return archive.archive(drawn(snapshot, offline), snapshot)
    except archive.NotArchivable as error:
        raise PaperRefused(gettext("Tệp PDF không đạt kiểm tra PDF/A-3b: %(found)s", found=str(error)[:500])) from error
