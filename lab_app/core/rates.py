"""How often one address may ask for a public page.

With counters in memory every worker counts for itself, so each gets its share of the allowance; a shared store
(`RATE_LIMIT_STORAGE`) counts for all together.
"""
from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache, wraps
from ipaddress import IPv6Network
from threading import Lock
from typing import Any

from flask import Flask, current_app, request
from flask_limiter import Limiter
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import SlidingWindowCounterSupport, Storage
from werkzeug.exceptions import TooManyRequests

REMEMBERED = 20_000


def asker() -> str:
    """Who asks, for counting: the address, of IPv6 the network (one household has 2⁶⁴ addresses)."""
    address = request.remote_addr or "127.0.0.1"
    return str(IPv6Network((address, 64), strict=False)) if ":" in address and "%" not in address else address


class CountersInMemory(Storage, SlidingWindowCounterSupport):
    """Counters of one worker: two numbers for each asker and limit, at most `REMEMBERED` of them.

    The library's own memory store goes through all its counters again and again in a thread of its own: a few thousand
    addresses at once, which is a busy day or an attack, made every page many times slower. Here an old counter is
    forgotten when room is needed, the one that was longest not asked for first.
    """

    STORAGE_SCHEME = ["counters"]

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: float | str | bool) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._windows: OrderedDict[str, tuple[int, int, int]] = OrderedDict()
        self._lock = Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """Nothing outside this process can fail."""
        return MemoryError

    def _window(self, key: str, expiry: int) -> tuple[int, int, int, float]:
        """Number of the present window, count before it, count in it, and the part of it that is still to come."""
        number, begun = divmod(time.monotonic(), expiry)
        kept, before, count = self._windows.get(key, (int(number), 0, 0))
        if kept != int(number):
            before, count = (count if kept == int(number) - 1 else 0), 0
        return int(number), before, count, 1 - begun / expiry

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count one more, unless the present window and the rest of the one before it are full."""
        with self._lock:
            number, before, count, rest = self._window(key, expiry)
            allowed = int(before * rest) + count + amount <= limit
            self._windows[key] = (number, before, count + amount if allowed else count)
            self._windows.move_to_end(key)
            while len(self._windows) > REMEMBERED:
                self._windows.popitem(last=False)
            return allowed

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        """Count and seconds left of the window before, count and seconds left of this one."""
        with self._lock:
            _, before, count, rest = self._window(key, expiry)
        return before, rest * expiry if before else 0, count, (1 + rest) * expiry

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        """Forget one counter."""
        self.clear(key)

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with self._lock:
            self._windows.pop(key, None)

    def reset(self) -> int:
        """Forget all; says how many there were."""
        with self._lock:
            count = len(self._windows)
            self._windows.clear()
        return count

    def check(self) -> bool:
        """Always there."""
        return True

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Plain counting, which the library asks of every store."""
        with self._lock:
            number, before, count, _ = self._window(key, expiry)
            self._windows[key] = (number, before, count + amount)
        return count + amount

    def get(self, key: str) -> int:
        """What was counted in the last window that was asked for."""
        with self._lock:
            return self._windows.get(key, (0, 0, 0))[2]

    def get_expiry(self, key: str) -> float:
        """Plain counters run out with their window; nobody waits for them here."""
        return time.monotonic()


limiter = Limiter(asker, strategy="sliding-window-counter")


def share(allowance: int, workers: int, storage: str) -> int:
    """The part of an allowance that one worker may give away."""
    return max(1, allowance // max(1, workers)) if storage.startswith("memory:") else allowance


@lru_cache(maxsize=16)
def allowances(per_minute: int, per_hour: int, workers: int, storage: str) -> tuple[RateLimitItem, ...]:
    """What one asker may ask for in a minute and in an hour, of one worker."""
    return RateLimitItemPerMinute(share(per_minute, workers, storage)), RateLimitItemPerHour(share(per_hour, workers, storage))


def spend(what: str, per_minute: int, per_hour: int, ask: bool = False) -> bool:
    """Take one of the present asker's allowance of `what`; whether there was one left. `ask` only looks.

    The counter belongs to who asks, never to what is asked for: nobody can use up another's allowance, or a paper's.
    """
    if not limiter.enabled:
        return True
    settings, who = current_app.config["LAB"], asker()
    act = limiter.limiter.test if ask else limiter.limiter.hit
    return all(act(one, who, what) for one in allowances(per_minute, per_hour, settings.workers, settings.rate_limit_storage))


def limited(what: str, per_minute: int, per_hour: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The view counts as a `what`: above the allowance it answers 429 and says when to come back."""

    def deco(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def counted(*args: Any, **kw: Any) -> Any:
            if limiter.enabled:
                settings, who = current_app.config["LAB"], asker()
                for allowance in allowances(per_minute, per_hour, settings.workers, settings.rate_limit_storage):
                    if not limiter.limiter.hit(allowance, who, what):
                        raise TooManyRequests(retry_after=allowance.get_expiry())
            return view(*args, **kw)

        return counted

    return deco


def init_app(app: Flask) -> None:
    """Hang the counters on the application."""
    if app.config["RATELIMIT_STORAGE_URI"].startswith("memory:"):
        app.config["RATELIMIT_STORAGE_URI"] = f"{CountersInMemory.STORAGE_SCHEME[0]}://"
    # Known to the application beforehand, the extension hangs no hooks on every page of the program: `limited` asks it.
    app.extensions.setdefault("limiter", set()).add(limiter)
    limiter.init_app(app)
