"""Regulations with their limits, methods with their versions, budgets, decision rules, scope (7.2, 7.6, 7.8.6, 5.3)."""
from test_methods.models.deciding import DecisionRule
from test_methods.models.methods import Method, MethodParameter, MethodVersion
from test_methods.models.plan_rules import PlanRule
from test_methods.models.regulations import Regulation, Requirement
from test_methods.models.scope import ScopeEntry
from test_methods.models.uncertainty import UncertaintyBudget

__all__ = [
    "DecisionRule", "Method", "MethodParameter", "MethodVersion", "PlanRule", "Regulation", "Requirement", "ScopeEntry",
    "UncertaintyBudget",
]
