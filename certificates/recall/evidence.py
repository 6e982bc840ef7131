"""What recalls show an assessor: what was evaluated after an instrument was found wrong (6.4.9, 7.10.1)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from certificates.models import Recall, RecallDecision, RecallLetter
from certificates.recall import workflow
from lab_app.core import evidence, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, warn_when_any


def _open() -> Select[int]:
    return how_many(Recall, Recall.status == workflow.OPEN)


def offer() -> None:
    """Register with the kernel."""
    evidence.offer("6.4.9", _l("Lần rà soát ảnh hưởng của thiết bị sai"), "certificates.recalls", evidence.records(Recall))
    evidence.offer("7.10.1", _l("Quyết định về từng kết quả bị ảnh hưởng"), "certificates.recalls",
                   evidence.records(RecallDecision))
    evidence.offer("7.8.8", _l("Thư báo khách hàng về kết quả bị ảnh hưởng"), "certificates.recalls",
                   evidence.records(RecallLetter))
    indicators.register(Indicator(
        "recalls-open", _l("Rà soát ảnh hưởng chưa kết luận"), _open, warn_when_any, "certificates.recalls", {"status": "open"},
        clauses=("6.4.9",), order=21,
    ))
