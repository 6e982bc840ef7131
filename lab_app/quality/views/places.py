"""Rooms and their environment."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from lab_app.accounts.queries import sites
from lab_app.core import audit, clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.i18n import pick
from lab_app.core.paging import Column, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, done, or_404, page
from lab_app.quality import presenters, queries, services
from lab_app.quality.forms import CorrectionForm, EnvironmentForm, RoomForm
from lab_app.quality.models import EnvironmentRecord, Room
from lab_app.quality.views.blueprint import bp

ROOM_COLUMNS = (
    Column("code", _l("Mã"), Room.code), Column("name", _l("Tên phòng")), Column("site", _l("Cơ sở"), css="opt"),
    Column("records", _l("Bản ghi môi trường"), css="num"), Column("newest", _l("Ghi gần nhất")),
)


@bp.get("/rooms")
@requires(P.QUALITY_READ)
def rooms() -> Any:
    """Rooms and chambers, with how recent their environment records are."""
    shown = listing(select(Room), Room, ROOM_COLUMNS, kind="room", default_sort="code", default_direction="asc")
    return page("quality/rooms.html", rooms=shown, figures=queries.room_figures([r.id for r in shown.rows]),
                sites={s.id: s for s in sites()})


@bp.route("/rooms/new", methods=["GET", "POST"])
@requires(P.LABORATORY_WRITE)
def new_room() -> Any:
    """Another room or chamber."""
    form, known = RoomForm(), sites()
    form.site.choices = [(s.code, pick(s.name_vi, s.name_en)) for s in known]
    if form.validate_on_submit():
        with attempt(form) as tried:
            site = next(s for s in known if s.code == form.site.data)
            row = services.add_room(current_actor(), form.code.data, form.name_vi.data, form.name_en.data, site)
        if tried.ok:
            return done(gettext("Đã thêm phòng."), "quality.room_page", code=row.code)
    return page("quality/room_form.html", form=form, without_site=not known)


def _room(code: str) -> Room:
    return or_404(queries.room_by_code(code), gettext("Không có phòng này."))


RECORD_COLUMNS = (
    Column("from_at", _l("Từ lúc"), EnvironmentRecord.from_at), Column("code", _l("Mã")),
    Column("t", _l("Nhiệt độ, °C"), css="num"), Column("rh", _l("Độ ẩm, %RH"), css="num"),
    Column("sensor", _l("Thiết bị đo"), css="opt"), Column("who", _l("Người ghi"), css="opt"), Column("state", _l("Trạng thái")),
)


@bp.get("/rooms/<code>")
@requires(P.QUALITY_READ)
def room_page(code: str) -> Any:
    """A room: its facts, the course of temperature and humidity, its records."""
    room = _room(code)
    query = queries.room_records(room.id)
    shown = listing(query, EnvironmentRecord, RECORD_COLUMNS, default_sort="from_at")
    if (kind := request.args.get("export")) in ("csv", "xlsx"):
        rows = everything(query, EnvironmentRecord, shown, RECORD_COLUMNS, (), None)
        table = presenters.environment_table(rows, room)
        return export.as_csv(f"environment-{room.code}", *table) if kind == "csv" else export.as_xlsx(room.code, *table)
    replaced = queries.replaced_among([r.id for r in shown.rows])
    standing = [r for r in shown.rows if r.id not in replaced]
    return page("quality/room_page.html", room=room, records=shown, replaced=replaced, charts=presenters.charts(standing),
                panels=presenters.panels("room", room, current_actor()), span=presenters.span,
                entries=[e for e in audit.history("room", room.id, 30) if e.subject_kind == "room"])


@bp.route("/rooms/<code>/environment", methods=["GET", "POST"])
@requires(P.ENVIRONMENT_WRITE)
def new_environment(code: str) -> Any:
    """Record the conditions of a room over a span of time (6.3.3)."""
    room = _room(code)
    form = EnvironmentForm(data={"to_at": clock.now()})
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.record_environment(current_actor(), room, **presenters.environment_facts(form.clean()))
        if tried.ok:
            return done(gettext("Đã ghi môi trường."), "quality.environment_page", code=row.code)
    return page("quality/environment_form.html", form=form, room=room, row=None, sensors=queries.sensors_of(room.id))


def _environment(code: str) -> EnvironmentRecord:
    return or_404(queries.environment_by_code(code), gettext("Không có bản ghi môi trường này."))


@bp.get("/environment/<code>")
@requires(P.QUALITY_READ)
def environment_page(code: str) -> Any:
    """One environment record: what was read, by whom, from which sensor, and what replaced it."""
    row = _environment(code)
    return page("quality/environment_page.html", row=row, later=queries.correction_of(row.id),
                earlier=queries.record_by_id(row.replaces_id), span=presenters.span,
                entries=audit.history("environment", row.id, 5))


@bp.route("/environment/<code>/correct", methods=["GET", "POST"])
@requires(P.ENVIRONMENT_WRITE)
def correct_environment(code: str) -> Any:
    """A corrected record beside the old one, with the reason (7.5.2)."""
    row = _environment(code)
    form = CorrectionForm(data=presenters.environment_form(row))
    if form.validate_on_submit():
        typed = form.clean()
        with attempt(form) as tried:
            new = services.correct_environment(
                current_actor(), row, typed.pop("reason"), **presenters.environment_facts(typed, row.extra))
        if tried.ok:
            return done(gettext("Đã ghi bản sửa; bản cũ vẫn đọc được."), "quality.environment_page", code=new.code)
    return page("quality/environment_form.html", form=form, room=row.room, row=row, sensors=queries.sensors_of(row.room_id))
