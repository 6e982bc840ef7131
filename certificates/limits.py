"""How often one address may look reports up: enough for a customs counter behind one gateway, too little to guess codes by.

Every allowance belongs to the asker. A number or a code that somebody tries wrongly a thousand times is neither locked nor slower for
anyone else; only the one who guesses is stopped, and may still open papers by their code.
"""
from __future__ import annotations

from werkzeug.exceptions import TooManyRequests

from lab_app.core import rates
from lab_app.core.rates import CountersInMemory, asker, init_app, limiter, share

__all__ = [
    "CountersInMemory", "asker", "badged", "init_app", "limited", "limiter", "note_miss", "photographed", "refuse_guessers", "searched",
    "share",
]

PER_MINUTE = 60
PER_HOUR = 900
#: Numbers tried that nobody may know of: numbers run in series, so they could be walked through.
MISSES = ("look-up-miss", 20, 120)

limited = rates.limited("look-up", PER_MINUTE, PER_HOUR)
#: A photo costs a tenth of a second of a processor.
photographed = rates.limited("photo", 12, 150)
searched = rates.limited("directory", 40, 600)
#: Badges are asked for by the pages of others, many at a time.
badged = rates.limited("badge", 240, 4_000)


def note_miss() -> None:
    """The asker tried a number that is not answered."""
    rates.spend(*MISSES)


def refuse_guessers() -> None:
    """429 for an asker who has tried too many numbers that are not answered."""
    if not rates.spend(*MISSES, ask=True):
        raise TooManyRequests(retry_after=60)
