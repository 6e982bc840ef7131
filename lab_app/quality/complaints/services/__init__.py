"""Use cases of complaints (7.9): coming in, handling, deciding and ending."""
from lab_app.quality.complaints.services.deciding import (
    as_signed,
    close,
    closing_facts,
    decide,
    decider_facts,
    investigation_facts,
    open_corrective,
    open_work,
    reopen,
)
from lab_app.quality.complaints.services.handling import (
    acknowledge,
    add_file,
    cannot_tell,
    hang_on,
    investigate,
    name_concerned,
    replies_read,
    reply,
    set_terms,
    strike_off,
    take,
    tell,
    token_of,
)
from lab_app.quality.complaints.services.lodging import (
    ALLOWED,
    FORM_ACTOR,
    MOST_BYTES,
    from_event,
    lodge,
    register_complaint,
)

__all__ = [
    "acknowledge", "add_file", "ALLOWED", "as_signed", "cannot_tell", "close", "closing_facts", "decide",
    "decider_facts", "FORM_ACTOR", "from_event", "hang_on", "investigate", "investigation_facts", "lodge", "MOST_BYTES", "name_concerned",
    "open_corrective", "open_work", "register_complaint", "reopen", "replies_read", "reply", "set_terms", "strike_off", "take", "tell",
    "token_of",
]
