"""What the laboratory set of its papers, and what customer and signatory agreed of this one: form, notes, marks, language, opinions."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from certificates.assembly import items
from certificates.models import PaperSetup
from certificates.papers import Paper
from certificates.queries import Material
from lab_app.core import clock, figures
from lab_app.core.i18n import show_date

Text = dict[str, str]

HEAD_OFFICE = "GIÁM ĐỐC"
ENGLISH, BOTH = "en", "vi+en"
#: What is said of the decimal mark where a paper is in English alone.
_POINT: Text = {
    "vi": "Dấu chấm là dấu thập phân. Phiếu không hàm ý cơ quan công nhận chấp thuận sản phẩm.",
    "en": "The point is the decimal sign. Accreditation does not imply approval of the product.",
}
_COMMA = "Dấu phẩy là dấu thập phân"
#: How an English text points to the Vietnamese one.
_BESIDE = "as stated in Vietnamese"
#: Words that a snapshot holds once, in Vietnamese, with what a paper in English says.
_ENGLISH_WORDS = {"không cần hiệu chuẩn": "no calibration needed"}


def _text(vi: str, en: str = "") -> Text:
    return {"vi": vi.strip(), "en": en.strip()}


def form(paper: Paper, material: Material) -> str:
    """Code and issue of the form ("BM-07.08-01 · LBH 03")."""
    setup, lab = material.setup, material.laboratory
    if setup is not None:
        return f"{setup.form_code} · LBH {setup.form_issue}"
    return str(lab.settings.get(paper.form_setting) or paper.form) if lab else paper.form


def head_office(material: Material) -> str:
    """Whom a deputy or an authorised person signs for, in capitals."""
    if material.setup is not None:
        return material.setup.head_office.upper()
    return str(material.laboratory.settings.get("head_office") or HEAD_OFFICE).upper() if material.laboratory else HEAD_OFFICE


def notes(paper: Paper, material: Material, supplied: bool) -> tuple[list[Text], list[Text]]:
    """The notes before and after those that the records give. The first of all is the disclaimer of what the customer stated (7.8.2.2);
    without a setting the standard one stands."""
    setup = material.setup
    first: list[Text] = [_text(note["vi"], note["en"]) for note in paper.notes]
    if material.request.language == ENGLISH:
        first = [_POINT if note["vi"].startswith(_COMMA) else note for note in first]
    if setup is None:
        return first, items.notes(material.laboratory)
    if first:
        first = [*([_text(setup.disclaimer_vi, setup.disclaimer_en)] if supplied else []), *first[1:]]
    return first, [*period_notes(setup), *(_text(note["vi"], note.get("en", "")) for note in setup.notes)]


def period_notes(setup: PaperSetup) -> list[Text]:
    """How long complaints are taken and the item is kept, where the laboratory states it."""
    found = []
    if setup.complaint_days:
        found.append(_text(f"Thời hạn khiếu nại: {setup.complaint_days} ngày kể từ ngày ban hành.",
                           f"Complaints are accepted within {setup.complaint_days} days of issue."))
    if setup.retention_days:
        found.append(_text(f"Mẫu lưu {setup.retention_days} ngày kể từ ngày ban hành, trừ khi đã trả khách hàng.",
                           f"The item is retained for {setup.retention_days} days after issue unless returned earlier."))
    return found


def supplied_by_customer(described: list[dict[str, Any]], customer: Mapping[str, Any]) -> bool:
    """Whether the paper prints anything that the customer stated."""
    return bool(customer.get("manufacturer")) or any(
        item.get("customer_supplied") or any(more.get("customer_supplied") for more in item.get("more", [])) for item in described)


def agreed_to_simplify(material: Material) -> dict[str, str] | None:
    """Who agreed to a simplified report at the contract review, when and by what evidence; `None` without an agreement (7.8.1.3)."""
    told = (material.review.checks.get("reporting") or {}) if material.review else {}
    if not told.get("simplified"):
        return None
    found = {"agreed_by": str(told.get("agreed_by") or ""), "agreed_on": str(told.get("agreed_on") or "")}
    return {**found, "evidence": str(told["evidence"])} if told.get("evidence") else found


def opinions(material: Material) -> list[dict[str, Any]]:
    """The opinions the paper prints, each with its basis, its person and the day it was given (7.8.7)."""
    return [
        {
            "statement": _text(one.statement_vi, one.statement_en), "basis": _text(one.basis_vi, one.basis_en),
            "person": one.person.full_name, "office": _text(one.person.title_vi, one.person.title_en),
            "given_on": clock.local(one.recorded_at).date().isoformat(),
        }
        for one in material.opinions
    ]


def applied(snapshot: Mapping[str, Any], material: Material) -> dict[str, Any]:
    """The keys of a draft that the setting, the language and the agreements give: put over those of the draft."""
    found: dict[str, Any] = {}
    notation = figures.read(material.laboratory.settings if material.laboratory else {}).notation
    if notation:
        found["notation"] = notation
    if material.opinions:
        found["opinions"] = opinions(material)
    agreed = agreed_to_simplify(material) if material.simplified else None
    if material.simplified:
        found["simplified"] = agreed or {"agreed_by": "", "agreed_on": ""}
        found["notes"] = [*snapshot["notes"], _left_out(agreed)]
    if material.setup is not None:
        found |= _set(snapshot, material)
    if material.request.language != BOTH:
        found["language"] = material.request.language
    if material.request.language == ENGLISH:
        found |= _in_english({**snapshot, **found}, material)
    return found


def _left_out(agreed: Mapping[str, str] | None) -> Text:
    """That the paper is a simplified one, by whose agreement, and that the rest is there for the asking (7.8.1.3)."""
    by = f" ({agreed['agreed_by']}, {show_date(date.fromisoformat(agreed['agreed_on']))})" if agreed and agreed["agreed_on"] else ""
    return _text(
        f"Phiếu rút gọn theo thỏa thuận với khách hàng{by}. Thông tin không in ở đây được lưu và cung cấp khi khách hàng yêu cầu.",
        f"Simplified report as agreed with the customer{by}. Information not printed here is kept and available on request.")


def _set(snapshot: Mapping[str, Any], material: Material) -> dict[str, Any]:
    setup = material.setup
    assert setup is not None
    laboratory = dict(snapshot["laboratory"])
    if setup.parent_vi:
        laboratory["parent"] = _text(setup.parent_vi, setup.parent_en)
    if setup.logo:
        laboratory["logo"] = setup.logo
    return {
        "title": _text(setup.title_vi, setup.title_en), "laboratory": laboratory,
        "validity_statement": _text(setup.validity_vi, setup.validity_en),
        "setup": {"effective_from": setup.effective_from.isoformat(), "signatures": list(setup.signatures)},
    }


def _in_english(snapshot: Mapping[str, Any], material: Material) -> dict[str, Any]:
    """Words that the records hold in Vietnamese alone and a paper in English says otherwise."""
    laboratory = dict(snapshot["laboratory"])
    if material.laboratory is not None and material.laboratory.address_en:
        laboratory["address"] = material.laboratory.address_en
    found: dict[str, Any] = {
        "deviations": [_whole(one) for one in snapshot["deviations"]],
        "sampling": _whole(snapshot["sampling"]) if snapshot["sampling"] else snapshot["sampling"],
    }
    return {
        **found,
        "laboratory": laboratory,
        "methods": [{**one, "edition": one.get("edition", "").replace("phiên bản", "version")} for one in snapshot["methods"]],
        "equipment": [
            {**one, "certificate": _ENGLISH_WORDS.get(one["certificate"], one["certificate"])} for one in snapshot["equipment"]
        ],
    }


def _whole(said: Mapping[str, str]) -> Text:
    """A text whose English leaves the facts to the Vietnamese beside it: where nothing stands beside, the Vietnamese itself stands."""
    return _text(said["vi"], said["vi"] if _BESIDE in said["en"] else said["en"])


def marked(accreditation: Mapping[str, str] | None, material: Material) -> dict[str, str] | None:
    """The accreditation with the pictures the laboratory may print beside it; nothing without an accreditation.

    The combined ILAC mark stands only under its licence. A calibration certificate carries the marks of its own setting.
    """
    if accreditation is None or material.setup is None:
        return dict(accreditation) if accreditation else None
    return with_marks(accreditation, material.setup)


def with_marks(accreditation: Mapping[str, str], setup: PaperSetup) -> dict[str, str]:
    """An accreditation with the marks of a setting."""
    found = dict(accreditation)
    if setup.accreditation_mark:
        found["mark"] = setup.accreditation_mark
    if setup.ilac_mark and setup.ilac_licence:
        found |= {"ilac_mark": setup.ilac_mark, "ilac_licence": setup.ilac_licence}
    return found

