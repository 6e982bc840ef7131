"""The register behind the sign-in: list, one report with its file, change of status, a number given up, an issue finished."""
from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from certificates import papers, queries, services, signed, wording, workflow
from certificates.forms import StatusForm
from certificates.models import Report, ReportLine
from certificates.queries.files import files_of, sha256_at
from certificates.recall import queries as recall_queries
from certificates.recall import workflow as recall_workflow
from certificates.snapshot import section_lines
from certificates.views import bp
from lab_app.accounts.queries import signatures_on
from lab_app.accounts.signing import box
from lab_app.accounts.workflow import DECIDED, MEANINGS, METHODS
from lab_app.core import audit, export, files, gates, jobs
from lab_app.core.access import Actor, current_actor, requires
from lab_app.core.asked import asked, one_batch
from lab_app.core.db import db
from lab_app.core.paging import Column, Filter, everything, listing
from lab_app.core.permissions import P
from lab_app.core.web import after_commit, attempt, check_version, done, or_404, page, press
from lab_app.results.models import JobLine, TestJob
from lab_app.samples.presenters import panels

log = logging.getLogger(__name__)

#: How the layouts of calibration certificates begin, of every version.
CERTIFICATES = papers.CERTIFICATE.layout.partition("/")[0] + "/"

COLUMNS = (
    Column("number", _l("Số phiếu"), Report.number),
    Column("item", _l("Khách hàng, yêu cầu")),
    Column("kind", _l("Loại")),
    Column("issued_on", _l("Ban hành"), Report.issued_on, "num"),
    Column("signatory", _l("Người ký")),
    Column("status", _l("Tình trạng"), Report.status),
)


def _filters() -> tuple[Filter, ...]:
    def by_status(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Report.status == value)

    def by_kind(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Report.kind == value)

    def by_paper(query: Select[Any], value: str) -> Select[Any]:
        return query.where(Report.layout.startswith(CERTIFICATES) == (value == papers.CALIBRATION))

    return (
        Filter("paper", gettext("Giấy"), list(wording.PAPERS.items()), by_paper),
        Filter("status", gettext("Tình trạng"), [(state.code, state.word) for state in workflow.REPORT.states], by_status),
        Filter("kind", gettext("Loại"), list(workflow.KINDS.items()), by_kind),
    )


@bp.get("/reports")
@requires(P.REPORT_READ)
def reports() -> Any:
    """The register: every number ever taken, void ones too."""
    filters = _filters()
    shown = listing(queries.reports(), Report, COLUMNS, kind="report", filters=filters, default_sort="issued_on")
    if export.asked():
        rows = everything(queries.reports(), Report, shown, COLUMNS, filters, "report")
        return export.as_file("reports", _heads(), [_exported(row) for row in rows])
    return page("certificates/reports.html", page=shown, machine=workflow.REPORT, kinds=workflow.KINDS)


def _heads() -> list[str]:
    return [
        gettext("Số phiếu"), gettext("Yêu cầu"), gettext("Khách hàng"), gettext("Loại"), gettext("Ban hành"), gettext("Người ký"),
        gettext("Tình trạng"), gettext("SHA-256 của tệp"),
    ]


def _exported(row: Report) -> list[Any]:
    return [
        row.number, row.request.number, row.request.customer.name, str(workflow.KINDS[row.kind]), row.issued_on,
        row.signatory.full_name, str(workflow.REPORT.state(row.status).word), row.file_sha256 or "",
    ]


def found(code: str, whole: bool = False) -> Report:
    """The report of this address or the 404 page."""
    return or_404(queries.report_by_code(code, whole), gettext("Không có phiếu này."))


@bp.get("/reports/<code>")
@requires(P.REPORT_READ)
def report_page(code: str) -> Any:
    """One report: where it stands, its file, its lines, its versions, what changed, what may be done."""
    with one_batch():  # the files are shown by the page and by the panel of signatures
        return _shown(found(code, whole=True), current_actor())


def _shown(row: Report, actor: Actor) -> Any:
    snapshot = json.loads(row.snapshot)
    on, overridden = queries.lines_shown(row)
    versions = queries.versions(row.base_number)
    later = next((other for other in versions if other.replaces_id == row.id and other.status != workflow.VOID), None)
    machine = workflow.REPORT
    stops = {name: machine.stop(row, name, workflow.FinalFacts(row.number, row.status, ("status",)))
             for name in ("suspend", "restore", "withdraw", "replace", "give_up")}
    return page(
        "certificates/report.html", report=row, snapshot=snapshot, machine=machine, kinds=workflow.KINDS, versions=versions,
        later=later, stops=stops, stored=_stored(row),
        line_count=sum(len(section_lines(section)) for section in snapshot["sections"]),
        entries=_entries(row), panels=panels("report", row, actor), may_issue=actor.can(P.REPORT_ISSUE),
        may_change=actor.can(P.REPORT_STATUS), may_deliver=actor.can(P.REPORT_DELIVER),
        size=files.describe, recalls=_recalls(row, actor), **_signatures(row, snapshot, on),
        broken=queries.broken_on(row.id), gate_titles={name: gate.title for name, gate in gates.registry.items()},
        overridden=queries.overridden_since(row, overridden) if row.status in workflow.STANDING else [],
    )


def _stored(row: Report) -> files.StoredFile | None:
    """The file that is handed out today; of papers of before files were signed the issued one."""
    signed_files = asked(files_of, (row.id,))[row.id]
    return signed_files[-1].stored if signed_files else queries.stored_file(row.file_sha256)


def _signatures(row: Report, snapshot: dict[str, Any], on: Sequence[tuple[ReportLine, JobLine, TestJob]]) -> dict[str, Any]:
    """Who signed the results, the paper and what became of it; of the signatory's signature, whether it was given over this very paper."""
    found = signatures_on({
        "test-job": {job.id for _line, _job_line, job in on}, "job-line": {job_line.id for _line, job_line, _job in on}, "report": [row.id],
    }, with_shown=True)
    told = {one.id: json.loads(one.shown) for one in found if one.subject_kind == "report"}
    matches = {ident: signed.holds(snapshot, shown) for ident, shown in told.items() if "draft" in shown}
    return {"signatures": found, "matches": matches, "meanings": MEANINGS, "methods": METHODS,
            "line_ids": {f"L{line.job_line_id}": line.job_line_id for line, _job_line, _job in on}}


def _recalls(row: Report, actor: Actor) -> dict[str, Any] | None:
    """Recalls that concern the paper, for those who may see them."""
    if not actor.can(P.QUALITY_READ):
        return None
    return {"recalls": recall_queries.recalls_of_report(row.id), "machine": recall_workflow.RECALL, "causes": recall_workflow.CAUSES,
            "trace_url": url_for("certificates.trace_of_report", code=row.code)}


def _entries(row: Report) -> list[audit.AuditEntry]:
    """What happened to the paper; that its lines were written at issue says nothing more than the table of results."""
    return [entry for entry in audit.history("report", row.id, 200) if entry.subject_kind != "report-line"][:12]


def _line_ids(row: Report) -> dict[str, int]:
    """Reference of a printed line → its line in the laboratory's records, where the raw readings are."""
    return {f"L{line.job_line_id}": line.job_line_id for line, _job_line, _job in queries.lines_on(row.id)}


@bp.get("/reports/<code>/file")
@requires(P.REPORT_READ)
def report_file(code: str) -> Any:
    """The newest signed PDF (`?position=` an earlier one); named by its code, never by its number. `?inline=1` opens it in the browser."""
    row = found(code)
    stored = queries.stored_file(sha256_at(row, request.args.get("position", type=int)))
    if stored is None:
        abort(404)
    inline = request.args.get("inline") == "1"
    response = files.send(stored, f"{row.code}.pdf", inline=inline)
    if inline:
        # Drawn by us, not sent in by anybody; browsers do not open a PDF in a sandbox.
        response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


def finish_after_commit(report_id: int) -> None:
    """Run steps (b) and (c) of an issue within this request, once step (a) is committed.

    What fails there is not lost: the queued job takes it up again, and the report's page says that it is still being issued.
    """

    def run() -> None:
        try:
            jobs.run_key(services.job_key(report_id))
        except Exception:  # the number is taken and the work is queued: the person's page must still open
            db.session.rollback()
            log.exception("report %s is not finished yet; its job will try again", report_id)

    after_commit(run)


@bp.post("/reports/<code>/finish")
@requires(P.REPORT_ISSUE)
def finish(code: str) -> Any:
    """Take an interrupted issue up again, now."""
    row = found(code)
    finish_after_commit(row.id)
    return done(gettext("Đã thử hoàn tất phát hành. Tình trạng ở trang này."), "certificates.report_page", code=row.code)


@bp.post("/reports/<code>/give-up")
@requires(P.REPORT_ISSUE)
def give_up(code: str) -> Any:
    """Give up a number whose paper was not made."""
    row = found(code)
    return press(lambda: services.give_up(current_actor(), row, request.form.get("reason", "")),
                 gettext("Đã bỏ số này; số vẫn nằm trong sổ với lý do."), "certificates.report_page", seen=row, code=code)


TITLES = {
    workflow.SUSPENDED: _l("Tạm dừng hiệu lực"), workflow.VALID: _l("Khôi phục hiệu lực"), workflow.WITHDRAWN: _l("Thu hồi phiếu"),
}


@bp.route("/reports/<code>/status/<to>", methods=["GET", "POST"])
@requires(P.REPORT_STATUS)
def change_status(code: str, to: str) -> Any:
    """Suspend, restore or withdraw, with the reason for the laboratory and the one for everybody."""
    if to not in workflow.MOVES:
        abort(404)
    row = found(code)
    form = StatusForm()
    if form.validate_on_submit():
        with attempt(form) as tried:
            confirmed = form.confirmation(current_actor(), DECIDED)
            check_version(row, form.version.data)
            services.change_status(
                current_actor(), row, to=to, reason=form.reason.data, public_reason=form.public_reason.data or "",
                confirmed=confirmed,
            )
        if tried.ok:
            return done(gettext("Đã đổi tình trạng phiếu."), "certificates.report_page", code=code)
    if request.method == "GET":
        form.version.data = row.version
    return page(
        "certificates/status.html", form=form, report=row, title=TITLES[to], machine=workflow.REPORT, to=workflow.REPORT.state(to),
        stop=workflow.REPORT.stop(row, workflow.MOVES[to]), box=box(current_actor(), DECIDED, signed.decision(row, to), form),
    )
