"""Use cases of the room, one module a subject."""
from lab_app.quality.services.nonconformities import (
    add_to_description,
    answer_nonconformity,
    classify_nonconformity,
    close_nonconformity,
    closing_facts,
    missing_parts,
    open_nonconformity,
    subject_named,
)
from lab_app.quality.services.places import (
    add_room,
    correct_environment,
    record_environment,
)
from lab_app.quality.services.suppliers import (
    approve_supplier,
    change_supplier,
    end_approval,
    register_supplier,
)

__all__ = [
    "add_to_description",
    "answer_nonconformity",
    "classify_nonconformity",
    "close_nonconformity",
    "closing_facts",
    "missing_parts",
    "open_nonconformity",
    "subject_named",
    "approve_supplier",
    "change_supplier",
    "end_approval",
    "register_supplier",
    "add_room",
    "correct_environment",
    "record_environment",
]
