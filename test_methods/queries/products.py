"""Questions about product lists: which list counts on a day as known at a moment, which lines and regulations a product meets."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from lab_app.core.db import db
from lab_app.core.i18n import pick
from test_methods.models import ProductEntry, ProductList, Regulation
from test_methods.queries.plan_rules import editions_of
from test_methods.rules import products as rules
from test_methods.rules.days import in_force
from test_methods.rules.plan_rules import ask


@dataclass(frozen=True)
class MatchedEntry:
    """A line that a product meets: `by_hs` through its code, `unstated` the properties that nobody stated and it depends on."""

    entry: ProductEntry
    lane: str
    reason: str
    by_hs: bool
    unstated: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProposedRegulation:
    """An edition that a product is tested by, with the line of the list that says so, its lane, and the reason in words."""

    regulation: Regulation
    entry: ProductEntry
    lane: str
    reason: str


def list_by_code(code: str) -> ProductList | None:
    """The list of this circular."""
    return db.session.scalar(select(ProductList).where(ProductList.code == code))


def product_lists() -> list[ProductList]:
    """All lists, the latest in force first."""
    return list(db.session.scalars(select(ProductList).order_by(ProductList.in_force_from.desc(), ProductList.id.desc())))


def entry_counts() -> dict[int, tuple[int, int]]:
    """List id → (lines, of which somebody confirmed)."""
    rows = db.session.execute(
        select(ProductEntry.list_id, func.count(), func.count(ProductEntry.confirmed_on)).group_by(ProductEntry.list_id))
    return {ident: (total, confirmed) for ident, total, confirmed in rows}


def entries_on(on: date, known_at: datetime) -> list[ProductEntry]:
    """The lines that count on a day as known at a moment, in the order of their lists; one statement."""
    rows = db.session.scalars(
        select(ProductEntry).join(ProductEntry.product_list).options(contains_eager(ProductEntry.product_list))
        .order_by(ProductList.in_force_from, ProductEntry.position, ProductEntry.id))
    return [row for row in rows if entry_counts_on(row, on, known_at)]


def list_counts_on(row: ProductList, on: date, known_at: datetime) -> bool:
    """Whether a list counts on a day as known at a moment."""
    return rules.counts_on(row.in_force_from, row.in_force_to, row.ended_recorded_at, row.recorded_at, on, known_at)


def entry_counts_on(row: ProductEntry, on: date, known_at: datetime) -> bool:
    """Whether a line counts on a day: its list does, and its own days where it has some."""
    return list_counts_on(row.product_list, on, known_at) and rules.counts_on(
        row.in_force_from, row.in_force_to, row.ended_recorded_at, row.recorded_at, on, known_at)


def matching_entries(properties: Mapping[str, Any], on: date, known_at: datetime) -> list[MatchedEntry]:
    """The lines a product meets, as known then. A stated HS code decides; without one the line's conditions must hold."""
    out = []
    hs = str(properties.get("hs") or "")
    for entry in entries_on(on, known_at):
        asked = ask(entry.conditions, properties)
        if asked.holds is False:
            continue
        by_hs = bool(hs) and bool(entry.hs)
        if by_hs and not rules.covers(entry.hs, hs):
            continue
        if not by_hs and (not entry.conditions or asked.holds is None):
            continue
        out.append(MatchedEntry(entry, entry.lane, _reason(entry, hs if by_hs else ""), by_hs, asked.unstated))
    return out


def _reason(entry: ProductEntry, hs: str) -> str:
    where = gettext("mục %(item)s phụ lục %(annex)s của %(list)s", item=entry.item, annex=entry.annex or "–", list=entry.product_list.code)
    name = pick(entry.name_vi, entry.name_en)
    said = gettext("%(where)s: %(name)s, mã HS %(hs)s", where=where, name=name, hs=hs) if hs else f"{where}: {name}"
    return said if entry.confirmed_on else gettext("%(said)s (mục chưa đối chiếu văn bản)", said=said)


def edition_on(editions: Iterable[Regulation], on: date) -> Regulation | None:
    """Of a family's editions the one in force on a day; where none has a known day, the latest that nothing replaced."""
    dated: list[Regulation] = []
    undated: list[Regulation] = []
    for row in editions:
        if in_force(row.in_force_from, row.in_force_to, on):
            (undated if row.in_force_from is None else dated).append(row)
    if dated:
        return max(dated, key=lambda r: (r.in_force_from or date.min, r.code))
    return max((r for r in undated if not r.replaced_by), key=lambda r: r.code, default=None)


def matching(properties: Mapping[str, Any], on: date, known_at: datetime) -> list[ProposedRegulation]:
    """The regulations that the product lists name for a product, in the edition in force on the day; each once, by its first line.

    A family that nobody entered, or that has no edition in force, is left out: :func:`matching_entries` still shows its line.
    """
    matched = matching_entries(properties, on, known_at)
    editions = editions_of([family for m in matched for family in m.entry.regulations])
    out: dict[int, ProposedRegulation] = {}
    for m in matched:
        for family in m.entry.regulations:
            row = edition_on(editions[family], on)
            if row is not None:
                out.setdefault(row.id, ProposedRegulation(row, m.entry, m.lane, m.reason))
    return list(out.values())
