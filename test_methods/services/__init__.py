"""Use cases of the room, one module a subject."""
from test_methods.services.budgets import add_budget, add_rule, add_scope
from test_methods.services.regulations import (
    add_regulation,
    add_requirement,
    change_limit,
    confirm_limit,
    load_catalogue,
)
from test_methods.services.versions import (
    add_method,
    add_parameter,
    approval_facts,
    approve_version,
    draft_version,
    record_verification,
    retire_version,
)

__all__ = [
    "add_budget", "add_method", "add_parameter", "add_regulation", "add_requirement", "add_rule", "add_scope", "approval_facts",
    "approve_version", "change_limit", "confirm_limit", "draft_version", "load_catalogue", "record_verification", "retire_version",
]
