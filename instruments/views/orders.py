"""Calibration orders: the list, one order, its steps."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from instruments import queries, services, workflow
from instruments.forms.calibrations import ArriveForm, PlaceOrderForm, ReturnForm, SendForm
from instruments.models import CalibrationOrder
from instruments.views.blueprint import bp, instrument_of
from instruments.views.calibrations import providers
from lab_app.core import audit, clock, export, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.i18n import pick
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, done, or_404, page
from lab_app.quality.queries import all_suppliers

COLUMNS = (
    Column("code", _l("Đơn"), CalibrationOrder.id), Column("instrument", _l("Thiết bị")),
    Column("provider", _l("Nơi hiệu chuẩn"), css="opt"), Column("ordered", _l("Ngày đặt"), css="num opt"),
    Column("expected", _l("Dự kiến về"), css="num"), Column("state", _l("Tình trạng")),
)
AWAY = ("ordered", "sent", "at_laboratory")


def _which(query: Select[Any], value: str) -> Select[Any]:
    if value == "late":
        return query.where(CalibrationOrder.status.in_(AWAY), CalibrationOrder.expected_back_on < clock.today())
    if value == "back":
        return query.where(CalibrationOrder.status == "back")
    return query.where(CalibrationOrder.status.in_(workflow.OPEN_ORDERS))


def _filters() -> list[Filter]:
    return [
        Filter("which", _l("Đơn"), [("open", _l("Chưa xong")), ("late", _l("Quá hẹn về")), ("back", _l("Đã về, chờ đánh giá"))], _which),
        Filter("state", _l("Tình trạng"), [(s.code, s.word) for s in workflow.ORDERS.states],
               lambda q, state: q.where(CalibrationOrder.status == state)),
        Filter("provider", _l("Nơi hiệu chuẩn"), [(str(s.id), pick(s.name, s.name_en)) for s in all_suppliers()],
               lambda q, ident: q.where(CalibrationOrder.provider_id == int(ident))),
    ]


@bp.get("/calibration-orders")
@requires(P.INSTRUMENT_READ)
def orders() -> Any:
    """Calibration orders, newest first, with quick filters for what is open, late, back."""
    base = select(CalibrationOrder).options(joinedload(CalibrationOrder.instrument), joinedload(CalibrationOrder.provider))
    filters = _filters()
    shown = listing(base, CalibrationOrder, COLUMNS, kind="calibration-order", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(base, CalibrationOrder, shown, COLUMNS, filters, "calibration-order")
        heads = [gettext("Đơn"), gettext("Thiết bị"), gettext("Nơi hiệu chuẩn"), gettext("Ngày đặt"), gettext("Ngày gửi"),
                 gettext("Dự kiến về"), gettext("Ngày về"), gettext("Chi phí"), gettext("Tình trạng")]
        table = [[r.code, r.instrument.code, r.provider.name if r.provider else gettext("nội bộ"), r.ordered_on, r.sent_on,
                  r.expected_back_on, r.back_on, r.cost, str(workflow.ORDERS.state(r.status).word)] for r in rows]
        return export.as_file("calibration-orders", heads, table)
    counts, which = queries.order_counts(clock.today()), request.args.get("which", "")
    quick = [(gettext("Chưa xong"), shown.url(which="open"), which == "open", counts["open"], ""),
             (gettext("Quá hẹn về"), shown.url(which="late"), which == "late", counts["late"], "exclamation-triangle-fill"),
             (gettext("Đã về, chờ đánh giá"), shown.url(which="back"), which == "back", counts["back"], "box-arrow-in-down")]
    return page("instruments/orders.html", orders=shown, quick=quick, order_state=workflow.ORDERS.state, today=clock.today(), away=AWAY)


@bp.route("/instruments/<code>/orders/new", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def new_order(code: str) -> Any:
    """Order a calibration of this instrument."""
    row, known = instrument_of(code), providers()
    form = PlaceOrderForm(data={"ordered_on": clock.today(), "in_house": "0"})
    form.provider_id.choices = [(key, s.name) for key, s in known.items()]
    if form.validate_on_submit():
        facts = {name: value for name, value in form.clean().items() if name not in ("provider_id", "in_house")}
        with attempt(form) as tried:
            order = services.place_order(current_actor(), row, provider=known.get(form.provider_id.data),
                                         in_house=form.in_house.data == "1", **facts)
        if tried.ok:
            return done(gettext("Đã đặt hiệu chuẩn."), "instruments.order_page", code=order.code)
    return page("instruments/order_form.html", form=form, instrument=row, without_provider=not known)


def _order(code: str) -> CalibrationOrder:
    return or_404(queries.order_by_code(code), gettext("Không có đơn hiệu chuẩn này."))


@bp.get("/calibration-orders/<code>")
@requires(P.INSTRUMENT_READ)
def order_page(code: str) -> Any:
    """One order: where it stands, what comes next, its calibration."""
    row = _order(code)
    stop = None if row.status != "ordered" else gates.ask(
        "provider-approved", services.provider_facts(row.instrument, row.provider, row.in_house, row.ordered_on))
    return page("instruments/order_page.html", row=row, instrument=row.instrument, order_state=workflow.ORDERS.state, stop=stop,
                machine=workflow.ORDERS, entries=audit.history("calibration-order", row.id, 8), today=clock.today())


STEPS: dict[str, tuple[Any, Any, Any]] = {
    "send": (SendForm, services.send_order, _l("Đã ghi gửi đi: thiết bị không dùng được cho đến khi được duyệt lại.")),
    "arrive": (ArriveForm, services.arrive_order, _l("Đã ghi: thiết bị ở phòng hiệu chuẩn.")),
    "bring_back": (ReturnForm, services.return_order, _l("Đã nhận lại. Ghi giấy chứng nhận, đánh giá và duyệt để dùng.")),
}


@bp.route("/calibration-orders/<code>/<step>", methods=["GET", "POST"])
@requires(P.INSTRUMENT_WRITE)
def order_step(code: str, step: str) -> Any:
    """Send, arrive, bring back: the day, and what is to be said with it."""
    row = _order(code)
    if step not in STEPS:
        raise NotFound(gettext("Không có bước này."))
    made, act, says = STEPS[step]
    now = {"sent_at": clock.now(), "back_at": clock.now(), "arrived_on": clock.today(), "expected_back_on": row.expected_back_on}
    form = made(data=now)
    if form.validate_on_submit():
        with attempt(form) as tried:
            act(current_actor(), row, **form.clean())
        if tried.ok:
            return done(says, "instruments.order_page", code=code)
    label = next(t.label for t in workflow.ORDERS.transitions if t.name == step)
    return page("instruments/order_step.html", form=form, row=row, instrument=row.instrument, label=label)


@bp.post("/calibration-orders/<code>/cancel")
@requires(P.INSTRUMENT_WRITE)
def cancel_order(code: str) -> Any:
    """Cancel an order, with the reason."""
    row = _order(code)
    with attempt() as tried:
        services.cancel_order(current_actor(), row, reason=request.form.get("reason", "")[:1000])
    if tried.ok:
        return done(gettext("Đã hủy đơn."), "instruments.order_page", code=code)
    return back_with_refusal("instruments.order_page", code=code)
