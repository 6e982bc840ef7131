"""A logger sends its readings by itself, with its token (6.3.3, 7.11)."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext

from lab_app.core import clock, inbox, jobs
from lab_app.core import db as database
from lab_app.core.access import SystemActor, authorize
from lab_app.core.db import db
from lab_app.core.i18n import show_datetime
from lab_app.core.notices import N_
from lab_app.core.permissions import P
from lab_app.quality.environment import queries, rules
from lab_app.quality.environment.models import Channel, Intake, Logger
from lab_app.quality.environment.services.taking import Entry, take

#: Readings of one message; a logger that was cut off for long sends several.
MOST_READINGS = 5_000
CLOCK_WRONG = N_("Bộ ghi %(code)s: số liệu bị từ chối vì đồng hồ lệch hệ thống")
PUSH = "push"


class Refusal(Exception):
    """A message that is refused as a whole. `status` is HTTP's."""

    def __init__(self, status: int, code: str, says: str) -> None:
        super().__init__(says)
        self.status, self.code, self.says = status, code, says


@dataclass
class Answer:
    """What the logger is told: how many are new, how many stood already, which were refused and why."""

    taken: int = 0
    known: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)


def push(token: str, body: bytes) -> Answer:
    """Take a message {"sent_at": ISO, "readings": [{"channel": name, "at": ISO with zone, "value": "23.4"}, …]}.

    Each reading stands or is refused by itself (a second one for the same second is refused unless it is the same); sent again the
    answer is the same. Refused as a whole: an unknown or revoked token (401), what is no such JSON (400), too many (413), a sender whose
    `sent_at` is further from our clock than two minutes (422).
    """
    logger = queries.logger_by_token(hashlib.sha256(token.encode()).hexdigest())
    if logger is None:
        raise _no_token()
    message = _read(body)
    authorize(actor := SystemActor(f"{logger.code}", frozenset({P.ENVIRONMENT_WRITE})), P.ENVIRONMENT_WRITE)
    db.session.refresh(logger)  # a token that was revoked meanwhile is revoked
    if logger.token_revoked_at is not None or logger.retired_at is not None:
        raise _no_token()
    _same_time(logger, message.get("sent_at"))
    answer, entries = Answer(), []
    seen: dict[tuple[int, int], int] = {}
    for number, row in enumerate(message["readings"]):
        entry = _entry(logger, number, row)
        if isinstance(entry, str):
            answer.refused.append({"row": number, "says": entry})
        elif seen.setdefault((entry.channel.id, entry.at), entry.steps) != entry.steps:
            answer.refused.append({"row": number, "says": gettext("Hai giá trị khác nhau cho cùng một lúc trong bản tin.")})
        else:
            entries.append(entry)
    entries = list({(e.channel.id, e.at): e for e in entries}.values())
    if entries:
        inbox.settle(f"environment-logger/{logger.id}/clock")
        taken = take(actor, entries, _intake(logger))
        answer.taken, answer.known = taken.new, taken.known
        answer.refused += [
            {"row": e.row, "says": gettext("Lúc này đã có giá trị khác (%(value)s); số đọc không bị ghi đè.",
                                           value=format(rules.value_of(stands, e.channel.decimals), "f"))}
            for e, stands in taken.contradicting]
    answer.refused.sort(key=lambda r: int(r["row"]))
    return answer


def _no_token() -> Refusal:
    return Refusal(401, "token", gettext("Mã gửi số liệu không có, hoặc đã bị thu hồi."))


def _read(body: bytes) -> Mapping[str, Any]:
    """The message, its numbers as Decimals."""
    try:
        message = json.loads(body, parse_float=Decimal, parse_int=Decimal, parse_constant=lambda _c: None)
    except (ValueError, RecursionError, InvalidOperation) as error:  # the last: an exponent that no Decimal has
        raise Refusal(400, "json", gettext("Bản tin không phải JSON.")) from error
    if not isinstance(message, dict) or not isinstance(message.get("readings"), list) or not message["readings"]:
        raise Refusal(400, "shape", gettext("Bản tin cần “readings”: danh sách {channel, at, value}."))
    if len(message["readings"]) > MOST_READINGS:
        raise Refusal(413, "too-many", gettext("Nhiều nhất %(n)s số đọc một bản tin.", n=MOST_READINGS))
    return message


def _same_time(logger: Logger, sent_at: Any) -> None:
    """The sender's clock against ours; a logger that does not say when it sends is judged by its readings alone."""
    if sent_at is None:
        return
    said = moment_of(sent_at)
    if said is None:
        raise Refusal(400, "sent-at", gettext("“sent_at” cần dạng ISO 8601 có múi giờ."))
    skew = abs(said - clock.now())
    if skew > rules.CLOCK_AHEAD:
        minutes = skew // timedelta(minutes=1)
        raise Refusal(422, "clock", gettext("Đồng hồ bộ ghi lệch %(minutes)s phút so với hệ thống; chỉnh đồng hồ rồi gửi lại.",
                                            minutes=minutes))


def ask_about_clock(token: str) -> None:
    """After a refusal for the clock somebody has to set it; in a transaction of its own, the refused one being over."""
    db.session.rollback()
    database.end_writing()
    with jobs.transaction():
        logger = queries.logger_by_token(hashlib.sha256(token.encode()).hexdigest())
        if logger is not None:
            inbox.ask(f"environment-logger/{logger.id}/clock", "environment-logger", CLOCK_WRONG, {"code": logger.code},
                      permission=P.ENVIRONMENT_WRITE, code=logger.code, link=f"/quality/environment/loggers/{logger.code}",
                      due_on=clock.today())


def moment_of(text: Any) -> datetime | None:
    """A moment in ISO 8601 with its zone; None for anything else, also for one at an end of the calendar."""
    if not isinstance(text, str) or len(text) > 40:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and rules.believable(moment) else None


def _entry(logger: Logger, number: int, row: Any) -> Entry | str:
    """A reading that was understood, or what is wrong with it."""
    if not isinstance(row, dict):
        return gettext("Cần {channel, at, value}.")
    at = moment_of(row.get("at"))
    if at is None:
        return gettext("“at” cần dạng ISO 8601 có múi giờ.")
    value = _number(row.get("value"))
    if value is None:
        return gettext("“value” không phải là số (dấu chấm thập phân).")
    named = [c for c in logger.channels if c.name == row.get("channel")]
    if not named:
        return gettext("Bộ ghi %(code)s không có kênh này.", code=logger.code)
    return entry_of(number, named, at, value)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    if not isinstance(value, str) or len(value) > 20 or not value.isascii() or "_" in value:
        return None
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def entry_of(number: int, named: list[Channel], at: datetime, value: Decimal) -> Entry | str:
    """A reading of one of the channels that carried a name, or what is wrong with it: time to come, before the channel was in use or
    after it ended, a value no room shows, more digits than the channel keeps."""
    if at > clock.now() + rules.CLOCK_AHEAD:
        return gettext("%(at)s ở tương lai: đồng hồ bộ ghi chạy nhanh.", at=show_datetime(at))
    channel = next((c for c in named if c.from_at <= at and (c.ended_at is None or at < c.ended_at)), None)
    if channel is None:
        return gettext("%(at)s: kênh này không dùng vào lúc đó; kiểm tra ngày giờ của bộ ghi.", at=show_datetime(at))
    if rules.impossible(channel.quantity, value):
        return gettext("%(value)s ngoài khoảng có thể xảy ra; kiểm tra dấu thập phân.", value=str(value)[:20])
    steps = rules.steps_of(value, channel.decimals)
    if steps is None:
        return gettext("%(value)s có nhiều hơn %(n)s chữ số thập phân mà kênh giữ; số đọc không bị làm tròn.", value=str(value)[:20],
                       n=channel.decimals)
    return Entry(number, channel, rules.seconds_of(at), steps)


def _intake(logger: Logger) -> Intake:
    """The row of what this logger pushes today."""
    row = queries.intake_today(logger.id, PUSH, clock.at_local(clock.today()))
    if row is None:
        row = Intake(logger_id=logger.id, way=PUSH)
        db.session.add(row)
        db.session.flush()
    return row
