"""The register of instruments, one instrument's record, its entry."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from instruments import forms, presenters, queries, services, wording, workflow
from instruments.models import Calibration, Instrument
from instruments.queries.register import count_word
from instruments.views.blueprint import bp, instrument_of
from lab_app.core import clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.i18n import pick
from lab_app.core.paging import Column, Filter, Page, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, page

HISTORY_SHOWN = 6


COLUMNS = (
    Column("code", _l("Mã"), Instrument.code),
    Column("name", _l("Tên, kiểu, số máy")),
    Column("place", _l("Nơi đặt"), css="opt"),
    Column("due", _l("Dùng đến hết"), Instrument.unusable_from, css="num"),
    Column("cover", _l("Hiệu chuẩn, kiểm tra")),
    Column("standing", _l("Tình trạng")),
)


def _due(query: Select[Any], value: str) -> Select[Any]:
    today = clock.today()
    in_service = Instrument.state == workflow.IN_SERVICE.code
    if value == "over":
        return query.where(in_service, Instrument.unusable_from <= today)
    if value == "soon":
        return query.where(in_service, Instrument.unusable_from > today,
                           Instrument.unusable_from <= today + timedelta(days=presenters.SOON))
    if value == "waiting":
        return query.where(Instrument.id.in_(select(Calibration.instrument_id).where(Calibration.released_at.is_(None))))
    return query.where((~in_service) | (Instrument.unusable_from <= today))


def _filters() -> list[Filter]:
    sites = queries.sites()
    filters = [
        Filter("state", _l("Trạng thái"), [(s.code, s.word) for s in workflow.MACHINE.states],
               lambda q, state: q.where(Instrument.state == state)),
        Filter("due", _l("Hạn"), [
            ("out", _l("Không dùng được")), ("over", _l("Quá hạn")), ("soon", _l("Đến hạn trong 60 ngày")),
            ("waiting", _l("Chờ duyệt hiệu chuẩn")),
        ], _due),
        Filter("kind", _l("Loại"), list(wording.KINDS.items()), lambda q, kind: q.where(Instrument.kind == kind)),
        Filter("owner", _l("Sở hữu"), list(wording.OWNERSHIP.items()), lambda q, owner: q.where(Instrument.ownership == owner)),
        Filter("room", _l("Phòng"), [(str(r.id), pick(r.name_vi, r.name_en)) for r in queries.rooms()],
               lambda q, room: q.where(Instrument.room_id == int(room))),
    ]
    pools = queries.pools()
    if pools:
        filters.append(Filter("pool", _l("Nhóm dùng chung"), [(name, name) for name in pools],
                              lambda q, pool: q.where(Instrument.pool == pool)))
    if len(sites) > 1:
        filters.append(Filter("site", _l("Cơ sở"), [(str(s.id), pick(s.name_vi, s.name_en)) for s in sites],
                              lambda q, site: q.where(Instrument.site_id == int(site))))
    return filters


def _quick(shown: Page) -> list[tuple[Any, str, bool, str, str]]:
    today = clock.today()
    counts = {name: count_word(n) for name, n in queries.counts(today, today + timedelta(days=presenters.SOON)).items()}
    due = request.args.get("due", "")
    plain = not shown.empty_after_filter
    return [
        (gettext("Tất cả"), url_for("instruments.instruments"), plain, counts["all"], ""),
        (gettext("Không dùng được"), shown.url(due="out"), due == "out", counts["out"], "x-circle-fill"),
        (gettext("Đến hạn trong 60 ngày"), shown.url(due="soon"), due == "soon", counts["soon"], "exclamation-triangle-fill"),
    ]


@bp.get("/instruments")
@requires(P.INSTRUMENT_READ)
def instruments() -> Any:
    """The register, what runs out first on top; retired ones by their filter."""
    base = select(Instrument).options(joinedload(Instrument.room))
    if request.args.get("state") != workflow.RETIRED.code:
        base = base.where(Instrument.state != workflow.RETIRED.code)
    filters, now = _filters(), clock.now()
    shown = listing(base, Instrument, COLUMNS, kind="instrument", filters=filters, default_sort="due", default_direction="asc")
    if export.asked():
        rows = everything(base, Instrument, shown, COLUMNS, filters, "instrument")
        heads, cells = presenters.table(rows, queries.status_of(rows, now, now))
        return export.as_file("instruments", heads, cells)
    return page(
        "instruments/instruments.html", instruments=shown, standings=queries.status_of(shown.rows, now, now), quick=_quick(shown),
        cover={r.id: presenters.cover(r, clock.today()) for r in shown.rows}, where=presenters.where, last_day=presenters.last_day,
        kinds=wording.KINDS,
    )


def _described(form: forms.InstrumentForm) -> dict[str, Any]:
    facts = form.clean()
    rooms = {str(r.id): r for r in queries.rooms()}
    facts["room"] = rooms.get(facts.pop("room_id"))
    facts["check_interval_days"] = facts["check_interval_days"] or 0
    return facts


@bp.route("/instruments/new", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def new_instrument() -> Any:
    """Enter an instrument; its ranges, calibration and state follow on its page."""
    form = forms.InstrumentForm()
    form.room_id.choices = [(str(r.id), pick(r.name_vi, r.name_en)) for r in queries.rooms()]
    del form.reason
    if form.validate_on_submit():
        facts = _described(form)
        site = facts["room"].site if facts["room"] else queries.sites()[0]
        with attempt(form) as tried:
            row = services.register_instrument(current_actor(), site=site, **facts)
        if tried.ok:
            return done(gettext("Đã ghi thiết bị. Ghi dải đo, hiệu chuẩn rồi đưa vào sử dụng."), "instruments.instrument_page",
                        code=row.code)
    return page("instruments/instrument_form.html", form=form, instrument=None, pools=queries.pools())


@bp.route("/instruments/<code>/edit", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def edit_instrument(code: str) -> Any:
    """Change the register entry, with a reason; the code stays."""
    row = instrument_of(code)
    form = forms.InstrumentForm(obj=row, data={"room_id": str(row.room_id or "")})
    form.room_id.choices = [(str(r.id), pick(r.name_vi, r.name_en)) for r in queries.rooms()]
    del form.code, form.firmware
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.change_instrument(current_actor(), row, **_described(form))
        if tried.ok:
            return done(gettext("Đã lưu."), "instruments.instrument_page", code=code)
    return page("instruments/instrument_form.html", form=form, instrument=row, pools=queries.pools())


@bp.route("/instruments/<code>/ranges", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def ranges(code: str) -> Any:
    """What the instrument measures, as rows; replaced as a whole with a reason."""
    row = instrument_of(code)
    given = [
        {"quantity": r.quantity, "low": r.low, "high": r.high, "unit": r.unit, "u": r.u, "u_unit": r.u_unit} for r in row.ranges
    ]
    form = forms.RangesForm(data={"rows": given + [{}] * max(2, forms.RANGE_ROWS - len(given))})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.set_ranges(current_actor(), row, form.ranges(), form.reason.data)
        if tried.ok:
            return done(gettext("Đã lưu dải đo."), "instruments.instrument_page", code=code)
    return page("instruments/ranges.html", form=form, instrument=row)
