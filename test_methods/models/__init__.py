"""Regulations with their limits, methods with their versions, budgets, decision rules, scope (7.2, 7.6, 7.8.6, 5.3)."""
from test_methods.models.deciding import DecisionRule
from test_methods.models.limits import LimitConfirmation, RequirementLimit
from test_methods.models.methods import Method, MethodParameter, MethodVersion
from test_methods.models.plan_rules import PlanRule
from test_methods.models.products import ProductEntry, ProductList
from test_methods.models.proofs import MethodProof, TestVector, VectorRun
from test_methods.models.regulations import Regulation, Requirement
from test_methods.models.scope import ScopeEnd, ScopeEntry
from test_methods.models.uncertainty import BudgetChoice, BudgetSimulation, UncertaintyBudget

__all__ = [
    "BudgetChoice", "BudgetSimulation", "DecisionRule", "LimitConfirmation", "Method", "MethodParameter", "MethodProof",
    "MethodVersion", "PlanRule", "ProductEntry", "ProductList", "Regulation", "Requirement", "RequirementLimit", "ScopeEnd",
    "ScopeEntry", "TestVector", "UncertaintyBudget", "VectorRun",
]
