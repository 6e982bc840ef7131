"""A limit over frequency: straight pieces on a linear or logarithmic frequency axis, the stricter limit at a step."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from lab_app.core.quantity import normalise_unit
from lab_app.metrology.bounds import Bounds, lower, upper
from lab_app.metrology.errors import LimitError
from lab_app.metrology.interpolation import Scale, interpolate
from lab_app.metrology.receiver import Receiver


class Segment(NamedTuple):
    """One piece of a limit line: from ``f1`` to ``f2`` the limit runs from ``l1`` to ``l2``."""

    f1: Decimal
    f2: Decimal
    l1: Decimal
    l2: Decimal


@dataclass(frozen=True, slots=True)
class LimitLine:
    """A limit over frequency, piecewise; ``side`` is ``upper`` (emission) or ``lower``.

    Segments are in rising frequency and do not overlap; a gap between two is not covered.  Where
    two meet at a step the stricter limit holds: the lower one for an upper limit (CISPR 32).
    """

    segments: tuple[Segment, ...]
    scale: Scale = Scale.LOG
    side: str = "upper"
    inclusive: bool = True
    f_unit: str = "MHz"
    unit: str = ""
    receiver: Receiver = Receiver()

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "scale", Scale(self.scale))
        except ValueError:
            raise LimitError("unknown", "scale", str(self.scale)[:20]) from None
        object.__setattr__(self, "unit", normalise_unit(self.unit))
        object.__setattr__(self, "f_unit", normalise_unit(self.f_unit))
        if self.side not in ("upper", "lower"):
            raise LimitError("unknown", "side", str(self.side)[:20])
        if not self.segments:
            raise LimitError("missing", "segments")
        end: Decimal | None = None
        for number, segment in enumerate(self.segments, 1):
            if not all(part.is_finite() for part in segment):
                raise LimitError("not_finite", "segments", str(number))
            if segment.f1 < 0 or (self.scale is Scale.LOG and segment.f1 == 0):
                raise LimitError("not_positive", "segments", str(number))
            if segment.f2 <= segment.f1 or (end is not None and segment.f1 < end):
                raise LimitError("frequencies_not_rising", "segments", str(number))
            end = segment.f2

    def at(self, frequency: Decimal) -> Decimal:
        """The limit at a frequency given in ``f_unit``; 12 significant digits between the ends.

        :raises LimitError: ``outside`` where no segment covers the frequency.
        """
        found = [
            interpolate(frequency, segment.f1, segment.l1, segment.f2, segment.l2, self.scale)
            for segment in self.segments
            if segment.f1 <= frequency <= segment.f2
        ]
        if not found:
            raise LimitError("outside", "frequency", str(frequency))
        return min(found) if self.side == "upper" else max(found)

    def limit_at(self, frequency: Decimal) -> Bounds:
        """The limit at a frequency as a one-sided limit, ready for a decision."""
        make = upper if self.side == "upper" else lower
        return make(self.at(frequency), self.unit, self.inclusive)

    def to_dict(self) -> dict[str, Any]:
        """JSON form; :func:`parse_limit` reads it back."""
        return {
            "type": "line",
            "side": self.side,
            "inclusive": self.inclusive,
            "scale": self.scale.value,
            "f_unit": self.f_unit,
            "unit": self.unit,
            "segments": [[str(part) for part in segment] for segment in self.segments],
            **self.receiver.to_dict(),
        }
