"""Pure decisions about validations of test sites: is a room good for a kind of measurement on a day, as known then (6.3.4)."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from lab_app.core.i18n import show_date

KINDS: dict[str, Any] = {
    "nsa": _l("Suy hao vị trí chuẩn hóa (NSA)"), "svswr": _l("Tỉ số sóng đứng của vị trí thử (SVSWR)"),
    "uniformity": _l("Độ đồng đều trường"), "shielding": _l("Hiệu quả che chắn"), "ambient": _l("Quét nền vô tuyến xung quanh"),
    "ground": _l("Điện trở nối đất, mặt phẳng đất"), "climate": _l("Đồng đều, ổn định của buồng khí hậu"),
    "other": _l("Xác nhận khác"),
}
RESULTS: dict[str, Any] = {"pass": _l("Đạt"), "limited": _l("Đạt có hạn chế"), "fail": _l("Không đạt")}
LONGEST_MONTHS = 60
#: So long before its end the next validation is asked for.
LEAD_DAYS = 60


class Validated(Protocol):
    """A validation as the rules see it."""

    id: Any
    code: Any
    kind: Any
    result: Any
    performed_on: Any
    valid_until: Any
    recorded_at: Any
    withdrawn_from: Any
    withdrawn_recorded_at: Any


@dataclass(frozen=True)
class SiteFault:
    """Why a room may not be used for a kind: none, overdue, failed, withdrawn, room (nobody said where it was measured)."""

    kind: str
    why: str
    code: str = ""
    day: date | None = None

    @property
    def says(self) -> str:
        """In words."""
        kind = str(KINDS.get(self.kind, self.kind))
        if self.why == "overdue":
            return gettext("%(kind)s: %(code)s hết hạn từ %(day)s", kind=kind, code=self.code, day=show_date(self.day))
        if self.why == "failed":
            return gettext("%(kind)s: %(code)s không đạt", kind=kind, code=self.code)
        if self.why == "withdrawn":
            return gettext("%(kind)s: %(code)s bị rút từ %(day)s", kind=kind, code=self.code, day=show_date(self.day))
        if self.why == "room":
            return gettext("%(kind)s: chưa rõ phòng đo", kind=kind)
        return gettext("%(kind)s: chưa có lần xác nhận nào", kind=kind)


def concerns(parameters: str, code: str) -> bool:
    """Whether a need named for some parameters (codes or beginnings of codes, split by commas) is one of this parameter."""
    named = [part.strip() for part in parameters.split(",") if part.strip()]
    return not named or any(code.startswith(part) for part in named)


def latest(rows: Iterable[Validated], kind: str, day: date, known_at: datetime) -> Any | None:
    """The validation that decides: of those of the kind done by a day and recorded by then the last done, then the last written."""
    known = [r for r in rows if r.kind == kind and r.performed_on <= day and r.recorded_at <= known_at]
    return max(known, key=lambda r: (r.performed_on, r.id), default=None)


def fault(rows: Iterable[Validated], kind: str, day: date, known_at: datetime) -> SiteFault | None:
    """Why a room is not good for a kind on a day, as known at a moment; None when it is. Never validated is never good."""
    row = latest(rows, kind, day, known_at)
    if row is None:
        return SiteFault(kind, "none")
    withdrawn = row.withdrawn_from is not None and row.withdrawn_from <= day and row.withdrawn_recorded_at <= known_at
    if withdrawn:
        return SiteFault(kind, "withdrawn", row.code, row.withdrawn_from)
    if row.result == "fail":
        return SiteFault(kind, "failed", row.code)
    if row.valid_until <= day:
        return SiteFault(kind, "overdue", row.code, row.valid_until)
    return None
