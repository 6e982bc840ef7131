"""Hangs events, holds, dispositions and corrective actions on the application."""
from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from lab_app.quality import hanging
from lab_app.quality.holds import queries as holds
from lab_app.quality.models import Nonconformity

if TYPE_CHECKING:
    from flask import Flask


def frozen(row: Nonconformity) -> list[str]:
    """Holds that stand under nonconforming work: it is not closed before they are released (7.10.1 f)."""
    return [gettext("%(code)s: %(subject)s còn bị giữ lại", code=hold.code, subject=hold.subject_code)
            for hold in holds.holds_of(row.id) if hold.released_at is None]


def register(app: Flask) -> None:
    """The four subjects of 7.10 and 8.7."""
    from lab_app.quality.corrective import models as _corrective  # noqa: F401  (their tables belong to the schema)
    from lab_app.quality.corrective import workflow as _stages  # noqa: F401
    from lab_app.quality.dispositions import models as _dispositions  # noqa: F401
    from lab_app.quality.events import models as _events  # noqa: F401
    from lab_app.quality.holds import models as _holds  # noqa: F401
    from lab_app.quality.holds import workflow as _holding  # noqa: F401

    hanging.register("holds", frozen)
