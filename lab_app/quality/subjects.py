"""Records that quality records speak of, named by (kind, id, code): what a kind is called, where its page is, which record a page shows.

Rooms further up add their kinds (`register`); what has a page by its code and stands in the search index needs no more than the endpoint.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from lab_app.core.asked import asked
from lab_app.core.db import db
from lab_app.core.search import SearchEntry

#: The arguments of a page → (id, code) of its record, or none.
Finder = Callable[[Mapping[str, Any]], tuple[int, str] | None]
#: Ids of records → the arguments of the page of each that has one now.
Addresser = Callable[[tuple[int, ...]], Mapping[int, Mapping[str, Any]]]
#: (kind, id, code) of a record → the address of its page, empty where it has none.
Addresses = Callable[[str, int, str], str]


@dataclass(frozen=True)
class Kind:
    """A kind of record: its word, the endpoint of its page, the argument that names it (code, number, id), or functions instead."""

    word: Any
    endpoint: str
    argument: str = "code"
    find: Finder | None = None
    addresses: Addresser | None = None


_kinds: dict[str, Kind] = {
    "instrument": Kind(_l("Thiết bị"), "instruments.instrument_page"),
    "test-job": Kind(_l("Việc thử nghiệm"), "results.bench"),
    "sample": Kind(_l("Mẫu"), "samples.sample_page"),
    "request": Kind(_l("Yêu cầu thử nghiệm"), "samples.request_page", "number"),
    "method": Kind(_l("Phương pháp"), "test_methods.method_page", "id"),
    "method-version": Kind(_l("Phiên bản phương pháp"), "test_methods.version_page", "id"),
    "room": Kind(_l("Phòng"), "quality.room_page"),
    "supplier": Kind(_l("Nhà cung cấp"), "quality.supplier_page"),
    "nonconformity": Kind(_l("Công việc không phù hợp"), "quality.nonconformity_page"),
    "proficiency-round": Kind(_l("Vòng thử nghiệm thành thạo"), "results.round_page"),
    "quality-event": Kind(_l("Sự việc"), "quality_events.event_page"),
    "corrective-action": Kind(_l("Hành động khắc phục"), "quality_corrective.corrective_page"),
    "customer": Kind(_l("Khách hàng"), "samples.customer_page"),
    "worksheet": Kind(_l("Phiếu ghi"), "results.sheet_page"),
    "calibration-order": Kind(_l("Lệnh hiệu chuẩn"), "instruments.order_page"),
    "recall": Kind(_l("Rà soát ảnh hưởng"), "certificates.recall_page"),
}


def register(name: str, kind: Kind) -> None:
    """Add a kind; registered again (a second app), it is replaced."""
    _kinds[name] = kind


def word(name: str) -> Any:
    """What a kind is called; empty where nobody said."""
    found = _kinds.get(name)
    return found.word if found else ""


def find(name: str, code: str) -> int | None:
    """The id of the record of a kind that carries a code, by the search index; one statement."""
    return db.session.scalar(select(SearchEntry.subject_id).where(SearchEntry.kind == name, SearchEntry.code == code.strip()).limit(1))


def url(name: str, ident: int, code: str) -> str:
    """Address of a record's page; empty where it has none."""
    return urls([(name, ident)])(name, ident, code)


def urls(things: Iterable[tuple[str, int]]) -> Addresses:
    """The addresses of these records' pages, for a list: at most one statement for each kind whose page its code does not name."""
    wanted: dict[str, set[int]] = {}
    for name, ident in things:
        wanted.setdefault(name, set()).add(ident)
    known = {name: asked(kind.addresses, tuple(sorted(ids))) for name, ids in wanted.items()
             if (kind := _kinds.get(name)) is not None and kind.addresses is not None}

    def address(name: str, ident: int, code: str) -> str:
        kind = _kinds.get(name)
        if kind is None or kind.endpoint not in current_app.view_functions:
            return ""
        if kind.addresses is not None:
            values = (known[name] if ident in wanted.get(name, ()) else kind.addresses((ident,))).get(ident)
            return url_for(kind.endpoint, **values) if values else ""
        named: dict[str, Any] = {kind.argument: ident if kind.argument == "id" else code}
        return url_for(kind.endpoint, **named)

    return address


def of_page(path: str) -> tuple[str, int, str] | None:
    """The record that a page of the program shows: (kind, id, code); none for lists, foreign addresses, records not known."""
    try:
        endpoint, values = current_app.url_map.bind("").match(path.split("?", 1)[0], method="GET")
    except (HTTPException, RequestRedirect):
        return None
    for name, kind in _kinds.items():
        if kind.endpoint != endpoint:
            continue
        if kind.find is not None:
            found = kind.find(values)
            return (name, *found) if found else None
        named = values.get(kind.argument)
        query = select(SearchEntry.subject_id, SearchEntry.code).where(SearchEntry.kind == name)
        query = query.where(SearchEntry.subject_id == named) if kind.argument == "id" else query.where(SearchEntry.code == str(named))
        row = db.session.execute(query.limit(1)).first()
        return (name, row.subject_id, row.code) if row else None
    return None
