"""Who asked, who tested and what was tested: laboratory, customer, request, items, deviations (7.8.2.1 b, e, g, h, k, n, p)."""
from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from certificates import rules
from certificates.queries import Material
from lab_app.accounts.models import Laboratory
from lab_app.core import clock
from lab_app.core.paper.wording import english_date
from lab_app.core.quantity import format_decimal
from lab_app.samples.models import ContractReview, Sample, TestRequest
from lab_app.samples.queries import item_file

Text = dict[str, str]

#: What an enterprise states of its item; printed with the mark of customer-supplied information (7.8.2.2).
SUPPLIED = ["model", "brand", "hardware", "firmware"]
BY_CUSTOMER = "customer"


def text(vi: str | None, en: str | None = "") -> Text:
    """Words in both languages."""
    return {"vi": (vi or "").strip(), "en": (en or "").strip()}


def _kept(facts: dict[str, Any]) -> dict[str, Any]:
    """Without the facts that nobody recorded."""
    return {key: value for key, value in facts.items() if value not in (None, "", [])}


def laboratory(row: Laboratory | None) -> dict[str, Any]:
    """The letterhead."""
    if row is None:
        return {"name": text(""), "address": "", "place": ""}
    facts = {
        "name": text(row.name_vi, row.name_en), "address": row.address_vi, "phone": row.phone, "email": row.email,
        "tax_code": row.tax_code, "website": str(row.settings.get("website") or ""),
    }
    kept = {**_kept(facts), "address": row.address_vi, "place": row.place_vi}
    if row.settings.get("paper_remark_vi"):
        kept["remark"] = text(str(row.settings["paper_remark_vi"]), str(row.settings.get("paper_remark_en") or ""))
    return kept


def accreditation(row: Laboratory | None) -> dict[str, str] | None:
    """The accreditation of the letterhead; `None` while the laboratory has none on record."""
    facts = dict(row.accreditation) if row else {}
    if not facts.get("number"):
        return None
    return {key: str(facts.get(key) or "") for key in ("number", "standard", "valid_from", "valid_to")}


def customer(row: TestRequest) -> dict[str, Any]:
    """The customer with contact (e), and the maker that the customer states."""
    who = row.customer
    facts = {
        "name_en": who.name_en, "tax_code": who.tax_code,
        "contact": " · ".join(part for part in (who.contact, who.phone, who.email) if part),
    }
    kept = {"name": who.name, "address": who.address, **_kept(facts)}
    makers = list(dict.fromkeys(item.manufacturer for item in row.items if item.manufacturer))
    if makers:
        same = makers == [who.name]
        kept["manufacturer"] = text("Như khách hàng", "Same as customer") if same else text("; ".join(makers))
    return kept


def request(row: TestRequest, review: ContractReview | None) -> dict[str, str]:
    """The request and the contract review that carry the work."""
    return _kept({
        "number": row.number, "requested_on": row.requested_on.isoformat(), "contract": row.contract_no,
        "review_number": review.number if review else "",
        "reviewed_on": review.reviewed_on.isoformat() if review and review.reviewed_on else "",
    })


def firmware(material: Material, sample: Sample) -> Text:
    """The firmware as received and every change with its day: `1.0.3; 1.0.4 từ 14/09/2026`."""
    first = sample.firmware
    parts_vi, parts_en = ([first], [first]) if first else ([], [])
    for change in material.firmware.get(sample.id, []):
        if change.firmware == first and len(parts_vi) == 1:
            continue
        day = clock.local(change.changed_at).strftime("%d/%m/%Y")
        parts_vi.append(f"{change.firmware} từ {day}")
        parts_en.append(f"{change.firmware} from {english_date(clock.local(change.changed_at).date().isoformat())}")
    several = len(parts_vi) > 1
    return text("; ".join(parts_vi), "; ".join(parts_en) if several else "")


def _written(value: str) -> str:
    """A plain decimal as a Vietnamese paper writes it; other words as they stand."""
    try:
        return format_decimal(Decimal(value), "vi")
    except (InvalidOperation, ValueError):
        return value


def item(material: Material, sample: Sample) -> dict[str, Any]:
    """One tested item: description, identification, condition, receipt, what the customer supplied."""
    described = sample.item
    local = clock.local(sample.received_at)
    more = []
    for fact in described.supplied:
        value = " ".join(part for part in (_written(str(fact.get("value") or "")), str(fact.get("unit") or "")) if part)
        if value:
            label = str(fact.get("label") or fact.get("key") or "")
            more.append({"label": text(label, str(fact.get("label_en") or "")), "value": text(value), "customer_supplied": True})
    if described.power:
        more.append({"label": text("Nguồn", "Power supply"), "value": text(described.power), "customer_supplied": True})
    sent = text("khách hàng gửi", "sent by the customer") if sample.sampled_by == BY_CUSTOMER else text(sample.brought_by)
    facts = {
        "code": sample.code, "name": text(described.name, described.name_en), "model": described.model, "brand": described.brand,
        "serial": sample.serial, "hardware": sample.hardware, "quantity": f"{described.quantity:02d}",
        "received_at": local.isoformat(timespec="seconds"), "delivered_by": sent, "condition": text(sample.condition),
        "more": more,
    }
    kept = _kept(facts)
    running = firmware(material, sample)
    if running["vi"]:
        kept["firmware"] = running
    kept["customer_supplied"] = [name for name in SUPPLIED if name in kept]
    photos = list(material.photos.get(("sample", sample.id), ()))
    if sample.id == next(one.id for one in material.samples if one.item_id == sample.item_id):
        photos += material.photos.get((item_file.SUBJECT, sample.item_id), ())  # how it was set up, printed once
    if photos:
        kept["photos"] = [{"sha256": photo.sha256, "caption": text(photo.caption or photo.filename)} for photo in photos]
    return kept


def deviations(material: Material) -> list[Text]:
    """What differs: agreed at contract review, and items that deviated with the customer's answer and the disclaimer (7.4.3)."""
    found: list[Text] = []
    if material.review and material.review.deviations.strip():
        found.append(text(material.review.deviations))
    for sample in material.samples:
        if not sample.deviation.strip():
            continue
        words = f"Mẫu {sample.code}: {sample.deviation.strip().rstrip('.')}."
        english = f"Item {sample.code} deviated as stated in Vietnamese."
        answer = sample.answers[-1] if sample.answers else None
        if answer is not None:
            day = answer.answered_on.strftime("%d/%m/%Y")
            words += f" Khách hàng ({answer.answered_by}, {day}) yêu cầu thử tiếp: {answer.text.strip().rstrip('.')}."
            english += f" The customer asked on {english_date(answer.answered_on.isoformat())} to go on."
        words += " Kết quả của mẫu này có thể bị ảnh hưởng bởi sai khác nêu trên."
        english += " Its results may be affected."
        found.append(text(words, english))
    return found


def sampling(samples: list[Sample]) -> Text | None:
    """That nobody of the laboratory sampled, when the records say so of every item; else nothing is claimed (k)."""
    if samples and all(sample.sampled_by == BY_CUSTOMER for sample in samples):
        return text(
            f"{rules.STANDARD_REASONS['k']['vi']} Kết quả áp dụng cho mẫu như đã nhận.",
            f"{rules.STANDARD_REASONS['k']['en']} Results apply to the item as received.",
        )
    return None


def external(material: Material) -> Text | None:
    """Which results come from an external provider, and who that is (p)."""
    providers = list(dict.fromkeys(material.subcontracted.values()))
    if not providers:
        return None
    return text(
        f"Kết quả có dấu EX do nhà cung cấp bên ngoài thực hiện: {'; '.join(providers)}.",
        f"Results marked EX were produced by an external provider: {'; '.join(providers)}.",
    )


def notes(row: Laboratory | None) -> list[Text]:
    """Notes the laboratory prints on every report, from its settings."""
    kept = row.settings.get("report_notes") if row else None
    return [text(note.get("vi"), note.get("en")) for note in kept or [] if isinstance(note, dict) and note.get("vi")]
