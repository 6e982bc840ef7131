"""What buying shows an assessor, and the figures that want a look (6.6)."""
from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lab_app.core import clock, evidence, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, bad_when_any, warn_when_any
from lab_app.quality.purchases.models import IncomingCheck, PurchaseOrder, SupplierEvaluation
from lab_app.quality.purchases.queries import overdue_evaluation


def offer() -> None:
    """Register evidence and figures with the kernel."""
    evidence.offer("6.6.2", _l("Lần đánh giá nhà cung cấp"), "quality_purchases.criteria", evidence.records(SupplierEvaluation))
    evidence.offer("6.6.2", _l("Kiểm tra đầu vào đã quyết định"), "quality_purchases.incoming",
                   evidence.records(IncomingCheck, IncomingCheck.decided_at.is_not(None)))
    evidence.offer("6.6.3", _l("Đơn đặt hàng đã gửi"), "quality_purchases.orders",
                   evidence.records(PurchaseOrder, PurchaseOrder.sent_on.is_not(None)))
    indicators.register(Indicator(
        "incoming-waiting", _l("Hàng, giấy chứng nhận chờ kiểm tra đầu vào"),
        lambda: how_many(IncomingCheck, IncomingCheck.status == "waiting"),
        warn_when_any, "quality_purchases.incoming", {"status": "waiting"}, clauses=("6.6.2",), order=60,
    ))
    indicators.register(Indicator(
        "suppliers-to-evaluate", _l("Nhà cung cấp quá hạn đánh giá lại"),
        lambda: how_many(SupplierEvaluation, overdue_evaluation(clock.today(), clock.today())), bad_when_any, "quality.suppliers",
        {"due": "evaluation"},
        clauses=("6.6.2",), order=61,
    ))
