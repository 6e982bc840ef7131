"""Words of broken gates, as a person reads them."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import history


def say() -> None:
    """Name the record and its fields for histories."""
    history.say_kinds({"broken-gate": _l("Lần vượt chốt khẩn cấp")})
    history.say_fields("broken-gate", {
        "gate": _l("Chốt chặn"), "clauses": _l("Điều"), "says": _l("Chốt đã nói"), "reason": _l("Lý do vượt"), "door": _l("Đường vào"),
        "token": _l("Dấu của lần khai"), "at": _l("Lúc"),
    })
