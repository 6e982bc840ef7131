"""Gates of the entrance and of impartiality, and the states of a pressure incident (4.1.3, 4.1.4, 4.2.4)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Basis, Stop, gate
from lab_app.core.i18n import show_date
from lab_app.core.permissions import P
from lab_app.core.workflow import Machine, State, Transition


@dataclass(frozen=True)
class EntranceFacts:
    """A person who acts, the day the undertaking was given, until when it counts (none: as long as they work here), and today."""

    person: str
    code: str
    given_on: date | None
    until: date | None
    today: date


@gate("undertaking-filed", ("4.2.4",), _l("Không ai vào hệ thống trước khi có cam kết bảo mật"))
def undertaking_filed(facts: EntranceFacts) -> Stop | None:
    """Nobody who works for the laboratory sees or does anything before the confidentiality undertaking is on file."""
    if facts.given_on is not None and facts.given_on <= facts.today and (facts.until is None or facts.today <= facts.until):
        return None
    if facts.given_on is not None and facts.until is not None:
        says = gettext("%(person)s chưa ký bản cam kết bảo mật mới; bản cũ hết hiệu lực từ %(day)s.", person=facts.person,
                       day=show_date(facts.until))
    else:
        says = gettext("%(person)s chưa có cam kết bảo mật trong hồ sơ.", person=facts.person)
    return Stop(
        says=says, do=gettext("Đọc và ký cam kết ở trang mở ra khi đăng nhập, hoặc nhờ quản trị viên lưu bản giấy đã ký."),
        who=gettext("chính người đó"), link_endpoint="interests.undertaking", link_text=gettext("Đọc và ký cam kết"), evaluated=False,
    )


@dataclass(frozen=True)
class Declared:
    """An interest that stands in the way: whose, in whom, of which kind (words), since when."""

    person: str
    party: str
    nature: Any
    since: date


class WithInterests(Protocol):
    """Facts of any act on a customer's work: the interests that the acting (or assigned) person has in it."""

    @property
    def interests(self) -> tuple[Declared, ...]: ...


@dataclass(frozen=True)
class InterestFacts:
    """For an act that has no other facts: assigning a job."""

    interests: tuple[Declared, ...] = ()


@gate("no-declared-interest", ("4.1.4", "4.1.1"), _l("Người có lợi ích với khách hàng không nhận, đo, soát xét, ký việc của họ"))
def no_declared_interest(facts: WithInterests) -> Stop | None:
    """A declared interest in the customer, or in the maker of the item, keeps a person from this work."""
    if not facts.interests:
        return None
    first = facts.interests[0]
    return Stop(
        says=gettext("%(person)s có lợi ích đã khai với %(party)s (%(nature)s, từ %(day)s).", person=first.person, party=first.party,
                     nature=str(first.nature).lower(), day=show_date(first.since)),
        do=gettext("Giao việc này cho người khác. Lợi ích đã hết thì phụ trách chất lượng ghi ngày hết và căn cứ."),
        who=gettext("người giao việc"), link_endpoint="interests.declarations", link_text=gettext("Mở danh sách khai lợi ích"),
    )


@dataclass(frozen=True)
class DeclarationFacts:
    """Whether the laboratory lets an overdue declaration block an assignment, whose it is, and the day it was due (none: in time)."""

    blocks: bool
    person: str
    overdue_since: date | None = None


@gate("declaration-current", ("4.1.4",), _l("Quá hạn khai lợi ích hằng năm thì chưa được giao việc"), basis=Basis.LABORATORY)
def declaration_current(facts: DeclarationFacts) -> Stop | None:
    """Where the laboratory decided so, nobody is given work while their yearly declaration is overdue."""
    if not facts.blocks or facts.overdue_since is None:
        return None
    return Stop(
        says=gettext("%(person)s chưa khai lợi ích hằng năm; hạn là %(day)s.", person=facts.person, day=show_date(facts.overdue_since)),
        do=gettext("Người này khai ở trang Lợi ích của tôi, rồi giao việc lại."), who=gettext("người được giao việc"),
        link_endpoint="interests.declarations", link_values={"state": "overdue"}, link_text=gettext("Mở danh sách quá hạn"),
        evaluated=False,
    )


OPEN, ANSWERED = "open", "answered"
PRESSURE = Machine(
    "pressure-incident",
    states=(
        State(OPEN, _l("Chờ xử lý"), "bad", "exclamation-octagon-fill"),
        State(ANSWERED, _l("Đã xử lý"), "ok", "check-circle-fill"),
    ),
    transitions=(Transition("answer", (OPEN,), ANSWERED, P.COMPLAINT_DECIDE, _l("Ghi cách xử lý")),),
)
