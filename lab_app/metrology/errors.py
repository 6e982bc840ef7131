"""Refusals of the arithmetic: a machine-readable code and the field at fault, no sentences.

The sentence a person reads is made where the form or the gate lives, from ``code`` and ``field``.
"""

from __future__ import annotations


class MetrologyError(ValueError):
    """A calculation that is refused: ``code`` says why, ``field`` where, ``detail`` with what."""

    def __init__(self, code: str, field: str = "", detail: str = "") -> None:
        super().__init__(": ".join(part for part in (code, field, detail) if part))
        self.code = code
        self.field = field
        self.detail = detail


class LimitError(MetrologyError):
    """A limit that is not well formed, or is asked outside its range."""


class UnitError(MetrologyError):
    """A unit that is unknown, or two that do not measure the same quantity."""


class BudgetError(MetrologyError):
    """An uncertainty budget that cannot be evaluated."""


class RuleError(MetrologyError):
    """A decision rule that is not well formed."""
