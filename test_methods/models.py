"""Regulations with their limits, methods with their versions, budgets, decision rules, scope (7.2, 7.6, 7.8.6, 5.3)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Kept, Record, UtcDateTime


@audited("regulation")
class Regulation(Record):
    """One edition of a technical regulation or standard (`QCVN 54:2020/BTTTT`), in force over a span of days.

    `confirmed` says where the edition was seen; empty means nobody has confirmed it, and pages say so. `kind`: what sort of
    document it is: regulation (QCVN), standard, calibration_document (ĐLVN, a published calibration guide), procedure (own).
    """

    __tablename__ = "regulation"

    kind: Mapped[str] = mapped_column(String(24), nullable=False, default="regulation")
    code: Mapped[str] = mapped_column(String(80), unique=True, nullable=False)
    title_vi: Mapped[str] = mapped_column(Text, nullable=False)
    title_en: Mapped[str] = mapped_column(Text, nullable=False, default="")
    in_force_from: Mapped[date | None] = mapped_column()
    in_force_to: Mapped[date | None] = mapped_column()
    replaced_by: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    adopts: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    products: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    legal: Mapped[str] = mapped_column(Text, nullable=False, default="")
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    confirmed: Mapped[str] = mapped_column(Text, nullable=False, default="")
    confirmed_fields: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    requirements: Mapped[list[Requirement]] = relationship(back_populates="regulation", order_by="Requirement.position")


@audited("requirement", parent=("regulation", "regulation_id"))
class Requirement(Record):
    """One parameter that a regulation limits. `limit` is a limit of `metrology.limits` as data.

    An unconfirmed limit carries no verdict on a report until an authorised person confirms it with a source.
    """

    __tablename__ = "requirement"
    __table_args__ = (UniqueConstraint("regulation_id", "code"),)

    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    code: Mapped[str] = mapped_column(String(60), nullable=False)
    clause: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    name_vi: Mapped[str] = mapped_column(String(300), nullable=False)
    name_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    limit: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    conditions: Mapped[str] = mapped_column(Text, nullable=False, default="")
    seen: Mapped[str] = mapped_column(Text, nullable=False, default="")
    confirmed_source: Mapped[str] = mapped_column(Text, nullable=False, default="")
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_on: Mapped[date | None] = mapped_column()
    confirmed_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    regulation: Mapped[Regulation] = relationship(back_populates="requirements")
    confirmed_by: Mapped[Person | None] = relationship()


@audited("method")
class Method(Record):
    """A test or calibration method (`kind`: test, calibration); `code` is what authorisations name.

    `regulation_id` is the basis document: the edition whose requirements it tests; of a calibration the document that says how it
    is done (ĐLVN, own procedure), whose requirements are the quantities calibrated.
    """

    __tablename__ = "method"

    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="test", index=True)
    code: Mapped[str] = mapped_column(String(80), unique=True, nullable=False)
    title_vi: Mapped[str] = mapped_column(String(300), nullable=False)
    title_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    reference: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id"), nullable=False)
    standard_method: Mapped[bool] = mapped_column(Boolean, nullable=False, default=True)

    regulation: Mapped[Regulation] = relationship(lazy="joined")
    versions: Mapped[list[MethodVersion]] = relationship(back_populates="method", order_by="MethodVersion.number")


@audited(
    "method-version", code=lambda row: f"{row.method.code} v{row.number}" if row.method else str(row.number),
    parent=("method", "method_id"),
)
class MethodVersion(Record):
    """One version of a method: draft → approved, then in force from `effective_from` until `effective_to` (exclusive).

    `environment` = {"temperature": [low, high], "humidity": [low, high]} (decimal strings) or {"not_critical": reason} (6.3.2);
    `"conditions": [{"when": "0 °C", "temperature": ["-2", "2"]}]` holds other limits for lines whose conditions contain the
    text: read it with `rules.environment_for(environment, conditions)`. `ended_recorded_at` is when the end became known.
    `verification` is the record of 7.2.1.5 (what was checked, by whom, when, conclusion); approval refuses without it.
    """

    __tablename__ = "method_version"
    __table_args__ = (UniqueConstraint("method_id", "number"),)

    method_id: Mapped[int] = mapped_column(ForeignKey("method.id"), nullable=False)
    number: Mapped[int] = mapped_column(Integer, nullable=False)
    status: Mapped[str] = mapped_column(String(20), nullable=False, default="draft")
    effective_from: Mapped[date | None] = mapped_column()
    effective_to: Mapped[date | None] = mapped_column()
    ended_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), nullable=False)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verification: Mapped[str] = mapped_column(Text, nullable=False, default="")
    environment: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    change_note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    method: Mapped[Method] = relationship(back_populates="versions", lazy="joined")
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    parameters: Mapped[list[MethodParameter]] = relationship(
        back_populates="method_version", order_by="MethodParameter.position"
    )


@audited("uncertainty-budget")
class UncertaintyBudget(Record):
    """Components and the uncertainty they give (7.6). `components` as `metrology.budget` reads them."""

    __tablename__ = "uncertainty_budget"

    code: Mapped[str] = mapped_column(String(60), unique=True, nullable=False)
    quantity: Mapped[str] = mapped_column(String(300), nullable=False)
    unit: Mapped[str] = mapped_column(String(20), nullable=False)
    components: Mapped[list[Any]] = mapped_column(JsonText, nullable=False)
    u_c: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    k: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    u_expanded: Mapped[Decimal] = mapped_column(DecimalText, nullable=False)
    note: Mapped[str] = mapped_column(Text, nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)


@audited("decision-rule")
class DecisionRule(Record):
    """A decision rule an enterprise can agree to (7.8.6.1). `definition` is the rule as `metrology.decision` reads it."""

    __tablename__ = "decision_rule"

    code: Mapped[str] = mapped_column(String(40), unique=True, nullable=False)
    name_vi: Mapped[str] = mapped_column(String(300), nullable=False)
    name_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    definition: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False)
    risk_vi: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    risk_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")


@audited("method-parameter", code=lambda row: row.code, parent=("method-version", "method_version_id"))
class MethodParameter(Record):
    """How a method version measures one requirement.

    `fields`: the raw readings asked for, `[{"key","label_vi","label_en","unit","source","many","fixed"}]`; source is
    `measured`, `customer` (marked on the report, 7.8.2.2), `factor` or `setting`; `many` means several values.
    `formula`: an expression of `test_methods.formula` over the keys. `kind`: `number` or `observation`.
    `need`: `{"quantity","low","high","unit","u"}` that an instrument must meet (6.4.5), or {}.
    `conditions`: texts of the lines planned for a new job. `inherent_rule`: code of a rule built into the regulation.
    `u_max`: the maximum uncertainty that rule DR-ETSI or DR-CISPR compares with.
    """

    __tablename__ = "method_parameter"
    __table_args__ = (UniqueConstraint("method_version_id", "code"),)

    method_version_id: Mapped[int] = mapped_column(ForeignKey("method_version.id"), nullable=False)
    requirement_id: Mapped[int] = mapped_column(ForeignKey("requirement.id"), nullable=False)
    position: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    code: Mapped[str] = mapped_column(String(60), nullable=False)
    name_vi: Mapped[str] = mapped_column(String(300), nullable=False)
    name_en: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    kind: Mapped[str] = mapped_column(String(20), nullable=False, default="number")
    fields: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    formula: Mapped[str] = mapped_column(String(500), nullable=False, default="")
    unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    places: Mapped[int] = mapped_column(Integer, nullable=False, default=2)
    budget_id: Mapped[int | None] = mapped_column(ForeignKey("uncertainty_budget.id"))
    u_exempt_reason: Mapped[str] = mapped_column(Text, nullable=False, default="")
    u_max: Mapped[Decimal | None] = mapped_column(DecimalText)
    inherent_rule: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    default_rule: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    need: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    conditions: Mapped[list[str]] = mapped_column(JsonText, nullable=False, default=list)

    method_version: Mapped[MethodVersion] = relationship(back_populates="parameters")
    requirement: Mapped[Requirement] = relationship(lazy="joined")
    budget: Mapped[UncertaintyBudget | None] = relationship(lazy="joined")


@audited("scope-entry", code=lambda row: f"{row.method_code} {row.status}")
class ScopeEntry(Kept):
    """A line of the scope register (5.3): method (and parameter, empty = all) × status × decision × days.

    `status`: accredited, designated, registered. The mark of a result line comes from here, never from a tick box. `cmc`: the
    calibration and measurement capability of an accredited calibration: the smallest expanded uncertainty, in `cmc_unit`.
    """

    __tablename__ = "scope_entry"
    __table_args__ = (Index("ix_scope_entry_method_status", "method_code", "status"),)

    method_code: Mapped[str] = mapped_column(String(80), nullable=False)
    parameter_code: Mapped[str] = mapped_column(String(60), nullable=False, default="")
    status: Mapped[str] = mapped_column(String(20), nullable=False)
    decision: Mapped[str] = mapped_column(String(120), nullable=False)
    valid_from: Mapped[date] = mapped_column(nullable=False)
    valid_to: Mapped[date] = mapped_column(nullable=False)
    cmc: Mapped[Decimal | None] = mapped_column(DecimalText)
    cmc_unit: Mapped[str] = mapped_column(String(20), nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)
