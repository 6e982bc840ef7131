"""Pure rules of the room: which version was in force as known when, environment of a line, what a parameter may be."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from test_methods.rules.parameters import BadParameter

Span = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class EnvironmentLimits:
    """Limits for one line: °C and %RH, `None` where a quantity does not matter; `not_critical` is the stated reason (6.3.2)."""

    temperature: Span | None = None
    humidity: Span | None = None
    not_critical: str = ""


def _span(raw: Any, field: str) -> Span | None:
    if raw in (None, "", []):
        return None
    try:
        low, high = (Decimal(str(part)) for part in raw)
    except (ValueError, TypeError, InvalidOperation):
        raise BadParameter("span", field, str(raw)) from None
    if not low.is_finite() or not high.is_finite() or low > high:
        raise BadParameter("span", field, str(raw))
    return low, high


def read_environment(data: Mapping[str, Any]) -> EnvironmentLimits:
    """Limits of one environment as a version keeps them. BadParameter when nothing is said or a span is turned round."""
    reason = str(data.get("not_critical") or "").strip()
    limits = EnvironmentLimits(_span(data.get("temperature"), "temperature"), _span(data.get("humidity"), "humidity"), reason)
    if not reason and limits.temperature is None and limits.humidity is None:
        raise BadParameter("missing", "environment")
    if limits.humidity is not None and not (limits.humidity[0] >= 0 and limits.humidity[1] <= 100):
        raise BadParameter("span", "humidity")
    return limits


def environment_for(environment: Mapping[str, Any], conditions: str) -> EnvironmentLimits:
    """The limits that hold for a line with these conditions.

    The first entry of `environment["conditions"]` whose `when` occurs in the line's conditions replaces the version's own
    limits (a climatic chamber at 0 °C is not the room at 15 to 35 °C).
    """
    for other in environment.get("conditions", ()):
        if str(other["when"]) in conditions:
            return read_environment(other)
    return read_environment(environment)


def check_environment(environment: Mapping[str, Any]) -> None:
    """BadParameter where a version's environment is not complete: 6.3.2 wants requirements written down, or why not."""
    read_environment(environment)
    for other in environment.get("conditions", ()):
        if not str(other.get("when") or "").strip():
            raise BadParameter("missing", "when")
        read_environment(other)
