"""What the subject shows an assessor, and its figures (6.3.4)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import clock, evidence, indicators
from lab_app.core.indicators import Indicator, bad_when_any
from lab_app.quality.sites import queries
from lab_app.quality.sites.models import RoomAccess, SiteNeed, SiteValidation


def offer() -> None:
    """Register evidence and figures with the kernel."""
    evidence.offer("6.3.4", _l("Lần xác nhận phòng đo có báo cáo"), "quality_sites.validations", evidence.records(SiteValidation))
    evidence.offer("6.3.4", _l("Yêu cầu của phương pháp về phòng đo"), "quality_sites.needs",
                   evidence.records(SiteNeed, SiteNeed.ended_on.is_(None)))
    evidence.offer("6.3.4", _l("Quyền vào phòng đã ghi"), "quality.rooms", evidence.records(RoomAccess))
    indicators.register(Indicator(
        "sites-overdue", _l("Phòng đo quá hạn xác nhận"), lambda: queries.overdue_count(clock.today()), bad_when_any,
        "quality_sites.validations", {"due": "over"}, clauses=("6.3.4",), order=23))
