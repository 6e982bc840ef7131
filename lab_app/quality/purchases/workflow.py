"""States of orders and of what arrives, and the gates of buying from outside (6.6)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.i18n import show_date
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

ORDER = Machine(
    "purchase-order",
    states=(
        State("draft", _l("Đang soạn"), "hold", "pencil"), State("sent", _l("Đã gửi"), "info", "send"),
        State("received", _l("Đã nhận, chờ kiểm tra"), "warn", "box-arrow-in-down"), State("closed", _l("Xong"), "ok"),
        State("cancelled", _l("Đã hủy"), "hold", "x-circle"),
    ),
    transitions=(
        Transition("send", ("draft",), "sent", P.QUALITY_WRITE, _l("Gửi đơn"), gates=("order-complete", "order-to-approved")),
        Transition("receive", ("sent", "received"), "received", P.QUALITY_WRITE, _l("Ghi đã nhận")),
        Transition("close", ("received",), "closed", P.QUALITY_WRITE, _l("Đóng đơn"), gates=("incoming-accepted",)),
        Transition("cancel", ("draft", "sent"), "cancelled", P.QUALITY_WRITE, _l("Hủy đơn")),
    ),
)
CHECK = Machine(
    "incoming-check",
    states=(
        State("waiting", _l("Chờ kiểm tra, chưa được dùng"), "warn", "hourglass-split"), State("accepted", _l("Chấp nhận"), "ok"),
        State("rejected", _l("Không chấp nhận, không được dùng"), "bad"), State("in_use", _l("Đang dùng"), "ok", "play-circle"),
        State("sent_back", _l("Đã trả lại"), "hold", "arrow-return-left"),
    ),
    transitions=(
        Transition("accept", ("waiting", "rejected"), "accepted", P.QUALITY_WRITE, _l("Chấp nhận"),
                   gates=("incoming-looked-at",)),
        Transition("reject", ("waiting", "accepted"), "rejected", P.QUALITY_WRITE, _l("Không chấp nhận")),
        Transition("use", ("waiting", "accepted", "rejected"), "in_use", P.QUALITY_WRITE, _l("Đưa vào dùng"),
                   gates=("incoming-accepted",)),
        Transition("send_back", ("rejected",), "sent_back", P.QUALITY_WRITE, _l("Trả lại nhà cung cấp")),
    ),
)
#: States in which what arrived may not be used.
UNUSABLE = ("waiting", "rejected", "sent_back")


@dataclass(frozen=True)
class CloseFacts:
    """Who acts for a supplier, and what ties that person to it: declared relations and whether its contact line names them."""

    supplier: str
    supplier_code: str
    person: str
    relations: tuple[str, ...] = ()
    named: bool = False


@gate("not-own-supplier", ["6.6.2", "4.1.4"], _l("Không tự phê duyệt, đánh giá, nghiệm thu nhà cung cấp mình có quan hệ"))
def not_own_supplier(facts: CloseFacts) -> Stop | None:
    """Nobody approves, evaluates or accepts a supplier that they are the contact of, or close to."""
    if not facts.relations and not facts.named:
        return None
    says = (
        gettext("%(person)s là người liên hệ của %(supplier)s.", person=facts.person, supplier=facts.supplier) if facts.named
        else gettext("%(person)s có quan hệ với %(supplier)s: %(what)s.", person=facts.person, supplier=facts.supplier,
                     what="; ".join(facts.relations))
    )
    return Stop(
        says=says, do=gettext("Người khác có quyền và không có quan hệ với nhà cung cấp này làm việc này."),
        who=gettext("phụ trách chất lượng hoặc lãnh đạo khác"), link_endpoint="quality.supplier_page",
        link_values={"code": facts.supplier_code}, link_text=gettext("Mở nhà cung cấp"),
    )


@dataclass(frozen=True)
class EvaluatedFacts:
    """Whether a supplier was evaluated for a service before an approval: `criteria` counts those set for the service; the newest
    evaluation's day and outcome, none where there is none."""

    supplier: str
    supplier_code: str
    service: str
    on: date
    criteria: int
    done_on: date | None = None
    fresh: bool = False
    outcome: str = ""


@gate("supplier-evaluated", ["6.6.2"], _l("Nhà cung cấp chỉ được phê duyệt sau khi đánh giá theo tiêu chí"))
def supplier_evaluated(facts: EvaluatedFacts) -> Stop | None:
    """Where the laboratory has set criteria for a service, an approval rests on a fresh evaluation that did not fail."""
    if facts.criteria == 0 or (facts.fresh and facts.outcome != "unsuitable"):
        return None
    if facts.done_on is None:
        says = gettext("%(supplier)s chưa được đánh giá cho dịch vụ “%(service)s”.", supplier=facts.supplier, service=facts.service)
    elif facts.outcome == "unsuitable":
        says = gettext("Lần đánh giá %(supplier)s ngày %(day)s cho “%(service)s” không đạt.", supplier=facts.supplier,
                       day=show_date(facts.done_on), service=facts.service)
    else:
        says = gettext("Lần đánh giá %(supplier)s cho “%(service)s” ngày %(day)s đã quá 12 tháng.", supplier=facts.supplier,
                       service=facts.service, day=show_date(facts.done_on))
    return Stop(
        says=says, do=gettext("Đánh giá theo các tiêu chí của dịch vụ này, rồi phê duyệt."), who=gettext("phụ trách chất lượng"),
        link_endpoint="quality_purchases.evaluate", link_values={"code": facts.supplier_code}, link_text=gettext("Đánh giá"),
        evaluated=facts.done_on is not None,
    )


@dataclass(frozen=True)
class OrderFacts:
    """An order before it is sent: what of 6.6.3 is missing, and whether the supplier is approved for the service on that day."""

    code: str
    supplier: str
    supplier_code: str
    service: str
    on: date
    missing: tuple[str, ...] = ()
    approved: bool = False


@gate("order-complete", ["6.6.3"], _l("Đơn đặt hàng nêu đủ bốn nội dung với nhà cung cấp"))
def order_complete(facts: OrderFacts) -> Stop | None:
    """The four things of 6.6.3 are said; what does not apply is said to be so."""
    if not facts.missing:
        return None
    return Stop(
        says=gettext("Đơn %(code)s chưa nêu: %(what)s.", code=facts.code, what="; ".join(facts.missing)),
        do=gettext("Điền các mục này; mục không áp dụng thì ghi “không áp dụng” và lý do."), who=gettext("người soạn đơn"),
        link_endpoint="quality_purchases.edit_order", link_values={"code": facts.code}, link_text=gettext("Mở đơn để điền"),
    )


@gate("order-to-approved", ["6.6.1", "6.6.2"], _l("Chỉ đặt hàng ở nhà cung cấp đang được phê duyệt cho dịch vụ đó"))
def order_to_approved(facts: OrderFacts) -> Stop | None:
    """An order leaves only to a supplier whose approval for this service covers the day."""
    if facts.approved:
        return None
    return Stop(
        says=gettext("%(supplier)s chưa được phê duyệt cho “%(service)s” vào ngày %(day)s.", supplier=facts.supplier,
                     service=facts.service, day=show_date(facts.on)),
        do=gettext("Đánh giá và phê duyệt nhà cung cấp trước, hoặc chọn nhà cung cấp khác."), who=gettext("phụ trách chất lượng"),
        link_endpoint="quality.supplier_page", link_values={"code": facts.supplier_code}, link_text=gettext("Mở nhà cung cấp"),
    )


@dataclass(frozen=True)
class LookedAtFacts:
    """An incoming check before acceptance: points nobody answered, points that were not fine."""

    code: str
    unanswered: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


@gate("incoming-looked-at", ["6.6.2"], _l("Hàng, dịch vụ, giấy chứng nhận chỉ được chấp nhận khi đã kiểm tra đủ và đạt"))
def incoming_looked_at(facts: LookedAtFacts) -> Stop | None:
    """Each point was looked at and is fine; what fails is rejected, with its reason."""
    if facts.unanswered:
        return Stop(
            says=gettext("%(code)s còn mục chưa kiểm tra: %(what)s.", code=facts.code, what="; ".join(facts.unanswered)),
            do=gettext("Kiểm tra và trả lời từng mục."), who=gettext("người kiểm tra đầu vào"),
            link_endpoint="quality_purchases.check_page", link_values={"code": facts.code}, link_text=gettext("Mở để kiểm tra"),
            evaluated=False,
        )
    if facts.failed:
        return Stop(
            says=gettext("%(code)s có mục không đạt: %(what)s.", code=facts.code, what="; ".join(facts.failed)),
            do=gettext("Ghi “không chấp nhận” với lý do, rồi trả lại hoặc yêu cầu khắc phục."), who=gettext("người kiểm tra đầu vào"),
            link_endpoint="quality_purchases.check_page", link_values={"code": facts.code}, link_text=gettext("Mở để kiểm tra"),
        )
    return None


@dataclass(frozen=True)
class IncomingFacts:
    """What something that came from outside rests on: codes of its checks that are not decided, that were rejected, and whether it
    is past its date. `unchecked`: it was received and no check was opened at all."""

    what: str
    waiting: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    expired_on: date | None = None
    unchecked: bool = False


@gate("incoming-accepted", ["6.6.2"], _l("Hàng, dịch vụ, giấy chứng nhận từ bên ngoài chỉ được dùng khi kiểm tra đầu vào chấp nhận"))
def incoming_accepted(facts: IncomingFacts) -> Stop | None:
    """Nothing from outside is used before its incoming check accepted it, nor after its date."""
    where = facts.waiting + facts.rejected
    way: dict[str, Any] = {"link_endpoint": "quality_purchases.incoming"}
    if where:
        way = {"link_endpoint": "quality_purchases.check_page", "link_values": {"code": where[0]}}
    if facts.rejected:
        return Stop(
            says=gettext("%(what)s không được chấp nhận ở kiểm tra đầu vào %(codes)s.", what=facts.what, codes=", ".join(facts.rejected)),
            do=gettext("Trả lại, hoặc nhận hàng thay và kiểm tra lại."), who=gettext("phụ trách chất lượng"),
            link_text=gettext("Mở kiểm tra đầu vào"), **way,
        )
    if facts.waiting or facts.unchecked:
        return Stop(
            says=gettext("%(what)s chưa qua kiểm tra đầu vào%(codes)s.", what=facts.what,
                         codes=f" {', '.join(facts.waiting)}" if facts.waiting else ""),
            do=gettext("Kiểm tra đầu vào và chấp nhận trước khi dùng."), who=gettext("người kiểm tra đầu vào"),
            link_text=gettext("Mở kiểm tra đầu vào"), evaluated=False, **way,
        )
    if facts.expired_on is not None:
        return Stop(
            says=gettext("%(what)s đã hết hạn từ ngày %(day)s.", what=facts.what, day=show_date(facts.expired_on)),
            do=gettext("Nhận lô mới và kiểm tra đầu vào."), who=gettext("phụ trách chất lượng"),
            link_text=gettext("Mở kiểm tra đầu vào"), **way,
        )
    return None
