"""Pure rules of the room: which version was in force as known when, environment of a line, what a parameter may be."""
from test_methods.rules.catalogue import (
    DOCUMENT_KINDS,
    REGULATION,
    SCOPE_STATUSES,
    catalogue_limits,
    circular_of,
    day_in_force,
    predecessors,
    successor,
)
from test_methods.rules.environment import (
    EnvironmentLimits,
    Span,
    check_environment,
    environment_for,
    read_environment,
)
from test_methods.rules.parameters import (
    CALIBRATION,
    CALIBRATION_FIELDS,
    FREQUENCY_FIELD,
    KINDS,
    METHOD_KINDS,
    SOURCES,
    TEST,
    BadParameter,
    check_fields,
    check_formula,
    limit_unit,
)
from test_methods.rules.versions import VersionFact, in_force, retired, standing

__all__ = [
    "BadParameter", "CALIBRATION", "CALIBRATION_FIELDS", "DOCUMENT_KINDS", "EnvironmentLimits", "FREQUENCY_FIELD", "KINDS",
    "METHOD_KINDS", "REGULATION", "SCOPE_STATUSES", "SOURCES", "Span", "TEST", "VersionFact", "catalogue_limits",
    "check_environment", "check_fields", "check_formula", "circular_of", "day_in_force", "environment_for", "in_force",
    "limit_unit", "predecessors", "read_environment", "retired", "standing", "successor",
]
