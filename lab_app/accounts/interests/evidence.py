"""What impartiality and confidentiality show an assessor (4.1, 4.2.4, 5.2)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select

from lab_app.accounts.interests import queries, rules
from lab_app.accounts.interests.models import (
    Appointment,
    Interest,
    InterestDeclaration,
    PressureIncident,
    Undertaking,
)
from lab_app.accounts.models import Person
from lab_app.core import evidence, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, bad_when_any, warn_when_any


def _overdue() -> Select[int]:
    found = queries.declarations("overdue", select(Person.id)).subquery()
    return select(func.count()).select_from(found)


def _vacant() -> Select[int]:
    """Functions of management that nobody holds today."""
    held = queries.held_today().subquery()
    return select(len(rules.FUNCTIONS) - func.count(func.distinct(held.c.function))).select_from(held)


def offer() -> None:
    """Register evidence and figures with the kernel."""
    evidence.offer("4.2.4", _l("Cam kết bảo mật trong hồ sơ"), "interests.declarations", evidence.records(Undertaking))
    evidence.offer("4.1.4", _l("Khai lợi ích hằng năm"), "interests.declarations", evidence.records(InterestDeclaration))
    evidence.offer("4.1.4", _l("Lợi ích đã khai"), "interests.interests", evidence.records(Interest))
    evidence.offer("4.1.3", _l("Sức ép được báo và cách xử lý"), "interests.pressure", evidence.records(PressureIncident))
    evidence.offer("4.1.1", _l("Tách biệt trách nhiệm"), "interests.separation_report",
                   evidence.records(Person, Person.active.is_(True)))
    evidence.offer("5.2", _l("Quyết định bổ nhiệm"), "interests.appointments", evidence.records(Appointment))
    indicators.register(Indicator(
        "declarations-overdue", _l("Quá hạn khai lợi ích hằng năm"), _overdue, warn_when_any, "interests.declarations",
        {"state": "overdue"}, clauses=("4.1.4",), order=61))
    indicators.register(Indicator(
        "pressure-open", _l("Sức ép được báo, chưa xử lý"), lambda: how_many(PressureIncident, PressureIncident.status == "open"),
        bad_when_any, "interests.pressure", {"state": "open"}, clauses=("4.1.3",), order=62))
    indicators.register(Indicator(
        "offices-vacant", _l("Chức vụ quản lý chưa có người giữ"), _vacant, warn_when_any, "interests.appointments", clauses=("5.2",),
        note=_l("trưởng phòng, phụ trách kỹ thuật, phụ trách chất lượng"), order=63))
