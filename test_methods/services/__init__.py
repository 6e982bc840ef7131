"""Use cases of the room, one module a subject."""
from test_methods.services.deciding import add_rule, retire_rule
from test_methods.services.editions import change_edition, end_edition, new_edition
from test_methods.services.limits import bring_into_force, change_limit, confirm_limit
from test_methods.services.parameters import add_parameter, change_parameter, remove_parameter
from test_methods.services.proofs import add_evidence, conclude_verification, kind_for, record_verification
from test_methods.services.regulations import add_regulation, add_requirement, load_catalogue
from test_methods.services.scope import add_scope, end_scope
from test_methods.services.uncertainty import add_budget
from test_methods.services.vectors import add_vector, remove_vector, run_vectors
from test_methods.services.versions import (
    add_method,
    approval_facts,
    approve_version,
    draft_version,
    edit_version,
    reopen_version,
    retire_version,
)

__all__ = [
    "add_budget", "add_evidence", "add_method", "add_parameter", "add_regulation", "add_requirement", "add_rule", "add_scope",
    "add_vector", "approval_facts", "approve_version", "bring_into_force", "change_edition", "change_limit", "change_parameter",
    "conclude_verification", "confirm_limit", "draft_version", "edit_version", "end_edition", "end_scope", "kind_for", "load_catalogue",
    "new_edition", "record_verification", "remove_parameter", "remove_vector", "reopen_version", "retire_rule", "retire_version",
    "run_vectors",
]
