"""From rows to the snapshot of a paper: names, limits and values as they are now, frozen as plain JSON.

`draft` builds everything a paper prints but its identity; `issued` adds number, code, day and signature. Verdicts were taken when
the readings were recorded; here they are only gathered. Scope marks come from the scope register on the day of each test.
"""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from certificates import directory, rules, workflow
from certificates.assembly import basis, calibration, conclusion, items, plots, records, results, setting
from certificates.life import Dates
from certificates.lookups import cover
from certificates.papers import CALIBRATION, paper_for
from certificates.queries import Material
from certificates.snapshot import SCHEMA, derive_summary, section_lines
from lab_app.accounts.models import Authorisation, Person
from lab_app.core import clock
from lab_app.core.i18n import show_date
from lab_app.core.paper.wording import english_date

Text = dict[str, str]
Snapshot = dict[str, Any]


def text(vi: str | None, en: str | None = "") -> Text:
    """Words in both languages."""
    return {"vi": (vi or "").strip(), "en": (en or "").strip()}


def moment(at: datetime) -> str:
    """A moment as a paper keeps it: ISO 8601 on the laboratory's wall clock, with its offset."""
    return clock.local(at).isoformat(timespec="seconds")


def draft(
    material: Material, kind: str, *, not_applicable: Mapping[str, Text] | None = None,
    superseded: frozenset[str] = frozenset(),
) -> Snapshot:
    """The paper as it would be today, without number, code, signature or accreditation.

    `not_applicable`: reasons the signatory states, by letter of 7.8.2.1. `superseded`: references of lines that an amended
    paper no longer prints because they were measured again.
    """
    request = material.request
    lines = [line for line in material.lines if results.reference(line) not in superseded]
    table = results.tabulate(material, lines)
    sections = table.sections
    everything = [line for section in sections for line in section_lines(section)]
    wanted = request.wants_statement
    lab = material.laboratory
    reasons = dict(not_applicable or {})
    if "p" not in reasons and not material.subcontracted:
        reasons["p"] = dict(rules.STANDARD_REASONS["p"])
    marks = [kind] if kind in (workflow.PRELIMINARY, workflow.PARTIAL) else []
    paper = paper_for(request.kind)
    calibrates = request.kind == CALIBRATION
    described, customer = [items.item(material, sample) for sample in material.samples], items.customer(request)
    first, after = setting.notes(paper, material, setting.supplied_by_customer(described, customer))
    snapshot: Snapshot = {
        "schema": SCHEMA,
        "layout": paper.layout,
        "state": "draft",
        "marks": marks,
        "title": dict(paper.title),
        "number": None,
        "code": None,
        "verify_url": None,
        "issued_on": None,
        "form": setting.form(paper, material),
        "laboratory": items.laboratory(lab),
        "accreditation": None,
        "customer": customer,
        "request": items.request(request, material.review),
        "items": described,
        "places": basis.places(lines),
        "test_dates": rules.periods(clock.local(reading.measured_at).date() for reading in table.readings),
        "conclusion": _conclusion(calibrates, everything, table, kind) if wanted else None,
        "summary": [] if calibrates else derive_summary(sections),
        "methods": results.methods(material, table),
        "sections": sections,
        "equipment": basis.equipment(table.readings, standards=calibrates),
        "traceability": basis.traceability(table.readings),
        "environment": basis.environment(table.readings),
        "uncertainty": basis.uncertainty(lines, table.exemptions),
        "decision_rules": basis.decision_rules(material, table) if wanted else basis.no_statement(),
        "deviations": [*items.deviations(material), *records.deviations(material)],
        "sampling": records.sampling(material) or items.sampling(material.samples),
        "external_results": items.external(material),
        "notes": [
            *first, *records.broken_gates(material, everything), *basis.environment_notes(lines), *records.conditioning(material), *after],
        "validity_statement": dict(paper.validity),
        "amendment": None,
        "authorisation": {
            "testers": basis.testers(table.readings, lines),
            "reviewer": basis.reviewer(lines),
            "signatory": {"name": "", "office_lines": [], "office": text(""), "means": paper.means},
        },
        "not_applicable": reasons,
    }
    # Only what there is: a paper without plots or item's file stays, byte for byte, what it was before they existed.
    for key, found in (("item_files", records.item_files(material)), ("plots", plots.plots(material, table))):
        if found and not calibrates:
            snapshot[key] = found
    if calibrates:
        snapshot |= calibration.instead(snapshot, material, lines)
        snapshot["calibration"] = calibration.block(material, lines, everything, wanted)
    snapshot |= setting.applied(snapshot, material)
    return snapshot if request.language != "vi" else _vietnamese_only(snapshot)


def _conclusion(
    calibrates: bool, lines: list[dict[str, Any]], table: results.Table, kind: str
) -> dict[str, Any]:
    return calibration.conclude(lines, kind) if calibrates else conclusion.conclude(lines, table, kind)


def issued(
    snapshot: Snapshot, material: Material, *, number: str, code: str, public_url: str, issued_on: date, signatory: Person,
    ground: Authorisation | None, at: datetime, amendment: Mapping[str, Any] | None = None, dates: Dates | None = None,
) -> Snapshot:
    """The draft with its identity, its signature and, when a line is in scope, the accreditation valid on the test dates."""
    title_vi, title_en = signatory.title_vi, signatory.title_en
    ground_text = ground.basis if ground else ""
    return {
        **snapshot,
        "state": "issued",
        "number": number,
        "code": code,
        "verify_url": f"{public_url.rstrip('/')}/verify/{code}",
        "issued_on": issued_on.isoformat(),
        "notes": [*snapshot["notes"], *_in_force(dates, material.request.kind == CALIBRATION)],
        "accreditation": accreditation(snapshot, material),
        "amendment": dict(amendment) if amendment else None,
        "authorisation": {
            **snapshot["authorisation"],
            "signatory": {
                "name": signatory.full_name,
                "office_lines": rules.office_lines(title_vi, ground_text, setting.head_office(material)),
                "office": text(title_vi, title_en),
                "means": snapshot["authorisation"]["signatory"]["means"],
                "authorised_at": moment(at),
                "authority": rules.authority_of(ground_text),
            },
        },
    }


def _in_force(dates: Dates | None, certificate: bool) -> list[Text]:
    """The days between which a paper is in force, where they say more than its day of issue. `certificate`: of calibration."""
    if dates is None or (dates.expires_on is None and dates.valid_from == dates.issued_on):
        return []
    vi, en = ("Giấy chứng nhận", "This certificate") if certificate else ("Phiếu", "This report")
    begin, begins = show_date(dates.valid_from), english_date(dates.valid_from.isoformat())
    if dates.expires_on is None:
        return [text(f"{vi} có hiệu lực từ ngày {begin}.", f"{en} is valid from {begins}.")]
    ends = english_date(dates.expires_on.isoformat())
    return [text(f"{vi} có hiệu lực từ ngày {begin} đến hết ngày {show_date(dates.expires_on)}.",
                 f"{en} is valid from {begins} through {ends}.")]


def accreditation(snapshot: Snapshot, material: Material) -> dict[str, str] | None:
    """The accreditation an issued paper carries: only when one of its lines is in scope."""
    in_scope = any(line["scope"] == "VS" for section in snapshot["sections"] for line in section_lines(section))
    return setting.marked(items.accreditation(material.laboratory), material) if in_scope else None


def published(snapshot: Snapshot, agreed: list[str]) -> dict[str, Any]:
    """What the public page may show by code: only what the customer agreed to, copied out of the snapshot."""
    regulations = list(dict.fromkeys(section["regulation"] for section in snapshot["sections"]))
    names = [
        {
            "vi": ", ".join(part for part in (item["name"]["vi"], item.get("model") and f"kiểu {item['model']}") if part),
            "en": ", ".join(
                part for part in (item["name"]["en"] or item["name"]["vi"], item.get("model") and f"model {item['model']}") if part
            ),
        }
        for item in snapshot["items"]
    ]
    customer = snapshot["customer"]
    offers: dict[str, Any] = {
        "customer": {"vi": customer["name"], "en": customer.get("name_en") or customer["name"]},
        "product": {"vi": "; ".join(name["vi"] for name in names), "en": "; ".join(name["en"] for name in names)},
        "regulations": regulations,
        "signatory": snapshot["authorisation"]["signatory"]["name"],
    }
    shown = {name: offers[name] for name in offers if name in agreed}
    products = cover.published_items(snapshot, agreed)
    if products:
        shown["items"] = products
    if directory.CODE_ONLY in agreed:
        shown[directory.CODE_ONLY] = True
    amendment = snapshot["amendment"]
    if amendment:
        shown["amends"] = amendment["replaces_number"]
    return shown


def _vietnamese_only(value: Any) -> Any:
    """The same paper without English, for a customer who asked for Vietnamese alone."""
    if isinstance(value, dict):
        if set(value) == {"vi", "en"}:
            return {"vi": value["vi"], "en": ""}
        return {key: _vietnamese_only(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_vietnamese_only(inner) for inner in value]
    return value
