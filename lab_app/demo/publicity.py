"""What the demonstration's customers agreed to show: papers in the public directory, a photo beside one of them from its day on, another to
come, and the first open data file (4.2.1)."""
from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO

from PIL import Image, ImageDraw
from sqlalchemy import select

from certificates import workflow
from certificates.models import Report
from certificates.services import open_data, publishing
from lab_app.core import clock, files
from lab_app.core.db import db
from lab_app.demo.story import step, who

#: Who of the laboratory decides what is made public.
DECIDES = "U06"
#: So long after its issue a customer agrees, and the photo is shown.
ASKED, SHOWN = timedelta(days=2), timedelta(days=5)
AGREED_BY = "Bà Đặng Thử Nghiệm (giả định)"


def tell() -> None:
    """After papers were issued and amended: every paper in force whose customer let something be published is listed."""
    listed = list(db.session.scalars(
        select(Report).where(Report.status == workflow.VALID, Report.kind == workflow.FINAL).order_by(Report.id)))
    with_product = [row for row in listed if "product" in row.published]
    for row in with_product:
        day = min(row.issued_on + ASKED, clock.today())
        with step(_noon(day)):
            publishing.list_report(
                who(DECIDES), db.session.get_one(Report, row.id), agreed_by=AGREED_BY, agreed_on=day,
                evidence=f"Thư điện tử ngày {day:%d/%m/%Y}")
    if with_product:
        _exhibits(with_product[0])
    open_data.make(clock.today())


def _noon(day: date) -> datetime:
    return clock.at_local(day, 12)


def _exhibits(row: Report) -> None:
    """A photo that anyone may open, and a manual whose day has not come."""
    day = min(row.issued_on + ASKED, clock.today())
    photo = files.put_bytes(_picture(), "mat-truoc.png", files.IMAGES)
    label = files.put_bytes(_picture("#e8e2d0"), "nhan-may.png", files.IMAGES)
    with step(_noon(day)):
        for upload, title, english, public_on in (
            (photo, "Mặt trước thiết bị", "Front of the device", min(row.issued_on + SHOWN, clock.today())),
            (label, "Nhãn máy của lô bán ra", "Rating label of the series", clock.today() + timedelta(days=30)),
        ):
            publishing.add_exhibit(
                who(DECIDES), db.session.get_one(Report, row.id), upload, kind="photo", title_vi=title, title_en=english,
                public_on=public_on, agreed_by=AGREED_BY, agreed_on=day, evidence=f"Thư điện tử ngày {day:%d/%m/%Y}")


def _picture(ground: str = "#f4f6f8") -> bytes:
    """A drawn device: two antennas, a case, lamps."""
    picture = Image.new("RGB", (640, 420), ground)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((120, 200, 520, 300), fill="#2f4858")
    for x in (170, 470):
        pen.line((x, 200, x, 70), fill="#2f4858", width=14)
    for n in range(6):
        pen.ellipse((160 + 40 * n, 240, 176 + 40 * n, 256), fill="#7bd389" if n < 4 else "#51606b")
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
