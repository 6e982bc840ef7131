"""The rows of a worksheet become records at once: every row by the same gates as one typed at the bench, those that are refused stay
with their reason, the others stand (7.5.1, 7.7.1)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from flask_babel import gettext

from instruments.models import Instrument
from lab_app.core import clock, drafts
from lab_app.core.access import Actor, authorize
from lab_app.core.asked import one_batch
from lab_app.core.errors import FieldRefused, GateRefused, Refused
from lab_app.core.gates import Stop
from lab_app.core.permissions import P
from lab_app.core.quantity import NotANumber, parse_decimal
from lab_app.quality.models import EnvironmentRecord
from lab_app.results.computation import EntryRefused
from lab_app.results.models import JobLine, Reading, Worksheet, WorksheetLine
from lab_app.results.preview import Preview, preview
from lab_app.results.queries import worksheets as queries
from lab_app.results.services.comparisons import record_comparison
from lab_app.results.services.recording import ReadingEntry, first_of, judge, put_into_words, work_out
from lab_app.results.services.validity import record_value
from lab_app.results.services.worksheet_states import refresh
from lab_app.results.services.worksheets import draft_key, share
from lab_app.results.services.writing import Judged, settled, write
from lab_app.results.workflow import LINE

#: The field of a control row.
CONTROL = "value"


@dataclass(frozen=True)
class Shared:
    """What holds for every row: decimal sign, instruments, environment, when (None: now), why late."""

    locale: str
    instruments: Sequence[Instrument] = field(default_factory=tuple)
    environment: EnvironmentRecord | None = None
    measured_at: datetime | None = None
    late_reason: str = ""


@dataclass(frozen=True)
class Typed:
    """What was typed in one row: field key → text, an answer for an observation, a note."""

    texts: Mapping[str, str] = field(default_factory=dict)
    observation: str = ""
    note: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed."""
        return not self.observation and not self.note.strip() and not any(text.strip() for text in self.texts.values())


@dataclass
class RowOutcome:
    """What became of a row: its reading (or control value, comparison: `done`), or why it stays: per field, or a gate's stop."""

    row: WorksheetLine
    reading: Reading | None = None
    done: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    stop: Stop | None = None

    @property
    def why(self) -> str:
        """Why the row was refused, with the clause of a gate."""
        if self.stop is None:
            return " ".join(self.errors.values())
        return f"{self.stop.says} ({', '.join(self.stop.clauses)})" if self.stop.clauses else str(self.stop.says)


def entry_of(typed: Typed, shared: Shared, at: datetime) -> ReadingEntry:
    """A row in the shape that recording takes."""
    return ReadingEntry(
        measured_at=at, texts=typed.texts, locale=shared.locale, instruments=shared.instruments, environment=shared.environment,
        observation=typed.observation, note=typed.note, late_reason=shared.late_reason)


def preview_rows(actor: Actor, sheet: Worksheet, typed: Mapping[int, Typed], shared: Shared) -> dict[int, Preview]:
    """What the typed rows would give, asking every gate and writing nothing: row id → preview. What rows share is asked once."""
    found = queries.rows_of(sheet)
    now = clock.now()
    at = shared.measured_at or now
    rows = [row for row in found.rows if row.id in typed and row.kind != "control" and row.line is not None]
    out = {}
    with one_batch():
        queries.known_together([row.line for row in rows if row.line is not None], at)
        for row in rows:
            assert row.line is not None
            try:
                out[row.id] = preview(actor, row.line, entry_of(typed[row.id], shared, at), now)
            except FieldRefused as error:
                out[row.id] = Preview(errors={error.field: str(error.message)})
    return out


def record_rows(actor: Actor, sheet: Worksheet, typed: Mapping[int, Typed], shared: Shared) -> list[RowOutcome]:
    """Record every row that is complete and that the gates let through; the others stay typed, each with its reason.

    Control values come first: one that is rejected stops its parameter before the lines beside it are judged. All lines are judged
    before the first is written, so that a refused row leaves nothing behind; duplicates are compared last.
    """
    authorize(actor, P.RESULT_WRITE)
    now = clock.now()
    at = shared.measured_at or now
    rows = [row for row in queries.rows_of(sheet).rows if row.id in typed and not typed[row.id].empty]
    outcomes = {row.id: RowOutcome(row) for row in rows}
    for row in rows:
        if row.kind == "control":
            _attempt(outcomes[row.id], lambda row=row: _control(actor, row, typed[row.id], shared, at))  # type: ignore[misc]
    with one_batch():
        lines = [row.line for row in rows if row.kind != "control" and row.line is not None]
        queries.known_together(lines, at)
        judged: list[tuple[RowOutcome, Judged]] = []
        for row in rows:
            if row.kind == "line" and row.line is not None:
                found = _judged(outcomes[row.id], actor, row.line, entry_of(typed[row.id], shared, at), now)
                if found is not None:
                    judged.append((outcomes[row.id], found))
        readings = write(actor, [one for _outcome, one in judged], now)
        for (outcome, one), reading in zip(judged, readings, strict=True):
            LINE.move(one.line, "record")
            outcome.reading, outcome.done = reading, True
        share(sheet, shared.instruments, shared.environment, shared.measured_at, shared.late_reason)
        settled(actor, [one.line for _outcome, one in judged])
        for row in rows:
            if row.kind == "duplicate":
                _attempt(outcomes[row.id], lambda row=row: _duplicate(actor, row, typed[row.id], shared, at, now))  # type: ignore[misc]
    refresh(sheet)
    _forget(actor, sheet, [o.row.id for o in outcomes.values() if o.done])
    return list(outcomes.values())


def _judged(outcome: RowOutcome, actor: Actor, line: JobLine, entry: ReadingEntry, now: datetime) -> Judged | None:
    try:
        return judge(actor, first_of(line), entry, now)
    except FieldRefused as error:
        outcome.errors[error.field] = str(error.message)
    except GateRefused as error:
        outcome.stop = error.stop
    except Refused as error:
        outcome.stop = Stop(says=error.message)
    return None


def _attempt(outcome: RowOutcome, act: object) -> None:
    """One control or duplicate row: its refusal stays with it. What refuses does so before anything is written."""
    try:
        act()  # type: ignore[operator]
        outcome.done = True
    except FieldRefused as error:
        outcome.errors[CONTROL if outcome.row.kind == "control" else error.field] = str(error.message)
    except GateRefused as error:
        outcome.stop = error.stop
    except Refused as error:
        outcome.stop = Stop(says=error.message)


def _control(actor: Actor, row: WorksheetLine, typed: Typed, shared: Shared, at: datetime) -> None:
    if row.value_id is not None or row.chart is None:
        raise Refused(gettext("Dòng kiểm soát này đã có giá trị."))
    values: list[Decimal] = []
    for piece in typed.texts.get(CONTROL, "").replace("\n", ";").split(";"):
        if not piece.strip():
            continue
        try:
            values.append(parse_decimal(piece, shared.locale))
        except NotANumber as error:
            raise FieldRefused(CONTROL, put_into_words(EntryRefused(CONTROL, error.code, error.text))) from error
    chosen = {i.id: i for i in shared.instruments}
    instrument = chosen.get(row.chart.instrument_id) if row.chart.instrument_id is not None else None
    value = record_value(actor, row.chart, values, measured_at=at, instrument=instrument, note=typed.note, late_reason=shared.late_reason)
    row.value_id = value.id


def _duplicate(actor: Actor, row: WorksheetLine, typed: Typed, shared: Shared, at: datetime, now: datetime) -> None:
    line = row.line
    if row.comparison_id is not None or line is None:
        raise Refused(gettext("Dòng lặp này đã được so sánh."))
    try:
        _raw, refused, outcome = work_out(line, entry_of(typed, shared, at), now)
    except EntryRefused as error:
        raise FieldRefused(error.key or "raw", put_into_words(error)) from error
    if refused:
        first = next(iter(refused.values()))
        raise FieldRefused(first.key, put_into_words(first))
    if outcome is None or outcome.value is None or outcome.operator:
        raise FieldRefused("raw", gettext("Dòng lặp cần một giá trị đo được."))
    limit = row.settings.get("limit")
    row.comparison_id = record_comparison(
        actor, line.job.method_version.method, line.parameter.code, kind="replicate", criterion=str(row.settings["criterion"]),
        limit=Decimal(limit) if limit else None, first_line=line, second=format(outcome.value, "f"), second_u=outcome.u,
        about=gettext("bảng đo %(code)s, %(job)s", code=row.worksheet.code, job=line.job.code), measured_at=at).id


def _forget(actor: Actor, sheet: Worksheet, row_ids: Sequence[int]) -> None:
    """The text of recorded rows is no draft any more."""
    if actor.id is None or not row_ids:
        return
    body = drafts.load(actor.id, draft_key(sheet.id))
    if not body:
        return
    gone = {str(ident) for ident in row_ids}
    kept = {name: text for name, text in body.get("cells", {}).items() if name.split(".")[1] not in gone}
    drafts.save(actor.id, draft_key(sheet.id), {**body, "cells": kept})
