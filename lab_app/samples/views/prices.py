"""Prices: the list, a request's quotation, paid or unpaid. Never results."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext

from lab_app.core import audit
from lab_app.core.access import current_actor, requires
from lab_app.core.i18n import pick
from lab_app.core.permissions import P
from lab_app.core.web import attempt, back_with_refusal, check_version, done, page
from lab_app.samples import queries, services
from lab_app.samples.forms import PaidForm, PriceForm, QuotationForm
from lab_app.samples.rules import totals
from lab_app.samples.views.blueprint import HISTORY_SHOWN, bp, request_or_404

SPARE_LINES = 2


@bp.route("/prices", methods=["GET", "POST"])
@requires(P.PRICE_READ)
def prices() -> Any:
    """The price list; whoever may price adds a price from a day on."""
    form = PriceForm()
    methods = {m.id: m for m in queries.methods_to_ask_for()}
    form.method.choices = [(m.id, f"{m.regulation.code} · {pick(m.title_vi, m.title_en)}") for m in methods.values()]
    if form.validate_on_submit() and form.amount.data is not None and form.valid_from.data is not None:
        with attempt(form) as tried:
            services.set_price(current_actor(), methods[form.method.data], form.amount.data, form.valid_from.data)
        if tried.ok:
            return done(gettext("Đã ghi giá."), "samples.prices")
    return page("samples/prices.html", form=form, rows=queries.price_list())


@bp.route("/requests/<number>/quotation", methods=["GET", "POST"])
@requires(P.PRICE_READ)
def quotation(number: str) -> Any:
    """A request's quotation, line by line; read by those who may see prices, written by those who may price."""
    row = request_or_404(number)
    form = QuotationForm()
    if request.method == "GET":
        form.version.data, form.vat_percent.data = row.version, row.vat_percent
        for line in row.quotation:
            form.lines.append_entry({"text": line.text, "quantity": line.quantity, "unit_price": line.unit_price})
        for _ in range(SPARE_LINES):
            form.lines.append_entry()
    elif form.validate():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            typed = [e.form for e in form.lines if e.form.text.data]
            services.set_quotation(
                current_actor(), row, [(t.text.data, t.quantity.data or 1, t.unit_price.data) for t in typed], form.vat_percent.data)
        if tried.ok:
            return done(gettext("Đã lưu báo giá."), "samples.quotation", number=number)
        row = request_or_404(number)
    lines = [(q.quantity, q.unit_price) for q in row.quotation]
    listed = queries.prices([t.method_id for item in row.items for t in item.tests])
    unpriced = sorted({t.method.regulation.code for item in row.items for t in item.tests if t.method_id not in listed})
    may = current_actor().can(P.PRICE_WRITE) and row.paid_on is None and row.status not in ("declined", "cancelled")
    return page("samples/quotation.html", form=form, row=row, totals=totals(lines, row.vat_percent), unpriced=unpriced, may=may,
                entries=audit.history("quotation", row.id, HISTORY_SHOWN))


@bp.post("/requests/<number>/quote")
@requires(P.PRICE_WRITE)
def quote(number: str) -> Any:
    """Make the quotation from the price list."""
    row = request_or_404(number)
    with attempt() as tried:
        check_version(row, request.form.get("version"))
        services.quote(current_actor(), row)
    if tried.ok:
        return done(gettext("Đã lập báo giá theo bảng giá."), "samples.quotation", number=number)
    return back_with_refusal("samples.quotation", number=number)


@bp.route("/requests/<number>/paid", methods=["GET", "POST"])
@requires(P.PRICE_WRITE)
def paid(number: str) -> Any:
    """Record the payment of a request, or take it back with a reason."""
    row = request_or_404(number)
    form = PaidForm(obj=row)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.mark_paid(current_actor(), row, form.paid_on.data, form.reason.data or "")
        if tried.ok:
            return done(gettext("Đã ghi thanh toán."), "samples.quotation", number=number)
        row = request_or_404(number)
    return page("samples/paid.html", form=form, row=row)
