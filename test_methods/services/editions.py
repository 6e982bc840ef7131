"""Editions of a regulation: a new one from the old, corrections, the end of one (7.2.1.3, 8.3.2 b)."""
from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext

from lab_app.core import audit, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from test_methods import rules
from test_methods.models import Regulation
from test_methods.queries.regulations import regulation_by_code, requirements
from test_methods.services.reasons import must_have_reason
from test_methods.services.regulations import add_regulation, add_requirement

#: What a correction of an edition may change; its code stands, since methods and papers name it.
FIELDS = ("kind", "title_vi", "title_en", "in_force_from", "in_force_to", "circular", "legal", "products", "adopts", "confirmed", "note")


def _days(first: date | None, end: date | None) -> None:
    if first is not None and end is not None and end <= first:
        raise FieldRefused("in_force_to", gettext("Ngày hết hiệu lực phải sau ngày có hiệu lực."))


def change_edition(actor: Actor, row: Regulation, *, reason: str, **fields: Any) -> Regulation:
    """Correct what is recorded of an edition, with the reason; what stood before is in its history. `fields`: any of FIELDS."""
    authorize(actor, P.METHOD_WRITE)
    must_have_reason(reason)
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"an edition has no {sorted(unknown)}")
    if fields.get("kind", row.kind) not in rules.DOCUMENT_KINDS:
        raise FieldRefused("kind", gettext("Không có loại tài liệu này."))
    _days(fields.get("in_force_from", row.in_force_from), fields.get("in_force_to", row.in_force_to))
    with audit.reason(reason):
        for name, value in fields.items():
            setattr(row, name, value)
        db.session.flush()
    search.put("regulation", row.id, row.code, row.title_vi, row.title_en, *row.products)
    return row


def end_edition(actor: Actor, row: Regulation, *, in_force_to: date, reason: str, replaced_by: str = "") -> Regulation:
    """An edition no longer counts from a day on, replaced by another or by none. Lines planned before keep what they were planned by."""
    authorize(actor, P.METHOD_WRITE)
    must_have_reason(reason)
    _days(row.in_force_from, in_force_to)
    other = replaced_by.strip()
    if other == row.code:
        raise FieldRefused("replaced_by", gettext("Một quy chuẩn không thay cho chính nó."))
    successor = regulation_by_code(other) if other else None
    if successor is not None and _follows(row, successor):
        raise FieldRefused("replaced_by", gettext("%(code)s là bản trước của quy chuẩn này.", code=successor.code))
    with audit.reason(reason):
        row.in_force_to = in_force_to
        row.replaced_by = other
        if successor is not None and row.code not in successor.replaces:
            successor.replaces = [*successor.replaces, row.code]
        db.session.flush()
    return row


def _follows(row: Regulation, other: Regulation) -> bool:
    """Whether `row` came after `other` in the chain, so that `other` cannot replace it."""
    at: Regulation | None = other
    seen: set[str] = set()
    while at is not None and at.code not in seen:
        if at.code == row.code:
            return True
        seen.add(at.code)
        at = regulation_by_code(at.replaced_by) if at.replaced_by else None
    return False


def new_edition(
    actor: Actor, old: Regulation, *, code: str, in_force_from: date, title_vi: str = "", title_en: str = "", circular: str = "",
    end_old_on: date | None = None, confirmed: str = "", copy_requirements: bool = True,
) -> Regulation:
    """Enter the edition that replaces another, with the other's requirements to begin from; none of their limits is confirmed yet.

    `end_old_on`: the first day on which the old edition no longer counts; empty leaves it beside the new one for now.
    """
    authorize(actor, P.METHOD_WRITE)
    if code == old.code:
        raise FieldRefused("code", gettext("Bản mới cần ký hiệu khác bản cũ."))
    if old.replaced_by:
        raise Refused(gettext("%(code)s đã có bản thay thế: %(other)s.", code=old.code, other=old.replaced_by))
    if old.in_force_from is not None and in_force_from <= old.in_force_from:
        raise FieldRefused("in_force_from", gettext(
            "Bản mới có hiệu lực sau bản cũ (%(day)s).", day=old.in_force_from.strftime("%d/%m/%Y")))
    if end_old_on is not None and end_old_on < in_force_from:
        raise FieldRefused("end_old_on", gettext("Bản cũ chưa hết hiệu lực khi bản mới chưa có hiệu lực."))
    row = add_regulation(
        actor, kind=old.kind, code=code, title_vi=title_vi or old.title_vi, title_en=title_en or old.title_en,
        in_force_from=in_force_from, circular=circular, replaces=[old.code], products=old.products, confirmed=confirmed,
    )
    with audit.reason(gettext("có bản mới %(code)s", code=code)):
        old.replaced_by = code
        if end_old_on is not None:
            old.in_force_to = end_old_on
        db.session.flush()
    for requirement in requirements(old.id) if copy_requirements else ():
        add_requirement(
            actor, row, code=requirement.code, name_vi=requirement.name_vi, name_en=requirement.name_en, unit=requirement.unit,
            clause=requirement.clause, limit=requirement.limit, conditions=requirement.conditions, position=requirement.position,
            seen=gettext("chép từ %(code)s, chưa đối chiếu", code=old.code),
        )
    return row
