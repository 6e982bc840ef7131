"""Signing from a thread that already runs an event loop, as some servers' threads do."""
from __future__ import annotations

import asyncio
from contextvars import ContextVar

import pytest

from certificates.signing import loops

told: ContextVar[str] = ContextVar("told", default="")


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

    assert asyncio.run(inside()) == "the moment"


def test_a_fault_reaches_the_caller():
    async def inside() -> None:
        loops.run(fails())

    with pytest.raises(ValueError, match="no key"):
        asyncio.run(inside())
