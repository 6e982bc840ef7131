"""An environment record read off the loggers of a room: what a reading of results stands beside (6.3.3)."""
from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from flask_babel import gettext

from lab_app.core.access import Actor, authorize
from lab_app.core.errors import Refused
from lab_app.core.permissions import P
from lab_app.quality import services as quality
from lab_app.quality.environment import queries, rules
from lab_app.quality.environment.models import Channel
from lab_app.quality.models import EnvironmentRecord, Room


def record_from_loggers(actor: Actor, room: Room, *, from_at: datetime, to_at: datetime) -> EnvironmentRecord:
    """Record the conditions of a room over a span as its loggers read them: lowest and highest temperature and humidity, the sensor by
    its code in the register. Refuses a room without a logger, and a span that the logger did not watch throughout."""
    authorize(actor, P.ENVIRONMENT_WRITE)
    found: dict[str, tuple[Decimal, Decimal]] = {}
    sensor = ""
    for channel in queries.channels_of_room(room.id):
        if channel.quantity not in queries.METHOD_QUANTITIES or channel.quantity in found:
            continue
        if channel.from_at > from_at or (channel.ended_at is not None and channel.ended_at < to_at):
            continue
        values = _watched(channel, from_at, to_at)
        if values is not None and sensor in ("", channel.logger.instrument_code):
            found[channel.quantity], sensor = values, channel.logger.instrument_code
    if not found:
        raise Refused(gettext("Không bộ ghi nào theo dõi phòng này suốt khoảng thời gian đó; hãy ghi tay từ cảm biến khác."))
    t, rh = found.get("temperature", (None, None)), found.get("humidity", (None, None))
    return quality.record_environment(
        actor, room, from_at=from_at, to_at=to_at, t_low=t[0], t_high=t[1], rh_low=rh[0], rh_high=rh[1], sensor_code=sensor,
        note=gettext("Lấy từ bộ ghi"))


def _watched(channel: Channel, from_at: datetime, to_at: datetime) -> tuple[Decimal, Decimal] | None:
    """Lowest and highest value over a span with the readings on both sides; None where a gap is longer than the logger's bound."""
    most = timedelta(minutes=channel.logger.most_gap_minutes)
    first, last = rules.seconds_of(from_at), rules.seconds_of(to_at)
    before, _ = queries.neighbours(channel.id, first)
    _, after = queries.neighbours(channel.id, last)
    seen = queries.readings(channel.id, before[0] if before else first, after[0] if after else last)
    times = [at for at, _steps in seen]
    if not times or before is None or rules.gaps(times, most) or not rules.watched(times[-1], None, max(last, times[-1]), most):
        return None
    steps = [value for _at, value in seen]
    return rules.value_of(min(steps), channel.decimals), rules.value_of(max(steps), channel.decimals)
