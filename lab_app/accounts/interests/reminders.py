"""Work that comes back: the yearly declarations are asked for."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from lab_app.accounts.interests.services import ask_declarations
from lab_app.core import jobs, schedule


def start() -> None:
    """Named by the room when it registers: the work below is known from then on."""


@schedule.scheduled("interest-declarations", _l("Nhắc khai lợi ích hằng năm"), hour=6, minute=20)
def ask(_payload: dict[str, Any]) -> None:
    """Everybody whose yearly declaration is due within a month is asked, once a day."""
    with jobs.transaction():
        ask_declarations()
