"""Control charts with frozen limits, control values, stops of a parameter, comparisons, proficiency tests (7.7).

A parameter is named by its method and its code, so that charts and stops outlive a version of the method.
"""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from instruments.models import Instrument
from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Kept, Record, UtcDateTime
from lab_app.quality.models import Nonconformity, Supplier
from lab_app.results.models import JobLine
from test_methods.models import Method


@audited("control-chart")
class ControlChart(Record):
    """What is controlled: a method's parameter, on a control item, perhaps with one instrument. `kind`: one of `rules.KINDS`.

    `n`: values of a subgroup (1 but for mean and range). `rules`: names of the tests switched on. `settings`: weight and width of an
    EWMA, allowance and decision interval of a CUSUM, as decimal strings. `status`: active, closed. `standing` repeats the latest value's
    for the list.
    """

    __tablename__ = "control_chart"
    __table_args__ = (Index("ix_control_chart_parameter", "method_id", "parameter_code"),)

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    name: Mapped[str] = mapped_column(String(200), nullable=False)
    method_id: Mapped[int] = mapped_column(ForeignKey("method.id"), nullable=False)
    parameter_code: Mapped[str] = mapped_column(String(60), nullable=False)
    instrument_id: Mapped[int | None] = mapped_column(ForeignKey("instrument.id"), index=True)
    control_item: Mapped[str] = mapped_column(String(200), nullable=False, default="")
    unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    n: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    rules: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    settings: Mapped[dict[str, str]] = mapped_column(JsonText, nullable=False, default=dict)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="active")
    standing: Mapped[str] = mapped_column(String(20), nullable=False, default="not_evaluated")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    method: Mapped[Method] = relationship(lazy="joined")
    instrument: Mapped[Instrument | None] = relationship()
    person: Mapped[Person] = relationship()


@audited("control-limits", code=lambda row: "", parent=("control-chart", "chart_id"))
class ControlLimits(Kept):
    """Limits frozen from phase I by a decision with its reason; the latest recorded before a value was measured judges it.

    `location` and `spread` (None where the chart has none) are `metrology.control_charts.ChartLimits` as data; `points` stand behind them.
    """

    __tablename__ = "control_limits"
    __table_args__ = (Index("ix_control_limits_chart", "chart_id", "recorded_at"),)

    chart_id: Mapped[int] = mapped_column(ForeignKey("control_chart.id"), nullable=False)
    location: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    spread: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    points: Mapped[int] = mapped_column(Integer, nullable=False)
    phase_from: Mapped[date] = mapped_column(nullable=False)
    phase_to: Mapped[date] = mapped_column(nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()


@audited("control-value", code=lambda row: "", parent=("control-chart", "chart_id"))
class ControlValue(Kept):
    """One point of a chart, with the judgement made when it was recorded. Never changed (7.5.2, 7.7.1).

    `readings` as typed; `value` is their mean, `spread` their range (of individuals: the moving range). `plotted` is what the chart
    plots: the weighted mean of an EWMA, the greater sum of a CUSUM, else the value. `standing`: in_control, warning, rejected,
    not_evaluated; `tripped`: the tests it tripped; `limits_id`: the frozen limits it was judged by.
    """

    __tablename__ = "control_value"
    __table_args__ = (Index("ix_control_value_chart_measured", "chart_id", "measured_at", "id"),)

    chart_id: Mapped[int] = mapped_column(ForeignKey("control_chart.id"), nullable=False)
    measured_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    late_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    readings: Mapped[list[str]] = mapped_column(JsonText, nullable=False)
    value: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    spread: Mapped[Decimal | None] = mapped_column(DecimalText)
    plotted: Mapped[Decimal | None] = mapped_column(DecimalText)
    unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    instrument_id: Mapped[int | None] = mapped_column(ForeignKey("instrument.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    limits_id: Mapped[int | None] = mapped_column(ForeignKey("control_limits.id"))
    standing: Mapped[str] = mapped_column(String(20), nullable=False)
    tripped: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")

    person: Mapped[Person] = relationship()
    instrument: Mapped[Instrument | None] = relationship()


@audited("parameter-stop")
class ParameterStop(Record):
    """A parameter that may not be measured for customers: a control was rejected, or a proficiency test failed (7.7.1, 7.10).

    It counts from `since` (when the control was measured) once it is recorded, until `released_at`; with an instrument named, only for
    that instrument. `source`: control, proficiency; `subject_code` is the chart's or the round's code. Released by another person than
    `person_id`, with `cause` and `action`. `good_since`: the last value in control before, from which on results are in doubt.
    """

    __tablename__ = "parameter_stop"
    __table_args__ = (
        Index("ix_parameter_stop_parameter", "method_id", "parameter_code", "since"),
        Index("ix_parameter_stop_released", "released_at", "id"),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    method_id: Mapped[int] = mapped_column(ForeignKey("method.id"), nullable=False)
    parameter_code: Mapped[str] = mapped_column(String(60), nullable=False)
    instrument_id: Mapped[int | None] = mapped_column(ForeignKey("instrument.id"), index=True)
    source: Mapped[str] = mapped_column(String(20), nullable=False)
    chart_id: Mapped[int | None] = mapped_column(ForeignKey("control_chart.id"), index=True)
    value_id: Mapped[int | None] = mapped_column(ForeignKey("control_value.id"))
    subject_code: Mapped[str] = mapped_column(String(60), nullable=False)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    since: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    good_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    nonconformity_id: Mapped[int | None] = mapped_column(ForeignKey("nonconformity.id"), index=True)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cause: Mapped[str] = mapped_column(Text, nullable=False, default="")
    action: Mapped[str] = mapped_column(Text, nullable=False, default="")

    method: Mapped[Method] = relationship(lazy="joined")
    instrument: Mapped[Instrument | None] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    released_by: Mapped[Person | None] = relationship(foreign_keys=[released_by_id])
    value: Mapped[ControlValue | None] = relationship()
    nonconformity: Mapped[Nonconformity | None] = relationship()


@audited("comparison")
class Comparison(Record):
    """Two results of one parameter set against each other: a replicate, a retained item, two people, instruments or methods (7.7.1).

    `first_line_id` is the original (`first` is its result, empty until it has one), or `first` was typed; the same for the second.
    `criterion`: difference, percent (of the first), en, equal; `limit` is the allowed difference or percentage; `first_u`/`second_u` are
    expanded uncertainties. `verdict`: within, outside, undecided. `figure` is the difference, percentage or En found. Outside needs a
    `conclusion` by another person.
    """

    __tablename__ = "comparison"
    __table_args__ = (
        Index("ix_comparison_parameter", "method_id", "parameter_code"), Index("ix_comparison_verdict", "verdict", "id"),
    )

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    kind: Mapped[str] = mapped_column(String(20), nullable=False)
    method_id: Mapped[int] = mapped_column(ForeignKey("method.id"), nullable=False)
    parameter_code: Mapped[str] = mapped_column(String(60), nullable=False)
    about: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    first_line_id: Mapped[int | None] = mapped_column(ForeignKey("job_line.id"), index=True)
    second_line_id: Mapped[int | None] = mapped_column(ForeignKey("job_line.id"), index=True)
    first: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    second: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    first_u: Mapped[Decimal | None] = mapped_column(DecimalText)
    second_u: Mapped[Decimal | None] = mapped_column(DecimalText)
    criterion: Mapped[str] = mapped_column(String(20), nullable=False)
    limit: Mapped[Decimal | None] = mapped_column(DecimalText)
    figure: Mapped[Decimal | None] = mapped_column(DecimalText)
    verdict: Mapped[str] = mapped_column(String(20), nullable=False, default="undecided")
    measured_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    conclusion: Mapped[str] = mapped_column(Text, nullable=False, default="")
    concluded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    concluded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    method: Mapped[Method] = relationship(lazy="joined")
    first_line: Mapped[JobLine | None] = relationship(foreign_keys=[first_line_id])
    second_line: Mapped[JobLine | None] = relationship(foreign_keys=[second_line_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    concluded_by: Mapped[Person | None] = relationship(foreign_keys=[concluded_by_id])


@audited("proficiency-plan", code=lambda row: f"{row.year} {row.discipline}"[:120])
class ProficiencyPlan(Record):
    """That a sub-discipline takes part in so many rounds in a year, and why so many (7.7.2, risk-based)."""

    __tablename__ = "proficiency_plan"
    __table_args__ = (Index("uq_proficiency_plan_year_discipline", "year", "discipline", unique=True),)

    year: Mapped[int] = mapped_column(Integer, nullable=False)
    discipline: Mapped[str] = mapped_column(String(200), nullable=False)
    rounds: Mapped[int] = mapped_column(Integer, nullable=False, default=1)
    reason: Mapped[str] = mapped_column(Text, nullable=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    person: Mapped[Person] = relationship()


@audited("proficiency-round")
class ProficiencyRound(Record):
    """One round of a proficiency test or interlaboratory comparison (7.7.2). `name` is the provider's; results are given to it until
    `closes_at`. `supplier_id`: its approval is judged when the round is entered; where there is none, `provider` names who runs it and
    `provider_basis` says why it was accepted (7.7.2 b, another laboratory). `scored_at`: when its report was entered."""

    __tablename__ = "proficiency_round"
    __table_args__ = (Index("ix_proficiency_round_year", "year", "id"), Index("ix_proficiency_round_closes", "closes_at"))

    code: Mapped[str] = mapped_column(String(30), unique=True, nullable=False)
    name: Mapped[str] = mapped_column(String(120), nullable=False)
    year: Mapped[int] = mapped_column(Integer, nullable=False)
    discipline: Mapped[str] = mapped_column(String(200), nullable=False)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    provider: Mapped[str] = mapped_column(String(200), nullable=False)
    provider_basis: Mapped[str] = mapped_column(Text, nullable=False, default="")
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False)
    scored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    report_no: Mapped[str] = mapped_column(String(120), nullable=False, default="")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    supplier: Mapped[Supplier | None] = relationship()
    person: Mapped[Person] = relationship()
    results: Mapped[list[ProficiencyResult]] = relationship(back_populates="round", order_by="ProficiencyResult.id")


@audited("proficiency-result", code=lambda row: row.parameter_code, parent=("proficiency-round", "round_id"))
class ProficiencyResult(Record):
    """Our result of one parameter in a round, and what the round said of it. `u` and `u_assigned` are *expanded* uncertainties with
    `k` and `k_assigned`. `scores`: {kind: {"value", "class"}} computed; `classified` the worst of them, empty until scored."""

    __tablename__ = "proficiency_result"
    __table_args__ = (
        Index("ix_proficiency_result_parameter", "method_id", "parameter_code", "scored_at"),
        Index("uq_proficiency_result_round_parameter", "round_id", "method_id", "parameter_code", "what", unique=True),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("proficiency_round.id"), nullable=False)
    method_id: Mapped[int] = mapped_column(ForeignKey("method.id"), nullable=False)
    parameter_code: Mapped[str] = mapped_column(String(60), nullable=False)
    what: Mapped[str] = mapped_column(String(200), nullable=False)
    unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    reported: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    u: Mapped[Decimal | None] = mapped_column(DecimalText)
    k: Mapped[Decimal] = mapped_column(DecimalText, nullable=False, default=Decimal(2))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
    assigned: Mapped[Decimal | None] = mapped_column(DecimalText)
    u_assigned: Mapped[Decimal | None] = mapped_column(DecimalText)
    k_assigned: Mapped[Decimal] = mapped_column(DecimalText, nullable=False, default=Decimal(2))
    sigma_pt: Mapped[Decimal | None] = mapped_column(DecimalText)
    participants: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    scores: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    classified: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    scored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scored_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    stop_id: Mapped[int | None] = mapped_column(ForeignKey("parameter_stop.id"))

    round: Mapped[ProficiencyRound] = relationship(back_populates="results")
    method: Mapped[Method] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    stop: Mapped[ParameterStop | None] = relationship()
