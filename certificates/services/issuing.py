"""Issuing in three steps, so that no database waits for a drawing and no number is lost (house, idea 3).

(a) `issue`: in the caller's transaction take number, code and snapshot with its hash, state issuing, queue the work.
(b), (c) `finish_issue`: outside any transaction draw, convert, check, sign and store the file; then in a short transaction of its own
record the file's hash and make the paper valid. A kill between the steps is taken up again by the queued job with the same
number. A paper that cannot be made gives its number up: void, with the reason, listed for ever.
"""
from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_babel import gettext
from sqlalchemy import select

from certificates import assembly, life, number_pattern, offline, paper, queries, rules, signed, workflow
from certificates.assembly import results
from certificates.assembly import signatures as block
from certificates.models import PaperSetup, Report, ReportLine, StatusChange
from certificates.queries import Material
from certificates.services import printing, sealing
from certificates.services.logging import record_change
from certificates.services.preparing import issue_facts, unprintable
from certificates.services.reporting import tell_register
from certificates.snapshot import canonical_json, faults, section_lines
from certificates.translog import store
from lab_app.accounts.models import Person
from lab_app.accounts.services import signatures
from lab_app.accounts.workflow import AUTHORISED, Confirmation
from lab_app.core import audit, clock, events, files, gates, jobs, numbering, search
from lab_app.core import db as database
from lab_app.core.access import Actor, SystemActor, authorize
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.permissions import P
from lab_app.samples.models import TestRequest

if TYPE_CHECKING:
    from certificates.signing.sealing import Sealed

log = logging.getLogger(__name__)

JOB = "issue-report"
#: The program finishing what a signatory decided; named so in the trail, the signatory stands on the status change.
FINISHER = SystemActor("Phát hành tự động", frozenset({P.REPORT_ISSUE}))


def job_key(report_id: int) -> str:
    """The key of the queued work that finishes this report."""
    return f"issue:{report_id}"


def issue(
    actor: Actor, request: TestRequest, *, kind: str = workflow.FINAL, issued_on: date | None = None, number: str | None = None,
    not_applicable: Mapping[str, str | dict[str, str]] | None = None, valid_from: date | None = None, expires_on: date | None = None,
    confirmed: Confirmation | None = None,
    simplified: bool = False,
) -> Report:
    """Step (a): number, code and frozen snapshot of a new paper, signed by the signatory over its substance (`signed.issue`);
    `finish_issue` makes it valid after the caller's commit.

    `not_applicable`: reason by letter for items of 7.8.2.1 that do not apply (n must be stated: nobody but the signatory can
    say that there were no deviations). `number` carries a number in from elsewhere. In force from `valid_from` (the day of issue)
    to the end of `expires_on` (no end), within what the kind of paper allows. `simplified`: a simplified report (7.8.1.3). Refuses by the
    gates of the room, a day in the future, a number in use, and a character that the paper's faces cannot print.
    """
    authorize(actor, P.REPORT_ISSUE)
    if kind not in workflow.KINDS:
        raise FieldRefused("kind", gettext("Không có loại phiếu này."))
    day = checked_day(issued_on)
    lock(request.id)
    material = queries.material(request, kind, simplified)
    snapshot = assembly.draft(material, kind, not_applicable=rules.stated(not_applicable or {}))
    facts = issue_facts(material, snapshot, kind, day, actor, queries.reports_of(request.id))
    for name in workflow.ISSUE_GATES:
        gates.require(name, facts)
    dates = checked_dates(request.kind, day, valid_from, expires_on)
    shown = signed.issue(request.number, kind, snapshot)
    signatures.demand(actor, confirmed, AUTHORISED, signatures.digest(shown))
    taken = number or _next_number(request, material.setup, day)
    if number is not None:
        _carry_in(request, number)
    base, sequence = rules.base_of(taken)
    return freeze(
        actor, material, snapshot, kind=kind, dates=dates, number=taken, base_number=base, sequence=sequence, amendment=None,
        replaces=None, reason="", shown=shown, confirmed=confirmed,
    )


def checked_day(issued_on: date | None) -> date:
    """The day of issue, today when none is given; a day to come is refused."""
    day = issued_on or clock.today()
    if day > clock.today():
        raise FieldRefused("issued_on", gettext("Ngày ban hành ở tương lai."))
    return day


def checked_dates(request_kind: str, day: date, valid_from: date | None, expires_on: date | None) -> life.Dates:
    """The four dates of a paper issued now that bears `day`; refuses what its kind does not allow."""
    dates = life.Dates(min(clock.today(), day), day, valid_from or day, expires_on)
    gates.require("validity-within-kind", life.ValidityFacts(request_kind, dates))
    return dates


def lock(request_id: int) -> None:
    """Two signatories at once: the second waits here and then meets the gate."""
    db.session.execute(select(TestRequest.id).where(TestRequest.id == request_id).with_for_update())


def _next_number(request: TestRequest, setup: PaperSetup | None, day: date) -> str:
    """The next number by the laboratory's pattern; one that is taken (by an earlier pattern, or carried in) is passed over."""
    while True:
        number = _counted(request, setup, day)
        if db.session.scalar(select(Report.id).where(Report.number == number)) is None:
            return number


def _counted(request: TestRequest, setup: PaperSetup | None, day: date) -> str:
    within = f"report/{request.number}"
    if setup is None:
        return rules.first_number(request.number, numbering.next_value(within))
    if number_pattern.runs_by_year(setup.number_pattern):
        serial = numbering.next_value(f"paper/{request.kind}/{day.year}")
        return number_pattern.written(setup.number_pattern, number_pattern.Values(request.number, day, serial=serial))
    index = numbering.next_value(within)
    return number_pattern.written(setup.number_pattern, number_pattern.Values(request.number, day, index))


def _carry_in(request: TestRequest, number: str) -> None:
    if db.session.scalar(select(Report.id).where(Report.number == number)) is not None:
        raise FieldRefused("number", gettext("Số phiếu %(number)s đã dùng.", number=number))
    numbering.at_least(f"report/{request.number}", rules.index_of(number))


def freeze(
    actor: Actor, material: Material, snapshot: Mapping[str, Any], *, kind: str, dates: life.Dates, number: str, base_number: str,
    sequence: int, amendment: Mapping[str, Any] | None, replaces: Report | None, reason: str, shown: Mapping[str, Any],
    confirmed: Confirmation | None,
) -> Report:
    """Write the report as issuing with its lines, the signature over `shown`, its place in the register and its queued work."""
    signatory = db.session.get(Person, actor.id) if actor.id is not None else None
    if signatory is None:
        raise Refused(gettext("Chỉ một người có tài khoản ký được phiếu."))
    request = material.request
    at = clock.now()
    code = numbering.secret_code(rules.CODE_GROUPS, rules.CODE_SIZE)
    day = dates.issued_on
    ground = queries.ground_of_signing(signatory.id, material.methods, day, at)
    whole = assembly.issued(
        dict(snapshot), material, number=number, code=code, public_url=str(current_app.config["PUBLIC_URL"]), issued_on=day,
        signatory=signatory, ground=ground, at=at, amendment=amendment, dates=dates,
    )
    whole["signatures"] = block.block(
        material, whole, signatory=signatory, confirmed=confirmed, shown_sha256=signatures.digest(shown))
    lost = unprintable(whole)
    if lost:
        raise Refused(gettext(
            "Phông chữ của phiếu không in được: %(found)s. Sửa chữ trong hồ sơ rồi phát hành.", found="; ".join(lost[:5])
        ))
    wrong = faults(whole)
    if wrong:
        raise Refused(gettext("Dữ liệu của phiếu chưa đúng dạng: %(found)s.", found="; ".join(wrong[:3])))
    canonical = canonical_json(whole)
    digest = printing.sha256(canonical)
    row = Report(
        number=number, base_number=base_number, sequence=sequence, code=code, request_id=request.id, site_id=request.site_id,
        kind=kind, status=workflow.ISSUING, layout=whole["layout"], snapshot=canonical.decode("utf-8"),
        snapshot_hash=digest, offline=offline_address(whole, digest), published=assembly.published(whole, list(request.public_fields)),
        decided_on=dates.decided_on, issued_on=day, valid_from=dates.valid_from, expires_on=dates.expires_on,
        signatory_id=signatory.id, replaces_id=replaces.id if replaces else None, amendment_reason=reason, status_at=at,
    )
    db.session.add(row)
    db.session.flush()
    signatures.sign(actor, confirmed, meaning=AUTHORISED, subject=("report", row.id), shown=shown)
    _write_lines(row, material, whole)
    search.put(
        "report", row.id, row.number, " · ".join(item["name"]["vi"] for item in whole["items"]) or row.number, request.number,
        request.customer.name, row.code, *(item.get("model") for item in whole["items"]),
        *(section["regulation"] for section in whole["sections"]),
    )
    jobs.queue(JOB, job_key(row.id), {"report_id": row.id})
    db.session.flush()
    return row


def offline_address(snapshot: Mapping[str, Any], digest: str) -> str:
    """The address with the signed proof of a snapshot by its hash."""
    key, conclusion = store.signer(), snapshot["conclusion"]
    claims = offline.Claims(
        key.name.removesuffix("/log"), snapshot["number"], snapshot["issued_on"], conclusion["verdict"] if conclusion else "",
        bytes.fromhex(digest))
    return offline.address(claims, key, str(current_app.config["PUBLIC_URL"]))


def _write_lines(row: Report, material: Material, snapshot: Mapping[str, Any]) -> None:
    by_reference = {results.reference(line): line for line in material.lines}
    printed = [line["ref"] for section in snapshot["sections"] for line in section_lines(section)]
    for position, ref in enumerate(printed, 1):
        line = by_reference[ref]
        if line.reading is not None:
            db.session.add(ReportLine(report_id=row.id, position=position, job_line_id=line.id, reading_id=line.reading.id))


# ---- steps (b) and (c) -------------------------------------------------------------------------------------


@jobs.handler(JOB)
def _resume(payload: dict[str, Any]) -> None:
    finish_issue(int(payload["report_id"]))


def finish_issue(report_id: int) -> None:
    """Steps (b) and (c): draw, check, sign and store the paper, then make it valid. Safe to run twice and by two workers at once.

    A paper that cannot be made (a missing glyph or picture, a failed check of the file) becomes void with the reason; a fault
    of the machine (also: a key that does not open, a clock that runs backwards) is raised and the job tries again.
    """
    if database.writing.get() and db.session().in_transaction():
        raise RuntimeError("a paper is drawn only after the transaction that took its number is committed")
    row = queries.report_of(report_id)
    if row is None or row.status != workflow.ISSUING:
        db.session.rollback()
        return
    text, stated_hash, code, proof, taken_at = row.snapshot, row.snapshot_hash, row.code, row.offline, row.recorded_at
    db.session.rollback()
    if printing.sha256(text.encode("utf-8")) != stated_hash:
        raise RuntimeError(f"report {report_id}: the snapshot no longer has its hash")
    snapshot = json.loads(text)
    try:
        made = printing.make(snapshot, proof)
    except printing.PaperRefused as refused:
        log.warning("report %s gives its number up: %s", report_id, refused)
        with jobs.transaction():
            _void(report_id, str(refused))
        return
    sealed = sealing.seal(made, snapshot, taken_at)
    upload = files.put_bytes(sealed.content, f"{code}.pdf", files.PAPERS)
    with jobs.transaction():
        _complete(report_id, upload, sealed, printing.sha256(made))


def _complete(report_id: int, upload: files.Upload, sealed: Sealed, unsigned_sha256: str) -> None:
    authorize(FINISHER, P.REPORT_ISSUE)
    row = db.session.scalar(select(Report).where(Report.id == report_id).with_for_update())
    if row is None or row.status != workflow.ISSUING:
        return
    files.keep(upload)
    row.file_sha256, row.unsigned_sha256, row.libraries = upload.sha256, unsigned_sha256, paper.library_versions()
    sealing.keep(row, upload, sealed)
    move(row, "finish", "", "", row.signatory_id)
    if row.replaces_id is not None:
        old = db.session.scalar(select(Report).where(Report.id == row.replaces_id).with_for_update())
        if old is not None and workflow.REPORT.allows(old, "replace"):
            move(old, "replace", row.amendment_reason, row.amendment_reason, row.signatory_id)
    db.session.flush()
    events.report_issued.send("certificates", report=row, actor=FINISHER)
    tell_register(row, FINISHER)


def _void(report_id: int, reason: str) -> None:
    authorize(FINISHER, P.REPORT_ISSUE)
    row = db.session.scalar(select(Report).where(Report.id == report_id).with_for_update())
    if row is None or row.status != workflow.ISSUING:
        return
    with audit.reason(reason):
        move(row, "give_up", reason, "", None)


def move(
    row: Report, name: str, reason: str, public_reason: str, person_id: int | None, *, actor: Actor | None = None,
) -> StatusChange:
    """Make a move of the register, keep it with its reasons, log it, and tell whoever listens (`events.report_changed`)."""
    before = row.status
    facts = workflow.FinalFacts(number=row.number, status=before, touched=("status",))
    workflow.REPORT.move(row, name, facts)
    row.status_at = clock.now()
    change = StatusChange(
        report_id=row.id, from_status=before, to_status=row.status, reason=reason, public_reason=public_reason, person_id=person_id)
    db.session.add(change)
    db.session.flush()
    record_change(row, change)
    events.report_changed.send("certificates", report=row, change=change, actor=actor or FINISHER)
    return change


def give_up(actor: Actor, report: Report, reason: str) -> Report:
    """Give up a number whose paper was never made: void, with the reason. An issued paper is refused (7.8.8)."""
    authorize(actor, P.REPORT_ISSUE)
    row = db.session.scalar(select(Report).where(Report.id == report.id).with_for_update())
    assert row is not None
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    audit.because(reason)
    move(row, "give_up", reason.strip(), "", actor.id, actor=actor)
    return row
