"""The room's places in groups, as its navigation shows them: what the reader may open, the group of the present page opened."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l

from lab_app.core.access import current_actor

#: Group: label, icon, and its places as (endpoint, label).
GROUPS: tuple[tuple[Any, str, tuple[tuple[str, Any], ...]], ...] = (
    (_l("Tổng quan"), "speedometer2", (
        ("quality.overview", _l("Bảng điều hành")), ("quality.clauses", _l("Theo điều")),
        ("quality.enforced", _l("Điều bị cưỡng chế")), ("quality.stops", _l("Chốt chặn đã ngăn")),
        ("quality_glass.broken_gates", _l("Vượt chốt khẩn cấp")),
    )),
    (_l("Không phù hợp"), "exclamation-octagon", (
        ("quality_events.events", _l("Sự việc")), ("quality.nonconformities", _l("Công việc không phù hợp")),
        ("quality_holds.holds", _l("Đang giữ lại")), ("quality_corrective.corrective_actions", _l("Hành động khắc phục")),
        ("recall_drills.drills", _l("Diễn tập thu hồi")),
    )),
    (_l("Khách hàng"), "chat-left-text", (
        ("quality_complaints.complaints", _l("Khiếu nại")), ("quality_feedback.feedback", _l("Phản hồi")),
        ("quality_disclosures.disclosures", _l("Cung cấp thông tin theo luật")),
    )),
    (_l("Tài liệu"), "journals", (
        ("quality_documents.documents", _l("Tài liệu nội bộ")), ("quality_standards.standards", _l("Tài liệu bên ngoài")),
        ("quality_retention.rules", _l("Thời hạn lưu hồ sơ")), ("quality_retention.disposals", _l("Hủy hồ sơ")),
    )),
    (_l("Con người"), "people", (
        ("competence.matrix", _l("Ma trận trao quyền")), ("competence.criteria", _l("Tiêu chí năng lực")),
        ("competence.due", _l("Đào tạo, theo dõi")), ("interests.declarations", _l("Khách quan, bảo mật")),
        ("interests.compare", _l("So sánh quyền")),
    )),
    (_l("Phòng đo"), "thermometer-half", (
        ("quality.rooms", _l("Phòng, môi trường")), ("quality_environment.excursions", _l("Lần vượt giới hạn")),
        ("quality_environment.loggers", _l("Bộ ghi")), ("quality_sites.validations", _l("Xác nhận giá trị phòng đo")),
    )),
    (_l("Nhà cung cấp"), "truck", (
        ("quality.suppliers", _l("Nhà cung cấp")), ("quality_purchases.incoming", _l("Kiểm tra đầu vào")),
    )),
    (_l("Rủi ro, cải tiến"), "arrow-up-right-circle", (
        ("quality_risks.risks", _l("Rủi ro và cơ hội")), ("quality_improvements.improvements", _l("Cải tiến")),
        ("quality_changes.changes", _l("Thay đổi có kế hoạch")), ("quality_knowledge.lessons", _l("Tri thức")),
    )),
    (_l("Mục tiêu"), "bullseye", (
        ("quality_objectives.objectives", _l("Mục tiêu và chỉ số")), ("quality_context.context", _l("Bối cảnh, bên quan tâm")),
        ("quality_context.processes", _l("Quá trình")),
    )),
)


@dataclass(frozen=True)
class Place:
    """One page of a group."""

    label: Any
    url: str
    on: bool


@dataclass(frozen=True)
class Group:
    """A group as shown: where its chip leads, whether the present page is in it, its places."""

    label: Any
    icon: str
    url: str
    on: bool
    is_page: bool
    places: tuple[Place, ...]


def quality_places(here: str) -> list[Group]:
    """The groups with at least one page that the reader may open; `here` is the endpoint of the present page."""
    views, actor = current_app.view_functions, current_actor()
    shown = []
    for label, icon, places in GROUPS:
        open_ = [Place(word, url_for(name), name == here) for name, word in places if actor.can(getattr(views.get(name), "__access__", ""))]
        if open_:
            on = any(place.on for place in open_)
            shown.append(Group(label, icon, open_[0].url, on, open_[0].on, tuple(open_)))
    return shown
