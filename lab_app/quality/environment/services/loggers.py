"""Limits of rooms, loggers and their channels, and the token that lets a logger push (6.3.2, 6.3.3)."""
from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import audit, clock, inbox, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.quality.environment import queries, rules, sensors
from lab_app.quality.environment.models import Channel, Logger, RoomLimit
from lab_app.quality.environment.services.excursions import end_with
from lab_app.quality.models import Room

CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9./-]{0,38}[A-Z0-9])?")
#: A month without a reading is no watching.
MOST_GAP_MINUTES = 24 * 60


def set_limit(
    actor: Actor, room: Room, quantity: str, *, low: Decimal | None, high: Decimal | None, basis: str, from_at: datetime | None = None,
) -> RoomLimit:
    """From now on, or from a later moment, a quantity of a room stays between two values (6.3.2); neither value ends the limit.

    `low` and `high` in the quantity's unit. Refuses a moment that is past (what was measured was judged by the limit known then), a
    turned span, values no room shows, no basis.
    """
    authorize(actor, P.QUALITY_WRITE)
    if quantity not in rules.QUANTITIES:
        raise FieldRefused("quantity", gettext("Lựa chọn không có trong danh sách."))
    now = clock.now()
    begins = from_at or now
    if begins < now:
        raise FieldRefused("from_at", gettext("Giới hạn không áp dụng ngược: kết quả đã làm được xét theo giới hạn khi đó."))
    for field, value in (("low", low), ("high", high)):
        if value is not None and rules.impossible(quantity, value):
            raise FieldRefused(field, gettext("Giá trị ngoài khoảng có thể xảy ra; kiểm tra dấu phẩy."))
    if low is not None and high is not None and high <= low:
        raise FieldRefused("high", gettext("Giới hạn trên phải lớn hơn giới hạn dưới."))
    if not basis.strip():
        raise FieldRefused("basis", gettext("Cần ghi căn cứ: phương pháp nào, hoặc vì sao bỏ giới hạn."))
    if low is None and high is None and rules.limit_at(queries.limits_of(room.id, quantity), begins) is None:
        raise FieldRefused("low", gettext("Cần ít nhất một giới hạn."))
    row = RoomLimit(room_id=room.id, quantity=quantity, low=low, high=high, basis=basis.strip(), from_at=begins, person_id=actor.id)
    db.session.add(row)
    db.session.flush()
    return row


def add_logger(
    actor: Actor, *, code: str, name: str, instrument_code: str, interval_minutes: int = 5, most_gap_minutes: int = 60, note: str = "",
) -> Logger:
    """Enter a logger. `instrument_code` must stand in the register of instruments, where its calibration is (6.4.13). Refuses a code in
    use, an interval under a minute, a bound for gaps that is shorter than the interval or longer than a day."""
    authorize(actor, P.LABORATORY_WRITE)
    if not CODE.fullmatch(code):
        raise FieldRefused("code", gettext("Chỉ dùng chữ A–Z, số, dấu chấm, gạch chéo và gạch nối."))
    if db.session.scalar(select(Logger.id).where(Logger.code == code)) is not None:
        raise FieldRefused("code", gettext("Mã này đã dùng."))
    if not name.strip():
        raise FieldRefused("name", gettext("Cần điền mục này."))
    if instrument_code not in sensors.sensors_at([instrument_code], clock.now(), clock.now()):
        raise FieldRefused("instrument_code", gettext("Danh mục thiết bị không có mã này: bộ ghi là thiết bị phải hiệu chuẩn (6.4)."))
    if interval_minutes < 1:
        raise FieldRefused("interval_minutes", gettext("Ít nhất 1 phút."))
    if not interval_minutes <= most_gap_minutes <= MOST_GAP_MINUTES:
        raise FieldRefused("most_gap_minutes", gettext("Từ một chu kỳ ghi đến %(n)s phút.", n=MOST_GAP_MINUTES))
    row = Logger(code=code, name=name.strip(), instrument_code=instrument_code, interval_minutes=interval_minutes,
                 most_gap_minutes=most_gap_minutes, note=note.strip())
    db.session.add(row)
    db.session.flush()
    search.put("environment-logger", row.id, row.code, row.name, row.instrument_code)
    return row


def add_channel(
    actor: Actor, logger: Logger, room: Room, *, name: str, quantity: str, decimals: int = 2, from_at: datetime | None = None,
) -> Channel:
    """A channel of a logger watches a quantity of a room from a moment (now unless said). Refuses a name that another channel of the
    logger still carries, a moment to come, more than six decimals."""
    authorize(actor, P.LABORATORY_WRITE)
    _in_use(logger)
    if quantity not in rules.QUANTITIES:
        raise FieldRefused("quantity", gettext("Lựa chọn không có trong danh sách."))
    if not name.strip():
        raise FieldRefused("name", gettext("Cần điền mục này."))
    if not 0 <= decimals <= rules.MOST_DECIMALS:
        raise FieldRefused("decimals", gettext("Từ 0 đến %(n)s chữ số thập phân.", n=rules.MOST_DECIMALS))
    begins = from_at or clock.now()
    if begins > clock.now():
        raise FieldRefused("from_at", gettext("Thời điểm này ở tương lai."))
    for other in db.session.scalars(select(Channel).where(Channel.logger_id == logger.id, Channel.name == name.strip())):
        if other.ended_at is None or begins < other.ended_at:
            raise FieldRefused("name", gettext("Kênh %(name)s của bộ ghi này còn đang dùng; kết thúc kênh cũ trước.", name=other.name))
    room.watched = True
    row = Channel(logger_id=logger.id, room_id=room.id, name=name.strip(), quantity=quantity, decimals=decimals, from_at=begins)
    db.session.add(row)
    db.session.flush()
    db.session.expire(logger, ["channels"])
    return row


def end_channel(actor: Actor, channel: Channel, reason: str) -> Channel:
    """The channel is moved or taken away: its readings stay, no more come in, and an excursion that it still showed waits for its
    judgement. Refuses one that ended, and no reason."""
    authorize(actor, P.LABORATORY_WRITE)
    if channel.ended_at is not None:
        raise Refused(gettext("Kênh này đã kết thúc."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    with audit.reason(reason.strip()):
        channel.ended_at, channel.end_reason = clock.now(), reason.strip()
        end_with(channel)
    return channel


def give_token(actor: Actor, logger: Logger) -> str:
    """A new token for pushing, told once; the one before stops at once. Only its SHA-256 is kept."""
    authorize(actor, P.LABORATORY_WRITE)
    _in_use(logger)
    token = secrets.token_urlsafe(32)
    logger.token_sha256 = hashlib.sha256(token.encode("ascii")).hexdigest()
    logger.token_made_at, logger.token_revoked_at = clock.now(), None
    db.session.flush()
    return token


def revoke_token(actor: Actor, logger: Logger, reason: str) -> Logger:
    """The token stops at once; what came in by it stays. Refuses where there is none, and no reason."""
    authorize(actor, P.LABORATORY_WRITE)
    if logger.token_sha256 is None or logger.token_revoked_at is not None:
        raise Refused(gettext("Bộ ghi này không có mã gửi số liệu đang dùng."))
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    with audit.reason(reason.strip()):
        logger.token_revoked_at = clock.now()
        db.session.flush()
    return logger


def retire_logger(actor: Actor, logger: Logger, reason: str) -> Logger:
    """The logger is used no more: its channels end, its token stops, its readings stay."""
    authorize(actor, P.LABORATORY_WRITE)
    _in_use(logger)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    for channel in logger.channels:
        if channel.ended_at is None:
            end_channel(actor, channel, reason)
    with audit.reason(reason.strip()):
        now = clock.now()
        logger.retired_at = now
        if logger.token_sha256 is not None and logger.token_revoked_at is None:
            logger.token_revoked_at = now
        inbox.settle_under(f"environment-logger/{logger.id}/")
        db.session.flush()
    return logger


def _in_use(logger: Logger) -> None:
    if logger.retired_at is not None:
        raise Refused(gettext("Bộ ghi %(code)s đã thôi dùng.", code=logger.code))
