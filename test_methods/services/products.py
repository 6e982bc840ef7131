"""Product lists and lanes as effective-dated data: entered, corrected, ended, confirmed by a person with a source (7.1.1)."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import func, select

from lab_app.core import audit, clock, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused
from lab_app.core.permissions import P
from test_methods.models import ProductEntry, ProductList
from test_methods.queries.plan_rules import editions_of
from test_methods.queries.products import list_by_code
from test_methods.rules import products as rules
from test_methods.rules.plan_rules import BadRule, check_conditions, family
from test_methods.services.plan_rules import condition_words
from test_methods.services.reasons import must_have_reason

LIST_FIELDS = ("title_vi", "title_en", "issued_on", "in_force_from", "replaces", "confirmed", "note")
ENTRY_FIELDS = (
    "annex", "item", "name_vi", "name_en", "lane", "hs", "regulations", "conditions", "in_force_from", "note", "seen",
)


def add_list(
    actor: Actor, *, code: str, title_vi: str, in_force_from: date, title_en: str = "", issued_on: date | None = None,
    replaces: Sequence[str] = (), confirmed: str = "", note: str = "",
) -> ProductList:
    """Enter the list of a circular. The lists it replaces end on its first day."""
    authorize(actor, P.METHOD_WRITE)
    if not code.strip() or list_by_code(code.strip()) is not None:
        raise FieldRefused("code", gettext("Danh mục này đã có.") if code.strip() else gettext("Cần điền mục này."))
    if issued_on is not None and issued_on > in_force_from:
        raise FieldRefused("issued_on", gettext("Ngày ban hành sau ngày có hiệu lực."))
    row = ProductList(
        code=code.strip(), title_vi=title_vi, title_en=title_en, issued_on=issued_on, in_force_from=in_force_from,
        replaces=list(replaces), confirmed=confirmed.strip(), note=note,
    )
    db.session.add(row)
    db.session.flush()
    for old in row.replaces:
        other = list_by_code(old)
        if other is not None and other.in_force_to is None and other.in_force_from < in_force_from:
            end_list(actor, other, in_force_to=in_force_from, reason=gettext("thay bằng %(code)s", code=row.code))
    search.put("product-list", row.id, row.code, row.title_vi, row.title_en)
    return row


def change_list(actor: Actor, row: ProductList, *, reason: str, **fields: Any) -> ProductList:
    """Correct what is recorded of a list, with the reason. `fields`: any of LIST_FIELDS."""
    authorize(actor, P.METHOD_WRITE)
    must_have_reason(reason)
    first = fields.get("in_force_from", row.in_force_from)
    if row.in_force_to is not None and row.in_force_to <= first:
        raise FieldRefused("in_force_from", gettext("Ngày hết hiệu lực phải sau ngày có hiệu lực."))
    with audit.reason(reason):
        for name in LIST_FIELDS:
            if name in fields:
                setattr(row, name, fields[name])
        db.session.flush()
    search.put("product-list", row.id, row.code, row.title_vi, row.title_en)
    return row


def end_list(actor: Actor, row: ProductList, *, in_force_to: date, reason: str) -> ProductList:
    """A list no longer counts from a day on."""
    authorize(actor, P.METHOD_WRITE)
    must_have_reason(reason)
    if in_force_to <= row.in_force_from:
        raise FieldRefused("in_force_to", gettext("Ngày hết hiệu lực phải sau ngày có hiệu lực."))
    with audit.reason(reason):
        row.in_force_to, row.ended_recorded_at = in_force_to, clock.now()
        db.session.flush()
    return row


def _checked(facts: Mapping[str, Any], product_list: ProductList) -> dict[str, Any]:
    out: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in facts.items()}
    for name in ("item", "name_vi"):
        if not out[name]:
            raise FieldRefused(name, gettext("Cần điền mục này."))
    if out["lane"] not in rules.LANES:
        raise FieldRefused("lane", gettext("Lựa chọn không có trong danh sách."))
    try:
        out["hs"] = rules.hs_codes(out["hs"]) if isinstance(out["hs"], str) else rules.hs_codes(" ".join(out["hs"]))
    except rules.BadHs as error:
        raise FieldRefused("hs", gettext("“%(text)s” không phải mã HS; ghi như 8517.62.51.", text=str(error))) from error
    try:
        out["conditions"] = check_conditions(out["conditions"]) if out["conditions"] else []
    except BadRule as error:
        raise FieldRefused("conditions", condition_words(error)) from error
    if not out["hs"] and not out["conditions"]:
        raise FieldRefused("hs", gettext("Cần mã HS hoặc ít nhất một điều kiện để biết sản phẩm nào thuộc mục này."))
    out["regulations"] = _families(out["regulations"])
    first = out["in_force_from"]
    if first is not None and (first < product_list.in_force_from or (product_list.in_force_to and first >= product_list.in_force_to)):
        raise FieldRefused("in_force_from", gettext("Ngoài thời gian hiệu lực của danh mục."))
    return out


def _families(codes: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(family(code) for code in codes if code.strip()))
    known = editions_of(wanted)
    for name in wanted:
        if not known[name]:
            raise FieldRefused("regulations", gettext("Không có quy chuẩn nào mang ký hiệu %(code)s.", code=name))
    return wanted


def add_entry(
    actor: Actor, product_list: ProductList, *, item: str, name_vi: str, lane: str, hs: str | Sequence[str] = "", annex: str = "",
    name_en: str = "", regulations: Sequence[str] = (), conditions: Sequence[Mapping[str, Any]] = (),
    in_force_from: date | None = None, note: str = "", seen: str = "",
) -> ProductEntry:
    """Enter a line of a list, not confirmed yet. `hs` may be text as the annex writes it (`8518.30.10 .20`)."""
    authorize(actor, P.METHOD_WRITE)
    checked = _checked({
        "annex": annex, "item": item, "name_vi": name_vi, "name_en": name_en, "lane": lane, "hs": hs, "regulations": regulations,
        "conditions": list(conditions), "in_force_from": in_force_from, "note": note, "seen": seen,
    }, product_list)
    position = 1 + int(db.session.scalar(
        select(func.max(ProductEntry.position)).where(ProductEntry.list_id == product_list.id)) or 0)
    row = ProductEntry(
        list_id=product_list.id, product_list=product_list, position=position, hs_search=rules.hs_search(checked["hs"]), **checked)
    db.session.add(row)
    db.session.flush()
    _findable(row)
    return row


def change_entry(actor: Actor, row: ProductEntry, *, reason: str, **fields: Any) -> ProductEntry:
    """Correct a line, with the reason; an earlier confirmation falls. `fields`: any of ENTRY_FIELDS."""
    authorize(actor, P.METHOD_WRITE)
    must_have_reason(reason)
    checked = _checked({name: fields.get(name, getattr(row, name)) for name in ENTRY_FIELDS}, row.product_list)
    with audit.reason(reason):
        for name, value in checked.items():
            setattr(row, name, value)
        row.hs_search = rules.hs_search(row.hs)
        row.confirmed_source, row.confirmed_by_id, row.confirmed_on, row.confirmed_recorded_at = "", None, None, None
        db.session.flush()
    _findable(row)
    return row


def end_entry(actor: Actor, row: ProductEntry, *, in_force_to: date, reason: str) -> ProductEntry:
    """A line no longer counts from a day on, while its list does (part of a circular suspended)."""
    authorize(actor, P.METHOD_WRITE)
    must_have_reason(reason)
    if in_force_to <= (row.in_force_from or row.product_list.in_force_from):
        raise FieldRefused("in_force_to", gettext("Ngày hết hiệu lực phải sau ngày có hiệu lực."))
    with audit.reason(reason):
        row.in_force_to, row.ended_recorded_at = in_force_to, clock.now()
        db.session.flush()
    return row


def confirm_entry(actor: Actor, row: ProductEntry, source: str, on: date) -> ProductEntry:
    """A person states that a line was compared with the annex."""
    authorize(actor, P.METHOD_WRITE)
    person_id = person_of(actor)
    if not source.strip():
        raise FieldRefused("source", gettext("Ghi đã đối chiếu với văn bản nào, điều nào."))
    if on > clock.today():
        raise FieldRefused("on", gettext("Ngày này ở tương lai."))
    row.confirmed_source, row.confirmed_by_id = source.strip(), person_id
    row.confirmed_on, row.confirmed_recorded_at = on, clock.now()
    db.session.flush()
    return row


def _findable(row: ProductEntry) -> None:
    codes = [code.replace(".", "") for code in row.hs]
    search.put("product-entry", row.id, row.item, row.name_vi, row.name_en, *row.hs, *codes, *row.regulations)


def load_products(actor: Actor, data: Mapping[str, Any], links: Mapping[tuple[str, str], Mapping[str, Any]]) -> ProductList | None:
    """Bring the starter list in: the circular in force and its lines with their lanes; nothing of it is confirmed line by line.

    `data` is the catalogue's JSON; `links`: (annex, item) → the families and conditions that the laboratory proposes for a line, since
    the catalogue's source does not print them. A list that stands already stays as it is (`None`).
    """
    authorize(actor, P.METHOD_WRITE)
    head = data["product_list_in_force"]
    if list_by_code(head["circular"]) is not None:
        return None
    others = [code for code in head["replaces"] if "/" in code]
    row = add_list(
        actor, code=head["circular"], title_vi=gettext("Danh mục sản phẩm, hàng hóa có mức độ rủi ro cao, rủi ro trung bình"),
        title_en="List of products with high and medium risk", issued_on=date.fromisoformat(head["date"]),
        in_force_from=date.fromisoformat(head["effective"]), replaces=others,
        note=gettext("Thay thế cả %(n)s văn bản khác chưa nhập.", n=4) if len(others) < len(head["replaces"]) else "",
    )
    for line in data["risk_lines_36_2026"]:
        link = links.get((line["annex"], line["item"]), {})
        name, cut = rules.line_name(line["text"])
        add_entry(
            actor, row, annex=line["annex"], item=line["item"], name_vi=name, name_en=str(link.get("name_en", "")),
            note=gettext("Tên sản phẩm trong nguồn bị cắt ngắn.") if cut else "", lane=rules.LANE_OF_RISK[line["risk"]],
            hs=line["hs"], regulations=link.get("regulations", ()), conditions=link.get("conditions", ()),
            seen=str(head.get("source") or ""),
        )
    return row
