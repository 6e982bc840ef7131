"""A regulation with limits, a method with versions, a budget and rules, made by services at their own dates."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lab_app.core import clock
from lab_app.metrology.decision import STANDARD_RULES
from test_methods import queries, services
from test_methods.models import (
    Method,
    MethodParameter,
    MethodVersion,
    Regulation,
    TestVector,
    UncertaintyBudget,
)
from test_methods.rules.calculations import evaluate
from test_methods.rules.vectors import values_of
from tests.support.people_facts import People
from tests.support.worlds import kept

ENTERED_ON = date(2026, 1, 5)
IN_FORCE_FROM = date(2026, 2, 1)
ROOM = {"temperature": ["15", "35"], "humidity": ["20", "75"]}
POWER_NEED = {"quantity": "rf-level", "low": "2400", "high": "2483.5", "unit": "MHz", "u": "0.9", "u_unit": "dB"}
VERIFICATION = "Đo lặp 10 lần trên mẫu chuẩn nội bộ, 15/01/2026; đạt; phòng làm được phương pháp."


def field(key: str, unit: str = "dBm", source: str = "measured", many: bool = False) -> dict[str, Any]:
    """A reading field."""
    return {"key": key, "label_vi": key, "label_en": key, "unit": unit, "source": source, "many": many}


@dataclass
class Tested:
    """A regulation and its method; `power` is a number with an upper limit of 20 dBm, `look` an observation."""

    regulation: Regulation
    method: Method
    version: MethodVersion
    budget: UncertaintyBudget
    power: MethodParameter
    look: MethodParameter


def make_rules(people: People) -> None:
    """The standard decision rules, once."""
    for code, rule in STANDARD_RULES.items():
        if queries.rule_by_code(code) is None:
            services.add_rule(
                people.reviewer, code=code, name_vi=f"Quy tắc {code}", name_en=f"Rule {code}", definition=rule.to_dict())


def make_budget(people: People, code: str = "UB-1", half_width: str = "0.6") -> UncertaintyBudget:
    """A budget of two components in dB: U = 0.71 with the default half width."""
    return queries.budget_by_code(code) or services.add_budget(
        people.reviewer, code=code, quantity="Công suất", unit="dB", components=[
            {"source": "hiệu chuẩn", "value": "0.14", "distribution": "normal", "divisor": "2", "c_i": "1"},
            {"source": "mất phối hợp", "value": half_width, "distribution": "rectangular", "c_i": "1"},
        ],
    )


@kept
def draft_method(
    people: People, code: str = "PT 1", *, verified: bool = True, author: Any = None, confirmed: bool = True,
) -> Tested:
    """A method with a draft version of two parameters, entered on 05/01/2026."""
    by = author or people.reviewer
    with clock.at(clock.at_local(ENTERED_ON, 9)):
        make_rules(people)
        budget = make_budget(people)
        regulation = services.add_regulation(
            by, code=f"QC {code}:2020", title_vi="Quy chuẩn thử", title_en="Test regulation", in_force_from=date(2020, 1, 1))
        power_limit = services.add_requirement(
            by, regulation, code="P-01", name_vi="Công suất", name_en="Power", clause="4.1", unit="dBm",
            limit={"type": "upper", "limit": "20"})
        look_limit = services.add_requirement(
            by, regulation, code="P-02", name_vi="Ghi nhãn", name_en="Marking", clause="4.2",
            limit={"type": "observation", "answers": ["PASS", "FAIL", "NA", "NT"]})
        if confirmed:
            for requirement in (power_limit, look_limit):
                services.confirm_limit(by, requirement, "đối chiếu bản chính thức, trang 12", ENTERED_ON)
        method = services.add_method(by, code=code, title_vi="Thử công suất", title_en="Power test", regulation=regulation)
        version = services.draft_version(by, method, environment=ROOM, change_note="Ban hành lần đầu")
        power = services.add_parameter(
            by, version, power_limit, fields=[field("reading"), field("loss", "dB", "factor")], formula="reading + loss",
            budget=budget, u_max=Decimal("1.5"), default_rule="DR-SA", need=POWER_NEED, conditions=["2412 MHz", "2472 MHz"])
        look = services.add_parameter(by, version, look_limit, kind="observation", conditions=["nhãn trên vỏ"])
        if verified:
            prove(by, version, conclude=False)
    return Tested(regulation, method, version, budget, power, look)


def prove(by: Any, version: MethodVersion, *, conclude: bool = True) -> MethodVersion:
    """Give a draft its record with the five parts; then, unless left open, vectors with a run and the conclusion."""
    services.record_verification(
        by, version, VERIFICATION, procedure="Mười lần đo lặp lại trên mẫu chuẩn nội bộ.", requirements="Độ lặp lại không quá 0,3 dB.",
        characteristics=[{"name": "Độ lặp lại", "requirement": "≤ 0,3", "found": "0,12", "unit": "dB", "meets": True}],
        results="s = 0,12 dB trên mười lần đo.", fit=True, performed_by=by, performed_on=clock.today())
    return concluded(by, version) if conclude else version


def concluded(by: Any, version: MethodVersion) -> MethodVersion:
    """Give each calculation a vector where it has none, run them all, and conclude the record."""
    rows = queries.vectors_of(queries.parameters(version.id))
    for parameter, vectors in rows:
        if not vectors:
            add_vector(by, parameter)
    if rows:
        services.run_vectors(by, version)
    return services.conclude_verification(by, version)


def add_vector(by: Any, parameter: MethodParameter, *, off: str = "0") -> TestVector:
    """A vector of ones; `off` moves the expectation away from what the calculation gives."""
    inputs = {str(f["key"]): "1" for f in parameter.fields if f.get("fixed") in (None, "")}
    found = evaluate(parameter.fields, parameter.calculations, parameter.formula, values_of(parameter.fields, inputs))
    return services.add_vector(
        by, parameter, name="đơn vị", inputs=inputs, expected=[format(v + Decimal(off), "f") for v in found], tolerance=Decimal("0.001"),
        source="tính tay")


def approve(people: People, version: MethodVersion, effective_from: date = IN_FORCE_FROM, *, by: Any = None) -> MethodVersion:
    """Approve a version the day before it takes effect; a record that stands is concluded first."""
    with clock.at(clock.at_local(effective_from - timedelta(days=1), 10)):
        if version.status == "draft" and queries.proof(version.id) is not None:
            concluded(people.reviewer, version)
        return services.approve_version(by or people.signatory, version, effective_from)


@kept
def make_method(people: People, code: str = "PT 1", **facts: Any) -> Tested:
    """A method in force since 01/02/2026, with its limits confirmed and its decision rules entered."""
    made = draft_method(people, code, **facts)
    approve(people, made.version)
    return made


def accredit(people: People, method_code: str, status: str = "accredited") -> None:
    """A line of the scope register for a whole method, 2026 to 2028."""
    with clock.at(clock.at_local(ENTERED_ON, 10)):
        services.add_scope(
            people.signatory, method_code=method_code, status=status, decision="00/QĐ-VPCNCL (giả định)",
            valid_from=date(2026, 1, 1), valid_to=date(2028, 12, 31))
