"""What risks show an assessor, and the figures that want a look (8.5, 4.1.4)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, case, func, select

from lab_app.core import clock, evidence, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, bad_when_any, warn_when_any
from lab_app.quality.risks.models import ImpartialityReview, Risk
from lab_app.quality.risks.queries import at_level
from lab_app.quality.risks.workflow import RISK


def _review_overdue() -> Select[int]:
    """1 where no look at impartiality stands for today."""
    standing = select(func.count()).select_from(ImpartialityReview).where(ImpartialityReview.next_on > clock.today()).scalar_subquery()
    return select(case((standing > 0, 0), else_=1))


def offer() -> None:
    """Register evidence and figures with the kernel."""
    evidence.offer("4.1.4", _l("Lần xem xét rủi ro với tính khách quan"), "quality_risks.reviews",
                   evidence.records(ImpartialityReview))
    evidence.offer("4.1.5", _l("Rủi ro với tính khách quan"), "quality_risks.risks",
                   evidence.records(Risk, Risk.topic == "impartiality"))
    evidence.offer("8.5.1", _l("Rủi ro và cơ hội"), "quality_risks.risks", evidence.records(Risk))
    evidence.offer("8.5.2", _l("Biện pháp đã kiểm tra hiệu lực"), "quality_risks.risks",
                   evidence.records(Risk, Risk.effect_at.is_not(None)))
    indicators.register(Indicator(
        "risks-high", _l("Rủi ro cao chưa đóng"),
        lambda: how_many(Risk, Risk.status.in_(RISK.but("closed")), Risk.kind == "risk", at_level("high")),
        warn_when_any, "quality_risks.risks", {"level": "high", "status": "unclosed", "kind": "risk"}, clauses=("8.5.2", "4.1.5"), order=62,
    ))
    indicators.register(Indicator(
        "effects-overdue", _l("Biện pháp rủi ro quá hạn kiểm tra hiệu lực"),
        lambda: how_many(Risk, Risk.status.in_(("planned", "approved")), Risk.effect_on < clock.today()), bad_when_any,
        "quality_risks.risks", {"status": "unclosed"}, clauses=("8.5.2",), order=63,
    ))
    indicators.register(Indicator(
        "impartiality-review", _l("Chưa xem xét tính khách quan trong quý"), _review_overdue, bad_when_any, "quality_risks.reviews",
        clauses=("4.1.4",), order=64,
    ))
