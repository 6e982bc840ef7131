"""Enterprises: registered once, found by everything they are called."""
from __future__ import annotations

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import numbering, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from lab_app.samples import rules
from lab_app.samples.models import Customer

CHANGEABLE = ("name", "name_en", "tax_code", "address", "address_en", "contact", "phone", "email")


def _checked_tax_code(typed: str, own_id: int | None) -> str:
    code = rules.tax_code(typed)
    if code is None:
        raise FieldRefused("tax_code", gettext("Mã số thuế cần 10 hoặc 13 chữ số với chữ số kiểm tra đúng."))
    found = db.session.scalar(select(Customer).where(Customer.tax_code == code))
    if found is not None and found.id != own_id:
        raise FieldRefused("tax_code", gettext("Đã có khách hàng với mã số thuế này: %(code)s.", code=found.code))
    return code


def _findable(row: Customer) -> None:
    search.put("customer", row.id, row.code, row.name, row.name_en, row.tax_code, row.contact, row.phone, row.email)


def register_customer(
    actor: Actor, *, name: str, tax_code: str, address: str, name_en: str = "", address_en: str = "", contact: str = "",
    phone: str = "", email: str = "", code: str | None = None,
) -> Customer:
    """Register an enterprise. Refuses a tax code with a wrong check digit or one that is registered already."""
    authorize(actor, P.CUSTOMER_WRITE)
    for field, value in (("name", name), ("address", address)):
        if not value.strip():
            raise FieldRefused(field, gettext("Cần điền mục này."))
    checked = _checked_tax_code(tax_code, None)
    if code is None:
        code = f"C{numbering.next_value('customer'):04d}"
    elif code.startswith("C") and code.removeprefix("C").isdigit():
        numbering.at_least("customer", int(code.removeprefix("C")))
    row = Customer(
        code=code, name=name.strip(), name_en=name_en, tax_code=checked, address=address.strip(), address_en=address_en,
        contact=contact, phone=phone, email=email,
    )
    db.session.add(row)
    db.session.flush()
    _findable(row)
    return row


def change_customer(actor: Actor, row: Customer, **fields: str) -> Customer:
    """Change facts of an enterprise; papers already issued keep what they printed."""
    authorize(actor, P.CUSTOMER_WRITE)
    for name in CHANGEABLE:
        if name not in fields:
            continue
        value = fields[name]
        if name in ("name", "address") and not value.strip():
            raise FieldRefused(name, gettext("Cần điền mục này."))
        setattr(row, name, _checked_tax_code(value, row.id) if name == "tax_code" else value.strip())
    db.session.flush()
    _findable(row)
    return row
