"""Questions about enterprises, requests, items."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.core.db import db
from lab_app.samples.models import (
    CustodyEvent,
    DeviationAnswer,
    FirmwareChange,
    Sample,
)
from lab_app.samples.queries.requests import HERE, named


def sample_by_code(code: str) -> Sample | None:
    """The item with this code, with its custody, answers and changes of firmware: a constant number of statements."""
    return db.session.scalar(
        select(Sample).where(Sample.code == code)
        .options(
            joinedload(Sample.request), joinedload(Sample.sampling_record), named(Sample.received_by),
            selectinload(Sample.custody).options(named(CustodyEvent.to_person), named(CustodyEvent.by)),
            selectinload(Sample.answers).options(named(DeviationAnswer.recorded_by)),
            selectinload(Sample.firmware_changes),
        )
    )


def firmware_at(sample: Sample, at: datetime) -> str:
    """The item's firmware at a moment."""
    change = db.session.scalar(
        select(FirmwareChange)
        .where(FirmwareChange.sample_id == sample.id, FirmwareChange.changed_at <= at)
        .order_by(FirmwareChange.changed_at.desc(), FirmwareChange.id.desc())
        .limit(1)
    )
    return change.firmware if change else sample.firmware


def firmwares_at(samples: Iterable[Sample], at: datetime) -> dict[int, str]:
    """Sample id → its firmware at a moment; one statement for many items."""
    found = {sample.id: sample.firmware for sample in samples}
    for change in db.session.scalars(
        select(FirmwareChange).where(FirmwareChange.sample_id.in_(list(found)), FirmwareChange.changed_at <= at)
        .order_by(FirmwareChange.changed_at, FirmwareChange.id)
    ):
        found[change.sample_id] = change.firmware
    return found


def firmware_changes(sample_id: int) -> list[FirmwareChange]:
    """Firmware changes of an item, oldest first."""
    return list(db.session.scalars(
        select(FirmwareChange).where(FirmwareChange.sample_id == sample_id).order_by(FirmwareChange.changed_at)
    ))


def samples_query() -> Select[Any]:
    """All items, for the list."""
    return select(Sample).options(joinedload(Sample.request))


def open_samples(item_id: int) -> list[Sample]:
    """Items of a kind that are still with the laboratory."""
    return list(db.session.scalars(select(Sample).where(Sample.item_id == item_id, Sample.status.in_(HERE)).order_by(Sample.id)))


def samples_of(request_id: int) -> list[Sample]:
    """Every item of a request, with who received it and what the customer answered about it."""
    return list(db.session.scalars(
        select(Sample).where(Sample.request_id == request_id)
        .options(named(Sample.received_by), selectinload(Sample.answers)).order_by(Sample.id)
    ))


def storage_places(limit: int = 30) -> list[str]:
    """Places where items were kept lately, for the picker."""
    newest = select(Sample.storage).where(Sample.storage != "").order_by(Sample.id.desc()).limit(200).subquery()
    return list(db.session.scalars(select(newest.c.storage).distinct().order_by(newest.c.storage).limit(limit)))


def latest_moves(sample_ids: Iterable[int]) -> dict[int, CustodyEvent]:
    """Sample id → its last custody event; one statement."""
    rows = db.session.scalars(
        select(CustodyEvent).where(CustodyEvent.sample_id.in_(list(sample_ids)))
        .options(named(CustodyEvent.to_person), named(CustodyEvent.by)).order_by(CustodyEvent.at, CustodyEvent.id)
    )
    return {row.sample_id: row for row in rows}


def moves_of_request(request_id: int) -> list[CustodyEvent]:
    """Every custody event of a request's items, in time."""
    return list(db.session.scalars(
        select(CustodyEvent).join(Sample, CustodyEvent.sample_id == Sample.id).where(Sample.request_id == request_id)
        .options(named(CustodyEvent.to_person), named(CustodyEvent.by), joinedload(CustodyEvent.sample))
        .order_by(CustodyEvent.at, CustodyEvent.id)
    ))


def count_deviating() -> Select[Any]:
    """How many items came with a deviation (7.4.3), as a question asked together with others."""
    return select(func.count()).select_from(Sample).where(Sample.deviation != "")
