"""Spectrum masks: a limit over the offset from a carrier or from the edges of a band.

The offset counts in a frequency unit or in multiples of a bandwidth (``BW``); the values are absolute (dBm/MHz) or relative
(dBr, dBc) to a reference level.  Between its corners a mask runs straight over the offset; at a step the stricter value holds,
as on a limit line.  Nothing is extrapolated and no reference is guessed: carrier, bandwidth and reference level are given by
who asks, the edges of a fixed band stand in the mask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from lab_app.core.quantity import normalise_unit
from lab_app.metrology.bounds import Bounds, lower, upper
from lab_app.metrology.errors import LimitError, UnitError
from lab_app.metrology.interpolation import Scale, interpolate
from lab_app.metrology.limit_lines import LimitLine, Segment
from lab_app.metrology.receiver import Receiver
from lab_app.metrology.rounding import EXACT
from lab_app.metrology.units import convert, find_unit

CARRIER: Final = "carrier"
BAND_EDGE: Final = "band_edge"
REFERENCES: Final = (CARRIER, BAND_EDGE)
#: The unit of offsets that count in multiples of a bandwidth.
BANDWIDTHS: Final = "BW"
RELATIVE_UNITS: Final = ("dBr", "dBc")


@dataclass(frozen=True, slots=True)
class Mask:
    """A limit over the offset from a reference frequency; segments as ``(offset, offset, limit, limit)``.

    ``symmetric``: the offset counts away from the reference on both sides.  ``edges``: the lower and upper edge of a fixed band
    in ``f_unit``; the offset then counts outwards from the nearer edge.  A ``relative`` mask has the unit dBr or dBc; with a
    ``level_unit`` it becomes a limit in that unit at a given reference level, never below ``floor``; without one the reading
    itself is relative.
    """

    segments: tuple[Segment, ...]
    reference: str
    offset_unit: str = "MHz"
    relative: bool = False
    symmetric: bool = True
    edges: tuple[Decimal, Decimal] | None = None
    scale: Scale = Scale.LIN
    side: str = "upper"
    inclusive: bool = True
    f_unit: str = "MHz"
    unit: str = ""
    level_unit: str = ""
    floor: Decimal | None = None
    receiver: Receiver = Receiver()

    def __post_init__(self) -> None:
        if not self.reference:
            raise LimitError("missing", "reference")
        if self.reference not in REFERENCES:
            raise LimitError("unknown", "reference", str(self.reference)[:20])
        try:
            object.__setattr__(self, "scale", Scale(self.scale))
        except ValueError:
            raise LimitError("unknown", "scale", str(self.scale)[:20]) from None
        if self.side not in ("upper", "lower"):
            raise LimitError("unknown", "side", str(self.side)[:20])
        for name in ("unit", "f_unit", "level_unit"):
            object.__setattr__(self, name, normalise_unit(getattr(self, name)))
        if self.offset_unit != BANDWIDTHS:
            object.__setattr__(self, "offset_unit", normalise_unit(self.offset_unit))
            _frequency_unit(self.offset_unit, "offset_unit")
        _frequency_unit(self.f_unit, "f_unit")
        self._check_values()
        self._check_edges()
        self._check_segments()

    def _check_values(self) -> None:
        if self.relative != (self.unit in RELATIVE_UNITS):
            raise LimitError("unit_mismatch", "unit", self.unit)
        if self.level_unit and not self.relative:
            raise LimitError("not_relative", "level_unit", self.level_unit)
        if self.level_unit and not _is_level(self.level_unit):
            raise LimitError("unit_mismatch", "level_unit", self.level_unit)
        if self.floor is not None:
            if not self.floor.is_finite():
                raise LimitError("not_finite", "floor")
            if not self.level_unit:
                raise LimitError("missing", "level_unit")

    def _check_edges(self) -> None:
        if self.edges is None:
            return
        if self.reference != BAND_EDGE:
            raise LimitError("edges_of_a_carrier", "edges")
        low, high = self.edges
        if not low.is_finite() or not high.is_finite():
            raise LimitError("not_finite", "edges")
        if not 0 <= low < high:
            raise LimitError("frequencies_not_rising", "edges", f"{low} | {high}")

    def _check_segments(self) -> None:
        if not self.segments:
            raise LimitError("missing", "segments")
        end: Decimal | None = None
        for number, segment in enumerate(self.segments, 1):
            if not all(part.is_finite() for part in segment):
                raise LimitError("not_finite", "segments", str(number))
            if (self.one_sided and segment.f1 < 0) or (self.scale is Scale.LOG and segment.f1 <= 0):
                raise LimitError("not_positive", "segments", str(number))
            if segment.f2 <= segment.f1 or (end is not None and segment.f1 < end):
                raise LimitError("frequencies_not_rising", "segments", str(number))
            end = segment.f2

    @property
    def one_sided(self) -> bool:
        """Whether offsets are distances, never negative."""
        return self.symmetric or self.edges is not None

    @property
    def needs_bandwidth(self) -> bool:
        """Whether offsets count in multiples of a bandwidth."""
        return self.offset_unit == BANDWIDTHS

    @property
    def needs_level(self) -> bool:
        """Whether the mask becomes a limit only at a reference level."""
        return self.relative and bool(self.level_unit)

    def offset(self, frequency: Decimal, reference: Decimal | None = None) -> Decimal:
        """The offset of a frequency, all in ``f_unit``.

        :raises LimitError: ``missing`` reference; ``inside_band`` between the edges of a fixed band.
        """
        if self.edges is not None:
            low, high = self.edges
            if low < frequency < high:
                raise LimitError("inside_band", "frequency", str(frequency))
            return EXACT.subtract(low, frequency) if frequency <= low else EXACT.subtract(frequency, high)
        if reference is None:
            raise LimitError("missing", "reference")
        if not reference.is_finite():
            raise LimitError("not_finite", "reference")
        distance = EXACT.subtract(frequency, reference)
        return distance.copy_abs() if self.symmetric else distance

    def scaled(self, bandwidth: Decimal | None = None) -> tuple[Segment, ...]:
        """The segments with offsets in ``f_unit``; exact, so that a corner stays where it is.

        :raises LimitError: ``missing`` or ``not_positive`` bandwidth.
        """
        if not self.needs_bandwidth:
            return tuple(
                Segment(convert(s.f1, self.offset_unit, self.f_unit), convert(s.f2, self.offset_unit, self.f_unit), s.l1, s.l2)
                for s in self.segments
            )
        if bandwidth is None:
            raise LimitError("missing", "bandwidth")
        if not bandwidth.is_finite() or bandwidth <= 0:
            raise LimitError("not_positive", "bandwidth", str(bandwidth))
        return tuple(
            Segment(EXACT.multiply(s.f1, bandwidth), EXACT.multiply(s.f2, bandwidth), s.l1, s.l2) for s in self.segments
        )

    def at(self, frequency: Decimal, reference: Decimal | None = None, bandwidth: Decimal | None = None) -> Decimal:
        """The mask's value at a frequency, in ``unit``; frequencies and bandwidth in ``f_unit``.

        :raises LimitError: ``outside`` where no segment covers the offset, and what :meth:`offset` and :meth:`scaled` refuse.
        """
        offset = self.offset(frequency, reference)
        found = [
            interpolate(offset, s.f1, s.l1, s.f2, s.l2, self.scale)
            for s in self.scaled(bandwidth)
            if s.f1 <= offset <= s.f2
        ]
        if not found:
            raise LimitError("outside", "frequency", str(frequency))
        return min(found) if self.side == "upper" else max(found)

    def limit_at(
        self,
        frequency: Decimal,
        reference: Decimal | None = None,
        bandwidth: Decimal | None = None,
        level: Decimal | None = None,
    ) -> Bounds:
        """The limit at a frequency; ``level`` is the reference level of a relative mask, in ``level_unit``.

        :raises LimitError: ``missing`` reference_level, and what :meth:`at` refuses.
        """
        value = self._absolute(self.at(frequency, reference, bandwidth), level)
        make = upper if self.side == "upper" else lower
        return make(value, self.level_unit if self.needs_level else self.unit, self.inclusive)

    def _absolute(self, value: Decimal, level: Decimal | None) -> Decimal:
        if not self.needs_level:
            return value
        if level is None:
            raise LimitError("missing", "reference_level")
        if not level.is_finite():
            raise LimitError("not_finite", "reference_level")
        moved = EXACT.add(level, value)
        return moved if self.floor is None else max(moved, self.floor)

    def pieces(
        self, reference: Decimal | None = None, bandwidth: Decimal | None = None, level: Decimal | None = None
    ) -> tuple[Segment, ...]:
        """The mask over frequency in rising order, as it is drawn and as a trace is judged by: both sides of a carrier or band.

        A floor is drawn by the corners alone; where it cuts a sloping piece, the piece is split at the crossing (a linear
        scale only).  Pieces that would begin below 0 Hz are cut there.
        """
        moved = self.scaled(bandwidth)
        if self.needs_level:
            moved = tuple(part for s in moved for part in self._above_floor(s, level))
        if self.edges is not None:
            sides = [(self.edges[0], -1), (self.edges[1], 1)]
        else:
            if reference is None:
                raise LimitError("missing", "reference")
            sides = [(reference, -1), (reference, 1)] if self.symmetric else [(reference, 1)]
        placed: list[Segment] = []
        for origin, sign in sides:
            for s in moved:
                one, two = EXACT.add(origin, sign * s.f1), EXACT.add(origin, sign * s.f2)
                placed.append(Segment(one, two, s.l1, s.l2) if sign > 0 else Segment(two, one, s.l2, s.l1))
        cut = [_from_zero(s) for s in placed if s.f2 > 0]
        return tuple(sorted(cut, key=lambda s: s.f1))

    def _above_floor(self, s: Segment, level: Decimal | None) -> Sequence[Segment]:
        l1, l2 = self._absolute(s.l1, level), self._absolute(s.l2, level)
        whole = (Segment(s.f1, s.f2, l1, l2),)
        if self.floor is None or level is None or self.scale is not Scale.LIN:
            return whole
        a, b = EXACT.add(level, s.l1), EXACT.add(level, s.l2)
        if min(a, b) >= self.floor or max(a, b) <= self.floor:
            return whole
        crossing = interpolate(self.floor, *((a, s.f1, b, s.f2) if a < b else (b, s.f2, a, s.f1)), Scale.LIN)
        return (Segment(s.f1, crossing, l1, self.floor), Segment(crossing, s.f2, self.floor, l2))

    def line(
        self, reference: Decimal | None = None, bandwidth: Decimal | None = None, level: Decimal | None = None
    ) -> LimitLine:
        """The mask as a limit line over frequency, for judging a trace point by point.

        :raises LimitError: ``log_offset`` where the mask runs logarithmically over the offset, which no line over frequency does.
        """
        if self.scale is Scale.LOG:
            raise LimitError("log_offset", "scale")
        return LimitLine(
            self.pieces(reference, bandwidth, level),
            Scale.LIN,
            self.side,
            self.inclusive,
            self.f_unit,
            self.level_unit if self.needs_level else self.unit,
            self.receiver,
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON form; :func:`lab_app.metrology.limits.parse_limit` reads it back."""
        data: dict[str, Any] = {
            "type": "mask",
            "reference": self.reference,
            "side": self.side,
            "inclusive": self.inclusive,
            "scale": self.scale.value,
            "offset_unit": self.offset_unit,
            "f_unit": self.f_unit,
            "relative": self.relative,
            "symmetric": self.symmetric,
            "unit": self.unit,
            "segments": [[str(part) for part in segment] for segment in self.segments],
            **self.receiver.to_dict(),
        }
        if self.edges is not None:
            data["edges"] = [str(edge) for edge in self.edges]
        if self.level_unit:
            data["level_unit"] = self.level_unit
        if self.floor is not None:
            data["floor"] = str(self.floor)
        return data


def _from_zero(s: Segment) -> Segment:
    if s.f1 >= 0:
        return s
    return Segment(Decimal(0), s.f2, interpolate(Decimal(0), s.f1, s.l1, s.f2, s.l2, Scale.LIN), s.l2)


def _frequency_unit(symbol: str, field: str) -> None:
    try:
        unit = find_unit(symbol)
    except UnitError:
        raise LimitError("unknown_unit", field, symbol[:20]) from None
    if unit.dimension != "frequency":
        raise LimitError("unit_mismatch", field, symbol[:20])


def _is_level(symbol: str) -> bool:
    try:
        unit = find_unit(symbol)
    except UnitError:
        raise LimitError("unknown_unit", "level_unit", symbol[:20]) from None
    return unit.is_level and bool(unit.reference)
