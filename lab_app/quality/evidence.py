"""What the room shows an assessor: rooms, environment, what the gates refused, the trail itself (6.3, 7.5, 7.11, 8.4)."""
from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.core import clock, evidence, indicators
from lab_app.core.audit import AuditEntry, AuditSeal
from lab_app.core.counting import how_many
from lab_app.core.gates import GateHit
from lab_app.core.indicators import Indicator, plain, warn_when_any
from lab_app.quality.models import EnvironmentRecord, Nonconformity, Room, Supplier, SupplierApproval
from lab_app.quality.workflow import CLOSED, NONCONFORMITY

#: Hits of gates are counted over this time.
HITS_DAYS = 30


def _hits() -> Select[int]:
    return how_many(GateHit, GateHit.at >= clock.now() - timedelta(days=HITS_DAYS))


def _open_nonconformities() -> Select[int]:
    return how_many(Nonconformity, Nonconformity.status.in_(NONCONFORMITY.but(CLOSED)))


def offer() -> None:
    """Register evidence and figures with the kernel."""
    evidence.offer("6.3.1", _l("Phòng làm việc"), "quality.rooms", evidence.records(Room))
    evidence.offer("6.3.3", _l("Bản ghi môi trường"), "quality.rooms", evidence.records(EnvironmentRecord))
    evidence.offer("6.6.1", _l("Nhà cung cấp"), "quality.suppliers", evidence.records(Supplier))
    evidence.offer("6.6.2", _l("Lần phê duyệt nhà cung cấp"), "quality.suppliers", evidence.records(SupplierApproval))
    evidence.offer("7.10", _l("Công việc không phù hợp"), "quality.nonconformities", evidence.records(Nonconformity))
    evidence.offer("7.5.2", _l("Dòng nhật ký thay đổi: ai, gì, khi nào, vì sao"), "quality.overview", evidence.records(AuditEntry))
    evidence.offer("7.11.3", _l("Mắt xích niêm phong nhật ký"), "quality.overview", evidence.records(AuditSeal))
    indicators.register(Indicator(
        "nonconformities-open", _l("Công việc không phù hợp chưa đóng"), _open_nonconformities, warn_when_any,
        "quality.nonconformities", {"status": "unclosed"}, clauses=("7.10",), order=20,
    ))
    indicators.register(Indicator(
        "gate-hits", _l("Lần chốt chặn đã ngăn việc sai"), _hits, plain, "quality.stops", note=_l("trong 30 ngày qua"), order=90,
    ))
