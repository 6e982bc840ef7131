"""Pages of product lists: who must certify and who may declare, on any day; entered, corrected, ended, confirmed."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager

from lab_app.core import audit, clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.forms import parse_date
from lab_app.core.i18n import pick, show_date
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, get_or_404, page
from test_methods import presenters, product_words
from test_methods.forms import ConfirmForm
from test_methods.forms.plan_rules import MOST_CONDITIONS
from test_methods.forms.products import (
    EndForm,
    ProductEntryEditForm,
    ProductEntryForm,
    ProductListEditForm,
    ProductListForm,
)
from test_methods.models import ProductEntry, ProductList
from test_methods.properties import BY_KEY
from test_methods.queries.plan_rules import editions_of
from test_methods.queries.products import (
    edition_on,
    entry_counts,
    entry_counts_on,
    list_counts_on,
    product_lists,
)
from test_methods.rules.products import hs_digits
from test_methods.services import products as service
from test_methods.views import bp
from test_methods.views.plan_rules import condition_words

HISTORY_SHOWN = 6
COLUMNS = (
    Column("position", _l("Mục"), ProductEntry.position), Column("name", _l("Sản phẩm")), Column("hs", _l("Mã HS")),
    Column("lane", _l("Cách quản lý"), ProductEntry.lane), Column("regulations", _l("Quy chuẩn"), css="opt"),
    Column("confirmed", _l("Xác nhận")),
)


def _in_force(query: Select[Any], day: str) -> Select[Any]:
    on = date.fromisoformat(day)
    return query.where(
        ProductList.in_force_from <= on, or_(ProductList.in_force_to.is_(None), ProductList.in_force_to > on),
        or_(ProductEntry.in_force_from.is_(None), ProductEntry.in_force_from <= on),
        or_(ProductEntry.in_force_to.is_(None), ProductEntry.in_force_to > on))


def _filters(lists: list[ProductList], on: date) -> tuple[Filter, ...]:
    return (
        Filter("lane", _l("Cách quản lý"), list(product_words.LANES.items()), lambda q, v: q.where(ProductEntry.lane == v)),
        Filter("list", _l("Danh mục"), [(str(row.id), row.code) for row in lists], lambda q, v: q.where(ProductEntry.list_id == int(v))),
        Filter("confirmed", _l("Xác nhận"), [("yes", _l("Đã xác nhận")), ("no", _l("Chưa xác nhận"))],
               lambda q, v: q.where(ProductEntry.confirmed_on.is_not(None) if v == "yes" else ProductEntry.confirmed_on.is_(None))),
        Filter("on", _l("Có hiệu lực ngày"), _days(lists, on), _in_force),
    )


def _days(lists: list[ProductList], on: date) -> list[tuple[str, str]]:
    """The day asked about, today, and the first day of every list, so that another day is one choice away."""
    days = sorted({on, clock.today(), *(row.in_force_from for row in lists)}, reverse=True)
    return [(day.isoformat(), show_date(day)) for day in days]


def _day_asked() -> date:
    try:
        return parse_date(request.args.get("on", "")) if request.args.get("on", "").strip() else clock.today()
    except ValueError:
        return clock.today()


def _by_hs(query: Select[Any], digits: str) -> Select[Any]:
    """Lines that name this code, a longer one that begins with it, or its own beginning (a whole group)."""
    beginnings = [digits[:n] for n in (4, 6, 8, 10) if n < len(digits)]
    return query.where(or_(ProductEntry.hs_search.contains(f" {digits}", autoescape=True), *(
        ProductEntry.hs_search.contains(f" {short} ", autoescape=True) for short in beginnings)))


@bp.get("/product-lists")
@requires(P.METHOD_READ)
def products() -> Any:
    """The lines in force on a day (today where none is asked), searched by HS code, words or regulation; the lists behind them."""
    lists, on = product_lists(), _day_asked()
    base = select(ProductEntry).join(ProductEntry.product_list).options(contains_eager(ProductEntry.product_list))
    filters = _filters(lists, on)
    if "on" not in request.args and "list" not in request.args:
        base = _in_force(base, on.isoformat())
    digits = hs_digits(request.args.get("q", ""))
    kind = None if digits else "product-entry"
    base = _by_hs(base, digits) if digits else base
    shown = listing(base, ProductEntry, COLUMNS, kind=kind, filters=filters, default_sort="position", default_direction="asc")
    if export.asked():
        rows = everything(base, ProductEntry, shown, COLUMNS, filters, kind)
        return export.as_file("products", *_table(rows))
    return page("test_methods/products.html", entries=shown, lists=lists, counts=entry_counts(), on=on, badges=product_words.BADGES,
                standing={row.id: list_counts_on(row, clock.today(), clock.now()) for row in lists}, today=clock.today(),
                mark=presenters.marked)


def _table(rows: list[ProductEntry]) -> tuple[list[Any], list[list[Any]]]:
    heads = [gettext("Danh mục"), gettext("Phụ lục"), gettext("Mục"), gettext("Sản phẩm"), gettext("Mã HS"), gettext("Cách quản lý"),
             gettext("Quy chuẩn"), gettext("Nguồn xác nhận")]
    return heads, [[r.product_list.code, r.annex, r.item, pick(r.name_vi, r.name_en), "; ".join(r.hs), str(product_words.LANES[r.lane]),
                    "; ".join(r.regulations), r.confirmed_source] for r in rows]


@bp.get("/product-lists/<int:id>")
@requires(P.METHOD_READ)
def product_list_page(id: int) -> Any:
    """One list: its days, what it replaces, whether anybody saw it."""
    row = get_or_404(ProductList, id)
    others = {other.code: other for other in product_lists()}
    return page(
        "test_methods/product_list.html", row=row, counts=entry_counts().get(id, (0, 0)), others=others, mark=presenters.marked,
        in_force=list_counts_on(row, clock.today(), clock.now()), entries=audit.history("product-list", id, HISTORY_SHOWN),
        successors=[other for other in others.values() if row.code in other.replaces],
    )


@bp.route("/product-lists/new", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def new_product_list() -> Any:
    """Enter the list of a circular."""
    form = ProductListForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = service.add_list(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi danh mục."), "test_methods.product_list_page", id=row.id)
    return page("test_methods/product_list_form.html", form=form, row=None)


@bp.route("/product-lists/<int:id>/edit", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def edit_product_list(id: int) -> Any:
    """Correct what is recorded of a list."""
    row = get_or_404(ProductList, id)
    form = ProductListEditForm(obj=row)
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            facts = form.clean()
            service.change_list(current_actor(), row, reason=facts.pop("reason"), **facts)
        if tried.ok:
            return done(gettext("Đã sửa danh mục."), "test_methods.product_list_page", id=id)
    return page("test_methods/product_list_form.html", form=form, row=row)


@bp.route("/product-lists/<int:id>/end", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def end_product_list(id: int) -> Any:
    """Say from which day a list no longer counts."""
    row = get_or_404(ProductList, id)
    form = EndForm(data={"in_force_to": row.in_force_to, "version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            service.end_list(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi ngày hết hiệu lực."), "test_methods.product_list_page", id=id)
    return page("test_methods/product_end_form.html", form=form, row=row, entry=None)


def _more(form: ProductEntryForm) -> bool:
    """Whether the button only asked for one condition more."""
    if not request.form.get("more"):
        return False
    if len(form.conditions) < MOST_CONDITIONS:
        form.conditions.append_entry({})
    return True


@bp.route("/product-lists/<int:id>/entries/new", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def new_product_entry(id: int) -> Any:
    """Enter a line of a list, not confirmed yet."""
    row = get_or_404(ProductList, id)
    form = ProductEntryForm() if request.method == "POST" else ProductEntryForm(data={"conditions": [{}]})
    if request.method == "POST" and not _more(form) and form.validate():
        with attempt(form) as tried:
            entry = service.add_entry(current_actor(), row, **form.facts())
        if tried.ok:
            return done(gettext("Đã ghi mục; chưa xác nhận."), "test_methods.product_entry_page", id=entry.id)
    return page("test_methods/product_entry_form.html", form=form, row=row, entry=None, properties=BY_KEY)


@bp.get("/product-entries/<int:id>")
@requires(P.METHOD_READ)
def product_entry_page(id: int) -> Any:
    """One line: its codes, lane, the editions in force today that it names, who confirmed it."""
    row = get_or_404(ProductEntry, id)
    today = clock.today()
    editions = {family: edition_on(found, today) for family, found in editions_of(row.regulations).items()}
    return page(
        "test_methods/product_entry.html", row=row, editions=editions, lane=product_words.BADGES[row.lane],
        duty=product_words.DUTIES[row.lane], conditions=condition_words(row), mark=presenters.marked,
        in_force=entry_counts_on(row, today, clock.now()), entries=audit.history("product-entry", id, HISTORY_SHOWN),
    )


@bp.route("/product-entries/<int:id>/edit", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def edit_product_entry(id: int) -> Any:
    """Correct a line; its confirmation falls."""
    row = get_or_404(ProductEntry, id)
    form = ProductEntryEditForm() if request.method == "POST" else ProductEntryEditForm(data={
        name: getattr(row, name) for name in (*service.ENTRY_FIELDS, "version")} | {
        "hs": "; ".join(row.hs), "conditions": row.conditions or [{}]})
    if request.method == "POST" and not _more(form) and form.validate():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            service.change_entry(current_actor(), row, reason=str(form.reason.data), **form.facts())
        if tried.ok:
            return done(gettext("Đã sửa mục; cần xác nhận lại."), "test_methods.product_entry_page", id=id)
    return page("test_methods/product_entry_form.html", form=form, row=row.product_list, entry=row, properties=BY_KEY)


@bp.route("/product-entries/<int:id>/end", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def end_product_entry(id: int) -> Any:
    """Say from which day a line no longer counts."""
    row = get_or_404(ProductEntry, id)
    form = EndForm(data={"in_force_to": row.in_force_to, "version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            service.end_entry(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã ghi ngày hết hiệu lực."), "test_methods.product_entry_page", id=id)
    return page("test_methods/product_end_form.html", form=form, row=row.product_list, entry=row)


@bp.route("/product-entries/<int:id>/confirm", methods=["GET", "POST"])
@requires(P.METHOD_WRITE)
def confirm_product_entry(id: int) -> Any:
    """State that a line was compared with the annex."""
    row = get_or_404(ProductEntry, id)
    form = ConfirmForm(data={"source": row.confirmed_source, "on": clock.today(), "version": row.version})
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            service.confirm_entry(current_actor(), row, str(form.source.data), form.on.data or date.min)
        if tried.ok:
            return done(gettext("Đã xác nhận mục %(item)s.", item=row.item), "test_methods.product_entry_page", id=id)
    return page("test_methods/product_confirm_form.html", form=form, row=row)
