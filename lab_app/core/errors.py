"""What can go wrong in words that reach a person. Every one knows its HTTP status."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lab_app.core.gates import Stop


class LabError(Exception):
    """Base of every refusal that a person should read."""

    status = 422

    def __init__(self, message: Any = "") -> None:
        super().__init__(str(message))
        self.message = message


class GateRefused(LabError):
    """A hard stop: the rule of a clause is not met. Carries the stop with its clause and its way out."""

    status = 422

    def __init__(self, stop: Stop) -> None:
        super().__init__(stop.says)
        self.stop = stop


class NotAllowed(LabError):
    """The person's roles do not carry this permission."""

    status = 403


class NotFound(LabError):
    """No such record, or none this person may know of."""

    status = 404


class FieldRefused(LabError):
    """One typed value cannot be taken; names the field so that the form can show it there."""

    status = 422

    def __init__(self, field: str, message: Any) -> None:
        super().__init__(message)
        self.field = field


class Refused(LabError):
    """The request as a whole cannot be taken (wrong state, a duplicate), with the reason."""

    status = 422


class Stale(LabError):
    """Somebody changed the record meanwhile; `row` is the record as it stands now."""

    status = 409

    def __init__(self, row: Any, message: Any = "") -> None:
        super().__init__(message)
        self.row = row
