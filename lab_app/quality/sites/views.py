"""Pages of test sites: validations and what falls due, what methods need, who may enter a room."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from lab_app.accounts.queries import active_people
from lab_app.core import audit, clock, export, files, search
from lab_app.core.access import Actor, current_actor, requires
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, NotFound
from lab_app.core.i18n import pick
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.panels import Panel
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, or_404, page, press
from lab_app.core.workflow import State
from lab_app.quality import queries as quality
from lab_app.quality.models import Room
from lab_app.quality.sites import queries, rules, services
from lab_app.quality.sites.forms import AccessForm, NeedForm, ValidationForm, WithdrawForm
from lab_app.quality.sites.models import RoomAccess, SiteNeed, SiteValidation

bp = Blueprint("quality_sites", "lab_app.quality.sites")
COLUMNS = (
    Column("code", _l("Mã"), SiteValidation.id), Column("room", _l("Phòng")), Column("kind", _l("Loại xác nhận")),
    Column("performed", _l("Ngày thực hiện"), SiteValidation.performed_on, css="opt"), Column("result", _l("Kết quả")),
    Column("until", _l("Dùng đến trước ngày"), SiteValidation.valid_until, css="num"), Column("state", _l("Trạng thái")),
)


def standing(row: SiteValidation) -> State:
    """A validation's word today."""
    today = clock.today()
    if row.withdrawn_from is not None:
        return State("withdrawn", gettext("Đã rút"), "bad")
    if row.result == "fail":
        return State("failed", gettext("Không đạt"), "bad")
    if row.valid_until <= today:
        return State("over", gettext("Quá hạn"), "bad")
    if row.valid_until <= today + timedelta(days=rules.LEAD_DAYS):
        return State("soon", gettext("Sắp hết hạn"), "warn")
    return State("good", gettext("Còn hạn"), "ok")


def _filters() -> tuple[Filter, ...]:
    def by_due(query: Select[Any], value: str) -> Select[Any]:
        today = clock.today()
        days = rules.LEAD_DAYS if value == "soon" else 0
        return query.where(SiteValidation.id.in_(
            queries.present(today).with_only_columns(SiteValidation.id).where(
                SiteValidation.valid_until <= today + timedelta(days=days), SiteValidation.withdrawn_from.is_(None))))

    def by_kind(query: Select[Any], value: str) -> Select[Any]:
        return query.where(SiteValidation.kind == value)

    def by_room(query: Select[Any], value: str) -> Select[Any]:
        return query.where(SiteValidation.room_id == int(value))

    return (
        Filter("due", gettext("Hạn"), [("over", gettext("Quá hạn")), ("soon", gettext("Quá hạn hoặc hết hạn trong 60 ngày"))], by_due),
        Filter("kind", gettext("Loại xác nhận"), list(rules.KINDS.items()), by_kind),
        Filter("room", gettext("Phòng"), [(str(r.id), pick(r.name_vi, r.name_en)) for r in quality.rooms()], by_room),
    )


@bp.get("/quality/sites/validations")
@requires(P.QUALITY_READ)
def validations() -> Any:
    """Validations of rooms and chambers, and which fall due."""
    filters = _filters()
    shown = listing(queries.validations(), SiteValidation, COLUMNS, kind="site-validation", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(queries.validations(), SiteValidation, shown, COLUMNS, filters, "site-validation")
        heads = [gettext("Mã"), gettext("Phòng"), gettext("Loại xác nhận"), gettext("Tiêu chuẩn"), gettext("Ngày thực hiện"),
                 gettext("Bên thực hiện"), gettext("Kết quả"), gettext("Dùng đến trước ngày"), gettext("Trạng thái")]
        table = [[r.code, r.room.code, str(rules.KINDS[r.kind]), r.standard, r.performed_on, r.performed_by, str(rules.RESULTS[r.result]),
                  r.valid_until, str(standing(r).word)] for r in rows]
        return export.as_file("site-validations", heads, table)
    return page("quality/site_validations.html", page=shown, kinds=rules.KINDS, results=rules.RESULTS, standing=standing)


@bp.route("/quality/sites/validations/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_validation() -> Any:
    """File a validation with its report."""
    rooms = quality.rooms()
    form = ValidationForm(data={"room": request.args.get("room", "")})
    form.room.choices = [("", gettext("Chọn phòng")), *((r.code, pick(r.name_vi, r.name_en)) for r in rooms)]
    if form.validate_on_submit():
        facts = form.clean()
        chosen = facts.pop("room")
        room = next((r for r in rooms if r.code == chosen), None)
        with attempt(form) as tried:
            upload = _upload(facts.pop("file"))
            if room is None:
                raise FieldRefused("room", gettext("Lựa chọn không có trong danh sách."))
            row = services.record_validation(current_actor(), room, upload=upload, **facts)
        if tried.ok:
            return done(gettext("Đã ghi lần xác nhận."), "quality_sites.validation", code=row.code)
    return page("quality/site_validation_form.html", form=form)


def _upload(data: Any) -> files.Upload | None:
    """The file of a form, on disk; none where none was chosen."""
    if data is None or not getattr(data, "filename", ""):
        return None
    return files.put(data.stream, data.filename, files.ANY | files.SHEETS)


def _found(code: str) -> SiteValidation:
    return or_404(queries.validation_by_code(code), gettext("Không có lần xác nhận này."))


@bp.get("/quality/sites/validations/<code>")
@requires(P.QUALITY_READ)
def validation(code: str) -> Any:
    """One validation with its report."""
    row = _found(code)
    return page("quality/site_validation.html", row=row, kinds=rules.KINDS, results=rules.RESULTS, standing=standing(row),
                reports=files.attachments("site-validation", row.id), may=current_actor().can(P.QUALITY_WRITE),
                entries=audit.history("site-validation", row.id, 20))


@bp.get("/quality/sites/validations/<code>/files/<int:ident>")
@requires(P.QUALITY_READ)
def validation_file(code: str, ident: int) -> Any:
    """The report of a validation."""
    found = next((a for a in files.attachments("site-validation", _found(code).id) if a.id == ident), None)
    if found is None:
        raise NotFound(gettext("Không có tệp này."))
    return files.send(found.file, found.filename, inline=True)


@bp.route("/quality/sites/validations/<code>/withdraw", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def withdraw_validation(code: str) -> Any:
    """The room was changed: from a day on the validation is good for nothing."""
    row = _found(code)
    form = WithdrawForm(data={"version": row.version, "from_on": clock.today()})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.withdraw_validation(current_actor(), row, **form.clean("from_on", "reason"))
        if tried.ok:
            return done(gettext("Đã rút lần xác nhận."), "quality_sites.validation", code=code)
    return page("quality/site_withdraw.html", form=form, row=row, kinds=rules.KINDS)


@bp.route("/quality/sites/needs", methods=["GET", "POST"])
@requires(P.QUALITY_READ)
def needs() -> Any:
    """Which methods need which validation of the room they are done in."""
    form, may = NeedForm(), current_actor().can(P.QUALITY_WRITE)
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.need_site(current_actor(), form.method_code.data, form.kind.data, form.basis.data, form.valid_from.data,
                               form.parameters.data)
        if tried.ok:
            return done(gettext("Đã ghi yêu cầu."), "quality_sites.needs")
    methods = list(db.session.scalars(
        select(search.SearchEntry.code).where(search.SearchEntry.kind == "method").order_by(search.SearchEntry.code).limit(500)))
    return page("quality/site_needs.html", form=form, rows=queries.needs(), kinds=rules.KINDS, may=may, methods=methods)


@bp.post("/quality/sites/needs/<int:ident>/end")
@requires(P.QUALITY_WRITE)
def end_need(ident: int) -> Any:
    """The method no longer needs it."""
    row = get_or_404(SiteNeed, ident)
    return press(lambda: services.end_need(current_actor(), row, request.form.get("reason", "")),
                 gettext("Yêu cầu đã kết thúc."), "quality_sites.needs", seen=row)


@bp.route("/rooms/<code>/access/new", methods=["GET", "POST"])
@requires(P.LABORATORY_WRITE)
def give_access(code: str) -> Any:
    """A person may enter a room."""
    room, people = _room(code), active_people()
    form = AccessForm(data={"valid_from": clock.today(), "until": clock.today() + timedelta(days=365)})
    form.person.choices = [("", gettext("Chọn một người")), *((p.code, p.full_name) for p in people)]
    if form.validate_on_submit():
        facts = form.clean()
        chosen = facts.pop("person")
        person = next((p for p in people if p.code == chosen), None)
        with attempt(form) as tried:
            if person is None:
                raise FieldRefused("person", gettext("Lựa chọn không có trong danh sách."))
            services.give_access(current_actor(), room, person, **facts)
        if tried.ok:
            return done(gettext("Đã ghi quyền vào phòng."), "quality.room_page", code=code)
    return page("quality/room_access_form.html", form=form, room=room)


@bp.post("/rooms/<code>/access/<int:ident>/end")
@requires(P.LABORATORY_WRITE)
def end_access(code: str, ident: int) -> Any:
    """The person may no longer enter."""
    row = get_or_404(RoomAccess, ident)
    if row.room_id != _room(code).id:
        raise NotFound(gettext("Không có hồ sơ này."))
    return press(lambda: services.end_access(current_actor(), row, request.form.get("reason", "")),
                 gettext("Quyền vào phòng đã kết thúc."), "quality.room_page", seen=row, code=code)


def _room(code: str) -> Room:
    return or_404(quality.room_by_code(code), gettext("Không có phòng này."))


def of_room(row: Any, actor: Actor) -> Panel | None:
    """Validations and access on a room's page."""
    shown: dict[str, SiteValidation] = {}
    for one in queries.of_room(row.id):
        shown.setdefault(one.kind, one)
    return Panel("quality/_room_sites.html", {
        "room": row, "present": list(shown.values()), "kinds": rules.KINDS, "results": rules.RESULTS, "standing": standing,
        "access": queries.access_of(row.id, clock.today()), "may": actor.can(P.QUALITY_WRITE),
        "may_access": actor.can(P.LABORATORY_WRITE),
    })
