"""Questions about recalls: the list, one with its letters, those of an instrument, of a report, of nonconforming work."""
from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from certificates.models import Recall, RecallLetter, ReportLine
from instruments.models import Instrument
from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.results.models import Reading, ReadingInstrument


def recalls() -> Select[Any]:
    """All recalls with their instrument and the nonconforming work they belong to."""
    return select(Recall).options(joinedload(Recall.instrument), joinedload(Recall.nonconformity))


def recall_by_code(code: str) -> Recall | None:
    """The recall with this code, with the people it names."""
    return db.session.scalar(recalls().where(Recall.code == code).options(
        joinedload(Recall.opened_by).lazyload(Person.roles), joinedload(Recall.closed_by).lazyload(Person.roles)))


def recalls_of_instrument(instrument_id: int) -> list[Recall]:
    """Recalls of one instrument, newest first."""
    return list(db.session.scalars(recalls().where(Recall.instrument_id == instrument_id).order_by(Recall.id.desc()).limit(50)))


def recalls_of_nonconformity(nonconformity_id: int) -> list[Recall]:
    """Recalls that belong to nonconforming work."""
    return list(db.session.scalars(recalls().where(Recall.nonconformity_id == nonconformity_id).order_by(Recall.id)))


def open_recall_of(instrument_id: int) -> Recall | None:
    """The newest recall of an instrument that is not concluded."""
    return db.session.scalar(
        recalls().where(Recall.instrument_id == instrument_id, Recall.status == "open").order_by(Recall.id.desc()).limit(1))


def recalls_of_report(report_id: int) -> list[Recall]:
    """Recalls whose window holds a reading of this report that was made with their instrument, or that somebody decided on."""
    used = ReadingInstrument
    touched = (
        select(used.id).join(ReportLine, ReportLine.reading_id == used.reading_id)
        .where(ReportLine.report_id == report_id, used.instrument_id == Recall.instrument_id,
               used.measured_at >= Recall.since, used.measured_at < Recall.until)
    )
    return list(db.session.scalars(recalls().where(touched.exists()).order_by(Recall.id)))


def letters(recall_id: int) -> list[RecallLetter]:
    """Letters of a recall with their enterprise, by name."""
    query = select(RecallLetter).where(RecallLetter.recall_id == recall_id).options(
        joinedload(RecallLetter.customer), joinedload(RecallLetter.sent_by).lazyload(Person.roles))
    return sorted(db.session.scalars(query), key=lambda letter: letter.customer.name)


def letter(recall_id: int, ident: int) -> RecallLetter | None:
    """One letter of a recall."""
    return db.session.scalar(select(RecallLetter).where(and_(RecallLetter.recall_id == recall_id, RecallLetter.id == ident)).options(
        joinedload(RecallLetter.customer), joinedload(RecallLetter.recall)))


def people_who_measured(reading_ids: list[int]) -> list[tuple[int, str]]:
    """Who measured these readings."""
    rows = db.session.execute(
        select(Person.id, Person.full_name).where(
            Person.id.in_(select(Reading.person_id).where(Reading.id.in_(reading_ids)))).order_by(Person.id))
    return [(ident, name) for ident, name in rows]


def instrument_named(text: str) -> Instrument | None:
    """The instrument with this code or serial number."""
    return db.session.scalar(
        select(Instrument).where(or_(Instrument.code == text, Instrument.serial == text)).order_by(Instrument.id).limit(1))
