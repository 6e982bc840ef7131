"""Reads for watch lists: a list by its subscription, the state of all that stands on it, and which lists a paper stands on."""
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import joinedload

from certificates import directory, life, workflow
from certificates.lookups import writing
from certificates.models import (
    PublishedEntry,
    PublishedWord,
    Report,
    StatusChange,
    Subscription,
    WatchedPaper,
    WatchedProduct,
    WatchList,
)
from lab_app.core.db import db
from lab_app.core.search import fold

LIST = "list"
#: So many papers of watched products are shown and told of at a time.
MOST_FOUND = 500
_report = Report.__table__
_STATE = (
    _report.c.id, _report.c.number, _report.c.base_number, _report.c.sequence, _report.c.code, _report.c.status, _report.c.issued_on,
    _report.c.valid_from, _report.c.expires_on, _report.c.status_at,
)


@dataclass(frozen=True)
class Standing:
    """The paper that a watcher is led to: newest version in force, or the newest at all; its status by its dates today."""

    base_number: str
    number: str
    code: str
    status: str
    since: datetime | date
    issued_on: date
    expires_on: date | None
    products: tuple[str, ...] = ()


def subscription_of(token: str) -> Subscription | None:
    """The confirmed subscription of a list by its token; `None` for all others alike."""
    if not 20 <= len(token) <= 60:
        return None
    return db.session.scalar(select(Subscription).where(
        Subscription.token == token, Subscription.kind == LIST, Subscription.confirmed_at.is_not(None), Subscription.ended_at.is_(None)))


def list_of(key: str) -> WatchList | None:
    """A list with its products; its papers are read by `papers_of`."""
    return db.session.scalar(select(WatchList).where(WatchList.key == key).options(joinedload(WatchList.products)))


def papers_of(list_id: int) -> list[WatchedPaper]:
    """The papers of a list in the order they were added."""
    return list(db.session.scalars(select(WatchedPaper).where(WatchedPaper.list_id == list_id).order_by(WatchedPaper.id)))


def _public() -> ColumnElement[bool]:
    return _report.c.status.in_(sorted(workflow.PUBLIC_STATES))


def standing_of(row: Any, today: date, products: tuple[str, ...] = ()) -> Standing:
    """One version as a watcher sees it today."""
    begin = row.valid_from or row.issued_on
    status = life.standing(row.status, begin, row.expires_on, today)
    since: Any = row.status_at if status == row.status else (begin if status == life.COMING else row.expires_on)
    return Standing(row.base_number, row.number, row.code, status, since, row.issued_on, row.expires_on, products)


def newest(rows: Iterable[Any]) -> dict[str, Any]:
    """Of versions by the first number the one to be led to: the newest that stands, else the newest."""
    found: dict[str, Any] = {}
    for row in rows:
        kept = found.get(row.base_number)
        weight = (row.status in (workflow.VALID, workflow.SUSPENDED, workflow.EXPIRED), row.sequence)
        if kept is None or weight > (kept.status in (workflow.VALID, workflow.SUSPENDED, workflow.EXPIRED), kept.sequence):
            found[row.base_number] = row
    return found


def _told_by_number(row: Any) -> bool:
    """Whether a version may be told to who put the paper on the list by its number: not where the customer keeps it to its code."""
    return bool(row.by_code) or not row.published.get(directory.CODE_ONLY)


def states_of_papers(list_id: int, today: date) -> dict[str, Standing]:
    """The state of every paper on a list, by first number. One statement."""
    query: Select[Any] = select(*_STATE, _report.c.published, WatchedPaper.by_code).join(
        WatchedPaper, WatchedPaper.base_number == _report.c.base_number).where(WatchedPaper.list_id == list_id, _public())
    rows = [row for row in db.session.execute(query) if _told_by_number(row)]
    return {base: standing_of(row, today) for base, row in newest(rows).items()}


# ---- products -----------------------------------------------------------------------------------------------


def _word(model: str) -> str:
    """What the directory finds a model by."""
    return "".join(re.findall(r"[0-9a-z]+", fold(model)))[:directory.LONGEST_WORD]


def names(product: WatchedProduct, entry: Sequence[Any]) -> bool:
    """Whether an entry of the directory names the watched product: the same model, and the same brand where one is watched."""
    return any(
        writing.same(product.model, str(item.get("model") or ""))
        and (not product.brand or writing.same(product.brand, str(item.get("brand") or "")))
        for item in entry)


def states_of_products(products: Sequence[WatchedProduct], today: date, since: datetime | None = None) -> list[Standing]:
    """Papers of the directory that name one of the products, newest first, at most `MOST_FOUND`; `since`: only those that came into
    it after that moment. One statement."""
    words = {_word(product.model) for product in products} - {""}
    if not words:
        return []
    query: Select[Any] = (
        select(*_STATE, PublishedEntry.id.label("entry_id"), PublishedEntry.products.label("named"))
        .join(PublishedEntry, PublishedEntry.report_id == _report.c.id)
        .join(PublishedWord, PublishedWord.entry_id == PublishedEntry.id)
        .where(PublishedWord.field == directory.MODEL, PublishedWord.word.in_(sorted(words)), PublishedEntry.listed.is_(True), _public())
        .distinct().order_by(PublishedEntry.id.desc()).limit(MOST_FOUND))
    if since is not None:
        query = query.where(PublishedEntry.recorded_at > since)
    rows = [row for row in db.session.execute(query) if any(names(product, row.named) for product in products)]
    chosen = newest(rows)
    return [standing_of(row, today, product_names(row.named)) for row in rows if chosen[row.base_number] is row]


def product_names(entry: Sequence[Any]) -> tuple[str, ...]:
    """The products of an entry of the directory, each as brand and model."""
    return tuple(" ".join(part for part in (str(item.get("brand") or ""), str(item.get("model") or "")) if part) for item in entry)


# ---- who is told --------------------------------------------------------------------------------------------


def lists_with(report: Report, daily: bool | None = None) -> list[str]:
    """Keys of the lists that a paper stands on, itself or by its product. Three statements at most.

    A paper that its customer keeps to its code stands only on the lists it was put on by a code.
    """
    wanted = (WatchList.daily.is_(daily),) if daily is not None else ()
    itself = (WatchedPaper.by_code.is_(True),) if report.published.get(directory.CODE_ONLY) else ()
    found = list(db.session.scalars(
        select(WatchList.key).join(WatchedPaper).where(WatchedPaper.base_number == report.base_number, *itself, *wanted)))
    return list(dict.fromkeys([*found, *lists_naming(_entry(report), daily)]))


def _entry(report: Report) -> list[dict[str, Any]]:
    """The products of a paper that stands in the directory; none for one that does not."""
    return db.session.execute(
        select(PublishedEntry.products).where(PublishedEntry.report_id == report.id, PublishedEntry.listed.is_(True))).scalar() or []


def lists_naming(entry: Sequence[Any], daily: bool | None = None) -> list[str]:
    """Keys of the lists that watch a product of an entry of the directory. One statement at most."""
    models = sorted({writing.key(str(item.get("model") or ""))[:120] for item in entry} - {""})
    if not models:
        return []
    wanted = (WatchList.daily.is_(daily),) if daily is not None else ()
    rows = db.session.execute(
        select(WatchList.key, WatchedProduct).join(WatchedProduct).where(WatchedProduct.model_key.in_(models), *wanted))
    return list(dict.fromkeys(key for key, product in rows if names(product, entry)))


def knows_code(key: str, report: Report) -> bool:
    """Whether the owner of a list may be led to a paper's own page: the code was typed there, or the directory names it."""
    typed = select(WatchedPaper.id).join(WatchList).where(
        WatchList.key == key, WatchedPaper.base_number == report.base_number, WatchedPaper.by_code.is_(True))
    listed = select(PublishedEntry.id).where(PublishedEntry.report_id == report.id, PublishedEntry.listed.is_(True))
    return any(db.session.scalar(one.limit(1)) is not None for one in (typed, listed))


def _due() -> Select[WatchList, Subscription]:
    return select(WatchList, Subscription).join(Subscription, Subscription.subject == WatchList.key).where(
        Subscription.kind == LIST, Subscription.confirmed_at.is_not(None), Subscription.ended_at.is_(None)).order_by(WatchList.id)


def due_lists(after: int, size: int) -> list[tuple[WatchList, Subscription]]:
    """Lists that are told once a day with their confirmed subscriptions, by key of the list, a portion."""
    rows = db.session.execute(_due().where(WatchList.daily.is_(True), WatchList.id > after).limit(size))
    return [(one, subscription) for one, subscription in rows]


def owned(keys: Iterable[str], after: int, size: int) -> list[tuple[WatchList, Subscription]]:
    """Lists with these keys and their confirmed subscriptions, a portion."""
    rows = db.session.execute(_due().where(WatchList.key.in_(sorted(keys)), WatchList.id > after).limit(size))
    return [(one, subscription) for one, subscription in rows]


def orphans(size: int) -> list[WatchList]:
    """Lists whose subscription has ended, or was forgotten because nobody confirmed it."""
    living = select(Subscription.subject).where(Subscription.kind == LIST, Subscription.ended_at.is_(None))
    return list(db.session.scalars(select(WatchList).where(WatchList.key.not_in(living)).order_by(WatchList.id).limit(size)))


def changes_since(one: WatchList, until: datetime) -> Sequence[Row[Any]]:
    """Changes of the papers of a list between its last letter and `until`, in their order; that a paper came into being is none."""
    rows = db.session.execute(
        select(StatusChange.id, StatusChange.to_status, StatusChange.public_reason, StatusChange.recorded_at, _report.c.number,
               _report.c.code, _report.c.published, WatchedPaper.by_code)
        .join(_report, _report.c.id == StatusChange.report_id)
        .join(WatchedPaper, WatchedPaper.base_number == _report.c.base_number)
        .where(WatchedPaper.list_id == one.id, _public(), StatusChange.recorded_at > one.told_at, StatusChange.recorded_at <= until,
               StatusChange.from_status != workflow.ISSUING)
        .order_by(StatusChange.id).limit(MOST_FOUND))
    return [row for row in rows if _told_by_number(row)]
