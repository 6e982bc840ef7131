"""How the level under a limit is read: detector, resolution bandwidth, measuring distance.

A limit line or a mask may state them; what it does not state stays empty and is nobody's guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from lab_app.core.quantity import canonical_decimal, normalise_unit
from lab_app.metrology.errors import LimitError, MetrologyError
from lab_app.metrology.units import find_unit

#: Quasi-peak, average (linear, CISPR average, RMS average), peak, RMS.
DETECTORS: Final = ("QP", "AV", "CAV", "RAV", "PK", "RMS")
_DIMENSIONS: Final = {"rbw": "frequency", "distance": "length"}


@dataclass(frozen=True, slots=True)
class Receiver:
    """``detector`` is one of :data:`DETECTORS`; ``rbw`` such as ``120 kHz``; ``distance`` such as ``3 m``."""

    detector: str = ""
    rbw: str = ""
    distance: str = ""

    def to_dict(self) -> dict[str, str]:
        """The parts that are stated."""
        stated = {"detector": self.detector, "rbw": self.rbw, "distance": self.distance}
        return {name: text for name, text in stated.items() if text}


def _amount(data: Mapping[str, Any], field: str) -> str:
    text = str(data.get(field) or "").strip()
    if not text:
        return ""
    number, _, unit = text.replace("\u00a0", " ").replace("\u202f", " ").partition(" ")
    try:
        amount, symbol = Decimal(number), normalise_unit(unit)
        found = find_unit(symbol)
        if not symbol:
            raise InvalidOperation
    except (InvalidOperation, MetrologyError):
        raise LimitError("amount_with_unit", field, text[:40]) from None
    if not amount.is_finite() or amount <= 0:
        raise LimitError("not_positive", field, text[:40])
    if found.dimension != _DIMENSIONS[field]:
        raise LimitError("unit_mismatch", field, symbol)
    return f"{canonical_decimal(amount)} {symbol}"


def parse_receiver(data: Mapping[str, Any]) -> Receiver:
    """Read the optional ``detector``, ``rbw`` and ``distance`` of a limit.

    :raises LimitError: naming the field: ``unknown`` detector, ``amount_with_unit`` (a number and a unit are needed),
        ``not_positive``, ``unit_mismatch``.
    """
    detector = str(data.get("detector") or "").strip().upper()
    if detector and detector not in DETECTORS:
        raise LimitError("unknown", "detector", detector[:20])
    return Receiver(detector, _amount(data, "rbw"), _amount(data, "distance"))
