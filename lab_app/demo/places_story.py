"""Two weeks of loggers in the demonstration: limits of two rooms, readings pushed and brought by file, excursions judged and waiting,
the chamber's validations (6.3)."""
from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from lab_app.accounts.queries import active_people
from lab_app.core import clock, files
from lab_app.core.db import db
from lab_app.demo import capture_story
from lab_app.demo.people import LOADER
from lab_app.demo.story import method, room_of, step, who
from lab_app.quality.environment import services
from lab_app.quality.environment.models import Excursion, Logger
from lab_app.quality.sites import services as sites

CHAMBER, STORE = "Buồng bán câm 3 m", "Kho mẫu"
DAYS, MINUTES = 14, 10
#: Code, name, the instrument that it is, room, channels: name, quantity, middle, half the daily swing.
LOGGERS = (
    ("BG-01", "Bộ ghi nhiệt ẩm, buồng bán câm", "EQ-015", CHAMBER, (("T", "temperature", "23.0", "0.6"), ("RH", "humidity", "54", "3"))),
    ("BG-02", "Bộ ghi nhiệt ẩm, kho mẫu", "EQ-014", STORE, (("T", "temperature", "24.0", "1.4"), ("RH", "humidity", "63", "5"))),
    ("BG-03", "Giám sát nguồn, buồng bán câm", "EQ-012", CHAMBER, (("U", "supply", "220.4", "1.6"),)),
)
LIMITS = (
    (CHAMBER, "temperature", "18", "28", "Tiêu chuẩn thử nghiệm của buồng; giới hạn phương pháp rộng hơn"),
    (CHAMBER, "humidity", None, "75", "Tránh ngưng ẩm trên tấm hấp thụ"),
    (CHAMBER, "supply", "209", "231", "Nguồn danh định 220 V, ±5 %"),
    (STORE, "temperature", "15", "30", "Điều kiện bảo quản thỏa thuận với khách hàng (7.4)"),
    (STORE, "humidity", None, "75", "Điều kiện bảo quản thỏa thuận với khách hàng (7.4)"),
)
VALIDATIONS = (
    ("nsa", "CISPR 16-1-4:2019", "30 MHz – 1 GHz", 150, 12, "pass", "lệch lớn nhất 3,1 dB tại 52 MHz, phân cực đứng", ""),
    ("svswr", "CISPR 16-1-4:2019", "1 GHz – 6 GHz", 150, 12, "limited", "5,8 dB tại 5,2 GHz, vị trí F6",
     "Trên 5 GHz chỉ đặt mẫu trong vòng bán kính 0,5 m"),
    ("shielding", "EN 50147-1", "10 kHz – 18 GHz", 700, 36, "pass", "86 dB tại 1 GHz, cửa số 1", ""),
    ("ambient", "Quy trình QT-07", "30 MHz – 6 GHz", 340, 12, "pass", "thấp hơn giới hạn ít nhất 8 dB khi tắt mẫu", ""),
)


def tell() -> None:
    """Limits and loggers two weeks ago; a week by file, a week pushed; what was outside judged, or not yet; validations and access."""
    end = clock.now().replace(second=0, microsecond=0)
    begin = end - timedelta(days=DAYS)
    with step(begin - timedelta(hours=1)):
        for place, quantity, low, high, basis in LIMITS:
            services.set_limit(who("U06"), room_of(place), quantity, low=Decimal(low) if low else None, high=Decimal(high), basis=basis)
        for code, name, instrument, place, channels in LOGGERS:
            row = services.add_logger(LOADER, code=code, name=name, instrument_code=instrument, interval_minutes=MINUTES,
                                      most_gap_minutes=240)
            for channel, quantity, _middle, _swing in channels:
                services.add_channel(LOADER, row, room_of(place), name=channel, quantity=quantity)
    half = begin + timedelta(days=DAYS // 2)
    readings(begin, half, end)
    judge(end)
    validations(end)


def outside(code: str, channel: str, at: datetime, end: datetime, afternoon: datetime) -> Decimal | None:
    """The two times when something was wrong: the mains of the chamber while the smart speaker was measured, the store two nights ago."""
    if code == "BG-03" and afternoon - timedelta(minutes=10) <= at <= afternoon + timedelta(minutes=50):
        return Decimal("233.1") - Decimal((at - afternoon) // timedelta(minutes=10)) * Decimal("0.2")
    night = clock.at_local(clock.local(end).date() - timedelta(days=2), 2)
    if code == "BG-02" and channel == "RH" and night <= at <= night + timedelta(hours=3):
        return Decimal(76) + Decimal((at - night) // timedelta(minutes=40))
    return None


def values(code: str, channel: str, middle: str, swing: str, begins: datetime, ends: datetime, end: datetime) -> Iterator[
    tuple[datetime, Decimal]
]:
    """A daily wave with a little unrest, the same at every load for the same hour; silent for five hours on the fourth day."""
    silent, afternoon = end - timedelta(days=DAYS - 4), capture_story.afternoon()
    at = begins
    while at < ends:
        if not (code == "BG-01" and silent <= at < silent + timedelta(hours=5)):
            hour = clock.local(at).hour + Decimal(clock.local(at).minute) / 60
            wave = Decimal(str(round(math.sin((int(hour * 60) - 540) / 1440 * 2 * math.pi), 3)))
            unrest = Decimal((at.day * 7919 + int(hour * 60) * 104_729 + len(channel)) % 41 - 20) / 100
            made = outside(code, channel, at, end, afternoon) or Decimal(middle) + Decimal(swing) * wave + unrest
            yield at, made.quantize(Decimal("0.01"))
        at += timedelta(minutes=MINUTES)


def readings(begin: datetime, half: datetime, end: datetime) -> None:
    """The store's first week comes in a file; everything else is pushed."""
    for code, _name, _instrument, _place, channels in LOGGERS:
        first = half if code == "BG-02" else begin
        if code == "BG-02":
            with step(half):
                row = _logger(code)
                series = {name: dict(values(code, name, middle, swing, begin, half, end)) for name, _q, middle, swing in channels}
                lines = ["Thời điểm;" + ";".join(series)]
                lines += [clock.local(at).strftime("%d/%m/%Y %H:%M") + ";" + ";".join(str(s[at]).replace(".", ",") for s in series.values())
                          for at in next(iter(series.values()))]
                data = "\n".join(lines).encode()
                services.import_readings(who("U04"), row, files.put_bytes(data, "BG-02-tuan-1.csv", files.INSTRUMENT_DATA), data, "vi")
        with step(half if first == half else begin):
            token = services.give_token(LOADER, _logger(code))
        with step(end):
            rows = [{"channel": name, "at": at.isoformat(), "value": str(value)}
                    for name, _q, middle, swing in channels for at, value in values(code, name, middle, swing, first, end, end)]
            services.push(token, json.dumps({"readings": rows}).encode())


def _logger(code: str) -> Logger:
    return db.session.scalars(select(Logger).where(Logger.code == code)).one()


def judge(end: datetime) -> None:
    """The mains are judged this morning, with the readings of the smart speaker in view; the store waits."""
    with step(end):
        row = db.session.scalars(select(Excursion).where(Excursion.quantity == "supply").order_by(Excursion.id)).first()
        if row is not None and row.ended_at is not None:
            services.assess_excursion(
                who("U06"), row, decision="no_effect",
                words="Mẫu chạy bằng bộ nguồn 100–240 V; điện áp ra 12 V không đổi, kết quả phát xạ ở các lần quét trước và sau trùng nhau")


def validations(end: datetime) -> None:
    """The chamber: NSA, SVSWR, shielding, ambient; what radiated emission will need from next month; who may enter."""
    today = clock.local(end).date()
    for kind, standard, span, days, months, result, worst, restriction in VALIDATIONS:
        done = today - timedelta(days=days)
        with step(clock.at_local(done, 16)):
            text = f"Xác nhận {kind} theo {standard}, {span}, ngày {done:%d/%m/%Y}: {worst}."
            sites.record_validation(
                who("U06"), room_of(CHAMBER), kind=kind, standard=standard, range_text=span, performed_on=done, result=result, worst=worst,
                performed_by="Viện Hiệu chuẩn Cầu Vồng (giả định)", restriction=restriction, cycle_months=months,
                upload=files.put_bytes(text.encode(), f"{kind}-{done:%Y%m%d}.txt"))
    with step(end):
        for kind in ("nsa", "ambient"):
            sites.need_site(who("U06"), method("QCVN 118:2018/BTTTT").code, kind, "CISPR 32:2015, mục 6 và phụ lục C",
                            today + timedelta(days=30), "118-RE")
        keeper = active_people("administrator")[0]
        for person in ("U03", "U04"):
            sites.give_access(keeper, room_of(CHAMBER), who(person), valid_from=date(today.year, 1, 2), until=date(today.year + 1, 1, 2),
                              purpose="Thử phát xạ, phổ")


