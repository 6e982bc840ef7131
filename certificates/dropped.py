"""What a PDF that somebody brings is, held against the register: the issued file, one that was changed after it, or none of ours."""
from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pikepdf
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from certificates import pdf_limits, workflow
from certificates.certverify import attachment
from certificates.directory import CODE_ONLY
from certificates.models import Report
from certificates.queries.files import current_file, files_of, report_by_file
from certificates.translog import store
from lab_app.core.db import db
from lab_app.core.files import StoredFile
from lab_app.core.workflow import State

if TYPE_CHECKING:
    from certificates.signing.checking import SignatureFound

ISSUED, LONGER, CHANGED, OTHER_DATA, FOREIGN, NO_PDF, LOCKED = (
    "issued", "longer", "changed", "other_data", "foreign", "no_pdf", "locked")
KINDS: dict[str, tuple[State, Any]] = {
    ISSUED: (State(ISSUED, _l("Đúng tệp đã phát hành"), "ok", "patch-check"),
             _l("Từng byte của tệp giống tệp đã phát hành. Còn hiệu lực hay không: xem tình trạng bên dưới.")),
    LONGER: (State(LONGER, _l("Tệp đã bị thêm vào sau khi phát hành"), "bad", "x-octagon"),
             _l("Phần đầu là tệp đã phát hành, sau đó có thêm nội dung. Phần mềm đọc PDF có thể vẫn hiện nội dung thêm này; đừng dùng.")),
    CHANGED: (State(CHANGED, _l("Tệp đã bị lưu lại hoặc sửa"), "bad", "x-octagon"),
              _l("Dữ liệu gốc trong tệp là của phiếu này nhưng tệp không còn nguyên: chữ trên trang có thể đã bị sửa. "
                 "Hãy xin lại tệp gốc.")),
    OTHER_DATA: (State(OTHER_DATA, _l("Dữ liệu gốc trong tệp đã bị sửa"), "bad", "x-octagon"),
                 _l("Tệp mang số của một phiếu trong sổ nhưng dữ liệu bên trong không phải dữ liệu đã phát hành.")),
    FOREIGN: (State(FOREIGN, _l("Không phải tệp do phòng thử nghiệm này phát hành"), "hold", "question-circle"),
              _l("Tệp PDF này không mang dữ liệu gốc của một phiếu trong sổ. Bản in ra rồi quét lại cũng cho câu trả lời này: "
                 "hãy tra theo mã.")),
    NO_PDF: (State(NO_PDF, _l("Không phải tệp PDF"), "hold", "question-circle"),
             _l("Không đọc được tệp này như một tệp PDF, dù tên tệp nói gì.")),
    LOCKED: (State(LOCKED, _l("Tệp bị khóa bằng mật khẩu"), "hold", "lock"),
             _l("Phiếu phát hành không bao giờ có mật khẩu; tệp này đã bị sửa sau khi phát hành, hoặc không phải của chúng tôi.")),
}
#: What the digital signature of a file is worth, by `checking`'s verdicts.
SIGNATURES: dict[str, Any] = {
    "none": _l("Tệp không có chữ ký số."),
    "holds": _l("Chữ ký số đúng và bao trùm cả tệp."),
    "altered": _l("Chữ ký số không khớp: nội dung đã ký bị sửa."),
    "appended": _l("Sau khi ký, tệp bị thêm nội dung mà chữ ký không bao trùm."),
    "foreign": _l("Chữ ký số bằng chứng thư khác, không phải chứng thư đã dùng cho phiếu này."),
}


@dataclass(frozen=True)
class Dropped:
    """What the file is (`KINDS`), its hash, the paper it belongs to where there is a public one, how many bytes were added, and
    what its digital signature is worth (`None` where it was not looked at)."""

    kind: str
    sha256: str
    report: Report | None = None
    added: int = 0
    signature: SignatureFound | None = None


def examine(content: bytes) -> Dropped:
    """Judge a file; nothing of it is kept. Papers that are not public are as unknown as those of somebody else."""
    digest = hashlib.sha256(content).hexdigest()
    exact = report_by_file(digest)
    if exact is not None and exact.status in workflow.PUBLIC_STATES:
        return _signed(content, Dropped(ISSUED, digest, exact))
    if not content[:1024].lstrip().startswith(b"%PDF-"):
        return Dropped(NO_PDF, digest)
    if pdf_limits.unbounded(content):
        return Dropped(FOREIGN, digest)
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            source = attachment(document)
    except pikepdf.PasswordError:
        return Dropped(LOCKED, digest)
    except pikepdf.PdfError:
        return Dropped(NO_PDF, digest)
    if source is None:
        return Dropped(FOREIGN, digest)
    return _signed(content, _of_source(content, source, digest))


def _signed(content: bytes, found: Dropped) -> Dropped:
    """The answer with what the file's own signature says, held against the certificate that the paper was signed with."""
    if found.report is None:
        return found
    # Only here: who looks a code up never waits for them to load.
    from certificates.signing import apart, checking

    mine = current_file(found.report)
    judge = checking.check if found.kind == ISSUED else apart.check_apart  # what is not ours byte for byte may unpack without end
    signature = judge(content, mine.certificate.fingerprint if mine is not None else "")
    if found.kind == ISSUED and mine is not None and not signature.good:
        return replace(found, kind=CHANGED, signature=signature)  # the register's own hash says otherwise: neither is trusted alone
    return replace(found, signature=signature if mine is not None else None)


def _of_source(content: bytes, source: bytes, digest: str) -> Dropped:
    found = db.session.scalar(_public().where(Report.snapshot_hash == hashlib.sha256(source).hexdigest()))
    if found is None:
        named = _named(source)
        row = db.session.scalar(_public().where(Report.number == named)) if named else None
        told = row is not None and CODE_ONLY not in row.published  # kept to its code: a number alone names no paper
        return Dropped(OTHER_DATA, digest, row) if told else Dropped(FOREIGN, digest)
    for size, sha256 in _issued(found):
        if len(content) > size and hashlib.sha256(content[:size]).hexdigest() == sha256:
            return Dropped(LONGER, digest, found, len(content) - size)
    return Dropped(CHANGED, digest, found)


def _issued(report: Report) -> list[tuple[int, str]]:
    """Size and hash of every true file of a paper, the longest first."""
    signed = [(row.size, row.sha256) for row in files_of([report.id])[report.id]]
    stored = db.session.get(StoredFile, report.file_sha256) if report.file_sha256 and not signed else None
    return sorted([*signed, *([(stored.size, stored.sha256)] if stored is not None else [])], reverse=True)


def _public() -> Any:
    return select(Report).where(Report.status.in_(workflow.PUBLIC_STATES))


def _named(source: bytes) -> str:
    """The number that source data claims; empty where it is no paper of this laboratory's address."""
    try:
        said = json.loads(source)
        ours = str(said["verify_url"]).split("://", 1)[-1].startswith(store.signer().name.removesuffix("log"))
        return str(said["number"])[:80] if ours else ""
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
