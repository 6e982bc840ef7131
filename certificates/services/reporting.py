"""The calibration certificate of an instrument of our own, told to the register of instruments when it becomes valid (6.4.4, 6.5)."""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from certificates import workflow
from certificates.assembly.calibration import final_lines, point
from certificates.models import Report, ReportLine
from certificates.snapshot import section_lines, standing_lines
from instruments.rules.points import PointIn
from instruments.services import ReportedCalibration
from lab_app.core import clock, events
from lab_app.core.access import Actor
from lab_app.core.db import db
from lab_app.metrology.decision import parse_rule
from lab_app.metrology.rounding import round_significant
from lab_app.metrology.units import convert, find_unit, same_quantity
from lab_app.results.models import JobLine, Reading, ReadingInstrument, TestJob

FAILED = ("fail", "conditional_fail")


def tell_register(report: Report, actor: Actor) -> None:
    """Send `calibration_reported` for each own instrument on a final certificate; nothing for customers' items."""
    if report.kind != workflow.FINAL or report.request.kind != "calibration":
        return
    lines = _lines(report.id)
    snapshot = json.loads(report.snapshot)
    for sample in {line.job.sample.id: line.job.sample for line in lines}.values():
        if sample.instrument_id is None:
            continue
        own = [line for line in lines if line.job.sample_id == sample.id]
        facts = reported(report, snapshot, sample.instrument_id, own)
        events.calibration_reported.send("certificates", report=report, sample=sample, actor=actor, facts=facts)


def _lines(report_id: int) -> list[JobLine]:
    query = (
        select(JobLine).join(ReportLine, ReportLine.job_line_id == JobLine.id).where(ReportLine.report_id == report_id)
        .order_by(ReportLine.position).options(
            joinedload(JobLine.job).joinedload(TestJob.sample), joinedload(JobLine.parameter),
            selectinload(JobLine.readings).selectinload(Reading.instruments).joinedload(ReadingInstrument.calibration))
    )
    return list(db.session.scalars(query).unique())


def reported(
    report: Report, snapshot: Mapping[str, Any], instrument_id: int, lines: Sequence[JobLine]
) -> ReportedCalibration:
    """The certificate as the register keeps it: points that stand, standards, conditions, how the instrument left."""
    printed = [line for section in snapshot["sections"] for line in section_lines(section)]
    refs = {line["ref"] for line in standing_lines(printed)}
    standing = [line for line in lines if f"L{line.id}" in refs and line.reading is not None and line.reading.value is not None]
    readings = [line.reading for line in standing if line.reading is not None]
    used = [used for reading in readings for used in reading.instruments]
    routes = [u.calibration.traceability for u in used if u.calibration is not None and u.calibration.traceability]
    own = {f"L{line.id}" for line in lines}
    final = [line for line in final_lines(printed) if line["ref"] in own]
    rule = next((line.rule for line in standing if line.rule), None)
    return ReportedCalibration(
        instrument_id=instrument_id, certificate_no=report.number, laboratory=snapshot["laboratory"]["name"]["vi"],
        accreditation=(snapshot["accreditation"] or {}).get("number", ""),
        done_on=max(clock.local(reading.measured_at).date() for reading in readings), certificate_date=report.issued_on,
        traceability=next(iter(routes), ""), passed=not any(line.get("verdict") in FAILED for line in final),
        adjusted=bool(snapshot["calibration"]["adjustment"]), conditions=_conditions(snapshot),
        points=tuple(_point(line) for line in standing), standard_ids=tuple(dict.fromkeys(u.instrument_id for u in used)),
        rule=parse_rule(rule) if rule else None, file_sha256=report.file_sha256 or "",
    )


def _point(line: JobLine) -> PointIn:
    """A line as a point of the register: values in the unit of the readings, permissible error in the unit of their difference."""
    reading, told = line.reading, point(line)
    assert reading is not None
    reference = Decimal(told["reference"])
    return PointIn(
        quantity=str(line.parameter.need.get("quantity") or ""), reference=reference, indicated=Decimal(told["indication"]),
        unit=told["unit"], u=reading.u, u_unit=reading.unit, k=reading.k, stage=line.stage,
        tolerance=_tolerance(line.limit, told["unit"], reference),
        condition=" · ".join(part for part in (line.scale, line.point) if part)[:200],
    )


def _tolerance(limit: Mapping[str, Any], unit: str, reference: Decimal) -> Decimal | None:
    """The permissible error in the unit of the error; a relative one is a share of the reference value."""
    if limit.get("type") != "abs_upper":
        return None
    stated, given = Decimal(str(limit["limit"])), str(limit["unit"])
    if find_unit(unit).is_level or same_quantity(given, unit):
        return stated if find_unit(unit).is_level else convert(stated, given, unit)
    if find_unit(given).dimension == "ratio":
        return round_significant(abs(reference) * convert(stated, given, "%") / 100)
    return None


def _conditions(snapshot: Mapping[str, Any]) -> str:
    parts = []
    for row in snapshot["environment"]:
        for key, unit in (("temperature", "°C"), ("humidity", "%RH")):
            span = row.get(key)
            if span:
                parts.append(f"{span['low']} … {span['high']} {unit}".replace(".", ","))
    return "; ".join(dict.fromkeys(parts))
