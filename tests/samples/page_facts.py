"""What the tests of the room's pages share: a typed request, a row read again."""
from __future__ import annotations

from lab_app.core.db import db

CUSTOMER = {"name": "Công ty Cổ phần Cánh Buồm", "tax_code": "9920000014", "address": "Số 1 phố Giả Định"}


def request_form(people, made, **changes):
    typed = {
        "customer": "C0001", "site": people.site.id, "requested_on": "16/11/2026", "due_on": "", "wants_statement": "y",
        "language": "vi+en", "copies": "2", "return_items": "y", "public_fields": ["product"], "note": "",
        "items-0-name": "Điểm truy cập", "items-0-model": "SH-AX30", "items-0-quantity": "2", "items-0-methods": [made.method.id],
        "items-0-supplied": "",
    }
    typed.update(changes)
    return {k: v for k, v in typed.items() if v is not None}


def again(row):
    db.session.expire_all()
    return db.session.get(type(row), row.id)
