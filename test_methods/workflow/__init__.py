"""States of a method version and the gates of its room (ISO/IEC 17025:2017 7.2.1.5, 7.2.2.4, 7.11.6, 8.3.2)."""
from test_methods.workflow.versions import (
    APPROVED,
    DRAFT,
    IN_FORCE,
    MACHINE,
    OPEN,
    PARTS,
    RETIRED,
    STANDINGS,
    SUPERSEDED,
    VALIDATED,
    VECTOR_STATES,
    VERIFIED,
    ApprovalFacts,
    ProofFact,
    VectorFact,
    approver_is_another,
    vectors_pass,
    version_verified,
)
from test_methods.workflow.words import CONFIRMED, SCOPE, UNCONFIRMED

__all__ = [
    "APPROVED", "ApprovalFacts", "CONFIRMED", "DRAFT", "IN_FORCE", "MACHINE", "OPEN", "PARTS", "ProofFact", "RETIRED", "SCOPE",
    "STANDINGS", "SUPERSEDED", "UNCONFIRMED", "VALIDATED", "VECTOR_STATES", "VERIFIED", "VectorFact", "approver_is_another",
    "vectors_pass", "version_verified",
]
