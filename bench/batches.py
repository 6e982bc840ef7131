"""`python -m bench.batches [--papers 300]`: many papers of one signature, from the check to the stored, signed files; outside the suite.

Requests are walked by the program's own services up to the issue; then one batch checks, is signed, and issues all of them in the jobs
of the worker. Exit status 1 when a paper is missing, a number doubled or left out, or the log does not hold each paper once.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import config
from bench.laboratory import NOW
from bench.log_growth import with_key


def measure(folder: Path, papers: int) -> list[str]:
    """One batch; answers what was wrong with it."""
    from flask_migrate import upgrade
    from sqlalchemy import func, select

    from certificates.models import LogLeaf, Report
    from certificates.services import batches
    from lab_app import create_app
    from lab_app.core import clock, jobs
    from lab_app.core.db import db
    from tests.support import certificates_facts as facts
    from tests.support.installation import settings
    from tests.support.signing import confirmed

    clock.set_process_clock(NOW)
    with create_app(with_key(settings(folder, f"sqlite:///{folder / 'lab.db'}"))).app_context():
        upgrade(directory=str(config.BASE / "migrations"))
        first = facts.ready_request("YC-2026-1001")
        worlds = [first, *(facts.ready_request(f"YC-2026-{1001 + n}", people=first.people) for n in range(1, papers))]
        batch = batches.open_batch(first.people.signatory, [world.request for world in worlds], not_applicable=facts.NO_DEVIATION)
        facts.commit()
        for what in ("checked", "issued"):
            begun = perf_counter()
            jobs.run_due()
            spent = perf_counter() - begun
            print(f"{papers} papers {what} in {spent:.1f} s, {1000 * spent / papers:.0f} ms each", flush=True)
            if what == "checked":
                db.session.rollback()
                batches.sign_batch(batch.person, batch, confirmed=confirmed(batch.person))
                facts.commit()
        db.session.rollback()
        numbers = list(db.session.scalars(select(Report.number).where(Report.status == "valid").order_by(Report.number)))
        wanted = [f"PKQ-2026-{1001 + n}-01" for n in range(papers)]
        leaves = int(db.session.scalar(select(func.count()).select_from(LogLeaf)) or 0)
    problems = [] if numbers == wanted else [f"{len(numbers)} papers stand, {len(wanted)} were wanted"]
    return problems + ([] if leaves == papers else [f"the log has {leaves} leaves"])


def main(arguments: list[str] | None = None) -> int:
    """See the module."""
    from tests.support.shelf import clear_shelf, open_shelf

    parser = argparse.ArgumentParser(prog="python -m bench.batches", description=__doc__)
    parser.add_argument("--papers", type=int, default=300)
    given, shelf = parser.parse_args(arguments), open_shelf()
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            problems = measure(Path(folder), given.papers)
    finally:
        if shelf is not None:
            clear_shelf(shelf)
    for one in problems:
        print("!", one)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
