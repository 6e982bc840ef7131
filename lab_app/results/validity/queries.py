"""Questions about charts, stops, comparisons and proficiency rounds; a constant number of statements."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.quality.models import Nonconformity
from lab_app.results.models import JobLine, Reading, TestJob
from lab_app.results.validity.models import (
    Comparison,
    ControlChart,
    ControlLimits,
    ControlValue,
    ParameterStop,
    ProficiencyPlan,
    ProficiencyResult,
    ProficiencyRound,
)
from test_methods.models import Method, MethodParameter, MethodVersion

#: So many of the newest points are looked at: a pattern looks back a hundred at most.
LOOKED_AT = 300


def _name(relation: Any) -> Any:
    return joinedload(relation).lazyload(Person.roles)


# ---- what a parameter is -----------------------------------------------------------------------------------


def parameters() -> list[tuple[Method, MethodParameter]]:
    """Every number that an approved version of a method gives, each parameter once, by its newest version."""
    rows = db.session.execute(
        select(Method, MethodParameter).join(MethodVersion, MethodVersion.method_id == Method.id)
        .join(MethodParameter, MethodParameter.method_version_id == MethodVersion.id)
        .where(MethodVersion.status == "approved").order_by(Method.code, MethodVersion.number.desc(), MethodParameter.position)).all()
    found: dict[tuple[int, str], tuple[Method, MethodParameter]] = {}
    for method, parameter in rows:
        found.setdefault((method.id, parameter.code), (method, parameter))
    return list(found.values())


def parameter_named(method_id: int, code: str) -> MethodParameter | None:
    """The newest version of a method's parameter."""
    return db.session.scalar(
        select(MethodParameter).join(MethodVersion, MethodParameter.method_version_id == MethodVersion.id)
        .where(MethodVersion.method_id == method_id, MethodParameter.code == code).order_by(MethodVersion.number.desc()).limit(1))


# ---- charts ------------------------------------------------------------------------------------------------


def charts() -> Select[Any]:
    """All charts with what a row shows."""
    return select(ControlChart).options(joinedload(ControlChart.instrument))


def chart_by_code(code: str) -> ControlChart | None:
    """The chart of this code with its instrument."""
    return db.session.scalar(select(ControlChart).where(ControlChart.code == code).options(joinedload(ControlChart.instrument)))


def limits_of(chart_id: int) -> list[ControlLimits]:
    """Every decision about a chart's limits, newest first."""
    return list(db.session.scalars(
        select(ControlLimits).where(ControlLimits.chart_id == chart_id).order_by(ControlLimits.recorded_at.desc(), ControlLimits.id.desc())
        .options(_name(ControlLimits.person))))


def limits_at(chart_id: int, at: datetime) -> ControlLimits | None:
    """The limits frozen last at or before a moment."""
    return db.session.scalar(
        select(ControlLimits).where(ControlLimits.chart_id == chart_id, ControlLimits.recorded_at <= at)
        .order_by(ControlLimits.recorded_at.desc(), ControlLimits.id.desc()).limit(1))


def values_until(chart_id: int, at: datetime) -> list[ControlValue]:
    """The newest points measured up to a moment, in the order they were measured."""
    rows = db.session.scalars(
        select(ControlValue).where(ControlValue.chart_id == chart_id, ControlValue.measured_at <= at)
        .order_by(ControlValue.measured_at.desc(), ControlValue.id.desc()).limit(LOOKED_AT))
    return list(rows)[::-1]


def values_between(chart_id: int, start: datetime, end: datetime) -> list[ControlValue]:
    """Points measured from a moment to another, the end excluded."""
    return list(db.session.scalars(
        select(ControlValue).where(ControlValue.chart_id == chart_id, ControlValue.measured_at >= start, ControlValue.measured_at < end)
        .order_by(ControlValue.measured_at, ControlValue.id)))


def values() -> Select[Any]:
    """Points with what a row shows."""
    return select(ControlValue).options(_name(ControlValue.person), joinedload(ControlValue.instrument))


# ---- stops -------------------------------------------------------------------------------------------------


def stops_against(method_id: int, parameter_code: str, at: datetime, known_at: datetime) -> list[ParameterStop]:
    """Stops of a parameter that count at a moment, as known at another; those of single instruments among them. One statement."""
    return list(db.session.scalars(
        select(ParameterStop).where(
            ParameterStop.method_id == method_id, ParameterStop.parameter_code == parameter_code, ParameterStop.since <= at,
            ParameterStop.recorded_at <= known_at, or_(ParameterStop.released_at.is_(None), ParameterStop.released_at > at),
        ).order_by(ParameterStop.id)))


def stop_by_code(code: str) -> ParameterStop | None:
    """The stop of this code with who and what."""
    return db.session.scalar(
        select(ParameterStop).where(ParameterStop.code == code).options(
            joinedload(ParameterStop.instrument), _name(ParameterStop.person), _name(ParameterStop.released_by),
            joinedload(ParameterStop.value), joinedload(ParameterStop.nonconformity).lazyload(Nonconformity.responsible)))


def open_stops() -> list[ParameterStop]:
    """Parameters that are stopped now, newest first."""
    return list(db.session.scalars(
        select(ParameterStop).where(ParameterStop.released_at.is_(None)).order_by(ParameterStop.id.desc()).limit(50)
        .options(joinedload(ParameterStop.instrument))))


def stops_of_chart(chart_id: int) -> list[ParameterStop]:
    """Every stop of a chart, newest first."""
    return list(db.session.scalars(
        select(ParameterStop).where(ParameterStop.chart_id == chart_id).order_by(ParameterStop.id.desc()).limit(50)
        .options(_name(ParameterStop.released_by))))


def last_release(chart_id: int, before: datetime) -> datetime | None:
    """When a chart was last released before a moment."""
    return db.session.scalar(
        select(ParameterStop.released_at).where(ParameterStop.chart_id == chart_id, ParameterStop.released_at < before)
        .order_by(ParameterStop.released_at.desc()).limit(1))


def stops_of_nonconformity(nonconformity_id: int) -> list[ParameterStop]:
    """Stops that hang on a nonconforming work."""
    return list(db.session.scalars(select(ParameterStop).where(ParameterStop.nonconformity_id == nonconformity_id)))


def results_in_doubt(stop: ParameterStop) -> list[Reading]:
    """Readings of the stopped parameter from the last good control until the stop was recorded: what 7.10.1 c) asks to evaluate."""
    conditions = [
        MethodParameter.code == stop.parameter_code, MethodVersion.method_id == stop.method_id, Reading.measured_at < stop.recorded_at,
    ]
    if stop.good_since is not None:
        conditions.append(Reading.measured_at >= stop.good_since)
    return list(db.session.scalars(
        select(Reading).join(JobLine, Reading.line_id == JobLine.id).join(MethodParameter, JobLine.parameter_id == MethodParameter.id)
        .join(MethodVersion, MethodParameter.method_version_id == MethodVersion.id).where(*conditions)
        .order_by(Reading.measured_at.desc(), Reading.id.desc()).limit(100)
        .options(joinedload(Reading.line).joinedload(JobLine.job).joinedload(TestJob.sample))).unique())


# ---- comparisons -------------------------------------------------------------------------------------------


def comparisons() -> Select[Any]:
    """All comparisons with what a row shows."""
    return select(Comparison).options(_name(Comparison.person))


def comparison_by_code(code: str) -> Comparison | None:
    """The comparison of this code with its lines and people."""
    return db.session.scalar(
        select(Comparison).where(Comparison.code == code).options(
            _name(Comparison.person), _name(Comparison.concluded_by),
            joinedload(Comparison.first_line).joinedload(JobLine.job), joinedload(Comparison.second_line).joinedload(JobLine.job)))


def comparisons_of_lines(line_ids: Sequence[int]) -> list[Comparison]:
    """Comparisons that lines of jobs stand in; one statement."""
    return list(db.session.scalars(
        select(Comparison).where(or_(Comparison.first_line_id.in_(line_ids), Comparison.second_line_id.in_(line_ids)))))


def lines_of_parameter(method_id: int, parameter_code: str, job_code: str) -> list[JobLine]:
    """Lines of a job that measure a parameter, with their readings."""
    return list(db.session.scalars(
        select(JobLine).join(TestJob, JobLine.job_id == TestJob.id).join(MethodParameter, JobLine.parameter_id == MethodParameter.id)
        .join(MethodVersion, MethodParameter.method_version_id == MethodVersion.id)
        .where(TestJob.code == job_code, MethodVersion.method_id == method_id, MethodParameter.code == parameter_code)
        .order_by(JobLine.position, JobLine.id).options(selectinload(JobLine.readings))))


# ---- proficiency -------------------------------------------------------------------------------------------


def rounds() -> Select[Any]:
    """All rounds with their results."""
    return select(ProficiencyRound).options(selectinload(ProficiencyRound.results))


def round_by_code(code: str) -> ProficiencyRound | None:
    """The round of this code with its results, stops and provider."""
    return db.session.scalar(
        select(ProficiencyRound).where(ProficiencyRound.code == code).options(
            joinedload(ProficiencyRound.supplier), _name(ProficiencyRound.person),
            selectinload(ProficiencyRound.results).options(
                joinedload(ProficiencyResult.stop).lazyload(ParameterStop.method), _name(ProficiencyResult.person))))


def plans(year: int) -> list[ProficiencyPlan]:
    """What a year plans, by sub-discipline."""
    return list(db.session.scalars(
        select(ProficiencyPlan).where(ProficiencyPlan.year == year).order_by(ProficiencyPlan.discipline)
        .options(_name(ProficiencyPlan.person))))


def rounds_of_year(year: int) -> list[ProficiencyRound]:
    """The rounds of a year."""
    return list(db.session.scalars(select(ProficiencyRound).where(ProficiencyRound.year == year)))


def scored(method_ids: Sequence[int] = ()) -> list[ProficiencyResult]:
    """Results with scores in the order of their reports, of some methods (of all when none is named), the newest hundred."""
    query = select(ProficiencyResult).where(ProficiencyResult.scored_at.is_not(None))
    if method_ids:
        query = query.where(ProficiencyResult.method_id.in_(method_ids))
    rows = db.session.scalars(
        query.order_by(ProficiencyResult.scored_at.desc(), ProficiencyResult.id.desc()).limit(100)
        .options(joinedload(ProficiencyResult.round)))
    return list(rows)[::-1]


def closing_rounds(now: datetime, until: datetime) -> list[ProficiencyRound]:
    """Rounds that close between two moments and have no report yet."""
    return list(db.session.scalars(
        select(ProficiencyRound).where(
            ProficiencyRound.closes_at > now, ProficiencyRound.closes_at <= until, ProficiencyRound.scored_at.is_(None),
        ).order_by(ProficiencyRound.closes_at)
        .options(selectinload(ProficiencyRound.results))))
