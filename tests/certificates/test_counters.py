"""Counters of the look-up's limits: exact at the edge of a window, bounded in memory, one household one asker."""
from __future__ import annotations

import pytest

from lab_app.core import rates as limits


@pytest.fixture
def seconds(monkeypatch):
    now = [1_000_000.0]
    monkeypatch.setattr(limits.time, "monotonic", lambda: now[0])
    return now


def test_a_full_window_refuses_and_the_next_one_opens_as_time_passes(seconds):
    counters = limits.CountersInMemory()
    assert [counters.acquire_sliding_window_entry("a", 3, 60) for _ in range(4)] == [True, True, True, False]
    assert counters.acquire_sliding_window_entry("b", 3, 60), "another asker has counters of their own"
    started = seconds[0] - seconds[0] % 60
    seconds[0] = started + 60 + 1  # 59 of 60 parts of the old window still count: int(3 * 59/60) = 2
    assert [counters.acquire_sliding_window_entry("a", 3, 60) for _ in range(2)] == [True, False]
    seconds[0] = started + 180  # two windows later nothing of it counts
    assert [counters.acquire_sliding_window_entry("a", 3, 60) for _ in range(4)] == [True, True, True, False]


def test_a_refusal_costs_the_asker_nothing_more(seconds):
    counters = limits.CountersInMemory()
    for _ in range(50):
        counters.acquire_sliding_window_entry("a", 1, 60)
    assert counters.get_sliding_window("a", 60)[2] == 1


def test_memory_is_bounded_and_the_longest_unheard_is_forgotten(seconds, monkeypatch):
    monkeypatch.setattr(limits, "REMEMBERED", 3)
    counters = limits.CountersInMemory()
    for key in ("a", "b", "c", "a", "d"):
        counters.acquire_sliding_window_entry(key, 2, 60)
    assert [counters.get(key) for key in "abcd"] == [2, 0, 1, 1]
    assert counters.reset() == 3 and counters.get("a") == 0


@pytest.mark.parametrize(
    ("address", "asker"),
    [("203.0.113.9", "203.0.113.9"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::9", "2001:db8:1:2::/64")],
)
def test_of_ipv6_the_network_asks(app, address, asker):
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert limits.asker() == asker
