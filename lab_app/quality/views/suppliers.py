"""Suppliers and their approvals (6.6)."""
from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from lab_app.core import audit, clock, export
from lab_app.core.access import current_actor, requires
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import attempt, check_version, done, or_404, page
from lab_app.quality import queries, rules, services
from lab_app.quality.forms import ApprovalForm, EndForm, SupplierForm
from lab_app.quality.models import Supplier, SupplierApproval
from lab_app.quality.presenters import approval_state, panels
from lab_app.quality.purchases.models import SupplierEvaluation
from lab_app.quality.purchases.queries import overdue_evaluation
from lab_app.quality.queries.suppliers import standing_approval
from lab_app.quality.views.blueprint import bp

COLUMNS = (
    Column("code", _l("Mã"), Supplier.code), Column("name", _l("Nhà cung cấp")),
    Column("accreditation", _l("Số công nhận, chứng nhận"), css="opt"), Column("approvals", _l("Được phê duyệt")),
)


def _approved_for(query: Select[Any], service: str) -> Select[Any]:
    approved = select(SupplierApproval.supplier_id).where(standing_approval(service, clock.today(), clock.now()))
    return query.where(Supplier.id.in_(approved))


def _to_evaluate(query: Select[Any], _value: str) -> Select[Any]:
    late = select(SupplierEvaluation.supplier_id).where(overdue_evaluation(clock.today(), clock.today()))
    return query.where(Supplier.id.in_(late))


@bp.get("/quality/suppliers")
@requires(P.QUALITY_READ)
def suppliers() -> Any:
    """Suppliers with what each is approved for today."""
    filters = [Filter("service", _l("Được phê duyệt"), list(rules.SUPPLIER_SERVICES.items()), _approved_for),
               Filter("due", _l("Cần làm"), [("evaluation", _l("Quá hạn đánh giá lại"))], _to_evaluate)]
    query = select(Supplier)
    shown = listing(query, Supplier, COLUMNS, kind="supplier", filters=filters, default_sort="code", default_direction="asc")
    if export.asked():
        rows = everything(query, Supplier, shown, COLUMNS, filters, "supplier")
        found = queries.approvals_of([r.id for r in rows])
        heads = [gettext("Mã"), gettext("Nhà cung cấp"), gettext("Số công nhận, chứng nhận"), gettext("Dịch vụ"), gettext("Từ ngày"),
                 gettext("Đến trước ngày"), gettext("Phạm vi"), gettext("Căn cứ"), gettext("Kết thúc từ ngày")]
        table = [[r.code, r.name, r.accreditation, str(rules.SUPPLIER_SERVICES.get(a.service, a.service)), a.valid_from, a.until,
                  a.scope, a.basis, a.ended_on] for r in rows for a in found[r.id]]
        return export.as_file("suppliers", heads, table)
    return page("quality/suppliers.html", suppliers=shown, approvals=queries.approvals_of([r.id for r in shown.rows]),
                approval_state=approval_state, words=rules.SUPPLIER_SERVICES, today=clock.today())


def _supplier(code: str) -> Supplier:
    return or_404(queries.supplier_by_code(code), gettext("Không có nhà cung cấp này."))


@bp.get("/quality/suppliers/<code>")
@requires(P.QUALITY_READ)
def supplier_page(code: str) -> Any:
    """One supplier: its facts, its approvals with who gave them and on what basis, its history."""
    row = _supplier(code)
    return page("quality/supplier_page.html", row=row, approval_state=approval_state, words=rules.SUPPLIER_SERVICES,
                panels=panels("supplier", row, current_actor()), today=clock.today(), entries=audit.history("supplier", row.id, 10))


@bp.route("/quality/suppliers/new", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def new_supplier() -> Any:
    """Another supplier; its approval follows."""
    form = SupplierForm()
    del form.reason
    if form.validate_on_submit():
        with attempt(form) as tried:
            row = services.register_supplier(current_actor(), **form.clean())
        if tried.ok:
            return done(gettext("Đã thêm nhà cung cấp. Phê duyệt trước khi đặt dịch vụ (6.6.2)."), "quality.supplier_page", code=row.code)
    return page("quality/supplier_form.html", form=form, row=None)


@bp.route("/quality/suppliers/<code>/edit", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def edit_supplier(code: str) -> Any:
    """Change a supplier's entry, with a reason."""
    row = _supplier(code)
    form = SupplierForm(obj=row)
    del form.code
    if form.validate_on_submit():
        with attempt(form) as tried:
            check_version(row, form.version.data)
            services.change_supplier(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã lưu."), "quality.supplier_page", code=code)
    return page("quality/supplier_form.html", form=form, row=row)


@bp.route("/quality/suppliers/<code>/approve", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def approve_supplier(code: str) -> Any:
    """Approve a supplier for a service over a period (6.6.2)."""
    row, form = _supplier(code), ApprovalForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.approve_supplier(current_actor(), row, **form.clean())
        if tried.ok:
            return done(gettext("Đã phê duyệt nhà cung cấp."), "quality.supplier_page", code=code)
    return page("quality/supplier_approval.html", form=form, row=row, approval=None)


@bp.route("/quality/suppliers/<code>/approvals/<int:id>/end", methods=["GET", "POST"])
@requires(P.QUALITY_WRITE)
def end_approval(code: str, id: int) -> Any:
    """End an approval before its time, with the reason."""
    row, form = _supplier(code), EndForm()
    approval = or_404(queries.approval_of(row, id))
    if form.validate_on_submit():
        with attempt(form) as tried:
            services.end_approval(current_actor(), approval, **form.clean())
        if tried.ok:
            return done(gettext("Đã kết thúc phê duyệt."), "quality.supplier_page", code=code)
    return page("quality/supplier_approval.html", form=form, row=row, approval=approval)
