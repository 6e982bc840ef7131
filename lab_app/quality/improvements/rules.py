"""Pure words and arithmetic of improvements."""
from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

KINDS: dict[str, Any] = {
    "5s": _l("5S"), "kaizen": _l("Kaizen"), "suggestion": _l("Đề xuất của nhân viên"), "project": _l("Dự án cải tiến"),
}
BETTER: dict[str, Any] = {"low": _l("càng thấp càng tốt"), "high": _l("càng cao càng tốt")}


def gain(before: Decimal | None, after: Decimal | None, better: str) -> Decimal | None:
    """By how many percent of the figure before it became better (negative: worse), one decimal; none without both figures or where
    the first is zero."""
    if before is None or after is None or before == 0:
        return None
    step = (before - after) if better == "low" else (after - before)
    return (100 * step / abs(before)).quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
