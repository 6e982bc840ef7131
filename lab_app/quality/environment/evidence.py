"""What the subject shows an assessor, and its figures (6.3.2, 6.3.3)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import evidence, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, bad_when_any, warn_when_any
from lab_app.quality.environment.models import Excursion, Intake, Logger, RoomLimit
from lab_app.quality.environment.workflow import LASTING, OVER


def offer() -> None:
    """Register evidence and figures with the kernel."""
    evidence.offer("6.3.2", _l("Giới hạn môi trường của phòng"), "quality.rooms", evidence.records(RoomLimit))
    evidence.offer("6.3.3", _l("Bộ ghi môi trường đang dùng"), "quality_environment.loggers",
                   evidence.records(Logger, Logger.retired_at.is_(None)))
    evidence.offer("6.3.3", _l("Lần nhận số liệu từ bộ ghi"), "quality_environment.loggers", evidence.records(Intake))
    evidence.offer("6.3.3", _l("Lần vượt giới hạn có đánh giá"), "quality_environment.excursions",
                   evidence.records(Excursion, Excursion.assessed_at.is_not(None)))
    indicators.register(Indicator(
        "environment-lasting", _l("Phòng đang vượt giới hạn môi trường"), lambda: how_many(Excursion, Excursion.status == LASTING),
        bad_when_any, "quality_environment.excursions", {"status": LASTING}, clauses=("6.3.3",), order=24))
    indicators.register(Indicator(
        "environment-unjudged", _l("Lần vượt giới hạn chưa đánh giá"), lambda: how_many(Excursion, Excursion.status == OVER),
        warn_when_any, "quality_environment.excursions", {"status": OVER}, clauses=("6.3.3",), order=25,
        note=_l("các kết quả trong thời gian đó chưa nộp được")))
