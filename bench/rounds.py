"""Measuring in interleaved rounds: every case has its turn in every round, so that a busy moment of the machine falls on all.

Only ratios taken within one round count; the figure given is the median over the rounds. What is counted is this thread's time on
the processor where all the work is done in this process (SQLite): a page of thirty milliseconds would otherwise wait for its
neighbours on a busy machine where a floor of one is over in a single turn. Against a server, and for what waits for the disk, it is
the time on the wall.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, thread_time

WARM = 3
# Calls of a case in a round.
FEWEST = 3
PROCESSOR, WALL = thread_time, perf_counter


@dataclass
class Timed:
    """One thing to measure, and what was found: per-call times by round, in seconds."""

    name: str
    act: Callable[[], object]
    clock: Callable[[], float] = perf_counter
    calls: int = 1
    rounds: list[list[float]] = field(default_factory=list)

    @property
    def per_round(self) -> list[float]:
        """The median call of each round."""
        return [median(times) for times in self.rounds]

    @property
    def seconds(self) -> float:
        """The median of the rounds' medians."""
        return median(self.per_round)

    @property
    def p99(self) -> float:
        """The 99th percentile of all calls."""
        every = sorted(t for times in self.rounds for t in times)
        return every[min(len(every) - 1, int(len(every) * 0.99))]


def ratio(one: Timed, other: Timed) -> float:
    """How many times the other's cost: the median over the rounds of the ratio within a round."""
    return median(a / b for a, b in zip(one.per_round, other.per_round, strict=True))


def run(cases: Sequence[Timed], rounds: int, budget: float) -> None:
    """Measure; a case is called as often as about `budget` seconds allow, at least `FEWEST` times a round."""
    for case in cases:
        for _ in range(WARM):
            case.act()
        begun = perf_counter()
        case.act()
        case.calls = max(FEWEST, min(500, int(budget / max(perf_counter() - begun, 1e-6))))
    for turn in range(rounds):
        shift = turn % len(cases)
        for case in [*cases[shift:], *cases[:shift]]:
            act, clock, times = case.act, case.clock, []
            for _ in range(case.calls):
                begun = clock()
                act()
                times.append(clock() - begun)
            case.rounds.append(times)
