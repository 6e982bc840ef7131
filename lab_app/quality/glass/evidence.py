"""What broken gates show an assessor, and the figure that calls for attention (7.10)."""
from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from lab_app.core import clock, evidence, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, warn_when_any
from lab_app.quality.glass.models import BrokenGate

DAYS = 365


def offer() -> None:
    """Register evidence and the figure with the kernel."""
    evidence.offer("7.10", _l("Lần vượt chốt khẩn cấp, mỗi lần một công việc không phù hợp"), "quality_glass.broken_gates",
                   evidence.records(BrokenGate))
    indicators.register(Indicator(
        "gates-broken", _l("Chốt chặn bị vượt khẩn cấp"), lambda: how_many(BrokenGate, BrokenGate.at >= clock.now() - timedelta(days=DAYS)),
        warn_when_any, "quality_glass.broken_gates", note=_l("trong 12 tháng qua"), clauses=("7.10",), order=85,
    ))
