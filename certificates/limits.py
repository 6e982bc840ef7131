"""How often one address may look reports up: enough for a customs counter behind one gateway, too little to guess codes by."""
from __future__ import annotations

from lab_app.core import rates
from lab_app.core.rates import CountersInMemory, asker, init_app, limiter, share

__all__ = ["CountersInMemory", "asker", "init_app", "limited", "limiter", "share"]

PER_MINUTE = 60
PER_HOUR = 900

limited = rates.limited("look-up", PER_MINUTE, PER_HOUR)
