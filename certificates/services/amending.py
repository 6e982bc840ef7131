"""An amended report: a whole new paper with a number of its own that names what it replaces, why, and every change (7.8.8)."""
from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import undefer

from certificates import assembly, changes, queries, rules, signed, workflow
from certificates.assembly import results
from certificates.models import Report
from certificates.queries import Material
from certificates.services.issuing import checked_dates, checked_day, freeze, lock
from certificates.services.preparing import issue_facts
from certificates.snapshot import section_lines
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import AUTHORISED, Confirmation
from lab_app.core import audit, gates
from lab_app.core.access import Actor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.gates import Stop
from lab_app.core.permissions import P

Text = dict[str, str]

#: The gates of an amendment: those of an issue but for the one that asks whether a paper stands already.
AMEND_GATES = tuple(name for name in workflow.ISSUE_GATES if name != "not-issued-twice")


@dataclass(frozen=True)
class Plan:
    """What an amended paper would be: its draft, the changes against the paper it replaces, and what stands in its way."""

    snapshot: dict[str, Any]
    changes: list[dict[str, Any]]
    material: Material
    stops: tuple[Stop, ...]


def _repeats(material: Material, old: Mapping[str, Any]) -> dict[str, str]:
    """New lines that measured again a line of the old paper: reference → the old line's reference."""
    on_paper = {line["ref"] for section in old["sections"] for line in section_lines(section)}
    by_id = {line.id: line for line in material.lines}
    found: dict[str, str] = {}
    for line in material.lines:
        if results.reference(line) in on_paper:
            continue
        earlier = line.retest_of_id
        while earlier is not None and f"L{earlier}" not in on_paper:
            earlier = by_id[earlier].retest_of_id if earlier in by_id else None
        if earlier is not None:
            found[results.reference(line)] = f"L{earlier}"
    return found


def _left_out(material: Material, old: Mapping[str, Any], repeats: Mapping[str, str]) -> frozenset[str]:
    """Lines the amended paper does not print: those measured again since the old paper, and those that an earlier version
    had replaced in the same way already."""
    on_paper = {line["ref"] for section in old["sections"] for line in section_lines(section)}
    by_id = {line.id: line for line in material.lines}
    gone = changes.superseded(old, repeats)
    for line in material.lines:
        earlier = line.retest_of_id if results.reference(line) in on_paper else None
        while earlier is not None and earlier in by_id:
            if f"L{earlier}" not in on_paper:
                gone.add(f"L{earlier}")
            earlier = by_id[earlier].retest_of_id
    return frozenset(gone)


def _plan(report: Report, reasons: Mapping[str, Text]) -> tuple[Material, dict[str, Any], list[dict[str, Any]]]:
    old = json.loads(report.snapshot)
    material = queries.material(report.request, report.kind, bool(old.get("simplified")))
    repeats = _repeats(material, old)
    stated = {**{letter: dict(text) for letter, text in old["not_applicable"].items()}, **reasons}
    snapshot = assembly.draft(material, report.kind, not_applicable=stated, superseded=_left_out(material, old, repeats))
    as_printed = {**snapshot, "accreditation": assembly.accreditation(snapshot, material)}
    return material, snapshot, changes.between(old, as_printed, repeats)


def planned_changes(report: Report, actor: Actor | None = None, not_applicable: Mapping[str, str | Text] | None = None) -> Plan:
    """What would be different, for the page that asks for the reason. Reads only."""
    material, snapshot, found = _plan(report, rules.stated(not_applicable or {}))
    facts = issue_facts(material, snapshot, report.kind, checked_day(None), actor)
    stops = [stop for stop in (gates.ask(name, facts) for name in AMEND_GATES) if stop is not None]
    return Plan(snapshot, found, material, tuple(stops))


def amend(
    actor: Actor, report: Report, *, reason: str, reason_en: str = "", issued_on: date | None = None, number: str | None = None,
    not_applicable: Mapping[str, str | Text] | None = None, expires_on: date | None = None,
    confirmed: Confirmation | None = None,
) -> Report:
    """Step (a) of an amended paper (`/SĐ1`, `/SĐ2` …); `finish_issue` makes it valid and the old one replaced.

    `reason` is printed and published (7.8.8.1). Stated reasons of the old paper and the day to the end of which it is in force hold on
    unless given anew. Refuses a report that is not in force or suspended, one that is being amended already, an amendment in which
    nothing differs, and one without the signature over what would be printed (`signed.amendment`).
    """
    authorize(actor, P.REPORT_ISSUE)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do sửa đổi: phiếu mới in lý do này (7.8.8)."))
    day = checked_day(issued_on)
    lock(report.request_id)
    old = db.session.scalar(
        select(Report).where(Report.id == report.id).options(undefer(Report.snapshot)).with_for_update(of=Report)
    )
    assert old is not None
    if not workflow.REPORT.allows(old, "replace"):
        raise Refused(gettext(
            "Không sửa đổi được phiếu ở trạng thái “%(state)s”.", state=workflow.REPORT.state(old.status).word
        ))
    taken = queries.versions(old.base_number)
    waiting = [row for row in taken if row.replaces_id == old.id and row.status != workflow.VOID]
    if waiting:
        raise Refused(gettext("Phiếu này đang được sửa đổi bằng %(number)s.", number=waiting[0].number))
    material, snapshot, found = _plan(old, rules.stated(not_applicable or {}))
    facts = issue_facts(material, snapshot, old.kind, day, actor)
    for name in AMEND_GATES:
        gates.require(name, facts)
    if not found:
        raise Refused(gettext("Không có gì khác so với phiếu %(number)s nên không cần sửa đổi.", number=old.number))
    dates = checked_dates(old.request.kind, day, None, expires_on or old.expires_on)
    shown = signed.amendment(old, snapshot)
    signatures.demand(actor, confirmed, AUTHORISED, signatures.digest(shown))
    sequence = max(row.sequence for row in taken) + 1
    new_number = number or rules.amended_number(old.base_number, sequence)
    base, stated_sequence = rules.base_of(new_number)
    if number is not None and (base != old.base_number or stated_sequence < sequence):
        raise FieldRefused("number", gettext("Số %(number)s không phải số sửa đổi kế tiếp.", number=number))
    audit.because(reason)
    amendment = {
        "sequence": str(stated_sequence), "replaces_number": old.number, "replaces_issued_on": old.issued_on.isoformat(),
        "reason": {"vi": reason.strip(), "en": reason_en.strip()}, "changes": found,
    }
    return freeze(
        actor, material, snapshot, kind=old.kind, dates=dates, number=new_number, base_number=base, sequence=stated_sequence,
        amendment=amendment, replaces=old, reason=reason.strip(), shown=shown, confirmed=confirmed,
    )
