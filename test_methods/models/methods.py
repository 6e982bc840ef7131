"""Regulations with their limits, methods with their versions, budgets, decision rules, scope (7.2, 7.6, 7.8.6, 5.3)."""
from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lab_app.accounts.models import Person
from lab_app.core import clock
from lab_app.core.audit import audited
from lab_app.core.db import DecimalText, JsonText, Record, UtcDateTime
from test_methods.models.regulations import Regulation, Requirement
from test_methods.models.uncertainty import BudgetChoice, UncertaintyBudget

if TYPE_CHECKING:
    from test_methods.models.proofs import MethodProof


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
    `verification` repeats the conclusion of the record that stands (`MethodProof`, 7.2.1.5, 7.2.2.4); what was written there before
    that record existed stays readable. `retired_from`: from that day on it is not used even with a justification.
    `equipment`: what must stand ready, `[{"kind","quantity","low","high","unit","count","note"}]` (decimal strings).
    `conditioning_minutes`, `conditioning`: how long and how an item is conditioned before the test (7.4.4); 0 = not asked for.
    `steps`: the checklist of a job, `[{"key","vi","en"}]`. `document_*`: the controlled document at hand (8.3.2 e).
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
    retired_from: Mapped[date | None] = mapped_column()
    retired_recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    equipment: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, nullable=False, default=list)
    conditioning_minutes: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    conditioning: Mapped[str] = mapped_column(Text, nullable=False, default="")
    steps: Mapped[list[dict[str, str]]] = mapped_column(JsonText, nullable=False, default=list)
    document_code: Mapped[str] = mapped_column(String(80), nullable=False, default="")
    document_issue: Mapped[str] = mapped_column(String(40), nullable=False, default="")
    document_title: Mapped[str] = mapped_column(String(300), nullable=False, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, nullable=False, default=clock.now)

    method: Mapped[Method] = relationship(back_populates="versions", lazy="joined")
    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])
    proof: Mapped[MethodProof | None] = relationship(back_populates="method_version", uselist=False)
    parameters: Mapped[list[MethodParameter]] = relationship(
        back_populates="method_version", order_by="MethodParameter.position"
    )


@audited("method-parameter", code=lambda row: row.code, parent=("method-version", "method_version_id"))
class MethodParameter(Record):
    """How a method version measures one requirement.

    `fields`: the raw readings asked for, `[{"key","label_vi","label_en","unit","source","many","fixed"}]`; source is
    `measured`, `customer` (marked on the report, 7.8.2.2), `factor` or `setting`; `many` means several values.
    `formula`: an expression of `test_methods.formula` over the keys. `kind`: `number` or `observation`.
    `need`: `{"quantity","low","high","unit","u"}` that an instrument must meet (6.4.5), or {}.
    `conditions`: texts of the lines planned for a new job. `inherent_rule`: code of a rule built into the regulation.
    `u_max`: the maximum uncertainty that rule DR-ETSI or DR-CISPR compares with.
    `calculations`: named steps before the formula, `[{"key","formula","unit","label_vi","label_en"}]` (`rules.calculations`).
    `replicates`: how many repeated readings the list fields take (0 = none asked for); `operators`: whether `<` and `>` may stand
    before a reading; `working_range`: `{"low","high","unit","manual"}` or {}; `trace_rule`: how a trace is reduced, or {}.
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
    calculations: Mapped[list[dict[str, str]]] = mapped_column(JsonText, nullable=False, default=list)
    replicates: Mapped[int] = mapped_column(Integer, nullable=False, default=0)
    operators: Mapped[bool] = mapped_column(Boolean, nullable=False, default=False)
    working_range: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)
    trace_rule: Mapped[dict[str, Any]] = mapped_column(JsonText, nullable=False, default=dict)

    method_version: Mapped[MethodVersion] = relationship(back_populates="parameters")
    requirement: Mapped[Requirement] = relationship(lazy="joined")
    budget: Mapped[UncertaintyBudget | None] = relationship(lazy="joined")
    budget_choices: Mapped[list[BudgetChoice]] = relationship(order_by="BudgetChoice.id", viewonly=True)
