"""Pure decisions of the room: what a job's state follows from, what a reviewer's strip counts."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

#: Stages of a calibration: before and after any adjustment or repair (7.8.4.1 d).
AS_FOUND, AS_LEFT = "as_found", "as_left"
_STAGE_WORDS = {AS_FOUND: "trước hiệu chỉnh", AS_LEFT: "sau hiệu chỉnh"}


def stage_conditions(point: str, stage: str) -> str:
    """The conditions of a line of a calibration as records and papers name it: `10 V, trước hiệu chỉnh`."""
    return ", ".join(part for part in (point, _STAGE_WORDS[stage]) if part)


def derived_status(lines: Sequence[str]) -> str:
    """A job's state from its lines' states; cancelled lines do not count."""
    states = [s for s in lines if s != "cancelled"]
    if not states:
        return "cancelled" if lines else "planned"
    if "returned" in states:
        return "returned"
    if all(s == "planned" for s in states):
        return "planned"
    if all(s == "reviewed" for s in states):
        return "reviewed"
    if all(s in ("submitted", "reviewed") for s in states):
        return "submitted"
    return "in_progress"


@dataclass(frozen=True)
class Seen:
    """What the strip of exceptions looks at in one line's standing reading."""

    line_id: int
    measured_at: datetime
    recorded_at: datetime
    revisions: int
    margin: Decimal | None
    u: Decimal | None
    verdict: str
    near_environment: bool
    is_retest: bool


def exceptional(seen: Seen, late_after: timedelta) -> list[str]:
    """Which exceptions a line counts for: late, corrected, close (margin smaller than U), near (environment), retest, failed."""
    out = []
    if seen.recorded_at - seen.measured_at > late_after:
        out.append("late")
    if seen.revisions > 1:
        out.append("corrected")
    if seen.margin is not None and seen.u is not None and abs(seen.margin) < seen.u:
        out.append("close")
    if seen.near_environment:
        out.append("near")
    if seen.is_retest:
        out.append("retest")
    if seen.verdict in ("FAIL", "CONDITIONAL_FAIL"):
        out.append("failed")
    return out


def row_state(kind: str, line_status: str | None, done: bool) -> str:
    """How a row of a worksheet stands: open, submitted, reviewed; a control or duplicate row is open until its value stands."""
    if kind != "line":
        return "reviewed" if done else "open"
    if line_status == "cancelled":
        return "reviewed"  # nothing will be measured here any more
    return line_status if line_status in ("submitted", "reviewed") else "open"


def worksheet_status(rows: Sequence[str]) -> str:
    """A worksheet's state from its rows' states: closed when every line was reviewed, to_review when none is open."""
    if not rows or "open" in rows:
        return "open"
    return "closed" if all(state == "reviewed" for state in rows) else "to_review"
