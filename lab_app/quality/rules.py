"""Pure decisions about environment: does a record cover a moment, does it keep a method's limits (6.3.3)."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

#: A record counts for readings made this long before its beginning or after its end: rooms do not change by the minute.
REACH = timedelta(hours=2)
#: Within this share of the span from either limit, the environment is near it and the reviewer is told.
NEAR = Decimal("0.1")
SUPPLY_KEYS = ("supply_V",)
#: What a supplier may be approved for (6.6.1).
SUPPLIER_SERVICES: dict[str, Any] = {
    "calibration": _l("Hiệu chuẩn"), "proficiency": _l("Thử nghiệm thành thạo"), "maintenance": _l("Bảo trì, sửa chữa"),
    "material": _l("Mẫu chuẩn, vật tư"),
}


@dataclass(frozen=True)
class Span:
    """Lowest and highest value of one quantity over a record."""

    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True)
class Conditions:
    """An environment record as the rules see it: °C and %RH."""

    from_at: datetime
    to_at: datetime
    temperature: Span
    humidity: Span


def covers(record: Conditions, at: datetime) -> bool:
    """Whether the record speaks for a moment."""
    return record.from_at - REACH <= at <= record.to_at + REACH


def not_critical(limits: Mapping[str, Any]) -> str:
    """The stated reason why a method's environment does not matter; empty when it does."""
    return str(limits.get("not_critical", "")).strip()


def _pairs(record: Conditions, limits: Mapping[str, Any]) -> list[tuple[str, Span, Decimal, Decimal]]:
    out = []
    for name, span in (("temperature", record.temperature), ("humidity", record.humidity)):
        bounds = limits.get(name)
        if bounds:
            out.append((name, span, Decimal(str(bounds[0])), Decimal(str(bounds[1]))))
    return out


def outside(record: Conditions, limits: Mapping[str, Any]) -> list[str]:
    """Quantities outside the method's limits (`temperature`, `humidity`); `unread` names those the record does not hold."""
    return [
        name for name, span, low, high in _pairs(record, limits)
        if (span.low is not None and span.low < low) or (span.high is not None and span.high > high)
    ]


def unread(record: Conditions, limits: Mapping[str, Any]) -> list[str]:
    """Quantities that the method limits and the record does not hold: not evaluated, which is not fine."""
    return [name for name, span, _low, _high in _pairs(record, limits) if span.low is None and span.high is None]


def near(record: Conditions, limits: Mapping[str, Any]) -> list[str]:
    """Quantities inside the limits but within a tenth of the span from one of them."""
    out = []
    for name, span, low, high in _pairs(record, limits):
        room = (high - low) * NEAR
        if name in outside(record, limits):
            continue
        if (span.low is not None and span.low < low + room) or (span.high is not None and span.high > high - room):
            out.append(name)
    return out


def supply(extra: Mapping[str, Any]) -> str:
    """The supply voltage of a record, if it was written down."""
    return next((str(extra[k]) for k in SUPPLY_KEYS if extra.get(k)), "")
