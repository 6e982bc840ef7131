"""Pure decisions about corrective actions: is an analysis one, from when may the effect be judged."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from lab_app.quality.causes import CAUSE_CLASSES

#: Days between the last action and the check of its effect, where the laboratory says nothing else.
DEFAULT_DAYS = 30
#: The key among the laboratory's settings.
SETTING = "effectiveness_days"
#: An analysis asks at least so often, or names at least so many possible causes.
LEAST = 2


def days_from(settings: Mapping[str, object]) -> int:
    """The laboratory's number of days; the default for what is not a whole number from 1 to 365."""
    text = str(settings.get(SETTING, "")).strip()
    return int(text) if text.isdecimal() and 1 <= int(text) <= 365 else DEFAULT_DAYS


def tidy_whys(lines: Iterable[str]) -> list[str]:
    """Answers to “why?” in their order, blank ones left out, at most seven."""
    return [line.strip() for line in lines if line.strip()][:7]


def tidy_fishbone(bones: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Possible causes by class, blank ones and unknown classes left out, in the order of the classes."""
    out = {name: [line.strip() for line in bones.get(name, ()) if line.strip()][:6] for name in CAUSE_CLASSES}
    return {name: lines for name, lines in out.items() if lines}


def analysed(whys: Sequence[str], fishbone: Mapping[str, Sequence[str]]) -> bool:
    """Whether somebody looked for the cause: twice “why?”, or two possible causes weighed."""
    return len(whys) >= LEAST or sum(len(lines) for lines in fishbone.values()) >= LEAST


def not_before(done: Iterable[date], days: int) -> date | None:
    """The first day on which the effect may be judged: so many days after the last action was recorded as done; none without one."""
    last = max(done, default=None)
    return None if last is None else last + timedelta(days=days)
