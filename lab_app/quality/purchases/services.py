"""Use cases of buying: ties declared, criteria set, suppliers evaluated, orders sent, what arrives looked at before it is used (6.6)."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext

from lab_app.accounts.models import Person
from lab_app.core import audit, clock, gates, inbox, numbering, search
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.notices import N_, day
from lab_app.core.permissions import P
from lab_app.quality import rules as room_rules
from lab_app.quality.models import Supplier
from lab_app.quality.origins import named
from lab_app.quality.purchases import queries, rules, workflow
from lab_app.quality.purchases.models import (
    IncomingCheck,
    PurchaseOrder,
    SupplierCriterion,
    SupplierEvaluation,
    SupplierTie,
)
from lab_app.quality.queries.suppliers import supplier_approved

#: People are asked this long before an approval runs out or an evaluation is due.
AHEAD = timedelta(days=45)
EVALUATE = N_("%(name)s: đánh giá lại cho dịch vụ đã phê duyệt, hạn %(on)s")
RENEW = N_("%(name)s: phê duyệt hết hiệu lực từ %(on)s; đánh giá lại hoặc kết thúc")
CHECK = N_("%(title)s: kiểm tra đầu vào trước khi dùng")


def _needed(field: str, value: str) -> str:
    if not value.strip():
        raise FieldRefused(field, gettext("Cần điền mục này."))
    return value.strip()


def _not_future(field: str, value: date) -> None:
    if value > clock.today():
        raise FieldRefused(field, gettext("Ngày này ở tương lai."))


def _service(value: str) -> str:
    if value not in room_rules.SUPPLIER_SERVICES:
        raise FieldRefused("service", gettext("Chọn dịch vụ trong danh sách."))
    return value


def require_distance(actor: Actor, supplier: Supplier) -> int:
    """The person who acts for a supplier, refused by gate *not-own-supplier* when close to it; answers the person's id."""
    person_id = person_of(actor)
    gates.require("not-own-supplier", queries.close_facts(supplier, person_id, clock.today()))
    return person_id


# ---- who is close ----------------------------------------------------------------------------------------------------


def declare_tie(
    actor: Actor, supplier: Supplier, person: Person, *, relation: str, since: date, note: str = "",
) -> SupplierTie:
    """That a person is close to a supplier. Everybody declares their own; for others the keeper of quality records does.
    Refuses an unknown relation, a day to come, the same relation twice."""
    authorize(actor, P.HOME if actor.id == person.id else P.QUALITY_WRITE)
    if relation not in rules.RELATIONS:
        raise FieldRefused("relation", gettext("Lựa chọn không có trong danh sách."))
    _not_future("since", since)
    standing = [t for t in queries.ties(supplier.id) if t.ended_on is None and t.person_id == person.id and t.relation == relation]
    if standing:
        raise FieldRefused("relation", gettext("Quan hệ này đã khai rồi."))
    row = SupplierTie(supplier_id=supplier.id, person_id=person.id, relation=relation, note=note.strip(), since=since,
                      recorded_by_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    return row


def end_tie(actor: Actor, row: SupplierTie, *, ended_on: date, reason: str) -> SupplierTie:
    """That it ended, said by somebody else than the person: nobody frees themselves to approve."""
    authorize(actor, P.QUALITY_WRITE)
    _needed("reason", reason)
    _not_future("ended_on", ended_on)
    if row.ended_on is not None:
        raise Refused(gettext("Quan hệ này đã kết thúc rồi."))
    if actor.id == row.person_id:
        raise Refused(gettext("Người khác xác nhận quan hệ của bạn đã kết thúc."))
    if ended_on < row.since:
        raise FieldRefused("ended_on", gettext("Kết thúc trước lúc bắt đầu."))
    with audit.reason(reason):
        row.ended_on = ended_on
        db.session.flush()
    return row


# ---- criteria and evaluations ----------------------------------------------------------------------------------------


def set_criterion(
    actor: Actor, *, service: str, name_vi: str, name_en: str = "", weight: int = 1, minimum: int = 0,
) -> SupplierCriterion:
    """Another thing that suppliers of a service are judged by from now on (6.6.2 b). Refuses a weight outside 1 to 5, a minimum
    outside 0 to 5, the same words twice."""
    authorize(actor, P.QUALITY_WRITE)
    _service(service)
    name_vi = _needed("name_vi", name_vi)
    if not 1 <= weight <= rules.MOST:
        raise FieldRefused("weight", gettext("Trọng số từ 1 đến 5."))
    if not 0 <= minimum <= rules.MOST:
        raise FieldRefused("minimum", gettext("Điểm tối thiểu từ 0 đến 5."))
    if any(c.name_vi == name_vi for c in queries.criteria(service)):
        raise FieldRefused("name_vi", gettext("Tiêu chí này đã có."))
    row = SupplierCriterion(service=service, name_vi=name_vi, name_en=name_en.strip(), weight=weight, minimum=minimum,
                            set_by_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    return row


def end_criterion(actor: Actor, row: SupplierCriterion, *, reason: str) -> SupplierCriterion:
    """It is asked no more; evaluations that were made keep it."""
    authorize(actor, P.QUALITY_WRITE)
    _needed("reason", reason)
    if row.ended_on is not None:
        raise Refused(gettext("Tiêu chí này đã thôi dùng."))
    with audit.reason(reason):
        row.ended_on = clock.today()
        db.session.flush()
    return row


def evaluate_supplier(
    actor: Actor, supplier: Supplier, *, service: str, kind: str, done_on: date, marks: Mapping[int, tuple[int, str]],
    conclusion: str, action: str = "", next_on: date | None = None,
) -> SupplierEvaluation:
    """Evaluate a supplier for a service by the criteria that stand (6.6.2). `marks`: criterion id → (0 to 5, words).

    Refused by gate *not-own-supplier*. Refuses a service without criteria, a criterion without a mark, a day to come, a next day not
    after it or later than a year, an outcome below suitable without what follows from it.
    """
    authorize(actor, P.QUALITY_WRITE)
    person_id = require_distance(actor, supplier)
    _service(service)
    if kind not in rules.KINDS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    _not_future("done_on", done_on)
    asked = queries.criteria(service)
    if not asked:
        raise FieldRefused("service", gettext("Dịch vụ này chưa có tiêu chí đánh giá; đặt tiêu chí trước (6.6.2)."))
    told = []
    for c in asked:
        mark, words = marks.get(c.id, (-1, ""))
        if not 0 <= mark <= rules.MOST:
            raise FieldRefused(f"mark_{c.id}", gettext("Cho điểm từ 0 đến 5."))
        told.append({"vi": c.name_vi, "en": c.name_en, "weight": c.weight, "minimum": c.minimum, "mark": mark, "says": words.strip()})
    found = rules.judged(told)
    if found.outcome != "suitable" and not action.strip():
        raise FieldRefused("action", gettext("Kết quả %(score)s %%: ghi việc phải làm tiếp với nhà cung cấp (6.6.2 d).", score=found.score))
    latest = done_on + rules.AGAIN
    next_on = next_on or latest
    if not done_on < next_on <= latest:
        raise FieldRefused("next_on", gettext("Lần đánh giá tới sau lần này và trong vòng 12 tháng."))
    row = SupplierEvaluation(
        supplier_id=supplier.id, service=service, kind=kind, done_on=done_on, marks=told, score=found.score, outcome=found.outcome,
        conclusion=_needed("conclusion", conclusion), action=action.strip(), next_on=next_on, person_id=person_id)
    db.session.add(row)
    db.session.flush()
    inbox.settle(f"supplier/{supplier.id}/evaluate/{service}")
    return row


# ---- orders ----------------------------------------------------------------------------------------------------------


def order_facts(row: PurchaseOrder, on: date | None = None) -> workflow.OrderFacts:
    """Facts of gates *order-complete* and *order-to-approved* today."""
    on = on or clock.today()
    missing = tuple(f"{letter}) {words}" for name, (letter, words) in rules.TOLD.items() if not getattr(row, name).strip())
    return workflow.OrderFacts(
        row.code, row.supplier.name, row.supplier.code, str(room_rules.SUPPLIER_SERVICES[row.service]), on, missing,
        supplier_approved(row.supplier_id, row.service, on, clock.now()))


def write_order(
    actor: Actor, supplier: Supplier, *, service: str, title: str, product: str = "", acceptance: str = "", competence: str = "",
    premises: str = "", needed_on: date | None = None, subject_kind: str = "", subject_code: str = "",
) -> PurchaseOrder:
    """Begin an order (6.6.3); it binds nobody before it is sent. Refuses an unknown service, an empty title, a record not found."""
    authorize(actor, P.QUALITY_WRITE)
    subject = named(subject_kind, subject_code, "subject_code")
    row = PurchaseOrder(
        code=numbering.yearly("MH", clock.today().year, 3), supplier_id=supplier.id, service=_service(service),
        title=_needed("title", title), product=product.strip(), acceptance=acceptance.strip(), competence=competence.strip(),
        premises=premises.strip(), needed_on=needed_on, subject_kind=subject[0], subject_id=subject[1], subject_code=subject[2],
        written_by_id=person_of(actor))
    db.session.add(row)
    db.session.flush()
    search.put("purchase-order", row.id, row.code, row.title, supplier.name, row.product)
    return row


def change_order(actor: Actor, row: PurchaseOrder, **words: Any) -> PurchaseOrder:
    """Change an order that has not been sent (`title`, `product`, `acceptance`, `competence`, `premises`, `needed_on`)."""
    authorize(actor, P.QUALITY_WRITE)
    if row.status != "draft":
        raise Refused(gettext("Đơn %(code)s đã gửi; hủy và soạn đơn mới nếu cần đổi.", code=row.code))
    for name, said in words.items():
        if name not in (*rules.TOLD, "title", "needed_on"):
            raise FieldRefused(name, gettext("Mục này không sửa ở đây được."))
        setattr(row, name, said.strip() if isinstance(said, str) else said)
    _needed("title", row.title)
    db.session.flush()
    search.put("purchase-order", row.id, row.code, row.title, row.supplier.name, row.product)
    return row


def send_order(actor: Actor, row: PurchaseOrder) -> PurchaseOrder:
    """Send it. Refused by gates *order-complete* (6.6.3) and *order-to-approved* (6.6.1)."""
    authorize(actor, P.QUALITY_WRITE)
    person_of(actor)
    workflow.ORDER.move(row, "send", order_facts(row))
    row.sent_on = clock.today()
    db.session.flush()
    return row


def cancel_order(actor: Actor, row: PurchaseOrder, reason: str) -> PurchaseOrder:
    """Cancel an order of which nothing came."""
    authorize(actor, P.QUALITY_WRITE)
    with audit.reason(_needed("reason", reason)):
        workflow.ORDER.move(row, "cancel")
        db.session.flush()
    return row


def close_order(actor: Actor, row: PurchaseOrder) -> PurchaseOrder:
    """Close it. Refused by gate *incoming-accepted* while something that came on it is not accepted."""
    authorize(actor, P.QUALITY_WRITE)
    found = [c for c in queries.checks_of_order(row.id) if c.status != "sent_back"]
    workflow.ORDER.move(row, "close", queries.incoming_facts(row.code, found, date.min, unchecked=not found))
    db.session.flush()
    return row


# ---- what arrives ----------------------------------------------------------------------------------------------------


def receive(
    actor: Actor, *, kind: str, title: str, received_on: date, supplier: Supplier | None = None, order: PurchaseOrder | None = None,
    mark: str = "", expires_on: date | None = None, subject_kind: str = "", subject_code: str = "",
) -> IncomingCheck:
    """Something arrived, with or without an order: it waits for its check and is not used before (6.6.2 c).

    Anybody at work may note it. Refuses an unknown kind, no supplier, a day to come, an order that was not sent, a lot that is past
    its date already.
    """
    authorize(actor, P.HOME)
    if kind not in rules.INCOMING:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    _not_future("received_on", received_on)
    if order is not None:
        supplier = order.supplier
        if order.sent_on is None or received_on < order.sent_on:
            raise FieldRefused("received_on", gettext("Nhận trước ngày gửi đơn."))
        workflow.ORDER.move(order, "receive")
    if supplier is None:
        raise FieldRefused("supplier", gettext("Chọn nhà cung cấp trong danh sách."))
    if order is not None and not subject_kind:
        subject = (order.subject_kind, order.subject_id, order.subject_code)
    else:
        subject = named(subject_kind, subject_code, "subject_code")
    if expires_on is not None and expires_on <= received_on:
        raise FieldRefused("expires_on", gettext("Đã hết hạn khi nhận."))
    row = IncomingCheck(
        code=numbering.yearly("NK", received_on.year, 3), kind=kind, supplier_id=supplier.id, order_id=order.id if order else None,
        title=_needed("title", title), mark=mark.strip(), subject_kind=subject[0], subject_id=subject[1], subject_code=subject[2],
        received_on=received_on, expires_on=expires_on, received_by_id=person_of(actor))
    row.supplier, row.order = supplier, order
    db.session.add(row)
    db.session.flush()
    search.put("incoming-check", row.id, row.code, row.title, row.mark, supplier.name, row.subject_code)
    inbox.ask(f"incoming/{row.id}/check", "incoming-check", CHECK, {"title": row.title}, permission=P.QUALITY_WRITE, code=row.code,
              link=f"/quality/incoming/{row.code}", due_on=received_on + timedelta(days=5))
    return row


def look_at(actor: Actor, row: IncomingCheck, points: Mapping[str, tuple[bool | None, str]]) -> IncomingCheck:
    """Answer points of the check (key → fine or not, words), now or later. Points that are not named keep their answer; one that is
    answered otherwise keeps the earlier answers beside it, with who replaced them and when. Refused for what is in use or was sent back."""
    authorize(actor, P.QUALITY_WRITE)
    if row.status not in ("waiting", "rejected"):
        raise Refused(gettext("%(code)s đã quyết định xong.", code=row.code))
    unknown = set(points) - set(rules.POINTS[row.kind])
    if unknown:
        raise FieldRefused(sorted(unknown)[0], gettext("Mục này không sửa ở đây được."))
    before = {point["key"]: point for point in row.points}
    said: dict[str, dict[str, Any]] = {key: {"key": key, "ok": ok, "says": words.strip()} for key, (ok, words) in points.items()}
    for key, point in said.items():
        earlier = before.get(key, {})
        kept = list(earlier.get("before", ()))
        if isinstance(earlier.get("ok"), bool) and (earlier["ok"], earlier["says"]) != (point["ok"], point["says"]):
            kept.append({"ok": earlier["ok"], "says": earlier["says"], "by": actor.name, "at": clock.now().isoformat()})
        point |= {"before": kept} if kept else {}
    row.points = [{**before, **said}[key] for key in rules.POINTS[row.kind] if key in before or key in said]
    db.session.flush()
    return row


def looked_at_facts(row: IncomingCheck) -> workflow.LookedAtFacts:
    """Facts of gate *incoming-looked-at* as they stand now."""
    return workflow.LookedAtFacts(row.code, rules.unlooked(row.kind, row.points), rules.failed(row.kind, row.points))


def decide(actor: Actor, row: IncomingCheck, *, accept: bool, words: str) -> IncomingCheck:
    """Accept or reject what arrived, with a reason. Refused by gates *not-own-supplier* and, accepting, *incoming-looked-at*."""
    authorize(actor, P.QUALITY_WRITE)
    person_id = require_distance(actor, row.supplier)
    workflow.CHECK.move(row, "accept" if accept else "reject", looked_at_facts(row))
    row.decision, row.decided_by_id, row.decided_at = _needed("decision", words), person_id, clock.now()
    db.session.flush()
    inbox.settle(f"incoming/{row.id}/check")
    return row


def take_into_use(actor: Actor, row: IncomingCheck, *, used_from: date, used_for: str) -> IncomingCheck:
    """Use it from a day on. Refused by gate *incoming-accepted* unless it was accepted and is not past its date."""
    authorize(actor, P.QUALITY_WRITE)
    _not_future("used_from", used_from)
    if used_from < row.received_on:
        raise FieldRefused("used_from", gettext("Trước ngày nhận."))
    workflow.CHECK.move(row, "use", queries.incoming_facts(row.title, [row], used_from))
    row.used_from, row.used_for = used_from, _needed("used_for", used_for)
    db.session.flush()
    return row


def send_back(actor: Actor, row: IncomingCheck, reason: str) -> IncomingCheck:
    """What was rejected goes back to the supplier."""
    authorize(actor, P.QUALITY_WRITE)
    with audit.reason(_needed("reason", reason)):
        workflow.CHECK.move(row, "send_back")
        db.session.flush()
    return row


# ---- what is asked by day --------------------------------------------------------------------------------------------


def ask_due(actor: Actor, today: date) -> int:
    """Ask for evaluations that fall due and for approvals that run out; settles nothing, asks each once a due day."""
    authorize(actor, P.QUALITY_WRITE)
    count = 0
    for row in queries.due_evaluations(today + AHEAD, today):
        inbox.ask(f"supplier/{row.supplier_id}/evaluate/{row.service}", "supplier", EVALUATE,
                  {"name": row.supplier.name, "on": day(row.next_on)}, permission=P.QUALITY_WRITE, code=row.supplier.code,
                  link=f"/quality/suppliers/{row.supplier.code}/evaluate", due_on=row.next_on)
        count += 1
    for approval in queries.running_out(today, AHEAD):
        inbox.ask(f"supplier/{approval.supplier_id}/renew/{approval.id}", "supplier", RENEW,
                  {"name": approval.supplier.name, "on": day(approval.until)}, permission=P.QUALITY_WRITE,
                  code=approval.supplier.code, link=f"/quality/suppliers/{approval.supplier.code}", due_on=approval.until)
        count += 1
    return count
