"""A worksheet of many jobs: how long it takes to open, to try out and to record. `python -m bench.worksheet [--jobs N] [--turns N]`.

A laboratory is made by the program's own services (so many items of one request, each with a job), on SQLite with full durability. Each
turn opens a fresh worksheet of all jobs `OPENINGS` times, tries every row out, and records them all. Said beside the wall clock: the
processor time of this thread, which a busy machine does not stretch, and the statements of the recording.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

from sqlalchemy import select

import config
from bench.laboratory import NOW
from bench.visitor import statements

OPENINGS = 10
#: Seconds at the 95th percentile: opening, recording.
OPEN_BOUND, SAVE_BOUND = 0.300, 0.500


def percentile(times: list[float], share: float = 0.95) -> float:
    """The value that so large a share does not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def timed(act: Callable[[], Any]) -> tuple[float, float, Any]:
    """Wall clock and processor time of one call, and its answer."""
    wall, own = perf_counter(), thread_time()
    answer = act()
    return perf_counter() - wall, thread_time() - own, answer


def measure(folder: Path, jobs: int, turns: int) -> dict[str, Any]:
    """Everything measured once; the answers are checked, a refused row means a wrong measurement."""
    from flask_migrate import upgrade

    from lab_app import create_app
    from lab_app.core import clock
    from lab_app.core import db as database
    from lab_app.core.db import db
    from lab_app.results import services as results
    from lab_app.results.models import TestJob
    from lab_app.results.queries import worksheets as queries
    from lab_app.results.services import sheet_recording, worksheets
    from lab_app.results.services.sheet_recording import Shared, Typed
    from tests.support.results_facts import MEASURED
    from tests.support.worksheet_facts import make_jobs

    clock.set_process_clock(NOW)
    app = create_app(config.load({"LAB_MODE": "test", "LAB_INSTANCE": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'lab.db'}"}))
    told: dict[str, list[tuple[float, float]]] = {"open": [], "try out": [], "record": []}
    counts: dict[str, int] = {}
    with app.app_context():
        upgrade(directory=str(config.BASE / "migrations"))
        bench, every = make_jobs(jobs)
        person, version = bench.people.technician, bench.tested.version
        client = app.test_client()
        db.session.commit()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = person.fs_uniquifier, True
        gc.collect()
        gc.freeze()
        for turn in range(turns):
            lines = [results.add_line(person, job, bench.tested.power, f"2412 MHz, lần {turn}") for job in every]
            sheet = worksheets.open_worksheet(person, version, lines)
            rows = [row.id for row in queries.rows_of(sheet).rows]
            db.session.commit()
            database.end_writing()
            for _ in range(OPENINGS):
                wall, own, answer = timed(lambda: client.get(f"/worksheets/{sheet.code}"))  # noqa: B023 called here
                if answer.status_code != 200 or answer.text.count("data-row") < jobs:
                    raise SystemExit(f"the worksheet answered {answer.status_code}")
                told["open"].append((wall, own))
            typed = {ident: Typed({"reading": "15.4", "loss": "0.5"}) for ident in rows}
            shared = Shared("en", [db.session.merge(bench.instrument)], db.session.merge(bench.environment), MEASURED)
            told["try out"].append(timed(lambda: sheet_recording.preview_rows(person, sheet, typed, shared))[:2])  # noqa: B023
            db.session.rollback()

            def record() -> list[Any]:
                outcomes = sheet_recording.record_rows(person, sheet, typed, shared)  # noqa: B023 called here
                db.session.commit()
                database.end_writing()
                return outcomes

            with statements(db.engine) as seen:
                wall, own, outcomes = timed(record)
            told["record"].append((wall, own))
            counts["record"] = len(seen)
            if not all(one.done for one in outcomes):
                raise SystemExit(f"a row was refused: {next(one.why for one in outcomes if not one.done)}")
            every = list(db.session.scalars(select(TestJob).order_by(TestJob.id)))
    clock.set_process_clock(None)
    return {"jobs": jobs, "statements": counts, "results": {
        name: {"median": percentile([w for w, _ in times], 0.5), "p95": percentile([w for w, _ in times]),
               "processor p95": percentile([own for _, own in times])} for name, times in told.items()}}


def main() -> int:
    """Measure and say; 1 where the processor time of recording or opening exceeds its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = measure(Path(folder), asked.jobs, asked.turns)
    for name, times in told["results"].items():
        print(f"{name:10} {' '.join(f'{key} {value * 1000:7.1f} ms' for key, value in times.items())}")
    print(f"recording {told['jobs']} rows: {told['statements']['record']} statements")
    if asked.out:
        asked.out.write_text(json.dumps(told), encoding="utf-8")
    slow = told["results"]["record"]["processor p95"] > SAVE_BOUND or told["results"]["open"]["processor p95"] > OPEN_BOUND
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
