"""Conditioning of the item before its test, where the method asks for it (7.4.4)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from lab_app.core.gates import Stop, gate
from lab_app.core.i18n import show_datetime
from lab_app.results.workflow.reading import ReadingFacts


@dataclass(frozen=True)
class ConditioningFact:
    """One conditioning of the job's item; `ended_at` None while it goes on, `interrupted` when it was broken off."""

    started_at: datetime
    ended_at: datetime | None = None
    interrupted: bool = False

    def lasted(self, minutes: int, before: datetime) -> bool:
        """Whether it was finished by `before` and took at least so many minutes."""
        return (self.ended_at is not None and not self.interrupted and self.ended_at <= before
                and self.ended_at - self.started_at >= timedelta(minutes=minutes))


def duration(minutes: int) -> object:
    """`24 giờ`, `90 phút`: minutes as a person reads them."""
    return _l("%(n)s giờ", n=minutes // 60) if minutes >= 120 and minutes % 60 == 0 else _l("%(n)s phút", n=minutes)


@gate("conditioning-finished", ("7.4.4",), _l("Ổn định mẫu xong trước khi thử"), break_glass=True)
def conditioning_finished(facts: ReadingFacts) -> Stop | None:
    """Where the method asks for conditioning, one of the item was finished, long enough, before the measurement began."""
    needed = facts.conditioning_minutes
    if not needed or any(one.lasted(needed, facts.measured_at) for one in facts.conditionings):
        return None
    link = {"link_endpoint": "results.conditioning", "link_values": {"code": facts.job_code}, "link_text": _l("Ghi ổn định mẫu")}
    counted = [one for one in facts.conditionings if not one.interrupted]
    if not counted:
        return Stop(
            says=_l("Chưa đo được: phương pháp cần ổn định mẫu %(time)s, chưa ghi lần ổn định nào.", time=duration(needed)),
            do=_l("Bắt đầu ổn định mẫu, ghi lúc bắt đầu và kết thúc, rồi đo."), who=_l("thử nghiệm viên"), evaluated=False,
            **link,  # type: ignore[arg-type]
        )
    last = counted[-1]
    if last.ended_at is None:
        return Stop(
            says=_l("Chưa đo được: mẫu đang ổn định từ %(at)s, cần %(time)s.", at=show_datetime(last.started_at), time=duration(needed)),
            do=_l("Đợi đủ thời gian, ghi kết thúc ổn định, rồi đo."), who=_l("thử nghiệm viên"), **link,  # type: ignore[arg-type]
        )
    return Stop(
        says=_l("Chưa đo được: không lần ổn định nào đủ %(time)s và xong trước lúc đo.", time=duration(needed)),
        do=_l("Ổn định lại cho đủ, hoặc ghi đúng thời điểm đo."), who=_l("thử nghiệm viên"), **link,  # type: ignore[arg-type]
    )
