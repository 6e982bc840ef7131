"""Lists that cost the same at any depth: search, filters kept in the URL, sorting, keyset paging in SQL."""
from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy import Select, and_, literal, or_
from sqlalchemy.orm import InstrumentedAttribute

from lab_app.core import search
from lab_app.core.counting import COUNT_LIMIT, up_to_limit
from lab_app.core.db import db

SIZE = 25
EXPORT_LIMIT = 50_000


@dataclass(frozen=True)
class Column:
    """A column of a list. `sort` is the indexed attribute it sorts by, or None. `empty_last`: what is empty in it comes last, upwards too
    (a day by which nothing is due is no early day)."""

    key: str
    label: Any
    sort: InstrumentedAttribute[Any] | None = None
    css: str = ""
    empty_last: bool = False

    @property
    def sortable(self) -> bool:
        return self.sort is not None


@dataclass(frozen=True)
class Filter:
    """A filter of a list, kept in the URL. `apply` narrows the query; `options` are (value, label)."""

    name: str
    label: Any
    options: Sequence[tuple[str, Any]]
    apply: Callable[[Select[Any], str], Select[Any]]


@dataclass
class ShownFilter:
    """A filter as the page shows it."""

    name: str
    label: Any
    value: str
    options: Sequence[tuple[str, Any]]
    clear_url: str


@dataclass
class Page:
    """One page of a list, ready for the template."""

    rows: list[Any]
    columns: Sequence[Column]
    sort: str
    direction: str
    q: str
    filters: list[ShownFilter]
    chips: list[tuple[str, str]]
    next_url: str | None
    prev_url: str | None
    count_text: str
    empty_after_filter: bool
    clear_url: str
    crowded: bool = False
    empty_last: bool = False
    _args: dict[str, Any] = field(default_factory=dict)

    def url(self, **changes: Any) -> str:
        """This list's address with some parameters changed (None removes one)."""
        args = {k: v for k, v in {**self._args, **changes}.items() if v not in (None, "")}
        return url_for(str(request.endpoint), **{**(request.view_args or {}), **args})

    def sort_url(self, key: str) -> str:
        """Address that sorts by this column; the second click turns the direction."""
        turned = "desc" if self.sort == key and self.direction == "asc" else "asc"
        return self.url(sort=key, dir=turned, after=None, before=None)

    def export_url(self, kind: str) -> str:
        """Address of the same list as a file (`csv`, `xlsx`)."""
        return self.url(export=kind, after=None, before=None)


def _pack(values: list[Any]) -> str:
    def plain(v: Any) -> Any:
        if isinstance(v, datetime):
            return {"t": v.isoformat()}
        if isinstance(v, date):
            return {"d": v.isoformat()}
        if isinstance(v, Decimal):
            return {"n": str(v)}
        return v

    return base64.urlsafe_b64encode(json.dumps([plain(v) for v in values]).encode()).decode().rstrip("=")


def _unpack(token: str) -> list[Any] | None:
    try:
        raw = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if not isinstance(raw, list) or len(raw) != 2:
            return None
        out: list[Any] = []
        for v in raw:
            if isinstance(v, dict):
                kind, text = next(iter(v.items()))
                readers: dict[str, Callable[[str], Any]] = {"t": datetime.fromisoformat, "d": date.fromisoformat, "n": Decimal}
                out.append(readers[kind](text))
            else:
                out.append(v)
        return out
    except (ValueError, KeyError, StopIteration, TypeError):
        return None


def count_text(query: Select[Any], shown: int, whole: bool) -> str:
    """How many rows match, counted no further than `COUNT_LIMIT`."""
    if whole:
        return ngettext("%(n)s dòng", "%(n)s dòng", shown, n=shown)
    rows = query.order_by(None).with_only_columns(literal(1).label("one"), maintain_column_froms=True)
    n = int(db.session.scalar(up_to_limit(rows)) or 0)
    return gettext("hơn %(n)s dòng", n=COUNT_LIMIT) if n > COUNT_LIMIT else ngettext("%(n)s dòng", "%(n)s dòng", n, n=n)


def listing(
    query: Select[Any],
    model: Any,
    columns: Sequence[Column],
    *,
    kind: str | None = None,
    filters: Sequence[Filter] = (),
    default_sort: str,
    default_direction: str = "desc",
    size: int = SIZE,
) -> Page:
    """Read one page of `query` (a select of `model`) as the present request asks.

    Parameters in the URL: `q`, one per filter, `sort`, `dir`, `after`/`before` (keyset tokens). Sorting uses
    (column, id), so equal and empty values page without loss; sort columns must be indexed.
    `kind` names the search index's kind that `q` looks in.
    """
    q = request.args.get("q", "").strip()[:100]
    page = Page([], columns, "", "", q, [], [], None, None, "", False, "")
    query = _narrow(page, query, model, kind, filters)
    attribute = _sorting(page, columns, default_sort, default_direction)
    for s in page.filters:
        s.clear_url = page.url(**{s.name: None})
        if s.value:
            page.chips.append((f"{s.label}: {dict(s.options)[s.value]}", s.clear_url))
    if q:
        page.chips.append((f"“{q}”", page.url(q=None)))
    page.clear_url = page.url(**{k: None for k in page._args})
    page.empty_after_filter = bool(page.chips)
    _fill(page, query, model, attribute, size)
    return page


def _narrow(page: Page, query: Select[Any], model: Any, kind: str | None, filters: Sequence[Filter]) -> Select[Any]:
    page._args["q"] = page.q
    if page.q and kind:
        found = search.ids(kind, page.q)
        if found is not None:
            query = query.where(model.id.in_(found))
            page.crowded = search.crowded(kind, page.q)
    for f in filters:
        value = request.args.get(f.name, "")
        if value and value in dict(f.options):
            query = f.apply(query, value)
            page._args[f.name] = value
        else:
            value = ""
        page.filters.append(ShownFilter(f.name, f.label, value, f.options, ""))
    return query


def _sorting(page: Page, columns: Sequence[Column], default_sort: str, default_direction: str) -> Any:
    by_key = {c.key: c.sort for c in columns if c.sort is not None}
    sort = request.args.get("sort", default_sort)
    direction = request.args.get("dir", default_direction)
    if sort not in by_key:
        sort, direction = default_sort, default_direction
    if direction not in ("asc", "desc"):
        direction = default_direction
    if (sort, direction) != (default_sort, default_direction):
        page._args["sort"], page._args["dir"] = sort, direction
    page.sort, page.direction = sort, direction
    page.empty_last = direction == "desc" or any(c.empty_last for c in columns if c.key == sort)
    return by_key[sort]


def _order(attribute: Any, ident: Any, descending: bool, empty_last: bool | None = None) -> tuple[Any, Any]:
    """Column, then id; what is empty comes first upwards and last downwards unless said, on both databases."""
    first, second = (attribute.desc(), ident.desc()) if descending else (attribute.asc(), ident.asc())
    if attribute.property.columns[0].nullable:
        first = first.nulls_last() if _or_usual(empty_last, descending) else first.nulls_first()
    return first, second


def _or_usual(empty_last: bool | None, descending: bool) -> bool:
    return descending if empty_last is None else empty_last


def _beyond(attribute: Any, ident: Any, value: Any, last: Any, descending: bool, empty_last: bool | None = None) -> Any:
    """Rows after (value, id) in `_order`. The column's bound stands alone, so that the index is entered there and not at its
    beginning: `a < x OR (a = x AND …)` would read everything before."""
    onward = ident < last if descending else ident > last
    if value is None:
        same = and_(attribute.is_(None), onward)
        return same if _or_usual(empty_last, descending) else or_(same, attribute.is_not(None))
    if descending:
        found = and_(attribute <= value, or_(attribute < value, onward))
    else:
        found = and_(attribute >= value, or_(attribute > value, onward))
    more = _or_usual(empty_last, descending) and attribute.property.columns[0].nullable
    return or_(found, attribute.is_(None)) if more else found


def _fill(page: Page, base: Select[Any], model: Any, attribute: Any, size: int) -> None:
    backward = "before" in request.args
    cursor = _unpack(request.args.get("before") or request.args.get("after") or "")
    descending, empty_last = (page.direction == "desc") != backward, page.empty_last != backward
    query = base
    if cursor is not None:
        value, last = cursor
        query = query.where(_beyond(attribute, model.id, value, last, descending, empty_last))
    rows = list(db.session.scalars(query.order_by(*_order(attribute, model.id, descending, empty_last)).limit(size + 1)).unique())
    more = len(rows) > size
    rows = rows[:size]
    if backward:
        rows.reverse()
    page.rows = rows
    if rows:
        key = attribute.key
        if more or backward:
            page.next_url = page.url(after=_pack([getattr(rows[-1], key), rows[-1].id]))
        if (backward and more) or (not backward and cursor is not None):
            page.prev_url = page.url(before=_pack([getattr(rows[0], key), rows[0].id]))
    page.count_text = count_text(base, len(rows), whole=cursor is None and not more)
    if page.crowded:
        page.count_text = gettext("%(count)s trong %(n)s mục mới nhất có các chữ này; gõ thêm chữ để thu hẹp",
                                  count=page.count_text, n=search.NEWEST)


def everything(
    query: Select[Any], model: Any, page: Page, columns: Sequence[Column], filters: Sequence[Filter], kind: str | None
) -> list[Any]:
    """All rows of a list as filtered (for export), at most `EXPORT_LIMIT`."""
    if page.q and kind:
        found = search.ids(kind, page.q)
        if found is not None:
            query = query.where(model.id.in_(found))
    for f in filters:
        value = page._args.get(f.name)
        if value:
            query = f.apply(query, value)
    attribute = next(c.sort for c in columns if c.key == page.sort and c.sort is not None)
    order = _order(attribute, model.id, page.direction == "desc", page.empty_last)
    return list(db.session.scalars(query.order_by(*order).limit(EXPORT_LIMIT)).unique())
