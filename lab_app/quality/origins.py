"""Which record brought a risk, an improvement, a change or a lesson up: named by kind and code, found by the search index."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.errors import FieldRefused
from lab_app.quality import subjects

#: What such a record may come from, as its form offers it.
KINDS = ("nonconformity", "corrective-action", "quality-event", "complaint", "instrument", "method", "supplier", "risk", "room")

#: What the field of the code asks for.
HELP = _l("Mã của hồ sơ đã chọn ở ô trên, ví dụ NCW-2026-003; quét được.")


def choices() -> list[tuple[str, Any]]:
    """For a form: no record first, then the kinds that have a word."""
    return [("", _l("Không gắn với hồ sơ nào")), *((kind, subjects.word(kind)) for kind in KINDS if subjects.word(kind))]


def named(kind: str, code: str, field: str = "source_code") -> tuple[str, int, str]:
    """(kind, id, code) of the record a person names; nothing where no kind is chosen. Refuses a code that is not there."""
    if not kind:
        return "", 0, ""
    found = subjects.find(kind, code) if kind in KINDS and code.strip() else None
    if found is None:
        raise FieldRefused(field, gettext("Không có hồ sơ nào mang mã này."))
    return kind, found, code.strip()
