"""The way of a disclosure required by law, and its gate: the customer is told, unless the law forbids (4.2.2)."""
from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition

ASKED, GIVEN, REFUSED, CLOSED = "asked", "given", "refused", "closed"

DISCLOSURE = Machine(
    "disclosure",
    states=(
        State(ASKED, _l("Được yêu cầu, chưa trả lời"), "warn", "hourglass-split"),
        State(GIVEN, _l("Đã cung cấp, chưa kết thúc"), "info", "send-check"),
        State(REFUSED, _l("Đã từ chối cung cấp"), "hold", "slash-circle"),
        State(CLOSED, _l("Đã kết thúc"), "ok", "check-circle-fill"),
    ),
    transitions=(
        Transition("give", (ASKED,), GIVEN, P.QUALITY_WRITE, _l("Ghi đã cung cấp")),
        Transition("refuse", (ASKED,), REFUSED, P.QUALITY_WRITE, _l("Từ chối")),
        Transition("close", (GIVEN,), CLOSED, P.QUALITY_WRITE, _l("Kết thúc"), gates=("disclosure-told",)),
    ),
)


@dataclass(frozen=True)
class ToldFacts:
    """Whether the customer was told, or which rule forbids telling."""

    code: str
    customer: str
    told: bool
    forbidden: bool


@gate("disclosure-told", ["4.2.2"], _l("Cung cấp thông tin theo luật thì báo cho khách hàng, trừ khi luật cấm"))
def disclosure_told(facts: ToldFacts) -> Stop | None:
    """The customer is told what was given, unless the law forbids; the rule that forbids is named."""
    if facts.told or facts.forbidden:
        return None
    return Stop(
        says=gettext("Chưa báo cho %(customer)s về thông tin đã cung cấp theo %(code)s.", customer=facts.customer, code=facts.code),
        do=gettext("Báo cho khách hàng rồi ghi ngày và cách báo; nếu luật cấm báo thì ghi điều luật."), who=gettext("phụ trách chất lượng"),
        link_endpoint="quality_disclosures.tell_customer", link_values={"code": facts.code}, link_text=gettext("Ghi đã báo"),
    )
