"""The forbidden acts on complaints and disclosures, one for each gate: everything but the one fact is in order (7.9, 4.2.2)."""
from __future__ import annotations

from datetime import date
from typing import Any

from lab_app.core import search
from lab_app.core.access import authorize
from lab_app.core.permissions import P
from lab_app.quality.complaints import services as complaints
from lab_app.quality.complaints.models import Complaint
from lab_app.quality.complaints.workflow import NOTE, REJECTED, UPHELD
from lab_app.quality.disclosures import services as disclosures
from tests.support.certificates_facts import World, ready_request
from tests.support.signing import confirmed


def _investigated(world: World) -> Complaint:
    """A complaint about a request, investigated to its end by the quality manager."""
    manager, about = world.people.quality_manager, world.request.number
    authorize(manager, P.QUALITY_WRITE)
    search.put("request", world.request.id, about, "")
    row = complaints.register_complaint(
        manager, channel="phone", title="Kết quả sai", words="Kết quả phát xạ tại 1 GHz không đúng với lần đo trước.", about=about,
        name="Nguyễn Văn Khách", phone="0900 000 000")
    complaints.acknowledge(manager, row, words="Đã nhận.", way="phone")
    complaints.take(manager, row, owner=manager, relevance="Phép thử của phòng")
    complaints.investigate(manager, row, investigation="Đã xem số đọc gốc.", cause="Suy hao cáp ghi sai.", action="Đo lại.",
                           action_done_on=date(2026, 11, 16))
    return row


def decided_by_who_measured(_app: Any) -> None:
    """7.9.6: the reviewer of the very results decides the complaint about them."""
    world = ready_request()
    reviewer = world.people.reviewer
    row = _investigated(world)
    complaints.decide(reviewer, row, outcome=UPHELD, decision="Kết quả đúng.", confirmed=confirmed(reviewer))


def decided_without_a_cause(_app: Any) -> None:
    """7.9.3: everything is there but the cause."""
    world = ready_request()
    manager = world.people.quality_manager
    row = _investigated(world)
    complaints.investigate(manager, row, investigation="Đã xem.", cause="", action="Đo lại.", action_done_on=date(2026, 11, 16))
    complaints.decide(manager, row, outcome=UPHELD, decision="Kết quả sai.", confirmed=confirmed(manager))


def ended_without_telling(_app: Any) -> None:
    """7.9.7: decided, the action done; nobody told the complainant that it is over."""
    world = ready_request()
    manager = world.people.quality_manager
    row = _investigated(world)
    complaints.decide(manager, row, outcome=REJECTED, decision="Không có căn cứ.", confirmed=confirmed(manager))
    complaints.tell(manager, row, kind=NOTE, words="Gọi không ai nghe máy.", way="phone")
    complaints.close(manager, row)


def given_and_the_customer_not_told(_app: Any) -> None:
    """4.2.2: the authority has the report, the customer knows nothing and no rule forbids telling."""
    manager = ready_request().people.quality_manager
    row = disclosures.register_demand(
        manager, authority="Cục Quản lý thị trường", basis="Luật Chất lượng sản phẩm, hàng hóa, điều 68", asked_on=date(2026, 11, 10),
        customer="Công ty A", wanted="Phiếu kết quả", demand="12/QLTT")
    disclosures.give(manager, row, given="Bản sao phiếu", given_on=date(2026, 11, 12))
    disclosures.close(manager, row)


BREACHES = {
    "complaint-decider-not-involved": decided_by_who_measured, "complaint-investigated": decided_without_a_cause,
    "complaint-complete": ended_without_telling, "disclosure-told": given_and_the_customer_not_told,
}
