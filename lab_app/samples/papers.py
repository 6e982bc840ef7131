"""What the papers of reception print, gathered from the records: the request, the receipt of items, the labels.

The drawing itself stands in `core.paper`; nothing is decided here.
"""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import force_locale, gettext

from lab_app.accounts.models import Laboratory
from lab_app.core import clock
from lab_app.core.errors import Refused
from lab_app.core.i18n import show_date, show_money
from lab_app.core.paper.forms_data import (
    CheckedPoint,
    PrintedCustomer,
    PrintedItem,
    PrintedLaboratory,
    PrintedMethod,
    PrintedReview,
    PrintedRule,
    ReceiptData,
    RequestData,
    Text,
)
from lab_app.core.paper.labels import Label, draw_label, draw_label_sheet
from lab_app.core.paper.request_forms import draw_receipt, draw_request
from lab_app.core.paper.typefaces import MissingGlyph
from lab_app.samples import rules
from lab_app.samples.models import ContractReview, Customer, Sample, TestRequest
from lab_app.samples.presenters import supplied_lines
from lab_app.samples.wording import CONDITION_WORDS, DECISION_WORDS, LANGUAGE_WORDS, PUBLIC_WORDS
from test_methods.models import DecisionRule

REQUEST_FORM, RECEIPT_FORM = "BM 7.1-01", "BM 7.4-01"
#: Marks of a method's standing on the paper, the strongest first.
SCOPE_MARKS = (("accredited", "VS"), ("registered", "TĐC"))


def both(words: Any) -> Text:
    """Words of this room in both languages of a paper."""
    said = {}
    for language in ("vi", "en"):
        with force_locale(language):
            said[language] = str(words)
    return {"vi": said["vi"], "en": said["en"] if said["en"] != said["vi"] else ""}


def drawn_or_refused(draw: Any, *args: Any, **kw: Any) -> bytes:
    """A paper's bytes; a character that the faces lack is refused, named with the place where it stands."""
    try:
        return bytes(draw(*args, **kw))
    except MissingGlyph as error:
        character, path = error.missing[0]
        raise Refused(gettext(
            "Không in được: phông chữ thiếu ký tự “%(character)s” (%(where)s). Sửa chữ đó trong hồ sơ rồi in lại.",
            character=character, where=path)) from error


def printed_laboratory(lab: Laboratory) -> PrintedLaboratory:
    """The letterhead."""
    return {
        "name": {"vi": lab.name_vi, "en": lab.name_en}, "address": lab.address_vi, "place": lab.place_vi, "phone": lab.phone,
        "email": lab.email, "tax_code": lab.tax_code,
    }


def _customer(row: Customer) -> PrintedCustomer:
    return {
        "name": row.name, "name_en": row.name_en, "address": row.address, "tax_code": row.tax_code, "contact": row.contact,
        "phone": row.phone, "email": row.email,
    }


def _methods(row: TestRequest, scope: dict[str, set[str]]) -> list[PrintedMethod]:
    several = len(row.items) > 1
    places: dict[int, list[str]] = {}
    tests = {}
    for n, item in enumerate(row.items, 1):
        for test in item.tests:
            places.setdefault(test.method_id, []).append(str(n))
            tests[test.method_id] = test
    out: list[PrintedMethod] = []
    for method_id, test in tests.items():
        standing = scope.get(test.method.code, set())
        mark = next((m for status, m in SCOPE_MARKS if status in standing), "*")
        out.append({
            "regulation": test.method.regulation.code, "method": test.method.reference or test.method.title_vi,
            "scope": "EX" if test.subcontracted else mark, "items": ", ".join(places[method_id]) if several else "",
        })
    return out


def _rules(review: ContractReview | None, named: dict[str, DecisionRule]) -> list[PrintedRule]:
    out: list[PrintedRule] = []
    for line in review.rules if review else []:
        rule = named.get(line.rule_code)
        of = line.method.regulation.code
        said: Text = {"vi": rule.name_vi, "en": rule.name_en} if rule else {"vi": line.rule_code, "en": ""}
        out.append({
            "code": line.rule_code, "rule": said,
            "applies_to": f"{of}: {', '.join(line.parameter_codes)}" if line.parameter_codes else of,
        })
    return out


def _review(review: ContractReview) -> PrintedReview:
    return {
        "number": review.number, "date": (review.reviewed_on or clock.local(review.recorded_at).date()).isoformat(),
        "reviewer": review.reviewer.name, "outcome": {"vi": "Chấp nhận", "en": "Accepted"},
        "questions": [(str(q.get("q", "")), str(q.get("a", ""))) for q in review.questions],
    }


def request_paper(
    row: TestRequest, lab: Laboratory, named: dict[str, DecisionRule], scope: dict[str, set[str]], fee: Any = None,
) -> bytes:
    """The printed request. `named`: decision rules by code; `scope`: method code → statuses; `fee`: the gross total, for those who
    may see prices. Refuses a character that the faces lack."""
    accepted = next((r for r in reversed(row.reviews) if r.outcome == "accepted"), None) if row.status == "accepted" else None
    agreed = (accepted or (row.reviews[-1] if row.reviews else None)) if row.wants_statement else None
    published = ", ".join(both(PUBLIC_WORDS[name])["vi"] for name in row.public_fields)
    items: list[PrintedItem] = []
    for item in row.items:
        items.append({
            "name": {"vi": item.name, "en": item.name_en}, "model": item.model, "brand": item.brand, "quantity": str(item.quantity),
            "remark": "; ".join(supplied_lines(item.supplied)),
        })
    data: RequestData = {
        "number": row.number, "code": row.number, "date": row.requested_on.isoformat(), "form": REQUEST_FORM,
        "laboratory": printed_laboratory(lab), "customer": _customer(row.customer), "items": items, "methods": _methods(row, scope),
        "conformity_statement": row.wants_statement, "rules": _rules(agreed, named),
        "facts": [
            ({"vi": "Ngôn ngữ phiếu", "en": "Report language"}, both(LANGUAGE_WORDS[row.language])["vi"]),
            ({"vi": "Số bản", "en": "Copies"}, str(row.copies)),
            ({"vi": "Mẫu sau khi thử", "en": "Items afterwards"}, "trả lại" if row.return_items else "không trả lại"),
            ({"vi": "Cho phép công khai", "en": "May be published"}, published or "số phiếu, trạng thái, ngày"),
        ],
        "signatures": [
            {"office": {"vi": "Đại diện khách hàng", "en": "For the customer"}, "name": row.customer.contact},
            {"office": {"vi": "Người tiếp nhận", "en": "Received by"}, "name": row.registered_by.name},
        ],
    }
    if row.due_on:
        data["due_on"] = row.due_on.isoformat()
    if agreed and agreed.rules:
        last = agreed.rules[-1]
        evidence = f" ({last.evidence})" if last.evidence else ""
        day = show_date(last.agreed_on)
        data["agreement"] = {"vi": f"{last.agreed_by} đồng ý ngày {day}{evidence}.", "en": f"Agreed by the customer on {day}."}
    if fee:
        data["fee"] = show_money(fee)
    if accepted:
        data["review"] = _review(accepted)
    if row.note:
        data["notes"] = [{"vi": row.note, "en": ""}]
    return drawn_or_refused(draw_request, data)


def _checklist(samples: Sequence[Sample]) -> list[CheckedPoint]:
    """Each point once: "no" when it was not fine for one of the items, which the note names."""
    out: list[CheckedPoint] = []
    for key in rules.CONDITION_KEYS:
        bad = [s for s in samples if (s.checks.get(key) or {}).get("ok") is False]
        notes = [f"{s.code}: {(s.checks[key] or {}).get('note') or ''}".rstrip(": ") for s in bad]
        out.append({"text": both(CONDITION_WORDS[key]), "answer": "no" if bad else "yes", "note": "; ".join(notes)})
    return out


def receipt_paper(row: TestRequest, samples: Sequence[Sample], lab: Laboratory) -> bytes:
    """The receipt of the items a request brought so far. Refuses a request without any, and a character that the faces lack."""
    if not samples:
        raise Refused(gettext("Chưa nhận mẫu nào của yêu cầu %(number)s.", number=row.number))
    last = max(samples, key=lambda s: s.received_at)
    items: list[PrintedItem] = []
    for sample in samples:
        items.append({
            "name": {"vi": sample.item.name, "en": sample.item.name_en}, "model": sample.item.model, "brand": sample.item.brand,
            "serial": sample.serial, "quantity": "1", "code": sample.code, "condition": sample.condition, "storage": sample.storage,
        })
    data: ReceiptData = {
        "number": rules.sister_number("GN", row.number), "code": samples[0].code if len(samples) == 1 else row.number,
        "date": clock.local(last.received_at).date().isoformat(), "form": RECEIPT_FORM, "laboratory": printed_laboratory(lab),
        "customer": _customer(row.customer), "request_number": row.number, "received_at": clock.local(last.received_at).isoformat(),
        "received_by": last.received_by.name, "delivered_by": last.brought_by or row.customer.name, "items": items,
        "checklist": _checklist(samples), "deviations": [],
        "supplied": [s.accessories for s in samples if s.accessories],
        "signatures": [
            {"office": {"vi": "Người giao", "en": "Delivered by"}, "name": last.brought_by},
            {"office": {"vi": "Người nhận", "en": "Received by"}, "name": last.received_by.name,
             "confirmed_at": clock.local(last.recorded_at).isoformat()},
        ],
    }
    for sample in samples:
        if not sample.deviation:
            continue
        answer = sample.answers[-1] if sample.answers else None
        what = f"{sample.code}: {sample.deviation}"
        if answer is None:
            data["deviations"].append({"what": what})
        else:
            decision = both(DECISION_WORDS[answer.decision])["vi"]
            said = f"{decision}. {answer.text} ({answer.answered_by}, {show_date(answer.answered_on)})"
            data["deviations"].append({"what": what, "answer": said})
    return drawn_or_refused(draw_receipt, data)


def _label(sample: Sample, lab_name: str) -> Label:
    details = [" · ".join(p for p in (sample.item.model, sample.serial) if p), show_date(sample.received_at)]
    return Label(sample.code, sample.item.name, lab_name, [d for d in details if d])


def label_paper(sample: Sample, lab_name: str, size: str) -> bytes:
    """One item's label of a size."""
    label = _label(sample, lab_name)
    return drawn_or_refused(draw_label, label.code, label.name, label.laboratory, details=label.details, size=size)


def label_sheet(samples: Sequence[Sample], lab_name: str, first: int) -> bytes:
    """Labels of several items on an A4 sheet, from a place on."""
    return drawn_or_refused(draw_label_sheet, [_label(s, lab_name) for s in samples], first=first)
