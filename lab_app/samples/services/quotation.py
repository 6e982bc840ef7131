"""Prices: the list, a request's quotation, paid or unpaid. Whoever prices never writes results (4.1.3)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from flask_babel import gettext
from sqlalchemy import select

from lab_app.core import audit, clock
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.samples import queries
from lab_app.samples.models import PriceItem, QuotationLine, TestRequest
from test_methods.models import Method


def set_price(actor: Actor, method: Method, amount: Decimal, valid_from: date) -> PriceItem:
    """Put a method's price on the list from a day on, in đồng before VAT."""
    authorize(actor, P.PRICE_WRITE)
    if amount <= 0 or amount != amount.to_integral_value():
        raise FieldRefused("amount", gettext("Giá là số đồng lớn hơn 0."))
    row = db.session.scalar(select(PriceItem).where(PriceItem.method_id == method.id, PriceItem.valid_from == valid_from))
    if row is None:
        row = PriceItem(code=method.code, method_id=method.id, valid_from=valid_from, amount=amount)
        db.session.add(row)
    row.amount = amount
    db.session.flush()
    return row


def quote(actor: Actor, request: TestRequest) -> list[QuotationLine]:
    """Make a request's quotation from the day's price list, one line a method and item; unpriced methods are left out."""
    authorize(actor, P.PRICE_WRITE)
    tests = queries.requested_tests(request.id)
    listed = queries.prices([t.method_id for t in tests])
    return set_quotation(actor, request, [
        (gettext("Thử nghiệm theo %(method)s: %(item)s", method=t.method.regulation.code, item=t.item.model), t.item.quantity,
         listed[t.method_id].amount)
        for t in tests if t.method_id in listed
    ])


def set_quotation(
    actor: Actor, request: TestRequest, lines: Sequence[tuple[str, int, Decimal]], vat_percent: Decimal | None = None,
) -> list[QuotationLine]:
    """Replace a request's quotation by these lines (text, quantity, unit price in đồng), and its VAT when given.

    Refuses a paid request, a closed one, an empty line, a VAT outside 0 to 100 %.
    """
    authorize(actor, P.PRICE_WRITE)
    if request.paid_on is not None:
        raise Refused(gettext("Yêu cầu đã thanh toán; không sửa báo giá."))
    if request.status in ("declined", "cancelled"):
        raise Refused(gettext("Yêu cầu %(number)s đã đóng; không báo giá.", number=request.number))
    if vat_percent is not None:
        if not 0 <= vat_percent <= 100:
            raise FieldRefused("vat_percent", gettext("Thuế GTGT từ 0 đến 100 phần trăm."))
        request.vat_percent = vat_percent
    for old in list(request.quotation):
        db.session.delete(old)
    db.session.flush()
    for text, quantity, price in lines:
        if not text.strip() or quantity < 1 or price < 0:
            raise FieldRefused("unit_price", gettext("Mỗi dòng báo giá cần nội dung, số lượng từ 1 và giá không âm."))
        db.session.add(QuotationLine(request_id=request.id, text=text.strip()[:300], quantity=quantity, unit_price=price))
    db.session.flush()
    db.session.refresh(request, ["quotation"])
    return list(request.quotation)


def mark_paid(actor: Actor, request: TestRequest, paid_on: date | None, reason: str = "") -> TestRequest:
    """Record the day a request was paid, or take it back (None, with a reason). Refuses where nothing was quoted."""
    authorize(actor, P.PRICE_WRITE)
    if paid_on is None and request.paid_on is not None and not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    audit.because(reason)
    if paid_on is not None and paid_on > clock.today():
        raise FieldRefused("paid_on", gettext("Ngày này ở tương lai."))
    if paid_on is not None and paid_on < request.requested_on:
        raise FieldRefused("paid_on", gettext("Ngày thanh toán trước ngày yêu cầu."))
    if paid_on is not None and not request.quotation:
        raise Refused(gettext("Chưa có báo giá nào để thanh toán."))
    request.paid_on = paid_on
    db.session.flush()
    return request
