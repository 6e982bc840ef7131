"""Reads of the signed files of papers: every file ever handed out of a report, and the report a file belongs to."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from certificates.models import Report, ReportFile, SigningCertificate
from lab_app.core.db import db


def files_of(report_ids: Iterable[int]) -> dict[int, list[ReportFile]]:
    """The files of these reports, the issued one first; reports of before files were signed have none. One statement, with
    their certificates and stored bytes' rows."""
    wanted = list(report_ids)
    found: dict[int, list[ReportFile]] = {one: [] for one in wanted}
    for row in db.session.scalars(
        select(ReportFile).options(joinedload(ReportFile.certificate), joinedload(ReportFile.stored))
        .where(ReportFile.report_id.in_(wanted)).order_by(ReportFile.report_id, ReportFile.position)
    ) if wanted else ():
        found[row.report_id].append(row)
    return found


def current_file(report: Report) -> ReportFile | None:
    """The newest signed file of a report; `None` before it is made, and for papers of before files were signed."""
    return db.session.scalar(
        select(ReportFile).options(joinedload(ReportFile.certificate)).where(ReportFile.report_id == report.id)
        .order_by(ReportFile.position.desc()).limit(1))


def current_sha256(report: Report) -> str | None:
    """The hash of the file that is handed out today: the newest, or the issued one where none was ever signed."""
    found = current_file(report)
    return found.sha256 if found is not None else report.file_sha256


def sha256_at(report: Report, position: int | None) -> str | None:
    """The hash of the file at this place (0 is the issued one), of the newest where none is named; `None` where there is none."""
    if position is None:
        return current_sha256(report)
    return db.session.scalar(select(ReportFile.sha256).where(ReportFile.report_id == report.id, ReportFile.position == position))


def report_by_file(sha256: str) -> Report | None:
    """The report that one of its files has this hash, whatever its status; a file of long ago counts as much as the newest."""
    found = db.session.scalar(select(Report).join(ReportFile).where(ReportFile.sha256 == sha256))
    return found or db.session.scalar(select(Report).where(Report.file_sha256 == sha256))


def hashes_of(report: Report) -> list[str]:
    """Every hash under which this paper is acceptable, the issued one first."""
    rows = db.session.scalars(
        select(ReportFile.sha256).where(ReportFile.report_id == report.id).order_by(ReportFile.position)).all()
    return list(rows) or ([report.file_sha256] if report.file_sha256 else [])


def newest_files() -> Select[Any]:
    """SQL: of each report the newest file: its report, level, and whether its certificate is self-made."""
    newest = select(func.max(ReportFile.position)).where(ReportFile.report_id == Report.id).correlate(Report).scalar_subquery()
    query: Any = (
        select(ReportFile.report_id, ReportFile.level, SigningCertificate.self_made)
        .select_from(Report).join(ReportFile, (ReportFile.report_id == Report.id) & (ReportFile.position == newest))
        .join(SigningCertificate, SigningCertificate.id == ReportFile.certificate_id)
    )
    found: Select[Any] = query
    return found


def certificate(fingerprint: str) -> SigningCertificate | None:
    """The kept certificate with this SHA-256."""
    return db.session.scalar(select(SigningCertificate).where(SigningCertificate.fingerprint == fingerprint.lower()))
