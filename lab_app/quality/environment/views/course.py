"""The course of a room over any span, its limits, its readings as a file; a record read off the loggers."""
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import request
from flask_babel import gettext

from lab_app.core import clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.forms import parse_moment
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, done, or_404, page
from lab_app.quality import queries as quality
from lab_app.quality.environment import presenters, queries, rules, services
from lab_app.quality.environment.forms import LimitForm
from lab_app.quality.environment.models import Channel
from lab_app.quality.environment.views.blueprint import bp
from lab_app.quality.models import Room

EXPORTED = 50_000
SHORTEST = timedelta(minutes=10)


def found_room(code: str) -> Room:
    """The room of this code or the 404 page."""
    return or_404(quality.room_by_code(code), gettext("Không có phòng này."))


def asked_span(channels: list[Channel]) -> tuple[datetime, datetime, str, str]:
    """(begin, end, which offered span, what was wrong with typed moments): typed ones count, else an offered one ending at the newest
    reading."""
    known, args, wrong = presenters.spans(), request.args, ""
    if args.get("from") or args.get("to"):
        try:
            begins, ends = parse_moment(args.get("from", "")), parse_moment(args.get("to", ""))
            if begins + SHORTEST <= ends:
                return begins, ends, "", ""
            wrong = gettext("Kết thúc phải sau lúc bắt đầu ít nhất 10 phút.")
        except ValueError as error:
            wrong = str(error)
    key = args.get("span", "week") if args.get("span", "week") in known else "week"
    newest = max((at for at, _steps in queries.newest_of([c.id for c in channels]).values()), default=clock.now())
    length = known[key][1]
    if length is not None:
        return newest - length, newest + timedelta(minutes=1), key, wrong
    whole = queries.span_of([c.id for c in channels]) or (newest - timedelta(days=7), newest)
    return whole[0], min(whole[1], newest + timedelta(minutes=1)), key, wrong


@bp.get("/rooms/<code>/course")
@requires(P.QUALITY_READ)
def course(code: str) -> Any:
    """What the loggers of a room read over a span, with the limits and the times in doubt."""
    room = found_room(code)
    channels = queries.channels_of_room(room.id)
    begins, ends, key, wrong = asked_span(channels)
    if request.args.get("export") == "csv":
        return _export(room, channels, begins, ends)
    limits = queries.limits_of(room.id)
    doubts = [d for d in queries.excursions_of_room(room.id, 200) if d.doubtful_from <= ends and (d.ended_at or ends) >= begins]
    return page(
        "quality/environment_course.html", room=room, courses=presenters.courses(channels, limits, begins, ends, doubts),
        begins=begins, ends=ends, span=key, spans=presenters.spans(), wrong=wrong, limits=limits, limit_text=presenters.limit_text,
        excursions=doubts[:25], duration=presenters.duration_text, logged=bool(channels), quantities=rules.QUANTITIES)


def _export(room: Room, channels: list[Channel], begins: datetime, ends: datetime) -> Any:
    """Every reading of the span, channel by channel, at most `EXPORTED`."""
    heads = [gettext("Bộ ghi"), gettext("Kênh"), gettext("Thiết bị"), gettext("Thời điểm (UTC)"), gettext("Giá trị"), gettext("Đơn vị")]
    first, last = rules.seconds_of(begins), rules.seconds_of(ends)
    rows: list[list[Any]] = []
    for channel in channels:
        unit = rules.QUANTITIES[channel.quantity].unit
        rows += [
            [channel.logger.code, channel.name, channel.logger.instrument_code, rules.moment_of(at).isoformat(),
             rules.value_of(steps, channel.decimals), unit]
            for at, steps in queries.readings(channel.id, first, last, EXPORTED - len(rows))]
    return export.as_csv(f"environment-{room.code}-readings", heads, rows)


@bp.route("/rooms/<code>/limits/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_limit(code: str) -> Any:
    """From now on a quantity of a room stays between two values."""
    room, form = found_room(code), LimitForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            facts = form.clean()
            services.set_limit(current_actor(), room, facts.pop("quantity"), **facts)
        if tried.ok:
            return done(gettext("Đã đặt giới hạn."), "quality.room_page", code=code)
    return page("quality/environment_limit_form.html", form=form, room=room)


@bp.post("/rooms/<code>/environment/logged")
@requires(P.ENVIRONMENT_WRITE)
def record_from_loggers(code: str) -> Any:
    """A record of the last half hour as the loggers read it."""
    room, now = found_room(code), clock.now()
    with attempt() as tried:
        row = services.record_from_loggers(current_actor(), room, from_at=now - timedelta(minutes=30), to_at=now)
    if not tried.ok:
        return back_with_refusal("quality.room_page", code=code)
    return done(gettext("Đã ghi môi trường từ bộ ghi."), "quality.environment_page", code=row.code)

