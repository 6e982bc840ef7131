"""Reads of what is public beyond one paper's page: the directory by words, exhibits, open data. Only agreed entries are ever touched."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from certificates import directory, workflow
from certificates.models import Exhibit, OpenDataFile, PublishedEntry, PublishedWord, Report
from lab_app.core.db import db

SIZE = 25
#: Words are counted so far to find the rarest one.
_COUNTED = 2_000
_entry, _word, _report = PublishedEntry.__table__, PublishedWord.__table__, Report.__table__
SHOWN = (
    _entry.c.id, _entry.c.products, _entry.c.customer, _entry.c.customer_en, _entry.c.tax_code, _entry.c.regulations,
    _report.c.number, _report.c.code, _report.c.kind, _report.c.status, _report.c.issued_on, _report.c.valid_from, _report.c.expires_on,
    _report.c.status_at, _report.c.file_sha256,
)


@dataclass(frozen=True)
class Found:
    """One page of the directory; `after` and `before` are the keys of the neighbouring pages."""

    rows: Sequence[Row[Any]]
    after: int | None
    before: int | None


def _public() -> ColumnElement[bool]:
    return and_(_entry.c.listed.is_(True), or_(*(_report.c.status == status for status in sorted(workflow.PUBLIC_STATES))))


def _shown() -> Select[Any]:
    return select(*SHOWN).select_from(_entry.join(_report, _report.c.id == _entry.c.report_id)).where(_public())


def _rarest_first(field: str, words: Sequence[str]) -> list[str]:
    """The words by how many entries have them, counted no further than `_COUNTED`: the rarest one leads the search."""
    if len(words) < 2:
        return list(words)
    counts = [
        select(literal(word).label("word"), select(func.count()).select_from(
            select(literal(1)).where(_word.c.field == field, _word.c.word == word).limit(_COUNTED).subquery()).scalar_subquery().label("n"))
        for word in words
    ]
    found = {word: n for word, n in db.session.execute(union_all(*counts))}
    return sorted(words, key=lambda word: found[word])


def search(typed: str, field: str = directory.ANY, after: int | None = None, before: int | None = None, size: int = SIZE) -> Found:
    """A page of the directory, newest first: entries that hold every typed word in that field (all entries when nothing was typed).

    Two statements at most, whatever is asked; a question without a word that could be found finds nothing.
    """
    words = [directory.tax_digits(typed)] if field == directory.TAX else directory.terms(typed)
    words = [word for word in words if word]
    if typed.strip() and not words:
        return Found([], None, None)
    query, key = _shown(), _entry.c.id
    if words:
        lead, *others = _rarest_first(field, words)
        leading = _word.alias("leading")
        query = query.join(leading, leading.c.entry_id == _entry.c.id).where(leading.c.field == field, leading.c.word == lead)
        key = leading.c.entry_id
        for n, word in enumerate(others):
            also = _word.alias(f"also_{n}")
            query = query.where(exists().where(also.c.field == field, also.c.word == word, also.c.entry_id == leading.c.entry_id))
    return _page(query, key, after, before, size)


def _page(query: Select[Any], key: Any, after: int | None, before: int | None, size: int) -> Found:
    backward = before is not None
    if backward:
        query = query.where(key > before).order_by(key.asc())
    else:
        query = (query.where(key < after) if after is not None else query).order_by(key.desc())
    rows = list(db.session.execute(query.limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    if backward:
        rows.reverse()
    if not rows:
        return Found([], None, None)
    older = rows[-1].id if more or backward else None
    newer = rows[0].id if (more if backward else after is not None) else None
    return Found(rows, older, newer)


def all_entries(chunk: int = 2_000) -> Iterator[Row[Any]]:
    """Everything that stands in the directory, oldest first, read in pieces by key."""
    last = 0
    while True:
        rows = db.session.execute(_shown().where(_entry.c.id > last).order_by(_entry.c.id).limit(chunk)).all()
        yield from rows
        if len(rows) < chunk:
            return
        last = rows[-1].id


def entry_of_report(report_id: int) -> PublishedEntry | None:
    """The paper's entry, taken out or not."""
    return db.session.scalar(select(PublishedEntry).where(PublishedEntry.report_id == report_id))


def words_of_entry(entry_id: int) -> list[PublishedWord]:
    """What an entry is found by at present."""
    return list(db.session.scalars(select(PublishedWord).where(PublishedWord.entry_id == entry_id)))


def listed_versions(base_number: str) -> list[PublishedEntry]:
    """Entries of all versions of a paper that stand in the directory."""
    return list(db.session.scalars(
        select(PublishedEntry).join(Report, Report.id == PublishedEntry.report_id)
        .where(Report.base_number == base_number, PublishedEntry.listed.is_(True))))


def kept_to_code(base_number: str) -> bool:
    """Whether the customer keeps any version of a paper to its code: from one version's page all others are reached."""
    return any(
        published.get(directory.CODE_ONLY)
        for published in db.session.scalars(select(Report.published).where(Report.base_number == base_number)))


# ---- exhibits ------------------------------------------------------------------------------------------------


def exhibits_of(report_id: int) -> list[Exhibit]:
    """All exhibits of a paper for the laboratory: those to come and those taken back too."""
    return list(db.session.scalars(select(Exhibit).where(Exhibit.report_id == report_id).order_by(Exhibit.public_on, Exhibit.id)))


def public_exhibits(code: str, today: date) -> list[Exhibit]:
    """What anyone may open today beside the paper with this code: what was agreed for any version of it."""
    asked = aliased(Report)
    return list(db.session.scalars(
        select(Exhibit).join(Report, Report.id == Exhibit.report_id).join(asked, asked.base_number == Report.base_number)
        .where(asked.code == code, asked.status.in_(workflow.PUBLIC_STATES), Exhibit.public_on <= today, Exhibit.taken_back_on.is_(None))
        .order_by(Exhibit.public_on, Exhibit.id)))


def exhibit(exhibit_id: int) -> Exhibit | None:
    """One exhibit."""
    return db.session.get(Exhibit, exhibit_id)


# ---- open data -----------------------------------------------------------------------------------------------


def open_data_files() -> list[OpenDataFile]:
    """The files that are kept, newest first."""
    return list(db.session.scalars(select(OpenDataFile).order_by(OpenDataFile.day.desc())))


def open_data_of(day: date) -> OpenDataFile | None:
    """The files of one day."""
    return db.session.scalar(select(OpenDataFile).where(OpenDataFile.day == day))
