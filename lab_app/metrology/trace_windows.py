"""What is asked of a trace once it is read: a span of it, the point at a frequency, its outline for a picture.

Also traces that no file wrote: the answers of an instrument to a query, with the frequencies its sweep says.
"""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

from lab_app.metrology.rounding import to_decimal
from lab_app.metrology.trace_text import MAX_POINTS, TraceError, number
from lab_app.metrology.traces import Peak, Trace

ANSWERED = "scpi"


def window(trace: Trace, low: Decimal | None, high: Decimal | None) -> Trace:
    """The part of a trace between two frequencies in Hz, ends included; an end left out is the trace's own.

    :raises TraceError: ``no_data`` when no point lies between them.
    """
    import numpy as np

    first = 0 if low is None else int(np.searchsorted(trace.frequency, float(low), side="left"))
    end = len(trace) if high is None else int(np.searchsorted(trace.frequency, float(high), side="right"))
    if first >= end:
        raise TraceError("no_data", "frequency")
    return replace(trace, frequency=trace.frequency[first:end], level=trace.level[first:end])


def called(trace: Trace, unit: str) -> Trace:
    """The same numbers under another unit's name, for levels that a whole number of decibels turns into one another."""
    return replace(trace, unit_written=unit)


def near(trace: Trace, frequency: Decimal) -> Peak:
    """The measured point nearest to a frequency in Hz; nothing is interpolated. Of equal frequencies the highest level.

    :raises TraceError: ``outside`` when the frequency lies further from the trace than its own step there.
    """
    import numpy as np

    wanted = float(frequency)
    distance = np.abs(trace.frequency - wanted)
    least = float(distance.min())
    step = float(np.diff(trace.frequency).max()) if len(trace) > 1 else 0.0
    inside = float(trace.frequency[0]) <= wanted <= float(trace.frequency[-1])
    if not inside and least > step / 2:
        raise TraceError("outside", "frequency", f"{to_decimal(wanted)}")
    candidates = np.flatnonzero(distance == least)
    return trace.point(int(candidates[np.argmax(trace.level[candidates])]))


def ends(trace: Trace) -> tuple[Peak, Peak]:
    """First and last point."""
    return trace.point(0), trace.point(len(trace) - 1)


def outline(trace: Trace, columns: int) -> list[tuple[Decimal, Decimal, Decimal]]:
    """At most ``columns`` columns for a picture: frequency in Hz, lowest and highest level in it. No peak is lost."""
    frequency, low, high = trace.envelope(columns)
    return [
        (to_decimal(float(f)), to_decimal(float(a)), to_decimal(float(b)))
        for f, a, b in zip(frequency, low, high, strict=True)
    ]


def peaks(trace: Trace, count: int) -> list[Peak]:
    """The highest local maxima, highest first, at most ``count``; of those closer together than a fiftieth of the trace the highest."""
    import numpy as np

    level = trace.level
    if len(trace) < 3:
        return [trace.peak()]
    rising = np.concatenate(([True], level[1:] > level[:-1]))
    falling = np.concatenate((level[:-1] >= level[1:], [True]))
    found = np.flatnonzero(rising & falling)
    apart = float(trace.frequency[-1] - trace.frequency[0]) / 50
    chosen: list[int] = []
    for index in found[np.argsort(-level[found], kind="stable")]:
        if all(abs(trace.frequency[index] - trace.frequency[other]) > apart for other in chosen):
            chosen.append(int(index))
        if len(chosen) == count:
            break
    return [trace.point(index) for index in chosen]


def first_points(trace: Trace, count: int) -> list[Peak]:
    """The first points as understood, for a person to compare with the file."""
    return [trace.point(index) for index in range(min(count, len(trace)))]


def of_answer(
    answer: str, start: str = "", stop: str = "", unit: str = "", detector: str = "", rbw: str = ""
) -> Trace:
    """A trace from an instrument's answer to a query: numbers parted by commas, evenly spaced between two frequencies in Hz.

    One number alone is a level; its frequency is ``start`` (0 where it is not known).

    :raises TraceError: ``no_data``, ``not_a_number``, ``too_many_points``, ``frequency_unit_unknown`` (no sweep is known),
        ``frequency_order``.
    """
    import numpy as np

    pieces = [p for p in answer.replace(";", ",").split(",") if p.strip()]
    if not pieces:
        raise TraceError("no_data", "points")
    if len(pieces) > MAX_POINTS:
        raise TraceError("too_many_points", "points", str(len(pieces)))
    levels = []
    for position, piece in enumerate(pieces, 1):
        value = number(piece)
        if value is None or not math.isfinite(value):
            raise TraceError("not_a_number", "level", f"{position}: {piece.strip()[:40]}")
        levels.append(value)
    first, last = number(start), number(stop)
    if len(levels) == 1:
        frequencies = np.array([first or 0.0])
    elif first is None or last is None:
        raise TraceError("frequency_unit_unknown", "frequency")
    elif last <= first:
        raise TraceError("frequency_order", "frequency", f"{start} | {stop}"[:40])
    else:
        frequencies = np.linspace(first, last, len(levels))
    bandwidth = number(rbw)
    return Trace(
        frequencies,
        np.array(levels),
        ANSWERED,
        unit,
        detector,
        to_decimal(bandwidth) if bandwidth is not None and bandwidth > 0 else None,
    )
