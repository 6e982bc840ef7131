"""Shaping for pages: rows into what a reader sees, and the tables of exports. Nothing is decided here."""
from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import render_template
from flask_babel import gettext, ngettext
from markupsafe import Markup

from lab_app.core import clock
from lab_app.core.access import Actor
from lab_app.core.i18n import lang, pick, show_date, show_decimal
from lab_app.core.panels import panels_for
from lab_app.core.workflow import State
from lab_app.samples import rules
from lab_app.samples.models import CustodyEvent, Customer, RequestItem, Sample, TestRequest
from lab_app.samples.queries import HERE, Contents, WantedMethod
from lab_app.samples.wording import DECISION_WORDS, MOVE_WORDS
from lab_app.samples.workflow import REQUEST, SAMPLE
from test_methods.models import DecisionRule

OPEN = ("draft", "in_review", "accepted")
SOON_WORKING_DAYS = 3


def supplied_lines(facts: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the customer stated, as lines for the reader: numbers with the reader's decimal mark."""
    out = []
    for fact in facts:
        value = str(fact.get("value", ""))
        with suppress(InvalidOperation):  # what was stated in words stays as it is
            value = show_decimal(Decimal(value))
        label = pick(str(fact.get("label", "")), str(fact.get("label_en", "")))
        out.append(f"{label}: {value} {fact.get('unit', '')}".strip())
    return out


def supplied_typed(facts: Iterable[Mapping[str, Any]]) -> str:
    """What the customer stated, as it is typed into the form."""
    lines = []
    for fact in facts:
        value = str(fact.get("value", ""))
        if fact.get("unit") and lang() == "vi":
            value = value.replace(".", ",")
        lines.append(f"{fact.get('label', '')} = {value} {fact.get('unit', '')}".strip())
    return "\n".join(lines)


def item_typed(item: RequestItem) -> dict[str, Any]:
    """An item as its form shows it."""
    plain = {n: getattr(item, n) for n in ("id", "name", "name_en", "brand", "model", "manufacturer", "origin", "quantity", "power")}
    return {**plain, "supplied": supplied_typed(item.supplied), "methods": [t.method_id for t in item.tests]}


def due_state(row: TestRequest, holidays: Collection[date]) -> State | None:
    """How a request's due day stands, in working days, while its report has not left; None when there is nothing to say."""
    if row.due_on is None or row.status not in OPEN or row.reported_on is not None:
        return None
    left = rules.working_days_left(clock.today(), row.due_on, holidays)
    if row.due_on < clock.today():
        return State("late", ngettext("Trễ %(n)s ngày làm việc", "Trễ %(n)s ngày làm việc", max(-left, 1), n=max(-left, 1)), "bad")
    if row.due_on == clock.today():
        return State("today", gettext("Hạn hôm nay"), "warn")
    word = ngettext("Còn %(n)s ngày làm việc", "Còn %(n)s ngày làm việc", left, n=left)
    return State("soon", word, "warn") if left <= SOON_WORKING_DAYS else State("ahead", word, "info", "calendar3")


def stage(row: TestRequest, contents: Contents) -> State:
    """One word for where a request stands: its own state, and after acceptance what its items and its report say."""
    if row.status != "accepted":
        return REQUEST.state(row.status)
    if row.reported_on is not None:
        if contents.here:
            return State("reported", gettext("Đã có phiếu, còn giữ mẫu"), "ok")
        return State("closed", gettext("Hoàn thành"), "ok")
    if not contents.received:
        return State("awaiting", gettext("Chờ mẫu"), "info", "box-arrow-in-down")
    return State("testing", gettext("Đang thử nghiệm"), "info", "activity")


def request_contents(row: TestRequest) -> Contents:
    """What `queries.contents` answers, of a request whose items are loaded."""
    samples = [s for item in row.items for s in item.samples]
    return Contents(tuple(f"{i.name} {i.model}" for i in row.items), len(samples), sum(1 for s in samples if s.status in HERE))


def request_steps(row: TestRequest) -> list[tuple[str, str, str | None]]:
    """Progress of a request: asked, reviewed, received, tested, reported, items gone back."""
    samples = [s for item in row.items for s in item.samples]
    review = next((r for r in reversed(row.reviews) if r.outcome == "accepted"), None)
    accepted, reported = row.status == "accepted", row.reported_on is not None
    first = min((s.received_at for s in samples), default=None)
    gone = bool(samples) and all(s.status not in HERE for s in samples)
    wanted = sum(item.quantity for item in row.items)
    flags = [
        (gettext("Yêu cầu"), show_date(row.requested_on), row.status != "draft"),
        (gettext("Xem xét"), show_date(review.reviewed_on) if review and accepted else "", accepted),
        (gettext("Tiếp nhận mẫu"), show_date(first) if first else "", accepted and bool(samples)),
        (gettext("Thử nghiệm"), gettext("%(n)s / %(all)s mẫu", n=len(samples), all=wanted) if samples else "", accepted and reported),
        (gettext("Phiếu kết quả"), show_date(row.reported_on) if reported else gettext("hạn %(day)s", day=show_date(row.due_on)), reported),
        (gettext("Trả mẫu") if row.return_items else gettext("Thanh lý mẫu"), "", reported and gone),
    ]
    if row.status in ("declined", "cancelled"):
        return [(label, note, "done" if n == 0 else None) for n, (label, note, _done) in enumerate(flags)]
    now = next((n for n, (_l, _n, done) in enumerate(flags) if not done), len(flags))
    return [(label, note, "done" if done and n < now else ("now" if n == now else None)) for n, (label, note, done) in enumerate(flags)]


def custody(moves: Iterable[CustodyEvent], with_code: bool = False) -> list[tuple[Any, str, str, str]]:
    """Custody events for the timeline: moment, what, to whom and where, from whom and note."""
    out = []
    for e in moves:
        to = e.to_person.name if e.to_person else e.to_text
        what = gettext("%(code)s: %(move)s", code=e.sample.code, move=MOVE_WORDS[e.kind]) if with_code else str(MOVE_WORDS[e.kind])
        where = " · ".join(part for part in (to, e.place) if part)
        by = "" if e.by.name == to else gettext("ghi: %(who)s", who=e.by.name)
        note = " · ".join(part for part in (gettext("từ %(who)s", who=e.from_text) if e.from_text else "", e.note, by) if part)
        out.append((e.at, what, where, note))
    return out


def answer_state(sample: Sample) -> State | None:
    """Where a deviating item stands with the customer; None for a sound one."""
    if not sample.deviation:
        return None
    if not sample.answers:
        return State("waiting", gettext("Chờ khách hàng trả lời"), "warn")
    decision = sample.answers[-1].decision
    return State(decision, DECISION_WORDS[decision], "ok" if decision == "proceed" else "bad")


def suggested_rules(wanted: Sequence[WantedMethod], known: Mapping[str, DecisionRule]) -> dict[str, str]:
    """Field → rule to offer in a review without rules: what most parameters of a method take by default, and the others' own."""
    out: dict[str, str] = {}
    for w in wanted:
        defaults = [p.default_rule for p in w.needing_rule if p.default_rule in known]
        if not defaults:
            continue
        general = max(sorted(set(defaults)), key=defaults.count)
        out[f"rule-{w.method.id}"] = general
        out.update({
            f"rule-{w.method.id}-{p.id}": p.default_rule for p in w.needing_rule if p.default_rule in known and p.default_rule != general})
    return out


def panels(kind: str, row: Any, actor: Actor) -> dict[str, list[Markup]]:
    """What rooms further up show on this record's page, drawn: `main` and `side`."""
    made = panels_for(kind, row, actor)
    drawn = [(p.side, Markup(render_template(p.template, **p.context))) for p in made]
    return {"main": [html for side, html in drawn if not side], "side": [html for side, html in drawn if side]}


# ---- exports ---------------------------------------------------------------------------------------------


def customers_table(rows: Iterable[Customer]) -> tuple[list[str], list[list[Any]]]:
    """The list of enterprises for export."""
    heads = [gettext("Mã"), gettext("Tên doanh nghiệp"), gettext("Mã số thuế"), gettext("Địa chỉ"), gettext("Người liên hệ"),
             gettext("Điện thoại"), gettext("Thư điện tử")]
    return heads, [[c.code, c.name, c.tax_code, c.address, c.contact, c.phone, c.email] for c in rows]


def requests_table(
    rows: Iterable[TestRequest], contents: Mapping[int, Contents], with_paid: bool
) -> tuple[list[str], list[list[Any]]]:
    """The list of requests for export."""
    heads = [gettext("Số yêu cầu"), gettext("Khách hàng"), gettext("Đối tượng thử nghiệm"), gettext("Ngày yêu cầu"),
             gettext("Hạn trả kết quả"), gettext("Trạng thái")]
    out = []
    for r in rows:
        inside = contents[r.id]
        line: list[Any] = [r.number, r.customer.name, "; ".join(inside.items), r.requested_on, r.due_on, str(stage(r, inside).word)]
        out.append([*line, r.paid_on] if with_paid else line)
    return [*heads, gettext("Ngày thanh toán")] if with_paid else heads, out


def samples_table(rows: Iterable[Sample]) -> tuple[list[str], list[list[Any]]]:
    """The list of items for export."""
    heads = [gettext("Mã"), gettext("Tên mẫu"), gettext("Kiểu (model)"), gettext("Số máy (sê-ri)"), gettext("Yêu cầu"),
             gettext("Nhận lúc"), gettext("Nơi giữ"), gettext("Trạng thái")]
    return heads, [
        [s.code, s.item.name, s.item.model, s.serial, s.request.number, s.received_at, s.storage, str(SAMPLE.state(s.status).word)]
        for s in rows
    ]
