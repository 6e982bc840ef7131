"""Traces: backward from an instrument to the standards and laboratories it stands on, forward to all that was measured (6.5)."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from certificates.models import ReportLine
from instruments.models import Calibration, CalibrationStandard, Instrument, SystemMember
from lab_app.core import clock
from lab_app.core.db import db
from lab_app.results.models import Reading, ReadingInstrument

INSTRUMENT, PART, CALIBRATION, PROVIDER, BEYOND, MISSING = "instrument", "part", "calibration", "provider", "beyond", "missing"


@dataclass(frozen=True)
class Link:
    """One step of a backward trace. `level` counts from the instrument asked about; `above` is the key of the step it explains.

    `kind`: instrument (ours), part (of a measuring system), calibration, provider, beyond (what the certificate says lies above, no
    record of ours), missing (nothing released, or no calibration wanted and why).
    """

    key: str
    above: str
    level: int
    kind: str
    code: str
    name: str
    on: date | None = None
    laboratory: str = ""
    accreditation: str = ""
    route: str = ""
    instrument_id: int | None = None
    due_on: date | None = None
    wanted: bool = True


def _parts(ids: Iterable[int], at: datetime) -> dict[int, list[SystemMember]]:
    rows = db.session.scalars(
        select(SystemMember).where(SystemMember.system_id.in_(list(ids)), SystemMember.from_at <= at)
        .options(joinedload(SystemMember.member)).order_by(SystemMember.position, SystemMember.id)
    )
    found: dict[int, list[SystemMember]] = {}
    for row in rows:
        if row.until_at is None or row.until_at > at:
            found.setdefault(row.system_id, []).append(row)
    return found


def _calibrations(ids: Iterable[int], known_at: datetime) -> dict[int, list[Calibration]]:
    """Released calibrations of these instruments, the latest done first."""
    rows = db.session.scalars(
        select(Calibration).where(Calibration.instrument_id.in_(list(ids)), Calibration.released_at <= known_at)
        .options(joinedload(Calibration.provider)).order_by(Calibration.done_on.desc(), Calibration.id.desc())
    )
    found: dict[int, list[Calibration]] = {}
    for row in rows:
        found.setdefault(row.instrument_id, []).append(row)
    return found


def _standards(ids: Iterable[int]) -> dict[int, list[Instrument]]:
    rows = db.session.scalars(
        select(CalibrationStandard).where(CalibrationStandard.calibration_id.in_(list(ids)))
        .options(joinedload(CalibrationStandard.instrument)).order_by(CalibrationStandard.id)
    )
    found: dict[int, list[Instrument]] = {}
    for row in rows:
        found.setdefault(row.calibration_id, []).append(row.instrument)
    return found


@dataclass(frozen=True)
class Start:
    """Where a backward trace begins: an instrument on a day, with the calibration that counted where a reading names it."""

    instrument: Instrument
    on: date
    calibration: Calibration | None = None


def backward(instrument: Instrument, on: date, depth: int, known_at: datetime | None = None) -> list[Link]:
    """What the instrument stands on, on a day: its calibration then, the standards that one used with theirs, to the laboratories
    outside and what their certificates say lies above them. A measuring system stands on its parts."""
    return backward_from([Start(instrument, on)], depth, known_at)


def backward_from(starts: Sequence[Start], depth: int, known_at: datetime | None = None) -> list[Link]:
    """The same for several instruments at once: three statements a step, whatever their number; each step appears once."""
    known = known_at or clock.now()
    found: dict[str, Link] = {}
    for start in starts:
        found.setdefault(f"i{start.instrument.id}", _ours(start.instrument, "", 0))
    here, seen = [(start, 0) for start in starts], {start.instrument.id for start in starts}
    last = max((start.on for start in starts), default=clock.today())
    for step in range(max(depth, 1)):
        if not here:
            break
        ids = {start.instrument.id for start, _level in here}
        parts = _parts(ids, clock.at_local(last + timedelta(days=1))) if step == 0 else {}
        chosen = _chosen(here, _calibrations(ids, known), parts, found)
        here = _standing_on(chosen, seen, found)
        for system_id, members in parts.items():
            for member in members:
                if member.member_id not in seen:
                    seen.add(member.member_id)
                    found[f"i{member.member_id}"] = _ours(member.member, f"i{system_id}", 1, PART)
                    here.append((Start(member.member, last), 1))
    return list(found.values())


def _ours(row: Instrument, above: str, level: int, kind: str = INSTRUMENT) -> Link:
    return Link(f"i{row.id}", above, level, kind, row.code, row.name_vi, instrument_id=row.id)


def _chosen(
    here: Sequence[tuple[Start, int]], calibrations: dict[int, list[Calibration]], parts: dict[int, list[SystemMember]],
    found: dict[str, Link],
) -> list[tuple[Calibration, int]]:
    """The calibration that counts for each, entered as a step; where there is none, that is a step too."""
    chosen: list[tuple[Calibration, int]] = []
    for start, level in here:
        row = start.instrument
        counts = start.calibration or next((c for c in calibrations.get(row.id, ()) if c.done_on <= start.on), None)
        if counts is None:
            if not parts.get(row.id):
                found.setdefault(f"m{row.id}", Link(f"m{row.id}", f"i{row.id}", level + 1, MISSING, "", row.no_calibration_reason,
                                                    instrument_id=row.id, wanted=row.calibration_required))
            continue
        key = f"c{counts.id}"
        if key not in found:
            found[key] = Link(key, f"i{row.id}", level + 1, CALIBRATION, counts.certificate_no, row.code, counts.done_on, counts.laboratory,
                              counts.laboratory_accreditation, counts.traceability, row.id, counts.due_on)
            chosen.append((counts, level))
    return chosen


def _standing_on(chosen: Sequence[tuple[Calibration, int]], seen: set[int], found: dict[str, Link]) -> list[tuple[Start, int]]:
    """The standards of ours that calibrations used, for the next step; the laboratory outside where they name none."""
    standards = _standards([c.id for c, _level in chosen])
    following: list[tuple[Start, int]] = []
    for calibration, level in chosen:
        used = standards.get(calibration.id, [])
        for standard in used:
            if standard.id not in seen:
                seen.add(standard.id)
                found[f"i{standard.id}"] = _ours(standard, f"c{calibration.id}", level + 2)
                following.append((Start(standard, calibration.done_on), level + 2))
        if not used:
            for link in _outside(calibration, f"c{calibration.id}", level):
                found.setdefault(link.key, link)
    return following


def _outside(calibration: Calibration, key: str, level: int) -> list[Link]:
    """The laboratory that calibrated, and what its certificate says stands above it."""
    provider = calibration.provider
    name = provider.name if provider else calibration.laboratory
    accreditation = (provider.accreditation if provider else "") or calibration.laboratory_accreditation
    outside = f"p{provider.id}" if provider else f"p-{name}"
    return [
        Link(f"{outside}:{calibration.id}", key, level + 2, PROVIDER, provider.code if provider else "", name, None, name, accreditation,
             calibration.traceability),
        Link(f"b{calibration.id}", f"{outside}:{calibration.id}", level + 3, BEYOND, "", "", route=calibration.traceability),
    ]


def used_on(report_id: int) -> list[tuple[ReportLine, ReadingInstrument]]:
    """Lines of a report with every instrument their readings were made with and the calibration that counted; one statement."""
    rows = db.session.execute(
        select(ReportLine, ReadingInstrument).join(ReadingInstrument, ReadingInstrument.reading_id == ReportLine.reading_id)
        .where(ReportLine.report_id == report_id)
        .options(
            joinedload(ReportLine.job_line), joinedload(ReportLine.reading).lazyload(Reading.person),
            joinedload(ReadingInstrument.instrument), joinedload(ReadingInstrument.calibration).joinedload(Calibration.provider),
            joinedload(ReadingInstrument.system),
        )
        .order_by(ReportLine.position, ReadingInstrument.id)
    )
    return [(line, used) for line, used in rows]
