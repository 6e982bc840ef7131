"""How the demonstration's people keep secrets and stay impartial (4.1, 4.2.4, 5.2): who signed what, who declared which interest, a
pressure that was refused, who leads what."""
from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from lab_app.accounts.interests import services, shipped_text
from lab_app.accounts.models import Person
from lab_app.accounts.services import signatures
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.demo.people import OPENED_ON
from lab_app.demo.story import step, who

#: What the laboratory added to the text that comes with the program.
OWN_VI = ("8. Tôi chỉ xem dữ liệu cá nhân của người liên hệ phía khách hàng khi công việc cần, và không chép danh bạ khách hàng ra ngoài "
          "hệ thống.")
OWN_EN = ("8. I look at personal data of the customers' contacts only where my work needs it, and copy no list of customers out of the "
          "system.")
#: Appointments: (function, person, decision, from, whether it replaces the one before).
OFFICES = (
    ("head", "U01", "01/QĐ-MX", OPENED_ON, False), ("technical", "U01", "02/QĐ-MX", OPENED_ON, False),
    ("quality", "U06", "03/QĐ-MX", OPENED_ON, False), ("technical", "U02", "07/QĐ-MX", date(2025, 7, 1), True),
)
#: Yearly declarations; who missed the last one is asked, and shown as overdue.
DECLARED = (date(2024, 12, 10), date(2025, 12, 8))
LATE, LATE_ON = "U10", date(2025, 10, 20)
#: Interests: (person, day it was declared, kind of party, party, nature, since, what was said).
INTERESTS = (
    ("U04", date(2025, 3, 4), "maker", "Thiết bị Sóng Biển Giả Định", "family", date(2025, 3, 1),
     "Em ruột là kỹ sư thiết kế nguồn của hãng từ tháng 3/2025."),
    ("U10", date(2024, 12, 9), "customer", "C02", "financial", date(2023, 5, 15), "Góp 5 % vốn, không tham gia điều hành."),
    ("U07", date(2024, 12, 9), "other", "Viện Đo kiểm Tưởng Tượng", "employment", date(2022, 1, 3),
     "Cộng tác viên đánh giá, hết hợp đồng 30/6/2025."),
)


def tell() -> None:
    """The text and everybody's signature under it, offices, interests, yearly declarations, one pressure reported and answered."""
    with step(clock.at_local(OPENED_ON, 8, 30)):
        services.write_text(
            who("U09"), text_vi=f"{shipped_text.VI}\n{OWN_VI}", text_en=f"{shipped_text.EN}\n{OWN_EN}",
            change="Bản của phòng thử nghiệm: thêm mục 8 về dữ liệu cá nhân.")
    people = [p for p in db.session.scalars(select(Person).where(Person.undertaking_on.is_not(None)).order_by(Person.id)) if p.active]
    for person in people:
        assert person.undertaking_on is not None
        with step(clock.at_local(person.undertaking_on, 9)):
            services.sign_undertaking(person, confirmed=signatures.told(person))
    for function, code, number, day, replaces in OFFICES:
        with step(clock.at_local(day, 10)):
            services.appoint(
                who("U06"), who(code), function=function, decision_no=number, decided_on=day, valid_from=day, replaces=replaces)
    _interests()
    for person in people:
        begun = person.undertaking_on or OPENED_ON
        for day in [day for day in DECLARED if day >= begun] or [begun + timedelta(days=10)]:
            if clock.at_local(day, 14) <= clock.now():
                _declare(person, LATE_ON if person.code == LATE and day == DECLARED[-1] else day)
    _pressure()
    services.ask_declarations()


def _declare(person: Person, day: date) -> None:
    with step(clock.at_local(day, 14)):
        services.declare_year(person, confirmed=signatures.told(person))


def _interests() -> None:
    for code, day, kind, party, nature, since, said in INTERESTS:
        with step(clock.at_local(day, 11)):
            row = services.declare_interest(
                who(code), party_kind=kind, party=party, nature=nature, since=since, description=said)
        if code == "U07":
            with step(clock.at_local(date(2025, 7, 2), 9)):
                services.end_interest(who("U06"), row, date(2025, 7, 1), "Biên bản thanh lý hợp đồng cộng tác ngày 30/6/2025.")


def _pressure() -> None:
    """A customer wanted the report before the review; reception told, the director refused in writing."""
    with step(clock.at_local(date(2026, 9, 22), 16, 20)):
        row = services.report_pressure(
            who("U05"), nature="time", happened_on=date(2026, 9, 22), from_whom="Phòng mua hàng của khách hàng (qua điện thoại)",
            about="hẹn trả phiếu tháng 9",
            what="Đề nghị phát hành phiếu trước khi soát xét xong để kịp mở tờ khai, hứa đặt thêm năm mẫu nếu trả trong ngày.")
    with step(clock.at_local(date(2026, 9, 23), 9, 5)):
        services.answer_pressure(
            who("U01"), row, "Đã trả lời bằng công văn: phiếu chỉ phát hành sau soát xét, ngày trả giữ như hợp đồng. "
            "Không báo cho thử nghiệm viên và người soát xét để tránh ảnh hưởng; ghi vào rủi ro về khách quan.")
