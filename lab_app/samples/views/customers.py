"""Enterprises: list, page, form."""
from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p
from sqlalchemy import select

from lab_app.core import audit, export
from lab_app.core.access import current_actor, requires
from lab_app.core.paging import Column, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, page
from lab_app.samples import presenters, queries, services
from lab_app.samples.forms import CustomerForm
from lab_app.samples.models import Customer
from lab_app.samples.views.blueprint import HISTORY_SHOWN, bp, customer_or_404

COLUMNS = (
    Column("code", _l("Mã"), Customer.code), Column("name", _l("Tên doanh nghiệp"), Customer.name),
    Column("tax", _l("Mã số thuế"), Customer.tax_code), Column("contact", _l("Liên hệ"), css="opt"),
    Column("requests", _p("list", "Yêu cầu"), css="num"), Column("since", _l("Ghi ngày"), Customer.recorded_at, css="num opt"),
)


@bp.get("/customers")
@requires(P.CUSTOMER_READ)
def customers() -> Any:
    """All enterprises."""
    query = select(Customer)
    shown = listing(query, Customer, COLUMNS, kind="customer", default_sort="since")
    if "export" in request.args:
        return export.as_file("customers", *presenters.customers_table(everything(query, Customer, shown, COLUMNS, (), "customer")))
    return page("samples/customers.html", customers=shown, counts=queries.request_counts(c.id for c in shown.rows))


@bp.route("/customers/new", methods=["GET", "POST"])
@requires(P.CUSTOMER_WRITE)
def new_customer() -> Any:
    """Register an enterprise."""
    form = CustomerForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.register_customer(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi khách hàng %(code)s.", code=row.code), "samples.customer_page", code=row.code)
    return page("samples/customer_form.html", form=form, customer=None)


@bp.route("/customers/<code>/edit", methods=["GET", "POST"])
@requires(P.CUSTOMER_WRITE)
def edit_customer(code: str) -> Any:
    """Change an enterprise's facts."""
    row = customer_or_404(code)
    form = CustomerForm(obj=row)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.change_customer(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã lưu khách hàng."), "samples.customer_page", code=code)
    return page("samples/customer_form.html", form=form, customer=row)


@bp.get("/customers/<code>")
@requires(P.CUSTOMER_READ)
def customer_page(code: str) -> Any:
    """One enterprise with its latest requests."""
    row = customer_or_404(code)
    actor = current_actor()
    latest = queries.requests_of(row.id) if actor.can(P.REQUEST_READ) else []
    return page(
        "samples/customer_page.html", customer=row, requests=latest, contents=queries.contents(r.id for r in latest),
        stage=presenters.stage, panels=presenters.panels("customer", row, actor),
        entries=audit.history("customer", row.id, HISTORY_SHOWN),
    )
