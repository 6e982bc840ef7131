"""Loggers: list, one logger with its channels, its token and what it sent."""
from __future__ import annotations

from typing import Any

from flask import request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.core import audit, clock, export, files
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.i18n import pick
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, or_404, page, press
from lab_app.quality import queries as quality
from lab_app.quality.environment import queries, rules, sensors, services
from lab_app.quality.environment.forms import ChannelForm, LoggerForm, ReasonForm
from lab_app.quality.environment.models import Channel, Logger
from lab_app.quality.environment.views.blueprint import bp
from lab_app.quality.environment.wording import WAYS

COLUMNS = (
    Column("code", _l("Mã"), Logger.code), Column("name", _l("Tên")), Column("instrument", _l("Thiết bị"), css="opt"),
    Column("watches", _l("Theo dõi")), Column("newest", _l("Số đọc gần nhất")), Column("state", _l("Trạng thái")),
)


def _filters() -> tuple[Filter, ...]:
    def by_use(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Logger.retired_at.is_(None) if value == "used" else Logger.retired_at.is_not(None))

    return (Filter("use", gettext("Sử dụng"), [("used", gettext("Đang dùng")), ("retired", gettext("Thôi dùng"))], by_use),)


@bp.get("/quality/environment/loggers")
@requires(P.QUALITY_READ)
def loggers() -> Any:
    """Loggers with the rooms they watch and their newest reading."""
    filters = _filters()
    shown = listing(queries.loggers(), Logger, COLUMNS, kind="environment-logger", filters=filters, default_sort="code",
                    default_direction="asc")
    if export.asked():
        rows = everything(queries.loggers(), Logger, shown, COLUMNS, filters, "environment-logger")
        heads = [gettext("Mã"), gettext("Tên"), gettext("Thiết bị"), gettext("Kênh"), gettext("Chu kỳ ghi, phút"), gettext("Thôi dùng từ")]
        table = [[r.code, r.name, r.instrument_code, ", ".join(f"{c.name} ({c.room.code})" for c in r.channels), r.interval_minutes,
                  r.retired_at] for r in rows]
        return export.as_file("environment-loggers", heads, table)
    newest = queries.newest_of([c.id for row in shown.rows for c in row.channels])
    return page("quality/environment_loggers.html", page=shown, standing={row.id: _standing(row, newest) for row in shown.rows},
                quantities=rules.QUANTITIES, newest={
                    row.id: max((newest[c.id][0] for c in row.channels if c.id in newest), default=None) for row in shown.rows})


def _standing(row: Logger, newest: dict[int, Any]) -> str:
    """retired, waiting (no channel, or nothing was sent yet), silent, speaking."""
    if row.retired_at is not None:
        return "retired"
    times = [newest[c.id][0] for c in row.channels if c.ended_at is None and c.id in newest]
    if not times or len(times) < sum(c.ended_at is None for c in row.channels):
        return "waiting"
    return "silent" if (clock.now() - min(times)).total_seconds() > row.most_gap_minutes * 60 else "speaking"


@bp.route("/quality/environment/loggers/new", methods=["GET", "POST"])
@requires(P.LABORATORY_WRITE)
def new_logger() -> Any:
    """Enter a logger."""
    form = LoggerForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.add_logger(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã thêm bộ ghi. Thêm các kênh của nó."), "quality_environment.logger", code=row.code)
    return page("quality/environment_logger_form.html", form=form)


def found_logger(code: str) -> Logger:
    """The logger of this code or the 404 page."""
    return or_404(queries.logger_by_code(code), gettext("Không có bộ ghi này."))


def _page(row: Logger, token: str = "", **more: Any) -> Any:
    now, newest = clock.now(), queries.newest_of([c.id for c in row.channels])
    return page(
        "quality/environment_logger.html", row=row, newest=newest, value_of=rules.value_of, quantities=rules.QUANTITIES, ways=WAYS,
        standing=_standing(row, newest), sensor=sensors.sensors_at([row.instrument_code], now, now).get(row.instrument_code),
        intakes=queries.intakes_of(row.id), token=token, may=current_actor().can(P.LABORATORY_WRITE),
        may_import=current_actor().can(P.ENVIRONMENT_WRITE) and row.retired_at is None,
        address=url_for("quality_environment.push_readings", token=token or "…", _external=True),
        stored=bool(files.attachments("environment-logger", row.id, "readings")),
        entries=audit.history("environment-logger", row.id, 20), **more)


@bp.get("/quality/environment/loggers/<code>")
@requires(P.QUALITY_READ)
def logger(code: str) -> Any:
    """One logger: whether it may be believed, what it watches, what came in and how."""
    return _page(found_logger(code))


@bp.post("/quality/environment/loggers/<code>/token")
@requires(P.LABORATORY_WRITE)
def give_token(code: str) -> Any:
    """A new token, shown on this page once; the one before stops."""
    row, token = found_logger(code), ""
    with attempt() as tried:
        check_version(row, request.form.get("version"))
        token = services.give_token(current_actor(), row)
    return _page(row, token) if tried.ok else back_with_refusal("quality_environment.logger", code=code)


@bp.post("/quality/environment/loggers/<code>/token/revoke")
@requires(P.LABORATORY_WRITE)
def revoke_token(code: str) -> Any:
    """The token stops at once."""
    row = found_logger(code)
    return press(lambda: services.revoke_token(current_actor(), row, request.form.get("reason", "")),
                 gettext("Đã thu hồi mã; bộ ghi không gửi được nữa."), "quality_environment.logger", seen=row, code=code)


@bp.post("/quality/environment/loggers/<code>/retire")
@requires(P.LABORATORY_WRITE)
def retire_logger(code: str) -> Any:
    """The logger is used no more."""
    row = found_logger(code)
    return press(lambda: services.retire_logger(current_actor(), row, request.form.get("reason", "")),
                 gettext("Bộ ghi đã thôi dùng; số liệu giữ nguyên."), "quality_environment.logger", seen=row, code=code)


@bp.route("/quality/environment/loggers/<code>/channels/new", methods=["GET", "POST"])
@requires(P.LABORATORY_WRITE)
def new_channel(code: str) -> Any:
    """Another channel."""
    row, form, rooms = found_logger(code), ChannelForm(), quality.rooms()
    form.room.choices = [("", gettext("Chọn phòng")), *((r.code, pick(r.name_vi, r.name_en)) for r in rooms)]
    if form.validate_on_submit():
        facts = form.clean()
        chosen = facts.pop("room")
        room = next((r for r in rooms if r.code == chosen), None)
        if room is None:
            form.room.errors = [gettext("Lựa chọn không có trong danh sách.")]
        else:
            with attempt(form) as tried:
                services.add_channel(current_actor(), row, room, **facts)
            if tried.ok:
                return done(gettext("Đã thêm kênh."), "quality_environment.logger", code=code)
    return page("quality/environment_channel_form.html", form=form, row=row)


@bp.route("/quality/environment/loggers/<code>/channels/<int:ident>/end", methods=["GET", "POST"])
@requires(P.LABORATORY_WRITE)
def end_channel(code: str, ident: int) -> Any:
    """A channel was moved or taken away."""
    row = found_logger(code)
    channel: Channel | None = next((c for c in row.channels if c.id == ident), None)
    if channel is None:
        raise NotFound(gettext("Không có kênh này."))
    form = ReasonForm(data={"version": channel.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(channel, form.version.data)
            services.end_channel(current_actor(), channel, form.reason.data)
        if tried.ok:
            return done(gettext("Kênh đã kết thúc; số liệu giữ nguyên."), "quality_environment.logger", code=code)
    return page("quality/environment_channel_end.html", form=form, row=row, channel=channel)
