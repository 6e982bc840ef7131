"""Setting how papers of a kind look from a day on (7.8.2, 8.3)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext

from certificates import number_pattern, papers
from certificates.models import PaperSetup
from lab_app.core import audit, clock, files
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P

MARKS = ("logo", "accreditation_mark", "ilac_mark")
#: Orders of the signature block that a laboratory may choose; whoever authorises stands at the right of each (7.8.2.1 o).
ORDERS: tuple[tuple[str, ...], ...] = (
    ("testers", "reviewer", "signatory"), ("reviewer", "testers", "signatory"), ("testers", "signatory"), ("reviewer", "signatory"),
    ("signatory",),
)
MOST_NOTES, MOST_DAYS = 12, 3650
_REQUIRED = ("title_vi", "form_code", "form_issue", "validity_vi", "disclaimer_vi", "head_office", "reason")


def checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a setting trimmed and found fit; what is not is refused at its field. Reads nothing, writes nothing."""
    told: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    for name in _REQUIRED:
        if not told.get(name):
            raise FieldRefused(name, gettext("Cần điền mục này."))
    if told["kind"] not in papers.KINDS:
        raise FieldRefused("kind", gettext("Không có loại phiếu này."))
    wrong = number_pattern.fault(told["number_pattern"], told["kind"])
    if wrong:
        raise FieldRefused("number_pattern", wrong)
    if tuple(told["signatures"]) not in ORDERS:
        raise FieldRefused("signatures", gettext("Lựa chọn không có trong danh sách."))
    for name in ("complaint_days", "retention_days"):
        if told.get(name) is not None and not 1 <= told[name] <= MOST_DAYS:
            raise FieldRefused(name, gettext("Từ 1 đến %(most)s ngày.", most=MOST_DAYS))
    told["notes"] = _notes(told.get("notes") or ())
    if told.get("ilac_mark") and not told.get("ilac_licence"):
        raise FieldRefused("ilac_licence", gettext("Dấu ILAC MRA chỉ dùng khi có thỏa thuận sử dụng: ghi số thỏa thuận."))
    return told


def _notes(given: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    notes = [{"vi": str(note.get("vi") or "").strip(), "en": str(note.get("en") or "").strip()} for note in given]
    notes = [note for note in notes if note["vi"] or note["en"]]
    if any(not note["vi"] for note in notes):
        raise FieldRefused("notes", gettext("Mỗi ghi chú cần lời tiếng Việt."))
    if len(notes) > MOST_NOTES:
        raise FieldRefused("notes", gettext("Tối đa %(n)s ghi chú.", n=MOST_NOTES))
    return notes


def set_papers(
    actor: Actor, *, effective_from: date, pictures: Mapping[str, files.Upload] | None = None, **facts: Any,
) -> PaperSetup:
    """Set the papers of a kind from a day on. `facts`: the columns of `PaperSetup`; `pictures`: new pictures by column.

    Refuses a day that has passed (papers of past days were made by what held then), a pattern that is not sound or could repeat a
    number, the ILAC mark without its licence, and pictures that are none.
    """
    authorize(actor, P.LABORATORY_WRITE)
    if effective_from < clock.today():
        raise FieldRefused("effective_from", gettext("Thiết lập có hiệu lực sớm nhất từ hôm nay."))
    uploads = dict(pictures or {})
    for name, upload in uploads.items():
        if upload.media_type not in files.IMAGES:
            raise FieldRefused(name, gettext("Cần một ảnh PNG, JPEG hoặc WebP."))
    told = checked({**facts, **{name: upload.sha256 for name, upload in uploads.items()}})
    audit.because(told["reason"])
    for upload in uploads.values():
        files.keep(upload)
    row = PaperSetup(**told, effective_from=effective_from, set_by_id=actor.id)
    db.session.add(row)
    db.session.flush()
    return row
