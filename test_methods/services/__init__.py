"""Use cases of the room, one module a subject."""
from test_methods.services.budgets import add_budget, add_rule, add_scope
from test_methods.services.editions import change_edition, end_edition, new_edition
from test_methods.services.limits import bring_into_force, change_limit, confirm_limit
from test_methods.services.regulations import add_regulation, add_requirement, load_catalogue
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
    "approve_version", "bring_into_force", "change_edition", "change_limit", "confirm_limit", "draft_version", "end_edition",
    "load_catalogue", "new_edition", "record_verification", "retire_version",
]
