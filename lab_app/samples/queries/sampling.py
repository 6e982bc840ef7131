"""Questions about sampling records (7.3.3, 7.8.5)."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from lab_app.accounts.models import Person
from lab_app.core.db import db
from lab_app.samples.models import RequestItem, Sample, SamplingRecord
from lab_app.samples.workflow import SamplingFacts

#: The eight groups of 7.3.3: letter, words, the columns that say it.
GROUPS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("a", _l("phương pháp lấy mẫu"), ("method", "plan")), ("b", _l("ngày giờ lấy mẫu"), ("began_at", "ended_at")),
    ("c", _l("dữ liệu nhận biết và mô tả mẫu"), ("identification",)), ("d", _l("người lấy mẫu"), ("sampled_by_id",)),
    ("e", _l("thiết bị đã dùng"), ("equipment",)), ("f", _l("điều kiện môi trường, vận chuyển"), ("conditions",)),
    ("g", _l("sơ đồ hoặc cách khác chỉ rõ nơi lấy"), ("place", "location")),
    ("h", _l("sai khác so với phương pháp và kế hoạch lấy mẫu"), ("deviations",)),
)


def missing_groups(record: SamplingRecord) -> tuple[Any, ...]:
    """Words of the groups of 7.3.3 that do not stand in a record."""
    return tuple(words for _letter, words, names in GROUPS if not all(str(getattr(record, n) or "").strip() for n in names))


def sampling_facts(item: RequestItem, record: SamplingRecord | None, received_at: datetime) -> SamplingFacts:
    """What the gate of reception looks at."""
    if record is None:
        return SamplingFacts(item.id, received_at)
    used = int(db.session.scalar(select(func.count()).select_from(Sample).where(Sample.sampling_record_id == record.id)) or 0)
    newer = db.session.scalar(select(SamplingRecord.code).where(SamplingRecord.replaces_id == record.id))
    return SamplingFacts(
        item.id, received_at, record.code, newer or "", record.item_id != item.id, missing_groups(record), record.ended_at,
        record.taken - used)


def _named() -> tuple[Any, ...]:
    return (joinedload(SamplingRecord.sampled_by).lazyload(Person.roles), joinedload(SamplingRecord.recorded_by).lazyload(Person.roles),
            joinedload(SamplingRecord.item).joinedload(RequestItem.request), selectinload(SamplingRecord.samples),
            joinedload(SamplingRecord.replaces), joinedload(SamplingRecord.replaced_by))


def sampling_by_code(code: str) -> SamplingRecord | None:
    """The record with this code, with its people, its item and the samples received from it."""
    return db.session.scalar(select(SamplingRecord).where(SamplingRecord.code == code).options(*_named()))


def sampling_of_items(item_ids: Iterable[int]) -> list[SamplingRecord]:
    """Records of some items that nothing replaced, newest first."""
    ids = list(item_ids)
    if not ids:
        return []
    replaced = select(SamplingRecord.replaces_id).where(SamplingRecord.replaces_id.is_not(None))
    return list(db.session.scalars(
        select(SamplingRecord).where(SamplingRecord.item_id.in_(ids), SamplingRecord.id.not_in(replaced))
        .order_by(SamplingRecord.id.desc())))


def sampling_query() -> Select[Any]:
    """All records, for the list."""
    return select(SamplingRecord).options(
        joinedload(SamplingRecord.sampled_by).lazyload(Person.roles), joinedload(SamplingRecord.item).joinedload(RequestItem.request),
        joinedload(SamplingRecord.replaced_by))


def sampling_records(sample_ids: Iterable[int]) -> dict[int, SamplingRecord]:
    """Sample id → the record it came by, for the paper (7.8.5); one statement. Items the customer sampled are absent."""
    ids = list(sample_ids)
    if not ids:
        return {}
    rows = db.session.execute(
        select(Sample.id, SamplingRecord).join(SamplingRecord, SamplingRecord.id == Sample.sampling_record_id).where(Sample.id.in_(ids))
        .options(joinedload(SamplingRecord.sampled_by).lazyload(Person.roles)))
    return {ident: record for ident, record in rows}
