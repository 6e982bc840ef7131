"""The signing certificate's days, watched: administrators hear of its end 60, 30 and 7 days before, and when the key does not open."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from certificates.services import sealing
from certificates.signing.errors import KeyUnavailable
from lab_app.accounts.queries import active_people
from lab_app.core import clock, jobs, notices, schedule
from lab_app.core.notices import N_

if TYPE_CHECKING:
    from certificates.signing.identity import Identity

#: Days before the end at which the administrators are told; 0 is the end itself.
STAGES = (0, 7, 30, 60)
LINK = "/system/work"
ENDS = N_("Chứng thư ký số hết hạn ngày %(on)s, còn %(days)s ngày; gia hạn hoặc thay trước ngày đó.")
ENDED = N_("Chứng thư ký số đã hết hạn ngày %(on)s: không phát hành được phiếu nào nữa.")
SHUT = N_("Khóa ký số không dùng được (%(why)s): không phát hành được phiếu nào.")


@dataclass(frozen=True)
class KeyState:
    """The key as it stands: its certificate where it opens, `trouble` and `detail` where it does not or is out of its days."""

    identity: Identity | None
    trouble: str = ""
    detail: str = ""
    days_left: int | None = None


def state() -> KeyState:
    """How the key stands now."""
    from certificates.signing import keys

    try:
        identity = keys.load(sealing.settings()).identity
    except KeyUnavailable as error:
        return KeyState(None, error.why, str(error))
    trouble, detail = sealing.trouble(clock.now())
    return KeyState(identity, trouble, detail, (identity.not_after - clock.now()) // timedelta(days=1))


def stage(days_left: int) -> int | None:
    """The nearest of `STAGES` that the end has come within; `None` while it is far."""
    return next((one for one in STAGES if days_left < one or (one == 0 and days_left < 0)), None)


def tell() -> int:
    """Give every administrator the notice that is due; each is given once. Answers how many were given. Writes."""
    found, values = state(), dict[str, Any]()
    if found.identity is None:
        key, message, values = f"shut:{found.trouble}:{clock.today()}", SHUT, {"why": found.trouble}
    else:
        due = stage(found.days_left if found.days_left is not None else 0)
        if due is None:
            return 0
        on = notices.day(clock.local(found.identity.not_after).date())
        key = f"{found.identity.fingerprint[:16]}:{due}"
        message, values = (ENDED, {"on": on}) if due == 0 else (ENDS, {"on": on, "days": found.days_left})
    return sum(
        notices.give(person.id, f"signing-key:{key}:{person.id}", "signing-key", message, values, LINK)
        for person in active_people("administrator"))


@schedule.scheduled("signing-key", _l("Xem hạn chứng thư ký số, nâng mức chữ ký các tệp còn chờ"), hour=6, minute=20)
def look(_payload: dict[str, Any]) -> None:
    """Tell of the certificate's end, and queue what a service did not give when the files were signed."""
    with jobs.transaction():
        tell()
        sealing.queue_outstanding()
