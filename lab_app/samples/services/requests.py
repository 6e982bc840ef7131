"""Requests: what an enterprise asks for, and how a change after acceptance is reviewed again (7.1.1, 7.1.6)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import select

from lab_app.accounts.models import Site
from lab_app.core import audit, clock, events, numbering, search
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.samples import queries, rules
from lab_app.samples.models import Customer, RequestedTest, RequestItem, TestRequest
from lab_app.samples.services.review import begin_review
from lab_app.samples.workflow import REQUEST
from test_methods.models import Method

LANGUAGES = ("vi", "vi+en", "en")
ITEM_FIELDS = ("name", "name_en", "brand", "model", "manufacturer", "origin", "power")
PLAIN_FIELDS = ("due_on", "wants_statement", "language", "copies", "return_items", "note")
MOST_COPIES = 20


def findable(row: TestRequest) -> None:
    """Put a request where the search box finds it: its customer, its items."""
    words = [w for item in row.items for w in (item.name, item.brand, item.model)]
    search.put("request", row.id, row.number, row.customer.name, row.customer.name_en, row.contract_no, *words)


def _checked_item(facts: dict[str, Any]) -> Sequence[Method]:
    """The item's methods, once its facts were found fit; refuses a nameless item, a method named twice, an odd quantity."""
    for field in ("name", "model"):
        if not str(facts.get(field, "")).strip():
            raise FieldRefused("items", gettext("Mỗi mẫu cần tên và kiểu máy."))
    methods: Sequence[Method] = facts.get("methods", ())
    if len({m.id for m in methods}) != len(methods):
        raise FieldRefused("items", gettext("Một phương pháp được chọn hai lần cho cùng một mẫu."))
    if not 1 <= int(facts.get("quantity", 1)) <= 999:
        raise FieldRefused("items", gettext("Số lượng mẫu từ 1 đến 999."))
    return methods


def _one_kind(items: Sequence[dict[str, Any]]) -> str:
    """Test or calibration: what the methods of a request have in common (a paper is either a report or a certificate)."""
    kinds = {method.kind for facts in items for method in facts.get("methods", ())}
    if len(kinds) > 1:
        raise FieldRefused("items", gettext("Thử nghiệm và hiệu chuẩn ghi thành hai yêu cầu: mỗi loại có giấy kết quả riêng."))
    return kinds.pop() if kinds else "test"


def _add_item(request: TestRequest, facts: dict[str, Any]) -> RequestItem:
    methods = _checked_item(facts)
    item = RequestItem(
        request_id=request.id, quantity=int(facts.get("quantity", 1)), supplied=list(facts.get("supplied", ())),
        **{name: str(facts.get(name, "")).strip() for name in ITEM_FIELDS},
    )
    db.session.add(item)
    db.session.flush()
    for method in methods:
        _want(item, method, str((facts.get("subcontracted") or {}).get(method.code, "")))
    db.session.flush()
    return item


def _want(item: RequestItem, method: Method, subcontracted: str = "") -> None:
    db.session.add(RequestedTest(
        request_id=item.request_id, item_id=item.id, method_id=method.id, subcontracted=subcontracted.strip()[:300]))


def _change_item(item: RequestItem, facts: dict[str, Any]) -> bool:
    """Bring an item to these facts; says whether anything changed. A method may go only while no sample has come."""
    methods = {m.id: m for m in _checked_item(facts)}
    before = (item.quantity, item.supplied, [getattr(item, n) for n in ITEM_FIELDS], sorted(t.method_id for t in item.tests))
    if int(facts.get("quantity", 1)) < sum(1 for s in item.samples if s.status in queries.HERE):
        raise FieldRefused("items", gettext("Đã nhận nhiều mẫu %(model)s hơn số lượng này.", model=item.model))
    for test in list(item.tests):
        if test.method_id in methods:
            continue
        if item.samples:
            raise FieldRefused("items", gettext(
                "Đã nhận mẫu %(model)s và lập việc thử; không bỏ được phương pháp %(method)s.",
                model=item.model, method=test.method.code))
        db.session.delete(test)
    known = {t.method_id for t in item.tests}
    for method_id, method in methods.items():
        if method_id not in known:
            _want(item, method)
    item.quantity, item.supplied = int(facts.get("quantity", 1)), list(facts.get("supplied", ()))
    for name in ITEM_FIELDS:
        setattr(item, name, str(facts.get(name, "")).strip())
    return before != (item.quantity, item.supplied, [getattr(item, n) for n in ITEM_FIELDS], sorted(methods))


def _change_items(row: TestRequest, wanted: Sequence[dict[str, Any]]) -> bool:
    """Bring the items to these: a dict with `id` changes that item, one without adds. Items not named stay.

    Says whether anything changed.
    """
    own = {item.id: item for item in row.items}
    changed = False
    if any(facts.get("methods") for facts in wanted) and _one_kind(wanted) != row.kind:
        raise FieldRefused("items", gettext("Thử nghiệm và hiệu chuẩn ghi thành hai yêu cầu: mỗi loại có giấy kết quả riêng."))
    for facts in wanted:
        if facts.get("id") in (None, ""):
            _add_item(row, facts)
            changed = True
        elif int(facts["id"]) in own:
            changed = _change_item(own[int(facts["id"])], facts) or changed
        else:
            raise FieldRefused("items", gettext("Mẫu này không thuộc yêu cầu."))
    return changed


def _checked(requested_on: date, fields: dict[str, Any]) -> None:
    if fields.get("due_on") is not None and fields["due_on"] < requested_on:
        raise FieldRefused("due_on", gettext("Hạn trả trước ngày yêu cầu."))
    if fields.get("language", "vi") not in LANGUAGES:
        raise FieldRefused("language", gettext("Lựa chọn không có trong danh sách."))
    if not 1 <= int(fields.get("copies", 1)) <= MOST_COPIES:
        raise FieldRefused("copies", gettext("Số bản từ 1 đến %(most)s.", most=MOST_COPIES))


def _agreed(chosen: Sequence[str]) -> list[str]:
    """What the customer agreed to publish; a paper cannot be kept to its code and stand in the directory (4.2.1)."""
    if "code_only" in chosen and "directory" in chosen:
        raise FieldRefused("public_fields", gettext("Không thể vừa giữ kín vừa ghi vào danh bạ công khai: chọn một."))
    return [name for name in chosen if name in rules.PUBLIC_FIELDS]


def register_request(
    actor: Actor, *, customer: Customer, site: Site, requested_on: date, items: Sequence[dict[str, Any]],
    wants_statement: bool = True, language: str = "vi+en", copies: int = 1, return_items: bool = True,
    public_fields: Sequence[str] = (), due_on: date | None = None, note: str = "", number: str | None = None,
) -> TestRequest:
    """Register a request as a draft. `items` are dicts: name, name_en, brand, model, manufacturer, origin, quantity, power,
    supplied, methods (list of Method), subcontracted ({method code: laboratory}). Refuses a day in the future, no item.
    Without `due_on` results are promised for the laboratory's usual working days. A `number` given by a loader must be of the
    usual shape and is never given again."""
    authorize(actor, P.REQUEST_REGISTER)
    return enter(
        actor, customer=customer, site=site, requested_on=requested_on, items=items, wants_statement=wants_statement,
        language=language, copies=copies, return_items=return_items, public_fields=public_fields, due_on=due_on, note=note,
        number=number,
    )


def enter(
    actor: Actor, *, customer: Customer, site: Site, requested_on: date, items: Sequence[dict[str, Any]],
    wants_statement: bool = True, language: str = "vi+en", copies: int = 1, return_items: bool = True,
    public_fields: Sequence[str] = (), due_on: date | None = None, note: str = "", number: str | None = None,
) -> TestRequest:
    """`register_request` inside a use case that was authorised already."""
    if requested_on > clock.today():
        raise FieldRefused("requested_on", gettext("Ngày này ở tương lai."))
    _checked(requested_on, {"due_on": due_on, "language": language, "copies": copies})
    if not items:
        raise FieldRefused("items", gettext("Cần ít nhất một mẫu."))
    if due_on is None:
        due_on = rules.due_date(requested_on, queries.working_days_promised(), queries.holidays())
    kind = _one_kind(items)
    if number is None:
        number = numbering.yearly(rules.SERIES[kind], requested_on.year)
    else:
        running = rules.running_number(number)
        if running is None or not rules.series_of(number).startswith(f"{rules.SERIES[kind]}/"):
            raise FieldRefused("number", gettext("Số yêu cầu có dạng YC-2026-0117, của hiệu chuẩn YC-HC-2026-0117."))
        numbering.at_least(rules.series_of(number), running)
    row = TestRequest(
        number=number, kind=kind, customer_id=customer.id, site_id=site.id, requested_on=requested_on, due_on=due_on,
        wants_statement=wants_statement, language=language, copies=copies, return_items=return_items,
        public_fields=_agreed(public_fields), note=note, registered_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    for facts in items:
        _add_item(row, facts)
    db.session.refresh(row, ["items", "customer"])
    findable(row)
    return row


def change_request(actor: Actor, row: TestRequest, *, reason: str, **fields: Any) -> TestRequest:
    """Change a request. A change of what was agreed (items, statement, language, due day) takes an accepted request back to
    review; testing waits for the new acceptance, and `request_changed` tells the rooms concerned (7.1.6).

    `fields`: due_on, wants_statement, language, copies, return_items, public_fields, note, items (with `id`: that item is
    changed; without: a further one). Copies, return, published fields and the note are administration: no new review.
    """
    authorize(actor, P.REQUEST_REGISTER)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if not REQUEST.allows(row, "change"):
        raise Refused(gettext("Không sửa được khi yêu cầu ở trạng thái “%(state)s”.", state=REQUEST.state(row.status).word))
    _checked(row.requested_on, fields)
    audit.because(reason)
    changed = set()
    for name in PLAIN_FIELDS:
        if name in fields and not (name == "due_on" and fields[name] is None) and getattr(row, name) != fields[name]:
            setattr(row, name, fields[name])
            changed.add(name)
    if "public_fields" in fields:
        row.public_fields = _agreed(fields["public_fields"])
    if _change_items(row, fields.get("items", ())):
        changed.add("items")
    again = row.status == "accepted" and rules.needs_new_review(changed)
    if again:
        REQUEST.move(row, "change")
        begin_review(actor, row)
    db.session.flush()
    db.session.refresh(row, ["items", "reviews"])
    for item in row.items:
        db.session.refresh(item, ["tests"])
    findable(row)
    if again:
        events.request_changed.send(change_request, request=row, reason=reason.strip(), actor=actor)
    return row


def cancel_request(actor: Actor, row: TestRequest, *, reason: str) -> TestRequest:
    """The customer gives the request up before it was accepted (an accepted one is changed first, which opens it again)."""
    authorize(actor, P.REQUEST_REGISTER)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    audit.because(reason)
    REQUEST.move(row, "cancel")
    newest = queries.newest_review(row.id)
    if newest is not None and newest.outcome == "open":
        newest.outcome, newest.reason, newest.decided_at = "declined", reason.strip(), clock.now()
    db.session.flush()
    return row


def note_report(request_id: int, issued_on: date) -> None:
    """The final report left the laboratory: the request keeps the day. Part of the issuing transaction (listener)."""
    row = db.session.scalars(select(TestRequest).where(TestRequest.id == request_id)).one()
    if row.reported_on is None:
        row.reported_on = issued_on
        db.session.flush()
