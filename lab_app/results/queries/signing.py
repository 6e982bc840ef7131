"""What a person signs at the bench and at the review: the results as the page shows them, in a form whose hash anybody can work out again.

Numbers stand as text with their written digits; a reading is named by its id and revision, which never change once written.
"""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lab_app.accounts.models import Signature
from lab_app.accounts.queries import signatures_on
from lab_app.results.models import JobLine, TestJob

#: States of a line that the next submission hands over.
READY = ("recorded", "returned")


def result(line: JobLine) -> dict[str, Any]:
    """One line as it is signed: the reading that counts, its value, uncertainty and verdict."""
    reading = line.reading
    shown: dict[str, Any] = {"line": line.id, "parameter": line.parameter.code, "conditions": line.conditions}
    if reading is not None:
        shown |= {
            "reading": reading.id, "revision": reading.revision, "value": f"{reading.operator}{_text(reading.value)}",
            "unit": reading.unit, "u": _text(reading.u), "observation": reading.observation, "verdict": reading.verdict,
        }
    return shown


def _text(value: Any) -> str:
    return "" if value is None else format(value, "f")


def submission(job: TestJob, lines: Iterable[JobLine]) -> dict[str, Any]:
    """What the tester signs: the results of a job that are handed over now."""
    return {"act": "submit", "job": job.code, "results": [result(x) for x in _in_order(lines) if x.status in READY]}


def sheet_submission(code: str, jobs: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What the tester signs on a worksheet: the submissions of its jobs, all at once."""
    return {"act": "submit-worksheet", "worksheet": code, "jobs": list(jobs)}


def job_review(job: TestJob, lines: Iterable[JobLine]) -> dict[str, Any]:
    """What the reviewer signs for a whole job: every result that waits."""
    return {"act": "review", "job": job.code, "results": [result(x) for x in _in_order(lines) if x.status == "submitted"]}


def line_review(job: TestJob, line: JobLine) -> dict[str, Any]:
    """What the reviewer signs for one line."""
    return {"act": "review", "job": job.code, "results": [result(line)]}


def _in_order(lines: Iterable[JobLine]) -> list[JobLine]:
    return sorted(lines, key=lambda line: (line.position, line.id))


def signatures_of_jobs(job_ids: Iterable[int], line_ids: Iterable[int] = ()) -> list[Signature]:
    """Signatures on jobs and, of reviews line by line, on their lines, oldest first, with what was shown."""
    return signatures_on({"test-job": job_ids, "job-line": line_ids}, with_shown=True)
