"""What an entry would give, while it is typed: the record's own computation and gates, writing nothing."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from lab_app.core import clock, gates
from lab_app.core.access import Actor
from lab_app.core.gates import Stop
from lab_app.results.computation import EntryRefused, Outcome, Raw
from lab_app.results.models import JobLine
from lab_app.results.services.recording import (
    GATES,
    WAITING,
    ReadingEntry,
    facts_of,
    missing_words,
    put_into_words,
    work_out,
)


@dataclass(frozen=True)
class Preview:
    """`raw` what was understood, `errors` what could not be read (field key → words), `missing` field keys still empty,
    `outcome` the result when all could be read, `stop` the first gate that would refuse the record."""

    raw: dict[str, Raw] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    outcome: Outcome | None = None
    stop: Stop | None = None

    @property
    def ready(self) -> bool:
        """Whether leaving the row would make it a record."""
        return self.outcome is not None and self.stop is None and not self.errors


def preview(actor: Actor, line: JobLine, entry: ReadingEntry, known_at: datetime | None = None) -> Preview:
    """Read, compute and ask the gates; a refusal asked here is no hit."""
    known_at = known_at or clock.now()
    try:
        raw, refused, outcome = work_out(line, entry, known_at)
    except EntryRefused as error:
        return Preview(errors={error.key: put_into_words(error)})
    errors = {key: put_into_words(e) for key, e in refused.items() if e.code not in WAITING}
    missing = tuple(key for key, e in refused.items() if e.code in WAITING)
    facts = facts_of(line, entry, actor, missing_words(line, entry, [refused[key] for key in missing], known_at), known_at)
    stop = gates.first_stop(*((name, facts) for name in GATES))
    return Preview(raw, errors, missing, outcome, stop)
