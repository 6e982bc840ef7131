"""Pages of the room: the list of jobs, the bench, the review, one result's story."""
from __future__ import annotations

from flask import Blueprint

bp = Blueprint("results", "lab_app.results")

from lab_app.results.views import (  # noqa: E402
    bench,
    calibrating,
    capture,
    deviations,
    excursions,
    importing,
    jobs,
    lines,
    panel,
    proficiency,
    rehearsal,
    review,
    standing,
    traces,
    validity,
    verdicts,
    worksheets,
)

__all__ = [
    "bench", "bp", "calibrating", "capture", "deviations", "excursions", "importing", "jobs", "lines", "panel", "proficiency",
    "rehearsal", "review", "standing", "traces", "validity", "verdicts", "worksheets",
]
