"""What customers and others say: complaints (7.9), feedback (8.6.2), disclosures the law obliges to (4.2.2); hung on together."""
from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from flask import Flask


def lines(text: str | None) -> Markup:
    """Somebody's words as HTML: escaped, their line ends kept."""
    return Markup("<br>").join(escape(part) for part in (text or "").split("\n"))


def register(app: Flask) -> None:
    """Hang the three subjects on the application."""
    from lab_app.quality import complaints, disclosures, feedback, subjects
    from lab_app.quality.complaints.services import from_event
    from lab_app.quality.events import services as events
    from lab_app.quality.events import workflow as event_words

    app.jinja_env.filters.setdefault("lines", lines)
    complaints.register(app)
    feedback.register(app)
    disclosures.register(app)
    events.register_opener(event_words.COMPLAINT, from_event)
    subjects.register("complaint", subjects.Kind(_l("Khiếu nại"), "quality_complaints.complaint_page"))
    subjects.register("disclosure", subjects.Kind(_l("Cung cấp thông tin theo luật"), "quality_disclosures.disclosure_page"))
