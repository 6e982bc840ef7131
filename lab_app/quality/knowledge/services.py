"""Use cases of what the laboratory has learned: written down by anybody, set aside when it no longer holds (ISO 9001 7.1.6)."""
from __future__ import annotations

from flask_babel import gettext

from lab_app.core import audit, clock, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.quality.causes import AREAS
from lab_app.quality.knowledge.models import Lesson
from lab_app.quality.origins import named


def _needed(field: str, value: str) -> str:
    if not value.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return value.strip()


def write_lesson(
    actor: Actor, *, area: str, title: str, happened: str, learned: str, applies_to: str = "", source_kind: str = "", source_code: str = "",
) -> Lesson:
    """Write a lesson down; everybody may. Refuses an unknown area, empty words, a source that is not there."""
    authorize(actor, P.HOME)
    if area not in AREAS:
        raise FieldRefused("area", gettext("Lựa chọn không có trong danh sách."))
    source = named(source_kind, source_code)
    row = Lesson(
        code=numbering.yearly("BH", clock.today().year, 3), area=area, title=_needed("title", title),
        happened=_needed("happened", happened),
        learned=_needed("learned", learned), applies_to=applies_to.strip(), source_kind=source[0], source_id=source[1],
        source_code=source[2], person_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    search.put("lesson", row.id, row.code, row.title, row.happened, row.learned, row.applies_to, row.source_code)
    return row


def set_aside(actor: Actor, row: Lesson, reason: str) -> Lesson:
    """It no longer holds, and why; it stays to be read as what was."""
    authorize(actor, P.QUALITY_WRITE)
    if row.aside_on is not None:
        raise Refused(gettext("Mục này đã bỏ rồi."))
    with audit.reason(_needed("reason", reason)):
        row.aside_on, row.aside_reason = clock.today(), reason.strip()
        db.session.flush()
    return row
