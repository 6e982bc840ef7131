"""What the room shows an assessor: methods, verification, uncertainty, decision rules, scope (5.3, 7.2, 7.6, 7.8.6)."""
from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select

from lab_app.core import evidence, indicators
from lab_app.core.counting import how_many
from lab_app.core.indicators import Indicator, warn_when_any
from test_methods.models import (
    DecisionRule,
    Method,
    MethodParameter,
    MethodProof,
    MethodVersion,
    Regulation,
    Requirement,
    ScopeEntry,
    TestVector,
    UncertaintyBudget,
)


def _unconfirmed_in_use() -> Select[Any]:
    """Requirements that a method measures and nobody has confirmed: no verdict may rest on them."""
    used = select(MethodParameter.requirement_id)
    return how_many(Requirement, Requirement.id.in_(used), Requirement.confirmed_on.is_(None))


def offer() -> None:
    """Register evidence and figures with the kernel."""
    for clause, name, endpoint, model, conditions in (
        ("5.3", _l("Phạm vi hoạt động"), "test_methods.scope", ScopeEntry, ()),
        ("7.2.1.2", _l("Phương pháp"), "test_methods.methods", Method, ()),
        ("7.2.1.3", _l("Quy chuẩn, tiêu chuẩn và phiên bản"), "test_methods.regulations", Regulation, ()),
        ("7.2.1.5", _l("Hồ sơ kiểm tra xác nhận phương pháp"), "test_methods.methods", MethodVersion,
         (or_(MethodVersion.verification != "", MethodVersion.id.in_(select(MethodProof.method_version_id))),)),
        ("7.2.2.4", _l("Hồ sơ xác nhận giá trị sử dụng"), "test_methods.methods", MethodProof, (MethodProof.kind == "validation",)),
        ("7.11.6", _l("Véc-tơ thử của phép tính"), "test_methods.methods", TestVector, ()),
        ("7.6.3", _l("Bảng độ không đảm bảo đo"), "test_methods.budgets", UncertaintyBudget, ()),
        ("7.8.6.1", _l("Quy tắc ra quyết định"), "test_methods.decision_rules", DecisionRule, ()),
        ("7.8.6.2", _l("Giới hạn đã đối chiếu văn bản"), "test_methods.regulations", Requirement,
         (Requirement.confirmed_on.is_not(None),)),
    ):
        evidence.offer(clause, name, endpoint, evidence.records(model, *conditions))
    indicators.register(Indicator(
        "limits-unconfirmed", _l("Giới hạn đang dùng chưa đối chiếu văn bản"), _unconfirmed_in_use, warn_when_any,
        "test_methods.regulations", {"limits": "in_use"}, clauses=("7.8.6.2",), note=_l("chưa kết luận được trên phiếu"), order=50,
    ))
