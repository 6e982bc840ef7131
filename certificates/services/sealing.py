"""The digital signature within an issue, and its upgrade afterwards: which key, what is said, what is kept of it.

Nothing here waits for another machine inside a transaction, and a paper never waits for one at all beyond the set bound: what a
time-stamp service or an authority does not give now is asked for again by a queued job.
"""
from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import select

import config
from certificates.models import Report, ReportFile, SigningCertificate
from certificates.queries import files as kept
from certificates.services.logging import record_file
from certificates.signing import levels
from certificates.signing.errors import ClockBackwards, KeyUnavailable, NotReached
from lab_app.core import clock, files, jobs
from lab_app.core.access import SystemActor, authorize
from lab_app.core.db import db
from lab_app.core.paper import wording
from lab_app.core.permissions import P

# The libraries that sign take half a second to load; a command that signs nothing does not wait for them.
if TYPE_CHECKING:
    from certificates.signing.identity import Identity
    from certificates.signing.sealing import Sealed

log = logging.getLogger(__name__)

JOB = "upgrade-signature"
SIGNED, AUGMENTED = "signed", "augmented"
#: A time-stamp earlier than the signature it covers by more than this shows that a clock is wrong.
CLOCKS_APART = timedelta(minutes=5)
SEALER = SystemActor("Nâng mức chữ ký số", frozenset({P.REPORT_ISSUE}))


def settings() -> config.Signing:
    """How this installation signs."""
    found: config.Signing = current_app.config["SIGNING"]
    return found


def target(self_made: bool) -> str:
    """The level files are brought to: as set, but proofs for later make no sense for a certificate no authority stands behind."""
    wanted = settings().level
    return levels.STAMPED if self_made and wanted == levels.LONG_TERM else wanted


def trouble(moment: datetime) -> tuple[str, str]:
    """Why a file could not be signed at this moment (`KeyUnavailable.why`) with the detail; two empty strings when it could."""
    from certificates.signing import keys

    try:
        keys.ready(settings(), moment)
    except KeyUnavailable as error:
        return error.why, str(error)
    return "", ""


def seal(made: bytes, snapshot: Mapping[str, Any], recorded_at: datetime) -> Sealed:
    """Sign the archived file of a snapshot taken at `recorded_at`. No transaction is open.

    Raises `KeyUnavailable` and `ClockBackwards`: the paper stays *issuing* and is tried again. A time-stamp service that does not
    answer costs the level, never the paper.
    """
    from certificates.paper.stamp_place import stamp_place
    from certificates.signing import keys, sealing, stamping
    from certificates.signing.stamp import words_of

    moment = clock.now()
    if moment < recorded_at:
        raise ClockBackwards(f"the clock says {moment:%Y-%m-%d %H:%M:%S} UTC, but the paper was begun at {recorded_at:%Y-%m-%d %H:%M:%S}")
    ways = settings()
    key = keys.ready(ways, moment)
    signatory, laboratory = snapshot["authorisation"]["signatory"], snapshot["laboratory"]
    here = clock.local(moment)
    register = str(current_app.config["PUBLIC_URL"]).split("://", 1)[-1] + "/verify"
    said = sealing.Statement(
        reason=f"Phát hành {snapshot['number']}", location=str(laboratory.get("place") or ""),
        contact=str(snapshot["verify_url"]), place=stamp_place(made),
        words=words_of(
            key.identity, laboratory=laboratory["name"]["vi"], signatory=signatory["name"], office=signatory["office"]["vi"],
            moment=wording.moment(here.isoformat(), seconds=True), register=register))
    service = stamping.service(ways) if target(key.identity.self_made) != levels.BASELINE else None
    if service is not None and stamping.worth_asking(service.address):
        try:
            sealed = sealing.seal(made, key, moment=here, said=said, stamper=service)
            stamping.answered(service.address)
            if sealed.stamped_at is None or abs(sealed.stamped_at - moment) <= CLOCKS_APART or clock.told():
                return sealed
            log.error("the time-stamp service says %s, our clock %s: one of them is wrong", sealed.stamped_at, moment)
        except NotReached as error:
            stamping.failed(service.address)
            log.warning("signed without a time-stamp, which is asked for again later: %s", error)
    return sealing.seal(made, key, moment=here, said=said)


def keep(report: Report, upload: files.Upload, sealed: Sealed) -> ReportFile:
    """The row of a report's first signed file, in the transaction that makes the paper valid."""
    row = _row(report, upload, SIGNED, 0, certificate_of(sealed.identity), sealed.level, sealed.signed_at, sealed.stamped_at)
    queue_upgrade(report.id, sealed.level, sealed.identity.self_made)
    return row


def _row(
    report: Report, upload: files.Upload, kind: str, position: int, certificate: SigningCertificate, level: str, signed_at: datetime,
    stamped_at: datetime | None,
) -> ReportFile:
    row = ReportFile(
        report_id=report.id, position=position, kind=kind, level=level, sha256=upload.sha256, size=upload.size,
        certificate_id=certificate.id, signed_at=signed_at, stamped_at=stamped_at)
    db.session.add(row)
    db.session.flush()
    return row


def certificate_of(identity: Identity) -> SigningCertificate:
    """The kept row of a certificate; written the first time a paper is signed with it."""
    found = db.session.scalar(select(SigningCertificate).where(SigningCertificate.fingerprint == identity.fingerprint))
    if found is None:
        found = SigningCertificate(
            fingerprint=identity.fingerprint, subject=identity.subject, issuer=identity.issuer, self_made=identity.self_made,
            not_before=identity.not_before, not_after=identity.not_after, pem=identity.pem)
        db.session.add(found)
        db.session.flush()
    return found


# ---- the upgrade -------------------------------------------------------------------------------------------


def job_key(report_id: int, level: str) -> str:
    """The key of the queued work that brings a report's file to a level."""
    return f"upgrade:{report_id}:{level}"


def queue_upgrade(report_id: int, level: str, self_made: bool) -> bool:
    """Queue what brings a file of this level to the set one; False when it is there."""
    wanted = target(self_made)
    if not levels.below(level, wanted):
        return False
    row = jobs.queue(JOB, job_key(report_id, wanted), {"report_id": report_id})
    if row.state == "failed":  # the services may answer today
        row.state, row.attempts, row.error, row.run_at, row.finished_at = "queued", 0, "", clock.now(), None
    db.session.flush()
    return True


@jobs.handler(JOB)
def _upgrade(payload: dict[str, Any]) -> None:
    upgrade(int(payload["report_id"]))


def upgrade(report_id: int) -> None:
    """Bring a report's newest file to the set level and keep the longer file beside it. Safe to run twice and by two workers at once.

    Raises `NotReached` while a service does not answer (the job tries again); gives up (`jobs.GiveUp`) on a file whose signature
    does not hold or a time-stamp that contradicts it.
    """
    from certificates.signing import stamping, upgrading

    report = db.session.get(Report, report_id)
    old = kept.current_file(report) if report is not None else None
    if report is None or old is None:
        return
    wanted, ways = target(old.certificate.self_made), settings()
    service = stamping.service(ways)
    if service is None or not levels.below(old.level, wanted):
        return
    before, position, signed_at, code = old.sha256, old.position, old.signed_at, report.code
    db.session.rollback()
    try:
        made = upgrading.upgrade(files.read(before), ways, wanted, service)
    except ValueError as error:
        raise jobs.GiveUp(str(error)) from error
    if made.stamped_at < signed_at - CLOCKS_APART and not clock.told():
        raise jobs.GiveUp(f"the time-stamp ({made.stamped_at}) is earlier than the signature ({signed_at}): a clock was wrong")
    stamping.answered(service.address)
    upload = files.put_bytes(made.content, f"{code}.pdf", files.PAPERS)
    with jobs.transaction():
        _keep_upgraded(report_id, position, upload, made.level, made.stamped_at)


def _keep_upgraded(report_id: int, position: int, upload: files.Upload, level: str, stamped_at: datetime) -> None:
    authorize(SEALER, P.REPORT_ISSUE)
    report = db.session.scalar(select(Report).where(Report.id == report_id).with_for_update())
    old = kept.current_file(report) if report is not None else None
    if report is None or old is None or old.position != position:
        return  # another worker was first
    files.keep(upload)
    earliest = min(filter(None, (old.stamped_at, stamped_at)))
    row = _row(report, upload, AUGMENTED, position + 1, old.certificate, level, old.signed_at, earliest)
    record_file(report, row, kept.hashes_of(report)[:-1])


def queue_outstanding(limit: int = 500) -> int:
    """Queue the upgrade of every file that has not reached the set level, newest first; answers how many were."""
    newest = kept.newest_files().order_by(ReportFile.id.desc()).limit(limit)
    wanted = [level for level in levels.LEVELS if levels.below(level, settings().level)]
    rows = db.session.execute(newest.where(ReportFile.level.in_(wanted))).all() if wanted else []
    return sum(queue_upgrade(row.report_id, row.level, row.self_made) for row in rows)
