"""Suppliers of products and services that affect results, and their approvals (6.6)."""
from __future__ import annotations

from datetime import date, timedelta

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import audit, clock, gates, inbox, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.quality import rules
from lab_app.quality.models import Supplier, SupplierApproval
from lab_app.quality.purchases import queries as buying

#: An approval is judged anew at least this often.
LONGEST_APPROVAL = timedelta(days=5 * 366)
CHANGEABLE = frozenset({"name", "name_en", "address", "contact", "accreditation", "note"})


def _needed(field: str, value: str) -> str:
    if not value.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return value.strip()


def _make_findable(row: Supplier) -> None:
    search.put("supplier", row.id, row.code, row.name, row.name_en, row.accreditation)


def register_supplier(
    actor: Actor, *, name: str, name_en: str = "", address: str = "", contact: str = "", accreditation: str = "", note: str = "",
    code: str | None = None,
) -> Supplier:
    """Enter a supplier (6.6.1); nothing may be ordered from it before an approval. Refuses an empty name and a name or code twice."""
    authorize(actor, P.QUALITY_WRITE)
    name = _needed("name", name)
    if db.session.scalar(select(Supplier.id).where(Supplier.name == name)) is not None:
        raise FieldRefused("name", gettext("Nhà cung cấp này đã có trong danh sách."))
    code = (code or "").strip() or f"NCC-{numbering.next_value('NCC'):03d}"
    if db.session.scalar(select(Supplier.id).where(Supplier.code == code)) is not None:
        raise FieldRefused("code", gettext("Mã nhà cung cấp này đã dùng."))
    row = Supplier(code=code, name=name, name_en=name_en.strip(), address=address.strip(), contact=contact.strip(),
                   accreditation=accreditation.strip(), note=note.strip())
    db.session.add(row)
    db.session.flush()
    _make_findable(row)
    return row


def change_supplier(actor: Actor, supplier: Supplier, *, reason: str, **changes: str) -> Supplier:
    """Change a supplier's entry with a reason; approvals have services of their own. Refused by gate *not-own-supplier* to whoever the
    contact line names and would no longer name: nobody frees themselves to approve."""
    authorize(actor, P.QUALITY_WRITE)
    _needed("reason", reason)
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise FieldRefused(sorted(unknown)[0], gettext("Mục này không sửa ở đây được."))
    if "name" in changes:
        changes["name"] = _needed("name", changes["name"])
        same = select(Supplier.id).where(Supplier.name == changes["name"], Supplier.id != supplier.id)
        if db.session.scalar(same) is not None:
            raise FieldRefused("name", gettext("Nhà cung cấp này đã có trong danh sách."))
    if "contact" in changes and actor.id is not None and not buying.named(changes["contact"], actor.id):
        close = buying.close_facts(supplier, actor.id, clock.today())
        if close.named:
            gates.require("not-own-supplier", close)
    with audit.reason(reason):
        for field, value in changes.items():
            setattr(supplier, field, value.strip())
        db.session.flush()
    _make_findable(supplier)
    return supplier


def approve_supplier(
    actor: Actor, supplier: Supplier, *, service: str, scope: str, basis: str, valid_from: date, until: date,
) -> SupplierApproval:
    """Approve a supplier for one service over `valid_from` … `until` (exclusive), with its basis and scope (6.6.2).

    It counts for who asks after it was recorded. Refuses an unknown service, reversed days, more than five years, an approval of
    the same service that overlaps one still standing (end that one first). Refused by gate *not-own-supplier* to whoever is the
    supplier's contact or close to it, and by *supplier-evaluated* where criteria stand for the service and no fresh evaluation does.
    """
    authorize(actor, P.QUALITY_WRITE)
    person_id = person_of(actor)
    gates.require("not-own-supplier", buying.close_facts(supplier, person_id, clock.today()))
    if service not in rules.SUPPLIER_SERVICES:
        raise FieldRefused("service", gettext("Chọn dịch vụ trong danh sách."))
    scope, basis = _needed("scope", scope), _needed("basis", basis)
    if until <= valid_from:
        raise FieldRefused("until", gettext("Ngày hết hiệu lực phải sau ngày bắt đầu."))
    if until - valid_from > LONGEST_APPROVAL:
        raise FieldRefused("until", gettext("Đánh giá lại nhà cung cấp ít nhất 5 năm một lần."))
    for other in supplier.approvals:
        end = other.until if other.ended_on is None else min(other.until, other.ended_on)
        if other.service == service and other.valid_from < until and valid_from < end:
            raise FieldRefused("valid_from", gettext("Trùng thời gian với lần phê duyệt còn hiệu lực; kết thúc lần đó trước."))
    gates.require("supplier-evaluated", buying.evaluated_facts(supplier, service, valid_from))
    row = SupplierApproval(supplier_id=supplier.id, service=service, scope=scope, basis=basis, valid_from=valid_from, until=until,
                           person_id=person_id)
    supplier.approvals.append(row)
    db.session.flush()
    inbox.settle_under(f"supplier/{supplier.id}/renew/")
    return row


def end_approval(actor: Actor, approval: SupplierApproval, *, ended_on: date, reason: str) -> SupplierApproval:
    """End an approval early, from a day on (6.6.2 c): orders of that day and later are refused. The period that was stays."""
    authorize(actor, P.QUALITY_WRITE)
    _needed("reason", reason)
    if approval.ended_on is not None:
        raise Refused(gettext("Lần phê duyệt này đã kết thúc rồi."))
    if not approval.valid_from <= ended_on < approval.until:
        raise FieldRefused("ended_on", gettext("Ngày kết thúc phải nằm trong thời gian phê duyệt."))
    if ended_on > clock.today():
        raise FieldRefused("ended_on", gettext("Ngày này ở tương lai."))
    with audit.reason(reason):
        approval.ended_on, approval.ended_recorded_at, approval.end_reason = ended_on, clock.now(), reason.strip()
        db.session.flush()
    return approval
