"""How the demonstration's papers reached their customers, at the counter, by a personal link, by telephone; and one that was withdrawn."""
from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from certificates import workflow
from certificates.models import Report
from certificates.queries import deliveries as kept
from certificates.services import change_status, delivery
from lab_app.accounts.services import signatures
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.demo.story import step, who
from lab_app.samples.services.internal import OWN_CODE

RECEPTION = "U05"
HURRIED = "GCN-HC-2026-0031"


def _after(day: date, days: int) -> date:
    """So many days later, and past."""
    return max(day, min(day + timedelta(days=days), clock.today() - timedelta(days=1)))


def tell() -> None:
    """Every paper of a customer but the newest was handed over the day after its issue; who was told of a suspension is written down."""
    standing = db.session.scalars(select(Report).where(Report.status == workflow.VALID).order_by(Report.issued_on, Report.id))
    papers = [paper for paper in standing if paper.request.customer.code != OWN_CODE]
    for paper in papers[:-1]:
        day = _after(paper.issued_on, 1)
        with step(clock.at_local(day, 10, 15)):
            delivery.hand_over(
                who(RECEPTION), paper, way="collect", to_name=paper.request.customer.contact or "Người đại diện",
                note="Nhận tại quầy, đã đối chiếu giấy giới thiệu.")
    _by_link(papers[0])
    _withdrawn(papers)
    _told()


def _withdrawn(papers: list[Report]) -> None:
    """The meter of September was measured before it had warmed up: its certificate was withdrawn, October stands (7.10.1 d)."""
    paper = next(one for one in papers if one.number == HURRIED)
    director = who("U01")
    with step(min(clock.at_local(date(2026, 11, 3), 10, 0), clock.now())):
        change_status(
            director, paper, to=workflow.WITHDRAWN, confirmed=signatures.told(director),
            reason="Đánh giá nội bộ ngày 02/11/2026: đồng hồ chỉ được làm nóng máy 30 phút, quy trình đòi 2 giờ.",
            public_reason="Phép đo thực hiện khi thiết bị chưa làm nóng đủ thời gian; phòng thử nghiệm hiệu chuẩn lại miễn phí.")


def _by_link(paper: Report) -> None:
    """The enterprise also asked for the file; the link was opened twice."""
    day = _after(paper.issued_on, 2)
    with step(clock.at_local(day, 9, 5)):
        _made, address = delivery.make_link(who(RECEPTION), paper, to_name=paper.request.customer.contact or "Người đại diện", days=365)
    for hour in (9, 14):
        with step(clock.at_local(day, hour, 40)):
            delivery.note_opening(address.rsplit("/", 1)[1])


def _told() -> None:
    """The customer was told of each change of status by telephone the same afternoon."""
    for row in list(db.session.scalars(kept.untold())):
        at = min(row.recorded_at + timedelta(minutes=35), clock.now())
        with step(at):
            delivery.hand_over(
                who(RECEPTION), row.report, way="phone", to_name=row.report.request.customer.contact or "Người đại diện",
                note="Gọi điện, đã gửi công văn xác nhận.", delivery=kept.delivery(row.id))
