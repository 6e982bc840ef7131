"""What customers and others said in two years: feedback with its trend, a complaint followed to its end and one still open, and what an
authority asked for by law (7.9, 8.6.2, 4.2.2)."""
from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from certificates.models import Report
from certificates.services import asking
from lab_app.accounts.models import Person
from lab_app.accounts.services import signatures
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.demo.story import step, who
from lab_app.demo.today import working_day_before
from lab_app.quality.complaints import queries, services, tokens
from lab_app.quality.complaints.models import Complaint
from lab_app.quality.complaints.workflow import NOTICE, PARTLY, PROGRESS
from lab_app.quality.disclosures import services as disclosures
from lab_app.quality.events import services as events
from lab_app.quality.events import workflow as event_words
from lab_app.quality.events.models import Event
from lab_app.quality.feedback import services as feedback
from lab_app.quality.feedback.models import Feedback, FeedbackRequest
from lab_app.samples.models import Customer

STAR, CALIBRATED = "PKQ-2026-0117-01", "GCN-HC-2026-0031"
TERMS_SET = date(2024, 12, 2)
#: Month by month from December 2024: (satisfied 1 to 5, in time 1 to 5, would recommend 0 to 10) of each answer.
ANSWERS: tuple[tuple[tuple[int, int | None, int | None], ...], ...] = (
    ((4, 3, 7),), ((4, 3, 8), (3, 3, 6)), ((4, 4, 8),), ((3, 3, 7), (4, 4, 9)), ((4, 3, 7), (4, 4, 8)), ((5, 4, 9), (4, 3, 8)),
    ((4, 4, 8), (3, 3, 6)), ((4, 3, 8), (4, None, 9)), ((2, 1, 4), (3, 3, 6), (4, 4, 8)), ((4, 3, 7), (3, 3, 7)), ((4, 4, 9), (4, 4, 8)),
    ((5, 4, 9), (4, 4, None)), ((5, 4, 9), (4, 4, 8)), ((4, 5, 9), (5, 4, 10)), ((4, 4, 9), (4, 4, 8)), ((5, 5, 10), (4, 4, 9)),
    ((5, 4, 9), (4, 4, 9), (3, 4, 7)), ((5, 5, 10), (4, 5, 9)), ((5, 4, 9), (5, 5, 10)), ((4, 4, 8), (5, 5, 10)), ((5, 5, 9), (4, 4, 9)),
    ((5, 5, 10), (5, 4, 9)), ((4, 5, 9), (5, 5, 10)),
)
WORDS = {
    (2024, 12): "Phiếu rõ, nhưng phải gọi hai lần mới biết bao giờ có.",
    (2025, 8): "Hẹn mười ngày mà ba tuần mới có phiếu, không ai báo trước.",
    (2025, 11): "Từ khi có ngày hẹn trên giấy nhận thì dễ sắp việc hơn.", (2026, 4): "Kỹ thuật viên giải thích kỹ vì sao phải đo lại.",
    (2026, 9): "Tra phiếu bằng mã rất tiện cho đối tác nước ngoài.",
}
LATE = "Giao trễ hai ngày so với ngày hẹn trên giấy nhận, chúng tôi phải dời lịch đo của xưởng. Mong phòng báo trước khi không kịp."


def tell() -> None:
    """All of it, each at its own day."""
    now, manager = clock.now(), who("U06")
    with step(clock.at_local(TERMS_SET, 9)):
        services.set_terms(
            manager, acknowledge_days=2, decide_days=15, words_vi="Cần trao đổi trực tiếp, xin gọi số ở cuối trang trong giờ hành chính.",
            words_en="To talk to us, please call the number below during office hours.")
    customers = list(db.session.scalars(select(Customer).order_by(Customer.id).limit(3)))
    _two_years(customers, now)
    _look_into_the_low_one(manager)
    _analysed(manager)
    papers = {number: db.session.scalar(select(Report).where(Report.number == number)) for number in (STAR, CALIBRATED)}
    if papers[CALIBRATED] is not None:
        _followed_to_the_end(manager)
    if papers[STAR] is not None:
        _by_law(manager)
        _asked_by_letter()
    _still_open(manager, working_day_before(clock.today(), 3))


def _two_years(customers: list[Customer], now: datetime) -> None:
    sales = who("U10")
    for number, answers in enumerate(ANSWERS):
        year, month = divmod(2024 * 12 + 11 + number, 12)
        for place, (satisfaction, timeliness, recommend) in enumerate(answers):
            at = clock.at_local(date(year, month + 1, 9 + 6 * place), 15)
            if at >= now:
                return
            customer = customers[(number + place) % len(customers)]
            with clock.at(at):
                feedback.write_down(
                    sales, way=("phone", "person", "email")[(number + place) % 3], customer=customer.name, customer_id=customer.id,
                    words=WORDS.get((year, month + 1), "") if place == 0 else "", satisfaction=satisfaction, timeliness=timeliness,
                    recommend=recommend)


def _look_into_the_low_one(manager: Person) -> None:
    low = db.session.scalar(select(Feedback).where(Feedback.event_code != "").order_by(Feedback.id))
    event = db.session.scalar(select(Event).where(Event.code == low.event_code)) if low is not None else None
    if low is None or event is None:
        return
    with step(low.answered_at + timedelta(days=2)):
        events.settle_event(manager, event, outcome=event_words.NOTHING, reason=(
            "Đã gọi xin lỗi và giảm phí; trễ vì máy phân tích phổ đi hiệu chuẩn. Từ 9/2025 ngày hẹn được ghi trên giấy nhận."))


def _analysed(manager: Person) -> None:
    with step(clock.at_local(date(2026, 1, 15), 10)):
        feedback.analyse(
            manager, since=date(2025, 1, 1), until=date(2025, 12, 31),
            findings="Điểm đúng hẹn thấp nhất vào tháng 8, khi máy đi hiệu chuẩn mà lịch nhận mẫu không đổi. Từ tháng 11 tăng lại.",
            use="Ghi ngày hẹn trên giấy nhận; lịch hiệu chuẩn được xem khi hẹn. Phụ trách: Hoàng Minh Phụ Lục, xem lại sau hai quý.")


def _lodged(at: datetime, **said: Any) -> Complaint:
    """Somebody opens the public form, reads it, and sends it some minutes later."""
    with clock.at(at - timedelta(minutes=6)):
        note = tokens.opened(current_app.config["SECRET_KEY"])
    row, _token = services.lodge(note=note, language="vi", **said)
    return row


def _decider(row: Complaint) -> Person:
    """Somebody who took no part: the one from outside the laboratory's daily work first."""
    return sorted(queries.deciders(row), key=lambda p: p.code, reverse=True)[0]


def _followed_to_the_end(manager: Person) -> None:
    at = clock.at_local(date(2026, 9, 21), 10, 20)
    with step(at):
        row = _lodged(at, title="Giấy chứng nhận giao trễ", words=LATE, about=CALIBRATED, name="Phan Thị Hạt", email="cal@hatgao.example",
                      organisation="Công ty TNHH Điện tử Hạt Gạo Ví Dụ", confidential=False)
    with step(clock.at_local(date(2026, 9, 21), 16)):
        services.acknowledge(manager, row, words="Phòng đã nhận khiếu nại và sẽ trả lời trước ngày 12/10/2026.", way="email")
    with step(clock.at_local(date(2026, 9, 22), 9)):
        services.take(manager, row, owner=manager, relevance="Giao giấy chứng nhận hiệu chuẩn do phòng cấp, ngày hẹn do phòng ghi.")
    with step(clock.at_local(date(2026, 9, 24), 15)):
        services.tell(manager, row, kind=PROGRESS, words="Phòng đang xem lịch giao và nhật ký giao phiếu.", way="page")
        services.investigate(
            manager, row, investigation="Giấy nhận ghi hẹn 15/9, giấy chứng nhận ký 16/9, khách nhận 17/9. Không ai báo trước cho khách.",
            cause="Ngày hẹn tính theo ngày thường, không bỏ ngày nghỉ; việc báo trễ không giao cho ai.",
            action="Ngày hẹn tính theo ngày làm việc; lễ tân gọi khách khi còn một ngày mà phiếu chưa ký.", action_done_on=None)
    decider = _decider(row)
    with step(clock.at_local(date(2026, 9, 29), 14)):
        services.decide(decider, row, outcome=PARTLY, decision=(
            "Phòng trễ hai ngày và không báo trước: khiếu nại đúng ở phần này. Kết quả hiệu chuẩn không bị ảnh hưởng."),
            confirmed=signatures.told(decider))
        services.investigate(manager, row, investigation=row.investigation, cause=row.cause, action=row.action,
                             action_done_on=date(2026, 9, 28))
    with step(clock.at_local(date(2026, 9, 30), 9)):
        services.tell(manager, row, kind=NOTICE, way="email", words=(
            "Khiếu nại đúng một phần: phòng trễ hai ngày và không báo trước, xin lỗi quý công ty. Từ nay ngày hẹn tính theo "
            "ngày làm việc và phòng gọi trước khi không kịp. Phòng kết thúc khiếu nại này; nếu không đồng ý, xin viết lại trên trang theo "
            "dõi."))
        services.close(manager, row)


def _by_law(manager: Person) -> None:
    with step(clock.at_local(date(2026, 10, 14), 9)):
        row = disclosures.register_demand(
            manager, authority="Cục Tần số vô tuyến điện", demand="Công văn 2117/CTS-TTra ngày 12/10/2026",
            basis="Luật Tần số vô tuyến điện, điều về thanh tra, kiểm tra thiết bị", asked_on=date(2026, 10, 13),
            customer="Công ty TNHH Thiết bị mạng Sao Hôm Giả Định", wanted="Bản sao phiếu kết quả của thiết bị đang được kiểm tra.",
            subject_kind="report", subject_code=STAR)
    with step(clock.at_local(date(2026, 10, 15), 10)):
        disclosures.give(manager, row, given=f"Bản sao phiếu {STAR} và thông báo phiếu đã được thay thế; không kèm số đọc gốc.",
                         given_on=date(2026, 10, 15))
        disclosures.tell_customer(manager, row, told_on=date(2026, 10, 15), told_how="Thư điện tử gửi phụ trách chất lượng của khách hàng.")
        disclosures.close(manager, row)


def _asked_by_letter() -> None:
    """The customer of the amended report is asked by letter and answers."""
    with step(clock.at_local(date(2026, 10, 13), 9, 30)):
        asking.ask_due()
    asked = db.session.scalar(select(FeedbackRequest).order_by(FeedbackRequest.id))
    if asked is None:
        return
    with step(clock.at_local(date(2026, 10, 16), 8, 40)):
        feedback.answer(
            feedback.invitation("link", f"request/{asked.id}", (asked.subject_kind, asked.subject_id, asked.subject_code),
                                asked.customer_id, asked.customer_name),
            words="Phòng tự báo sai sót và sửa phiếu nhanh, chúng tôi yên tâm hơn.", satisfaction=4, timeliness=3, recommend=9)


def _still_open(manager: Person, day: date) -> None:
    """A stranger doubts a report: the source is kept secret, the investigation has begun, nobody has decided."""
    at = clock.at_local(day, 9, 15)
    with step(at):
        row = _lodged(
            at, title="Nghi kết quả không đúng với thiết bị bán ra", about=f"{STAR}/SĐ1", role="other", name="Trịnh Văn Giấu Tên",
            email="nguoi.dung@vi-du.example", words="Thiết bị tôi mua có nhãn giống mẫu trên phiếu nhưng phát sóng ngoài băng. Xin xem "
            "mẫu thử có đúng là thiết bị đang bán không, và cho biết phiếu còn giá trị không.")
    with step(at + timedelta(hours=5)):
        services.acknowledge(manager, row, way="email", words="Phòng đã nhận khiếu nại. Tên quý vị chỉ người giải quyết khiếu nại biết.")
        services.take(manager, row, owner=manager, relevance="Phiếu kết quả do phòng cấp; phần thiết bị đang bán thuộc nhà sản xuất.")
        services.investigate(
            manager, row, investigation="Ảnh mẫu, số máy và phần mềm trong hồ sơ khớp với phiếu. Chờ ảnh nhãn của thiết bị đã mua.",
            cause="", action="", action_done_on=None)
