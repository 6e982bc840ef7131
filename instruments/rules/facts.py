"""Dated facts that decide fitness, as values."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from instruments.rules.words import QUANTITIES, Words
from lab_app.core.i18n import show_decimal
from lab_app.metrology.errors import UnitError
from lab_app.metrology.units import convert


@dataclass(frozen=True, slots=True)
class MeasurementNeed:
    """What a method needs of its instruments (6.4.5): a quantity over `low..high` in `unit`, with U (k = 2) at most `u`.

    `beside`: what may stand beside the measuring instrument (a supply, an antenna); where `required` is set, the measurement is
    not complete without it. `u_unit` is the unit of `u`; empty takes the unit in which the range states its own U.
    `firmware`: versions the method was verified with (any when empty); `factors`: quantities whose correction factors it takes.
    """

    quantity: str
    low: Decimal
    high: Decimal
    unit: str
    u: Decimal | None = None
    u_unit: str = ""
    required: bool = True
    beside: tuple[MeasurementNeed, ...] = ()
    firmware: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | None) -> MeasurementNeed | None:
        """Read a need as a method parameter keeps it; `None` for an empty one. ValueError for what is not one."""
        if not data:
            return None
        try:
            low, high = Decimal(str(data["low"])), Decimal(str(data["high"]))
            u = None if data.get("u") in (None, "") else Decimal(str(data["u"]))
            convert(low, str(data["unit"]), str(data["unit"]))
        except (KeyError, InvalidOperation, UnitError) as error:
            raise ValueError(f"not a measurement need: {error}") from error
        if high < low:
            raise ValueError("a measurement need runs from low to high")
        beside = tuple(need for part in data.get("beside", ()) if (need := cls.from_dict(part)) is not None)
        return cls(
            str(data["quantity"]), low, high, str(data["unit"]), u, str(data.get("u_unit") or ""),
            bool(data.get("required", True)), beside, tuple(str(v) for v in data.get("firmware", ())),
            tuple(str(v) for v in data.get("factors", ())),
        )

    def to_dict(self) -> dict[str, Any]:
        """JSON form, numbers as strings; `from_dict` reads it back."""
        data: dict[str, Any] = {
            "quantity": self.quantity, "low": format(self.low, "f"), "high": format(self.high, "f"), "unit": self.unit,
            "required": self.required,
        }
        if self.u is not None:
            data |= {"u": format(self.u, "f"), "u_unit": self.u_unit}
        if self.beside:
            data["beside"] = [part.to_dict() for part in self.beside]
        if self.firmware:
            data["firmware"] = list(self.firmware)
        if self.factors:
            data["factors"] = list(self.factors)
        return data

    def words(self) -> str:
        """The need as a person reads it: quantity, span, U."""
        name = QUANTITIES.get(self.quantity, self.quantity)
        span = f"{show_decimal(self.low)} – {show_decimal(self.high)} {self.unit}"
        return f"{name}, {span}" if self.u is None else f"{name}, {span}, U ≤ {show_decimal(self.u)} {self.u_unit}".rstrip()


@dataclass(frozen=True, slots=True)
class RangeFact:
    """What an instrument measures over `low..high`, with the U (k = 2) it reaches there, if stated."""

    quantity: str
    low: Decimal
    high: Decimal
    unit: str
    u: Decimal | None = None
    u_unit: str = ""


@dataclass(frozen=True, slots=True)
class StateFact:
    """Put into a state from a moment on."""

    state: str
    effective_at: datetime
    recorded_at: datetime
    verification: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class CalibrationFact:
    """One calibration. `due_on` is the first day on which it no longer covers."""

    id: int
    done_on: date
    due_on: date
    recorded_at: datetime
    released_at: datetime | None
    passed: bool
    traceability: str
    certificate_no: str = ""


@dataclass(frozen=True, slots=True)
class CheckFact:
    """One intermediate check. `due_on` is the first day that a passed one no longer covers."""

    done_on: date
    due_on: date | None
    passed: bool
    recorded_at: datetime
    id: int = 0


@dataclass(frozen=True, slots=True)
class MaintenanceFact:
    """Maintenance; `verified` says whether fitness was proved before the instrument came back (6.4.4)."""

    done_on: date
    verified: bool
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class MemberFact:
    """A part of a measuring system from a moment until a moment (exclusive), both as they became known, with its own facts."""

    facts: InstrumentFacts
    from_at: datetime
    recorded_at: datetime
    until_at: datetime | None = None
    until_recorded_at: datetime | None = None
    role: str = ""
    instrument_id: int = 0


@dataclass(frozen=True, slots=True)
class CycleFact:
    """How often something of a kind is due, from a day on; `active=False` ends it.

    `months` or `days` of the calendar, `use_limit` in `use_unit`; `from_first_issue`: the interval of a sealed item begins when it
    is first issued. `blocks`: overdue, failed or never done stops use.
    """

    kind: str
    effective_from: date
    recorded_at: datetime
    months: int | None = None
    days: int | None = None
    use_limit: Decimal | None = None
    use_unit: str = ""
    from_first_issue: bool = False
    lead_days: int = 30
    early_days: int = 0
    blocks: bool = True
    active: bool = True
    id: int = 0


@dataclass(frozen=True, slots=True)
class EventFact:
    """Planned maintenance, a safety test or a site validation that was done; `due_on` is the first day no longer covered."""

    kind: str
    done_on: date
    due_on: date | None
    passed: bool
    recorded_at: datetime
    id: int = 0


@dataclass(frozen=True, slots=True)
class ExtensionFact:
    """A decision that what was due on `due_on` may wait until `until` (the first day on which it may not)."""

    kind: str
    due_on: date
    until: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class UseFact:
    """A counter of use as read on a day."""

    unit: str
    counter: Decimal
    read_on: date
    recorded_at: datetime
    id: int = 0


@dataclass(frozen=True, slots=True)
class FirmwareFact:
    """The firmware that runs from a moment on, and whether somebody verified it."""

    firmware: str
    effective_at: datetime
    verified: bool
    recorded_at: datetime
    id: int = 0


@dataclass(frozen=True, slots=True)
class FactorFact:
    """Correction factors of a quantity, valid from a day on."""

    quantity: str
    valid_from: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class LoanFact:
    """Out of the laboratory's hands from a moment until it came back."""

    holder: str
    out_at: datetime
    back_at: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class InstrumentFacts:
    """Everything that decides fitness, each with its times. `firmware` is the register's own word, where no record of it is."""

    code: str
    recorded_at: datetime
    calibration_required: bool = True
    no_calibration_reason: str = ""
    check_interval_days: int = 0
    checks_from: date | None = None
    states: tuple[StateFact, ...] = ()
    calibrations: tuple[CalibrationFact, ...] = ()
    checks: tuple[CheckFact, ...] = ()
    maintenance: tuple[MaintenanceFact, ...] = ()
    ranges: tuple[RangeFact, ...] = ()
    kind: str = "instrument"
    members: tuple[MemberFact, ...] = ()
    cycles: tuple[CycleFact, ...] = ()
    cycle_events: tuple[EventFact, ...] = ()
    extensions: tuple[ExtensionFact, ...] = ()
    uses: tuple[UseFact, ...] = ()
    firmwares: tuple[FirmwareFact, ...] = ()
    factors: tuple[FactorFact, ...] = ()
    loans: tuple[LoanFact, ...] = ()
    expires_on: date | None = None
    first_issued_on: date | None = None
    firmware: str = ""


@dataclass(frozen=True, slots=True)
class Unfit:
    """One reason why an instrument may not be used: what is wrong, the clause, what to do.

    `about_need` tells a reason that depends on the measurement from one that stops every use. `member` is the code of the part
    of a measuring system that the reason speaks of; empty for the instrument itself.
    """

    code: str
    clauses: tuple[str, ...]
    says: Words
    do: Words = ""
    about_need: bool = False
    evaluated: bool = True
    member: str = ""
