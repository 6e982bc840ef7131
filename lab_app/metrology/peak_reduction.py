"""From the peaks of a prescan to the points that are measured finally, by rules, with the reason of every peak that is dropped.

A prescan sweeps fast with the peak detector; the final measurement is made only where it may decide (CISPR 16-2-1, 16-2-3: peaks
nearer to the limit than an offset, the nearest first, a stated number).  Peaks are what rises and falls by an *excursion*, as
analysers count them, so that noise is none.  Screening is done in floats; what is answered are exact decimals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.limits import Bounds, Limit, LimitLine
from lab_app.metrology.trace_judging import HERTZ, SAME, Levels, limit_at, margins_over
from lab_app.metrology.units import convert

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats = NDArray[float64]

PERCENT: Final = "%"


class Reason(StrEnum):
    """Why a peak is kept (:data:`HARMONIC`, empty text: near enough to the limit) or dropped."""

    KEPT = ""
    HARMONIC = "harmonic"
    BELOW_OFFSET = "below_offset"
    TOO_NEAR = "too_near"
    BEYOND_NUMBER = "beyond_number"
    AMBIENT = "ambient"
    NO_LIMIT = "no_limit"


@dataclass(frozen=True, slots=True)
class AmbientWindow:
    """Frequencies (Hz) where the surroundings are known to radiate: a broadcast band, a base station."""

    low: Decimal
    high: Decimal
    why: str = ""

    def __post_init__(self) -> None:
        if not (self.low.is_finite() and self.high.is_finite()) or self.low < 0 or self.high <= self.low:
            raise MetrologyError("frequencies_not_rising", "ambient", f"{self.low} | {self.high}")


@dataclass(frozen=True, slots=True)
class ReductionRule:
    """How a method reduces a prescan.

    ``offset``: a peak counts when its margin is at most this many dB.  ``most``: at most so many final points.  ``window``: no two
    final points nearer than this (``window_unit``: a frequency unit, or % of the frequency).  ``excursion``: dB that a peak rises
    and falls.  ``ambient``: windows; with an ambient trace a peak is ambient when it stands less than ``ambient_above`` dB over it.
    ``harmonic_of`` (Hz): its multiples up to ``harmonics`` are kept whatever their margin.
    """

    offset: Decimal
    most: int
    window: Decimal = Decimal(0)
    window_unit: str = "MHz"
    excursion: Decimal = Decimal(6)
    ambient: tuple[AmbientWindow, ...] = ()
    ambient_above: Decimal = Decimal(6)
    harmonic_of: Decimal | None = None
    harmonics: int = 0

    def __post_init__(self) -> None:
        for name in ("offset", "window", "excursion", "ambient_above"):
            value = getattr(self, name)
            if not value.is_finite():
                raise MetrologyError("not_finite", name)
            if value < 0 and name != "offset":
                raise MetrologyError("negative", name, str(value))
        if isinstance(self.most, bool) or not 1 <= self.most <= 200:
            raise MetrologyError("outside", "most", str(self.most))
        if self.excursion == 0:
            raise MetrologyError("not_positive", "excursion")
        if self.window_unit != PERCENT:
            convert(Decimal(1), self.window_unit, HERTZ)
        elif self.window >= 100:
            raise MetrologyError("outside", "window", str(self.window))
        if (self.harmonic_of is None) != (self.harmonics == 0) or not 0 <= self.harmonics <= 100:
            raise MetrologyError("missing", "harmonics")
        if self.harmonic_of is not None and not (self.harmonic_of.is_finite() and self.harmonic_of > 0):
            raise MetrologyError("not_positive", "harmonic_of")

    def apart(self, hertz: float) -> float:
        """Half-width in Hz of the window around a frequency."""
        if self.window_unit == PERCENT:
            return hertz * float(self.window) / 100
        return float(convert(self.window, self.window_unit, HERTZ))


@dataclass(frozen=True, slots=True)
class ReducedPeak:
    """One peak: Hz, corrected level, the limit with the smallest margin at it (its key), the margin, kept or why not."""

    index: int
    frequency: Decimal
    level: Decimal
    key: str
    margin: Decimal | None
    kept: bool
    reason: Reason


@dataclass(frozen=True)
class Reduction:
    """Kept peaks nearest to the limit first; dropped ones by frequency, at most ``listed``; how many fell to each reason."""

    kept: tuple[ReducedPeak, ...]
    dropped: tuple[ReducedPeak, ...]
    counts: Mapping[str, int]


def peak_indexes(level: Floats, excursion: float) -> list[int]:
    """Indexes of the peaks: highest points between two falls of at least ``excursion`` dB; an end of the trace may be one."""
    import numpy as np

    if len(level) < 2:
        return []
    # Only turning points matter: of a run of equal values the first.
    steps = np.flatnonzero(np.diff(level) != 0)
    if not len(steps):
        return []
    runs = np.concatenate((steps, [len(level) - 1]))
    firsts = np.concatenate(([0], steps + 1))
    values = level[runs]
    direction = np.sign(np.diff(values))
    turns = np.concatenate(([0], np.flatnonzero(direction[1:] != direction[:-1]) + 1, [len(values) - 1]))
    found: list[int] = []
    climbing, confirmed = True, False
    low = base = high = float(values[0])
    top = 0
    for turn in turns[1:].tolist():
        value = float(values[turn])
        if climbing and value > high:
            high, top = value, turn
            confirmed = confirmed or high - base >= excursion
        elif climbing and high - value >= excursion:
            found.append(int(firsts[top]))
            climbing, low = False, value
        elif not climbing and value < low:
            low = value
        elif not climbing and value - low >= excursion:
            climbing, confirmed, high, top = True, True, value, turn
        base = min(base, value)
    if climbing and confirmed:  # the trace ends on a peak
        found.append(int(firsts[top]))
    return found


def reduce_peaks(
    levels: Levels,
    limits: Mapping[str, Limit],
    rule: ReductionRule,
    ambient: Levels | None = None,
    listed: int = 300,
) -> Reduction:
    """Reduce the peaks of a corrected trace against limits (key -> limit, in the unit of the trace) by a rule.

    A peak belongs to the limit it comes nearest to.  ``ambient``: a trace of the surroundings in the same unit, the equipment under
    test off.

    :raises MetrologyError: ``unit_differs`` of a limit or the ambient trace, ``not_a_line``, ``missing`` without a limit.
    """
    if not limits:
        raise MetrologyError("missing", "limits")
    for key, limit in limits.items():
        if not isinstance(limit, (Bounds, LimitLine)):
            raise MetrologyError("not_a_line", key)
        if limit.unit != levels.unit:
            raise MetrologyError("unit_differs", key, f"{limit.unit} | {levels.unit}")
    if ambient is not None and ambient.unit != levels.unit:
        raise MetrologyError("unit_differs", "ambient", f"{ambient.unit} | {levels.unit}")
    keys = list(limits)
    found = peak_indexes(levels.level, float(rule.excursion))
    nearest = _nearest(levels, [limits[key] for key in keys], found)
    reasons = _reasons(levels, rule, found, nearest, ambient)
    peaks = [_peak(levels, limits, keys, index, nearest[index], reasons[index]) for index in _told(found, reasons, nearest, listed)]
    counts: dict[str, int] = {}
    for reason in reasons.values():
        if reason not in (Reason.KEPT, Reason.HARMONIC):
            counts[reason.value] = counts.get(reason.value, 0) + 1
    return Reduction(
        tuple(sorted((p for p in peaks if p.kept), key=lambda p: (p.margin is None, p.margin or 0, p.frequency))),
        tuple(sorted((p for p in peaks if not p.kept), key=lambda p: p.frequency)),
        counts,
    )


def _nearest(levels: Levels, limits: Sequence[Limit], found: Sequence[int]) -> dict[int, tuple[float, int] | None]:
    """Of each peak the smallest margin and which limit it is against; ``None`` where no limit holds."""
    import numpy as np

    if not found:
        return {}
    margins = np.vstack([margins_over(limit, levels)[list(found)] for limit in limits])
    margins = np.where(np.isnan(margins), np.inf, margins)
    which, least = np.argmin(margins, axis=0), np.min(margins, axis=0)
    return {
        index: None if np.isinf(least[n]) else (float(least[n]), int(which[n])) for n, index in enumerate(found)
    }


def _reasons(
    levels: Levels,
    rule: ReductionRule,
    found: Sequence[int],
    nearest: Mapping[int, tuple[float, int] | None],
    ambient: Levels | None,
) -> dict[int, Reason]:
    out: dict[int, Reason] = {}
    left: list[tuple[float, int]] = []
    for index in found:
        hertz = float(levels.frequency[index])
        near = nearest[index]
        if near is None:
            out[index] = Reason.NO_LIMIT
        elif _is_ambient(rule, hertz, float(levels.level[index]), ambient):
            out[index] = Reason.AMBIENT
        elif _is_harmonic(rule, hertz, levels, index):
            out[index] = Reason.HARMONIC
        elif near[0] > float(rule.offset) + SAME:
            out[index] = Reason.BELOW_OFFSET
        else:
            left.append((near[0], index))
    taken = [float(levels.frequency[i]) for i, reason in out.items() if reason is Reason.HARMONIC]
    room = rule.most
    for _, index in sorted(left):
        hertz = float(levels.frequency[index])
        if any(abs(hertz - other) < max(rule.apart(hertz), rule.apart(other)) for other in taken):
            out[index] = Reason.TOO_NEAR
        elif room == 0:
            out[index] = Reason.BEYOND_NUMBER
        else:
            out[index], room = Reason.KEPT, room - 1
            taken.append(hertz)
    return out


def _is_ambient(rule: ReductionRule, hertz: float, level: float, ambient: Levels | None) -> bool:
    import numpy as np

    if any(float(w.low) * (1 - SAME) <= hertz <= float(w.high) * (1 + SAME) for w in rule.ambient):
        return True
    if ambient is None or not float(ambient.frequency[0]) <= hertz <= float(ambient.frequency[-1]):
        return False
    place = int(np.searchsorted(ambient.frequency, hertz))
    around = ambient.level[max(place - 1, 0) : place + 2]
    return level - float(around.max()) < float(rule.ambient_above)


def _is_harmonic(rule: ReductionRule, hertz: float, levels: Levels, index: int) -> bool:
    """Whether the peak is the one at a multiple of the carrier: within half a step of the trace or the rule's window of it."""
    if rule.harmonic_of is None:
        return False
    order = round(hertz / float(rule.harmonic_of))
    if not 2 <= order <= rule.harmonics:
        return False
    step = float(levels.frequency[min(index + 1, len(levels) - 1)] - levels.frequency[max(index - 1, 0)]) / 2
    return abs(hertz - order * float(rule.harmonic_of)) <= max(step, rule.apart(hertz))


def _told(
    found: Sequence[int], reasons: Mapping[int, Reason], nearest: Mapping[int, tuple[float, int] | None], listed: int
) -> list[int]:
    """Kept peaks and, of the dropped, those nearest to a limit."""
    kept = [i for i in found if reasons[i] in (Reason.KEPT, Reason.HARMONIC)]
    dropped = [i for i in found if reasons[i] not in (Reason.KEPT, Reason.HARMONIC)]

    def distance(index: int) -> tuple[bool, float]:
        near = nearest[index]
        return (near is None, 0.0 if near is None else near[0])

    return kept + sorted(dropped, key=distance)[:listed]


def _peak(
    levels: Levels, limits: Mapping[str, Limit], keys: Sequence[str], index: int, near: tuple[float, int] | None, reason: Reason
) -> ReducedPeak:
    frequency, level = levels.exact(index)
    key = "" if near is None else keys[near[1]]
    margin = limit_at(limits[key], frequency).margin(level) if key else None
    return ReducedPeak(index, frequency, level, key, margin, reason in (Reason.KEPT, Reason.HARMONIC), reason)
