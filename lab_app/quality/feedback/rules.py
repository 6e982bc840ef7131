"""The three questions, which answers are low, and the two figures that are followed: satisfied share and net recommendation (8.6.2)."""
from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

#: Answers of the first two questions, worst first.
STEPS: tuple[tuple[int, Any], ...] = (
    (1, _l("1: rất không hài lòng")), (2, _l("2: không hài lòng")), (3, _l("3: tạm được")), (4, _l("4: hài lòng")),
    (5, _l("5: rất hài lòng")),
)
QUESTIONS: dict[str, Any] = {
    "satisfaction": _l("Quý vị hài lòng thế nào với kết quả và cách phục vụ?"),
    "timeliness": _l("Phiếu đến đúng hẹn, kịp việc của quý vị?"),
    "recommend": _l("Quý vị có giới thiệu phòng thử nghiệm cho người khác không? 0 là không bao giờ, 10 là chắc chắn."),
}
#: The bounds of each answer.
BOUNDS = {"satisfaction": (1, 5), "timeliness": (1, 5), "recommend": (0, 10)}
#: At or below these an answer is looked into as an event.
LOW = {"satisfaction": 2, "timeliness": 2, "recommend": 4}
SATISFIED = 4
PROMOTER, DETRACTOR = 9, 6
WAYS = {"link": _l("Đường dẫn trong thư"), "page": _l("Trang riêng của phiếu"), "phone": _l("Điện thoại"), "person": _l("Gặp trực tiếp"),
        "email": _l("Thư điện tử")}
#: Ways by which one of us takes an answer down.
TAKEN_DOWN = ("phone", "person", "email")


def is_low(answers: dict[str, int | None]) -> bool:
    """Whether any answer is one that must be looked into."""
    return any(value is not None and value <= LOW[name] for name, value in answers.items())


@dataclass(frozen=True)
class Tally:
    """Answers of a span, counted: who answered each question, satisfied (4, 5), in time (4, 5), promoters (9, 10), detractors (0 to 6)."""

    asked: int = 0
    answers: int = 0
    satisfaction: int = 0
    satisfied: int = 0
    timeliness: int = 0
    in_time: int = 0
    recommend: int = 0
    promoters: int = 0
    detractors: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def csat(self) -> Decimal | None:
        """Satisfied among those who answered the first question, in %."""
        return _share(self.satisfied, self.satisfaction)

    @property
    def punctual(self) -> Decimal | None:
        """Those for whom the paper came in time, in %."""
        return _share(self.in_time, self.timeliness)

    @property
    def nps(self) -> Decimal | None:
        """Promoters less detractors, in % of those who answered the third question: -100 … 100."""
        return _share(self.promoters - self.detractors, self.recommend)

    @property
    def rate(self) -> Decimal | None:
        """Answers for each hundred letters that asked; above 100 where people answer unasked."""
        return _share(self.answers, self.asked)


def _share(part: int, whole: int) -> Decimal | None:
    return (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN) if whole else None
