"""``flask validate``: run the cases, say what became of each, write the report."""

from __future__ import annotations

import getpass
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from lab_app.core import clock
from lab_app.core.db import db
from lab_app.validation.runner import OWN_CASES, CasesUnreadable, Outcome, Status, run

# What would end a line for whoever reads the output line by line.
_LINE_ENDS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def _line(outcome: Outcome) -> str:
    """One line a case: outcome, kind and name, and for what did not pass the reason or the first value that disagrees."""
    return _LINE_ENDS.sub(" ", _told(outcome))


def _told(outcome: Outcome) -> str:
    case = outcome.case
    text = f"{outcome.status.upper():<7}  {case.kind}  {case.id}"
    if outcome.reason:
        return f"{text}: {outcome.reason}"
    wrong = [comparison for comparison in outcome.comparisons if not comparison.agrees]
    if wrong:
        first = wrong[0]
        text += f": {first.name}: expected {first.expected}, got {first.got}"
        text += f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
    return text


def _laboratory() -> dict[str, Any] | None:
    """The laboratory for the letterhead; a report can be drawn before one is recorded, and without a database."""
    from lab_app.accounts import queries

    try:
        laboratory = queries.laboratory()
        if laboratory is None:
            return None
        return {
            "name": {"vi": laboratory.name_vi, "en": laboratory.name_en},
            "address": laboratory.address_vi,
            "phone": laboratory.phone,
            "email": laboratory.email,
            "tax_code": laboratory.tax_code,
        }
    except SQLAlchemyError:
        db.session.rollback()
        return None


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


@click.command("validate")
@click.option(
    "--cases",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Folder of *.json cases; the project's own copy when not given.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    default=None,
    help="Write the validation report to this PDF file.",
)
def validate(folder: Path | None, report: Path | None) -> None:
    """Recompute published cases through the program's own functions; exit 1 when one fails, 2 when there is none to run."""
    cases = folder or OWN_CASES
    if report is not None and not report.absolute().parent.is_dir():
        raise click.BadParameter(f"no folder {report.parent}", param_hint="--report")
    outcomes: list[Outcome] = []
    try:
        for outcome in run(cases):
            outcomes.append(outcome)
            click.echo(_line(outcome))
    except CasesUnreadable as refusal:
        click.echo(f"nothing to run: {refusal}", err=True)
        sys.exit(2)
    counts = Counter(outcome.status for outcome in outcomes)
    if report is not None:
        _write(report, cases, outcomes)
        click.echo(f"report: {report}")
    not_run = f", {counts[Status.NOT_RUN]} not run" if counts[Status.NOT_RUN] else ""
    click.echo(f"{counts[Status.PASSED]} passed, {counts[Status.FAILED]} failed{not_run}")
    sys.exit(1 if counts[Status.FAILED] else 0)


def _write(path: Path, cases: Path, outcomes: list[Outcome]) -> None:
    from lab_app.validation.report import ReportFacts, draw_report
    from lab_app.validation.versions import file_hashes, versions

    facts = ReportFacts(
        laboratory=_laboratory(),
        moment=clock.local(clock.now()).isoformat(timespec="seconds"),
        by=_who(),
        versions=versions(),
        folder="lab_app/validation/cases" if cases == OWN_CASES else str(cases),
        hashes=file_hashes(cases),
        outcomes=outcomes,
    )
    path.write_bytes(draw_report(facts))
