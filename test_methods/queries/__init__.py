"""Questions about regulations, methods and their versions, budgets, rules and scope."""
from test_methods.queries.deciding import (
    decision_rules,
    parameters_bringing,
    parameters_naming,
    rule_by_code,
    rules_offered,
    uses_of_rules,
)
from test_methods.queries.proofs import (
    fingerprint_of,
    latest_runs,
    proof,
    proof_fact,
    vector_facts,
    vectors_of,
)
from test_methods.queries.regulations import (
    confirmed_counts,
    edition_chain,
    regulation_by_code,
    regulations,
    regulations_where,
    requirement_by_code,
    requirements,
)
from test_methods.queries.scope import scope_lines_of, scope_of, scope_on, scope_register, scope_statuses
from test_methods.queries.uncertainty import (
    budget_by_code,
    budget_for,
    budgets,
    frozen_of,
    ranges_of,
    uses_of_budget,
)
from test_methods.queries.versions import (
    calibration_methods,
    counts_of_parameters,
    fact,
    is_in_force,
    method_by_code,
    methods_of,
    methods_offered,
    parameter,
    parameters,
    standings,
    version,
    version_in_force,
    versions,
    versions_in_force,
)

__all__ = [
    "budget_by_code", "budget_for", "budgets", "calibration_methods", "confirmed_counts", "counts_of_parameters", "decision_rules",
    "edition_chain", "fact", "frozen_of", "fingerprint_of", "is_in_force", "latest_runs", "method_by_code", "methods_of", "methods_offered",
    "parameter", "parameters", "parameters_bringing", "parameters_naming", "proof", "proof_fact", "ranges_of", "regulation_by_code",
    "regulations", "regulations_where", "requirement_by_code", "requirements", "rule_by_code", "rules_offered", "scope_lines_of",
    "scope_of", "scope_on", "scope_register", "scope_statuses", "standings", "uses_of_budget", "uses_of_rules", "vector_facts",
    "vectors_of", "version", "version_in_force", "versions", "versions_in_force",
]
