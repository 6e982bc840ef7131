"""Readings of a whole job from one table: every row by the same door as one typed at the bench, nothing saved unless all is well
or the good rows are wanted alone (7.5.1, 7.11)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from instruments.models import Instrument
from lab_app.core import clock, files
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.files import Upload
from lab_app.core.forms import parse_moment
from lab_app.core.gates import Stop
from lab_app.core.i18n import pick
from lab_app.core.permissions import P
from lab_app.quality.models import EnvironmentRecord
from lab_app.results import loading
from lab_app.results.batch import COLUMNS, ENGLISH, TableRow
from lab_app.results.computation import FREQUENCY, OBSERVED
from lab_app.results.models import JobLine, Reading, TestJob
from lab_app.results.preview import Preview, preview
from lab_app.results.services.recording import ReadingEntry, field_name, record_reading

ANSWERS = {"đạt": "PASS", "pass": "PASS", "không đạt": "FAIL", "fail": "FAIL", "không áp dụng": "NA", "na": "NA", "n/a": "NA",
           "không thử": "NT", "nt": "NT"}


@dataclass
class PlannedRow:
    """One row as it would be recorded: the line it is for, what was understood, and why it would be refused."""

    number: int
    line: JobLine | None = None
    entry: ReadingEntry | None = None
    seen: Preview | None = None
    error: str = ""
    stop: Stop | None = None

    @property
    def good(self) -> bool:
        """Whether recording it would succeed, as far as can be seen without writing."""
        return not self.error and self.stop is None

    @property
    def why(self) -> str:
        """Why it would be refused, with the clause of a gate."""
        if self.stop is None:
            return self.error
        return f"{self.stop.says} ({', '.join(self.stop.clauses)})" if self.stop.clauses else str(self.stop.says)


@dataclass(frozen=True)
class Common:
    """What holds for every row that does not say otherwise. `locale` says by which decimal sign numbers are read."""

    locale: str
    instruments: Sequence[Instrument] = field(default_factory=tuple)
    environment: EnvironmentRecord | None = None
    measured_at: datetime | None = None
    late_reason: str = ""


def plan_rows(actor: Actor, job: TestJob, rows: Sequence[TableRow], common: Common, source_file: str = "") -> list[PlannedRow]:
    """What recording each row would give, asking every gate and writing nothing."""
    lines = [line for line in loading.lines_of(job) if line.status != "cancelled"]
    named = _Named(rows)
    taken: dict[int, int] = {}
    planned = []
    for row in rows:
        made = _plan(row, lines, common, named, source_file)
        if made.line is not None and made.line.id in taken and not made.error:
            made.error = gettext("chỉ tiêu này đã có ở dòng %(n)s của tệp", n=taken[made.line.id])
        if made.line is not None:
            taken.setdefault(made.line.id, row.number)
        if made.line is not None and made.entry is not None and not made.error:
            _judge(actor, made, made.line, made.entry)
        planned.append(made)
    return planned


def import_readings(actor: Actor, job: TestJob, rows: Sequence[TableRow], common: Common, upload: Upload, *,
                    only_good: bool = False) -> list[Reading]:
    """Record every row of a table through `record_reading`, and keep the table with the job by its hash.

    The first row that is refused refuses the whole (its gate's own refusal, or `Refused` naming the line), unless `only_good`:
    then the others are recorded. Refuses when no row is good.
    """
    authorize(actor, P.RESULT_WRITE)
    planned = plan_rows(actor, job, rows, common, upload.sha256)
    good = [p for p in planned if p.good]
    if not good and only_good:
        raise Refused(gettext("Không có dòng nào ghi được."))
    made = []
    for p in planned:
        if p.good or (p.stop is not None and not only_good):
            assert p.line is not None and p.entry is not None
            made.append(record_reading(actor, p.line, p.entry))  # a row that a gate stops is refused here, by that gate
        elif not only_good:
            raise Refused(gettext("Dòng %(n)s: %(why)s.", n=p.number, why=p.why.rstrip(".")))
    files.attach(upload, "test-job", job.id, actor.id, purpose="readings", caption=gettext("Tệp số đọc, %(n)s dòng", n=len(made)))
    return made


class _Named:
    """Instruments and environment records that rows name, read at once."""

    def __init__(self, rows: Sequence[TableRow]) -> None:
        codes = {c for row in rows for c in _codes(row.cells.get("instruments", ""))}
        airs = {row.cells["environment"] for row in rows if row.cells.get("environment")}
        self.instruments = {
            i.code: i for i in (db.session.scalars(select(Instrument).where(Instrument.code.in_(codes))) if codes else ())}
        self.environments = {
            e.code: e for e in (
                db.session.scalars(select(EnvironmentRecord).where(EnvironmentRecord.code.in_(airs))) if airs else ())}


def _codes(text: str) -> list[str]:
    return text.replace("+", " ").replace(",", " ").replace(";", " ").split()


def _plan(row: TableRow, lines: Sequence[JobLine], common: Common, named: _Named, source_file: str) -> PlannedRow:
    if row.wrong:
        return PlannedRow(row.number, error=row.wrong)
    try:
        line = _line(row.cells, lines)
    except FieldRefused as error:
        return PlannedRow(row.number, error=str(error.message))
    try:
        return PlannedRow(row.number, line, _entry(row.cells, line, common, named, source_file))
    except FieldRefused as error:
        return PlannedRow(row.number, line, error=str(error.message))


def _line(cells: Mapping[str, str], lines: Sequence[JobLine]) -> JobLine:
    """The line that a row names by its number, else by parameter and condition; of several the one still to be measured."""
    number, code, conditions = (cells.get(k, "") for k in ("line", "parameter", "conditions"))
    found = list(lines)
    if number:
        found = [x for x in found if str(x.position) == number]
    if code:
        found = [x for x in found if x.parameter.code.casefold() == code.casefold()]
    if conditions:
        found = [x for x in found if " ".join(x.conditions.split()).casefold() == " ".join(conditions.split()).casefold()]
    said = " · ".join(x for x in (number, code, conditions) if x)
    if not said or not found:
        raise FieldRefused("line", gettext("việc này không có chỉ tiêu “%(what)s”", what=said[:60]))
    open_ones = [x for x in found if x.status == "planned" and not x.readings]
    if not open_ones:
        raise FieldRefused("line", gettext("chỉ tiêu “%(what)s” đã có số đọc", what=said[:60]))
    if len(open_ones) > 1:
        raise FieldRefused("line", gettext("“%(what)s” chỉ nhiều chỉ tiêu: thêm cột “dòng” hoặc “điều kiện”", what=said[:60]))
    return open_ones[0]


def _entry(cells: Mapping[str, str], line: JobLine, common: Common, named: _Named, source_file: str) -> ReadingEntry:
    entry = ReadingEntry(
        measured_at=common.measured_at or clock.now(), texts=_texts(cells, line), locale=common.locale, instruments=common.instruments,
        environment=common.environment, late_reason=cells.get("late_reason") or common.late_reason, note=cells.get("note", ""),
        observation=_observation(cells.get("observation", "")), source_file=source_file,
    )
    if cells.get("measured_at"):
        try:
            entry = replace(entry, measured_at=parse_moment(cells["measured_at"]))
        except ValueError as error:
            raise FieldRefused("measured_at", str(error).rstrip(".")) from error
    if cells.get("instruments"):
        codes = _codes(cells["instruments"])
        unknown = [c for c in codes if c not in named.instruments]
        if unknown:
            raise FieldRefused("instruments", gettext("danh mục không có thiết bị %(code)s", code=", ".join(unknown)[:60]))
        entry = replace(entry, instruments=[named.instruments[c] for c in codes])
    if cells.get("environment"):
        air = named.environments.get(cells["environment"])
        if air is None:
            raise FieldRefused("environment", gettext("không có bản ghi môi trường %(code)s", code=cells["environment"][:60]))
        entry = replace(entry, environment=air)
    return entry


def _texts(cells: Mapping[str, str], line: JobLine) -> dict[str, str]:
    """The raw readings of a row: by their own columns, by *value* for the one that is measured, by *frequency* for that one."""
    fields = [f for f in line.parameter.fields if f.get("fixed") in (None, "")]
    keys = [str(f["key"]) for f in fields]
    texts = {key: cells[f"raw:{key}"] for key in keys if cells.get(f"raw:{key}")}
    strange = [c.removeprefix("raw:") for c, text in cells.items() if c.startswith("raw:") and text and c.removeprefix("raw:") not in keys]
    if strange:
        raise FieldRefused("raw", gettext("chỉ tiêu này không có ô “%(name)s”", name=strange[0][:40]))
    if cells.get("value"):
        measured = [str(f["key"]) for f in fields if str(f.get("source") or "measured") == "measured"
                    and not str(f["key"]).startswith(FREQUENCY)]
        if len(measured) != 1:
            raise FieldRefused("value", gettext("chỉ tiêu này có %(n)s số đọc: dùng cột riêng cho từng số", n=len(measured)))
        if texts.get(measured[0], cells["value"]) != cells["value"]:
            raise FieldRefused("value", gettext("hai cột cho hai số khác nhau của cùng một ô"))
        texts[measured[0]] = cells["value"]
    if cells.get("frequency"):
        key = next((k for k in keys if k.startswith(FREQUENCY)), None)
        if key is None:
            raise FieldRefused("frequency", gettext("chỉ tiêu này không có ô tần số"))
        texts.setdefault(key, cells["frequency"])
    return texts


def _observation(text: str) -> str:
    answer = ANSWERS.get(text.casefold(), text.upper())
    if answer and answer not in OBSERVED:
        raise FieldRefused("observation", gettext("không hiểu câu trả lời “%(text)s”", text=text[:30]))
    return answer


def _judge(actor: Actor, made: PlannedRow, line: JobLine, entry: ReadingEntry) -> None:
    """Read, compute and ask the gates of one row."""
    try:
        made.seen = seen = preview(actor, line, entry)
    except FieldRefused as error:
        made.error = str(error.message)
        return
    if seen.errors:
        key, says = next(iter(seen.errors.items()))
        made.error = f"{field_name(line, key)}: {says}" if key else says
    made.stop = None if made.error else seen.stop


def pattern(job: TestJob) -> tuple[list[str], list[list[Any]]]:
    """Heading and rows of a table to fill in: the job's lines that are still to be measured, a column for each raw reading."""
    lines = [line for line in loading.lines_of(job) if line.status == "planned"]
    fields: dict[str, str] = {}
    for line in lines:
        for f in line.parameter.fields:
            if f.get("fixed") in (None, "") and str(f.get("source") or "measured") in ("measured", "setting", "factor"):
                fields.setdefault(str(f["key"]), str(f["key"]) + (f" ({f['unit']})" if f.get("unit") else ""))

    def title(key: str) -> str:
        return pick(COLUMNS[key][0], ENGLISH[key])

    heads = [*map(title, ("line", "parameter", "conditions")), *fields.values(),
             *map(title, ("measured_at", "instruments", "observation", "note"))]
    return heads, [[x.position, x.parameter.code, x.conditions, *("" for _ in heads[3:])] for x in lines]
