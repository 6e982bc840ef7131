"""What the room shows an assessor: rooms, environment, what the gates refused, the trail itself (6.3, 7.5, 7.11, 8.4)."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from lab_app.core import clock, evidence, indicators
from lab_app.core.audit import AuditEntry, AuditSeal
from lab_app.core.gates import GateHit
from lab_app.core.indicators import Indicator, plain, warn_when_any
from lab_app.quality.models import EnvironmentRecord, Nonconformity, Room, Supplier, SupplierApproval
from lab_app.quality.workflow import CLOSED

#: Hits of gates are counted over this time.
HITS_DAYS = 30


def _count(model: Any, *conditions: Any) -> Select[int]:
    return select(func.count()).select_from(model).where(*conditions)


def _hits() -> Select[int]:
    return _count(GateHit, GateHit.at >= clock.now() - timedelta(days=HITS_DAYS))


def _open_nonconformities() -> Select[int]:
    return _count(Nonconformity, Nonconformity.status != CLOSED)


def offer() -> None:
    """Register evidence and figures with the kernel."""
    evidence.offer("6.3.1", _l("Phòng làm việc"), "quality.rooms", lambda: _count(Room))
    evidence.offer("6.3.3", _l("Bản ghi môi trường"), "quality.rooms", lambda: _count(EnvironmentRecord))
    evidence.offer("6.6.1", _l("Nhà cung cấp"), "quality.suppliers", lambda: _count(Supplier))
    evidence.offer("6.6.2", _l("Lần phê duyệt nhà cung cấp"), "quality.suppliers", lambda: _count(SupplierApproval))
    evidence.offer("7.10", _l("Công việc không phù hợp"), "quality.nonconformities", lambda: _count(Nonconformity))
    evidence.offer("7.5.2", _l("Dòng nhật ký thay đổi: ai, gì, khi nào, vì sao"), "quality.overview", lambda: _count(AuditEntry))
    evidence.offer("7.11.3", _l("Mắt xích niêm phong nhật ký"), "quality.overview", lambda: _count(AuditSeal))
    indicators.register(Indicator(
        "nonconformities-open", _l("Công việc không phù hợp chưa đóng"), _open_nonconformities, warn_when_any,
        "quality.nonconformities", {"status": "unclosed"}, clauses=("7.10",), order=20,
    ))
    indicators.register(Indicator(
        "gate-hits", _l("Lần chốt chặn đã ngăn việc sai"), _hits, plain, "quality.stops", note=_l("trong 30 ngày qua"), order=90,
    ))
