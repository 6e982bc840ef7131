"""Regulations, their editions, requirements and limits as effective-dated data (7.2.1)."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select

from lab_app.core import search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from test_methods import queries, rules
from test_methods.models import (
    Regulation,
    Requirement,
)
from test_methods.services.limits import checked_limit, keep_limit


def add_regulation(
    actor: Actor, *, code: str, title_vi: str, title_en: str = "", in_force_from: date | None = None,
    in_force_to: date | None = None, replaced_by: str = "", adopts: Sequence[str] = (), products: Sequence[str] = (),
    legal: str = "", note: str = "", confirmed: str = "", confirmed_fields: Sequence[str] = (), kind: str = "regulation",
    circular: str = "", replaces: Sequence[str] = (),
) -> Regulation:
    """Enter one edition of a regulation, or another basis document (`kind`: rules.DOCUMENT_KINDS).

    `confirmed` says where it was seen; empty is shown as not confirmed.
    """
    authorize(actor, P.METHOD_WRITE)
    if kind not in rules.DOCUMENT_KINDS:
        raise FieldRefused("kind", gettext("Không có loại tài liệu này."))
    if queries.regulation_by_code(code) is not None:
        raise FieldRefused("code", gettext("Quy chuẩn này đã có."))
    if in_force_from is not None and in_force_to is not None and in_force_to <= in_force_from:
        raise FieldRefused("in_force_to", gettext("Ngày hết hiệu lực phải sau ngày có hiệu lực."))
    row = Regulation(
        kind=kind, circular=circular, replaces=list(replaces),
        code=code, title_vi=title_vi, title_en=title_en, in_force_from=in_force_from, in_force_to=in_force_to,
        replaced_by=replaced_by, adopts=list(adopts), products=list(products), legal=legal, note=note, confirmed=confirmed,
        confirmed_fields=list(confirmed_fields),
    )
    db.session.add(row)
    db.session.flush()
    search.put("regulation", row.id, row.code, row.title_vi, row.title_en, *row.products)
    return row


def add_requirement(
    actor: Actor, regulation: Regulation, *, code: str, name_vi: str, limit: Mapping[str, Any], clause: str = "",
    name_en: str = "", unit: str = "", conditions: str = "", seen: str = "", position: int | None = None,
) -> Requirement:
    """A parameter that a regulation limits. Its limit is not confirmed yet, wherever it was seen."""
    authorize(actor, P.METHOD_WRITE)
    if queries.requirement_by_code(regulation.id, code) is not None:
        raise FieldRefused("code", gettext("Mã yêu cầu này đã có trong quy chuẩn."))
    checked = checked_limit(limit, unit)
    if position is None:
        position = 1 + int(db.session.scalar(
            select(func.max(Requirement.position)).where(Requirement.regulation_id == regulation.id)) or 0)
    row = Requirement(
        regulation_id=regulation.id, regulation=regulation, position=position, code=code, clause=clause, name_vi=name_vi,
        name_en=name_en, unit=unit or str(checked.get("unit", "")), limit=checked, conditions=conditions, seen=seen,
    )
    db.session.add(row)
    db.session.flush()
    keep_limit(actor, row, None, "")
    return row


def load_catalogue(actor: Actor, data: Mapping[str, Any]) -> int:
    """Bring a starter catalogue in: regulations with what is confirmed of them, and requirements with unconfirmed limits.

    `data` is the catalogue's JSON with numbers read as Decimals. Editions that are there already stay as they are.
    Returns how many editions came in.
    """
    authorize(actor, P.METHOD_WRITE)
    count = 0
    for entry in data["regulations"]:
        if queries.regulation_by_code(entry["code"]) is not None:
            continue
        legal, seen = str(entry.get("legal") or ""), str(entry.get("confirmed") or "")
        fields = list(entry.get("confirmed_fields") or ())
        row = add_regulation(
            actor, code=entry["code"], title_vi=entry["title_vi"], title_en=str(entry.get("title_en") or ""),
            in_force_from=rules.day_in_force(legal), circular=rules.circular_of(legal),
            replaces=rules.predecessors(legal, entry["code"]), replaced_by=rules.successor(legal, entry["code"]),
            adopts=entry.get("adopts") or (), products=entry.get("products") or (), legal=legal,
            note=str(entry.get("note") or ""), confirmed=seen if fields else "", confirmed_fields=fields,
        )
        plan = data["test_plans"].get(entry.get("test_plan") or "", {"params": ()})
        for parameter in plan["params"]:
            _load_requirements(actor, row, parameter)
        count += 1
    return count


def _load_requirements(actor: Actor, regulation: Regulation, entry: Mapping[str, Any]) -> None:
    found = rules.catalogue_limits(str(entry["op"]), entry.get("limit"), str(entry.get("unit") or ""))
    for suffix, limit in found.items():
        add_requirement(
            actor, regulation, code=f"{entry['id']}-{suffix}" if suffix else entry["id"],
            name_vi=f"{entry['name_vi']}, {suffix}" if suffix else entry["name_vi"],
            name_en=f"{entry['name_en']}, {suffix}" if suffix else entry["name_en"], clause=str(entry.get("clause") or ""),
            unit=str(entry.get("unit") or "") if limit else "", limit=limit, conditions=str(entry.get("conditions") or ""),
            seen=str(entry.get("confirmed") or ""),
        )
