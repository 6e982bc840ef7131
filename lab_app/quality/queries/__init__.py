"""Questions of the room, one module a subject."""
from lab_app.quality.queries.places import (
    conditions,
    correction_of,
    environment_by_code,
    environment_covering,
    environments_of_day,
    environments_of_room,
    hits_since,
    record_by_id,
    replaced_among,
    room_by_code,
    room_figures,
    room_records,
    rooms,
    sensors_of,
)

__all__ = [
    "conditions",
    "correction_of",
    "environment_by_code",
    "environment_covering",
    "environments_of_day",
    "environments_of_room",
    "hits_since",
    "record_by_id",
    "replaced_among",
    "room_by_code",
    "room_figures",
    "room_records",
    "rooms",
    "sensors_of",
]
