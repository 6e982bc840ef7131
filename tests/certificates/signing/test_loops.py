"""Signing from a thread that already runs an event loop, as some servers' threads do."""
from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from typing import Any

import pytest

from certificates.signing import loops

told: ContextVar[str] = ContextVar("told", default="")


def in_a_thread(inside: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run it in a loop of a thread that has none yet, in the present context."""
    context = copy_context()
    with ThreadPoolExecutor(max_workers=1) as other:
        return other.submit(context.run, lambda: asyncio.run(inside())).result()


async def work() -> str:
    await asyncio.sleep(0)
    return told.get()


async def fails() -> None:
    raise ValueError("no key")


def test_work_is_done_without_and_within_a_loop_and_knows_its_context():
    told.set("the moment")
    assert loops.run(work()) == "the moment"

    async def inside() -> str:
        return loops.run(work())

    assert in_a_thread(inside) == "the moment"


def test_a_fault_reaches_the_caller():
    async def inside() -> None:
        loops.run(fails())

    with pytest.raises(ValueError, match="no key"):
        in_a_thread(inside)
