"""The public directory and exhibits: put in and taken out as the customer agreed, each with who agreed and when (4.2.1)."""
from __future__ import annotations

import json
from datetime import date

from flask_babel import gettext
from sqlalchemy import select

from certificates import directory, exhibit_check, workflow
from certificates.disclosure import EXHIBITS, Disclosure
from certificates.models import Exhibit, PublishedEntry, PublishedWord, Report
from certificates.queries import directory as queries
from certificates.services import watchlists
from lab_app.core import audit, clock, files, gates
from lab_app.core.access import Actor, authorize, person_of
from lab_app.core.db import db
from lab_app.core.errors import FieldRefused, Refused
from lab_app.core.files import Upload
from lab_app.core.permissions import P

#: Fields of a paper's agreement that the directory can be searched by.
SEARCHED = ("product", "customer", "regulations")


def list_report(actor: Actor, report: Report, *, agreed_by: str, agreed_on: date | None, evidence: str = "") -> PublishedEntry:
    """Put a paper into the public directory, with what its own page may already show. Refuses by the gate `public-as-agreed`."""
    authorize(actor, P.REPORT_STATUS)
    return _put_in(report, agreed_by, agreed_on, evidence)


def _put_in(report: Report, agreed_by: str, agreed_on: date | None, evidence: str) -> PublishedEntry:
    agreed = [name for name in SEARCHED if name in report.published]
    gates.require("public-as-agreed", Disclosure(
        number=report.number, status=report.status, agreed_by=agreed_by, agreed_on=agreed_on, today=clock.today(),
        code_only=queries.kept_to_code(report.base_number), offers=bool(agreed)))
    assert agreed_on is not None
    shown = directory.entry_of(json.loads(_snapshot(report.id)), agreed)
    consent = {"agreed_by": agreed_by.strip()[:200], "agreed_on": agreed_on, "evidence": evidence.strip()[:300], "listed": True}
    entry = queries.entry_of_report(report.id)
    if entry is None:
        entry = PublishedEntry(report_id=report.id, number=report.number, **shown, **consent)
        db.session.add(entry)
    else:
        for name, value in {**shown, **consent}.items():
            setattr(entry, name, value)
    db.session.flush()
    _find_by(entry)
    watchlists.tell_later(entry)
    return entry


def _snapshot(report_id: int) -> str:
    return db.session.execute(select(Report.snapshot).where(Report.id == report_id)).scalar_one()


def _find_by(entry: PublishedEntry) -> None:
    """Write what the entry is found by; nothing when it is taken out."""
    for row in queries.words_of_entry(entry.id):
        db.session.delete(row)
    db.session.flush()
    if entry.listed:
        words = directory.words_of(entry.products, (entry.customer, entry.customer_en), entry.tax_code, entry.regulations)
        db.session.add_all(PublishedWord(field=field, word=word, entry_id=entry.id) for field, word in sorted(words))
        db.session.flush()


def unlist_report(actor: Actor, entry: PublishedEntry, *, reason: str) -> PublishedEntry:
    """Take a paper out of the directory (the customer took the consent back); its own page stays as it was."""
    authorize(actor, P.REPORT_STATUS)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if not entry.listed:
        raise Refused(gettext("Phiếu này không có trong danh bạ."))
    audit.because(reason)
    entry.listed = False
    _find_by(entry)
    return entry


def list_as_agreed(report: Report) -> None:
    """A paper that has just become valid goes into the directory when the customer agreed to it with the request, or when the paper it
    replaces stands there. Called within the issue's own transaction."""
    before = queries.entry_of_report(report.replaces_id) if report.replaces_id else None
    if report.published.get(directory.CODE_ONLY):
        # What now is for holders of the code alone is not reached by way of the papers that it replaces.
        with audit.reason(f"Phiếu thay thế {report.number} được giữ kín theo yêu cầu của khách hàng."):
            for entry in queries.listed_versions(report.base_number):
                entry.listed = False
                _find_by(entry)
    if report.kind != workflow.FINAL or report.published.get(directory.CODE_ONLY) or not any(n in report.published for n in SEARCHED):
        return
    request = report.request
    if before is not None and before.listed:
        _put_in(report, before.agreed_by, before.agreed_on, before.evidence)
    elif directory.LISTED in request.public_fields:
        _put_in(report, request.customer.contact or request.customer.name, request.requested_on, request.number)


# ---- exhibits ------------------------------------------------------------------------------------------------


def add_exhibit(
    actor: Actor, report: Report, upload: Upload, *, kind: str, title_vi: str, title_en: str = "", public_on: date | None,
    agreed_by: str, agreed_on: date | None, evidence: str = "",
) -> Exhibit:
    """Put a document beside a paper, shown to anyone from `public_on` on. The file was stored beforehand (`core.files.put`).

    Refuses by the gate `public-as-agreed`; a file that runs or hides something, or is not what it says (`FieldRefused`).
    """
    authorize(actor, P.REPORT_STATUS)
    person_id = person_of(actor)
    if kind not in EXHIBITS:
        raise FieldRefused("kind", gettext("Lựa chọn không có trong danh sách."))
    if not title_vi.strip():
        raise FieldRefused("title_vi", gettext("Cần tên tài liệu."))
    if public_on is None:
        raise FieldRefused("public_on", gettext("Cần ngày công khai đã thỏa thuận."))
    gates.require("public-as-agreed", Disclosure(
        number=report.number, status=report.status, agreed_by=agreed_by, agreed_on=agreed_on, today=clock.today(),
        code_only=queries.kept_to_code(report.base_number)))
    wrong = exhibit_check.faults(files.read(upload.sha256), upload.media_type)
    if wrong:
        raise FieldRefused("file", " ".join(wrong))
    files.keep(upload)
    row = Exhibit(
        report_id=report.id, kind=kind, title_vi=title_vi.strip()[:200], title_en=title_en.strip()[:200], public_on=public_on,
        agreed_by=agreed_by.strip()[:200], agreed_on=agreed_on, evidence=evidence.strip()[:300], filename=upload.filename,
        sha256=upload.sha256, checked=upload.media_type, person_id=person_id,
    )
    db.session.add(row)
    db.session.flush()
    return row


def take_back_exhibit(actor: Actor, row: Exhibit, *, reason: str) -> Exhibit:
    """No longer show an exhibit; the row and the file stay with the laboratory."""
    authorize(actor, P.REPORT_STATUS)
    if not reason.strip():
        raise FieldRefused("reason", gettext("Cần ghi lý do."))
    if row.taken_back_on is not None:
        raise Refused(gettext("Tài liệu này đã được rút."))
    audit.because(reason)
    row.taken_back_on, row.taken_back_reason = clock.today(), reason.strip()
    db.session.flush()
    return row
