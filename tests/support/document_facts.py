"""Documents in each phase, and a file of a record whose time of keeping is over, made by the services that make them in earnest."""
from __future__ import annotations

from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from lab_app.accounts.models import Person
from lab_app.core import clock, files
from lab_app.core.access import authorize
from lab_app.core.permissions import P
from lab_app.quality.documents import services
from lab_app.quality.documents.models import ControlledDocument, DocumentVersion
from lab_app.quality.retention import services as retention
from lab_app.quality.retention.models import Disposal
from tests.support.people_facts import SETTER, People
from tests.support.signing import confirmed


@cache
def pdf(words: str = "Quy trinh", pages: int = 2, size: tuple[float, float] = (595.0, 842.0)) -> bytes:
    """A PDF of some pages with words on each."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    for page in range(pages):
        canvas.drawString(72, size[1] - 72, f"{words} {page + 1}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def stored(words: str = "Quy trinh", **kw: Any) -> files.Upload:
    """A PDF whose bytes are on disk."""
    return files.put_bytes(pdf(words, **kw), "quy-trinh.pdf", files.PAPERS)


def registered(people: People, code: str = "QT-08", **facts: Any) -> ControlledDocument:
    """A procedure in the master list that technicians read."""
    given = {"kind": "procedure", "title_vi": "Bảo đảm giá trị sử dụng của kết quả", "title_en": "Ensuring validity", "clauses": ["7.7"],
             "process": "Thử nghiệm", "read_by": {"roles": ["technician"]}} | facts
    return services.register_document(people.quality_manager, code=code, owner=people.quality_manager, **given)


def drafted(
    people: People, document: ControlledDocument | None = None, author: Person | None = None, upload: files.Upload | None = None,
    **facts: Any,
) -> DocumentVersion:
    """A draft with its file."""
    document = document or registered(people)
    given = {"change_summary": "thêm biểu đồ kiểm soát" if document.versions else ""} | facts
    return services.draft_version(
        author or people.quality_manager, document, upload or stored(f"lan {len(document.versions) + 1}"), **given)


def submitted(people: People, document: ControlledDocument | None = None, author: Person | None = None, **facts: Any) -> DocumentVersion:
    """A draft handed in for review."""
    return services.submit_version(author or people.quality_manager, drafted(people, document, author, **facts))


def effective(people: People, document: ControlledDocument | None = None, on: date | None = None, **facts: Any) -> DocumentVersion:
    """A version written by the quality manager, reviewed by the reviewer, approved by the signatory."""
    row = submitted(people, document, **facts)
    services.review_version(people.reviewer, row, note="đọc cả tài liệu")
    return services.approve_version(
        people.signatory, row, effective_from=on or clock.today(), confirmed=confirmed(people.signatory))


def old_photo(people: People, on: date, kind: str = "sample", subject_id: int = 77, name: str = "mau.png") -> files.Attachment:
    """A photo attached to a record on a day."""
    with clock.at(clock.at_local(on, 9)):
        authorize(SETTER, P.RESULT_WRITE)
        upload = files.put_bytes(PIXEL + name.encode(), name, files.IMAGES)
        return files.attach(upload, kind, subject_id, people.technician.id, purpose="photo")


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060f80f0001040100"
    "5fe5c34b0000000049454e44ae426082")


def proposed(people: People) -> Disposal:
    """A proposal to destroy one photo of a sample that was to be kept five years and is six years old."""
    old_photo(people, date(2020, 5, 4))
    authorize(SETTER, P.QUALITY_WRITE)
    retention.set_rule(people.quality_manager, kind="sample", months=60, basis="quy định của phòng")
    return retention.propose_disposal(people.quality_manager, kind="sample", before=date(2021, 1, 1), reason="hết thời hạn lưu",
        way="xóa tệp")
