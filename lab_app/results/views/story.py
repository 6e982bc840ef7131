"""Puts one result's story together."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lab_app.core import audit, files
from lab_app.core.access import current_actor
from lab_app.core.history import told
from lab_app.core.permissions import P
from lab_app.results import loading, presenters
from lab_app.results.models import JobLine, Reading
from lab_app.results.presenters import Shown

HISTORY = 30


@dataclass
class Revision:
    """One record of the line, and what it changed against the one before."""

    reading: Reading
    shown: Shown
    changes: list[Any]


@dataclass
class Story:
    """Everything the page of one line shows."""

    line: JobLine
    shown: Shown
    revisions: list[Revision]
    steps: list[Any]
    rule_text: str
    exempt: str
    before: Shown | None
    after: Shown | None
    files: list[Any]
    history: list[Any]
    may_review: bool
    traces: list[Any] = field(default_factory=list)
    table: Any = None


def made(ident: int) -> Story:
    """The story of a line, newest revision first."""
    line = loading.line_story(ident)
    reading = line.reading
    frozen = (reading.computed or {}) if reading else {}
    rule = presenters.rule_text(frozen.get("rule") or line.rule, frozen.get("u_max"))
    pairs = list(zip([None, *line.readings], line.readings, strict=False))
    return Story(
        line, presenters.shown_reading(line, reading),
        [Revision(after, presenters.shown_reading(line, after), presenters.revision_changes(line, before, after))
         for before, after in reversed(pairs)],
        presenters.steps(line, reading) if reading else [], presenters.joined([line.rule_code, rule]),
        str(frozen.get("u_exempt_reason") or ""), _other(line.retest_of), _other(line.retested_by),
        files.attachments("job-line", line.id), told(audit.history("job-line", line.id, limit=HISTORY)),
        current_actor().can(P.RESULT_REVIEW), loading.traces_of(reading) if reading else [],
        loading.table_of(reading) if reading else None,
    )


def _other(line: JobLine | None) -> Shown | None:
    return presenters.shown_reading(line, line.reading) if line is not None and line.reading is not None else None
