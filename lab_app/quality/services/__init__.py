"""Use cases of the room, one module a subject."""
from lab_app.quality.services.places import (
    add_room,
    correct_environment,
    record_environment,
)

__all__ = [
    "add_room",
    "correct_environment",
    "record_environment",
]
