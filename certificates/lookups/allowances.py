"""How much of a list one asker may have checked: enough for an importer's whole container, too little to walk through the numbers.

As everywhere the counters belong to who asks. Rows by code are not counted: a code cannot be guessed. Rows by number are, and those
that nobody may know of once more, because numbers run in series.
"""
from __future__ import annotations

from flask import current_app
from limits import RateLimitItemPerHour

from certificates.lookups.table import MOST
from lab_app.core import rates

CHECKS_PER_MINUTE, CHECKS_PER_HOUR = 10, 120
#: Rows by number in an hour, and those of them that were not answered.
BY_NUMBER, MISSED = 4 * MOST, 6_000

checked = rates.limited("list", CHECKS_PER_MINUTE, CHECKS_PER_HOUR)


def _allowance(per_hour: int) -> RateLimitItemPerHour:
    settings = current_app.config["LAB"]
    # One worker's share still takes one whole list.
    return RateLimitItemPerHour(max(MOST, rates.share(per_hour, settings.workers, settings.rate_limit_storage)))


def may_ask(numbers: int) -> bool:
    """Take the rows by number of one list from the asker's allowance; False, with nothing taken, where it does not reach."""
    if not rates.limiter.enabled or not numbers:
        return True
    who, missed = rates.asker(), _missed()
    if not rates.limiter.limiter.test(missed, who, "list-missed"):
        return False
    return bool(rates.limiter.limiter.hit(_allowance(BY_NUMBER), who, "list-rows", cost=numbers))


def _missed() -> RateLimitItemPerHour:
    settings = current_app.config["LAB"]
    return RateLimitItemPerHour(rates.share(MISSED, settings.workers, settings.rate_limit_storage))


def note_missed(numbers: int) -> None:
    """Count rows by number that were not answered; who has had too many is refused the next list until the hour is over."""
    if rates.limiter.enabled and numbers:
        most = _missed()
        # As much as there is room for: a list above the allowance uses all of it up.
        _, left = rates.limiter.limiter.get_window_stats(most, rates.asker(), "list-missed")
        if left:
            rates.limiter.limiter.hit(most, rates.asker(), "list-missed", cost=min(numbers, left))
