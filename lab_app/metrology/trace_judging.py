"""A trace against limit lines: corrected by factors, margin at every point, worst points, one verdict a line.

Screening is done on arrays of floats; what is listed and what decides is computed again point by point in exact decimals
(:meth:`Levels.exact`, :func:`limit_at`), so that a verdict never hangs on a binary fraction.  A factor is never extrapolated,
a gap of a limit line is not covered and is said, units and detectors must fit and are never guessed.
Sources: CISPR 16-2-1 and 16-2-3 (level = reading + factors), CISPR 32 (lower limit at a step), ``PK >= QP >= AV``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from lab_app.metrology.decision import Decision, DecisionRule, decide
from lab_app.metrology.errors import MetrologyError
from lab_app.metrology.interpolation import FactorTable, Scale
from lab_app.metrology.limits import Bounds, Limit, LimitLine
from lab_app.metrology.rounding import EXACT, to_decimal
from lab_app.metrology.traces import Trace
from lab_app.metrology.units import convert, find_unit

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats = NDArray[float64]

HERTZ: Final = "Hz"
#: Two frequencies this close (relative) are the same: a file's decimal and a table's, both turned into floats.
SAME: Final = 1e-9
#: What a factor in this unit makes of a level; a plain ratio leaves the unit as it is.
_MADE: Final = {("dBµV", "dB/m"): "dBµV/m", ("dBµA", "dB/m"): "dBµA/m"}
_RATIOS: Final = ("dB", "dBi")
#: Points whose margin lies this close (dB) to the smallest are computed exactly before one is called the worst.
NEAR: Final = 1e-6
_MOST_NEAR: Final = 100
#: A detector never shows less than those behind it (CISPR 16-1-1).
ORDER: Final = ("PK", "QP", "AV")


@dataclass(frozen=True, slots=True)
class Correction:
    """One factor of a level: added (``sign`` 1) or taken off (-1); a table over frequency or one number for all of it.

    ``unit``: dB, dBi or dB/m.  ``key`` names it in a refusal.
    """

    key: str
    sign: int = 1
    table: FactorTable | None = None
    constant: Decimal | None = None
    unit: str = "dB"

    def __post_init__(self) -> None:
        if self.sign not in (1, -1):
            raise MetrologyError("unknown", "sign", str(self.sign))
        if (self.table is None) == (self.constant is None):
            raise MetrologyError("missing", self.key or "factor")
        if self.constant is not None and not self.constant.is_finite():
            raise MetrologyError("not_finite", self.key or "factor")

    def at(self, hertz: Decimal) -> Decimal:
        """The factor at a frequency, exact.

        :raises MetrologyError: ``outside`` with the frequency in Hz, beyond the ends of the table.
        """
        if self.table is None:
            assert self.constant is not None
            return self.constant
        return self.table.at(convert(hertz, HERTZ, self.table.f_unit))

    def over(self, frequency: Floats) -> Floats | float:
        """The factor at every frequency (Hz, rising).

        :raises MetrologyError: ``outside``, naming the correction and the first frequency beyond the ends.
        """
        import numpy as np

        if self.table is None:
            return float(self.constant or 0)
        known = np.array([float(convert(f, self.table.f_unit, HERTZ)) for f, _ in self.table.points])
        values = np.array([float(value) for _, value in self.table.points])
        first, last = float(frequency[0]), float(frequency[-1])
        for edge, beyond in ((first, first < known[0] * (1 - SAME)), (last, last > known[-1] * (1 + SAME))):
            if beyond:
                raise MetrologyError("outside", self.key or "factor", format(to_decimal(edge), "f"))
        if self.table.scale is Scale.LOG:
            return np.interp(np.log(frequency), np.log(known), values)
        return np.interp(frequency, known, values)


@dataclass(frozen=True, eq=False)
class Levels:
    """A trace with its corrections applied: ``level`` in ``unit`` over ``frequency`` in Hz."""

    trace: Trace
    frequency: Floats
    level: Floats
    unit: str
    detector: str
    corrections: tuple[Correction, ...] = ()

    def __len__(self) -> int:
        return len(self.frequency)

    @property
    def span(self) -> tuple[Decimal, Decimal]:
        """First and last frequency in Hz."""
        return to_decimal(float(self.frequency[0]), 15), to_decimal(float(self.frequency[-1]), 15)

    def place_of(self, frequency: Decimal) -> int:
        """The index of the first point not below a frequency in Hz; the number of points where there is none."""
        return int(self.frequency.searchsorted(float(frequency)))

    def exact(self, index: int) -> tuple[Decimal, Decimal]:
        """Frequency in Hz and corrected level of one point, in exact decimals."""
        point = self.trace.point(index)
        level = point.level
        for one in self.corrections:
            factor = one.at(point.frequency)
            level = EXACT.add(level, factor) if one.sign > 0 else EXACT.subtract(level, factor)
        return point.frequency, level


def corrected(trace: Trace, corrections: Sequence[Correction] = (), detector: str = "") -> Levels:
    """Apply factors to a trace: ``reading + antenna factor + cable loss + attenuator - preamplifier gain``.

    ``detector`` states what the file does not say; one against the other is refused.

    :raises MetrologyError: ``outside`` with the correction and the frequency in Hz beyond its table, ``unit_differs`` where a
        factor does not fit the level, ``detector_differs``.
    """
    said = trace.detector_code
    if detector and said and detector != said:
        raise MetrologyError("detector_differs", "detector", f"{said} | {detector}")
    level, unit = trace.level, trace.unit
    for one in corrections:
        unit = unit_after(unit, one.unit, one.key)
        factor = one.over(trace.frequency)
        level = level + factor if one.sign > 0 else level - factor
    return Levels(trace, trace.frequency, level, unit, detector or said, tuple(corrections))


def unit_after(level: str, factor: str, key: str = "") -> str:
    """The unit of a level after a factor: dB and dBi leave it, dB/m makes a field strength of a voltage.

    :raises MetrologyError: ``unit_differs``.
    """
    if (level, factor) in _MADE:
        return _MADE[level, factor]
    if factor in _RATIOS and find_unit(level).is_level:
        return level
    raise MetrologyError("unit_differs", key or "factor", f"{level} | {factor}")


# ---- limits over the frequencies of a trace -------------------------------------------------------------


def limit_over(limit: Limit, frequency: Floats) -> tuple[Floats | None, Floats | None]:
    """Lower and upper limit at every frequency (Hz, rising), NaN where none holds; ``None`` for a side without a limit.

    :raises MetrologyError: ``not_a_line`` for a limit that is no level over frequency.
    """
    import numpy as np

    if isinstance(limit, Bounds):
        high = None if limit.high is None else np.full(len(frequency), float(limit.high))
        low = None if limit.low is None else np.full(len(frequency), float(limit.low))
        return (None if high is None else -high, high) if limit.absolute else (low, high)
    if not isinstance(limit, LimitLine):
        raise MetrologyError("not_a_line", "limit", type(limit).__name__)
    out = np.full(len(frequency), np.nan)
    stricter = np.fmin if limit.side == "upper" else np.fmax
    for f1, f2, l1, l2 in limit.segments:
        start, end = (float(convert(f, limit.f_unit, HERTZ)) for f in (f1, f2))
        first = int(np.searchsorted(frequency, start * (1 - SAME), side="left"))
        last = int(np.searchsorted(frequency, end * (1 + SAME), side="right"))
        if first >= last:
            continue
        if l1 == l2:
            piece = np.full(last - first, float(l1))
        elif limit.scale is Scale.LOG:
            piece = float(l1) + float(l2 - l1) * np.log(frequency[first:last] / start) / np.log(end / start)
        else:
            piece = float(l1) + float(l2 - l1) * (frequency[first:last] - start) / (end - start)
        out[first:last] = stricter(out[first:last], piece)
    return (None, out) if limit.side == "upper" else (out, None)


def margins_over(limit: Limit, levels: Levels) -> Floats:
    """Signed margin at every point, positive inside; NaN where no limit holds."""
    import numpy as np

    low, high = limit_over(limit, levels.frequency)
    above = None if high is None else high - levels.level
    below = None if low is None else levels.level - low
    if above is None or below is None:
        found = above if above is not None else below
        assert found is not None
        return found
    return np.minimum(above, below)


def limit_at(limit: Limit, hertz: Decimal) -> Bounds:
    """The limit at one frequency, exact: the scalar path that arrays are checked against.

    :raises MetrologyError: ``outside`` in a gap, ``not_a_line``.
    """
    if isinstance(limit, Bounds):
        return limit
    if isinstance(limit, LimitLine):
        return limit.limit_at(convert(hertz, HERTZ, limit.f_unit))
    raise MetrologyError("not_a_line", "limit", type(limit).__name__)


Span = tuple[Decimal, Decimal]


def gaps_of(levels: Levels, margin: Floats) -> tuple[Span, ...]:
    """Where the trace has points and no limit holds: first and last frequency of each run, Hz."""
    import numpy as np

    bare = np.isnan(margin)
    if not bare.any():
        return ()
    edges = np.flatnonzero(np.diff(np.concatenate(([False], bare, [False])).astype(np.int8)))
    return tuple(
        (to_decimal(float(levels.frequency[a])), to_decimal(float(levels.frequency[b - 1])))
        for a, b in edges.reshape(-1, 2)
    )


def unmeasured(limit: Limit, levels: Levels) -> tuple[Span, ...]:
    """Where a limit line holds and the trace does not reach, Hz: a verdict does not speak of it."""
    if not isinstance(limit, LimitLine):
        return ()
    first, last = (to_decimal(float(levels.frequency[i])) for i in (0, -1))
    slack = Decimal(str(SAME))
    out: list[Span] = []
    for segment in limit.segments:
        start, end = (convert(f, limit.f_unit, HERTZ) for f in (segment.f1, segment.f2))
        parts = ((start, min(end, first)), (max(start, last), end)) if last >= start and first <= end else ((start, end),)
        for low, high in parts:
            if high - low > slack * high:
                out = [*out[:-1], (out[-1][0], high)] if out and out[-1][1] == low else [*out, (low, high)]
    return tuple(out)


# ---- judging --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """A limit that a trace is held against, with the rule and the uncertainty by which the verdict is taken.

    ``unit`` is that of U and of the result; the limit is in the same quantity.
    """

    key: str
    limit: Limit
    detector: str = ""
    rule: DecisionRule | None = None
    U: Decimal | None = None
    u_max: Decimal | None = None
    k: Decimal = Decimal(2)


@dataclass(frozen=True, slots=True)
class WorstPoint:
    """One point of a trace against a limit, exact: Hz, and dB."""

    index: int
    frequency: Decimal
    level: Decimal
    limit: Bounds
    margin: Decimal


@dataclass(frozen=True, slots=True)
class Judged:
    """What a trace says about one limit.

    ``why`` empty: judged, ``decision`` by the rule at the worst point.  ``prescan``: a peak trace under a QP or AV limit, whose
    margins are a lower bound and no verdict.  Else the reason for nothing at all: ``detector_differs``, ``detector_unknown``,
    ``unit_differs``, ``not_a_line``, ``not_covered``.
    """

    key: str
    why: str = ""
    decision: Decision | None = None
    worst: tuple[WorstPoint, ...] = ()
    gaps: tuple[Span, ...] = ()
    unmeasured: tuple[Span, ...] = ()
    points: int = 0

    @property
    def margin(self) -> Decimal | None:
        """The smallest margin, signed."""
        return self.worst[0].margin if self.worst else None


def fits(limit_detector: str, trace_detector: str) -> str:
    """Whether a trace's detector is the limit's: empty, ``prescan``, ``detector_unknown`` or ``detector_differs``."""
    wanted = "AV" if limit_detector == "CAV" else limit_detector
    if not wanted or wanted == trace_detector:
        return ""
    if not trace_detector:
        return "detector_unknown"
    return "prescan" if trace_detector == "PK" and wanted in ORDER else "detector_differs"


def unit_of(limit: Limit) -> str:
    """The unit a limit is written in; empty where it states none."""
    return limit.unit if isinstance(limit, (Bounds, LimitLine)) else ""


def judge(levels: Levels, wanted: Sequence[Wanted], worst: int = 6, window: float = 0.02) -> tuple[Judged, ...]:
    """Hold a corrected trace against several limits.

    ``worst``: how many points are listed for each; of points closer together than ``window`` (a share of the judged
    span on a logarithmic axis) only the worst one.
    """
    return tuple(_judged(levels, one, worst, window) for one in wanted)


def _judged(levels: Levels, one: Wanted, worst: int, window: float) -> Judged:
    import numpy as np

    if not isinstance(one.limit, (Bounds, LimitLine)):
        return Judged(one.key, "not_a_line")
    if unit_of(one.limit) != levels.unit:
        return Judged(one.key, "unit_differs")
    why = fits(one.detector, levels.detector)
    if why not in ("", "prescan"):
        return Judged(one.key, why)
    margin = margins_over(one.limit, levels)
    counted = int(np.count_nonzero(~np.isnan(margin)))
    gaps, missing = gaps_of(levels, margin), unmeasured(one.limit, levels)
    if not counted:
        return Judged(one.key, "not_covered", gaps=gaps, unmeasured=missing)
    found = [_exact(levels, one.limit, index) for index in worst_indexes(levels.frequency, margin, worst, window)]
    found = sorted([_truly_worst(levels, one.limit, margin, found[0]), *found[1:]], key=lambda p: (p.margin, p.frequency))
    decision = None
    if not why:
        decision = decide(one.rule, found[0].limit, found[0].level, one.U, one.u_max, one.k)
    return Judged(one.key, why, decision, tuple(found), gaps, missing, counted)


def _exact(levels: Levels, limit: Limit, index: int) -> WorstPoint:
    frequency, level = levels.exact(index)
    bounds = limit_at(limit, frequency)
    return WorstPoint(index, frequency, level, bounds, bounds.margin(level))


def _truly_worst(levels: Levels, limit: Limit, margin: Floats, first: WorstPoint) -> WorstPoint:
    """Of the points that floats cannot tell apart, the one with the smallest exact margin, the first of equals.

    All rules grade by the margin alone once limit and U are those of the line, so the smallest margin carries the verdict.
    """
    import numpy as np

    near = np.flatnonzero(margin <= margin[first.index] + NEAR)[:_MOST_NEAR]
    return min([first, *(_exact(levels, limit, int(i)) for i in near if i != first.index)], key=lambda p: (p.margin, p.frequency))


def worst_indexes(frequency: Floats, margin: Floats, count: int, window: float) -> list[int]:
    """Indexes of the smallest margins, smallest first, each alone within ``window`` of the judged span (logarithmic)."""
    import numpy as np

    held = np.flatnonzero(~np.isnan(margin))
    if not len(held):
        return []
    low, high = max(float(frequency[held[0]]), 1e-3), max(float(frequency[held[-1]]), 1e-3)
    factor = float(np.exp(window * np.log(high / low)))
    left = np.where(np.isnan(margin), np.inf, margin)
    chosen: list[int] = []
    for _ in range(count):
        index = int(np.argmin(left))
        if not np.isfinite(left[index]):
            break
        chosen.append(index)
        first = int(np.searchsorted(frequency, frequency[index] / factor, side="left"))
        last = int(np.searchsorted(frequency, frequency[index] * factor, side="right"))
        left[min(first, index) : max(last, index + 1)] = np.inf
    return chosen


# ---- detectors against each other -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contradiction:
    """At one frequency (Hz) a detector shows more than one that can never show less."""

    frequency: Decimal
    lower: str
    lower_level: Decimal
    upper: str
    upper_level: Decimal


def contradictions(one: Levels, other: Levels, most: int = 5) -> tuple[Contradiction, ...]:
    """Where two traces of one quantity break ``PK >= QP >= AV`` at the same frequency; the greatest differences first.

    Such a pair is a data error: a wrong detector in a header, a changed set-up, two polarisations mixed up.  Frequencies that
    only one of them has are not compared, nor are sweeps of different resolution bandwidths, which the order does not bind.
    Empty where the detectors have no order or are the same.
    """
    import numpy as np

    if one.detector not in ORDER or other.detector not in ORDER or one.unit != other.unit or one.detector == other.detector:
        return ()
    if one.trace.rbw is not None and other.trace.rbw is not None and one.trace.rbw != other.trace.rbw:
        return ()
    upper, lower = sorted((one, other), key=lambda levels: ORDER.index(levels.detector))
    near = np.clip(np.searchsorted(upper.frequency, lower.frequency), 1, max(len(upper) - 1, 1))
    near = np.minimum(near, len(upper) - 1)
    before = np.maximum(near - 1, 0)
    closer = np.abs(upper.frequency[before] - lower.frequency) < np.abs(upper.frequency[near] - lower.frequency)
    match = np.where(closer, before, near)
    same = np.abs(upper.frequency[match] - lower.frequency) <= SAME * 1000 * lower.frequency
    excess = np.where(same, lower.level - upper.level[match], -np.inf)
    out = []
    for index in np.argsort(-excess, kind="stable")[:most]:
        if excess[index] <= NEAR:
            break
        frequency, low = lower.exact(int(index))
        _, high = upper.exact(int(match[index]))
        if low > high:
            out.append(Contradiction(frequency, lower.detector, low, upper.detector, high))
    return tuple(out)


# ---- for drawing ----------------------------------------------------------------------------------------


def columns(levels: Levels, low: float, high: float, count: int, logarithmic: bool) -> tuple[Floats, Floats, Floats]:
    """Frequency, lowest and highest level per column of a picture from ``low`` to ``high`` Hz; empty columns are left out.

    Columns are of equal width on the axis, so that every point falls on its own pixel and no peak is lost.
    """
    import numpy as np

    first = int(np.searchsorted(levels.frequency, low * (1 - SAME), side="left"))
    last = int(np.searchsorted(levels.frequency, high * (1 + SAME), side="right"))
    frequency, level = levels.frequency[first:last], levels.level[first:last]
    if not len(frequency) or count < 1:
        return frequency, level, level
    if len(frequency) <= count:
        return frequency, level, level
    edges = np.geomspace(max(low, 1e-3), high, count + 1) if logarithmic else np.linspace(low, high, count + 1)
    starts = np.unique(np.minimum(np.searchsorted(frequency, edges[:-1], side="left"), len(frequency) - 1))
    starts[0] = 0
    return frequency[starts], np.minimum.reduceat(level, starts), np.maximum.reduceat(level, starts)


def drawn_columns(
    levels: Levels, low: Decimal, high: Decimal, count: int, logarithmic: bool
) -> tuple[list[int], list[int], list[int]]:
    """:func:`columns` as whole numbers for a picture: Hz, and hundredths of the unit, rounded outwards so that no peak shrinks."""
    import numpy as np

    frequency, least, most = columns(levels, float(low), float(high), count, logarithmic)
    # A level written with two decimals is a whole number of hundredths, but for the dust of binary fractions.
    return (
        np.rint(frequency).astype(np.int64).tolist(),
        np.floor(least * 100 + SAME).astype(np.int64).tolist(),
        np.ceil(most * 100 - SAME).astype(np.int64).tolist(),
    )


def printed_columns(levels: Levels, count: int, logarithmic: bool) -> list[tuple[Decimal, Decimal, Decimal]]:
    """:func:`columns` over the whole trace in decimals: Hz, lowest and highest level to hundredths of the unit."""
    low, high = levels.span
    return [
        (to_decimal(float(f), 9), to_decimal(round(float(a), 2)), to_decimal(round(float(b), 2)))
        for f, a, b in zip(*columns(levels, float(low), float(high), count, logarithmic), strict=True)]
