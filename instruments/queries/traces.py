"""What is asked of traces: lists, saved mappings, the points in a kept file, the value a reading takes from it."""
from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from instruments.models import FileMapping, Instrument, Trace
from instruments.rules import traces as rules
from lab_app.accounts.models import Person
from lab_app.core import files
from lab_app.core.db import db
from lab_app.metrology import trace_windows
from lab_app.metrology.traces import Trace as Points
from lab_app.metrology.traces import TraceError, TraceMapping, guess
from lab_app.metrology.units import convert

HOWS = ("peak", "at")


@dataclass(frozen=True)
class Taken:
    """A value taken from a trace: how (`peak` in a span, `at` a frequency), the point in Hz and in the asked unit."""

    trace: Trace
    how: str
    frequency: Decimal
    level: Decimal
    unit: str
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def token(self) -> str:
        """The choice as one text, for a hidden field: `17:peak:30000000:300000000` or `17:at:125000000`."""
        ends = (self.frequency,) if self.how == "at" else (self.low, self.high)
        return ":".join([str(self.trace.id), self.how, *("" if e is None else format(e, "f") for e in ends)])


def traces_of(instrument_id: int) -> Select[Any]:
    """Traces of an instrument with who took them."""
    return select(Trace).where(Trace.instrument_id == instrument_id).options(joinedload(Trace.person).lazyload(Person.roles))


def newest_of(instrument_ids: Iterable[int], limit: int = 20) -> list[Trace]:
    """The newest traces of some instruments, with their instrument."""
    return list(db.session.scalars(
        select(Trace).where(Trace.instrument_id.in_(list(instrument_ids))).options(joinedload(Trace.instrument))
        .order_by(Trace.captured_at.desc(), Trace.id.desc()).limit(limit)))


def trace_by_id(ident: int) -> Trace | None:
    """One trace with its instrument, file and person."""
    return db.session.scalar(
        select(Trace).where(Trace.id == ident)
        .options(joinedload(Trace.instrument), joinedload(Trace.file), joinedload(Trace.person).lazyload(Person.roles)))


def same_trace(instrument_id: int, sha256: str, plan: dict[str, Any]) -> Trace | None:
    """The trace that was made of these bytes, for this instrument, read in this way."""
    rows = db.session.scalars(select(Trace).where(Trace.instrument_id == instrument_id, Trace.file_sha256 == sha256))
    return next((row for row in rows if row.mapping == plan), None)


def answering(site_id: int) -> list[Instrument]:
    """Instruments of a site that have an address to be asked at, by code."""
    return list(db.session.scalars(
        select(Instrument).where(Instrument.site_id == site_id, Instrument.resource != "", Instrument.state != "retired")
        .order_by(Instrument.code)))


def mappings() -> list[FileMapping]:
    """Saved ways to read files, by name."""
    return list(db.session.scalars(select(FileMapping).order_by(FileMapping.name)))


def mapping_by_name(name: str) -> FileMapping | None:
    """The saved way with this name."""
    return db.session.scalar(select(FileMapping).where(FileMapping.name == name))


def points_in(sha256: str, plan: dict[str, Any]) -> Points:
    """The points in kept bytes, read by a plan; raises `TraceError` like the reader. The bytes are checked against their hash.

    The last few files are remembered: zooming into one does not read it again."""
    return _points(sha256, json.dumps(plan, sort_keys=True))


@lru_cache(maxsize=16)
def _points(sha256: str, plan: str) -> Points:
    return rules.read_as(files.read(sha256), json.loads(plan))


def points_of(trace: Trace) -> Points:
    """The points of a trace."""
    return points_in(trace.file_sha256, trace.mapping or rules.KNOWN)


def proposed_mapping(sha256: str) -> TraceMapping | None:
    """How a file could be read, for a person to confirm."""
    return guess(files.read(sha256))


def taken(trace: Trace, how: str, unit: str, *, low: Decimal | None = None, high: Decimal | None = None,
          frequency: Decimal | None = None) -> Taken:
    """A value of a trace in a unit: the highest point in a span, or the measured point nearest to a frequency (Hz).

    Raises `TraceError` (`no_data`, `outside`), `UnitError` when the trace's unit is of another quantity.
    """
    points = points_of(trace)
    if how == "at":
        if frequency is None:
            raise TraceError("missing", "frequency")
        peak = trace_windows.near(points, frequency)
        return Taken(trace, how, frequency, convert(peak.level, trace.unit, unit or trace.unit), unit or trace.unit)
    peak = points.peak(low, high)
    return Taken(trace, "peak", peak.frequency, convert(peak.level, trace.unit, unit or trace.unit), unit or trace.unit, low, high)


def taken_by(token: str, unit: str) -> Taken | None:
    """The value that a token names, read again from the file; none for a token that names nothing.

    Raises like `taken`.
    """
    parts = token.split(":")
    if len(parts) not in (3, 4) or not parts[0].isdecimal() or parts[1] not in HOWS:
        return None
    trace = trace_by_id(int(parts[0]))
    if trace is None:
        return None
    numbers = [Decimal(p) if p else None for p in parts[2:]]
    if parts[1] == "at":
        return taken(trace, "at", unit, frequency=numbers[0])
    low, high = (*numbers, None)[:2]
    return taken(trace, "peak", unit, low=low, high=high)
