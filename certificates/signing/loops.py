"""Running the signing library's coroutines from code that is no coroutine."""
from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine. Where this thread already runs an event loop (a server's, a test driver's) another thread does it."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    context = copy_context()
    with ThreadPoolExecutor(max_workers=1) as other:
        return other.submit(context.run, asyncio.run, work).result()
