"""States of a method version and the gates of its room (ISO/IEC 17025:2017 7.2.1.5, 8.3.2)."""
from test_methods.workflow.versions import (
    APPROVED,
    DRAFT,
    IN_FORCE,
    MACHINE,
    STANDINGS,
    SUPERSEDED,
    ApprovalFacts,
    approver_is_another,
    version_verified,
)
from test_methods.workflow.words import CONFIRMED, SCOPE, UNCONFIRMED

__all__ = [
    "APPROVED", "ApprovalFacts", "CONFIRMED", "DRAFT", "IN_FORCE", "MACHINE", "SCOPE", "STANDINGS", "SUPERSEDED", "UNCONFIRMED",
    "approver_is_another", "version_verified",
]
