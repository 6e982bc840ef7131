"""Pages of buying: criteria, evaluations, who is close to a supplier, orders, what arrives (6.6)."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, export, gates
from lab_app.core.access import current_actor, requires
from lab_app.core.errors import NotFound
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, get_or_404, or_404, page, press
from lab_app.quality import rules as room_rules
from lab_app.quality import subjects
from lab_app.quality.models import Supplier
from lab_app.quality.purchases import queries, rules, services, workflow
from lab_app.quality.purchases.forms import (
    CriterionForm,
    EndTieForm,
    OrderForm,
    ReceiptForm,
    TieForm,
    UseForm,
    evaluation_form,
    points_form,
)
from lab_app.quality.purchases.models import IncomingCheck, PurchaseOrder, SupplierCriterion, SupplierTie
from lab_app.quality.queries.suppliers import all_suppliers, supplier_by_code

bp = Blueprint("quality_purchases", __name__)
CHECK_COLUMNS = (
    Column("code", _l("Số"), IncomingCheck.id), Column("title", _l("Nhận gì")), Column("supplier", _l("Nhà cung cấp")),
    Column("received_on", _l("Ngày nhận"), css="num"), Column("status", _l("Trạng thái")),
)
ORDER_COLUMNS = (
    Column("code", _l("Số"), PurchaseOrder.id), Column("title", _l("Đặt gì")), Column("supplier", _l("Nhà cung cấp")),
    Column("sent_on", _l("Gửi ngày"), css="num"), Column("status", _l("Trạng thái")),
)


def _supplier(code: str) -> Supplier:
    return or_404(supplier_by_code(code), gettext("Không có nhà cung cấp này."))


def _order(code: str) -> PurchaseOrder:
    return or_404(queries.order_by_code(code))


def _check(code: str) -> IncomingCheck:
    return or_404(queries.check_by_code(code))


def _trail(row: Supplier) -> list[tuple[Any, str]]:
    return [(gettext("Nhà cung cấp"), url_for("quality.suppliers")), (row.code, url_for("quality.supplier_page", code=row.code))]


# ---- criteria, evaluations, ties -----------------------------------------------------------------------------------


@bp.get("/quality/suppliers/criteria")
@requires(P.QUALITY_READ)
def criteria() -> Any:
    """What suppliers of each service are judged by."""
    return page("quality/purchases/criteria.html", found=queries.criteria(), services=room_rules.SUPPLIER_SERVICES)


@bp.route("/quality/suppliers/criteria/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_criterion() -> Any:
    """Another criterion, asked from now on."""
    form = CriterionForm(data={"service": request.args.get("service", "calibration"), "weight": 1, "minimum": 0})
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.set_criterion(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã thêm tiêu chí."), "quality_purchases.criteria")
    trail = [(gettext("Nhà cung cấp"), url_for("quality.suppliers")), (gettext("Tiêu chí đánh giá"), url_for("quality_purchases.criteria"))]
    return page("quality/subject_form.html", form=form, title=gettext("Thêm tiêu chí"), trail=trail, label=gettext("Thêm tiêu chí"),
                about=gettext("Tiêu chí đánh giá nhà cung cấp (6.6.2)"), cancel=url_for("quality_purchases.criteria"))


@bp.post("/quality/suppliers/criteria/<int:id>/end")
@requires(P.QUALITY_WRITE)
def end_criterion(id: int) -> Any:
    """Ask it no more."""
    row = get_or_404(SupplierCriterion, id)
    with attempt() as tried:
        services.end_criterion(current_actor(), row, reason=request.form.get("reason", ""))
    return done(gettext("Đã thôi dùng tiêu chí."), "quality_purchases.criteria") if tried.ok else back_with_refusal(
        "quality_purchases.criteria")


@bp.route("/quality/suppliers/<code>/evaluate", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def evaluate(code: str) -> Any:
    """Evaluate a supplier for a service by the criteria that stand; without a service the page asks for which."""
    row = _supplier(code)
    service = request.args.get("service", "")
    if service not in room_rules.SUPPLIER_SERVICES:
        counted = {key: len(queries.criteria(key)) for key in room_rules.SUPPLIER_SERVICES}
        return page("quality/purchases/pick_service.html", row=row, services=room_rules.SUPPLIER_SERVICES, counted=counted)
    asked = queries.criteria(service)
    form = evaluation_form(asked)()
    if form.validate_on_submit():
        marks = {c.id: (int(form[f"mark_{c.id}"].data), form[f"says_{c.id}"].data or "") for c in asked}
        with attempt(form) as tried:
            services.evaluate_supplier(current_actor(), row, service=service, marks=marks,
                                       **form.clean("kind", "done_on", "conclusion", "action", "next_on"))
        if tried.ok:
            return done(gettext("Đã ghi lần đánh giá."), "quality.supplier_page", code=code)
    return page("quality/purchases/evaluate.html", form=form, row=row, service=room_rules.SUPPLIER_SERVICES[service], asked=asked)


@bp.route("/quality/suppliers/<code>/ties/new", methods=["GET", "POST"])
@requires(P.HOME)
def new_tie(code: str) -> Any:
    """Say that oneself, or (the keeper of records) somebody else, is close to a supplier."""
    row, form, actor = _supplier(code), TieForm(), current_actor()
    if request.method == "GET":
        form.person_id.data = str(actor.id)
    if form.validate_on_submit():
        person = get_or_404(Person, int(form.person_id.data))
        with attempt(form) as tried:
            services.declare_tie(actor, row, person, **form.clean("relation", "since", "note"))
        if tried.ok:
            goal = ("quality.supplier_page", {"code": code}) if actor.can(P.QUALITY_READ) else ("home.my_work", {})
            return done(gettext("Đã khai quan hệ với nhà cung cấp."), goal[0], **goal[1])
    return page("quality/subject_form.html", form=form, title=gettext("Khai quan hệ với nhà cung cấp"), sub=row.name, trail=_trail(row),
                label=gettext("Khai"), hint=gettext("Người đã khai không phê duyệt, đánh giá, nghiệm thu nhà cung cấp này (4.1.4, 6.6.2)."),
                cancel=url_for("quality.supplier_page", code=code))


@bp.route("/quality/suppliers/<code>/ties/<int:id>/end", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def end_tie(code: str, id: int) -> Any:
    """That it ended, confirmed by another person."""
    row, form, tie = _supplier(code), EndTieForm(), get_or_404(SupplierTie, id)
    if tie.supplier_id != row.id:
        raise NotFound(gettext("Không có hồ sơ này."))
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.end_tie(current_actor(), tie, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi."), "quality.supplier_page", code=code)
    return page("quality/subject_form.html", form=form, title=gettext("Quan hệ đã kết thúc"), sub=tie.person.full_name, trail=_trail(row),
                label=gettext("Ghi"), cancel=url_for("quality.supplier_page", code=code))


# ---- orders --------------------------------------------------------------------------------------------------------


def _status_filter(machine: Any, model: Any) -> tuple[Filter, ...]:
    def by_status(query: Select[Any], value: str) -> Select[Any]:
        return query.where(model.status == value)

    return (Filter("status", gettext("Trạng thái"), [(s.code, s.word) for s in machine.states], by_status),)


@bp.get("/quality/orders")
@requires(P.QUALITY_READ)
def orders() -> Any:
    """Orders to suppliers, newest first."""
    filters = _status_filter(workflow.ORDER, PurchaseOrder)
    query = queries.orders()
    shown = listing(query, PurchaseOrder, ORDER_COLUMNS, kind="purchase-order", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(query, PurchaseOrder, shown, ORDER_COLUMNS, filters, "purchase-order")
        heads = [gettext("Số"), gettext("Đặt gì"), gettext("Nhà cung cấp"), gettext("Dịch vụ"), gettext("Gửi ngày"), gettext("Trạng thái"),
                 *(str(words) for _letter, words in rules.TOLD.values())]
        table = [[r.code, r.title, r.supplier.name, str(room_rules.SUPPLIER_SERVICES[r.service]), r.sent_on,
                  str(workflow.ORDER.state(r.status).word), *(getattr(r, name) for name in rules.TOLD)] for r in rows]
        return export.as_file("purchase-orders", heads, table)
    return page("quality/purchases/orders.html", page=shown, machine=workflow.ORDER, services=room_rules.SUPPLIER_SERVICES)


@bp.route("/quality/orders/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_order() -> Any:
    """Begin an order."""
    form = OrderForm(data={"service": request.args.get("service", "material")})
    form.supplier.choices = [(s.code, s.name) for s in all_suppliers()]
    if request.method == "GET":
        form.supplier.data = request.args.get("supplier", "")
    if form.validate_on_submit():
        said = form.clean()
        with attempt(form) as tried:
            row = services.write_order(current_actor(), _supplier(said.pop("supplier")), **said)
        if tried.ok:
            return done(gettext("Đã soạn đơn %(code)s; xem lại rồi gửi.", code=row.code), "quality_purchases.order_page", code=row.code)
    return page("quality/subject_form.html", form=form, title=gettext("Soạn đơn đặt hàng"), label=gettext("Lưu đơn"),
                trail=[(gettext("Đơn đặt hàng"), url_for("quality_purchases.orders"))],
                about=gettext("Bốn nội dung thông báo cho nhà cung cấp (6.6.3)"), cancel=url_for("quality_purchases.orders"))


@bp.route("/quality/orders/<code>/edit", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def edit_order(code: str) -> Any:
    """Change an order that has not been sent."""
    row = _order(code)
    form = OrderForm(obj=row)
    for name in ("supplier", "service", "subject_kind", "subject_code"):
        delattr(form, name)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.change_order(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã lưu."), "quality_purchases.order_page", code=code)
    return page("quality/subject_form.html", form=form, title=gettext("Sửa đơn %(code)s", code=code), label=gettext("Lưu đơn"),
                trail=[(gettext("Đơn đặt hàng"), url_for("quality_purchases.orders")),
                       (code, url_for("quality_purchases.order_page", code=code))],
                about=gettext("Bốn nội dung thông báo cho nhà cung cấp (6.6.3)"), cancel=url_for("quality_purchases.order_page", code=code))


@bp.get("/quality/orders/<code>")
@requires(P.QUALITY_READ)
def order_page(code: str) -> Any:
    """One order: what the supplier is told, what came on it."""
    row = _order(code)
    arrived = queries.checks_of_order(row.id)
    send = workflow.ORDER.stop(row, "send", lambda: services.order_facts(row)) if row.status == "draft" else None
    close = None
    if row.status == "received":
        close = gates.ask("incoming-accepted", queries.incoming_facts(row.code, [c for c in arrived if c.status != "sent_back"], date.min))
    return page("quality/purchases/order_page.html", row=row, machine=workflow.ORDER, checks=workflow.CHECK, told_=rules.TOLD,
                service=room_rules.SUPPLIER_SERVICES[row.service], arrived=arrived, send_stop=send, close_stop=close,
                subject_url=subjects.url(row.subject_kind, row.subject_id, row.subject_code),
                entries=audit.history("purchase-order", row.id, 10))


@bp.get("/quality/orders/<code>/print")
@requires(P.QUALITY_READ)
def order_print(code: str) -> Any:
    """The order as it goes to the supplier."""
    row = _order(code)
    return page("quality/purchases/order_print.html", row=row, told_=rules.TOLD, service=room_rules.SUPPLIER_SERVICES[row.service])


@bp.post("/quality/orders/<code>/moves/<move>")
@requires(P.QUALITY_WRITE)
def move_order(code: str, move: str) -> Any:
    """Send, cancel or close an order."""
    row = _order(code)
    acts = {"send": lambda: services.send_order(current_actor(), row), "close": lambda: services.close_order(current_actor(), row),
            "cancel": lambda: services.cancel_order(current_actor(), row, request.form.get("reason", ""))}
    if move not in acts:
        raise NotFound(gettext("Không có hồ sơ này."))
    return press(acts[move], gettext("Đã ghi."), "quality_purchases.order_page", seen=row, code=code)


# ---- what arrives --------------------------------------------------------------------------------------------------


@bp.get("/quality/incoming")
@requires(P.QUALITY_READ)
def incoming() -> Any:
    """What arrived, newest first; what may not be used yet by its filter."""
    filters = _status_filter(workflow.CHECK, IncomingCheck)
    query = queries.checks()
    shown = listing(query, IncomingCheck, CHECK_COLUMNS, kind="incoming-check", filters=filters, default_sort="code")
    if export.asked():
        rows = everything(query, IncomingCheck, shown, CHECK_COLUMNS, filters, "incoming-check")
        heads = [gettext("Số"), gettext("Loại"), gettext("Nhận gì"), gettext("Số lô, số máy, số giấy chứng nhận"), gettext("Nhà cung cấp"),
                 gettext("Ngày nhận"), gettext("Hạn dùng"), gettext("Trạng thái"), gettext("Kết luận")]
        table = [[r.code, str(rules.INCOMING[r.kind]), r.title, r.mark, r.supplier.name, r.received_on, r.expires_on,
                  str(workflow.CHECK.state(r.status).word), r.decision] for r in rows]
        return export.as_file("incoming-checks", heads, table)
    return page("quality/purchases/incoming.html", page=shown, machine=workflow.CHECK, kinds=rules.INCOMING)


@bp.route("/quality/incoming/new", methods=["GET", "POST"])
@requires(P.HOME)
def receive() -> Any:
    """Something arrived: on an order, or without one."""
    code = request.args.get("order", "")
    order = _order(code) if code else None
    form = ReceiptForm(data={"title": order.title if order else "", "received_on": clock.today(),
                             "subject_kind": request.args.get("kind", ""), "subject_code": request.args.get("subject", "")})
    if order is not None:
        for name in ("supplier", "subject_kind", "subject_code"):
            delattr(form, name)
    else:
        form.supplier.choices = [("", gettext("Chọn nhà cung cấp")), *((s.code, s.name) for s in all_suppliers())]
    if form.validate_on_submit():
        said = form.clean()
        supplier = said.pop("supplier", "")
        with attempt(form) as tried:
            row = services.receive(current_actor(), order=order, supplier=_supplier(supplier) if supplier else None, **said)
        if tried.ok:
            return _received(row)
    back = url_for("quality_purchases.order_page", code=order.code) if order else url_for("quality_purchases.incoming")
    return page("quality/subject_form.html", form=form, title=gettext("Ghi hàng, dịch vụ, giấy chứng nhận đã nhận"),
                sub=order.code if order else None, trail=[(gettext("Kiểm tra đầu vào"), url_for("quality_purchases.incoming"))],
                hint=gettext("Chưa được dùng cho tới khi kiểm tra đầu vào chấp nhận (6.6.2 c)."), label=gettext("Ghi đã nhận"), cancel=back)


def _received(row: IncomingCheck) -> Any:
    said = gettext("Đã ghi %(code)s, chờ kiểm tra đầu vào.", code=row.code)
    if current_actor().can(P.QUALITY_READ):
        return done(said, "quality_purchases.check_page", code=row.code)
    return done(said, "home.my_work")


@bp.route("/quality/incoming/<code>", methods=["GET", "POST"])
@requires(P.QUALITY_READ)
def check_page(code: str) -> Any:
    """One incoming check: its points, its decision, its use. Answers are posted here."""
    row, actor = _check(code), current_actor()
    kept = {f"{name}_{p['key']}": (("yes" if p["ok"] else "no") if p["ok"] is not None else "") if name == "ok" else p["says"]
            for p in row.points for name in ("ok", "says")}
    form = points_form(row.kind)(data={**kept, "version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.look_at(actor, row, form.points())
        if tried.ok:
            return done(gettext("Đã ghi các mục kiểm tra."), "quality_purchases.check_page", code=code)
    own = gates.ask("not-own-supplier", queries.close_facts(row.supplier, actor.id, clock.today())) if actor.id else None
    return page(
        "quality/purchases/check_page.html", row=row, form=form, machine=workflow.CHECK, kinds=rules.INCOMING,
        points=rules.POINTS[row.kind], replaced=rules.replaced(row.points),
        accept_stop=own or workflow.CHECK.stop(row, "accept", lambda: services.looked_at_facts(row)), own_stop=own,
        use_stop=gates.ask("incoming-accepted", queries.incoming_facts(row.title, [row], clock.today())),
        may=actor.can(P.QUALITY_WRITE), use_form=UseForm(formdata=None),
        subject_url=subjects.url(row.subject_kind, row.subject_id, row.subject_code), entries=audit.history("incoming-check", row.id, 10))


@bp.post("/quality/incoming/<code>/moves/<move>")
@requires(P.QUALITY_WRITE)
def move_check(code: str, move: str) -> Any:
    """Accept, reject, take into use, or send back."""
    row, actor, words = _check(code), current_actor(), request.form.get("reason", "")
    use = UseForm() if move == "use" else None
    acts: dict[str, Any] = {
        "accept": lambda: services.decide(actor, row, accept=True, words=words),
        "reject": lambda: services.decide(actor, row, accept=False, words=words),
        "send-back": lambda: services.send_back(actor, row, words),
        "use": lambda: services.take_into_use(actor, row, **use.clean()) if use else None,
    }
    if move not in acts:
        raise NotFound(gettext("Không có hồ sơ này."))
    if use is not None and not use.validate():
        return page("quality/subject_form.html", form=use, title=gettext("Đưa vào dùng"), sub=row.title, label=gettext("Đưa vào dùng"),
                    trail=[(row.code, url_for("quality_purchases.check_page", code=code))],
                    cancel=url_for("quality_purchases.check_page", code=code))
    return press(acts[move], gettext("Đã ghi."), "quality_purchases.check_page", seen=row, code=code)
