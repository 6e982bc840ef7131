"""What drills show an assessor (7.10.1, 8.7)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from certificates.drills import workflow
from certificates.models import RecallDrill
from lab_app.core import evidence
from lab_app.core.counting import how_many


def _filed() -> Select[int]:
    return how_many(RecallDrill, RecallDrill.status == workflow.FILED)


def offer() -> None:
    """Register with the kernel."""
    evidence.offer("7.10.1", _l("Lần diễn tập thu hồi đã lưu"), "recall_drills.drills", _filed)
